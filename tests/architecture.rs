//! The floors of the house: a module imports lower floors only, and nothing is called `utils`.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Top-level modules of the library, lowest first. A module may import those before it.
const FLOORS: &[&str] =
    &["source", "finding", "bundle", "document", "lower", "flow", "rules", "policy", "scan", "report", "cli"];

/// Rooms next to each other on one floor: none of them may import another.
const NEIGHBOURS: &[(&str, &[&str])] = &[("lower", &["shell", "python", "javascript", "powershell"])];

#[test]
fn modules_import_lower_floors_only() {
    let mut broken = Vec::new();
    for file in rust_files(Path::new("src")) {
        let floor = floor_of(&file);
        if floor == "lib" || floor == "main" {
            continue;
        }
        let Some(own) = FLOORS.iter().position(|name| *name == floor) else {
            broken.push(format!("{}: no floor is called `{floor}`", file.display()));
            continue;
        };
        for (line, import) in imports(&file) {
            match FLOORS.iter().position(|name| *name == import) {
                Some(other) if other <= own => {}
                Some(_) => broken.push(format!("{}:{line}: `{floor}` imports `{import}` above it", file.display())),
                None => broken.push(format!("{}:{line}: `crate::{import}` is no floor", file.display())),
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn rooms_of_one_floor_do_not_know_each_other() {
    let mut broken = Vec::new();
    for (floor, rooms) in NEIGHBOURS {
        for room in *rooms {
            for file in rust_files(&Path::new("src").join(floor).join(room)) {
                let text = fs::read_to_string(&file).unwrap();
                for other in rooms.iter().filter(|other| *other != room) {
                    if text.contains(&format!("{floor}::{other}::")) || text.contains(&format!("super::{other}::")) {
                        broken.push(format!("{}: imports its neighbour `{other}`", file.display()));
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_room_is_a_drawer() {
    for file in rust_files(Path::new("src")) {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!["utils", "util", "helpers", "common", "misc"].contains(&&*stem), "{}", file.display());
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The top-level module that a file of `src/` belongs to.
fn floor_of(file: &Path) -> String {
    let first = file.components().nth(1).unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Every `crate::NAME` in the file's code, with its line. Documentation may name any floor.
fn imports(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).unwrap();
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if code.starts_with("//") {
            continue;
        }
        for (at, _) in code.match_indices("crate::") {
            let name: String = code[at + 7..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                found.push((index + 1, name));
            }
        }
    }
    found
}
