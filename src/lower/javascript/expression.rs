use std::mem;

use tree_sitter::Node;

use super::{Lowered, literal};
use crate::lower::operation::{
    Argument, AssignMode, Call, Expression, ExpressionKind, Operation, OperationKind, Operator,
};
use crate::lower::syntax;

impl<'t> Lowered<'_, 't> {
    /// Lowers an expression.
    pub(super) fn expression(&mut self, node: Node<'t>) -> Expression {
        let Some(node) = self.unwrapped(node) else { return self.nothing(node) };
        let lowered = self.nested(node, |this| match node.kind() {
            "binary_expression" => this.binary(node),
            "ternary_expression" => this.ternary(node),
            "sequence_expression" => this.sequence(node),
            "assignment_expression" => this.assignment(node),
            "string" => this.string(node),
            "template_string" => this.template(node, false),
            "class" => {
                let mut operations = Vec::new();
                let pending = mem::take(&mut this.pending);
                let name = this.class_operation(node, &mut operations);
                this.pending = pending;
                this.pending.append(&mut operations);
                name
            }
            _ => {
                let kind = this.expression_kind(node);
                Expression::new(kind, this.span(node))
            }
        });
        lowered.unwrap_or_else(|| self.nothing(node))
    }

    /// What stands in parentheses, awaits and type assertions, however many.
    pub(super) fn unwrapped(&mut self, mut node: Node<'t>) -> Option<Node<'t>> {
        while matches!(
            node.kind(),
            "parenthesized_expression"
                | "await_expression"
                | "non_null_expression"
                | "as_expression"
                | "satisfies_expression"
                | "type_assertion"
                | "instantiation_expression"
                | "expression_statement"
        ) {
            node = self.children(node).named().find(|child| !is_inert(child.kind()))?;
        }
        Some(node)
    }

    /// `/pattern/flags` is `RegExp(pattern, flags)`.
    fn regular_expression(&mut self, node: Node<'t>) -> ExpressionKind {
        let span = self.span(node);
        let Some((pattern, flags)) = self.source(node).strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) else {
            return ExpressionKind::Constant;
        };
        let argument = |text: &str| Argument { name: None, value: Expression::text(text, span) };
        let arguments = vec![argument(pattern), argument(flags)];
        let callee = Expression::new(ExpressionKind::Name("RegExp".to_owned()), span);
        ExpressionKind::Call(Box::new(Call { callee, arguments }))
    }

    fn expression_kind(&mut self, node: Node<'t>) -> ExpressionKind {
        match node.kind() {
            "identifier"
            | "this"
            | "super"
            | "import"
            | "private_property_identifier"
            | "type_identifier"
            | "shorthand_property_identifier"
            | "shorthand_property_identifier_pattern"
            | "property_identifier" => ExpressionKind::Name(self.identifier(node)),
            "number" => literal::number(self.source(node)).map_or(ExpressionKind::Constant, ExpressionKind::Integer),
            "true" | "false" => ExpressionKind::Boolean(node.kind() == "true"),
            "null" | "undefined" => ExpressionKind::Constant,
            "regex" => self.regular_expression(node),
            "member_expression" | "nested_identifier" => self.member_access(node),
            "subscript_expression" => {
                let children = self.children(node);
                let object = self.maybe(children.field("object"), node);
                let index = self.maybe(children.field("index"), node);
                ExpressionKind::Index(Box::new(object), Box::new(index))
            }
            "call_expression" => self.call_expression(node),
            "new_expression" => {
                let children = self.children(node);
                let callee = self.maybe(children.field("constructor"), node);
                let arguments = children.field("arguments").map(|list| self.arguments(list)).unwrap_or_default();
                self.call(callee, arguments)
            }
            "array" => {
                let elements = self.elements(node);
                let values = elements.into_iter().map(|element| match element {
                    Ok(element) => self.expression(element),
                    Err(at) => Expression::new(ExpressionKind::Constant, self.bytes(at, at)),
                });
                ExpressionKind::List(values.collect())
            }
            "object" => self.object(node),
            "array_pattern" | "object_pattern" => self.target(node).kind,
            "arrow_function" | "function_expression" | "generator_function" => {
                ExpressionKind::Function(self.function(node, None, Vec::new()))
            }
            // Elsewhere statements, but what holds them may be damaged.
            "function_declaration" | "generator_function_declaration" | "method_definition" => {
                ExpressionKind::Function(self.function(node, None, Vec::new()))
            }
            "augmented_assignment_expression" => self.augmented(node),
            "unary_expression" => self.unary(node),
            "yield_expression" => self.given(node),
            "update_expression" => self.counted(node),
            "spread_element" => {
                let inner = self.children(node).named().next();
                ExpressionKind::Spread(Box::new(self.maybe(inner, node)))
            }
            "meta_property" => {
                let object = if self.source(node).starts_with("import") { "import" } else { "new" };
                let name = if object == "import" { "meta" } else { "target" };
                let object = Expression::new(ExpressionKind::Name(object.to_owned()), self.span(node));
                ExpressionKind::Member(Box::new(object), name.to_owned())
            }
            "ERROR" => {
                let mut operations = Vec::new();
                let pending = mem::take(&mut self.pending);
                self.statement(node, &mut operations);
                self.pending = pending;
                self.pending.append(&mut operations);
                ExpressionKind::Other(Vec::new())
            }
            kind if is_inert(kind) => ExpressionKind::Constant,
            // `i++`, elements of JSX, and whatever a newer grammar may bring.
            _ => {
                let children = self.children(node);
                let nodes = children.named().filter(|child| !is_inert(child.kind()));
                ExpressionKind::Other(nodes.map(|child| self.expression(child)).collect())
            }
        }
    }

    /// An identifier, escapes resolved.
    pub(super) fn identifier(&mut self, node: Node<'t>) -> String {
        self.cut(literal::identifier(self.source(node)))
    }

    /// The key of a property: a text, or what is computed.
    pub(super) fn key(&mut self, node: Node<'t>) -> Expression {
        match node.kind() {
            "computed_property_name" => {
                let inner = self.children(node).named().next();
                self.maybe(inner, node)
            }
            "string" => self.string(node),
            "number" => Expression::text(self.source(node), self.span(node)),
            _ => Expression::text(self.identifier(node), self.span(node)),
        }
    }

    fn member_access(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let object = self.maybe(children.field("object"), node);
        let name = children.field("property").map(|name| self.identifier(name)).unwrap_or_default();
        ExpressionKind::Member(Box::new(object), name)
    }

    fn call_expression(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let callee = self.maybe(children.field("function"), node);
        let arguments = match children.field("arguments") {
            Some(template) if template.kind() == "template_string" => self.tagged(&callee, template),
            Some(list) => self.arguments(list),
            None => Vec::new(),
        };
        self.call(callee, arguments)
    }

    fn arguments(&mut self, list: Node<'t>) -> Vec<Argument> {
        let children = self.children(list);
        children.named().map(|argument| Argument { name: None, value: self.expression(argument) }).collect()
    }

    /// The arguments that a template gives its tag: the whole text, then the values in it.
    fn tagged(&mut self, callee: &Expression, template: Node<'t>) -> Vec<Argument> {
        let raw = matches!(&callee.kind, ExpressionKind::Member(object, name)
            if name == "raw" && matches!(&object.kind, ExpressionKind::Name(name) if name == "String"));
        let calls = self.calls;
        let text = self.template(template, raw);
        let mut values = Vec::new();
        // A value that calls something must not be there twice.
        if let ExpressionKind::Concat(parts) = &text.kind
            && self.calls == calls
        {
            values.extend(parts.iter().filter(|part| !matches!(part.kind, ExpressionKind::Text(_))).cloned());
        }
        [text].into_iter().chain(values).map(|value| Argument { name: None, value }).collect()
    }

    fn object(&mut self, node: Node<'t>) -> ExpressionKind {
        let mut entries = Vec::new();
        for child in self.children(node).named() {
            let span = self.span(child);
            let parts = self.children(child);
            match child.kind() {
                "pair" => {
                    let key = parts.field("key").map(|key| self.key(key));
                    let value = self.maybe(parts.field("value"), child);
                    entries.push((key, value));
                }
                "method_definition" => {
                    let key = parts.field("name").map(|name| self.key(name));
                    let id = self.function(child, None, Vec::new());
                    let mut value = Expression::new(ExpressionKind::Function(id), span);
                    if super::class::is_getter(child) {
                        let callee = Expression::new(ExpressionKind::Name("property".to_owned()), span);
                        let arguments = vec![Argument { name: None, value }];
                        value = Expression::new(ExpressionKind::Call(Box::new(Call { callee, arguments })), span);
                    }
                    entries.push((key, value));
                }
                "spread_element" => {
                    let value = self.maybe(parts.named().next(), child);
                    entries.push((None, value));
                }
                "shorthand_property_identifier" => {
                    let name = self.identifier(child);
                    let key = Expression::text(name.clone(), span);
                    entries.push((Some(key), Expression::new(ExpressionKind::Name(name), span)));
                }
                _ => {
                    let value = self.expression(child);
                    entries.push((None, value));
                }
            }
        }
        ExpressionKind::Map(entries)
    }

    /// `a = b = value`; the value of the whole is read from a target, where one can be read.
    fn assignment(&mut self, node: Node<'t>) -> Expression {
        let mut targets = Vec::new();
        let mut value = node;
        while value.kind() == "assignment_expression" {
            let children = self.children(value);
            let (Some(left), Some(right)) = (children.field("left"), children.field("right")) else { break };
            targets.push(self.target(left));
            let Some(next) = self.unwrapped(right) else { break };
            value = next;
        }
        let span = self.span(node);
        let value = if value.kind() == "assignment_expression" { self.nothing(value) } else { self.expression(value) };
        let mut pending = mem::take(&mut self.pending);
        let result = syntax::assign_all(targets, value, span, &mut pending);
        self.pending = pending;
        result.unwrap_or_else(|| self.nothing(node))
    }

    /// `a += b`, `a ||= b` and their like.
    fn augmented(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let target = match children.field("left") {
            Some(left) => self.target(left),
            None => self.nothing(node),
        };
        let value = self.maybe(children.field("right"), node);
        let operator = children.all().map(|child| self.source(child)).find(|source| source.ends_with('='));
        let operator = operator.unwrap_or_default().trim_end_matches('=');
        let span = self.span(node);
        let old = target.clone();
        let (value, mode) = match operator {
            "+" => (value, AssignMode::Append),
            "||" | "&&" | "??" => (Expression::new(ExpressionKind::Choice(vec![old, value]), span), AssignMode::Set),
            _ => {
                let kind = ExpressionKind::Binary(operator_of(operator), Box::new(old), Box::new(value));
                (Expression::new(kind, span), AssignMode::Set)
            }
        };
        let result = if syntax::readable(&target) { target.kind.clone() } else { ExpressionKind::Other(Vec::new()) };
        self.pending.push(Operation::new(OperationKind::Assign { target, value, mode }, span));
        result
    }

    /// `yield a`, `yield* a`.
    fn given(&mut self, node: Node<'t>) -> ExpressionKind {
        let span = self.span(node);
        let all = self.children(node).all().any(|child| child.kind() == "*");
        let Some(value) = self.children(node).named().find(|child| !is_inert(child.kind())) else {
            return ExpressionKind::Constant;
        };
        let value = self.expression(value);
        let value = if all { Expression::new(ExpressionKind::Spread(Box::new(value)), span) } else { value };
        let value = Expression::new(ExpressionKind::Spread(Box::new(value)), span);
        self.pending.push(Operation::new(OperationKind::Return(Some(value)), span));
        ExpressionKind::Constant
    }

    /// `i++`, `--i` of a name, which happens before the statement at hand: what stands behind a name has the value before.
    fn counted(&mut self, node: Node<'t>) -> ExpressionKind {
        let span = self.span(node);
        let children = self.children(node);
        let Some(argument) = children.field("argument") else { return ExpressionKind::Other(Vec::new()) };
        let down = children.all().any(|child| child.kind() == "--");
        let target = self.target(argument);
        if !matches!(target.kind, ExpressionKind::Name(_)) {
            return ExpressionKind::Other(vec![target]);
        }
        let operator = if down { Operator::Subtract } else { Operator::Add };
        let one = Expression::new(ExpressionKind::Integer(1), span);
        let value = Expression::new(ExpressionKind::Binary(operator, Box::new(target.clone()), Box::new(one)), span);
        let before = children.all().next().is_some_and(|child| child.is_named()).then(|| {
            let back = if down { Operator::Add } else { Operator::Subtract };
            let one = Expression::new(ExpressionKind::Integer(1), span);
            ExpressionKind::Binary(back, Box::new(target.clone()), Box::new(one))
        });
        let name = target.kind.clone();
        self.pending.push(Operation::new(OperationKind::Assign { target, value, mode: AssignMode::Set }, span));
        before.unwrap_or(name)
    }

    fn unary(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let operator = children.all().next().map(|operator| self.source(operator)).unwrap_or_default();
        let argument = self.maybe(children.field("argument"), node);
        match (operator, &argument.kind) {
            ("-", &ExpressionKind::Integer(value)) => ExpressionKind::Integer(value.wrapping_neg()),
            ("~", &ExpressionKind::Integer(value)) => ExpressionKind::Integer(!value),
            ("+", &ExpressionKind::Integer(value)) => ExpressionKind::Integer(value),
            // What minifiers make of truth values.
            ("!", &ExpressionKind::Integer(value)) => ExpressionKind::Boolean(value == 0),
            ("!", &ExpressionKind::Boolean(value)) => ExpressionKind::Boolean(!value),
            ("void", ExpressionKind::Integer(_)) => ExpressionKind::Constant,
            ("!", _) => {
                let span = self.span(node);
                let truth = |truth| Expression::new(ExpressionKind::Boolean(truth), span);
                syntax::when(argument, truth(false), truth(true), span).kind
            }
            _ => ExpressionKind::Other(vec![argument]),
        }
    }

    /// `a, b, c`: the last is the value.
    fn sequence(&mut self, node: Node<'t>) -> Expression {
        let mut parts = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next.take() {
            // The older grammar nests sequences to the right.
            for child in self.children(node).named() {
                match child.kind() {
                    "sequence_expression" => next = Some(child),
                    _ => parts.push(child),
                }
            }
        }
        let last = parts.pop();
        for part in parts {
            let calls = self.calls;
            let value = self.expression(part);
            self.keep(calls, value);
        }
        self.maybe(last, node)
    }

    /// A chain of operators of one class, unrolled along its left edge.
    fn binary(&mut self, node: Node<'t>) -> Expression {
        let span = self.span(node);
        let mut rest = Vec::new();
        let mut left = node;
        let mut class = None;
        while left.kind() == "binary_expression" {
            let children = self.children(left);
            let (Some(first), Some(right)) = (children.field("left"), children.field("right")) else { break };
            let operator = children.all().find(|child| !child.is_named()).map(|child| self.source(child));
            let operator = operator.unwrap_or_default();
            if *class.get_or_insert(class_of(operator)) != class_of(operator)
                // `a && b || c` is the one of `a && b` and `c`.
                || (class == Some(Class::Logic) && rest.last().is_some_and(|(own, _)| *own != operator_of(operator)))
                || (class == Some(Class::Comparison) && !rest.is_empty())
            {
                break;
            }
            rest.push((operator_of(operator), right));
            let Some(next) = self.unwrapped(first) else { break };
            left = next;
        }
        if rest.is_empty() {
            let parts: Vec<_> = self.children(node).named().collect();
            let parts = parts.into_iter().map(|part| self.expression(part)).collect();
            return Expression::new(ExpressionKind::Other(parts), span);
        }
        rest.reverse();
        if class == Some(Class::Arithmetic) {
            let mut lowered = self.chained(rest.len(), |this| {
                let first = this.expression(left);
                let rest = rest.into_iter().map(|(operator, operand)| (operator, this.expression(operand))).collect();
                syntax::chain(first, rest)
            });
            lowered.span = span;
            return lowered;
        }
        let operator = rest.first().map_or(Operator::Other, |(operator, _)| *operator);
        let operands = [left].into_iter().chain(rest.into_iter().map(|(_, operand)| operand));
        let mut operands: Vec<_> = operands.map(|operand| self.expression(operand)).collect();
        if class == Some(Class::Logic) {
            return syntax::one_of(operator, operands, span);
        }
        let (Some(right), Some(left), true) = (operands.pop(), operands.pop(), operator != Operator::Other) else {
            return self.nothing(node);
        };
        Expression::new(ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), span)
    }

    /// `c ? a : b`, and the chain of further ones in the place of `b`.
    fn ternary(&mut self, node: Node<'t>) -> Expression {
        let mut choices = Vec::new();
        let children = self.children(node);
        if let (Some(condition), Some(one), Some(other)) =
            (children.field("condition"), children.field("consequence"), children.field("alternative"))
            && other.kind() != "ternary_expression"
        {
            let condition = self.expression(condition);
            let (one, other) = (self.expression(one), self.expression(other));
            return syntax::when(condition, one, other, self.span(node));
        }
        let mut last = node;
        while last.kind() == "ternary_expression" {
            let children = self.children(last);
            let calls = self.calls;
            let condition = self.maybe(children.field("condition"), last);
            self.keep(calls, condition);
            choices.push(self.maybe(children.field("consequence"), last));
            let Some(next) = children.field("alternative").and_then(|next| self.unwrapped(next)) else { break };
            last = next;
        }
        if last.kind() != "ternary_expression" {
            choices.push(self.expression(last));
        }
        Expression::new(ExpressionKind::Choice(choices), self.span(node))
    }
}

