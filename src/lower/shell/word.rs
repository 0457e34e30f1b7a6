//! Words: quotes, escapes, and the parts that a word is put together from.

use super::super::operation::{Expression, ExpressionKind, Word, WordPart};
use super::brace;
use super::list::is_meta;
use super::parser::Parser;
use super::quote;

/// The parts of a word while they are read; neighbouring text of one kind grows together.
#[derive(Default)]
pub(super) struct Parts {
    pieces: Vec<Piece>,
}

enum Piece {
    Text { text: String, start: usize, end: usize, quoted: bool },
    Value(WordPart),
}

impl Parts {
    pub(super) fn text(&mut self, added: &str, from: usize, to: usize, is_quoted: bool) {
        if let Some(Piece::Text { text, end, quoted, .. }) = self.pieces.last_mut()
            && *quoted == is_quoted
            && *end == from
        {
            text.push_str(added);
            *end = to;
            return;
        }
        self.pieces.push(Piece::Text { text: added.to_owned(), start: from, end: to, quoted: is_quoted });
    }

    pub(super) fn value(&mut self, value: Expression, quoted: bool) {
        self.pieces.push(Piece::Value(WordPart { value, quoted }));
    }

    fn append(&mut self, mut inner: Parts) {
        self.pieces.append(&mut inner.pieces);
    }

    /// The parts. Empty quotes stay only where they are all that makes the word.
    pub(super) fn finish(self, parser: &Parser<'_>) -> Vec<WordPart> {
        let mut parts = Vec::with_capacity(self.pieces.len());
        let mut empty = None;
        for piece in self.pieces {
            match piece {
                Piece::Text { text, start, end, quoted } => {
                    let part = WordPart { value: Expression::text(text, parser.span(start, end)), quoted };
                    let is_empty = matches!(&part.value.kind, ExpressionKind::Text(text) if text.is_empty());
                    if is_empty { empty = Some(part) } else { parts.push(part) }
                }
                Piece::Value(part) => parts.push(part),
            }
        }
        if parts.is_empty() {
            parts.extend(empty);
        }
        parts
    }
}

/// What ends text in double quotes, or text that is read like it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoted {
    /// The closing quote.
    Quote,
    /// The end of a here-document's body; the flag says that leading tabs go (`<<-`).
    Body(bool),
}

