use crate::source::Span;

/// A link definition as it stands in the text. A parser keeps only the first of each label and drops unused ones from
/// its events, yet an agent reads them all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) label: Span,
    pub(super) target: Span,
    /// Without its delimiters; empty at the end of the target when there is none.
    pub(super) title: Span,
    pub(super) span: Span,
}

impl Definition {
    /// Whether it is written to render as nothing: `[//]: # (…)` and its like.
    pub(super) fn is_comment(&self, text: &str) -> bool {
        let label = self.label.slice(text).trim();
        let is_mark = !label.chars().any(char::is_alphanumeric);
        let is_word = label.to_ascii_lowercase().starts_with("comment");
        let target = self.target.slice(text).trim_matches(['<', '>']);
        is_mark || is_word || (matches!(target, "#" | "/" | "") && !self.title.is_empty())
    }
}

/// Finds the definitions in the stretches of `text` that no block covers. `covered` is sorted by start.
pub(super) fn find(text: &str, from: usize, covered: &[Span]) -> Vec<Definition> {
    let mut found = Vec::new();
    let mut at = from;
    for span in covered.iter().copied().chain([Span::at(text.len())]) {
        if at < span.start as usize {
            in_gap(text, Span::new(at, span.start as usize), &mut found);
        }
        at = at.max(span.end as usize);
    }
    found
}

fn in_gap(text: &str, gap: Span, found: &mut Vec<Definition>) {
    // The lines at which a definition starts; each runs to the next one or to the end of the gap.
    let mut starts = Vec::new();
    let mut at = gap.start as usize;
    for line in gap.slice(text).split_inclusive(['\n', '\r']) {
        let marks = line.len() - line.trim_start_matches([' ', '\t', '>', '-', '*', '+']).len();
        let content = &line[marks..];
        let digits = content.bytes().take_while(u8::is_ascii_digit).count();
        let numbered = digits > 0 && matches!(content.as_bytes().get(digits), Some(b'.' | b')'));
        let skip = if numbered {
            digits + 1 + content[digits + 1..].len() - content[digits + 1..].trim_start().len()
        } else {
            0
        };
        if content[skip..].starts_with('[') && !content[skip..].starts_with("[^") {
            starts.push(at + marks + skip);
        }
        at += line.len();
    }
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(gap.end as usize);
        let whole = text.get(start..end).unwrap_or_default();
        let whole = without_marks(whole);
        found.extend(read(whole, start));
    }
}

/// The text without the marks of containers (of the next item, say) that end it.
fn without_marks(text: &str) -> &str {
    let mut text = text.trim_end();
    while let Some(at) = text.rfind(['\n', '\r']) {
        let is_mark =
            |c: char| c.is_whitespace() || c.is_ascii_digit() || matches!(c, '>' | '-' | '*' | '+' | '.' | ')');
        if !text[at..].chars().all(is_mark) || text[at..].trim() == ")" {
            break;
        }
        text = text[..at].trim_end();
    }
    text
}

fn read(whole: &str, start: usize) -> Option<Definition> {
    let mut escaped = false;
    let close = whole.bytes().enumerate().skip(1).find(|&(_, byte)| {
        let is_close = byte == b']' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_close
    })?;
    let close = close.0;
    let rest = whole[close + 1..].strip_prefix(':')?;
    let target_start = whole.len() - rest.trim_start().len();
    let rest = &whole[target_start..];
    let target_length = if rest.starts_with('<') {
        rest.find('>').map_or(rest.len(), |at| at + 1)
    } else {
        rest.find(char::is_whitespace).unwrap_or(rest.len())
    };
    let target_end = target_start + target_length;
    let title = whole[target_end..].trim();
    let title_start = whole[target_end..].find(title).map_or(target_end, |at| target_end + at);
    let closing = match title.chars().next() {
        Some('(') => Some(')'),
        Some(quote @ ('"' | '\'')) => Some(quote),
        _ => None,
    };
    let (from, to) = match closing {
        Some(closing) if title.len() > 1 && title.ends_with(closing) => {
            (title_start + 1, title_start + title.len() - 1)
        }
        Some(_) => (title_start + 1, title_start + title.len()),
        None => (title_start, title_start + title.len()),
    };
    let at = |from: usize, to: usize| Span::new(start + from, start + to);
    Some(Definition {
        label: at(1, close),
        target: at(target_start, target_end),
        title: at(from, to),
        span: at(0, whole.len()),
    })
}
