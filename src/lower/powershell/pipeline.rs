//! Pipelines and assignments.

use super::super::operation::{
    Argument, AssignMode, Call, Expression, ExpressionKind, Operation, OperationKind, Operator, Word,
};
use super::command::word_value;
use super::expression::full_type;
use super::member::joined;
use super::parser::Parser;
use crate::source::Span;

impl Parser<'_> {
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
                stages.push(constructed(command));
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

    #[allow(clippy::option_option)]
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
        let value = if let Some(inner) = inner {
            inner
        } else {
            let taken = std::mem::take(&mut operations);
            self.value_of(taken)
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

/// `New-Object Type(arguments)` makes an object: it is a call of the type, as `[Type]::new(arguments)` is.
fn constructed(command: Expression) -> Expression {
    let span = command.span;
    let ExpressionKind::Command(inner) = &command.kind else { return command };
    let mut words = inner.words.iter();
    if words.next().and_then(Word::literal).as_deref() != Some("new-object") {
        return command;
    }
    let mut callee = None;
    let mut arguments = Vec::new();
    while let Some(word) = words.next() {
        match word.literal() {
            Some(flag) if flag.starts_with('-') && !word.parts.iter().any(|part| part.quoted) => match flag.as_str() {
                "-strict" | "-argumentlist" | "-args" | "-typename" | "-comobject" => {}
                _ => {
                    if let Some(value) = words.next() {
                        let name = Some(flag.trim_start_matches('-').to_owned());
                        arguments.push(Argument { name, value: word_value(value.clone()) });
                    }
                }
            },
            Some(text) if callee.is_none() => {
                let text = text.trim_matches(['[', ']']);
                callee = Some(Expression::new(ExpressionKind::Name(full_type(text.to_owned())), word.span));
            }
            _ if callee.is_none() => {
                let value = word_value(word.clone());
                callee = Some(match joined(&value) {
                    Some(text) => Expression::new(ExpressionKind::Name(full_type(text)), value.span),
                    None => value,
                });
            }
            _ => {
                let value = word_value(word.clone());
                let values = match value.kind {
                    ExpressionKind::List(values) => values,
                    _ => vec![value],
                };
                arguments.extend(values.into_iter().map(|value| Argument { name: None, value }));
            }
        }
    }
    match callee {
        Some(callee) => Expression::new(ExpressionKind::Call(Box::new(Call { callee, arguments })), span),
        None => command,
    }
}
