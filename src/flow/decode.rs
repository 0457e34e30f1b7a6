//! Decoding of constants: the layers under which code is packed.

use std::io::Read as _;

use data_encoding::{BASE32_NOPAD, Specification};

/// Decodes bytes by a scheme that models name, to at most `limit` bytes. `None` where the scheme is not known here or
/// the bytes are not in it.
#[must_use]
pub(super) fn decode(scheme: &str, bytes: &[u8], key: Option<&[u8]>, limit: usize) -> Option<Vec<u8>> {
    let decoded = match scheme.to_ascii_lowercase().as_str() {
        "base64" | "base64url" | "b64" => base64(bytes)?,
        "base32" => base32(bytes)?,
        "base16" | "hex" => hex(bytes)?,
        "base85" | "b85" => base85(bytes)?,
        "ascii85" | "a85" => ascii85(bytes)?,
        "url" | "percent" | "urlencoded" => percent(bytes),
        "rot13" | "rot_13" => bytes.iter().map(|byte| rot13(*byte)).collect(),
        "gzip" | "gz" => inflated(flate2::read::MultiGzDecoder::new(bytes), limit)?,
        "zlib" => inflated(flate2::read::ZlibDecoder::new(bytes), limit)?,
        "deflate" => inflated(flate2::read::DeflateDecoder::new(bytes), limit)?,
        "reverse" | "rev" => std::str::from_utf8(bytes).ok()?.chars().rev().collect::<String>().into_bytes(),
        // PowerShell's `-EncodedCommand`.
        "base64-utf-16le" => utf16(&base64(bytes)?)?,
        "compressed" | "bzip2" | "bz2" | "xz" | "lzma" | "zstd" => decompressed(bytes, limit)?,
        "uu" => uu(bytes)?,
        "utf-16le" | "utf16le" | "utf-16" | "unicode" => utf16(bytes)?,
        "xor" => {
            let key = key.filter(|key| !key.is_empty())?;
            bytes.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
        }
        _ => return None,
    };
    (decoded.len() <= limit).then_some(decoded)
}

/// Base64 of either alphabet, with or without padding, broken by white space or not.
pub(super) fn base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let clean: Vec<u8> = bytes
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=')
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.check_trailing_bits = false;
    let encoding = specification.encoding().ok()?;
    match encoding.decode(&clean) {
        Ok(decoded) => Some(decoded),
        // A cut layer: what is whole is decoded.
        Err(_) if clean.len() % 4 == 1 => encoding.decode(clean.get(..clean.len() - 1)?).ok(),
        Err(_) => None,
    }
}

fn base32(bytes: &[u8]) -> Option<Vec<u8>> {
    let clean: Vec<u8> =
        bytes.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=').map(u8::to_ascii_uppercase).collect();
    BASE32_NOPAD.decode(&clean).ok()
}

/// Hexadecimal digits; `0x`, `\x`, blanks, colons and commas between bytes are passed over.
pub(super) fn hex(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?.replace("0x", "").replace("\\x", "");
    let mut digits = Vec::with_capacity(text.len());
    for character in text.chars() {
        match character.to_digit(16) {
            Some(digit) => digits.push(digit as u8),
            None if character.is_whitespace() || matches!(character, ':' | ',' | '-') => {}
            None => return None,
        }
    }
    if digits.is_empty() || digits.len() % 2 == 1 {
        return None;
    }
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// A compressed stream, by its first bytes.
fn decompressed(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    // The formats: RFC 1952, bzip2's `BZh`, the .xz file format, RFC 8878, LZMA_Alone's properties, RFC 1950.
    match bytes {
        [0x1f, 0x8b, ..] => inflated(flate2::read::MultiGzDecoder::new(bytes), limit),
        [b'B', b'Z', b'h', ..] => inflated(bzip2::bufread::MultiBzDecoder::new(bytes), limit),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => inflated(lzma_rust2::XzReader::new(bytes, true), limit),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => inflated(ruzstd::decoding::StreamingDecoder::new(bytes).ok()?, limit),
        [0x5d, 0, 0, ..] => inflated(lzma_rust2::LzmaReader::new_mem_limit(bytes, 64 << 10, None).ok()?, limit),
        [0x78, ..] => inflated(flate2::read::ZlibDecoder::new(bytes), limit),
        _ => None,
    }
}

/// uuencoded lines, with or without the lines `begin` and `end`.
fn uu(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for line in text.lines() {
        if line.starts_with("begin ") || line == "end" || line == "`" || line.trim().is_empty() {
            continue;
        }
        let (first, rest) = line.as_bytes().split_first()?;
        let digit = |byte: u8| byte.checked_sub(b' ').filter(|digit| *digit <= 64).map(|digit| digit & 63);
        let count = usize::from(digit(*first)?);
        let start = out.len();
        for group in rest.chunks(4) {
            let mut number = 0_u32;
            for at in 0..4 {
                number = number << 6 | u32::from(digit(group.get(at).copied().unwrap_or(b' '))?);
            }
            out.extend(number.to_be_bytes().iter().skip(1));
        }
        if out.len() < start + count {
            return None;
        }
        out.truncate(start + count);
    }
    (!out.is_empty()).then_some(out)
}

/// RFC 1924's alphabet, as Python's `b85decode` has it.
fn base85(bytes: &[u8]) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    groups85(bytes, |byte| ALPHABET.iter().position(|own| *own == byte).map(|at| at as u32), ALPHABET.last().copied()?)
}

