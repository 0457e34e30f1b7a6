use std::collections::BTreeMap;

use serde::Serialize;

use crate::finding::Severity;
use crate::policy::{FailOn, Outcome};
use crate::scan::BundleReport;

/// Counts over all bundles of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Bundles that were scanned.
    pub bundles: usize,
    /// Bundles with the verdict pass.
    pub pass: usize,
    /// Bundles with the verdict review.
    pub review: usize,
    /// Bundles with the verdict block.
    pub block: usize,
    /// Bundles in which something went unanalysed.
    pub incomplete: usize,
    /// Findings by severity.
    pub findings: BTreeMap<Severity, usize>,
    /// Findings that do not count.
    pub suppressed: usize,
    /// Notices.
    pub notices: usize,
    /// Whether the scanner itself failed somewhere.
    pub failed: bool,
}

impl Summary {
    /// Counts one more bundle.
    pub fn add(&mut self, report: &BundleReport) {
        self.bundles += 1;
        match report.verdict.outcome {
            Outcome::Pass => self.pass += 1,
            Outcome::Review => self.review += 1,
            Outcome::Block => self.block += 1,
        }
        self.incomplete += usize::from(report.is_incomplete());
        for reported in &report.findings {
            *self.findings.entry(reported.finding.severity).or_default() += 1;
        }
        self.suppressed += report.suppressed.len();
        self.notices += report.notices.len();
        self.failed |= report.notices.iter().any(|notice| notice.kind == crate::finding::NoticeKind::Internal);
    }

    /// Whether anything reaches the threshold.
    #[must_use]
    pub fn reaches(&self, threshold: FailOn) -> bool {
        match threshold {
            FailOn::Never => false,
            FailOn::Verdict(Outcome::Block) => self.block > 0,
            FailOn::Verdict(Outcome::Review) => self.block + self.review > 0,
            FailOn::Verdict(Outcome::Pass) => self.bundles > 0,
            FailOn::Severity(severity) => self.findings.range(severity..).any(|(_, &count)| count > 0),
        }
    }

    /// Number of findings that count.
    #[must_use]
    pub fn total(&self) -> usize {
        self.findings.values().sum()
    }

    /// The counts in one line of words.
    #[must_use]
    pub fn words(&self) -> String {
        let severities = Severity::ALL
            .iter()
            .rev()
            .filter_map(|severity| self.findings.get(severity).map(|count| format!("{count} {severity}")));
        let severities: Vec<String> = severities.collect();
        let mut words = format!(
            "{} scanned: {} block, {} review, {} pass; {}",
            plural(self.bundles, "bundle"),
            self.block,
            self.review,
            self.pass,
            plural(self.total(), "finding")
        );
        if !severities.is_empty() {
            words = format!("{words} ({})", severities.join(", "));
        }
        if self.suppressed > 0 {
            words = format!("{words}; {} suppressed", self.suppressed);
        }
        if self.incomplete > 0 {
            words = format!("{words}; {} not fully analysed", self.incomplete);
        }
        words
    }
}

/// "1 finding", "2 findings".
#[must_use]
pub(super) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
