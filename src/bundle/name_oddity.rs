//! Names that mean something else to the system that unpacks or reads them.

use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use super::oddity::{Oddity, OddityKind};

/// How a member's name leaves the folder that its archive is unpacked to, if it does.
pub(super) fn escape(name: &str) -> Option<&'static str> {
    if matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic()) {
        return Some("a drive");
    }
    if name.starts_with(['/', '\\']) {
        return Some("an absolute path");
    }
    if name.split(['/', '\\']).next() == Some("~") {
        return Some("the home folder");
    }
    // `a/../b` stays inside, but no packer writes it.
    name.split(['/', '\\']).any(|part| part == "..").then_some("a parent folder")
}

/// What is odd about the path of a file, apart from leaving its folder.
pub(super) fn of_path(path: &Arc<str>) -> Vec<Oddity> {
    let mut found = Vec::new();
    let mut add = |kind, detail: &str| found.push(Oddity { path: path.clone(), kind, detail: detail.to_owned() });
    if path.chars().any(is_deceptive) {
        add(OddityKind::ControlName, "control or direction characters");
    }
    for part in path.split('/').filter(|part| !matches!(*part, "." | "..")) {
        // What follows the name of an archive in paths is not part of the name.
        if let Some(what) = windows(part.strip_suffix('!').unwrap_or(part)) {
            add(OddityKind::WindowsName, what);
            break;
        }
    }
    found
}

/// Control characters, and those that reorder or hide the ones around them.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// How Windows reads a name differently, if it does.
fn windows(part: &str) -> Option<&'static str> {
    const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_lowercase();
    let is_port = matches!(stem.as_bytes(), [b'c', b'o', b'm', b'1'..=b'9'] | [b'l', b'p', b't', b'1'..=b'9']);
    if DEVICES.contains(&stem.as_str()) || is_port {
        return Some("the name of a device on Windows");
    }
    if part.ends_with(['.', ' ']) {
        return Some("Windows drops the dot or blank at the end");
    }
    if part.contains(':') && !part.contains("://") {
        return Some("a stream of another file on Windows");
    }
    None
}

/// Paths that become one on systems that ignore case or the form of accents.
pub(super) fn twins<'a>(paths: impl Iterator<Item = &'a Arc<str>>) -> Vec<Oddity> {
    let mut by_key: BTreeMap<String, Vec<&Arc<str>>> = BTreeMap::new();
    for path in paths {
        let key: String = path.nfc().flat_map(char::to_lowercase).collect();
        by_key.entry(key).or_default().push(path);
    }
    let twins = by_key.into_values().filter(|paths| paths.len() > 1);
    twins
        .flat_map(|paths| {
            let first = paths.first().map(ToString::to_string).unwrap_or_default();
            let others = paths.into_iter().skip(1);
            others
                .map(|path| Oddity { path: path.clone(), kind: OddityKind::TwinName, detail: first.clone() })
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder() {
        for name in ["../x", "a/../../x", "/etc/x", "C:\\x", "c:x", "..\\x", "\\\\server\\x", "~/x", "a/../x"] {
            assert!(escape(name).is_some(), "{name}");
        }
        for name in ["x", "a/b.c", "a..b/c", "...", "~x/y", "a/~"] {
            assert_eq!(escape(name), None, "{name}");
        }
    }

    #[test]
    fn names_that_windows_reads_otherwise() {
        for name in ["CON", "a/aux.txt", "com1", "LPT9.md", "a. ", "b.", "x.txt:evil.exe", "nul .txt"] {
            assert!(!of_path(&Arc::from(name)).is_empty(), "{name}");
        }
        for name in ["console", "com", "com10", "a.b", "auxiliary", ".x", "a.zip!/b", "content"] {
            assert!(of_path(&Arc::from(name)).is_empty(), "{name}");
        }
    }

    #[test]
    fn twins_by_case_and_form() {
        let paths: Vec<Arc<str>> = ["SKILL.md", "Skill.md", "caf\u{e9}", "cafe\u{301}", "x", "y"].map(Arc::from).into();
        let found = twins(paths.iter());
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|odd| &*odd.path == "Skill.md" && odd.detail == "SKILL.md"));
    }
}
