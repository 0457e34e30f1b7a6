/// How the bytes of a text were encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 with a byte order mark; the mark is not part of the text.
    Utf8Bom,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// UTF-32, little endian; recognised by its byte order mark only.
    Utf32Le,
    /// UTF-32, big endian; recognised by its byte order mark only.
    Utf32Be,
}

/// Text made from bytes, and what had to be given up for it.
#[derive(Debug, Clone)]
pub struct DecodedText {
    /// The text. Offsets of spans count bytes of *this* string.
    pub text: String,
    /// The encoding that was recognised.
    pub encoding: Encoding,
    /// Number of ill-formed sequences that became U+FFFD.
    pub replaced: usize,
    /// Whether UTF-16 was recognised by its NUL pattern alone, without a byte order mark.
    pub guessed: bool,
}

/// Decodes `bytes` as text: by byte order mark, else UTF-16 if [`guess_utf16`] finds its pattern, else UTF-8.
/// Ill-formed sequences become U+FFFD and are counted: nothing is refused and nothing is cut.
#[must_use]
pub fn decode(bytes: &[u8]) -> DecodedText {
    let (encoding, mark_len) = byte_order_mark(bytes).unwrap_or((Encoding::Utf8, 0));
    let guess = if mark_len == 0 { guess_utf16(bytes) } else { None };
    let encoding = guess.unwrap_or(encoding);
    let body = bytes.get(mark_len..).unwrap_or_default();
    let (text, replaced) = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => decode_utf8(body),
        Encoding::Utf16Le => decode_utf16(body, u16::from_le_bytes),
        Encoding::Utf16Be => decode_utf16(body, u16::from_be_bytes),
        Encoding::Utf32Le => decode_utf32(body, u32::from_le_bytes),
        Encoding::Utf32Be => decode_utf32(body, u32::from_be_bytes),
    };
    DecodedText { text, encoding, replaced, guessed: guess.is_some() }
}

/// The encoding that a byte order mark at the start of `bytes` announces, and the length of the mark in bytes.
///
/// `FF FE 00 00` is a UTF-32 mark, but also a UTF-16 mark before a NUL: it counts as UTF-32 only where the first
/// units after it are characters.
#[must_use]
pub fn byte_order_mark(bytes: &[u8]) -> Option<(Encoding, usize)> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8Bom, 3)),
        [0xFF, 0xFE, 0, 0, rest @ ..] if starts_as_utf32(rest, u32::from_le_bytes) => Some((Encoding::Utf32Le, 4)),
        [0, 0, 0xFE, 0xFF, rest @ ..] if starts_as_utf32(rest, u32::from_be_bytes) => Some((Encoding::Utf32Be, 4)),
        [0xFF, 0xFE, ..] => Some((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    }
}

fn starts_as_utf32(rest: &[u8], unit: fn([u8; 4]) -> u32) -> bool {
    rest.len() >= 4 && rest.as_chunks().0.iter().take(64).all(|&chunk| char::from_u32(unit(chunk)).is_some())
}

/// UTF-16 without a byte order mark, recognised by where its NUL bytes stand; `None` for everything else.
///
/// Two patterns count. Mostly ASCII text: a good part of the code units is an ordinary ASCII character beside a NUL.
/// Text in another script: its spaces or line breaks are, and all other units belong to scripts in use. In both the
/// units must read as text: tables of small numbers have the same NULs, but as control characters.
#[must_use]
pub fn guess_utf16(bytes: &[u8]) -> Option<Encoding> {
    // Almost every file is ruled out by having no NUL at all.
    memchr::memchr(0, bytes)?;
    let little = Utf16Reading::of(bytes, u16::from_le_bytes);
    let big = Utf16Reading::of(bytes, u16::from_be_bytes);
    match (little.reads_as_text(), big.reads_as_text()) {
        (true, true) if little.strange <= big.strange => Some(Encoding::Utf16Le),
        (true, false) => Some(Encoding::Utf16Le),
        (_, true) => Some(Encoding::Utf16Be),
        (false, false) => None,
    }
}

