use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::archive::{Member, What};
use super::super::file::{File, Origin};
use super::super::kind::{FileKind, sniff};
use super::super::link::leaves_bundle;
use super::super::name_oddity::escape;
use super::super::oddity::{Oddity, OddityKind};
use crate::finding::{Notice, NoticeKind};

/// A bundle's files with all that is in them, and what was seen on the way.
#[derive(Debug, Default)]
pub(in crate::bundle) struct Contents {
    pub(in crate::bundle) files: Vec<File>,
    pub(in crate::bundle) links: Vec<(String, String)>,
    pub(in crate::bundle) notices: Vec<Notice>,
    pub(in crate::bundle) oddities: Vec<Oddity>,
}

/// The file of the bundle that a path is in.
pub(super) fn outer(path: &str) -> &str {
    path.split("!/").next().unwrap_or(path)
}

/// How many members of one archive are told of with the same words.
const SAID: usize = 8;

/// Tells of what is odd about many members of one archive for the first of them only, with their number.
pub(in crate::bundle) fn summarise(oddities: &mut Vec<Oddity>) {
    let mut counts: BTreeMap<(String, OddityKind), usize> = BTreeMap::new();
    oddities.sort();
    oddities.dedup();
    oddities.retain(|oddity| {
        // The particulars of these decide how grave they are.
        if matches!(oddity.kind, OddityKind::PickleCall | OddityKind::BytecodeDiffers) || !oddity.path.contains("!/") {
            return true;
        }
        let count = counts.entry((outer(&oddity.path).to_owned(), oddity.kind)).or_default();
        *count += 1;
        *count <= SAID
    });
    for ((path, kind), count) in counts.into_iter().filter(|(_, count)| *count > SAID) {
        oddities.push(Oddity { path: Arc::from(path), kind, detail: format!("{} more in it", count - SAID) });
    }
    oddities.sort();
}

impl Contents {
    /// Says what holds for many members of one archive for the first of them only, with their number.
    pub(super) fn summarise(&mut self, outer: impl Fn(&str) -> &str) {
        let mut counts: BTreeMap<(String, NoticeKind, String), usize> = BTreeMap::new();
        self.notices.sort();
        for notice in std::mem::take(&mut self.notices) {
            let key = (outer(&notice.path).to_owned(), notice.kind, notice.message.clone());
            let count = counts.entry(key).or_default();
            *count += 1;
            if *count <= SAID {
                self.notices.push(notice);
            }
        }
        for ((path, kind, message), count) in counts.into_iter().filter(|(_, count)| *count > SAID) {
            let message = format!("{} more in it: {message}", count - SAID);
            let incomplete =
                self.notices.iter().any(|known| known.kind == kind && known.incomplete && outer(&known.path) == path);
            self.notices.push(Notice { kind, path, line: None, message, incomplete });
        }
    }

    pub(in crate::bundle) fn notice(&mut self, kind: NoticeKind, path: &str, message: String) {
        self.notices.push(Notice { kind, path: path.to_owned(), line: None, message, incomplete: true });
    }

    pub(super) fn odd(&mut self, path: &str, kind: OddityKind, detail: String) {
        self.oddities.push(Oddity { path: Arc::from(path), kind, detail });
    }

    /// Records a member; a file comes back.
    pub(super) fn take_member(
        &mut self,
        path: Arc<str>,
        carrier: &str,
        member: Member,
        origin: Origin,
    ) -> Option<File> {
        if let Some(how) = escape(&member.name) {
            self.odd(&path, OddityKind::PathEscape, format!("{} ({how})", member.name));
        }
        for (kind, detail) in member.oddities {
            self.odd(&path, kind, detail);
        }
        if let Some((kind, message)) = member.problem {
            self.notice(kind, &path, message);
        }
        let inner = path.strip_prefix(carrier).unwrap_or(&path).trim_start_matches("!/").to_owned();
        match member.what {
            What::File(bytes) => {
                let size = member.size.max(bytes.len() as u64);
                let kind = sniff(&bytes).kind;
                return Some(File { path, kind, bytes: Arc::from(bytes), size, executable: member.executable, origin });
            }
            What::Sealed => {
                let (bytes, kind) = (Arc::from([]), FileKind::Binary);
                let size = member.size.max(1);
                return Some(File { path, kind, bytes, size, executable: member.executable, origin });
            }
            What::Folder => {}
            What::SymbolicLink(target) => {
                let leaves = leaves_bundle(&inner, &target);
                if leaves {
                    self.odd(&path, OddityKind::PathEscape, format!("{inner} → {target} (a link)"));
                }
                let message = if leaves {
                    "Symbolic link out of the bundle; recorded and not followed."
                } else {
                    "Symbolic link within the bundle; recorded and not followed."
                };
                let (kind, shown, message) = (NoticeKind::NotFollowed, path.to_string(), message.to_owned());
                self.notices.push(Notice { kind, path: shown, line: None, message, incomplete: leaves });
                self.links.push((path.to_string(), target));
            }
            What::HardLink(target) => {
                // The target of a hard link counts from the archive's root.
                if escape(&target).is_some() {
                    self.odd(&path, OddityKind::PathEscape, format!("{inner} → {target} (a hard link)"));
                }
                let message = "Hard link in an archive; recorded and not followed.".to_owned();
                let (kind, path) = (NoticeKind::NotFollowed, path.to_string());
                self.notices.push(Notice { kind, path, line: None, message, incomplete: false });
            }
            What::Special => {
                self.odd(&path, OddityKind::SpecialMember, "a device, a pipe or the like".to_owned());
                let message = "Device, pipe or socket; recorded and not opened.".to_owned();
                self.notice(NoticeKind::NotFollowed, &path, message);
            }
        }
        None
    }
}
