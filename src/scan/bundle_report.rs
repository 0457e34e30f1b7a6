use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::Excerpt;
use crate::finding::{Finding, Gate, Link, Notice, Severity};
use crate::policy::{Inventory, Outcome, Suppression, Verdict};

/// All that there is to say about one bundle. It holds no reference to the bundle's content.
#[derive(Debug, Clone)]
pub struct BundleReport {
    /// The path as the user gave it, or as it was found below what the user gave.
    pub bundle: String,
    /// Whether the bundle is a single loose file.
    pub is_file: bool,
    /// The verdict and what decided it.
    pub verdict: Verdict,
    /// What counts, worst first.
    pub findings: Vec<Reported>,
    /// What was found and does not count, and why.
    pub suppressed: Vec<(Reported, Suppression)>,
    /// What could not be analysed, or not wholly, sorted.
    pub notices: Vec<Notice>,
    /// What the bundle can do.
    pub capabilities: Inventory,
    /// The bundle's digest: `sha256:` and hex.
    pub digest: String,
}

/// A finding with what reports need to show it.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// Its name across versions of the bundle.
    pub fingerprint: String,
    /// GitHub's hash of its first line; absent where the file is no text.
    pub line_hash: Option<String>,
    /// The text it points at; absent where the file is no text.
    pub excerpt: Option<Excerpt>,
}

impl AsRef<Finding> for Reported {
    fn as_ref(&self) -> &Finding {
        &self.finding
    }
}

/// How loud a finding is in formats that know three levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For the record.
    Note,
    /// Worth a look.
    Warning,
    /// Blocks.
    Error,
}

impl BundleReport {
    /// How loud the finding at `index` is: by what it did to the verdict, not by its severity alone.
    #[must_use]
    pub fn level(&self, index: usize) -> Level {
        let Some(Reported { finding, .. }) = self.findings.get(index) else { return Level::Note };
        let decided = self.verdict.reasons.iter().any(|reason| reason.findings.contains(&index));
        match self.verdict.outcome {
            Outcome::Block if decided => Level::Error,
            Outcome::Review if decided => Level::Warning,
            _ if finding.gate == Gate::Note || finding.severity <= Severity::Low => Level::Note,
            _ => Level::Warning,
        }
    }

    /// The findings that stand in a linked group with the one at `index`, and the links of that group.
    #[must_use]
    pub fn linked_with(&self, index: usize) -> Option<(Vec<usize>, &BTreeSet<Link>)> {
        let reason = self.verdict.reasons.iter().find(|r| r.findings.len() > 1 && r.findings.contains(&index))?;
        Some((reason.findings.iter().copied().filter(|&other| other != index).collect(), &reason.links))
    }

    /// The path of a file of the bundle, as a user can open it; the bundle itself for an empty `path`.
    #[must_use]
    pub fn path_of(&self, path: &str) -> String {
        if path.is_empty() || self.is_file {
            // A loose file stands for itself, and what is in it follows; a member of an archive that is the bundle too.
            let own = self.bundle.rsplit(['/', '\\']).next().unwrap_or(&self.bundle);
            return match path.strip_prefix(own) {
                _ if path.is_empty() => self.bundle.clone(),
                Some(inner) if inner.is_empty() || inner.starts_with("!/") => format!("{}{inner}", self.bundle),
                _ => format!("{}!/{path}", self.bundle),
            };
        }
        let bundle = self.bundle.trim_end_matches('/');
        if bundle == "." { path.to_owned() } else { format!("{bundle}/{path}") }
    }

    /// [`Self::path_of`] relative to `base`, with `/` and without `.` and `..`; as it is where it lies outside.
    #[must_use]
    pub fn path_below(&self, base: &Path, path: &str) -> String {
        let shown = self.path_of(path).replace('\\', "/");
        let full = base.join(&shown);
        let mut parts: Vec<String> = Vec::new();
        let relative = full.strip_prefix(base).unwrap_or(&full);
        for part in relative.components() {
            match part {
                Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
                Component::ParentDir if parts.pop().is_none() => return shown,
                _ => {}
            }
        }
        let is_outside = relative.is_absolute();
        format!("{}{}", if is_outside { "/" } else { "" }, parts.join("/"))
    }

    /// Whether something in it went unanalysed.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.notices.iter().any(|notice| notice.incomplete)
    }
}
