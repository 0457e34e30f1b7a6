//! Models: what a program, a library call or a method does. Data in `rules/models/`, one file per tool family.
//!
//! The written form (`schema`, which documents the file format) and the compiled form (`known`) are different types; `load`
//! validates and converts. [`Models`] is asked by name.

mod known;
mod load;
mod lookup;
mod options;
mod schema;
mod template;

pub use known::{Condition, ExpectedEffect, KnownCall, KnownExample, KnownProgram, PlannedEffect, Test};
pub use load::ModelError;
pub use lookup::Models;
pub use options::{Binding, OptionTable, Piece, Syntax};
pub use schema::{Argument, CallModel, EffectTemplate, Example, Form, ModelFile, Options, ProgramModel};
pub use template::Template;

/// The text filters that models may name (`filter`): what a program makes of constant input and words.
pub const FILTERS: &[&str] = &[
    "awk", "base64", "cat", "cut", "echo", "grep", "gunzip", "head", "iconv", "jq", "openssl", "perl", "printf", "rev",
    "sed", "sort", "tr", "uudecode", "xxd",
];

/// The pure functions that models may name (`pure`): what a call makes of constant receiver and arguments. The first
/// input is the receiver of a method, if there is one.
pub const PURE: &[&str] = &[
    "ascii85-decode",
    "base32-decode",
    "base64-decode",
    "base64-encode",
    "base85-decode",
    "buffer-from",
    "bytes",
    "capitalize",
    "char",
    "char-at",
    "code",
    "codec-decode",
    "codec-encode",
    "concat",
    "decode-text",
    "deflate-decompress",
    "encode-text",
    "format",
    "from-char-codes",
    "gzip-decompress",
    "hex",
    "hex-decode",
    "hex-encode",
    "html-unescape",
    "int",
    "int-to-bytes",
    "join",
    "join-by",
    "json-parse",
    "json-stringify",
    "list",
    "lower",
    "make-translation",
    "map",
    "ord",
    "pad-end",
    "pad-start",
    "path-basename",
    "path-dirname",
    "path-join",
    "range",
    "repeat",
    "replace",
    "replace-all",
    "replace-regex",
    "reverse",
    "slice",
    "split",
    "split-lines",
    "str",
    "strip",
    "strip-left",
    "strip-right",
    "substr",
    "substring",
    "swap-case",
    "to-string",
    "translate",
    "unescape",
    "upper",
    "url-decode",
    "url-encode",
    "uu-decode",
    "zlib-decompress",
];
