//! Lowers shell.

use super::operation::Program;

/// Lowers a text.
#[must_use]
pub fn lower(text: &str) -> Program {
    let _ = text;
    Program::default()
}
