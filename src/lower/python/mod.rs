//! Lowers Python, of version 2 or 3.
//!
//! How Python's forms are expressed, where it is not plain:
//! * `import a.b` is two imports: module `a` under the name `a`, and module `a.b` under no name.
//! * `try` runs its body in place; its handlers and `else` are the arms of a branch behind it; `finally` follows.
//! * `with e as t` assigns `e` to `t`; its body follows in place. The `else` of a loop follows the loop.
//! * `x := e`, and a condition that calls something, are operations before the statement that they stand in.
//! * `match` assigns what a pattern captures from the subject at the start of the arm.
//! * The conditions of a comprehension that call something are bindings of a `Constant`.
//! * `f(**d)` has an argument named `**`; if `d` is written out, its entries are the arguments.
//! * Identifiers are normalised (NFKC), as Python does.

mod definition;
mod expression;
mod literal;
mod statement;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use super::operation::{Argument, Expression, Operation, Program};
use super::syntax::{self, Grammar, Lowering, Place};

/// Python, to the code that lowerings share.
enum Python {}

type Lowered<'p, 't> = Lowering<'p, 't, Python>;

impl Grammar for Python {
    fn statement<'t>(lowering: &mut Lowering<'_, 't, Self>, node: Node<'t>, out: &mut Vec<Operation>) {
        lowering.statement(node, out);
    }

    fn expression<'t>(lowering: &mut Lowering<'_, 't, Self>, node: Node<'t>) -> Expression {
        lowering.expression(node)
    }

    fn target<'t>(lowering: &mut Lowering<'_, 't, Self>, node: Node<'t>) -> Expression {
        lowering.target(node)
    }

    fn arguments<'t>(lowering: &mut Lowering<'_, 't, Self>, node: Node<'t>) -> Vec<Argument> {
        lowering.argument(node)
    }

    fn place(kind: &str) -> Place {
        match kind {
            "identifier" | "attribute" | "subscript" => Place::CallableTarget,
            "call" | "dotted_name" => Place::Callable,
            "pattern_list" | "tuple_pattern" | "list_pattern" => Place::Target,
            "block" => Place::Statement,
            _ if ["_statement", "_definition", "_clause"].iter().any(|end| kind.ends_with(end)) => Place::Statement,
            _ => Place::Expression,
        }
    }

    fn begins(line: &str) -> bool {
        let word = line.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
        !matches!(word, "else" | "elif" | "except" | "finally")
            && line.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '_' | '@' | '"' | '\''))
    }
}

/// Lowers a text.
#[must_use]
pub fn lower(text: &str) -> Program {
    syntax::lower::<Python>(text, &[tree_sitter_python::LANGUAGE.into()])
}
