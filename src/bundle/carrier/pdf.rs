//! PDF (ISO 32000): texts, and what a document does by itself. No cross-reference table is believed: every object in the
//! bytes counts, as it does for readers that repair damaged files.

use memchr::memmem;

use super::super::archive::{Budget, Cut, Packing};
use super::super::oddity::OddityKind;
use super::{Origin, Reading};

/// Largest text that is kept, in bytes.
const MOST: usize = 4 << 20;
/// How far before its data the dictionary of a stream is looked for.
const DICTIONARY: usize = 4096;

pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Reading {
    let mut reading = Reading { is_complete: true, ..Reading::default() };
    let (mut text, mut strings) = (String::new(), String::new());
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(begin) = memmem::find(rest, b"stream") else {
            objects(rest, &mut reading, &mut strings);
            break;
        };
        let before = rest.get(..begin).unwrap_or_default();
        objects(before, &mut reading, &mut strings);
        let mut start = begin + 6;
        start += usize::from(rest.get(start) == Some(&b'\r'));
        start += usize::from(rest.get(start) == Some(&b'\n'));
        let data = rest.get(start..).unwrap_or_default();
        let len = memmem::find(data, b"endstream").unwrap_or(data.len());
        let data = data.get(..len).unwrap_or_default();
        at += start + len + b"endstream".len();
        let dictionary = before.get(before.len().saturating_sub(DICTIONARY)..).unwrap_or(before);
        let dictionary = dictionary.get(memmem::rfind(dictionary, b" obj").unwrap_or(0)..).unwrap_or(dictionary);
        stream(&named(dictionary), data, budget, &mut reading, (&mut text, &mut strings));
    }
    reading.text("text.md", text, Origin::Text);
    reading.text("strings.txt", strings, Origin::Strings);
    reading.oddities.sort();
    reading.oddities.dedup();
    reading
}

/// Packings that are not undone.
const OTHERS: &[&[u8]] = &[b"/LZWDecode", b"/LZW", b"/RunLengthDecode", b"/RL", b"/Crypt"];

/// Reads a stream by what its dictionary says.
fn stream(
    dictionary: &[u8],
    data: &[u8],
    budget: &mut Budget,
    reading: &mut Reading,
    (text, strings): (&mut String, &mut String),
) {
    let has = |name: &[u8]| holds_name(dictionary, name);
    if has(b"/Image")
        || has(b"/FontFile")
        || has(b"/Length1")
        || has(b"/XRef")
        || has(b"/Metadata") && !has(b"/FlateDecode")
    {
        if has(b"/Metadata") {
            strings.push_str(&super::strings::of(data));
        }
        return;
    }
    let is_flate = has(b"/FlateDecode") || has(b"/Fl");
    if OTHERS.iter().any(|name| has(name)) {
        reading.is_complete = false;
        return;
    }
    let mut unpacked = None;
    if has(b"/ASCII85Decode") || has(b"/A85") {
        unpacked = Some(from_ascii85(data));
    } else if has(b"/ASCIIHexDecode") || has(b"/AHx") {
        unpacked = Some(from_hex(data));
    }
    if is_flate {
        let packed = unpacked.as_deref().unwrap_or(data);
        let stream = budget.unpack(Packing::Zlib, packed);
        // Writers cut streams carelessly; nothing at all is another matter.
        let is_lost = stream.cut == Some(Cut::Damage) && stream.bytes.is_empty() && !packed.is_empty();
        if is_lost || !matches!(stream.cut, None | Some(Cut::Damage)) {
            reading.is_complete = false;
        }
        unpacked = Some(stream.bytes);
    }
    let content = unpacked.as_deref().unwrap_or(data);
    if has(b"/EmbeddedFile") {
        reading.odd(OddityKind::EmbeddedFile, "a file in the document");
        reading.parts.push(("attachment", budget.copy(content).bytes));
    } else if has(b"/ObjStm") {
        objects(content, reading, strings);
    } else if memmem::find(content, b"BT").is_some() {
        page_text(content, text);
    } else if has(b"/JS") || has(b"/JavaScript") || !is_flate {
        strings.push_str(&super::strings::of(content));
    } else if memmem::find(content, b"app.").is_some() || memmem::find(content, b"this.").is_some() {
        // The script of an action may be a stream of its own, with nothing in its dictionary that says so.
        strings.push_str(&super::strings::of(content));
    }
}

/// ASCII85 (ISO 32000, 7.4.3): five characters for four bytes, `z` for four zeros.
fn from_ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group = Vec::with_capacity(5);
    for &byte in data {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            b'~' => break,
            _ => {}
        }
        if group.len() == 5 {
            out.extend(four(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        out.extend(four(&group).into_iter().take(kept));
    }
    out
}

fn four(group: &[u8]) -> [u8; 4] {
    group.iter().fold(0_u32, |sum, &digit| sum.wrapping_mul(85).wrapping_add(u32::from(digit))).to_be_bytes()
}

fn from_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|&byte| char::from(byte).to_digit(16).map(|digit| digit as u8))
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

/// Names of objects that tell what a document does.
const FACTS: &[(&[u8], OddityKind, &str)] = &[
    (b"/JavaScript", OddityKind::DocumentScript, "JavaScript"),
    (b"/JS", OddityKind::DocumentScript, "JavaScript"),
    (b"/Launch", OddityKind::DocumentLaunch, "an action that starts a program"),
    (b"/GoToR", OddityKind::ExternalPart, "a jump to another document"),
    (b"/RichMedia", OddityKind::EmbeddedFile, "rich media"),
];

