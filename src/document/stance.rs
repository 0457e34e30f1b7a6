//! How code in Markdown is put: told to the agent, shown, forbidden, or an example of an attack.
//!
//! An author who attacks writes the labels too, so a label is cheap and buys little here:
//! * a prohibition counts only for what stands in its own clause, and only when it forbids *running or using*:
//!   "do not tell the user, run …" and "never skip …" forbid nothing that matters;
//! * a heading such as "Red flags" counts only where its section does not also tell the reader to run something;
//! * a label counts for the first block after it;
//! * nothing is ever lowered that runs at load time.
//!
//! The words are data, `rules/stance/words.yaml`; this floor stands below the lexicons of the rules and reads them itself.

mod heading;
mod imperative;
mod prohibition;
mod sample;
mod sentence;
mod words;

use super::Relation;
use super::markdown::{BlockKind, Code, Markdown};
use crate::finding::Stance;
use heading::{is_label, refer_back};
use imperative::{asks, orders, points_here, tells_to_run};
use prohibition::{condemns, forbids, forbids_block};
use sentence::{around, has_word, last_sentence};
use words::words;

impl Markdown {
    /// For each section whether it shows attacks: it, or one that holds it, is headed so, and it tells to run nothing.
    #[must_use]
    pub fn sections_that_depict(&self) -> Vec<bool> {
        let judge = Judge::new(self);
        judge.depicts.iter().zip(&judge.runs).map(|(depicts, runs)| *depicts && !runs).collect()
    }
}

/// Judges the code of one Markdown document.
pub(super) struct Judge<'a> {
    markdown: &'a Markdown,
    /// Whether a section tells the reader to run something.
    runs: Vec<bool>,
    /// Whether a section, or one that holds it, is headed as a list of attacks.
    depicts: Vec<bool>,
    /// The block of prose that introduced the last code block that was judged.
    last_introduction: Option<u32>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(markdown: &'a Markdown) -> Self {
        let mut runs = vec![false; markdown.sections.len()];
        for block in &markdown.blocks {
            if let Some(runs) = runs.get_mut(block.section as usize)
                && !*runs
                && !matches!(block.kind, BlockKind::Heading(_) | BlockKind::TableCell)
            {
                *runs = tells_to_run(&block.text);
            }
        }
        let mut depicts = Vec::with_capacity(markdown.sections.len());
        for section in &markdown.sections {
            let heading = section.heading.to_ascii_lowercase();
            // The title of the whole document says what it is about, not what its parts are.
            let own = section.level > 1 && words().headings.iter().any(|word| has_word(&heading, word));
            let inherited =
                section.parent.is_some_and(|parent| depicts.get(parent as usize).copied().unwrap_or_default());
            depicts.push(own || inherited);
        }
        refer_back(markdown, &depicts, &mut runs);
        Self { markdown, runs, depicts, last_introduction: None }
    }

    /// The stance of one piece of code; to be asked in reading order.
    pub(super) fn of(&mut self, code: &Code) -> Stance {
        let block = code.introduced_by.and_then(|at| self.markdown.blocks.get(at as usize));
        let text = block.map(|block| block.text.as_str()).unwrap_or_default();
        match code.relation {
            Relation::LoadTime => return Stance::Does,
            Relation::InlineCode => {
                let (before, after) = around(text, code);
                if forbids(before) || condemns(after) {
                    return Stance::Forbids;
                }
                if self.is_depicted(code) || is_input(before, &code.text) {
                    return Stance::Depicts;
                }
                return match block.map(|block| block.kind) {
                    _ if code.quoted => Stance::Mentions,
                    // A cell that says "run" tells as much as a line does, and so does a heading that is an order.
                    Some(BlockKind::TableCell) if asks(before) => Stance::Instructs,
                    Some(BlockKind::Heading(_)) if orders(before) => Stance::Instructs,
                    Some(BlockKind::TableCell | BlockKind::Heading(_)) => Stance::Mentions,
                    _ if asks(before) || points_here(text.get(..code.offset as usize).unwrap_or_default()) => {
                        Stance::Instructs
                    }
                    _ => Stance::Offers,
                };
            }
            _ => {}
        }
        let is_first = code.introduced_by != self.last_introduction;
        self.last_introduction = code.introduced_by;
        if is_first {
            let sentence = last_sentence(text);
            if forbids_block(sentence) {
                return Stance::Forbids;
            }
            let runs = self.runs.get(code.section as usize).copied().unwrap_or_default();
            // The title of the whole document says what it is about, not what its parts are.
            let is_title = block.is_some_and(|block| matches!(block.kind, BlockKind::Heading(1)));
            if is_label(text) && !is_title && !runs {
                return Stance::Depicts;
            }
        }
        if self.is_depicted(code) {
            Stance::Depicts
        } else if code.quoted {
            Stance::Mentions
        } else {
            Stance::Instructs
        }
    }

    fn is_depicted(&self, code: &Code) -> bool {
        let at = code.section as usize;
        self.depicts.get(at).copied().unwrap_or_default() && !self.runs.get(at).copied().unwrap_or_default()
    }
}

/// Whether a code span is an input to try: one of those that a sentence names, and put behind another command.
fn is_input(before: &str, code: &str) -> bool {
    let before = before.to_lowercase();
    code.trim_start().starts_with([';', '&', '|']) && words().inputs.iter().any(|word| before.contains(word.as_str()))
}

#[cfg(test)]
mod tests;
