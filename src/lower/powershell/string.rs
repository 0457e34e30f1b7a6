//! Strings: quotes, here-strings, backtick escapes, and the variables in them.

use super::super::operation::{Expression, ExpressionKind};
use super::parser::Parser;
use crate::source::Span;

/// Pieces of a text while they are read; neighbouring constant text grows together.
#[derive(Default)]
pub(super) struct Pieces {
    pub(super) values: Vec<Expression>,
}

impl Pieces {
    pub(super) fn text(&mut self, added: &str, start: usize, end: usize) {
        if let Some(Expression { kind: ExpressionKind::Text(text), span }) = self.values.last_mut()
            && span.end as usize == start
        {
            text.push_str(added);
            *span = Span::new(span.start as usize, end);
            return;
        }
        self.values.push(Expression::text(added, Span::new(start, end)));
    }

    /// The whole, as one value at `span`.
    pub(super) fn join(mut self, span: Span) -> Expression {
        match self.values.len() {
            0 => Expression::text("", span),
            1 if matches!(self.values.first(), Some(Expression { kind: ExpressionKind::Text(_), .. })) => {
                let mut only = self.values.pop().unwrap_or_else(|| Expression::text("", span));
                only.span = span;
                only
            }
            _ => Expression::new(ExpressionKind::Concat(self.values), span),
        }
    }
}

/// What a backtick before a letter means inside double quotes.
fn escape(letter: char, next: Option<u8>) -> Option<&'static str> {
    Some(match letter {
        '0' => "\0",
        'a' => "\u{7}",
        'b' => "\u{8}",
        'f' => "\u{c}",
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'v' => "\u{b}",
        // PowerShell 7 has this one, and uses it for colours; before 7, `` `e `` is `e`.
        'e' if next == Some(b'[') => "\u{1b}",
        _ => return None,
    })
}