/// What bytes would be if they were UTF-16 in one byte order.
#[derive(Debug, Clone, Copy, Default)]
struct Utf16Reading {
    units: usize,
    /// Printable ASCII and the white space of text.
    ascii: usize,
    /// Blanks and line breaks.
    spaces: usize,
    /// Control characters and halves of surrogate pairs.
    broken: usize,
    /// Characters of no script in common use.
    strange: usize,
    /// Units whose two bytes are both ASCII letters: what a text in bytes would be in this reading.
    letter_pairs: usize,
    /// A byte that is left over.
    cut: bool,
}

impl Utf16Reading {
    fn of(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Self {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let mut reading = Self { units: pairs.len(), cut: !rest.is_empty(), ..Self::default() };
        for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
            match decoded {
                Ok(' '..='~' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1b}') => reading.ascii += 1,
                Ok(c) if c.is_control() => reading.broken += 1,
                Ok(c) => reading.strange += usize::from(!is_in_common_use(c)),
                Err(_) => reading.broken += 1,
            }
            reading.spaces += usize::from(matches!(decoded, Ok(' ' | '\n' | '\r')));
        }
        reading.letter_pairs = pairs.iter().filter(|pair| pair.iter().all(u8::is_ascii_alphabetic)).count();
        reading
    }

    fn reads_as_text(&self) -> bool {
        if self.ascii * 10 >= self.units * 3 {
            // One unit in 32 may be damage or a stray control character.
            return self.units > 0 && self.broken * 32 <= self.units && self.strange * 4 <= self.units;
        }
        self.spaces > 0
            && !self.cut
            && self.broken == 0
            && self.strange * 64 <= self.units
            && self.letter_pairs * 4 <= self.units
    }
}

/// Whether a character is of a script or block that running text is made of. Bytes that are no UTF-16, or of the
/// other byte order, fall all over the plane.
fn is_in_common_use(c: char) -> bool {
    matches!(u32::from(c),
        0x09..=0x0D | 0x20..=0x17F | 0x300..=0x5FF | 0x600..=0x6FF | 0x900..=0xDFF | 0xE00..=0xE7F
        | 0x1E00..=0x1EFF | 0x2000..=0x27BF | 0x2E80..=0x33FF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3
        | 0xFE0F | 0xFF00..=0xFFEF | 0x1F000..=0x1FAFF | 0x2_0000..=0x2_A6DF)
}

fn decode_utf8(bytes: &[u8]) -> (String, usize) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), 0);
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut replaced = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            replaced += 1;
        }
    }
    (text, replaced)
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, usize) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len() + pairs.len() / 8);
    let mut replaced = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        text.push(decoded.unwrap_or_else(|_| {
            replaced += 1;
            char::REPLACEMENT_CHARACTER
        }));
    }
    push_cut_unit(&mut text, &mut replaced, rest);
    (text, replaced)
}

fn decode_utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> (String, usize) {
    let (quads, rest) = bytes.as_chunks::<4>();
    let mut text = String::with_capacity(quads.len() + quads.len() / 8);
    let mut replaced = 0;
    for &quad in quads {
        text.push(char::from_u32(unit(quad)).unwrap_or_else(|| {
            replaced += 1;
            char::REPLACEMENT_CHARACTER
        }));
    }
    push_cut_unit(&mut text, &mut replaced, rest);
    (text, replaced)
}

