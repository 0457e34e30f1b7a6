//! Wordings of every speech act that were written before the lexicon was looked at: `testdata/paraphrases/`.
//!
//! `seen` and `aside` were used to improve the grammar, one after the other; `fresh` was written and measured (22 of 150)
//! before `aside` was opened, was then at 46, and its misses were listed to find the senses and chains. `fourth` was written
//! by somebody who had not seen the words: 24 of 182 before the senses, 30 when measured blind with those made from `fresh`.
//! Every other wording of it was looked at after that (76 of 98 now), the rest was not: **12 of 84** at first, 30 now. That is what the
//! grammar understands of words that nobody has taught it; the parts that were looked at say only that nothing is lost.
//! `fifth` was written by the one who widened the words, before looking at them: 45 and 39 of 84 when it was measured. The
//! misses of `fifth` were read afterwards (73 now), those of `fifth-aside` were not: **64 of 84**, and 30 of the 84 of
//! `fourth` that nobody has read, after twelve more writers (`tests/wordings.rs`): it had been 52 and 13 before them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use skillscan::finding::Gate;
use skillscan::flow::Models;
use skillscan::lower::prose::Grammar;
use skillscan::rules::{Example, Ruleset, self_test};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Act {
    #[allow(clippy::struct_field_names)]
    act: String,
    /// Any of these counts as understood.
    rules: Vec<String>,
    seen: BTreeMap<String, Vec<String>>,
    aside: BTreeMap<String, Vec<String>>,
    /// Look-alikes: none of the rules of any act.
    benign: Vec<String>,
    aside_benign: Vec<String>,
    /// Not looked at while the words of the first two were written; looked at for the senses.
    fresh: BTreeMap<String, Vec<String>>,
    fresh_benign: Vec<String>,
    /// Written by somebody who had not seen the words; every second wording was never looked at.
    fourth: BTreeMap<String, Vec<String>>,
    fourth_benign: Vec<String>,
    /// Written before the words were looked at; every second wording was looked at afterwards.
    fifth: BTreeMap<String, Vec<String>>,
    /// The rest of them.
    fifth_aside: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    fifth_benign: Vec<String>,
}

/// The least share, in percent, of wordings that are understood: what was reached, so that it is not lost again.
const FLOORS: [(&str, usize); 6] =
    [("seen", 95), ("aside", 94), ("fresh", 84), ("fourth", 55), ("fifth", 84), ("fifth-aside", 73)];

/// The most look-alikes that are taken for an act: two sentences that name an address and little else read as hollow.
// Three of the fresh look-alikes were taken for an act when they were measured; their reasons were mended.
const CEILINGS: [(&str, usize); 5] =
    [("benign", 0), ("aside-benign", 0), ("fresh-benign", 0), ("fourth-benign", 2), ("fifth-benign", 0)];

/// The files of a folder, by name.
fn texts_below(folder: &str) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.display().to_string(), fs::read_to_string(file).unwrap())).collect()
}

fn acts() -> Vec<Act> {
    let texts = texts_below("testdata/paraphrases");
    texts
        .iter()
        .map(|(file, text)| serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}")))
        .collect()
}

/// The rules, worth more than a note, that speak up for a skill that says this.
fn fired(wording: &str, set: &Ruleset, models: &Models) -> Vec<String> {
    let text = format!("---\nname: probe\ndescription: Formats release notes.\n---\n\n# Probe\n\n{wording}\n");
    let example = Example { text: Some(text), ..Example::default() };
    let findings = self_test::scan(&self_test::bundle_of(&example), set, models);
    findings.iter().filter(|finding| finding.gate > Gate::Note).map(|finding| finding.rule.to_string()).collect()
}

/// `SKILLSCAN_PARAPHRASES=seen cargo test --test paraphrases -- --nocapture` names what is missed in that half.
#[test]
fn wordings_are_understood() {
    // From the source tree, so that words and rules can be mended without building anew.
    let mut set = Ruleset::default();
    set.add_folder(Path::new("rules")).unwrap_or_else(|errors| panic!("{errors}"));
    let texts = texts_below("rules/prose");
    let grammar = Grammar::compile(texts.iter().map(|(file, text)| (file.as_str(), text.as_str()))).unwrap();
    let models = Models::builtin().unwrap().with_prose(grammar);
    let shown = std::env::var("SKILLSCAN_PARAPHRASES").unwrap_or_default();
    let acts = acts();
    let all_rules: Vec<&String> = acts.iter().flat_map(|act| &act.rules).collect();
    let mut totals: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut table = String::new();
    for act in &acts {
        let _ = write!(table, "{:45}", act.act);
        for (half, wordings) in [
            ("seen", &act.seen),
            ("aside", &act.aside),
            ("fresh", &act.fresh),
            ("fourth", &act.fourth),
            ("fifth", &act.fifth),
            ("fifth-aside", &act.fifth_aside),
        ] {
            for (language, wordings) in wordings {
                let mut understood = 0;
                for wording in wordings {
                    let fired = fired(wording, &set, &models);
                    if fired.iter().any(|rule| act.rules.contains(rule)) {
                        understood += 1;
                    } else if shown == half {
                        println!("MISSED {}: {wording}\n       {fired:?}", act.act);
                    }
                }
                let total = totals.entry(half).or_default();
                *total = (total.0 + understood, total.1 + wordings.len());
                let _ = write!(table, " {half} {language} {understood}/{}", wordings.len());
            }
        }
        let look_alikes = [
            ("benign", &act.benign),
            ("aside-benign", &act.aside_benign),
            ("fresh-benign", &act.fresh_benign),
            ("fourth-benign", &act.fourth_benign),
            ("fifth-benign", &act.fifth_benign),
        ];
        for (half, wordings) in look_alikes {
            let mut alarms = 0;
            for wording in wordings {
                let fired = fired(wording, &set, &models);
                if fired.iter().any(|rule| all_rules.contains(&rule)) {
                    alarms += 1;
                    if half
                        .strip_suffix("benign")
                        .is_some_and(|half| half.trim_end_matches('-') == shown.replace("seen", ""))
                    {
                        println!("ALARM {}: {wording}\n      {fired:?}", act.act);
                    }
                }
            }
            let total = totals.entry(half).or_default();
            *total = (total.0 + alarms, total.1 + wordings.len());
            let _ = write!(table, " {half} {alarms}/{}", wordings.len());
        }
        table.push('\n');
    }
    let _ = writeln!(table, "{totals:?}");
    println!("{table}");
    for (half, floor) in FLOORS {
        let (understood, all) = totals[half];
        assert!(understood * 100 >= floor * all, "{half}: {understood} of {all} wordings understood\n{table}");
    }
    for (half, ceiling) in CEILINGS {
        assert!(totals[half].0 <= ceiling, "{half}: {} alarms\n{table}", totals[half].0);
    }
}