/// What an operator makes of its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// One of them.
    Logic,
    /// Something put together from them.
    Arithmetic,
    /// A truth value.
    Comparison,
}

fn class_of(operator: &str) -> Class {
    match operator {
        "&&" | "||" | "??" => Class::Logic,
        "+" | "-" | "*" | "/" | "%" | "**" | "^" | "|" | "&" | "<<" | ">>" | ">>>" => Class::Arithmetic,
        _ => Class::Comparison,
    }
}

fn operator_of(token: &str) -> Operator {
    match token {
        "+" => Operator::Add,
        "%" => Operator::Percent,
        "*" => Operator::Multiply,
        "-" => Operator::Subtract,
        "^" => Operator::Xor,
        "/" => Operator::Divide,
        "**" => Operator::Power,
        "&" => Operator::BitAnd,
        "|" => Operator::BitOr,
        "<<" => Operator::ShiftLeft,
        ">>" | ">>>" => Operator::ShiftRight,
        "==" | "===" => Operator::Equal,
        "!=" | "!==" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "&&" => Operator::And,
        // What is null is as false as what is empty, as far as constants go.
        "||" | "??" => Operator::Or,
        _ => Operator::Other,
    }
}

/// Whether a kind of node does nothing when the program runs: types, and words that only steer.
pub(super) fn is_inert(kind: &str) -> bool {
    matches!(
        kind,
        "type_annotation"
            | "type_arguments"
            | "type_parameters"
            | "type_parameter"
            | "type_query"
            | "type_predicate"
            | "type_predicate_annotation"
            | "asserts_annotation"
            | "asserts"
            | "type_alias_declaration"
            | "interface_declaration"
            | "interface_body"
            | "implements_clause"
            | "extends_type_clause"
            | "function_signature"
            | "method_signature"
            | "abstract_method_signature"
            | "call_signature"
            | "construct_signature"
            | "index_signature"
            | "property_signature"
            | "accessibility_modifier"
            | "override_modifier"
            | "hash_bang_line"
            | "empty_statement"
            | "debugger_statement"
            | "break_statement"
            | "continue_statement"
            | "statement_identifier"
            | "import_attribute"
            | "jsx_text"
            | "jsx_closing_element"
            | "jsx_namespace_name"
            | "html_character_reference"
            | "optional_chain"
            | "regex_pattern"
            | "regex_flags"
    ) || kind.ends_with("_type")
}
