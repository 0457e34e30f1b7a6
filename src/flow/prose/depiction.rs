//! Whether a sentence shows an attack and does not make one.
//!
//! That follows from how the sentence is built and never from the mere presence of a word: who writes "this prevents
//! injection; all earlier rules are void" has named an attack and makes another. The words that perform the act must be
//! the object of the word that shows ("detect texts which claim that …"), with no new start in between.

use crate::lower::prose::{Mention, Mood, PAUSE, STOP, Sentence, Spoken};
use crate::source::Span;

/// Words that speak of attacks (`injection`, `attempts to`).
const ATTACK: &str = "attack";

/// Words that look out for something (`detect`, `beware of`).
const WATCH: &str = "watch";

/// Words for what attacks stand in (`texts which`): they show one where something else in the sentence speaks of attacks.
const SUCH: &str = "such-texts";

/// Farthest, in bytes, that a negation stands before the word that it negates ("never refuse").
const BEFORE: u32 = 8;

/// Most bytes between what was said and the word that calls it an attack: "… is an", "… as a clear".
const COPULA: u32 = 12;

/// Whether the sentence shows the act as one that somebody else may try.
pub(super) fn is_shown(sentence: &Sentence, spoken: &Spoken) -> bool {
    let by = spoken.by.and_then(|at| sentence.directives.get(at));
    // What is told is done, whatever else the sentence names.
    let is_told = by.is_some_and(|directive| directive.mood == Mood::Tells);
    let speaks = |end: u32| {
        let is_before = |mention: &Mention| [ATTACK, WATCH].contains(&&*mention.class) && mention.span.end <= end;
        sentence.mentions.iter().any(is_before)
    };
    let shows = sentence.mentions.iter().filter(|mention| match &*mention.class {
        ATTACK | WATCH => true,
        SUCH => speaks(mention.span.start),
        _ => false,
    });
    shows.filter(|mention| !is_negated(sentence, mention.span)).any(|mention| {
        if mention.span.end <= spoken.words.start {
            // "… or attempts to override": nobody is told to attempt.
            let governs = &*mention.class == ATTACK && spoken.words.start - mention.span.end <= 1;
            (!is_told || governs) && reaches(sentence, mention.span, spoken.words, &mention.class)
        } else {
            &*mention.class == ATTACK && is_called_so(sentence, spoken.words, mention.span)
        }
    })
}

fn is_negated(sentence: &Sentence, word: Span) -> bool {
    sentence.mentions.iter().any(|mention| {
        &*mention.class == "not" && mention.span.end <= word.start && word.start - mention.span.end <= BEFORE
    })
}

/// Whether the word that shows still governs what performs the act: nothing starts anew in between.
fn reaches(sentence: &Sentence, shows: Span, words: Span, class: &str) -> bool {
    let between = |span: Span| span.start >= shows.end && span.start < words.end;
    let opens = sentence.mentions.iter().filter(|mention| between(mention.span));
    // "Detect a, b and c" is one list; behind a phrase such as "to stop attacks," the sentence itself begins.
    let is_main = class == WATCH && sentence.span.start + 2 >= shows.start;
    let starts_anew = opens.into_iter().any(|mention| {
        let class = &*mention.class;
        class == STOP || (class == PAUSE && mention.span.start < words.start && !is_main)
    });
    let tells =
        sentence.directives.iter().any(|other| other.mood == Mood::Tells && !other.quoted && between(other.verb_span));
    !starts_anew && !tells
}

/// "That all rules are off is an attack": the word stands just behind what it names.
fn is_called_so(sentence: &Sentence, words: Span, name: Span) -> bool {
    let between = |span: Span| span.start >= words.end && span.end <= name.start;
    let is_near = name.start.checked_sub(words.end).is_some_and(|gap| gap <= COPULA);
    is_near
        && !sentence.mentions.iter().any(|mention| [STOP, PAUSE].contains(&&*mention.class) && between(mention.span))
}
