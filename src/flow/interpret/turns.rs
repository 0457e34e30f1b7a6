//! Turns: what runs several times, and which arm of a branch is taken where that is known.
//!
//! Texts are hidden in loops that put them together. Where each turn can be worked out, it is, and then conditions choose:
//! every arm is looked at for what it does, but only what the taken one does to variables counts.

use super::Interpreter;
use crate::document::Language;
use crate::flow::{Place, Shape, Value, pure};
use crate::lower::operation::{AssignMode, Expression, ExpressionKind, Operation, OperationKind, Operator};
use crate::source::Span;

/// Most turns of a loop or comprehension that are worked out one by one.
const MAX_TURNS: usize = 4096;
/// Most turns of a loop that may do more than put texts together.
const MAX_LONG_TURNS: usize = 1024;
/// Most operations in the body of such a loop.
const MAX_BODY: usize = 8;
/// Levels of operations and expressions that are searched for what a loop builds.
const MAX_LEVELS: u32 = 6;
/// Functions and methods that build texts, lists and mappings, and do nothing else.
const BUILDERS: &[&str] = &[
    "chr",
    "ord",
    "int",
    "str",
    "len",
    "abs",
    "bytes",
    "bytearray",
    "hex",
    "bin",
    "format",
    "join",
    "append",
    "extend",
    "insert",
    "push",
    "unshift",
    "add",
    "write",
    "get",
    "isalpha",
    "isdigit",
    "isalnum",
    "isupper",
    "islower",
    "isspace",
    "lower",
    "upper",
    "strip",
    "lstrip",
    "rstrip",
    "split",
    "replace",
    "index",
    "find",
    "indexOf",
    "charCodeAt",
    "fromCharCode",
    "fromCodePoint",
    "charAt",
    "codePointAt",
    "parseInt",
    "Number",
    "String",
    "toString",
    "slice",
    "substring",
    "substr",
    "reverse",
    "pop",
    "shift",
    "reversed",
    "enumerate",
    "range",
    "zip",
    "list",
    "tuple",
    "dict",
    "encode",
    "decode",
    "startswith",
    "endswith",
    "startsWith",
    "endsWith",
    "toLowerCase",
    "toUpperCase",
    "concat",
    "next",
    "update",
    "items",
    "keys",
    "values",
    "to_bytes",
    "min",
    "max",
    "swapcase",
    "removeprefix",
    "removesuffix",
    "test",
    "includes",
    "set",
    "has",
    "divmod",
    "sorted",
    "appendleft",
];

