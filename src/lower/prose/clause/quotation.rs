//! What stands in quotation marks is said by somebody else, unless the marks are around a name or the whole.

use super::super::token::{Token, TokenKind};
use super::{Before, Reader};
use crate::source::Span;

/// How far, in bytes, the marks of a quotation around a sentence are looked for: work stays linear.
const QUOTATION_REACH: usize = 1_000;

/// Whether a sentence stands in quotation marks that open and close around it on the same line, with words before.
pub(super) fn is_inside(text: &str, sentence: Span) -> bool {
    let (start, end) = (sentence.start as usize, sentence.end as usize);
    let mut from = start.saturating_sub(QUOTATION_REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..start).unwrap_or_default();
    let Some(line) = before.rfind('\n').map(|at| at + 1).or((from == 0).then_some(0)) else { return false };
    let before = &before[line..];
    let mut to = (end + QUOTATION_REACH).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let after = text.get(end..to).unwrap_or_default();
    let after = &after[..after.find('\n').unwrap_or(after.len())];
    let within = text.get(start..end).unwrap_or_default();
    let opened = before.matches('"').count() % 2 == 1 || before.rfind('“') > before.rfind('”');
    // An opening mark at the start of the line makes the whole line a quotation, which costs an author nothing.
    let has_words = before.find(['"', '“']).is_some_and(|at| before[..at].contains(char::is_alphanumeric));
    opened && has_words && (after.contains(['"', '”']) || within.contains(['"', '”']))
}

impl Reader<'_> {
    /// What stands in quotation marks is a sentence of its own. Marks around the whole sentence quote nothing.
    pub(super) fn quotation_mark(&mut self) {
        let is_inside = !self.is_one_quotation();
        let quoted = !self.state.quoted && is_inside;
        let open = std::mem::take(&mut self.open);
        if quoted {
            self.outside = open;
        }
        let role = self.state.role;
        self.new_clause();
        self.state.quoted = quoted;
        self.state.role = role;
        if !quoted {
            // The quotation may have been an object of the verb before it.
            self.open = std::mem::take(&mut self.outside);
            self.state.before = Before::Other;
        }
    }

    /// Whether the quotation mark at `at` is one of a pair around a single URL, path or code span: a name, nobody's words.
    pub(super) fn quotes_a_name(&self, at: usize) -> bool {
        let is_mark = |at: usize| {
            self.tokens
                .get(at)
                .is_some_and(|token| matches!(token.kind, TokenKind::Mark('"' | '“' | '”' | '「' | '」' | '『' | '』')))
        };
        let is_literal =
            |at: usize| self.tokens.get(at).is_some_and(|token| matches!(token.kind, TokenKind::Literal(_)));
        (is_literal(at + 1) && is_mark(at + 2)) || (at >= 2 && is_literal(at - 1) && is_mark(at - 2))
    }

    /// Whether the sentence as a whole is one quotation, and not several or one with words behind it.
    pub(super) fn is_one_quotation(&self) -> bool {
        let is_mark =
            |token: &Token| matches!(token.kind, TokenKind::Mark('"' | '“' | '”' | '「' | '」' | '『' | '』'));
        let mut marks = self.tokens.iter().enumerate().filter(|(_, token)| is_mark(token)).map(|(at, _)| at);
        if marks.next() != Some(0) {
            return false;
        }
        let close = marks.next().unwrap_or(self.tokens.len());
        self.tokens
            .iter()
            .skip(close + 1)
            .all(|token| matches!(token.kind, TokenKind::Mark(mark) if !is_mark(token) && mark != ','))
    }
}
