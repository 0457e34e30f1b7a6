//! A compact way to write programs, for tests.

use std::fmt::Write;

use crate::lower::operation::{
    AssignMode, Expression, ExpressionKind, Function, Operation, OperationKind, Operator, Program,
};

/// The body, then each function.
pub(in crate::lower) fn program(program: &Program) -> String {
    let mut out = body(&program.body);
    for (index, function) in program.functions.iter().enumerate() {
        let _ = write!(out, "{}{}", if out.is_empty() { "" } else { "; " }, define(index, function));
    }
    out
}

fn define(index: usize, function: &Function) -> String {
    let decorators: String = function.decorators.iter().map(|decorator| format!("@{} ", expression(decorator))).collect();
    let parameters: Vec<_> = function
        .parameters
        .iter()
        .map(|parameter| {
            let default = parameter.default.as_ref().map(|default| format!("={}", expression(default)));
            format!("{}{}{}", if parameter.rest { "*" } else { "" }, parameter.name, default.unwrap_or_default())
        })
        .collect();
    let class = function.class.as_ref().map(|class| format!("{class}.")).unwrap_or_default();
    let name = function.name.as_deref().unwrap_or("\\");
    format!("{decorators}fn{index} {class}{name}({}) {{{}}}", parameters.join(", "), body(&function.body))
}

fn body(operations: &[Operation]) -> String {
    operations.iter().map(operation).collect::<Vec<_>>().join("; ")
}

fn operation(operation: &Operation) -> String {
    match &operation.kind {
        OperationKind::Evaluate(value) => expression(value),
        OperationKind::Assign { target, value, mode } => {
            let mode = match mode {
                AssignMode::Set => "=",
                AssignMode::Append => "+=",
                AssignMode::Export => "=>",
                AssignMode::Reference => "=&",
            };
            format!("{} {mode} {}", expression(target), expression(value))
        }
        OperationKind::Branch { conditions, arms } => {
            let arms: Vec<_> = arms.iter().map(|arm| format!("{{{}}}", body(arm))).collect();
            format!("branch({}) {}", list(conditions), arms.join(" "))
        }
        OperationKind::Loop { binding, condition, body: inner } => {
            let binding =
                binding.as_ref().map(|(target, source)| format!("{} in {}", expression(target), expression(source)));
            let condition = condition.as_ref().map(expression);
            format!("loop({}) {{{}}}", binding.or(condition).unwrap_or_default(), body(inner))
        }
        OperationKind::Return(value) => format!("return {}", value.as_ref().map(expression).unwrap_or_default()),
        OperationKind::Define(id) => format!("def fn{}", id.0),
        OperationKind::Class { name, bases, body: inner } => format!("class {name}({}) {{{}}}", list(bases), body(inner)),
        OperationKind::Import { module, name, alias } => match name {
            Some(name) => format!("import {module}:{name} as {alias}"),
            None => format!("import {module} as {alias}"),
        },
        OperationKind::Alias { name, value } => format!("alias {name}={}", expression(value)),
    }
}

fn list(expressions: &[Expression]) -> String {
    expressions.iter().map(expression).collect::<Vec<_>>().join(", ")
}

fn expression(value: &Expression) -> String {
    match &value.kind {
        ExpressionKind::Text(text) => format!("{text:?}"),
        ExpressionKind::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
        ExpressionKind::Integer(number) => number.to_string(),
        ExpressionKind::Constant => "#".to_owned(),
        ExpressionKind::Name(name) => name.clone(),
        ExpressionKind::Member(object, name) => format!("{}.{name}", expression(object)),
        ExpressionKind::Index(object, index) => format!("{}[{}]", expression(object), expression(index)),
        ExpressionKind::Slice(object, bounds) => {
            let bounds: Vec<_> =
                bounds.iter().map(|bound| bound.as_deref().map(expression).unwrap_or_default()).collect();
            format!("{}[{}]", expression(object), bounds.join(":"))
        }
        ExpressionKind::Concat(parts) => format!("cat({})", list(parts)),
        ExpressionKind::Binary(operator, left, right) => {
            let operator = match operator {
                Operator::Add => "+",
                Operator::Percent => "%",
                Operator::Multiply => "*",
                Operator::Subtract => "-",
                Operator::Xor => "^",
                Operator::Divide => "/",
                _ => "~",
            };
            format!("({} {operator} {})", expression(left), expression(right))
        }
        ExpressionKind::Choice(choices) => {
            format!("({})", choices.iter().map(expression).collect::<Vec<_>>().join(" | "))
        }
        ExpressionKind::List(items) => format!("[{}]", list(items)),
        ExpressionKind::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| match key {
                    Some(key) => format!("{}: {}", expression(key), expression(value)),
                    None => format!("..{}", expression(value)),
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        ExpressionKind::Comprehension { element, bindings } => {
            let bindings: String = bindings
                .iter()
                .map(|(target, source)| format!(" for {} in {}", expression(target), expression(source)))
                .collect();
            format!("[{}{bindings}]", expression(element))
        }
        ExpressionKind::Call(call) => {
            let arguments: Vec<_> = call
                .arguments
                .iter()
                .map(|argument| {
                    let name = argument.name.as_ref().map(|name| format!("{name}=")).unwrap_or_default();
                    format!("{name}{}", expression(&argument.value))
                })
                .collect();
            format!("{}({})", expression(&call.callee), arguments.join(", "))
        }
        ExpressionKind::Function(id) => format!("fn{}", id.0),
        ExpressionKind::Spread(inner) => format!("*{}", expression(inner)),
        ExpressionKind::Other(parts) => format!("?({})", list(parts)),
        _ => "<shell>".to_owned(),
    }
}
