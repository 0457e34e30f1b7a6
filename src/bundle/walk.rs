//! Listing a bundle's folder: every entry, by `lstat` alone. Nothing is opened but folders, no link is followed.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::limits::Limits;
use super::link::leaves_bundle;
use super::name::text_of;
use crate::finding::{Notice, NoticeKind};

/// A regular file that was listed.
#[derive(Debug)]
pub(super) struct Entry {
    /// Path relative to the bundle's root, as text.
    pub(super) path: String,
    /// Where to open it.
    pub(super) at: PathBuf,
    /// What the listing said; what is opened later must be the same file.
    pub(super) metadata: Metadata,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: Vec<Entry>,
    pub(super) links: Vec<(String, String)>,
    pub(super) notices: Vec<Notice>,
}

/// Names in a folder, sorted by their bytes.
pub(super) fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
    Ok(names)
}

/// Lists everything below `root`, nearest folders first, so that a limit costs what lies deepest.
pub(super) fn walk(root: &Path, limits: &Limits) -> Listing {
    let mut listing = Listing::default();
    let mut folders = VecDeque::from([(root.to_path_buf(), String::new(), 0_usize)]);
    let mut entries = 0_usize;
    while let Some((folder, path, depth)) = folders.pop_front() {
        let names = match names_in(&folder) {
            Ok(names) => names,
            Err(error) => {
                listing.unreadable(&path, "folder", &error);
                continue;
            }
        };
        if depth > limits.depth && !names.is_empty() {
            let message = format!("Folder below the limit of {} levels; not looked into.", limits.depth);
            listing.notices.push(notice(NoticeKind::Limit, &path, message, true));
            continue;
        }
        for name in names {
            if entries >= limits.files {
                let message =
                    format!("The bundle holds more than {} entries; the deepest were left out.", limits.files);
                listing.notices.push(notice(NoticeKind::Limit, "", message, true));
                return listing;
            }
            entries += 1;
            let at = folder.join(&name);
            let name = text_of(&name);
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            match fs::symlink_metadata(&at) {
                Ok(metadata) if metadata.is_dir() => folders.push_back((at, path, depth + 1)),
                Ok(metadata) => listing.record(path, at, metadata),
                Err(error) => listing.unreadable(&path, "entry", &error),
            }
        }
    }
    listing
}

impl Listing {
    fn record(&mut self, path: String, at: PathBuf, metadata: Metadata) {
        if metadata.is_file() {
            self.files.push(Entry { path, at, metadata });
        } else if metadata.is_symlink() {
            match fs::read_link(&at) {
                Ok(target) => self.record_link(path, text_of(target.as_os_str())),
                Err(error) => self.unreadable(&path, "symbolic link", &error),
            }
        } else {
            let message = "Device, pipe or socket; recorded and not opened.".to_owned();
            self.notices.push(notice(NoticeKind::NotFollowed, &path, message, true));
        }
    }

    /// What a link inside the bundle names is listed under its own path; what lies outside goes unseen.
    fn record_link(&mut self, path: String, target: String) {
        let leaves = leaves_bundle(&path, &target);
        let message = if leaves {
            "Symbolic link out of the bundle; recorded and not followed."
        } else {
            "Symbolic link within the bundle; recorded and not followed."
        };
        self.notices.push(notice(NoticeKind::NotFollowed, &path, message.to_owned(), leaves));
        self.links.push((path, target));
    }

    pub(super) fn unreadable(&mut self, path: &str, what: &str, error: &io::Error) {
        let message = format!("The {what} could not be read: {error}.");
        self.notices.push(notice(NoticeKind::Unreadable, path, message, true));
    }
}

pub(super) fn notice(kind: NoticeKind, path: &str, message: String, incomplete: bool) -> Notice {
    Notice { kind, path: path.to_owned(), line: None, message, incomplete }
}
