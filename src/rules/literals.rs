//! Cheap first, for text: a pattern is searched only in those pieces that hold the words which every match of it has.
//!
//! What a pattern needs is read off its syntax tree: a conjunction of choices (`(?:send|post)\s+your\s+(?:key|token)`
//! needs `send` or `post`, and `your`, and `key` or `token`). One pass of Aho-Corasick over the pieces tells which
//! words stand where. A test holds that the findings are the same without.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use super::needed::{folds_into_ascii, needs};
use super::pattern::LazyRegex;
use super::rule::{Condition, Rule};
use super::subject::Piece;

/// What the text patterns of a ruleset need.
#[derive(Debug, Default)]
pub(crate) struct Literals {
    /// `None` where no pattern needs anything.
    words: Option<AhoCorasick>,
    count: usize,
    /// By pattern: for each choice, its words.
    patterns: BTreeMap<String, Vec<Vec<usize>>>,
}

impl Literals {
    /// Of all text patterns of these rules.
    pub(crate) fn of(rules: &[Rule]) -> Self {
        let mut ids: BTreeMap<String, usize> = BTreeMap::new();
        let mut patterns = BTreeMap::new();
        let mut left: Vec<&Condition> = rules.iter().map(|rule| &rule.condition).collect();
        while let Some(condition) = left.pop() {
            match condition {
                Condition::Text(text) => {
                    for pattern in text.regexes.iter().map(LazyRegex::pattern) {
                        let mut id = |word: String| {
                            let next = ids.len();
                            *ids.entry(word).or_insert(next)
                        };
                        let choices = needs(pattern).into_iter();
                        let choices = choices.map(|choice| choice.into_iter().map(&mut id).collect()).collect();
                        patterns.insert(pattern.to_owned(), choices);
                    }
                }
                Condition::Any(list) | Condition::All(list) | Condition::Near(_, list) => left.extend(list),
                Condition::Not(inner) => left.push(inner),
                Condition::Effect(_)
                | Condition::Flow(_)
                | Condition::Manifest(_)
                | Condition::Bundle(_)
                | Condition::Undeclared(_) => {}
            }
        }
        let mut words = vec![""; ids.len()];
        for (word, &id) in &ids {
            if let Some(place) = words.get_mut(id) {
                *place = word.as_str();
            }
        }
        let words =
            AhoCorasick::builder().ascii_case_insensitive(true).build(&words).ok().filter(|_| !words.is_empty());
        Self { words, count: ids.len(), patterns }
    }

    /// Looks for all words in the pieces.
    pub(crate) fn search(&self, pieces: &[Piece<'_>]) -> Found {
        let mut found =
            Found { pieces: pieces.len(), words: vec![Vec::new(); self.count], always: Bits::new(pieces.len()) };
        for (index, piece) in pieces.iter().enumerate() {
            if folds_into_ascii(piece.text) {
                found.always.set(index);
                continue;
            }
            for hit in self.words.iter().flat_map(|words| words.find_overlapping_iter(piece.text)) {
                if let Some(places) = found.words.get_mut(hit.pattern().as_usize())
                    && places.last() != Some(&index)
                {
                    places.push(index);
                }
            }
        }
        found
    }

    /// The pieces in which `pattern` can be found; `None` for all of them.
    pub(crate) fn candidates(&self, pattern: &str, found: &Found) -> Option<Vec<usize>> {
        let choices = self.patterns.get(pattern).filter(|choices| !choices.is_empty())?;
        let mut bits: Option<Bits> = None;
        for choice in choices {
            let mut any = Bits::new(found.pieces);
            for places in choice.iter().filter_map(|&word| found.words.get(word)) {
                for &place in places {
                    any.set(place);
                }
            }
            bits = Some(match bits {
                Some(all) => all.and(&any),
                None => any,
            });
        }
        bits.map(|bits| bits.or(&found.always).iter().collect())
    }
}

/// Which words stand in which pieces.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pieces: usize,
    words: Vec<Vec<usize>>,
    /// Pieces that every pattern is searched in.
    always: Bits,
}

#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    fn set(&mut self, index: usize) {
        if let Some(block) = self.0.get_mut(index / 64) {
            *block |= 1 << (index % 64);
        }
    }

    fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(block, other)| *block &= other);
        self
    }

    fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(block, other)| *block |= other);
        self
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let blocks = self.0.iter().enumerate();
        blocks.flat_map(|(at, &block)| (0..64).filter(move |bit| block >> bit & 1 == 1).map(move |bit| at * 64 + bit))
    }
}