/// A code unit that the end of the file cuts in two is one ill-formed sequence.
fn push_cut_unit(text: &mut String, replaced: &mut usize, rest: &[u8]) {
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
        *replaced += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    fn utf32(text: &str, to_bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|c| to_bytes(u32::from(c))).collect()
    }

    #[test]
    fn byte_order_marks_decide_and_are_not_text() {
        let text = "# Töst 🦀\r\nrun\n";
        let cases = [
            (Encoding::Utf8, text.as_bytes().to_vec()),
            (Encoding::Utf8Bom, [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat()),
            (Encoding::Utf16Le, [vec![0xFF, 0xFE], utf16(text, u16::to_le_bytes)].concat()),
            (Encoding::Utf16Be, [vec![0xFE, 0xFF], utf16(text, u16::to_be_bytes)].concat()),
            (Encoding::Utf32Le, [vec![0xFF, 0xFE, 0, 0], utf32(text, u32::to_le_bytes)].concat()),
            (Encoding::Utf32Be, [vec![0, 0, 0xFE, 0xFF], utf32(text, u32::to_be_bytes)].concat()),
        ];
        for (encoding, bytes) in cases {
            let decoded = decode(&bytes);
            assert_eq!(decoded.encoding, encoding);
            assert_eq!(decoded.text, text, "{encoding:?}");
            assert_eq!((decoded.replaced, decoded.guessed), (0, false), "{encoding:?}");
        }
    }

    #[test]
    fn utf16_is_guessed_without_a_mark() {
        for text in [
            "curl -s https://a.test/x | sh\n",
            "ls",
            "# Über die Sache: größer\nnächste Zeile — “quoted”\n",
            "这是一个用来测试的文件，里面几乎没有拉丁字母。\n第二行也是这样，运行 x 即可。\n",
            "これは試験のための文章です。\nつぎの行。\n",
        ] {
            for (encoding, bytes) in
                [(Encoding::Utf16Le, utf16(text, u16::to_le_bytes)), (Encoding::Utf16Be, utf16(text, u16::to_be_bytes))]
            {
                let decoded = decode(&bytes);
                assert_eq!((decoded.encoding, decoded.guessed), (encoding, true), "{text}");
                assert_eq!(decoded.text, text);
            }
        }
    }

    #[test]
    fn other_bytes_with_nul_are_not_guessed_to_be_utf16() {
        let small_numbers: Vec<u8> = (0..200_u16).flat_map(|n| (n % 30).to_le_bytes()).collect();
        let words = b"name\0value\0other\0thing\0";
        let samples: Vec<u8> = (0..400_i16).flat_map(|n| ((n * 37) % 3000 - 1500).to_le_bytes()).collect();
        for bytes in
            [&small_numbers[..], words, &samples, b"text with one \0 in it", b"\0", b"\0\0\0\0", b"a\0\0\0b\0\0\0"]
        {
            assert_eq!(guess_utf16(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn ill_formed_sequences_are_counted_and_nothing_is_cut() {
        // (bytes, text, replaced)
        let cases: [(&[u8], &str, usize); 6] = [
            (b"a\xFFb", "a\u{FFFD}b", 1),
            (b"\xC0\xAFx", "\u{FFFD}\u{FFFD}x", 2),
            (b"\xE2\x82", "\u{FFFD}", 1),
            (b"\xED\xA0\x80", "\u{FFFD}\u{FFFD}\u{FFFD}", 3),
            (b"\xFF\xFEa\0\x3D\xD8b\0", "a\u{FFFD}b", 1),
            (b"\xFE\xFF\0a\0", "a\u{FFFD}", 1),
        ];
        for (bytes, text, replaced) in cases {
            let decoded = decode(bytes);
            assert_eq!((decoded.text.as_str(), decoded.replaced), (text, replaced), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_without_nul_survives(text in "[^\0]*") {
            prop_assume!(byte_order_mark(text.as_bytes()).is_none());
            let decoded = decode(text.as_bytes());
            prop_assert_eq!(decoded.text, text);
            prop_assert_eq!(decoded.replaced, 0);
        }

        #[test]
        fn any_bytes_decode(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let decoded = decode(&bytes);
            let marks = decoded.text.matches(char::REPLACEMENT_CHARACTER).count();
            prop_assert!(decoded.replaced <= marks);
        }
    }
}
