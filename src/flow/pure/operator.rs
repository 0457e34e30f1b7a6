//! Operators on constants, and the ways in which languages fill in formats.

// Positions are clamped to lengths of texts, which are far below 2^63.
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

use super::{Here, MAX_ELEMENTS, character, code, int, number};
use crate::document::Language;
use crate::flow::{Shape, Value};
use crate::lower::operation::Operator;

/// A binary operation on constants.
pub(in crate::flow) fn binary(
    operator: Operator,
    left: &Value,
    right: &Value,
    language: Language,
    limit: usize,
    here: Here,
) -> Option<Value> {
    let value = match operator {
        Operator::Add => match (left.bare().shape(), right.bare().shape()) {
            (Shape::List(one), Shape::List(two)) if one.len() + two.len() <= MAX_ELEMENTS => {
                Value::list(one.iter().chain(two).cloned().collect(), here)
            }
            (Shape::Bytes(_), _) | (_, Shape::Bytes(_)) => {
                let mut bytes = left.constant_bytes()?;
                bytes.extend(right.constant_bytes()?);
                Value::raw_bytes(bytes, here)
            }
            // Whole numbers are kept as texts; in Python a number is never added to a text.
            _ => match (int(left), int(right)) {
                (Some(one), Some(two)) if is_number(left) && is_number(right) => number(one.checked_add(two)?, here),
                _ => return None,
            },
        },
        Operator::Subtract => number(code(left)?.checked_sub(code(right)?)?, here),
        Operator::Xor => number(code(left)? ^ code(right)?, here),
        Operator::Multiply => match (int(left), int(right)) {
            (Some(one), Some(two)) => number(one.checked_mul(two)?, here),
            (None, Some(times)) => repeated(left, times, limit, here)?,
            (Some(times), None) => repeated(right, times, limit, here)?,
            _ => return None,
        },
        Operator::Percent => {
            if let (Some(one), Some(two)) = (int(left), int(right)) {
                number(one.checked_rem_euclid(two)?, here)
            } else {
                let arguments = match right.bare().shape() {
                    Shape::List(values) => values.clone(),
                    _ => vec![right.clone()],
                };
                percent_format(left.as_text()?, &arguments, here)?
            }
        }
        Operator::Format => {
            let arguments = match right.bare().shape() {
                Shape::List(values) => values.clone(),
                _ => vec![right.clone()],
            };
            brace_format(&left.constant()?, &arguments, here)?
        }
        Operator::Join => {
            let Shape::List(values) = left.bare().shape() else { return Some(left.clone()) };
            join(values, &right.constant().unwrap_or_default(), here)
        }
        Operator::Replace => {
            let Shape::List(pair) = right.bare().shape() else { return None };
            let from = pair.first()?.constant()?;
            let to = pair.get(1).and_then(Value::constant).unwrap_or_default();
            let regex = regex::RegexBuilder::new(&from).case_insensitive(true).size_limit(1 << 20).build().ok()?;
            Value::text(regex.replace_all(&left.constant()?, to.as_str()).into_owned(), here)
        }
        Operator::Split => split(&left.constant()?, &right.constant()?, here),
        Operator::Divide => match (int(left), int(right)) {
            (Some(one), Some(two)) => number(one.checked_div(two)?, here),
            _ => return None,
        },
        Operator::Other => return None,
    };
    let _ = language;
    Some(Value::computed("operator", value, vec![left.clone(), right.clone()], here))
}

/// Whether a constant was written as a number, as far as its text tells.
fn is_number(value: &Value) -> bool {
    value
        .as_text()
        .is_some_and(|text| !text.is_empty() && text.trim_start_matches('-').chars().all(|c| c.is_ascii_digit()))
}

