//! The catalogue of evasions: `testdata/evasions/E07-globs/` holds a payload in its plain form, the same payload in
//! disguises (`evaded-…`), and harmless texts that look like them (`twin-…`). A disguise must give at least the rules
//! that the plain form gives; a twin none of them, and the verdict `pass`. A `gap-…` is a disguise that still works:
//! the test fails on the day when it does not, so that it becomes an `evaded-…`.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

#[test]
fn disguises_give_the_same_rules_and_twins_none() {
    let root = "testdata/evasions";
    let listed = |folder: &str| {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let mut bundles = Vec::new();
    // Later families are about prose and files; other tests hold them.
    for family in listed(root).into_iter().filter(|family| family.as_str() < "E37" && family.contains('-')) {
        for form in listed(&format!("{root}/{family}")) {
            bundles.push((family.clone(), form.clone(), format!("{root}/{family}/{form}")));
        }
    }
    assert!(bundles.len() > 300, "{} bundles", bundles.len());
    let output = Command::new(env!("CARGO_BIN_EXE_skillscan"))
        .args(["scan", "--format", "ndjson", "--fail-on", "never"])
        .args(bundles.iter().map(|(.., path)| path))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut found: BTreeMap<String, (BTreeSet<String>, String)> = BTreeMap::new();
    for line in text.lines() {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        let rules = answer["findings"].as_array().unwrap().iter();
        // A note is about the bundle (a host that it does not declare), not about how the code is written.
        let rules = rules.filter(|finding| finding["gate"] != "note");
        let rules = rules.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
        let verdict = answer["verdict"].as_str().unwrap().to_owned();
        found.insert(answer["bundle"].as_str().unwrap().to_owned(), (rules, verdict));
    }
    let mut wrong = Vec::new();
    for (family, form, path) in &bundles {
        let (rules, verdict) = &found[path];
        let (plain, _) = &found[&format!("{root}/{family}/plain")];
        if form == "plain" && rules.is_empty() {
            wrong.push(format!("{family}: the plain form gives no rule"));
        }
        let kept = |rule: &String| {
            // What is fetched into a file and run from there is the same by another way.
            let fetched = matches!(&**rule, "remote-code-to-interpreter" | "network-response-evaluated");
            rules.contains(rule)
                || fetched && (rules.contains("download-then-run") || rules.contains("network-response-evaluated"))
        };
        if form.starts_with("evaded") && !plain.iter().all(kept) {
            wrong.push(format!("{path}: lost {:?}; found {rules:?}", plain - rules));
        }
        if form.starts_with("gap") && plain.iter().all(kept) {
            wrong.push(format!("{path}: the gap is closed: call it `evaded-…`"));
        }
        if form.starts_with("twin") && (verdict != "pass" || !plain.is_disjoint(rules)) {
            wrong.push(format!("{path}: {verdict} for {rules:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), bundles.len(), wrong.join("\n"));
}
