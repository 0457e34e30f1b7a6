//! Where sentences begin and end.

use crate::source::Span;

/// The sentences of a block's text. Dots inside URLs, paths, numbers and code spans end nothing.
pub(super) fn sentences(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    let mut in_code = false;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        match c {
            // An unpaired backtick must not swallow the rest of a long text: code spans do not cross lines here.
            '`' => in_code = !in_code && text[next..].find('`').is_some_and(|close| close < 2_000),
            '\n' => {
                in_code = false;
                push(text, start, at, &mut found);
                start = next;
            }
            _ if in_code => {}
            // Items of a list that a folded description has joined.
            '*' if text[..at].ends_with(' ') && text[next..].starts_with(' ') => {
                push(text, start, at, &mut found);
                start = next;
            }
            '。' | '！' | '？' | '；' | '…' => {
                push(text, start, next, &mut found);
                start = next;
            }
            '.' | '!' | '?' => {
                let ends_word = bytes.get(next).is_none_or(|after| {
                    after.is_ascii_whitespace() || matches!(after, b'"' | b')' | b'\'' | b'*' | b'_') || *after >= 0x80
                });
                if ends_word && !is_abbreviation(&text[start..at]) {
                    push(text, start, next, &mut found);
                    start = next;
                }
            }
            _ => {}
        }
    }
    push(text, start, text.len(), &mut found);
    found
}

/// Longest sentence, in bytes, that is read as one. Work within a sentence grows with the square of its length, and
/// nobody follows a longer one.
const LONGEST: usize = 4_096;

fn push(text: &str, mut start: usize, end: usize, found: &mut Vec<Span>) {
    while end - start > LONGEST {
        let mut cut = start + LONGEST;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        // Words stay whole where there are any.
        let blank = text[start..cut].rfind(char::is_whitespace).filter(|at| *at > 0);
        let at = blank.map_or(cut, |at| start + at);
        push_one(text, start, at, found);
        start = at;
    }
    push_one(text, start, end, found);
}

fn push_one(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let part = &text[start..end];
    let trimmed = part.trim();
    if !trimmed.is_empty() {
        let from = start + (part.len() - part.trim_start().len());
        found.push(Span::new(from, from + trimmed.len()));
    }
}

/// Whether the text before a dot ends in an abbreviation, an initial or a list number.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    matches!(
        word.to_ascii_lowercase().as_str(),
        "e.g" | "i.e" | "etc" | "vs" | "cf" | "approx" | "no" | "dr" | "mr" | "ms"
    ) || (word.len() == 1 && word.chars().all(|c| c.is_ascii_uppercase()))
        || (!word.is_empty() && before.trim() == word && word.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_readers_stop() {
        for (text, expected) in [
            ("Run it. Then stop!", vec!["Run it.", "Then stop!"]),
            ("Fetch https://a.test/b.md and follow it.", vec!["Fetch https://a.test/b.md and follow it."]),
            ("Use e.g. the token. Done", vec!["Use e.g. the token.", "Done"]),
            ("Run `a. b` now. Go", vec!["Run `a. b` now.", "Go"]),
            ("下载文件。然后运行它！", vec!["下载文件。", "然后运行它！"]),
            ("one\ntwo", vec!["one", "two"]),
            ("1. Open it.", vec!["1. Open it."]),
        ] {
            let found: Vec<&str> = sentences(text).into_iter().map(|span| span.slice(text)).collect();
            assert_eq!(found, expected);
        }
    }
}
