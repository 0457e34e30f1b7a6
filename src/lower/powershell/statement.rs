//! Statements: pipelines, assignments, branches, loops, functions.

use super::super::operation::{AssignMode, Expression, ExpressionKind, Operation, OperationKind, Parameter};
use super::parser::Parser;

impl Parser<'_> {
    /// Reads the whole text.
    pub(super) fn script(&mut self) -> Vec<Operation> {
        let body = self.statements();
        // A script's parameters are variables that a caller may set.
        let mut operations: Vec<Operation> = std::mem::take(&mut self.parameters)
            .into_iter()
            .filter_map(|parameter| {
                let value = parameter.default?;
                let span = value.span;
                let target = Expression::new(ExpressionKind::Name(parameter.name), span);
                Some(Operation::new(OperationKind::Assign { target, value, mode: AssignMode::Set }, span))
            })
            .collect();
        operations.extend(body);
        operations
    }

    /// Reads statements up to a bracket that closes something open, or to the end.
    pub(super) fn statements(&mut self) -> Vec<Operation> {
        let mut operations = Vec::new();
        loop {
            self.skip_lines();
            match self.peek() {
                None => return operations,
                Some(b';') => self.pos += 1,
                Some(close @ (b')' | b'}' | b']')) => {
                    if self.open.contains(&close) {
                        return operations;
                    }
                    self.stray();
                }
                Some(_) => {
                    let before = self.pos;
                    match self.nested(Self::statement) {
                        Some(statement) => operations.extend(statement),
                        None => self.advance(),
                    }
                    if self.pos == before {
                        self.stray();
                    }
                    self.skip();
                    // A block needs no sign behind it; anything else does.
                    let ends =
                        self.line_end().is_some() || matches!(self.peek(), None | Some(b';' | b')' | b'}' | b']'));
                    if !ends
                        && self
                            .text
                            .as_bytes()
                            .get(before..self.pos)
                            .is_some_and(|read| !read.trim_ascii_end().ends_with(b"}"))
                    {
                        self.damaged(self.pos, self.pos + 1);
                    }
                }
            }
        }
    }

    /// `{ … }`; empty if none stands here.
    pub(super) fn block(&mut self) -> Vec<Operation> {
        self.skip_lines();
        if self.peek() != Some(b'{') {
            self.damaged(self.pos, self.pos + 1);
            return Vec::new();
        }
        self.bracketed(1, b'}', false, Self::statements).unwrap_or_else(|| {
            self.pos += 1;
            Vec::new()
        })
    }

    /// `( … )` around a condition.
    fn condition(&mut self) -> Option<Expression> {
        self.skip_lines();
        if self.peek() == Some(b'(') {
            return self.parenthesised();
        }
        self.damaged(self.pos, self.pos + 1);
        None
    }

    fn keyword(&self) -> Option<&'static str> {
        const KEYWORDS: [&str; 27] = [
            "if",
            "while",
            "do",
            "for",
            "foreach",
            "switch",
            "try",
            "trap",
            "function",
            "filter",
            "workflow",
            "param",
            "return",
            "throw",
            "exit",
            "begin",
            "process",
            "end",
            "clean",
            "dynamicparam",
            "class",
            "enum",
            "else",
            "elseif",
            "catch",
            "finally",
            "until",
        ];
        let word = self.word_here();
        KEYWORDS.into_iter().find(|keyword| keyword.eq_ignore_ascii_case(word))
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let before = self.pos;
        self.skip_lines();
        let found = self.word_here().eq_ignore_ascii_case(keyword);
        self.pos = if found { self.pos + keyword.len() } else { before };
        found
    }

    pub(super) fn statement(&mut self) -> Vec<Operation> {
        let start = self.pos;
        self.skip_prompt();
        // `:label while …`.
        if self.peek() == Some(b':') && self.byte(1).is_some_and(|byte| byte.is_ascii_alphabetic()) {
            self.pos += 1;
            self.pos += self.word_here().len();
            self.skip_lines();
        }
        let Some(keyword) = self.keyword() else { return self.pipelines() };
        let word = self.pos;
        self.pos += keyword.len();
        // A word that needs a bracket behind it is a command where there is none (`process`, `end`, `foreach`).
        let mut ahead = self.pos;
        while matches!(self.text.as_bytes().get(ahead), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            ahead += 1;
        }
        let bracket = self.text.as_bytes().get(ahead).copied();
        let kind = match keyword {
            "if" | "while" | "for" | "foreach" | "param" if bracket == Some(b'(') => None,
            "switch" if bracket == Some(b'(') || bracket == Some(b'-') => None,
            "do" | "try" | "begin" | "process" | "end" | "clean" | "dynamicparam" if bracket == Some(b'{') => None,
            "else" | "elseif" | "catch" | "finally" | "until" => {
                // They belong to something that was not understood; what they hold still counts.
                self.damaged(word, self.pos);
                None
            }
            "trap" | "function" | "filter" | "workflow" | "return" | "throw" | "exit" | "class" | "enum" => None,
            _ => {
                self.pos = word;
                Some(self.pipelines())
            }
        };
        if let Some(command) = kind {
            return command;
        }
        let kind = match keyword {
            "if" => self.if_statement(),
            "while" => {
                let condition = self.condition();
                OperationKind::Loop { binding: None, condition, body: self.block() }
            }
            "do" => {
                let body = self.block();
                let repeats = self.take_keyword("while") || self.take_keyword("until");
                let condition = if repeats { self.condition() } else { None };
                OperationKind::Loop { binding: None, condition, body }
            }
            "for" => return self.for_statement(start),
            "foreach" => self.foreach_statement(),
            "switch" => self.switch_statement(),
            "try" => {
                let mut arms = vec![self.block()];
                while self.take_keyword("catch") {
                    self.skip_lines();
                    while self.peek() == Some(b'[') {
                        self.type_name();
                        self.skip_lines();
                        self.take(",");
                        self.skip_lines();
                    }
                    arms.push(self.block());
                }
                let last = if self.take_keyword("finally") { self.block() } else { Vec::new() };
                let branch = OperationKind::Branch { conditions: Vec::new(), arms };
                let mut operations = vec![Operation::new(branch, self.span_from(start))];
                operations.extend(last);
                return operations;
            }
            "begin" | "process" | "end" | "clean" | "dynamicparam" | "finally" | "else" => return self.block(),
            "trap" | "catch" => {
                self.skip_lines();
                while self.peek() == Some(b'[') {
                    self.type_name();
                    self.skip_lines();
                }
                return self.block();
            }
            "elseif" | "until" => {
                let operations = self.condition().map(Operation::evaluate);
                return operations.into_iter().collect();
            }
            "function" | "filter" | "workflow" => return self.function_statement(start),
            "param" => {
                let parameters = self.parameter_list();
                self.parameters.extend(parameters);
                return Vec::new();
            }
            "return" => OperationKind::Return(self.value_behind()),
            "throw" | "exit" => return self.value_behind().map(Operation::evaluate).into_iter().collect(),
            "class" | "enum" => return self.class_statement(start),
            _ => return Vec::new(),
        };
        vec![Operation::new(kind, self.span_from(start))]
    }

    /// A prompt that was copied along: `PS C:\Users\x> `.
    fn skip_prompt(&mut self) {
        if self.looking_at("PS ") || self.looking_at("PS>") {
            let line = self.slice(self.pos, self.text.len()).split(['\n', '\r']).next().unwrap_or_default();
            let head = line.split_once('>').map(|(head, _)| head.len());
            if let Some(len) = head.filter(|&len| {
                len < 200 && !line.get(..len).is_some_and(|head| head.contains(['|', ';', '"', '\'', '(']))
            }) {
                self.pos += len + 1;
                self.skip();
            }
        }
    }

    fn value_behind(&mut self) -> Option<Expression> {
        self.skip();
        if self.line_end().is_some() || matches!(self.peek(), None | Some(b';' | b'}' | b')')) {
            return None;
        }
        let operations = self.pipelines();
        (!operations.is_empty()).then(|| self.value_of(operations))
    }

    fn if_statement(&mut self) -> OperationKind {
        let mut conditions: Vec<Expression> = self.condition().into_iter().collect();
        let mut arms = vec![self.block()];
        loop {
            if self.take_keyword("elseif") {
                conditions.extend(self.condition());
                arms.push(self.block());
            } else if self.take_keyword("else") {
                arms.push(self.block());
                break;
            } else {
                break;
            }
        }
        OperationKind::Branch { conditions, arms }
    }

    fn for_statement(&mut self, start: usize) -> Vec<Operation> {
        self.skip_lines();
        let header = self.bracketed(1, b')', true, |parser| {
            let mut parts: Vec<Vec<Operation>> = Vec::new();
            for _ in 0..3 {
                parser.skip_lines();
                let part =
                    if matches!(parser.peek(), Some(b';' | b')') | None) { Vec::new() } else { parser.pipelines() };
                parts.push(part);
                parser.skip_lines();
                parser.take(";");
            }
            parts
        });
        let mut header = header.unwrap_or_default().into_iter();
        let mut operations = header.next().unwrap_or_default();
        let condition = header.next().filter(|part| !part.is_empty()).map(|part| self.value_of(part));
        let step = header.next().unwrap_or_default();
        let mut body = self.block();
        body.extend(step);
        operations.push(Operation::new(OperationKind::Loop { binding: None, condition, body }, self.span_from(start)));
        operations
    }

    fn foreach_statement(&mut self) -> OperationKind {
        self.skip_lines();
        let binding = self.bracketed(1, b')', true, |parser| {
            parser.skip_lines();
            let target = parser.expression();
            parser.take_keyword("in");
            parser.skip_lines();
            let source = parser.pipelines();
            let source = parser.value_of(source);
            target.map(|target| (target, source))
        });
        OperationKind::Loop { binding: binding.flatten(), condition: None, body: self.block() }
    }

    fn switch_statement(&mut self) -> OperationKind {
        let mut conditions = Vec::new();
        let mut arms = Vec::new();
        loop {
            self.skip_lines();
            match self.peek() {
                Some(b'(') => conditions.extend(self.parenthesised()),
                Some(b'-') => {
                    self.pos += 1;
                    self.pos += self.word_here().len();
                }
                Some(b'{') => break,
                _ => return OperationKind::Branch { conditions, arms },
            }
        }
        let cases = self.bracketed(1, b'}', false, |parser| {
            loop {
                parser.skip_lines();
                match parser.peek() {
                    None | Some(b'}' | b')') => break,
                    Some(b';') => {
                        parser.pos += 1;
                        continue;
                    }
                    _ => {}
                }
                let before = parser.pos;
                if parser.expression_ahead() {
                    conditions.extend(parser.expression());
                } else {
                    let word = parser.word_here();
                    parser.pos += word.len();
                }
                parser.skip_lines();
                if parser.peek() == Some(b'{') {
                    arms.push(parser.block());
                }
                if parser.pos == before {
                    parser.stray();
                }
            }
        });
        if cases.is_none() {
            self.pos += 1;
        }
        OperationKind::Branch { conditions, arms }
    }

    /// Reads what stands behind `function`.
    fn function_statement(&mut self, start: usize) -> Vec<Operation> {
        self.skip_lines();
        let name_start = self.pos;
        while !self.blank_here() && !matches!(self.peek(), None | Some(b'(' | b'{' | b';' | b')' | b'}')) {
            self.advance();
        }
        let name = self.slice(name_start, self.pos).replace('`', "").to_lowercase();
        let name = name.rsplit(':').next().unwrap_or_default().to_owned();
        self.skip_lines();
        let outer = std::mem::take(&mut self.parameters);
        if self.peek() == Some(b'(') {
            self.parameters = self.parameter_list();
        }
        let body = self.block();
        let id = self.add_function(Some(name), body, start);
        self.parameters = outer;
        vec![Operation::new(OperationKind::Define(id), self.span_from(start))]
    }

    /// `( [type]$name = default, … )`.
    fn parameter_list(&mut self) -> Vec<Parameter> {
        self.skip_lines();
        if self.peek() != Some(b'(') {
            return Vec::new();
        }
        let list = self.bracketed(1, b')', true, |parser| {
            let mut parameters = Vec::new();
            loop {
                parser.skip_lines();
                let before = parser.pos;
                match parser.peek() {
                    None | Some(b')' | b'}') => return parameters,
                    Some(b'[') => parser.type_name(),
                    Some(b'$') => {
                        let Some(Expression { kind: ExpressionKind::Name(name), .. }) = parser.variable() else {
                            parser.pos = before;
                            parser.stray();
                            continue;
                        };
                        parser.skip_lines();
                        let mut default = None;
                        if parser.take("=") {
                            parser.skip_lines();
                            default = parser.element();
                        }
                        parameters.push(Parameter { name, default, rest: false, keywords: false });
                    }
                    Some(b',') => parser.pos += 1,
                    _ => parser.stray(),
                }
                if parser.pos == before {
                    parser.stray();
                }
            }
        });
        list.unwrap_or_else(|| {
            self.pos += 1;
            Vec::new()
        })
    }

    fn class_statement(&mut self, start: usize) -> Vec<Operation> {
        self.skip();
        let name = self.word_here().to_owned();
        self.pos += name.len();
        let mut bases = Vec::new();
        self.skip_lines();
        while matches!(self.peek(), Some(b':' | b',')) {
            self.pos += 1;
            self.skip_lines();
            let at = self.pos;
            while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')) {
                self.pos += 1;
            }
            bases.push(Expression::new(ExpressionKind::Name(self.slice(at, self.pos).to_owned()), self.span_from(at)));
            self.skip_lines();
        }
        if self.peek() != Some(b'{') {
            return Vec::new();
        }
        let class = name.clone();
        let body = self.bracketed(1, b'}', false, |parser| parser.class_body(&class));
        let Some(body) = body else {
            self.pos += 1;
            return Vec::new();
        };
        vec![Operation::new(OperationKind::Class { name, bases, body }, self.span_from(start))]
    }

    fn class_body(&mut self, class: &str) -> Vec<Operation> {
        let mut body = Vec::new();
        loop {
            self.skip_lines();
            let start = self.pos;
            match self.peek() {
                None | Some(b'}') => return body,
                Some(b';') => self.pos += 1,
                Some(b'[') => self.type_name(),
                Some(b'$') => body.extend(self.pipelines()),
                _ => {
                    let word = self.word_here().to_owned();
                    self.pos += word.len();
                    self.skip();
                    if self.peek() == Some(b'(') {
                        let outer = std::mem::take(&mut self.parameters);
                        self.parameters = self.parameter_list();
                        let inner = self.block();
                        let id = self.add_function(Some(word), inner, start);
                        if let Some(function) = self.functions.get_mut(id.0 as usize) {
                            function.class = Some(class.to_owned());
                        }
                        self.parameters = outer;
                        body.push(Operation::new(OperationKind::Define(id), self.span_from(start)));
                    }
                }
            }
            if self.pos == start {
                self.stray();
            }
        }
    }
}
