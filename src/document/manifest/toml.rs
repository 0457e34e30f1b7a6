use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{DEPTH, Entry, Node, OddityKind, Parsed, Value};
use crate::source::Span;

/// Parses TOML; what follows an error is read as far as the parser recovers.
pub(super) fn parse(text: &str) -> Parsed {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut oddities: Vec<_> = errors
        .iter()
        .map(|error| (OddityKind::Damaged, error.span().map_or_else(|| Span::at(0), |at| Span::new(at.start, at.end))))
        .collect();
    let entries = map(table.into_inner(), DEPTH, &mut oddities);
    Parsed { root: Some(Node { value: Value::Map(entries), span: Span::new(0, text.len()) }), oddities }
}

fn map(table: DeTable<'_>, levels: usize, oddities: &mut Vec<(OddityKind, Span)>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value): (Spanned<DeString<'_>>, _)| {
            let key_span = Span::new(key.span().start, key.span().end);
            Entry { key: key.into_inner().into_owned(), key_span, value: node(value, levels, oddities) }
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span);
    entries
}

/// Recursion goes `levels` deep at most.
fn node(value: Spanned<DeValue<'_>>, levels: usize, oddities: &mut Vec<(OddityKind, Span)>) -> Node {
    let range = value.span();
    let span = Span::new(range.start, range.end);
    let value = match value.into_inner() {
        DeValue::Array(_) | DeValue::Table(_) if levels == 0 => {
            oddities.push((OddityKind::Limit, span));
            Value::Null
        }
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => Value::List(items.into_iter().map(|item| node(item, levels - 1, oddities)).collect()),
        DeValue::Table(table) => Value::Map(map(table, levels - 1, oddities)),
    };
    Node { value, span }
}
