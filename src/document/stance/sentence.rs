//! Sentences around a piece of code, and words in them.

use super::super::markdown::Code;

/// Bytes of a sentence that are looked at on each side of a code span.
const WINDOW: usize = 400;

/// The parts of the sentence before and after a code span.
pub(super) fn around<'t>(text: &'t str, code: &Code) -> (&'t str, &'t str) {
    let start = (code.offset as usize).min(text.len());
    let end = (start + code.text.len() + 2).min(text.len());
    let mut from = start.saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (end + WINDOW).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let before = text.get(from..start).unwrap_or_default();
    let after = text.get(end..to).unwrap_or_default();
    let after_end = sentence_ends(after).next().map_or(after.len(), |(at, _)| at);
    (last_sentence_of(before), &after[..after_end])
}

/// The last sentence of an introduction, without the colon that ends it.
pub(super) fn last_sentence(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches([':', '：', '.', '!', '…']);
    let mut from = text.len().saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    last_sentence_of(&text[from..])
}

pub(super) fn last_sentence_of(text: &str) -> &str {
    sentence_ends(text).last().map_or(text, |(_, next)| &text[next..])
}

/// Where sentences end, and where the next ones begin.
pub(super) fn sentence_ends(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.char_indices().filter_map(|(at, c)| {
        let next = at + c.len_utf8();
        let ends = match c {
            '\n' | '。' | '！' | '？' | '；' | ';' => true,
            '.' | '!' | '?' => text[next..].starts_with([' ', '\n', '"', ')']),
            _ => false,
        };
        ends.then_some((at, next))
    })
}

pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !word.is_ascii() || is_word_start(text, at))
}

pub(super) fn starts_with_word(text: &str, word: &str) -> bool {
    text.starts_with(word) && (!word.is_ascii() || is_word_at(text, 0, word.len()))
}

pub(super) fn is_word_start(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
}

pub(super) fn is_word_at(text: &str, start: usize, end: usize) -> bool {
    is_word_start(text, start) && !text[end..].starts_with(|c: char| c.is_ascii_alphanumeric())
}
