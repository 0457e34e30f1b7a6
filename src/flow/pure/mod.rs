//! Pure functions on constants: how texts are put together in all languages.

// Positions are clamped to lengths of texts, which are far below 2^63.
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

mod call;
mod compute;
mod escape;
pub(super) mod filter;
pub(super) mod glob;
mod logic;
mod operator;
mod sequence;
mod stream;
mod text;

use super::{Place, Shape, Value};

pub(super) use call::{as_bytes, call, method};
pub(super) use compute::compute;
pub(super) use escape::escapes;
pub(super) use logic::{boolean, compared, truth};
pub(super) use operator::{Fields, binary, brace_format, order};
pub(super) use sequence::pair;
pub(super) use text::pattern;

type Here = Option<Place>;

/// Most elements of a list that is worked out.
const MAX_ELEMENTS: usize = 100_000;

/// A constant number; the code of a single character where numbers and characters are mixed.
fn int(value: &Value) -> Option<i64> {
    let text = value.as_text()?.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let parsed = match digits.get(..2) {
        Some("0x" | "0X") => i64::from_str_radix(&digits[2..], 16),
        Some("0b" | "0B") => i64::from_str_radix(&digits[2..], 2),
        Some("0o" | "0O") => i64::from_str_radix(&digits[2..], 8),
        _ => digits.parse(),
    };
    parsed.ok().map(|number: i64| sign * number)
}

/// A constant number, or the code of a character that is no digit.
fn code(value: &Value) -> Option<i64> {
    int(value).or_else(|| {
        let mut characters = value.as_text()?.chars();
        let first = characters.next()?;
        characters.next().is_none().then_some(i64::from(u32::from(first)))
    })
}

fn number(number: i64, here: Here) -> Value {
    Value::text(number.to_string(), here)
}

fn character(code: i64) -> Option<char> {
    u32::try_from(code).ok().and_then(char::from_u32)
}

/// The elements of a constant list or text.
pub(super) fn elements(value: &Value) -> Option<Vec<Value>> {
    match value.bare().shape() {
        Shape::List(values) => Some(values.clone()),
        Shape::Text(text) if text.len() <= MAX_ELEMENTS => {
            Some(text.chars().map(|character| Value::text(character.to_string(), value.place())).collect())
        }
        Shape::Bytes(bytes) if bytes.len() <= MAX_ELEMENTS => {
            Some(bytes.iter().map(|byte| number(i64::from(*byte), value.place())).collect())
        }
        _ => None,
    }
}

/// The item at a constant index or key.
pub(super) fn item(object: &Value, index: &Value, here: Here) -> Option<Value> {
    // PowerShell takes several at once: `'abc'[-1..-3]`.
    if let Shape::List(wanted) = index.bare().shape()
        && matches!(object.bare().shape(), Shape::Text(_) | Shape::List(_))
    {
        let own = elements(object)?;
        let picked = wanted.iter().map(|at| position(int(at)?, own.len()).and_then(|at| own.get(at).cloned()));
        return picked.collect::<Option<Vec<Value>>>().map(|values| Value::list(values, here));
    }
    match object.bare().shape() {
        Shape::List(values) => {
            let at = position(int(index)?, values.len())?;
            values.get(at).cloned()
        }
        Shape::Text(text) => {
            let at = int(index)?;
            let count = text.chars().count();
            text.chars().nth(position(at, count)?).map(|character| Value::text(character.to_string(), here))
        }
        Shape::Bytes(bytes) => {
            bytes.get(position(int(index)?, bytes.len())?).map(|byte| number(i64::from(*byte), here))
        }
        Shape::Map(entries) => {
            let key = index.constant()?;
            entries.iter().rev().find(|(own, _)| own.as_text() == Some(&key)).map(|(_, value)| value.clone())
        }
        _ => None,
    }
}

fn position(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index + len as i64 } else { index };
    usize::try_from(at).ok().filter(|at| *at < len)
}

/// `object[start:end:step]` of a constant.
pub(super) fn slice(object: &Value, bounds: &[Option<Value>], here: Here) -> Option<Value> {
    let bound = |at: usize| match bounds.get(at) {
        Some(Some(value)) if matches!(value.shape(), Shape::Unknown) => Some(None),
        Some(Some(value)) => int(value).map(Some),
        _ => Some(None),
    };
    let (start, end, step) = (bound(0)?, bound(1)?, bound(2)?.unwrap_or(1));
    let pick = |len: usize| -> Vec<usize> {
        let len = len as i64;
        let clamp = |index: i64, low: i64, high: i64| (if index < 0 { index + len } else { index }).clamp(low, high);
        let mut picked = Vec::new();
        if step > 0 {
            let (mut at, end) = (clamp(start.unwrap_or(0), 0, len), clamp(end.unwrap_or(len), 0, len));
            while at < end {
                picked.push(at as usize);
                at = at.saturating_add(step);
            }
        } else if step < 0 {
            let mut at = start.map_or(len - 1, |start| clamp(start, -1, len - 1));
            let end = end.map_or(-1, |end| clamp(end, -1, len - 1));
            while at > end {
                picked.push(at as usize);
                at = at.saturating_add(step);
            }
        }
        picked
    };
    let sliced = match object.bare().shape() {
        Shape::Text(text) => {
            let characters: Vec<char> = text.chars().collect();
            let out: String = pick(characters.len()).into_iter().filter_map(|at| characters.get(at)).collect();
            Value::text(out, here)
        }
        Shape::Bytes(bytes) => {
            Value::raw_bytes(pick(bytes.len()).into_iter().filter_map(|at| bytes.get(at).copied()).collect(), here)
        }
        Shape::List(values) => {
            Value::list(pick(values.len()).into_iter().filter_map(|at| values.get(at).cloned()).collect(), here)
        }
        _ => return None,
    };
    Some(Value::computed("slice", sliced, vec![object.clone()], here))
}
