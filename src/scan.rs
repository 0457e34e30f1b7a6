//! The pipeline: a bundle's path becomes a report. It sees every floor but those that show reports.

use std::time::{Duration, Instant};

use crate::bundle::{self, Bundle, BundlePath, Limits};
use crate::document::Documents;
use crate::finding::{Finding, Notice};
use crate::flow::{self, Budget, Graph, Models};
use crate::policy::{Inspection, Inventory, Policy, decide};
use crate::rules::Ruleset;

mod ablation;
mod bundle_report;
mod excerpt;
mod guard;
mod ordered;
mod place;

pub use ablation::Part;
pub use bundle_report::{BundleReport, Level, Reported};
pub use excerpt::Excerpt;
pub use ordered::Pool;

use guard::guarded;

/// All that is needed to scan: built once, shared by all threads.
#[derive(Debug)]
pub struct Scanner {
    /// What programs, calls and verbs do.
    pub models: Models,
    /// What is dangerous.
    pub rules: Ruleset,
    /// What follows from it.
    pub policy: Policy,
    /// Limits on reading.
    pub limits: Limits,
    /// Bounds on the analysis.
    pub budget: Budget,
}

/// A bundle's report, and what it took to make it.
#[derive(Debug)]
pub struct Scanned {
    /// The report.
    pub report: BundleReport,
    /// What it took: never part of a report, because reports do not depend on clocks.
    pub effort: Effort,
}

/// What a scan took.
#[derive(Debug, Clone, Default)]
pub struct Effort {
    /// Time per stage, in order: read, documents, flow, rules, verdict.
    pub stages: [Duration; 5],
    /// Number of files.
    pub files: usize,
    /// Number of bytes.
    pub bytes: u64,
    /// Time per rule, by its index in the ruleset; rules that the prefilter kept out took none.
    pub rules: Vec<Duration>,
}

/// Names of the stages of [`Effort::stages`].
pub const STAGES: [&str; 5] = ["read", "documents", "flow", "rules", "verdict"];

/// What the analysis of a bundle yields, before policy.
#[derive(Debug)]
pub struct Analysis {
    /// The documents.
    pub documents: Documents,
    /// The behaviour graph.
    pub graph: Graph,
    /// What the rules found, in no particular order.
    pub findings: Vec<Finding>,
    /// Failures of the scanner itself.
    pub notices: Vec<Notice>,
}

impl Scanner {
    /// Scans the bundle at `at`. Never fails: what goes wrong becomes a notice.
    #[must_use]
    pub fn scan(&self, at: &BundlePath) -> Scanned {
        let mut watch = Watch::start();
        let mut notices = Vec::new();
        let bundle = guarded("read", &mut notices, || bundle::read(at, &self.limits)).unwrap_or_else(|| empty(at));
        watch.lap();
        let analysis = self.analyse(&bundle, &mut watch);
        notices.extend(analysis.notices.iter().cloned());
        let fallback = notices.clone();
        let report = guarded("judge", &mut notices, || self.judge(&bundle, analysis, fallback, at.path.is_file()));
        let report = report.unwrap_or_else(|| self.judge(&empty(at), Analysis::default(), notices, at.path.is_file()));
        watch.lap();
        let bytes = bundle.files.iter().map(|file| file.size).sum();
        Scanned {
            report,
            effort: Effort { stages: watch.stages, files: bundle.files.len(), bytes, rules: watch.rules },
        }
    }

    /// Scans the bundle at `at`, and sets what it can do beside what it declares.
    #[must_use]
    pub fn inspect(&self, at: &BundlePath) -> (BundleReport, Inspection) {
        let mut notices = Vec::new();
        let bundle = guarded("read", &mut notices, || bundle::read(at, &self.limits)).unwrap_or_else(|| empty(at));
        let analysis = self.analyse_bundle(&bundle);
        notices.extend(analysis.notices.iter().cloned());
        let ambient = self.rules.lexicons().get("ambient-variables");
        let is_ambient = |name: &str| ambient.is_some_and(|list| list.has(name));
        let inspection =
            guarded("inspect", &mut notices, || Inspection::new(&analysis.documents, &analysis.graph, is_ambient));
        let fallback = notices.clone();
        let report = guarded("judge", &mut notices, || self.judge(&bundle, analysis, fallback, at.path.is_file()));
        let report = report.unwrap_or_else(|| self.judge(&empty(at), Analysis::default(), notices, at.path.is_file()));
        (report, inspection.unwrap_or_default())
    }

    /// From a bundle to findings.
    #[must_use]
    pub fn analyse_bundle(&self, bundle: &Bundle) -> Analysis {
        self.analyse(bundle, &mut Watch::start())
    }

    /// How long each file of the bundle at `at` takes if it is alone, by its path in the bundle.
    #[must_use]
    pub fn time_files(&self, at: &BundlePath) -> Vec<(String, Duration)> {
        let bundle = guarded("read", &mut Vec::new(), || bundle::read(at, &self.limits)).unwrap_or_else(|| empty(at));
        let time = |alone: Bundle| {
            let since = Instant::now();
            self.stages(&alone, &mut Watch::start());
            let took = since.elapsed();
            alone.files.first().map(|file| (file.path.to_string(), took))
        };
        guard::each_alone(&bundle).filter_map(time).collect()
    }

