//! Floor 1: what the scan says about a bundle. A finding cannot be made without a place.

mod grade;
mod location;
mod notice;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use grade::{Certainty, Class, Confidence, Gate, Reach, Severity, Stance};
pub use location::{Host, Location, Region};
pub use notice::{Notice, NoticeKind};
use serde::Serialize;

/// One thing that a rule found, with all that a report needs to show it: findings hold no reference to the bundle.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Id of the rule: the name of its file.
    pub rule: Arc<str>,
    /// The rule's title.
    pub title: Arc<str>,
    /// The rule's family, such as `remote-exec`.
    pub family: Arc<str>,
    /// What kind of trouble the rule is about.
    pub class: Class,
    /// Harm if the behaviour is real, after adjustments.
    pub severity: Severity,
    /// How sure the match is, after adjustments.
    pub confidence: Confidence,
    /// What the finding may do to the verdict, after adjustments.
    pub gate: Gate,
    /// One sentence or two, ending in a full stop, not yet made printable.
    pub message: String,
    /// The primary place.
    pub location: Location,
    /// The path that the finding took, source first, sink last. Empty where the place says it all.
    pub steps: Vec<Step>,
    /// The command or text after all decoding and expansion, where it differs from what stands in the file.
    pub resolved: Option<String>,
    /// How the content is put: done, told to the agent, shown, forbidden …
    pub stance: Stance,
    /// Whether the content can be reached from what the agent is told or from an entry point.
    pub reach: Reach,
    /// Adjustments that were made to severity, confidence or gate, in order.
    pub adjustments: Vec<Adjustment>,
    /// What ties this finding to others (never "the same file").
    pub links: BTreeSet<Link>,
}

/// One step of the path that a value took from source to sink.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Where the step happens.
    pub location: Location,
    /// What happens there, such as "`curl` fetches https://…".
    pub message: String,
}

/// A named change to a finding's grade, so that a reader sees why it is not the rule's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    /// What changed it, such as `well-known-installer` or `unreferenced`.
    pub name: String,
    /// What it did, such as "severity critical → medium".
    pub change: String,
}

/// Something that two findings can have in common and that makes them count together in the verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "lowercase")]
pub enum Link {
    /// An effect whose content flows through both (its index in the behaviour graph).
    Value(u32),
    /// A resolved path.
    Path(String),
    /// A host name or address.
    Host(String),
    /// A whole URL.
    Url(String),
    /// An execution chain: a hook or script and what it runs (index of its root document).
    Chain(u32),
    /// The innermost section of a Markdown document (document index, section index).
    Section(u32, u32),
}
