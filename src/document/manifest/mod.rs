//! A tree of values with spans, the same for JSON, YAML, TOML and front matter.

mod json;
mod toml;
mod yaml;

use super::align::{self, Escapes};
use super::{DocumentId, Language};
use crate::source::{Span, SpanMap};

/// A value of a manifest, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands in the document, quotes included.
    pub span: Span,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing; also a YAML alias, which is never expanded.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string, escapes resolved.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping in document order; keys may repeat.
    Map(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// Something in a manifest, or around front matter, that loaders read differently or that has no business there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OddityKind {
    /// `&name`.
    Anchor,
    /// `*name`; its value counts as null.
    Alias,
    /// `!tag`.
    Tag,
    /// A key that its mapping has already; parsers differ in which one counts.
    DuplicateKey,
    /// A second YAML document in the same text; only the first is read.
    MultipleDocuments,
    /// A word after the opening fence of front matter, such as `---js`, which some loaders evaluate.
    LanguageTag,
    /// Front matter without a closing fence.
    Unclosed,
    /// The text does not parse from here on.
    Damaged,
    /// A limit on size, depth or number of events was reached here.
    Limit,
    /// A block of metadata under two names that say different things; readers differ in which one counts.
    AliasesDisagree,
    /// A skill or plugin that calls itself otherwise than its folder or another manifest of it does.
    IdentityDiffers,
}

/// An oddity and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oddity {
    /// The document that it stands in.
    pub document: DocumentId,
    /// What it is.
    pub kind: OddityKind,
    /// Where it stands in that document.
    pub span: Span,
}

/// Deepest nesting of lists and mappings that is read.
const DEPTH: usize = 64;

/// Longest part of a key, in bytes, that a path shows.
const KEY_IN_PATH: usize = 200;

/// A parsed manifest: as much of the tree as could be read, and what was odd about the text.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The root; `None` when nothing could be read.
    pub(super) root: Option<Node>,
    /// Oddities by place.
    pub(super) oddities: Vec<(OddityKind, Span)>,
}

/// Parses `text`, or answers `None` for a language that is no manifest's.
pub(super) fn parse(text: &str, language: Language) -> Option<Parsed> {
    let mut parsed = match language {
        Language::Json => json::parse(text),
        Language::Yaml => yaml::parse(text),
        Language::Toml => toml::parse(text),
        _ => return None,
    };
    parsed.oddities.sort_by_key(|&(kind, span)| (span, kind));
    Some(parsed)
}

/// Reads lines of the form `key: value`, as loaders do that fall back on a pattern when YAML fails.
pub(super) fn parse_lines(text: &str) -> Option<Node> {
    yaml::parse_lines(text)
}

/// The map of a string value to the document: exact where the literal spells it out, piece by piece where it escapes
/// or folds, else the whole literal.
#[must_use]
pub fn text_map(node: &Node, document_text: &str) -> SpanMap {
    let Some(value) = node.as_text() else { return SpanMap::default() };
    let literal = node.span.slice(document_text);
    let (start, end) = (node.span.start as usize, node.span.end as usize);
    let trimmed = |by: usize| Span::new(start + by, end.saturating_sub(by).max(start + by));
    if literal == value {
        return SpanMap::shifted(start, value.len());
    }
    let triple = ["\"\"\"", "'''"].into_iter().find(|quotes| literal.len() >= 6 && literal.starts_with(quotes));
    if let Some(quotes) = triple {
        // TOML drops a line break right after the opening quotes.
        let body = &literal[3..];
        let skipped = if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
        let span = Span::new(start + 3 + skipped, end.saturating_sub(3).max(start + 3 + skipped));
        if span.slice(document_text) == value {
            return SpanMap::shifted(span.start as usize, value.len());
        }
        if quotes.starts_with('"')
            && let Some(map) = align::escaped(value, document_text, span, Escapes::Backslash)
        {
            return map;
        }
        return SpanMap::opaque(node.span, value.len());
    }
    if literal.len() >= 2 && (literal.starts_with('"') || literal.starts_with('\'')) {
        let inner = trimmed(1);
        if inner.slice(document_text) == value {
            return SpanMap::shifted(inner.start as usize, value.len());
        }
        let dialects: &[Escapes] =
            if literal.starts_with('"') { &[Escapes::Backslash] } else { &[Escapes::DoubledQuote, Escapes::Backslash] };
        return dialects
            .iter()
            .find_map(|&dialect| align::escaped(value, document_text, inner, dialect))
            .unwrap_or_else(|| SpanMap::opaque(node.span, value.len()));
    }
    if literal.starts_with('|') || literal.starts_with('>') {
        // A block scalar: its text begins on the line after the indicator.
        let header = literal.find('\n').map_or(literal.len(), |at| at + 1);
        return align::folded(value, document_text, Span::new(start + header, end));
    }
    align::folded(value, document_text, node.span)
}

