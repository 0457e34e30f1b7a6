//! Floor 5: rule packs: load, validate, compile, match, self-test, explain.
//!
//! A rule is written as YAML (`written.rs`) and becomes, through a validating conversion (`compile.rs`), the form that
//! runs (`rule.rs`). Rules see a bundle through a `Subject`; matchers (`matching/`) answer with hits; `grade.rs` turns
//! a hit into severity, confidence and gate; `run.rs` words it as a finding.

mod carried_out;
mod compile;
mod credential;
mod error;
mod explain;
mod facts;
mod grade;
mod host;
mod identity;
mod lexicon;
mod literals;
mod load;
mod matching;
mod measured;
mod message;
mod needed;
mod page;
mod pages;
mod path;
mod pattern;
mod polarity;
mod prefilter;
mod reference;
mod resembling;
mod rule;
mod run;
mod secret;
pub mod self_test;
mod steps;
mod subject;
#[cfg(test)]
mod tests;
mod written;

pub use error::{RuleError, RuleErrors};
pub use explain::{Explanation, Part, Shown, explain};
pub use host::{Tier, owner_label};
pub use lexicon::{Lexicon, LexiconKind, Lexicons};
pub use load::Ruleset;
pub use measured::Measured;
pub use pages::{GENERATED, pages};
pub use rule::{Example, Examples, Now, Rule, Status};
pub use secret::{redacted, struck_out};
pub use written::{Held, Scope, Within};
