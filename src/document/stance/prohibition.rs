//! Prohibitions of running and using, and words that condemn: each holds for its own clause only.

use super::sentence::{has_word, is_word_at, starts_with_word};
use super::words::words;

/// Whether a clause forbids running or using what follows it.
pub(super) fn forbids(clause: &str) -> bool {
    prohibits(clause, |_| true)
}

/// Whether a sentence forbids the block of code that follows it. "Never use `pip`:" forbids `pip`, and the block may
/// well show what to use instead.
pub(super) fn forbids_block(sentence: &str) -> bool {
    prohibits(sentence, |rest| {
        let points = words().demonstratives.iter().any(|word| has_word(rest, word));
        !rest.contains('`') && (points || rest.split_whitespace().count() <= 2)
    })
}

/// Whether a prohibition of running or using stands in a clause, and `holds` for what follows it.
fn prohibits(clause: &str, holds: impl Fn(&str) -> bool) -> bool {
    let clause = clause.to_ascii_lowercase();
    words().prohibitions.iter().any(|cue| {
        clause.match_indices(cue.as_str()).any(|(at, _)| {
            let end = at + cue.len();
            if cue.is_ascii() && !is_word_at(&clause, at, end) {
                return false;
            }
            let rest = &clause[end..];
            if words().breakers.iter().any(|breaker| rest.contains(breaker.as_str())) {
                return false;
            }
            governs_running(rest) && holds(rest)
        })
    })
}

/// Whether the first verb after a prohibition is one of running or using, or the code follows at once.
fn governs_running(rest: &str) -> bool {
    let mut rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '`');
    loop {
        if rest.is_empty() || rest.starts_with('`') {
            return true;
        }
        if let Some(adverb) = words().adverbs.iter().find(|word| starts_with_word(rest, word)) {
            rest = rest[adverb.len()..].trim_start();
        } else {
            return words().verbs_of_running.iter().any(|verb| starts_with_word(rest, verb));
        }
    }
}

pub(super) fn condemns(after: &str) -> bool {
    let after = after.to_ascii_lowercase();
    // Only what is said of this span: up to the next one.
    let own = after.split('`').next().unwrap_or_default();
    words().condemnations.iter().any(|words| own.contains(words.as_str()))
}
