//! Blocks that hold samples of attacks.

use super::super::markdown::{Block, BlockKind, Markdown};
use super::imperative::tells_to_run;
use super::prohibition::PROHIBITIONS;
use super::sentence::has_word;

/// Words of a section that shows samples of attacks.
const ATTACKS: &[&str] = &[
    "attack",
    "attacks",
    "attacker",
    "attackers",
    "injection",
    "injections",
    "jailbreak",
    "jailbreaks",
    "malicious",
    "phishing",
    "adversarial",
    "hijacking",
    "red flag",
    "red flags",
    "suspicious",
    "manipulation",
    "攻击",
    "恶意",
    "注入",
    "可疑",
    "越狱",
];

/// Words that tell to do what samples say.
const USES: &[&str] = &[
    "do as they say",
    "do what they say",
    "do as it says",
    "do what it says",
    "obey",
    "act on them",
    "carry them out",
    "carry out",
    "comply with",
    "as written above",
    "照做",
    "按照上面",
];

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
            told.speaks |= ATTACKS.iter().any(|word| has_word(&text, word));
            let forbids = PROHIBITIONS.iter().any(|word| has_word(&text, word));
            let runs = !matches!(block.kind, BlockKind::Heading(_) | BlockKind::TableCell) && tells_to_run(&block.text);
            told.uses |= !forbids && (runs || USES.iter().any(|word| has_word(&text, word)));
        }
        let shows = |block: &Block| {
            sections
                .get(block.section as usize)
                .is_some_and(|told| told.samples >= 2 && told.speaks && !told.uses && is_sample(block))
        };
        self.blocks.iter().map(shows).collect()
    }
}
