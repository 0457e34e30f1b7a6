//! Where the reading stands, and the signs between words.

use std::collections::BTreeSet;

use super::super::operation::{Function, FunctionId, Operation, Parameter, Program};
use crate::source::Span;

/// Constructs inside each other; what is deeper is read flat, and the program is marked truncated.
const MAX_DEPTH: u32 = 200;

/// Damaged places that are told apart; further ones lengthen the last.
const MAX_DAMAGE: usize = 1000;

/// A place in a PowerShell text.
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) pos: usize,
    pub(super) functions: Vec<Function>,
    pub(super) truncated: bool,
    damage: Vec<Span>,
    depth: u32,
    /// Bytes that may still be read a second time, after going back over an unclosed quote.
    fuel: usize,
    /// Quotes that are known to be unclosed, and so are passed over.
    pub(super) literal: BTreeSet<usize>,
    /// Closing brackets that are waited for.
    pub(super) open: Vec<u8>,
    /// Whether a line end is a blank here: inside `( … )` and `[ … ]`.
    pub(super) multiline: bool,
    /// Whether a comma ends an expression here, as between arguments, and does not make a list.
    pub(super) comma_ends: bool,
    /// The parameters that the block being read has declared so far.
    pub(super) parameters: Vec<Parameter>,
    cr_lines: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        Self {
            text,
            pos: 0,
            functions: Vec::new(),
            truncated: false,
            damage: Vec::new(),
            depth: 0,
            fuel: text.len().saturating_mul(4) + (64 << 10),
            literal: BTreeSet::new(),
            open: Vec::new(),
            multiline: false,
            comma_ends: false,
            parameters: Vec::new(),
            cr_lines: memchr::memchr(b'\r', bytes).is_some() && memchr::memchr(b'\n', bytes).is_none(),
        }
    }

    pub(super) fn program(self, body: Vec<Operation>) -> Program {
        let mut damage = self.damage;
        damage.sort_unstable();
        Program { functions: self.functions, body, damage, truncated: self.truncated }
    }

    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.pos + ahead).copied()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    pub(super) fn character(&self) -> Option<char> {
        self.text.get(self.pos..).and_then(|rest| rest.chars().next())
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn looking_at(&self, text: &str) -> bool {
        self.text.as_bytes().get(self.pos..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    pub(super) fn span_from(&self, start: usize) -> Span {
        Span::new(start, self.pos)
    }

    /// Goes past one character of any length; at the end, past none.
    pub(super) fn advance(&mut self) {
        self.pos += self.character().map_or(0, char::len_utf8);
    }

    /// Goes past `sign`, if it stands here.
    pub(super) fn take(&mut self, sign: &str) -> bool {
        let found = self.looking_at(sign);
        if found {
            self.pos += sign.len();
        }
        found
    }

    pub(super) fn damaged(&mut self, start: usize, end: usize) {
        let mut end = end.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let span = Span::new(start, end);
        let full = self.damage.len() >= MAX_DAMAGE;
        match self.damage.last_mut() {
            Some(last) if full || (last.end >= span.start && last.start <= span.start) => *last = last.cover(span),
            _ => self.damage.push(span),
        }
    }

    /// Records a character that fits nowhere, and goes past it.
    pub(super) fn stray(&mut self) {
        let start = self.pos;
        self.advance();
        self.damaged(start, self.pos);
    }

    /// Reads something that may contain itself. `None` past the depth limit: the caller reads on flat.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.truncated = true;
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        Some(value)
    }

    /// Reads what brackets hold, from behind the opening one; `None` past the depth limit.
    pub(super) fn bracketed<T>(
        &mut self,
        opening: usize,
        close: u8,
        multiline: bool,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        self.nested(|parser| {
            let start = parser.pos;
            parser.pos += opening;
            parser.open.push(close);
            let outer = (parser.multiline, parser.comma_ends);
            (parser.multiline, parser.comma_ends) = (multiline, false);
            let value = read(parser);
            parser.skip_lines();
            (parser.multiline, parser.comma_ends) = outer;
            parser.open.pop();
            if parser.peek() == Some(close) {
                parser.pos += 1;
            } else {
                parser.damaged(start, start + opening);
            }
            value
        })
    }

    pub(super) fn spend(&mut self, amount: usize) -> bool {
        let enough = self.fuel >= amount;
        self.fuel = self.fuel.saturating_sub(amount);
        enough
    }

    pub(super) fn out_of_fuel(&self) -> bool {
        self.fuel == 0
    }

    pub(super) fn checkpoint(&self) -> (usize, usize) {
        (self.functions.len(), self.damage.len())
    }

    /// Forgets what was found since `checkpoint`.
    pub(super) fn restore(&mut self, checkpoint: (usize, usize), pos: usize) {
        self.functions.truncate(checkpoint.0);
        self.damage.truncate(checkpoint.1);
        self.pos = pos;
    }

    pub(super) fn add_function(&mut self, name: Option<String>, body: Vec<Operation>, start: usize) -> FunctionId {
        let id = FunctionId(self.functions.len() as u32);
        let parameters = std::mem::take(&mut self.parameters);
        let span = self.span_from(start);
        self.functions.push(Function { name, class: None, parameters, body, decorators: Vec::new(), span });
        id
    }

    /// Length of a line end here.
    pub(super) fn line_end(&self) -> Option<usize> {
        match self.peek() {
            Some(b'\n') => Some(1),
            Some(b'\r') if self.byte(1) == Some(b'\n') => Some(2),
            Some(b'\r') if self.cr_lines => Some(1),
            _ => None,
        }
    }

    /// Length of a blank here; every Unicode space is one in PowerShell.
    fn blank(&self) -> Option<usize> {
        match self.peek()? {
            b' ' | b'\t' | 0x0B | 0x0C => Some(1),
            b'\r' if self.line_end().is_none() => Some(1),
            b'`' => match (self.byte(1), self.byte(2)) {
                (Some(b'\n'), _) => Some(2),
                (Some(b'\r'), Some(b'\n')) => Some(3),
                (Some(b'\r'), _) if self.cr_lines => Some(2),
                _ => None,
            },
            0x80.. => self.character().filter(|c| c.is_whitespace()).map(char::len_utf8),
            _ => None,
        }
    }

    pub(super) fn blank_here(&self) -> bool {
        self.blank().is_some() || self.line_end().is_some()
    }

    fn skip_comment(&mut self) -> bool {
        if self.looking_at("<#") {
            let start = self.pos;
            let rest = self.slice(start + 2, self.text.len());
            if let Some(len) = memchr::memmem::find(rest.as_bytes(), b"#>") {
                self.pos = start + len + 4;
            } else {
                self.damaged(start, start + 2);
                self.pos = start + 2;
            }
            return true;
        }
        if self.peek() == Some(b'#') {
            let rest = self.slice(self.pos, self.text.len());
            self.pos += memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
            return true;
        }
        false
    }

    /// Goes past blanks and comments, and past line ends where they are blanks.
    pub(super) fn skip(&mut self) {
        loop {
            if let Some(len) = self.blank() {
                self.pos += len;
            } else if self.multiline && self.line_end().is_some() {
                self.pos += self.line_end().unwrap_or(1);
            } else if !self.skip_comment() {
                return;
            }
        }
    }

    /// Goes past blanks, comments and line ends.
    pub(super) fn skip_lines(&mut self) {
        loop {
            self.skip();
            match self.line_end() {
                Some(len) => self.pos += len,
                None => return,
            }
        }
    }

    /// Length of a quote sign here, and whether it is a double one. PowerShell takes typographic quotes as quotes.
    pub(super) fn quote(&self) -> Option<(usize, bool)> {
        match self.peek()? {
            b'\'' => Some((1, false)),
            b'"' => Some((1, true)),
            0xE2 => match self.character()? {
                '\u{2018}'..='\u{201B}' => Some((3, false)),
                '\u{201C}'..='\u{201E}' => Some((3, true)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Length of a dash here. PowerShell takes en and em dashes as dashes.
    pub(super) fn dash(&self) -> Option<usize> {
        match self.peek()? {
            b'-' => Some(1),
            0xE2 => self.character().filter(|c| matches!(c, '\u{2013}'..='\u{2015}')).map(char::len_utf8),
            _ => None,
        }
    }

    /// Length of a placeholder such as `<your-key>` here. PowerShell refuses every `<`, so nothing that runs can be
    /// disguised as one.
    pub(super) fn placeholder(&self) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.pos..)?;
        if !matches!(rest, [b'<', b'a'..=b'z' | b'A'..=b'Z', ..]) {
            return None;
        }
        let accepts =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.' | b'/' | b'|' | b':');
        let len = 1 + rest.iter().skip(1).take(80).take_while(|byte| accepts(byte)).count();
        (rest.get(len) == Some(&b'>')).then_some(len + 1)
    }

    /// The word of letters, digits, `_` and `-` here.
    pub(super) fn word_here(&self) -> &'t str {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let len = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
        rest.get(..len).unwrap_or_default()
    }
}
