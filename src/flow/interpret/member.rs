//! Members and items of values.

use std::sync::Arc;

use super::Interpreter;
use super::call::Arguments;
use super::emit::Doing;
use super::model::Slots;
use super::names::{MAX_BASES, MAX_CLASS, class_index, disguise, is_disguised, module_of};
use crate::document::{DocumentId, Language};
use crate::flow::{Place, Shape, Value, paths, pure};

/// Methods of plain values that code hands over to be called.
const PLAIN_METHODS: &[&str] =
    &["__getitem__", "__add__", "__mod__", "format", "join", "replace", "get", "append", "extend"];

impl Interpreter<'_> {
    /// The member `name` of a value. `computed`: the name was worked out.
    pub(super) fn member(&mut self, receiver: &Value, name: &str, place: Place, computed: bool) -> Value {
        let here = Some(place);
        let mark = |value: Value| if computed { disguise(value, place) } else { value };
        // The names of the module that a function was written in.
        if name == "__globals__" && self.language() == Language::Python {
            let class =
                if matches!(receiver.bare().shape(), Shape::Function(..)) { "names" } else { "names-elsewhere" };
            return Value::new(Shape::Object { class: class.into(), fields: Vec::new() }, here);
        }
        match receiver.bare().shape() {
            Shape::Api(base) => {
                let models = self.models;
                // `environ.get` is a method; `environ['X']` is an item. JavaScript writes both alike.
                if let Some(known) = models.item(self.language(), base)
                    && models.call(self.language(), &format!("{base}.{name}")).is_none()
                {
                    let base = base.clone();
                    let slots = Slots { operands: vec![Value::text(name, here)], ..Slots::default() };
                    return self.apply_model(known, slots, &Doing::new(base.clone(), place));
                }
                // A member that the program itself has set, or that the host has bound (`sys.stdin`).
                if let Some(value) = self.environment.get(&format!("{base}.{name}")) {
                    return value.clone();
                }
                if let Some(text) = alphabet(base, name).filter(|_| self.language() == Language::Python) {
                    return Value::text(text, here);
                }
                if matches!(name, "__name__" | "__qualname__") && self.language() == Language::Python {
                    return Value::text(base.rsplit('.').next().unwrap_or(base), here);
                }
                let inherited = is_disguised(receiver);
                let value = Value::api(canonical_member(base, name), here);
                if inherited { disguise(value, place) } else { mark(value) }
            }
            Shape::Object { class, fields } if &**class == "process" && name == "stdin" => {
                Value::new(Shape::Object { class: "process.stdin".into(), fields: fields.clone() }, here)
            }
            Shape::Object { class, fields } if &**class == "proxy" => {
                let field =
                    |wanted: &str| fields.iter().find(|(own, _)| &**own == wanted).map(|(_, value)| value.clone());
                let (Some(target), Some(get)) = (field("target"), field("get")) else { return Value::unknown(here) };
                self.apply(&get, Arguments::of(vec![target, Value::text(name, here)]), place)
            }
            Shape::Object { class, fields } => {
                if let Some((_, value)) = fields.iter().find(|(field, _)| &**field == name) {
                    return value.clone();
                }
                if let Some(index) = class_index(class) {
                    return self.member_of_object(receiver, class, index, name, place);
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
                    let value = value.clone();
                    self.got(receiver, value, place)
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
            Shape::Function(document, id) if let Some(value) = self.function_member(*document, *id, name, place) => {
                value
            }
            // A method of a value that is at hand.
            Shape::Text(_) | Shape::List(_) | Shape::Bytes(_)
                if self.language() == Language::Python && PLAIN_METHODS.contains(&name) =>
            {
                let fields = vec![("receiver".into(), receiver.clone()), ("method".into(), Value::text(name, here))];
                Value::new(Shape::Object { class: "method".into(), fields }, here)
            }
            // A member of an enumeration.
            Shape::Text(_) | Shape::Concat(_) if name == "value" && self.language() == Language::Python => {
                receiver.clone()
            }
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

    /// What is read: what a getter gives, where one stands there.
    fn got(&mut self, receiver: &Value, value: Value, place: Place) -> Value {
        let getter = match value.bare().shape() {
            Shape::Object { class, fields } if &**class == "property" => {
                fields.first().map(|(_, getter)| getter.clone())
            }
            _ => None,
        };
        match getter {
            Some(getter) => {
                let getter = bound(receiver, getter, place);
                self.apply(&getter, Arguments::default(), place)
            }
            None => value,
        }
    }

    /// A member of a class of the bundle, or of an object of one.
    fn member_of_object(
        &mut self,
        receiver: &Value,
        class: &Arc<str>,
        index: usize,
        name: &str,
        place: Place,
    ) -> Value {
        let here = Some(place);
        if name == "__dict__" {
            return receiver.clone();
        }
        if name == "__class__" {
            let class = format!("class#{index}").into();
            return Value::new(Shape::Object { class, fields: Vec::new() }, here);
        }
        if matches!(name, "__name__" | "__qualname__" | "name") && class.starts_with("class#") {
            let name = self.classes.get(index).map(|class| class.name.clone());
            return name.map_or_else(|| Value::unknown(here), |name| Value::text(name, here));
        }
        let found = self.attribute(class, name);
        if let Some(value) = found {
            if let Shape::Object { class: kind, fields } = value.bare().shape()
                && &**kind == "property"
                && let Some((_, getter)) = fields.first()
                && class.starts_with("instance#")
            {
                let getter = bound(receiver, getter.clone(), place);
                return self.apply(&getter, Arguments::default(), place);
            }
            return bound(receiver, value, place);
        }
        if let Some(base) = self.base_api(index) {
            return Value::api(format!("{base}.{name}"), here);
        }
        let given = vec![Value::text(name, here)];
        let made = self.by_itself(receiver, "__getattr__", given.clone(), place);
        made.or_else(|| self.by_itself(receiver, "__getattribute__", given, place))
            .unwrap_or_else(|| Value::unknown(here))
    }

    /// A name of a file that was interpreted.
    pub(super) fn module_member(&mut self, document: DocumentId, name: &str, place: Place) -> Value {
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
    pub(super) fn base_api(&self, index: usize) -> Option<Arc<str>> {
        self.classes.get(index)?.bases.iter().find_map(|base| match base.bare().shape() {
            Shape::Api(name) => Some(name.clone()),
            _ => None,
        })
    }

    /// What a name of some module of Python's own is: a module that it imports, or a function of `os`, whose classes are
    /// the usual way there.
    fn elsewhere(&self, name: &str) -> String {
        match name {
            "__builtins__" => "builtins".to_owned(),
            _ => match format!("os.{name}") {
                own if self.models.call(Language::Python, &own).is_some() => own,
                _ => name.to_owned(),
            },
        }
    }

    /// The item at `index` of a value.
    pub(super) fn item(&mut self, receiver: &Value, index: &Value, place: Place) -> Value {
        let here = Some(place);
        if let Some(value) = pure::item(receiver, index, here) {
            return self.got(receiver, value, place);
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
            Shape::Object { class, .. } if &**class == "names-elsewhere" => {
                let name = index.constant().unwrap_or_else(|| "globals.?".to_owned());
                disguise(Value::api(self.elsewhere(&name), here), place)
            }
            Shape::Object { class, .. } if class.starts_with("instance#") => {
                if let Some(value) = self.by_itself(receiver, "__getitem__", vec![index.clone()], place) {
                    return value;
                }
                match index.constant() {
                    Some(key) => self.member(receiver, &key, place, true),
                    None => Value::derived("item", vec![receiver.clone()], here),
                }
            }
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
                let open = entries.iter().filter(|(key, _)| key.constant().is_none());
                let open: Vec<Value> = open.map(|(_, value)| value.clone()).collect();
                let values: Vec<Value> = entries.iter().map(|(_, value)| value.clone()).collect();
                match index.constant() {
                    // What a table lacks is nothing, where texts are worked out letter by letter.
                    Some(_) if self.turning > 0 && open.is_empty() && self.is_javascript() => Value::text("", here),
                    Some(_) if open.iter().any(|value| matches!(value.bare().shape(), Shape::Api(_))) => {
                        Value::choice(open, here)
                    }
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
    pub(super) fn is_library(&self, name: &str) -> bool {
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
}

/// The dotted name of a member, where prototypes and receivers that say nothing are left out.
pub(super) fn canonical_member(base: &str, name: &str) -> String {
    match base {
        "globalThis" | "window" | "global" | "self" | "builtins" | "__builtins__" => name.to_owned(),
        _ if name == "default" || name == "__dict__" => base.to_owned(),
        // Of a method, and of a constructor.
        _ if name == "constructor" && (base.starts_with("Array.") || base.starts_with("String.")) => {
            "Function".to_owned()
        }
        "Function" | "String" | "Array" | "Number" | "Object" | "RegExp" | "Boolean" if name == "constructor" => {
            "Function".to_owned()
        }
        _ => format!("{base}.{name}"),
    }
}

/// Constants of Python's library `string`, which names are picked from.
fn alphabet(base: &str, name: &str) -> Option<&'static str> {
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if base != "string" {
        return None;
    }
    Some(match name {
        "ascii_letters" | "letters" => letters,
        "ascii_lowercase" | "lowercase" => letters.get(..26)?,
        "ascii_uppercase" | "uppercase" => letters.get(26..)?,
        "digits" => "0123456789",
        "hexdigits" => "0123456789abcdefABCDEF",
        "octdigits" => "01234567",
        "punctuation" => "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "whitespace" => " \t\n\r\u{b}\u{c}",
        "printable" => concat!(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\u{b}\u{c}"
        ),
        _ => return None,
    })
}

/// A method together with its receiver.
pub(super) fn bound(receiver: &Value, method: Value, place: Place) -> Value {
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
