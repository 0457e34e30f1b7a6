//! Rules as they are run: validated, every pattern compiled.

use std::sync::Arc;

use super::host::Tier;
use super::message::Template;
use super::pattern::{LazyGlobs, LazyRegex, LazyRegexSet};
use super::secret::Check;
pub use super::written::{Example, Now, Status};
use super::written::{Held, LinkWay, Scope, StanceEffect, Undeclared, Verified, Within};
use crate::bundle::{FileKind, OddityKind};
use crate::document::manifest;
use crate::finding::{Class, Confidence, Gate, Reach, Severity, Stance};
use crate::flow::EffectKind;

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id: the name of its file.
    pub id: Arc<str>,
    /// What it finds, in one line.
    pub title: Arc<str>,
    /// The family, such as `remote-exec`: the name of its folder.
    pub family: Arc<str>,
    /// What kind of trouble it is about.
    pub class: Class,
    /// Harm if the behaviour is real.
    pub severity: Severity,
    /// How sure a match is.
    pub confidence: Confidence,
    /// What a finding may do to the verdict.
    pub gate: Gate,
    /// How settled it is.
    pub status: Status,
    /// The version that brought it.
    pub since: String,
    /// References: catalogue, CWE, ATT&CK …
    pub tags: Vec<String>,
    /// The message, with its placeholders.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// Examples that must match, that must not, and gaps that are known.
    pub examples: Examples,
    pub(crate) template: Template,
    pub(crate) condition: Condition,
    pub(crate) lower: Vec<When>,
    pub(crate) raise: Vec<When>,
    pub(crate) stances: Stances,
}

/// A rule's examples.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    /// The rule fires.
    pub matching: Vec<Example>,
    /// The rule stays silent.
    pub no_match: Vec<Example>,
    /// Known debt.
    pub gap: Vec<Example>,
}

/// What each stance does to a finding; what acts and what instructs always counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stances {
    pub(crate) forbids: StanceEffect,
    pub(crate) depicts: StanceEffect,
    pub(crate) mentions: StanceEffect,
    pub(crate) offers: StanceEffect,
}

/// What must hold.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    Effect(EffectPattern),
    Flow(FlowPattern),
    Text(TextPattern),
    Manifest(ManifestPattern),
    Bundle(BundlePattern),
    Undeclared(UndeclaredPattern),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Near(Within, Vec<Condition>),
}

/// A named circumstance that changes a grade.
#[derive(Debug, Clone)]
pub(crate) struct When {
    pub(crate) name: String,
    pub(crate) source: Option<EffectPattern>,
    pub(crate) sink: Option<EffectPattern>,
    pub(crate) tier: Vec<Tier>,
    pub(crate) host: Option<String>,
    pub(crate) stance: Vec<Stance>,
    pub(crate) reach: Vec<Reach>,
    pub(crate) value: Option<ValuePattern>,
    pub(crate) way: Option<ValuePattern>,
    pub(crate) own: Option<bool>,
    pub(crate) near: Option<(Within, Condition)>,
    pub(crate) without: Option<(Within, Condition)>,
    pub(crate) severity: Option<Severity>,
    pub(crate) confidence: Option<Confidence>,
    pub(crate) gate: Option<Gate>,
}

/// An effect. Empty lists ask nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct EffectPattern {
    pub(crate) kinds: Vec<EffectKind>,
    pub(crate) roles: Vec<(&'static str, ValuePattern)>,
    pub(crate) by: Option<ValuePattern>,
    pub(crate) resolved: Option<ValuePattern>,
    pub(crate) tags: Vec<String>,
    pub(crate) any_tag: Vec<String>,
    pub(crate) not_tags: Vec<String>,
    pub(crate) stance: Vec<Stance>,
    pub(crate) reach: Vec<Reach>,
    pub(crate) language: Vec<String>,
    pub(crate) disguised: Option<bool>,
    pub(crate) held: Vec<Held>,
}

