use tree_sitter::Node;

use super::Lowered;
use crate::lower::operation::{Argument, AssignMode, Expression, ExpressionKind, Operation, OperationKind};
use crate::lower::syntax::{self, Children};

impl<'t> Lowered<'_, 't> {
    /// Lowers any node as a statement; an expression is evaluated.
    pub(super) fn statement(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        self.nested(node, |this| this.statement_here(node, out));
        out.append(&mut self.pending);
    }

    fn statement_here(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        match node.kind() {
            "module" | "block" => self.statements(node, out),
            "ERROR" => self.damaged(node, out),
            "expression_statement" => {
                for child in self.children(node).named() {
                    self.expression_statement(child, out);
                }
            }
            "assignment" | "augmented_assignment" => self.expression_statement(node, out),
            "import_statement" | "import_from_statement" | "future_import_statement" => self.import(node, out),
            "print_statement" => self.print(node, out),
            "exec_statement" => self.exec(node, out),
            "return_statement" => {
                let value = self.children(node).named().next();
                let value = value.map(|value| self.expression(value));
                self.emit(out, OperationKind::Return(value), self.span(node));
            }
            "if_statement" => self.branch(node, out),
            "match_statement" => self.matching(node, out),
            "for_statement" | "while_statement" => self.repeat(node, out),
            "try_statement" => self.attempt(node, out),
            "with_statement" => {
                let children = self.children(node);
                if let Some(clause) = children.kind("with_clause") {
                    self.with(clause, out);
                }
                if let Some(body) = children.field("body") {
                    self.statement(body, out);
                }
            }
            "with_clause" => self.with(node, out),
            "function_definition" => self.function(node, Vec::new(), out),
            "class_definition" => self.class(node, out),
            "decorated_definition" => self.decorated(node, out),
            // Clauses are seen here only when damage cut them off from their statement.
            "elif_clause"
            | "else_clause"
            | "except_clause"
            | "except_group_clause"
            | "finally_clause"
            | "case_clause" => {
                for child in self.children(node).named() {
                    self.statement(child, out);
                }
            }
            "delete_statement" | "assert_statement" | "raise_statement" => {
                let mut parts = Vec::new();
                for child in self.children(node).named() {
                    parts.push(self.expression(child));
                }
                let span = self.span(node);
                self.emit(out, OperationKind::Evaluate(Expression::new(ExpressionKind::Other(parts), span)), span);
            }
            "type_alias_statement" => self.annotation(node),
            "global_statement" | "nonlocal_statement" => {
                let names = {
                    let children = self.children(node);
                    children.named().map(|child| self.source(child).to_owned()).collect()
                };
                self.emit(out, OperationKind::Outer(names), self.span(node));
            }
            "pass_statement" | "break_statement" | "continue_statement" => {}
            _ => {
                let value = self.expression(node);
                self.emit(out, OperationKind::Evaluate(value), self.span(node));
            }
        }
    }

    fn statements(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        for child in Self::everything(node) {
            if child.is_named() {
                self.statement(child, out);
            }
        }
    }

    /// Lowers a block, or a single statement, into a body of its own.
    pub(super) fn block(&mut self, node: Option<Node<'t>>) -> Vec<Operation> {
        self.body(|this, out| {
            if let Some(node) = node {
                this.statement(node, out);
            }
        })
    }

    fn expression_statement(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        match node.kind() {
            "assignment" => self.assignment(node, out),
            "augmented_assignment" => self.augmented(node, out),
            _ => {
                let value = self.expression(node);
                self.emit(out, OperationKind::Evaluate(value), self.span(node));
            }
        }
    }

    /// `a = b = value`: the value goes to the first target that can be read back, and from there to the others.
    fn assignment(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let mut targets = Vec::new();
        let mut next = Some(node);
        let mut value = None;
        while let Some(node) = next {
            let children = self.children(node);
            if let Some(annotation) = children.field("type") {
                self.annotation(annotation);
            }
            targets.extend(children.field("left").map(|left| self.target(left)));
            // A field of a class that is only declared is one all the same.
            if self.class.is_some() && children.field("right").is_none() && targets.len() == 1 {
                let span = self.span(node);
                let nothing = self.nothing(node);
                out.append(&mut self.pending);
                syntax::assign_all(targets, nothing, span, out);
                return;
            }
            next = children.field("right").filter(|right| right.kind() == "assignment");
            value = children.field("right");
        }
        let span = self.span(node);
        if let Some(value) = value {
            let value = self.expression(value);
            out.append(&mut self.pending);
            syntax::assign_all(targets, value, span, out);
        }
    }

    fn augmented(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let (Some(left), Some(right)) = (children.field("left"), children.field("right")) else { return };
        let operator = children.all().map(|child| self.source(child)).find(|source| source.ends_with('='));
        let span = self.span(node);
        let target = self.target(left);
        let value = self.expression(right);
        if operator == Some("+=") {
            self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Append }, span);
        } else {
            let operator = super::expression::operator_of(operator.unwrap_or_default().trim_end_matches('='));
            let old = Box::new(target.clone());
            let value = Expression::new(ExpressionKind::Binary(operator, old, Box::new(value)), span);
            self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, span);
        }
    }

    /// What is assigned to.
    pub(super) fn target(&mut self, node: Node<'t>) -> Expression {
        match node.kind() {
            "as_pattern_target" | "parenthesized_expression" => {
                let inner = self.children(node).named().next();
                self.maybe(inner, node)
            }
            _ => self.expression(node),
        }
    }

    /// Annotations are evaluated, but their value says nothing; only what they call is kept.
    pub(super) fn annotation(&mut self, node: Node<'t>) {
        let calls = self.calls;
        let value = self.expression(node);
        self.keep(calls, value);
    }

    fn import(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let span = self.span(node);
        let from = match node.kind() {
            "future_import_statement" => Some("__future__".to_owned()),
            _ => children.field("module_name").map(|module| self.dotted(module)),
        };
        for item in children.fields("name") {
            let inner = self.children(item);
            let (name, alias) = match item.kind() {
                "aliased_import" => (
                    inner.field("name").map(|name| self.dotted(name)).unwrap_or_default(),
                    inner.field("alias").map(|alias| self.identifier(alias)),
                ),
                _ => (self.dotted(item), None),
            };
            let kind = match (&from, alias) {
                (Some(module), alias) => OperationKind::Import {
                    module: module.clone(),
                    alias: alias.unwrap_or_else(|| name.clone()),
                    name: Some(name),
                },
                (None, Some(alias)) => OperationKind::Import { module: name, name: None, alias },
                (None, None) => {
                    let top = name.split('.').next().unwrap_or_default().to_owned();
                    if top != name {
                        let kind = OperationKind::Import { module: name, name: None, alias: String::new() };
                        self.emit(out, kind, span);
                    }
                    OperationKind::Import { module: top.clone(), name: None, alias: top }
                }
            };
            self.emit(out, kind, span);
        }
        if children.kind("wildcard_import").is_some() {
            let module = from.unwrap_or_default();
            let kind = OperationKind::Import { module, name: Some("*".to_owned()), alias: "*".to_owned() };
            self.emit(out, kind, span);
        }
    }

    /// A dotted name as one text: white space and line continuations may stand around its dots.
    fn dotted(&mut self, node: Node<'t>) -> String {
        let source = self.source(node).replace(|character: char| character.is_whitespace() || character == '\\', "");
        self.cut(super::literal::identifier(&source))
    }

    fn print(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let mut arguments = Vec::new();
        for child in children.named() {
            if child.kind() == "chevron" {
                let file = self.children(child).named().next();
                let value = file.map(|file| self.expression(file));
                arguments.extend(value.map(|value| Argument { name: Some("file".to_owned()), value }));
            } else {
                arguments.push(Argument { name: None, value: self.expression(child) });
            }
        }
        self.call_statement("print", node, arguments, out);
    }

    /// `exec code in globals, locals`.
    fn exec(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let mut arguments = Vec::new();
        for child in self.children(node).named() {
            arguments.push(Argument { name: None, value: self.expression(child) });
        }
        self.call_statement("exec", node, arguments, out);
    }

    fn call_statement(&mut self, name: &str, node: Node<'t>, arguments: Vec<Argument>, out: &mut Vec<Operation>) {
        let span = self.span(node);
        let callee = Expression::new(
            ExpressionKind::Name(name.to_owned()),
            self.bytes(node.start_byte(), node.start_byte() + name.len()),
        );
        let call = self.call(callee, arguments);
        self.emit(out, OperationKind::Evaluate(Expression::new(call, span)), span);
    }

    fn branch(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let mut conditions = Vec::new();
        let mut arms = Vec::new();
        let mut complete = false;
        conditions.extend(children.field("condition").map(|condition| self.expression(condition)));
        let bodies: Vec<_> = children.fields("alternative").collect();
        let alternatives: Vec<_> = bodies.into_iter().map(|clause| (clause.kind(), self.children(clause))).collect();
        for (_, clause) in &alternatives {
            conditions.extend(clause.field("condition").map(|condition| self.expression(condition)));
        }
        out.append(&mut self.pending);
        arms.push(self.block(children.field("consequence")));
        for (kind, clause) in alternatives {
            complete |= kind == "else_clause";
            arms.push(self.block(clause.field("consequence").or_else(|| clause.field("body"))));
        }
        if !complete {
            arms.push(Vec::new());
        }
        self.emit(out, OperationKind::Branch { conditions, arms }, self.span(node));
    }

    fn repeat(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let binding = match (children.field("left"), children.field("right")) {
            (Some(left), Some(right)) => Some((self.target(left), self.expression(right))),
            _ => None,
        };
        let condition = children.field("condition").map(|condition| self.expression(condition));
        out.append(&mut self.pending);
        let body = self.block(children.field("body"));
        self.emit(out, OperationKind::Loop { binding, condition, body }, self.span(node));
        if let Some(alternative) = children.field("alternative") {
            self.statement(alternative, out);
        }
    }

    fn attempt(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        if let Some(body) = children.field("body") {
            self.statement(body, out);
        }
        let mut arms = Vec::new();
        let mut end = None;
        for clause in children.named() {
            match clause.kind() {
                "except_clause" | "except_group_clause" => arms.push(self.handler(clause)),
                "else_clause" => arms.push(self.block(Some(clause))),
                "finally_clause" => end = Some(clause),
                _ => {}
            }
        }
        if !arms.is_empty() {
            // No exception, no handler.
            arms.push(Vec::new());
            self.emit(out, OperationKind::Branch { conditions: Vec::new(), arms }, self.span(node));
        }
        if let Some(end) = end {
            self.statement(end, out);
        }
    }

    /// `except E as e:` binds `e` to something that nothing is known about.
    fn handler(&mut self, clause: Node<'t>) -> Vec<Operation> {
        self.body(|this, out| {
            let children = this.children(clause);
            for child in children.named() {
                match child.kind() {
                    "block" => this.statement(child, out),
                    "as_pattern" => {
                        let inner = this.children(child);
                        if let Some(alias) = inner.field("alias") {
                            let target = this.target(alias);
                            let value = this.nothing(child);
                            let kind = OperationKind::Assign { target, value, mode: AssignMode::Set };
                            this.emit(out, kind, this.span(child));
                        }
                    }
                    _ => this.annotation(child),
                }
            }
        })
    }

    fn with(&mut self, clause: Node<'t>, out: &mut Vec<Operation>) {
        for item in self.children(clause).named() {
            let value = self.children(item).named().next();
            let Some(mut value) = value else { continue };
            // `with (open(a) as f):` with a single item may be read as a parenthesised expression.
            while value.kind() == "parenthesized_expression" {
                match self.children(value).named().next() {
                    Some(inner) => value = inner,
                    None => break,
                }
            }
            let values = if value.kind() == "tuple" { self.children(value).named().collect() } else { vec![value] };
            for value in values {
                let span = self.span(value);
                let context = self.expression(value);
                // `as` inside has become an assignment that is still to come; then nothing is left to evaluate.
                if value.kind() == "as_pattern" {
                    out.append(&mut self.pending);
                } else {
                    self.emit(out, OperationKind::Evaluate(context), span);
                }
            }
        }
    }

    fn matching(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let span = self.span(node);
        let mut subjects = Vec::new();
        for subject in children.fields("subject") {
            subjects.push(self.expression(subject));
        }
        let subject = match subjects.pop() {
            Some(only) if subjects.is_empty() => only,
            Some(last) => {
                subjects.push(last);
                Expression::new(ExpressionKind::List(subjects), span)
            }
            None => self.nothing(node),
        };
        out.append(&mut self.pending);
        let name = syntax::named(subject, out);
        let clauses: Children<'t> = match children.field("body") {
            Some(body) => self.children(body),
            None => return,
        };
        let mut conditions = vec![name.clone()];
        let mut arms = Vec::new();
        for clause in clauses.named() {
            if clause.kind() != "case_clause" {
                self.statement(clause, out);
                continue;
            }
            let parts = self.children(clause);
            let mut captures = Vec::new();
            for pattern in parts.named().filter(|part| part.kind() == "case_pattern") {
                self.captures(pattern, &mut captures);
            }
            if let Some(guard) = parts.field("guard")
                && let Some(condition) = self.children(guard).named().next()
            {
                conditions.push(self.expression(condition));
            }
            out.append(&mut self.pending);
            arms.push(self.body(|this, out| {
                for capture in captures {
                    let span = this.span(capture);
                    let target = Expression::new(ExpressionKind::Name(this.identifier(capture)), span);
                    let kind = OperationKind::Assign { target, value: name.clone(), mode: AssignMode::Set };
                    this.emit(out, kind, span);
                }
                if let Some(consequence) = parts.field("consequence") {
                    this.statement(consequence, out);
                }
            }));
        }
        arms.push(Vec::new());
        self.emit(out, OperationKind::Branch { conditions, arms }, span);
    }

    /// The names that a pattern binds.
    fn captures(&mut self, pattern: Node<'t>, names: &mut Vec<Node<'t>>) {
        let mut stack = vec![pattern];
        while let Some(node) = stack.pop() {
            let children: Vec<_> = self.children(node).named().collect();
            let pattern = matches!(node.kind(), "case_pattern" | "keyword_pattern");
            let class = node.kind() == "class_pattern";
            for (index, child) in children.into_iter().enumerate() {
                match child.kind() {
                    // `_` binds nothing; a dotted name and the name of a class are values that are compared.
                    "dotted_name" if pattern && !self.source(child).contains('.') && self.source(child) != "_" => {
                        names.push(child);
                    }
                    "dotted_name" => {}
                    "identifier" if node.kind() == "keyword_pattern" && index == 0 => {}
                    "identifier" if !class => names.push(child),
                    _ => stack.push(child),
                }
            }
        }
    }
}
