//! Lists and mappings: put together, taken apart, ordered.

// Positions are clamped to lengths of texts, which are far below 2^63.
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

use super::operator::order;
use super::{Here, MAX_ELEMENTS, boolean, elements, int, slice, truth};
use crate::flow::{Shape, Value};

/// A function of lists and mappings.
pub(super) fn compute(name: &str, inputs: &[Value], here: Here) -> Option<Value> {
    let first = inputs.first();
    let entries = || match first?.bare().shape() {
        Shape::Map(entries) => Some(entries),
        _ => None,
    };
    Some(match name {
        "keys" => Value::list(entries()?.iter().map(|(key, _)| key.clone()).collect(), here),
        "values" => Value::list(entries()?.iter().map(|(_, value)| value.clone()).collect(), here),
        "items" => {
            let pairs = entries()?.iter().map(|(key, value)| Value::list(vec![key.clone(), value.clone()], here));
            Value::list(pairs.collect(), here)
        }
        "dict" => match first {
            None => Value::new(Shape::Map(Vec::new()), here),
            Some(from) => match from.bare().shape() {
                Shape::Map(_) => from.clone(),
                _ => Value::new(Shape::Map(elements(from)?.iter().map(pair).collect::<Option<_>>()?), here),
            },
        },
        "sorted" => Value::list(order(&listed(first?)?)?, here),
        "chain" => chained(inputs.iter().map(listed), here)?,
        "chain-all" => chained(listed(first?)?.iter().map(listed), here)?,
        "accumulate" => {
            let mut so_far: Option<Value> = None;
            let mut steps = Vec::new();
            for value in listed(first?)?.into_iter().take(1024) {
                let next = match so_far {
                    Some(before) => Value::concat(vec![before, value], here),
                    None => value,
                };
                steps.push(next.clone());
                so_far = Some(next);
            }
            Value::list(steps, here)
        }
        "islice" => {
            let bounds: Vec<Option<Value>> = match inputs.get(1..)? {
                [end] => vec![None, Some(end.clone()), None],
                bounds => bounds.iter().cloned().map(Some).collect(),
            };
            slice(&Value::list(listed(first?)?, here), &bounds, here)?
        }
        "first" => listed(first?)?.into_iter().next().or_else(|| inputs.get(1).cloned())?,
        "smallest" | "largest" => {
            let values = if inputs.len() > 1 { inputs.to_vec() } else { listed(first?)? };
            let mut ordered = order(&values)?;
            if name == "smallest" { ordered.into_iter().next()? } else { ordered.pop()? }
        }
        "any" | "all" => {
            let truths: Vec<bool> = listed(first?)?.iter().map(truth).collect::<Option<_>>()?;
            boolean(if name == "any" { truths.contains(&true) } else { !truths.contains(&false) }, here)
        }
        "repeated" => {
            let times = usize::try_from(int(inputs.get(1)?)?).ok().filter(|times| *times <= 4096)?;
            Value::list(vec![first?.clone(); times], here)
        }
        "flat" => chained(
            listed(first?)?
                .iter()
                .map(|one| listed(one).filter(|_| !one_text(one)).or_else(|| Some(vec![one.clone()]))),
            here,
        )?,
        _ => return None,
    })
}

fn one_text(value: &Value) -> bool {
    value.as_text().is_some()
}

/// The elements of a list or text, the keys of a mapping.
fn listed(value: &Value) -> Option<Vec<Value>> {
    match value.bare().shape() {
        Shape::Map(entries) => Some(entries.iter().map(|(key, _)| key.clone()).collect()),
        _ => elements(value),
    }
}

fn chained(lists: impl Iterator<Item = Option<Vec<Value>>>, here: Here) -> Option<Value> {
    let mut all = Vec::new();
    for list in lists {
        all.extend(list?);
        if all.len() > MAX_ELEMENTS {
            return None;
        }
    }
    Some(Value::list(all, here))
}

/// A key and its value.
pub(in crate::flow) fn pair(two: &Value) -> Option<(Value, Value)> {
    match two.bare().shape() {
        Shape::List(parts) => match parts.as_slice() {
            [key, value] => Some((key.clone(), value.clone())),
            _ => None,
        },
        _ => None,
    }
}
