//! Calls: of libraries by their models, of functions and classes of the bundle by their bodies.

use std::sync::Arc;

use super::Interpreter;
use super::emit::Doing;
use super::model::Slots;
use super::names::is_disguised;
use super::reflection::partial;
use crate::document::Language;
use crate::flow::models::KnownCall;
use crate::flow::{EffectKind, Place, Shape, Value, pure};
use crate::lower::operation::{Argument, Call, Expression, ExpressionKind};
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

    pub(super) fn all(&self) -> impl Iterator<Item = &Value> {
        self.positional.iter().chain(self.named.iter().map(|(_, value)| value))
    }

    pub(super) fn text(&self, at: usize) -> Option<String> {
        self.positional.get(at).and_then(Value::constant)
    }
}

impl Interpreter<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Value {
        let place = self.place(span);
        if let ExpressionKind::Member(object, name) = &call.callee.kind {
            // PowerShell calls a method by a name that was worked out as `$o.($name).Invoke(…)`.
            if name.eq_ignore_ascii_case("invoke")
                && let ExpressionKind::Member(..) | ExpressionKind::Index(..) = &object.kind
                && self.language() == Language::PowerShell
            {
                let (inner, method) = match &object.kind {
                    ExpressionKind::Member(inner, method) => (inner, Some(method.clone())),
                    ExpressionKind::Index(inner, index) => (inner, self.value(index).constant()),
                    _ => return Value::unknown(Some(place)),
                };
                if let Some(method) = method {
                    let receiver = self.reference(inner);
                    let arguments = self.arguments(&call.arguments);
                    return self.method(&receiver, &method, arguments, place, None);
                }
            }
            let receiver = self.reference(object);
            if name == "__enter__" && call.arguments.is_empty() {
                return self.by_itself(&receiver, name, Vec::new(), place).unwrap_or(receiver);
            }
            let arguments = self.arguments(&call.arguments);
            self.changed_receiver = None;
            let value = self.method(&receiver, name, arguments, place, Some(object));
            if let Some(changed) = self.changed_receiver.take() {
                self.put_back(object, changed);
            }
            value
        } else if let ExpressionKind::Index(object, index) = &call.callee.kind
            && self.is_javascript()
        {
            self.call_in_brackets(call, object, index, place)
        } else {
            let callee = self.reference(&call.callee);
            let mut arguments = self.arguments(&call.arguments);
            if self.language() == Language::Python {
                self.prepare(&callee, &mut arguments, call);
            }
            self.apply(&callee, arguments, place)
        }
    }

    /// `o["m"](…)`: a method of whatever `o` is, if what `o["m"]` is is not known by itself.
    fn call_in_brackets(&mut self, call: &Call, object: &Expression, index: &Expression, place: Place) -> Value {
        let receiver = self.reference(object);
        let callee = self.reference(&call.callee);
        let arguments = self.arguments(&call.arguments);
        let (models, language) = (self.models, self.language());
        let is_known = match callee.bare().shape() {
            Shape::Function(..) => true,
            // A method of an object: the model wants to know which.
            Shape::Api(full) => {
                let (base, name) = full.rsplit_once('.').unwrap_or(("", full));
                models.call(language, full).is_some() || models.method(language, Some(base), name).is_none()
            }
            Shape::Object { .. } => !matches!(receiver.bare().shape(), Shape::Object { .. }),
            _ => false,
        };
        let name = if is_known { None } else { self.value(index).constant() };
        let Some(name) = name.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$'))
        else {
            return self.apply(&callee, arguments, place);
        };
        self.changed_receiver = None;
        let value = self.method(&receiver, &name, arguments, place, Some(object));
        if let Some(changed) = self.changed_receiver.take() {
            self.put_back(object, changed);
        }
        value
    }

    pub(super) fn arguments(&mut self, written: &[Argument]) -> Arguments {
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
            Shape::Function(document, id) => {
                self.entering = self.remembered(callee);
                self.call_function(*document, *id, &arguments, None, place)
            }
            Shape::Object { class, fields } => {
                let field =
                    |wanted: &str| fields.iter().find(|(name, _)| &**name == wanted).map(|(_, value)| value.clone());
                match &**class {
                    "bound" => match (field("receiver"), field("method").map(|method| method.bare().shape().clone())) {
                        (Some(receiver), Some(Shape::Function(document, id))) => {
                            self.entering = field("method").and_then(|method| self.remembered(&method));
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
                    "returns" => field("value").unwrap_or_else(|| Value::unknown(here)),
                    "operator.attrgetter" | "operator.methodcaller" => {
                        let (Some(name), Some(object)) =
                            (field("name").and_then(|name| name.constant()), arguments.positional.first())
                        else {
                            return Value::unknown(here);
                        };
                        let member = self.member(object, &name, place, true);
                        if &**class == "operator.attrgetter" {
                            return member;
                        }
                        let given = match field("given").as_ref().map(|given| given.bare().shape()) {
                            Some(Shape::List(given)) => given.clone(),
                            _ => Vec::new(),
                        };
                        self.deeper(Value::unknown(here), |interpreter| {
                            interpreter.apply(&member, Arguments::of(given), place)
                        })
                    }
                    "method" => match (field("receiver"), field("method").and_then(|name| name.constant())) {
                        (Some(receiver), Some(name)) => self.method(&receiver, &name, arguments, place, None),
                        _ => Value::unknown(here),
                    },
                    // What a context manager gives when it is entered.
                    "context" => {
                        let Some(function) = field("get") else { return Value::unknown(here) };
                        let given = self
                            .deeper(Value::unknown(here), |interpreter| interpreter.apply(&function, arguments, place));
                        self.element(&given)
                    }
                    "operator.itemgetter" => match (field("key"), arguments.positional.first()) {
                        (Some(key), Some(object)) => self.item(object, &key, place),
                        _ => Value::unknown(here),
                    },
                    "codec" => {
                        let mut given = arguments.positional;
                        given.extend(field("name"));
                        let name = field("call").and_then(|name| name.constant()).unwrap_or_default();
                        let value = self.call_api(&name, Arguments::of(given), false, place);
                        Value::list(vec![value, Value::unknown(here)], here)
                    }
                    _ if class.starts_with("class#") => self.instantiate(class, &arguments, place),
                    _ if class.starts_with("instance#") => {
                        let given = arguments.positional.clone();
                        match self.by_itself(callee, "__call__", given, place) {
                            Some(value) => value,
                            None => self.unknown_call("unknown call", Some(callee), &arguments, place),
                        }
                    }
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

    /// `f.call(this, x)` and its like.
    pub(super) fn called_as(&mut self, function: &Value, name: &str, mut arguments: Arguments, place: Place) -> Value {
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
    pub(super) fn call_api(&mut self, name: &str, arguments: Arguments, disguised: bool, place: Place) -> Value {
        let here = Some(place);
        let name = name.strip_prefix("builtins.").unwrap_or(name);
        // A constructor of functions by a name that was worked out is told as such.
        if !(disguised && name == "Function")
            && let Some(value) = self.reflective(name, &arguments, place)
        {
            return value;
        }
        // Over constants `map` is worked out: this is how texts are hidden.
        if let Some(value) = self.mapped(name, &arguments, place) {
            return value;
        }
        if let Some(value) = self.reduced(name, &arguments, place) {
            return value;
        }
        // The library `sh` of Python makes a function of every program.
        if let Some(program) = name.strip_prefix("sh.").filter(|rest| !rest.contains('.'))
            && self.language() == Language::Python
        {
            let mut words = vec![Value::text(program, here)];
            words.extend(arguments.positional);
            let doing = Doing::new(name.into(), place);
            return self.started_by_call(&Value::list(words, here), &Slots::default(), &doing);
        }
        let models = self.models;
        let known = models.call(self.language(), name);
        // What only computes is computed.
        if arguments.named.is_empty()
            && known.is_some_and(|known| known.effects.is_empty() && known.runs.is_none() && known.class.is_none())
            && self.language() == Language::Python
            && let Some(value) =
                pure::call(name, &arguments.positional, self.language(), self.budget.constant_bytes, here)
        {
            let value = Value::computed(name, value, arguments.positional, here);
            return self.bounded(value, place);
        }
        if let Some(known) = known {
            let name: Arc<str> = name.into();
            return self.call_known(known, &name, &arguments, None, disguised, place);
        }
        let decodes = self.budget.decodes || name != "atob";
        if decodes
            && let Some(value) =
                pure::call(name, &arguments.positional, self.language(), self.budget.constant_bytes, here)
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

    /// Calls a modelled function.
    pub(super) fn call_known(
        &mut self,
        known: &KnownCall,
        name: &Arc<str>,
        arguments: &Arguments,
        receiver: Option<Value>,
        disguised: bool,
        place: Place,
    ) -> Value {
        // `path.read_text()`: which path.
        let on = receiver.as_ref().filter(|_| name.starts_with("path.")).and_then(Value::stands_for);
        let said = match (on.and_then(Value::constant), name.strip_prefix("path")) {
            (Some(path), Some(method)) if path.len() <= MAX_SHOWN => format!("path(\"{path}\"){method}").into(),
            _ => name.clone(),
        };
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
        let doing = Doing { resolved: shown(&said, arguments), disguised, ..Doing::new(name.clone(), place) };
        let argv = matches!(&**name, "subprocess.Popen" | "child_process.spawn")
            .then(|| arguments.positional.first().cloned())
            .flatten();
        let argv = argv.map(|program| match arguments.positional.get(1).map(|words| words.bare().shape()) {
            Some(Shape::List(words)) if self.is_javascript() => {
                Value::list([program].into_iter().chain(words.iter().cloned()).collect(), Some(place))
            }
            _ => program,
        });
        let value = self.apply_model(known, slots, &doing);
        if let Some(argv) = argv {
            // What is written to it later is its input.
            let fields = vec![("content".into(), value), ("argv".into(), argv)];
            return Value::new(Shape::Object { class: "process".into(), fields }, Some(place));
        }
        // Functions that a model does not name as called back may be called all the same.
        if known.invokes.is_none() {
            self.call_back_all(arguments, &value, place);
        }
        value
    }

    /// A call of which nothing is known: what goes in may come out, and functions that are given may be called.
    pub(super) fn unknown_call(
        &mut self,
        name: &str,
        receiver: Option<&Value>,
        arguments: &Arguments,
        place: Place,
    ) -> Value {
        let mut from: Vec<Value> = receiver.into_iter().cloned().collect();
        from.extend(arguments.all().cloned());
        // A method that text, bytes and lists have is what its name says, whatever it is called on.
        let is_plain = receiver.is_some()
            && ["str", "bytes", "list", "String", "Array"]
                .iter()
                .any(|class| self.models.call(self.language(), &format!("{class}.{name}")).is_some());
        let how = if is_plain { name.to_owned() } else { format!("unknown call of {name}") };
        let value = Value::derived(how, from, Some(place));
        self.call_back_all(arguments, &value, place);
        self.call_handed(arguments, place);
        value
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
