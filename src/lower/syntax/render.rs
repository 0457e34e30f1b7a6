//! A compact way to write programs, for tests.

#![allow(clippy::format_collect, clippy::cast_precision_loss)]

use std::fmt::Write;

use crate::lower::operation::{
    AssignMode, Expression, ExpressionKind, Function, Operation, OperationKind, Operator, Program,
};
use crate::source::Span;

/// The body, then each function.
pub(in crate::lower) fn program(program: &Program) -> String {
    let mut out = body(&program.body);
    for (index, function) in program.functions.iter().enumerate() {
        let _ = write!(out, "{}{}", if out.is_empty() { "" } else { "; " }, define(index, function));
    }
    out
}

fn define(index: usize, function: &Function) -> String {
    let decorators: String =
        function.decorators.iter().map(|decorator| format!("@{} ", expression(decorator))).collect();
    let parameters: Vec<_> = function
        .parameters
        .iter()
        .map(|parameter| {
            let default = parameter.default.as_ref().map(|default| format!("={}", expression(default)));
            format!(
                "{}{}{}",
                if parameter.keywords {
                    "**"
                } else if parameter.rest {
                    "*"
                } else {
                    ""
                },
                parameter.name,
                default.unwrap_or_default()
            )
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
        OperationKind::Outer(names) => format!("outer {}", names.join(", ")),
        OperationKind::Define(id) => format!("def fn{}", id.0),
        OperationKind::Class { name, bases, body: inner } => {
            format!("class {name}({}) {{{}}}", list(bases), body(inner))
        }
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
        ExpressionKind::Boolean(truth) => truth.to_string(),
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
                Operator::Equal => "==",
                Operator::NotEqual => "!=",
                Operator::Less => "<",
                Operator::Greater => ">",
                Operator::In => "in",
                Operator::And => "and",
                Operator::Or => "or",
                Operator::When => "?",
                Operator::BitOr => "|",
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

/// Every span in a program.
pub(in crate::lower) fn spans(program: &Program) -> Vec<Span> {
    // `Debug` shows every field, so that no new kind of node can escape.
    let shown = format!("{program:?}");
    let number = |text: &str| text.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().parse().ok();
    shown
        .split("Span { start: ")
        .skip(1)
        .filter_map(|rest| {
            let (start, rest) = rest.split_once(", end: ")?;
            Some(Span::new(number(start)?, number(rest)?))
        })
        .collect()
}

/// Lowers every file with one of these endings under the folder that `SKILLSCAN_CORPUS` names, and says how it went.
pub(in crate::lower) fn corpus(endings: &[&str], lower: impl Fn(&str, &str) -> Program) {
    let Some(root) = std::env::var_os("SKILLSCAN_CORPUS") else { return };
    let show: usize = std::env::var("SKILLSCAN_SHOW").ok().and_then(|show| show.parse().ok()).unwrap_or(0);
    let (mut files, mut bytes, mut damaged, mut lost, mut truncated, mut calls) = (0, 0, 0, 0, 0, 0);
    let mut elapsed = std::time::Duration::ZERO;
    let mut slowest = (0.0, String::new());
    for entry in walkdir::WalkDir::new(root).sort_by_file_name().into_iter().flatten() {
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        if !endings.contains(&ending) {
            continue;
        }
        let start = std::time::Instant::now();
        let program = lower(&text, ending);
        let took = start.elapsed();
        elapsed += took;
        files += 1;
        bytes += text.len();
        truncated += usize::from(program.truncated);
        calls += format!("{program:?}").matches("Call(Call").count();
        let per_byte = took.as_secs_f64() / text.len().max(1000) as f64;
        if per_byte > slowest.0 {
            slowest = (per_byte, path.display().to_string());
        }
        if !program.damage.is_empty() {
            damaged += 1;
            let bad: usize = program.damage.iter().map(|span| span.len()).sum();
            lost += bad;
            println!("damage {bad:>6} of {:>7} {:?} {}", text.len(), program.damage.first(), path.display());
        }
        for span in spans(&program) {
            assert!(text.get(span.range()).is_some(), "{}", path.display());
        }
        if show > 0 && files % show == 0 {
            println!("=== {}\n{}\n---\n{}", path.display(), text, self::program(&program));
        }
    }
    println!(
        "{files} files, {bytes} bytes, {damaged} damaged ({lost} bytes), {truncated} truncated, {calls} calls, {:.1} MB/s, slowest {slowest:?}",
        bytes as f64 / 1e6 / elapsed.as_secs_f64()
    );
}
