//! Code as it reads once what can be worked out of it stands in its place: names of libraries and programs, and constants
//! that are put together. Rules on the text of code read these lines too, so that spelling a thing otherwise hides
//! nothing from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Interpreter;
use crate::document::{DocumentId, Language};
use crate::flow::{Origin, Place, Plain, Shape, Value};
use crate::lower::operation::{Expression, ExpressionKind, FunctionId, Operation, OperationKind, Word};
use crate::source::{Span, SpanMapBuilder};

/// Bytes of a constant that is written in the place of the expression that makes it.
const FOLDED: std::ops::RangeInclusive<usize> = 4..=512;
/// Most bytes of a name or word that is written in the place of another spelling.
const MAX_NAME: usize = 512;
/// Most words of a list that is shown as the value of a variable.
const MAX_WORDS: usize = 16;
/// Most replacements in one bundle.
const MAX_EDITS: usize = 50_000;
/// Most bytes of a line before, between and behind its replacements.
const MAX_LINE: usize = 8 << 10;

/// What stands in the place of what.
#[derive(Debug, Default)]
pub(super) struct Edits {
    by_place: BTreeMap<Place, Arc<str>>,
}

impl Edits {
    /// The first reading of a place counts: a function may be looked at for many calls.
    fn put(&mut self, place: Place, text: &str) {
        if self.by_place.len() < MAX_EDITS && !place.span.is_empty() {
            self.by_place.entry(place).or_insert_with(|| text.into());
        }
    }
}

