//! Names: modules, members, items; names that are worked out from texts.

use std::sync::Arc;

use super::environment::Environment;
use super::{COMPUTED_NAME, Interpreter};
use crate::document::{DocumentId, Language};
use crate::flow::{Place, Shape, Value, paths};
use crate::source::Span;

/// Longest name of a class that is put together from members, in bytes.
pub(super) const MAX_CLASS: usize = 120;
/// Levels of base classes that are looked through.
pub(super) const MAX_BASES: u32 = 16;

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

    pub(super) fn is_javascript(&self) -> bool {
        matches!(self.language(), Language::JavaScript | Language::TypeScript | Language::Tsx)
    }

    /// A global name that was worked out: `globals()['x']`, `window['x']`.
    pub(super) fn global(&mut self, name: &str, place: Place) -> Value {
        let value = self.name(name, place);
        // The table of a function of the library `os` has its functions.
        let value = match (value.bare().shape(), name) {
            (Shape::Unknown | Shape::Variable(_), "system" | "popen") => Value::api(format!("os.{name}"), Some(place)),
            (Shape::Unknown | Shape::Variable(_), "os" | "sys" | "subprocess" | "builtins") => {
                Value::api(name, Some(place))
            }
            _ => value,
        };
        disguise(value, place)
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

fn module_object(document: DocumentId, place: Place) -> Value {
    Value::new(Shape::Object { class: format!("module#{}", document.0).into(), fields: Vec::new() }, Some(place))
}

pub(super) fn module_of(class: &str) -> Option<DocumentId> {
    class.strip_prefix("module#")?.parse().ok().map(DocumentId)
}

/// The class of the bundle that an object is of, or is.
pub(super) fn class_index(class: &str) -> Option<usize> {
    let number = class.strip_prefix("class#").or_else(|| class.strip_prefix("instance#"))?;
    number.split('@').next()?.parse().ok()
}

/// The number of an object that keeps values of its own.
pub(super) fn instance_of(class: &str) -> Option<usize> {
    class.strip_prefix("instance#")?.split_once('@')?.1.parse().ok()
}

/// The class that a value is.
pub(super) fn class_of(value: &Value) -> Option<usize> {
    match value.bare().shape() {
        Shape::Object { class, .. } if class.starts_with("class#") => class_index(class),
        _ => None,
    }
}
