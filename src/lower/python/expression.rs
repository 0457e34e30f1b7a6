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
            "binary_operator" => this.binary(node),
            "boolean_operator" => this.boolean(node),
            "conditional_expression" => this.conditional(node),
            "comparison_operator" => this.comparison(node),
            "not_operator" => this.negation(node),
            "string" => this.string(node),
            "concatenated_string" => this.concatenated(node),
            _ => {
                let kind = this.expression_kind(node);
                Expression::new(kind, this.span(node))
            }
        });
        lowered.unwrap_or_else(|| self.nothing(node))
    }

    /// What stands in parentheses, awaits and types, however many.
    fn unwrapped(&mut self, mut node: Node<'t>) -> Option<Node<'t>> {
        while matches!(
            node.kind(),
            "parenthesized_expression" | "await" | "parenthesized_list_splat" | "type" | "as_pattern_target"
        ) {
            node = self.children(node).named().next()?;
        }
        Some(node)
    }

    fn expression_kind(&mut self, node: Node<'t>) -> ExpressionKind {
        match node.kind() {
            "identifier" => ExpressionKind::Name(self.identifier(node)),
            "integer" => match literal::integer(self.source(node)) {
                Some(number) => ExpressionKind::Integer(number),
                // A number that no register holds is a text in disguise: its digits are kept.
                None if self.source(node).len() > 16 => ExpressionKind::Text(self.source(node).to_ascii_lowercase()),
                None => ExpressionKind::Constant,
            },
            "true" | "false" => ExpressionKind::Boolean(node.kind() == "true"),
            "float" | "none" | "ellipsis" => ExpressionKind::Constant,
            "attribute" => self.attribute(node),
            "dotted_name" => self.dotted_name(node),
            "subscript" => self.subscript(node),
            "call" => self.call_expression(node),
            "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern" | "list_pattern" => {
                ExpressionKind::List(self.parts(node))
            }
            "dictionary" => self.dictionary(node),
            "list_comprehension" | "set_comprehension" | "generator_expression" | "dictionary_comprehension" => {
                self.comprehension(node)
            }
            "lambda" => ExpressionKind::Function(self.lambda(node)),
            "named_expression" => self.walrus(node),
            "as_pattern" => self.bound(node),
            "unary_operator" => self.unary(node),
            "yield" => self.given(node),
            "list_splat" | "list_splat_pattern" | "dictionary_splat" => match self.parts(node).pop() {
                Some(value) => ExpressionKind::Spread(Box::new(value)),
                None => ExpressionKind::Constant,
            },
            "ERROR" => {
                let mut operations = Vec::new();
                self.statement(node, &mut operations);
                self.pending.append(&mut operations);
                ExpressionKind::Other(Vec::new())
            }
            // Whatever a newer grammar may bring.
            _ => ExpressionKind::Other(self.parts(node)),
        }
    }

    fn parts(&mut self, node: Node<'t>) -> Vec<Expression> {
        let children = self.children(node);
        children.named().map(|child| self.expression(child)).collect()
    }

    /// An identifier as Python reads it.
    pub(super) fn identifier(&mut self, node: Node<'t>) -> String {
        self.cut(literal::identifier(self.source(node)))
    }

    fn attribute(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let name = children.field("attribute").map(|name| self.identifier(name)).unwrap_or_default();
        match children.field("object") {
            Some(object) => ExpressionKind::Member(Box::new(self.expression(object)), name),
            None => ExpressionKind::Name(name),
        }
    }

    /// `a.b.c`, where the grammar takes it for one name: in patterns and broken imports.
    fn dotted_name(&mut self, node: Node<'t>) -> ExpressionKind {
        let span = self.span(node);
        let names: Vec<_> = self.children(node).named().map(|name| self.identifier(name)).take(syntax::DEPTH).collect();
        let mut names = names.into_iter();
        let first = ExpressionKind::Name(names.next().unwrap_or_default());
        names.fold(first, |object, name| ExpressionKind::Member(Box::new(Expression::new(object, span)), name))
    }

    fn subscript(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let Some(value) = children.field("value") else { return ExpressionKind::Other(self.parts(node)) };
        let value = Box::new(self.expression(value));
        let subscripts: Vec<_> = children.fields("subscript").collect();
        if let [slice] = subscripts.as_slice()
            && slice.kind() == "slice"
        {
            let mut bounds = [None, None, None];
            let mut position = 0;
            for part in self.children(*slice).all() {
                if part.kind() == ":" {
                    position += 1;
                } else if let Some(bound) = bounds.get_mut(position).filter(|_| part.is_named()) {
                    *bound = Some(Box::new(self.expression(part)));
                }
            }
            return ExpressionKind::Slice(value, bounds);
        }
        let span = subscripts.first().map_or_else(|| self.span(node), |first| self.span(*first));
        let mut indices: Vec<_> = subscripts.into_iter().map(|subscript| self.expression(subscript)).collect();
        let index = match indices.pop() {
            Some(only) if indices.is_empty() => only,
            Some(last) => {
                indices.push(last);
                Expression::new(ExpressionKind::List(indices), span)
            }
            None => self.nothing(node),
        };
        ExpressionKind::Index(value, Box::new(index))
    }

    fn call_expression(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let callee = match children.field("function") {
            Some(function) => self.expression(function),
            None => self.nothing(node),
        };
        let mut arguments = Vec::new();
        if let Some(list) = children.field("arguments") {
            if list.kind() == "generator_expression" {
                arguments.push(Argument { name: None, value: self.expression(list) });
            } else {
                for argument in self.children(list).named() {
                    arguments.extend(self.argument(argument));
                }
            }
        }
        self.call(callee, arguments)
    }

    /// An argument of a call: several, where a mapping that is written out is spread.
    pub(super) fn argument(&mut self, node: Node<'t>) -> Vec<Argument> {
        let children = match node.kind() {
            "keyword_argument" | "dictionary_splat" => self.children(node),
            _ => return vec![Argument { name: None, value: self.expression(node) }],
        };
        if node.kind() == "keyword_argument" {
            let name = children.field("name").map(|name| self.identifier(name));
            let value = self.maybe(children.field("value"), node);
            return vec![Argument { name, value }];
        }
        let value = self.maybe(children.named().next(), node);
        let ExpressionKind::Map(entries) = value.kind else {
            return vec![Argument { name: Some("**".to_owned()), value }];
        };
        let named = entries.into_iter().map(|(key, value)| {
            let name = match key {
                Some(Expression { kind: ExpressionKind::Text(name), .. }) => name,
                _ => "**".to_owned(),
            };
            Argument { name: Some(name), value }
        });
        named.collect()
    }

    fn dictionary(&mut self, node: Node<'t>) -> ExpressionKind {
        let mut entries = Vec::new();
        for child in self.children(node).named() {
            entries.push(self.entry(child));
        }
        ExpressionKind::Map(entries)
    }

    fn entry(&mut self, node: Node<'t>) -> (Option<Expression>, Expression) {
        let children = self.children(node);
        match (node.kind(), children.field("key"), children.field("value"), children.named().next()) {
            ("pair", Some(key), Some(value), _) => (Some(self.expression(key)), self.expression(value)),
            ("dictionary_splat", _, _, Some(inner)) => (None, self.expression(inner)),
            _ => (None, self.expression(node)),
        }
    }

    fn comprehension(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let mut bindings = Vec::new();
        for clause in children.named() {
            let parts = self.children(clause);
            if clause.kind() == "for_in_clause" {
                if let Some(left) = parts.field("left") {
                    let target = self.target(left);
                    let mut sources: Vec<_> = parts.fields("right").map(|right| self.expression(right)).collect();
                    let source = match sources.pop() {
                        Some(only) if sources.is_empty() => only,
                        Some(last) => {
                            sources.push(last);
                            Expression::new(ExpressionKind::List(sources), self.span(clause))
                        }
                        None => self.nothing(clause),
                    };
                    bindings.push((target, source));
                }
            } else if clause.kind() == "if_clause" {
                let condition = parts.named().next().map(|condition| self.expression(condition));
                if let Some(condition) = condition {
                    bindings.push((Expression::new(ExpressionKind::Constant, condition.span), condition));
                }
            }
        }
        let element = match children.field("body") {
            Some(body) if body.kind() == "pair" => {
                let entry = self.entry(body);
                let element = Expression::new(ExpressionKind::Map(vec![entry]), self.span(body));
                // A mapping into which many with one entry are spread.
                let all = ExpressionKind::Comprehension { element: Box::new(element), bindings };
                return ExpressionKind::Map(vec![(None, Expression::new(all, self.span(node)))]);
            }
            Some(body) => self.expression(body),
            None => self.nothing(node),
        };
        ExpressionKind::Comprehension { element: Box::new(element), bindings }
    }

    /// `yield a`, `yield from a`, `yield a, b`.
    fn given(&mut self, node: Node<'t>) -> ExpressionKind {
        let span = self.span(node);
        let all = self.children(node).all().any(|child| child.kind() == "from");
        let mut parts = self.parts(node);
        let value = match parts.pop() {
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                Expression::new(ExpressionKind::List(parts), span)
            }
            None => return ExpressionKind::Constant,
        };
        let value = if all { Expression::new(ExpressionKind::Spread(Box::new(value)), span) } else { value };
        let value = Expression::new(ExpressionKind::Spread(Box::new(value)), span);
        self.pending.push(Operation::new(OperationKind::Return(Some(value)), span));
        // What is sent in is not known.
        ExpressionKind::Constant
    }

    /// `a == b`; a chain of comparisons says only what it is made of.
    fn comparison(&mut self, node: Node<'t>) -> Expression {
        let span = self.span(node);
        let children = self.children(node);
        let operands: Vec<_> = children.named().collect();
        let (Some(&first), Some(&last), 2) = (operands.first(), operands.last(), operands.len()) else {
            let parts = self.parts(node);
            return Expression::new(ExpressionKind::Other(parts), span);
        };
        // `is not` and `not in` are two tokens, or one.
        let between = self.range(first.end_byte(), last.start_byte());
        let token = between.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let (left, right) = (self.expression(first), self.expression(last));
        Expression::new(ExpressionKind::Binary(operator_of(&token), Box::new(left), Box::new(right)), span)
    }

    fn negation(&mut self, node: Node<'t>) -> Expression {
        let span = self.span(node);
        let inner = self.children(node).named().next();
        let condition = self.maybe(inner, node);
        let truth = |truth| Expression::new(ExpressionKind::Boolean(truth), span);
        syntax::when(condition, truth(false), truth(true), span)
    }

    /// `(name := value)`.
    fn walrus(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let target = self.maybe(children.field("name"), node);
        let value = self.maybe(children.field("value"), node);
        let kind = target.kind.clone();
        let operation = OperationKind::Assign { target, value, mode: AssignMode::Set };
        self.pending.push(Operation::new(operation, self.span(node)));
        kind
    }

    /// `value as target`, in `with`: what the context manager gives when it is entered.
    fn bound(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let value = self.maybe(children.named().next(), node);
        let span = value.span;
        let entered = Expression::new(ExpressionKind::Member(Box::new(value), "__enter__".to_owned()), span);
        let entered = Call { callee: entered, arguments: Vec::new() };
        let value = Expression::new(ExpressionKind::Call(Box::new(entered)), span);
        let Some(alias) = children.field("alias") else { return value.kind };
        let target = self.target(alias);
        let kind = target.kind.clone();
        let operation = OperationKind::Assign { target, value, mode: AssignMode::Set };
        self.pending.push(Operation::new(operation, self.span(node)));
        kind
    }

    fn unary(&mut self, node: Node<'t>) -> ExpressionKind {
        let children = self.children(node);
        let operator = children.all().next().map(|operator| self.source(operator)).unwrap_or_default();
        let mut parts: Vec<_> = children.fields("argument").map(|argument| self.expression(argument)).collect();
        match (operator, parts.first().map(|part| &part.kind)) {
            ("-", Some(&ExpressionKind::Integer(value))) => ExpressionKind::Integer(value.wrapping_neg()),
            ("~", Some(&ExpressionKind::Integer(value))) => ExpressionKind::Integer(!value),
            ("+", Some(_)) => parts.pop().map_or(ExpressionKind::Constant, |part| part.kind),
            _ => ExpressionKind::Other(parts),
        }
    }

    /// A chain of operators, unrolled along its left edge.
    fn binary(&mut self, node: Node<'t>) -> Expression {
        let mut rest = Vec::new();
        let mut left = node;
        while left.kind() == "binary_operator" {
            let children = self.children(left);
            let (Some(first), Some(right)) = (children.field("left"), children.field("right")) else { break };
            let operator = children.all().find(|child| !child.is_named());
            rest.push((operator.map_or(Operator::Other, |child| operator_of(self.source(child))), right));
            let Some(next) = self.unwrapped(first) else { break };
            left = next;
        }
        if rest.is_empty() {
            let parts = self.parts(node);
            return Expression::new(ExpressionKind::Other(parts), self.span(node));
        }
        rest.reverse();
        let span = self.span(node);
        let mut lowered = self.chained(rest.len(), |this| {
            let first = this.expression(left);
            let rest = rest.into_iter().map(|(operator, operand)| (operator, this.expression(operand))).collect();
            syntax::chain(first, rest)
        });
        lowered.span = span;
        lowered
    }

    /// `a or b or c`: one of them is the value.
    fn boolean(&mut self, node: Node<'t>) -> Expression {
        let mut operands = Vec::new();
        let mut left = node;
        let mut operator = None;
        while left.kind() == "boolean_operator" {
            let children = self.children(left);
            let (Some(first), Some(right)) = (children.field("left"), children.field("right")) else { break };
            let token = children.all().find(|child| !child.is_named()).map(|child| self.source(child));
            if *operator.get_or_insert(token) != token {
                break;
            }
            operands.push(right);
            let Some(next) = self.unwrapped(first) else { break };
            left = next;
        }
        if operands.is_empty() {
            let parts = self.parts(node);
            return Expression::new(ExpressionKind::Other(parts), self.span(node));
        }
        operands.push(left);
        let operands: Vec<_> = operands.into_iter().rev().map(|operand| self.expression(operand)).collect();
        syntax::one_of(operator_of(operator.flatten().unwrap_or_default()), operands, self.span(node))
    }

    /// `a if c else b`, and the chain of further ones in the place of `b`.
    fn conditional(&mut self, node: Node<'t>) -> Expression {
        let mut choices = Vec::new();
        let parts: Vec<_> = self.children(node).named().collect();
        if let &[value, condition, alternative] = parts.as_slice()
            && alternative.kind() != "conditional_expression"
        {
            let condition = self.expression(condition);
            let (value, alternative) = (self.expression(value), self.expression(alternative));
            return syntax::when(condition, value, alternative, self.span(node));
        }
        let mut last = node;
        while last.kind() == "conditional_expression" {
            let parts: Vec<_> = self.children(last).named().collect();
            let &[value, condition, alternative] = parts.as_slice() else { break };
            let calls = self.calls;
            let condition = self.expression(condition);
            self.keep(calls, condition);
            choices.push(self.expression(value));
            let Some(next) = self.unwrapped(alternative) else { break };
            last = next;
        }
        if choices.is_empty() {
            let parts = self.parts(node);
            return Expression::new(ExpressionKind::Other(parts), self.span(node));
        }
        choices.push(if last.kind() == "conditional_expression" { self.nothing(last) } else { self.expression(last) });
        Expression::new(ExpressionKind::Choice(choices), self.span(node))
    }
}

/// The operator of a token.
pub(super) fn operator_of(token: &str) -> Operator {
    match token {
        "+" => Operator::Add,
        "%" => Operator::Percent,
        "*" => Operator::Multiply,
        "-" => Operator::Subtract,
        "^" => Operator::Xor,
        "/" => Operator::Divide,
        "//" => Operator::FloorDivide,
        "**" => Operator::Power,
        "&" => Operator::BitAnd,
        "|" => Operator::BitOr,
        "<<" => Operator::ShiftLeft,
        ">>" => Operator::ShiftRight,
        "==" | "is" => Operator::Equal,
        "!=" | "<>" | "is not" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "in" => Operator::In,
        "not in" => Operator::NotIn,
        "and" => Operator::And,
        "or" => Operator::Or,
        _ => Operator::Other,
    }
}
