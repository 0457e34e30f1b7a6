//! Every example of every rule through the whole pipeline: a `match` fires at its place, a `no-match` stays silent,
//! a `gap` still does what it says.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::load::Ruleset;
use super::rule::{Example, Now, Rule};
use crate::bundle::Bundle;
use crate::document::Documents;
use crate::finding::Finding;
use crate::flow::{self, Budget, Graph, Models};

/// What kind of example it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Must fire.
    Match,
    /// Must stay silent.
    NoMatch,
    /// Known debt.
    Gap,
}

/// How one example went.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The rule.
    pub rule: Arc<str>,
    /// The kind of example.
    pub kind: Kind,
    /// The example's name.
    pub example: String,
    /// What went wrong, for a person who mends the rule; `None` if nothing did.
    pub failure: Option<String>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Match => "match",
            Kind::NoMatch => "no-match",
            Kind::Gap => "gap",
        };
        let failure = self.failure.as_deref().unwrap_or("ok");
        write!(formatter, "{} · {kind} “{}”: {failure}", self.rule, self.example)
    }
}

/// Runs every example of `rule`, in the order in which they are written.
#[must_use]
pub fn test_rule(rule: &Rule, set: &Ruleset, models: &Models) -> Vec<Outcome> {
    let examples = &rule.examples;
    let all = examples.matching.iter().map(|example| (Kind::Match, example));
    let all = all.chain(examples.no_match.iter().map(|example| (Kind::NoMatch, example)));
    let all = all.chain(examples.gap.iter().map(|example| (Kind::Gap, example)));
    let outcome = |(kind, example): (Kind, &Example)| {
        let bundle = bundle_of(example);
        let (documents, graph) = analysed(&bundle, models);
        let findings = set.run(&bundle, &documents, &graph);
        let own: Vec<&Finding> = findings.iter().filter(|finding| finding.rule == rule.id).collect();
        let failure = match kind {
            Kind::Match => missed(example, &own, &findings).map(|reason| format!("{reason}{}", seen(&graph))),
            Kind::NoMatch => {
                own.first().map(|finding| format!("must not match, but does: {}{}", shown(finding), seen(&graph)))
            }
            Kind::Gap => gap(example, &own, &findings),
        };
        Outcome { rule: rule.id.clone(), kind, example: example.name.clone(), failure }
    };
    all.map(outcome).collect()
}

/// Runs every example of every rule of the set, sorted by rule.
#[must_use]
pub fn test_all(set: &Ruleset, models: &Models) -> Vec<Outcome> {
    set.rules().iter().flat_map(|rule| test_rule(rule, set, models)).collect()
}

/// What every rule of the set finds in a bundle.
#[must_use]
pub fn scan(bundle: &Bundle, set: &Ruleset, models: &Models) -> Vec<Finding> {
    let (documents, graph) = analysed(bundle, models);
    set.run(bundle, &documents, &graph)
}

/// The documents and the graph of a bundle.
#[must_use]
pub fn analysed(bundle: &Bundle, models: &Models) -> (Documents, Graph) {
    let mut documents = Documents::read(bundle);
    let graph = flow::analyse(&mut documents, models, &Budget::default());
    (documents, graph)
}

/// The effects that were seen, for whoever asks why a rule does not fire.
fn seen(graph: &Graph) -> String {
    let mut text = String::from("; effects seen:");
    for effect in graph.effects().iter().take(20) {
        let arguments: Vec<String> =
            effect.arguments.iter().map(|(role, value)| format!("{role}={}", value.rendered())).collect();
        let tags = effect.tags.join(" ");
        let flags = if effect.disguised { " disguised" } else { "" };
        let (kind, by, stance, reach) = (effect.kind, &effect.by, effect.stance, effect.reach);
        let arguments = arguments.join(" ");
        // Writing to a string does not fail.
        let _ = write!(text, "\n    {kind} {arguments} by {by} [{tags}]{flags} {stance} {reach}");
    }
    text
}

