//! Names: modules, members, items; names that are worked out from texts.

use std::sync::Arc;

use super::emit::Doing;
use super::environment::Environment;
use super::model::Slots;
use super::{COMPUTED_NAME, Interpreter};
use crate::document::{DocumentId, Language};
use crate::flow::{EffectKind, Place, Shape, Value, paths, pure};
use crate::lower::operation::{AssignMode, Expression, ExpressionKind};
use crate::source::Span;

/// Longest name of a class that is put together from members, in bytes.
const MAX_CLASS: usize = 120;
/// Levels of base classes that are looked through.
const MAX_BASES: u32 = 16;

impl Interpreter<'_> {
    /// Takes names from a module.
    pub(super) fn import(&mut self, module: &str, name: Option<&str>, alias: &str, span: Span) {
        let place = self.place(span);
        let here = Some(place);
        let from_bundle = self.bundle_module(module, name);
        if let Some((document, whole)) = from_bundle {
            self.references.push((self.document, document, true));
            self.load_module(document);
            let object = module_object(document, place);
            match name {
                Some("*") => {
                    let owner = self.owners.get(&document).copied().unwrap_or(document);
                    let names: Vec<(Arc<str>, Value)> = self.modules.get(&owner).map_or_else(Vec::new, |frame| {
                        frame.variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
                    });
                    for (name, value) in names {
                        self.environment.set_local(&name, value);
                    }
                }
                Some("default") if !whole => {
                    let value = self.member(&object, "default", place, false);
                    self.environment.set_local(alias, value);
                }
                Some(name) if !whole => {
                    let value = self.member(&object, name, place, false);
                    self.environment.set_local(alias, value);
                }
                _ if !alias.is_empty() => self.environment.set_local(alias, object),
                _ => {}
            }
            return;
        }
        let module = module.strip_prefix("node:").unwrap_or(module);
        match name {
            // All names of a module: those that are not bound are looked up in it.
            Some("*") if self.language() == Language::Python => {
                let models = self.models;
                let prefix = format!("{module}.");
                let names: Vec<&str> = models
                    .calls()
                    .filter(|(language, name, _)| *language == "python" && name.starts_with(&prefix))
                    .filter_map(|(_, name, _)| name[prefix.len()..].split('.').next())
                    .collect();
                for name in names {
                    self.environment.set_local(name, Value::api(format!("{prefix}{name}"), here));
                }
            }
            Some("default" | "*") | None if !alias.is_empty() => {
                self.environment.set_local(alias, Value::api(module, here));
            }
            Some(name) => self.environment.set_local(alias, Value::api(format!("{module}.{name}"), here)),
            None => {}
        }
    }

    /// The file of the bundle that a module's name means, and whether `name` is that file itself.
    fn bundle_module(&self, module: &str, name: Option<&str>) -> Option<(DocumentId, bool)> {
        let own = paths::normalise(&self.documents.file_of(self.document).path);
        let folder = match paths::folder(&own) {
            "." => "",
            folder => folder,
        };
        let found = |path: &str| self.files.get(&paths::normalise(path)).copied();
        if self.language() == Language::Python {
            let dots = module.len() - module.trim_start_matches('.').len();
            let path = module.trim_start_matches('.').replace('.', "/");
            let mut roots: Vec<String> = Vec::new();
            if dots > 0 {
                let up = "../".repeat(dots - 1);
                roots.push(paths::join(folder, if up.is_empty() { "." } else { &up }));
            } else {
                roots.push(if folder.is_empty() { ".".to_owned() } else { folder.to_owned() });
                roots.push(".".to_owned());
                if let Some((top, _)) = own.split_once('/') {
                    roots.push(top.to_owned());
                }
                roots.push("scripts".to_owned());
            }
            for root in roots {
                if let Some(name) = name
                    && let Some(document) = found(&format!("{root}/{path}/{name}.py"))
                {
                    return Some((document, true));
                }
                if !path.is_empty() {
                    let document =
                        found(&format!("{root}/{path}.py")).or_else(|| found(&format!("{root}/{path}/__init__.py")));
                    if let Some(document) = document {
                        return Some((document, false));
                    }
                }
            }
            return None;
        }
        if !module.starts_with(['.', '/']) {
            return None;
        }
        let path = paths::normalise(&paths::join(folder, module));
        ["", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", "/index.js", "/index.ts", "/index.mjs"]
            .iter()
            .find_map(|end| found(&format!("{path}{end}")))
            .or_else(|| path.strip_suffix(".js").and_then(|stem| found(&format!("{stem}.ts"))))
            .map(|document| (document, false))
    }

    /// Interprets a file of the bundle that is imported, if that has not begun yet.
    fn load_module(&mut self, document: DocumentId) {
        if self.started.contains(&document) {
            return;
        }
        let language = self.documents.get(document).language;
        self.started.insert(document);
        self.deeper((), |interpreter| {
            let environment = Environment::new(language, document);
            let environment = interpreter.within(document, environment, |interpreter| interpreter.body(document));
            interpreter.keep(environment);
        });
    }

    /// The member `name` of a value. `computed`: the name was worked out.
    pub(super) fn member(&mut self, receiver: &Value, name: &str, place: Place, computed: bool) -> Value {
        let here = Some(place);
        let mark = |value: Value| if computed { disguise(value, place) } else { value };
        match receiver.bare().shape() {
            Shape::Api(base) => {
                let models = self.models;
                if let Some(known) = models.item(self.language(), base) {
                    let base = base.clone();
                    let slots = Slots { operands: vec![Value::text(name, here)], ..Slots::default() };
                    return self.apply_model(known, slots, &Doing::new(base.clone(), place));
                }
                // A member that the program itself has set, or that the host has bound (`sys.stdin`).
                if let Some(value) = self.environment.get(&format!("{base}.{name}")) {
                    return value.clone();
                }
                let inherited = is_disguised(receiver);
                let value = Value::api(canonical_member(base, name), here);
                if inherited { disguise(value, place) } else { mark(value) }
            }
            Shape::Object { class, fields } => {
                if let Some((_, value)) = fields.iter().find(|(field, _)| &**field == name) {
                    return value.clone();
                }
                if let Some(index) = class_index(class) {
                    return match self.class_member(index, name, 0) {
                        Some(value) => bound(receiver, value, place),
                        None => match self.base_api(index) {
                            Some(base) => Value::api(format!("{base}.{name}"), here),
                            None => Value::unknown(here),
                        },
                    };
                }
                if let Some(document) = module_of(class) {
                    return self.module_member(document, name, place);
                }
                if &**class == "path"
                    && let Some(path) = receiver.constant()
                {
                    let part = match name {
                        "parent" => paths::folder(&path),
                        "name" | "stem" => return Value::text(paths::name(&path), here),
                        _ => "",
                    };
                    if !part.is_empty() {
                        let fields = vec![("path".into(), Value::text(part, here))];
                        return Value::new(Shape::Object { class: class.clone(), fields }, here);
                    }
                }
                let content = fields.iter().find(|(field, _)| &**field == "content").map(|(_, value)| value.clone());
                content.unwrap_or_else(|| {
                    // A part of a library's object: its methods may be modelled (`client.responses.create`).
                    let class = if class.len() < MAX_CLASS { format!("{class}.{name}").into() } else { class.clone() };
                    Value::new(Shape::Object { class, fields: fields.clone() }, here)
                })
            }
            Shape::Map(entries) => {
                let found = entries.iter().rev().find(|(key, _)| key.as_text() == Some(name));
                if let Some((_, value)) = found {
                    value.clone()
                } else {
                    let spread = entries.iter().filter(|(key, _)| key.as_text().is_none());
                    let values: Vec<Value> = spread.map(|(_, value)| value.clone()).collect();
                    Value::derived(format!(".{name}"), values, here)
                }
            }
            Shape::Argument(_) => Value::new(Shape::Argument(name.into()), here),
            Shape::Choice(values) => {
                let values = values.clone();
                let members = values.iter().take(8).map(|value| self.member(value, name, place, computed)).collect();
                Value::choice(members, here)
            }
            Shape::List(values) if name == "length" => Value::text(values.len().to_string(), here),
            Shape::Text(text) if name == "length" => Value::text(text.chars().count().to_string(), here),
            // `(() => {}).constructor`, `[].filter.constructor`: the constructor of functions.
            Shape::Function(..) if name == "constructor" => disguise(Value::api("Function", here), place),
            Shape::Text(_) | Shape::List(_) | Shape::Unknown if self.is_javascript() => {
                let kind = match receiver.bare().shape() {
                    Shape::Text(_) => "String",
                    Shape::List(_) => "Array",
                    _ => return Value::unknown(here),
                };
                match name {
                    "constructor" => Value::api(kind, here),
                    _ => mark(Value::api(format!("{kind}.prototype.{name}"), here)),
                }
            }
            // A member of content holds it still: `.text`, `.stdout`, `.data`.
            _ if receiver.flows() => receiver.clone(),
            _ => Value::unknown(here),
        }
    }

    pub(super) fn is_javascript(&self) -> bool {
        matches!(self.language(), Language::JavaScript | Language::TypeScript | Language::Tsx)
    }

    /// A name of a file that was interpreted.
    fn module_member(&mut self, document: DocumentId, name: &str, place: Place) -> Value {
        let owner = self.owners.get(&document).copied().unwrap_or(document);
        let variables = if let Some(frame) = self.modules.get(&owner) {
            Some(&frame.variables)
        } else {
            let frame = self.environment.frames.iter().find(|frame| frame.module == Some(owner));
            frame.map(|frame| &frame.variables)
        };
        let Some(variables) = variables else { return Value::unknown(Some(place)) };
        if let Some(value) = variables.get(name).or_else(|| variables.get(format!("exports.{name}").as_str())) {
            return value.clone();
        }
        let exported = variables.get("module.exports").or_else(|| variables.get("default")).cloned();
        match exported {
            Some(exported) if name != "default" => self.member(&exported, name, place, false),
            Some(exported) => exported,
            None => Value::unknown(Some(place)),
        }
    }

    pub(super) fn class_member(&self, index: usize, name: &str, depth: u32) -> Option<Value> {
        let class = self.classes.get(index)?;
        if let Some(value) = class.attributes.get(name) {
            return Some(value.clone());
        }
        if depth >= MAX_BASES {
            return None;
        }
        class.bases.iter().find_map(|base| match base.bare().shape() {
            Shape::Object { class, .. } => self.class_member(class_index(class)?, name, depth + 1),
            _ => None,
        })
    }

    /// The library class that a class of the bundle is built on.
    fn base_api(&self, index: usize) -> Option<Arc<str>> {
        self.classes.get(index)?.bases.iter().find_map(|base| match base.bare().shape() {
            Shape::Api(name) => Some(name.clone()),
            _ => None,
        })
    }

    /// The item at `index` of a value.
    pub(super) fn item(&mut self, receiver: &Value, index: &Value, place: Place) -> Value {
        let here = Some(place);
        if let Some(value) = pure::item(receiver, index, here) {
            return value;
        }
        match receiver.bare().shape() {
            Shape::Api(base) => {
                let models = self.models;
                let base = base.clone();
                if let Some(known) = models.item(self.language(), &base) {
                    let slots = Slots { operands: vec![index.clone()], ..Slots::default() };
                    return self.apply_model(known, slots, &Doing::new(base.clone(), place));
                }
                let Some(key) = index.constant() else {
                    if !self.is_library(&base) {
                        return Value::derived("item", vec![receiver.clone(), index.clone()], here);
                    }
                    // `globalThis[name]`: which one is not known, and that is telling.
                    return disguise(Value::api(format!("{base}.?"), here), place);
                };
                match &*base {
                    "sys.modules" => disguise(Value::api(key, here), place),
                    "globals" | "builtins" | "__builtins__" => self.global(&key, place),
                    _ => self.member(receiver, &key, place, true),
                }
            }
            Shape::Object { class, .. } if &**class == "names" => match index.constant() {
                Some(key) => self.global(&key, place),
                None => disguise(Value::api("globals.?", here), place),
            },
            Shape::Object { .. } => match index.constant() {
                Some(key) => self.member(receiver, &key, place, true),
                None => Value::derived("item", vec![receiver.clone()], here),
            },
            Shape::Text(_) | Shape::Function(..) | Shape::List(_) | Shape::Unknown if self.is_javascript() => {
                match index.constant() {
                    Some(key) if key.parse::<i64>().is_err() => self.member(receiver, &key, place, true),
                    _ => self.element(receiver),
                }
            }
            Shape::Map(entries) => {
                let values: Vec<Value> = entries.iter().map(|(_, value)| value.clone()).collect();
                match index.constant() {
                    Some(_) => Value::derived("item", values, here),
                    None => Value::choice(values, here),
                }
            }
            Shape::List(_) => self.element(receiver),
            Shape::Argument(_) => receiver.clone(),
            _ if receiver.flows() => receiver.clone(),
            _ => Value::unknown(here),
        }
    }

    /// Whether a name is one of a library or of the language, and not merely one that nothing here sets.
    fn is_library(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or(name);
        matches!(
            first,
            "globalThis"
                | "window"
                | "global"
                | "self"
                | "process"
                | "module"
                | "require"
                | "Reflect"
                | "builtins"
                | "__builtins__"
                | "globals"
                | "Function"
        ) || self.environment.get(first).is_some_and(|value| matches!(value.bare().shape(), Shape::Api(_)))
            || self.environment.frames.iter().any(|frame| {
                frame
                    .variables
                    .values()
                    .take(4096)
                    .any(|value| matches!(value.bare().shape(), Shape::Api(own) if **own == *name))
            })
    }

    /// A global name that was worked out: `globals()['x']`, `window['x']`.
    pub(super) fn global(&mut self, name: &str, place: Place) -> Value {
        let value = self.name(name, place);
        disguise(value, place)
    }

    /// Stores a member.
    pub(super) fn set_member(
        &mut self,
        object: &Expression,
        receiver: &Value,
        name: &str,
        value: Value,
        mode: AssignMode,
    ) {
        let place = self.place(object.span);
        match receiver.bare().shape() {
            Shape::Object { class, .. } if class_index(class).is_some() => {
                let Some(class) = class_index(class).and_then(|index| self.classes.get_mut(index)) else { return };
                let value = value.carried(format!("attribute `{name}` of `{}`", class.name), Some(place));
                let value = match class.attributes.get(name) {
                    Some(before) if mode == AssignMode::Append => {
                        Value::concat(vec![before.clone(), value], Some(place))
                    }
                    Some(before) => Value::choice(vec![before.clone(), value], Some(place)),
                    None => value,
                };
                class.attributes.insert(name.into(), value);
            }
            Shape::Object { class, fields } => {
                let mut fields = fields.clone();
                fields.retain(|(field, _)| &**field != name);
                fields.push((name.into(), value));
                let object_value = Value::new(Shape::Object { class: class.clone(), fields }, Some(place));
                self.put_back(object, object_value);
            }
            Shape::Api(base) if matches!(&**base, "os.environ" | "process.env") => {
                let key = Value::text(name, Some(place));
                self.set_item(object, receiver, key, value);
            }
            Shape::Api(base) => {
                // `module.exports = …`, `exports.f = …`, `os.environ = …`.
                let full = format!("{base}.{name}");
                if self.is_javascript() && (full == "module.exports" || &**base == "exports") {
                    self.environment.set_local(&full, value);
                } else if &**base == "module.exports" {
                    self.environment.set_local(&format!("exports.{name}"), value);
                } else {
                    self.environment.set_local(&full, value);
                }
            }
            _ => {
                let key = Value::text(name, Some(place));
                self.set_item(object, receiver, key, value);
            }
        }
    }

    /// Stores an item.
    pub(super) fn set_item(&mut self, object: &Expression, receiver: &Value, index: Value, value: Value) {
        let place = self.place(object.span);
        let here = Some(place);
        let updated = match receiver.bare().shape() {
            Shape::Api(base) => {
                // `os.environ['X'] = v` and `process.env.X = v` set the variable for programs that are started.
                if matches!(&**base, "os.environ" | "process.env")
                    && let Some(name) = index.constant()
                {
                    self.export(&name, value.clone());
                    let doing = Doing::new(base.clone(), place);
                    let store = Value::text(format!("environment {name}"), here);
                    self.emit(EffectKind::Write, vec![("content", value), ("store", store)], &doing, Vec::new());
                    return;
                }
                // A name that nothing has set: a table begins (`declare -A`, an object that came from elsewhere).
                Value::new(Shape::Map(vec![(index, value)]), here)
            }
            Shape::Map(entries) => {
                let mut entries = entries.clone();
                if let Some(key) = index.as_text() {
                    entries.retain(|(other, _)| other.as_text() != Some(key));
                }
                entries.push((index, value));
                Value::new(Shape::Map(entries), here)
            }
            Shape::List(values) => {
                let mut values = values.clone();
                match index.constant().and_then(|text| text.parse::<usize>().ok()) {
                    Some(at) if at < values.len() => {
                        if let Some(slot) = values.get_mut(at) {
                            *slot = value;
                        }
                    }
                    Some(at) if at < values.len() + 64 => {
                        values.resize(at, Value::text("", here));
                        values.push(value);
                    }
                    _ => values.push(value),
                }
                Value::list(values, here)
            }
            Shape::Variable(_) | Shape::Unknown if self.language() == Language::Shell => {
                Value::new(Shape::Map(vec![(index, value)]), here)
            }
            Shape::Unknown => Value::new(Shape::Map(vec![(index, value)]), here),
            _ => Value::derived("item", vec![receiver.clone(), value], here),
        };
        self.charge(&updated);
        self.put_back(object, updated);
    }

    /// Stores a changed object where it came from.
    pub(super) fn put_back(&mut self, object: &Expression, value: Value) {
        let Some(outer) = self.put_back_shallow(object, value) else { return };
        let (object, name, value) = outer;
        let receiver = self.reference(object);
        if let Shape::Object { class, .. } = receiver.bare().shape()
            && let Some(class) = class_index(class).and_then(|index| self.classes.get_mut(index))
        {
            class.attributes.insert(name.into(), value);
        }
    }

    fn put_back_shallow<'e>(
        &mut self,
        object: &'e Expression,
        value: Value,
    ) -> Option<(&'e Expression, &'e str, Value)> {
        match &object.kind {
            ExpressionKind::Name(name) => {
                self.environment.set(name, value);
                None
            }
            ExpressionKind::Member(object, name) => Some((object, name, value)),
            _ => None,
        }
    }
}

