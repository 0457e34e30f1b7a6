use std::fmt;

use serde::{Deserialize, Serialize};

/// Implements `Display` with the word that the enum serialises to.
macro_rules! words {
    ($($name:ident { $($variant:ident => $word:literal),+ $(,)? })+) => { $(
        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that rules and reports use.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    )+ };
}

/// Harm if the behaviour is real. Ordered from least to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Little harm.
    Low,
    /// Some harm, or harm that needs another condition.
    Medium,
    /// Serious harm.
    High,
    /// Loss of the machine, of secrets, money or data.
    Critical,
}

/// How sure a match is. Ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A lexical hint.
    Low,
    /// One heuristic step on the way.
    Medium,
    /// Resolved structure or a proven flow.
    High,
}

/// What a finding may do to the verdict. Ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// Never changes a verdict.
    Note,
    /// At most `review`.
    Review,
    /// Blocks only when linked to another finding of `link` or `block`.
    Link,
    /// May block alone.
    Block,
}

/// What kind of trouble a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// What a skill can do; not wrong in itself.
    Capability,
    /// Untidy, and makes review harder.
    Hygiene,
    /// A hole that somebody else could use.
    Weakness,
    /// Behaviour that harms the user.
    Threat,
}

/// How content is put. Ordered from what counts least to what counts most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// Told not to do ("never run …").
    Forbids,
    /// An example of an attack: in a detection list, a test fixture, a quoted sample.
    Depicts,
    /// Named in passing: reference material.
    Mentions,
    /// Shown to the reader as an option.
    Offers,
    /// Tells the agent, or the reader, to do it.
    Instructs,
    /// Code that acts when its file runs.
    Does,
}

/// How content is reached from what the agent is told and from entry points. Ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Nothing that was read refers to it.
    Unreferenced,
    /// Through a reference file or an import.
    Indirect,
    /// In the body of SKILL.md, or a script that it names.
    Direct,
    /// Runs without being asked: hooks, lifecycle scripts, load-time commands, server starts.
    Auto,
}

/// How much of an effect is known. Ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The structure is known, its values are not.
    Unresolved,
    /// Some values are known, or a parse error stands nearby.
    Partial,
    /// Everything that the effect depends on is known.
    Resolved,
}

words! {
    Severity { Info => "info", Low => "low", Medium => "medium", High => "high", Critical => "critical" }
    Confidence { Low => "low", Medium => "medium", High => "high" }
    Gate { Note => "note", Review => "review", Link => "link", Block => "block" }
    Class { Capability => "capability", Hygiene => "hygiene", Weakness => "weakness", Threat => "threat" }
    Stance {
        Forbids => "forbids", Depicts => "depicts", Mentions => "mentions", Offers => "offers",
        Instructs => "instructs", Does => "does",
    }
    Reach { Unreferenced => "unreferenced", Indirect => "indirect", Direct => "direct", Auto => "auto" }
    Certainty { Unresolved => "unresolved", Partial => "partial", Resolved => "resolved" }
}

impl Severity {
    /// One step less; `Info` stays.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium => Self::Low,
            Self::Low | Self::Info => Self::Info,
        }
    }

    /// One step more; `Critical` stays.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Self::Info => Self::Low,
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }
}

impl Confidence {
    /// One step less; `Low` stays.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}
