//! Expressions: operators by strength, casts, members, indexes, literals.

use super::super::operation::{Argument, Call, Expression, ExpressionKind, Operator};
use super::parser::Parser;
use crate::source::Span;

/// Members, indexes and calls behind one value.
const MAX_POSTFIX: usize = 200;

/// Operands that are joined to a left-deep tree; of more, a balanced one is made, so that no reader of the tree needs
/// a deep stack.
const MAX_CHAIN: usize = 16;

/// Values that a constant range `a..b` is written out to.
const MAX_RANGE: i64 = 4096;

/// What an operator does, and how strongly it binds; see "about_Operator_Precedence".
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Binary(Operator),
    Choice,
    Ternary,
    Range,
    Comma,
}

impl Parser<'_> {
    /// Whether an expression begins here, and not a command's name.
    pub(super) fn expression_ahead(&self) -> bool {
        let Some(byte) = self.peek() else { return false };
        if self.quote().is_some() {
            return true;
        }
        match byte {
            b'$' | b'(' | b'[' | b'{' | b'!' | b',' => true,
            b'@' => matches!(self.byte(1), Some(b'(' | b'{' | b'\'' | b'"' | 0xE2)),
            b'+' => self.byte(1) == Some(b'+') || self.byte(1).is_some_and(|next| next.is_ascii_digit()),
            b'-' if self.byte(1) == Some(b'-') => self.byte(2) == Some(b'$'),
            b'-' if self.byte(1).is_some_and(|next| next.is_ascii_digit() || matches!(next, b'(' | b'$')) => true,
            b'0'..=b'9' => self.number_len().is_some(),
            _ => self.unary_word().is_some(),
        }
    }

    /// Length of the word operator with its dash here, if it stands before its operand.
    fn unary_word(&self) -> Option<(usize, &'static str)> {
        let dash = self.dash()?;
        let rest = self.text.get(self.pos + dash..)?;
        let len = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = rest.get(..len)?;
        const WORDS: [&str; 8] = ["not", "bnot", "join", "split", "csplit", "isplit", "cjoin", "ijoin"];
        WORDS.into_iter().find(|known| known.eq_ignore_ascii_case(word)).map(|known| (dash + len, known))
    }

    /// Reads a whole expression.
    pub(super) fn expression(&mut self) -> Option<Expression> {
        self.nested(|parser| parser.binary(1)).flatten()
    }

    /// Reads an expression that a comma ends.
    pub(super) fn element(&mut self) -> Option<Expression> {
        let outer = std::mem::replace(&mut self.comma_ends, true);
        let value = self.nested(|parser| parser.binary(1)).flatten();
        self.comma_ends = outer;
        value
    }

    /// The operator here: what it does, how strongly it binds, how long it is.
    fn sign(&self) -> Option<(Sign, u8, usize)> {
        let byte = self.peek()?;
        let next = self.byte(1);
        let assigns = next == Some(b'=');
        Some(match byte {
            b'+' if next == Some(b'+') => return None,
            b'+' if !assigns => (Sign::Binary(Operator::Add), 5, 1),
            b'*' if !assigns => (Sign::Binary(Operator::Multiply), 6, 1),
            b'/' if !assigns => (Sign::Binary(Operator::Divide), 6, 1),
            b'%' if !assigns && next != Some(b'{') => (Sign::Binary(Operator::Percent), 6, 1),
            b'.' if next == Some(b'.') => (Sign::Range, 8, 2),
            b',' if self.comma_ends => return None,
            b',' => (Sign::Comma, 9, 1),
            b'?' if next == Some(b'?') && self.byte(2) != Some(b'=') => (Sign::Choice, 1, 2),
            b'?' => (Sign::Ternary, 1, 1),
            _ => {
                let dash = self.dash()?;
                let rest = self.text.get(self.pos + dash..)?;
                let len = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
                if len == 0 {
                    if byte == b'-' && (assigns || next == Some(b'-')) {
                        return None;
                    }
                    return Some((Sign::Binary(Operator::Subtract), 5, dash));
                }
                let (operator, strength) = word_operator(rest.get(..len)?)?;
                (Sign::Binary(operator), strength, dash + len)
            }
        })
    }

    /// Reads operators that bind at least as strongly as `floor`.
    fn binary(&mut self, floor: u8) -> Option<Expression> {
        self.skip();
        let mut left = self.unary()?;
        loop {
            self.skip();
            let Some((sign, strength, len)) = self.sign() else { return Some(left) };
            if strength < floor {
                return Some(left);
            }
            if sign == Sign::Ternary && !self.is_ternary() {
                return Some(left);
            }
            // All operands at this strength are gathered before they are put together.
            self.pos += len;
            self.skip_lines();
            if sign == Sign::Ternary {
                left = self.ternary(left)?;
                continue;
            }
            let mut operands = vec![left];
            let mut operators = Vec::new();
            let mut sign = sign;
            loop {
                let Some(right) = self.binary(strength + 1) else { break };
                operators.push(sign);
                operands.push(right);
                self.skip();
                match self.sign() {
                    Some((again, same, len)) if same == strength && again != Sign::Ternary => {
                        sign = again;
                        self.pos += len;
                        self.skip_lines();
                    }
                    _ => break,
                }
            }
            left = self.join(operands, &operators);
        }
    }

    /// Whether the `?` here begins `? a : b`, and is not the command `?`.
    fn is_ternary(&self) -> bool {
        matches!(self.byte(1), Some(b' ' | b'(' | b'$' | b'\'' | b'"' | b'\n' | b'\r' | b'0'..=b'9' | b'['))
    }

    fn ternary(&mut self, condition: Expression) -> Option<Expression> {
        let start = condition.span.start as usize;
        let mut values = vec![condition];
        values.extend(self.nested(|parser| parser.binary(1)).flatten());
        self.skip_lines();
        if self.take(":") {
            self.skip_lines();
            values.extend(self.nested(|parser| parser.binary(1)).flatten());
        }
        // What decides is no part of the value, but it is evaluated.
        let condition = values.remove(0);
        let choice = Expression::new(ExpressionKind::Choice(values), self.span_from(start));
        if is_plain(&condition) {
            return Some(choice);
        }
        Some(Expression::new(ExpressionKind::Other(vec![condition, choice]), self.span_from(start)))
    }

    fn join(&mut self, mut operands: Vec<Expression>, operators: &[Sign]) -> Expression {
        let span = match (operands.first(), operands.last()) {
            (Some(first), Some(last)) => first.span.cover(last.span),
            _ => Span::at(self.pos),
        };
        if operators.is_empty() {
            return operands.pop().unwrap_or_else(|| Expression::new(ExpressionKind::Constant, span));
        }
        if operators.iter().all(|sign| *sign == Sign::Comma) {
            return Expression::new(ExpressionKind::List(operands), span);
        }
        if operators.iter().all(|sign| *sign == Sign::Choice) {
            return Expression::new(ExpressionKind::Choice(operands), span);
        }
        if operators.iter().all(|sign| *sign == Sign::Range) {
            let ends: Vec<i64> = operands.iter().filter_map(constant).collect();
            return match ends.as_slice() {
                [from, to] => range(*from, *to, span),
                _ => Expression::new(ExpressionKind::Other(operands), span),
            };
        }
        let all_add = operators.iter().all(|sign| *sign == Sign::Binary(Operator::Add));
        if operands.len() > MAX_CHAIN {
            if all_add {
                return balanced(operands);
            }
            self.truncated = true;
            return Expression::new(ExpressionKind::Other(operands), span);
        }
        let mut operands = operands.into_iter();
        let Some(mut left) = operands.next() else { return Expression::new(ExpressionKind::Constant, span) };
        for (right, sign) in operands.zip(operators) {
            let operator = if let Sign::Binary(operator) = sign { *operator } else { Operator::Other };
            let span = left.span.cover(right.span);
            left = Expression::new(ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), span);
        }
        left
    }

    fn unary(&mut self) -> Option<Expression> {
        let start = self.pos;
        if let Some((len, word)) = self.unary_word() {
            self.pos += len;
            self.skip_lines();
            let operand = self.nested(Self::unary).flatten()?;
            let empty = || Expression::text("", Span::at(start));
            let kind = match word {
                "join" | "cjoin" | "ijoin" => {
                    ExpressionKind::Binary(Operator::Join, Box::new(operand), Box::new(empty()))
                }
                "split" | "csplit" | "isplit" => {
                    let blank = Expression::text(" ", Span::at(start));
                    ExpressionKind::Binary(Operator::Split, Box::new(operand), Box::new(blank))
                }
                _ => ExpressionKind::Other(vec![operand]),
            };
            return Some(Expression::new(kind, self.span_from(start)));
        }
        match self.peek()? {
            b'!' => {
                self.pos += 1;
                self.skip();
                let operand = self.nested(Self::unary).flatten()?;
                Some(Expression::new(ExpressionKind::Other(vec![operand]), self.span_from(start)))
            }
            b'+' | b'-' => {
                let negative = self.peek() == Some(b'-');
                let double = self.byte(1) == self.peek();
                self.pos += if double { 2 } else { 1 };
                self.skip();
                let operand = self.nested(Self::unary).flatten()?;
                let span = self.span_from(start);
                Some(match (constant(&operand), double, negative) {
                    (Some(value), false, true) => Expression::new(ExpressionKind::Integer(value.wrapping_neg()), span),
                    (None, false, true) => Expression::new(ExpressionKind::Other(vec![operand]), span),
                    _ => operand,
                })
            }
            b',' => {
                self.pos += 1;
                self.skip_lines();
                let operand = self.nested(Self::unary).flatten()?;
                Some(Expression::new(ExpressionKind::List(vec![operand]), self.span_from(start)))
            }
            b'[' => self.type_expression(),
            _ => {
                let value = self.primary()?;
                Some(self.postfix(value))
            }
        }
    }

    /// Reads `[type]`: a cast, a static member, or the type itself.
    fn type_expression(&mut self) -> Option<Expression> {
        let start = self.pos;
        let Some(name) = self.type_text() else {
            self.pos = start;
            self.stray();
            return self.nested(Self::unary).flatten();
        };
        let span = self.span_from(start);
        let Some(name) = name else {
            // An attribute says something of what follows.
            self.skip_lines();
            return self.nested(Self::unary).flatten();
        };
        if self.looking_at("::") {
            let value = Expression::new(ExpressionKind::Name(name), span);
            return Some(self.postfix(value));
        }
        let before = self.pos;
        self.skip();
        let begins = self.quote().is_some()
            || matches!(self.peek(), Some(b'$' | b'(' | b'[' | b'@' | b'{' | b'0'..=b'9'))
            || (matches!(self.peek(), Some(b'-' | b'+'))
                && self.sign().is_none_or(|(sign, ..)| sign == Sign::Binary(Operator::Subtract))
                && before == self.pos)
            || self.unary_word().is_some();
        if begins && let Some(operand) = self.nested(Self::unary).flatten() {
            return Some(cast(name, operand, span, self.span_from(start)));
        }
        self.pos = before;
        let value = Expression::new(ExpressionKind::Name(name), span);
        Some(self.postfix(value))
    }

    /// Goes past a type or attribute.
    pub(super) fn type_name(&mut self) {
        let start = self.pos;
        if self.type_text().is_none() {
            self.pos = start;
            self.stray();
        }
    }

    /// Reads `[ … ]`: the type's name, or `Some(None)` for an attribute.
    fn type_text(&mut self) -> Option<Option<String>> {
        let start = self.pos;
        let mut depth = 0_u32;
        let mut attribute = false;
        let line = self.text.as_bytes().get(start..)?;
        for (at, byte) in line.iter().enumerate().take(2000) {
            match byte {
                b'[' => depth += 1,
                b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.pos = start + at + 1;
                        let name: String = self
                            .slice(start + 1, start + at)
                            .chars()
                            .filter(|c| !c.is_whitespace() && *c != '`')
                            .collect();
                        if name.is_empty() {
                            return None;
                        }
                        let name = if name.contains('.') { name } else { name.to_lowercase() };
                        return Some((!attribute).then_some(name));
                    }
                }
                b'(' => attribute = true,
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b',' | b' ' | b'`' | b'+' | b'\t' => {}
                b'\n' | b'\r' if attribute => {}
                _ if attribute => {}
                _ => return None,
            }
        }
        None
    }

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
    fn number_len(&self) -> Option<usize> {
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

    /// Reads members, indexes and calls behind a value.
    pub(super) fn postfix(&mut self, mut value: Expression) -> Expression {
        let start = value.span.start as usize;
        for turn in 0.. {
            let before = self.pos;
            if matches!(self.peek(), Some(b'?')) && matches!(self.byte(1), Some(b'.' | b'[')) {
                self.pos += 1;
            }
            let next = match self.peek() {
                Some(b'.') if self.byte(1) != Some(b'.') => self.member(1),
                Some(b':') if self.byte(1) == Some(b':') => self.member(2),
                Some(b'[') => self.index(),
                Some(b'+' | b'-') if self.byte(1) == self.peek() => {
                    self.pos += 2;
                    return value;
                }
                _ => None,
            };
            let Some(next) = next else {
                self.pos = before;
                return value;
            };
            if turn >= MAX_POSTFIX {
                self.truncated = true;
                continue;
            }
            let (member, arguments) = next;
            let kind = match member {
                Member::Name(name) => ExpressionKind::Member(Box::new(value), name),
                Member::Computed(name) => ExpressionKind::Index(Box::new(value), Box::new(name)),
            };
            value = Expression::new(kind, self.span_from(start));
            if let Some(arguments) = arguments {
                let call = Call { callee: value, arguments };
                value = Expression::new(ExpressionKind::Call(Box::new(call)), self.span_from(start));
            }
        }
        value
    }

    fn member(&mut self, len: usize) -> Option<(Member, Option<Vec<Argument>>)> {
        self.pos += len;
        let name = match self.peek()? {
            b'$' => Member::Computed(self.variable_in_text()?),
            b'(' => Member::of(self.parenthesised()?),
            _ if self.quote().is_some() => Member::of(self.string()?),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let from = self.pos;
                while self.character().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '`')) {
                    self.advance();
                }
                Member::Name(self.slice(from, self.pos).replace('`', ""))
            }
            _ => return None,
        };
        // `Add[int](…)` names a generic method.
        let arguments = if self.peek() == Some(b'(') { self.arguments() } else { None };
        Some((name, arguments))
    }

    fn arguments(&mut self) -> Option<Vec<Argument>> {
        let list = self.bracketed(1, b')', true, |parser| {
            let mut arguments = Vec::new();
            loop {
                parser.skip_lines();
                let before = parser.pos;
                match parser.peek() {
                    None | Some(b')' | b'}') => return arguments,
                    Some(b',') => {
                        parser.pos += 1;
                        continue;
                    }
                    _ => {}
                }
                if let Some(value) = parser.element() {
                    arguments.push(Argument { name: None, value });
                }
                if parser.pos == before {
                    parser.stray();
                }
            }
        });
        if list.is_none() {
            self.pos += 1;
        }
        list
    }

    fn index(&mut self) -> Option<(Member, Option<Vec<Argument>>)> {
        let value = self.bracketed(1, b']', true, |parser| {
            let value = parser.expression();
            parser.skip_lines();
            value
        });
        match value {
            Some(value) => Some((Member::Computed(value?), None)),
            None => {
                self.pos += 1;
                None
            }
        }
    }
}

