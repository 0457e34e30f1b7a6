//! Words, and the escapes and expansions in them.

use super::super::super::operation::{
    Expansion, ExpansionOperator, Expression, ExpressionKind, Redirect, RedirectKind, ReplaceWhich, Word, WordPart,
};
use super::Reader;
use crate::source::Span;

/// A word while it is read.
#[derive(Default)]
pub(super) struct Parts {
    parts: Vec<WordPart>,
    empty_quotes: Option<Span>,
}

impl Parts {
    pub(super) fn text(&mut self, added: &str, start: usize, end: usize, is_quoted: bool) {
        if let Some(WordPart { value: Expression { kind: ExpressionKind::Text(text), span }, quoted }) =
            self.parts.last_mut()
            && *quoted == is_quoted
            && span.end as usize == start
        {
            text.push_str(added);
            *span = Span::new(span.start as usize, end);
            return;
        }
        let value = Expression::text(added, Span::new(start, end));
        self.parts.push(WordPart { value, quoted: is_quoted });
    }

    /// `set "a=b" …`: the value ends at the last quote.
    pub(super) fn cut_at_last_quote(&mut self) {
        let holds_quote =
            |part: &WordPart| matches!(&part.value.kind, ExpressionKind::Text(text) if text.contains('"'));
        let Some(last) = self.parts.iter().rposition(holds_quote) else { return };
        self.parts.truncate(last + 1);
        if let Some(WordPart { value: Expression { kind: ExpressionKind::Text(text), .. }, .. }) = self.parts.last_mut()
        {
            text.truncate(text.rfind('"').unwrap_or(text.len()));
            if text.is_empty() {
                self.parts.pop();
            }
        }
    }

    pub(super) fn word(mut self, span: Span) -> Word {
        if self.parts.is_empty()
            && let Some(span) = self.empty_quotes
        {
            self.parts.push(WordPart { value: Expression::text("", span), quoted: true });
        }
        Word { parts: self.parts, span }
    }
}

