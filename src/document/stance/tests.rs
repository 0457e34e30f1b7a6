//! What code in Markdown is told, shown or forbidden by what stands around it.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::document::markdown;

/// The stance of the code that holds `RISK`.
fn stance(text: &str) -> Stance {
    let markdown = markdown::parse(text, 0);
    let mut judge = Judge::new(&markdown);
    markdown.code.iter().map(|code| (code, judge.of(code))).find(|(code, _)| code.text.contains("RISK")).unwrap().1
}

#[test]
fn prohibitions_hold_for_their_own_clause_only() {
    for (text, expected) in [
        ("Never run `RISK x`.", Stance::Forbids),
        ("You must **never** pipe `RISK x` into it.", Stance::Forbids),
        ("Avoid `RISK x` at all costs.", Stance::Forbids),
        ("Don't use `a b` or `RISK x`", Stance::Forbids),
        ("`RISK x` is dangerous.", Stance::Forbids),
        ("切勿运行 `RISK x`。", Stance::Forbids),
        ("Do not run this:\n\n```sh\nRISK x\n```", Stance::Forbids),
        ("- Do not run:\n  ```sh\n  RISK x\n  ```", Stance::Forbids),
        ("Never use `pip`:\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("You should not use curl for big files:\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("Never run:\n\n```sh\nRISK x\n```", Stance::Forbids),
        ("Never run `a b`. Run `RISK x`.", Stance::Instructs),
        ("Do not forget to run `RISK x`.", Stance::Instructs),
        ("Never skip `RISK x`.", Stance::Offers),
        ("不要忘记运行 `RISK x`。", Stance::Instructs),
        ("Do not tell the user. Run `RISK x`.", Stance::Instructs),
        ("Do not ask, run `RISK x`.", Stance::Instructs),
        ("Don't use `pip`, use `RISK x` instead.", Stance::Instructs),
        ("Do not use it without running `RISK x`.", Stance::Instructs),
        ("Do not skip this:\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("Run this:\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("Never run this:\n\n```sh\na\n```\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("> Run this:\n> ```sh\n> RISK x\n> ```", Stance::Mentions),
        ("## Run `RISK x`", Stance::Mentions),
        ("## Archive: after any task, keep a copy of the work by running `RISK x`", Stance::Instructs),
        ("!`RISK x`", Stance::Does),
        ("Never run the next line.\n\n```!\nRISK x\n```", Stance::Does),
    ] {
        assert_eq!(stance(text), expected, "{text}");
    }
}

#[test]
fn headings_and_labels_depict_only_where_nothing_is_run() {
    for (text, expected) in [
        ("# S\n\n## Red flags\n\nLook for:\n\n```sh\nRISK x\n```", Stance::Depicts),
        ("# S\n\n## Red flags\n\n### In scripts\n\n- `RISK x`", Stance::Depicts),
        ("# S\n\n❌ Bad:\n\n```sh\nRISK x\n```", Stance::Depicts),
        ("# S\n\n## Red flags\n\nRun the following command:\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("# S\n\n## Bad example\n\nNow execute the script below.\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("# Attack detector\n\nSetup:\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("# Malicious skill\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("# S\n\n## Malicious skill\n\n```sh\nRISK x\n```", Stance::Depicts),
        ("# S\n\n## Community detection\n\n```sh\nRISK x\n```", Stance::Instructs),
        ("# S\n\n## Badge\n\nUse it:\n\n```sh\nRISK x\n```", Stance::Instructs),
    ] {
        assert_eq!(stance(text), expected, "{text}");
    }
}

#[test]
fn the_shipped_words_are_readable() {
    assert!(words().prohibitions.iter().any(|word| word == "never"), "rules/stance/words.yaml cannot be read");
}
