use tree_sitter::Node;

use super::Lowered;
use crate::lower::operation::{AssignMode, Expression, ExpressionKind, Operation, OperationKind};
use crate::lower::syntax;

impl<'t> Lowered<'_, 't> {
    /// Lowers any node as a statement; an expression is evaluated.
    pub(super) fn statement(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        self.nested(node, |this| this.statement_here(node, out));
        out.append(&mut self.pending);
    }

    fn statement_here(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        match node.kind() {
            "program" | "statement_block" | "class_static_block" | "switch_body" => self.statements(node, out),
            "ERROR" => self.damaged(node, out),
            "expression_statement" => {
                for child in self.children(node).named() {
                    match child.kind() {
                        // A namespace, to the grammar.
                        "internal_module" => self.statement(child, out),
                        _ => self.expression_statement(child, out),
                    }
                }
            }
            "variable_declaration" | "lexical_declaration" | "using_declaration" => {
                for child in self.children(node).named() {
                    if child.kind() == "variable_declarator" {
                        self.declarator(child, out);
                    }
                }
            }
            "variable_declarator" => self.declarator(node, out),
            "function_declaration" | "generator_function_declaration" => self.function_declaration(node, out),
            "method_definition" | "field_definition" | "public_field_definition" => {
                self.member(node, Vec::new(), out);
            }
            "class_declaration" | "abstract_class_declaration" => {
                self.class_operation(node, out);
            }
            "class_body" => self.members(node, out),
            "import_statement" | "import_alias" => self.import(node, out),
            "export_statement" => self.export(node, out),
            "if_statement" => self.branch(node, out),
            "switch_statement" => self.switch(node, out),
            "for_statement" | "while_statement" | "do_statement" => self.repeat(node, out),
            "for_in_statement" => self.for_each(node, out),
            "try_statement" => self.attempt(node, out),
            "return_statement" => {
                let value = self.children(node).named().next();
                let value = value.map(|value| self.expression(value));
                self.emit(out, OperationKind::Return(value), self.span(node));
            }
            "enum_declaration" => self.enumeration(node, out),
            "internal_module" | "module" => {
                if let Some(body) = self.children(node).field("body") {
                    self.statement(body, out);
                }
            }
            "else_clause"
            | "finally_clause"
            | "switch_case"
            | "switch_default"
            | "labeled_statement"
            | "ambient_declaration"
            | "with_statement" => {
                for child in self.children(node).named() {
                    self.statement(child, out);
                }
            }
            "catch_clause" => out.extend(self.handler(node)),
            kind if super::expression::is_inert(kind) => {}
            _ => self.expression_statement(node, out),
        }
    }

    /// Lowers the statements of a block: imports first, then functions, as the language hoists them.
    fn statements(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let mut children = Self::everything(node);
        children.retain(Node::is_named);
        children.sort_by_key(|&child| match child.kind() {
            "import_statement" => 0,
            "function_declaration" | "generator_function_declaration" => 1,
            "export_statement" if exports_function(child) => 1,
            _ => 2,
        });
        for child in children {
            self.statement(child, out);
        }
    }

    /// Lowers a statement into a body of its own.
    pub(super) fn block(&mut self, node: Option<Node<'t>>) -> Vec<Operation> {
        self.body(|this, out| {
            if let Some(node) = node {
                this.statement(node, out);
            }
        })
    }

    fn expression_statement(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let value = self.expression(node);
        // An assignment has become an operation that is still to come; then nothing is left to evaluate.
        if matches!(node.kind(), "assignment_expression" | "augmented_assignment_expression") {
            out.append(&mut self.pending);
        } else {
            self.emit(out, OperationKind::Evaluate(value), self.span(node));
        }
    }

    fn declarator(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let (Some(name), Some(value)) = (children.field("name"), children.field("value")) else { return };
        let value = self.expression(value);
        let target = self.target(name);
        self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, self.span(node));
    }

    /// `if … else if … else …`, however long.
    fn branch(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let mut conditions = Vec::new();
        let mut bodies = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next {
            let children = self.children(node);
            conditions.extend(children.field("condition").map(|condition| self.expression(condition)));
            bodies.push(children.field("consequence"));
            let alternative = match children.field("alternative") {
                Some(clause) if clause.kind() == "else_clause" => self.children(clause).named().next(),
                other => other,
            };
            next = alternative.filter(|alternative| alternative.kind() == "if_statement");
            if next.is_none() {
                // Without `else`, one of the arms is empty.
                bodies.push(alternative);
            }
        }
        out.append(&mut self.pending);
        let arms = bodies.into_iter().map(|body| self.block(body)).collect();
        self.emit(out, OperationKind::Branch { conditions, arms }, self.span(node));
    }

    fn switch(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let mut conditions = Vec::new();
        conditions.extend(children.field("value").map(|value| self.expression(value)));
        let cases: Vec<_> = match children.field("body") {
            Some(body) => self.children(body).named().collect(),
            None => Vec::new(),
        };
        let mut complete = false;
        let mut bodies = Vec::new();
        for case in cases {
            let parts = self.children(case);
            complete |= case.kind() == "switch_default";
            conditions.extend(parts.field("value").map(|value| self.expression(value)));
            let body: Vec<_> = parts.fields("body").collect();
            if !body.is_empty() {
                bodies.push(body);
            }
        }
        out.append(&mut self.pending);
        let mut arms = Vec::new();
        for statements in bodies {
            arms.push(self.body(|this, out| {
                for statement in statements {
                    this.statement(statement, out);
                }
            }));
        }
        if !complete {
            arms.push(Vec::new());
        }
        self.emit(out, OperationKind::Branch { conditions, arms }, self.span(node));
    }

    fn repeat(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        if let Some(initializer) = children.field("initializer") {
            self.statement(initializer, out);
        }
        let condition = children.field("condition").filter(|condition| condition.kind() != "empty_statement");
        let condition = condition.map(|condition| match condition.kind() {
            // The older grammar of TypeScript has a statement here.
            "expression_statement" => {
                let inner = self.children(condition).named().next();
                self.maybe(inner, condition)
            }
            _ => self.expression(condition),
        });
        out.append(&mut self.pending);
        let body = self.body(|this, out| {
            for part in [children.field("body"), children.field("increment")].into_iter().flatten() {
                this.statement(part, out);
            }
        });
        self.emit(out, OperationKind::Loop { binding: None, condition, body }, self.span(node));
    }

    fn for_each(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let source = self.maybe(children.field("right"), node);
        let target = match children.field("left") {
            Some(left) => self.target(left),
            None => self.nothing(node),
        };
        out.append(&mut self.pending);
        let body = self.block(children.field("body"));
        self.emit(out, OperationKind::Loop { binding: Some((target, source)), condition: None, body }, self.span(node));
    }

    fn attempt(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        if let Some(body) = children.field("body") {
            self.statement(body, out);
        }
        if let Some(handler) = children.field("handler") {
            let arms = vec![self.handler(handler), Vec::new()];
            self.emit(out, OperationKind::Branch { conditions: Vec::new(), arms }, self.span(handler));
        }
        if let Some(end) = children.field("finalizer") {
            self.statement(end, out);
        }
    }

    /// `catch (e)` binds `e` to something that nothing is known about.
    fn handler(&mut self, clause: Node<'t>) -> Vec<Operation> {
        self.body(|this, out| {
            let children = this.children(clause);
            if let Some(parameter) = children.field("parameter") {
                let target = this.target(parameter);
                let value = this.nothing(parameter);
                this.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, this.span(parameter));
            }
            if let Some(body) = children.field("body") {
                this.statement(body, out);
            }
        })
    }

    /// `enum E { a = 1 }` is an object.
    fn enumeration(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let mut entries = Vec::new();
        let members: Vec<_> = match children.field("body") {
            Some(body) => self.children(body).named().collect(),
            None => Vec::new(),
        };
        for member in members {
            if member.kind() == "enum_assignment" {
                let parts = self.children(member);
                let key = parts.field("name").map(|name| self.key(name));
                let value = self.maybe(parts.field("value"), member);
                entries.push((key, value));
            } else {
                let key = self.key(member);
                let value = Expression::new(ExpressionKind::Constant, self.span(member));
                entries.push((Some(key), value));
            }
        }
        let span = self.span(node);
        let target = self.maybe(children.field("name"), node);
        let value = Expression::new(ExpressionKind::Map(entries), span);
        out.append(&mut self.pending);
        syntax::assign_all(vec![target], value, span, out);
    }
}

fn exports_function(node: Node<'_>) -> bool {
    let declaration = node.child_by_field_name("declaration");
    declaration.is_some_and(|node| matches!(node.kind(), "function_declaration" | "generator_function_declaration"))
}
