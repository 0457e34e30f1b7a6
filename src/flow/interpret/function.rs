//! Functions of the bundle: called, handed over to be called back, or called from outside.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::call::Arguments;
use super::environment::Frame;
use super::{Interpreter, MAX_CALLS, MAX_TURNED_CALLS};
use crate::document::{DocumentId, Language};
use crate::flow::{Place, Shape, Value};
use crate::lower::operation::{ExpressionKind, Function, FunctionId};

impl Interpreter<'_> {
    pub(super) fn call_back_all(&mut self, arguments: &Arguments, with: &Value, place: Place) {
        for value in arguments.all() {
            if let Shape::Function(document, id) = value.bare().shape()
                && !self.calls.contains_key(&(*document, *id))
            {
                self.entering = self.remembered(value);
                self.call_function(*document, *id, &Arguments::of(vec![with.clone()]), None, place);
            }
        }
    }

    /// Calls a library function that is handed over together with its arguments: `pool.submit(os.system, command)`.
    pub(super) fn call_handed(&mut self, arguments: &Arguments, place: Place) {
        if self.language() != Language::Python {
            return;
        }
        let at = arguments.positional.iter().take(3).position(|value| match value.bare().shape() {
            Shape::Api(name) => self.models.call(Language::Python, name).is_some(),
            _ => false,
        });
        let Some(at) = at else { return };
        let (Some(function), Some(rest)) = (arguments.positional.get(at), arguments.positional.get(at + 1..)) else {
            return;
        };
        // `Timer(1, f, [argument])`.
        let rest = match rest {
            [only] => match only.bare().shape() {
                Shape::List(values) => values.clone(),
                _ => rest.to_vec(),
            },
            _ => rest.to_vec(),
        };
        if !rest.is_empty() {
            let function = function.clone();
            self.deeper(Value::unknown(None), |interpreter| interpreter.apply(&function, Arguments::of(rest), place));
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
        // Of texts that are worked out piece by piece every piece counts.
        let most = if self.turning > 0 { MAX_TURNED_CALLS } else { MAX_CALLS };
        if *count > most || self.calling.contains(&key) || self.calling.len() >= self.budget.call_depth as usize {
            self.entering = None;
            return from(arguments);
        }
        let Some(program) = self.program(document) else { return from(arguments) };
        let Some(function) = program.functions.get(id.0 as usize) else { return from(arguments) };
        let owner = self.owners.get(&document).copied().unwrap_or(document);
        let foreign = !self.environment.frames.iter().any(|frame| frame.module == Some(owner));
        let borrowed = if foreign { self.modules.remove(&owner) } else { None };
        let pushed = borrowed.is_some();
        self.environment.frames.extend(borrowed);

        let remembered = self.entering.take();
        let remembers = remembered.is_some();
        self.environment.frames.extend(remembered);
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
            } else if is_static(function) {
                // A static method is given what it is called with, whatever it is called on.
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
            } else if parameter.keywords {
                let left = std::mem::take(&mut named).into_iter();
                let entries = left.map(|(name, value)| (Value::text(name, here), value)).collect();
                Some(Value::new(Shape::Map(entries), here))
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
        self.given.push(Vec::new());
        let shell = matches!(self.language(), Language::Shell | Language::Batch);
        if shell {
            self.outputs.push(Vec::new());
        }
        self.deeper((), |interpreter| interpreter.operations(&function.body));
        let output = if shell { self.outputs.pop() } else { None };
        let returned = self.returns.pop().unwrap_or_default();
        let given = self.given.pop().unwrap_or_default();
        self.calling.pop();
        self.environment.frames.pop();
        if remembers {
            self.environment.frames.pop();
        }
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
        if !given.is_empty() {
            return Value::list(given, here);
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
        let parameters =
            function.parameters.iter().skip(skip).filter(|parameter| !parameter.rest && !parameter.keywords);
        let named = parameters
            .filter(|parameter| parameter.default.is_none())
            .map(|parameter| (Arc::from(parameter.name.as_str()), argument(&parameter.name)))
            .collect();
        self.call_function(document, id, &Arguments { positional: Vec::new(), named }, receiver, place);
    }
}

/// Whether a function of a class takes no receiver.
fn is_static(function: &Function) -> bool {
    function
        .decorators
        .iter()
        .any(|decorator| matches!(&decorator.kind, ExpressionKind::Name(name) if name == "staticmethod"))
}

/// Whether a value can be called.
pub(super) fn is_callable(value: &Value) -> bool {
    match value.bare().shape() {
        Shape::Function(..) | Shape::Api(_) => true,
        Shape::Object { class, .. } => {
            matches!(
                &**class,
                "bound"
                    | "partial"
                    | "returns"
                    | "context"
                    | "operator.attrgetter"
                    | "operator.methodcaller"
                    | "operator.itemgetter"
            ) || class.starts_with("class#")
        }
        _ => false,
    }
}
