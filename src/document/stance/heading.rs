//! Headings over lists of attacks and labels of bad examples, and later lines that tell to run what they show.

use super::super::markdown::{BlockKind, Markdown};
use super::imperative::tells_to_run;
use super::sentence::has_word;
use super::words::words;

/// Most sections headed as lists of attacks whose back references are looked for: work stays linear.
const MANY_EXAMPLES: usize = 64;

/// "Now run the command of the bad example above": what a later line tells to run is no example, whatever its heading.
pub(super) fn refer_back(markdown: &Markdown, depicts: &[bool], runs: &mut [bool]) {
    let names = |block: &str, heading: &str| {
        heading.len() >= 3 && block.contains(heading)
            || words().headings.iter().any(|word| has_word(heading, word) && has_word(block, word))
    };
    let shown: Vec<(usize, String)> = markdown
        .sections
        .iter()
        .enumerate()
        .filter(|(at, _)| depicts.get(*at).copied().unwrap_or_default())
        .map(|(at, section)| (at, section.heading.to_ascii_lowercase()))
        .take(MANY_EXAMPLES)
        .collect();
    if shown.is_empty() {
        return;
    }
    for block in &markdown.blocks {
        if matches!(block.kind, BlockKind::Heading(_)) || !tells_to_run(&block.text) {
            continue;
        }
        let text = block.text.to_ascii_lowercase();
        for (at, heading) in &shown {
            if *at as u32 != block.section && names(&text, heading) {
                runs[*at] = true;
            }
        }
    }
}

/// Whether a block is but a short label of a bad example.
pub(super) fn is_label(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    text.len() <= 60
        && text.split_whitespace().count() <= 6
        && words().labels.iter().any(|label| has_word(&text, label))
}
