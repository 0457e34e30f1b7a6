//! Makefiles: recipes, `target: ; command`, `$(shell …)` and `!=`, which run when the file is read.

use super::{Found, lines};
use crate::document::enclosed::enclosed;
use crate::source::Span;

pub(super) fn commands(text: &str) -> Vec<Found> {
    let mut found: Vec<Vec<Span>> = Vec::new();
    let mut open = false;
    for (at, line) in lines(text) {
        if let Some(body) = line.strip_prefix('\t') {
            let marks = body.len() - body.trim_start_matches(['@', '-', '+', ' ']).len();
            let span = Span::new(at + 1 + marks, at + line.len());
            match found.last_mut() {
                Some(recipe) if open => recipe.push(span),
                _ => found.push(vec![span]),
            }
            open = true;
            continue;
        }
        open = open && line.trim().is_empty();
        // `$(shell ` is a bracket and a word.
        let calls = enclosed(line, "$(", b')').into_iter().filter(|span| span.slice(line).starts_with("shell "));
        found.extend(calls.map(|span| vec![Span::new(at + span.start as usize + 6, at + span.end as usize)]));
        if let Some((name, _)) = line.split_once("!=").filter(|(name, _)| is_name(name)) {
            let from = name.len() + 2;
            let skip = line[from..].len() - line[from..].trim_start().len();
            found.push(vec![Span::new(at + from + skip, at + line.len())]);
        } else if let Some((target, _)) = line.split_once(';')
            && target.contains(':')
            && !target.contains(['=', '#', '"', '\''])
        {
            let from = target.len() + 1;
            let skip = line[from..].len() - line[from..].trim_start().len();
            found.push(vec![Span::new(at + from + skip, at + line.len())]);
            open = true;
        }
    }
    found.into_iter().map(Found::shell).collect()
}

fn is_name(text: &str) -> bool {
    let name = text.trim();
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
