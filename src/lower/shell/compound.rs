//! Compound commands: groups, branches, loops, functions.

use super::super::operation::{
    AssignMode, Expression, ExpressionKind, Function, FunctionId, Operation, OperationKind, Redirect,
};
use super::command::{operand_element, word_value};
use super::list::{Expected, as_expression, in_background};
use super::parser::Parser;
use crate::source::Span;

impl Parser<'_> {
    /// Reads one command of any kind; empty if none stands here.
    pub(super) fn command(&mut self) -> Vec<Operation> {
        let start = self.pos;
        if !self.command_ahead() {
            return Vec::new();
        }
        let body = match self.peek() {
            Some(b'(') if self.byte(1) == Some(b'(') => self.arithmetic_command().or_else(|| self.subshell()),
            Some(b'(') => self.subshell(),
            Some(b'{') if self.byte(1).is_none_or(|next| matches!(next, b' ' | b'\t' | b'\n' | b'\r' | b'(')) => {
                self.braces()
            }
            Some(b'[') if self.looking_at("[[") && self.delimits(self.pos + 2) => Some(self.test_command()),
            Some(b'a'..=b'z') => match self.reserved() {
                Some("if") => self.nested(Self::if_command),
                Some("for" | "select" | "foreach") => self.nested(Self::for_command),
                Some("while" | "until") => self.nested(Self::while_command),
                Some("case") => self.nested(Self::case_command),
                Some("function") => self.nested(Self::function_command),
                Some("coproc") => self.nested(Self::coprocess),
                _ => return self.simple_command(),
            },
            _ => return self.simple_command(),
        };
        let Some(body) = body else {
            // Too deep: the sign or word that would open one more level is passed over, and what it holds is read flat.
            let open = self.reserved().map_or(1, str::len);
            self.pos += open;
            return Vec::new();
        };
        let redirects = self.redirects_behind();
        if redirects.is_empty() {
            return body;
        }
        // `{ …; } > f` is one group with redirections, not a group in a group.
        let body = match plain_group(body) {
            Ok(inner) => inner,
            Err(body) => body,
        };
        let span = self.span(start, self.pos);
        vec![Operation::evaluate(Expression::new(ExpressionKind::Group { body, redirects }, span))]
    }

    fn redirects_behind(&mut self) -> Vec<Redirect> {
        let mut redirects = Vec::new();
        loop {
            let before = self.pos;
            self.skip_blanks();
            if let Some(redirect) = self.redirect() {
                redirects.push(redirect);
            } else {
                if self.pos == before || !matches!(self.peek(), Some(b'<' | b'>')) {
                    return redirects;
                }
                self.damaged(self.pos, self.pos + 1);
                self.pos += 1;
            }
        }
    }

    /// Reads a list inside brackets that `close` ends.
    fn enclosed(&mut self, open: usize, expected: Expected, close: u8) -> Vec<Operation> {
        let start = self.pos;
        self.pos += open;
        let outer = std::mem::replace(&mut self.expected, expected);
        let body = self.list();
        self.expected = outer;
        if self.peek() == Some(close) {
            self.pos += 1;
        } else {
            self.damaged(start, start + open);
        }
        body
    }

    /// Reads `( … )` from its opening, which is `open` bytes long.
    pub(super) fn parenthesised(&mut self, open: usize) -> Option<Vec<Operation>> {
        self.nested(|parser| parser.enclosed(open, Expected { paren: true, ..Expected::default() }, b')'))
    }

    /// Reads `{ … }` from its opening, which is `open` bytes long.
    pub(super) fn braced(&mut self, open: usize) -> Option<Vec<Operation>> {
        self.nested(|parser| {
            parser.enclosed(open, Expected { brace: true, paren: parser.expected.paren, ..Expected::default() }, b'}')
        })
    }

    fn subshell(&mut self) -> Option<Vec<Operation>> {
        let start = self.pos;
        let body = self.parenthesised(1)?;
        Some(self.group(start, body))
    }

    fn braces(&mut self) -> Option<Vec<Operation>> {
        let start = self.pos;
        let body = self.braced(1)?;
        Some(self.group(start, body))
    }

    fn group(&self, start: usize, body: Vec<Operation>) -> Vec<Operation> {
        let kind = ExpressionKind::Group { body, redirects: Vec::new() };
        vec![Operation::evaluate(Expression::new(kind, self.span(start, self.pos)))]
    }

    /// A list with more closers than those that are open around it.
    fn list_until(&mut self, add: impl FnOnce(&mut Expected)) -> Vec<Operation> {
        let outer = self.expected;
        add(&mut self.expected);
        let body = self.list();
        self.expected = outer;
        body
    }

    /// Goes past a reserved word, or records that it is missing from what began at `start`.
    fn take_word(&mut self, word: &str, start: usize) -> bool {
        self.skip_lines();
        let found = self.reserved() == Some(word);
        if found {
            self.pos += word.len();
        } else {
            self.damaged(start, start + 1);
        }
        found
    }

    fn if_command(&mut self) -> Vec<Operation> {
        let start = self.pos;
        let (mut conditions, mut arms) = (Vec::new(), Vec::new());
        self.pos += 2;
        loop {
            let condition = self.list_until(|expected| {
                expected.then = true;
                expected.fi = true;
            });
            conditions.push(as_expression(condition));
            if !self.take_word("then", start) {
                if self.reserved() == Some("fi") {
                    self.pos += 2;
                }
                break;
            }
            arms.push(self.list_until(|expected| expected.fi = true));
            match self.reserved() {
                Some("elif") => self.pos += 4,
                Some("else") => {
                    self.pos += 4;
                    arms.push(self.list_until(|expected| expected.fi = true));
                    self.take_word("fi", start);
                    break;
                }
                _ => {
                    self.take_word("fi", start);
                    break;
                }
            }
        }
        vec![Operation::new(OperationKind::Branch { conditions, arms }, self.span(start, self.pos))]
    }

    /// The body of a loop: `do … done`, or zsh's braces.
    fn loop_body(&mut self, start: usize) -> Vec<Operation> {
        self.skip_lines();
        if self.peek() == Some(b';') {
            self.pos += 1;
            self.skip_lines();
        }
        if self.peek() == Some(b'{') && self.byte(1).is_some_and(|next| matches!(next, b' ' | b'\t' | b'\n' | b'\r')) {
            return self.braced(1).unwrap_or_else(|| {
                self.pos += 1;
                Vec::new()
            });
        }
        if !self.take_word("do", start) {
            return Vec::new();
        }
        let body = self.list_until(|expected| expected.done = true);
        self.take_word("done", start);
        body
    }

    fn while_command(&mut self) -> Vec<Operation> {
        let start = self.pos;
        self.pos += 5;
        let condition = self.list_until(|expected| {
            expected.r#do = true;
            expected.done = true;
        });
        let condition = Some(as_expression(condition));
        let body = self.loop_body(start);
        vec![Operation::new(OperationKind::Loop { binding: None, condition, body }, self.span(start, self.pos))]
    }

    fn for_command(&mut self) -> Vec<Operation> {
        let start = self.pos;
        self.pos += self.reserved().map_or(3, str::len);
        self.skip_blanks();
        if self.looking_at("((") {
            let condition = self.arithmetic_command().map(as_expression);
            let body = self.loop_body(start);
            return vec![Operation::new(
                OperationKind::Loop { binding: None, condition, body },
                self.span(start, self.pos),
            )];
        }
        let name_start = self.pos;
        let target = match self.word() {
            Some(word) => Expression::new(ExpressionKind::Name(word.literal().unwrap_or_default()), word.span),
            None => Expression::new(ExpressionKind::Name(String::new()), Span::at(name_start)),
        };
        self.skip_lines();
        let source_start = self.pos;
        let mut source = Vec::new();
        let mut explicit = true;
        if self.looking_at("in") && self.delimits(self.pos + 2) {
            self.pos += 2;
            self.for_words(&mut source);
        } else if self.peek() == Some(b'(') {
            // zsh: `for x (a b c)`.
            self.pos += 1;
            self.for_words(&mut source);
            if self.peek() == Some(b')') {
                self.pos += 1;
            }
        } else {
            explicit = false;
        }
        let span = self.span(source_start, self.pos);
        if !explicit {
            // Without words a loop runs over the positional parameters.
            let all = Self::plain_expansion("@", span);
            source.push(Expression::new(ExpressionKind::Spread(Box::new(all)), span));
        }
        let binding = Some((target, Expression::new(ExpressionKind::List(source), span)));
        let body = self.loop_body(start);
        vec![Operation::new(OperationKind::Loop { binding, condition: None, body }, self.span(start, self.pos))]
    }

    fn for_words(&mut self, source: &mut Vec<Expression>) {
        loop {
            self.skip_blanks();
            let words = self.expanded_word();
            if words.is_empty() {
                return;
            }
            source.extend(words.into_iter().map(operand_element));
        }
    }

    fn case_command(&mut self) -> Vec<Operation> {
        let start = self.pos;
        let (mut conditions, mut arms) = (Vec::new(), Vec::new());
        self.pos += 4;
        self.skip_blanks();
        conditions.extend(self.word().map(word_value));
        self.skip_lines();
        if !(self.looking_at("in") && self.delimits(self.pos + 2)) {
            self.damaged(start, self.pos);
            return vec![Operation::new(OperationKind::Branch { conditions, arms }, self.span(start, self.pos))];
        }
        self.pos += 2;
        loop {
            self.skip_lines();
            if self.at_end() {
                self.damaged(start, start + 4);
                break;
            }
            if self.reserved() == Some("esac") {
                self.pos += 4;
                break;
            }
            if self.looking_at(";") {
                self.pos += 1;
                continue;
            }
            if self.peek() == Some(b'(') {
                self.pos += 1;
            }
            if !self.case_patterns(&mut conditions) {
                self.damaged(start, start + 4);
                break;
            }
            arms.push(self.list_until(|expected| expected.esac = true));
            for sign in [";;&", ";;", ";&"] {
                if self.looking_at(sign) {
                    self.pos += sign.len();
                    break;
                }
            }
            if self.peek() == Some(b')') || self.peek() == Some(b'}') {
                // A bracket that closes something around this `case`.
                self.damaged(start, start + 4);
                break;
            }
        }
        vec![Operation::new(OperationKind::Branch { conditions, arms }, self.span(start, self.pos))]
    }

    /// Reads `p1 | p2 )`.
    fn case_patterns(&mut self, conditions: &mut Vec<Expression>) -> bool {
        loop {
            self.skip_blanks();
            match self.word() {
                Some(pattern) => conditions.push(word_value(pattern)),
                None if matches!(self.peek(), Some(b'|' | b')')) => {}
                None => return false,
            }
            self.skip_blanks();
            match self.peek() {
                Some(b'|') => self.pos += 1,
                Some(b')') => {
                    self.pos += 1;
                    return true;
                }
                _ => return false,
            }
        }
    }

    fn function_command(&mut self) -> Vec<Operation> {
        let start = self.pos;
        self.pos += 8;
        self.skip_blanks();
        let name_start = self.pos;
        while self.peek().is_some_and(|byte| !super::list::is_meta(byte) && byte != b'\r') {
            self.pos += 1;
        }
        let name = self.slice(name_start, self.pos).to_owned();
        self.skip_blanks();
        if self.peek() == Some(b'(') {
            self.pos += 1;
            self.skip_blanks();
            if self.peek() == Some(b')') {
                self.pos += 1;
            }
        }
        self.function_body(start, name)
    }

    /// Reads the body of a function whose head has been read.
    pub(super) fn function_body(&mut self, start: usize, name: String) -> Vec<Operation> {
        self.skip_lines();
        let outer = self.expected;
        let body = self.nested(Self::command).unwrap_or_default();
        self.expected = outer;
        let body = match plain_group(body) {
            Ok(inner) => inner,
            Err(body) => body,
        };
        let span = self.span(start, self.pos);
        if name.is_empty() {
            // zsh: a function without a name runs at once.
            return vec![Operation::evaluate(Expression::new(
                ExpressionKind::Group { body, redirects: Vec::new() },
                span,
            ))];
        }
        let id = FunctionId(self.state.functions.len() as u32);
        let function =
            Function { name: Some(name), class: None, parameters: Vec::new(), body, decorators: Vec::new(), span };
        self.state.functions.push(function);
        vec![Operation::new(OperationKind::Define(id), span)]
    }

    fn coprocess(&mut self) -> Vec<Operation> {
        self.pos += 6;
        self.skip_blanks();
        let before = self.pos;
        let word = self.word();
        self.skip_blanks();
        let mut name = "COPROC".to_owned();
        if word.is_some() && matches!(self.peek(), Some(b'{' | b'(')) {
            name = word.and_then(|word| word.literal()).unwrap_or(name);
        } else {
            self.pos = before;
        }
        let mut body = self.command();
        for operation in &mut body {
            if let OperationKind::Evaluate(expression) = &mut operation.kind {
                in_background(expression);
            }
        }
        // `${COPROC[0]}` reads what it writes.
        let span = self.span(before, self.pos);
        let value = Expression::new(ExpressionKind::OutputPath(body), span);
        let target = Expression::new(ExpressionKind::Name(name), span);
        let value = Expression::new(ExpressionKind::List(vec![value]), span);
        vec![Operation::new(OperationKind::Assign { target, value, mode: AssignMode::Set }, span)]
    }

    /// `[[ … ]]`: its words are evaluated, nothing runs but the substitutions in them.
    fn test_command(&mut self) -> Vec<Operation> {
        let start = self.pos;
        self.pos += 2;
        let mut parts = Vec::new();
        let mut after_operator = true;
        loop {
            self.skip_blanks();
            if self.looking_at("]]") && self.delimits(self.pos + 2) {
                self.pos += 2;
                break;
            }
            if self.line_end().is_some() && after_operator {
                self.take_line_end();
                continue;
            }
            match self.peek() {
                None | Some(b';' | b'\n' | b'\r') => {
                    self.damaged(start, start + 2);
                    break;
                }
                Some(b'&' | b'|' | b'(' | b')' | b'!') => {
                    after_operator = true;
                    self.pos += 1;
                }
                Some(b'<' | b'>') if self.byte(1) != Some(b'(') => self.pos += 1,
                _ => {
                    after_operator = false;
                    let before = self.pos;
                    parts.extend(self.word().map(word_value));
                    if self.pos == before {
                        self.pos += self.char_len(before);
                    }
                }
            }
        }
        vec![Operation::evaluate(Expression::new(ExpressionKind::Other(parts), self.span(start, self.pos)))]
    }

    /// `(( … ))`; `None` if these are subshells inside each other.
    fn arithmetic_command(&mut self) -> Option<Vec<Operation>> {
        let start = self.pos;
        let close = self.arithmetic_end(start + 2)?;
        let parts = self.within(start + 2, close, Self::arithmetic_parts);
        self.pos = close + 2;
        Some(vec![Operation::evaluate(Expression::new(ExpressionKind::Other(parts), self.span(start, self.pos)))])
    }
}

/// The operations of a group that has no redirections, or what was given.
fn plain_group(mut operations: Vec<Operation>) -> Result<Vec<Operation>, Vec<Operation>> {
    if operations.len() != 1 {
        return Err(operations);
    }
    match operations.pop() {
        Some(Operation {
            kind: OperationKind::Evaluate(Expression { kind: ExpressionKind::Group { body, redirects }, .. }),
            ..
        }) if redirects.is_empty() => Ok(body),
        other => Err(other.into_iter().collect()),
    }
}
