//! Writes a lowered program in a compact notation, for tests and for people who debug models.
//!
//! Words: unquoted text stands bare, quoted text in `'…'`. Expressions: constant text stands in `"…"`.

use std::fmt::Write;

use super::operation::{
    AssignMode, Command, Expansion, ExpansionOperator, Expression, ExpressionKind, FunctionId, Operation,
    OperationKind, Program, Redirect, RedirectKind, ReplaceWhich, Word,
};

/// The program's body, functions in place of their definitions, operations separated by `; `.
#[must_use]
pub fn render(program: &Program) -> String {
    let mut out = Renderer { program, text: String::new() };
    out.operations(&program.body);
    out.text
}

struct Renderer<'p> {
    program: &'p Program,
    text: String,
}

impl Renderer<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn debug(&mut self, value: impl std::fmt::Debug) {
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{value:?}");
    }

    fn operations(&mut self, operations: &[Operation]) {
        for (at, operation) in operations.iter().enumerate() {
            if at > 0 {
                self.put("; ");
            }
            self.operation(operation);
        }
    }

    fn operation(&mut self, operation: &Operation) {
        match &operation.kind {
            OperationKind::Evaluate(expression) => self.expression(expression),
            OperationKind::Assign { target, value, mode } => {
                self.expression(target);
                self.put(match mode {
                    AssignMode::Set => " := ",
                    AssignMode::Append => " += ",
                    AssignMode::Export => " :=export ",
                    AssignMode::Reference => " :=ref ",
                });
                self.expression(value);
            }
            OperationKind::Branch { conditions, arms } => {
                self.put("branch(");
                self.separated(conditions);
                self.put(")");
                for arm in arms {
                    self.block(arm);
                }
            }
            OperationKind::Loop { binding, condition, body } => {
                self.put("loop(");
                if let Some((target, source)) = binding {
                    self.expression(target);
                    self.put(" in ");
                    self.expression(source);
                }
                if let Some(condition) = condition {
                    self.expression(condition);
                }
                self.put(")");
                self.block(body);
            }
            OperationKind::Return(value) => {
                self.put("return");
                if let Some(value) = value {
                    self.put(" ");
                    self.expression(value);
                }
            }
            OperationKind::Outer(names) => {
                self.put("outer(");
                self.put(&names.join(" "));
                self.put(")");
            }
            OperationKind::Define(id) => self.function(*id),
            OperationKind::Class { name, bases, body } => {
                self.put("class ");
                self.put(name);
                self.put("(");
                self.separated(bases);
                self.put(")");
                self.block(body);
            }
            OperationKind::Import { module, name, alias } => {
                self.put("import ");
                self.put(module);
                if let Some(name) = name {
                    self.put("#");
                    self.put(name);
                }
                self.put(" as ");
                self.put(alias);
            }
            OperationKind::Alias { name, value } => {
                self.put("alias ");
                self.put(name);
                self.put(" = ");
                self.expression(value);
            }
        }
    }

    fn block(&mut self, operations: &[Operation]) {
        self.put("{");
        self.operations(operations);
        self.put("}");
    }

    fn function(&mut self, id: FunctionId) {
        let program = self.program;
        let Some(function) = program.functions.get(id.0 as usize) else {
            return self.put("def ?");
        };
        self.put("def ");
        self.put(function.name.as_deref().unwrap_or_default());
        self.put("(");
        for (at, parameter) in function.parameters.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.put(match (parameter.rest, parameter.keywords) {
                (true, _) => "*",
                (_, true) => "**",
                _ => "",
            });
            self.put(&parameter.name);
            if let Some(default) = &parameter.default {
                self.put("=");
                self.expression(default);
            }
        }
        self.put(")");
        self.block(&function.body);
    }

    fn separated(&mut self, expressions: &[Expression]) {
        for (at, expression) in expressions.iter().enumerate() {
            self.put(if at > 0 { ", " } else { "" });
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Text(text) => self.debug(text),
            ExpressionKind::Bytes(bytes) => {
                self.put("b");
                self.debug(String::from_utf8_lossy(bytes));
            }
            ExpressionKind::Integer(value) => self.debug(value),
            ExpressionKind::Boolean(value) => self.debug(value),
            ExpressionKind::Constant => self.put("const"),
            ExpressionKind::Name(name) => self.put(name),
            ExpressionKind::Member(object, name) => {
                self.expression(object);
                self.put(".");
                self.put(name);
            }
            ExpressionKind::Index(object, index) => {
                self.expression(object);
                self.put("[");
                self.expression(index);
                self.put("]");
            }
            ExpressionKind::Slice(object, bounds) => {
                self.expression(object);
                self.put("[");
                for (at, bound) in bounds.iter().enumerate() {
                    self.put(if at > 0 { ":" } else { "" });
                    if let Some(bound) = bound {
                        self.expression(bound);
                    }
                }
                self.put("]");
            }
            ExpressionKind::Concat(parts) => {
                self.put("<");
                self.separated(parts);
                self.put(">");
            }
            ExpressionKind::Binary(operator, left, right) => {
                self.put("(");
                self.expression(left);
                self.put(" ");
                self.debug(operator);
                self.put(" ");
                self.expression(right);
                self.put(")");
            }
            ExpressionKind::Choice(values) => self.listed("choice(", values, ")"),
            ExpressionKind::List(values) => self.listed("[", values, "]"),
            ExpressionKind::Other(values) => self.listed("other(", values, ")"),
            ExpressionKind::Map(entries) => {
                self.put("{");
                for (at, (key, value)) in entries.iter().enumerate() {
                    self.put(if at > 0 { ", " } else { "" });
                    if let Some(key) = key {
                        self.expression(key);
                        self.put(": ");
                    }
                    self.expression(value);
                }
                self.put("}");
            }
            ExpressionKind::Comprehension { element, bindings } => {
                self.put("each(");
                self.expression(element);
                for (target, source) in bindings {
                    self.put(" for ");
                    self.expression(target);
                    self.put(" in ");
                    self.expression(source);
                }
                self.put(")");
            }
            ExpressionKind::Call(call) => {
                self.expression(&call.callee);
                self.put("(");
                for (at, argument) in call.arguments.iter().enumerate() {
                    self.put(if at > 0 { ", " } else { "" });
                    if let Some(name) = &argument.name {
                        self.put(name);
                        self.put("=");
                    }
                    self.expression(&argument.value);
                }
                self.put(")");
            }
            ExpressionKind::Command(command) => self.command(command),
            ExpressionKind::Pipeline(stages) => {
                for (at, stage) in stages.iter().enumerate() {
                    self.put(if at > 0 { " | " } else { "" });
                    self.expression(stage);
                }
            }
            ExpressionKind::Group { body, redirects } => {
                self.put("group");
                self.block(body);
                for redirect in redirects {
                    self.redirect(redirect);
                }
            }
            ExpressionKind::Capture(body) => self.enclosed("$(", body),
            ExpressionKind::OutputPath(body) => self.enclosed("<(", body),
            ExpressionKind::InputPath(body) => self.enclosed(">(", body),
            ExpressionKind::Expand(expansion) => self.expansion(expansion),
            ExpressionKind::Function(id) => self.function(*id),
            ExpressionKind::Spread(value) => {
                self.put("*");
                self.expression(value);
            }
        }
    }

    fn listed(&mut self, open: &str, values: &[Expression], close: &str) {
        self.put(open);
        self.separated(values);
        self.put(close);
    }

    fn enclosed(&mut self, open: &str, body: &[Operation]) {
        self.put(open);
        self.operations(body);
        self.put(")");
    }

    fn command(&mut self, command: &Command) {
        self.put("[");
        let mut first = true;
        for (name, value) in &command.assignments {
            self.put(if first { "" } else { " " });
            self.put(name);
            self.put("=");
            self.word(value);
            first = false;
        }
        for word in &command.words {
            self.put(if first { "" } else { " " });
            self.word(word);
            first = false;
        }
        for redirect in &command.redirects {
            self.put(if first { "" } else { " " });
            self.redirect(redirect);
            first = false;
        }
        self.put(if command.background { " &]" } else { "]" });
    }

    fn word(&mut self, word: &Word) {
        for part in &word.parts {
            match &part.value.kind {
                ExpressionKind::Text(text) if part.quoted => {
                    self.put("'");
                    self.put(text);
                    self.put("'");
                }
                ExpressionKind::Text(text) => self.put(text),
                _ if part.quoted => {
                    self.put("\"");
                    self.expression(&part.value);
                    self.put("\"");
                }
                _ => self.expression(&part.value),
            }
        }
    }

    fn redirect(&mut self, redirect: &Redirect) {
        if let Some(descriptor) = redirect.descriptor {
            self.debug(descriptor);
        }
        let (operator, word) = match &redirect.kind {
            RedirectKind::Read(word) => ("<", word),
            RedirectKind::Write(word) => (">", word),
            RedirectKind::Append(word) => (">>", word),
            RedirectKind::ReadWrite(word) => ("<>", word),
            RedirectKind::WriteAll(word) => ("&>", word),
            RedirectKind::HereString(word) => ("<<<", word),
            RedirectKind::Duplicate(word) => (">&", word),
            RedirectKind::Heredoc { body, .. } => {
                self.put("<<");
                return self.expression(body);
            }
        };
        self.put(operator);
        self.word(word);
    }

    fn expansion(&mut self, expansion: &Expansion) {
        self.put("${");
        self.put(if expansion.length { "#" } else { "" });
        self.put(if expansion.indirect { "!" } else { "" });
        self.put(&expansion.name);
        if let Some(index) = &expansion.index {
            self.put("[");
            self.expression(index);
            self.put("]");
        }
        match &expansion.operator {
            ExpansionOperator::None => {}
            ExpansionOperator::Default(word) => self.operand(":-", word),
            ExpansionOperator::AssignDefault(word) => self.operand(":=", word),
            ExpansionOperator::Alternative(word) => self.operand(":+", word),
            ExpansionOperator::Required(word) => self.operand(":?", word),
            ExpansionOperator::Substring(offset, length) => {
                self.operand(":", offset);
                if let Some(length) = length {
                    self.operand(":", length);
                }
            }
            ExpansionOperator::CutPrefix(pattern, longest) => self.operand(if *longest { "##" } else { "#" }, pattern),
            ExpansionOperator::CutSuffix(pattern, longest) => self.operand(if *longest { "%%" } else { "%" }, pattern),
            ExpansionOperator::Replace { pattern, with, which } => {
                let operator = match which {
                    ReplaceWhich::First => "/",
                    ReplaceWhich::All => "//",
                    ReplaceWhich::Prefix => "/#",
                    ReplaceWhich::Suffix => "/%",
                };
                self.operand(operator, pattern);
                if let Some(with) = with {
                    self.operand("/", with);
                }
            }
            ExpansionOperator::Upper(all) => self.put(if *all { "^^" } else { "^" }),
            ExpansionOperator::Lower(all) => self.put(if *all { ",," } else { "," }),
            ExpansionOperator::Transform(letter) => {
                self.put("@");
                self.text.push(*letter);
            }
        }
        self.put("}");
    }

    fn operand(&mut self, operator: &str, operand: &Expression) {
        self.put(operator);
        self.expression(operand);
    }
}