impl Interpreter<'_> {
    /// Whether a constant that an expression makes stands nowhere as it is; it then does in the plain lines.
    pub(super) fn folds(&mut self, value: &Value, place: Place) -> Option<Arc<str>> {
        if matches!(self.language(), Language::Shell | Language::Batch) {
            return None;
        }
        let text = value.as_text().filter(|text| FOLDED.contains(&text.len()))?;
        let source = self.source(place);
        if source.is_empty() || source.contains(text) || text.parse::<f64>().is_ok() {
            return None;
        }
        let found: Arc<str> = text.into();
        let whole = in_parentheses(&self.documents.get(place.document).text, place.span);
        self.edits.put(Place { document: place.document, span: whole }, &format!("\"{found}\""));
        Some(found)
    }

    /// An expression that means a name of a library, and is written otherwise.
    pub(super) fn names(&mut self, expression: &Expression, value: &Value, place: Place) {
        if !matches!(
            expression.kind,
            ExpressionKind::Name(_) | ExpressionKind::Member(..) | ExpressionKind::Index(..) | ExpressionKind::Call(_)
        ) {
            return;
        }
        let name = match value.bare().shape() {
            Shape::Api(name) => name,
            // A function that is wrapped with nothing besides is that function.
            Shape::Object { class, fields } if &**class == "partial" => match fields.as_slice() {
                [(_, function)] => match function.bare().shape() {
                    Shape::Api(name) => name,
                    _ => return,
                },
                _ => return,
            },
            _ => return,
        };
        let source = self.source(place);
        // `join` for `os.path.join` hides nothing, nor do `a . b` and `a?.b`.
        let is_said = name.ends_with(source)
            || source.len() > name.len() && {
                let plain: String = source.chars().filter(|c| !c.is_whitespace() && *c != '?').collect();
                name.ends_with(&plain)
            };
        if !is_said && !name.is_empty() && name.len() <= MAX_NAME {
            let name = name.clone();
            self.edits.put(place, &name);
        }
    }

    /// A member by a name in brackets (`o["x"]`), which reads as `o.x`.
    pub(super) fn member_in_brackets(&mut self, object: &Expression, index: &Value, place: Place) {
        let Some(name) = index.as_text().filter(|_| self.is_javascript()) else { return };
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_name && object.span.end < place.span.end && name.len() <= MAX_NAME {
            let span = Span { start: object.span.end, end: place.span.end };
            let text = format!(".{name}");
            self.edits.put(Place { document: place.document, span }, &text);
        }
    }

    /// A word of a command that reads as `values`.
    pub(super) fn reads(&mut self, word: &Word, values: &[Value]) {
        let mut text = String::new();
        for value in values {
            let Some(part) = value.constant() else { return };
            if text.len() + part.len() > MAX_NAME {
                return;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&part);
        }
        let place = self.place(word.span);
        let source = self.source(place);
        if text == source || source.is_empty() {
            return;
        }
        let is_plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "-_./:@=+,%~".contains(c));
        if values.len() == 1 && (text.is_empty() || !is_plain(&text)) {
            // Quotes around a text hide nothing of it.
            if source.contains(text.as_str()) || text.contains(['\'', '\n']) {
                return;
            }
            text = format!("'{text}'");
        }
        // Words that one pair of braces makes share their place.
        let has_braces = source.contains('{');
        match self.edits.by_place.get_mut(&place) {
            Some(before) if has_braces => {
                if before.len() < MAX_NAME && !before.split(' ').any(|word| word == text) {
                    *before = format!("{before} {text}").into();
                }
            }
            _ => self.edits.put(place, &text),
        }
    }

    /// A variable that is used here and is constant: readers are shown where it was set.
    pub(super) fn comes_from(&mut self, name: &str, value: &Value, used: Place) {
        self.origin("variable", name, value, used);
    }

    /// Where something of this kind and name was set, which is used here.
    fn origin(&mut self, kind: &str, name: &str, value: &Value, used: Place) {
        if self.origins.len() >= MAX_EDITS || self.origins.contains_key(&used) {
            return;
        }
        let (text, first) = match value.bare().shape() {
            Shape::Text(text) if text.len() <= MAX_NAME => (Some(text.to_string()), None),
            // `$@`.
            Shape::List(words) if words.len() <= MAX_WORDS => {
                let texts: Option<Vec<String>> = words.iter().map(Value::constant).collect();
                (texts.map(|texts| texts.join(" ")), words.first())
            }
            Shape::Concat(parts) if parts.len() <= MAX_WORDS => (value.constant(), parts.first()),
            _ => (None, None),
        };
        let (Some(text), Some(set)) = (text, first.and_then(Value::place).or(value.place())) else { return };
        let is_here =
            set.document == used.document && set.span.start <= used.span.start && used.span.end <= set.span.end;
        if !is_here && !text.is_empty() && text.len() <= MAX_NAME {
            let name = format!("{kind} `{name}`").into();
            self.origins.insert(used, Origin { name, set, text: text.into() });
        }
    }

    /// A first word that is an alias.
    pub(super) fn is_alias(&mut self, first: Option<&Value>, name: &str, alias: &Value) {
        if let Some(text) = alias.constant() {
            self.stands_for(first, &text);
        }
        if let Some(used) = first.and_then(Value::place) {
            self.origin("alias", name, alias, used);
        }
    }

    /// A first word that is an alias, or a function that only hands on what it is given.
    pub(super) fn stands_for(&mut self, first: Option<&Value>, text: &str) {
        if let Some(place) = first.and_then(Value::place)
            && text.len() <= MAX_NAME
        {
            self.edits.put(place, text);
        }
    }

    /// The command before `"$@"`, where that is all that a function runs.
    pub(super) fn handed_on(&mut self, document: DocumentId, id: FunctionId) -> Option<String> {
        let program = self.program(document)?;
        let [Operation { kind: OperationKind::Evaluate(only), .. }] =
            program.functions.get(id.0 as usize)?.body.as_slice()
        else {
            return None;
        };
        let ExpressionKind::Command(command) = &only.kind else { return None };
        let (last, words) = command.words.split_last()?;
        let is_all = matches!(last.parts.as_slice(), [part]
            if matches!(&part.value.kind, ExpressionKind::Expand(expansion) if expansion.name == "@"));
        let words: Vec<String> = words.iter().map(Word::literal).collect::<Option<_>>()?;
        (is_all && !words.is_empty()).then(|| words.join(" "))
    }

    /// The lines in which something reads otherwise than it is written.
    pub(super) fn plain(&mut self) -> Vec<Plain> {
        for document in self.documents.all().iter().filter(|document| document.language == Language::Shell) {
            for (at, _) in document.text.match_indices("\\\n") {
                let behind = document.text.get(at + 2..).unwrap_or_default();
                let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
                let span = Span::new(at, at + 2 + blanks);
                // Within a word nothing stands in its place.
                let is_within = blanks == 0 && !document.text.get(..at).unwrap_or_default().ends_with([' ', '\t']);
                self.edits.put(Place { document: document.id, span }, if is_within { "" } else { " " });
            }
        }
        let edits = std::mem::take(&mut self.edits).by_place;
        let mut found = Vec::new();
        let edits: Vec<(Place, Arc<str>)> = edits.into_iter().collect();
        for of_document in edits.chunk_by(|a, b| a.0.document == b.0.document) {
            let Some((first, _)) = of_document.first() else { continue };
            let document = first.document;
            found.extend(lines(document, &self.documents.get(document).text, of_document));
        }
        found
    }
}

