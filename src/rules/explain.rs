//! `skillscan explain RULE`: what a rule finds, why it matters and what to do, as data for whoever shows it.

use serde::Serialize;

use super::rule::{Condition, Rule, Status};
use crate::finding::{Class, Confidence, Gate, Severity};

/// A rule for readers.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation<'a> {
    /// The rule's id.
    pub id: &'a str,
    /// What it finds, in one line.
    pub title: &'a str,
    /// Its family.
    pub family: &'a str,
    /// What kind of trouble it is about.
    pub class: Class,
    /// Harm if real.
    pub severity: Severity,
    /// How sure a match is.
    pub confidence: Confidence,
    /// What it may do to the verdict.
    pub gate: Gate,
    /// How settled it is.
    pub status: Status,
    /// The version that brought it.
    pub since: &'a str,
    /// References.
    pub tags: &'a [String],
    /// Why it matters.
    pub why: &'a str,
    /// What to do.
    pub fix: &'a str,
    /// The matchers that it uses, such as `flow`.
    pub matchers: Vec<&'static str>,
    /// Names of circumstances that lower its grade.
    pub lowered_by: Vec<&'a str>,
    /// Names of circumstances that raise its grade.
    pub raised_by: Vec<&'a str>,
    /// Name and text of examples that match.
    pub matches: Vec<(&'a str, String)>,
    /// Name and text of examples that do not.
    pub does_not_match: Vec<(&'a str, String)>,
    /// Names of known gaps.
    pub gaps: Vec<&'a str>,
}

/// Explains a rule.
#[must_use]
pub fn explain(rule: &Rule) -> Explanation<'_> {
    let mut matchers = Vec::new();
    gather(&rule.condition, &mut matchers);
    Explanation {
        id: &rule.id,
        title: &rule.title,
        family: &rule.family,
        class: rule.class,
        severity: rule.severity,
        confidence: rule.confidence,
        gate: rule.gate,
        status: rule.status,
        since: &rule.since,
        tags: &rule.tags,
        why: &rule.why,
        fix: &rule.fix,
        matchers,
        lowered_by: rule.lower.iter().map(|when| when.name.as_str()).collect(),
        raised_by: rule.raise.iter().map(|when| when.name.as_str()).collect(),
        matches: pairs(&rule.examples.matching),
        does_not_match: pairs(&rule.examples.no_match),
        gaps: rule.examples.gap.iter().map(|example| example.name.as_str()).collect(),
    }
}

fn gather(condition: &Condition, matchers: &mut Vec<&'static str>) {
    let name = match condition {
        Condition::Effect(_) => "effect",
        Condition::Flow(_) => "flow",
        Condition::Text(_) => "text",
        Condition::Manifest(_) => "manifest",
        Condition::Bundle(_) => "bundle",
        Condition::Undeclared(_) => "undeclared",
        Condition::All(_) => "all",
        Condition::Any(_) => "any",
        Condition::Not(_) => "not",
        Condition::Near(..) => "near",
    };
    if !matchers.contains(&name) {
        matchers.push(name);
    }
    match condition {
        Condition::All(list) | Condition::Any(list) | Condition::Near(_, list) => {
            for inner in list {
                gather(inner, matchers);
            }
        }
        Condition::Not(inner) => gather(inner, matchers),
        _ => {}
    }
}

/// Name and text of each example.
fn pairs(examples: &[super::rule::Example]) -> Vec<(&str, String)> {
    examples.iter().map(|example| (example.name.as_str(), body(example))).collect()
}

/// What an example shows: its text, or its files one after the other.
fn body(example: &super::rule::Example) -> String {
    let one = [&example.sh, &example.py, &example.js, &example.ps, &example.text].into_iter().flatten().next();
    if let Some(text) = one {
        return text.clone();
    }
    let files = example.files.iter().map(|(path, text)| format!("── {path}\n{text}"));
    let bytes = example.bytes.iter().map(|(path, hex)| format!("── {path} ({} bytes)", hex.len() / 2));
    let links = example.links.iter().map(|(path, target)| format!("── {path} → {target}"));
    files.chain(bytes).chain(links).collect::<Vec<_>>().join("\n")
}
