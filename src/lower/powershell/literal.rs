//! Literals, variables, and what brackets hold.

use super::super::operation::{Expression, ExpressionKind};
use super::parser::Parser;

impl Parser<'_> {
    /// Reads a literal, variable, or what brackets hold.
    pub(super) fn primary(&mut self) -> Option<Expression> {
        let start = self.pos;
        if self.quote().is_some() {
            return self.string();
        }
        match self.peek()? {
            b'$' => {
                if let Some(value) = self.variable_in_text() {
                    return Some(value);
                }
                self.pos = start;
                self.stray();
                None
            }
            b'(' => self.parenthesised(),
            b'{' => self.script_block(),
            b'@' => match self.byte(1) {
                Some(b'(') => {
                    let body = self.bracketed(2, b')', false, Self::statements);
                    let Some(body) = body else {
                        self.pos += 1;
                        return None;
                    };
                    let span = self.span_from(start);
                    if body.is_empty() {
                        return Some(Expression::new(ExpressionKind::List(Vec::new()), span));
                    }
                    let value = self.value_of(body);
                    Some(match value.kind {
                        ExpressionKind::List(_) | ExpressionKind::Capture(_) => Expression::new(value.kind, span),
                        _ => Expression::new(ExpressionKind::List(vec![value]), span),
                    })
                }
                Some(b'{') => self.hash_table(),
                Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                    let name = self.variable()?;
                    let span = name.span;
                    Some(Expression::new(ExpressionKind::Spread(Box::new(name)), span))
                }
                _ => {
                    let value = self.here_string();
                    if value.is_none() {
                        self.stray();
                    }
                    value
                }
            },
            b'0'..=b'9' | b'.' if self.number_len().is_some() => {
                let len = self.number_len()?;
                self.pos += len;
                Some(Expression::new(number(self.slice(start, self.pos)), self.span_from(start)))
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                // A bare word is no expression; as a key or a case it is text.
                let word = self.word_here();
                self.pos += word.len();
                Some(Expression::text(word, self.span_from(start)))
            }
            _ => None,
        }
    }

    /// Length of a number here that stands alone.
    pub(super) fn number_len(&self) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.pos..)?;
        let count =
            |from: usize, accepts: fn(&u8) -> bool| rest.iter().skip(from).take_while(|byte| accepts(byte)).count();
        let mut len = if matches!(rest, [b'0', b'x' | b'X', ..]) {
            2 + count(2, u8::is_ascii_hexdigit)
        } else {
            let mut len = count(0, u8::is_ascii_digit);
            if rest.get(len) == Some(&b'.') && rest.get(len + 1).is_some_and(u8::is_ascii_digit) {
                len += 1 + count(len + 1, u8::is_ascii_digit);
            }
            len
        };
        if len == 0 {
            return None;
        }
        let suffix = rest.get(len..len + count(len, u8::is_ascii_alphabetic)).unwrap_or_default().to_ascii_lowercase();
        if !matches!(
            suffix.as_slice(),
            b"" | b"l"
                | b"u"
                | b"ul"
                | b"s"
                | b"us"
                | b"y"
                | b"uy"
                | b"d"
                | b"n"
                | b"kb"
                | b"mb"
                | b"gb"
                | b"tb"
                | b"pb"
        ) {
            return None;
        }
        len += suffix.len();
        match rest.get(len) {
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\\' | b'/' | b':') => None,
            Some(b'.') if rest.get(len + 1).is_some_and(u8::is_ascii_alphanumeric) => None,
            _ => Some(len),
        }
    }

    /// Reads `$name`, `${name}`, `$scope:name`, or `@name`.
    pub(super) fn variable(&mut self) -> Option<Expression> {
        let start = self.pos;
        self.pos += 1;
        let raw = match self.peek() {
            Some(b'{') => {
                let rest = self.slice(self.pos + 1, self.text.len());
                let line = rest.as_bytes().get(..rest.len().min(300))?;
                let Some(len) = memchr::memchr(b'}', line) else {
                    self.pos = start;
                    return None;
                };
                self.pos += len + 2;
                rest.get(..len).unwrap_or_default().replace('`', "")
            }
            Some(b'$' | b'?' | b'^') => {
                self.pos += 1;
                self.slice(start + 1, self.pos).to_owned()
            }
            _ => {
                let from = self.pos;
                loop {
                    match self.character() {
                        Some(c) if c.is_alphanumeric() || c == '_' => self.pos += c.len_utf8(),
                        // `$scope:name`, but not `$type::member` nor `"$x: text"`.
                        Some(':')
                            if self.pos > from
                                && self.byte(1).is_some_and(|next| next.is_ascii_alphanumeric() || next == b'_')
                                && !self.slice(from, self.pos).contains(':') =>
                        {
                            self.pos += 1;
                        }
                        _ => break,
                    }
                }
                self.slice(from, self.pos).to_owned()
            }
        };
        if raw.is_empty() {
            self.pos = start;
            return None;
        }
        let span = self.span_from(start);
        let lower = raw.to_lowercase();
        let kind = match lower.split_once(':') {
            _ if matches!(lower.as_str(), "true" | "false" | "null") => ExpressionKind::Constant,
            Some(("env", _)) => {
                ExpressionKind::Name(format!("env:{}", raw.get(4..).unwrap_or_default().to_uppercase()))
            }
            Some(("global" | "script" | "local" | "private" | "using" | "variable" | "workflow", name)) => {
                ExpressionKind::Name(name.to_owned())
            }
            _ => ExpressionKind::Name(lower),
        };
        Some(Expression::new(kind, span))
    }

    /// `$( … )`.
    pub(super) fn subexpression(&mut self) -> Option<Expression> {
        let start = self.pos;
        let body = self.bracketed(2, b')', false, Self::statements)?;
        let value = self.value_of(body);
        Some(Expression::new(value.kind, self.span_from(start)))
    }

    /// `( … )`: the value of the statement in it.
    pub(super) fn parenthesised(&mut self) -> Option<Expression> {
        let start = self.pos;
        let body = self.bracketed(1, b')', true, Self::statements);
        let Some(body) = body else {
            self.pos += 1;
            return None;
        };
        let value = self.value_of(body);
        Some(Expression::new(value.kind, self.span_from(start)))
    }

    /// `{ … }` as a value.
    pub(super) fn script_block(&mut self) -> Option<Expression> {
        let start = self.pos;
        let outer = std::mem::take(&mut self.parameters);
        let body = self.bracketed(1, b'}', false, Self::statements);
        let Some(body) = body else {
            self.parameters = outer;
            self.pos += 1;
            return None;
        };
        let id = self.add_function(None, body, start);
        self.parameters = outer;
        Some(Expression::new(ExpressionKind::Function(id), self.span_from(start)))
    }

    /// `@{ key = value; … }`.
    fn hash_table(&mut self) -> Option<Expression> {
        let start = self.pos;
        let entries = self.bracketed(2, b'}', false, |parser| {
            let mut entries = Vec::new();
            loop {
                parser.skip_lines();
                let before = parser.pos;
                match parser.peek() {
                    None | Some(b'}' | b')') => return entries,
                    Some(b';' | b',') => {
                        parser.pos += 1;
                        continue;
                    }
                    _ => {}
                }
                let key = parser.element();
                parser.skip_lines();
                if parser.take("=") {
                    parser.skip_lines();
                    let value = parser.nested(Self::statement).unwrap_or_default();
                    entries.push((key, parser.value_of(value)));
                } else if parser.pos == before {
                    parser.stray();
                } else {
                    parser.damaged(before, parser.pos);
                }
            }
        });
        let Some(entries) = entries else {
            self.pos += 1;
            return None;
        };
        Some(Expression::new(ExpressionKind::Map(entries), self.span_from(start)))
    }
}

/// What a number is: a whole one, or one that carries no text.
fn number(text: &str) -> ExpressionKind {
    let lower = text.to_ascii_lowercase();
    let (digits, factor) = ["kb", "mb", "gb"]
        .iter()
        .zip([1_i64 << 10, 1 << 20, 1 << 30])
        .find_map(|(unit, factor)| {
            lower.strip_suffix(unit).filter(|_| !lower.starts_with("0x")).map(|digits| (digits, factor))
        })
        .unwrap_or((&lower, 1));
    let value = match digits.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex.trim_end_matches(['l', 'u', 's', 'y']), 16).ok(),
        None => digits.trim_end_matches(['l', 'u', 's', 'y', 'n']).parse().ok(),
    };
    match value.and_then(|value: i64| value.checked_mul(factor)) {
        Some(value) => ExpressionKind::Integer(value),
        None => ExpressionKind::Constant,
    }
}
