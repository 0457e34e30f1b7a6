//! Office documents (OOXML, ODF): their text joined over runs, and parts that run or load something.

use memchr::memmem;

use super::super::oddity::OddityKind;
use super::{Origin, Reading};

/// Largest text that is kept, in bytes.
const MOST: usize = 4 << 20;

/// Reads the parts of a document: names and contents.
pub(in crate::bundle) fn read<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> Reading {
    let mut reading = Reading { is_complete: true, ..Reading::default() };
    let mut text = String::new();
    for (name, bytes) in parts {
        let lower = name.to_ascii_lowercase();
        if lower.ends_with("vbaproject.bin") || lower.contains("/macrosheets/") {
            reading.odd(OddityKind::DocumentScript, format!("macros ({name})"));
        } else if lower.starts_with("basic/") || lower.starts_with("scripts/") {
            reading.odd(OddityKind::DocumentScript, format!("script ({name})"));
        } else if lower.contains("/embeddings/") && !is_office(&lower)
            || lower.starts_with("object ") && has_extension(&lower, "bin")
        {
            reading.odd(OddityKind::EmbeddedFile, name);
        } else if has_extension(&lower, "rels") {
            external_parts(&String::from_utf8_lossy(bytes), &mut reading);
        } else if holds_text(&lower) {
            let xml = String::from_utf8_lossy(bytes);
            if memmem::find(bytes, b"DDEAUTO").is_some() {
                reading.odd(OddityKind::DocumentLaunch, "a DDE field");
            }
            joined(&xml, &mut text);
        }
    }
    reading.text("text.md", text, Origin::Text);
    reading
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, own)| own == extension)
}

/// Charts bring their numbers as a workbook.
fn is_office(name: &str) -> bool {
    ["xlsx", "docx", "pptx"].iter().any(|extension| has_extension(name, extension))
}

fn holds_text(name: &str) -> bool {
    let Some((folder, file)) = name.rsplit_once('/') else { return name == "content.xml" };
    let is_slide = (folder.ends_with("slides") || folder.ends_with("notesslides")) && has_extension(file, "xml");
    let words = ["document", "header", "footer", "footnotes", "endnotes", "comments", "sharedstrings"];
    is_slide
        || has_extension(file, "xml")
            && matches!(folder, "word" | "xl")
            && words.iter().any(|word| file.starts_with(word))
}

/// Parts from elsewhere that are loaded when the document is opened. Hyperlinks are not.
fn external_parts(rels: &str, reading: &mut Reading) {
    for element in rels.split("<Relationship ").skip(1) {
        let element = element.split('>').next().unwrap_or_default();
        let attribute = |name: &str| {
            let (_, rest) = element.split_once(&format!("{name}=\""))?;
            rest.split('"').next()
        };
        let kind = attribute("Type").and_then(|kind| kind.rsplit('/').next()).unwrap_or_default();
        if attribute("TargetMode") == Some("External") && kind != "hyperlink" {
            let target = attribute("Target").unwrap_or_default();
            reading.odd(OddityKind::ExternalPart, format!("{kind}: {target}"));
        }
    }
}

/// The text of an XML part: runs joined, one paragraph in a line.
fn joined(xml: &str, out: &mut String) {
    let mut rest = xml;
    while let Some(open) = rest.find('<') {
        if out.len() > MOST {
            return;
        }
        unescape(rest.get(..open).unwrap_or_default(), out);
        let Some(close) = rest.get(open..).and_then(|tag| tag.find('>')) else { return };
        let tag = rest.get(open + 1..open + close).unwrap_or_default();
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        let is_end = tag.starts_with('/');
        let is_break = matches!(name, "w:br" | "text:line-break" | "a:br" | "w:cr");
        if is_break || is_end && matches!(name, "w:p" | "a:p" | "si" | "text:p" | "text:h") {
            if !out.ends_with('\n') {
                out.push('\n');
            }
        } else if matches!(name, "w:tab" | "text:tab" | "text:s") {
            out.push(' ');
        }
        rest = rest.get(open + close + 1..).unwrap_or_default();
    }
}

fn unescape(text: &str, out: &mut String) {
    if !text.contains('&') {
        out.push_str(text);
        return;
    }
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at..).unwrap_or_default();
        let end = tail.bytes().take(12).position(|byte| byte == b';');
        let entity = end.and_then(|end| tail.get(1..end)).unwrap_or_default();
        let c = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => entity.strip_prefix('#').and_then(|code| {
                let code = match code.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => code.parse(),
                };
                code.ok().and_then(char::from_u32)
            }),
        };
        if let (Some(c), Some(end)) = (c, end) {
            out.push(c);
            rest = tail.get(end + 1..).unwrap_or_default();
        } else {
            out.push('&');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_and_parts_from_elsewhere_are_seen() {
        let xml = b"<w:p><w:r><w:t>cu</w:t></w:r><w:r><w:t>rl &amp; co</w:t></w:r></w:p><w:p><w:t>two</w:t></w:p>";
        let rels = b"<Relationships><Relationship Id=\"1\" Type=\"http://x/attachedTemplate\" Target=\"https://h.invalid/t.dotm\" TargetMode=\"External\"/>\
            <Relationship Id=\"2\" Type=\"http://x/hyperlink\" Target=\"https://h.invalid/\" TargetMode=\"External\"/></Relationships>";
        let parts: [(&str, &[u8]); 3] =
            [("word/document.xml", xml), ("word/_rels/settings.xml.rels", rels), ("word/vbaProject.bin", b"\xD0")];
        let reading = read(parts.into_iter());
        assert_eq!(reading.texts[0].1, "curl & co\ntwo\n");
        let kinds: Vec<OddityKind> = reading.oddities.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [OddityKind::ExternalPart, OddityKind::DocumentScript]);
    }
}
