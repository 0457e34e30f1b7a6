use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::bundle::Bundle;
use crate::finding::{Notice, NoticeKind};

/// Runs a stage; a panic in it becomes a notice, and the gate stays up.
pub(super) fn guarded<T>(stage: &str, notices: &mut Vec<Notice>, run: impl FnOnce() -> T) -> Option<T> {
    let panic = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(done) => return Some(done),
        Err(panic) => panic,
    };
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    notices.push(internal("", format!("The scanner failed in stage {stage}: {}.", said.unwrap_or("no message"))));
    None
}

/// The bundle without the files that make `is_analysed` fail on their own, and a notice for each of those. Only
/// asked after a panic, so that its cost does not matter.
pub(super) fn without_culprits(bundle: &Bundle, is_analysed: impl Fn(&Bundle) -> bool) -> (Bundle, Vec<Notice>) {
    let mut rest = Bundle { files: Vec::new(), ..bundle.clone() };
    let mut notices = Vec::new();
    for alone in each_alone(bundle) {
        let Some(file) = alone.files.first() else { continue };
        if is_analysed(&alone) {
            rest.files.push(file.clone());
        } else {
            notices.push(internal(&file.path, "The scanner failed on this file and left it out.".to_owned()));
        }
    }
    (rest, notices)
}

/// The bundle once for every file, with nothing but that file.
pub(super) fn each_alone(bundle: &Bundle) -> impl Iterator<Item = Bundle> {
    bundle.files.iter().map(|file| Bundle {
        files: vec![file.clone()],
        shown: bundle.shown.clone(),
        name: bundle.name.clone(),
        ..Bundle::default()
    })
}

fn internal(path: &str, message: String) -> Notice {
    Notice { kind: NoticeKind::Internal, path: path.to_owned(), line: None, message, incomplete: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{File, FileKind, Origin};

    #[test]
    fn a_panic_becomes_a_notice() {
        let mut notices = Vec::new();
        assert_eq!(guarded("rules", &mut notices, || 7), Some(7));
        assert!(notices.is_empty());
        let value = 3;
        assert_eq!(guarded("rules", &mut notices, || assert_eq!(value, 4)), None);
        assert!(notices[0].incomplete && notices[0].message.contains("stage rules"));
    }

    #[test]
    fn a_file_that_fails_alone_is_left_out_and_the_others_stay() {
        let file = |path: &str| File {
            path: path.into(),
            kind: FileKind::Text,
            bytes: Vec::new().into(),
            size: 0,
            executable: false,
            origin: Origin::Bundle,
        };
        let files = vec![file("a"), file("b"), file("c")];
        let bundle = Bundle { shown: "x".into(), name: "x".into(), files, ..Bundle::default() };
        let (rest, notices) = without_culprits(&bundle, |alone| &*alone.files[0].path != "b");
        let paths: Vec<&str> = rest.files.iter().map(|file| &*file.path).collect();
        assert_eq!(paths, ["a", "c"]);
        assert_eq!((notices.len(), notices[0].path.as_str(), notices[0].kind), (1, "b", NoticeKind::Internal));
    }
}
