//! Rules as they are written: one YAML file per rule. Unknown keys and words are errors; nothing here is compiled.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_saphyr::Spanned;

use super::host::Tier;
use super::secret::Check;
use crate::finding::{Class, Confidence, Gate, Reach, Severity, Stance};
use crate::flow::EffectKind;

/// How settled a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// New: may change or go.
    Preview,
    /// Settled.
    Stable,
    /// On its way out.
    Deprecated,
}

/// A rule file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Rule {
    pub(crate) id: Spanned<String>,
    pub(crate) title: String,
    pub(crate) family: Spanned<String>,
    pub(crate) class: Class,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) gate: Gate,
    pub(crate) status: Status,
    pub(crate) since: String,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    pub(crate) message: Spanned<String>,
    pub(crate) why: String,
    pub(crate) fix: String,
    #[serde(rename = "match")]
    pub(crate) condition: Spanned<Condition>,
    /// What the stance of the content does to the finding, where it is not the usual.
    #[serde(default)]
    pub(crate) stance: StanceTable,
    pub(crate) examples: Examples,
}

/// What a stance does to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StanceEffect {
    /// The finding stays as it is.
    Keep,
    /// Severity one step less, gate at most `review`.
    Lower,
    /// No finding.
    Drop,
}

/// What stances do, by name; `None` is the usual (see `grade.rs`).
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct StanceTable {
    pub(crate) forbids: Option<StanceEffect>,
    pub(crate) depicts: Option<StanceEffect>,
    pub(crate) mentions: Option<StanceEffect>,
    pub(crate) offers: Option<StanceEffect>,
}

/// What must hold. Exactly one of the matchers is given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Condition {
    pub(crate) effect: Option<Spanned<EffectPattern>>,
    pub(crate) flow: Option<Spanned<FlowPattern>>,
    pub(crate) text: Option<Spanned<TextPattern>>,
    pub(crate) manifest: Option<Spanned<ManifestPattern>>,
    pub(crate) bundle: Option<Spanned<BundlePattern>>,
    pub(crate) undeclared: Option<Spanned<UndeclaredPattern>>,
    pub(crate) all: Option<Vec<Spanned<Condition>>>,
    pub(crate) any: Option<Vec<Spanned<Condition>>>,
    pub(crate) not: Option<Box<Spanned<Condition>>>,
    pub(crate) near: Option<Box<Near>>,
    /// Only at the top of a rule: what lowers its grade, or drops it.
    pub(crate) lower_when: Vec<Spanned<When>>,
    /// Only at the top of a rule: what raises its grade.
    pub(crate) raise_when: Vec<Spanned<When>>,
}

/// Several conditions that must hold close to each other; the first one gives the place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Near {
    pub(crate) within: Within,
    pub(crate) of: Vec<Spanned<Condition>>,
}

/// How close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// In one sentence.
    Sentence,
    /// In one paragraph, list item, code block or line of code.
    Block,
    /// Under one heading.
    Section,
    /// In one file.
    Document,
    /// Anywhere in the bundle.
    Bundle,
}

/// A named circumstance that changes a finding's grade. All that is given must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct When {
    pub(crate) name: String,
    /// The source of the flow is like this.
    pub(crate) source: Option<Spanned<EffectPattern>>,
    /// The sink of the flow, or the effect itself, is like this.
    pub(crate) sink: Option<Spanned<EffectPattern>>,
    /// A host of the finding is of one of these tiers.
    pub(crate) tier: Option<OneOrMany<Tier>>,
    /// A host of the finding is in this list, `@name`.
    pub(crate) host: Option<Spanned<String>>,
    pub(crate) stance: Option<OneOrMany<Stance>>,
    pub(crate) reach: Option<OneOrMany<Reach>>,
    /// The matched text is like this.
    pub(crate) value: Option<Spanned<ValuePattern>>,
    /// The store or key that is read is named after the skill itself.
    pub(crate) own: Option<bool>,
    /// A step on the way from source to sink is like this.
    pub(crate) way: Option<Spanned<ValuePattern>>,
    /// Something else holds near the finding; `within` says how near (a section, if it does not).
    pub(crate) near: Option<Box<Spanned<Condition>>>,
    /// Something else does not hold near the finding, as near as `within` says.
    pub(crate) without: Option<Box<Spanned<Condition>>>,
    pub(crate) within: Option<Within>,
    pub(crate) severity: Option<Severity>,
    pub(crate) confidence: Option<Confidence>,
    pub(crate) gate: Option<Gate>,
}

