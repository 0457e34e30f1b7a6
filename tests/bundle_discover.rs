//! Finding bundles: markers, outermost wins, links, loose files.

#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::Path;

use skillscan::bundle::{BundleError, Limits, discover, read};
use tempfile::TempDir;

fn tree(paths: &[&str]) -> TempDir {
    let root = TempDir::new().unwrap();
    for path in paths {
        let at = root.path().join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        if path.ends_with('/') {
            fs::create_dir_all(at).unwrap();
        } else {
            fs::write(at, "---\nname: x\n---\n").unwrap();
        }
    }
    root
}

/// What is found below `root`, relative to it; the root itself is ".".
fn found(root: &Path) -> Vec<String> {
    discover(root)
        .unwrap()
        .into_iter()
        .map(|bundle| {
            let relative = bundle.path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            assert_eq!(bundle.shown.replace('\\', "/"), bundle.path.to_str().unwrap().replace('\\', "/"));
            if relative.is_empty() { ".".to_owned() } else { relative }
        })
        .collect()
}

#[test]
fn the_outermost_marked_folders_are_bundles() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["SKILL.md"], &["."]),
        (&["SKILL.md", "inner/SKILL.md"], &["."]),
        (&["b/skill.md", "a/Skill.MD", "c/notes.md"], &["a", "b"]),
        (&["a/x/SKILL.md", "a-b/SKILL.md"], &["a-b", "a/x"]),
        (&["p/.claude-plugin/plugin.json", "p/skills/s/SKILL.md", "q/SKILL.md"], &["p", "q"]),
        (&["m/.claude-plugin/marketplace.json", "m/p/.claude-plugin/plugin.json"], &["m"]),
        (&["c/.codex-plugin/plugin.json", "g/gemini-extension.json"], &["c", "g"]),
        (&["r/.agents/plugins/marketplace.json", "r/x/SKILL.md"], &["r"]),
        (&["r/.agents/skills/s/SKILL.md"], &["r/.agents/skills/s"]),
        (
            &[".git/x/SKILL.md", "node_modules/y/SKILL.md", "__pycache__/SKILL.md"],
            &[".git/x", "__pycache__", "node_modules/y"],
        ),
        (&[".claude-plugin/notes.json", "README.md", "rules/x.mdc"], &[]),
        (&["SKILL.md/inner/SKILL.md"], &["SKILL.md/inner"]),
        (&["empty/"], &[]),
    ];
    for (paths, expected) in cases {
        assert_eq!(found(tree(paths).path()), *expected, "{paths:?}");
    }
}

#[test]
fn a_file_is_a_bundle_if_it_is_a_loose_skill_or_an_archive() {
    let root = tree(&["rule.mdc", "My Skill.MD", "run.sh"]);
    fs::write(root.path().join("packed.skill"), b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    for (name, bundle_name) in [("rule.mdc", "rule"), ("My Skill.MD", "My Skill"), ("packed.skill", "packed")] {
        let bundles = discover(&root.path().join(name)).unwrap();
        assert_eq!(bundles.len(), 1, "{name}");
        let bundle = read(&bundles[0], &Limits::default());
        assert_eq!((bundle.name.as_str(), bundle.files.len()), (bundle_name, 1));
        assert_eq!(&*bundle.files[0].path, name);
        assert_eq!(bundle.notices.iter().any(|notice| notice.incomplete), name == "packed.skill");
    }
    assert!(discover(&root.path().join("run.sh")).unwrap().is_empty());
}

#[test]
fn a_missing_path_is_an_error() {
    let root = tree(&[]);
    let error = discover(&root.path().join("none")).unwrap_err();
    assert!(matches!(&error, BundleError::Unreadable { path, .. } if path.ends_with("none")));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_but_a_linked_marker_marks() {
    use std::os::unix::fs::symlink;
    let root = tree(&["outside/SKILL.md", "here/a.txt", "plugin/a.txt"]);
    let at = |path: &str| root.path().join(path);
    symlink(at("outside"), at("here/linked")).unwrap();
    symlink(at("here"), at("here/loop")).unwrap();
    assert_eq!(found(&at("here")), Vec::<String>::new());
    symlink("../outside/SKILL.md", at("here/SKILL.md")).unwrap();
    assert_eq!(found(&at("here")), ["."]);
    // The user's own link is followed.
    symlink(at("outside"), at("mine")).unwrap();
    assert_eq!(found(&at("mine")), ["."]);
}

#[test]
fn what_lies_too_deep_is_handed_on_and_not_lost() {
    let root = tree(&[]);
    let deep = "d/".repeat(70);
    fs::create_dir_all(root.path().join(&deep)).unwrap();
    fs::write(root.path().join(&deep).join("SKILL.md"), "x").unwrap();
    let bundles = discover(root.path()).unwrap();
    assert_eq!(bundles.len(), 1);
    assert!(read(&bundles[0], &Limits::default()).files.iter().any(|file| file.path.ends_with("SKILL.md")));
}
