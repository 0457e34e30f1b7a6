//! Floor 2: files become documents: Markdown blocks and sections, front matter, manifests, embedded code.
//!
//! A document is a text in one language with a map back to its file. A fenced block, a here-document, the
//! string of `bash -c` and a decoded base64 layer are documents too, hosted by another one.

mod align;
mod commands;
mod declared;
mod detect;
mod embedded;
mod enclosed;
pub mod frontmatter;
mod html;
mod identity;
mod language;
mod notebook;
mod page;
mod programs;
pub mod reach;
mod read;
mod recipes;
mod stance;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use declared::Declared;
pub use detect::{of_content, of_shebang};
pub use language::Language;
pub use store::Documents;

use crate::finding::{Reach, Stance};
use crate::source::{Span, SpanMap};

/// Index of a document in [`Documents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub u32);

/// How a document stands in its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// A fenced code block; the info string as written.
    Fence(String),
    /// A code block made by indentation.
    Indented,
    /// A code span within a sentence.
    InlineCode,
    /// Code that the host runs when it loads the text: `` !`cmd` `` or a ```` ```! ```` block.
    LoadTime,
    /// An HTML comment, or a link definition used as one.
    Comment,
    /// HTML inside Markdown, or a script inside HTML.
    Html,
    /// The body of a here-document or here-string.
    Heredoc,
    /// A string that a program or call runs as code (`bash -c`, `python -c`, `eval`).
    CommandString,
    /// A constant that was decoded; the scheme, such as `base64`.
    Decoded(String),
    /// A value of a manifest or front matter; its path, such as `hooks.SessionStart[0].command`.
    ManifestValue(String),
    /// The front matter block itself.
    FrontMatter,
}

/// What holds an embedded document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The document it stands in.
    pub document: DocumentId,
    /// Where it stands there.
    pub span: Span,
    /// How it stands there.
    pub relation: Relation,
}

/// A text in one language, and where it came from.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its index.
    pub id: DocumentId,
    /// Index of its file in [`Documents::files`].
    pub file: u32,
    /// What holds it; `None` for a whole file.
    pub holder: Option<Holder>,
    /// Its language.
    pub language: Language,
    /// Its text.
    pub text: Arc<str>,
    /// From its text to the text of its **file** (through all hosts).
    pub map: SpanMap,
    /// How its content is put.
    pub stance: Stance,
    /// How it is reached, as far as its own place tells; the flow floor raises it along references.
    pub reach: Reach,
    /// Nesting depth: 0 for a file.
    pub depth: u32,
    /// The Markdown structure, for Markdown documents.
    pub markdown: Option<Arc<markdown::Markdown>>,
    /// The manifest tree, for JSON, YAML, TOML and front matter.
    pub manifest: Option<Arc<manifest::Node>>,
}

pub mod manifest;
pub mod markdown;
