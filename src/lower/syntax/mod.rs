//! What the lowerings over tree-sitter grammars share: reading a text into trees within a budget, walking a tree
//! without recursion that the input controls, and going on where a grammar gives up.
//!
//! Two rules keep hostile input harmless. Depth: no expression or statement is lowered below [`DEPTH`] levels of
//! the program that it belongs to; what stands deeper is *deferred*: lowered afterwards, at the end of the body, as a
//! piece of its own, so that nothing in it is lost but its place. Budget: a parser may take a number of steps that
//! is linear in the text, counted, not timed; what it cannot read by then is damage.

mod chain;
mod read;
#[cfg(test)]
pub(super) mod render;

use std::collections::{HashSet, VecDeque};
use std::marker::PhantomData;
use std::mem;

use tree_sitter::{Language, Node};

use super::operation::{
    Argument, AssignMode, Call, Expression, ExpressionKind, Function, FunctionId, Operation, OperationKind, Program,
};
use crate::source::Span;

use self::chain::CHAIN;
pub(super) use self::chain::{NAME, assign_all, chain, concatenate, named, one_of, readable, when};
pub(super) use self::read::tree;

/// How many levels of expressions and operations a program may nest.
pub(super) const DEPTH: usize = 200;

/// A language that is lowered over a tree-sitter grammar.
pub(super) trait Grammar: Sized {
    /// Lowers any node as a statement; an expression is evaluated. Nodes of kind `ERROR` are lowered piece by piece.
    fn statement<'t>(lowering: &mut Lowering<'_, 't, Self>, node: Node<'t>, out: &mut Vec<Operation>);

    /// Lowers an expression.
    fn expression<'t>(lowering: &mut Lowering<'_, 't, Self>, node: Node<'t>) -> Expression;

    /// Lowers what is assigned to.
    fn target<'t>(lowering: &mut Lowering<'_, 't, Self>, node: Node<'t>) -> Expression;

    /// Lowers an argument of a call; it may turn out to be several.
    fn arguments<'t>(lowering: &mut Lowering<'_, 't, Self>, node: Node<'t>) -> Vec<Argument>;

    /// What a kind of node can be.
    fn place(kind: &str) -> Place;

    /// Whether a line that is not indented may begin a statement of its own.
    fn begins(line: &str) -> bool;
}

/// What a node can be among the loose nodes of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// An expression that may be called.
    Callable,
    /// An expression that may be called or assigned to.
    CallableTarget,
    /// Something that may only be assigned to.
    Target,
    /// Any other expression.
    Expression,
    /// A statement, or a part of one.
    Statement,
}

/// Lowers a text with the first of the grammars that reads it, or with the one that reads most of it.
pub(super) fn lower<G: Grammar>(text: &str, grammars: &[Language]) -> Program {
    let mut program = Program::default();
    let mut body = Vec::new();
    for piece in read::read::<G>(text, grammars) {
        let Some(tree) = &piece.tree else {
            program.damage.push(Span::new(piece.base, piece.base + piece.text.len()));
            continue;
        };
        let root = tree.root_node();
        for span in read::errors(tree) {
            program.damage.push(span.shifted(piece.base));
        }
        let mut lowering = Lowering::<G>::new(piece.text, piece.base, &mut program);
        G::statement(&mut lowering, root, &mut body);
        while let Some(node) = lowering.deferred.pop_front() {
            G::statement(&mut lowering, node, &mut body);
        }
    }
    program.body = body;
    program
}

/// The children of a node, each with the field that it stands in. Comments and errors are left out.
pub(super) struct Children<'t>(Vec<(Option<&'t str>, Node<'t>)>);

impl<'t> Children<'t> {
    /// The first child in a field.
    pub(super) fn field(&self, name: &str) -> Option<Node<'t>> {
        self.fields(name).next()
    }

    /// All children in a field. Tokens, such as the commas between them, are left out.
    pub(super) fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Node<'t>> + 'a {
        self.0.iter().filter(move |(field, node)| *field == Some(name) && node.is_named()).map(|&(_, node)| node)
    }

    /// All named children.
    pub(super) fn named(&self) -> impl Iterator<Item = Node<'t>> + '_ {
        self.0.iter().map(|&(_, node)| node).filter(Node::is_named)
    }

    /// All children, tokens too.
    pub(super) fn all(&self) -> impl Iterator<Item = Node<'t>> + '_ {
        self.0.iter().map(|&(_, node)| node)
    }

    /// The first child of a kind.
    pub(super) fn kind(&self, kind: &str) -> Option<Node<'t>> {
        self.all().find(|node| node.kind() == kind)
    }
}

