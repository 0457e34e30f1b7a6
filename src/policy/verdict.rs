use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::linking::{Group, groups};
use super::table::{Alone, Linked, Table, Test};
use crate::finding::{Finding, Link, Notice, Reach};

/// What becomes of a bundle. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing that a reviewer need see.
    Pass,
    /// A person should look before it is used.
    Review,
    /// A reviewer would call it malicious on sight.
    Block,
}

impl Outcome {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Review => "review",
            Self::Block => "block",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The verdict on a bundle and what decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The verdict.
    pub outcome: Outcome,
    /// Everything that alone would have given this verdict, in table order; empty for `pass`.
    pub reasons: Vec<Reason>,
}

/// One thing that decided a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Name of the table's row that applied.
    pub row: Arc<str>,
    /// The findings that it applied to (indices into the bundle's findings): one, or a linked group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<usize>,
    /// What ties the group together.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub links: BTreeSet<Link>,
    /// The notice that it applied to (index into the bundle's notices).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<usize>,
}

/// Decides by `table`: the first row that applies to anything sets the outcome, and the reasons are all that rows of
/// the same outcome apply to. `tags` gives the tags of a rule by its id.
#[must_use]
pub fn decide<'t>(
    table: &Table,
    findings: &[impl AsRef<Finding>],
    notices: &[Notice],
    tags: impl Fn(&str) -> &'t [String],
) -> Verdict {
    let findings: Vec<&Finding> = findings.iter().map(AsRef::as_ref).collect();
    let findings = findings.as_slice();
    let mut verdict = Verdict { outcome: Outcome::Pass, reasons: Vec::new() };
    for row in &table.rows {
        if row.outcome < verdict.outcome {
            break;
        }
        let reasons = match &row.test {
            Test::Alone(test) => alone(&row.name, test, findings, &tags),
            Test::Linked(test) => linked(&row.name, test, findings),
            Test::Incomplete => incomplete(&row.name, notices),
        };
        if !reasons.is_empty() {
            verdict.outcome = row.outcome;
            verdict.reasons.extend(reasons);
        }
    }
    verdict
}

fn alone<'t>(row: &Arc<str>, test: &Alone, findings: &[&Finding], tags: &impl Fn(&str) -> &'t [String]) -> Vec<Reason> {
    let applies = |finding: &Finding| {
        test.gates.contains(&finding.gate)
            && finding.severity >= test.severity
            && finding.confidence >= test.confidence
            && test.stances.contains(&finding.stance)
            && (!test.reached || finding.reach > Reach::Unreferenced)
            && (test.tags.is_empty() || tags(&finding.rule).iter().any(|tag| test.tags.contains(tag)))
    };
    findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| applies(finding))
        .map(|(index, _)| Reason { row: row.clone(), findings: vec![index], links: BTreeSet::new(), notice: None })
        .collect()
}

fn linked(row: &Arc<str>, test: &Linked, findings: &[&Finding]) -> Vec<Reason> {
    let is_member = |finding: &Finding| {
        test.gates.contains(&finding.gate)
            && test.stances.contains(&finding.stance)
            && finding.confidence >= test.confidence
    };
    let candidates: Vec<usize> = (0..findings.len()).filter(|&index| is_member(findings[index])).collect();
    groups(findings, &candidates)
        .into_iter()
        .filter(|group| is_enough(test, group, findings))
        .map(|group| Reason { row: row.clone(), findings: group.members, links: group.links, notice: None })
        .collect()
}

fn is_enough(test: &Linked, group: &Group, findings: &[&Finding]) -> bool {
    let members = || group.members.iter().map(|&index| findings[index]);
    let rules = members().map(|finding| &finding.rule).collect::<BTreeSet<_>>();
    let families = members().map(|finding| &finding.family).collect::<BTreeSet<_>>();
    let serious = members().filter(|finding| finding.severity >= test.two_of);
    let serious_rules = serious.map(|finding| &finding.rule).collect::<BTreeSet<_>>();
    rules.len() >= test.rules
        && families.len() >= test.families
        && members().any(|finding| finding.confidence >= test.surest)
        && (members().any(|finding| finding.severity >= test.one_of) || serious_rules.len() >= 2)
}

fn incomplete(row: &Arc<str>, notices: &[Notice]) -> Vec<Reason> {
    let not_analysed = notices.iter().enumerate().filter(|(_, notice)| notice.incomplete);
    not_analysed
        .map(|(index, _)| Reason {
            row: row.clone(),
            findings: Vec::new(),
            links: BTreeSet::new(),
            notice: Some(index),
        })
        .collect()
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
