//! Lowers batch files for cmd.exe.
//!
//! cmd expands `%…%` before it parses; this reader keeps expansions as values, so that only constant text is parsed.

mod word;

use word::{Parts, word_value};

use super::super::operation::{
    AssignMode, Command, Expression, ExpressionKind, Operation, OperationKind, Program, Word,
};
use crate::source::Span;

/// Brackets and `if`s inside each other; what is deeper is read flat.
const MAX_DEPTH: u32 = 200;

const MAX_DAMAGE: usize = 1000;

/// Lowers a batch file.
pub(super) fn lower(text: &str) -> Program {
    let mut reader =
        Reader { text, pos: 0, end: text.len(), depth: 0, brackets: 0, damage: Vec::new(), truncated: false };
    let body = reader.lines();
    Program { functions: Vec::new(), body, damage: reader.damage, truncated: reader.truncated }
}

struct Reader<'t> {
    text: &'t str,
    pos: usize,
    end: usize,
    depth: u32,
    /// `(` that are open: only then `)` ends a command.
    brackets: u32,
    damage: Vec<Span>,
    truncated: bool,
}

impl<'t> Reader<'t> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        let at = self.pos + ahead;
        if at < self.end { self.text.as_bytes().get(at).copied() } else { None }
    }

    fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end.min(self.end)).unwrap_or_default()
    }

    fn span(&self, start: usize) -> Span {
        Span::new(start, self.pos)
    }

    fn advance(&mut self) {
        self.pos += self.slice(self.pos, self.end).chars().next().map_or(0, char::len_utf8);
    }

    fn damaged(&mut self, start: usize) {
        let span = Span::new(start, self.pos.max(start));
        let full = self.damage.len() >= MAX_DAMAGE;
        match self.damage.last_mut() {
            Some(last) if full || last.end >= span.start => *last = last.cover(span),
            _ => self.damage.push(span),
        }
    }

    fn line_end(&self) -> bool {
        matches!(self.peek(), None | Some(b'\n' | b'\r'))
    }

    fn skip_line(&mut self) {
        let rest = self.slice(self.pos, self.end);
        self.pos += memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
    }

    /// Length of a caret that joins the next line to this one.
    fn continuation(&self) -> Option<usize> {
        match (self.peek(), self.byte(1), self.byte(2)) {
            (Some(b'^'), Some(b'\n'), _) => Some(2),
            (Some(b'^'), Some(b'\r'), Some(b'\n')) => Some(3),
            _ => None,
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.pos += 1,
                Some(b'^') => match self.continuation() {
                    Some(len) => self.pos += len,
                    None => return,
                },
                _ => return,
            }
        }
    }

    /// The bare word here, lower-cased; it is not taken.
    fn word_here(&self) -> String {
        let rest = self.slice(self.pos, self.end);
        let len = rest.bytes().take(16).take_while(u8::is_ascii_alphabetic).count();
        let ends = rest.as_bytes().get(len).is_none_or(|byte| {
            !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'^' | b'%' | b'-' | b'.' | b'\\')
        });
        if ends { rest.get(..len).unwrap_or_default().to_ascii_lowercase() } else { String::new() }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.truncated = true;
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        Some(value)
    }

    /// Reads commands up to the `)` of an open bracket or to the end.
    fn lines(&mut self) -> Vec<Operation> {
        let mut operations = Vec::new();
        loop {
            self.skip_blanks();
            let start = self.pos;
            match self.peek() {
                None => return operations,
                Some(b'\n' | b'\r' | b'@') => self.pos += 1,
                Some(b')') if self.brackets > 0 => return operations,
                // Outside brackets cmd takes `)` for a comment.
                Some(b')') => self.skip_line(),
                Some(b':') => self.skip_line(),
                Some(b'&' | b'|') => {
                    self.pos += 1;
                    if self.peek() != Some(b'&') && self.text.as_bytes().get(start.wrapping_sub(1)) != Some(&b'&') {
                        let joins = self.slice(start, self.pos) == "&" && !operations.is_empty();
                        if !joins {
                            self.damaged(start);
                        }
                    }
                }
                Some(_) => {
                    operations.extend(self.pipeline());
                    if self.pos == start {
                        self.advance();
                        self.damaged(start);
                    }
                }
            }
        }
    }

    fn pipeline(&mut self) -> Vec<Operation> {
        let mut stages: Vec<Expression> = Vec::new();
        loop {
            self.skip_blanks();
            let mut stage = self.nested(Self::command).unwrap_or_else(|| {
                self.advance();
                Vec::new()
            });
            self.skip_blanks();
            let pipes = self.peek() == Some(b'|') && self.byte(1) != Some(b'|');
            if !pipes && stages.is_empty() {
                if matches!(self.peek(), Some(b'&' | b'|')) {
                    let double = self.byte(1) == self.peek();
                    self.pos += if double { 2 } else { 1 };
                }
                return stage;
            }
            if stage.len() == 1 && matches!(stage.first(), Some(Operation { kind: OperationKind::Evaluate(_), .. })) {
                if let Some(Operation { kind: OperationKind::Evaluate(value), .. }) = stage.pop() {
                    stages.push(value);
                }
            } else if let (Some(first), Some(last)) = (stage.first(), stage.last()) {
                let span = first.span.cover(last.span);
                stages.push(Expression::new(ExpressionKind::Group { body: stage, redirects: Vec::new() }, span));
            }
            if !pipes {
                break;
            }
            self.pos += 1;
            while matches!(self.peek(), Some(b'@')) {
                self.pos += 1;
            }
        }
        let span = match (stages.first(), stages.last()) {
            (Some(first), Some(last)) => first.span.cover(last.span),
            _ => return Vec::new(),
        };
        vec![Operation::evaluate(Expression::new(ExpressionKind::Pipeline(stages), span))]
    }

    fn command(&mut self) -> Vec<Operation> {
        while matches!(self.peek(), Some(b'@' | b' ' | b'\t' | b',' | b';' | b'=')) {
            self.pos += 1;
        }
        let start = self.pos;
        if self.peek() == Some(b'(') {
            let body = self.block();
            let redirects = self.redirects();
            let kind = ExpressionKind::Group { body, redirects };
            return vec![Operation::evaluate(Expression::new(kind, self.span(start)))];
        }
        match self.word_here().as_str() {
            "rem" => {
                self.skip_line();
                Vec::new()
            }
            "if" => self.if_command(start),
            "for" => self.for_command(start),
            "set" => self.set_command(start),
            "else" => {
                // It belongs to something that was not understood.
                self.pos += 4;
                self.damaged(start);
                self.command_behind()
            }
            _ => self.simple(start),
        }
    }

    fn command_behind(&mut self) -> Vec<Operation> {
        self.skip_blanks();
        self.nested(Self::command).unwrap_or_default()
    }

    /// `( … )`.
    fn block(&mut self) -> Vec<Operation> {
        let start = self.pos;
        self.pos += 1;
        self.brackets += 1;
        let body = self.lines();
        self.brackets -= 1;
        if self.peek() == Some(b')') {
            self.pos += 1;
        } else {
            let end = self.pos;
            self.pos = start + 1;
            self.damaged(start);
            self.pos = end;
        }
        body
    }

    fn if_command(&mut self, start: usize) -> Vec<Operation> {
        self.pos += 2;
        let mut parts = Vec::new();
        let mut left = 1;
        while left > 0 {
            self.skip_blanks();
            if self.line_end() {
                break;
            }
            let word = self.word_here();
            if self.peek() == Some(b'/') {
                self.pos += 2;
                continue;
            }
            match word.as_str() {
                "not" => {
                    self.pos += 3;
                    continue;
                }
                "exist" | "defined" | "errorlevel" | "cmdextversion" => {
                    self.pos += word.len();
                    continue;
                }
                _ => {}
            }
            let Some(value) = self.word(true) else { break };
            let has_sign = value
                .parts
                .iter()
                .any(|part| matches!(&part.value.kind, ExpressionKind::Text(text) if text.contains("==")));
            let complete = has_sign
                && !value
                    .parts
                    .last()
                    .is_some_and(|part| matches!(&part.value.kind, ExpressionKind::Text(text) if text.ends_with("==")));
            parts.push(word_value(value));
            left -= 1;
            self.skip_blanks();
            if has_sign && !complete {
                left += 1;
            } else if !complete && self.slice(self.pos, self.pos + 2) == "==" {
                self.pos += 2;
                left += 1;
            } else if matches!(self.word_here().as_str(), "equ" | "neq" | "lss" | "leq" | "gtr" | "geq") {
                self.pos += 3;
                left += 1;
            }
        }
        let condition = Expression::new(ExpressionKind::Other(parts), self.span(start));
        let mut arms = vec![self.arm()];
        let before = self.pos;
        self.skip_blanks();
        if self.word_here() == "else" {
            self.pos += 4;
            arms.push(self.arm());
        } else {
            self.pos = before;
        }
        vec![Operation::new(OperationKind::Branch { conditions: vec![condition], arms }, self.span(start))]
    }

    /// What an `if` or `for` runs: a block, or the rest of the line.
    fn arm(&mut self) -> Vec<Operation> {
        self.skip_blanks();
        if self.peek() == Some(b'(') {
            return self.nested(Self::block).unwrap_or_else(|| {
                self.pos += 1;
                Vec::new()
            });
        }
        let mut operations = Vec::new();
        while !self.line_end() && self.word_here() != "else" {
            if self.peek() == Some(b')') && self.brackets > 0 {
                break;
            }
            let before = self.pos;
            operations.extend(self.nested(Self::pipeline).unwrap_or_default());
            self.skip_blanks();
            if self.pos == before {
                break;
            }
        }
        operations
    }

    fn for_command(&mut self, start: usize) -> Vec<Operation> {
        self.pos += 3;
        let mut name = String::new();
        let mut name_span = Span::at(self.pos);
        while !self.line_end() && self.peek() != Some(b'(') {
            self.skip_blanks();
            let at = self.pos;
            if self.peek() == Some(b'%') {
                while self.peek() == Some(b'%') {
                    self.pos += 1;
                }
                let letter = self.pos;
                if !self.line_end() {
                    self.advance();
                }
                name = format!("%{}", self.slice(letter, self.pos));
                name_span = self.span(at);
            } else if self.word_here() == "in" {
                self.pos += 2;
            } else if self.peek() != Some(b'(') && self.word(false).is_none() && !self.line_end() {
                self.advance();
            }
        }
        let source = (self.peek() == Some(b'(')).then(|| self.for_source());
        self.skip_blanks();
        if self.word_here() == "do" {
            self.pos += 2;
        } else {
            self.damaged(start);
        }
        let body = self.arm();
        let target = Expression::new(ExpressionKind::Name(name), name_span);
        let binding = source.map(|source| (target, source));
        vec![Operation::new(OperationKind::Loop { binding, condition: None, body }, self.span(start))]
    }

    /// `( … )` of a `for`: words, or with `'…'` around it the output of a command.
    fn for_source(&mut self) -> Expression {
        let start = self.pos;
        self.pos += 1;
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.pos += 1;
        }
        if let Some(quote @ (b'\'' | b'`')) = self.peek() {
            let rest = self.slice(self.pos + 1, self.end);
            let line = rest.split('\n').next().unwrap_or_default();
            if let Some(len) = memchr::memrchr(quote, line.as_bytes()) {
                let (inner, outer_end, brackets) = (self.pos + 1, self.end, self.brackets);
                // The last such quote before a `)`: the command may hold others.
                self.end = inner + len;
                self.pos = inner;
                self.brackets = 0;
                let body = self.nested(Self::lines).unwrap_or_default();
                self.end = outer_end;
                self.brackets = brackets;
                self.pos = inner + len + 1;
                let value = Expression::new(ExpressionKind::Capture(body), Span::new(inner - 1, self.pos));
                self.skip_blanks();
                if self.peek() == Some(b')') {
                    self.pos += 1;
                }
                return value;
            }
        }
        let mut values = Vec::new();
        loop {
            while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b';')) {
                self.pos += 1;
            }
            match self.peek() {
                Some(b')') => {
                    self.pos += 1;
                    break;
                }
                None => {
                    self.damaged(start);
                    break;
                }
                _ => {}
            }
            self.brackets += 1;
            let word = self.word(true);
            self.brackets -= 1;
            match word {
                Some(word) => values.push(word_value(word)),
                None => self.advance(),
            }
        }
        Expression::new(ExpressionKind::List(values), self.span(start))
    }

    /// `set name=value`, `set "name=value"`. With `/a` or `/p` it is kept as a command.
    fn set_command(&mut self, start: usize) -> Vec<Operation> {
        let mut ahead = 3;
        while matches!(self.byte(ahead), Some(b' ' | b'\t')) {
            ahead += 1;
        }
        if self.byte(ahead) == Some(b'/') {
            return self.simple(start);
        }
        let (word_start, from) = (self.pos, self.pos + ahead);
        self.pos = from;
        let quoted = self.peek() == Some(b'"');
        if quoted {
            self.pos += 1;
        }
        let name_start = self.pos;
        while !self.line_end() && !matches!(self.peek(), Some(b'=' | b'&' | b'|' | b'>' | b'<' | b'"')) {
            self.advance();
        }
        if self.peek() != Some(b'=') {
            self.pos = word_start;
            return self.simple(start);
        }
        let name = self.slice(name_start, self.pos).replace('^', "").trim().to_uppercase();
        let target = Expression::new(ExpressionKind::Name(name), self.span(name_start));
        self.pos += 1;
        let value_start = self.pos;
        let mut parts = Parts::default();
        let mut in_quotes = quoted;
        while !self.line_end() {
            let at = self.pos;
            match self.peek() {
                Some(b'"') => {
                    in_quotes = !in_quotes;
                    self.pos += 1;
                    parts.text("\"", at, self.pos, false);
                }
                Some(b'&' | b'|' | b'>' | b'<') if !in_quotes => break,
                Some(b')') if !in_quotes && self.brackets > 0 => break,
                _ => self.piece(&mut parts, in_quotes),
            }
        }
        if quoted {
            parts.cut_at_last_quote();
        }
        let value = word_value(parts.word(self.span(value_start)));
        let redirects = self.redirects();
        let assign = Operation::new(OperationKind::Assign { target, value, mode: AssignMode::Set }, self.span(start));
        if redirects.is_empty() {
            return vec![assign];
        }
        let kind = ExpressionKind::Group { body: vec![assign], redirects };
        vec![Operation::evaluate(Expression::new(kind, self.span(start)))]
    }

    fn simple(&mut self, start: usize) -> Vec<Operation> {
        let mut words: Vec<Word> = Vec::new();
        let mut redirects = Vec::new();
        let mut end;
        loop {
            end = self.pos;
            self.skip_blanks();
            let found = self.redirects();
            if !found.is_empty() {
                redirects.extend(found);
                end = self.pos;
            }
            self.skip_blanks();
            if self.line_end()
                || matches!(self.peek(), Some(b'&' | b'|'))
                || (self.peek() == Some(b')') && self.brackets > 0)
            {
                break;
            }
            if words.is_empty() && matches!(self.peek(), Some(b'(')) {
                break;
            }
            let is_name = words.is_empty();
            let Some(mut word) = self.word(is_name) else {
                let at = self.pos;
                self.advance();
                self.damaged(at);
                continue;
            };
            if is_name {
                for part in &mut word.parts {
                    if let ExpressionKind::Text(text) = &mut part.value.kind {
                        *text = text.to_lowercase();
                    }
                }
            }
            words.push(word);
        }
        if words.is_empty() && redirects.is_empty() {
            return Vec::new();
        }
        let background = words.first().and_then(Word::literal).as_deref() == Some("start");
        let command = Command { words, assignments: Vec::new(), redirects, background };
        let span = Span::new(start, end.max(start));
        vec![Operation::evaluate(Expression::new(ExpressionKind::Command(Box::new(command)), span))]
    }
}
