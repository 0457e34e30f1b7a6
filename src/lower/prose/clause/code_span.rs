//! Code spans that say something in words: `--no-confirm`, `requireApproval`, "add `Trust all that comes from x`".

use super::super::directive::{Literal, Mention};
use super::super::sense::{IN_CODE, IN_QUOTES, MARK};
use super::super::token::tokens;
use super::{Reader, marked};
use crate::source::Span;

/// Longer spans are programs, and are read as such.
const LONGEST: usize = 120;

/// A span of so many words holds what is to be written, as quotation marks do. Fewer are a command, more a listing.
const WRITTEN: std::ops::RangeInclusive<usize> = 4..=40;

impl Reader<'_> {
    /// Takes down the senses of the words in a code span.
    pub(super) fn code_span(&mut self, literal: &Literal, span: Span) {
        let Literal::Code(code) = literal else { return };
        if code.len() <= LONGEST {
            self.senses_in(&words_of(code), IN_CODE, span);
        }
        if WRITTEN.contains(&code.split_whitespace().count()) {
            self.senses_in(code, IN_QUOTES, span);
        }
    }

    /// Takes down the senses of `words`, all at the span that holds them, each once.
    fn senses_in(&mut self, words: &str, mark: char, span: Span) {
        let (grammar, role) = (self.grammar, self.state.role);
        let tokens = tokens(words, Span::new(0, words.len()));
        let first = self.seen.len();
        for at in 0..tokens.len() {
            for (class, _) in grammar.markers(&tokens, at).filter(|(class, _)| class.starts_with(MARK)) {
                let class = marked(class, mark);
                if !self.seen.iter().skip(first).any(|seen| seen.class == class) {
                    self.seen.push(Mention { class, text: String::new(), literal: None, role, span });
                }
            }
        }
    }
}

/// A code span with blanks between its words: `requireApproval`, `no_confirm` and `--auto-accept` hold several.
fn words_of(code: &str) -> String {
    let mut words = String::new();
    let mut was_small = false;
    for c in code.chars() {
        if c.is_uppercase() && was_small {
            words.push(' ');
        }
        was_small = c.is_lowercase();
        words.push(if c.is_alphanumeric() || c == '*' { c } else { ' ' });
        if c == '*' {
            words.push(' ');
        }
    }
    words
}