impl Interpreter<'_> {
    /// One of two values, by a condition or by the truth of the first.
    pub(super) fn chosen(&mut self, operator: Operator, left: &Expression, right: &Expression, place: Place) -> Value {
        let here = Some(place);
        let first = self.value(left);
        let truth = pure::truth(&first).filter(|_| self.turning > 0);
        if operator == Operator::When {
            let ExpressionKind::Choice(two) = &right.kind else { return self.value(right) };
            let values: Vec<Value> = two.iter().map(|one| self.value(one)).collect();
            let taken = truth.and_then(|truth| values.get(usize::from(!truth)).cloned());
            return taken.unwrap_or_else(|| Value::choice(values, here));
        }
        let second = self.value(right);
        match truth {
            Some(truth) if truth == (operator == Operator::Or) => first,
            Some(_) => second,
            None => Value::choice(vec![first, second], here),
        }
    }

    /// Looks at every arm; where it is known which one is taken, only that one changes variables.
    pub(super) fn branch(&mut self, conditions: &[Expression], arms: &[Vec<Operation>]) {
        let mut taken = None;
        let mut unknown = self.turning == 0 || conditions.is_empty() || arms.len() != conditions.len() + 1;
        for (at, condition) in conditions.iter().enumerate() {
            let value = self.value(condition);
            match pure::truth(&value) {
                Some(true) if taken.is_none() && !unknown => taken = Some(at),
                Some(_) => {}
                None => unknown |= taken.is_none(),
            }
        }
        let taken = taken.or_else(|| (!unknown).then_some(conditions.len()));
        let complete = arms.len() > 1;
        let mut results = Vec::new();
        for (at, arm) in arms.iter().enumerate() {
            let is_taken = taken.is_none_or(|taken| taken == at);
            let (returned, given) = (self.returns.last().map(Vec::len), self.given.last().map(Vec::len));
            self.environment.begin_arm();
            self.operations(arm);
            let result = self.environment.end_arm();
            if is_taken {
                results.push(result);
            } else {
                if let (Some(returns), Some(len)) = (self.returns.last_mut(), returned) {
                    returns.truncate(len);
                }
                if let (Some(values), Some(len)) = (self.given.last_mut(), given) {
                    values.truncate(len);
                }
            }
        }
        self.environment.join(&results, complete);
    }

    /// A loop: turn by turn where that is what puts a text together, else once over all that it could see.
    pub(super) fn repeated(
        &mut self,
        binding: Option<&(Expression, Expression)>,
        condition: Option<&Expression>,
        body: &[Operation],
        span: Span,
    ) {
        if let Some((target, source)) = binding {
            let source = self.value(source);
            let source = self.iterated(source);
            let accumulates = body.len() <= MAX_BODY && body.iter().any(accumulates);
            let builds = !accumulates && body.len() <= MAX_BODY && is_builder(body);
            let elements = if self.language() == Language::JavaScript && matches!(source.bare().shape(), Shape::Map(_))
            {
                None
            } else {
                elements_of(&source)
            };
            let most = if accumulates { MAX_LONG_TURNS } else { MAX_TURNS };
            if (accumulates || builds)
                && self.turns_left > 0
                && let Some(elements) = elements.filter(|elements| elements.len() <= most)
            {
                self.turning += 1;
                for element in elements {
                    if !self.turn() {
                        break;
                    }
                    self.assign(target, element, AssignMode::Set);
                    self.operations(body);
                }
                self.turning -= 1;
                return;
            }
            let element = self.element(&source);
            self.assign(target, element, AssignMode::Set);
        }
        if let Some(condition) = condition
            && binding.is_none()
            && self.counted(condition, body)
        {
            return;
        }
        if let Some(condition) = condition {
            self.value(condition);
        }
        let is_endless = binding.is_none() && self.has_no_end(condition, span);
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

    /// A `while` that puts a text together and whose condition is known turn by turn.
    fn counted(&mut self, condition: &Expression, body: &[Operation]) -> bool {
        if matches!(self.language(), Language::Shell | Language::Batch)
            || matches!(
                condition.kind,
                ExpressionKind::Boolean(_) | ExpressionKind::Integer(_) | ExpressionKind::Constant
            )
            || self.turns_left == 0
            || !is_builder(body)
            || pure::truth(&self.value(condition)) != Some(true)
        {
            return false;
        }
        self.turning += 1;
        for _ in 0..MAX_TURNS {
            if !self.turn() || pure::truth(&self.value(condition)) != Some(true) {
                break;
            }
            self.operations(body);
        }
        self.turning -= 1;
        true
    }

    /// A list that is written as a loop.
    pub(super) fn comprehension(
        &mut self,
        element: &Expression,
        bindings: &[(Expression, Expression)],
        place: Place,
    ) -> Value {
        let here = Some(place);
        let mut values = Vec::new();
        let mut left = MAX_TURNS.min(self.turns_left);
        if self.turns(element, bindings, &mut values, &mut left) {
            return Value::list(values, here);
        }
        for (target, source) in bindings {
            let source = self.value(source);
            let source = self.iterated(source);
            let one = self.element(&source);
            self.assign(target, one, AssignMode::Set);
        }
        let value = self.value(element);
        Value::derived("comprehension", vec![value], here)
    }

    /// Works out every element. Not, if a source or a condition is not known: then nothing has been said.
    fn turns(
        &mut self,
        element: &Expression,
        bindings: &[(Expression, Expression)],
        values: &mut Vec<Value>,
        left: &mut usize,
    ) -> bool {
        let Some(((target, source), rest)) = bindings.split_first() else {
            values.push(self.value(element));
            return true;
        };
        let source = self.value(source);
        if matches!(target.kind, ExpressionKind::Constant) {
            // What a condition that is not known lets through is not known either: all of it may be.
            return pure::truth(&source) == Some(false) || self.turns(element, rest, values, left);
        }
        let source = self.iterated(source);
        let elements = match source.bare().shape() {
            Shape::Map(entries) => Some(entries.iter().map(|(key, _)| key.clone()).collect()),
            _ => elements_of(&source),
        };
        let Some(elements) = elements.filter(|elements: &Vec<Value>| elements.len() <= *left) else { return false };
        self.turning += 1;
        let mut known = true;
        for one in elements {
            if *left == 0 || !self.turn() {
                break;
            }
            *left -= 1;
            self.assign(target, one, AssignMode::Set);
            known = self.deeper(false, |interpreter| interpreter.turns(element, rest, values, left));
            if !known {
                break;
            }
        }
        self.turning -= 1;
        known
    }

    /// A value that a function gives among others.
    pub(super) fn gives(&mut self, given: &Expression) {
        let values = match &given.kind {
            ExpressionKind::Spread(all) => {
                let all = self.value(all);
                let all = self.iterated(all);
                match all.bare().shape() {
                    Shape::List(values) => values.clone(),
                    _ => vec![all],
                }
            }
            _ => vec![self.value(given)],
        };
        if let Some(all) = self.given.last_mut()
            && all.len() + values.len() <= MAX_TURNS
        {
            all.extend(values);
        }
    }
}

