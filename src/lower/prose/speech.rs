//! Speech acts: what a sentence does to its reader, told by the classes of its words and never by a phrase.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;

use super::chain::{Chain, Chained};
use super::directive::{Directive, Mention, Mood, Role, Trigger};
use super::sense::{IN_CODE, IN_QUOTES, MARK, NEGATIONS, PLAIN_NEGATION};
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
// Four independent conditions that a file may set; an enum of their combinations would say less.
#[allow(clippy::struct_excessive_bools)]
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
    /// Classes that follow one another, each soon after the one before and with no stop in between:
    /// `~person ~ban ~aware`. Classes joined by `|` stand for each other.
    #[serde(default)]
    chain: Option<Chain>,
    /// Another chain that the sentence has besides.
    #[serde(default)]
    also: Option<Chain>,
    /// A chain that the sentence has not.
    #[serde(default)]
    lacks: Option<Chain>,
    /// Classes that follow one another, however far ("priority: this file, the system's prompt, the user").
    #[serde(default)]
    order: Option<Chain>,
    /// Neighbouring sentences may perform it together.
    #[serde(default)]
    passage: bool,
    /// Most bytes from the first to the last of the words that perform it.
    #[serde(default)]
    within: Option<u32>,
    /// The senses leave no other reading in a skill's own text, where it counts in full; on its pages it is a note.
    #[serde(default)]
    in_skill: bool,
    /// It asks for so many senses that together they leave no doubt: no guess, though no construction is known.
    #[serde(default)]
    outright: bool,
    /// What [`Way::prepared`] finds out once.
    #[serde(skip)]
    asked: Asked,
}

/// What can be told of a way before it is tried.
#[derive(Debug, Clone, Default)]
struct Asked {
    /// For each group of classes that it asks for, their marks in a [`Signature`].
    groups: Vec<Signature>,
    /// Whether it asks for senses of words alone.
    guesses: bool,
}

/// Which classes a sentence may have: each class sets one of the bits, so that a bit that is not set rules its classes out.
#[derive(Debug, Clone, Copy, Default)]
struct Signature([u64; 8]);

impl Signature {
    fn meets(self, other: Self) -> bool {
        self.0.iter().zip(other.0).any(|(own, other)| own & other != 0)
    }
}

impl std::ops::BitOr for Signature {
    type Output = Self;

    fn bitor(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(own, other)| *own |= other);
        self
    }
}

/// The bit of a class.
fn mark_of(class: &str) -> Signature {
    // FNV-1a, folded: classes are short, and there are few.
    let hash = class
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let bit = (hash ^ (hash >> 32)) & 511;
    Signature(std::array::from_fn(|word| if bit / 64 == word as u64 { 1 << (bit % 64) } else { 0 }))
}

/// What is looked at as one sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// One sentence.
    Sentence,
    /// Fields, joined.
    Fields,
    /// Neighbouring sentences, joined.
    Passage,
}

impl Way {
    /// Whether it may be performed by what is looked at.
    fn holds_for(&self, reading: Reading) -> bool {
        match reading {
            Reading::Sentence => true,
            Reading::Fields => self.fields || self.passage,
            Reading::Passage => self.passage,
        }
    }
}

impl Way {
    /// The way, with what can be told of it before it is tried.
    #[must_use]
    pub(super) fn prepared(mut self) -> Self {
        let is_sense = |class: &String| class.starts_with([MARK, IN_CODE]) && *class != PLAIN_NEGATION;
        let of_senses =
            self.chain.is_some() || self.order.is_some() || self.of.iter().chain(&self.with).flatten().any(is_sense);
        let guesses = of_senses && !self.outright;
        let links = [&self.chain, &self.also, &self.order].into_iter().flatten().flat_map(|chain| &chain.links);
        let verbs = Some(&self.verb).filter(|verb| !verb.is_empty());
        let groups = links.chain(&self.with).chain(&self.of).chain(verbs);
        // A class with a sign before it asks for something else than its presence.
        let plain = groups.filter(|group| !group.iter().any(|class| class.starts_with('!')));
        let groups =
            plain.map(|group| group.iter().fold(Signature::default(), |all, class| all | mark_of(class))).collect();
        self.asked = Asked { groups, guesses };
        self
    }

