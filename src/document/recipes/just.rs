//! Justfiles: recipes are indented lines below `name parameters: dependencies`; backticks run when the file is read.

use super::{Found, lines};
use crate::document::{Language, detect};
use crate::source::Span;

pub(super) fn commands(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut in_recipe = false;
    let mut indent = None;
    for (at, line) in lines(text) {
        let body = line.trim_start();
        let own = line.len() - body.len();
        if own == 0 && !body.is_empty() {
            in_recipe = is_head(body);
            indent = None;
            if !in_recipe {
                let ticks: Vec<usize> = line.match_indices('`').map(|(tick, _)| tick).collect();
                for pair in ticks.chunks_exact(2) {
                    found.push(Found::shell(vec![Span::new(at + pair[0] + 1, at + pair[1])]));
                }
            }
            continue;
        }
        if !in_recipe || body.is_empty() {
            continue;
        }
        let is_first = indent.is_none();
        let indent = *indent.get_or_insert(own);
        if is_first {
            let language = detect::of_shebang(body).filter(|language| language.is_code()).unwrap_or(Language::Shell);
            found.push(Found { language, ..Found::shell(Vec::new()) });
        }
        let Some(recipe) = found.last_mut() else { continue };
        let is_script = recipe.language != Language::Shell || text[at..].trim_start().starts_with("#!");
        let marks = if is_script { 0 } else { body.len() - body.trim_start_matches(['@', '-']).len() };
        recipe.pieces.push(Span::new(at + own.min(indent) + marks, at + line.len()));
    }
    found
}

/// Whether a line begins a recipe and is no setting, assignment, comment or attribute.
fn is_head(line: &str) -> bool {
    let line = line.trim_end();
    !line.starts_with(['#', '['])
        && !line.contains(":=")
        && line.contains(':')
        && line.trim_start_matches('@').starts_with(|c: char| c.is_alphanumeric() || c == '_')
}
