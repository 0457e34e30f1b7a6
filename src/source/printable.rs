use std::borrow::Cow;
use std::fmt::Write as _;

/// Makes untrusted text safe to show in a terminal, a log, a SARIF viewer or HTML: every control character
/// (C0, DEL, C1), bidi control, zero-width or other invisible character, tag character, lone separator, private
/// use character and noncharacter becomes a visible `\u{…}` escape. Tab and line feed stay, CRLF becomes a line
/// feed, a lone CR is escaped.
///
/// Emoji stay whole: a variation selector behind a pictograph, and a joiner between two of them. Markup is not
/// escaped: that is the business of whoever writes HTML or Markdown.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    escape(text, false)
}

/// [`printable`] for a place that holds one line: tab, line feed and carriage return become `\t`, `\n` and `\r`.
#[must_use]
pub fn printable_line(text: &str) -> Cow<'_, str> {
    escape(text, true)
}

fn escape(text: &str, one_line: bool) -> Cow<'_, str> {
    let Some(first) = first_suspect(text, one_line) else { return Cow::Borrowed(text) };
    let mut safe = String::with_capacity(text.len() + 16);
    let (clean, rest) = text.split_at(first);
    safe.push_str(clean);
    let mut before = clean.chars().next_back();
    // The pictograph that a variation selector or skin tone may still stand behind.
    let mut pictograph = before.is_some_and(is_pictograph);
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match c {
            '\n' if one_line => safe.push_str("\\n"),
            '\t' if one_line => safe.push_str("\\t"),
            '\r' if one_line => safe.push_str("\\r"),
            '\r' if next == Some('\n') => {}
            '\u{FE0E}' | '\u{FE0F}' if before.is_some_and(|base| takes_selector(base, next)) => safe.push(c),
            '\u{200D}' if pictograph && next.is_some_and(is_pictograph) => safe.push(c),
            _ if is_unsafe(c) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
            }
            _ => safe.push(c),
        }
        // A selector belongs to its pictograph, so that a joiner may follow it.
        pictograph = is_pictograph(c) || (pictograph && matches!(c, '\u{FE0E}' | '\u{FE0F}'));
        before = Some(c);
    }
    Cow::Owned(safe)
}

/// Offset of the first character that may have to change.
fn first_suspect(text: &str, one_line: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let plain = |byte: u8| matches!(byte, 0x20..=0x7E) || (!one_line && matches!(byte, b'\t' | b'\n'));
    let ascii = bytes.iter().position(|&byte| !plain(byte))?;
    // Not inside a character: everything before it is ASCII.
    let rest = text.get(ascii..)?;
    rest.char_indices()
        .find(|&(_, c)| is_unsafe(c) || (one_line && matches!(c, '\t' | '\n')))
        .map(|(offset, _)| ascii + offset)
}

/// Whether a character is invisible, reorders or erases its neighbours, or has no agreed look.
fn is_unsafe(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && !matches!(c, '\t' | '\n');
    }
    let code = u32::from(c);
    matches!(code,
        // C1; soft hyphen; grapheme joiner; Arabic letter mark
        0x80..=0x9F | 0xAD | 0x34F | 0x61C
        // Hangul and Khmer fillers; Mongolian selectors and separator
        | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        // zero-width, directional marks; separators, embeddings, overrides; invisible operators, isolates
        | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
        // Braille blank; Hangul fillers; variation selectors; zero-width no-break space
        | 0x2800 | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        // interlinear annotations, object replacement; private use
        | 0xFFF0..=0xFFFC | 0xE000..=0xF8FF
        // hieroglyph, shorthand and musical format controls; Khitan filler, null note head
        | 0x1_3430..=0x1_343F | 0x1_6FE4 | 0x1_BCA0..=0x1_BCA3 | 0x1_D159 | 0x1_D173..=0x1_D17A
        // tags and the supplementary variation selectors; private use planes
        | 0xE_0000..=0xE_0FFF | 0xF_0000..=0x10_FFFF
        | 0xFDD0..=0xFDEF)
        || code & 0xFFFE == 0xFFFE
}