    /// A file that the scanner fails on is left out, and the others are analysed without it.
    fn analyse(&self, bundle: &Bundle, watch: &mut Watch) -> Analysis {
        let done = self.stages(bundle, watch);
        if done.notices.is_empty() {
            return done;
        }
        let works = |alone: &Bundle| self.stages(alone, &mut Watch::start()).notices.is_empty();
        let (rest, culprits) = guard::without_culprits(bundle, works);
        if culprits.is_empty() {
            return done;
        }
        let mut done = self.stages(&rest, &mut Watch::start());
        done.notices.extend(culprits);
        done
    }

    /// Documents, flow, rules. A stage that fails leaves what the stages before it found.
    fn stages(&self, bundle: &Bundle, watch: &mut Watch) -> Analysis {
        let mut done = Analysis::default();
        let notices = &mut done.notices;
        done.documents = guarded("documents", notices, || Documents::read(bundle)).unwrap_or_default();
        watch.lap();
        let documents = &mut done.documents;
        done.graph =
            guarded("flow", notices, || flow::analyse(documents, &self.models, &self.budget)).unwrap_or_default();
        watch.lap();
        let (documents, graph) = (&done.documents, &done.graph);
        let mut ran = |rule| watch.ran(rule);
        done.findings = guarded("rules", notices, || self.rules.run_watched(bundle, documents, graph, &mut ran))
            .unwrap_or_default();
        watch.lap();
        done
    }

    /// From findings to the report: policy, places, verdict.
    fn judge(&self, bundle: &Bundle, analysis: Analysis, mut notices: Vec<Notice>, is_file: bool) -> BundleReport {
        let Analysis { documents, graph, findings, .. } = analysis;
        let mut places = place::Places::new(&documents);
        let (mut reported, mut suppressed) = (Vec::new(), Vec::new());
        for mut finding in findings.into_iter().filter(|finding| self.policy.is_enabled(&finding.rule)) {
            self.policy.grade(&mut finding);
            let reporting = places.report(finding);
            match self.policy.suppression(&bundle.shown, &reporting.finding, &reporting.fingerprint) {
                Some(suppression) => suppressed.push((reporting, suppression)),
                None => reported.push(reporting),
            }
        }
        reported.sort_by(worst_first);
        reported.dedup_by(|a, b| worst_first(a, b).is_eq());
        suppressed.sort_by(|a, b| worst_first(&a.0, &b.0));
        notices.extend([&bundle.notices, &documents.notices, &graph.notices].into_iter().flatten().cloned());
        notices.sort();
        notices.dedup();
        let tags = |rule: &str| self.rules.get(rule).map_or(&[][..], |rule| rule.tags.as_slice());
        let verdict = decide(&self.policy.table, &reported, &notices, tags);
        let (capabilities, digest) = (Inventory::new(&graph), bundle.digest());
        let bundle = bundle.shown.clone();
        BundleReport { bundle, is_file, verdict, findings: reported, suppressed, notices, capabilities, digest }
    }
}

/// Worst first, then by place: a total order, so that reports do not depend on the order of work.
fn worst_first(a: &Reported, b: &Reported) -> std::cmp::Ordering {
    let (a, b) = (&a.finding, &b.finding);
    let grade = |finding: &Finding| (finding.severity, finding.confidence, finding.gate);
    (grade(b).cmp(&grade(a)))
        .then_with(|| a.location.cmp(&b.location))
        .then_with(|| a.rule.cmp(&b.rule))
        .then_with(|| a.message.cmp(&b.message))
        .then_with(|| a.links.cmp(&b.links))
}

fn empty(at: &BundlePath) -> Bundle {
    Bundle { shown: at.shown.clone(), ..Bundle::default() }
}

impl Default for Analysis {
    fn default() -> Self {
        let (documents, graph) = (Documents::default(), Graph::default());
        Self { documents, graph, findings: Vec::new(), notices: Vec::new() }
    }
}

/// Measures one stage after the other, and in the last but one, one rule after the other.
struct Watch {
    stages: [Duration; 5],
    rules: Vec<Duration>,
    next: usize,
    since: Instant,
    rule_since: Instant,
}

impl Watch {
    fn start() -> Self {
        let now = Instant::now();
        Self { stages: [Duration::ZERO; 5], rules: Vec::new(), next: 0, since: now, rule_since: now }
    }

    fn lap(&mut self) {
        if let Some(stage) = self.stages.get_mut(self.next) {
            *stage = self.since.elapsed();
        }
        self.next += 1;
        self.since = Instant::now();
        self.rule_since = self.since;
    }

    fn ran(&mut self, rule: Option<usize>) {
        let now = Instant::now();
        if let Some(rule) = rule {
            if self.rules.len() <= rule {
                self.rules.resize(rule + 1, Duration::ZERO);
            }
            self.rules[rule] += now - self.rule_since;
        }
        self.rule_since = now;
    }
}