/// The lines of one document that hold replacements; those that follow each other are one text. What a replacement
/// holds takes no further one.
fn lines(document: DocumentId, text: &str, edits: &[(Place, Arc<str>)]) -> Vec<Plain> {
    // Places come by their start; of those that begin together the longest is the whole.
    let mut order: Vec<(Span, &str)> = edits.iter().map(|(place, new)| (place.span, &**new)).collect();
    order.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut found = Vec::new();
    let mut open = Open::default();
    let mut end = 0;
    for (span, new) in order {
        let (from, to) = (span.start as usize, span.end as usize);
        if from < end || text.get(from..to).is_none() {
            continue;
        }
        end = to;
        let start_of_line = line_start(text, from);
        if open.is_begun && start_of_line > open.line_end {
            found.extend(open.finish(document, text));
        }
        if !open.is_begun {
            open.is_begun = true;
            open.at = start_of_line;
        }
        open.copy(text, from);
        open.text.push_str(new);
        open.map.computed(new.len(), span);
        open.at = to;
        open.line_end = line_end(text, to);
    }
    if open.is_begun {
        found.extend(open.finish(document, text));
    }
    found
}

/// Lines that are being put together.
#[derive(Default)]
struct Open {
    is_begun: bool,
    text: String,
    map: SpanMapBuilder,
    /// How far the document's text was taken over.
    at: usize,
    /// Where the last line ends, its line break included.
    line_end: usize,
}

impl Open {
    fn copy(&mut self, text: &str, until: usize) {
        let piece = text.get(self.at..until).unwrap_or_default();
        self.text.push_str(piece);
        self.map.exact(Span::new(self.at, self.at + piece.len()));
    }

    fn finish(&mut self, document: DocumentId, text: &str) -> Option<Plain> {
        self.copy(text, self.line_end.max(self.at));
        let open = std::mem::take(self);
        (!open.text.is_empty()).then(|| Plain { document, text: open.text.into(), map: open.map.finish() })
    }
}

/// A stretch with the parentheses around it that only group.
fn in_parentheses(text: &str, span: Span) -> Span {
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    for _ in 0..4 {
        let (Some(before), Some(behind)) = (text.get(..start), text.get(end..)) else { break };
        let (Some(outer), Some(rest)) =
            (before.trim_end_matches(' ').strip_suffix('('), behind.trim_start_matches(' ').strip_prefix(')'))
        else {
            break;
        };
        if outer.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '"' | '\'' | '?')) {
            break;
        }
        (start, end) = (outer.len(), text.len() - rest.len());
    }
    Span::new(start, end)
}

fn line_start(text: &str, at: usize) -> usize {
    let low = at.saturating_sub(MAX_LINE);
    let before = text.as_bytes().get(low..at).unwrap_or_default();
    let mut start = before.iter().rposition(|byte| *byte == b'\n').map_or(low, |found| low + found + 1);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    start
}

fn line_end(text: &str, at: usize) -> usize {
    let high = at.saturating_add(MAX_LINE).min(text.len());
    let after = text.as_bytes().get(at..high).unwrap_or_default();
    let mut end = after.iter().position(|byte| *byte == b'\n').map_or(high, |found| at + found + 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end.max(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, new: &str) -> (Place, Arc<str>) {
        (Place { document: DocumentId(0), span: Span::new(start, end) }, new.into())
    }

    #[test]
    fn lines_read_as_what_they_mean() {
        let text = "a\nx = 'cu' + 'rl'\nrun(x)\nb\nc\nzq.go()\n";
        let found = lines(DocumentId(0), text, &[edit(6, 17, "\"curl\""), edit(6, 10, "no"), edit(29, 34, "os.go")]);
        let texts: Vec<&str> = found.iter().map(|plain| &*plain.text).collect();
        assert_eq!(texts, ["x = \"curl\"\n", "os.go()\n"]);
        let plain = &found[0];
        assert_eq!(plain.map.map(Span::new(0, 1)), Span::new(2, 3), "what is taken over keeps its place");
        assert_eq!(plain.map.map(Span::new(5, 6)), Span::new(6, 17), "what is replaced stands for the whole");
    }

    #[test]
    fn parentheses_that_group_go_with_what_they_group() {
        let text = "x in [(a + b), ((c))]; f(d)";
        for (inner, whole) in [("a + b", "(a + b)"), ("c", "((c))"), ("d", "d")] {
            let at = text.find(inner).unwrap_or_default();
            assert_eq!(in_parentheses(text, Span::new(at, at + inner.len())).slice(text), whole);
        }
    }

    #[test]
    fn lines_that_follow_each_other_are_one_text() {
        let text = "a b\nc d\n\ne f";
        let found = lines(DocumentId(0), text, &[edit(0, 1, "A"), edit(4, 5, "C"), edit(9, 10, "E")]);
        let texts: Vec<&str> = found.iter().map(|plain| &*plain.text).collect();
        assert_eq!(texts, ["A b\nC d\n", "E f"]);
    }
}
