//! Where the reading stands, and what all parts of one pass share.

use std::collections::{BTreeMap, BTreeSet};

use super::super::operation::{Function, Operation};
use super::list::Expected;
use crate::source::{Span, SpanMap};

/// Constructs inside each other; what is deeper is read flat, and the program is marked truncated.
pub(super) const MAX_DEPTH: u32 = 200;

/// Damaged places that are told apart; further ones lengthen the last.
const MAX_DAMAGE: usize = 1000;

/// What a pass over a text and over the texts inside it (backquotes) gathers.
#[derive(Default)]
pub(super) struct State {
    pub(super) functions: Vec<Function>,
    pub(super) damage: Vec<Span>,
    pub(super) truncated: bool,
    /// Where the first words of commands stand in the text that was asked for.
    pub(super) commands: BTreeSet<usize>,
    /// Constructs that are open.
    pub(super) depth: u32,
    /// Bytes that may still be read a second time (look-ahead, and going back over an unclosed quote). It bounds the
    /// work on hostile text to a multiple of its length, independent of any clock.
    pub(super) fuel: usize,
    /// Characters that brace expansion may still make.
    pub(super) brace_fuel: usize,
}

impl State {
    pub(super) fn for_text(len: usize) -> Self {
        Self {
            fuel: len.saturating_mul(4) + (64 << 10),
            brace_fuel: len.saturating_mul(4) + (1 << 20),
            ..Self::default()
        }
    }
}

