//! Commands as they are typed. Who copies a command out of a text, an agent above all, types `|` where the page has the
//! full-width form of it, and a blank where it has one of the typographers' blanks; a shell is never given the others.

use super::super::Language;
use crate::source::{Span, SpanMap, SpanMapBuilder};

/// Whether a block in this language is typed into something.
pub(super) fn is_typed(language: Language) -> bool {
    matches!(language, Language::Shell | Language::PowerShell | Language::Batch)
}

/// The text in plain characters; `None` if it has no others.
pub(super) fn as_typed(text: &str) -> Option<(String, SpanMap)> {
    if text.is_ascii() || !text.chars().any(|character| plain(character).is_some()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut map = SpanMapBuilder::default();
    let mut kept = 0;
    for (at, character) in text.char_indices() {
        let Some(plain) = plain(character) else { continue };
        let end = at + character.len_utf8();
        out.push_str(text.get(kept..at).unwrap_or_default());
        map.exact(Span::new(kept, at));
        out.push(plain);
        map.computed(plain.len_utf8(), Span::new(at, end));
        kept = end;
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    map.exact(Span::new(kept, text.len()));
    Some((out, map.finish()))
}

/// The plain form of a blank, of a full-width letter or digit, and of the full-width operators of shells. Full-width
/// brackets and commas stay: they belong to the prose of comments and messages.
fn plain(character: char) -> Option<char> {
    match character {
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Some(' '),
        '\u{FF01}'..='\u{FF5E}' => {
            let ascii = char::from_u32(u32::from(character) - 0xFEE0)?;
            (ascii.is_ascii_alphanumeric() || "|;&<>$-/.:=_~".contains(ascii)).then_some(ascii)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn wide_forms_become_what_is_typed_and_keep_their_places() {
        let text = "ok\u{FF1B} \u{FF43}\u{FF41}t\u{A0}x \u{FF5C} sh";
        let (typed, map) = as_typed(text).unwrap();
        assert_eq!(typed, "ok; cat x | sh");
        let at = typed.find('|').unwrap();
        assert_eq!(map.map(Span::new(at, at + 1)).slice(text), "\u{FF5C}");
        assert_eq!(map.map(Span::new(typed.len() - 2, typed.len())).slice(text), "sh");
        for plain in ["cat x | sh", "echo \u{4F60}\u{597D}\u{FF08}a\u{FF09}"] {
            assert!(as_typed(plain).is_none(), "{plain}");
        }
    }
}
