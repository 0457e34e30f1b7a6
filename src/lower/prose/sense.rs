//! Senses: words by what they mean, whatever part of speech they are ("upload it", "the upload", "is uploaded").
//!
//! Unlike the verbs and objects of a directive, they are found without parsing the sentence.

use std::collections::{BTreeMap, BTreeSet};

use super::grammar::GrammarFile;
use super::inflection::{noun_forms, verb_forms};
use super::phrase::CHOICE;

/// What a sense begins with where it is asked for.
pub(super) const MARK: char = '~';

/// What a sense begins with where its word must stand in quotation marks.
pub(super) const IN_QUOTES: char = '^';

/// What a sense begins with where its word must stand in a code span (`--no-confirm`, `approval: never`).
pub(super) const IN_CODE: char = '$';

/// The sense of a negation that is no part of another word's sense ("the decision is no").
pub(super) const PLAIN_NEGATION: &str = "~not";

/// Senses that are negations themselves.
pub(super) const NEGATIONS: [&str; 5] = ["~ban", "~dont", "~lack-of", "~refusal", "~wo"];

/// What begins the name of a class whose words a sense takes over.
const TAKES: char = '@';

/// What begins a word that is not inflected.
const AS_WRITTEN: char = '=';

/// The words of every sense and class, in all their forms.
#[derive(Debug, Default)]
pub(super) struct Senses {
    own: BTreeMap<String, BTreeSet<String>>,
    classes: BTreeMap<String, BTreeSet<String>>,
    /// Sense → classes whose words it takes over.
    takes: BTreeMap<String, BTreeSet<String>>,
}

impl Senses {
    /// Takes the words of a file.
    pub(super) fn add(&mut self, file: &GrammarFile) {
        for (sense, words) in &file.senses {
            let known = self.own.entry(sense.clone()).or_default();
            for word in words {
                if let Some(class) = word.strip_prefix(TAKES) {
                    self.takes.entry(sense.clone()).or_default().insert(class.to_owned());
                } else {
                    known.extend(forms(word, file));
                }
            }
        }
        for (class, words) in file.verbs.iter().chain(&file.objects) {
            let known = self.classes.entry(class.clone()).or_default();
            known.extend(words.iter().flat_map(|word| forms(word, file)));
        }
    }

    /// The words of a sense as it is asked for (`~person`): its own, or those of the class of that name.
    pub(super) fn words(&self, asked: &str) -> Option<BTreeSet<String>> {
        let name = asked.strip_prefix(MARK)?;
        let taken = self.takes.get(name).into_iter().flatten();
        let mut words: BTreeSet<String> =
            taken.filter_map(|class| self.classes.get(class)).flatten().cloned().collect();
        words.extend(self.own.get(name).into_iter().flatten().cloned());
        if !self.own.contains_key(name) {
            words.extend(self.classes.get(name)?.iter().cloned());
        }
        Some(words)
    }
}

/// A word or phrase in every form that it may have as a verb or as a noun.
fn forms(word: &str, file: &GrammarFile) -> Vec<String> {
    if let Some(word) = word.strip_prefix(AS_WRITTEN) {
        return vec![word.to_owned()];
    }
    if !file.inflected || word.contains(CHOICE) {
        return vec![word.to_owned()];
    }
    let (first, rest) = word.split_once(' ').map_or((word, None), |(first, rest)| (first, Some(rest)));
    let mut found = noun_forms(word).to_vec();
    found.push(format!("{word}'s"));
    let pasts = file.pasts.get(first).into_iter().flatten().cloned();
    for verb in verb_forms(first).into_iter().map(|(form, _)| form).chain(pasts) {
        found.push(rest.map_or_else(|| verb.clone(), |rest| format!("{verb} {rest}")));
    }
    found
}
