//! Calls: of libraries by their models, of functions and classes of the bundle by their bodies.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::emit::Doing;
use super::environment::Frame;
use super::model::Slots;
use super::names::{class_index, disguise, is_disguised};
use super::{Interpreter, MAX_CALLS};
use crate::document::{DocumentId, Language};
use crate::flow::models::KnownCall;
use crate::flow::{EffectKind, Place, Shape, Value, pure};
use crate::lower::operation::{Argument, Call, Expression, ExpressionKind, FunctionId};
use crate::source::Span;

/// Most bytes that one argument takes in the text that shows a call.
const MAX_SHOWN: usize = 300;

/// The arguments of a call.
#[derive(Debug, Clone, Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Value>,
    pub(super) named: Vec<(Arc<str>, Value)>,
}

impl Arguments {
    pub(super) fn of(positional: Vec<Value>) -> Self {
        Self { positional, named: Vec::new() }
    }

    fn all(&self) -> impl Iterator<Item = &Value> {
        self.positional.iter().chain(self.named.iter().map(|(_, value)| value))
    }

    fn text(&self, at: usize) -> Option<String> {
        self.positional.get(at).and_then(Value::constant)
    }
}

impl Interpreter<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Value {
        let place = self.place(span);
        if let ExpressionKind::Member(object, name) = &call.callee.kind {
            let receiver = self.reference(object);
            let arguments = self.arguments(&call.arguments);
            self.changed_receiver = None;
            let value = self.method(&receiver, name, arguments, place, Some(object));
            if let Some(changed) = self.changed_receiver.take() {
                self.put_back(object, changed);
            }
            value
        } else {
            let callee = self.reference(&call.callee);
            let arguments = self.arguments(&call.arguments);
            self.apply(&callee, arguments, place)
        }
    }

    fn arguments(&mut self, written: &[Argument]) -> Arguments {
        let mut arguments = Arguments::default();
        for argument in written {
            let value = self.value(&argument.value);
            match &argument.name {
                Some(name) if name == "**" => match value.bare().shape() {
                    Shape::Map(entries) => {
                        for (key, value) in entries {
                            let name = key.as_text().unwrap_or("**");
                            arguments.named.push((name.into(), value.clone()));
                        }
                    }
                    _ => arguments.named.push(("**".into(), value)),
                },
                Some(name) => arguments.named.push((name.as_str().into(), value)),
                None if matches!(argument.value.kind, ExpressionKind::Spread(_)) => match value.bare().shape() {
                    Shape::List(values) => arguments.positional.extend(values.iter().cloned()),
                    _ => arguments.positional.push(value),
                },
                None => arguments.positional.push(value),
            }
        }
        arguments
    }

    /// Calls a value.
    pub(super) fn apply(&mut self, callee: &Value, arguments: Arguments, place: Place) -> Value {
        let here = Some(place);
        match callee.bare().shape() {
            Shape::Api(name) => {
                let name = name.clone();
                self.call_api(&name, arguments, is_disguised(callee), place)
            }
            Shape::Function(document, id) => self.call_function(*document, *id, &arguments, None, place),
            Shape::Object { class, fields } => {
                let field =
                    |wanted: &str| fields.iter().find(|(name, _)| &**name == wanted).map(|(_, value)| value.clone());
                match &**class {
                    "bound" => match (field("receiver"), field("method").map(|method| method.bare().shape().clone())) {
                        (Some(receiver), Some(Shape::Function(document, id))) => {
                            self.call_function(document, id, &arguments, Some(receiver), place)
                        }
                        _ => Value::unknown(here),
                    },
                    "partial" => {
                        let Some(function) = field("function") else { return Value::unknown(here) };
                        let mut all = Arguments::default();
                        for (name, value) in fields {
                            match name.parse::<usize>() {
                                Ok(_) => all.positional.push(value.clone()),
                                Err(_) if &**name != "function" => all.named.push((name.clone(), value.clone())),
                                Err(_) => {}
                            }
                        }
                        all.positional.extend(arguments.positional);
                        all.named.extend(arguments.named);
                        self.deeper(Value::unknown(here), |interpreter| interpreter.apply(&function, all, place))
                    }
                    _ if class.starts_with("class#") => self.instantiate(class, &arguments, place),
                    _ => self.unknown_call("unknown call", None, &arguments, place),
                }
            }
            Shape::Choice(values) => {
                let values = values.clone();
                let results =
                    values.iter().take(4).map(|callee| self.apply(callee, arguments.clone(), place)).collect();
                Value::choice(results, here)
            }
            _ => self.unknown_call("unknown call", Some(callee), &arguments, place),
        }
    }

    fn instantiate(&mut self, class: &str, arguments: &Arguments, place: Place) -> Value {
        let Some(index) = class_index(class) else { return Value::unknown(Some(place)) };
        let instance =
            Value::new(Shape::Object { class: format!("instance#{index}").into(), fields: Vec::new() }, Some(place));
        let constructor = ["__init__", "constructor", "__new__", "__post_init__"]
            .iter()
            .find_map(|name| self.class_member(index, name, 0));
        if let Some(Shape::Function(document, id)) = constructor.as_ref().map(|value| value.bare().shape().clone()) {
            self.call_function(document, id, arguments, Some(instance.clone()), place);
        }
        instance
    }

    /// Calls a method of a value.
    pub(super) fn method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: Arguments,
        place: Place,
        object: Option<&Expression>,
    ) -> Value {
        let here = Some(place);
        let models = self.models;
        let language = self.language();
        match receiver.bare().shape() {
            Shape::Api(base) => {
                // `f.call(this, x)`, `f.apply(this, [x])`, `f.bind(this)`.
                if self.is_javascript() && matches!(name, "call" | "apply" | "bind") && &**base != "Reflect" {
                    return self.called_as(receiver, name, arguments, place);
                }
                let member = self.member(receiver, name, place, false);
                if let Shape::Api(full) = member.bare().shape() {
                    if models.call(language, full).is_none()
                        && let Some(known) = models.method(language, Some(base), name)
                    {
                        let full = full.clone();
                        return self.call_known(
                            known,
                            &full,
                            &arguments,
                            Some(receiver.clone()),
                            is_disguised(receiver),
                            place,
                        );
                    }
                    return self.apply(&member, arguments, place);
                }
                self.apply(&member, arguments, place)
            }
            Shape::Function(..) if self.is_javascript() && matches!(name, "call" | "apply" | "bind") => {
                self.called_as(receiver, name, arguments, place)
            }
            Shape::Object { class, .. } if class_index(class).is_some() || class.starts_with("module#") => {
                let member = self.member(receiver, name, place, false);
                match member.bare().shape() {
                    Shape::Unknown => self.unknown_call(name, Some(receiver), &arguments, place),
                    _ => self.apply(&member, arguments, place),
                }
            }
            Shape::Object { class, fields } => {
                if let Some(known) = models.method(language, Some(class), name) {
                    let full: Arc<str> = format!("{class}.{name}").into();
                    return self.call_known(known, &full, &arguments, Some(receiver.clone()), false, place);
                }
                if let Some((_, value)) = fields.iter().find(|(field, _)| &**field == name) {
                    let value = value.clone();
                    if matches!(value.bare().shape(), Shape::Function(..) | Shape::Api(_)) {
                        return self.apply(&value, arguments, place);
                    }
                }
                self.unknown_call(name, Some(receiver), &arguments, place)
            }
            Shape::Map(entries) => {
                if let Some((_, value)) = entries.iter().rev().find(|(key, _)| key.as_text() == Some(name)) {
                    let value = value.clone();
                    return self.apply(&value, arguments, place);
                }
                if name == "get"
                    && let Some(key) = arguments.positional.first()
                    && let Some(found) = pure::item(receiver, key, here)
                {
                    return found;
                }
                self.method_of_value(receiver, name, &arguments, place, object)
            }
            Shape::Choice(values)
                if values.iter().any(|value| matches!(value.bare().shape(), Shape::Api(_) | Shape::Object { .. })) =>
            {
                let values = values.clone();
                let results = values
                    .iter()
                    .take(4)
                    .map(|value| self.method(value, name, arguments.clone(), place, None))
                    .collect();
                Value::choice(results, here)
            }
            _ => self.method_of_value(receiver, name, &arguments, place, object),
        }
    }

    fn method_of_value(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: &Arguments,
        place: Place,
        object: Option<&Expression>,
    ) -> Value {
        let here = Some(place);
        if let Some(changed) = mutated(receiver, name, arguments, here) {
            self.charge(&changed);
            if object.is_some() {
                self.changed_receiver = Some(changed.clone());
            }
            return changed;
        }
        // A method that takes a function: each element of a constant list goes through it.
        if matches!(name, "map" | "forEach" | "filter" | "find" | "some" | "every" | "flatMap")
            && let Some(callback) = arguments.positional.first()
            && is_callable(callback)
            && let Some(elements) = pure::elements(receiver).filter(|elements| elements.len() <= 4096)
        {
            let callback = callback.clone();
            let results: Vec<Value> =
                elements
                    .into_iter()
                    .map(|element| {
                        if self.step(1) { self.pure_call_back(&callback, element, place) } else { Value::unknown(here) }
                    })
                    .collect();
            return match name {
                "map" | "flatMap" => Value::list(results, here),
                _ => receiver.clone(),
            };
        }
        if let Some(value) =
            pure::method(receiver, name, &arguments.positional, self.language(), self.budget.constant_bytes, here)
        {
            let mut from = vec![receiver.clone()];
            from.extend(arguments.positional.iter().cloned());
            let value = Value::computed(name, value, from, here);
            return self.bounded(value, place);
        }
        let class = match (receiver.bare().shape(), self.language()) {
            (Shape::Text(text), Language::Python) if text.parse::<i64>().is_ok() => Some("int"),
            (Shape::Text(_) | Shape::Concat(_), Language::Python) => Some("str"),
            (Shape::Bytes(_), Language::Python) => Some("bytes"),
            (Shape::List(_), Language::Python) => Some("list"),
            (Shape::Map(_), Language::Python) => Some("dict"),
            (Shape::Text(_) | Shape::Concat(_), _) => Some("String"),
            (Shape::List(_), _) => Some("Array"),
            _ => None,
        };
        let models = self.models;
        if let Some(known) = models.method(self.language(), class, name) {
            let full: Arc<str> = match class {
                Some(class) => format!("{class}.{name}").into(),
                None => name.into(),
            };
            return self.call_known(known, &full, arguments, Some(receiver.clone()), false, place);
        }
        self.unknown_call(name, Some(receiver), arguments, place)
    }

    /// `f.call(this, x)` and its like.
    fn called_as(&mut self, function: &Value, name: &str, mut arguments: Arguments, place: Place) -> Value {
        let here = Some(place);
        if !arguments.positional.is_empty() {
            arguments.positional.remove(0);
        }
        match name {
            "apply" => {
                let list = arguments.positional.first().cloned();
                let values = match list.as_ref().map(|list| list.bare().shape()) {
                    Some(Shape::List(values)) => values.clone(),
                    Some(_) => list.into_iter().collect(),
                    None => Vec::new(),
                };
                self.apply(function, Arguments::of(values), place)
            }
            "bind" if !arguments.positional.is_empty() => partial(function.clone(), arguments, here),
            "bind" => function.clone(),
            _ => self.apply(function, arguments, place),
        }
    }

    /// Calls a library function by its full name.
    fn call_api(&mut self, name: &str, arguments: Arguments, disguised: bool, place: Place) -> Value {
        let here = Some(place);
        let name = name.strip_prefix("builtins.").unwrap_or(name);
        if let Some(value) = self.reflective(name, &arguments, place) {
            return value;
        }
        // Over constants `map` is worked out: this is how texts are hidden.
        if let Some(value) = self.mapped(name, &arguments, place) {
            return value;
        }
        let models = self.models;
        if let Some(known) = models.call(self.language(), name) {
            let name: Arc<str> = name.into();
            return self.call_known(known, &name, &arguments, None, disguised, place);
        }
        if let Some(value) = pure::call(name, &arguments.positional, self.language(), self.budget.constant_bytes, here)
        {
            let value = Value::computed(name, value, arguments.positional, here);
            return self.bounded(value, place);
        }
        // A method of anything: `asyncio.run(…)` has none, `x.then(…)` has.
        if let Some((base, method)) = name.rsplit_once('.')
            && let Some(known) = models.method(self.language(), None, method)
        {
            let receiver = Value::api(base, here);
            return self.call_known(known, &name.into(), &arguments, Some(receiver), disguised, place);
        }
        if name.ends_with(".?") || (disguised && !arguments.positional.is_empty()) {
            // What is called is not known; that it was looked up by a name that was worked out is.
            let mut doing = Doing::new(name.into(), place);
            doing.disguised = true;
            doing.resolved = shown(name, &arguments);
            let arguments_value = Value::list(arguments.positional.clone(), here);
            let program = Value::text(name, here);
            self.emit(
                EffectKind::Run,
                vec![("program", program), ("argv", arguments_value)],
                &doing,
                vec!["computed-call".into()],
            );
        }
        self.unknown_call(name, None, &arguments, place)
    }

    /// Calls that give a name or a function by its text.
    fn reflective(&mut self, name: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        let here = Some(place);
        let javascript = self.is_javascript();
        Some(match name {
            "print" | "sys.stdout.write" | "console.log" | "process.stdout.write" => {
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
    fn required(&mut self, module: &str, place: Place) -> Value {
        let name = "\u{0}required";
        self.import(module, None, name, place.span);
        let value = self.environment.get(name).cloned();
        self.environment.unset(name);
        value.unwrap_or_else(|| Value::api(module, Some(place)))
    }

    /// Python's `map(f, list)` and its like over constants.
    fn mapped(&mut self, name: &str, arguments: &Arguments, place: Place) -> Option<Value> {
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
    fn pure_call_back(&mut self, function: &Value, element: Value, place: Place) -> Value {
        if let Shape::Function(document, id) = function.bare().shape() {
            let before = self.calls.get(&(*document, *id)).copied().unwrap_or(0);
            let value = self.call_function(*document, *id, &Arguments::of(vec![element]), None, place);
            self.calls.insert((*document, *id), before.max(1));
            return value;
        }
        self.apply(function, Arguments::of(vec![element]), place)
    }

    /// Calls a modelled function.
    fn call_known(
        &mut self,
        known: &KnownCall,
        name: &Arc<str>,
        arguments: &Arguments,
        receiver: Option<Value>,
        disguised: bool,
        place: Place,
    ) -> Value {
        let mut slots = Slots { operands: arguments.positional.clone(), receiver, ..Slots::default() };
        for (at, value) in arguments.positional.iter().enumerate() {
            let last = known.parameters.len().saturating_sub(1);
            if known.rest && at >= last {
                if at == last
                    && let Some(parameter) = known.parameters.last()
                {
                    let rest = arguments.positional.get(at..).unwrap_or_default().to_vec();
                    slots.named.insert(parameter.clone(), vec![Value::list(rest, Some(place))]);
                }
            } else if let Some(parameter) = known.parameters.get(at) {
                slots.named.insert(parameter.clone(), vec![value.clone()]);
            }
        }
        let takes = |name: &str| known.parameters.iter().chain(&known.keywords).find(|own| &***own == name).cloned();
        for (name, value) in &arguments.named {
            if let Some(parameter) = takes(name) {
                slots.named.entry(parameter).or_insert_with(|| vec![value.clone()]);
            }
        }
        if self.is_javascript() {
            for value in &arguments.positional {
                let Shape::Map(entries) = value.bare().shape() else { continue };
                for (key, value) in entries {
                    if let Some(parameter) = key.as_text().and_then(takes) {
                        slots.named.entry(parameter).or_insert_with(|| vec![value.clone()]);
                    }
                }
            }
        }
        let doing = Doing { resolved: shown(name, arguments), disguised, ..Doing::new(name.clone(), place) };
        let value = self.apply_model(known, slots, &doing);
        // Functions that a model does not name as called back may be called all the same.
        if known.invokes.is_none() {
            self.call_back_all(arguments, &value, place);
        }
        value
    }

    /// A call of which nothing is known: what goes in may come out, and functions that are given may be called.
    fn unknown_call(&mut self, name: &str, receiver: Option<&Value>, arguments: &Arguments, place: Place) -> Value {
        let mut from: Vec<Value> = receiver.into_iter().cloned().collect();
        from.extend(arguments.all().cloned());
        // A method that text, bytes and lists have is what its name says, whatever it is called on.
        let is_plain = receiver.is_some()
            && ["str", "bytes", "list"]
                .iter()
                .any(|class| self.models.call(self.language(), &format!("{class}.{name}")).is_some());
        let how = if is_plain { name.to_owned() } else { format!("unknown call of {name}") };
        let value = Value::derived(how, from, Some(place));
        self.call_back_all(arguments, &value, place);
        value
    }

    fn call_back_all(&mut self, arguments: &Arguments, with: &Value, place: Place) {
        for value in arguments.all() {
            if let Shape::Function(document, id) = value.bare().shape()
                && !self.calls.contains_key(&(*document, *id))
            {
                self.call_function(*document, *id, &Arguments::of(vec![with.clone()]), None, place);
            }
        }
    }

    /// Calls the functions that a value holds.
    pub(super) fn call_back(&mut self, callbacks: &Value, arguments: &[Value], place: Place) -> Vec<Value> {
        match callbacks.bare().shape() {
            Shape::List(values) | Shape::Choice(values) => {
                let values = values.clone();
                values.iter().take(16).flat_map(|value| self.call_back(value, arguments, place)).collect()
            }
            _ if is_callable(callbacks) => vec![self.apply(callbacks, Arguments::of(arguments.to_vec()), place)],
            _ => Vec::new(),
        }
    }

    /// Interprets a function of the bundle with these arguments.
    pub(super) fn call_function(
        &mut self,
        document: DocumentId,
        id: FunctionId,
        arguments: &Arguments,
        receiver: Option<Value>,
        place: Place,
    ) -> Value {
        let here = Some(place);
        let key = (document, id);
        let from = |arguments: &Arguments| {
            Value::derived("unknown call of a function", arguments.all().cloned().collect(), here)
        };
        let count = self.calls.entry(key).or_insert(0);
        *count += 1;
        if *count > MAX_CALLS || self.calling.contains(&key) || self.calling.len() >= self.budget.call_depth as usize {
            return from(arguments);
        }
        let Some(program) = self.program(document) else { return from(arguments) };
        let Some(function) = program.functions.get(id.0 as usize) else { return from(arguments) };
        let owner = self.owners.get(&document).copied().unwrap_or(document);
        let foreign = !self.environment.frames.iter().any(|frame| frame.module == Some(owner));
        let borrowed = if foreign { self.modules.remove(&owner) } else { None };
        let pushed = borrowed.is_some();
        self.environment.frames.extend(borrowed);

        let mut frame = Frame::call();
        let mut named: BTreeMap<&str, Value> = BTreeMap::new();
        for (name, value) in &arguments.named {
            named.insert(name, value.clone());
        }
        let mut positional = arguments.positional.iter();
        let mut parameters = function.parameters.iter().peekable();
        if let Some(receiver) = receiver {
            if self.is_javascript() {
                frame.variables.insert("this".into(), receiver);
            } else if let Some(own) = parameters.next() {
                frame.variables.insert(own.name.as_str().into(), receiver);
            }
        }
        let span_place = Place { document, span: function.span };
        let outer_document = std::mem::replace(&mut self.document, document);
        if matches!(self.language(), Language::Shell | Language::Batch) {
            frame.positional = Some(arguments.positional.clone());
        }
        self.environment.frames.push(frame);
        self.calling.push(key);
        for parameter in parameters {
            let value = if parameter.rest {
                Some(Value::list(positional.by_ref().cloned().collect(), here))
            } else {
                named.remove(parameter.name.as_str()).or_else(|| positional.next().cloned())
            };
            let value = match (value, &parameter.default) {
                (Some(value), _) => value.carried(format!("parameter `{}`", parameter.name), Some(span_place)),
                (None, Some(default)) => self.value(default),
                (None, None) => Value::unknown(here),
            };
            // A parameter that is taken apart (`({ a, b }) => …`) is bound by operations of the body.
            self.environment.set_local(&parameter.name, value);
        }
        self.returns.push(Vec::new());
        let shell = matches!(self.language(), Language::Shell | Language::Batch);
        if shell {
            self.outputs.push(Vec::new());
        }
        self.deeper((), |interpreter| interpreter.operations(&function.body));
        let output = if shell { self.outputs.pop() } else { None };
        let returned = self.returns.pop().unwrap_or_default();
        self.calling.pop();
        self.environment.frames.pop();
        if pushed && let Some(frame) = self.environment.frames.pop() {
            self.modules.insert(owner, frame);
        }
        self.document = outer_document;
        if let Some(output) = output {
            return match output.len() {
                0 => Value::text("", here),
                _ => Value::concat(output, here),
            };
        }
        if returned.is_empty() {
            return Value::unknown(here);
        }
        let name = function.name.as_deref().unwrap_or("function");
        Value::choice(returned, here).carried(format!("return of `{name}`"), here)
    }

    /// Interprets a function as if something outside called it.
    pub(super) fn call_from_outside(&mut self, document: DocumentId, id: FunctionId) {
        let Some(program) = self.program(document) else { return };
        let Some(function) = program.functions.get(id.0 as usize) else { return };
        let place = Place { document, span: function.span };
        let argument = |name: &str| Value::new(Shape::Argument(name.into()), Some(place));
        let mut receiver = None;
        let mut skip = 0;
        if let Some(class) = &function.class {
            let index = self.classes.iter().rposition(|known| *known.name == **class);
            receiver = index.map(|index| {
                Value::new(Shape::Object { class: format!("instance#{index}").into(), fields: Vec::new() }, Some(place))
            });
            skip = usize::from(receiver.is_some() && !self.is_javascript());
        }
        if matches!(self.language(), Language::Shell | Language::Batch) {
            let arguments = Arguments::of((1..=9).map(|number| argument(&format!("${number}"))).collect());
            self.call_function(document, id, &arguments, None, place);
            return;
        }
        let parameters = function.parameters.iter().skip(skip).filter(|parameter| !parameter.rest);
        let named = parameters
            .filter(|parameter| parameter.default.is_none())
            .map(|parameter| (Arc::from(parameter.name.as_str()), argument(&parameter.name)))
            .collect();
        self.call_function(document, id, &Arguments { positional: Vec::new(), named }, receiver, place);
    }
}

/// A function with some of its arguments given.
fn partial(function: Value, arguments: Arguments, place: Option<Place>) -> Value {
    let mut fields = vec![(Arc::from("function"), function)];
    fields.extend(arguments.positional.into_iter().enumerate().map(|(at, value)| (Arc::from(at.to_string()), value)));
    fields.extend(arguments.named);
    Value::new(Shape::Object { class: "partial".into(), fields }, place)
}

/// Whether a value can be called.
fn is_callable(value: &Value) -> bool {
    match value.bare().shape() {
        Shape::Function(..) | Shape::Api(_) => true,
        Shape::Object { class, .. } => matches!(&**class, "bound" | "partial") || class.starts_with("class#"),
        _ => false,
    }
}

/// A list or table that a method changes in place.
fn mutated(receiver: &Value, name: &str, arguments: &Arguments, place: Option<Place>) -> Option<Value> {
    match receiver.bare().shape() {
        Shape::List(values) => {
            let mut values = values.clone();
            match name {
                "append" | "push" | "add" | "appendleft" => values.extend(arguments.positional.iter().cloned()),
                "unshift" => {
                    values.splice(0..0, arguments.positional.iter().cloned());
                }
                "insert" => values.extend(arguments.positional.get(1).cloned()),
                "extend" => match arguments.positional.first().map(|list| list.bare().shape()) {
                    Some(Shape::List(more)) => values.extend(more.iter().cloned()),
                    Some(_) => values.extend(arguments.positional.first().cloned()),
                    None => {}
                },
                _ => return None,
            }
            Some(Value::list(values, place))
        }
        Shape::Map(entries) => {
            let mut entries = entries.clone();
            match name {
                "update" => {
                    if let Some(Shape::Map(more)) = arguments.positional.first().map(|map| map.bare().shape()) {
                        entries.extend(more.iter().cloned());
                    } else {
                        entries
                            .extend(arguments.positional.first().map(|value| (Value::unknown(place), value.clone())));
                    }
                    entries.extend(
                        arguments.named.iter().map(|(name, value)| (Value::text(name.clone(), place), value.clone())),
                    );
                }
                "set" | "append" | "setdefault" => {
                    let [key, value] = arguments.positional.as_slice() else { return None };
                    entries.push((key.clone(), value.clone()));
                }
                _ => return None,
            }
            Some(Value::new(Shape::Map(entries), place))
        }
        _ => None,
    }
}

/// A call with all that is known filled in.
fn shown(name: &str, arguments: &Arguments) -> Arc<str> {
    let mut text = format!("{name}(");
    let positional = arguments.positional.iter().map(|value| (None, value));
    let named = arguments.named.iter().map(|(name, value)| (Some(name), value));
    for (at, (name, value)) in positional.chain(named).enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        if let Some(name) = name {
            text.push_str(name);
            text.push('=');
        }
        let rendered = value.rendered();
        let mut end = rendered.len().min(MAX_SHOWN);
        while !rendered.is_char_boundary(end) {
            end -= 1;
        }
        let quoted = value.as_text().is_some();
        if quoted {
            text.push('"');
        }
        text.push_str(&rendered[..end]);
        if end < rendered.len() {
            text.push('…');
        }
        if quoted {
            text.push('"');
        }
    }
    text.push(')');
    text.into()
}
