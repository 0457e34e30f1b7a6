use tree_sitter::Node;

use super::Lowered;
use crate::lower::operation::{Argument, AssignMode, Expression, ExpressionKind, Operation, OperationKind};

impl<'t> Lowered<'_, 't> {
    /// A class, as a declaration or a value. Gives the name by which it can be read.
    pub(super) fn class_operation(&mut self, node: Node<'t>, out: &mut Vec<Operation>) -> Expression {
        let children = self.children(node);
        let span = self.span(node);
        let name = match children.field("name") {
            Some(name) => self.identifier(name),
            // Not an identifier: no name of the program can be this one.
            None => format!("class@{}", span.start),
        };
        let mut bases = Vec::new();
        if let Some(heritage) = children.kind("class_heritage") {
            for part in self.children(heritage).named() {
                match part.kind() {
                    "extends_clause" => {
                        for value in self.children(part).fields("value") {
                            bases.push(self.expression(value));
                        }
                    }
                    "implements_clause" => {}
                    _ => bases.push(self.expression(part)),
                }
            }
        }
        let mut decorators = Vec::new();
        for decorator in children.named().filter(|child| child.kind() == "decorator") {
            decorators.push(self.decorator(decorator));
        }
        out.append(&mut self.pending);
        let outer = self.class.replace(name.clone());
        let body = self.block(children.field("body"));
        self.class = outer;
        let value = Expression::new(ExpressionKind::Name(name.clone()), span);
        self.emit(out, OperationKind::Class { name, bases, body }, span);
        for decorator in decorators {
            let span = decorator.span;
            let call = self.call(decorator, vec![Argument { name: None, value: value.clone() }]);
            self.emit(out, OperationKind::Evaluate(Expression::new(call, span)), span);
        }
        value
    }

    /// The members of a class.
    pub(super) fn members(&mut self, body: Node<'t>, out: &mut Vec<Operation>) {
        let mut decorators = Vec::new();
        for child in Self::everything(body) {
            match child.kind() {
                "decorator" => decorators.push(self.decorator(child)),
                "method_definition" | "field_definition" | "public_field_definition" => {
                    self.member(child, std::mem::take(&mut decorators), out);
                }
                _ if child.is_named() => self.statement(child, out),
                _ => {}
            }
        }
    }

    /// A method, or a field, which is assigned to its name inside the class.
    pub(super) fn member(&mut self, node: Node<'t>, mut decorators: Vec<Expression>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        for decorator in children.named().filter(|child| child.kind() == "decorator") {
            decorators.push(self.decorator(decorator));
        }
        let span = self.span(node);
        if node.kind() == "method_definition" {
            let class = self.class.clone();
            if is_getter(node) {
                decorators.push(Expression::new(ExpressionKind::Name("property".to_owned()), span));
            }
            let id = self.function(node, class, decorators);
            self.emit(out, OperationKind::Define(id), span);
            return;
        }
        for decorator in decorators {
            self.emit(out, OperationKind::Evaluate(decorator), span);
        }
        let name = children.field("property").or_else(|| children.field("name"));
        let (Some(name), Some(value)) = (name, children.field("value")) else { return };
        let key = self.key(name);
        let target = match key.kind {
            ExpressionKind::Text(name) => Expression::new(ExpressionKind::Name(name), key.span),
            _ => Expression::new(ExpressionKind::Other(vec![key]), span),
        };
        let value = self.expression(value);
        self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, span);
    }

    fn decorator(&mut self, node: Node<'t>) -> Expression {
        let inner = self.children(node).named().next();
        self.maybe(inner, node)
    }
}

/// Whether a method is called where its name is read (`get name() {…}`).
pub(super) fn is_getter(method: Node<'_>) -> bool {
    let mut cursor = method.walk();
    method.children(&mut cursor).any(|child| child.kind() == "get")
}
