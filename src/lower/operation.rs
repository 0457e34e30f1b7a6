//! The operations that every language is lowered to.
//!
//! A [`Program`] is a list of operations over expressions. Three kinds of node make it serve shells and general
//! languages alike: a [`Command`] (a program started with words, redirections and pipes), a [`Call`] (a function
//! or method called with arguments) and [`ExpressionKind::Concat`] (text put together from parts).
//! Spans count bytes of the text that was lowered.

use crate::source::Span;

/// Index of a function in [`Program::functions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

/// A lowered text.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// Every function, method and lambda.
    pub functions: Vec<Function>,
    /// What runs when the text runs.
    pub body: Vec<Operation>,
    /// Where the grammar gave up. What stands there was lowered from tokens, if at all.
    pub damage: Vec<Span>,
    /// Whether nesting went past the limit, so that something inside was not lowered.
    pub truncated: bool,
}

/// A function, method or lambda.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name; `None` for a lambda.
    pub name: Option<String>,
    /// The class that it belongs to.
    pub class: Option<String>,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// Its body; a lambda's expression is a [`OperationKind::Return`].
    pub body: Vec<Operation>,
    /// Decorators, outermost first.
    pub decorators: Vec<Expression>,
    /// The whole definition.
    pub span: Span,
}

/// A parameter of a function.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its default.
    pub default: Option<Expression>,
    /// `*args` or `...rest`: takes all further positional arguments.
    pub rest: bool,
    /// `**kwargs`: takes all further named arguments.
    pub keywords: bool,
}

/// Something that is done.
#[derive(Debug, Clone)]
pub struct Operation {
    /// What is done.
    pub kind: OperationKind,
    /// Where.
    pub span: Span,
}

/// What is done.
#[derive(Debug, Clone)]
pub enum OperationKind {
    /// An expression is evaluated for its effect.
    Evaluate(Expression),
    /// A value is stored.
    Assign {
        /// Where to: a name, member, index, or a pattern that takes the value apart: a `List` of targets, in which a
        /// `Constant` skips an element and `Spread` takes the rest; a `Map` from keys to targets, in which an entry
        /// without a key takes the rest; a `Choice` of a target and its default.
        target: Expression,
        /// What.
        value: Expression,
        /// How.
        mode: AssignMode,
    },
    /// One of several arms runs (`if`, `case`, `match`, `try`, `switch`, `&&`, `||`); all are analysed.
    Branch {
        /// The conditions, evaluated first, in order.
        conditions: Vec<Expression>,
        /// The arms.
        arms: Vec<Vec<Operation>>,
    },
    /// A body runs any number of times.
    Loop {
        /// What each turn binds, and from what (`for x in xs`).
        binding: Option<(Expression, Expression)>,
        /// The condition of a `while` or `until`.
        condition: Option<Expression>,
        /// The body.
        body: Vec<Operation>,
    },
    /// A function ends with a value. A `Spread` is one that it gives among others (`yield`).
    Return(Option<Expression>),
    /// From here on these names are those of the surrounding scopes, not the function's own (`global`, `nonlocal`).
    Outer(Vec<String>),
    /// A function is defined here under its name.
    Define(FunctionId),
    /// A class is defined here; its methods are functions with [`Function::class`] set.
    Class {
        /// Its name.
        name: String,
        /// Its base classes.
        bases: Vec<Expression>,
        /// Its body.
        body: Vec<Operation>,
    },
    /// Names are taken from a module.
    Import {
        /// The module as written: `os.path`, `./lib.js`, `node:fs`; leading dots kept.
        module: String,
        /// The name taken from it; `None` for the module itself, `*` for all names.
        name: Option<String>,
        /// The local name; `*` for all names; empty if none is bound (`import 'x'`, and the `a.b` of `import a.b`,
        /// which comes besides an import of `a`).
        alias: String,
    },
    /// A shell alias is defined.
    Alias {
        /// Its name.
        name: String,
        /// What it stands for.
        value: Expression,
    },
}

/// How a value is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignMode {
    /// Replaces what was there.
    Set,
    /// Is put behind what was there (`+=`).
    Append,
    /// Replaces it, and child processes see it (`export`).
    Export,
    /// Makes the target a second name for the variable that the value names (`declare -n`).
    Reference,
}

