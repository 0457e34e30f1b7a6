//! Makefiles: recipes, `target: ; command`, `$(shell …)` and `!=`, which run when the file is read.

use super::{Found, lines};
use crate::source::Span;

/// Longest command in `$(shell …)`, in bytes.
const LONGEST: usize = 16 << 10;

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
        found.extend(shell_calls(line).into_iter().map(|span| vec![Span::new(at + span.0, at + span.1)]));
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

/// The insides of `$(shell …)` in a line.
fn shell_calls(line: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, mark) in line.match_indices("$(shell ").take(64) {
        let from = at + mark.len();
        let mut depth = 1_usize;
        for (offset, byte) in line[from..].bytes().enumerate().take(LONGEST) {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                found.push((from, from + offset));
                break;
            }
        }
    }
    found
}
