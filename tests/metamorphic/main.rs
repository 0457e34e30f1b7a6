//! Rewriting does not pay: every `match` example of every rule is written anew in ways that change nothing of what it
//! does, and must give the same rule; every `no-match` example must give no rule that it did not give before.
//!
//! `METAMORPHIC=name cargo test --test metamorphic` runs the rewrites or rules whose names have this in them, and shows
//! each failure with the text.
#![allow(clippy::unwrap_used)]

mod commands;
mod javascript;
mod powershell;
mod python;
mod shell;
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use site::{By, Material, Rewrite};
use skillscan::finding::Finding;
use skillscan::flow::Models;
use skillscan::rules::{Example, Ruleset, self_test};

/// Fewest rewritten `match` examples that must give the same rule, in thousandths.
/// What is lost is lost by rules that ask for the spelling of a command (`text: { scope: code }`) and not for its effect.
const FLOOR: usize = 997;
/// Most rewritten `no-match` examples that give a rule which they did not give before. Most of them are comments and
/// patterns of guards, which are code once a text holds them that is run.
const MOST_NEW: usize = 11;

/// Rules that ask how a file is written and not what it does: to write it anew is to change what they judge. A secret
/// that stands in a text is no longer there to be read when the text is encoded; no more is a comment for scanners.
const OF_THE_TEXT: &[&str] = &[
    "bytecode-differs",
    "generic-credential",
    "invisible-characters-in-words",
    "invisible-text",
    "live-secret",
    "padding",
    "private-key",
    "scanner-scope-narrowed",
];

/// How one example went under one rewrite.
struct Outcome {
    rewrite: &'static str,
    rule: Arc<str>,
    example: String,
    is_match: bool,
    failure: Option<String>,
}

fn rules_of(findings: &[Finding]) -> BTreeSet<Arc<str>> {
    findings.iter().map(|finding| finding.rule.clone()).collect()
}

/// Every rewrite of one example.
fn outcomes(
    rule: &Arc<str>,
    example: &Example,
    is_match: bool,
    rewrites: &[Rewrite],
    set: &Ruleset,
    models: &Models,
) -> Vec<Outcome> {
    let material = Material::of(example);
    if material.sites.is_empty() {
        return Vec::new();
    }
    let before = self_test::scan(&material.bundle(), set, models);
    // What is not found in code is not changed by rewriting code.
    if is_match && !before.iter().any(|finding| finding.rule == *rule && material.holds(finding)) {
        return Vec::new();
    }
    let before = rules_of(&before);
    let mut outcomes = Vec::new();
    for rewrite in rewrites {
        if OF_THE_TEXT.contains(&&**rule) && matches!(rewrite.by, By::Code(..) | By::Fence(..)) {
            continue;
        }
        let Some(rewritten) = material.rewritten(rewrite) else { continue };
        let after = rules_of(&self_test::scan(&rewritten.bundle(), set, models));
        let failure = if is_match {
            (!after.contains(rule)).then(|| format!("lost; found {after:?}"))
        } else {
            let new: Vec<_> =
                after.difference(&before).filter(|new| !rewrite.brings.contains(&&***new)).map(|new| &**new).collect();
            (!new.is_empty()).then(|| format!("new: {}", new.join(", ")))
        };
        let failure = failure.map(|failure| format!("{failure}\n{}", rewritten.shown()));
        outcomes.push(Outcome {
            rewrite: rewrite.name,
            rule: rule.clone(),
            example: example.name.clone(),
            is_match,
            failure,
        });
    }
    outcomes
}

#[test]
fn rewriting_does_not_pay() {
    let mut set = Ruleset::default();
    if let Err(errors) = set.add_folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))) {
        panic!("{errors}");
    }
    let models = Models::builtin().unwrap();
    let only = std::env::var("METAMORPHIC").unwrap_or_default();
    let mut rewrites: Vec<Rewrite> = Vec::new();
    for table in [shell::REWRITES, python::REWRITES, javascript::REWRITES, powershell::REWRITES, site::REWRITES] {
        rewrites.extend(table);
    }
    let by_rewrite = rewrites.iter().any(|rewrite| rewrite.name.contains(&only));
    if by_rewrite {
        rewrites.retain(|rewrite| rewrite.name.contains(&only));
    }
    let mut cases = Vec::new();
    for rule in set.rules().iter().filter(|rule| by_rewrite || rule.id.contains(&only)) {
        cases.extend(rule.examples.matching.iter().map(|example| (rule.id.clone(), example, true)));
        cases.extend(rule.examples.no_match.iter().map(|example| (rule.id.clone(), example, false)));
    }
    let all: Vec<Outcome> = cases
        .par_iter()
        .flat_map_iter(|(rule, example, is_match)| outcomes(rule, example, *is_match, &rewrites, &set, &models))
        .collect();

    // (tried, lost) of what must match, (tried, new) of what must not.
    let mut table: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for outcome in &all {
        let row = table.entry(outcome.rewrite).or_default();
        let at = if outcome.is_match { 0 } else { 2 };
        row[at] += 1;
        row[at + 1] += usize::from(outcome.failure.is_some());
        if let Some(failure) = &outcome.failure {
            let kind = if outcome.is_match { "match" } else { "no-match" };
            if only.is_empty() {
                let first = failure.lines().next().unwrap_or_default();
                println!("{} · {} · {kind} “{}”: {first}", outcome.rewrite, outcome.rule, outcome.example);
            } else {
                println!("{} · {} · {kind} “{}”: {failure}", outcome.rewrite, outcome.rule, outcome.example);
            }
        }
    }
    let share = |tried: usize, failed: usize| ((tried - failed) * 1000).checked_div(tried).unwrap_or(1000);
    let mut sums = [0; 4];
    println!("{:34} {:>6} {:>6} {:>8}   {:>6} {:>6}", "rewrite", "match", "lost", "survive", "silent", "new");
    for (name, row) in &table {
        for (sum, count) in sums.iter_mut().zip(row) {
            *sum += count;
        }
        let percent = share(row[0], row[1]);
        println!(
            "{name:34} {:>6} {:>6} {:>6}.{}%   {:>6} {:>6}",
            row[0],
            row[1],
            percent / 10,
            percent % 10,
            row[2],
            row[3]
        );
    }
    let survived = share(sums[0], sums[1]);
    println!(
        "{:34} {:>6} {:>6} {:>6}.{}%   {:>6} {:>6}",
        "all",
        sums[0],
        sums[1],
        survived / 10,
        survived % 10,
        sums[2],
        sums[3]
    );
    assert!(!only.is_empty() || sums[3] <= MOST_NEW, "{} harmless examples give new rules", sums[3]);
    assert!(!only.is_empty() || survived >= FLOOR, "only {survived} of 1000 rewritten examples give the same rule");
}
