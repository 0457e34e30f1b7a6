//! Attacks told evasively: `testdata/evasions/E37…E50`, made by `testdata/generate/evasions_prose.py`. What is evaded
//! has at least the rules of what is plain; the honest twin has none of them and passes.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Rules that say the same of a text in another place: the evaded text may be told so instead.
const INSTEAD: &[(&str, &str, &[&str])] = &[
    // What stands in a description is said to be there.
    ("E50-description", "concealment-from-user", &["front-matter-smuggling"]),
    ("E50-description", "agent-told-to-send-secrets", &["front-matter-smuggling"]),
    ("E50-description", "key-or-cloud-credential-read", &["front-matter-smuggling"]),
    ("E50-description", "sensitive-file-uploaded", &["front-matter-smuggling"]),
    // What is told outright is told by more than the senses of its words.
    ("E42-reference", "data-carried-off", &["agent-told-to-send-secrets"]),
    ("E47-do-not-forget", "data-carried-off", &["agent-told-to-send-secrets"]),
    ("E47-never-skip", "data-carried-off", &["agent-told-to-send-secrets"]),
    // What runs at load time is said to.
    ("E49-load-time", "remote-code-to-interpreter", &["load-time-command"]),
    // Told in any case: what the directive says outright, the frame says a second time.
    ("", "data-carried-off", &["agent-told-to-send-secrets", "front-matter-smuggling"]),
];

#[test]
fn what_is_told_evasively_is_understood() {
    let all = fs::read_dir("testdata/evasions").unwrap().map(|entry| entry.unwrap().path());
    let is_ours = |path: &PathBuf| {
        let number = path.file_name().unwrap().to_str().unwrap().get(1..3).and_then(|number| number.parse().ok());
        number.is_some_and(|number: u32| (37..=50).contains(&number))
    };
    let mut cases: Vec<PathBuf> = all.filter(is_ours).collect();
    cases.sort();
    assert!(cases.len() >= 14);
    let parts = cases.iter().flat_map(|case| ["plain", "evaded", "twin"].map(|part| case.join(part)));
    let output = Command::new(env!("CARGO_BIN_EXE_skillscan"))
        .args(["scan", "--format", "ndjson", "--fail-on", "never"])
        .args(parts)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut answers: BTreeMap<PathBuf, (String, BTreeSet<String>)> = BTreeMap::new();
    for line in text.lines() {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        let rules = answer["findings"].as_array().unwrap().iter();
        let rules = rules.filter(|finding| finding["gate"] != "note");
        let rules = rules.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
        let verdict = answer["verdict"].as_str().unwrap().to_owned();
        answers.insert(PathBuf::from(answer["bundle"].as_str().unwrap()), (verdict, rules));
    }
    let mut wrong = Vec::new();
    for case in &cases {
        let [plain, evaded, twin] = ["plain", "evaded", "twin"].map(|part| &answers[&case.join(part)]);
        let name = case.file_name().unwrap().to_str().unwrap();
        if plain.1.is_empty() {
            wrong.push(format!("{name}: nothing is found where it is told plainly"));
        }
        let is_said = |rule: &&String| {
            evaded.1.contains(*rule)
                || INSTEAD.iter().any(|(at, instead_of, others)| {
                    (at.is_empty() || *at == name)
                        && instead_of == rule
                        && others.iter().any(|other| evaded.1.contains(*other))
                })
        };
        let missing: Vec<_> = plain.1.iter().filter(|rule| !is_said(rule)).collect();
        if !missing.is_empty() {
            wrong.push(format!("{name}: not understood when evaded: {missing:?}, but {:?}", evaded.1));
        }
        if twin.0 != "pass" || !twin.1.is_disjoint(&plain.1) {
            wrong.push(format!("{name}: the twin is {}: {:?}", twin.0, twin.1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
