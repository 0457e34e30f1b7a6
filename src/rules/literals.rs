//! Cheap first, for text: a pattern is searched only in those pieces that hold the words which every match of it has.
//!
//! What a pattern needs is read off its syntax tree: a conjunction of choices (`(?:send|post)\s+your\s+(?:key|token)`
//! needs `send` or `post`, and `your`, and `key` or `token`). One pass of Aho-Corasick over the pieces tells which
//! words stand where. A test holds that the findings are the same without.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Hir, HirKind};

use super::pattern::LazyRegex;
use super::rule::{Condition, Rule};
use super::subject::Piece;

/// Fewest bytes of a word: what is shorter stands everywhere.
const SHORTEST: usize = 3;
/// Most words of one choice.
const WIDEST: usize = 96;
/// Most choices of one pattern.
const CHOICES: usize = 4;

/// Words of which one stands in every match.
type Choice = Vec<String>;

/// The choices that every match of `pattern` fulfils; none where nothing can be said. Words are in lower case.
fn needs(pattern: &str) -> Vec<Choice> {
    let parsed = regex_syntax::ParserBuilder::new().multi_line(true).build().parse(pattern);
    let mut choices = parsed.map(|hir| choices(&hir)).unwrap_or_default();
    choices.sort_by_key(worth);
    choices.dedup();
    choices.truncate(CHOICES);
    choices
}

/// The better a choice, the less: long words first, then few.
fn worth(choice: &Choice) -> (std::cmp::Reverse<usize>, usize) {
    (std::cmp::Reverse(choice.iter().map(String::len).min().unwrap_or(0)), choice.len())
}

fn choices(hir: &Hir) -> Vec<Choice> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            // A letter that has a case only beyond ASCII may be found in the other one: it cuts the word.
            let has_no_case = |c: char| c.is_ascii() || (c.to_lowercase().eq([c]) && c.to_uppercase().eq([c]));
            let words = text.split(|c: char| !has_no_case(c)).filter(|word| word.len() >= SHORTEST);
            words.map(|word| vec![word.to_ascii_lowercase()]).collect()
        }
        HirKind::Capture(capture) => choices(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => choices(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(choices).collect(),
        HirKind::Alternation(arms) => {
            let best: Option<Vec<Choice>> = arms.iter().map(|arm| choices(arm).into_iter().min_by_key(worth)).collect();
            let mut union: Choice = best.into_iter().flatten().flatten().collect();
            union.sort();
            union.dedup();
            if union.is_empty() || union.len() > WIDEST { Vec::new() } else { vec![union] }
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => Vec::new(),
    }
}

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
            // The two characters beyond ASCII that patterns without case take for ASCII letters.
            if !piece.text.is_ascii() && piece.text.contains(['\u{212A}', '\u{17F}']) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_needs_is_read_off_it() {
        let of = |pattern| needs(pattern).iter().map(|choice| choice.join("|")).collect::<Vec<_>>().join(" & ");
        assert_eq!(of(r"(?:send|post)\s+your\s+(?:key|token)"), "your & post|send & key|token");
        assert_eq!(of(r"\bNever (?:tell|mention)\b"), "never  & mention|tell");
        assert_eq!(of(r"secrets?|\w+"), "");
        assert_eq!(of(r"(?:abc)?def+"), "");
        assert_eq!(of(r"(?:abc){2,}x"), "abc");
        assert_eq!(of(r"(?i)wide"), "");
        assert_eq!(of("pr\u{e9}fixe"), "fixe");
        assert_eq!(of("忽略.*指令"), "忽略 & 指令");
    }
}