/// Something that has a value.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// A constant text, escapes resolved.
    Text(String),
    /// A constant byte string.
    Bytes(Vec<u8>),
    /// A constant whole number.
    Integer(i64),
    /// A constant truth value, which options such as `shell=True` hang on.
    Boolean(bool),
    /// A constant that carries no text: `None`, `null`, a float, a regular expression.
    Constant,
    /// A variable, parameter, function or global by name.
    Name(String),
    /// `object.name`.
    Member(Box<Expression>, String),
    /// `object[index]`.
    Index(Box<Expression>, Box<Expression>),
    /// `object[start:end:step]`.
    Slice(Box<Expression>, [Option<Box<Expression>>; 3]),
    /// Text put together from parts: a shell word, an f-string, a template.
    Concat(Vec<Expression>),
    /// `left op right` on values.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// One of several values (`a or b`, `c ? a : b`, `a ?? b`).
    Choice(Vec<Expression>),
    /// A list, tuple or set.
    List(Vec<Expression>),
    /// A mapping. An entry without a key spreads a mapping (`**d`, `...o`).
    Map(Vec<(Option<Expression>, Expression)>),
    /// `[element for binding in source …]`: each binding is (target, source).
    Comprehension {
        /// What is made.
        element: Box<Expression>,
        /// Where the names come from. A condition is the source of a `Constant`.
        bindings: Vec<(Expression, Expression)>,
    },
    /// A function, method or constructor is called.
    Call(Box<Call>),
    /// A program is started.
    Command(Box<Command>),
    /// Commands whose output feeds the next.
    Pipeline(Vec<Expression>),
    /// Operations run together, with redirections of their own (`{ …; } > f`, `( … )`, a loop with `done < f`).
    Group {
        /// What runs.
        body: Vec<Operation>,
        /// Where its input and output go.
        redirects: Vec<Redirect>,
    },
    /// The output of operations, as text: `$( … )`.
    Capture(Vec<Operation>),
    /// A path that reads the output of operations: `<( … )`.
    OutputPath(Vec<Operation>),
    /// A path whose bytes feed operations: `>( … )`.
    InputPath(Vec<Operation>),
    /// A shell parameter expansion.
    Expand(Box<Expansion>),
    /// A function value: a lambda, or an anonymous or inner function.
    Function(FunctionId),
    /// `*e`, `...e`: the elements of a value in place.
    Spread(Box<Expression>),
    /// Something else that is made of these.
    Other(Vec<Expression>),
}

/// Binary operators that matter for building text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`.
    Add,
    /// `%`: remainder, or Python's text formatting.
    Percent,
    /// `*`: product, or repetition.
    Multiply,
    /// `-`.
    Subtract,
    /// `^`.
    Xor,
    /// PowerShell's `-f`.
    Format,
    /// PowerShell's `-join`.
    Join,
    /// PowerShell's `-replace`.
    Replace,
    /// PowerShell's `-split`.
    Split,
    /// `/` on paths, as pathlib uses it; division.
    Divide,
    /// `//`: division without a rest.
    FloorDivide,
    /// `**`.
    Power,
    /// `&` on numbers.
    BitAnd,
    /// `|` on numbers; of mappings, the union.
    BitOr,
    /// `<<` on numbers.
    ShiftLeft,
    /// `>>` on numbers.
    ShiftRight,
    /// `==`, `===`, `is`.
    Equal,
    /// `!=`, `!==`, `is not`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
    /// `and`, `&&`: one of the two.
    And,
    /// `or`, `||`: one of the two.
    Or,
    /// `a if c else b`, `c ? a : b`: on the left the condition, on the right a `Choice` of the two. `not c` is the choice of
    /// `false` and `true`.
    When,
    /// Any other.
    Other,
}

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is called: usually a name or member.
    pub callee: Expression,
    /// The arguments in order.
    pub arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The keyword, if named; `**` for a mapping whose entries are keywords.
    pub name: Option<String>,
    /// The value.
    pub value: Expression,
}

/// A program that is started, or a shell builtin.
#[derive(Debug, Clone)]
pub struct Command {
    /// The words after quote removal and brace expansion; the first is the program. May be empty (`> file`).
    pub words: Vec<Word>,
    /// Variables set for this command, or for the shell if there are no words.
    pub assignments: Vec<(String, Word)>,
    /// Redirections, in order.
    pub redirects: Vec<Redirect>,
    /// Whether it is left running (`&`, `coproc`).
    pub background: bool,
}

