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

/// Assigns one value to several targets: to one that can be read back, and from there to the others. Gives what
/// the value can be read from.
pub(in crate::lower) fn assign_all(
    mut targets: Vec<Expression>,
    value: Expression,
    span: Span,
    out: &mut Vec<Operation>,
) -> Option<Expression> {
    let mut assign = |target, value| {
        out.push(Operation::new(OperationKind::Assign { target, value, mode: AssignMode::Set }, span));
    };
    let (carrier, found) = match targets.iter().position(readable) {
        Some(index) => {
            let carrier = targets.remove(index);
            assign(carrier.clone(), value);
            (carrier.clone(), Some(carrier))
        }
        None => (value, None),
    };
    let last = targets.pop();
    for target in targets {
        assign(target, carrier.clone());
    }
    if let Some(last) = last {
        assign(last, carrier);
    }
    found
}
