use std::sync::Arc;

use crate::finding::{Confidence, Gate, Severity, Stance};

use super::Outcome;

/// One row of the verdict table: the first row that applies gives the verdict.
#[derive(Debug, Clone)]
pub struct Row {
    /// Short name, used in the reasons of a verdict.
    pub name: Arc<str>,
    /// What the bundle gets.
    pub outcome: Outcome,
    /// When it applies.
    pub test: Test,
}

/// When a row applies.
#[derive(Debug, Clone)]
pub enum Test {
    /// Any one finding like this.
    Alone(Alone),
    /// Any group of linked findings like this.
    Linked(Linked),
    /// Any code, instructions or container that was not analysed.
    Incomplete,
}

/// Conditions on one finding; all must hold.
#[derive(Debug, Clone)]
pub struct Alone {
    /// Its gate is one of these.
    pub gates: Vec<Gate>,
    /// Its severity is at least this.
    pub severity: Severity,
    /// Its confidence is at least this.
    pub confidence: Confidence,
    /// It is put in one of these ways.
    pub stances: Vec<Stance>,
    /// Something that the agent is told, or an entry point, leads to it.
    pub reached: bool,
    /// Its rule has one of these tags; no condition where empty.
    pub tags: Vec<String>,
}

/// Conditions on a group of findings that links tie together.
///
/// Only findings with one of `gates`, one of `stances` and at least `confidence` are members: a weak finding can
/// neither make a group nor spoil it.
#[derive(Debug, Clone)]
pub struct Linked {
    /// Gates of members.
    pub gates: Vec<Gate>,
    /// Stances of members.
    pub stances: Vec<Stance>,
    /// Least confidence of members.
    pub confidence: Confidence,
    /// Least confidence of the surest member.
    pub surest: Confidence,
    /// Least number of different rules.
    pub rules: usize,
    /// Least number of different families.
    pub families: usize,
    /// The group is bad enough with one member of this severity …
    pub one_of: Severity,
    /// … or with members of this severity from two rules.
    pub two_of: Severity,
}

/// The verdict table of a profile.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its rows, most severe outcome first.
    pub rows: Vec<Row>,
}

/// What asks to be done, or is done.
const ACTIVE: &[Stance] = &[Stance::Does, Stance::Instructs, Stance::Offers];
/// However it is put: the rules engine drops what is only depicted or forbidden, unless something (a decoded layer,
/// an automatic run, the rule itself) makes the way it is put count for nothing. The table must not undo that.
const ANY: &[Stance] = Stance::ALL;

/// Tags of rules whose medium findings are worth a reviewer's time.
const REVIEWED_AT_MEDIUM: &[&str] =
    &["verdict-review", "touches-secret", "persist", "auto-exec", "remote-instructions"];

/// Tags of rules whose findings reject under the strict profile, although they never block elsewhere.
const REJECTED_WHEN_STRICT: &[&str] = &["strict-block", "remote-instructions"];

impl Table {
    /// The table of the default profile.
    #[must_use]
    pub fn standard() -> Self {
        Self { rows: vec![block_alone(), block_linked(), review_high(), review_medium(), review_incomplete()] }
    }

    /// The table of the strict profile: some rules that elsewhere ask for review reject.
    #[must_use]
    pub fn strict() -> Self {
        let mut table = Self::standard();
        table.rows.insert(2, block_strict());
        table
    }
}

fn block_alone() -> Row {
    Row {
        name: "blocks-alone".into(),
        outcome: Outcome::Block,
        test: Test::Alone(Alone {
            gates: vec![Gate::Block],
            severity: Severity::High,
            confidence: Confidence::High,
            stances: ACTIVE.to_vec(),
            reached: true,
            tags: Vec::new(),
        }),
    }
}

fn block_linked() -> Row {
    Row {
        name: "linked-findings".into(),
        outcome: Outcome::Block,
        test: Test::Linked(Linked {
            gates: vec![Gate::Link, Gate::Block],
            stances: ACTIVE.to_vec(),
            confidence: Confidence::Medium,
            surest: Confidence::High,
            rules: 2,
            families: 2,
            one_of: Severity::Critical,
            two_of: Severity::High,
        }),
    }
}

fn block_strict() -> Row {
    Row {
        name: "strict-rule".into(),
        outcome: Outcome::Block,
        test: Test::Alone(Alone {
            gates: vec![Gate::Review, Gate::Link, Gate::Block],
            severity: Severity::Medium,
            confidence: Confidence::Medium,
            stances: ACTIVE.to_vec(),
            reached: true,
            tags: owned(REJECTED_WHEN_STRICT),
        }),
    }
}

fn review_high() -> Row {
    Row {
        name: "serious-finding".into(),
        outcome: Outcome::Review,
        test: Test::Alone(Alone {
            gates: vec![Gate::Review, Gate::Link, Gate::Block],
            severity: Severity::High,
            confidence: Confidence::Medium,
            stances: ANY.to_vec(),
            reached: false,
            tags: Vec::new(),
        }),
    }
}

fn review_medium() -> Row {
    Row {
        name: "sensitive-finding".into(),
        outcome: Outcome::Review,
        test: Test::Alone(Alone {
            gates: vec![Gate::Review, Gate::Link, Gate::Block],
            severity: Severity::Medium,
            confidence: Confidence::Low,
            stances: ANY.to_vec(),
            reached: false,
            tags: owned(REVIEWED_AT_MEDIUM),
        }),
    }
}

fn review_incomplete() -> Row {
    Row { name: "not-fully-analysed".into(), outcome: Outcome::Review, test: Test::Incomplete }
}

fn owned(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

fn one_of<T: ToString>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

impl Test {
    /// The condition in words, one per line.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        match self {
            Self::Alone(alone) => {
                let mut lines = vec![
                    "any finding with".to_owned(),
                    format!("gate {}", one_of(&alone.gates)),
                    format!("severity {} or worse", alone.severity),
                ];
                if alone.confidence > Confidence::Low {
                    lines.push(format!("confidence {} or better", alone.confidence));
                }
                if alone.stances.len() < Stance::ALL.len() {
                    lines.push(format!("that the bundle {}", one_of(&alone.stances)));
                }
                if alone.reached {
                    lines.push("reached from what the agent is told, or from an entry point".to_owned());
                }
                if !alone.tags.is_empty() {
                    lines.push(format!("whose rule is tagged {}", one_of(&alone.tags)));
                }
                lines
            }
            Self::Linked(linked) => vec![
                "any group of findings, tied by a value, path, host, URL, execution chain or section, with".to_owned(),
                format!("members of gate {}, confidence {} or better", one_of(&linked.gates), linked.confidence),
                format!("that the bundle {}", one_of(&linked.stances)),
                format!("{} or more different rules of {} or more families", linked.rules, linked.families),
                format!("one member of confidence {}", linked.surest),
                format!("one {} member, or two rules with {} ones", linked.one_of, linked.two_of),
            ],
            Self::Incomplete => {
                vec!["any code, instructions or container that could not be analysed, or not wholly".to_owned()]
            }
        }
    }
}
