//! Lowers javascript.

use super::operation::Program;
use crate::document::Language;

/// Lowers a text.
#[must_use]
pub fn lower(text: &str, language: Language) -> Program {
    let _ = (text, language);
    Program::default()
}
