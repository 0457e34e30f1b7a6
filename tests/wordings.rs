//! Wordings of fourteen acts by twelve writers who had not seen the words: `testdata/wordings/`. Those in `taught` were read
//! to teach the grammar; those in `unseen` were not, by anybody who works on it: their share says what the grammar
//! understands of what nobody has shown it. Measured before the teaching: 26 % of the English and 33 % of the Chinese
//! wordings of the first eight writers.
//!
//! Two more tests are for whoever widens words: what a file of wordings, or a list of bundles, says with the rules and words
//! as they stand in `rules/`, without building anew. Built for release they take seconds, and can be run in any worktree.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rayon::prelude::*;
use serde::Deserialize;
use skillscan::bundle::{self, BundlePath, Limits};
use skillscan::finding::{Gate, Severity};
use skillscan::flow::Models;
use skillscan::lower::prose::Grammar;
use skillscan::rules::{Example, Ruleset, self_test};

#[derive(Deserialize)]
struct Rules {
    rules: Vec<String>,
}

#[derive(Deserialize)]
struct Wordings {
    acts: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// The files of a folder, by name.
fn texts_below(folder: &str) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.display().to_string(), fs::read_to_string(file).unwrap())).collect()
}

fn acts() -> BTreeMap<String, Vec<String>> {
    let texts = texts_below("testdata/paraphrases");
    let acts = texts.iter().map(|(file, text)| {
        let id = Path::new(file).file_stem().unwrap().to_string_lossy().into_owned();
        (id, serde_saphyr::from_str::<Rules>(text).unwrap().rules)
    });
    acts.collect()
}

fn data() -> (Ruleset, Models) {
    let mut set = Ruleset::default();
    set.add_folder(Path::new("rules")).unwrap_or_else(|errors| panic!("{errors}"));
    let texts = texts_below("rules/prose");
    let grammar = Grammar::compile(texts.iter().map(|(file, text)| (file.as_str(), text.as_str())))
        .unwrap_or_else(|error| panic!("{error}"));
    (set, Models::builtin().unwrap().with_prose(grammar))
}

/// A skill that says this: a wording that begins with `description:` is its front matter.
fn skill(wording: &str) -> String {
    let description = wording.trim_start().strip_prefix("description:");
    let (description, body) = description.map_or(("Formats release notes.", wording), |text| (text.trim(), ""));
    let description = description.replace('\n', " ").replace('"', "\\\"");
    format!("---\nname: probe\ndescription: \"{description}\"\n---\n\n# Probe\n\n{body}\n")
}

/// Every so many wordings of a writer are read here, so that a debug build is done in good time.
const EVERY: usize = 5;

/// The least share, in percent, that is understood: a little below what was reached, so that it is not lost again.
const FLOORS: [(&str, &str, usize); 4] =
    [("taught", "en", 80), ("taught", "zh", 85), ("unseen", "en", 50), ("unseen", "zh", 75)];

/// The most look-alikes among those that are read which are taken for an act.
const MOST_ALARMS: usize = 5;

#[test]
fn wordings_are_understood() {
    let (set, models) = data();
    let rules = acts();
    let all: Vec<&String> = rules.values().flatten().collect();
    let mut alarms = Vec::new();
    let mut shares: BTreeMap<(&str, String), (usize, usize)> = BTreeMap::new();
    for group in ["taught", "unseen"] {
        for (file, text) in texts_below(&format!("testdata/wordings/{group}")) {
            let wordings: Wordings = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
            for (act, kinds) in &wordings.acts {
                for (kind, texts) in kinds {
                    let fired: Vec<(&String, Vec<(String, Severity)>)> = texts
                        .par_iter()
                        .step_by(EVERY)
                        .map(|wording| (wording, fired(wording, &set, &models)))
                        .collect();
                    for (wording, fired) in fired {
                        if kind.starts_with("benign") {
                            if fired.iter().any(|(rule, _)| all.contains(&rule)) {
                                alarms.push(format!("{wording}: {fired:?}"));
                            }
                        } else {
                            let share = shares.entry((group, kind.clone())).or_default();
                            let is_understood = fired.iter().any(|(rule, _)| rules[act].contains(rule));
                            *share = (share.0 + usize::from(is_understood), share.1 + 1);
                        }
                    }
                }
            }
        }
    }
    println!("{shares:?}, alarms {alarms:#?}");
    for (group, kind, floor) in FLOORS {
        let (understood, all) = shares[&(group, kind.to_owned())];
        assert!(understood * 100 >= floor * all, "{group} {kind}: {understood} of {all} wordings understood");
    }
    assert!(alarms.len() <= MOST_ALARMS, "{alarms:#?}");
}

/// The rules, worth more than a note, that speak up for a skill that says this, and how gravely.
fn fired(wording: &str, set: &Ruleset, models: &Models) -> Vec<(String, Severity)> {
    let example = Example { text: Some(skill(wording)), ..Example::default() };
    let findings = self_test::scan(&self_test::bundle_of(&example), set, models);
    let of = findings.iter().filter(|finding| finding.gate > Gate::Note);
    of.map(|finding| (finding.rule.to_string(), finding.severity)).collect()
}

