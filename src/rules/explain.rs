//! `skillscan explain RULE`: what a rule finds, why it matters and what to do, as data for whoever shows it.

use serde::Serialize;

use super::measured::Measured;
use super::rule::{Condition, Example, Now, Rule, Status};
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
    /// The message, with its placeholders.
    pub message: &'a str,
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
    /// What it hit on benign bundles, if it was measured.
    pub measured: Option<Measured>,
    /// Examples that match.
    pub matches: Vec<Shown<'a>>,
    /// Examples that do not.
    pub does_not_match: Vec<Shown<'a>>,
    /// Known gaps.
    pub gaps: Vec<Shown<'a>>,
}

/// An example for readers.
#[derive(Debug, Clone, Serialize)]
pub struct Shown<'a> {
    /// What it shows.
    pub name: &'a str,
    /// Its text, or its files.
    pub parts: Vec<Part<'a>>,
    /// Of a gap: what the rule does today.
    pub now: Option<Now>,
}

/// A text of an example.
#[derive(Debug, Clone, Serialize)]
pub struct Part<'a> {
    /// The file that it stands in, where the example names one.
    pub path: Option<&'a str>,
    /// Its language, as a code block of Markdown names it.
    pub language: &'static str,
    /// The text; of bytes and links, what there is to say.
    pub text: String,
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
        message: &rule.message,
        why: &rule.why,
        fix: &rule.fix,
        matchers,
        lowered_by: rule.lower.iter().map(|when| when.name.as_str()).collect(),
        raised_by: rule.raise.iter().map(|when| when.name.as_str()).collect(),
        measured: Measured::of(&rule.id),
        matches: rule.examples.matching.iter().map(shown).collect(),
        does_not_match: rule.examples.no_match.iter().map(shown).collect(),
        gaps: rule.examples.gap.iter().map(shown).collect(),
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

fn shown(example: &Example) -> Shown<'_> {
    let mut parts = Vec::new();
    let scripts = [("sh", &example.sh), ("python", &example.py), ("js", &example.js), ("powershell", &example.ps)];
    for (language, script) in scripts {
        parts.extend(script.iter().map(|text| Part { path: None, language, text: text.clone() }));
    }
    let file = example.file.as_deref();
    parts.extend(example.text.iter().map(|text| Part {
        path: file,
        language: file.map_or("markdown", language),
        text: text.clone(),
    }));
    for (path, text) in &example.files {
        parts.push(Part { path: Some(path), language: language(path), text: text.clone() });
    }
    for (path, hex) in &example.bytes {
        let text = format!("{} bytes: {hex}", hex.split_whitespace().map(str::len).sum::<usize>() / 2);
        parts.push(Part { path: Some(path), language: "text", text });
    }
    for (path, target) in &example.links {
        parts.push(Part { path: Some(path), language: "text", text: format!("link to {target}") });
    }
    Shown { name: &example.name, parts, now: example.now }
}

/// The language of a file, as a code block of Markdown names it.
fn language(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "md" => "markdown",
        "sh" => "sh",
        "py" => "python",
        "js" | "mjs" | "cjs" => "js",
        "ts" => "ts",
        "ps1" => "powershell",
        "json" => "json",
        "toml" => "toml",
        "yaml" | "yml" => "yaml",
        "html" => "html",
        _ => "text",
    }
}
