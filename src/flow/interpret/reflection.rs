//! Calls that look up, load or apply what is named by a value.

use std::sync::Arc;

use super::Interpreter;
use super::call::Arguments;
use super::emit::Doing;
use super::names::disguise;
use crate::flow::{EffectKind, Place, Shape, Value, decode, pure};

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
            "getattr" | "inspect.getattr_static" | "object.__getattribute__" | "object.__getattr__" if !javascript => {
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
            "operator.itemgetter" => {
                let fields = vec![("key".into(), arguments.positional.first()?.clone())];
                Value::new(Shape::Object { class: name.into(), fields }, here)
            }
            _ if !javascript
                && name.starts_with("operator.")
                && !matches!(name, "operator.attrgetter" | "operator.methodcaller") =>
            {
                self.operator(name, arguments, place)?
            }
            _ if !javascript && self.is_python_builtin(name) => self.python_builtin(name, arguments, place)?,
            "operator.attrgetter" | "operator.methodcaller" => {
                let mut fields = vec![(Arc::from("name"), Value::text(arguments.text(0)?, here))];
                let given = arguments.positional.get(1..).unwrap_or_default().to_vec();
                fields.push((Arc::from("given"), Value::list(given, here)));
                Value::new(Shape::Object { class: name.into(), fields }, here)
            }
            "staticmethod"
            | "classmethod"
            | "functools.cache"
            | "functools.lru_cache"
            | "functools.wraps"
            | "importlib.util.module_from_spec"
                if !javascript =>
            {
                arguments.positional.first()?.clone()
            }
            "importlib.util.find_spec" => disguise(Value::api(arguments.text(0)?, here), place),
            "require"
            | "import"
            | "module.require"
            | "process.mainModule.require"
            | "process.getBuiltinModule"
            | "require.main.require"
            | "module.constructor._load"
            | "createRequire"
            | "module.createRequire"
                if javascript =>
            {
                if name.ends_with("createRequire") {
                    return Some(Value::api("require", here));
                }
                if name == "import"
                    && let Some(code) = arguments.text(0).as_deref().and_then(script_of_data_url)
                {
                    let arguments =
                        vec![("content", Value::text(code, here)), ("language", Value::text("javascript", here))];
                    self.happens(
                        EffectKind::Eval,
                        arguments,
                        vec!["data-url".into()],
                        &Doing::new("import".into(), place),
                    );
                    return Some(Value::unknown(here));
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
            "process.binding" if javascript => Value::api("process.binding", here),
            "Object.getPrototypeOf" if javascript => arguments.positional.first()?.clone(),
            "Object.assign"
                if javascript
                    && arguments.positional.iter().all(|value| matches!(value.bare().shape(), Shape::Map(_))) =>
            {
                let entries = arguments.positional.iter().flat_map(|value| match value.bare().shape() {
                    Shape::Map(entries) => entries.clone(),
                    _ => Vec::new(),
                });
                Value::new(Shape::Map(entries.collect()), here)
            }
            "Object.assign" if javascript => {
                arguments.positional.iter().rev().find(|value| matches!(value.bare().shape(), Shape::Api(_)))?.clone()
            }
            "Object.values" | "Object.entries" if javascript => match arguments.positional.first()?.bare().shape() {
                Shape::Map(entries) => {
                    let entries = entries.iter().map(|(key, value)| match name {
                        "Object.values" => value.clone(),
                        _ => Value::list(vec![key.clone(), value.clone()], here),
                    });
                    Value::list(entries.collect(), here)
                }
                _ => return None,
            },
            // A value that is worked out where its name is read.
            "property" if javascript => {
                let fields = vec![("get".into(), arguments.positional.first()?.clone())];
                Value::new(Shape::Object { class: "property".into(), fields }, here)
            }
            "Proxy" if javascript => {
                let [target, handler] = arguments.positional.as_slice() else { return None };
                let Shape::Map(entries) = handler.bare().shape() else { return None };
                let (_, get) = entries.iter().find(|(key, _)| key.as_text() == Some("get"))?;
                let fields = vec![("target".into(), target.clone()), ("get".into(), get.clone())];
                Value::new(Shape::Object { class: "proxy".into(), fields }, here)
            }
            "Object.fromEntries" if javascript => {
                let pairs = pure::elements(arguments.positional.first()?)?;
                Value::new(Shape::Map(pairs.iter().map(pure::pair).collect::<Option<_>>()?), here)
            }
            "Buffer.from" | "Buffer" | "Uint8Array.from" if javascript => {
                let Shape::List(codes) = arguments.positional.first()?.bare().shape() else { return None };
                let bytes: Option<Vec<u8>> = codes
                    .iter()
                    .map(|code| code.constant()?.parse::<i64>().ok().map(|code| (code & 0xFF) as u8))
                    .collect();
                Value::bytes(bytes?, here)
            }
            "Map" | "Set" | "WeakMap" if javascript && arguments.positional.is_empty() => {
                Value::new(Shape::Map(Vec::new()), here)
            }
            "Map" if javascript => match arguments.positional.first()?.bare().shape() {
                Shape::List(pairs) => {
                    let pair = |pair: &Value| match pair.bare().shape() {
                        Shape::List(two) => Some((two.first()?.clone(), two.get(1)?.clone())),
                        _ => None,
                    };
                    let entries: Option<Vec<_>> = pairs.iter().map(pair).collect();
                    Value::new(Shape::Map(entries?), here)
                }
                _ => return None,
            },
            // `Function("return process")()`: a way to a global.
            "Function" if javascript => {
                let code = arguments.positional.last()?.constant()?;
                let global = code.trim().strip_prefix("return ")?.trim().trim_end_matches(';');
                if !matches!(global, "this" | "globalThis" | "process" | "require" | "module" | "window" | "global") {
                    return None;
                }
                let global = if global == "this" { "globalThis" } else { global };
                let value = disguise(Value::api(global, here), place);
                Value::new(Shape::Object { class: "returns".into(), fields: vec![("value".into(), value)] }, here)
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
        let path = Value::text(module, Some(place));
        if module.starts_with('.')
            && module.ends_with(".json")
            && let Some(data) = self.data_of_bundle(&path)
            && let Some(value) = pure::compute("json-parse", &[data], self.budget.constant_bytes, Some(place))
        {
            return value;
        }
        if module.starts_with(['/', '.', '~'])
            && crate::flow::paths::keys(&path).iter().any(|key| self.fetched_paths.contains(key))
        {
            let content = Value::new(Shape::FileAt(path), Some(place));
            let arguments = vec![("content", content), ("language", Value::text("program", Some(place)))];
            self.happens(EffectKind::Eval, arguments, Vec::new(), &Doing::new("require".into(), place));
        }
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
            self.turning += 1;
            let result = self.pure_call_back(function, element.clone(), place);
            self.turning -= 1;
            if name == "map" {
                results.push(result);
            } else if pure::truth(&result) != Some(false) {
                results.push(element);
            }
        }
        Some(Value::list(results, Some(place)))
    }

    /// `functools.reduce(f, list)` over constants.
    pub(super) fn reduced(&mut self, name: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        if !matches!(name, "functools.reduce" | "reduce") {
            return None;
        }
        let function = arguments.positional.first()?.clone();
        let elements = pure::elements(arguments.positional.get(1)?).filter(|elements| elements.len() <= 4096)?;
        let mut elements = arguments.positional.get(2).cloned().into_iter().chain(elements);
        let mut so_far = elements.next()?;
        for element in elements {
            if !self.step(1) {
                return None;
            }
            so_far = match function.bare().shape() {
                Shape::Function(document, id) => {
                    let before = self.calls.get(&(*document, *id)).copied().unwrap_or(0);
                    self.entering = self.remembered(&function);
                    let value = self.call_function(*document, *id, &Arguments::of(vec![so_far, element]), None, place);
                    self.calls.insert((*document, *id), before.max(1));
                    value
                }
                _ => self.apply(&function, Arguments::of(vec![so_far, element]), place),
            };
        }
        Some(so_far)
    }

    /// Calls a function that is given an element of a list; does not count against the calls of the function.
    pub(super) fn pure_call_back(&mut self, function: &Value, element: Value, place: Place) -> Value {
        if let Shape::Function(document, id) = function.bare().shape() {
            let before = self.calls.get(&(*document, *id)).copied().unwrap_or(0);
            self.entering = self.remembered(function);
            let value = self.call_function(*document, *id, &Arguments::of(vec![element]), None, place);
            self.calls.insert((*document, *id), before.max(1));
            return value;
        }
        self.apply(function, Arguments::of(vec![element]), place)
    }
}

/// The script that a `data:` URL holds.
fn script_of_data_url(url: &str) -> Option<String> {
    let (kind, data) = url.strip_prefix("data:")?.split_once(',')?;
    if !kind.contains("javascript") {
        return None;
    }
    let bytes =
        if kind.ends_with(";base64") { decode::base64(data.as_bytes())? } else { decode::percent(data.as_bytes()) };
    String::from_utf8(bytes).ok()
}

/// A function with some of its arguments given.
pub(super) fn partial(function: Value, arguments: Arguments, place: Option<Place>) -> Value {
    let mut fields = vec![(Arc::from("function"), function)];
    fields.extend(arguments.positional.into_iter().enumerate().map(|(at, value)| (Arc::from(at.to_string()), value)));
    fields.extend(arguments.named);
    Value::new(Shape::Object { class: "partial".into(), fields }, place)
}
