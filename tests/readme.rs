//! The README is held to what the program is.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::process::Command;

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

#[test]
fn the_output_shown_is_what_the_command_prints() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let command = text.lines().find_map(|line| line.split_once("&& skillscan ")).unwrap().1;
    let shown = text.split_once("```text\n").unwrap().1.split_once("```").unwrap().0;
    let output = Command::new(env!("CARGO_BIN_EXE_skillscan"))
        .args(command.split(' '))
        .args(["--color", "never"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("GITHUB_ACTIONS")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    // What stands between two `[…]` is printed in one piece, and the pieces in this order.
    let mut rest = &*printed;
    for piece in shown.split("[…]\n") {
        let at = rest.find(piece).unwrap_or_else(|| panic!("not in what `skillscan {command}` prints:\n{piece}"));
        rest = &rest[at + piece.len()..];
    }
}