/// A lowering under way.
pub(super) struct Lowering<'p, 't, G> {
    text: &'t str,
    base: usize,
    program: &'p mut Program,
    /// Operations inside the expression at hand that must come before it: `(x := f())`, a class as a value.
    pub(super) pending: Vec<Operation>,
    /// The class whose body is being lowered.
    pub(super) class: Option<String>,
    /// How many calls were lowered: tells whether an expression whose value is not wanted does anything.
    pub(super) calls: usize,
    deferred: VecDeque<Node<'t>>,
    depth: usize,
    /// Errors that were lowered: a node whose children are asked for twice must not bring them twice.
    errors: HashSet<usize>,
    grammar: PhantomData<G>,
}

impl<'p, 't, G: Grammar> Lowering<'p, 't, G> {
    fn new(text: &'t str, base: usize, program: &'p mut Program) -> Self {
        Self {
            text,
            base,
            program,
            pending: Vec::new(),
            class: None,
            calls: 0,
            deferred: VecDeque::new(),
            depth: 0,
            errors: HashSet::new(),
            grammar: PhantomData,
        }
    }

    /// Where a node stands, in bytes of the whole text.
    pub(super) fn span(&self, node: Node<'_>) -> Span {
        self.bytes(node.start_byte(), node.end_byte())
    }

    /// The span of a range of the piece at hand, in bytes of the whole text.
    pub(super) fn bytes(&self, start: usize, end: usize) -> Span {
        Span::new(self.boundary(start), self.boundary(end)).shifted(self.base)
    }

