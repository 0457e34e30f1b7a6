//! Operations: what is done, in order.

use std::sync::Arc;

use super::environment::Frame;
use super::{Class, Interpreter};
use crate::document::Language;
use crate::flow::{Shape, Value, pure};
use crate::lower::operation::{AssignMode, Expression, ExpressionKind, Operation, OperationKind};
use crate::source::Span;

impl Interpreter<'_> {
    pub(super) fn operations(&mut self, operations: &[Operation]) {
        for operation in operations {
            if !self.step(1) {
                return;
            }
            self.deeper((), |interpreter| interpreter.operation(operation));
        }
    }

    /// Whether a loop's condition always holds, and nothing in the loop leaves it.
    fn has_no_end(&mut self, condition: Option<&Expression>, span: Span) -> bool {
        let leaves = {
            let source = self.source(self.place(span));
            let words = source.split(|c: char| !c.is_alphanumeric() && c != '_');
            words
                .into_iter()
                .any(|word| matches!(word, "break" | "return" | "exit" | "raise" | "throw" | "last" | "until"))
        };
        !leaves && condition.is_none_or(|condition| self.always_holds(condition, 0))
    }

    fn always_holds(&mut self, condition: &Expression, depth: u32) -> bool {
        match &condition.kind {
            ExpressionKind::Boolean(truth) => *truth,
            ExpressionKind::Integer(number) => *number != 0,
            ExpressionKind::Group { body, .. } if depth < 4 => match body.as_slice() {
                [Operation { kind: OperationKind::Evaluate(only), .. }] => self.always_holds(only, depth + 1),
                _ => false,
            },
            ExpressionKind::Command(command) if command.words.len() <= 4 => {
                let words: Vec<String> =
                    self.argv(&command.words).iter().map(|word| word.constant().unwrap_or_default()).collect();
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                matches!(words.as_slice(), ["true" | ":"] | ["[", "1", "]"] | ["test", "1"])
            }
            _ => false,
        }
    }

    fn operation(&mut self, operation: &Operation) {
        match &operation.kind {
            OperationKind::Evaluate(expression) => {
                let value = self.value(expression);
                if writes_output(expression)
                    && let Some(output) = self.outputs.last_mut()
                {
                    output.push(value);
                }
            }
            OperationKind::Assign { target, value, mode } => {
                let value = self.assigned(value);
                self.assign(target, value, *mode);
            }
            OperationKind::Branch { conditions, arms } => {
                for condition in conditions {
                    self.value(condition);
                }
                let complete = arms.len() > 1;
                let mut results = Vec::new();
                for arm in arms {
                    self.environment.begin_arm();
                    self.operations(arm);
                    results.push(self.environment.end_arm());
                }
                self.environment.join(&results, complete);
            }
            OperationKind::Loop { binding, condition, body } => {
                if let Some((target, source)) = binding {
                    let source = self.value(source);
                    // Texts are hidden in loops that put them together: each turn is worked out.
                    if body.len() <= 8
                        && body.iter().any(accumulates)
                        && let Some(elements) = pure::elements(&source).filter(|elements| elements.len() <= 1024)
                    {
                        for element in elements {
                            if !self.step(1) {
                                break;
                            }
                            self.assign(target, element, AssignMode::Set);
                            self.operations(body);
                        }
                        return;
                    }
                    let element = self.element(&source);
                    self.assign(target, element, AssignMode::Set);
                }
                if let Some(condition) = condition {
                    self.value(condition);
                }
                let is_endless = binding.is_none() && self.has_no_end(condition.as_ref(), operation.span);
                let (before, outer) = (self.effects.len(), std::mem::take(&mut self.is_left));
                self.environment.begin_arm();
                self.operations(body);
                let result = self.environment.end_arm();
                if is_endless && !self.is_left {
                    for effect in self.effects.iter_mut().skip(before).filter(|effect| !effect.has_tag("endless")) {
                        effect.tags.push("endless".into());
                    }
                }
                self.is_left |= outer;
                self.environment.join(&[result], false);
            }
            OperationKind::Return(value) => {
                if let Some(value) = value {
                    let value = self.value(value);
                    if let Some(returns) = self.returns.last_mut() {
                        returns.push(value);
                    }
                }
            }
            OperationKind::Outer(names) => self.environment.share(names),
            OperationKind::Define(id) => {
                let Some(program) = self.program(self.document) else { return };
                let Some(function) = program.functions.get(id.0 as usize) else { return };
                for decorator in &function.decorators {
                    self.value(decorator);
                }
                let Some(name) = &function.name else { return };
                let name: Arc<str> = name.as_str().into();
                if matches!(self.language(), Language::Shell | Language::Batch) {
                    self.environment.functions.insert(name, (self.document, *id));
                } else {
                    let place = self.place(function.span);
                    let value = Value::new(Shape::Function(self.document, *id), Some(place));
                    self.environment.set_local(&name, value);
                }
            }
            OperationKind::Class { name, bases, body } => {
                let bases: Vec<Value> = bases.iter().map(|base| self.reference(base)).collect();
                self.environment.frames.push(Frame::call());
                self.operations(body);
                let frame = self.environment.frames.pop();
                let attributes = frame.map(|frame| frame.variables).unwrap_or_default();
                let class: Arc<str> = format!("class#{}", self.classes.len()).into();
                self.classes.push(Class { name: name.as_str().into(), attributes, bases });
                let place = self.place(operation.span);
                let value = Value::new(Shape::Object { class, fields: Vec::new() }, Some(place));
                self.environment.set_local(name, value);
            }
            OperationKind::Import { module, name, alias } => {
                self.import(module, name.as_deref(), alias, operation.span);
            }
            OperationKind::Alias { name, value } => {
                let value = self.value(value);
                self.environment.aliases.insert(name.as_str().into(), value);
            }
        }
    }

    /// The value of the right side of an assignment: library names stay names.
    fn assigned(&mut self, expression: &Expression) -> Value {
        match expression.kind {
            ExpressionKind::Name(_) | ExpressionKind::Member(..) | ExpressionKind::Index(..) => {
                let value = self.reference(expression);
                match value.bare().shape() {
                    // `x = document.cookie` reads; `e = os.environ` is a name whose items may be read later.
                    Shape::Api(name) if self.models.item(self.language(), name).is_none() => {
                        self.materialised(value, self.place(expression.span))
                    }
                    _ => value,
                }
            }
            _ => self.value(expression),
        }
    }

    /// Stores a value.
    pub(super) fn assign(&mut self, target: &Expression, value: Value, mode: AssignMode) {
        let place = self.place(target.span);
        match &target.kind {
            ExpressionKind::Name(name) => {
                if mode == AssignMode::Reference {
                    if let Some(other) = value.constant()
                        && other != *name
                    {
                        self.environment.references.insert(name.as_str().into(), other.into());
                    }
                    return;
                }
                let value = if mode == AssignMode::Append {
                    let before = self.environment.get(name).cloned();
                    appended(before, value, Some(place))
                } else {
                    value
                };
                self.charge(&value);
                self.encoded_constant(&value);
                let value = value.carried(format!("variable `{name}`"), Some(place));
                if mode == AssignMode::Export {
                    self.code_variable(name, &value, place);
                    self.export(name, value.clone());
                }
                self.environment.set(name, value);
            }
            ExpressionKind::Member(object, name) => {
                let receiver = self.reference(object);
                self.set_member(object, &receiver, name, value, mode);
            }
            ExpressionKind::Index(object, index) => {
                let index = self.value(index);
                let receiver = self.reference(object);
                self.set_item(object, &receiver, index, value);
            }
            ExpressionKind::List(targets) => {
                let elements = match value.bare().shape() {
                    Shape::List(elements) => Some(elements.clone()),
                    _ => None,
                };
                for (at, target) in targets.iter().enumerate() {
                    let element = elements.as_ref().and_then(|elements| elements.get(at)).cloned();
                    let element = element.unwrap_or_else(|| self.element(&value));
                    self.assign(target, element, AssignMode::Set);
                }
            }
            ExpressionKind::Map(entries) => {
                for (key, target) in entries {
                    let member = match key.as_ref().map(|key| &key.kind) {
                        Some(ExpressionKind::Text(name) | ExpressionKind::Name(name)) => {
                            let place = self.place(target.span);
                            self.member(&value, name, place, false)
                        }
                        _ => value.clone(),
                    };
                    self.assign(target, member, AssignMode::Set);
                }
            }
            // A default in a destructuring: `{a = 1} = o`.
            ExpressionKind::Choice(parts) => {
                if let Some((first, defaults)) = parts.split_first() {
                    let mut values = vec![value];
                    values.extend(defaults.iter().map(|default| self.value(default)));
                    self.assign(first, Value::choice(values, Some(place)), mode);
                }
            }
            ExpressionKind::Spread(inner) => self.assign(inner, value, mode),
            _ => {
                self.value(target);
            }
        }
    }

    pub(super) fn export(&mut self, name: &str, value: Value) {
        self.exports.entry(name.into()).or_default().push(value);
    }

    /// Large constants cost steps, so that copying them again and again ends.
    pub(super) fn charge(&mut self, value: &Value) {
        let len = match value.bare().shape() {
            Shape::Text(text) => text.len(),
            Shape::Bytes(bytes) => bytes.len(),
            Shape::List(values) => values.len() * 16,
            Shape::Map(entries) => entries.len() * 32,
            Shape::Concat(parts) => parts.len() * 64,
            _ => 0,
        };
        self.step(len as u64 / 256);
    }

    /// What a loop over a value binds.
    pub(super) fn element(&mut self, value: &Value) -> Value {
        let place = value.place();
        match value.bare().shape() {
            Shape::List(values) => match values.len() {
                0 => Value::unknown(place),
                1 => values.first().cloned().unwrap_or_else(|| Value::unknown(place)),
                _ => Value::choice(values.clone(), place),
            },
            Shape::Map(entries) => Value::choice(entries.iter().map(|(key, _)| key.clone()).collect(), place),
            Shape::Text(_) if !matches!(self.language(), Language::Shell) => Value::unknown(place),
            // The lines of an open file.
            Shape::Object { fields, .. } => {
                let content = fields.iter().find(|(field, _)| &**field == "content").map(|(_, value)| value.clone());
                content.unwrap_or_else(|| value.clone())
            }
            _ => value.clone(),
        }
    }
}

/// Whether an operation puts something behind what a variable holds already.
fn accumulates(operation: &Operation) -> bool {
    let OperationKind::Assign { target, value, mode } = &operation.kind else { return false };
    let ExpressionKind::Name(name) = &target.kind else { return false };
    *mode == AssignMode::Append
        || matches!(&value.kind, ExpressionKind::Binary(_, left, _)
            if matches!(&left.kind, ExpressionKind::Name(own) if own == name))
}

/// Whether an expression statement writes to standard output.
fn writes_output(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Command(_) | ExpressionKind::Pipeline(_) | ExpressionKind::Group { .. })
}

/// A value put behind another: text joins, lists grow.
fn appended(before: Option<Value>, value: Value, place: Option<crate::flow::Place>) -> Value {
    let Some(before) = before else { return value };
    match (before.bare().shape(), value.bare().shape()) {
        (Shape::List(old), Shape::List(new)) => Value::list(old.iter().chain(new).cloned().collect(), place),
        (Shape::List(old), _) => {
            let mut all = old.clone();
            all.push(value.clone());
            Value::list(all, place)
        }
        _ => Value::concat(vec![before, value], place),
    }
}