enum Member {
    Name(String),
    Computed(Expression),
}

impl Member {
    fn of(name: Expression) -> Self {
        match joined(&name) {
            Some(text) => Self::Name(text),
            None => Self::Computed(name),
        }
    }
}

/// The text of a constant, or of constants added up.
fn joined(value: &Expression) -> Option<String> {
    match &value.kind {
        ExpressionKind::Text(text) => Some(text.clone()),
        ExpressionKind::Binary(Operator::Add, left, right) => Some(joined(left)? + &joined(right)?),
        _ => None,
    }
}

/// Whether evaluating it does nothing.
fn is_plain(value: &Expression) -> bool {
    matches!(
        value.kind,
        ExpressionKind::Name(_) | ExpressionKind::Constant | ExpressionKind::Integer(_) | ExpressionKind::Text(_)
    )
}

/// The value of a constant whole number.
pub(super) fn constant(value: &Expression) -> Option<i64> {
    match &value.kind {
        ExpressionKind::Integer(value) => Some(*value),
        ExpressionKind::Binary(operator, left, right) => {
            let (left, right) = (constant(left)?, constant(right)?);
            match operator {
                Operator::Add => left.checked_add(right),
                Operator::Subtract => left.checked_sub(right),
                Operator::Multiply => left.checked_mul(right),
                Operator::Divide if right != 0 && left % right == 0 => left.checked_div(right),
                Operator::Percent => left.checked_rem(right),
                Operator::Xor => Some(left ^ right),
                _ => None,
            }
        }
        _ => None,
    }
}