/// Ascii85, with or without `<~ ~>`.
fn ascii85(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let text = text.strip_prefix("<~").unwrap_or(text);
    let text = text.strip_suffix("~>").unwrap_or(text).replace('z', "!!!!!");
    groups85(text.as_bytes(), |byte| (b'!'..=b'u').contains(&byte).then(|| u32::from(byte - b'!')), b'u')
}

fn groups85(bytes: &[u8], digit: impl Fn(u8) -> Option<u32>, pad: u8) -> Option<Vec<u8>> {
    let clean: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut out = Vec::with_capacity(clean.len() / 5 * 4 + 4);
    for group in clean.chunks(5) {
        let mut number = 0_u32;
        for at in 0..5 {
            let byte = group.get(at).copied().unwrap_or(pad);
            number = number.checked_mul(85)?.checked_add(digit(byte)?)?;
        }
        out.extend(number.to_be_bytes().iter().take(group.len().saturating_sub(1)));
    }
    Some(out)
}

/// `%41` and `+` left as it is.
pub(super) fn percent(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digit = |offset: usize| bytes.get(at + offset).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, digit(1), digit(2)) {
            out.push((high << 4 | low) as u8);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    out
}

pub(super) fn rot13(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => (byte - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (byte - b'A' + 13) % 26 + b'A',
        other => other,
    }
}

/// Decompresses to at most `limit` bytes: a bomb gives nothing.
fn inflated(reader: impl std::io::Read, limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut out).ok()?;
    (out.len() <= limit).then_some(out)
}

/// UTF-16, little endian unless a mark says otherwise, as UTF-8.
pub(super) fn utf16(bytes: &[u8]) -> Option<Vec<u8>> {
    let (bytes, big) = match bytes {
        [0xFE, 0xFF, rest @ ..] => (rest, true),
        [0xFF, 0xFE, rest @ ..] => (rest, false),
        _ => (bytes, false),
    };
    let units = bytes
        .chunks_exact(2)
        .map(|pair| if big { u16::from_be_bytes([pair[0], pair[1]]) } else { u16::from_le_bytes([pair[0], pair[1]]) });
    let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    Some(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_taken_off() {
        for (scheme, text, plain) in [
            ("base64", "aWQ=", "id"),
            ("base64", "aWQ", "id"),
            ("base64", "a\nWQ=\n", "id"),
            ("base32", "NFSA====", "id"),
            ("hex", "6964", "id"),
            ("hex", "\\x69\\x64", "id"),
            ("base85", "X=D", "id"),
            ("ascii85", "<~Bk.~>", "id"),
            ("url", "%69d", "id"),
            ("rot13", "vq", "id"),
            ("reverse", "di", "id"),
            ("utf-16le", "i\0d\0", "id"),
        ] {
            let decoded = decode(scheme, text.as_bytes(), None, 100);
            assert_eq!(decoded.as_deref(), Some(plain.as_bytes()), "{scheme}");
        }
        assert_eq!(decode("xor", &[0x69 ^ 7, 0x64 ^ 7], Some(&[7]), 100).as_deref(), Some(&b"id"[..]));
        assert_eq!(decode("hex", b"xyz", None, 100), None);
        assert_eq!(decode("aes", b"x", None, 100), None);
    }

    #[test]
    fn a_bomb_gives_nothing() {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let packed = encoder.write_all(&vec![0; 1 << 20]).and_then(|()| encoder.finish()).unwrap_or_default();
        assert_eq!(decode("gzip", &packed, None, 1 << 16), None);
        assert_eq!(decode("gzip", &packed, None, 1 << 21).map(|bytes| bytes.len()), Some(1 << 20));
    }
}
