//! What looks like an attack and is none: one bundle in `testdata/benign/` for each class of false alarm of the catalogue
//! (§6, F01 to F53), scanned by the real binary. The number in a folder's name is the class.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Classes that a person should look at, with the rule that says why. All others pass.
const LOOKED_AT: &[(&str, &str)] = &[
    ("f41-gateway", "model-endpoint-redirected"),
    ("f47-private-registry", "registry-redirected"),
    ("f48-preload-shim", "loader-injection"),
    ("f50-unsigned-app", "quarantine-removed"),
    ("f52-quoting-layer", "decoded-payload-run"),
    ("f53-vendor-installer", "remote-code-to-interpreter"),
];

/// Classes that should pass and do not always: honest debt, never worse than `review`.
const DEBT: &[&str] = &[];

#[test]
fn what_looks_like_an_attack_and_is_none() {
    let folders: BTreeSet<String> = std::fs::read_dir("testdata/benign")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let classes: BTreeSet<u32> = folders.iter().map(|folder| folder[1..3].parse().unwrap()).collect();
    assert_eq!(classes, (1..=53).collect(), "one bundle for each class of the catalogue");
    let output = Command::new(env!("CARGO_BIN_EXE_skillscan"))
        .args(["scan", "--no-config", "--format", "ndjson", "--fail-on", "never"])
        .args(folders.iter().map(|folder| format!("testdata/benign/{folder}")))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: BTreeMap<String, serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|answer| (answer["bundle"].as_str().unwrap().trim_start_matches("testdata/benign/").to_owned(), answer))
        .collect();
    let mut wrong = Vec::new();
    for folder in &folders {
        let answer = &answers[folder];
        let rules: Vec<&str> =
            answer["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
        let verdict = answer["verdict"].as_str().unwrap();
        let is_right = match LOOKED_AT.iter().find(|(name, _)| name == folder) {
            Some((_, rule)) => verdict == "review" && rules.contains(rule),
            None if DEBT.contains(&folder.as_str()) => verdict != "block",
            None => verdict == "pass",
        };
        if !is_right {
            wrong.push(format!("{folder}: {verdict} (rules {rules:?})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
