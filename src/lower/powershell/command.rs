//! Commands: names, parameters, arguments, redirections.

use super::super::operation::{Command, Expression, ExpressionKind, Redirect, RedirectKind, Word, WordPart};
use super::parser::Parser;
use super::string::Pieces;

impl Parser<'_> {
    /// Reads a command; `None` if none begins here.
    pub(super) fn command(&mut self) -> Option<Expression> {
        let start = self.pos;
        let mut words = Vec::new();
        let calls = self.peek() == Some(b'&') && self.byte(1) != Some(b'&');
        let sources = self.peek() == Some(b'.')
            && (matches!(self.byte(1), Some(b' ' | b'\t' | b'(' | b'$' | b'{' | b'\'' | b'"' | b'&')));
        if calls || sources {
            self.pos += 1;
            self.skip();
        }
        let name = if (calls || sources) && (self.expression_ahead() || self.peek() == Some(b'@')) {
            self.argument()
        } else {
            self.bare_word(true)
        };
        match name {
            Some(word) => words.push(word),
            None if calls || sources => self.damaged(start, self.pos),
            None => return None,
        }
        let mut redirects = Vec::new();
        loop {
            self.skip();
            redirects.extend(self.redirects());
            if self.ends_command() {
                break;
            }
            let before = self.pos;
            if self.looking_at("--%") {
                // All that follows on the line is given on as it is.
                self.pos += 3;
                self.rest_of_line(&mut words);
                break;
            }
            if self.parameter(&mut words) {
                continue;
            }
            if let Some(word) = self.argument_list() {
                words.push(word);
            }
            if self.pos == before {
                self.stray();
            }
        }
        let command = Command { words, assignments: Vec::new(), redirects, background: false };
        let end = self.slice(start, self.pos).trim_end().len();
        let span = crate::source::Span::new(start, start + end);
        Some(Expression::new(ExpressionKind::Command(Box::new(command)), span))
    }

    fn ends_command(&self) -> bool {
        match self.peek() {
            None | Some(b';' | b'|' | b'&' | b')' | b'}') => true,
            Some(b']') => self.open.last() == Some(&b']'),
            _ => self.line_end().is_some(),
        }
    }

    fn rest_of_line(&mut self, words: &mut Vec<Word>) {
        loop {
            while matches!(self.peek(), Some(b' ' | b'\t')) {
                self.pos += 1;
            }
            let start = self.pos;
            let mut quoted = false;
            while let Some(byte) = self.peek() {
                if self.line_end().is_some() || byte == b'|' || (!quoted && matches!(byte, b' ' | b'\t')) {
                    break;
                }
                quoted ^= byte == b'"';
                self.advance();
            }
            if self.pos == start {
                return;
            }
            let text = self.slice(start, self.pos).replace('"', "");
            words.push(text_word(Expression::text(text, self.span_from(start)), true));
        }
    }

    /// Reads `-Name` or `-Name:`; the name is lower-cased.
    fn parameter(&mut self, words: &mut Vec<Word>) -> bool {
        let start = self.pos;
        let Some(dash) = self.dash() else { return false };
        let second = match self.byte(dash) {
            Some(b'-') => 1,
            _ => 0,
        };
        let mut end = start + dash + second;
        let bytes = self.text.as_bytes();
        if !bytes.get(end).is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'?' | b'`')) {
            return false;
        }
        while bytes
            .get(end)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'?' | b'`'))
        {
            end += 1;
        }
        self.pos = end;
        // A program's own options go on behind the name: `--opt=value`, `-Dname=value`.
        let ends = self.blank_here()
            || matches!(
                self.peek(),
                None | Some(b':' | b';' | b'|' | b')' | b'}' | b'(' | b'{' | b'$' | b',' | b'&' | b'\'' | b'"' | b'>')
            );
        if !ends || second == 1 {
            self.pos = start;
            return false;
        }
        let name = format!("-{}", self.slice(start + dash, end).replace('`', "").to_lowercase());
        words.push(text_word(Expression::text(name, self.span_from(start)), false));
        if self.peek() == Some(b':') && !matches!(self.byte(1), Some(b'/' | b'\\')) {
            self.pos += 1;
        }
        true
    }

    /// Reads an argument, or several with commas between them.
    fn argument_list(&mut self) -> Option<Word> {
        let start = self.pos;
        let first = self.argument()?;
        let before = self.pos;
        self.skip();
        if self.peek() != Some(b',') {
            self.pos = before;
            return Some(first);
        }
        let mut values = vec![word_value(first)];
        let mut end = before;
        while self.peek() == Some(b',') {
            self.pos += 1;
            self.skip_lines();
            if self.ends_command() {
                break;
            }
            match self.argument() {
                Some(word) => values.push(word_value(word)),
                None => break,
            }
            end = self.pos;
            self.skip();
        }
        self.pos = end.max(before);
        let value = Expression::new(ExpressionKind::List(values), self.span_from(start));
        Some(text_word(value, true))
    }

    /// Reads one argument.
    fn argument(&mut self) -> Option<Word> {
        let start = self.pos;
        if self.quote().is_some()
            || matches!(self.peek(), Some(b'(' | b'{'))
            || (self.peek() == Some(b'@') && self.expression_ahead())
        {
            let Some(value) = self.primary() else {
                // An unclosed quote was passed over.
                return self.bare_word(false);
            };
            let value = self.postfix(value);
            return Some(self.continued(start, value));
        }
        match self.peek()? {
            b'$' => {
                if let Some(value) = self.variable_in_text() {
                    // `$env:TEMP\a.exe`: what is no member goes on as text.
                    let value = self.postfix(value);
                    Some(self.continued(start, value))
                } else {
                    self.pos = start;
                    self.bare_word(false)
                }
            }
            b'@' if self.byte(1).is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') => {
                let value = self.variable()?;
                let span = value.span;
                Some(text_word(Expression::new(ExpressionKind::Spread(Box::new(value)), span), true))
            }
            b'<' if self.placeholder().is_some() => self.bare_word(false),
            b',' | b'<' | b']' => {
                self.stray();
                Some(text_word(Expression::text(self.slice(start, self.pos), self.span_from(start)), false))
            }
            _ => self.bare_word(false),
        }
    }

    /// A value with text right behind it is one word with it.
    fn continued(&mut self, start: usize, value: Expression) -> Word {
        let mut parts = vec![WordPart { value, quoted: true }];
        let goes_on =
            self.placeholder().is_some() || self.peek().is_some_and(|byte| !ends_bare_word(byte)) && !self.blank_here();
        if goes_on && let Some(rest) = self.bare_word(false) {
            parts.extend(rest.parts);
        }
        Word { parts, span: self.span_from(start) }
    }

    /// Reads a word without quotes around it; a command's name is lower-cased.
    fn bare_word(&mut self, is_name: bool) -> Option<Word> {
        let start = self.pos;
        let mut parts: Vec<WordPart> = Vec::new();
        let mut pieces = Pieces::default();
        while let Some(byte) = self.peek() {
            let at = self.pos;
            if let Some(len) = self.placeholder() {
                self.pos += len;
                pieces.text(self.slice(at, self.pos), at, self.pos);
                continue;
            }
            if self.blank_here() || (ends_bare_word(byte) && !(byte == b',' && is_name)) {
                break;
            }
            if self.quote().is_some() {
                if let Some(value) = self.string() {
                    flush(&mut pieces, &mut parts);
                    parts.push(WordPart { value, quoted: true });
                }
                continue;
            }
            match byte {
                b'`' => {
                    self.pos += 1;
                    let from = self.pos;
                    self.advance();
                    pieces.text(self.slice(from, self.pos.min(self.text.len())), at, self.pos.min(self.text.len()));
                    self.pos = self.pos.min(self.text.len());
                }
                b'$' => {
                    if let Some(value) = self.variable_in_text() {
                        flush(&mut pieces, &mut parts);
                        parts.push(WordPart { value, quoted: false });
                    } else {
                        self.pos = at + 1;
                        pieces.text("$", at, self.pos);
                    }
                }
                b']' if self.open.last() == Some(&b']') => break,
                _ => {
                    self.advance();
                    pieces.text(self.slice(at, self.pos), at, self.pos);
                }
            }
        }
        flush(&mut pieces, &mut parts);
        if self.pos == start {
            return None;
        }
        if is_name {
            for part in &mut parts {
                if let (ExpressionKind::Text(text), false) = (&mut part.value.kind, part.quoted) {
                    *text = text.to_lowercase();
                }
            }
        }
        Some(Word { parts, span: self.span_from(start) })
    }

    /// Reads redirections.
    pub(super) fn redirects(&mut self) -> Vec<Redirect> {
        let mut redirects = Vec::new();
        loop {
            self.skip();
            let start = self.pos;
            let stream = match (self.peek(), self.byte(1)) {
                (Some(b'>'), _) => None,
                (Some(digit @ (b'1'..=b'6' | b'*')), Some(b'>')) => {
                    self.pos += 1;
                    Some(digit)
                }
                _ => return redirects,
            };
            self.pos += 1;
            let append = self.take(">");
            let descriptor = stream.filter(u8::is_ascii_digit).map(|digit| u32::from(digit - b'0'));
            if self.take("&") {
                let at = self.pos;
                self.advance();
                if self.pos == at {
                    self.damaged(start, at);
                    continue;
                }
                let target = text_word(Expression::text(self.slice(at, self.pos), self.span_from(at)), false);
                redirects.push(Redirect {
                    descriptor,
                    kind: RedirectKind::Duplicate(target),
                    span: self.span_from(start),
                });
                continue;
            }
            self.skip();
            let Some(target) = self.argument() else {
                self.damaged(start, self.pos);
                continue;
            };
            let kind = match stream {
                Some(b'*') => RedirectKind::WriteAll(target),
                _ if append => RedirectKind::Append(target),
                _ => RedirectKind::Write(target),
            };
            redirects.push(Redirect { descriptor, kind, span: self.span_from(start) });
        }
    }
}

fn ends_bare_word(byte: u8) -> bool {
    matches!(byte, b';' | b'|' | b'&' | b'(' | b')' | b'{' | b'}' | b',' | b'<' | b'>')
}

fn flush(pieces: &mut Pieces, parts: &mut Vec<WordPart>) {
    parts.extend(std::mem::take(pieces).values.into_iter().map(|value| WordPart { value, quoted: false }));
}

fn text_word(value: Expression, quoted: bool) -> Word {
    let span = value.span;
    Word { parts: vec![WordPart { value, quoted }], span }
}

/// The value of a word.
pub(super) fn word_value(word: Word) -> Expression {
    let span = word.span;
    let mut values: Vec<Expression> = word.parts.into_iter().map(|part| part.value).collect();
    match values.len() {
        1 => values.pop().unwrap_or_else(|| Expression::text("", span)),
        _ => Expression::new(ExpressionKind::Concat(values), span),
    }
}
