use std::io::{self, Write};

use anyhow::Result;

use super::arguments::{RulesArguments, RulesCommand};
use super::exit::Exit;
use super::load;
use crate::source::printable;

/// `skillscan rules`.
pub(super) fn run(arguments: &RulesArguments) -> Result<Exit> {
    match &arguments.command {
        RulesCommand::List { rules, json } => list(&load::rules(rules)?, *json),
        RulesCommand::Test { rules, filter } => test(&load::rules(rules)?, filter.as_deref()),
    }
}

fn list(rules: &crate::rules::Ruleset, json: bool) -> Result<Exit> {
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

fn test(rules: &crate::rules::Ruleset, filter: Option<&str>) -> Result<Exit> {
    let _ = (rules, filter);
    anyhow::bail!("not wired yet")
}
