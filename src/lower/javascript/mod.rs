//! Lowers JavaScript and TypeScript, both with JSX.
//!
//! How their forms are expressed, where it is not plain:
//! * `require(m)` and `import(m)` are calls; `import` statements and `export … from` are imports (of nothing, if no
//!   local name is bound). `export { a as b }` assigns `a` to `exports.b`, `export default e` to `exports.default`;
//!   exports that keep their name are plain definitions.
//! * Patterns are targets, as [`OperationKind::Assign`](super::operation::OperationKind::Assign) says. A parameter
//!   that is a pattern gets a name that no program can use, from which the body first takes it apart.
//! * An assignment inside an expression, and a class that is a value, are operations before the statement.
//! * `try` runs its body in place; its handler is an arm of a branch behind it; `finally` follows.
//! * Function declarations come before the other operations of their block, as the language has it.
//! * `new C(…)` is a call of `C`. A tagged template is a call with the text as one argument, then the values.
//! * Types are skipped. Regular expressions are constants, so that their `exec` is no shell.

mod class;
mod expression;
mod function;
mod literal;
mod module;
mod pattern;
mod statement;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use super::operation::{Argument, Expression, Operation, Program};
use super::syntax::{self, Grammar, Lowering, Place};
use crate::document::Language;

/// JavaScript, to the code that lowerings share.
enum JavaScript {}

type Lowered<'p, 't> = Lowering<'p, 't, JavaScript>;

impl Grammar for JavaScript {
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
        vec![Argument { name: None, value: lowering.expression(node) }]
    }

    fn place(kind: &str) -> Place {
        match kind {
            "identifier" | "member_expression" | "subscript_expression" => Place::CallableTarget,
            "call_expression" | "import" | "super" | "parenthesized_expression" | "property_identifier" => {
                Place::Callable
            }
            "object_pattern" | "array_pattern" => Place::Target,
            "class_body" | "switch_body" | "statement_block" | "switch_case" | "switch_default" => Place::Statement,
            "method_definition" | "field_definition" | "public_field_definition" => Place::Statement,
            _ if ["_statement", "_declaration", "_clause"].iter().any(|end| kind.ends_with(end)) => Place::Statement,
            _ => Place::Expression,
        }
    }

    fn begins(line: &str) -> bool {
        let word = line.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
        !matches!(word, "else" | "catch" | "finally")
            && line.starts_with(|first: char| first.is_alphanumeric() || "_$@\"'`([!;{+-~".contains(first))
    }
}

/// Lowers a text.
///
/// The grammars lag behind their languages, and file names lie: where a grammar cannot read all of a text, its
/// sisters have a try, and the one that reads most is taken.
#[must_use]
pub fn lower(text: &str, language: Language) -> Program {
    let javascript = || tree_sitter_javascript::LANGUAGE.into();
    let typescript = || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into();
    let tsx = || tree_sitter_typescript::LANGUAGE_TSX.into();
    let grammars = match language {
        Language::TypeScript => [typescript(), tsx(), javascript()],
        Language::Tsx => [tsx(), typescript(), javascript()],
        _ => [javascript(), tsx(), typescript()],
    };
    syntax::lower::<JavaScript>(text, &grammars)
}
