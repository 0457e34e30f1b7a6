//! Lining up a text that a parser made with the stretch of source that it was made from.

use crate::source::{Span, SpanMap, SpanMapBuilder};

/// Maps `inner` to `host[span]`, where `inner` is that stretch with line prefixes (indentation, quote marks) left out
/// and line ends perhaps folded into a space. Characters that agree map exactly; from the first place where the two
/// cannot be lined up, the rest of `inner` stands for the rest of `span`. One pass over both.
pub(super) fn folded(inner: &str, host: &str, span: Span) -> SpanMap {
    let mut builder = SpanMapBuilder::default();
    push_folded(&mut builder, inner, host, span);
    builder.finish()
}

/// Adds what [`folded`] describes to a map under construction.
pub(super) fn push_folded(builder: &mut SpanMapBuilder, inner: &str, host: &str, span: Span) {
    let source = span.slice(host);
    if source == inner {
        builder.exact(span);
        return;
    }
    let (inner, source, base) = (inner.as_bytes(), source.as_bytes(), span.start as usize);
    let (mut i, mut j) = (0, 0);
    while i < inner.len() {
        let run = inner[i..].iter().zip(&source[j..]).take_while(|(a, b)| a == b).count();
        if run > 0 {
            builder.exact(Span::new(base + j, base + j + run));
            i += run;
            j += run;
            continue;
        }
        match source.get(j) {
            Some(b'\r') if source.get(j + 1) == Some(&b'\n') && matches!(inner[i], b'\n' | b' ') => {
                builder.computed(1, Span::new(base + j, base + j + 2));
                i += 1;
                j += 2;
            }
            Some(b'\n' | b'\r') if matches!(inner[i], b'\n' | b' ') => {
                builder.computed(1, Span::new(base + j, base + j + 1));
                i += 1;
                j += 1;
            }
            Some(b' ' | b'\t' | b'>' | b'\n' | b'\r') => j += 1,
            _ => {
                builder.computed(inner.len() - i, Span::new(base + j.min(source.len()), base + source.len()));
                return;
            }
        }
    }
}

/// The way an escaped literal spells its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// `\n`, `\x41`, `\u0041`, `\u{41}`, `\U00000041`: JSON, JSON5, TOML and YAML in double quotes.
    Backslash,
    /// A doubled single quote: YAML in single quotes.
    DoubledQuote,
}

/// Maps `inner` to the literal `host[span]` (without its quotes), unescaping piece by piece. `None` where the literal
/// does not come out as `inner` (line folding, an escape of another dialect).
pub(super) fn escaped(inner: &str, host: &str, span: Span, escapes: Escapes) -> Option<SpanMap> {
    let source = span.slice(host);
    let base = span.start as usize;
    let mut builder = SpanMapBuilder::default();
    let (mut i, mut j) = (0, 0);
    while j < source.len() {
        let rest = &source[j..];
        let mark = if escapes == Escapes::Backslash { '\\' } else { '\'' };
        let run = rest.find(mark).unwrap_or(rest.len());
        if run > 0 {
            if !inner.get(i..)?.starts_with(&rest[..run]) {
                return None;
            }
            builder.exact(Span::new(base + j, base + j + run));
            i += run;
            j += run;
            continue;
        }
        let (value, length) = match escapes {
            Escapes::DoubledQuote if rest.starts_with("''") => ("'".to_owned(), 2),
            Escapes::DoubledQuote => return None,
            Escapes::Backslash => unescape(rest)?,
        };
        if !inner.get(i..)?.starts_with(&value) {
            return None;
        }
        builder.computed(value.len(), Span::new(base + j, base + j + length));
        i += value.len();
        j += length;
    }
    (i == inner.len()).then(|| builder.finish())
}

/// The value and the length in bytes of the escape that `text` starts with.
fn unescape(text: &str) -> Option<(String, usize)> {
    let kind = text[1..].chars().next()?;
    let simple = match kind {
        'n' => Some("\n"),
        't' => Some("\t"),
        'r' => Some("\r"),
        'b' => Some("\u{8}"),
        'f' => Some("\u{c}"),
        'v' => Some("\u{b}"),
        'a' => Some("\u{7}"),
        'e' => Some("\u{1b}"),
        '0' => Some("\0"),
        '"' => Some("\""),
        '\'' => Some("'"),
        '\\' => Some("\\"),
        '/' => Some("/"),
        ' ' => Some(" "),
        '\n' => Some(""),
        _ => None,
    };
    if let Some(value) = simple {
        return Some((value.to_owned(), 2));
    }
    let (digits, length) = match kind {
        'x' => (text.get(2..4)?, 4),
        'u' if text[2..].starts_with('{') => {
            let end = text.get(..12.min(text.len())).unwrap_or(text).find('}')?;
            (&text[3..end], end + 1)
        }
        'u' => (text.get(2..6)?, 6),
        'U' => (text.get(2..10)?, 10),
        _ => return None,
    };
    let code = u32::from_str_radix(digits, 16).ok()?;
    // A character outside the BMP is written as two surrogates in JSON.
    if (0xd800..0xdc00).contains(&code) {
        let low = text.get(length..length + 6).and_then(|next| next.strip_prefix("\\u"))?;
        let low = u32::from_str_radix(low, 16).ok().filter(|low| (0xdc00..0xe000).contains(low))?;
        let joined = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        return Some((char::from_u32(joined)?.to_string(), length + 6));
    }
    Some((char::from_u32(code)?.to_string(), length))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn line_prefixes_are_left_out_exactly() {
        let host = "  > one\r\n  > two 🦀\n";
        let map = folded("one\ntwo 🦀\n", host, Span::new(4, host.len()));
        assert_eq!(map.map(Span::new(0, 3)).slice(host), "one");
        assert_eq!(map.map(Span::new(4, 12)).slice(host), "two 🦀");
    }

    #[test]
    fn escapes_map_piece_by_piece() {
        let host = r"a\u0062c\ud83e\udd80\n$x";
        let map = escaped("abc🦀\n$x", host, Span::new(0, host.len()), Escapes::Backslash).unwrap();
        assert_eq!(map.map(Span::new(1, 2)).slice(host), r"\u0062");
        assert_eq!(map.map(Span::new(3, 7)).slice(host), r"\ud83e\udd80");
        assert_eq!(map.map(Span::new(8, 10)).slice(host), "$x");
        assert!(escaped("other", host, Span::new(0, host.len()), Escapes::Backslash).is_none());
    }

    #[test]
    fn broken_escapes_do_not_panic() {
        for text in ["\\", "\\u12", "\\u{", "\\ud800\\u00", "\\x", "\\é", "\\u{1234567890123}"] {
            let _ = escaped("x", text, Span::new(0, text.len()), Escapes::Backslash);
        }
    }
}