impl Parser<'_> {
    /// Reads a string, if one begins here. An unclosed quote is passed over.
    pub(super) fn string(&mut self) -> Option<Expression> {
        let start = self.pos;
        let (len, double) = self.quote()?;
        if self.literal.contains(&start) {
            self.pos += len;
            return None;
        }
        self.pos += len;
        let checkpoint = self.checkpoint();
        let value = if double { self.double_quoted(start) } else { self.single_quoted(start) };
        if value.is_some() {
            return value;
        }
        if self.spend(self.pos - start) {
            self.restore(checkpoint, start + len);
        }
        self.literal.insert(start);
        self.damaged(start, start + len);
        None
    }

    fn single_quoted(&mut self, start: usize) -> Option<Expression> {
        let mut text = String::new();
        loop {
            let rest = self.slice(self.pos, self.text.len());
            let len = rest.bytes().position(|byte| matches!(byte, b'\'' | 0xE2));
            let Some(len) = len else {
                self.pos = self.text.len();
                return None;
            };
            text.push_str(rest.get(..len).unwrap_or_default());
            self.pos += len;
            if let Some((len, false)) = self.quote() {
                self.pos += len;
                match self.quote() {
                    Some((len, false)) => {
                        text.push('\'');
                        self.pos += len;
                    }
                    _ => return Some(Expression::text(text, self.span_from(start))),
                }
            } else {
                text.extend(self.character());
                self.advance();
            }
        }
    }

    fn double_quoted(&mut self, start: usize) -> Option<Expression> {
        let mut pieces = Pieces::default();
        while let Some(byte) = self.peek() {
            let at = self.pos;
            if let Some((len, true)) = self.quote() {
                self.pos += len;
                match self.quote() {
                    Some((second, true)) => {
                        self.pos += second;
                        pieces.text("\"", at, self.pos);
                    }
                    _ => return Some(pieces.join(self.span_from(start))),
                }
                continue;
            }
            self.expandable(byte, &mut pieces);
        }
        None
    }

    /// Reads one stretch of a text in which backticks and `$` are special.
    fn expandable(&mut self, byte: u8, pieces: &mut Pieces) {
        let at = self.pos;
        match byte {
            b'`' => {
                self.pos += 1;
                let Some(letter) = self.character() else {
                    return pieces.text("`", at, self.pos);
                };
                self.pos += letter.len_utf8();
                let text = match escape(letter, self.peek()) {
                    Some(text) => text,
                    None => self.slice(at + 1, self.pos),
                };
                pieces.text(text, at, self.pos);
            }
            b'$' => {
                if let Some(value) = self.variable_in_text() {
                    pieces.values.push(value);
                } else {
                    self.pos = at + 1;
                    pieces.text("$", at, self.pos);
                }
            }
            b'\r' if self.byte(1) == Some(b'\n') => {
                self.pos += 2;
                pieces.text("\n", at, self.pos);
            }
            _ => {
                let rest = self.slice(at, self.text.len()).as_bytes();
                let is_special = |byte: u8| matches!(byte, b'"' | b'`' | b'$' | b'\r' | 0xE2);
                let mut len = rest.iter().skip(1).position(|&byte| is_special(byte)).map_or(rest.len(), |at| at + 1);
                while !self.text.is_char_boundary(at + len) {
                    len += 1;
                }
                self.pos += len;
                pieces.text(self.slice(at, self.pos), at, self.pos);
            }
        }
    }

    /// The `$x` or `$( … )` at the `$` here.
    pub(super) fn variable_in_text(&mut self) -> Option<Expression> {
        if self.byte(1) == Some(b'(') { self.subexpression() } else { self.variable() }
    }

    /// Reads a here-string, if one begins here: `@"`, a line end, lines, and `"@` at the start of a line.
    pub(super) fn here_string(&mut self) -> Option<Expression> {
        let start = self.pos;
        if self.peek() != Some(b'@') {
            return None;
        }
        self.pos += 1;
        let Some((len, double)) = self.quote() else {
            self.pos = start;
            return None;
        };
        self.pos += len;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.pos += 1;
        }
        let Some(newline) = self.line_end() else {
            self.pos = start;
            return None;
        };
        self.pos += newline;
        let body = self.pos;
        let Some((end, after)) = self.here_string_end(body, double) else {
            self.damaged(start, start + 1 + len);
            self.pos = start;
            return None;
        };
        let span = Span::new(start, after);
        if !double {
            self.pos = after;
            return Some(Expression::text(self.slice(body, end).replace("\r\n", "\n"), span));
        }
        // The body is read in place, by a reader that sees no further.
        let mut pieces = Pieces::default();
        let whole = self.text;
        self.text = whole.get(..end).unwrap_or(whole);
        while let Some(byte) = self.peek() {
            self.expandable(byte, &mut pieces);
        }
        self.text = whole;
        self.pos = after;
        Some(pieces.join(span))
    }

    /// Where a here-string's body ends, and where the script goes on.
    fn here_string_end(&mut self, body: usize, double: bool) -> Option<(usize, usize)> {
        if self.out_of_fuel() {
            return None;
        }
        let bytes = self.text.as_bytes();
        let mut at = body;
        let outer = self.pos;
        loop {
            self.pos = at;
            if let Some((len, is_double)) = self.quote()
                && is_double == double
                && bytes.get(at + len) == Some(&b'@')
            {
                self.pos = outer;
                let mut end = at;
                if end > body && bytes.get(end - 1) == Some(&b'\n') {
                    end -= 1;
                }
                if end > body && bytes.get(end - 1) == Some(&b'\r') {
                    end -= 1;
                }
                return Some((end, at + len + 1));
            }
            let rest = bytes.get(at..)?;
            if let Some(len) = memchr::memchr(b'\n', rest) {
                at += len + 1;
            } else {
                self.pos = outer;
                // Looked at to the end for nothing; too many of these are not worth it.
                self.spend(bytes.len() - body);
                return None;
            }
        }
    }
}
