//! "This needs foo-core" here, and "Installing foo-core" far below: the name links them.

use super::Reader;
use crate::flow::EffectKind;
use crate::lower::prose::Sentence;
use crate::source::Span;

/// The class of words that say that something is required.
const REQUIRED: &str = "required";

/// Most names that are remembered.
const NAMES: usize = 32;

/// Words of a heading that bring something.
const BRINGS: &[&str] = &["install", "get", "download", "set up", "setup", "obtain", "安装", "下载", "获取"];

impl Reader<'_> {
    /// Remembers the names of what a sentence says is required.
    pub(super) fn requires(&mut self, sentence: &Sentence, text: &str) {
        if !sentence.mentions.iter().any(|mention| &*mention.class == REQUIRED) {
            return;
        }
        let words = sentence.span.slice(text).split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
        for word in words.map(|word| word.trim_matches(['-', '_', '.'])).filter(|word| is_name(word)) {
            let word = word.to_lowercase();
            if self.required.len() < NAMES && !self.required.contains(&word) {
                self.required.push(word);
            }
        }
    }

    /// Adds an act to a heading that brings what is required.
    pub(super) fn brings_requirement(&mut self, heading: &str, place: impl Fn(Span) -> Span) {
        let lower = heading.to_lowercase();
        if !BRINGS.iter().any(|word| lower.contains(word)) {
            return;
        }
        let Some(name) = self.required.iter().find(|name| lower.contains(name.as_str())).cloned() else { return };
        let span = Span::new(0, heading.len());
        let sentence = Sentence { span, directives: Vec::new(), mentions: Vec::new(), trigger: None };
        let span = place(span);
        let arguments = vec![("act", self.text("bring-requirement", span)), ("object", self.text(&name, span))];
        self.say(&sentence, None, span, EffectKind::Instruct, arguments);
    }
}

/// Whether a word is made as a name: with a joint or with capitals inside (`foo-core`, `FooCore`).
fn is_name(word: &str) -> bool {
    let has_capital_inside = word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    word.len() >= 4 && word.starts_with(|c: char| c.is_ascii_alphabetic()) && (word.contains('-') || has_capital_inside)
}
