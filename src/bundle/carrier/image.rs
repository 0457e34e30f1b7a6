//! Images: text chunks, comments, EXIF and XMP, and what stands behind the logical end. Pixels are not looked at.

use super::super::archive::{Budget, Packing};
use super::super::kind::sniff;
use super::super::oddity::OddityKind;
use super::{Origin, Reading, strings};

/// Reads an image. Whatever is damaged in it, the image itself runs nothing.
pub(super) fn read(format: &str, bytes: &[u8], budget: &mut Budget) -> Reading {
    let mut reading = Reading { is_complete: true, ..Reading::default() };
    let mut texts = String::new();
    let end = match format {
        "PNG image" => png(bytes, budget, &mut texts),
        "JPEG image" => jpeg(bytes, &mut texts),
        "GIF image" => gif(bytes, &mut texts),
        _ => webp(bytes, &mut texts),
    };
    reading.text("metadata.txt", texts, Origin::Text);
    // An image that is cut off or damaged has no end to stand behind; its strings are kept.
    match end {
        Some(end) => appended(bytes.get(end..).unwrap_or_default(), budget, &mut reading),
        None => reading.strings("strings.txt", bytes),
    }
    reading
}

/// Fewer bytes behind an end are what encoders leave, and too few for a program.
const STRAY: usize = 16;

/// Records what stands behind the end of an image. Padding is nothing, and neither are a few stray bytes.
fn appended(tail: &[u8], budget: &mut Budget, reading: &mut Reading) {
    if tail.len() < STRAY && !tail.starts_with(b"#!") {
        return;
    }
    if tail.iter().all(|byte| matches!(byte, 0 | b'\n' | b'\r' | b' ' | 0xFF)) {
        return;
    }
    reading.odd(OddityKind::AppendedData, format!("{} bytes behind its end: {}", tail.len(), sniff(tail).format));
    reading.parts.push(("appended", budget.copy(tail).bytes));
}

fn line(out: &mut String, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => out.push_str(text),
        Err(_) => out.extend(bytes.iter().map(|&byte| char::from(byte))),
    }
    out.push('\n');
}

fn be32(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_be_bytes(*chunk) as usize)
}

/// PNG (ISO/IEC 15948): chunks up to `IEND`.
fn png(bytes: &[u8], budget: &mut Budget, out: &mut String) -> Option<usize> {
    let mut at = 8;
    loop {
        let len = be32(bytes, at)?;
        let kind = bytes.get(at + 4..at + 8)?;
        let data = bytes.get(at + 8..(at + 8).checked_add(len)?)?;
        at = at + 12 + len;
        match kind {
            b"IEND" => return Some(at.min(bytes.len())),
            b"tEXt" => line(out, &data.iter().map(|&byte| if byte == 0 { b' ' } else { byte }).collect::<Vec<_>>()),
            b"zTXt" => {
                let name = memchr::memchr(0, data)?;
                line(out, data.get(..name)?);
                line(out, &budget.unpack(Packing::Zlib, data.get(name + 2..)?).bytes);
            }
            b"iTXt" => {
                // Keyword, compression flag and method, language, translated keyword, text.
                let mut fields = data.splitn(2, |&byte| byte == 0);
                line(out, fields.next()?);
                let rest = fields.next()?;
                let is_packed = rest.first() == Some(&1);
                let text = rest.get(2..)?.splitn(3, |&byte| byte == 0).nth(2)?;
                if is_packed {
                    line(out, &budget.unpack(Packing::Zlib, text).bytes);
                } else {
                    line(out, text);
                }
            }
            b"eXIf" => out.push_str(&strings::of(data)),
            _ => {}
        }
    }
}

/// JPEG (ITU T.81): segments up to the end of the last image; cameras put several into one file.
fn jpeg(bytes: &[u8], out: &mut String) -> Option<usize> {
    let mut at = 2;
    loop {
        // Entropy-coded data, and fill bytes before a marker.
        at += memchr::memchr(0xFF, bytes.get(at..)?)?;
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xFF => at += 1,
            0 | 1 | 0xD0..=0xD8 => at += 2,
            0xD9 => {
                at += 2;
                let next = bytes
                    .get(at..)
                    .and_then(|tail| memchr::memmem::find(tail.get(..1024).unwrap_or(tail), b"\xFF\xD8\xFF"));
                match next {
                    Some(gap) if bytes.get(at..at + gap)?.iter().all(|byte| *byte == 0) => at += gap + 2,
                    _ => return Some(at),
                }
            }
            _ => {
                let len = bytes.get(at + 2..)?.first_chunk().map(|chunk| usize::from(u16::from_be_bytes(*chunk)))?;
                let data = bytes.get(at + 4..at + 2 + len.max(2))?;
                match marker {
                    0xFE => line(out, data),
                    0xE1 if data.starts_with(b"http") => {
                        line(out, data.split(|&byte| byte == 0).nth(1).unwrap_or(data));
                    }
                    0xE1 | 0xED => out.push_str(&strings::of(data)),
                    _ => {}
                }
                at += 2 + len.max(2);
            }
        }
    }
}

/// GIF89a: blocks up to the trailer.
fn gif(bytes: &[u8], out: &mut String) -> Option<usize> {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + table(*bytes.get(10)?);
    let mut block = Vec::new();
    loop {
        match *bytes.get(at)? {
            0x3B => return Some(at + 1),
            0x2C => at += 11 + table(*bytes.get(at + 9)?),
            0x21 => at += 2,
            _ => return None,
        }
        let is_text = matches!(bytes.get(at.checked_sub(2)?..at)?, [0x21, 0xFE | 0xFF]);
        block.clear();
        loop {
            let len = usize::from(*bytes.get(at)?);
            let data = bytes.get(at + 1..at + 1 + len)?;
            at += 1 + len;
            if len == 0 {
                break;
            }
            if is_text {
                block.extend_from_slice(data);
            }
        }
        if is_text {
            out.push_str(&strings::of(&block));
        }
    }
}

/// WebP: a RIFF file that tells its length.
fn webp(bytes: &[u8], out: &mut String) -> Option<usize> {
    let word =
        |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk).map(|chunk| u32::from_le_bytes(*chunk) as usize);
    let end = word(4)?.checked_add(8)?;
    let mut at = 12;
    while at + 8 <= end {
        let len = word(at + 4)?;
        let data = bytes.get(at + 8..(at + 8).checked_add(len)?)?;
        if matches!(bytes.get(at..at + 4)?, b"EXIF" | b"XMP ") {
            out.push_str(&strings::of(data));
        }
        at += 8 + len + len % 2;
    }
    Some(end.min(bytes.len()))
}
