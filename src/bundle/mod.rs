//! Floor 1: finding bundles and reading their files: the only code that touches the file system.
//!
//! A bundle is hostile: links are recorded and never followed, nothing inside it can hide a file, and every
//! limit that is reached becomes a notice.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::Notice;

mod kind;

pub use kind::FileKind;

/// Limits on what is read from one bundle.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest file, in bytes, that is given to parsers; a larger one is still matched as text.
    pub parse_bytes: u64,
    /// Largest number of bytes that is read from one file.
    pub file_bytes: u64,
    /// Largest number of bytes that is read from one bundle.
    pub bundle_bytes: u64,
    /// Largest number of files in one bundle.
    pub files: usize,
    /// Deepest folder below the bundle's root.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { parse_bytes: 4 << 20, file_bytes: 64 << 20, bundle_bytes: 256 << 20, files: 50_000, depth: 64 }
    }
}

/// Where a bundle is, before it is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BundlePath {
    /// The path as the user gave it, or as it was found below what the user gave: shown in reports.
    pub shown: String,
    /// The folder or single file to read.
    pub path: PathBuf,
}

/// One regular file of a bundle.
#[derive(Debug, Clone)]
pub struct File {
    /// Path relative to the bundle's root, with `/` on every system.
    pub path: Arc<str>,
    /// What its content is: by content, shebang and extension, in this order.
    pub kind: FileKind,
    /// The content; cut at [`Limits::file_bytes`], which a notice then says.
    pub bytes: Arc<[u8]>,
    /// Size on disk, in bytes.
    pub size: u64,
    /// Whether the owner may execute it (always false where the system does not say).
    pub executable: bool,
}

/// A bundle that was read: its files, sorted by path, and what could not be read.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The path to show in reports.
    pub shown: String,
    /// Name of the root folder (or of the single file without its extension).
    pub name: String,
    /// Every regular file, sorted by path.
    pub files: Vec<File>,
    /// Symbolic links: path and target as written, sorted by path. Never followed.
    pub links: Vec<(Arc<str>, String)>,
    /// What could not be read, or not wholly.
    pub notices: Vec<Notice>,
}

/// Why no bundle could be looked for.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The path given does not exist or cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The path as given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Finds the bundles at and below `path`: the outermost folders that hold a skill, a plugin or a marketplace;
/// else a loose skill file. Sorted by path. An empty answer means that there is nothing to scan.
///
/// # Errors
/// When `path` itself cannot be read.
pub fn discover(path: &Path) -> Result<Vec<BundlePath>, BundleError> {
    let _ = path;
    Ok(Vec::new())
}

/// Reads the bundle at `at`, within `limits`. Never fails: what cannot be read becomes a notice.
#[must_use]
pub fn read(at: &BundlePath, limits: &Limits) -> Bundle {
    let _ = limits;
    Bundle { shown: at.shown.clone(), name: String::new(), files: Vec::new(), links: Vec::new(), notices: Vec::new() }
}
