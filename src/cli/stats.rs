use std::time::{Duration, Instant};

use crate::bundle::BundlePath;
use crate::report::one_line;
use crate::scan::{STAGES, Scanned, Scanner};

/// Bundles, files and rules that are shown.
const SLOWEST: usize = 5;

/// What a run took, for `--stats`. It goes to standard error: reports do not depend on clocks.
pub(super) struct Stats {
    since: Instant,
    stages: [Duration; STAGES.len()],
    bundles: usize,
    files: usize,
    bytes: u64,
    slowest: Vec<(Duration, String, u64)>,
    rules: Vec<Duration>,
}

impl Stats {
    pub(super) fn new() -> Self {
        let stages = [Duration::ZERO; STAGES.len()];
        Self { since: Instant::now(), stages, bundles: 0, files: 0, bytes: 0, slowest: Vec::new(), rules: Vec::new() }
    }

    pub(super) fn add(&mut self, scanned: &Scanned) {
        let effort = &scanned.effort;
        for (sum, stage) in self.stages.iter_mut().zip(effort.stages) {
            *sum += stage;
        }
        if self.rules.len() < effort.rules.len() {
            self.rules.resize(effort.rules.len(), Duration::ZERO);
        }
        for (sum, rule) in self.rules.iter_mut().zip(&effort.rules) {
            *sum += *rule;
        }
        self.bundles += 1;
        self.files += effort.files;
        self.bytes += effort.bytes;
        let took: Duration = effort.stages.iter().sum();
        self.slowest.push((took, one_line(&scanned.report.bundle), effort.bytes));
        self.slowest.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        self.slowest.truncate(SLOWEST);
    }

    #[allow(clippy::cast_precision_loss)]
    pub(super) fn show(&self, scanner: &Scanner, bundles: &[BundlePath]) {
        let seconds = self.since.elapsed().as_secs_f64().max(1e-9);
        let megabytes = self.bytes as f64 / 1e6;
        eprintln!(
            "{} bundles, {} files, {megabytes:.1} MB in {seconds:.2} s: {:.1} bundles/s, {:.2} MB/s",
            self.bundles,
            self.files,
            self.bundles as f64 / seconds,
            megabytes / seconds
        );
        let all: Duration = self.stages.iter().sum();
        for (name, stage) in STAGES.iter().zip(self.stages) {
            let share = 100.0 * stage.as_secs_f64() / all.as_secs_f64().max(1e-9);
            eprintln!("  {name:<10} {:>9.3} s {share:>5.1} %", stage.as_secs_f64());
        }
        eprintln!("slowest bundles:");
        for (took, bundle, bytes) in &self.slowest {
            eprintln!("  {:>9.3} s {:>9.1} kB  {bundle}", took.as_secs_f64(), *bytes as f64 / 1e3);
        }
        eprintln!("slowest rules:");
        let mut rules: Vec<_> = self.rules.iter().zip(scanner.rules.rules()).collect();
        rules.sort_by(|a, b| b.0.cmp(a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        for (took, rule) in rules.into_iter().take(SLOWEST) {
            eprintln!("  {:>9.3} s  {}", took.as_secs_f64(), rule.id);
        }
        eprintln!("slowest files of these bundles, each alone:");
        let slowest =
            bundles.iter().filter(|at| self.slowest.iter().any(|(_, shown, _)| *shown == one_line(&at.shown)));
        let timed =
            slowest.flat_map(|at| scanner.time_files(at).into_iter().map(|(file, took)| (took, &at.shown, file)));
        let mut files: Vec<_> = timed.collect();
        files.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, &a.2).cmp(&(b.1, &b.2))));
        for (took, bundle, file) in files.into_iter().take(SLOWEST) {
            eprintln!("  {:>9.3} s  {}", took.as_secs_f64(), one_line(&format!("{bundle}/{file}")));
        }
    }
}