/// A flow from one effect to another.
#[derive(Debug, Clone)]
pub(crate) struct FlowPattern {
    pub(crate) from: Vec<EffectPattern>,
    pub(crate) to: Vec<EffectPattern>,
    /// Roles of the sink; the main role of its kind where the list is empty.
    pub(crate) via: Vec<&'static str>,
    pub(crate) through_file: Option<bool>,
    pub(crate) through: Option<EffectPattern>,
    pub(crate) unless: Vec<Unless>,
}

/// What makes a flow harmless.
#[derive(Debug, Clone)]
pub(crate) struct Unless {
    pub(crate) verified: Option<Verified>,
    pub(crate) own_credential: Option<bool>,
    pub(crate) source: Option<EffectPattern>,
    pub(crate) sink: Option<EffectPattern>,
}

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum ValuePattern {
    /// Is this text, without case.
    Text(String),
    /// Is in the lexicon with this name.
    Lexicon(Arc<str>),
    /// One of these is found.
    Regex(LazyRegexSet),
    /// One of these matches the text or its normal form as a path.
    Glob(LazyGlobs),
    /// Its host is in the lexicon.
    HostIn(Arc<str>),
    /// Its host is of one of these tiers.
    Tier(Vec<Tier>),
    /// It is wholly known, or not.
    Constant(bool),
    /// It is there, or not.
    Present(bool),
    /// It holds what such an effect yields.
    Contains(Box<EffectPattern>),
    /// It is the content of a file at such a path.
    File(Box<ValuePattern>),
    /// One of these is found in the name of what computed it, or a part of it.
    Through(LazyRegexSet),
    /// It names a file of the bundle, or does not.
    Bundled(bool),
    /// It is one slip away from a name in the lexicon.
    Resembles(Arc<str>),
    /// One of these.
    Any(Vec<ValuePattern>),
    /// All of these.
    All(Vec<ValuePattern>),
    /// Not this.
    Not(Box<ValuePattern>),
}

/// A regular expression on scopes.
#[derive(Debug, Clone)]
pub(crate) struct TextPattern {
    pub(crate) regexes: Vec<LazyRegex>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) not: Option<LazyRegexSet>,
    pub(crate) file: LazyGlobs,
    pub(crate) not_file: LazyGlobs,
    pub(crate) min_entropy: Option<f64>,
    pub(crate) not_placeholder: bool,
    pub(crate) check: Option<Check>,
}

/// What code does and no text admits.
#[derive(Debug, Clone)]
pub(crate) struct UndeclaredPattern {
    pub(crate) what: Undeclared,
    pub(crate) effect: EffectPattern,
}

/// A value in a manifest.
#[derive(Debug, Clone)]
pub(crate) struct ManifestPattern {
    pub(crate) file: LazyGlobs,
    pub(crate) path: Vec<KeyStep>,
    pub(crate) value: Option<ValuePattern>,
    pub(crate) present: bool,
    pub(crate) duplicate: bool,
}

/// One step of a path of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyStep {
    /// One of these keys.
    Keys(Vec<String>),
    /// Any key or item.
    One,
    /// Any number of keys and items.
    Many,
}

/// Something about files.
#[derive(Debug, Clone)]
pub(crate) struct BundlePattern {
    pub(crate) path: LazyGlobs,
    pub(crate) not_path: LazyGlobs,
    pub(crate) kinds: Vec<FileKind>,
    pub(crate) executable: Option<bool>,
    pub(crate) min_size: Option<u64>,
    pub(crate) magic: Vec<Vec<u8>>,
    pub(crate) link: Option<LinkWay>,
    pub(crate) blank_lines: Option<u32>,
    pub(crate) blanks: Option<u32>,
    pub(crate) sibling: Option<String>,
    pub(crate) no_sibling: Option<String>,
    pub(crate) referenced: Option<bool>,
    pub(crate) notices: Vec<String>,
    pub(crate) oddities: Vec<OddityKind>,
    pub(crate) manifest_oddities: Vec<manifest::OddityKind>,
    pub(crate) detail: Option<LazyRegexSet>,
    pub(crate) not_detail: Option<LazyRegexSet>,
}
