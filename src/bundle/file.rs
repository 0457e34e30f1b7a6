use std::sync::Arc;

use super::kind::{FileKind, sniff};
use super::oddity::Oddity;
use crate::finding::Notice;

/// One regular file of a bundle.
#[derive(Debug, Clone)]
pub struct File {
    /// Path relative to the bundle's root, with `/` on every system; members of archives follow a `!/`. Bytes of
    /// names that are not UTF-8 stand as `\xNN`. Not yet made printable.
    pub path: Arc<str>,
    /// What its content is.
    pub kind: FileKind,
    /// The content; cut at [`Limits::file_bytes`](super::Limits::file_bytes), or left out where the bundle's
    /// budget is used up, which a notice then says.
    pub bytes: Arc<[u8]>,
    /// Size on disk, in bytes.
    pub size: u64,
    /// Whether the owner may execute it (always false where the system does not say).
    pub executable: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a file of a bundle comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Origin {
    /// It is a file of the folder, or of the archive that is the bundle.
    #[default]
    Bundle,
    /// It is a member of an archive in the bundle; its path names the archive before `!/`.
    Member,
    /// It is text that another file holds for readers: of a document, in an image's metadata. Not a file by itself.
    Text,
    /// It is the printable strings of a program or of data. Not a file by itself.
    Strings,
}

impl File {
    /// The format of its content in words, such as "Mach-O executable", "zip archive" or "UTF-8 text".
    ///
    /// Looks at the content again: for text the cost grows with its length.
    #[must_use]
    pub fn format(&self) -> &'static str {
        if self.bytes.is_empty() && self.size > 0 { "unread data" } else { sniff(&self.bytes).format }
    }

    /// Whether `bytes` holds less than the file does on disk.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        (self.bytes.len() as u64) < self.size
    }
}

/// A bundle that was read: its files, sorted by path, and what could not be read.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    /// The path to show in reports.
    pub shown: String,
    /// Name of the root folder (or of the single file without its extension).
    pub name: String,
    /// Every regular file, every member of an archive and every text read out of a binary, sorted by path.
    pub files: Vec<File>,
    /// Symbolic links: path and target as written, sorted by path. Never followed.
    pub links: Vec<(Arc<str>, String)>,
    /// What could not be read, or not wholly.
    pub notices: Vec<Notice>,
    /// What is odd about files, names and containers, sorted: facts for rules, not findings.
    pub oddities: Vec<Oddity>,
}

impl Bundle {
    /// The file at `path`, relative to the bundle's root.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files
            .binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes()))
            .ok()
            .and_then(|at| self.files.get(at))
    }
}
