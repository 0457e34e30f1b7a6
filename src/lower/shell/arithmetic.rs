//! Arithmetic: `$(( … ))`, `(( … ))`, and what of it is constant.

use super::super::operation::{Expression, ExpressionKind};
use super::parser::Parser;
use super::word::Parts;

/// How far the end of an arithmetic expression is looked for. What is longer is read as subshells.
const MAX_LEN: usize = 4096;

/// Brackets and signs inside each other that are computed.
const MAX_NESTING: u32 = 50;

impl Parser<'_> {
    /// Where the `))` stands that ends the arithmetic from `from` on, if it is arithmetic and not `( ( … ) … )`.
    pub(super) fn arithmetic_end(&mut self, from: usize) -> Option<usize> {
        let mut depth = 0_u32;
        for at in from..from + MAX_LEN.min(self.state.fuel) {
            match self.byte_at(at) {
                Some(b'(') => depth += 1,
                Some(b')') if depth > 0 => depth -= 1,
                Some(b')') => {
                    let found = self.byte_at(at + 1) == Some(b')');
                    self.spend(at - from);
                    return found.then_some(at);
                }
                Some(_) => {}
                None => {
                    self.spend(at - from);
                    return None;
                }
            }
        }
        self.spend(MAX_LEN);
        None
    }

    /// The value of the arithmetic between here and the end.
    pub(super) fn arithmetic_value(&mut self) -> Expression {
        let (start, text) = (self.pos, self.slice(self.pos, self.end));
        if let Some(value) = constant(text) {
            self.pos = self.end;
            return Expression::text(value.to_string(), self.span(start, self.end));
        }
        let parts = self.arithmetic_parts();
        Expression::new(ExpressionKind::Other(parts), self.span(start, self.end))
    }

    /// The variables and substitutions in the arithmetic between here and the end.
    pub(super) fn arithmetic_parts(&mut self) -> Vec<Expression> {
        let mut parts = Parts::default();
        while let Some(byte) = self.peek() {
            let at = self.pos;
            match byte {
                b'$' => self.dollar(&mut parts, true),
                b'`' => self.backquoted(&mut parts, true),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' => {
                    while self
                        .peek()
                        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'#' | b'@'))
                    {
                        self.pos += 1;
                    }
                    if !byte.is_ascii_digit() {
                        let value = Self::plain_expansion(self.slice(at, self.pos), self.span(at, self.pos));
                        parts.value(value, true);
                    }
                }
                _ => self.pos += self.char_len(at),
            }
        }
        let is_value = |value: &Expression| !matches!(value.kind, ExpressionKind::Text(_));
        parts.finish(self).into_iter().map(|part| part.value).filter(is_value).collect()
    }
}

/// Computes arithmetic that is made of numbers only.
pub(super) fn constant(text: &str) -> Option<i64> {
    if text.len() > MAX_LEN {
        return None;
    }
    let mut reader = Reader { bytes: text.as_bytes(), pos: 0, nesting: 0 };
    let value = reader.binary(0)?;
    reader.blanks();
    (reader.pos == reader.bytes.len()).then_some(value)
}

struct Reader<'t> {
    bytes: &'t [u8],
    pos: usize,
    nesting: u32,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        while self.bytes.get(self.pos).is_some_and(u8::is_ascii_whitespace) {
            self.pos += 1;
        }
    }

    fn take(&mut self, sign: &[u8]) -> bool {
        let found = self.bytes.get(self.pos..).is_some_and(|rest| rest.starts_with(sign));
        if found {
            self.pos += sign.len();
        }
        found
    }

    /// Reads operators that bind tighter than `floor`, by precedence climbing.
    fn binary(&mut self, floor: u8) -> Option<i64> {
        const OPERATORS: [(&[u8], u8); 11] = [
            (b"**", 7),
            (b"<<", 4),
            (b">>", 4),
            (b"*", 6),
            (b"/", 6),
            (b"%", 6),
            (b"+", 5),
            (b"-", 5),
            (b"&", 3),
            (b"^", 2),
            (b"|", 1),
        ];
        let mut left = self.unary()?;
        loop {
            self.blanks();
            let rest = self.bytes.get(self.pos..)?;
            let Some((sign, strength)) = OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign)) else {
                return Some(left);
            };
            if *strength <= floor {
                return Some(left);
            }
            self.pos += sign.len();
            self.nesting += 1;
            if self.nesting > MAX_NESTING {
                return None;
            }
            // `**` binds to the right.
            let right = self.binary(if *sign == b"**" { strength - 1 } else { *strength })?;
            self.nesting -= 1;
            left = match *sign {
                b"**" => left.checked_pow(u32::try_from(right).ok()?)?,
                b"<<" => left.checked_shl(u32::try_from(right).ok()?)?,
                b">>" => left.checked_shr(u32::try_from(right).ok()?)?,
                b"*" => left.checked_mul(right)?,
                b"/" => left.checked_div(right)?,
                b"%" => left.checked_rem(right)?,
                b"+" => left.checked_add(right)?,
                b"-" => left.checked_sub(right)?,
                b"&" => left & right,
                b"^" => left ^ right,
                _ => left | right,
            };
        }
    }

    fn unary(&mut self) -> Option<i64> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return None;
        }
        self.blanks();
        let value = if self.take(b"-") {
            self.unary()?.checked_neg()
        } else if self.take(b"+") {
            self.unary()
        } else if self.take(b"~") {
            self.unary().map(|value| !value)
        } else if self.take(b"(") {
            let inner = self.binary(0)?;
            self.blanks();
            self.take(b")").then_some(inner)
        } else {
            self.number()
        };
        self.nesting -= 1;
        value
    }

    /// `12`, `0x1f`, `017`, `16#ff`.
    fn number(&mut self) -> Option<i64> {
        let start = self.pos;
        while self.bytes.get(self.pos).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'#') {
            self.pos += 1;
        }
        let text = std::str::from_utf8(self.bytes.get(start..self.pos)?).ok()?;
        if let Some((base, digits)) = text.split_once('#') {
            let base = base.parse::<u32>().ok().filter(|base| (2..=36).contains(base))?;
            return i64::from_str_radix(digits, base).ok();
        }
        if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            return i64::from_str_radix(digits, 16).ok();
        }
        match text.strip_prefix('0') {
            Some(digits) if !digits.is_empty() => i64::from_str_radix(digits, 8).ok(),
            _ => text.parse().ok(),
        }
    }
}
