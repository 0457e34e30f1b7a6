//! Constructions of the grammar: `testdata/constructions/`. Each file has wordings of one kind of construction by what
//! they tell, whose words differ, and look-alikes that tell nothing of the sort.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use skillscan::finding::{Finding, Gate, Severity};
use skillscan::flow::Models;
use skillscan::lower::prose::Grammar;
use skillscan::rules::{Example, Ruleset, self_test};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Construction {
    about: String,
    /// What is told → wordings.
    told: BTreeMap<String, Vec<String>>,
    look_alikes: Vec<String>,
}

/// The rules, any of which says that a wording was understood.
fn rules(told: &str) -> &'static [&'static str] {
    match told {
        "sends" => &[
            "agent-told-to-send-secrets",
            "secret-sent-to-network",
            "sensitive-file-uploaded",
            "transcripts-exported",
            "collector-endpoint",
        ],
        "runs" => &[
            "download-then-run",
            "remote-code-to-interpreter",
            "code-from-dropper-origin",
            "fake-prerequisite",
            "command-from-a-page",
        ],
        "obeys" => &["remote-text-obeyed", "scheduled-remote-instructions"],
        "plants" => &[
            "agent-identity-written",
            "instruction-file-overwritten",
            "standing-instruction-planted",
            "autostart-created",
            "startup-file-from-network",
            "download-then-run",
            "code-from-dropper-origin",
        ],
        "waits" => &["triggered-later"],
        _ => panic!("{told}"),
    }
}

const ALL: [&str; 5] = ["sends", "runs", "obeys", "plants", "waits"];

/// The files of a folder, by name.
fn texts_below(folder: &str) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.display().to_string(), fs::read_to_string(file).unwrap())).collect()
}

/// Rules and models from the source tree, so that words and rules can be mended without building anew.
fn rules_and_models() -> (Ruleset, Models) {
    let mut set = Ruleset::default();
    set.add_folder(Path::new("rules")).unwrap_or_else(|errors| panic!("{errors}"));
    let texts = texts_below("rules/prose");
    let grammar = Grammar::compile(texts.iter().map(|(file, text)| (file.as_str(), text.as_str()))).unwrap();
    (set, Models::builtin().unwrap().with_prose(grammar))
}

fn findings(text: String, set: &Ruleset, models: &Models) -> Vec<Finding> {
    let example = Example { text: Some(text), ..Example::default() };
    self_test::scan(&self_test::bundle_of(&example), set, models)
}

/// `cargo test --test constructions -- --nocapture` names what is missed.
#[test]
fn constructions_are_understood() {
    let (set, models) = rules_and_models();
    let (mut missed, mut all, mut alarms) = (0, 0, 0);
    for (file, text) in texts_below("testdata/constructions") {
        let construction: Construction =
            serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let skill = |wording: &str| {
            format!("---\nname: probe\ndescription: Formats release notes.\n---\n\n# Probe\n\n{wording}\n")
        };
        for (told, wordings) in &construction.told {
            for wording in wordings {
                all += 1;
                let found = findings(skill(wording), &set, &models);
                // What only senses tell is less than what a construction tells.
                let is_understood = found.iter().any(|finding| {
                    finding.severity >= Severity::High
                        && finding.gate > Gate::Note
                        && rules(told).contains(&&*finding.rule)
                });
                if !is_understood {
                    missed += 1;
                    let fired: Vec<_> = found.iter().map(|f| format!("{} {}", f.rule, f.severity)).collect();
                    println!("MISSED {} {told}: {wording:?}\n       {fired:?}", construction.about);
                }
            }
        }
        for wording in &construction.look_alikes {
            let found = findings(skill(wording), &set, &models);
            let fired: Vec<_> = found
                .iter()
                .filter(|finding| {
                    finding.severity >= Severity::Medium
                        && finding.gate > Gate::Note
                        && ALL.iter().any(|told| rules(told).contains(&&*finding.rule))
                })
                .map(|finding| format!("{} {}", finding.rule, finding.severity))
                .collect();
            if !fired.is_empty() {
                alarms += 1;
                println!("ALARM {}: {wording:?}\n       {fired:?}", construction.about);
            }
        }
    }
    println!("{missed} of {all} missed, {alarms} alarms");
    assert!(missed <= MISSED && alarms == 0, "{missed} of {all} missed, {alarms} alarms");
}

/// Wordings that are not understood yet.
const MISSED: usize = 7;

/// Prints what rules say of the texts that the file `SKILLSCAN_TEXTS` lists, one path per line, as tabs between rule,
/// severity, path, line and message. `SKILLSCAN_RULES` names rules, apart by blanks.
#[test]
#[ignore = "needs real texts"]
fn survey() {
    let (set, models) = rules_and_models();
    let list = fs::read_to_string(std::env::var("SKILLSCAN_TEXTS").unwrap()).unwrap();
    let only = std::env::var("SKILLSCAN_RULES").unwrap_or_default();
    let only: Vec<&str> = only.split_whitespace().collect();
    let paths: Vec<&str> = list.lines().collect();
    std::thread::scope(|scope| {
        for half in paths.chunks(paths.len().div_ceil(2).max(1)) {
            let (set, models, only) = (&set, &models, &only);
            scope.spawn(move || {
                for path in half {
                    let Ok(text) = fs::read_to_string(path) else { continue };
                    for finding in findings(text, set, models) {
                        if finding.gate > Gate::Note && (only.is_empty() || only.contains(&&*finding.rule)) {
                            println!(
                                "HIT\t{}\t{}\t{path}\t{}\t{}",
                                finding.rule,
                                finding.severity,
                                finding.location.region.line,
                                finding.message.replace(['\n', '\t'], " ")
                            );
                        }
                    }
                }
            });
        }
    });
}
