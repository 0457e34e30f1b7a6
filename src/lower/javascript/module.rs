use tree_sitter::Node;

use super::Lowered;
use crate::lower::operation::{AssignMode, Expression, ExpressionKind, Operation, OperationKind};
use crate::source::Span;

impl<'t> Lowered<'_, 't> {
    /// `import …`, in all its forms.
    pub(super) fn import(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let span = self.span(node);
        // Types are gone when the program runs.
        if children.all().any(|child| matches!(child.kind(), "type" | "typeof")) {
            return;
        }
        if let Some(clause) = children.kind("import_require_clause") {
            // `import fs = require('fs')`.
            let parts = self.children(clause);
            let module = parts.field("source").map(|source| self.constant(source)).unwrap_or_default();
            let alias = parts.kind("identifier").map(|name| self.identifier(name)).unwrap_or_default();
            self.emit(out, OperationKind::Import { module, name: None, alias }, span);
            return;
        }
        if node.kind() == "import_alias" {
            // `import a = b.c`.
            let mut names = children.named();
            if let (Some(target), Some(value)) = (names.next(), names.next()) {
                let target = self.expression(target);
                let value = self.expression(value);
                self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, span);
            }
            return;
        }
        let mut module = children.field("source").map(|source| self.constant(source)).unwrap_or_default();
        let mut bind = |this: &mut Self, name: Option<String>, alias: String| {
            this.emit(out, OperationKind::Import { module: module.clone(), name, alias }, span);
            // The first import shows all of a module that is a `data:` URL.
            module = this.cut(std::mem::take(&mut module));
        };
        let Some(clause) = children.kind("import_clause") else {
            bind(self, None, String::new());
            return;
        };
        for part in self.children(clause).named() {
            match part.kind() {
                "identifier" => {
                    let alias = self.identifier(part);
                    bind(self, Some("default".to_owned()), alias);
                }
                "namespace_import" => {
                    let alias = self.children(part).named().next().map(|name| self.identifier(name));
                    bind(self, None, alias.unwrap_or_default());
                }
                _ => {
                    for specifier in self.children(part).named() {
                        let parts = self.children(specifier);
                        let name = parts.field("name").map(|name| self.exported(name)).unwrap_or_default();
                        let alias = parts.field("alias").map(|alias| self.identifier(alias));
                        let alias = alias.unwrap_or_else(|| name.clone());
                        bind(self, Some(name), alias);
                    }
                }
            }
        }
    }

    /// `export …`, in all its forms.
    pub(super) fn export(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        let children = self.children(node);
        let span = self.span(node);
        let clause = children.kind("export_clause");
        if let Some(source) = children.field("source") {
            let mut module = self.constant(source);
            let specifiers: Vec<_> = match clause {
                Some(clause) => self.children(clause).named().collect(),
                None => Vec::new(),
            };
            if specifiers.is_empty() {
                self.emit(out, OperationKind::Import { module, name: None, alias: String::new() }, span);
                return;
            }
            for specifier in specifiers {
                let name = self.children(specifier).field("name").map(|name| self.exported(name));
                let kind = OperationKind::Import { module: module.clone(), name, alias: String::new() };
                self.emit(out, kind, span);
                module = self.cut(module);
            }
            return;
        }
        if let Some(clause) = clause {
            for specifier in self.children(clause).named() {
                let parts = self.children(specifier);
                if let (Some(name), Some(alias)) = (parts.field("name"), parts.field("alias")) {
                    let alias = self.exported(alias);
                    let value = self.expression(name);
                    self.assign_export(&["exports", &alias], value, span, out);
                }
            }
            return;
        }
        let default = children.all().any(|child| child.kind() == "default");
        for decorator in children.named().filter(|child| child.kind() == "decorator") {
            if let Some(value) = self.children(decorator).named().next() {
                let value = self.expression(value);
                self.emit(out, OperationKind::Evaluate(value), span);
            }
        }
        for child in children.named().filter(|child| child.kind() != "decorator") {
            if Some(child) == children.field("declaration") {
                self.statement(child, out);
                if let Some(name) = self.children(child).field("name").filter(|_| default) {
                    let value = self.expression(name);
                    self.assign_export(&["exports", "default"], value, span, out);
                }
                continue;
            }
            let value = self.expression(child);
            // `export = e` is `module.exports = e`.
            let target = if default { ["exports", "default"] } else { ["module", "exports"] };
            self.assign_export(&target, value, span, out);
        }
    }

    fn assign_export(&mut self, path: &[&str; 2], value: Expression, span: Span, out: &mut Vec<Operation>) {
        let object = Box::new(Expression::new(ExpressionKind::Name(path[0].to_owned()), span));
        let target = Expression::new(ExpressionKind::Member(object, path[1].to_owned()), span);
        self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, span);
    }

    /// A name in `{ a as b }`, which may be a string.
    fn exported(&mut self, node: Node<'t>) -> String {
        if node.kind() == "string" { self.constant(node) } else { self.identifier(node) }
    }

    /// The text of a string, such as a module's name.
    fn constant(&mut self, node: Node<'t>) -> String {
        match self.expression(node).kind {
            ExpressionKind::Text(text) => text,
            _ => String::new(),
        }
    }
}
