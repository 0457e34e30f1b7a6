//! Floor 6: configuration, fingerprints and the verdict: what findings mean for a bundle.
//!
//! Rules say what is there; the policy says what follows from it. Nothing in here looks at a bundle's text again.

mod baseline;
mod config;
mod date;
mod drift;
mod fingerprint;
mod inspection;
mod inventory;
mod line_hash;
mod linking;
mod profile;
mod suppression;
mod table;
mod table_file;
mod verdict;

pub use baseline::{Baseline, BaselineError};
pub use config::{Allow, Config, ConfigError};
pub use date::Date;
pub use drift::{Drift, Side};
pub use fingerprint::fingerprint;
pub use inspection::{Declaration, Difference, Entry, Inspection, PlaceOf, Thing};
pub use inventory::Inventory;
pub use line_hash::LineHashes;
pub use linking::{Group, groups};
pub use profile::Profile;
pub use suppression::{Policy, Suppression, SuppressionKind};
pub use table::{Row, Table, Test};
pub use verdict::{Outcome, Reason, Verdict, decide};

/// When a run is a failed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// A bundle with this verdict or a worse one.
    Verdict(Outcome),
    /// A finding with this severity or a higher one.
    Severity(crate::finding::Severity),
    /// Never because of what was found.
    Never,
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "block" => return Ok(Self::Verdict(Outcome::Block)),
            "review" => return Ok(Self::Verdict(Outcome::Review)),
            "never" => return Ok(Self::Never),
            _ => {}
        }
        let severity = crate::finding::Severity::ALL.iter().find(|severity| severity.as_str() == word);
        severity
            .map(|&severity| Self::Severity(severity))
            .ok_or_else(|| format!("`{word}` is not one of block, review, never, info, low, medium, high, critical"))
    }
}