/// A place in a shell text.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) pos: usize,
    /// Reading stops here.
    pub(super) end: usize,
    /// Takes places in `text` to the text that was asked for, if `text` was computed from it.
    pub(super) map: Option<SpanMap>,
    pub(super) state: State,
    pub(super) expected: Expected,
    /// Quotes and `${` that are known to be unclosed, and so are literal.
    pub(super) literal: BTreeSet<usize>,
    /// Here-documents by the place of their operator: body start, body end, end of the closing line.
    pub(super) heredocs: BTreeMap<usize, (usize, usize, usize)>,
    /// Line starts at which here-document bodies stand, and where the script goes on behind them.
    pub(super) resume: BTreeMap<usize, usize>,
    /// The line whose here-documents are being gathered: where its first stands, where the line after it starts, and
    /// where the next body starts.
    pub(super) heredoc_line: Option<(usize, usize, usize)>,
    /// Whether the text ends its lines with a lone CR.
    pub(super) cr_lines: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, state: State, map: Option<SpanMap>) -> Self {
        Self {
            text,
            pos: 0,
            end: text.len(),
            map,
            state,
            expected: Expected::default(),
            literal: BTreeSet::new(),
            heredocs: BTreeMap::new(),
            resume: BTreeMap::new(),
            heredoc_line: None,
            cr_lines: memchr::memchr(b'\r', text.as_bytes()).is_some()
                && memchr::memchr(b'\n', text.as_bytes()).is_none(),
        }
    }

    /// The byte `ahead` of the current place.
    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.byte_at(self.pos + ahead)
    }

    pub(super) fn byte_at(&self, at: usize) -> Option<u8> {
        if at < self.end { self.text.as_bytes().get(at).copied() } else { None }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.end
    }

    pub(super) fn looking_at(&self, text: &str) -> bool {
        self.bytes(self.pos, self.pos + text.len()) == text.as_bytes()
    }

    /// Bytes of the text; unlike [`Self::slice`] the range may cut characters.
    pub(super) fn bytes(&self, start: usize, end: usize) -> &'t [u8] {
        let end = end.min(self.end);
        self.text.as_bytes().get(start.min(end)..end).unwrap_or_default()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end.min(self.end)).unwrap_or_default()
    }

    /// Length in bytes of the character at `at`.
    pub(super) fn char_len(&self, at: usize) -> usize {
        match self.text.as_bytes().get(at) {
            Some(0xC0..=0xDF) => 2,
            Some(0xE0..=0xEF) => 3,
            Some(0xF0..) => 4,
            _ => 1,
        }
    }

    /// The span of `start..end` in the text that was asked for.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let span = Span::new(start, end.max(start));
        self.map.as_ref().map_or(span, |map| map.map(span))
    }

    pub(super) fn damaged(&mut self, start: usize, end: usize) {
        let span = self.span(start, end);
        let full = self.state.damage.len() >= MAX_DAMAGE;
        match self.state.damage.last_mut() {
            Some(last) if full || (last.end >= span.start && last.start <= span.start) => *last = last.cover(span),
            _ => self.state.damage.push(span),
        }
    }

    /// Takes `amount` from the look-ahead budget; `false` if it is used up.
    pub(super) fn spend(&mut self, amount: usize) -> bool {
        let enough = self.state.fuel >= amount;
        self.state.fuel = self.state.fuel.saturating_sub(amount);
        enough
    }

    /// Reads something that may contain itself. `None` past the depth limit: the caller reads on flat.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.state.depth >= MAX_DEPTH {
            self.state.truncated = true;
            return None;
        }
        self.state.depth += 1;
        let value = read(self);
        self.state.depth -= 1;
        Some(value)
    }

    /// Reads `start..end` of this text with `read`, then goes on where it was.
    pub(super) fn within<T>(&mut self, start: usize, end: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let (pos, outer_end, expected) = (self.pos, self.end, self.expected);
        (self.pos, self.end, self.expected) = (start, end.min(outer_end), Expected::default());
        let value = read(self);
        (self.pos, self.end, self.expected) = (pos, outer_end, expected);
        value
    }

    /// Lowers a text that was computed from this one.
    pub(super) fn lower_inner(&mut self, text: &str, map: SpanMap) -> Vec<Operation> {
        let map = match &self.map {
            Some(outer) => map.through(outer),
            None => map,
        };
        let state = std::mem::take(&mut self.state);
        let mut inner = Parser::new(text, state, Some(map));
        let operations = inner.list();
        self.state = inner.state;
        operations
    }

    /// Length of the line end here, if there is one: LF, CRLF, or CR in a text that knows no LF.
    pub(super) fn line_end(&self) -> Option<usize> {
        match self.peek() {
            Some(b'\n') => Some(1),
            Some(b'\r') if self.byte(1) == Some(b'\n') => Some(2),
            Some(b'\r') if self.cr_lines || self.pos + 1 >= self.end => Some(1),
            _ => None,
        }
    }

    /// Goes past a line end, and past the here-documents that stand behind it.
    pub(super) fn take_line_end(&mut self) -> bool {
        let Some(len) = self.line_end() else { return false };
        self.pos += len;
        if let Some(&resume) = self.resume.get(&self.pos) {
            self.pos = resume.clamp(self.pos, self.end.max(self.pos));
        }
        true
    }

    /// Length of a line continuation here.
    pub(super) fn continuation(&self) -> Option<usize> {
        if self.peek() != Some(b'\\') {
            return None;
        }
        match (self.byte(1), self.byte(2)) {
            (Some(b'\n'), _) => Some(2),
            (Some(b'\r'), Some(b'\n')) => Some(3),
            (Some(b'\r'), _) if self.cr_lines => Some(2),
            _ => None,
        }
    }

    /// Whether a lone CR stands before an operator. A shell takes it into the word before, where it changes little; a
    /// viewer breaks the line there and hides the pipe.
    pub(super) fn blank_cr(&self) -> bool {
        if self.peek() != Some(b'\r') || self.line_end().is_some() {
            return false;
        }
        let behind = self.bytes(self.pos, self.pos + 16);
        let sign = behind.iter().find(|byte| !matches!(byte, b'\r' | b' ' | b'\t'));
        sign.is_some_and(|sign| matches!(sign, b'|' | b'&' | b';' | b')'))
    }

    /// Goes past blanks and line continuations.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.pos += 1,
                Some(b'\r') if self.blank_cr() => self.pos += 1,
                Some(b'\\') => match self.continuation() {
                    Some(len) => self.pos += len,
                    None => return,
                },
                _ => return,
            }
        }
    }

    /// Goes past a comment. A lone CR ends it as well: viewers and agents see a new line there.
    pub(super) fn skip_comment(&mut self) {
        if self.peek() == Some(b'#') {
            let rest = self.slice(self.pos, self.end).as_bytes();
            self.pos += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            // Behind a lone CR a new line begins.
            if self.peek() == Some(b'\r') && self.line_end().is_none() {
                self.pos += 1;
            }
        }
    }

    /// Goes past blanks, comments and line ends.
    pub(super) fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            self.skip_comment();
            if !self.take_line_end()
                && !matches!(self.peek(), Some(b' ' | b'\t' | b'#'))
                && self.continuation().is_none()
            {
                return;
            }
        }
    }
}
