use tree_sitter::Node;

use super::Lowered;
use crate::lower::operation::{
    AssignMode, Expression, ExpressionKind, Function, FunctionId, Operation, OperationKind, Parameter,
};
use crate::lower::syntax::Children;

impl<'t> Lowered<'_, 't> {
    /// `function name(parameters) { body }`.
    pub(super) fn function_declaration(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let id = self.function(node, None, Vec::new());
        self.emit(out, OperationKind::Define(id), self.span(node));
    }

    /// Any function, arrow function or method.
    pub(super) fn function(
        &mut self,
        node: Node<'t>,
        class: Option<String>,
        decorators: Vec<Expression>,
    ) -> FunctionId {
        let children = self.children(node);
        let name = children.field("name").map(|name| self.key(name)).and_then(|key| match key.kind {
            ExpressionKind::Text(name) => Some(name),
            _ => None,
        });
        let outer = self.class.take();
        let mut parameters = Vec::new();
        let body = self.body(|this, out| {
            parameters = this.parameters(&children, out);
            match children.field("body") {
                Some(body) if body.kind() == "statement_block" => this.statement(body, out),
                Some(body) => {
                    let value = this.expression(body);
                    let span = value.span;
                    this.emit(out, OperationKind::Return(Some(value)), span);
                }
                None => {}
            }
        });
        self.class = outer;
        let span = self.span(node);
        self.define(Function { name, class, parameters, body, decorators, span })
    }

    fn parameters(&mut self, function: &Children<'t>, out: &mut Vec<Operation>) -> Vec<Parameter> {
        let nodes: Vec<_> = match (function.field("parameters"), function.field("parameter")) {
            (Some(list), _) => self.children(list).named().collect(),
            (None, Some(single)) => vec![single],
            (None, None) => Vec::new(),
        };
        let mut parameters = Vec::new();
        for node in nodes {
            let mut pattern = node;
            let mut default = None;
            let mut member = false;
            match node.kind() {
                "required_parameter" | "optional_parameter" => {
                    let parts = self.children(node);
                    member = parts.kind("accessibility_modifier").is_some() || parts.kind("readonly").is_some();
                    default = parts.field("value").map(|value| self.expression(value));
                    match parts.field("pattern").or_else(|| parts.field("name")) {
                        Some(inner) => pattern = inner,
                        None => continue,
                    }
                }
                "assignment_pattern" => {
                    let parts = self.children(node);
                    default = parts.field("right").map(|value| self.expression(value));
                    match parts.field("left") {
                        Some(inner) => pattern = inner,
                        None => continue,
                    }
                }
                _ => {}
            }
            let mut rest = false;
            if pattern.kind() == "rest_pattern" {
                rest = true;
                match self.children(pattern).named().next() {
                    Some(inner) => pattern = inner,
                    None => continue,
                }
            }
            let span = self.span(pattern);
            match pattern.kind() {
                // TypeScript's `this: T` is no parameter.
                "this" => {}
                "identifier" | "undefined" => {
                    let name = self.identifier(pattern);
                    if member {
                        // `constructor(private name)` stores it too.
                        let this = Box::new(Expression::new(ExpressionKind::Name("this".to_owned()), span));
                        let target = Expression::new(ExpressionKind::Member(this, name.clone()), span);
                        let value = Expression::new(ExpressionKind::Name(name.clone()), span);
                        self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, span);
                    }
                    parameters.push(Parameter { name, default, rest, keywords: false });
                }
                _ => {
                    // Not an identifier: no name of the program can be this one.
                    let name = format!("parameter@{}", span.start);
                    let target = self.target(pattern);
                    let value = Expression::new(ExpressionKind::Name(name.clone()), span);
                    self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, span);
                    parameters.push(Parameter { name, default, rest, keywords: false });
                }
            }
        }
        parameters
    }
}
