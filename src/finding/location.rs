use std::sync::Arc;

use serde::Serialize;

use crate::source::{LineIndex, Span};

/// A stretch of one file, as people and report formats count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Region {
    /// First line, from 1.
    pub line: u32,
    /// Column of the first character, in characters from 1.
    pub column: u32,
    /// Last line, from 1.
    pub end_line: u32,
    /// Column just after the last character, in characters from 1.
    pub end_column: u32,
    /// `column` in UTF-16 code units.
    #[serde(skip)]
    pub column_utf16: u32,
    /// `end_column` in UTF-16 code units.
    #[serde(skip)]
    pub end_column_utf16: u32,
    /// The same stretch in bytes of the decoded text.
    pub span: Span,
}

impl Region {
    /// The region of `span` in `text`.
    #[must_use]
    pub fn new(text: &str, lines: &LineIndex, span: Span) -> Self {
        let start = lines.position(text, span.start);
        let end = lines.position(text, span.end);
        Self {
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            column_utf16: start.column_utf16,
            end_column_utf16: end.column_utf16,
            span,
        }
    }
}

/// One layer between the file and the text in which something was found, outermost first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Host {
    /// What holds the text, such as "fenced block (bash)", "base64 layer", "here-document".
    pub what: String,
    /// First line of the layer in the file, from 1.
    pub line: u32,
}

/// A place in a file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Location {
    /// Path relative to the bundle's root, with `/`; members of archives follow a `!/`.
    pub path: Arc<str>,
    /// The stretch of the file.
    #[serde(flatten)]
    pub region: Region,
    /// The layers between file and place, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Host>,
}