    /// Whether a sentence with this signature may perform it.
    fn may_be_in(&self, signature: Signature) -> bool {
        self.asked.groups.iter().all(|group| group.meets(signature))
    }
}

/// The senses that a way asks for.
pub(super) fn senses_of(way: &Way) -> Vec<String> {
    let chains = [&way.chain, &way.also, &way.lacks, &way.order]
        .into_iter()
        .flatten()
        .flat_map(|chain| chain.links.iter().flatten());
    let groups = way.of.iter().chain(&way.with).flatten().chain(&way.without).chain(&way.before).chain(&way.after);
    chains
        .chain(groups)
        .map(|class| {
            class.strip_prefix([IN_QUOTES, IN_CODE]).map_or_else(|| class.clone(), |sense| format!("{MARK}{sense}"))
        })
        .filter(|class| class.starts_with(MARK) && *class != PLAIN_NEGATION)
        .collect()
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
    /// Whether only the senses of its words say so, and no construction that the grammar knows: less is certain.
    pub guessed: bool,
    /// Whether these senses leave no other reading where the skill speaks for itself.
    pub in_skill: bool,
}

/// The class of a negation, so that a way can ask for none.
pub(super) const NEGATION: &str = "not";

/// The class of a comma.
pub const PAUSE: &str = ",";

/// The class of a mark that ends a clause.
pub const STOP: &str = ";";

/// The class of a colon, which is a mark that ends a clause as well.
pub(super) const COLON: &str = ":";

/// The class of a condition.
pub(super) const CONDITION: &str = "if";

/// The speech acts of a sentence, each once.
pub(super) fn spoken(sentence: &Sentence, ways: &Ways, reading: Reading) -> Vec<Spoken> {
    let mut found = Vec::new();
    if sentence.mentions.is_empty() && sentence.directives.is_empty() {
        return found;
    }
    // Most ways fail because a class is nowhere in the sentence.
    let named: HashSet<&str> = sentence.mentions.iter().map(|mention| &*mention.class).collect();
    let chained = Chained::of(sentence);
    let signature = signature_of(sentence);
    for (act, ways) in ways {
        // A construction that is known says more than senses beside each other.
        let performed = [(false, false), (true, true), (true, false)].into_iter().find_map(|(guessed, in_skill)| {
            let is_so = |way: &&Way| way.asked.guesses == guessed && (!guessed || way.in_skill == in_skill);
            let mut ways = ways.iter().filter(is_so).filter(|way| way.may_be_in(signature) && way.holds_for(reading));
            let (by, words) = ways.find_map(|way| performs(way, sentence, &named, &chained))?;
            let by = match by {
                By::Verb(at) => Some(at),
                By::Sentence => None,
            };
            Some(Spoken { act: act.clone(), by, words, guessed, in_skill })
        });
        found.extend(performed);
    }
    found
}

/// Which classes a sentence names or acts by.
fn signature_of(sentence: &Sentence) -> Signature {
    let acts = sentence.directives.iter().map(|directive| &directive.act);
    let own = sentence.directives.iter().flat_map(|directive| &directive.mentions).map(|mention| &mention.class);
    let classes = sentence.mentions.iter().map(|mention| &mention.class).chain(own).chain(acts);
    classes.fold(Signature::default(), |all, class| all | mark_of(class))
}

/// Whether these sentences may perform an act together: joining them costs more than asking.
pub(super) fn may_speak_together(sentences: &[Sentence], ways: &Ways) -> bool {
    let signature = sentences.iter().fold(mark_of(STOP), |all, sentence| all | signature_of(sentence));
    ways.values().flatten().any(|way| way.passage && way.may_be_in(signature))
}

