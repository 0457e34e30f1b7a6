//! `docs/CATALOGUE.md` and the rules say the same: every entry of the catalogue has its row, every row names the rules that
//! carry its id, and an entry without a rule says why.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use skillscan::rules::Ruleset;

/// Entry → the rules of its row, and its remark.
fn table() -> BTreeMap<String, (BTreeSet<String>, String)> {
    let text = std::fs::read_to_string("docs/CATALOGUE.md").unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| SKS-"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let names = cells[2].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (cells[0].to_owned(), (names, cells.get(3).copied().unwrap_or_default().to_owned()))
    };
    rows.map(row).collect()
}

#[test]
fn the_table_and_the_rules_agree() {
    let mut carried: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let rules = Ruleset::built_in().unwrap();
    let mut wrong = Vec::new();
    for rule in rules.rules() {
        let entries: Vec<&String> = rule.tags.iter().filter(|tag| tag.starts_with("SKS-")).collect();
        if entries.is_empty() {
            wrong.push(format!("{} covers no entry of the catalogue", rule.id));
        }
        for entry in entries {
            carried.entry(entry.clone()).or_default().insert(rule.id.to_string());
        }
    }
    let table = table();
    for (entry, (named, remark)) in &table {
        let rules = carried.remove(entry).unwrap_or_default();
        if *named != rules {
            wrong.push(format!("{entry}: the table says {named:?}, the rules {rules:?}"));
        }
        if named.is_empty() && remark.len() < 40 {
            wrong.push(format!("{entry}: no rule, and no reason"));
        }
    }
    wrong.extend(carried.into_iter().map(|(entry, rules)| format!("{entry} of {rules:?} is no entry of the table")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The catalogue has 138 entries, numbered from 001 within each category: none may be lost.
#[test]
fn every_entry_is_there() {
    let mut highest: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for entry in table().keys() {
        let (category, number) = entry.trim_start_matches("SKS-").split_once('-').unwrap();
        let number: usize = number.parse().unwrap();
        let seen = highest.entry(category.to_owned()).or_default();
        *seen = (seen.0 + 1, seen.1.max(number));
    }
    assert_eq!(highest.values().map(|(count, _)| count).sum::<usize>(), 138);
    assert_eq!(highest.len(), 21);
    for (category, (count, last)) in highest {
        assert_eq!(count, last, "{category}");
    }
}
