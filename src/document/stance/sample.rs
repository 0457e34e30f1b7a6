//! Blocks that hold samples of attacks.

use super::super::markdown::{Block, BlockKind, Markdown};
use super::imperative::tells_to_run;
use super::sentence::has_word;
use super::words::words;

impl Markdown {
    /// For each block whether it holds samples of attacks: an item or cell with a quotation, one of several in a section
    /// that speaks of attacks and tells neither to run nor to obey anything.
    #[must_use]
    pub fn blocks_that_sample(&self) -> Vec<bool> {
        #[derive(Clone, Copy, Default)]
        struct Told {
            samples: usize,
            speaks: bool,
            uses: bool,
        }
        let is_sample = |block: &Block| {
            matches!(block.kind, BlockKind::ListItem | BlockKind::TableCell)
                && block.text.contains(['"', '“', '`', '「'])
        };
        let mut sections = vec![Told::default(); self.sections.len()];
        for block in &self.blocks {
            let Some(told) = sections.get_mut(block.section as usize) else { continue };
            if is_sample(block) {
                told.samples += 1;
                continue;
            }
            let text = block.text.to_ascii_lowercase();
            told.speaks |= words().attacks.iter().any(|word| has_word(&text, word));
            let forbids = words().prohibitions.iter().any(|word| has_word(&text, word));
            let runs = !matches!(block.kind, BlockKind::Heading(_) | BlockKind::TableCell) && tells_to_run(&block.text);
            told.uses |= !forbids && (runs || words().uses.iter().any(|word| has_word(&text, word)));
        }
        let shows = |block: &Block| {
            sections
                .get(block.section as usize)
                .is_some_and(|told| told.samples >= 2 && told.speaks && !told.uses && is_sample(block))
        };
        self.blocks.iter().map(shows).collect()
    }
}