/// An effect.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct EffectPattern {
    /// Its kind, or one of several; any kind where none is given. `effect` is the same key.
    #[serde(alias = "effect")]
    pub(crate) kind: Option<OneOrMany<EffectKind>>,
    /// Role → what the value must be like.
    #[serde(rename = "where")]
    pub(crate) roles: BTreeMap<String, Spanned<ValuePattern>>,
    /// The program, call or verb.
    pub(crate) by: Option<Spanned<ValuePattern>>,
    /// The whole command, as far as it is known.
    pub(crate) resolved: Option<Spanned<ValuePattern>>,
    /// Tags that it must all have.
    pub(crate) tags: OneOrMany<String>,
    /// Tags of which it must have one.
    pub(crate) any_tag: OneOrMany<String>,
    /// Tags that it must not have.
    pub(crate) not_tags: OneOrMany<String>,
    pub(crate) stance: Option<OneOrMany<Stance>>,
    pub(crate) reach: Option<OneOrMany<Reach>>,
    /// Language of its document.
    pub(crate) language: Option<OneOrMany<String>>,
    pub(crate) disguised: Option<bool>,
    /// How its document stands in its host: `load-time`, `decoded`, `comment`, `hook` …
    pub(crate) held: Option<OneOrMany<Held>>,
}

/// How a document stands in what holds it, at any level above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// A command that runs when Markdown is loaded.
    LoadTime,
    /// A comment.
    Comment,
    /// A decoded layer.
    Decoded,
    /// A value of a manifest.
    Manifest,
    /// A fenced or indented code block, or a code span.
    Code,
    /// A here-document.
    Heredoc,
    /// A string that is run as code.
    CommandString,
}

/// What code does and no text of the bundle for readers names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct UndeclaredPattern {
    pub(crate) what: Undeclared,
    /// The effects that are looked at.
    pub(crate) effect: Spanned<EffectPattern>,
}

/// What is not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Undeclared {
    /// A variable of the environment.
    Variable,
    /// A host.
    Host,
}

/// Content that one effect yields reaches another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FlowPattern {
    pub(crate) from: Spanned<OneOrMany<EffectPattern>>,
    pub(crate) to: Spanned<OneOrMany<EffectPattern>>,
    /// Roles of the sink that it must reach; its main role where none is given.
    #[serde(default)]
    pub(crate) via: OneOrMany<String>,
    /// Whether it must go through a file that one effect writes and another reads or runs, or must not.
    pub(crate) through_file: Option<bool>,
    /// What must also be on the way (such as a decoding).
    pub(crate) through: Option<Spanned<EffectPattern>>,
    /// What makes the flow harmless; any of them is enough.
    pub(crate) unless: Option<Spanned<OneOrMany<Unless>>>,
}

/// What makes a flow harmless. All that is given must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Unless {
    /// `digest`: a digest or signature of what flows is checked.
    pub(crate) verified: Option<Verified>,
    /// A credential goes to the service that it belongs to.
    pub(crate) own_credential: Option<bool>,
    pub(crate) source: Option<Spanned<EffectPattern>>,
    pub(crate) sink: Option<Spanned<EffectPattern>>,
}

/// How content is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verified {
    /// A digest or signature.
    Digest,
}

/// A value. A string is `@lexicon`, `/regex/`, a glob (`*`, `?`) or plain text; a list is any of its items.
#[derive(Debug, Clone)]
pub(crate) enum ValuePattern {
    Short(String),
    Any(Vec<ValuePattern>),
    Full(Box<ValueTests>),
}

