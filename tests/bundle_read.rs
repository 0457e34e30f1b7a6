//! Reading hostile folders: nothing is followed, nothing is lost in silence, limits are said.

#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::Path;

use skillscan::bundle::{Bundle, BundlePath, FileKind, Limits, discover, read};
use skillscan::finding::NoticeKind;
use tempfile::TempDir;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, content) in files {
        let at = root.path().join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, content).unwrap();
    }
    root
}

fn read_all(root: &Path) -> Bundle {
    read(&BundlePath::new(root), &Limits::default())
}

fn paths(bundle: &Bundle) -> Vec<&str> {
    bundle.files.iter().map(|file| &*file.path).collect()
}

fn notices(bundle: &Bundle) -> Vec<(NoticeKind, &str, bool)> {
    bundle.notices.iter().map(|notice| (notice.kind, notice.path.as_str(), notice.incomplete)).collect()
}

#[test]
fn every_file_is_read_whatever_its_name_or_an_ignore_file_says() {
    let root = folder(&[
        ("SKILL.md", b"# x"),
        (".gitignore", b"*"),
        (".skillignore", b"*"),
        (".git/config", b"[core]"),
        ("node_modules/a/index.js", b"1"),
        ("__pycache__/a.pyc", b"\xCB\x0D\r\n\0\0\0\0\0\0\0\0\0\0\0\0\xE3\0"),
        ("a-b", b"2"),
        ("a/b", b""),
    ]);
    let bundle = read_all(root.path());
    assert_eq!(
        paths(&bundle),
        [
            ".git/config",
            ".gitignore",
            ".skillignore",
            "SKILL.md",
            "__pycache__/a.pyc",
            "a-b",
            "a/b",
            "node_modules/a/index.js"
        ]
    );
    assert_eq!(notices(&bundle), [(NoticeKind::Opaque, "__pycache__/a.pyc", true)]);
    assert_eq!(bundle.file("__pycache__/a.pyc").unwrap().kind, FileKind::Executable);
    assert_eq!(bundle.file("a/b").unwrap().kind, FileKind::Empty);
    assert_eq!(&*bundle.file("SKILL.md").unwrap().bytes, b"# x");
    assert!(bundle.file("none").is_none());
    assert_eq!(bundle.name, root.path().file_name().unwrap().to_str().unwrap());
}

#[test]
fn texts_in_any_encoding_are_text_and_a_binary_skill_file_is_not() {
    let utf16: Vec<u8> = "echo hi\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let root = folder(&[("SKILL.md", b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0"), ("install.sh", &utf16)]);
    let bundle = read_all(root.path());
    let skill = bundle.file("SKILL.md").unwrap();
    assert_eq!((skill.kind, skill.format()), (FileKind::Executable, "ELF executable"));
    let script = bundle.file("install.sh").unwrap();
    assert_eq!((script.kind, script.format()), (FileKind::Text, "UTF-16 text"));
}

#[test]
fn an_empty_folder_and_a_missing_one() {
    let root = folder(&[]);
    let empty = read_all(root.path());
    assert!(empty.files.is_empty() && empty.notices.is_empty());
    let missing = read_all(&root.path().join("none"));
    assert_eq!(notices(&missing), [(NoticeKind::Unreadable, "", true)]);
}

#[test]
fn a_file_over_the_limit_is_cut_and_said() {
    let root = folder(&[("SKILL.md", b"0123456789"), ("exact.md", b"01234567")]);
    let limits = Limits { file_bytes: 8, ..Limits::default() };
    let bundle = read(&BundlePath::new(root.path()), &limits);
    let skill = bundle.file("SKILL.md").unwrap();
    assert_eq!((&*skill.bytes, skill.size, skill.is_cut()), (&b"01234567"[..], 10, true));
    assert!(!bundle.file("exact.md").unwrap().is_cut());
    assert_eq!(notices(&bundle), [(NoticeKind::Limit, "SKILL.md", true)]);
}

#[test]
fn a_bundle_over_its_budget_loses_its_largest_files_and_keeps_its_inventory() {
    let root = folder(&[("SKILL.md", b"read me"), ("a.bin", &[b'a'; 50]), ("b.bin", &[b'b'; 60]), ("empty", b"")]);
    let limits = Limits { bundle_bytes: 20, ..Limits::default() };
    let bundle = read(&BundlePath::new(root.path()), &limits);
    assert_eq!(paths(&bundle), ["SKILL.md", "a.bin", "b.bin", "empty"]);
    assert_eq!(bundle.files.iter().map(|file| file.bytes.len()).collect::<Vec<_>>(), [7, 13, 0, 0]);
    assert_eq!(bundle.file("b.bin").unwrap().format(), "unread data");
    assert_eq!(notices(&bundle), [(NoticeKind::Limit, "a.bin", true)]);
    assert!(bundle.notices[0].message.starts_with("2 files were not read"));
}

#[test]
fn too_many_and_too_deep_is_said() {
    let root = folder(&[("SKILL.md", b"x"), ("a/b/c/d.md", b"x"), ("a/e.md", b"x")]);
    let shallow = read(&BundlePath::new(root.path()), &Limits { depth: 1, ..Limits::default() });
    assert_eq!(paths(&shallow), ["SKILL.md", "a/e.md"]);
    assert_eq!(notices(&shallow), [(NoticeKind::Limit, "a/b", true)]);
    let few = read(&BundlePath::new(root.path()), &Limits { files: 3, ..Limits::default() });
    assert_eq!(paths(&few), ["SKILL.md"], "the nearest entries come first: SKILL.md, a, a/b");
    assert_eq!(notices(&few), [(NoticeKind::Limit, "", true)]);
}

