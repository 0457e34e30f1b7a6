//! Members, indexes and calls behind a value.

use super::super::operation::{Argument, Call, Expression, ExpressionKind, Operator};
use super::parser::Parser;

/// Members, indexes and calls behind one value.
const MAX_POSTFIX: usize = 200;

impl Parser<'_> {
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
            let is_new = self.slice(before, self.pos).starts_with("::");
            let is_type = matches!(value.kind, ExpressionKind::Name(_));
            let kind = match member {
                // `[T]::new(…)` is a call of the type.
                Member::Name(name) if is_new && is_type && arguments.is_some() && name.eq_ignore_ascii_case("new") => {
                    value.kind
                }
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
        if let Some(value) = value {
            Some((Member::Computed(value?), None))
        } else {
            self.pos += 1;
            None
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
pub(super) fn joined(value: &Expression) -> Option<String> {
    match &value.kind {
        ExpressionKind::Text(text) => Some(text.clone()),
        ExpressionKind::Binary(Operator::Add, left, right) => Some(joined(left)? + &joined(right)?),
        _ => None,
    }
}