/// Tests of a value; all that are given must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct ValueTests {
    /// Is exactly this text (without case).
    pub(crate) text: OneOrMany<String>,
    /// Is in this lexicon, `@name`.
    #[serde(rename = "in")]
    pub(crate) within: OneOrMany<String>,
    /// A regular expression is found in it.
    pub(crate) regex: OneOrMany<String>,
    /// A glob matches it; `*` stops at `/`.
    pub(crate) glob: OneOrMany<String>,
    /// Its host is in this lexicon.
    pub(crate) host_in: OneOrMany<String>,
    /// Its host is of one of these tiers.
    pub(crate) tier: OneOrMany<Tier>,
    /// It is wholly known, or not.
    pub(crate) constant: Option<bool>,
    /// The argument is there at all, or not.
    pub(crate) present: Option<bool>,
    /// It holds what such an effect yields.
    pub(crate) contains_source: Option<Box<EffectPattern>>,
    /// It is the content of a file at such a path.
    pub(crate) file: Option<Box<ValuePattern>>,
    /// It was computed by a program or call whose name matches one of these regular expressions.
    pub(crate) through: OneOrMany<String>,
    /// It names a file of the bundle: as a path, or as a word of a command line.
    pub(crate) bundled: Option<bool>,
    /// Its name is one slip away from one in this lexicon, and is none of it.
    pub(crate) resembles: OneOrMany<String>,
    pub(crate) any: Vec<ValuePattern>,
    pub(crate) all: Vec<ValuePattern>,
    pub(crate) not: Option<Box<ValuePattern>>,
}

impl<'de> Deserialize<'de> for ValuePattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shapes;
        impl<'de> Visitor<'de> for Shapes {
            type Value = ValuePattern;
            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str(
                    "a pattern (`@lexicon`, `/regex/`, a glob or text), a list of patterns, or a map of tests",
                )
            }
            fn visit_str<E>(self, text: &str) -> Result<ValuePattern, E> {
                Ok(ValuePattern::Short(text.to_owned()))
            }
            fn visit_bool<E>(self, value: bool) -> Result<ValuePattern, E> {
                Ok(ValuePattern::Short(value.to_string()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<ValuePattern, E> {
                Ok(ValuePattern::Short(value.to_string()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<ValuePattern, E> {
                Ok(ValuePattern::Short(value.to_string()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<ValuePattern, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(ValuePattern::Any)
            }
            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<ValuePattern, A::Error> {
                Box::deserialize(MapAccessDeserializer::new(entries)).map(ValuePattern::Full)
            }
        }
        deserializer.deserialize_any(Shapes)
    }
}

/// One value, or a list of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shapes<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Shapes<T> {
            type Value = OneOrMany<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("one value or a list of values")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<OneOrMany<T>, E> {
                T::deserialize(serde::de::value::StrDeserializer::new(text)).map(|value| OneOrMany(vec![value]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<OneOrMany<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(OneOrMany)
            }
            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<OneOrMany<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(entries)).map(|value| OneOrMany(vec![value]))
            }
        }
        deserializer.deserialize_any(Shapes(std::marker::PhantomData))
    }
}

/// A regular expression on a scope.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct TextPattern {
    /// One of these is found. Linear time; without case unless `case-sensitive`.
    pub(crate) regex: OneOrMany<String>,
    pub(crate) scope: OneOrMany<Scope>,
    #[serde(default)]
    pub(crate) case_sensitive: bool,
    /// None of these is found in the same sentence.
    #[serde(default)]
    pub(crate) not: OneOrMany<String>,
    /// Only in files whose path matches one of these globs.
    #[serde(default)]
    pub(crate) file: OneOrMany<String>,
    /// Only in files whose path matches none of these globs.
    #[serde(default)]
    pub(crate) not_file: OneOrMany<String>,
    /// The first group (or the whole match) has at least this entropy, in bits for each character.
    pub(crate) min_entropy: Option<f64>,
    /// The first group (or the whole match) does not look like a stand-in (`YOUR_KEY`, `xxxx`, `<token>` …).
    #[serde(default)]
    pub(crate) not_placeholder: bool,
    /// The first group (or the whole match) has the inner form that it must have: `structure`, `key`.
    pub(crate) check: Option<Check>,
}

/// Where text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Paragraphs, list items, table cells, visible HTML.
    Prose,
    /// Headings.
    Heading,
    /// HTML comments and definitions that render as nothing.
    Comment,
    /// Targets of links, images and definitions.
    LinkTarget,
    /// Alternative texts of images.
    Alt,
    /// Code: whole files and blocks in a language that runs.
    Code,
    /// The path of a file.
    FileName,
    /// Front matter of Markdown.
    FrontMatter,
    /// Decoded layers.
    Decoded,
    /// Prose that a reader of the rendered page does not see, and comments.
    Hidden,
    /// Every text file as it stands.
    Any,
}

