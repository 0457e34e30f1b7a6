use std::process::ExitCode;

use crate::policy::FailOn;
use crate::report::Summary;

/// How a run ends: the same in every format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nothing reached the threshold.
    Clean = 0,
    /// Something reached the threshold.
    Found = 1,
    /// The arguments, the config, a rule or an output is wrong.
    Usage = 2,
    /// There was nothing to scan.
    Nothing = 3,
    /// Something went unanalysed.
    Incomplete = 4,
}

impl Exit {
    /// How a scan ends. What was found comes first: it is true whatever else went unanalysed.
    pub(super) fn of_scan(summary: &Summary, fail_on: FailOn, finished: bool) -> Self {
        if summary.reaches(fail_on) {
            Self::Found
        } else if !finished || summary.incomplete > 0 {
            Self::Incomplete
        } else if summary.bundles == 0 {
            Self::Nothing
        } else {
            Self::Clean
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::policy::Outcome;

    #[test]
    fn what_was_found_comes_before_what_was_not_seen() {
        let block = FailOn::Verdict(Outcome::Block);
        let mut summary = Summary { bundles: 2, pass: 1, review: 1, ..Summary::default() };
        assert_eq!(Exit::of_scan(&summary, block, true), Exit::Clean);
        assert_eq!(Exit::of_scan(&summary, FailOn::Verdict(Outcome::Review), true), Exit::Found);
        assert_eq!(Exit::of_scan(&summary, block, false), Exit::Incomplete);
        summary.incomplete = 1;
        assert_eq!(Exit::of_scan(&summary, FailOn::Never, true), Exit::Incomplete);
        summary.block = 1;
        assert_eq!(Exit::of_scan(&summary, block, true), Exit::Found);
        summary.findings.insert(Severity::Medium, 1);
        assert_eq!(Exit::of_scan(&summary, FailOn::Severity(Severity::Low), true), Exit::Found);
        assert_eq!(Exit::of_scan(&summary, FailOn::Severity(Severity::High), true), Exit::Incomplete);
        assert_eq!(Exit::of_scan(&Summary::default(), block, true), Exit::Nothing);
    }
}