pub(super) fn repeated(value: &Value, times: i64, limit: usize, here: Here) -> Option<Value> {
    let times = usize::try_from(times.max(0)).ok()?;
    match value.bare().shape() {
        Shape::Text(text) if text.len().checked_mul(times)? <= limit => Some(Value::text(text.repeat(times), here)),
        Shape::Bytes(bytes) if bytes.len().checked_mul(times)? <= limit => {
            Some(Value::bytes(bytes.repeat(times), here))
        }
        Shape::List(values) if values.len().checked_mul(times)? <= MAX_ELEMENTS => {
            Some(Value::list(values.iter().cycle().take(values.len() * times).cloned().collect(), here))
        }
        _ => None,
    }
}

/// Elements joined; those that are not constant stay as they are.
pub(super) fn join(values: &[Value], by: &str, here: Here) -> Value {
    let mut parts = Vec::with_capacity(values.len() * 2);
    for (at, value) in values.iter().enumerate() {
        if at > 0 && !by.is_empty() {
            parts.push(Value::text(by, here));
        }
        parts.push(value.clone());
    }
    Value::concat(parts, here)
}

pub(super) fn split(text: &str, by: &str, here: Here) -> Value {
    let pieces: Vec<Value> = if by.is_empty() {
        text.chars().take(MAX_ELEMENTS).map(|character| Value::text(character.to_string(), here)).collect()
    } else {
        text.split(by).take(MAX_ELEMENTS).map(|piece| Value::text(piece, here)).collect()
    };
    Value::list(pieces, here)
}

/// Python's `'%s' % (…)`.
pub(super) fn percent_format(format: &str, arguments: &[Value], here: Here) -> Option<Value> {
    // `'%(a)s' % {'a': 1}`
    let entries = match arguments {
        [one] => match one.bare().shape() {
            Shape::Map(entries) => Some(entries),
            _ => None,
        },
        _ => None,
    };
    let mut arguments = arguments.iter();
    let mut parts = Vec::new();
    let mut piece = String::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            piece.push(character);
            continue;
        }
        let mut named = None;
        let kind = loop {
            match characters.next()? {
                flag if flag.is_ascii_digit() || matches!(flag, '-' | '+' | ' ' | '#' | '.') => {}
                '(' => {
                    let name: String = characters.by_ref().take_while(|c| *c != ')').collect();
                    named = entries.and_then(|entries| {
                        entries.iter().rev().find(|(key, _)| key.as_text() == Some(&name)).map(|(_, value)| value)
                    });
                }
                other => break other,
            }
        };
        match kind {
            '%' => piece.push('%'),
            'c' => {
                let argument = named.or_else(|| arguments.next())?;
                piece.push(int(argument).and_then(self::character).or_else(|| argument.as_text()?.chars().next())?);
            }
            _ => {
                parts.push(Value::text(std::mem::take(&mut piece), here));
                let argument = named.or_else(|| arguments.next()).cloned();
                parts.push(argument.unwrap_or_else(|| Value::unknown(here)));
            }
        }
    }
    parts.push(Value::text(piece, here));
    Some(Value::concat(parts, here))
}

/// `'{1}{0}'.format(…)`, PowerShell's `-f`.
pub(super) fn brace_format(format: &str, arguments: &[Value], here: Here) -> Option<Value> {
    let mut parts = Vec::new();
    let mut piece = String::new();
    let mut next = 0;
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' if characters.next_if_eq(&'{').is_some() => piece.push('{'),
            '}' if characters.next_if_eq(&'}').is_some() => piece.push('}'),
            '{' => {
                let mut field = String::new();
                for inner in characters.by_ref() {
                    if inner == '}' {
                        break;
                    }
                    field.push(inner);
                }
                let name = field.split([':', '!', ',']).next().unwrap_or_default();
                let at = if name.is_empty() {
                    next += 1;
                    next - 1
                } else {
                    name.parse::<usize>().ok()?
                };
                parts.push(Value::text(std::mem::take(&mut piece), here));
                parts.push(arguments.get(at)?.clone());
            }
            other => piece.push(other),
        }
    }
    parts.push(Value::text(piece, here));
    Some(Value::concat(parts, here))
}
