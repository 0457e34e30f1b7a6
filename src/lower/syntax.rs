//! What the lowerings over tree-sitter grammars share: reading a text into trees within a budget, walking a tree
//! without recursion that the input controls, and going on where a grammar gives up.
//!
//! Two rules keep hostile input harmless. Depth: no expression or statement is lowered below [`DEPTH`] levels of
//! the program that it belongs to; what stands deeper is *deferred*: lowered afterwards, at the end of the body, as a
//! piece of its own, so that nothing in it is lost but its place. Budget: a parser may take a number of steps that
//! is linear in the text, counted, not timed; what it cannot read by then is damage.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem;
use std::ops::ControlFlow;

use tree_sitter::{Language, Node, ParseOptions, ParseState, Parser, Tree};

use super::operation::{
    Argument, AssignMode, Call, Expression, ExpressionKind, Function, FunctionId, Operation, OperationKind, Operator,
    Program,
};
use crate::source::Span;

/// How many levels of expressions and operations a program may nest.
pub(super) const DEPTH: usize = 200;

/// A text is cut into at most this many pieces, so that many small pieces cannot cost more than one large one.
const PIECES: usize = 1000;

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

/// A stretch of a text and its tree.
pub(super) struct Piece<'t> {
    text: &'t str,
    base: usize,
    tree: Option<Tree>,
}

/// Lowers a text with the first of the grammars that reads it, or with the one that reads most of it.
pub(super) fn lower<G: Grammar>(text: &str, grammars: &[Language]) -> Program {
    let mut program = Program::default();
    let mut body = Vec::new();
    for piece in read::<G>(text, grammars) {
        let Some(tree) = &piece.tree else {
            program.damage.push(Span::new(piece.base, piece.base + piece.text.len()));
            continue;
        };
        let root = tree.root_node();
        for span in errors(tree) {
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

/// Reads a text into pieces: one, or many where the grammars choke on the whole.
fn read<'t, G: Grammar>(text: &'t str, grammars: &[Language]) -> Vec<Piece<'t>> {
    let whole = parse(text, 0, grammars);
    let damaged = whole.damaged();
    if damaged <= text.len() / 8 {
        return vec![whole];
    }
    let starts = cuts::<G>(text);
    if starts.len() < 2 {
        return vec![whole];
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let pieces: Vec<_> = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| parse(text.get(start..end).unwrap_or_default(), start, grammars))
        .collect();
    if pieces.iter().map(Piece::damaged).sum::<usize>() < damaged { pieces } else { vec![whole] }
}

/// Where a text can be cut: at lines that begin statements and are not indented.
fn cuts<G: Grammar>(text: &str) -> Vec<usize> {
    let least = text.len() / PIECES;
    let mut starts = vec![0];
    let mut last = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let first = line.chars().next();
        if offset - last > least && first.is_some_and(|first| !first.is_whitespace()) && G::begins(line) {
            starts.push(offset);
            last = offset;
        }
        offset += line.len();
    }
    starts
}

fn parse<'t>(text: &'t str, base: usize, grammars: &[Language]) -> Piece<'t> {
    let mut best = Piece { text, base, tree: None };
    for grammar in grammars {
        let piece = Piece { text, base, tree: tree(text, grammar) };
        let damaged = piece.damaged();
        if best.tree.is_none() || damaged < best.damaged() {
            best = piece;
        }
        if damaged == 0 {
            break;
        }
    }
    best
}

/// Parses a text, unless that takes more steps than a text of this length may cost.
fn tree(text: &str, grammar: &Language) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(grammar).ok()?;
    let bytes = text.as_bytes();
    // The callback comes once in a hundred operations of the parser. Measured, operations per byte: 0.2 to 1 in ordinary
    // code, at most 5 in code made to be slow, errors included. What takes twice that is not worth waiting for.
    let mut budget = 200 + bytes.len() / 10;
    let mut progress = |_: &ParseState| {
        budget = budget.saturating_sub(1);
        if budget == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut |offset, _| bytes.get(offset..).unwrap_or_default(), None, Some(options))
}

impl Piece<'_> {
    /// How many bytes the grammar could not read.
    fn damaged(&self) -> usize {
        match &self.tree {
            Some(tree) if tree.root_node().has_error() => errors(tree).iter().map(|span| span.len().max(1)).sum(),
            Some(_) => 0,
            None => self.text.len() + 1,
        }
    }
}

/// The outermost error nodes of a tree, and the places where the parser made something up.
fn errors(tree: &Tree) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let found = node.is_error() || node.is_missing();
        if found {
            spans.push(Span::new(node.start_byte(), node.end_byte()));
        }
        if !found && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return spans;
            }
        }
    }
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
                let callee = G::expression(self, child);
                let span = self.bytes(child.start_byte(), end);
                let call = self.call(callee, arguments);
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