fn cast(name: String, operand: Expression, name_span: Span, span: Span) -> Expression {
    let bare = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    match bare.as_str() {
        "void" => return operand,
        "char" => {
            if let Some(character) =
                constant(&operand).and_then(|code| u32::try_from(code).ok()).and_then(char::from_u32)
            {
                return Expression::text(character.to_string(), span);
            }
        }
        "char[]" => {
            if let ExpressionKind::List(values) = &operand.kind {
                let texts: Option<Vec<Expression>> = values
                    .iter()
                    .map(|value| {
                        let code = u32::try_from(constant(value)?).ok()?;
                        Some(Expression::text(char::from_u32(code)?.to_string(), value.span))
                    })
                    .collect();
                if let Some(texts) = texts {
                    return Expression::new(ExpressionKind::List(texts), span);
                }
            }
        }
        "string" if matches!(operand.kind, ExpressionKind::Text(_)) => return operand,
        _ => {}
    }
    let callee = Expression::new(ExpressionKind::Name(name), name_span);
    let call = Call { callee, arguments: vec![Argument { name: None, value: operand }] };
    Expression::new(ExpressionKind::Call(Box::new(call)), span)
}

fn range(from: i64, to: i64, span: Span) -> Expression {
    let count = (i128::from(to) - i128::from(from)).abs();
    if count >= i128::from(MAX_RANGE) {
        let ends = [from, to].map(|end| Expression::new(ExpressionKind::Integer(end), span));
        return Expression::new(ExpressionKind::Other(ends.into()), span);
    }
    let step = if to >= from { 1 } else { -1 };
    let values = (0..=count as i64).map(|turn| Expression::new(ExpressionKind::Integer(from + step * turn), span));
    Expression::new(ExpressionKind::List(values.collect()), span)
}

