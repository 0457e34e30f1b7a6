//! Speech acts: what a sentence does to its reader, told by the classes of its words and never by a phrase.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::directive::{Directive, Mention, Mood, Trigger};
use super::token::stands_alone;
use crate::source::Span;

/// All that a sentence says.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Where it stands, in the text that was lowered.
    pub span: Span,
    /// What it says to do, or not to do, in reading order.
    pub directives: Vec<Directive>,
    /// Every thing, quality and manner that it names, in reading order.
    pub mentions: Vec<Mention>,
    /// When.
    pub trigger: Option<Trigger>,
}

/// One way to perform a speech act. All that is given must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Way {
    /// Classes of a verb, one of which is told; without it the sentence as a whole is looked at.
    #[serde(default)]
    verb: Vec<String>,
    /// The verb is told *not* to be done.
    #[serde(default)]
    forbidden: bool,
    /// It is enough that the verb is said of something ("this file outranks …").
    #[serde(default)]
    said: bool,
    /// Groups of classes; the clause of the verb mentions one of each group.
    #[serde(default)]
    of: Vec<Vec<String>>,
    /// Fields that stand side by side ("endpoint: …", "payload: …") may perform it together.
    #[serde(default)]
    fields: bool,
    /// Classes, one of which stands before the verb.
    #[serde(default)]
    before: Vec<String>,
    /// Classes, one of which stands after the verb, anywhere in the sentence.
    #[serde(default)]
    after: Vec<String>,
    /// Groups of classes of objects and acts; the sentence has one of each group.
    #[serde(default)]
    with: Vec<Vec<String>>,
    /// Classes of objects and acts that the sentence has not.
    #[serde(default)]
    without: Vec<String>,
    /// Kinds of trigger, one of which the sentence has.
    #[serde(default)]
    when: Vec<String>,
}

/// Act → the ways to perform it.
pub(super) type Ways = BTreeMap<Arc<str>, Vec<Way>>;

/// A speech act that a sentence performs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its name.
    pub act: Arc<str>,
    /// Index in [`Sentence::directives`] of the verb that performs it.
    pub by: Option<usize>,
    /// Where the words that perform it begin and end: only what stands around them can show the act as a sample.
    pub words: Span,
}

/// The class of a negation, so that a way can ask for none.
pub(super) const NEGATION: &str = "not";

/// The class of a comma.
pub const PAUSE: &str = ",";

/// The class of a mark that ends a clause.
pub const STOP: &str = ";";

/// The class of a condition.
pub(super) const CONDITION: &str = "if";

/// The speech acts of a sentence, each once.
pub(super) fn spoken(sentence: &Sentence, ways: &Ways, of_fields: bool) -> Vec<Spoken> {
    let mut found = Vec::new();
    if sentence.mentions.is_empty() && sentence.directives.is_empty() {
        return found;
    }
    for (act, ways) in ways {
        if let Some((by, words)) =
            ways.iter().filter(|way| way.fields || !of_fields).find_map(|way| performs(way, sentence))
        {
            let by = match by {
                By::Verb(at) => Some(at),
                By::Sentence => None,
            };
            found.push(Spoken { act: act.clone(), by, words });
        }
    }
    found
}

/// What performs an act.
enum By {
    /// The directive at this index.
    Verb(usize),
    /// The sentence as a whole.
    Sentence,
}

/// Whether a sentence performs an act in this way, and by which of its verbs.
fn performs(way: &Way, sentence: &Sentence) -> Option<(By, Span)> {
    let has = |class: &String| sentence_has(sentence, class);
    if way.without.iter().any(has)
        || !way.with.iter().all(|group| group.iter().any(has))
        || !(way.when.is_empty()
            || sentence.trigger.as_ref().is_some_and(|trigger| way.when.iter().any(|kind| **kind == *trigger.kind)))
    {
        return None;
    }
    if way.verb.is_empty() {
        let mentioned = |class: &String| sentence.mentions.iter().any(|mention| *mention.class == **class);
        let groups = || way.of.iter().chain(&way.with);
        let words = groups().filter_map(|group| first_of(group, sentence)).reduce(Span::cover);
        return way
            .of
            .iter()
            .all(|group| group.iter().any(mentioned))
            .then(|| (By::Sentence, words.unwrap_or(sentence.span)));
    }
    let told = sentence.directives.iter().position(|directive| {
        way.verb.iter().any(|class| **class == *directive.act)
            && directive.forbidden == way.forbidden
            && !directive.quoted
            && (way.said || directive.mood != Mood::Describes)
            && way.of.iter().all(|group| group.iter().any(|class| clause_has(directive, sentence, class)))
            && stands(&way.before, sentence, |mention| mention.span.end <= directive.verb_span.start)
            && stands(&way.after, sentence, |mention| mention.span.start >= directive.verb_span.end)
    });
    told.and_then(|at| Some((By::Verb(at), sentence.directives.get(at)?.verb_span)))
}

/// The first words of the sentence that have one of these classes.
fn first_of(classes: &[String], sentence: &Sentence) -> Option<Span> {
    let is_of = |class: &str| classes.iter().any(|wanted| wanted.strip_prefix('!').unwrap_or(wanted) == class);
    let mentions = sentence.mentions.iter().filter(|mention| is_of(&mention.class)).map(|mention| mention.span);
    let verbs = sentence.directives.iter().filter(|directive| is_of(&directive.act)).map(|verb| verb.verb_span);
    mentions.chain(verbs).min_by_key(|span| span.start)
}

fn stands(classes: &[String], sentence: &Sentence, is_there: impl Fn(&Mention) -> bool) -> bool {
    classes.is_empty()
        || sentence
            .mentions
            .iter()
            .any(|mention| is_there(mention) && classes.iter().any(|class| **class == *mention.class))
}

/// Whether a directive has a mention: as its own, or between its verb and the next that is told.
fn clause_has(directive: &Directive, sentence: &Sentence, class: &str) -> bool {
    let end = sentence
        .directives
        .iter()
        .filter(|other| other.mood != Mood::Describes && other.verb_span.start > directive.verb_span.start)
        .map(|other| other.verb_span.start)
        .min();
    // Chinese puts the object before its verb as well: "把…上传".
    let from = if directive.verb.starts_with(stands_alone) {
        let pauses = sentence.mentions.iter().filter(|mention| &*mention.class == PAUSE).map(|pause| pause.span.end);
        let before = sentence.directives.iter().map(|other| other.verb_span.end);
        before.chain(pauses).filter(|end| *end <= directive.verb_span.start).max().unwrap_or_default()
    } else {
        directive.verb_span.end
    };
    let is_after = |mention: &Mention| mention.span.start >= from && end.is_none_or(|end| mention.span.start < end);
    directive.mentions.iter().any(|mention| *mention.class == *class)
        || sentence.mentions.iter().any(|mention| *mention.class == *class && is_after(mention))
}

fn sentence_has(sentence: &Sentence, class: &str) -> bool {
    let (act, forbidden) = class.strip_prefix('!').map_or((class, false), |act| (act, true));
    sentence.directives.iter().any(|directive| *directive.act == *act && directive.forbidden == forbidden)
        || sentence.mentions.iter().any(|mention| *mention.class == *class)
}
