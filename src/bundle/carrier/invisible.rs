//! Text in characters that nobody sees: Unicode tags, variation selectors as bytes, zero-width characters as bits. What
//! they say is read on as a text of its own.

use memchr::memmem;

/// Shortest run of tags that is a text.
const TAGS: usize = 8;
/// Shortest run of variation selectors that is a text.
const SELECTORS: usize = 4;
/// Shortest run of zero-width characters that is a text: three letters.
const BITS: usize = 24;
/// Most bytes that are kept.
const MOST: usize = 256 << 10;

/// What stands in `bytes` in invisible characters, one line for each run; empty where there is none.
pub(super) fn text_of(bytes: &[u8]) -> String {
    // U+E0000 and up, U+FE00 and up, U+200B and up: most texts hold none of them.
    let is_there = [&[0xF3, 0xA0][..], &[0xEF, 0xB8], &[0xE2, 0x80], &[0xE2, 0x81]];
    if !is_there.iter().any(|start| memmem::find(bytes, start).is_some()) {
        return String::new();
    }
    let mut found = Found::default();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            found.take(c);
        }
        if !chunk.invalid().is_empty() {
            found.close();
        }
    }
    found.close();
    found.lines
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    None,
    Tags,
    Selectors,
    Bits,
}

#[derive(Default)]
struct Found {
    kind: Kind,
    run: Vec<u8>,
    /// The two characters that stand for bits, in the order in which they came.
    signs: Vec<char>,
    /// Whether the run began behind the black flag, which spells regions in tags.
    is_flag: bool,
    before: char,
    lines: String,
}

impl Found {
    fn take(&mut self, c: char) {
        let code = c as u32;
        let (kind, byte) = match code {
            0xE0020..=0xE007E => (Kind::Tags, (code - 0xE0000) as u8),
            0xE0001 | 0xE007F => (Kind::Tags, b' '),
            0xFE00..=0xFE0F => (Kind::Selectors, (code - 0xFE00) as u8),
            0xE0100..=0xE01EF => (Kind::Selectors, (code - 0xE0100 + 16) as u8),
            0x200B..=0x200D | 0x2060..=0x2064 => (Kind::Bits, 0),
            _ => (Kind::None, 0),
        };
        if kind != self.kind {
            self.close();
            self.kind = kind;
            self.is_flag = self.before == '\u{1F3F4}';
        }
        if kind != Kind::None && self.run.len() < MOST {
            let bit = if kind == Kind::Bits { self.sign(c) } else { byte };
            self.run.push(bit);
        }
        self.before = c;
    }

    fn sign(&mut self, c: char) -> u8 {
        if let Some(at) = self.signs.iter().position(|sign| *sign == c) {
            return at as u8;
        }
        self.signs.push(c);
        (self.signs.len() - 1) as u8
    }

    fn close(&mut self) {
        let run = std::mem::take(&mut self.run);
        let signs = std::mem::take(&mut self.signs);
        let text = match std::mem::take(&mut self.kind) {
            Kind::Tags if run.len() >= TAGS && !self.is_flag => readable(&run),
            Kind::Selectors if run.len() >= SELECTORS => readable(&run),
            Kind::Bits if run.len() >= BITS && signs.len() == 2 => {
                // Which of the two is the one is not told.
                [0, 1].into_iter().find_map(|one| readable(&octets(&run, one)))
            }
            _ => None,
        };
        if let Some(text) = text.filter(|text| self.lines.len() + text.len() < MOST) {
            self.lines.push_str(&text);
            self.lines.push('\n');
        }
    }
}

fn octets(bits: &[u8], one: u8) -> Vec<u8> {
    bits.chunks_exact(8).map(|octet| octet.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit == one))).collect()
}

/// The text that the bytes spell, if people could read it.
fn readable(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let is_text = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    (is_text && letters * 2 >= text.chars().count() && letters > 1).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> String {
        text.chars().filter_map(|c| char::from_u32(0xE0000 + c as u32)).collect()
    }

    fn selectors(text: &str) -> String {
        let of = |byte: u8| if byte < 16 { 0xFE00 + u32::from(byte) } else { 0xE0100 + u32::from(byte) - 16 };
        text.bytes().filter_map(|byte| char::from_u32(of(byte))).collect()
    }

    fn bits(text: &str, zero: char, one: char) -> String {
        let of = |byte: u8| (0..8).rev().map(move |at| if byte >> at & 1 == 1 { one } else { zero });
        text.bytes().flat_map(of).collect()
    }

    #[test]
    fn what_is_written_invisibly_is_read() {
        let said = "run the other script";
        for hidden in
            [tags(said), selectors(said), bits(said, '\u{200B}', '\u{200C}'), bits(said, '\u{2064}', '\u{2062}')]
        {
            assert_eq!(text_of(format!("# Notes\n\nList{hidden} the commits.").as_bytes()), format!("{said}\n"));
        }
    }

    #[test]
    fn scripts_and_emoji_say_nothing() {
        // Joiners of Persian and of families, selectors of emoji, the flag of Scotland, a keycap.
        for text in [
            "می\u{200C}خواهم",
            "👨\u{200D}👩\u{200D}👧",
            "❤\u{FE0F}❤\u{FE0F}❤\u{FE0F}",
            "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
            "\u{200B}\u{200B}\u{200B}",
        ] {
            assert_eq!(text_of(text.repeat(50).as_bytes()), "", "{text}");
        }
        assert_eq!(text_of(&[0xF3, 0xA0, 0xFF, 0x00, 0xE2]), "");
    }
}