/// The elements of a value; what was worked out from something still comes from there.
pub(super) fn elements_of(source: &Value) -> Option<Vec<Value>> {
    let elements = pure::elements(source)?;
    if !source.flows() || matches!(source.shape(), Shape::List(_)) {
        return Some(elements);
    }
    // Only where it comes from: with all of itself in each element it would be too large to follow.
    let origin = Value::derived("element", source.sources(), source.place());
    let from = |one: Value| {
        if one.flows() { one } else { Value::computed("element", one, vec![origin.clone()], source.place()) }
    };
    Some(elements.into_iter().map(from).collect())
}

/// Whether an operation puts something behind what a variable holds already.
fn accumulates(operation: &Operation) -> bool {
    let OperationKind::Assign { target, value, mode } = &operation.kind else { return false };
    let ExpressionKind::Name(name) = &target.kind else { return false };
    *mode == AssignMode::Append
        || matches!(&value.kind, ExpressionKind::Binary(_, left, _)
            if matches!(&left.kind, ExpressionKind::Name(own) if own == name))
}

/// Whether operations only build texts, lists and mappings, so that going through them turn by turn does nothing else.
fn is_builder(body: &[Operation]) -> bool {
    builds(body, 0)
}

fn builds(body: &[Operation], level: u32) -> bool {
    level < MAX_LEVELS
        && body.iter().all(|operation| match &operation.kind {
            OperationKind::Evaluate(value) => is_plain(value, level),
            OperationKind::Assign { target, value, .. } => is_plain(target, level) && is_plain(value, level),
            OperationKind::Branch { conditions, arms } => {
                conditions.iter().all(|condition| is_plain(condition, level))
                    && arms.iter().all(|arm| builds(arm, level + 1))
            }
            OperationKind::Loop { binding, condition, body } => {
                binding.as_ref().is_none_or(|(target, source)| is_plain(target, level) && is_plain(source, level))
                    && condition.as_ref().is_none_or(|condition| is_plain(condition, level))
                    && builds(body, level + 1)
            }
            OperationKind::Return(value) => value.as_ref().is_none_or(|value| is_plain(value, level)),
            _ => false,
        })
}

fn is_plain(expression: &Expression, level: u32) -> bool {
    if level >= MAX_LEVELS * 2 {
        return false;
    }
    let all = |parts: &[Expression]| parts.iter().all(|part| is_plain(part, level + 1));
    match &expression.kind {
        ExpressionKind::Text(_)
        | ExpressionKind::Bytes(_)
        | ExpressionKind::Integer(_)
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Constant
        | ExpressionKind::Name(_) => true,
        ExpressionKind::Member(object, _) | ExpressionKind::Spread(object) => is_plain(object, level + 1),
        ExpressionKind::Index(object, index) => is_plain(object, level + 1) && is_plain(index, level + 1),
        ExpressionKind::Slice(object, bounds) => {
            is_plain(object, level + 1) && bounds.iter().flatten().all(|bound| is_plain(bound, level + 1))
        }
        ExpressionKind::Binary(_, left, right) => is_plain(left, level + 1) && is_plain(right, level + 1),
        ExpressionKind::Concat(parts)
        | ExpressionKind::Choice(parts)
        | ExpressionKind::List(parts)
        | ExpressionKind::Other(parts) => all(parts),
        ExpressionKind::Comprehension { element, bindings } => {
            is_plain(element, level + 1) && bindings.iter().all(|(_, source)| is_plain(source, level + 1))
        }
        ExpressionKind::Call(call) => {
            let (ExpressionKind::Name(name) | ExpressionKind::Member(_, name)) = &call.callee.kind else {
                return false;
            };
            let on = match &call.callee.kind {
                ExpressionKind::Member(object, _) => is_plain(object, level + 1),
                _ => true,
            };
            on && BUILDERS.contains(&name.as_str())
                && call.arguments.iter().all(|argument| is_plain(&argument.value, level + 1))
        }
        _ => false,
    }
}
