//! Operations: what is done, in order.

use std::sync::Arc;

use super::Interpreter;
use crate::document::Language;
use crate::flow::{Shape, Value, pure};
use crate::lower::operation::{AssignMode, Expression, ExpressionKind, Operation, OperationKind, Operator};
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
    pub(super) fn has_no_end(&mut self, condition: Option<&Expression>, span: Span) -> bool {
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
                // `i += 1` counts.
                if *mode == AssignMode::Append
                    && let (ExpressionKind::Name(name), ExpressionKind::Integer(_)) = (&target.kind, &value.kind)
                    && !matches!(self.language(), Language::Shell | Language::Batch)
                    && let Some(before) = self.environment.get(name).cloned()
                {
                    let more = self.value(value);
                    let sum = self.binary(Operator::Add, before, more, self.place(operation.span));
                    self.assign(target, sum, AssignMode::Set);
                    return;
                }
                let value = self.assigned(value);
                self.assign(target, value, *mode);
            }
            OperationKind::Branch { conditions, arms } => self.branch(conditions, arms),
            OperationKind::Loop { binding, condition, body } => {
                self.repeated(binding.as_ref(), condition.as_ref(), body, operation.span);
            }
            OperationKind::Return(value) => {
                let Some(value) = value else { return };
                if let ExpressionKind::Spread(given) = &value.kind {
                    self.gives(given);
                    return;
                }
                let value = self.value(value);
                if let Some(returns) = self.returns.last_mut() {
                    returns.push(value);
                }
            }
            OperationKind::Outer(names) => self.environment.share(names),
            OperationKind::Define(id) => {
                let Some(program) = self.program(self.document) else { return };
                let Some(function) = program.functions.get(id.0 as usize) else { return };
                let decorators: Vec<Value> =
                    function.decorators.iter().map(|decorator| self.reference(decorator)).collect();
                let Some(name) = &function.name else { return };
                let name: Arc<str> = name.as_str().into();
                if matches!(self.language(), Language::Shell | Language::Batch) {
                    self.environment.functions.insert(name, (self.document, *id));
                } else {
                    let place = self.place(function.span);
                    let value = Value::new(Shape::Function(self.document, *id), Some(place));
                    let value = self.enclosed(value, place);
                    let value = self.decorated(value, &decorators, place);
                    self.environment.set_local(&name, value);
                }
            }
            OperationKind::Class { name, bases, body } => self.class(name, bases, body, operation.span),
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
                let value = self.iterated(value);
                let elements = match value.bare().shape() {
                    Shape::List(_) => super::turns::elements_of(&value),
                    // `a, b = "xy"`.
                    Shape::Text(_) if targets.len() > 1 && self.language() == Language::Python => {
                        pure::elements(&value)
                    }
                    _ => None,
                };
                let starred = targets.iter().position(|target| matches!(target.kind, ExpressionKind::Spread(_)));
                for (at, target) in targets.iter().enumerate() {
                    if let (Some(all), Some(star)) = (&elements, starred)
                        && at >= star
                    {
                        // Behind the one that takes the rest, targets count from the end.
                        let behind = targets.len() - 1 - at;
                        let end = all.len().saturating_sub(targets.len() - 1 - star);
                        let element = if at == star {
                            Some(Value::list(all.get(star..end).unwrap_or_default().to_vec(), Some(place)))
                        } else {
                            all.len().checked_sub(behind + 1).and_then(|at| all.get(at)).cloned()
                        };
                        let element = element.unwrap_or_else(|| Value::unknown(Some(place)));
                        self.assign(target, element, AssignMode::Set);
                        continue;
                    }
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

/// Whether an expression statement writes to standard output.
fn writes_output(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Command(_) | ExpressionKind::Pipeline(_) | ExpressionKind::Group { .. })
}

/// A value put behind another: text joins, lists grow.
pub(super) fn appended(before: Option<Value>, value: Value, place: Option<crate::flow::Place>) -> Value {
    let Some(before) = before else { return value };
    match (before.bare().shape(), value.bare().shape()) {
        (Shape::List(old), Shape::List(new)) => Value::list(old.iter().chain(new).cloned().collect(), place),
        (Shape::Bytes(_), _) | (_, Shape::Bytes(_)) => match (before.constant_bytes(), value.constant_bytes()) {
            (Some(mut bytes), Some(more)) => {
                bytes.extend(more);
                Value::raw_bytes(bytes, place)
            }
            _ => Value::concat(vec![before, value], place),
        },
        (Shape::List(old), _) => {
            let mut all = old.clone();
            all.push(value.clone());
            Value::list(all, place)
        }
        _ => Value::concat(vec![before, value], place),
    }
}
