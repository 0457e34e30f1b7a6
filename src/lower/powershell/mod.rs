//! Lowers PowerShell and batch files.
//!
//! PowerShell is read by a hand-written parser: tree-sitter-powershell fails on just the idioms that malicious
//! scripts are made of (`$env:TEMP\a.exe` as an argument, `IEX(New-Object …).DownloadString(…)`, `??`). It never
//! fails; what it cannot read is recorded in [`Program::damage`] and passed over.
//!
//! How PowerShell maps to operations:
//! * Names of variables, functions, commands and parameters (`-Name`) are lower-cased, for they are compared so;
//!   scopes (`$script:x`) are cut. `$env:Path` is `Name("env:PATH")`, upper-cased. `-Name:value` is two words.
//! * Names of types and members are kept as written: `[Text.Encoding]::UTF8` is `Member(Name("Text.Encoding"), "UTF8")`.
//!   A type always has a dot in its name, and a variable never: `[convert]::x` is a member of `Name("System.convert")`.
//!   **Whoever looks members up must ignore case**, and a leading `System.`.
//! * A cast is a call of the type's name; `[char]73` of a constant is the text itself, `[void]x` is `x`.
//! * `New-Object T(x)` and `[T]::new(x)` are calls of the type's name.
//! * `&` and `.` run the word that follows them, so it is the first word of the command.
//! * A script block is a function value. `( … )` is what it holds; with commands in it, a `Capture`, as `$( … )` is.
//! * A method whose name is computed is `Index(object, name)`.
//! * `@name` as an argument spreads the variable.
//!
//! How batch maps: `%NAME%`, `!NAME!` are expansions of the upper-cased name; `%%i` of `%i`; `%1` of `1`; `%~dp0`
//! of `~dp0`. `set x=v` is an `Assign`. Commands are lower-cased.

mod batch;
mod command;
mod expression;
mod fold;
mod literal;
mod member;
mod parser;
mod pipeline;
mod statement;
mod string;

#[cfg(test)]
mod tests;

use super::operation::Program;
use crate::document::Language;
use parser::Parser;

/// Lowers a text in PowerShell or, for [`Language::Batch`], a batch file.
#[must_use]
pub fn lower(text: &str, language: Language) -> Program {
    if language == Language::Batch {
        return batch::lower(text);
    }
    let mut parser = Parser::new(text);
    let body = parser.script();
    parser.program(body)
}
