//! The compiled form of models: what the flow engine asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::options::OptionTable;
use super::schema::Form;
use super::template::Template;
use crate::flow::EffectKind;

/// What a program does.
#[derive(Debug, Clone)]
pub struct KnownProgram {
    /// Its first name with the sub-command words, for readers: `aws s3 cp`.
    pub title: Arc<str>,
    /// Words that come first among the operands and are not operands; each with the words that may stand for it.
    pub subcommand: Vec<Vec<String>>,
    /// Its options.
    pub options: OptionTable,
    /// What it does, in order.
    pub effects: Vec<PlannedEffect>,
    /// The argv of another command that it runs in its place.
    pub runs: Option<Template>,
    /// The built-in text filter that computes its output.
    pub filter: Option<Arc<str>>,
    /// What it writes to its standard output.
    pub output: Option<Template>,
    /// Its example.
    pub example: KnownExample,
}

/// What a library call does.
#[derive(Debug, Clone)]
pub struct KnownCall {
    /// Its first name.
    pub title: Arc<str>,
    /// How the name is used.
    pub form: Form,
    /// Names of the positional parameters, in order.
    pub parameters: Vec<Arc<str>>,
    /// Whether the last parameter takes all that is left, as a list.
    pub rest: bool,
    /// Names that are only given by keyword.
    pub keywords: Vec<Arc<str>>,
    /// What it does, in order.
    pub effects: Vec<PlannedEffect>,
    /// The argv of a program that it starts.
    pub runs: Option<Template>,
    /// What it returns.
    pub returns: Option<Template>,
    /// Class of the object that it returns.
    pub class: Option<Arc<str>>,
    /// Fields that the object keeps.
    pub fields: BTreeMap<Arc<str>, Template>,
    /// Fields that the receiver keeps from now on.
    pub sets: BTreeMap<Arc<str>, Template>,
    /// The built-in pure function that computes the result.
    pub pure: Option<Arc<str>>,
    /// Functions that it calls back.
    pub invokes: Option<Template>,
    /// What they are called with; a list gives the arguments in order.
    pub invokes_with: Option<Template>,
    /// Its example.
    pub example: KnownExample,
}

/// One effect of a program or call.
#[derive(Debug, Clone)]
pub struct PlannedEffect {
    /// What is done.
    pub kind: EffectKind,
    /// Role and value.
    pub with: Vec<(&'static str, Template)>,
    /// What must hold for it to happen.
    pub when: Vec<Condition>,
    /// Its tags, with what must hold for them.
    pub tags: Vec<(Arc<str>, Option<Condition>)>,
}

/// Tests of which one must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition(pub Vec<Test>);

/// One test of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `slot`: it is present.
    Present(Template),
    /// `!slot`: it is absent.
    Absent(Template),
    /// `slot=text`: it has this text in any letter case, or a text that is not known.
    Text(Template, Arc<str>),
    /// `!slot=text`: it is not known to have this text; an absent one has not.
    NotText(Template, Arc<str>),
}

/// An example, as a test runs it.
#[derive(Debug, Clone)]
pub struct KnownExample {
    /// The code.
    pub code: Arc<str>,
    /// The effects that it must have, in order.
    pub effects: Vec<ExpectedEffect>,
    /// The file of models that it stands in.
    pub file: Arc<str>,
    /// The line in that file.
    pub line: u64,
    /// `shell`, `python`, `javascript` or `powershell`.
    pub language: Arc<str>,
}

/// `kind role=text …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedEffect {
    /// What is done.
    pub kind: EffectKind,
    /// Role and the text that the argument renders to.
    pub with: Vec<(&'static str, String)>,
}

impl Condition {
    /// Parses `slot`, `!slot`, `slot=text`, joined by `|`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        // Conditions never speak of what effects yield, so that a parameter may be called `verify` or `env`.
        let slot = |name: &str| match effect_kind(name) {
            Ok(_) => Ok(Template::Slot(name.into())),
            Err(_) => Template::parse(&format!("${name}")).map_err(|_| format!("`{text}` is no condition")),
        };
        text.split('|')
            .map(|test| match test.trim().split_once('=') {
                Some((name, text)) => match name.strip_prefix('!') {
                    Some(name) => Ok(Test::NotText(slot(name)?, text.into())),
                    None => Ok(Test::Text(slot(name)?, text.into())),
                },
                None => match test.trim().strip_prefix('!') {
                    Some(name) => slot(name).map(Test::Absent),
                    None => slot(test.trim()).map(Test::Present),
                },
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        self.0.iter().map(Test::template)
    }
}

impl Test {
    /// The template whose value is tested.
    #[must_use]
    pub fn template(&self) -> &Template {
        let (Self::Present(template) | Self::Absent(template) | Self::Text(template, _) | Self::NotText(template, _)) =
            self;
        template
    }
}

impl ExpectedEffect {
    /// Parses `kind role=text …`. A text runs up to the next ` role=` of this kind.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (word, mut rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let kind = effect_kind(word)?;
        let mut with = Vec::new();
        rest = rest.trim_start();
        while !rest.is_empty() {
            let (role, tail) = rest.split_once('=').ok_or_else(|| format!("`{rest}` should be `role=text`"))?;
            let role = effect_role(kind, role)?;
            let end =
                kind.roles().iter().filter_map(|next| tail.find(&format!(" {next}="))).min().unwrap_or(tail.len());
            with.push((role, tail.get(..end).unwrap_or(tail).to_owned()));
            rest = tail.get(end..).unwrap_or_default().trim_start();
        }
        Ok(Self { kind, with })
    }
}

/// The kind of effect that a word names.
pub(super) fn effect_kind(word: &str) -> Result<EffectKind, String> {
    EffectKind::all().find(|kind| kind.as_str() == word).ok_or_else(|| {
        let words: Vec<_> = EffectKind::all().map(EffectKind::as_str).collect();
        format!("`{word}` is no effect; there are {}", words.join(", "))
    })
}

/// The role of this name that a kind of effect has.
pub(super) fn effect_role(kind: EffectKind, role: &str) -> Result<&'static str, String> {
    kind.roles()
        .iter()
        .copied()
        .find(|own| *own == role)
        .ok_or_else(|| format!("the effect `{kind}` has no role `{role}`; it has {}", kind.roles().join(", ")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn conditions_are_read() {
        let slot = |name: &str| Template::Slot(name.into());
        let condition = Condition::parse("!mode|mode=rb|1").unwrap();
        assert_eq!(
            condition.0,
            [Test::Absent(slot("mode")), Test::Text(slot("mode"), "rb".into()), Test::Present(Template::Operand(1))]
        );
        assert!(Condition::parse("a b").is_err());
        assert!(Condition::parse("").is_err());
    }

    #[test]
    fn expected_effects_are_read() {
        let expected = ExpectedEffect::parse("send body=a=b c url=https://x.test/?q=1").unwrap();
        assert_eq!(expected.kind, EffectKind::Send);
        assert_eq!(expected.with, [("body", "a=b c".to_owned()), ("url", "https://x.test/?q=1".to_owned())]);
        assert!(ExpectedEffect::parse("fetch path=x").unwrap_err().contains("no role `path`; it has url"));
        assert!(ExpectedEffect::parse("get url=x").unwrap_err().contains("no effect"));
    }
}