impl Parser<'_> {
    /// Reads a word and expands the braces in it.
    pub(super) fn expanded_word(&mut self) -> Vec<Word> {
        match self.word() {
            Some(word) => brace::expand(word, &mut self.state),
            None => Vec::new(),
        }
    }

    /// Reads a word.
    pub(super) fn word(&mut self) -> Option<Word> {
        let start = self.pos;
        let mut parts = Parts::default();
        // Patterns such as `@(a|b)` hold signs that else end a word.
        let mut pattern_depth = 0_usize;
        while let Some(byte) = self.peek() {
            let at = self.pos;
            match byte {
                b' ' | b'\t' | b'\n' | b';' | b'&' => break,
                b'\r' if self.line_end().is_some() || self.blank_cr() => break,
                b'|' if pattern_depth == 0 => break,
                b'(' if pattern_depth > 0
                    || (at > start && matches!(self.byte_at(at - 1), Some(b'?' | b'*' | b'+' | b'@' | b'!'))) =>
                {
                    pattern_depth += 1;
                    parts.text("(", at, at + 1, false);
                    self.pos += 1;
                }
                b')' if pattern_depth > 0 => {
                    pattern_depth -= 1;
                    parts.text(")", at, at + 1, false);
                    self.pos += 1;
                }
                b'|' => {
                    parts.text("|", at, at + 1, false);
                    self.pos += 1;
                }
                b'=' if at == start && self.byte(1) == Some(b'(') => {
                    // zsh: `=(…)` is a file that holds the output.
                    let Some(body) = self.parenthesised(2) else { break };
                    parts.value(Expression::new(ExpressionKind::OutputPath(body), self.span(at, self.pos)), false);
                }
                b'(' | b')' => break,
                b'<' | b'>' => {
                    if self.byte(1) == Some(b'(') {
                        let Some(body) = self.parenthesised(2) else {
                            self.pos += 1;
                            break;
                        };
                        let kind = if byte == b'<' {
                            ExpressionKind::OutputPath(body)
                        } else {
                            ExpressionKind::InputPath(body)
                        };
                        parts.value(Expression::new(kind, self.span(at, self.pos)), false);
                    } else if let Some(len) = self.placeholder() {
                        parts.text(self.slice(at, at + len), at, at + len, false);
                        self.pos += len;
                    } else {
                        break;
                    }
                }
                b'\'' => self.single_quoted(&mut parts),
                b'"' => self.double_quoted(&mut parts),
                b'\\' => self.escaped(&mut parts),
                b'$' => self.dollar(&mut parts, false),
                b'`' => self.backquoted(&mut parts, false),
                _ => self.plain(&mut parts),
            }
        }
        if self.pos == start {
            return None;
        }
        Some(Word { parts: parts.finish(self), span: self.span(start, self.pos) })
    }

    /// Reads a run of text that means itself.
    fn plain(&mut self, parts: &mut Parts) {
        let start = self.pos;
        let rest = self.slice(start, self.end).as_bytes();
        let is_special = |byte: u8| is_meta(byte) || matches!(byte, b'\'' | b'"' | b'\\' | b'$' | b'`' | b'\r');
        let len = rest.iter().skip(1).position(|&byte| is_special(byte)).map_or(rest.len(), |at| at + 1);
        self.pos += len;
        parts.text(self.slice(start, self.pos), start, self.pos, false);
    }

    /// Reads `\x`.
    fn escaped(&mut self, parts: &mut Parts) {
        if let Some(len) = self.continuation() {
            self.pos += len;
            return;
        }
        let start = self.pos;
        if start + 1 >= self.end {
            self.pos += 1;
            parts.text("\\", start, start + 1, true);
            return;
        }
        let len = self.char_len(start + 1);
        self.pos += 1 + len;
        parts.text(self.slice(start + 1, self.pos), start, self.pos, true);
    }

    /// A quote that nothing closes: it is passed over as text.
    pub(super) fn stray_quote(&mut self, parts: &mut Parts, at: usize) {
        self.literal.insert(at);
        self.damaged(at, at + 1);
        self.pos = at + 1;
        parts.text(self.slice(at, at + 1), at, at + 1, false);
    }

    pub(super) fn single_quoted(&mut self, parts: &mut Parts) {
        let start = self.pos;
        let inner = self.slice(start + 1, self.end);
        let Some(len) = memchr::memchr(b'\'', inner.as_bytes()) else {
            return self.stray_quote(parts, start);
        };
        self.pos = start + len + 2;
        let inner = inner.get(..len).unwrap_or_default();
        if inner.contains('\r') {
            parts.text(&inner.replace("\r\n", "\n"), start, self.pos, true);
        } else {
            // The span is that of the text between the quotes.
            parts.text(inner, start + 1, self.pos - 1, true);
        }
    }

    /// Reads `$'…'`; `false` if it is not closed.
    pub(super) fn ansi_quoted(&mut self, parts: &mut Parts) -> bool {
        let start = self.pos;
        let mut at = start + 2;
        loop {
            match self.byte_at(at) {
                Some(b'\'') => break,
                Some(b'\\') => at += 2,
                Some(_) => at += 1,
                None => {
                    self.spend(at - start);
                    return false;
                }
            }
        }
        let text = quote::ansi_c(self.slice(start + 2, at));
        self.pos = at + 1;
        parts.text(&text, start, self.pos, true);
        true
    }

    pub(super) fn double_quoted(&mut self, parts: &mut Parts) {
        let start = self.pos;
        if self.literal.contains(&start) {
            return self.stray_quote(parts, start);
        }
        let (functions, damage) = (self.state.functions.len(), self.state.damage.len());
        let mut inner = Parts::default();
        self.pos += 1;
        inner.text("", self.pos, self.pos, true);
        if self.quoted_parts(&mut inner, Quoted::Quote) {
            self.pos += 1;
            return parts.append(inner);
        }
        if self.spend(self.pos - start) {
            self.state.functions.truncate(functions);
            self.state.damage.truncate(damage);
            self.stray_quote(parts, start);
        } else {
            self.damaged(start, start + 1);
            parts.append(inner);
        }
    }

    /// Reads text in which only `$`, backquotes and a few escapes are special. `true` if it ends as it should;
    /// the closing quote stays to be read.
    pub(super) fn quoted_parts(&mut self, parts: &mut Parts, until: Quoted) -> bool {
        let is_quote = until == Quoted::Quote;
        let begin = self.pos;
        while let Some(byte) = self.peek() {
            let at = self.pos;
            if until == Quoted::Body(true) && byte == b'\t' && (at == begin || self.byte_at(at - 1) == Some(b'\n')) {
                while self.peek() == Some(b'\t') {
                    self.pos += 1;
                }
                parts.text("", at, self.pos, true);
                continue;
            }
            match byte {
                b'"' if is_quote => return true,
                b'\\' => match self.byte(1) {
                    _ if self.continuation().is_some() => self.pos += self.continuation().unwrap_or(1),
                    Some(next) if matches!(next, b'$' | b'`' | b'\\') || (next == b'"' && is_quote) => {
                        self.pos += 2;
                        parts.text(self.slice(at + 1, at + 2), at, at + 2, true);
                    }
                    _ => {
                        self.pos += 1;
                        parts.text("\\", at, at + 1, true);
                    }
                },
                b'$' => self.dollar(parts, true),
                b'`' => self.backquoted(parts, true),
                b'\r' => {
                    self.pos += 1;
                    let kept = if self.peek() == Some(b'\n') { "" } else { "\r" };
                    parts.text(kept, at, at + 1, true);
                }
                b'\n' if until == Quoted::Body(true) => {
                    self.pos += 1;
                    parts.text("\n", at, at + 1, true);
                }
                _ => {
                    let rest = self.slice(at, self.end).as_bytes();
                    let is_special = |byte: u8| {
                        matches!(byte, b'\\' | b'$' | b'`' | b'\r')
                            || (byte == b'"' && is_quote)
                            || (byte == b'\n' && !is_quote)
                    };
                    let len = rest.iter().skip(1).position(|&byte| is_special(byte)).map_or(rest.len(), |at| at + 1);
                    self.pos += len;
                    parts.text(self.slice(at, self.pos), at, self.pos, true);
                }
            }
        }
        !is_quote
    }
}
