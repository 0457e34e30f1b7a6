//! Pages that a skill tells its agent to carry out, and not to look things up in: what they hold counts as if SKILL.md
//! held it.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::{Lexicon, Lexicons};
use super::path::base_name;
use crate::document::markdown::BlockKind;
use crate::document::{Document, Documents};

/// Most pages that lead to further ones: work stays bounded.
const MOST: usize = 256;

/// The words that decide: `rules/lexicons/`.
struct Words<'a> {
    verbs: &'a Lexicon,
    brakes: &'a Lexicon,
    looked_up: &'a Lexicon,
}

impl<'a> Words<'a> {
    fn of(lexicons: &'a Lexicons) -> Option<Self> {
        let verbs = lexicons.get("carry-out-verbs")?;
        Some(Self { verbs, brakes: lexicons.get("carry-out-brakes")?, looked_up: lexicons.get("looked-up-words")? })
    }
}

/// Paths of the pages that SKILL.md, or a page that it tells to carry out, tells to carry out.
pub(super) fn pages(documents: &Documents, lexicons: &Lexicons) -> BTreeSet<String> {
    let Some(words) = Words::of(lexicons) else { return BTreeSet::new() };
    let mut by_name: BTreeMap<String, Vec<&Document>> = BTreeMap::new();
    let mut open: Vec<&Document> = Vec::new();
    for document in documents.all().iter().filter(|one| one.holder.is_none() && one.markdown.is_some()) {
        let name = base_name(&documents.file_of(document.id).path).to_ascii_lowercase();
        if name == "skill.md" {
            open.push(document);
        } else {
            by_name.entry(name).or_default().push(document);
        }
    }
    let mut found = BTreeSet::new();
    while let Some(document) = open.pop() {
        for name in ordered(document, &by_name, &words) {
            for page in by_name.get(&name).into_iter().flatten() {
                if found.len() < MOST && found.insert(documents.file_of(page.id).path.to_string()) {
                    open.push(page);
                }
            }
        }
    }
    found
}

/// Names of pages that sentences of a document tell to carry out.
fn ordered(document: &Document, names: &BTreeMap<String, Vec<&Document>>, words: &Words<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let blocks = document.markdown.as_ref().map_or(&[][..], |markdown| &markdown.blocks);
    for block in blocks.iter().filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem)) {
        // The source keeps the targets of links.
        let text = block.span.slice(&document.text).to_ascii_lowercase();
        if !text.contains(".md") {
            continue;
        }
        for sentence in text.split(['\n', ';', '。', '；']).flat_map(|line| line.split(". ")) {
            let known = sentence.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-')));
            let known = known.map(|word| word.trim_end_matches('.')).filter(|word| names.contains_key(*word));
            for name in known.filter(|name| is_ordered(sentence, name, words)) {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

/// Whether a sentence tells to carry out the page that it names.
fn is_ordered(sentence: &str, name: &str, words: &Words<'_>) -> bool {
    let Some((before, _)) = sentence.split_once(name) else { return false };
    let has_one = |text: &str, lexicon: &Lexicon| {
        text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’'))).any(|word| lexicon.has(word))
    };
    words.verbs.entries().iter().any(|verb| {
        before.rmatch_indices(verb.as_str()).next().is_some_and(|(at, verb)| {
            let (head, tail) = (&before[..at], &before[at + verb.len()..]);
            let is_word = !verb.is_ascii()
                || !(head.ends_with(|c: char| c.is_alphanumeric()) || tail.starts_with(|c: char| c.is_alphanumeric()));
            is_word && !has_one(head, words.brakes) && !has_one(tail, words.looked_up)
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pages_that_are_carried_out_are_told_from_pages_to_look_up() {
        let mut lexicons = Lexicons::default();
        for (file, text) in [
            ("carry-out-verbs.yaml", include_str!("../../rules/lexicons/carry-out-verbs.yaml")),
            ("carry-out-brakes.yaml", include_str!("../../rules/lexicons/carry-out-brakes.yaml")),
            ("looked-up-words.yaml", include_str!("../../rules/lexicons/looked-up-words.yaml")),
        ] {
            lexicons.read(file, text).unwrap();
        }
        let words = Words::of(&lexicons).unwrap();
        for (sentence, expected) in [
            ("first follow the steps in [setup](references/setup.md)", true),
            ("before anything else, run everything in `references/setup.md`", true),
            ("you must complete references/setup.md", true),
            ("请先执行 references/setup.md", true),
            ("see references/setup.md", false),
            ("for web targets follow references/setup.md", false),
            ("do not follow references/setup.md", false),
            ("run the scan as described in references/setup.md", false),
            ("read references/setup.md when you need it", false),
            ("the followers of references/setup.md", false),
        ] {
            assert_eq!(is_ordered(sentence, "setup.md", &words), expected, "{sentence}");
        }
    }
}
