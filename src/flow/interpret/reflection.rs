//! Calls that look up, load or apply what is named by a value.

use std::sync::Arc;

use super::Interpreter;
use super::call::Arguments;
use super::names::disguise;
use crate::flow::{Place, Shape, Value, pure};

impl Interpreter<'_> {
    /// Calls that give a name or a function by its text.
    pub(super) fn reflective(&mut self, name: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        let here = Some(place);
        let javascript = self.is_javascript();
        Some(match name {
            "print" | "sys.stdout.write" | "console.log" | "process.stdout.write" => {
                for value in &arguments.positional {
                    self.printed(value, place);
                }
                if let Some(output) = self.outputs.last_mut() {
                    output.extend(arguments.positional.iter().cloned());
                }
                return None;
            }
            "getattr" | "inspect.getattr_static" if !javascript => {
                let object = arguments.positional.first()?.clone();
                match arguments.text(1) {
                    Some(attribute) => self.member(&object, &attribute, place, true),
                    None => match object.bare().shape() {
                        Shape::Api(base) => disguise(Value::api(format!("{base}.?"), here), place),
                        _ => return None,
                    },
                }
            }
            "__import__" | "importlib.import_module" | "importlib.__import__" | "pkgutil.resolve_name" => {
                match arguments.text(0) {
                    Some(module) => disguise(Value::api(module.replace(':', "."), here), place),
                    None => disguise(Value::api("import.?", here), place),
                }
            }
            "sys.modules.get" => disguise(Value::api(arguments.text(0)?, here), place),
            "globals" | "locals" | "vars" if !javascript => match arguments.positional.first() {
                Some(object) => object.clone(),
                None => Value::new(Shape::Object { class: "names".into(), fields: Vec::new() }, here),
            },
            "functools.partial" | "partial" => {
                let mut rest = arguments.clone();
                if rest.positional.is_empty() {
                    return None;
                }
                let function = rest.positional.remove(0);
                partial(function, rest, here)
            }
            "operator.attrgetter" | "operator.methodcaller" => return None,
            "require"
            | "import"
            | "module.require"
            | "process.mainModule.require"
            | "module.constructor._load"
            | "createRequire"
            | "module.createRequire"
                if javascript =>
            {
                if name.ends_with("createRequire") {
                    return Some(Value::api("require", here));
                }
                match arguments.positional.first() {
                    Some(argument) => match argument.constant() {
                        Some(module) => {
                            let written = argument.place().is_some_and(|at| self.source(at).contains(&module));
                            let value = self.required(&module, place);
                            if written { value } else { disguise(value, place) }
                        }
                        None => disguise(Value::api("require.?", here), place),
                    },
                    None => return None,
                }
            }
            "RegExp" if javascript => {
                let pattern = Value::text(arguments.text(0)?, here);
                let flags = Value::text(arguments.text(1).unwrap_or_default(), here);
                let fields = vec![("pattern".into(), pattern), ("flags".into(), flags)];
                Value::new(Shape::Object { class: "regexp".into(), fields }, here)
            }
            "Reflect.get" if javascript => {
                let object = arguments.positional.first()?.clone();
                let key = arguments.text(1)?;
                self.member(&object, &key, place, true)
            }
            "Reflect.apply" if javascript => {
                let function = arguments.positional.first()?.clone();
                let values = match arguments.positional.get(2).map(|list| list.bare().shape()) {
                    Some(Shape::List(values)) => values.clone(),
                    _ => Vec::new(),
                };
                self.apply(&function, Arguments::of(values), place)
            }
            "util.promisify" | "promisify" | "Object.freeze" | "Object" if javascript => {
                arguments.positional.first()?.clone()
            }
            _ => return None,
        })
    }

    /// `require('./x')` of a file of the bundle, or a library.
    pub(super) fn required(&mut self, module: &str, place: Place) -> Value {
        let name = "\u{0}required";
        self.import(module, None, name, place.span);
        let value = self.environment.get(name).cloned();
        self.environment.unset(name);
        value.unwrap_or_else(|| Value::api(module, Some(place)))
    }

    /// Python's `map(f, list)` and its like over constants.
    pub(super) fn mapped(&mut self, name: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        if !matches!(name, "map" | "filter") {
            return None;
        }
        let [function, list] = arguments.positional.as_slice() else { return None };
        let elements = pure::elements(list).filter(|elements| elements.len() <= 4096)?;
        let mut results = Vec::new();
        for element in elements {
            if !self.step(1) {
                break;
            }
            results.push(self.pure_call_back(function, element, place));
        }
        Some(Value::list(results, Some(place)))
    }

    /// Calls a function that is given an element of a list; does not count against the calls of the function.
    pub(super) fn pure_call_back(&mut self, function: &Value, element: Value, place: Place) -> Value {
        if let Shape::Function(document, id) = function.bare().shape() {
            let before = self.calls.get(&(*document, *id)).copied().unwrap_or(0);
            let value = self.call_function(*document, *id, &Arguments::of(vec![element]), None, place);
            self.calls.insert((*document, *id), before.max(1));
            return value;
        }
        self.apply(function, Arguments::of(vec![element]), place)
    }
}

/// A function with some of its arguments given.
pub(super) fn partial(function: Value, arguments: Arguments, place: Option<Place>) -> Value {
    let mut fields = vec![(Arc::from("function"), function)];
    fields.extend(arguments.positional.into_iter().enumerate().map(|(at, value)| (Arc::from(at.to_string()), value)));
    fields.extend(arguments.named);
    Value::new(Shape::Object { class: "partial".into(), fields }, place)
}
