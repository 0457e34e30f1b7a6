//! Statements: pipelines, assignments, branches, loops, functions.

use super::super::operation::{
    AssignMode, Expression, ExpressionKind, Operation, OperationKind, Operator, Parameter, Word,
};
use super::command::word_value;
use super::parser::Parser;
use crate::source::Span;

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
                        parameters.push(Parameter { name, default, rest: false });
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

    /// Pipelines joined by `&&` and `||`.
    pub(super) fn pipelines(&mut self) -> Vec<Operation> {
        let mut operations = Vec::new();
        loop {
            operations.extend(self.pipeline());
            self.skip();
            if self.looking_at("&&") || self.looking_at("||") {
                self.pos += 2;
                self.skip_lines();
                continue;
            }
            if self.peek() == Some(b'&') {
                self.pos += 1;
                if let Some(Operation { kind: OperationKind::Evaluate(expression), .. }) = operations.last_mut() {
                    in_background(expression);
                }
            }
            return operations;
        }
    }

    fn pipeline(&mut self) -> Vec<Operation> {
        let start = self.pos;
        let mut stages = Vec::new();
        loop {
            self.skip();
            let before = self.pos;
            if self.expression_ahead() {
                let Some(value) = self.expression() else { break };
                if stages.is_empty()
                    && let Some(mode) = self.assignment_sign()
                {
                    return self.assignment(start, value, mode);
                }
                self.redirects_of_expression(value, before, &mut stages);
            } else {
                let Some(command) = self.command() else { break };
                stages.push(command);
            }
            if !self.take_pipe() {
                break;
            }
        }
        let span = match (stages.first(), stages.last()) {
            (Some(first), Some(last)) => first.span.cover(last.span),
            _ => return Vec::new(),
        };
        let value = if stages.len() == 1 {
            stages.pop()
        } else {
            Some(Expression::new(ExpressionKind::Pipeline(stages), span))
        };
        let alias = match value.as_ref().map(|value| &value.kind) {
            Some(ExpressionKind::Command(command)) => alias(&command.words, span),
            _ => None,
        };
        alias.into_iter().chain(value.map(Operation::evaluate)).collect()
    }

    /// `"text" > file` writes a value.
    fn redirects_of_expression(&mut self, value: Expression, start: usize, stages: &mut Vec<Expression>) {
        let redirects = self.redirects();
        if redirects.is_empty() {
            stages.push(value);
            return;
        }
        let body = vec![Operation::evaluate(value)];
        stages.push(Expression::new(ExpressionKind::Group { body, redirects }, self.span_from(start)));
    }

    /// Goes past a `|`; in PowerShell 7 it may begin the next line.
    fn take_pipe(&mut self) -> bool {
        let before = self.pos;
        self.skip_lines();
        if self.peek() == Some(b'|') && self.byte(1) != Some(b'|') {
            self.pos += 1;
            self.skip_lines();
            return true;
        }
        self.pos = before;
        false
    }

    fn assignment_sign(&mut self) -> Option<Option<Operator>> {
        self.skip();
        let signs: [(&str, Option<Operator>); 7] = [
            ("??=", None),
            ("+=", Some(Operator::Add)),
            ("-=", Some(Operator::Subtract)),
            ("*=", Some(Operator::Multiply)),
            ("/=", Some(Operator::Divide)),
            ("%=", Some(Operator::Percent)),
            ("=", None),
        ];
        let (sign, operator) = signs.into_iter().find(|(sign, _)| self.looking_at(sign))?;
        self.pos += sign.len();
        Some(operator)
    }

    fn assignment(&mut self, start: usize, target: Expression, operator: Option<Operator>) -> Vec<Operation> {
        self.skip_lines();
        let mut operations = self.nested(Self::statement).unwrap_or_default();
        // `$a = $b = 1`: the inner one is done first.
        let inner = match operations.last() {
            Some(Operation { kind: OperationKind::Assign { target, .. }, .. }) => Some(target.clone()),
            _ => None,
        };
        let value = match inner {
            Some(inner) => inner,
            None => {
                let taken = std::mem::take(&mut operations);
                self.value_of(taken)
            }
        };
        let target = assignable(target);
        let mode = match (&operator, &target.kind) {
            (Some(Operator::Add), _) => AssignMode::Append,
            (_, ExpressionKind::Name(name)) if name.starts_with("env:") => AssignMode::Export,
            _ => AssignMode::Set,
        };
        let value = match operator {
            Some(operator) if operator != Operator::Add => {
                let span = value.span;
                Expression::new(ExpressionKind::Binary(operator, Box::new(target.clone()), Box::new(value)), span)
            }
            _ => value,
        };
        operations.push(Operation::new(OperationKind::Assign { target, value, mode }, self.span_from(start)));
        operations
    }

    /// The value of operations: what they put out.
    pub(super) fn value_of(&self, mut operations: Vec<Operation>) -> Expression {
        let span = match (operations.first(), operations.last()) {
            (Some(first), Some(last)) => first.span.cover(last.span),
            _ => Span::at(self.pos),
        };
        if operations.len() == 1 {
            match operations.pop() {
                Some(Operation { kind: OperationKind::Evaluate(value), .. }) if !runs(&value) => return value,
                other => operations.extend(other),
            }
        }
        Expression::new(ExpressionKind::Capture(operations), span)
    }
}

/// `Set-Alias name value`, by position or by name.
fn alias(words: &[Word], span: Span) -> Option<Operation> {
    let (command, rest) = words.split_first()?;
    if !matches!(command.literal()?.as_str(), "set-alias" | "new-alias" | "sal" | "nal") {
        return None;
    }
    let (mut name, mut value) = (None, None);
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match word.literal().as_deref() {
            Some("-name") => name = rest.next(),
            Some("-value") => value = rest.next(),
            Some("-option" | "-scope" | "-description") => drop(rest.next()),
            Some(flag) if flag.starts_with('-') => {}
            _ if name.is_none() => name = Some(word),
            _ if value.is_none() => value = Some(word),
            _ => {}
        }
    }
    let name = name?.literal()?.to_lowercase();
    let value = word_value(value?.clone());
    Some(Operation::new(OperationKind::Alias { name, value }, span))
}

/// Whether a value is what commands put out.
fn runs(value: &Expression) -> bool {
    matches!(value.kind, ExpressionKind::Command(_) | ExpressionKind::Pipeline(_) | ExpressionKind::Group { .. })
}

/// `[string]$x = …` assigns to `$x`.
fn assignable(target: Expression) -> Expression {
    match target.kind {
        ExpressionKind::Call(call) if call.arguments.len() == 1 => {
            let call = *call;
            match call.arguments.into_iter().next() {
                Some(argument) => assignable(argument.value),
                None => call.callee,
            }
        }
        kind => Expression::new(kind, target.span),
    }
}

fn in_background(expression: &mut Expression) {
    match &mut expression.kind {
        ExpressionKind::Command(command) => command.background = true,
        ExpressionKind::Pipeline(stages) => stages.iter_mut().for_each(in_background),
        _ => {}
    }
}
