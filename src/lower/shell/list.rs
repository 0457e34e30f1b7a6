//! Lists and pipelines: what stands between commands.

use super::super::operation::{
    Command, Expression, ExpressionKind, Operation, OperationKind, Redirect, RedirectKind, Word, WordPart,
};
use super::parser::Parser;

/// Which words and signs close something that is open here. One that closes nothing is stray.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Expected {
    pub(super) paren: bool,
    pub(super) brace: bool,
    pub(super) then: bool,
    pub(super) fi: bool,
    pub(super) r#do: bool,
    pub(super) done: bool,
    pub(super) esac: bool,
}

/// What stands where a command could begin.
enum Ahead {
    Command,
    Closer,
    Stray(usize),
}

impl Parser<'_> {
    /// Reads commands up to something that closes what is open, or to the end.
    pub(super) fn list(&mut self) -> Vec<Operation> {
        let mut operations = Vec::new();
        loop {
            self.skip_lines();
            if self.at_end() {
                return operations;
            }
            match self.ahead() {
                Ahead::Closer => return operations,
                Ahead::Stray(len) => {
                    self.damaged(self.pos, self.pos + len);
                    self.pos += len;
                    continue;
                }
                Ahead::Command => {}
            }
            if self.peek() == Some(b';') {
                self.pos += 1;
                continue;
            }
            let before = self.pos;
            self.and_or(&mut operations);
            if self.pos == before {
                let len = self.char_len(before);
                self.damaged(before, before + len);
                self.pos += len;
            }
        }
    }

    /// Reads one entry of a list, `&&` and `||` included, and what ends it.
    pub(super) fn and_or(&mut self, operations: &mut Vec<Operation>) {
        loop {
            let first = operations.len();
            let start = self.pos;
            self.pipeline(operations);
            self.skip_blanks();
            if self.looking_at("&&") || self.looking_at("||") {
                if self.pos == start {
                    // Nothing stands before the operator.
                    self.damaged(start, start + 2);
                }
                self.pos += 2;
                self.skip_lines();
                continue;
            }
            if self.peek() == Some(b'&') && self.pos > start {
                self.pos += 1;
                // zsh: `&|` and `&!` also disown.
                if matches!(self.peek(), Some(b'|' | b'!')) {
                    self.pos += 1;
                }
                if let Some(Operation { kind: OperationKind::Evaluate(expression), .. }) =
                    operations.get_mut(first..).and_then(<[_]>::last_mut)
                {
                    in_background(expression);
                }
            }
            return;
        }
    }

    fn pipeline(&mut self, operations: &mut Vec<Operation>) {
        let start = self.pos;
        let mut stages: Vec<Expression> = Vec::new();
        loop {
            self.skip_blanks();
            self.skip_pipeline_words();
            let stage_start = self.pos;
            let stage = self.command();
            self.skip_blanks();
            let is_pipe = self.peek() == Some(b'|') && self.byte(1) != Some(b'|');
            if !is_pipe && stages.is_empty() {
                operations.extend(stage);
                return;
            }
            if stage.is_empty() {
                self.damaged(stage_start, (self.pos + 1).min(self.end));
            } else {
                stages.push(as_expression(stage));
            }
            if !is_pipe {
                break;
            }
            self.pos += 1;
            if self.peek() == Some(b'&') {
                if let Some(ExpressionKind::Command(command)) = stages.last_mut().map(|stage| &mut stage.kind) {
                    command.redirects.push(self.errors_to_output());
                }
                self.pos += 1;
            }
            self.skip_lines();
            if self.at_end() {
                self.damaged(start, self.end);
                break;
            }
        }
        let span = match (stages.first(), stages.last()) {
            (Some(first), Some(last)) => first.span.cover(last.span),
            _ => return,
        };
        if stages.len() == 1 {
            operations.extend(stages.pop().map(Operation::evaluate));
        } else {
            operations.push(Operation::evaluate(Expression::new(ExpressionKind::Pipeline(stages), span)));
        }
    }

    /// `|&` is `2>&1 |`.
    fn errors_to_output(&self) -> Redirect {
        let span = self.span(self.pos - 1, self.pos + 1);
        let value = Expression::text("1", span);
        let target = Word { parts: vec![WordPart { value, quoted: false }], span };
        Redirect { descriptor: Some(2), kind: RedirectKind::Duplicate(target), span }
    }

    /// `!` and `time` change what a pipeline reports, not what it does. A shell prompt that was copied along
    /// (`$ curl …`) is no command.
    fn skip_pipeline_words(&mut self) {
        loop {
            let blank_follows = |len: usize| matches!(self.byte(len), Some(b' ' | b'\t' | b'('));
            let len = match self.peek() {
                Some(b'!') if blank_follows(1) => 1,
                Some(b'$' | b'%') if matches!(self.byte(1), Some(b' ' | b'\t')) && self.at_line_start() => 1,
                Some(0xE2 | 0xC2) if self.at_line_start() => {
                    match ["❯ ", "➜ ", "» "].iter().find(|prompt| self.looking_at(prompt)) {
                        Some(prompt) => prompt.len(),
                        None => return,
                    }
                }
                Some(b't') if self.reserved() == Some("time") => 4,
                Some(b'-') if self.looking_at("-p ") && self.slice(0, self.pos).trim_end().ends_with("time") => 2,
                _ => return,
            };
            self.pos += len;
            self.skip_blanks();
        }
    }

    fn at_line_start(&self) -> bool {
        let before = self.text.as_bytes().get(..self.pos).unwrap_or_default();
        before
            .iter()
            .rev()
            .take(256)
            .find(|byte| !matches!(byte, b' ' | b'\t'))
            .is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
    }

    /// The reserved word here, if it stands alone.
    pub(super) fn reserved(&self) -> Option<&'static str> {
        const WORDS: [&str; 17] = [
            "if", "then", "elif", "else", "fi", "for", "foreach", "while", "until", "do", "done", "case", "esac",
            "select", "function", "time", "coproc",
        ];
        if !matches!(self.peek(), Some(b'a'..=b'z')) {
            return None;
        }
        WORDS.into_iter().find(|word| self.looking_at(word) && self.delimits(self.pos + word.len()))
    }

    /// Whether a word ends at `at`.
    pub(super) fn delimits(&self, at: usize) -> bool {
        match self.byte_at(at) {
            None => true,
            Some(b'\r') => self.byte_at(at + 1).is_none_or(|next| next == b'\n') || self.cr_lines,
            Some(byte) => is_meta(byte),
        }
    }

    /// Whether a command can begin here: nothing closes or joins here.
    pub(super) fn command_ahead(&self) -> bool {
        matches!(self.ahead(), Ahead::Command)
    }

    fn ahead(&self) -> Ahead {
        let expected = self.expected;
        let closes = |open: bool, len: usize| if open { Ahead::Closer } else { Ahead::Stray(len) };
        match self.peek() {
            Some(b')') => closes(expected.paren, 1),
            Some(b'}') if self.delimits(self.pos + 1) => closes(expected.brace, 1),
            Some(b'}') if expected.brace && matches!(self.byte(1), Some(b'"' | b'}' | b'\'' | b'/' | b'`')) => {
                Ahead::Closer
            }
            Some(b';') if matches!(self.byte(1), Some(b';')) => closes(expected.esac, 2),
            Some(b';') if self.byte(1) == Some(b'&') && expected.esac => Ahead::Closer,
            Some(b'&' | b'|') if !self.looking_at("&>") => {
                let len = if self.looking_at("&&") || self.looking_at("||") { 2 } else { 1 };
                Ahead::Stray(len)
            }
            _ => match self.reserved() {
                Some("then") => closes(expected.then, 4),
                Some(word @ ("elif" | "else" | "fi")) => closes(expected.fi, word.len()),
                Some("do") => closes(expected.r#do, 2),
                Some("done") => closes(expected.done, 4),
                Some("esac") => closes(expected.esac, 4),
                _ => Ahead::Command,
            },
        }
    }
}

/// Whether a byte ends an unquoted word.
pub(super) fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
}

/// Operations where one expression is asked for: a pipeline's stage, a condition.
pub(super) fn as_expression(mut operations: Vec<Operation>) -> Expression {
    if operations.len() == 1 {
        match operations.pop() {
            Some(Operation { kind: OperationKind::Evaluate(expression), .. }) => return expression,
            other => operations.extend(other),
        }
    }
    let span = match (operations.first(), operations.last()) {
        (Some(first), Some(last)) => first.span.cover(last.span),
        _ => crate::source::Span::default(),
    };
    Expression::new(ExpressionKind::Group { body: operations, redirects: Vec::new() }, span)
}

/// Marks what `&` leaves running.
pub(super) fn in_background(expression: &mut Expression) {
    match &mut expression.kind {
        ExpressionKind::Command(command) => {
            let command: &mut Command = command;
            command.background = true;
        }
        ExpressionKind::Pipeline(stages) => stages.iter_mut().for_each(in_background),
        _ => {}
    }
}
