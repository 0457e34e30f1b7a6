use tree_sitter::Node;

use super::Lowered;
use crate::lower::operation::{Expression, Function, FunctionId, Operation, OperationKind, Parameter};

impl<'t> Lowered<'_, 't> {
    /// `def name(parameters): body`.
    pub(super) fn function(&mut self, node: Node<'t>, decorators: Vec<Expression>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let name = children.field("name").map(|name| self.identifier(name));
        if let Some(annotation) = children.field("return_type") {
            self.annotation(annotation);
        }
        let class = self.class.take();
        let parameters = children.field("parameters").map(|list| self.parameters(list)).unwrap_or_default();
        out.append(&mut self.pending);
        let body = self.block(children.field("body"));
        self.class.clone_from(&class);
        let span = self.span(node);
        let id = self.define(Function { name, class, parameters, body, decorators, span });
        self.emit(out, OperationKind::Define(id), span);
    }

    /// A lambda; its expression is what it returns.
    pub(super) fn lambda(&mut self, node: Node<'t>) -> FunctionId {
        let children = self.children(node);
        let parameters = children.field("parameters").map(|list| self.parameters(list)).unwrap_or_default();
        let class = self.class.take();
        let body = self.body(|this, out| {
            if let Some(body) = children.field("body") {
                let value = this.expression(body);
                let span = value.span;
                this.emit(out, OperationKind::Return(Some(value)), span);
            }
        });
        self.class = class;
        let span = self.span(node);
        self.define(Function { name: None, class: None, parameters, body, decorators: Vec::new(), span })
    }

    fn parameters(&mut self, list: Node<'t>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for node in self.children(list).named() {
            let mut node = node;
            let mut default = None;
            let mut children = self.children(node);
            if matches!(node.kind(), "default_parameter" | "typed_default_parameter" | "typed_parameter") {
                if let Some(annotation) = children.field("type") {
                    self.annotation(annotation);
                }
                default = children.field("value").map(|value| self.expression(value));
                match children.field("name").or_else(|| children.named().next()) {
                    Some(name) => node = name,
                    None => continue,
                }
                children = self.children(node);
            }
            let (name, rest) = match node.kind() {
                "identifier" => (Some(node), false),
                "list_splat_pattern" => (children.named().next(), true),
                "dictionary_splat_pattern" => (children.named().next(), false),
                _ => (None, false),
            };
            let keywords = node.kind() == "dictionary_splat_pattern";
            if let Some(name) = name {
                parameters.push(Parameter { name: self.identifier(name), default, rest, keywords });
            }
        }
        parameters
    }

    /// `class Name(bases): body`.
    pub(super) fn class(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let name = children.field("name").map(|name| self.identifier(name)).unwrap_or_default();
        let mut bases = Vec::new();
        if let Some(list) = children.field("superclasses") {
            for base in self.children(list).named() {
                bases.extend(self.argument(base).into_iter().map(|argument| argument.value));
            }
        }
        out.append(&mut self.pending);
        let outer = self.class.replace(name.clone());
        let body = self.block(children.field("body"));
        self.class = outer;
        self.emit(out, OperationKind::Class { name, bases, body }, self.span(node));
    }

    /// `@decorator` over a function, or over a class, which it is called with.
    pub(super) fn decorated(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let mut decorators = Vec::new();
        for decorator in children.named().filter(|child| child.kind() == "decorator") {
            if let Some(value) = self.children(decorator).named().next() {
                decorators.push(self.expression(value));
            }
        }
        let Some(definition) = children.field("definition") else { return };
        if definition.kind() == "function_definition" {
            self.function(definition, decorators, out);
            return;
        }
        self.statement(definition, out);
        let name = self.children(definition).field("name").map(|name| self.expression(name));
        for decorator in decorators {
            let span = decorator.span;
            let arguments = name.clone().map(|value| crate::lower::operation::Argument { name: None, value });
            let call = self.call(decorator, arguments.into_iter().collect());
            self.emit(out, OperationKind::Evaluate(Expression::new(call, span)), span);
        }
    }
}
