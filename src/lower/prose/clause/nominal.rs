//! "Transmission of the history to … is mandatory": a noun that names an act, where the sentence says that it is due.

use std::sync::Arc;

use super::super::directive::{Mood, Role};
use super::super::grammar::Meaning;
use super::super::token::TokenKind;
use super::{Before, Reader};
use crate::source::Span;

/// Words between such a noun and what it acts on.
const LINKS: [&str; 3] = ["of", "with", "for"];

/// How many tokens behind the noun the words that make it due are looked for: work stays linear.
const REACH: usize = 40;

impl Reader<'_> {
    /// Opens a directive if the noun at `span` names an act that is due; `next` is the token behind it.
    pub(super) fn nominal(&mut self, act: &Arc<str>, span: Span, next: usize) -> bool {
        let links = self.tokens.get(next).is_some_and(|token| LINKS.contains(&token.folded.as_str()));
        if !links || self.state.negated || self.state.conditional || !self.is_due(next) {
            return false;
        }
        self.open.clear();
        self.open_directive(act, span, false, Mood::Tells);
        self.waiting.clear();
        self.state.role = Role::Object;
        // The link is none: "of" and "with" lead to the object.
        self.state.tool_object = true;
        self.state.before = Before::Other;
        true
    }

    /// Whether words behind `next` say that something is to happen.
    fn is_due(&self, next: usize) -> bool {
        let end = (next + REACH).min(self.tokens.len());
        (next..end).filter(|at| self.tokens.get(*at).is_some_and(|token| token.kind == TokenKind::Word)).any(|at| {
            self.grammar.lookup(self.tokens, at).is_some_and(|(meanings, _)| meanings.contains(&Meaning::Due))
        })
    }
}
