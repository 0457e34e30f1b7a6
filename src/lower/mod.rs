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

use crate::document::{Document, Language};

/// Lowers a document, if its language is one that runs.
#[must_use]
pub fn lower(document: &Document) -> Option<Program> {
    lower_text(&document.text, document.language)
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
