use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::{Allow, Baseline, Config, Date, FailOn, Profile, Table};
use crate::finding::{Adjustment, Finding};

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// What took it out.
    pub kind: SuppressionKind,
    /// Why, in the words of the person who did.
    pub reason: String,
}

/// What took a finding out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressionKind {
    /// An entry of the config's allow list.
    Allow,
    /// It stands in the baseline.
    Baseline,
}

/// The decisions of the person who scans, ready to be applied to findings. Shared by all threads.
#[derive(Debug)]
pub struct Policy {
    /// The profile.
    pub profile: Profile,
    /// Its verdict table.
    pub table: Table,
    /// When a run fails.
    pub fail_on: FailOn,
    config: Config,
    /// Which entries of the allow list took a finding out, so that the others can be reported as stale.
    used: Vec<AtomicBool>,
    baseline: Option<Baseline>,
    today: Date,
}

impl Policy {
    /// The policy of a config and a baseline on this day. Arguments of the command line win over the config.
    #[must_use]
    pub fn new(
        config: Config,
        baseline: Option<Baseline>,
        profile: Option<Profile>,
        fail_on: Option<FailOn>,
        today: Date,
    ) -> Self {
        let profile = profile.or(config.profile).unwrap_or_default();
        let fail_on = fail_on.or(config.fail_on).unwrap_or_else(|| profile.fail_on());
        let used = config.allow.iter().map(|_| AtomicBool::new(false)).collect();
        Self { profile, table: profile.table(), fail_on, config, used, baseline, today }
    }

    /// The config file that was read, if one was.
    #[must_use]
    pub fn config_path(&self) -> Option<&std::path::Path> {
        self.config.path.as_deref()
    }

    /// Whether findings of this rule are reported at all.
    #[must_use]
    pub fn is_enabled(&self, rule: &str) -> bool {
        !self.config.disable.iter().any(|disabled| disabled == rule)
    }

    /// Gives the finding the severity that the config sets for its rule, and records that.
    pub fn grade(&self, finding: &mut Finding) {
        if let Some(&severity) = self.config.severity.get(&*finding.rule)
            && severity != finding.severity
        {
            let change = format!("severity {} → {severity}", finding.severity);
            finding.adjustments.push(Adjustment { name: "config".to_owned(), change });
            finding.severity = severity;
        }
    }

    /// What takes the finding out, if anything does.
    #[must_use]
    pub fn suppression(&self, bundle: &str, finding: &Finding, fingerprint: &str) -> Option<Suppression> {
        for (entry, used) in self.config.allow.iter().zip(&self.used) {
            if holds(entry, bundle, finding, fingerprint, self.today) {
                used.store(true, Ordering::Relaxed);
                return Some(Suppression { kind: SuppressionKind::Allow, reason: entry.reason.clone() });
            }
        }
        let is_known = self.baseline.as_ref().is_some_and(|baseline| baseline.holds(bundle, fingerprint));
        is_known.then(|| Suppression { kind: SuppressionKind::Baseline, reason: "in the baseline".to_owned() })
    }

    /// Entries of the allow list that have expired, or that took nothing out so far: line and sentence.
    #[must_use]
    pub fn stale(&self) -> Vec<(u32, String)> {
        let mut stale = Vec::new();
        for (entry, used) in self.config.allow.iter().zip(&self.used) {
            if let Some(expires) = entry.expires.filter(|&expires| expires < self.today) {
                stale.push((entry.line, format!("the allow entry for `{}` expired on {expires}.", entry.rule)));
            } else if !used.load(Ordering::Relaxed) {
                stale.push((entry.line, format!("the allow entry for `{}` matched no finding.", entry.rule)));
            }
        }
        stale
    }
}

fn holds(entry: &Allow, bundle: &str, finding: &Finding, fingerprint: &str, today: Date) -> bool {
    *entry.rule == *finding.rule
        && entry.expires.is_none_or(|expires| today <= expires)
        && entry.fingerprint.as_deref().is_none_or(|own| own == fingerprint)
        && entry.path.as_ref().is_none_or(|glob| glob.is_match(&*finding.location.path))
        && entry.bundle.as_ref().is_none_or(|glob| glob.is_match(bundle))
}
