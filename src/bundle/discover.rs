use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::contents::names;
use super::limits::Limits;
use super::name::text_of;
use super::read::head_is_archive;
use super::walk::names_in;

/// Where a bundle is, before it is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BundlePath {
    /// The path as the user gave it, or as it was found below what the user gave: shown in reports.
    pub shown: String,
    /// The folder or single file to read.
    pub path: PathBuf,
}

impl BundlePath {
    /// A bundle that the user named: nothing is looked for.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { shown: text_of(path.as_os_str()), path: path.to_path_buf() }
    }
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

/// Files that make the folder that holds them a bundle, in any letter case.
const MARKER_FILES: &[&str] = &["skill.md", "gemini-extension.json", "openclaw.plugin.json"];

/// Folders that make the folder that holds them a bundle, if they hold one of these files.
const MARKER_FOLDERS: &[(&str, &[&str])] = &[
    (".claude-plugin", &["plugin.json", "marketplace.json"]),
    (".codex-plugin", &["plugin.json", "marketplace.json"]),
    (".cursor-plugin", &["plugin.json", "marketplace.json"]),
    (".agents", &["plugins/marketplace.json"]),
];

/// Finds the bundles at and below `path`: the outermost folders that hold a skill, a plugin or a marketplace, and
/// archives outside of those that hold one. A file that is named itself is a bundle if it is a loose skill file (`.md`,
/// `.mdc`) or any archive. Sorted by path. An empty answer means that
/// there is nothing to scan.
///
/// No folder is left out for its name, and no link below `path` is followed. A folder that cannot be looked into,
/// because it is unreadable or too deep, is handed on as a bundle: reading it then says so.
///
/// # Errors
/// When `path` itself cannot be read.
pub fn discover(path: &Path) -> Result<Vec<BundlePath>, BundleError> {
    let unreadable = |source| BundleError::Unreadable { path: text_of(path.as_os_str()), source };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_dir() {
        let mut is_bundle = false;
        // Pipes and devices are never opened.
        if metadata.is_file() {
            fs::File::open(path).map_err(unreadable)?;
            is_bundle = is_skill_file(path) || head_is_archive(path);
        }
        return Ok(if is_bundle { vec![BundlePath::new(path)] } else { Vec::new() });
    }
    let mut found = Vec::new();
    let mut folders = vec![(BundlePath::new(path), 0_usize)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = match names_in(&folder.path) {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(unreadable(error)),
            Err(_) => {
                found.push(folder);
                continue;
            }
        };
        if depth > Limits::default().depth || is_marked(&folder.path, &entries) {
            found.push(folder);
            continue;
        }
        let parent = folder.shown.trim_end_matches(std::path::is_separator);
        for name in entries {
            let inner = folder.path.join(&name);
            // An entry that vanished, or whose kind the system will not tell, is nothing to look into.
            let Ok(metadata) = fs::symlink_metadata(&inner) else { continue };
            let shown = || format!("{parent}/{}", text_of(&name));
            if metadata.is_dir() {
                folders.push((BundlePath { shown: shown(), path: inner }, depth + 1));
            } else if metadata.is_file() && is_packed_skill(&inner) {
                found.push(BundlePath { shown: shown(), path: inner });
            }
        }
    }
    found.sort_unstable_by(|a, b| a.shown.as_bytes().cmp(b.shown.as_bytes()));
    Ok(found)
}

/// Whether a file is an archive, by name and content, that holds a skill or a plugin near its root.
fn is_packed_skill(path: &Path) -> bool {
    const ARCHIVES: &[&str] = &["skill", "zip", "tgz", "gz", "tar", "xz", "txz", "bz2", "zst", "plugin", "mcpb", "dxt"];
    let is_named =
        path.extension().is_some_and(|extension| ARCHIVES.iter().any(|known| extension.eq_ignore_ascii_case(known)));
    if !is_named || !head_is_archive(path) {
        return false;
    }
    let limits = Limits::default();
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(limits.file_bytes).read_to_end(&mut bytes));
    read.is_ok() && names(&bytes, &limits).iter().any(|name| marks(name))
}

/// Whether a member of an archive makes it a bundle.
fn marks(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let (Some(file), true) = (parts.last(), parts.len() <= 4) else { return false };
    MARKER_FILES.contains(file)
        || MARKER_FOLDERS.iter().any(|(folder, files)| {
            files.iter().any(|file| name == format!("{folder}/{file}") || name.ends_with(&format!("/{folder}/{file}")))
        })
}

fn is_skill_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["md", "mdc"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// Whether a folder with these names in it is a bundle.
fn is_marked(folder: &Path, names: &[OsString]) -> bool {
    // A link in a marker's place counts: an agent would follow it.
    let is_not_folder = |at: PathBuf| fs::symlink_metadata(at).is_ok_and(|metadata| !metadata.is_dir());
    names.iter().any(|name| {
        if MARKER_FILES.iter().any(|marker| name.eq_ignore_ascii_case(marker)) {
            return is_not_folder(folder.join(name));
        }
        MARKER_FOLDERS
            .iter()
            .filter(|(marker, _)| name.eq_ignore_ascii_case(marker))
            .any(|(_, files)| files.iter().any(|file| is_not_folder(folder.join(name).join(file))))
    })
}
