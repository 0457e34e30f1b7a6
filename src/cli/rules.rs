use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::arguments::{RulesArguments, RulesCommand};
use super::exit::Exit;
use super::load;
use crate::rules::{self, Rule, Ruleset, self_test};
use crate::scan::Pool;
use crate::source::printable;

/// `skillscan rules`.
pub(super) fn run(arguments: &RulesArguments) -> Result<Exit> {
    match &arguments.command {
        RulesCommand::List { packs, json } => list(&load::rules(packs)?, *json),
        RulesCommand::Docs { packs, out, check } => docs(&load::rules(packs)?, out, *check),
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

/// Writes the pages, or says which are not as they would be written.
fn docs(rules: &Ruleset, folder: &Path, check: bool) -> Result<Exit> {
    let pages = rules::pages(rules);
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    let mut differences = 0;
    for (name, text) in &pages {
        let path = folder.join(name);
        let found = fs::read_to_string(&path).map(|found| found.replace("\r\n", "\n"));
        if found.is_ok_and(|found| found == *text) {
            continue;
        }
        differences += 1;
        if check {
            writeln!(out, "{} is not what the rules say", printable(&path.display().to_string()))?;
        } else {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    for path in stale(folder, &pages)? {
        differences += 1;
        if check {
            writeln!(out, "{} is of a rule that is gone", printable(&path.display().to_string()))?;
        } else {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    let done = if check { "are out of date" } else { "written" };
    writeln!(out, "{} pages, {differences} {done}", pages.len())?;
    out.flush()?;
    Ok(if check && differences > 0 { Exit::Usage } else { Exit::Clean })
}

/// Pages that were generated and are no longer; files of others stay.
fn stale(folder: &Path, pages: &BTreeMap<String, String>) -> Result<Vec<PathBuf>> {
    let mut stale = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(stale),
        entries => entries.with_context(|| format!("cannot read {}", folder.display()))?,
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_page = name.ends_with(".md") && !pages.contains_key(&*name);
        if is_page && fs::read_to_string(&path).is_ok_and(|text| text.starts_with(rules::GENERATED)) {
            stale.push(path.clone());
        }
    }
    stale.sort();
    Ok(stale)
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
