//! Telling text from binary where no signature does.

use crate::source::{Encoding, byte_order_mark, decode, guess_utf16};

/// How bytes look when no signature is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texture {
    /// Text throughout; the encoding in words.
    Text(&'static str),
    /// Clean text at the beginning, binary further on.
    TextThenBinary,
    /// Not text.
    Binary,
}

/// Bytes at the beginning that must be clean text when the rest is not.
const HEAD: usize = 512;

/// Judges `bytes` as a whole, in time linear in their number.
pub(super) fn texture(bytes: &[u8]) -> Texture {
    if let Some((encoding, _)) = byte_order_mark(bytes) {
        return match encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => by_census(bytes, "UTF-8 text"),
            Encoding::Utf16Le | Encoding::Utf16Be => by_decoding(bytes, "UTF-16 text"),
            Encoding::Utf32Le | Encoding::Utf32Be => by_decoding(bytes, "UTF-32 text"),
        };
    }
    if guess_utf16(bytes).is_some() {
        return Texture::Text("UTF-16 text");
    }
    by_census(bytes, "UTF-8 text")
}

/// What a text would hardly hold, counted.
#[derive(Debug, Clone, Copy, Default)]
struct Census {
    nuls: usize,
    /// Control characters other than the ones that printers, pagers and terminals are sent.
    controls: usize,
}

impl Census {
    fn of(bytes: &[u8]) -> Self {
        bytes.iter().fold(Self::default(), |census, &byte| match byte {
            0 => Self { nuls: census.nuls + 1, ..census },
            // Bell, backspace, tab, line feed, vertical tab, form feed, carriage return and escape are used in text.
            0x07..=0x0D | 0x1B => census,
            0x01..=0x1F | 0x7F => Self { controls: census.controls + 1, ..census },
            _ => census,
        })
    }

    /// Whether at most one byte in `n` is a NUL or an odd control character.
    fn at_most_one_in(self, n: usize, len: usize) -> bool {
        (self.nuls + self.controls) * n <= len
    }
}

fn by_census(bytes: &[u8], utf8: &'static str) -> Texture {
    let census = Census::of(bytes);
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    if is_utf8 && census.nuls == 0 {
        // Well-formed UTF-8 by chance is unlikely, so that even plenty of control characters are somebody's doing.
        return if census.at_most_one_in(4, bytes.len()) { Texture::Text(utf8) } else { head(bytes) };
    }
    if is_utf8 {
        return if census.at_most_one_in(20, bytes.len()) { Texture::Text(utf8) } else { head(bytes) };
    }
    // Bytes without a pattern hold one odd control character in ten.
    if census.at_most_one_in(50, bytes.len()) {
        return Texture::Text(if is_mostly_utf8(bytes) { utf8 } else { "text in an unknown encoding" });
    }
    head(bytes)
}

/// Whether most of what is not ASCII is well-formed UTF-8.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut well, mut ill) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        well += chunk.valid().bytes().filter(|byte| !byte.is_ascii()).count();
        ill += chunk.invalid().len();
    }
    // All-ASCII text with a few ill-formed bytes is damaged UTF-8 as well.
    ill <= well || ill * 50 <= bytes.len()
}

/// Text that goes on in binary: by a script's first line, or by enough clean text.
fn head(bytes: &[u8]) -> Texture {
    let first_line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let is_clean = |part: &[u8]| {
        let census = Census::of(part);
        census.nuls + census.controls == 0 && part.utf8_chunks().take(2).all(|chunk| chunk.invalid().len() < 4)
    };
    let is_script = bytes.starts_with(b"#!") && first_line.len() < bytes.len().min(HEAD) && is_clean(first_line);
    let has_clean_head = bytes.get(..HEAD).is_some_and(|part| {
        // A character that the cut splits is not damage.
        is_clean(part) && std::str::from_utf8(part).map_or_else(|error| error.error_len().is_none(), |_| true)
    });
    if is_script || has_clean_head { Texture::TextThenBinary } else { Texture::Binary }
}

/// For texts with a byte order mark: whether what it announces is there.
fn by_decoding(bytes: &[u8], name: &'static str) -> Texture {
    let decoded = decode(bytes);
    let (mut all, mut odd) = (0_usize, decoded.replaced);
    for c in decoded.text.chars() {
        all += 1;
        odd += usize::from(c.is_control() && !matches!(c, '\u{7}'..='\u{d}' | '\u{1b}'));
    }
    if odd * 20 <= all { Texture::Text(name) } else { Texture::Binary }
}