    /// Scanners count in code points, so this changes nothing unless one of them has a bug.
    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// The text of a node.
    pub(super) fn source(&self, node: Node<'_>) -> &'t str {
        self.range(node.start_byte(), node.end_byte())
    }

    /// The text of a range of the piece at hand.
    pub(super) fn range(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The children of a node. What stands in errors among them is lowered before the statement at hand.
    pub(super) fn children(&mut self, node: Node<'t>) -> Children<'t> {
        let (children, errors) = split(node);
        for error in errors {
            let mut operations = Vec::new();
            let pending = mem::take(&mut self.pending);
            G::statement(self, error, &mut operations);
            self.pending = pending;
            self.pending.append(&mut operations);
        }
        children
    }

    /// Every child of a node, tokens and errors too, for callers that lower errors in their place.
    pub(super) fn everything(node: Node<'t>) -> Vec<Node<'t>> {
        let mut cursor = node.walk();
        let mut children = Vec::new();
        let mut more = cursor.goto_first_child();
        while more {
            if !is_comment(cursor.node()) {
                children.push(cursor.node());
            }
            more = cursor.goto_next_sibling();
        }
        children
    }

    /// Lowers what stands in an error node: whole statements and expressions, and calls and assignments whose
    /// tokens lie there side by side because something behind them is missing.
    pub(super) fn damaged(&mut self, node: Node<'t>, out: &mut Vec<Operation>) {
        if !self.errors.insert(node.id()) {
            return;
        }
        // Errors inside errors say no more than the outer one.
        let mut nodes = Vec::new();
        let mut stack = vec![node];
        while let Some(node) = stack.pop() {
            if node.is_error() {
                stack.extend(Self::everything(node).into_iter().rev());
            } else {
                nodes.push(node);
            }
        }
        let called = |index: usize| {
            nodes
                .get(index)
                .is_some_and(|node| matches!(G::place(node.kind()), Place::Callable | Place::CallableTarget))
                && nodes.get(index + 1).is_some_and(|node| node.kind() == "(")
        };
        let mut index = 0;
        while let Some(&child) = nodes.get(index) {
            index += 1;
            let place = G::place(child.kind());
            let value = nodes.get(index + 1).copied().filter(Node::is_named);
            let assigned = matches!(place, Place::Target | Place::CallableTarget)
                && nodes.get(index).is_some_and(|node| node.kind() == "=");
            if called(index - 1) {
                index += 1;
                let mut arguments = Vec::new();
                let mut end = child.end_byte();
                // A call among the arguments that is broken too comes next, by itself.
                while let Some(&argument) = nodes.get(index).filter(|node| node.kind() != ")" && !called(index)) {
                    match G::place(argument.kind()) {
                        _ if !argument.is_named() => {}
                        Place::Statement => G::statement(self, argument, out),
                        _ => arguments.extend(G::arguments(self, argument)),
                    }
                    end = argument.end_byte();
                    index += 1;
                }
                let function = G::expression(self, child);
                let span = self.bytes(child.start_byte(), end);
                let call = self.call(function, arguments);
                self.emit(out, OperationKind::Evaluate(Expression::new(call, span)), span);
            } else if let Some(value) = value.filter(|_| assigned) {
                // A broken call that is assigned comes next, by itself; the value is its callee.
                index += if called(index + 1) { 1 } else { 2 };
                let target = G::target(self, child);
                let span = self.bytes(child.start_byte(), value.end_byte());
                let value = G::expression(self, value);
                self.emit(out, OperationKind::Assign { target, value, mode: AssignMode::Set }, span);
            } else if child.is_named() {
                G::statement(self, child, out);
            }
        }
    }

    /// A call, which is counted.
    pub(super) fn call(&mut self, callee: Expression, arguments: Vec<Argument>) -> ExpressionKind {
        self.calls += 1;
        ExpressionKind::Call(Box::new(Call { callee, arguments }))
    }

    /// Lowers a part that damage may have taken from the whole.
    pub(super) fn maybe(&mut self, part: Option<Node<'t>>, whole: Node<'t>) -> Expression {
        match part {
            Some(part) => G::expression(self, part),
            None => self.nothing(whole),
        }
    }

    /// An expression that nothing is known about.
    pub(super) fn nothing(&self, node: Node<'_>) -> Expression {
        Expression::new(ExpressionKind::Other(Vec::new()), self.span(node))
    }

    /// Runs `lower` one level down, or, at the limit, puts the node off and gives nothing.
    pub(super) fn nested<R>(&mut self, node: Node<'t>, lower: impl FnOnce(&mut Self) -> R) -> Option<R> {
        if self.depth >= DEPTH {
            self.program.truncated = true;
            self.deferred.push_back(node);
            return None;
        }
        self.depth += 1;
        let result = lower(self);
        self.depth -= 1;
        Some(result)
    }

    /// Runs `lower` as many levels down as a chain of `operands` makes.
    pub(super) fn chained<R>(&mut self, operands: usize, lower: impl FnOnce(&mut Self) -> R) -> R {
        let levels = operands.min(CHAIN) + operands.max(1).ilog2() as usize;
        self.depth += levels;
        let result = lower(self);
        self.depth -= levels;
        result
    }

    /// Lowers statements into a body of their own.
    pub(super) fn body(&mut self, lower: impl FnOnce(&mut Self, &mut Vec<Operation>)) -> Vec<Operation> {
        let pending = mem::take(&mut self.pending);
        let mut body = Vec::new();
        lower(self, &mut body);
        body.append(&mut self.pending);
        self.pending = pending;
        body
    }

    /// Adds an operation behind what must come before it.
    pub(super) fn emit(&mut self, out: &mut Vec<Operation>, kind: OperationKind, span: Span) {
        out.append(&mut self.pending);
        out.push(Operation::new(kind, span));
    }

    /// Records that a node says something that its tree does not show.
    pub(super) fn misread(&mut self, node: Node<'_>) {
        let span = self.span(node);
        self.program.damage.push(span);
    }

    /// A name, cut where it is longer than names are.
    pub(super) fn cut(&mut self, mut name: String) -> String {
        if name.len() > NAME {
            self.program.truncated = true;
            let end = (0..=NAME).rev().find(|&end| name.is_char_boundary(end));
            name.truncate(end.unwrap_or_default());
        }
        name
    }

    /// Adds a function.
    pub(super) fn define(&mut self, function: Function) -> FunctionId {
        let id = FunctionId(u32::try_from(self.program.functions.len()).unwrap_or(u32::MAX));
        self.program.functions.push(function);
        id
    }

    /// Keeps an expression whose value is not wanted, if lowering it saw a call after the count stood at `calls`.
    pub(super) fn keep(&mut self, calls: usize, expression: Expression) {
        if self.calls > calls {
            self.pending.push(Operation::evaluate(expression));
        }
    }
}

fn is_comment(node: Node<'_>) -> bool {
    node.is_extra() && !node.is_error()
}

fn split(node: Node<'_>) -> (Children<'_>, Vec<Node<'_>>) {
    let mut cursor = node.walk();
    let mut children = Vec::new();
    let mut errors = Vec::new();
    let mut more = cursor.goto_first_child();
    while more {
        let child = cursor.node();
        if child.is_error() {
            errors.push(child);
        } else if !is_comment(child) {
            children.push((cursor.field_name(), child));
        }
        more = cursor.goto_next_sibling();
    }
    (Children(children), errors)
}
