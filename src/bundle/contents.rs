//! What stands inside the files of a bundle: members of archives, texts of documents, strings of programs.

mod record;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::archive::{self, Archive, Budget, Cut, Format, Member, Packing, What};
use super::carrier::{self, Reading};
use super::file::{File, Origin};
use super::kind::{Content, FileKind, sniff};
use super::limits::Limits;
use super::magic;
use super::oddity::OddityKind;
use super::opaque::{Opaque, is_git_object};
use crate::finding::NoticeKind;
use crate::source::byte_order_mark;
use record::outer;
pub(super) use record::{Contents, summarise};

/// A file, and how many archives it is in.
struct Waiting {
    file: File,
    depth: usize,
    /// Whether one of them is a document, which nobody expects programs in.
    in_document: bool,
}

struct Opener<'a> {
    limits: &'a Limits,
    budget: Budget,
    opaque: Opaque,
    waiting: VecDeque<Waiting>,
    /// Paths that are taken: an archive may hold two members of one name.
    taken: BTreeSet<Arc<str>>,
    found: Contents,
}

/// As much of a text is looked through for passwords, in bytes.
const PASSWORD_BYTES: usize = 1 << 20;

/// Looks into every file, and into what is found there, nearest first.
pub(super) fn open(files: Vec<File>, limits: &Limits) -> Contents {
    let mut budget = Budget::new(limits);
    // Passwords are only of use where there is something to open.
    let has_archive = files.iter().any(|file| Format::of(sniff(&file.bytes)) == Some(Format::Zip));
    for file in files.iter().filter(|file| has_archive && file.kind == FileKind::Text) {
        budget.passwords.collect(file.bytes.get(..PASSWORD_BYTES).unwrap_or(&file.bytes));
    }
    let mut opener = Opener {
        limits,
        budget,
        opaque: Opaque::default(),
        taken: files.iter().map(|file| file.path.clone()).collect(),
        waiting: files.into_iter().map(|file| Waiting { file, depth: 0, in_document: false }).collect(),
        found: Contents::default(),
    };
    while let Some(waiting) = opener.waiting.pop_front() {
        opener.look_into(&waiting);
        opener.found.files.push(waiting.file);
    }
    opener.found.notices.extend(opener.opaque.finish());
    opener.found.summarise(outer);
    opener.found
}

/// The members of an archive that is the bundle itself, as files, below `root`: the folder that all of them are in, if
/// there is one. `None` where it holds none.
pub(super) fn of_archive(name: &str, bytes: &[u8], limits: &Limits) -> Option<(Option<String>, Contents)> {
    let mut budget = Budget::new(limits);
    let mut contents = Contents::default();
    let (format, unpacked, cut) = outermost(bytes, &mut budget)?;
    if let Some(cut) = cut {
        contents.notice(NoticeKind::Limit, "", cut.message().to_owned());
    }
    let mut archive = archive::open(format, name, unpacked.as_deref().unwrap_or(bytes), &mut budget);
    if archive.members.is_empty() {
        return None;
    }
    let is_locked = |member: &Member| member.oddities.iter().any(|(kind, _)| *kind == OddityKind::Encrypted);
    if archive.members.iter().any(is_locked) {
        // The texts beside the locked members may tell how to open them.
        let mut second = Budget::new(limits);
        for member in &archive.members {
            if let What::File(bytes) = &member.what
                && sniff(bytes).kind == FileKind::Text
            {
                second.passwords.collect(bytes.get(..PASSWORD_BYTES).unwrap_or(bytes));
            }
        }
        archive = archive::open(format, name, unpacked.as_deref().unwrap_or(bytes), &mut second);
    }
    let root = single_root(&archive.members);
    for (kind, detail) in archive.oddities {
        contents.odd("", kind, detail);
    }
    for (kind, message) in archive.problems {
        contents.notice(kind, "", message);
    }
    let mut taken = BTreeSet::new();
    for mut member in archive.members {
        if let Some(root) = &root {
            let inner = member.name.strip_prefix(root.as_str()).unwrap_or_default().trim_start_matches('/').to_owned();
            if inner.is_empty() {
                continue;
            }
            member.name = inner;
        }
        let path = free_path(&member.name, &mut taken);
        let file = contents.take_member(path, "", member, Origin::Bundle);
        contents.files.extend(file);
    }
    contents.summarise(|_| "");
    Some((root, contents))
}

/// The names of an archive's members, as far as they are few.
pub(super) fn names(bytes: &[u8], limits: &Limits) -> Vec<String> {
    let mut budget = Budget::new(limits);
    let Some((format, unpacked, _)) = outermost(bytes, &mut budget) else { return Vec::new() };
    let archive = archive::open(format, "", unpacked.as_deref().unwrap_or(bytes), &mut budget.for_names());
    archive.members.into_iter().map(|member| member.name).collect()
}