/// Facts and strings of objects.
fn objects(bytes: &[u8], reading: &mut Reading, strings: &mut String) {
    let plain = named(bytes);
    for (name, kind, detail) in FACTS {
        if holds_name(&plain, name) && (*kind != OddityKind::ExternalPart || holds_name(&plain, b"/OpenAction")) {
            reading.odd(*kind, *detail);
        }
    }
    if holds_name(&plain, b"/Encrypt") {
        reading.odd(OddityKind::Encrypted, "needs a password, or limits what may be done with it");
        reading.is_complete = false;
    }
    let mut at = 0;
    while let Some(open) = plain.get(at..).and_then(|rest| memchr::memchr(b'(', rest)) {
        let (string, end) = literal(&plain, at + open);
        if string.len() >= 4 && strings.len() < MOST {
            strings.push_str(&string);
            strings.push('\n');
        }
        at = end;
    }
}

/// Whether a name stands in objects, as a whole.
fn holds_name(bytes: &[u8], name: &[u8]) -> bool {
    memmem::find_iter(bytes, name).any(|at| bytes.get(at + name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric()))
}

/// Objects with the escapes of names (`/J#61vaScript`) taken out.
fn named(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(code) = code.filter(|code| byte == b'#' && code.is_ascii_alphanumeric()) {
            out.push(code);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    out
}

/// The string in parentheses at `at`, and where it ends.
fn literal(bytes: &[u8], at: usize) -> (String, usize) {
    let mut raw = Vec::new();
    let (mut depth, mut end) = (0_usize, at);
    while let Some(&byte) = bytes.get(end) {
        end += 1;
        match byte {
            b'\\' => {
                let escaped = bytes.get(end).copied().unwrap_or_default();
                end += 1;
                match escaped {
                    b'n' | b'r' => raw.push(b'\n'),
                    b't' => raw.push(b'\t'),
                    b'0'..=b'7' => {
                        let mut code = u32::from(escaped - b'0');
                        while let Some(digit @ b'0'..=b'7') = bytes.get(end).filter(|_| code < 32) {
                            code = code * 8 + u32::from(digit - b'0');
                            end += 1;
                        }
                        raw.push(code as u8);
                    }
                    b'\n' | b'\r' => {}
                    other => raw.push(other),
                }
                continue;
            }
            b'(' => {
                depth += 1;
                if depth == 1 {
                    continue;
                }
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
        raw.push(byte);
    }
    let text = match raw.strip_prefix(b"\xFE\xFF") {
        Some(wide) => {
            let units = wide.as_chunks::<2>().0.iter().map(|&unit| u16::from_be_bytes(unit));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect()
        }
        None => match std::str::from_utf8(&raw) {
            Ok(text) => text.to_owned(),
            Err(_) => raw.iter().map(|&byte| char::from(byte)).collect(),
        },
    };
    (text, end)
}

/// The text that a page shows, as far as its fonts use the codes of ASCII.
fn page_text(content: &[u8], out: &mut String) {
    let mut at = 0;
    while let Some(&byte) = content.get(at) {
        if out.len() > MOST {
            return;
        }
        match byte {
            b'(' => {
                let (string, end) = literal(content, at);
                out.extend(string.chars().filter(|c| !c.is_control() || c.is_whitespace()));
                at = end.max(at + 1);
            }
            // Wide gaps within a line are blanks: numbers in TJ arrays, in thousandths of the font's size.
            b'-' => {
                let digits = content.get(at + 1..).unwrap_or_default();
                let len = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
                if len >= 3 && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
                at += 1 + len;
            }
            b'T' if matches!(content.get(at + 1), Some(b'd' | b'D' | b'*' | b'm')) => {
                if !out.ends_with('\n') && !out.is_empty() {
                    out.push('\n');
                }
                at += 2;
            }
            b'E' if content.get(at + 1) == Some(&b'T') => {
                if !out.ends_with('\n') && !out.is_empty() {
                    out.push('\n');
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Limits;
    use super::*;

    fn of(text: &str) -> Reading {
        read(text.as_bytes(), &mut Budget::new(&Limits::default()))
    }

    #[test]
    fn streams_in_ascii() {
        assert_eq!(from_ascii85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(from_ascii85(b"z87cUR\nDZ~>"), b"\0\0\0\0Hello");
        assert_eq!(from_hex(b"48 656C6c6F>zz"), b"Hello");
    }

    #[test]
    fn texts_and_actions_of_documents() {
        let page = "%PDF-1.4\n1 0 obj <</Length 60>>\nstream\nBT (Hel) Tj [(lo) -300 (wor\\154d)] TJ 0 -12 Td (second) Tj ET\nendstream\nendobj";
        let reading = of(page);
        assert!(reading.is_complete && reading.oddities.is_empty());
        assert_eq!(reading.texts[0].1, "Hello world\nsecond\n");
        let script = of("%PDF-1.4\n1 0 obj <</OpenAction <</S /J#61vaScript /JS (app.alert\\(1\\))>> >> endobj");
        assert_eq!(script.oddities, [(OddityKind::DocumentScript, "JavaScript".to_owned())]);
        assert!(script.texts[0].1.contains("app.alert(1)"));
        assert!(
            of("%PDF-1.4\n1 0 obj <</S /Launch /F (cmd)>>")
                .oddities
                .iter()
                .any(|odd| odd.0 == OddityKind::DocumentLaunch)
        );
        assert!(!of("%PDF-1.4\ntrailer <</Encrypt 3 0 R>>").is_complete);
    }
}
