use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::carrier;
use super::contents;
use super::discover::BundlePath;
use super::file::{Bundle, File, Origin};
use super::kind::{FileKind, sniff};
use super::limits::Limits;
use super::name::text_of;
use super::name_oddity;
use super::walk::{Entry, Listing, notice, walk};
use crate::finding::{Notice, NoticeKind};

/// No file is read beyond this many bytes, whatever the limits say: decoded, it must still fit 32-bit spans.
const LARGEST_FILE: u64 = 1 << 30;

/// Reads the bundle at `at`, within `limits`. Never fails: what cannot be read becomes a notice.
///
/// Small files are read first, so that a bundle over its budget loses its largest files and not its instructions.
#[must_use]
pub fn read(at: &BundlePath, limits: &Limits) -> Bundle {
    let (name, listing) = list(&at.path, limits);
    if let [entry] = listing.files.as_slice()
        && entry.at == at.path
        && let Some(bundle) = read_archive(at, entry, &name, limits)
    {
        return bundle;
    }
    let Listing { files: mut entries, links, mut notices } = listing;
    entries.sort_unstable_by(|a, b| (a.metadata.len(), &a.path).cmp(&(b.metadata.len(), &b.path)));
    notices.extend(notice_of_hard_links(&entries));

    let mut files = Vec::with_capacity(entries.len());
    let mut budget = limits.bundle_bytes;
    let mut over_budget: Vec<String> = Vec::new();
    for entry in &entries {
        let for_one_file = limits.file_bytes.min(LARGEST_FILE);
        if budget == 0 && entry.metadata.len() > 0 {
            over_budget.push(entry.path.clone());
            files.push(file(entry, FileKind::Binary, Vec::new()));
            continue;
        }
        let content = match read_entry(entry, for_one_file.min(budget)) {
            Ok(content) => content,
            Err(error) => {
                let message = format!("The file could not be read: {error}.");
                notices.push(notice(NoticeKind::Unreadable, &entry.path, message, true));
                continue;
            }
        };
        if content.has_more && budget < for_one_file {
            over_budget.push(entry.path.clone());
        } else if content.has_more {
            let message = format!("Only the first {for_one_file} of {} bytes were read.", entry.metadata.len());
            notices.push(notice(NoticeKind::Limit, &entry.path, message, true));
        }
        budget -= content.bytes.len() as u64;
        let found = sniff(&content.bytes);
        files.push(file(entry, found.kind, content.bytes));
    }
    over_budget.sort_unstable();
    if let Some(first) = over_budget.first() {
        let message = format!(
            "{} were not read, or not wholly: the bundle holds more than {} bytes.",
            counted(over_budget.len(), "file"),
            limits.bundle_bytes
        );
        notices.push(notice(NoticeKind::Limit, first, message, true));
    }
    assemble(Bundle { shown: at.shown.clone(), name, files, notices, ..Bundle::default() }, links, limits)
}

/// The bundle in an archive: its members stand for files, so that a bundle has the same findings packed or not. The folder
/// that all of them are in is the bundle's root.
fn read_archive(at: &BundlePath, entry: &Entry, name: &str, limits: &Limits) -> Option<Bundle> {
    let content = read_entry(entry, limits.file_bytes.min(LARGEST_FILE)).ok()?;
    // `skill.tar.gz` is named `skill`.
    let stem = name.strip_suffix(".tar").unwrap_or(name);
    let (root, contents) = contents::of_archive(stem, &content.bytes, limits)?;
    let mut notices = contents.notices;
    if content.has_more {
        let message = format!("Only the first {} of {} bytes were read.", content.bytes.len(), entry.metadata.len());
        notices.push(notice(NoticeKind::Limit, "", message, true));
    }
    let bundle = Bundle {
        shown: at.shown.clone(),
        name: root.unwrap_or_else(|| stem.to_owned()),
        files: contents.files,
        notices,
        oddities: contents.oddities,
        ..Bundle::default()
    };
    Some(assemble(bundle, contents.links, limits))
}

/// Looks into the files of a bundle and puts everything in order.
fn assemble(mut bundle: Bundle, mut links: Vec<(String, String)>, limits: &Limits) -> Bundle {
    let mut files = std::mem::take(&mut bundle.files);
    // Nearest and smallest first: what a budget costs is what lies deepest.
    files.sort_by(|a, b| (a.bytes.len(), &a.path).cmp(&(b.bytes.len(), &b.path)));
    let mut contents = contents::open(files, limits);
    contents.files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    bundle.files = contents.files;
    links.append(&mut contents.links);
    links.sort_unstable();
    bundle.links = links.into_iter().map(|(path, target)| (Arc::from(path), target)).collect();
    bundle.notices.append(&mut contents.notices);
    bundle.oddities.append(&mut contents.oddities);
    compare_bytecode(&mut bundle);
    let own = || bundle.files.iter().filter(|file| matches!(file.origin, Origin::Bundle | Origin::Member));
    let names = own().flat_map(|file| name_oddity::of_path(&file.path));
    let twins = name_oddity::twins(own().map(|file| &file.path).chain(bundle.links.iter().map(|(path, _)| path)));
    let odd: Vec<_> = names.chain(twins).collect();
    bundle.oddities.extend(odd);
    contents::summarise(&mut bundle.oddities);
    bundle.notices.sort_by(|a, b| (&a.path, a.kind, &a.message).cmp(&(&b.path, b.kind, &b.message)));
    bundle
}

