//! Floor 3: documents become operations: one small, language-neutral form for shell, Python, JavaScript and PowerShell.
//!
//! Lowering is syntax only. It resolves what the *grammar* of a language decides (quotes, escapes, braces, import
//! names as written) and leaves to the flow floor what depends on *values* (variables, word splitting, models).
//! It never fails: what a grammar cannot read becomes [`Program::damage`] and is lowered as far as tokens allow.

pub mod operation;
pub mod render;
mod syntax;

pub mod javascript;
pub mod powershell;
pub mod prose;
pub mod python;
pub mod shell;

pub use operation::Program;

use crate::bundle::Limits;
use crate::document::{Document, Language};

/// Lowers a document, if its language is one that runs. Of one that is too large for parsers, its beginning: trees take
/// many times the memory of their text.
#[must_use]
pub fn lower(document: &Document) -> Option<Program> {
    let most = usize::try_from(Limits::default().parse_bytes).unwrap_or(usize::MAX);
    lower_text(beginning(&document.text, most), document.language)
}

/// At most so many bytes, to the end of a line if there is one.
fn beginning(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = text.as_bytes()[..most].iter().rposition(|byte| *byte == b'\n').map_or(most, |at| at + 1);
    let end = (0..=end).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// Lowers a text in a language that runs; spans count bytes of `text`.
#[must_use]
pub fn lower_text(text: &str, language: Language) -> Option<Program> {
    match language {
        Language::Shell => Some(shell::lower(text)),
        Language::Python => Some(python::lower(text)),
        Language::JavaScript | Language::TypeScript | Language::Tsx => Some(javascript::lower(text, language)),
        Language::PowerShell | Language::Batch => Some(powershell::lower(text, language)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_cut_at_a_line() {
        assert_eq!(beginning("a\nbc\nd", 10), "a\nbc\nd");
        assert_eq!(beginning("a\nbc\nd", 4), "a\n");
        assert_eq!(beginning("äöü", 3), "ä", "or within it, between two characters");
    }
}