/// The bundle that an example describes. A script alone gets a SKILL.md that tells the agent to run it.
#[must_use]
pub fn bundle_of(example: &Example) -> Bundle {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let scripts = [("sh", &example.sh), ("py", &example.py), ("js", &example.js), ("ps1", &example.ps)];
    for (extension, body) in scripts {
        let Some(body) = body else { continue };
        let path = format!("scripts/example.{extension}");
        let program = match extension {
            "py" => "python3",
            "js" => "node",
            "ps1" => "pwsh",
            _ => "bash",
        };
        let skill = format!("# Example\n\nRun the script:\n\n```sh\n{program} {path}\n```\n");
        files.push(("SKILL.md".to_owned(), skill.into_bytes()));
        files.push((path, body.clone().into_bytes()));
    }
    if let Some(text) = &example.text {
        files.push((example.file.clone().unwrap_or_else(|| "SKILL.md".to_owned()), text.clone().into_bytes()));
    }
    files.extend(example.files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())));
    for (path, hex) in &example.bytes {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).unwrap_or_default();
        files.push((path.clone(), bytes));
    }
    if !files.iter().any(|(path, _)| path.eq_ignore_ascii_case("SKILL.md")) {
        files.push(("SKILL.md".to_owned(), b"# Example\n".to_vec()));
    }
    files.sort();
    let links = example.links.iter().map(|(path, target)| (path.clone(), target.clone())).collect();
    Bundle::of_files("example", files, links)
}

fn missed(example: &Example, own: &[&Finding], all: &[Finding]) -> Option<String> {
    if own.is_empty() {
        let others: Vec<String> = all.iter().map(shown).collect();
        let others = if others.is_empty() {
            "nothing at all was found".to_owned()
        } else {
            format!("found instead: {}", others.join("; "))
        };
        return Some(format!("must match, but does not; {others}"));
    }
    let mut reasons = Vec::new();
    for finding in own {
        match wrong(example, finding) {
            None => return None,
            Some(reason) => reasons.push(format!("{reason} ({})", shown(finding))),
        }
    }
    Some(format!("matches, but {}", reasons.join("; ")))
}

/// What is not as the example says of a finding.
fn wrong(example: &Example, finding: &Finding) -> Option<String> {
    let location = &finding.location;
    if let Some(path) = &example.path
        && **path != *location.path
    {
        return Some(format!("in {} and not in {path}", location.path));
    }
    if let Some(line) = example.line
        && !(location.region.line..=location.region.end_line).contains(&line)
    {
        return Some(format!("at line {} and not at {line}", location.region.line));
    }
    if let Some(at) = &example.at {
        let bundle = bundle_of(example);
        let file = bundle.files.iter().find(|file| file.path == location.path);
        let text = file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).unwrap_or_default();
        let covered = location.region.span.slice(&text);
        if !covered.contains(at.as_str()) {
            return Some(format!("the place covers `{covered}` and not `{at}`"));
        }
    }
    if let Some(severity) = example.severity
        && severity != finding.severity
    {
        return Some(format!("the severity is {} and not {severity}", finding.severity));
    }
    if let Some(gate) = example.gate
        && gate != finding.gate
    {
        return Some(format!("the gate is {} and not {gate}", finding.gate));
    }
    None
}

fn gap(example: &Example, own: &[&Finding], all: &[Finding]) -> Option<String> {
    let fires = missed(example, own, all).is_none();
    match (example.now, fires) {
        (Some(Now::Miss), true) => Some("the gap is closed: it matches now; make it a `match` example".to_owned()),
        (Some(Now::Hit), false) if own.is_empty() => {
            Some("the gap is closed: it stays silent now; make it a `no-match` example".to_owned())
        }
        _ => None,
    }
}

fn shown(finding: &Finding) -> String {
    let region = &finding.location.region;
    let changes: Vec<String> =
        finding.adjustments.iter().map(|change| format!("{}: {}", change.name, change.change)).collect();
    let changes = if changes.is_empty() { String::new() } else { format!(" [{}]", changes.join(", ")) };
    format!(
        "{} at {}:{}:{} ({}, {}, {}){changes}: {}",
        finding.rule,
        finding.location.path,
        region.line,
        region.column,
        finding.severity,
        finding.gate,
        finding.stance,
        finding.message
    )
}