/// Chains of operators up to this length keep their shape.
const CHAIN: usize = 8;

/// Puts a chain of left-associative operators together: `first op a op b …`.
///
/// A long run of `+` becomes a balanced tree: joining text is associative, and a program that joins 100 000 pieces
/// must not make a tree 100 000 deep. A long run of other operators becomes an `Other` of its operands.
pub(super) fn chain(first: Expression, rest: Vec<(Operator, Expression)>) -> Expression {
    if rest.len() < CHAIN {
        return rest.into_iter().fold(first, |left, (operator, right)| binary(operator, left, right));
    }
    let mut changes = 0;
    let mut run = vec![first];
    let mut rest = rest.into_iter();
    while let Some((operator, right)) = rest.next() {
        if operator != Operator::Add {
            changes += 1;
            if changes > CHAIN {
                run.push(right);
                run.extend(rest.map(|(_, operand)| operand));
                let span = cover(&run);
                return Expression::new(ExpressionKind::Other(run), span);
            }
            run = vec![binary(operator, balanced(run), right)];
        } else {
            run.push(right);
        }
    }
    balanced(run)
}

fn balanced(mut run: Vec<Expression>) -> Expression {
    while run.len() > 1 {
        let mut next = Vec::with_capacity(run.len().div_ceil(2));
        let mut items = run.into_iter();
        while let Some(left) = items.next() {
            next.push(match items.next() {
                Some(right) => binary(Operator::Add, left, right),
                None => left,
            });
        }
        run = next;
    }
    run.pop().unwrap_or_else(|| Expression::new(ExpressionKind::Constant, Span::default()))
}

fn binary(operator: Operator, left: Expression, right: Expression) -> Expression {
    let span = left.span.cover(right.span);
    Expression::new(ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), span)
}

/// The span over some expressions.
pub(super) fn cover(expressions: &[Expression]) -> Span {
    expressions.iter().map(|expression| expression.span).reduce(Span::cover).unwrap_or_default()
}

/// Joins parts of text: neighbouring constants become one, a single constant stands alone.
pub(super) fn concatenate(parts: Vec<Expression>, span: Span) -> Expression {
    let mut joined: Vec<Expression> = Vec::with_capacity(parts.len());
    for part in parts {
        let (last, part) = match (joined.last_mut(), part) {
            (Some(last), part) => (last, part),
            (None, part) => {
                joined.push(part);
                continue;
            }
        };
        match (&mut last.kind, part) {
            (ExpressionKind::Text(left), Expression { kind: ExpressionKind::Text(right), span }) => {
                left.push_str(&right);
                last.span = last.span.cover(span);
            }
            (ExpressionKind::Bytes(left), Expression { kind: ExpressionKind::Bytes(right), span }) => {
                left.extend_from_slice(&right);
                last.span = last.span.cover(span);
            }
            (_, part) => joined.push(part),
        }
    }
    if let [Expression { kind: ExpressionKind::Text(_) | ExpressionKind::Bytes(_), .. }] = joined.as_slice()
        && let Some(only) = joined.pop()
    {
        return Expression::new(only.kind, span);
    }
    if joined.is_empty() {
        return Expression::text("", span);
    }
    Expression::new(ExpressionKind::Concat(joined), span)
}

/// Whether a target can be read back without doing anything twice.
pub(super) fn readable(target: &Expression) -> bool {
    match &target.kind {
        ExpressionKind::Name(_) => true,
        ExpressionKind::Member(object, _) => readable(object),
        ExpressionKind::Index(object, index) => {
            readable(object)
                && (readable(index) || matches!(index.kind, ExpressionKind::Text(_) | ExpressionKind::Integer(_)))
        }
        _ => false,
    }
}

/// Assigns one value to several targets: to one that can be read back, and from there to the others. Gives what
/// the value can be read from.
pub(super) fn assign_all(
    mut targets: Vec<Expression>,
    value: Expression,
    span: Span,
    out: &mut Vec<Operation>,
) -> Option<Expression> {
    let mut assign = |target, value| {
        out.push(Operation::new(OperationKind::Assign { target, value, mode: AssignMode::Set }, span));
    };
    let (carrier, found) = match targets.iter().position(readable) {
        Some(index) => {
            let carrier = targets.remove(index);
            assign(carrier.clone(), value);
            (carrier.clone(), Some(carrier))
        }
        None => (value, None),
    };
    let last = targets.pop();
    for target in targets {
        assign(target, carrier.clone());
    }
    if let Some(last) = last {
        assign(last, carrier);
    }
    found
}