/// Adds operands up, in order, in a tree that is as flat as can be.
fn balanced(mut operands: Vec<Expression>) -> Expression {
    while operands.len() > 1 {
        let mut pairs = Vec::with_capacity(operands.len() / 2 + 1);
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            pairs.push(match rest.next() {
                Some(right) => {
                    let span = left.span.cover(right.span);
                    Expression::new(ExpressionKind::Binary(Operator::Add, Box::new(left), Box::new(right)), span)
                }
                None => left,
            });
        }
        operands = pairs;
    }
    operands.pop().unwrap_or_else(|| Expression::new(ExpressionKind::Constant, Span::default()))
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

/// What a word operator does, and how strongly it binds. `c` and `i` before it say how case counts.
fn word_operator(word: &str) -> Option<(Operator, u8)> {
    let word = word.to_ascii_lowercase();
    let find = |word: &str| {
        Some(match word {
            "f" => (Operator::Format, 7),
            "join" => (Operator::Join, 4),
            "replace" => (Operator::Replace, 4),
            "split" => (Operator::Split, 4),
            "eq" | "ne" | "gt" | "ge" | "lt" | "le" | "like" | "notlike" | "match" | "notmatch" | "contains"
            | "notcontains" | "in" | "notin" | "is" | "isnot" | "as" | "shl" | "shr" => (Operator::Other, 4),
            "bxor" => (Operator::Xor, 3),
            "band" | "bor" => (Operator::Other, 3),
            "and" | "or" | "xor" => (Operator::Other, 2),
            _ => return None,
        })
    };
    find(&word).or_else(|| word.strip_prefix(['c', 'i']).and_then(find))
}
