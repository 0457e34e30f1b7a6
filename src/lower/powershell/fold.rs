//! What of an expression is constant: numbers, characters, ranges.

use super::super::operation::{Argument, Call, Expression, ExpressionKind, Operator};
use crate::source::Span;

/// Values that a constant range `a..b` is written out to.
const MAX_RANGE: i64 = 4096;

/// The value of a constant whole number.
pub(super) fn constant(value: &Expression) -> Option<i64> {
    match &value.kind {
        ExpressionKind::Integer(value) => Some(*value),
        ExpressionKind::Binary(operator, left, right) => {
            let (left, right) = (constant(left)?, constant(right)?);
            match operator {
                Operator::Add => left.checked_add(right),
                Operator::Subtract => left.checked_sub(right),
                Operator::Multiply => left.checked_mul(right),
                Operator::Divide if right != 0 && left % right == 0 => left.checked_div(right),
                Operator::Percent => left.checked_rem(right),
                Operator::Xor => Some(left ^ right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A value as another type; constants become what they are then.
pub(super) fn cast(name: String, operand: Expression, name_span: Span, span: Span) -> Expression {
    let bare = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    match bare.as_str() {
        "void" => return operand,
        "char" => {
            if let Some(character) =
                constant(&operand).and_then(|code| u32::try_from(code).ok()).and_then(char::from_u32)
            {
                return Expression::text(character.to_string(), span);
            }
        }
        "char[]" => {
            if let ExpressionKind::List(values) = &operand.kind {
                let texts: Option<Vec<Expression>> = values
                    .iter()
                    .map(|value| {
                        let code = u32::try_from(constant(value)?).ok()?;
                        Some(Expression::text(char::from_u32(code)?.to_string(), value.span))
                    })
                    .collect();
                if let Some(texts) = texts {
                    return Expression::new(ExpressionKind::List(texts), span);
                }
            }
        }
        "string" if matches!(operand.kind, ExpressionKind::Text(_)) => return operand,
        _ => {}
    }
    let callee = Expression::new(ExpressionKind::Name(name), name_span);
    let call = Call { callee, arguments: vec![Argument { name: None, value: operand }] };
    Expression::new(ExpressionKind::Call(Box::new(call)), span)
}

/// `from..to`.
pub(super) fn range(from: i64, to: i64, span: Span) -> Expression {
    let count = (i128::from(to) - i128::from(from)).abs();
    if count >= i128::from(MAX_RANGE) {
        let ends = [from, to].map(|end| Expression::new(ExpressionKind::Integer(end), span));
        return Expression::new(ExpressionKind::Other(ends.into()), span);
    }
    let step = if to >= from { 1 } else { -1 };
    let values = (0..=count as i64).map(|turn| Expression::new(ExpressionKind::Integer(from + step * turn), span));
    Expression::new(ExpressionKind::List(values.collect()), span)
}

/// Adds operands up, in order, in a tree that is as flat as can be.
pub(super) fn balanced(mut operands: Vec<Expression>) -> Expression {
    while operands.len() > 1 {
        let mut pairs = Vec::with_capacity(operands.len() / 2 + 1);
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            pairs.push(match rest.next() {
                Some(right) => {
                    let span = left.span.cover(right.span);
                    Expression::new(ExpressionKind::Binary(Operator::Add, Box::new(left), Box::new(right)), span)
                }
                None => left,
            });
        }
        operands = pairs;
    }
    operands.pop().unwrap_or_else(|| Expression::new(ExpressionKind::Constant, Span::default()))
}
