//! Phrases with choices in them: `without any| approval|consent` is four phrases, because a choice may be nothing.

use super::token::{Token, stands_alone};

/// What stands between choices.
pub(super) const CHOICE: char = '|';

/// What may stand at one place of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    words: Vec<String>,
    /// Nothing may stand there as well.
    optional: bool,
}

/// What follows the first word of a phrase.
#[derive(Debug, Clone)]
pub(super) struct Rest(Vec<Slot>);

/// The first words that a phrase may begin with, each with what follows it.
pub(super) fn beginnings(phrase: &str) -> Vec<(String, Rest)> {
    let slots: Vec<Slot> = phrase.split_whitespace().flat_map(slots).collect();
    let mut found = Vec::new();
    for (at, slot) in slots.iter().enumerate() {
        let rest = slots.get(at + 1..).unwrap_or_default();
        found.extend(slot.words.iter().map(|word| (word.clone(), Rest(rest.to_vec()))));
        if !slot.optional {
            break;
        }
    }
    found
}

fn slots(part: &str) -> Vec<Slot> {
    if !part.contains(CHOICE) {
        return split_as_tokens(part).into_iter().map(|word| Slot { words: vec![word], optional: false }).collect();
    }
    let words = part.split(CHOICE).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    vec![Slot { words, optional: part.split(CHOICE).any(str::is_empty) }]
}

/// Most words of a phrase.
const LONGEST: u32 = 63;

impl Rest {
    /// How many of these tokens it takes, if they are such a phrase: as many as can be.
    pub(super) fn follows(&self, tokens: &[Token]) -> Option<usize> {
        // One bit for each place that is reached: most phrases end at their first word.
        let mut reached: u64 = 1;
        for slot in &self.0 {
            let mut next = if slot.optional { reached } else { 0 };
            let mut left = reached & !(1 << LONGEST);
            while left != 0 {
                let at = left.trailing_zeros();
                left &= left - 1;
                if tokens.get(at as usize).is_some_and(|token| slot.words.contains(&token.folded)) {
                    next |= 1 << (at + 1);
                }
            }
            if next == 0 {
                return None;
            }
            reached = next;
        }
        reached.checked_ilog2().map(|at| at as usize)
    }
}

/// A phrase of the grammar cut as [`super::token::tokens`] cuts text.
pub(super) fn split_as_tokens(phrase: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in phrase.split_whitespace() {
        let mut word = String::new();
        for c in part.chars() {
            if stands_alone(c) {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                words.push(c.to_string());
            } else {
                word.extend(c.to_lowercase());
            }
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;
    use crate::source::Span;

    /// How many words of the text the phrase takes from its start.
    fn taken(phrase: &str, text: &str) -> Option<usize> {
        let tokens = tokens(text, Span::new(0, text.len()));
        let (first, rest) = tokens.split_first()?;
        let begun = beginnings(phrase).into_iter().filter(|(word, _)| *word == first.folded);
        begun.filter_map(|(_, after)| after.follows(rest)).max().map(|count| count + 1)
    }

    #[test]
    fn a_phrase_is_taken_with_any_of_its_choices() {
        for (phrase, text, expected) in [
            ("without any| approval|consent", "Without any consent", Some(3)),
            ("without any| approval|consent", "without approval of it", Some(2)),
            ("without any| approval|consent", "without any of it", None),
            ("|fully armed", "armed and more", Some(1)),
            ("|fully armed", "fully armed", Some(2)),
            ("one word", "one word", Some(2)),
            ("one word", "one", None),
            ("not to| be|", "not to be", Some(3)),
            ("无需确认", "无需确认就行", Some(4)),
        ] {
            assert_eq!(taken(phrase, text), expected, "{phrase}: {text}");
        }
    }
}
