//! Lowers shell: bash, zsh, sh.
//!
//! One pass of a hand-written parser over bytes, which never fails: an unclosed quote, a stray `)` or a missing `fi` is
//! recorded in [`Program::damage`] and reading goes on behind it. Half of the fences in skills are fragments,
//! transcripts or zsh, where tree-sitter-bash gives up. Where it does not, it is the second reader: what it takes for a
//! command and the first did not is lowered too, so that evading means fooling both.
//!
//! How shell maps to operations:
//! * `a && b`, `a || b`, `a; b` are operations in sequence.
//! * `x=1` alone is an `Assign` to `Name("x")`; before a command it is one of [`Command::assignments`]. `declare`,
//!   `export` and their like become `Assign`s, and stay a command for what they do besides (`export -p`).
//! * `a[i]=v` assigns to `Index(Name(a), i)`; `a=(x y)` assigns a `List`, with `[k]=v` in it a `Map`.
//!   Elements whose number depends on values (`$x` unquoted, `"$@"`) are `Spread`.
//! * `[ … ]` and `test` are commands; `[[ … ]]` and `(( … ))` are `Other` of their parts.
//! * A positional parameter of a function is `Expand` of `1`, `2`, `@`.
//! * `<&3` duplicates onto descriptor 0 and `>&3` onto none, which is 1.
//! * `$(<f)` is a capture of a command without words that reads `f`.
//! * `${!p*}` is an indirect expansion of the name `p*`; `${!a[@]}`, the keys, of `a` with index `"@"`.
//! * A constant `$((…))` is text; any other is `Other` of the variables in it.

mod arithmetic;
mod brace;
mod command;
mod compound;
mod expansion;
mod heredoc;
mod list;
mod parser;
mod quote;
mod second_reader;
mod word;

#[cfg(test)]
mod tests;

use super::operation::Program;
use parser::{Parser, State};

/// Lowers a text.
#[must_use]
pub fn lower(text: &str) -> Program {
    let mut parser = Parser::new(text, State::for_text(text.len()), None);
    let mut body = parser.list();
    let seen = std::mem::take(&mut parser.state.commands);
    for command in second_reader::overlooked(text, &seen) {
        body.extend(parser.within(command.start, command.end, Parser::list));
    }
    let mut damage = parser.state.damage;
    damage.sort_unstable();
    Program { functions: parser.state.functions, body, damage, truncated: parser.state.truncated }
}
