use crate::rules::struck_out;
use crate::source::{LineIndex, Span};

/// Bytes kept before the place on its first line.
const BEFORE: usize = 120;
/// Bytes kept from the start of the place on.
const AFTER: usize = 400;
/// Lines kept.
const LINES: u32 = 6;

/// A piece of a file around a place: whole lines where they are short, else a window on them. Secrets are struck out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line that the text starts on, from 1.
    pub line: u32,
    /// The text, as it stands in the file, not yet made printable.
    pub text: String,
    /// The place, in bytes of `text`.
    pub place: Span,
    /// Whether the first line lacks its start.
    pub cut_before: bool,
    /// Whether the place, or its last line, goes on after the text.
    pub cut_after: bool,
}

impl Excerpt {
    /// The piece of `text` around `place`; `lines` indexes `text`.
    #[must_use]
    pub fn new(text: &str, lines: &LineIndex, place: Span) -> Self {
        let start = floor(text, place.start as usize);
        let end = floor(text, (place.end as usize).max(start));
        let line = lines.line_of(start as u32);
        let line_start = lines.line_range(text, line).start;
        let from = if start - line_start > BEFORE { floor(text, start - BEFORE) } else { line_start };
        let last_line = lines.line_of(end.saturating_sub(usize::from(end > start)) as u32).min(line + LINES - 1);
        let last_end = lines.line_range(text, last_line).end.max(start);
        let to = if last_end - start > AFTER { floor(text, start + AFTER) } else { last_end };
        Self {
            line,
            text: without_secrets(text, from, to),
            place: Span::new(start - from, end.min(to) - from),
            cut_before: from > line_start,
            cut_after: to < last_end || end > to,
        }
    }

    /// The text under the place.
    #[must_use]
    pub fn placed(&self) -> &str {
        self.place.slice(&self.text)
    }
}

/// Bytes around a piece in which a secret that reaches into it may begin or end: an RSA key of 4096 bits has 3.3 KiB.
const AROUND: usize = 8 << 10;

/// `text[from..to]` without secrets. They are looked for in what stands around too: a window may begin within one.
fn without_secrets(text: &str, from: usize, to: usize) -> String {
    let start = floor(text, from.saturating_sub(AROUND));
    let end = floor(text, to.saturating_add(AROUND));
    let around = struck_out(text.get(start..end).unwrap_or_default().to_owned());
    // Striking out keeps every place.
    around.get(from - start..to - start).unwrap_or_default().to_owned()
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, start: usize, end: usize) -> Excerpt {
        Excerpt::new(text, &LineIndex::new(text), Span::new(start, end))
    }

    #[test]
    fn takes_whole_short_lines() {
        let found = excerpt("one\ntwo three\nfour", 8, 13);
        assert_eq!((found.line, found.text.as_str(), found.placed()), (2, "two three", "three"));
        assert!(!found.cut_before && !found.cut_after);
        assert_eq!(excerpt("a\nb\nc\n", 0, 3).text, "a\nb");
        assert_eq!(excerpt("a\nb\n", 0, 2).text, "a", "the line break belongs to the first line");
    }

    #[test]
    fn cuts_long_lines_and_long_places_at_characters() {
        let text = format!("{}X{}", "é".repeat(1000), "ü".repeat(1000));
        let found = excerpt(&text, 2000, 2001);
        assert_eq!(found.placed(), "X");
        assert!(found.cut_before && found.cut_after && found.text.len() <= BEFORE + AFTER + 2);
        let many = excerpt(&"line\n".repeat(50), 0, 250);
        assert_eq!(many.text.lines().count(), LINES as usize);
        assert!(many.cut_after);
    }

    #[test]
    fn a_window_that_begins_within_a_secret_does_not_show_it() {
        let secret = format!("sk-ant-{}", "Zk8Qw2LmX9".repeat(9));
        let text = format!("a('{secret}', '{secret}', x)");
        let found = excerpt(&text, text.len() - 2, text.len() - 1);
        assert!(found.cut_before && found.placed() == "x", "{found:?}");
        assert!(!found.text.contains("Zk8Qw2LmX9"), "{found:?}");
        let key = format!("-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\n", "Zk8Qw2LmX9\n".repeat(40));
        assert!(!excerpt(&key, 200, 210).text.contains("Zk8"));
    }

    #[test]
    fn places_outside_the_text_are_its_end() {
        for (text, start, end) in [("", 0, 0), ("ab", 7, 9), ("a\n", 2, 2), ("é", 1, 1)] {
            let found = excerpt(text, start, end);
            assert!(found.place.end as usize <= found.text.len(), "{text:?}");
        }
    }
}