/// Compares bytecode with the source beside it. What agrees needs no notice that nobody looked into it.
fn compare_bytecode(bundle: &mut Bundle) {
    let mut work = 8 << 30;
    for file in bundle.files.iter().filter(|file| file.kind == FileKind::Executable) {
        if sniff(&file.bytes).format != "Python bytecode" {
            continue;
        }
        let Some((oddity, agrees)) = carrier::compare(file, |path| bundle.file(path), &mut work) else { continue };
        if agrees {
            bundle.notices.retain(|notice| *notice.path != *file.path || notice.kind != NoticeKind::Opaque);
        }
        bundle.oddities.push(oddity);
    }
}

impl Bundle {
    /// A bundle that is made of these files and links and not read from a disk: for tests, examples and callers that
    /// have the bytes already.
    #[must_use]
    pub fn of_files(name: &str, files: Vec<(String, Vec<u8>)>, links: Vec<(String, String)>) -> Self {
        let file = |(path, bytes): (String, Vec<u8>)| File {
            kind: sniff(&bytes).kind,
            path: Arc::from(path),
            size: bytes.len() as u64,
            executable: bytes.starts_with(b"#!"),
            bytes: Arc::from(bytes),
            origin: Origin::Bundle,
        };
        let files = files.into_iter().map(file).collect();
        let bundle = Self { shown: name.to_owned(), name: name.to_owned(), files, ..Self::default() };
        assemble(bundle, links, &Limits::default())
    }
}

/// The name of the bundle at `root`, and what is to be read of it.
///
/// A link that the user named is followed: only what the bundle itself says is not believed.
fn list(root: &Path, limits: &Limits) -> (String, Listing) {
    let failed = |error: &io::Error| {
        let mut listing = Listing::default();
        listing.unreadable("", "bundle", error);
        listing
    };
    let metadata = match fs::metadata(root) {
        Ok(metadata) => metadata,
        Err(error) => return (last_name(root), failed(&error)),
    };
    if metadata.is_dir() {
        return (last_name(root), walk(root, limits));
    }
    let stem = root.file_stem().map(text_of).unwrap_or_default();
    if !metadata.is_file() {
        return (stem, failed(&io::Error::other("it is neither a folder nor a regular file")));
    }
    let mut listing = Listing::default();
    listing.files.push(Entry { path: last_name(root), at: root.to_path_buf(), metadata });
    (stem, listing)
}

/// Whether a regular file begins like an archive. One that cannot be read does not.
pub(super) fn head_is_archive(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut head));
    read.is_ok() && sniff(&head).kind == FileKind::Archive
}

/// The last component of a path; for `.`, `..` and the like that of the folder that they stand for.
fn last_name(path: &Path) -> String {
    let name = path.file_name().map(text_of);
    name.or_else(|| fs::canonicalize(path).ok()?.file_name().map(text_of)).unwrap_or_default()
}

struct ReadContent {
    bytes: Vec<u8>,
    has_more: bool,
}

/// Reads at most `limit` bytes of a file that was listed before.
fn read_entry(entry: &Entry, limit: u64) -> io::Result<ReadContent> {
    let opened = fs::File::open(&entry.at)?;
    // Whoever can write the folder can put a link in the file's place between listing and opening.
    let metadata = opened.metadata()?;
    if !metadata.is_file() || !is_same_file(&metadata, &entry.metadata) {
        return Err(io::Error::other("it was replaced while the bundle was read"));
    }
    let mut bytes = Vec::with_capacity(metadata.len().min(limit) as usize + 1);
    opened.take(limit + 1).read_to_end(&mut bytes)?;
    let has_more = bytes.len() as u64 > limit;
    bytes.truncate(limit as usize);
    Ok(ReadContent { bytes, has_more })
}

fn file(entry: &Entry, kind: FileKind, bytes: Vec<u8>) -> File {
    File {
        path: Arc::from(entry.path.as_str()),
        kind,
        size: entry.metadata.len().max(bytes.len() as u64),
        bytes: Arc::from(bytes),
        executable: is_executable(&entry.metadata),
        origin: Origin::Bundle,
    }
}

/// A file with a second name is read like any other, because it is content of the bundle; but the second name may be
/// outside, so that what was read can change from there.
fn notice_of_hard_links(entries: &[Entry]) -> Option<Notice> {
    let mut linked: Vec<&str> =
        entries.iter().filter(|entry| has_other_names(&entry.metadata)).map(|entry| entry.path.as_str()).collect();
    linked.sort_unstable();
    let first = linked.first()?;
    let message = format!("{} with further hard links, inside the bundle or outside.", counted(linked.len(), "file"));
    Some(notice(NoticeKind::NotFollowed, first, message, false))
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(unix)]
fn is_same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same_file(a: &Metadata, b: &Metadata) -> bool {
    // The standard library tells no stable identity here; creation time comes closest.
    a.created().ok() == b.created().ok()
}

#[cfg(unix)]
fn has_other_names(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}
