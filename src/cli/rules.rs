use std::io::{self, Write};

use anyhow::{Result, bail};

use super::arguments::{RulesArguments, RulesCommand};
use super::exit::Exit;
use super::load;
use crate::rules::{Rule, Ruleset, self_test};
use crate::scan::Pool;
use crate::source::printable;

/// `skillscan rules`.
pub(super) fn run(arguments: &RulesArguments) -> Result<Exit> {
    match &arguments.command {
        RulesCommand::List { packs, json } => list(&load::rules(packs)?, *json),
        RulesCommand::Test { packs, filter } => test(&load::rules(packs)?, filter.as_deref()),
    }
}

fn list(rules: &Ruleset, json: bool) -> Result<Exit> {
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    let width = rules.rules().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules.rules() {
        if json {
            let object = serde_json::json!({
                "id": &*rule.id, "title": &*rule.title, "family": &*rule.family, "class": rule.class,
                "severity": rule.severity, "confidence": rule.confidence, "gate": rule.gate, "status": rule.status,
                "since": rule.since, "tags": rule.tags,
            });
            writeln!(out, "{object}")?;
        } else {
            let (severity, gate) = (rule.severity, rule.gate);
            writeln!(out, "{:<width$}  {severity:<8}  {gate:<6}  {}", rule.id, printable(&rule.title))?;
        }
    }
    out.flush()?;
    Ok(Exit::Clean)
}

/// Every example through the whole pipeline. A pack with a failing example is a wrong pack: exit 2.
fn test(rules: &Ruleset, filter: Option<&str>) -> Result<Exit> {
    let models = load::models()?;
    let chosen: Vec<&Rule> =
        rules.rules().iter().filter(|rule| filter.is_none_or(|text| rule.id.contains(text))).collect();
    if chosen.is_empty() {
        bail!("no rule matches `{}`; `skillscan rules list` names them all", filter.unwrap_or_default());
    }
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    let (mut examples, mut failures) = (0, 0);
    Pool::new(0).run(
        chosen.len(),
        |index| self_test::test_rule(chosen[index], rules, &models),
        |outcomes| {
            for outcome in outcomes {
                examples += 1;
                if outcome.failure.is_some() {
                    failures += 1;
                    writeln!(out, "\u{1b}[1;31mFAILED\u{1b}[0m {}", printable(&outcome.to_string()))?;
                }
            }
            Ok::<_, anyhow::Error>(())
        },
    )?;
    writeln!(out, "{} rules, {examples} examples, {failures} failed", chosen.len())?;
    out.flush()?;
    Ok(if failures > 0 { Exit::Usage } else { Exit::Clean })
}
