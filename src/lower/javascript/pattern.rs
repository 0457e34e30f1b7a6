use tree_sitter::Node;

use super::Lowered;
use crate::lower::operation::{Expression, ExpressionKind};

impl<'t> Lowered<'_, 't> {
    /// What is assigned to: a name, a member, or a pattern.
    pub(super) fn target(&mut self, node: Node<'t>) -> Expression {
        let Some(node) = self.unwrapped(node) else { return self.nothing(node) };
        let lowered = self.nested(node, |this| {
            let kind = match node.kind() {
                "object_pattern" | "object" => this.object_pattern(node),
                "array_pattern" | "array" => {
                    let nodes = this.elements(node);
                    let targets = nodes.into_iter().map(|element| match element {
                        Ok(element) => this.target(element),
                        Err(at) => Expression::new(ExpressionKind::Constant, this.bytes(at, at)),
                    });
                    ExpressionKind::List(targets.collect())
                }
                "rest_pattern" | "spread_element" => {
                    let inner = this.children(node).named().next();
                    let target = match inner {
                        Some(inner) => this.target(inner),
                        None => this.nothing(node),
                    };
                    ExpressionKind::Spread(Box::new(target))
                }
                "assignment_pattern" | "object_assignment_pattern" | "assignment_expression" => {
                    let parts = this.children(node);
                    let target = match parts.field("left") {
                        Some(left) => this.target(left),
                        None => this.nothing(node),
                    };
                    let default = this.maybe(parts.field("right"), node);
                    ExpressionKind::Choice(vec![target, default])
                }
                // The left side of `for (const x of …)` in older grammars.
                "variable_declaration" | "lexical_declaration" => {
                    let declarator = this.children(node).named().next();
                    let name = declarator.and_then(|declarator| this.children(declarator).field("name"));
                    return match name {
                        Some(name) => this.target(name),
                        None => this.nothing(node),
                    };
                }
                _ => return this.expression(node),
            };
            Expression::new(kind, this.span(node))
        });
        lowered.unwrap_or_else(|| self.nothing(node))
    }

    fn object_pattern(&mut self, node: Node<'t>) -> ExpressionKind {
        let mut entries = Vec::new();
        for child in self.children(node).named() {
            let span = self.span(child);
            match child.kind() {
                "shorthand_property_identifier_pattern" | "shorthand_property_identifier" => {
                    let name = self.identifier(child);
                    let key = Expression::text(name.clone(), span);
                    entries.push((Some(key), Expression::new(ExpressionKind::Name(name), span)));
                }
                "pair_pattern" | "pair" => {
                    let parts = self.children(child);
                    let key = parts.field("key").map(|key| self.key(key));
                    let value = match parts.field("value") {
                        Some(value) => self.target(value),
                        None => self.nothing(child),
                    };
                    entries.push((key, value));
                }
                "rest_pattern" | "spread_element" => {
                    let inner = self.children(child).named().next();
                    let target = match inner {
                        Some(inner) => self.target(inner),
                        None => self.nothing(child),
                    };
                    entries.push((None, target));
                }
                _ => {
                    // `{a = 1}`: the key is the name that the default belongs to.
                    let target = self.target(child);
                    let key = match &target.kind {
                        ExpressionKind::Choice(parts) => parts.first(),
                        _ => None,
                    };
                    let key = key.and_then(|key| match &key.kind {
                        ExpressionKind::Name(name) => Some(Expression::text(name.clone(), key.span)),
                        _ => None,
                    });
                    entries.push((key, target));
                }
            }
        }
        ExpressionKind::Map(entries)
    }

    /// The elements of an array or its pattern; for a hole, where it is.
    pub(super) fn elements(&mut self, node: Node<'t>) -> Vec<Result<Node<'t>, usize>> {
        let mut elements = Vec::new();
        let mut filled = false;
        for child in self.children(node).all() {
            if child.is_named() {
                elements.push(Ok(child));
                filled = true;
            } else if child.kind() == "," {
                if !filled {
                    elements.push(Err(child.start_byte()));
                }
                filled = false;
            }
        }
        elements
    }
}
