//! Sentences that tell a reader to run something.

use super::prohibition::forbids;
use super::sentence::{has_word, is_word_at, last_sentence, sentence_ends};
use super::words::words;

/// Whether the sentence before a code span tells the reader to run what stands below it.
pub(super) fn points_here(before: &str) -> bool {
    let sentence = last_sentence(before).to_ascii_lowercase();
    asks(&sentence) && words().pointers.iter().any(|word| sentence.contains(word.as_str()))
}

/// Whether a heading is a sentence that says what to do, not only the name of what follows ("Run `make`").
pub(super) fn orders(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    before.split_whitespace().count() >= 6
        && words().imperatives.iter().chain(&words().orders_too).any(|verb| has_word(&before, verb))
}

/// Whether a clause tells the reader to do what follows it.
pub(super) fn asks(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    words().imperatives.iter().chain(&words().asks_too).any(|verb| has_word(&before, verb))
}

/// Whether a block tells the reader to run something, without forbidding it.
pub(super) fn tells_to_run(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut from = 0;
    let ends: Vec<usize> = sentence_ends(&text).map(|(at, _)| at).chain([text.len()]).collect();
    for end in ends {
        let sentence = text.get(from..end).unwrap_or_default();
        from = end;
        let told = words().imperatives.iter().any(|verb| {
            sentence.match_indices(verb.as_str()).any(|(at, _)| {
                let after = at + verb.len();
                let object: String = sentence[after..].chars().take(24).collect();
                (!verb.is_ascii() || is_word_at(sentence, at, after))
                    && (object.is_empty() || words().objects.iter().any(|word| object.contains(word.as_str())))
                    && !forbids(&sentence[..at])
            })
        });
        if told && !forbids(sentence) {
            return true;
        }
    }
    false
}
