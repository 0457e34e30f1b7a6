//! Office documents (OOXML, ODF): their text joined over runs, and parts that run or load something.

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
        } else if has_extension(&lower, "xml") {
            let xml = String::from_utf8_lossy(bytes);
            if dynamic_exchange(&lower, &xml) {
                reading.odd(OddityKind::DocumentLaunch, format!("a DDE field or link ({name})"));
            }
            if holds_text(&lower) {
                joined(&xml, &mut text);
            }
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
    for element in elements(rels).filter(|element| local_name(element) == "Relationship") {
        let attribute =
            |name: &str| attributes(element).find(|(own, _)| local_part(own) == name).map(|(_, value)| value);
        let kind = attribute("Type").unwrap_or_default();
        let kind = kind.trim().rsplit('/').next().unwrap_or_default();
        let is_external = attribute("TargetMode").is_some_and(|mode| mode.trim().eq_ignore_ascii_case("External"));
        if is_external && kind != "hyperlink" {
            let target = attribute("Target").unwrap_or_default();
            reading.odd(OddityKind::ExternalPart, format!("{kind}: {target}"));
        }
    }
}

/// The tags of an XML text, without their brackets.
fn elements(xml: &str) -> impl Iterator<Item = &str> {
    let mut rest = xml;
    std::iter::from_fn(move || {
        let open = memchr::memchr(b'<', rest.as_bytes())?;
        let tag = rest.get(open + 1..)?;
        // A bracket within an attribute does not end the tag.
        let mut quote = None;
        let end = tag.bytes().position(|byte| match (byte, quote) {
            (b'"' | b'\'', None) => {
                quote = Some(byte);
                false
            }
            (byte, Some(open)) if byte == open => {
                quote = None;
                false
            }
            (b'>', None) => true,
            _ => false,
        });
        let end = end.unwrap_or(tag.len());
        rest = tag.get(end..)?;
        tag.get(..end)
    })
}

/// The name of a tag without its namespace prefix.
fn local_name(tag: &str) -> &str {
    local_part(tag.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default())
}

fn local_part(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The attributes of a tag, in either quotes and with blanks around the sign; entities resolved.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, String)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (before, after) = rest.split_once('=')?;
        let name = before.split_ascii_whitespace().next_back()?;
        let after = after.trim_ascii_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        rest = after;
        let mut resolved = String::new();
        unescape(value, &mut resolved);
        Some((name, resolved))
    })
}

/// Fields that start a program or fetch a value from one (DDE), as Word and Excel write them: in instructions that may
/// be cut into runs, in attributes, as links of a sheet, and in formulas.
fn dynamic_exchange(name: &str, xml: &str) -> bool {
    let mut instructions = String::new();
    let mut formulas = String::new();
    let mut rest = xml;
    while let Some((_, after)) = rest.split_once('<') {
        let end = after.find('>').unwrap_or(after.len());
        let tag = after.get(..end).unwrap_or_default();
        rest = after.get(end..).unwrap_or_default().trim_start_matches('>');
        let text = || rest.split('<').next().unwrap_or_default();
        match local_name(tag) {
            "instrText" => unescape(text(), &mut instructions),
            "fldSimple" => {
                for (_, value) in attributes(tag).filter(|(own, _)| local_part(own) == "instr") {
                    instructions.push_str(&value);
                }
            }
            "ddeLink" => return true,
            "f" if name.contains("worksheets/") => {
                unescape(text(), &mut formulas);
                formulas.push('\n');
            }
            _ => {}
        }
        if instructions.len() + formulas.len() > MOST {
            break;
        }
    }
    let upper = instructions.to_ascii_uppercase();
    let is_field = upper.contains("DDEAUTO") || upper.split_whitespace().any(|word| word == "DDE");
    // `cmd|'/c x'!A0`: a server of data, a topic, an item.
    let is_formula = formulas.lines().any(|line| {
        let line = line.trim_start_matches(['=', '+', '-', '@']).to_ascii_lowercase();
        ["cmd|", "msexcel|", "powershell|", "rundll32|", "mshta|"].iter().any(|server| line.contains(server))
    });
    is_field || is_formula
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
    #[test]
    fn relationships_are_read_however_they_are_written() {
        for rels in [
            "<Relationship Type='http://x/oleObject' Target='https://h.invalid/t' TargetMode='External'/>",
            "<r:Relationship\n  TargetMode = \"External\" Type=\"http://x/attachedTemplate\" Target=\"https://h.invalid/&#116;\"/>",
            "<Relationship Note=\"a > b\" Type=\"http://x/frame\" TargetMode=\"external\" Target=\"https://h.invalid/t\"></Relationship>",
        ] {
            let reading = read([("word/_rels/settings.xml.rels", rels.as_bytes())].into_iter());
            assert_eq!(reading.oddities.len(), 1, "{rels}");
            assert!(reading.oddities[0].1.ends_with("https://h.invalid/t"), "{rels}");
        }
    }

    #[test]
    fn fields_that_start_programs_are_seen_in_every_form() {
        for (name, xml) in [
            ("word/document.xml", "<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\\\x</w:instrText>"),
            ("word/document.xml", "<w:fldSimple w:instr='DDEAUTO \"x\" \"y\"'/>"),
            ("word/footer1.xml", "<w:instrText xml:space=\"preserve\"> dde  excel x</w:instrText>"),
            (
                "xl/externalLinks/externalLink1.xml",
                "<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c x\"/></externalLink>",
            ),
            ("xl/worksheets/sheet1.xml", "<c><f>cmd|'/c x'!A0</f></c>"),
        ] {
            let reading = read([(name, xml.as_bytes())].into_iter());
            assert_eq!(reading.oddities.len(), 1, "{xml}");
            assert_eq!(reading.oddities[0].0, OddityKind::DocumentLaunch);
        }
        for xml in ["<w:t>DDEAUTO is a field</w:t>", "<w:instrText>PAGE</w:instrText>", "<f>SUM(A1:A2)</f>"] {
            assert!(read([("word/document.xml", xml.as_bytes())].into_iter()).oddities.is_empty(), "{xml}");
        }
    }
}