/// The format of an archive with members, and its bytes where they are packed as a whole.
fn outermost(bytes: &[u8], budget: &mut Budget) -> Option<(Format, Option<Vec<u8>>, Option<Cut>)> {
    let format = Format::of(sniff(bytes))?;
    let Format::Packed(packing) = format else { return Some((format, None, None)) };
    let stream = budget.unpack_whole(packing, bytes);
    budget.give_back(stream.bytes.len());
    let format = Format::of(sniff(&stream.bytes)).filter(|format| *format == Format::Tar)?;
    Some((format, Some(stream.bytes), stream.cut))
}

/// The folder that every member is in.
fn single_root(members: &[Member]) -> Option<String> {
    let first = members.first()?.name.split('/').next()?;
    let is_folder = |member: &Member| {
        member.name.strip_prefix(first).is_some_and(|rest| rest.starts_with('/'))
            || member.name == first && matches!(member.what, What::Folder)
    };
    let is_plain = !first.is_empty() && !matches!(first, "." | ".." | "~") && !first.contains(['\\', ':']);
    (is_plain && members.iter().all(is_folder)).then(|| first.to_owned())
}

/// `path`, with a number behind it if it is taken.
fn free_path(path: &str, taken: &mut BTreeSet<Arc<str>>) -> Arc<str> {
    let path = path.strip_prefix("./").unwrap_or(path);
    // A path is a place in the bundle for whoever reads a report: what leaves it must not look like another place.
    let path = &path.split('/').map(|part| if part == ".." { "%2e%2e" } else { part }).collect::<Vec<_>>().join("/");
    let mut free: Arc<str> = Arc::from(path.as_str());
    let mut number = 2;
    while !taken.insert(free.clone()) {
        // Many of one name: the number of paths that are taken leads on at once.
        if number == 10 {
            number = taken.len().max(number);
        }
        free = Arc::from(format!("{path} ({number})"));
        number += 1;
    }
    free
}