/// `SKILLSCAN_WORDINGS=FILE[,FILE…] cargo test --test wordings wordings -- --ignored --nocapture`: what of them is understood.
/// `SKILLSCAN_PICK=even|odd` takes every second one, `SKILLSCAN_ACTS=a,b` some acts, `SKILLSCAN_QUIET=1` counts only.
#[test]
#[ignore = "for whoever widens the words"]
fn wordings() {
    let (set, models) = data();
    let rules = acts();
    let all: Vec<&String> = rules.values().flatten().collect();
    let wanted = std::env::var("SKILLSCAN_ACTS").unwrap_or_default();
    let pick = std::env::var("SKILLSCAN_PICK").unwrap_or_default();
    let quiet = std::env::var("SKILLSCAN_QUIET").is_ok();
    let mut totals: BTreeMap<(String, String), [usize; 3]> = BTreeMap::new();
    for file in std::env::var("SKILLSCAN_WORDINGS").unwrap().split(',') {
        let text = fs::read_to_string(file).unwrap();
        let wordings: Wordings = serde_json::from_str(&text).unwrap();
        for (act, kinds) in &wordings.acts {
            if !wanted.is_empty() && !wanted.split(',').any(|wanted| wanted == act) {
                continue;
            }
            for (kind, texts) in kinds {
                let chosen: Vec<&String> = texts
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| pick.is_empty() || (pick == "even") == (at % 2 == 0))
                    .map(|(_, text)| text)
                    .collect();
                let fired: Vec<Vec<(String, Severity)>> =
                    chosen.par_iter().map(|wording| fired(wording, &set, &models)).collect();
                let benign = kind.starts_with("benign");
                let entry = totals.entry((act.clone(), kind.clone())).or_default();
                for (wording, fired) in chosen.iter().zip(&fired) {
                    let is_of_act = |rule: &String| {
                        if benign { all.contains(&rule) } else { rules.get(act).is_some_and(|own| own.contains(rule)) }
                    };
                    let hit = fired.iter().any(|(rule, _)| is_of_act(rule));
                    let high = fired.iter().any(|(rule, severity)| is_of_act(rule) && *severity >= Severity::High);
                    *entry = [entry[0] + usize::from(high), entry[1] + usize::from(hit), entry[2] + 1];
                    if hit == benign && !quiet {
                        println!(
                            "{} {act} {kind}: {wording}\n       {fired:?}",
                            if benign { "ALARM" } else { "MISSED" }
                        );
                    }
                }
            }
        }
    }
    println!("{:14} {:10} high any of", "act", "kind");
    let mut sums: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for ((act, kind), counts @ [high, any, of]) in &totals {
        println!("{act:14} {kind:10} {high:4} {any:3} {of}");
        let sum = sums.entry(kind).or_default();
        *sum = std::array::from_fn(|at| sum[at] + counts[at]);
    }
    println!("{sums:?}");
}

/// `SKILLSCAN_BUNDLES=LIST cargo test --test wordings bundles -- --ignored --nocapture`: findings of the rules of the acts on
/// bundles, a path a line, in their Markdown alone. `SKILLSCAN_RULES=a,b` asks for some rules only.
#[test]
#[ignore = "for whoever widens the words"]
fn bundles() {
    let (set, models) = data();
    let wanted = std::env::var("SKILLSCAN_RULES").unwrap_or_default();
    let rules: Vec<String> = if wanted.is_empty() {
        acts().into_values().flatten().collect()
    } else {
        wanted.split(',').map(str::to_owned).collect()
    };
    let list = fs::read_to_string(std::env::var("SKILLSCAN_BUNDLES").unwrap()).unwrap();
    let mut lines: Vec<String> = list
        .lines()
        .collect::<Vec<_>>()
        .par_iter()
        .filter_map(|path| bundle::read(&BundlePath::new(Path::new(path)), &Limits::default()).into())
        .flat_map_iter(|mut bundle: bundle::Bundle| {
            bundle.files.retain(|file| file.path.ends_with(".md") || file.path.ends_with(".mdx"));
            let findings = self_test::scan(&bundle, &set, &models);
            let shown: Vec<String> = findings
                .iter()
                .filter(|finding| finding.gate > Gate::Note && rules.iter().any(|rule| **rule == *finding.rule))
                .map(|finding| {
                    format!(
                        "{}\t{:?}\t{:?}\t{}:{}\t{}",
                        finding.rule,
                        finding.gate,
                        finding.severity,
                        bundle.shown,
                        finding.location.path,
                        finding.message.replace(['\n', '\t'], " ")
                    )
                })
                .collect();
            shown
        })
        .collect();
    lines.sort();
    println!("{}", lines.join("\n"));
}
