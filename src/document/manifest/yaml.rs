use std::collections::HashSet;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{DEPTH, Entry, Node, OddityKind, Parsed, Value};
use crate::source::Span;

/// Largest number of parser events that is read from one text.
const EVENTS: usize = 100_000;

/// Byte offsets of the characters of a text: the parser's markers count characters.
struct Offsets {
    /// Byte offset of each character; empty for ASCII, where both counts agree.
    starts: Vec<u32>,
    len: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let starts = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at as u32).collect() };
        Self { starts, len: text.len() }
    }

    fn byte(&self, char_index: usize) -> usize {
        if self.starts.is_empty() {
            char_index.min(self.len)
        } else {
            self.starts.get(char_index).map_or(self.len, |&at| at as usize)
        }
    }
}

/// A list or mapping that is still open.
enum Open {
    List { start: usize, items: Vec<Node> },
    Map { start: usize, entries: Vec<Entry>, keys: HashSet<String>, key: Option<(String, Span)> },
}

/// Builds the tree from events, without recursion; aliases are recorded and never expanded.
pub(super) fn parse(text: &str) -> Parsed {
    let offsets = Offsets::new(text);
    let mut builder = Builder { text, open: Vec::new(), root: None, oddities: Vec::new() };
    let mut documents = 0_usize;
    for (count, event) in Parser::new_from_str(text).enumerate() {
        let (event, span) = match event {
            Ok(found) => found,
            Err(error) => {
                let at = Span::at(offsets.byte(error.marker().index()));
                // The parser's own limit on nesting is a limit, not damage.
                let deep = error.info().contains("recursion") || error.info().contains("depth");
                builder.oddities.push((if deep { OddityKind::Limit } else { OddityKind::Damaged }, at));
                break;
            }
        };
        let (start, end) = (offsets.byte(span.start.index()), offsets.byte(span.end.index()));
        if count >= EVENTS || builder.open.len() >= DEPTH {
            builder.oddities.push((OddityKind::Limit, Span::at(start)));
            break;
        }
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    builder.oddities.push((OddityKind::MultipleDocuments, Span::new(start, end)));
                    break;
                }
            }
            Event::Alias(_) => {
                let span = word(text, start);
                builder.oddities.push((OddityKind::Alias, span));
                builder.add(Node { value: Value::Null, span });
            }
            Event::Scalar(value, style, anchor, tag) => {
                builder.note(anchor, tag.is_some(), start);
                let span = scalar_span(text, start, end, style, &value);
                let value = if style == ScalarStyle::Plain && tag.is_none() {
                    resolve(value.into_owned())
                } else {
                    Value::Text(value.into_owned())
                };
                builder.add(Node { value, span });
            }
            Event::SequenceStart(anchor, tag) => {
                builder.note(anchor, tag.is_some(), start);
                builder.open.push(Open::List { start, items: Vec::new() });
            }
            Event::MappingStart(anchor, tag) => {
                builder.note(anchor, tag.is_some(), start);
                builder.open.push(Open::Map { start, entries: Vec::new(), keys: HashSet::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(end),
            _ => {}
        }
    }
    while !builder.open.is_empty() {
        builder.close(text.len());
    }
    Parsed { root: builder.root, oddities: builder.oddities }
}

struct Builder<'a> {
    text: &'a str,
    open: Vec<Open>,
    root: Option<Node>,
    oddities: Vec<(OddityKind, Span)>,
}

impl Builder<'_> {
    fn note(&mut self, anchor: usize, tagged: bool, at: usize) {
        if anchor > 0 {
            self.oddities.push((OddityKind::Anchor, word(self.text, at)));
        }
        if tagged {
            self.oddities.push((OddityKind::Tag, word(self.text, at)));
        }
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = self.root.take().or(Some(node)),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, keys, key, .. }) => {
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry { key, key_span, value: node });
                } else {
                    let text = match &node.value {
                        Value::Text(text) | Value::Number(text) => text.clone(),
                        Value::Bool(truth) => truth.to_string(),
                        _ => node.span.slice(self.text).to_owned(),
                    };
                    if !keys.insert(text.clone()) {
                        self.oddities.push((OddityKind::DuplicateKey, node.span));
                    }
                    *key = Some((text, node.span));
                }
            }
        }
    }

    fn close(&mut self, end: usize) {
        let (start, last, value) = match self.open.pop() {
            None => return,
            Some(Open::List { start, items }) => (start, items.last().map(|item| item.span.end), Value::List(items)),
            Some(Open::Map { start, mut entries, key, .. }) => {
                // A key whose value was cut off.
                if let Some((key, key_span)) = key {
                    let value = Node { value: Value::Null, span: Span::at(key_span.end as usize) };
                    entries.push(Entry { key, key_span, value });
                }
                (start, entries.last().map(|entry| entry.value.span.end), Value::Map(entries))
            }
        };
        let is_flow = matches!(self.text.as_bytes().get(start), Some(b'[' | b'{'));
        let end = if is_flow { end } else { last.map_or(start, |last| last as usize) };
        self.add(Node { value, span: Span::new(start, end.max(start)) });
    }
}

/// The span of the word (`*alias`, `!tag`) at `start`.
fn word(text: &str, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.find([' ', '\t', '\n', '\r', ',', ']', '}']).unwrap_or(rest.len());
    Span::new(start, start + length)
}

/// The span of a scalar: the parser's end mark runs past blanks and comments, so the end is found again.
fn scalar_span(text: &str, start: usize, end: usize, style: ScalarStyle, value: &str) -> Span {
    let bytes = text.as_bytes();
    let rest = text.get(start..).unwrap_or_default();
    match style {
        ScalarStyle::Plain if rest.starts_with(value) => Span::new(start, start + value.len()),
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => {
            Span::new(start, start + text.get(start..end.max(start)).unwrap_or_default().trim_end().len())
        }
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let quote = if style == ScalarStyle::SingleQuoted { b'\'' } else { b'"' };
            let mut at = start + 1;
            while let Some(&byte) = bytes.get(at) {
                let doubled = quote == b'\'' && byte == quote && bytes.get(at + 1) == Some(&quote);
                if doubled || (quote == b'"' && byte == b'\\') {
                    at += 2;
                } else if byte == quote {
                    return Span::new(start, at + 1);
                } else {
                    at += 1;
                }
            }
            Span::new(start, end.max(start))
        }
    }
}

/// The value of a plain scalar by the core schema of YAML 1.2.
fn resolve(text: String) -> Value {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let starts_like_one = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    let is_number =
        starts_like_one && (text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0o"));
    if is_number { Value::Number(text) } else { Value::Text(text) }
}

/// Reads top-level lines `key: value` as strings, quotes kept off.
pub(super) fn parse_lines(text: &str) -> Option<Node> {
    let mut entries = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let start = at;
        at += line.len();
        let Some((key, value)) = line.trim_end().split_once(':') else { continue };
        let is_key =
            key.starts_with(char::is_alphabetic) && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if !is_key {
            continue;
        }
        let blank = value.len() - value.trim_start().len();
        let value_start = start + key.len() + 1 + blank;
        let value = value.trim();
        let span = Span::new(value_start, value_start + value.len());
        let unquoted = ['"', '\'']
            .into_iter()
            .find_map(|quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)))
            .unwrap_or(value);
        entries.push(Entry {
            key: key.to_owned(),
            key_span: Span::new(start, start + key.len()),
            value: Node { value: Value::Text(unquoted.to_owned()), span },
        });
    }
    let root = Node { value: Value::Map(entries), span: Span::new(0, text.len()) };
    (!root.entries().is_empty()).then_some(root)
}