/// The dotted name of a member, where prototypes and receivers that say nothing are left out.
fn canonical_member(base: &str, name: &str) -> String {
    match base {
        "globalThis" | "window" | "global" | "self" | "builtins" | "__builtins__" => name.to_owned(),
        _ if name == "default" || name == "__dict__" => base.to_owned(),
        _ if name == "constructor" && (base.starts_with("Array.") || base.starts_with("String.")) => {
            "Function".to_owned()
        }
        "Function" if name == "constructor" => "Function".to_owned(),
        _ => format!("{base}.{name}"),
    }
}

/// A value whose name was worked out, so that what it does counts as disguised.
pub(super) fn disguise(value: Value, place: Place) -> Value {
    Value::new(Shape::Carried { by: COMPUTED_NAME.into(), value }, Some(place))
}

/// Whether the name of a value was worked out.
pub(super) fn is_disguised(value: &Value) -> bool {
    let mut value = value;
    while let Shape::Carried { by, value: inner } = value.shape() {
        if &**by == COMPUTED_NAME {
            return true;
        }
        value = inner;
    }
    false
}

/// A method together with its receiver.
fn bound(receiver: &Value, method: Value, place: Place) -> Value {
    match method.bare().shape() {
        Shape::Function(..) => Value::new(
            Shape::Object {
                class: "bound".into(),
                fields: vec![("receiver".into(), receiver.clone()), ("method".into(), method)],
            },
            Some(place),
        ),
        _ => method,
    }
}

fn module_object(document: DocumentId, place: Place) -> Value {
    Value::new(Shape::Object { class: format!("module#{}", document.0).into(), fields: Vec::new() }, Some(place))
}

fn module_of(class: &str) -> Option<DocumentId> {
    class.strip_prefix("module#")?.parse().ok().map(DocumentId)
}

/// The class of the bundle that an object is of, or is.
pub(super) fn class_index(class: &str) -> Option<usize> {
    class.strip_prefix("class#").or_else(|| class.strip_prefix("instance#"))?.parse().ok()
}