impl Node {
    /// The value of the **last** entry with this key, as most readers take it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().rev().find(|entry| entry.key == key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// The value at a path of keys.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries, if it is a mapping.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Every node with its path (`hooks.SessionStart[0].command`; empty for the root), in document order.
    #[must_use]
    pub fn walk(&self) -> Vec<(String, &Node)> {
        let mut found = Vec::new();
        let mut left = vec![(String::new(), self)];
        while let Some((path, node)) = left.pop() {
            match &node.value {
                Value::List(items) => {
                    left.extend(items.iter().enumerate().rev().map(|(at, item)| (format!("{path}[{at}]"), item)));
                }
                Value::Map(entries) => left.extend(entries.iter().rev().map(|entry| {
                    let dot = if path.is_empty() { "" } else { "." };
                    // A key of a megabyte over many children must not cost a megabyte for each.
                    let key = entry.key.get(..KEY_IN_PATH).unwrap_or(&entry.key);
                    let key: String = if key.len() > KEY_IN_PATH {
                        key.chars().take(KEY_IN_PATH / 4).collect()
                    } else {
                        key.to_owned()
                    };
                    (format!("{path}{dot}{key}"), &entry.value)
                })),
                _ => {}
            }
            found.push((path, node));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn root(text: &str, language: Language) -> Node {
        parse(text, language).unwrap().root.unwrap()
    }

    fn kinds(text: &str, language: Language) -> Vec<OddityKind> {
        parse(text, language).unwrap().oddities.into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn the_three_languages_give_the_same_tree() {
        let texts = [
            (Language::Json, "{ \"a\": { \"b\": [1, \"two\"] }, /* c */ \"d\": true, }"),
            (Language::Yaml, "a:\n  b:\n    - 1\n    - two # c\nd: true\n"),
            (Language::Toml, "d = true\n[a]\nb = [1, \"two\"]\n"),
        ];
        for (language, text) in texts {
            let root = root(text, language);
            let two = root.at(&["a", "b"]).unwrap().items()[1].clone();
            assert_eq!(two.as_text(), Some("two"), "{language}");
            assert_eq!(text_map(&two, text).map(Span::new(0, 3)).slice(text), "two", "{language}");
            assert_eq!(root.get("d").unwrap().value, Value::Bool(true));
            assert_eq!(root.at(&["a", "b"]).unwrap().items()[0].value, Value::Number("1".into()));
            let mut paths: Vec<_> = root.walk().into_iter().map(|(path, _)| path).collect();
            paths.sort();
            assert_eq!(paths, ["", "a", "a.b", "a.b[0]", "a.b[1]", "d"], "{language}");
        }
    }

    #[test]
    fn strings_of_every_style_map_back() {
        let cases: &[(Language, &str, &str, &str)] = &[
            (Language::Yaml, "é: 🦀\nk: \"日本 x\" # c\n", "日本 x", "x"),
            (Language::Yaml, "k: 'it''s x'   # c\n", "it's x", "x"),
            (Language::Yaml, "k: plain x  # c\nl: 1\n", "plain x", "x"),
            (Language::Yaml, "k: |\n    one\n      two x\n    é\nl: 1\n", "one\n  two x\né\n", "x"),
            (Language::Yaml, "k: >-\n  one\n  two x\nl: 1\n", "one two x", "x"),
            (Language::Yaml, "k: plain\n  folded x\nl: 1\n", "plain folded x", "x"),
            (Language::Yaml, "k: \"a\\tb x\"\n", "a\tb x", "x"),
            (Language::Yaml, "- k: [a, {k: b x}]\n", "b x", "x"),
            (Language::Json, "{\"k\": \"a\\n\\u00e9 x\"}", "a\né x", "x"),
            (Language::Json, "{'k': 'a x'}", "a x", "x"),
            (Language::Toml, "k = 'a x'", "a x", "x"),
            (Language::Toml, "k = \"a\\n x\"", "a\n x", "x"),
            (Language::Toml, "k = \"\"\"\na x\nb\"\"\"", "a x\nb", "x"),
        ];
        for &(language, text, value, part) in cases {
            let root = root(text, language);
            let walked = root.walk();
            let (_, node) = walked
                .iter()
                .find(|(_, node)| node.as_text() == Some(value))
                .unwrap_or_else(|| panic!("{text:?} {walked:?}"));
            let at = value.find(part).unwrap();
            let host = text_map(node, text).map(Span::new(at, at + part.len()));
            assert_eq!(host.slice(text), part, "{text:?}");
            assert_eq!(host.start as usize, text.rfind(part).unwrap(), "{text:?}");
        }
    }

    #[test]
    fn oddities_are_recorded_and_nothing_is_expanded() {
        use OddityKind::{Alias, Anchor, Damaged, DuplicateKey, Limit, MultipleDocuments, Tag};
        for (language, text, expected) in [
            (Language::Yaml, "a: &x 1\nb: *x\n", vec![Anchor, Alias]),
            (Language::Yaml, "a: !!python/object/apply:os.system [x]\n", vec![Tag]),
            (Language::Yaml, "a: 1\na: 2\n", vec![DuplicateKey]),
            (Language::Yaml, "a: 1\n---\nb: 2\n", vec![MultipleDocuments]),
            (Language::Yaml, "a: [1\nb: }", vec![Damaged]),
            (Language::Json, "{\"a\": 1, \"a\": 2}", vec![DuplicateKey]),
            (Language::Json, "{\"a\": ", vec![Damaged]),
            (Language::Toml, "a = \nb = 1", vec![Damaged]),
            (Language::Yaml, &"[".repeat(100_000), vec![Limit]),
            (Language::Yaml, &"- ".repeat(20_000), vec![Limit]),
            (Language::Yaml, &"? ".repeat(20_000), vec![Limit]),
            (Language::Json, &"[".repeat(100_000), vec![Damaged]),
            (Language::Json, &format!("{}{}", "[".repeat(100), "]".repeat(100)), vec![Limit]),
            (Language::Toml, &format!("a = {}", "[".repeat(100_000)), vec![Damaged]),
        ] {
            let short: String = text.chars().take(40).collect();
            let mut found = kinds(text, language);
            found.dedup();
            assert_eq!(found, expected, "{short:?}");
        }
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        assert_eq!(root("a: x\na: y\n", Language::Yaml).get("a").unwrap().as_text(), Some("y"));
    }

    #[test]
    fn lines_are_read_where_yaml_fails() {
        let text = "name: a\ndescription: Use when: always # x\n  more\n";
        let root = parse_lines(text).unwrap();
        let node = root.get("description").unwrap();
        assert_eq!(node.as_text(), Some("Use when: always # x"));
        assert_eq!(node.span.slice(text), "Use when: always # x");
    }
}