#[test]
fn the_digest_depends_on_content_and_not_on_place() {
    let files: &[(&str, &[u8])] = &[("SKILL.md", b"x"), ("a/b", b"y")];
    let (one, two) = (folder(files), folder(files));
    let digest = read_all(one.path()).digest();
    assert_eq!(digest, read_all(two.path()).digest());
    fs::write(two.path().join("a/b"), "z").unwrap();
    assert_ne!(digest, read_all(two.path()).digest());
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_are_recorded_and_never_followed() {
        let outside = folder(&[("secret.txt", b"outside")]);
        let root = folder(&[("SKILL.md", b"x"), ("a/b.md", b"y")]);
        let at = |path: &str| root.path().join(path);
        symlink(outside.path(), at("a/out")).unwrap();
        symlink("../SKILL.md", at("a/in")).unwrap();
        symlink(".", at("a/loop")).unwrap();
        symlink("../../up", at("a/up")).unwrap();
        let bundle = read_all(root.path());
        assert_eq!(paths(&bundle), ["SKILL.md", "a/b.md"]);
        let links: Vec<(&str, &str)> = bundle.links.iter().map(|(path, target)| (&**path, target.as_str())).collect();
        let out = outside.path().to_str().unwrap();
        assert_eq!(links, [("a/in", "../SKILL.md"), ("a/loop", "."), ("a/out", out), ("a/up", "../../up")]);
        let kind = NoticeKind::NotFollowed;
        assert_eq!(
            notices(&bundle),
            [(kind, "a/in", false), (kind, "a/loop", false), (kind, "a/out", true), (kind, "a/up", true)]
        );
    }

    #[test]
    fn pipes_and_sockets_are_not_opened() {
        let root = folder(&[("notes.md", b"x")]);
        let pipe = root.path().join("SKILL.md");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _socket = UnixListener::bind(root.path().join("socket")).unwrap();
        assert_eq!(discover(root.path()).unwrap().len(), 1);
        let bundle = read_all(root.path());
        assert_eq!(paths(&bundle), ["notes.md"]);
        let kind = NoticeKind::NotFollowed;
        assert_eq!(notices(&bundle), [(kind, "SKILL.md", true), (kind, "socket", true)]);
        // Named by the user, it is not opened either.
        assert!(discover(&pipe).unwrap().is_empty());
        assert_eq!(notices(&read_all(&pipe)), [(NoticeKind::Unreadable, "", true)]);
    }

    #[test]
    fn hard_links_are_read_and_said() {
        let root = folder(&[("SKILL.md", b"x")]);
        fs::hard_link(root.path().join("SKILL.md"), root.path().join("twin.md")).unwrap();
        let bundle = read_all(root.path());
        assert_eq!(paths(&bundle), ["SKILL.md", "twin.md"]);
        assert_eq!(notices(&bundle), [(NoticeKind::NotFollowed, "SKILL.md", false)]);
    }

    #[test]
    fn hostile_names_are_kept_apart() {
        let root = folder(&[("new\nline\x1b[2J.md", b"1"), ("a\\xff", b"2")]);
        let bytes = root.path().join(OsStr::from_bytes(b"a\xFF"));
        if fs::write(bytes, "3").is_err() {
            return; // The file system takes UTF-8 names only.
        }
        let bundle = read_all(root.path());
        assert_eq!(paths(&bundle), ["a\\\\xff", "a\\xff", "new\nline\x1b[2J.md"]);
        assert_eq!(&*bundle.file("a\\xff").unwrap().bytes, b"3");
    }

    #[test]
    fn the_executable_bit_is_seen() {
        let root = folder(&[("run", b"#!/bin/sh\n"), ("data", b"x")]);
        fs::set_permissions(root.path().join("run"), fs::Permissions::from_mode(0o755)).unwrap();
        let bundle = read_all(root.path());
        assert!(bundle.file("run").unwrap().executable && !bundle.file("data").unwrap().executable);
    }

    #[test]
    fn an_unreadable_folder_or_file_is_said() {
        let root = folder(&[("SKILL.md", b"x"), ("locked/a.md", b"x"), ("locked.md", b"x")]);
        for path in ["locked", "locked.md"] {
            fs::set_permissions(root.path().join(path), fs::Permissions::from_mode(0o000)).unwrap();
        }
        let may_read_anything = fs::read_dir(root.path().join("locked")).is_ok();
        let bundle = read_all(root.path());
        fs::set_permissions(root.path().join("locked"), fs::Permissions::from_mode(0o755)).unwrap();
        if !may_read_anything {
            let kind = NoticeKind::Unreadable;
            assert_eq!(notices(&bundle), [(kind, "locked", true), (kind, "locked.md", true)]);
            assert_eq!(paths(&bundle), ["SKILL.md"]);
        }
    }

    #[test]
    fn a_path_longer_than_the_system_opens_is_said() {
        // Wrapped from the inside out, so that no path used here is long itself.
        let root = folder(&[("SKILL.md", b"x"), ("top/hidden.md", b"x")]);
        let (top, wrapper) = (root.path().join("top"), root.path().join("wrapper"));
        for _ in 0..20 {
            fs::create_dir(&wrapper).unwrap();
            fs::rename(&top, wrapper.join("d".repeat(250))).unwrap();
            fs::rename(&wrapper, &top).unwrap();
        }
        let bundle = read_all(root.path());
        if bundle.files.len() == 1 {
            assert_eq!(bundle.notices.len(), 1);
            assert_eq!((bundle.notices[0].kind, bundle.notices[0].incomplete), (NoticeKind::Unreadable, true));
        } else {
            assert_eq!(bundle.files.len(), 2);
        }
    }
}
