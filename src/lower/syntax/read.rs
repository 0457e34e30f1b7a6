//! Reading a text into trees: within a budget, and in pieces where a grammar chokes on the whole.

use std::ops::ControlFlow;

use tree_sitter::{Language, ParseOptions, ParseState, Parser, Tree};

use super::Grammar;
use crate::source::Span;

/// A text is cut into at most this many pieces, so that many small pieces cannot cost more than one large one.
const PIECES: usize = 1000;

/// A stretch of a text and its tree.
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    /// Where it begins, in bytes of the whole text.
    pub(super) base: usize,
    /// None if the parser took too long.
    pub(super) tree: Option<Tree>,
}

/// Reads a text into pieces: one, or many where the grammars choke on the whole.
pub(super) fn read<'t, G: Grammar>(text: &'t str, grammars: &[Language]) -> Vec<Piece<'t>> {
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
    let mut latest = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let first = line.chars().next();
        if offset - latest > least && first.is_some_and(|first| !first.is_whitespace()) && G::begins(line) {
            starts.push(offset);
            latest = offset;
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
pub(in crate::lower) fn tree(text: &str, grammar: &Language) -> Option<Tree> {
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
pub(super) fn errors(tree: &Tree) -> Vec<Span> {
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