impl Reader<'_> {
    /// Reads a word. A command's name also ends where its arguments begin: `cd..` stays, `echo.` and `dir/w` end.
    pub(super) fn word(&mut self, is_name: bool) -> Option<Word> {
        let start = self.pos;
        let mut parts = Parts::default();
        let mut in_quotes = false;
        while !self.line_end() {
            let at = self.pos;
            match self.peek() {
                Some(b'"') => {
                    in_quotes = !in_quotes;
                    self.pos += 1;
                    parts.empty_quotes.get_or_insert(Span::new(at, at + 1));
                }
                _ if in_quotes => self.piece(&mut parts, true),
                Some(b' ' | b'\t' | b'&' | b'|' | b'<' | b'>') => break,
                Some(b',' | b';') if is_name => break,
                Some(b'(') if at > start && is_name => break,
                Some(b')') if self.brackets > 0 => break,
                _ => self.piece(&mut parts, false),
            }
        }
        if self.pos == start {
            return None;
        }
        Some(parts.word(self.span(start)))
    }

    /// Reads one stretch: an escape, an expansion, or plain text.
    pub(super) fn piece(&mut self, parts: &mut Parts, quoted: bool) {
        let start = self.pos;
        match self.peek() {
            Some(b'^') if !quoted => {
                if let Some(len) = self.continuation() {
                    self.pos += len;
                    return;
                }
                self.pos += 1;
                if !self.line_end() {
                    let at = self.pos;
                    self.advance();
                    parts.text(self.slice(at, self.pos), start, self.pos, false);
                }
            }
            Some(sign @ (b'%' | b'!')) => {
                if let Some(value) = self.expansion(sign) {
                    parts.parts.push(WordPart { value, quoted });
                } else {
                    // `%%` is one percent sign.
                    self.pos = start + if self.byte(1) == Some(b'%') && sign == b'%' { 2 } else { 1 };
                    parts.text(if sign == b'%' { "%" } else { "!" }, start, self.pos, quoted);
                }
            }
            _ => {
                self.advance();
                parts.text(self.slice(start, self.pos), start, self.pos, quoted);
            }
        }
    }

    /// `%NAME%`, `%NAME:~0,3%`, `%NAME:a=b%`, `%1`, `%*`, `%~dp0`, `%%i`, `!NAME!`.
    fn expansion(&mut self, sign: u8) -> Option<Expression> {
        let start = self.pos;
        if sign == b'%' {
            let parameter = |byte: Option<u8>| matches!(byte, Some(b'0'..=b'9' | b'*'));
            if parameter(self.byte(1)) {
                self.pos += 2;
                let name = self.slice(start + 1, self.pos);
                return Some(self.expand(start, name.to_owned(), ExpansionOperator::None));
            }
            let percents = if self.byte(1) == Some(b'%') { 2 } else { 1 };
            if self.byte(percents) == Some(b'~') {
                let mut len = percents + 1;
                while self.byte(len).is_some_and(|byte| byte.is_ascii_alphabetic()) && len < percents + 9 {
                    len += 1;
                }
                if percents == 1 && self.byte(len).is_some_and(|byte| byte.is_ascii_digit()) {
                    self.pos += len + 1;
                    let name = self.slice(start + 1, self.pos).to_lowercase();
                    return Some(self.expand(start, name, ExpansionOperator::None));
                }
                if percents == 2 && len > 3 {
                    self.pos += len;
                    let name = format!("%{}", self.slice(self.pos - 1, self.pos));
                    return Some(self.expand(start, name, ExpansionOperator::None));
                }
            }
            if percents == 2 {
                if !self.byte(2).is_some_and(|byte| byte.is_ascii_alphabetic()) {
                    return None;
                }
                self.pos += 3;
                let name = format!("%{}", self.slice(start + 2, self.pos));
                return Some(self.expand(start, name, ExpansionOperator::None));
            }
        }
        let line = self.slice(start + 1, self.end);
        let limit = line.as_bytes().get(..line.len().min(1024)).unwrap_or_default();
        let len = limit.iter().position(|byte| *byte == sign || matches!(byte, b'\n' | b'\r'))?;
        if limit.get(len) != Some(&sign) || len == 0 {
            return None;
        }
        let inner = line.get(..len)?;
        let (name, operator) = inner.split_once(':').unwrap_or((inner, ""));
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '(' | ')' | '#' | '$' | ' ' | '^'))
            && !name.starts_with(' ')
            && !name.ends_with(' ');
        if !is_name {
            return None;
        }
        self.pos = start + len + 2;
        let at = start + 2 + name.len();
        let operator = operator_of(operator, at);
        Some(self.expand(start, name.replace('^', "").to_uppercase(), operator))
    }

    fn expand(&self, start: usize, name: String, operator: ExpansionOperator) -> Expression {
        let expansion = Expansion { name, index: None, indirect: false, length: false, operator };
        Expression::new(ExpressionKind::Expand(Box::new(expansion)), self.span(start))
    }

    pub(super) fn redirects(&mut self) -> Vec<Redirect> {
        let mut redirects = Vec::new();
        loop {
            self.skip_blanks();
            let start = self.pos;
            let mut descriptor = None;
            if let (Some(digit @ b'0'..=b'9'), Some(b'<' | b'>')) = (self.peek(), self.byte(1)) {
                descriptor = Some(u32::from(digit - b'0'));
                self.pos += 1;
            }
            let Some(sign @ (b'<' | b'>')) = self.peek() else { return redirects };
            self.pos += 1;
            let append = sign == b'>' && self.peek() == Some(b'>');
            self.pos += usize::from(append);
            let duplicate = self.peek() == Some(b'&');
            self.pos += usize::from(duplicate);
            self.skip_blanks();
            let Some(target) = self.word(true) else {
                self.damaged(start);
                continue;
            };
            let kind = match sign {
                _ if duplicate => RedirectKind::Duplicate(target),
                b'<' => RedirectKind::Read(target),
                _ if append => RedirectKind::Append(target),
                _ => RedirectKind::Write(target),
            };
            redirects.push(Redirect { descriptor, kind, span: self.span(start) });
        }
    }
}

/// `~offset,length` and `search=replacement`.
fn operator_of(operator: &str, at: usize) -> ExpansionOperator {
    let span = Span::new(at, at + operator.len());
    if let Some(range) = operator.strip_prefix('~') {
        let (offset, length) = range.split_once(',').map_or((range, None), |(offset, length)| (offset, Some(length)));
        let number = |text: &str| match text.trim().parse() {
            Ok(value) => Expression::new(ExpressionKind::Integer(value), span),
            Err(_) if text.trim().is_empty() => Expression::new(ExpressionKind::Integer(0), span),
            Err(_) => Expression::text(text, span),
        };
        return ExpansionOperator::Substring(number(offset), length.map(number));
    }
    if let Some((search, with)) = operator.split_once('=') {
        // `*x=y` replaces all up to the first `x`; the star reads as a pattern.
        return ExpansionOperator::Replace {
            pattern: Expression::text(search, span),
            with: Some(Expression::text(with, span)),
            which: ReplaceWhich::All,
        };
    }
    ExpansionOperator::None
}

/// The value of a word.
pub(super) fn word_value(word: Word) -> Expression {
    let span = word.span;
    let mut values: Vec<Expression> = word.parts.into_iter().map(|part| part.value).collect();
    match values.len() {
        0 => Expression::text("", span),
        1 => values.pop().unwrap_or_else(|| Expression::text("", span)),
        _ => Expression::new(ExpressionKind::Concat(values), span),
    }
}
