//! What is read out of files that are no text and no archive: strings, metadata, scripts of documents.
//!
//! Every reader takes time linear in the bytes, keeps a bounded amount and gives up without failing.

mod class;
mod image;
mod invisible;
mod marshal;
mod office;
mod pdf;
mod pickle;
mod python;
mod python_source;
mod strings;

pub(super) use office::read as office;
pub(super) use python::compare;

use super::archive::Budget;
use super::file::Origin;
use super::kind::{Content, FileKind, UNKNOWN};
use super::magic::{PDF, PICKLE};
use super::oddity::OddityKind;

/// Largest text that is kept of one kind and file, in bytes.
const MOST: usize = 4 << 20;

/// What was read out of a file.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Texts: a name, the text, what it is.
    pub(super) texts: Vec<(&'static str, String, Origin)>,
    /// Files in it: a name and the bytes; they are looked into like any other.
    pub(super) parts: Vec<(&'static str, Vec<u8>)>,
    pub(super) oddities: Vec<(OddityKind, String)>,
    /// Whether texts were longer than what is kept.
    pub(super) is_cut: bool,
    /// Whether nothing that could run or instruct was left unread.
    pub(super) is_complete: bool,
}

impl Reading {
    fn odd(&mut self, kind: OddityKind, detail: impl Into<String>) {
        self.oddities.push((kind, detail.into()));
    }

    fn text(&mut self, name: &'static str, mut text: String, origin: Origin) {
        if text.len() > MOST {
            let end = (0..=MOST).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            text.truncate(end);
            self.is_cut = true;
        }
        if !text.trim().is_empty() {
            self.texts.push((name, text, origin));
        }
    }

    /// Adds the printable strings of `bytes`.
    fn strings(&mut self, name: &'static str, bytes: &[u8]) {
        self.text(name, strings::of(bytes), Origin::Strings);
    }
}

/// A PDF without packed parts is text throughout, and a document to viewers all the same.
pub(super) fn as_document(content: Content, bytes: &[u8]) -> Content {
    let is_pdf = bytes.starts_with(b"%PDF-") && memchr::memmem::find(bytes, b" obj").is_some();
    if content.kind == FileKind::Text && is_pdf { Content { kind: FileKind::Archive, format: PDF } } else { content }
}

/// Reads what can be read out of a file that is no archive.
pub(super) fn read(path: &str, content: Content, bytes: &[u8], budget: &mut Budget) -> Reading {
    let mut reading = match (content.kind, content.format) {
        (_, PDF) => pdf::read(bytes, budget),
        (FileKind::Media, "PNG image" | "JPEG image" | "GIF image" | "WebP image") => {
            image::read(content.format, bytes, budget)
        }
        (FileKind::Executable, "Python bytecode") => python::read(bytes),
        (FileKind::Executable, "Java class") => class::read(bytes),
        (FileKind::Binary, PICKLE) => pickle::read(bytes),
        // What the opaque notice is about stays said: strings are not all that a program is.
        (FileKind::Executable | FileKind::Archive, _) | (FileKind::Binary, UNKNOWN) => {
            let mut reading = Reading::default();
            reading.strings("strings.txt", bytes);
            reading
        }
        _ => Reading { is_complete: content.format != super::kind::TEXT_THEN_BINARY, ..Reading::default() },
    };
    if content.kind == FileKind::Text {
        reading.text("invisible.md", invisible::text_of(bytes), Origin::Text);
    }
    type_mismatch(path, content, bytes, &mut reading);
    reading
}

/// Compares what a name claims with what the content is.
fn type_mismatch(path: &str, content: Content, bytes: &[u8], reading: &mut Reading) {
    const IMAGES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "bmp", "ico", "tif", "tiff"];
    const DATA: &[&str] = &[
        "txt", "md", "json", "csv", "tsv", "log", "xml", "yaml", "yml", "toml", "ini", "dat", "pdf", "mp3", "mp4",
        "wav", "woff", "woff2", "ttf",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((_, extension)) = name.rsplit_once('.') else { return };
    let extension = extension.to_ascii_lowercase();
    let is_image = IMAGES.contains(&extension.as_str());
    if !is_image && !DATA.contains(&extension.as_str()) {
        return;
    }
    let is_script =
        bytes.starts_with(b"#!") && bytes.get(2..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"/"));
    if is_script {
        reading.odd(OddityKind::ScriptAsData, format!("a script named .{extension}"));
    } else if content.kind == FileKind::Executable {
        reading.odd(OddityKind::TypeMismatch, format!("{} named .{extension}", content.format));
    } else if is_image && content.kind == FileKind::Text && !is_pointer(bytes) {
        reading.odd(OddityKind::TypeMismatch, format!("text named .{extension}"));
    }
}

/// Whether a text stands for a file that is kept elsewhere (Git LFS), or is the page that a server answered with.
fn is_pointer(bytes: &[u8]) -> bool {
    let head = bytes.get(..64).unwrap_or(bytes).trim_ascii_start();
    // SVG under an image's name is an image.
    head.starts_with(b"version https://git-lfs") || head.starts_with(b"<")
}
