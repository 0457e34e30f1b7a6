//! What `$` and backquotes stand for: parameters, substitutions, arithmetic.

use super::super::operation::{Expansion, ExpansionOperator, Expression, ExpressionKind, ReplaceWhich};
use super::arithmetic;
use super::parser::Parser;
use super::word::Parts;
use crate::source::{Span, SpanMapBuilder};

impl Parser<'_> {
    /// The expansion of a variable without any operator.
    pub(super) fn plain_expansion(name: &str, span: Span) -> Expression {
        let expansion = Expansion {
            name: name.to_owned(),
            index: None,
            indirect: false,
            length: false,
            operator: ExpansionOperator::None,
        };
        Expression::new(ExpressionKind::Expand(Box::new(expansion)), span)
    }

    /// Reads what begins with the `$` here.
    pub(super) fn dollar(&mut self, parts: &mut Parts, quoted: bool) {
        let start = self.pos;
        let value = match self.byte(1) {
            Some(b'(') if self.byte(2) == Some(b'(') => {
                self.arithmetic_expansion().or_else(|| self.command_substitution())
            }
            Some(b'(') => self.command_substitution(),
            Some(b'[') => self.old_arithmetic(),
            Some(b'{') if !self.literal.contains(&start) => self.parameter(quoted),
            Some(b'\'') if !quoted => {
                if self.ansi_quoted(parts) {
                    return;
                }
                None
            }
            Some(b'"') if !quoted => {
                self.pos += 1;
                return self.double_quoted(parts);
            }
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => {
                let mut end = start + 1;
                while self.byte_at(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                    end += 1;
                }
                self.pos = end;
                Some(Self::plain_expansion(self.slice(start + 1, end), self.span(start, end)))
            }
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => {
                self.pos = start + 2;
                Some(Self::plain_expansion(self.slice(start + 1, start + 2), self.span(start, start + 2)))
            }
            _ => None,
        };
        if let Some(value) = value {
            parts.value(value, quoted);
        } else {
            self.pos = start + 1;
            parts.text("$", start, start + 1, quoted);
        }
    }

    fn command_substitution(&mut self) -> Option<Expression> {
        let start = self.pos;
        let body = self.parenthesised(2)?;
        Some(Expression::new(ExpressionKind::Capture(body), self.span(start, self.pos)))
    }

    fn arithmetic_expansion(&mut self) -> Option<Expression> {
        let start = self.pos;
        let close = self.arithmetic_end(start + 3)?;
        let mut value = self.nested(|parser| parser.within(start + 3, close, Self::arithmetic_value))?;
        self.pos = close + 2;
        value.span = self.span(start, self.pos);
        Some(value)
    }

    /// `$[ … ]`, which bash still knows.
    fn old_arithmetic(&mut self) -> Option<Expression> {
        let start = self.pos;
        let line = self.bytes(start + 2, start + 256);
        let len = memchr::memchr2(b']', b'\n', line)?;
        if line.get(len) != Some(&b']') {
            return None;
        }
        let close = start + 2 + len;
        let mut value = self.nested(|parser| parser.within(start + 2, close, Self::arithmetic_value))?;
        self.pos = close + 1;
        value.span = self.span(start, self.pos);
        Some(value)
    }

    /// Reads `` `…` ``: inside, a backslash before `` ` ``, `\` or `$` is taken away first; in double quotes also
    /// before `"`.
    pub(super) fn backquoted(&mut self, parts: &mut Parts, quoted: bool) {
        let start = self.pos;
        let mut at = start + 1;
        let mut has_backslash = false;
        loop {
            match self.byte_at(at) {
                Some(b'`') => break,
                Some(b'\\') => {
                    has_backslash = true;
                    at += 2;
                }
                Some(_) => at += 1,
                None => return self.stray_quote(parts, start),
            }
        }
        let (from, to) = (start + 1, at);
        let body = self.nested(|parser| {
            if has_backslash {
                let mut map = SpanMapBuilder::default();
                let mut text = String::with_capacity(to - from);
                let mut at = from;
                while at < to {
                    let escaped = parser.byte_at(at) == Some(b'\\')
                        && match parser.byte_at(at + 1) {
                            Some(b'`' | b'\\' | b'$') => true,
                            Some(b'"') => quoted,
                            _ => false,
                        };
                    if escaped {
                        text.push_str(parser.slice(at + 1, at + 2));
                        map.computed(1, Span::new(at, at + 2));
                        at += 2;
                        continue;
                    }
                    let rest = parser.slice(at, to).as_bytes();
                    let len =
                        memchr::memchr(b'\\', rest.get(1..).unwrap_or_default()).map_or(rest.len(), |len| len + 1);
                    text.push_str(parser.slice(at, at + len));
                    map.exact(Span::new(at, at + len));
                    at += len;
                }
                parser.lower_inner(&text, map.finish())
            } else {
                parser.within(from, to, Self::list)
            }
        });
        self.pos = to + 1;
        let span = self.span(start, self.pos);
        match body {
            Some(body) => parts.value(Expression::new(ExpressionKind::Capture(body), span), quoted),
            None => parts.text(self.slice(start, self.pos), start, self.pos, quoted),
        }
    }

    /// Reads `${…}`. Unclosed, it is text.
    fn parameter(&mut self, quoted: bool) -> Option<Expression> {
        let start = self.pos;
        if matches!(self.byte(2), Some(b' ' | b'\t' | b'\n' | b'|')) {
            // bash 5.3: `${ …; }` captures without a subshell.
            let body = self.braced(3)?;
            return Some(Expression::new(ExpressionKind::Capture(body), self.span(start, self.pos)));
        }
        let (functions, damage) = (self.state.functions.len(), self.state.damage.len());
        let kind = self.nested(|parser| parser.parameter_inside(quoted))?;
        if let Some(kind) = kind {
            return Some(Expression::new(kind, self.span(start, self.pos)));
        }
        let read = self.pos - start;
        if !self.spend(read) {
            self.damaged(start, start + 2);
            return Some(Expression::new(ExpressionKind::Other(Vec::new()), self.span(start, self.pos)));
        }
        self.state.functions.truncate(functions);
        self.state.damage.truncate(damage);
        self.literal.insert(start);
        self.damaged(start, start + 2);
        None
    }

    /// Reads from `${` to past the `}`; `None` if the text ends first.
    fn parameter_inside(&mut self, quoted: bool) -> Option<ExpressionKind> {
        self.pos += 2;
        self.skip_zsh_flags();
        let mut expansion = Expansion {
            name: String::new(),
            index: None,
            indirect: false,
            length: false,
            operator: ExpansionOperator::None,
        };
        let names_parameter = |byte: Option<u8>| {
            byte.is_some_and(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'*' | b'!' | b'?' | b'$')
            })
        };
        match self.peek() {
            Some(b'#') if names_parameter(self.byte(1)) || self.looking_at("#-}") || self.looking_at("##}") => {
                expansion.length = true;
                self.pos += 1;
            }
            Some(b'!') if names_parameter(self.byte(1)) || self.looking_at("!#}") => {
                expansion.indirect = true;
                self.pos += 1;
            }
            // zsh: `${=v}`, `${~v}`, `${^v}` split, match and distribute.
            Some(b'=' | b'~' | b'^' | b'+') if names_parameter(self.byte(1)) => self.pos += 1,
            _ => {}
        }
        let name_start = self.pos;
        match self.peek() {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => {
                while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                    self.pos += 1;
                }
            }
            Some(b'0'..=b'9') => {
                while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                    self.pos += 1;
                }
            }
            Some(b'$') if matches!(self.byte(1), Some(b'{' | b'(' | b'\'' | b'"' | b'a'..=b'z' | b'A'..=b'Z')) => {
                return self.nested_value();
            }
            Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => self.pos += 1,
            _ => return self.nested_value(),
        }
        self.slice(name_start, self.pos).clone_into(&mut expansion.name);
        if self.peek() == Some(b'[') {
            self.pos += 1;
            expansion.index = Some(self.index_value());
            if self.peek() != Some(b']') {
                return None;
            }
            self.pos += 1;
        }
        if expansion.indirect && matches!(self.peek(), Some(b'*' | b'@')) && self.byte(1) == Some(b'}') {
            self.pos += 1;
            expansion.name.push('*');
        }
        expansion.operator = self.operator(quoted);
        if self.peek() != Some(b'}') {
            let start = self.pos;
            let _ = self.operand(b"}", quoted);
            self.damaged(start, self.pos);
        }
        self.closed().then(|| ExpressionKind::Expand(Box::new(expansion)))
    }

    /// `${${…}…}` and `${"…"}` of zsh, or nonsense: what is inside still counts.
    fn nested_value(&mut self) -> Option<ExpressionKind> {
        let inner = self.operand(b"}", false);
        self.closed().then(|| ExpressionKind::Other(vec![inner]))
    }

    fn closed(&mut self) -> bool {
        let closed = self.peek() == Some(b'}');
        self.pos += usize::from(closed);
        closed
    }

    /// zsh: `${(flags)name}`.
    fn skip_zsh_flags(&mut self) {
        if self.peek() == Some(b'(') {
            let line = self.bytes(self.pos, self.pos + 64);
            if let Some(len) = memchr::memchr2(b')', b'\n', line).filter(|&len| line.get(len) == Some(&b')')) {
                self.pos += len + 1;
            }
        }
    }

    fn operator(&mut self, quoted: bool) -> ExpansionOperator {
        let (first, second) = (self.peek(), self.byte(1));
        let colon = usize::from(first == Some(b':'));
        if let Some(sign @ (b'-' | b'=' | b'?' | b'+')) = self.byte(colon) {
            self.pos += colon + 1;
            let word = self.operand(b"}", quoted);
            return match sign {
                b'-' => ExpansionOperator::Default(word),
                b'=' => ExpansionOperator::AssignDefault(word),
                b'?' => ExpansionOperator::Required(word),
                _ => ExpansionOperator::Alternative(word),
            };
        }
        let doubled = first == second;
        match first {
            Some(b':') => {
                self.pos += 1;
                let offset = self.operand(b":}", quoted);
                let offset = Self::number(offset);
                let mut length = None;
                if self.peek() == Some(b':') {
                    self.pos += 1;
                    let text = self.operand(b"}", quoted);
                    length = Some(Self::number(text));
                }
                ExpansionOperator::Substring(offset, length)
            }
            Some(b'#') => {
                self.pos += 1 + usize::from(doubled);
                ExpansionOperator::CutPrefix(self.operand(b"}", false), doubled)
            }
            Some(b'%') => {
                self.pos += 1 + usize::from(doubled);
                ExpansionOperator::CutSuffix(self.operand(b"}", false), doubled)
            }
            Some(b'/') => {
                let which = match second {
                    Some(b'/') => ReplaceWhich::All,
                    Some(b'#') => ReplaceWhich::Prefix,
                    Some(b'%') => ReplaceWhich::Suffix,
                    _ => ReplaceWhich::First,
                };
                self.pos += if which == ReplaceWhich::First { 1 } else { 2 };
                let pattern = self.operand(b"/}", false);
                let mut with = None;
                if self.peek() == Some(b'/') {
                    self.pos += 1;
                    with = Some(self.operand(b"}", false));
                }
                ExpansionOperator::Replace { pattern, with, which }
            }
            Some(sign @ (b'^' | b',')) => {
                self.pos += 1 + usize::from(doubled);
                // A pattern may say which characters; they are nearly always all.
                let _ = self.operand(b"}", false);
                if sign == b'^' { ExpansionOperator::Upper(doubled) } else { ExpansionOperator::Lower(doubled) }
            }
            Some(b'@') => {
                let letter = second.filter(u8::is_ascii_alphabetic);
                self.pos += 1 + usize::from(letter.is_some());
                match letter {
                    Some(b'U') => ExpansionOperator::Upper(true),
                    Some(b'u') => ExpansionOperator::Upper(false),
                    Some(b'L') => ExpansionOperator::Lower(true),
                    Some(letter) => ExpansionOperator::Transform(char::from(letter)),
                    None => ExpansionOperator::None,
                }
            }
            _ => ExpansionOperator::None,
        }
    }

    /// A substring's offset or length: arithmetic without `$((`.
    fn number(value: Expression) -> Expression {
        let ExpressionKind::Text(text) = &value.kind else { return value };
        let text = text.trim();
        if let Some(number) = arithmetic::constant(text) {
            return Expression::new(ExpressionKind::Integer(number), value.span);
        }
        let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_name && !text.is_empty() { Self::plain_expansion(text, value.span) } else { value }
    }

    /// Reads an index up to its `]` or to the end.
    pub(super) fn index_value(&mut self) -> Expression {
        let value = self.operand(b"]", false);
        match &value.kind {
            ExpressionKind::Text(text) => match arithmetic::constant(text) {
                Some(number) => Expression::new(ExpressionKind::Integer(number), value.span),
                None => value,
            },
            _ => value,
        }
    }

    /// Reads the word of an operator up to one of `closers`, which stays to be read.
    fn operand(&mut self, closers: &[u8], quoted: bool) -> Expression {
        let start = self.pos;
        let mut parts = Parts::default();
        while let Some(byte) = self.peek() {
            let at = self.pos;
            match byte {
                _ if closers.contains(&byte) => break,
                b'\'' if !quoted => self.single_quoted(&mut parts),
                b'"' => self.double_quoted(&mut parts),
                b'\\' if self.continuation().is_some() => self.pos += self.continuation().unwrap_or(1),
                b'\\' => {
                    let kept = quoted
                        && !self.byte(1).is_some_and(|next| closers.contains(&next) || b"$`\"\\}".contains(&next));
                    let len = if at + 1 < self.end { self.char_len(at + 1) } else { 0 };
                    self.pos += 1 + len;
                    let from = if kept { at } else { at + 1 };
                    parts.text(self.slice(from, self.pos), at, self.pos, true);
                }
                b'$' => self.dollar(&mut parts, quoted),
                b'`' => self.backquoted(&mut parts, quoted),
                _ => {
                    let rest = self.slice(at, self.end).as_bytes();
                    let is_special =
                        |byte: u8| closers.contains(&byte) || matches!(byte, b'\'' | b'"' | b'\\' | b'$' | b'`');
                    let len = rest.iter().skip(1).position(|&byte| is_special(byte)).map_or(rest.len(), |at| at + 1);
                    self.pos += len;
                    parts.text(self.slice(at, self.pos), at, self.pos, quoted);
                }
            }
        }
        let span = self.span(start, self.pos);
        let mut values: Vec<Expression> = parts.finish(self).into_iter().map(|part| part.value).collect();
        match (values.pop(), values.is_empty()) {
            (None, _) => Expression::text("", span),
            (Some(only), true) => only,
            (Some(last), false) => {
                values.push(last);
                Expression::new(ExpressionKind::Concat(values), span)
            }
        }
    }
}