/// One word of a command.
#[derive(Debug, Clone)]
pub struct Word {
    /// Its parts, joined.
    pub parts: Vec<WordPart>,
    /// Where it stands. Words made by one brace expansion share a span.
    pub span: Span,
}

/// A part of a word.
#[derive(Debug, Clone)]
pub struct WordPart {
    /// The value: `Text` for literal text, `Expand`, `Capture`, `OutputPath`, …
    pub value: Expression,
    /// Whether it stood in quotes or was escaped: then it is neither split nor matched against file names.
    pub quoted: bool,
}

impl Word {
    /// The word's text, if it is constant.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match &part.value.kind {
                ExpressionKind::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// A redirection.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// The file descriptor on the left, if written.
    pub descriptor: Option<u32>,
    /// What is done with it.
    pub kind: RedirectKind,
    /// Where it stands.
    pub span: Span,
}

/// What a redirection does.
#[derive(Debug, Clone)]
pub enum RedirectKind {
    /// `< path`.
    Read(Word),
    /// `> path`, `>| path`.
    Write(Word),
    /// `>> path`.
    Append(Word),
    /// `<> path`.
    ReadWrite(Word),
    /// `&> path`, `>& path`: output and errors.
    WriteAll(Word),
    /// `<<EOF`: the body, with its expansions.
    Heredoc {
        /// The body's text.
        body: Expression,
        /// Where the body stands.
        span: Span,
    },
    /// `<<< word`.
    HereString(Word),
    /// `n>&m`, `n<&m`.
    Duplicate(Word),
}

/// A shell parameter expansion: `$name`, `${name…}`, `$1`, `$@`.
#[derive(Debug, Clone)]
pub struct Expansion {
    /// The variable's name, or `@ * # ? - $ ! 0 1 …`.
    pub name: String,
    /// `${name[index]}`; `@` and `*` are the texts `"@"` and `"*"`.
    pub index: Option<Expression>,
    /// `${!name}`: the value names the variable that is meant.
    pub indirect: bool,
    /// `${#name}`: the length.
    pub length: bool,
    /// What is done to the value.
    pub operator: ExpansionOperator,
}

/// What a parameter expansion does to the value.
#[derive(Debug, Clone)]
pub enum ExpansionOperator {
    /// Nothing.
    None,
    /// `${v:-w}`, `${v-w}`: `w` if unset.
    Default(Expression),
    /// `${v:=w}`, `${v=w}`: `w` if unset, and assigns it.
    AssignDefault(Expression),
    /// `${v:+w}`, `${v+w}`: `w` if set, else empty.
    Alternative(Expression),
    /// `${v:?w}`: stops if unset.
    Required(Expression),
    /// `${v:offset:length}`.
    Substring(Expression, Option<Expression>),
    /// `${v#p}`, `${v##p}`: cuts a matching prefix; the flag says longest.
    CutPrefix(Expression, bool),
    /// `${v%p}`, `${v%%p}`: cuts a matching suffix; the flag says longest.
    CutSuffix(Expression, bool),
    /// `${v/p/w}`, `${v//p/w}`, `${v/#p/w}`, `${v/%p/w}`: replaces matches.
    Replace {
        /// The pattern.
        pattern: Expression,
        /// What is put in.
        with: Option<Expression>,
        /// Which matches.
        which: ReplaceWhich,
    },
    /// `${v^}`, `${v^^}`, `${v@U}`; the flag says all characters.
    Upper(bool),
    /// `${v,}`, `${v,,}`, `${v@L}`; the flag says all characters.
    Lower(bool),
    /// `${v@E}`, `${v@P}`, `${v@Q}` …: the letter.
    Transform(char),
}

/// Which matches a replacement replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceWhich {
    /// The first.
    First,
    /// All.
    All,
    /// Only at the start.
    Prefix,
    /// Only at the end.
    Suffix,
}

impl Expression {
    /// An expression of this kind at this place.
    #[must_use]
    pub fn new(kind: ExpressionKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// A constant text at this place.
    #[must_use]
    pub fn text(text: impl Into<String>, span: Span) -> Self {
        Self::new(ExpressionKind::Text(text.into()), span)
    }
}

impl Operation {
    /// An operation of this kind at this place.
    #[must_use]
    pub fn new(kind: OperationKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// Evaluates an expression, where it stands.
    #[must_use]
    pub fn evaluate(expression: Expression) -> Self {
        let span = expression.span;
        Self::new(OperationKind::Evaluate(expression), span)
    }
}
