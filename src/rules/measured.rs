//! What rules hit on benign bundles: measured with the development sets, written to `docs/evaluation/benign-hits.json`
//! by `.ci/evaluate.py`, and carried in the binary, so that a reader of a finding knows what the rule costs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

/// The measurement that the binary carries.
static MEASURED: LazyLock<Measurement> = LazyLock::new(|| {
    // A test reads the file; a measurement that cannot be read is none.
    serde_json::from_str(include_str!("../../docs/evaluation/benign-hits.json")).unwrap_or_default()
});

/// Hits of all rules on benign bundles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Measurement {
    /// How many benign bundles were scanned.
    pub(super) bundles: usize,
    /// How many of them did not pass.
    pub(super) alarms: usize,
    /// Bundles per set.
    pub(super) sets: BTreeMap<String, usize>,
    /// Hits per rule; a rule that is not named hit nothing.
    pub(super) rules: BTreeMap<String, Counts>,
}

/// Hits of one rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    /// Bundles with a finding of the rule, notes included.
    pub(super) bundles: usize,
    /// Those of them that did not pass and where the finding was at least medium.
    pub(super) alarms: usize,
}

/// What one rule hit on benign bundles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Measured {
    /// Benign bundles that were scanned.
    pub of: usize,
    /// Those with a finding of the rule, notes included.
    pub bundles: usize,
    /// Those that did not pass and where the finding was at least medium.
    pub alarms: usize,
}

impl Measured {
    /// The measurement of a rule, if it was part of the last one.
    pub(super) fn of(rule: &str) -> Option<Self> {
        let counts = MEASURED.rules.get(rule)?;
        Some(Self { of: MEASURED.bundles, bundles: counts.bundles, alarms: counts.alarms })
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (of, bundles) = (grouped(self.of), grouped(self.bundles));
        match (self.bundles, self.alarms) {
            (0, _) => write!(out, "in none of {of} benign bundles"),
            (_, 0) => write!(out, "in {bundles} of {of} benign bundles, all of which passed"),
            (_, alarms) => {
                write!(out, "in {bundles} of {of} benign bundles, {} of which did not pass", grouped(alarms))
            }
        }
    }
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_measurement_is_whole() {
        let text = include_str!("../../docs/evaluation/benign-hits.json");
        let measurement: Measurement = serde_json::from_str(text).unwrap();
        assert_eq!(measurement.sets.values().sum::<usize>(), measurement.bundles);
        for (rule, counts) in &measurement.rules {
            assert!(counts.alarms <= counts.bundles && counts.bundles <= measurement.bundles, "{rule}");
        }
        assert!(measurement.alarms <= measurement.bundles);
    }

    #[test]
    fn said_in_words() {
        let said = |bundles, alarms| Measured { of: 3380, bundles, alarms }.to_string();
        assert_eq!(said(0, 0), "in none of 3,380 benign bundles");
        assert_eq!(said(12, 0), "in 12 of 3,380 benign bundles, all of which passed");
        assert_eq!(said(1012, 3), "in 1,012 of 3,380 benign bundles, 3 of which did not pass");
    }
}
