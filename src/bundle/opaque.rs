//! Saying what was read but is not understood: programs, containers and data of no known format.

use super::kind::{Content, FileKind, TEXT_THEN_BINARY, UNKNOWN};
use super::magic::{GIT_PACK, PICKLE, ZLIB};
use crate::finding::{Notice, NoticeKind};

/// Collects the notices for content that nothing on a higher floor looks into.
#[derive(Debug, Default)]
pub(super) struct Opaque {
    notices: Vec<Notice>,
    git_objects: Vec<String>,
}

impl Opaque {
    /// Records the file at `path` if its content can hold code, instructions or other files unseen. Media and data of
    /// known formats cannot.
    pub(super) fn record(&mut self, path: &str, content: Content) {
        let message = match content.kind {
            FileKind::Text if content.format == TEXT_THEN_BINARY => {
                "Text is followed by binary data, which was only read as text.".to_owned()
            }
            FileKind::Executable | FileKind::Archive if is_git_object(path, content) => {
                self.git_objects.push(path.to_owned());
                return;
            }
            FileKind::Executable | FileKind::Archive => format!("Not looked into: {}.", content.format),
            FileKind::Binary if [UNKNOWN, PICKLE].contains(&content.format) => {
                format!("Not looked into: {}.", content.format)
            }
            FileKind::Text | FileKind::Media | FileKind::Binary | FileKind::Empty => return,
        };
        let path = path.to_owned();
        self.notices.push(Notice { kind: NoticeKind::Opaque, path, line: None, message, incomplete: true });
    }

    /// The notices; the objects of git repositories share one.
    pub(super) fn finish(mut self) -> Vec<Notice> {
        self.git_objects.sort_unstable();
        if let Some(first) = self.git_objects.first() {
            let message =
                format!("Not looked into: the history of a git repository ({} files).", self.git_objects.len());
            let path = first.clone();
            self.notices.push(Notice { kind: NoticeKind::Opaque, path, line: None, message, incomplete: false });
        }
        self.notices
    }
}

/// Whether a file is where git keeps history and what git keeps there. Every clone has that, and nothing runs it unless
/// something that *is* looked into takes it out.
pub(super) fn is_git_object(path: &str, content: Content) -> bool {
    let is_in_store = path.starts_with(".git/objects/") || path.contains("/.git/objects/");
    is_in_store && [ZLIB, GIT_PACK].contains(&content.format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_hold_code_unseen_is_said() {
        let git = Content::new(FileKind::Archive, ZLIB);
        let cases = [
            ("a.pyc", Content::new(FileKind::Executable, "Python bytecode"), true),
            ("a.zip", Content::new(FileKind::Archive, "zip archive"), true),
            ("a.bin", Content::new(FileKind::Binary, UNKNOWN), true),
            ("a.pkl", Content::new(FileKind::Binary, PICKLE), true),
            ("a.sh", Content::new(FileKind::Text, TEXT_THEN_BINARY), true),
            ("a.z", git, true),
            ("x.git/objects/a", git, true),
            (".git/objects/a", Content::new(FileKind::Executable, "ELF executable"), true),
            ("a.db", Content::new(FileKind::Binary, "SQLite database"), false),
            ("a.png", Content::new(FileKind::Media, "PNG image"), false),
            ("a.md", Content::new(FileKind::Text, "UTF-8 text"), false),
        ];
        for (path, content, said) in cases {
            let mut opaque = Opaque::default();
            opaque.record(path, content);
            assert_eq!(opaque.finish().iter().any(|notice| notice.incomplete), said, "{path}");
        }
    }

    #[test]
    fn a_repository_has_one_notice_and_stays_complete() {
        let mut opaque = Opaque::default();
        opaque.record("sub/.git/objects/pack/p.pack", Content::new(FileKind::Archive, GIT_PACK));
        opaque.record(".git/objects/aa/bb", Content::new(FileKind::Archive, ZLIB));
        let notices = opaque.finish();
        assert_eq!(notices.len(), 1);
        assert_eq!((notices[0].path.as_str(), notices[0].incomplete), (".git/objects/aa/bb", false));
    }
}
