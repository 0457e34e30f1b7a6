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
                percent_format(left.as_text()?, &arguments, &Fields::of(right), here)?
            }
        }
        Operator::Format => {
            let arguments = match right.bare().shape() {
                Shape::List(values) => values.clone(),
                _ => vec![right.clone()],
            };
            brace_format(&left.constant()?, &arguments, &Fields::default(), here)?
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
        Operator::FloorDivide => number(int(left)?.checked_div_euclid(int(right)?)?, here),
        Operator::Power => number(int(left)?.checked_pow(u32::try_from(int(right)?).ok()?)?, here),
        Operator::BitAnd => number(int(left)? & int(right)?, here),
        Operator::BitOr => match (left.bare().shape(), right.bare().shape()) {
            (Shape::Map(one), Shape::Map(two)) if one.len() + two.len() <= MAX_ELEMENTS => {
                Value::new(Shape::Map(one.iter().chain(two).cloned().collect()), here)
            }
            _ => number(int(left)? | int(right)?, here),
        },
        Operator::ShiftLeft => {
            let (number_, by) = (int(left)?, int(right)?);
            let shifted = number_.checked_shl(u32::try_from(by).ok()?)?;
            number((shifted >> by == number_).then_some(shifted)?, here)
        }
        Operator::ShiftRight => number(int(left)?.checked_shr(u32::try_from(int(right)?).ok()?)?, here),
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual
        | Operator::In
        | Operator::NotIn => super::compared(operator, left, right, language, here)?,
        Operator::And | Operator::Or | Operator::When | Operator::Other => return None,
    };
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

/// What a format names instead of counting.
#[derive(Default)]
pub(in crate::flow) struct Fields(Vec<(String, Value)>);

impl Fields {
    /// The fields of a mapping.
    pub(in crate::flow) fn of(map: &Value) -> Self {
        let Shape::Map(entries) = map.bare().shape() else { return Self::default() };
        Self(entries.iter().filter_map(|(key, value)| Some((key.constant()?, value.clone()))).collect())
    }

    /// Fields that are given by name.
    pub(in crate::flow) fn named<'v>(fields: impl Iterator<Item = (&'v str, &'v Value)>) -> Self {
        Self(fields.map(|(name, value)| (name.to_owned(), value.clone())).collect())
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

/// Python's `'%s' % (…)` and `'%(name)s' % {…}`.
pub(in crate::flow) fn percent_format(format: &str, arguments: &[Value], fields: &Fields, here: Here) -> Option<Value> {
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
                    named = Some(fields.get(&name).cloned());
                }
                other => break other,
            }
        };
        let mut argument = || match &named {
            Some(named) => named.clone(),
            None => arguments.next().cloned(),
        };
        match kind {
            '%' => piece.push('%'),
            'c' => {
                let argument = argument()?;
                piece.push(int(&argument).and_then(self::character).or_else(|| argument.as_text()?.chars().next())?);
            }
            _ => {
                parts.push(Value::text(std::mem::take(&mut piece), here));
                parts.push(argument().unwrap_or_else(|| Value::unknown(here)));
            }
        }
    }
    parts.push(Value::text(piece, here));
    Some(Value::concat(parts, here))
}

/// `'{1}{0}'.format(…)`, `'{a}'.format(a=…)`, PowerShell's `-f`. A field that is not given is not known.
pub(in crate::flow) fn brace_format(format: &str, arguments: &[Value], fields: &Fields, here: Here) -> Option<Value> {
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
                let end = name.find(['[', '.']).unwrap_or(name.len());
                let (first, within) = name.split_at(end);
                let value = if first.is_empty() {
                    next += 1;
                    arguments.get(next - 1)
                } else {
                    first.parse::<usize>().map_or_else(|_| fields.get(first), |at| arguments.get(at))
                };
                let key = within.trim_start_matches(['[', '.']).trim_end_matches(']');
                let value = match value {
                    Some(value) if within.is_empty() => Some(value.clone()),
                    Some(value) => super::item(value, &Value::text(key, here), here),
                    None if arguments.is_empty() && fields.0.is_empty() => return None,
                    None => None,
                };
                parts.push(Value::text(std::mem::take(&mut piece), here));
                parts.push(value.unwrap_or_else(|| Value::unknown(here)));
            }
            other => piece.push(other),
        }
    }
    parts.push(Value::text(piece, here));
    Some(Value::concat(parts, here))
}

/// Elements in order, where all of them can be compared.
pub(in crate::flow) fn order(values: &[Value]) -> Option<Vec<Value>> {
    let key = |value: &Value| match value.bare().shape() {
        Shape::List(parts) => parts.first().and_then(Value::constant),
        _ => value.constant(),
    };
    let mut keyed: Vec<(String, Value)> =
        values.iter().map(|value| Some((key(value)?, value.clone()))).collect::<Option<_>>()?;
    let numbers: Option<Vec<i64>> = keyed.iter().map(|(key, _)| key.parse().ok()).collect();
    if numbers.is_some() {
        keyed.sort_by_key(|(key, _)| key.parse::<i64>().unwrap_or_default());
    } else {
        keyed.sort_by(|one, two| one.0.cmp(&two.0));
    }
    Some(keyed.into_iter().map(|(_, value)| value).collect())
}