/// A value in a manifest.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ManifestPattern {
    /// Globs over the file's path; `**/SKILL.md` means its front matter.
    pub(crate) file: OneOrMany<String>,
    /// Path of keys: `hooks.*.command`; `*` is any key or item, `**` any number of them, `a|b` one of two.
    pub(crate) path: String,
    pub(crate) value: Option<Spanned<ValuePattern>>,
    /// The path is there (the usual), or not there.
    pub(crate) present: Option<bool>,
    /// The last key is given more than once.
    #[serde(default)]
    pub(crate) duplicate: bool,
}

/// Something about files.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct BundlePattern {
    /// Globs over the file's path.
    pub(crate) path: OneOrMany<String>,
    pub(crate) not_path: OneOrMany<String>,
    /// `text`, `executable`, `archive`, `media`, `binary`, `empty`.
    pub(crate) kind: OneOrMany<String>,
    pub(crate) executable: Option<bool>,
    /// Least size in bytes.
    pub(crate) min_size: Option<u64>,
    /// The content begins with one of these, in hexadecimal.
    pub(crate) magic: OneOrMany<String>,
    /// A symbolic link that leads outside: `escaping` (any way out), `absolute` (to `/` or the home folder).
    pub(crate) link: Option<LinkWay>,
    /// At least this many blank lines in a row, with something after them.
    pub(crate) blank_lines: Option<u32>,
    /// At least this many blanks in a row within a line, with something after them.
    pub(crate) blanks: Option<u32>,
    /// A file with such a path (a glob; `{stem}` is this file's name without extension, `{dir}` its folder) is there.
    pub(crate) sibling: Option<String>,
    /// No such file is there.
    pub(crate) no_sibling: Option<String>,
    /// Whether a text of the bundle names the file.
    pub(crate) referenced: Option<bool>,
    /// A notice of one of these kinds was made for code, instructions or a container.
    pub(crate) notice: OneOrMany<String>,
    /// Something of these kinds is odd about a file, a name or a container, such as `bytecode-differs`.
    pub(crate) oddity: OneOrMany<String>,
    /// Regular expressions over the particulars of the oddity, or the message of the notice.
    pub(crate) detail: OneOrMany<String>,
    /// Regular expressions that must not be found in them.
    pub(crate) not_detail: OneOrMany<String>,
}

/// Where a symbolic link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LinkWay {
    /// Outside the bundle's root.
    Escaping,
    /// To an absolute path or the home folder.
    Absolute,
}

/// Examples: documentation and tests at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Examples {
    #[serde(rename = "match")]
    pub(crate) matching: Vec<Spanned<Example>>,
    pub(crate) no_match: Vec<Spanned<Example>>,
    /// Honest debt: fails on the day on which `now` is no longer true.
    #[serde(default)]
    pub(crate) gap: Vec<Spanned<Example>>,
}

/// What a gap does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Now {
    /// The rule should fire and does not.
    Miss,
    /// The rule should stay silent and does not.
    Hit,
}

/// One example. Exactly one of `sh`, `py`, `js`, `ps`, `text`, `files` gives the bundle.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Whether it shows how a rule is evaded and still fires.
    pub evasive: bool,
    /// A shell script that SKILL.md tells the agent to run.
    pub sh: Option<String>,
    /// The same in Python.
    pub py: Option<String>,
    /// The same in JavaScript.
    pub js: Option<String>,
    /// The same in PowerShell.
    pub ps: Option<String>,
    /// The body of SKILL.md, or of `file`.
    pub text: Option<String>,
    /// Name of the file that holds `text`.
    pub file: Option<String>,
    /// Path → text of every file.
    pub files: BTreeMap<String, String>,
    /// Path → content in hexadecimal, in addition.
    pub bytes: BTreeMap<String, String>,
    /// Path → target of symbolic links, in addition.
    pub links: BTreeMap<String, String>,
    /// Text that the primary place must cover.
    pub at: Option<String>,
    /// Line of the primary place, from 1.
    pub line: Option<u32>,
    /// File of the primary place.
    pub path: Option<String>,
    /// Severity that the finding must have.
    pub severity: Option<Severity>,
    /// Gate that the finding must have.
    pub gate: Option<Gate>,
    /// Only for gaps.
    pub now: Option<Now>,
}
