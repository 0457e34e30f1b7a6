//! The pages in `docs/rules/` are those of the rules: `skillscan rules docs` writes them anew.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use skillscan::rules::{self, Ruleset};

#[test]
fn pages_are_those_of_the_rules() {
    let wanted = rules::pages(&Ruleset::built_in().unwrap());
    let found: BTreeMap<String, String> = std::fs::read_dir("docs/rules")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
            (path.file_name().unwrap().to_string_lossy().into_owned(), text)
        })
        .collect();
    let names = wanted.keys().chain(found.keys());
    let mut wrong: Vec<&String> = names.filter(|name| wanted.get(*name) != found.get(*name)).collect();
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "run `cargo run -- rules docs`: {wrong:?}");
}
