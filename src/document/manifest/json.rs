use std::collections::HashSet;

use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, ast};

use super::{DEPTH, Entry, Node, OddityKind, Parsed, Value};
use crate::source::Span;

/// Parses JSON as the most lenient reader does (comments, trailing commas, single quotes): a stricter one only reads less.
pub(super) fn parse(text: &str) -> Parsed {
    let mut oddities = Vec::new();
    let root = match jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()) {
        Ok(result) => result.value.map(|value| node(value, DEPTH, &mut oddities)),
        Err(error) => {
            let range = error.range();
            oddities.push((OddityKind::Damaged, Span::new(range.start, range.end)));
            None
        }
    };
    Parsed { root, oddities }
}

/// Recursion goes `levels` deep at most.
fn node(value: ast::Value<'_>, levels: usize, oddities: &mut Vec<(OddityKind, Span)>) -> Node {
    let range = value.range();
    let span = Span::new(range.start, range.end);
    let value = match value {
        ast::Value::Array(_) | ast::Value::Object(_) if levels == 0 => {
            oddities.push((OddityKind::Limit, span));
            Value::Null
        }
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
        ast::Value::StringLit(literal) => Value::Text(literal.value.into_owned()),
        ast::Value::Array(array) => {
            Value::List(array.elements.into_iter().map(|item| node(item, levels - 1, oddities)).collect())
        }
        ast::Value::Object(object) => {
            let mut seen = HashSet::new();
            let mut entries = Vec::with_capacity(object.properties.len());
            for property in object.properties {
                let range = property.name.range();
                let key_span = Span::new(range.start, range.end);
                let key = property.name.into_string();
                if !seen.insert(key.clone()) {
                    oddities.push((OddityKind::DuplicateKey, key_span));
                }
                entries.push(Entry { key, key_span, value: node(property.value, levels - 1, oddities) });
            }
            Value::Map(entries)
        }
    };
    Node { value, span }
}
