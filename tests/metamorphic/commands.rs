//! Every command of a lowered shell text.

use skillscan::lower::operation::{
    Command, Expression, ExpressionKind, Operation, OperationKind, Program, RedirectKind, Word,
};

/// The commands of a text, in no order that matters.
pub fn commands(program: &Program) -> Vec<&Command> {
    let mut walk = Walk { found: Vec::new() };
    walk.operations(&program.body);
    for function in &program.functions {
        walk.operations(&function.body);
    }
    walk.found
}

struct Walk<'p> {
    found: Vec<&'p Command>,
}

impl<'p> Walk<'p> {
    fn operations(&mut self, operations: &'p [Operation]) {
        for operation in operations {
            match &operation.kind {
                OperationKind::Evaluate(value) | OperationKind::Return(Some(value)) => self.expression(value),
                OperationKind::Assign { value, .. } | OperationKind::Alias { value, .. } => self.expression(value),
                OperationKind::Branch { conditions, arms } => {
                    conditions.iter().for_each(|condition| self.expression(condition));
                    arms.iter().for_each(|arm| self.operations(arm));
                }
                OperationKind::Loop { binding, condition, body } => {
                    binding.iter().for_each(|(_, source)| self.expression(source));
                    condition.iter().for_each(|condition| self.expression(condition));
                    self.operations(body);
                }
                _ => {}
            }
        }
    }

    fn word(&mut self, word: &'p Word) {
        word.parts.iter().for_each(|part| self.expression(&part.value));
    }

    fn expression(&mut self, expression: &'p Expression) {
        match &expression.kind {
            ExpressionKind::Command(command) => {
                self.found.push(command);
                command.words.iter().for_each(|word| self.word(word));
                command.assignments.iter().for_each(|(_, word)| self.word(word));
                for redirect in &command.redirects {
                    match &redirect.kind {
                        RedirectKind::Read(word)
                        | RedirectKind::Write(word)
                        | RedirectKind::Append(word)
                        | RedirectKind::HereString(word) => self.word(word),
                        _ => {}
                    }
                }
            }
            ExpressionKind::Pipeline(parts)
            | ExpressionKind::Concat(parts)
            | ExpressionKind::List(parts)
            | ExpressionKind::Choice(parts)
            | ExpressionKind::Other(parts) => parts.iter().for_each(|part| self.expression(part)),
            ExpressionKind::Group { body, .. }
            | ExpressionKind::Capture(body)
            | ExpressionKind::OutputPath(body)
            | ExpressionKind::InputPath(body) => self.operations(body),
            _ => {}
        }
    }
}
