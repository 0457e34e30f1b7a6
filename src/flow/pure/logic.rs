//! Truth: comparisons of constants and what counts as true.

use super::{Here, elements, int};
use crate::document::Language;
use crate::flow::{Shape, Value};
use crate::lower::operation::Operator;

/// Whether a value is true, where that is known.
pub(in crate::flow) fn truth(value: &Value) -> Option<bool> {
    match value.bare().shape() {
        Shape::Text(text) => Some(!matches!(&**text, "" | "0" | "false")),
        Shape::Bytes(bytes) => Some(!bytes.is_empty()),
        Shape::List(values) => Some(!values.is_empty()),
        Shape::Map(entries) => Some(!entries.is_empty()),
        Shape::Function(..) => Some(true),
        _ => None,
    }
}

/// A truth value.
pub(in crate::flow) fn boolean(truth: bool, here: Here) -> Value {
    Value::text(if truth { "true" } else { "false" }, here)
}

/// A comparison of constants.
pub(in crate::flow) fn compared(
    operator: Operator,
    left: &Value,
    right: &Value,
    language: Language,
    here: Here,
) -> Option<Value> {
    let answer = match operator {
        Operator::Equal | Operator::NotEqual => {
            let equal = equal(left, right, language)?;
            equal == (operator == Operator::Equal)
        }
        Operator::Less => ordering(left, right)?.is_lt(),
        Operator::LessOrEqual => ordering(left, right)?.is_le(),
        Operator::Greater => ordering(left, right)?.is_gt(),
        Operator::GreaterOrEqual => ordering(left, right)?.is_ge(),
        Operator::In | Operator::NotIn => {
            let wanted = left.constant()?;
            let found = match right.bare().shape() {
                Shape::Text(text) => text.contains(&wanted),
                Shape::Map(entries) => entries.iter().any(|(key, _)| key.as_text() == Some(&wanted)),
                _ => {
                    let texts: Option<Vec<String>> = elements(right)?.iter().map(Value::constant).collect();
                    texts?.contains(&wanted)
                }
            };
            found == (operator == Operator::In)
        }
        _ => return None,
    };
    Some(boolean(answer, here))
}

fn equal(left: &Value, right: &Value, language: Language) -> Option<bool> {
    if let (Shape::List(one), Shape::List(two)) = (left.bare().shape(), right.bare().shape()) {
        let pairs: Option<Vec<bool>> =
            one.iter().zip(two).map(|(one, two)| Some(one.constant()? == two.constant()?)).collect();
        return Some(one.len() == two.len() && pairs?.into_iter().all(|same| same));
    }
    let (one, two) = (left.constant()?, right.constant()?);
    let loose = matches!(language, Language::JavaScript | Language::TypeScript | Language::Tsx | Language::PowerShell);
    Some(one == two || (loose && int(left).is_some() && int(left) == int(right)))
}

fn ordering(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (int(left), int(right)) {
        (Some(one), Some(two)) => Some(one.cmp(&two)),
        _ => Some(left.constant()?.cmp(&right.constant()?)),
    }
}
