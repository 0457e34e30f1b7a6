//! Chains: classes of words that follow one another closely, as "the user — must not — learn" do.

use std::collections::HashSet;

use serde::Deserialize;

use super::directive::Mention;
use super::sense::PLAIN_NEGATION;
use super::speech::{COLON, NEGATION, PAUSE, STOP, Sentence};
use crate::source::Span;

/// Most bytes between two links of a chain.
const GAP: u32 = 44;

/// Classes that may stand behind a colon: a field's value, and what is said of what a label names.
const OVER_COLONS: [&str; 8] =
    ["~ban", "~itself", "~person", "~unneeded", "url", "~c-top", "~c-cage-off", "~c-null-after"];

/// Groups of classes in order. Written `a|b c`: one of `a` and `b`, then `c`.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub(super) struct Chain {
    pub(super) links: Vec<Vec<String>>,
}

impl From<String> for Chain {
    fn from(written: String) -> Self {
        // In a chain the place of a negation says what it belongs to.
        let class = |class: &str| if class == PLAIN_NEGATION { NEGATION.to_owned() } else { class.to_owned() };
        let group = |group: &str| group.split('|').map(class).collect();
        Self { links: written.split_whitespace().map(group).collect() }
    }
}

/// The words of a sentence in reading order, and where it pauses.
#[derive(Debug)]
pub(super) struct Chained<'s> {
    words: Vec<&'s Mention>,
    breaks: Vec<u32>,
    /// Colons: they break unless what follows forbids ("network activity: not to be mentioned").
    colons: Vec<u32>,
}

impl<'s> Chained<'s> {
    pub(super) fn of(sentence: &'s Sentence) -> Self {
        let mut words: Vec<&Mention> = sentence.mentions.iter().collect();
        words.sort_by_key(|mention| (mention.span.start, mention.span.end));
        let mut colons: Vec<u32> =
            words.iter().filter(|mention| &*mention.class == COLON).map(|mention| mention.span.start).collect();
        colons.dedup();
        let breaks = words
            .iter()
            .filter(|mention| {
                [PAUSE, STOP].contains(&&*mention.class) && colons.binary_search(&mention.span.start).is_err()
            })
            .map(|mention| mention.span.start)
            .collect();
        Self { words, breaks, colons }
    }

    /// Where the first such chain stands. `named` are the classes of the sentence.
    pub(super) fn find(&self, chain: &Chain, named: &HashSet<&str>) -> Option<Span> {
        if !chain.links.iter().all(|link| link.iter().any(|class| named.contains(class.as_str()))) {
            return None;
        }
        let mut links = chain.links.iter();
        let first = links.next()?;
        let mut reached: Vec<Span> = self.of_group(first).collect();
        for link in links {
            let over_colons = link.iter().any(|class| OVER_COLONS.contains(&class.as_str()));
            let mut next: Vec<Span> = Vec::new();
            // Both are in reading order: what is too far behind for one word is so for those after it.
            let mut from = 0;
            for word in self.of_group(link) {
                while reached.get(from).is_some_and(|before| before.end + GAP < word.start && before.start < word.start)
                {
                    from += 1;
                }
                let before =
                    reached.get(from..).unwrap_or_default().iter().take_while(|before| before.start < word.start).find(
                        |before| {
                            before.end <= word.start
                                && word.start - before.end <= GAP
                                && !between(&self.breaks, before.end, word.start)
                                && (over_colons || !between(&self.colons, before.end, word.start))
                        },
                    );
                if let Some(before) = before {
                    next.push(before.cover(word));
                }
            }
            // A chain ends where its last word does.
            next.sort_by_key(|span| (span.end, span.start));
            reached = next;
            if reached.is_empty() {
                return None;
            }
        }
        reached.first().copied()
    }

    /// Where the links of a chain stand in its order, however far from one another.
    pub(super) fn in_order(&self, chain: &Chain) -> Option<Span> {
        let mut reached: Option<Span> = None;
        for link in &chain.links {
            let end = reached.map_or(0, |reached| reached.end);
            let next = self.of_group(link).find(|word| word.start >= end)?;
            reached = Some(reached.map_or(next, |reached| reached.cover(next)));
        }
        reached
    }

    fn of_group<'c>(&'c self, group: &'c [String]) -> impl Iterator<Item = Span> + 'c {
        let is_of = move |mention: &&&Mention| group.iter().any(|class| **class == *mention.class);
        self.words.iter().filter(is_of).map(|mention| mention.span)
    }
}

/// Whether one of these places, in order, lies between two others.
fn between(places: &[u32], from: u32, to: u32) -> bool {
    places.get(places.partition_point(|at| *at < from)).is_some_and(|at| *at < to)
}
