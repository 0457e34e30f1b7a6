use std::ffi::OsStr;
use std::fmt::Write as _;

/// A file name, path or link target as text, without loss: what is UTF-8 stays, every other byte becomes `\xNN`.
///
/// Two names never become the same text: where a name holds other bytes, or something that looks like such an escape,
/// its backslashes are doubled. Names may still hold control characters: this makes text, not printable text.
pub(super) fn text_of(name: &OsStr) -> String {
    text_of_bytes(name.as_encoded_bytes())
}

/// The same for a name that an archive gives as bytes.
pub(super) fn text_of_bytes(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !holds_escape(text)
    {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        escaped.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            let _ = write!(escaped, "\\x{byte:02x}");
        }
    }
    escaped
}

/// Whether `text` holds a backslash, an `x` and two hex digits.
fn holds_escape(text: &str) -> bool {
    text.as_bytes()
        .windows(4)
        .any(|part| matches!(part, [b'\\', b'x', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit()))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn names_become_text_without_loss() {
        let cases: [(&[u8], &str); 6] = [
            (b"notes.md", "notes.md"),
            ("größe\n\x1b[2J".as_bytes(), "größe\n\x1b[2J"),
            (b"a\xFFb", "a\\xffb"),
            (b"a\\xffb", "a\\\\xffb"),
            (b"dos\\path", "dos\\path"),
            (b"dos\\\xC0", "dos\\\\\\xc0"),
        ];
        for (bytes, text) in cases {
            assert_eq!(text_of(OsStr::from_bytes(bytes)), text, "{bytes:?}");
        }
    }
}