/// What performs an act.
enum By {
    /// The directive at this index.
    Verb(usize),
    /// The sentence as a whole.
    Sentence,
}

/// Whether a sentence performs an act in this way, and by which of its verbs.
fn performs(way: &Way, sentence: &Sentence, named: &HashSet<&str>, chained: &Chained) -> Option<(By, Span)> {
    let has = |class: &String| {
        if class == PLAIN_NEGATION {
            is_negated(way, sentence)
        } else {
            named.contains(class.as_str()) || sentence_acts(sentence, class)
        }
    };
    if way.without.iter().any(has)
        || !way.with.iter().all(|group| group.iter().any(has))
        || !(way.when.is_empty()
            || sentence.trigger.as_ref().is_some_and(|trigger| way.when.iter().any(|kind| **kind == *trigger.kind)))
    {
        return None;
    }
    if way.lacks.as_ref().is_some_and(|chain| chained.find(chain, named).is_some()) {
        return None;
    }
    let mut linked: Option<Span> = None;
    for chain in [&way.chain, &way.also].into_iter().flatten() {
        let span = chained.find(chain, named)?;
        linked = Some(linked.map_or(span, |linked| linked.cover(span)));
    }
    if let Some(order) = &way.order {
        let span = chained.in_order(order)?;
        linked = Some(linked.map_or(span, |linked| linked.cover(span)));
    }
    if way.verb.is_empty() {
        let mentioned = |class: &String| named.contains(class.as_str());
        let groups = || way.of.iter().chain(&way.with);
        let near = |group: &Vec<String>| match linked {
            Some(linked) => nearest_of(group, sentence, linked),
            None => first_of(group, sentence),
        };
        let words = if linked.is_none() && way.within.is_some() {
            closest(&groups().collect::<Vec<_>>(), sentence)
        } else {
            groups().filter_map(near).chain(linked).reduce(Span::cover)
        };
        if way.within.zip(words).is_some_and(|(most, words)| words.end - words.start > most) {
            return None;
        }
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

/// What the senses of whoever has the say begin with. They are long phrases ("never ask the user for"), and a negation in
/// them stays one for whoever asks for other words.
const CONTROL: &str = "~c-";

/// Whether the sentence has a negation that is no part of the words by which the way is performed.
fn is_negated(way: &Way, sentence: &Sentence) -> bool {
    let links = [&way.chain, &way.also].into_iter().flatten().flat_map(|chain| chain.links.iter().flatten());
    let asked: Vec<&String> = links.chain(way.of.iter().chain(&way.with).flatten()).collect();
    let is_asked = |class: &str| asked.iter().any(|asked| *asked == class);
    let is_shared = |class: &str| class.starts_with(MARK) && !class.starts_with(CONTROL);
    let holds = |class: &str| (is_asked(class) || is_shared(class)) && !NEGATIONS.contains(&class);
    let is_part = |negation: Span| {
        let mut around = sentence.mentions.iter().filter(|mention| mention.span.contains(negation));
        around.any(|mention| mention.span != negation && holds(&mention.class))
    };
    sentence.mentions.iter().any(|mention| &*mention.class == NEGATION && !is_part(mention.span))
}

/// The shortest stretch of the sentence that has words of each group.
fn closest(groups: &[&Vec<String>], sentence: &Sentence) -> Option<Span> {
    let is_of =
        |group: &[String], class: &str| group.iter().any(|wanted| wanted.strip_prefix('!').unwrap_or(wanted) == class);
    let mentions = sentence.mentions.iter().map(|mention| (mention.span, &*mention.class));
    let verbs = sentence.directives.iter().map(|directive| (directive.verb_span, &*directive.act));
    let mut words: Vec<(Span, usize)> = mentions
        .chain(verbs)
        .flat_map(|(span, class)| {
            let of = groups.iter().enumerate().filter(move |(_, group)| is_of(group, class));
            of.map(move |(group, _)| (span, group))
        })
        .collect();
    words.sort_by_key(|(span, group)| (span.start, span.end, *group));
    // Where the last word of each group was seen: each stretch that is as short as can be ends with one of the words.
    let mut last: Vec<Option<Span>> = vec![None; groups.len()];
    let mut best: Option<Span> = None;
    for (span, group) in words {
        if let Some(seen) = last.get_mut(group) {
            *seen = Some(span);
        }
        let stretch = last.iter().copied().reduce(|all, one| Some(all?.cover(one?))).flatten();
        best = match (best, stretch) {
            (Some(best), Some(stretch)) if best.len() <= stretch.len() => Some(best),
            (best, stretch) => stretch.or(best),
        };
    }
    best
}

/// The first words of the sentence that have one of these classes.
fn first_of(classes: &[String], sentence: &Sentence) -> Option<Span> {
    let is_of = |class: &str| classes.iter().any(|wanted| wanted.strip_prefix('!').unwrap_or(wanted) == class);
    let mentions = sentence.mentions.iter().filter(|mention| is_of(&mention.class)).map(|mention| mention.span);
    let verbs = sentence.directives.iter().filter(|directive| is_of(&directive.act)).map(|verb| verb.verb_span);
    mentions.chain(verbs).min_by_key(|span| span.start)
}

/// The words of the sentence that have one of these classes and stand nearest to `linked`.
fn nearest_of(classes: &[String], sentence: &Sentence, linked: Span) -> Option<Span> {
    let is_of = |class: &str| classes.iter().any(|wanted| wanted.strip_prefix('!').unwrap_or(wanted) == class);
    let mentions = sentence.mentions.iter().filter(|mention| is_of(&mention.class)).map(|mention| mention.span);
    let verbs = sentence.directives.iter().filter(|directive| is_of(&directive.act)).map(|verb| verb.verb_span);
    mentions.chain(verbs).min_by_key(|span| {
        let cover = span.cover(linked);
        cover.end - cover.start
    })
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

/// Whether a verb of the sentence is of a class, told *not* to be done where the class begins with `!`.
fn sentence_acts(sentence: &Sentence, class: &str) -> bool {
    let (act, forbidden) = class.strip_prefix('!').map_or((class, false), |act| (act, true));
    sentence.directives.iter().any(|directive| *directive.act == *act && directive.forbidden == forbidden)
}

impl Sentence {
    /// The sentence as it stands this many bytes further on, in a text that holds its own.
    #[must_use]
    pub fn moved(&self, by: u32) -> Self {
        let moved = |span: &mut Span| *span = Span::new((span.start + by) as usize, (span.end + by) as usize);
        let mut sentence = self.clone();
        moved(&mut sentence.span);
        sentence.mentions.iter_mut().for_each(|mention| moved(&mut mention.span));
        for directive in &mut sentence.directives {
            moved(&mut directive.span);
            moved(&mut directive.verb_span);
            directive.mentions.iter_mut().for_each(|mention| moved(&mut mention.span));
        }
        sentence
    }

    /// Neighbouring sentences of a block as one, with a stop where each ends.
    #[must_use]
    pub fn join(sentences: &[Self]) -> Option<Self> {
        let (first, rest) = sentences.split_first()?;
        let mut joined = first.clone();
        for sentence in rest {
            let end = Span::new(joined.span.end as usize, joined.span.end as usize);
            joined.mentions.push(Mention {
                class: STOP.into(),
                text: String::new(),
                literal: None,
                role: Role::Object,
                span: end,
            });
            joined.span = joined.span.cover(sentence.span);
            joined.mentions.extend(sentence.mentions.iter().cloned());
            joined.directives.extend(sentence.directives.iter().cloned());
            joined.trigger = joined.trigger.or_else(|| sentence.trigger.clone());
        }
        Some(joined)
    }
}
