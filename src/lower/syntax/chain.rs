//! Putting expressions together so that the tree they make stays flat.

use crate::lower::operation::{AssignMode, Expression, ExpressionKind, Operation, OperationKind, Operator};
use crate::source::Span;

/// Chains of operators up to this length keep their shape.
pub(super) const CHAIN: usize = 8;

/// Puts a chain of left-associative operators together: `first op a op b …`.
///
/// A long run of `+` becomes a balanced tree: joining text is associative, and a program that joins 100 000 pieces
/// must not make a tree 100 000 deep. A long run of other operators becomes an `Other` of its operands.
pub(in crate::lower) fn chain(first: Expression, rest: Vec<(Operator, Expression)>) -> Expression {
    if rest.len() < CHAIN {
        return rest.into_iter().fold(first, |left, (operator, right)| binary(operator, left, right));
    }
    let mut changes = 0;
    let mut run = vec![first];
    let mut rest = rest.into_iter();
    while let Some((operator, right)) = rest.next() {
        if operator == Operator::Add {
            run.push(right);
            continue;
        }
        changes += 1;
        if changes > CHAIN {
            run.push(right);
            run.extend(rest.map(|(_, operand)| operand));
            let span = cover(&run);
            return Expression::new(ExpressionKind::Other(run), span);
        }
        run = vec![binary(operator, balanced(run), right)];
    }
    balanced(run)
}

fn balanced(mut run: Vec<Expression>) -> Expression {
    while run.len() > 1 {
        let mut next = Vec::with_capacity(run.len().div_ceil(2));
        let mut items = run.into_iter();
        while let Some(left) = items.next() {
            next.push(match items.next() {
                Some(right) => binary(Operator::Add, left, right),
                None => left,
            });
        }
        run = next;
    }
    run.pop().unwrap_or_else(|| Expression::new(ExpressionKind::Constant, Span::default()))
}

fn binary(operator: Operator, left: Expression, right: Expression) -> Expression {
    let span = left.span.cover(right.span);
    Expression::new(ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), span)
}

/// One of two, by a condition.
pub(in crate::lower) fn when(condition: Expression, one: Expression, other: Expression, span: Span) -> Expression {
    let choice = Expression::new(ExpressionKind::Choice(vec![one, other]), span);
    Expression::new(ExpressionKind::Binary(Operator::When, Box::new(condition), Box::new(choice)), span)
}

/// One of several, by their truth where they are few.
pub(in crate::lower) fn one_of(operator: Operator, operands: Vec<Expression>, span: Span) -> Expression {
    if operands.len() > CHAIN || !matches!(operator, Operator::And | Operator::Or) {
        return Expression::new(ExpressionKind::Choice(operands), span);
    }
    let joined = operands.into_iter().reduce(|left, right| binary(operator, left, right));
    joined.unwrap_or_else(|| Expression::new(ExpressionKind::Constant, span))
}

/// The span over some expressions.
pub(in crate::lower) fn cover(expressions: &[Expression]) -> Span {
    expressions.iter().map(|expression| expression.span).reduce(Span::cover).unwrap_or_default()
}

/// Joins parts of text: neighbouring constants become one, a single constant stands alone.
pub(in crate::lower) fn concatenate(parts: Vec<Expression>, span: Span) -> Expression {
    let mut joined: Vec<Expression> = Vec::with_capacity(parts.len());
    for part in parts {
        let (last, part) = match (joined.last_mut(), part) {
            (Some(last), part) => (last, part),
            (None, part) => {
                joined.push(part);
                continue;
            }
        };
        match (&mut last.kind, part) {
            (ExpressionKind::Text(left), Expression { kind: ExpressionKind::Text(right), span }) => {
                left.push_str(&right);
                last.span = last.span.cover(span);
            }
            (ExpressionKind::Bytes(left), Expression { kind: ExpressionKind::Bytes(right), span }) => {
                left.extend_from_slice(&right);
                last.span = last.span.cover(span);
            }
            (_, part) => joined.push(part),
        }
    }
    if let [Expression { kind: ExpressionKind::Text(_) | ExpressionKind::Bytes(_), .. }] = joined.as_slice()
        && let Some(only) = joined.pop()
    {
        return Expression::new(only.kind, span);
    }
    if joined.is_empty() {
        return Expression::text("", span);
    }
    Expression::new(ExpressionKind::Concat(joined), span)
}

/// Whether a target can be read back without doing anything twice.
pub(in crate::lower) fn readable(target: &Expression) -> bool {
    match &target.kind {
        ExpressionKind::Name(_) => true,
        ExpressionKind::Member(object, _) => readable(object),
        ExpressionKind::Index(object, index) => {
            readable(object)
                && (readable(index) || matches!(index.kind, ExpressionKind::Text(_) | ExpressionKind::Integer(_)))
        }
        _ => false,
    }
}

/// The longest name that is copied to where it is needed; a program may repeat a longer one only by writing it out.
pub(in crate::lower) const NAME: usize = 255;

/// Whether copies of an expression cost next to nothing: hostile programs ask for many.
fn cheap(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Name(name) => name.len() <= NAME,
        kind => matches!(kind, ExpressionKind::Constant | ExpressionKind::Boolean(_) | ExpressionKind::Integer(_)),
    }
}

/// Gives a value a name that no program can use, unless it is as good as one already; gives what to read it from.
pub(in crate::lower) fn named(value: Expression, out: &mut Vec<Operation>) -> Expression {
    if cheap(&value) {
        return value;
    }
    let span = value.span;
    let name = Expression::new(ExpressionKind::Name(format!("value@{}", span.start)), span);
    let target = name.clone();
    out.push(Operation::new(OperationKind::Assign { target, value, mode: AssignMode::Set }, span));
    name
}

/// Assigns one value to several targets: to a name among them, or to a new one, and from there to the others. Gives
/// what the value can be read from, if it can.
pub(in crate::lower) fn assign_all(
    mut targets: Vec<Expression>,
    value: Expression,
    span: Span,
    out: &mut Vec<Operation>,
) -> Option<Expression> {
    let assign = |target, value| Operation::new(OperationKind::Assign { target, value, mode: AssignMode::Set }, span);
    if targets.len() < 2 {
        let target = targets.pop()?;
        let read = readable(&target).then(|| target.clone());
        out.push(assign(target, value));
        return read;
    }
    let is_name = |target: &Expression| matches!(target.kind, ExpressionKind::Name(_)) && cheap(target);
    let carrier = match targets.iter().position(is_name) {
        Some(index) => {
            let carrier = targets.remove(index);
            out.push(assign(carrier.clone(), value));
            carrier
        }
        None => named(value, out),
    };
    out.extend(targets.into_iter().map(|target| assign(target, carrier.clone())));
    Some(carrier)
}