/// Whether a variation selector behind `base` only chooses between emoji and text style.
fn takes_selector(base: char, next: Option<char>) -> bool {
    is_pictograph(base) || (matches!(base, '0'..='9' | '#' | '*') && next == Some('\u{20E3}'))
}

/// The blocks that hold `Extended_Pictographic` characters (UTS #51), roughly: enough to tell an emoji from a letter.
fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c),
        0xA9 | 0xAE | 0x203C | 0x2049 | 0x2122 | 0x2139 | 0x2194..=0x21AA | 0x231A..=0x23FF | 0x24C2
        | 0x25AA..=0x27BF | 0x2934 | 0x2935 | 0x2B05..=0x2B55 | 0x3030 | 0x303D | 0x3297 | 0x3299 | 0x1_F000..=0x1_FAFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_characters_become_visible() {
        let cases = [
            ("plain\ttext\n", "plain\ttext\n"),
            ("a\r\nb", "a\nb"),
            ("safe\rfake", "safe\\u{d}fake"),
            ("end\r", "end\\u{d}"),
            ("\x1b[2J\x07", "\\u{1b}[2J\\u{7}"),
            ("\u{9b}31m \u{7f}", "\\u{9b}31m \\u{7f}"),
            ("a\u{202E}txt.exe", "a\\u{202e}txt.exe"),
            ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
            ("ze\u{200B}ro\u{200D}", "ze\\u{200b}ro\\u{200d}"),
            ("\u{FEFF}x", "\\u{feff}x"),
            ("soft\u{AD}hyphen", "soft\\u{ad}hyphen"),
            ("l\u{2028}s", "l\\u{2028}s"),
            ("\u{E0041}\u{E0100}", "\\u{e0041}\\u{e0100}"),
            ("\u{3164}\u{2800}\u{2063}\u{FFF9}", "\\u{3164}\\u{2800}\\u{2063}\\u{fff9}"),
            ("a\u{FE0F}b", "a\\u{fe0f}b"),
            ("\u{E000}\u{10FFFF}\u{FDD0}", "\\u{e000}\\u{10ffff}\\u{fdd0}"),
        ];
        for (text, shown) in cases {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn ordinary_text_and_emoji_stay_and_are_borrowed_where_possible() {
        for text in ["", "Größe, 中文, العربية, हिन्दी\n", "naïve — “quotes” … ✓", "🦀🇩🇪"]
        {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text), "{text}");
        }
        for text in [
            "❤\u{FE0F}",
            "👩\u{200D}💻",
            "👨\u{1F3FD}\u{200D}🚀",
            "🏳\u{FE0F}\u{200D}🌈",
            "1\u{FE0F}\u{20E3}",
            "👁\u{FE0F}\u{200D}🗨\u{FE0F}",
        ] {
            assert_eq!(printable(text), text);
        }
        // A second selector, or a joiner before a letter, says nothing visible.
        assert_eq!(printable("❤\u{FE0F}\u{FE0F}"), "❤\u{FE0F}\\u{fe0f}");
        assert_eq!(printable("🦀\u{200D}a"), "🦀\\u{200d}a");
    }

    #[test]
    fn one_line_stays_one_line() {
        assert_eq!(printable_line("a\tb\r\nc\x1b"), "a\\tb\\r\\nc\\u{1b}");
        assert!(matches!(printable_line("a b"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            let shown = printable(&text);
            let kept = ['\u{FE0E}', '\u{FE0F}', '\u{200D}'];
            let hidden = shown.chars().any(|c| is_unsafe(c) && !kept.contains(&c));
            prop_assert!(!hidden);
            prop_assert_eq!(printable(&shown), shown.clone());
            let breaks = printable_line(&text).contains(['\n', '\r', '\t']);
            prop_assert!(!breaks);
        }
    }
}
