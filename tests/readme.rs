//! The README is held to what the program is.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use skillscan::rules::Ruleset;

#[test]
fn the_table_of_rules_is_true() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let rules = Ruleset::built_in().unwrap();
    let table = text.split_once("| family | such as |").unwrap().1;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut families = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        for id in cells[1].split(", ").map(|id| id.trim_matches('`')) {
            let rule = rules.get(id);
            assert_eq!(rule.map(|rule| &*rule.family), Some(cells[0]), "`{id}` in the table of README.md");
        }
        families.insert(cells[0].to_owned());
    }
    let all: BTreeSet<String> = rules.rules().iter().map(|rule| rule.family.to_string()).collect();
    assert_eq!(families, all, "families in the table of README.md, and families of rules");
}
