//! Expressions: operators by strength, and casts.

use super::super::operation::{Expression, ExpressionKind, Operator};
use super::fold::{balanced, cast, constant, range};
use super::parser::Parser;
use crate::source::Span;

/// Operands that are joined to a left-deep tree; of more, a balanced one is made, so that no reader of the tree needs
/// a deep stack.
const MAX_CHAIN: usize = 16;

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
        const WORDS: [&str; 8] = ["not", "bnot", "join", "split", "csplit", "isplit", "cjoin", "ijoin"];
        let dash = self.dash()?;
        let rest = self.text.get(self.pos + dash..)?;
        let len = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = rest.get(..len)?;
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
                left = self.ternary(left);
                continue;
            }
            let mut operands = vec![left];
            let mut operators = Vec::new();
            let mut sign = sign;
            while let Some(right) = self.binary(strength + 1) {
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

    fn ternary(&mut self, condition: Expression) -> Expression {
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
            return choice;
        }
        Expression::new(ExpressionKind::Other(vec![condition, choice]), self.span_from(start))
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
            let value = Expression::new(ExpressionKind::Name(full_type(name)), span);
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
    #[allow(clippy::option_option)]
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
}

/// Whether evaluating it does nothing.
fn is_plain(value: &Expression) -> bool {
    matches!(
        value.kind,
        ExpressionKind::Name(_) | ExpressionKind::Constant | ExpressionKind::Integer(_) | ExpressionKind::Text(_)
    )
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

/// The name of a type whose members are used. It has a dot in it, which no variable's name has: .NET's own namespace
/// is put before a name that has none.
pub(super) fn full_type(name: String) -> String {
    if name.contains('.') { name } else { format!("System.{}", name.to_lowercase()) }
}