impl Opener<'_> {
    fn look_into(&mut self, waiting: &Waiting) {
        let Waiting { file, depth, .. } = waiting;
        if matches!(file.origin, Origin::Text | Origin::Strings) || file.bytes.is_empty() {
            return;
        }
        let content = carrier::as_document(sniff(&file.bytes), &file.bytes);
        if waiting.in_document || *depth >= 2 {
            self.note_program(waiting, content);
        }
        if is_git_object(&file.path, content) {
            self.opaque.record(&file.path, content);
            return;
        }
        if let Some(format) = Format::of(content) {
            self.open_archive(waiting, format, content);
        } else {
            self.open_carrier(waiting, content);
        }
    }

    /// Reads what a file holds that is no archive.
    fn open_carrier(&mut self, waiting: &Waiting, content: Content) {
        let Waiting { file, .. } = waiting;
        let reading = carrier::read(&file.path, content, &file.bytes, &mut self.budget);
        let Reading { texts, parts, oddities, is_cut, is_complete } = reading;
        if is_cut {
            let message = "Only the beginning of the texts in it was kept.".to_owned();
            self.found.notice(NoticeKind::Limit, &file.path, message);
        }
        for (kind, detail) in oddities {
            self.found.odd(&file.path, kind, detail);
        }
        if content.kind == FileKind::Text && byte_order_mark(&file.bytes).is_none() {
            if content.format == "UTF-16 text" {
                self.found.odd(&file.path, OddityKind::UnmarkedEncoding, "UTF-16 without a byte order mark".to_owned());
            } else if content.format == "UTF-8 text" && memchr::memchr(0, &file.bytes).is_some() {
                self.found.odd(&file.path, OddityKind::UnmarkedEncoding, "NUL bytes in a text".to_owned());
            }
        }
        for (name, text, origin) in texts {
            self.add_text(&file.path, name, text, origin);
        }
        // Unpackers look for a zip from the end: whatever the file begins with, it may be one too.
        let is_zip = magic::trailer(&file.bytes).is_some_and(|found| Format::of(found) == Some(Format::Zip));
        if is_zip {
            self.found.odd(&file.path, OddityKind::Polyglot, format!("{} and zip archive", content.format));
            self.open_archive(waiting, Format::Zip, content);
        }
        for (name, bytes) in parts {
            if !(is_zip && name == "appended") {
                self.add_part(waiting, name, bytes);
            }
        }
        if !(is_complete || is_zip && content.kind == FileKind::Text) {
            self.opaque.record(&file.path, content);
        }
    }

    fn note_program(&mut self, waiting: &Waiting, content: Content) {
        let Waiting { file, depth, in_document } = waiting;
        let is_script = file.bytes.starts_with(b"#!") || is_script_name(&file.path);
        if content.kind == FileKind::Executable || content.kind == FileKind::Text && is_script {
            let what = if content.kind == FileKind::Executable { content.format } else { "script" };
            let place =
                if *in_document { "a document".to_owned() } else { format!("{depth} archives, one in the other") };
            self.found.odd(&file.path, OddityKind::BuriedProgram, format!("{what} in {place}"));
        }
    }

    fn add_text(&mut self, carrier: &str, name: &str, text: String, origin: Origin) {
        if text.trim().is_empty() {
            return;
        }
        let path = free_path(&format!("{carrier}!/{name}"), &mut self.taken);
        let bytes: Arc<[u8]> = Arc::from(text.into_bytes());
        let size = bytes.len() as u64;
        self.found.files.push(File { path, kind: FileKind::Text, bytes, size, executable: false, origin });
    }

    fn add_part(&mut self, waiting: &Waiting, name: &str, bytes: Vec<u8>) {
        let path = free_path(&format!("{}!/{name}", waiting.file.path), &mut self.taken);
        let (kind, size) = (sniff(&bytes).kind, bytes.len() as u64);
        let file = File { path, kind, bytes: Arc::from(bytes), size, executable: false, origin: Origin::Member };
        // Not deeper in archives: a part of a part of a document ends with its bytes.
        self.waiting.push_back(Waiting { file, depth: waiting.depth + 1, in_document: true });
    }

    fn open_archive(&mut self, waiting: &Waiting, format: Format, content: Content) {
        let Waiting { file, depth, in_document } = waiting;
        if *depth >= self.limits.nesting {
            self.found.odd(&file.path, OddityKind::Bomb, format!("more than {depth} archives, one in the other"));
            let message = format!("Archive in more than {depth} archives; not looked into.");
            self.found.notice(NoticeKind::Limit, &file.path, message);
            return;
        }
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let mut archive = archive::open(format, name, &file.bytes, &mut self.budget);
        if format != Format::Packed(Packing::Zlib) || !archive.members.is_empty() {
            self.unpacked_tar(&mut archive);
        }
        if archive.members.is_empty() && archive.problems.is_empty() {
            self.opaque.record(&file.path, content);
        }
        let is_readable = matches!(content.format, "Office document" | "OpenDocument file" | "EPUB document")
            || content.kind != FileKind::Archive;
        let is_inside = *in_document || is_readable;
        for (kind, detail) in archive.oddities {
            self.found.odd(&file.path, kind, detail);
        }
        for (kind, message) in archive.problems {
            self.found.notice(kind, &file.path, message);
        }
        if matches!(content.format, "Office document" | "OpenDocument file" | "EPUB document") {
            let parts = archive.members.iter().filter_map(|member| match &member.what {
                What::File(bytes) => Some((member.name.as_str(), bytes.as_slice())),
                _ => None,
            });
            let Reading { texts, oddities, .. } = carrier::office(parts);
            for (kind, detail) in oddities {
                self.found.odd(&file.path, kind, detail);
            }
            for (name, text, origin) in texts {
                self.add_text(&file.path, name, text, origin);
            }
        }
        for member in archive.members {
            let path = free_path(&format!("{}!/{}", file.path, member.name), &mut self.taken);
            if let Some(file) = self.found.take_member(path, &file.path, member, Origin::Member) {
                if file.kind == FileKind::Text {
                    self.budget.passwords.collect(file.bytes.get(..PASSWORD_BYTES).unwrap_or(&file.bytes));
                }
                let in_document = is_inside;
                self.waiting.push_back(Waiting { file, depth: depth + 1, in_document });
            }
        }
    }

    /// A tar in a packed stream is one archive and not two.
    fn unpacked_tar(&mut self, archive: &mut Archive) {
        let [member] = archive.members.as_mut_slice() else { return };
        let What::File(bytes) = &member.what else { return };
        if Format::of(sniff(bytes)) != Some(Format::Tar) {
            return;
        }
        self.budget.give_back(bytes.len());
        let mut inner = archive::open(Format::Tar, "", bytes, &mut self.budget);
        inner.problems.extend(member.problem.take());
        inner.problems.append(&mut archive.problems);
        inner.oddities.append(&mut archive.oddities);
        *archive = inner;
    }
}

/// Extensions of scripts.
const SCRIPTS: &[&str] = &[
    "sh",
    "bash",
    "zsh",
    "command",
    "py",
    "pyw",
    "js",
    "mjs",
    "cjs",
    "ps1",
    "psm1",
    "bat",
    "cmd",
    "vbs",
    "vbe",
    "jse",
    "wsf",
    "hta",
    "rb",
    "pl",
    "php",
    "lua",
    "scpt",
    "applescript",
    "reg",
];

/// Whether a name is that of a script.
fn is_script_name(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    SCRIPTS.contains(&extension.as_str())
}
