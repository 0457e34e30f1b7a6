//! Markdown: blocks of prose with their sections, links, code blocks, comments, definitions.

mod block;
mod definitions;
mod parse;
mod urls;

pub(super) use block::BlockBuilder;
pub use parse::parse;
pub(super) use urls::bare_urls;

use crate::source::{Span, SpanMap};

/// What a block of prose is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A heading, with its level from 1.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// An item of a list (its own text, without nested items).
    ListItem,
    /// A cell of a table.
    TableCell,
    /// Visible text of an HTML block.
    Html,
}

/// A block of prose: its inline text joined (emphasis, links and entities resolved), with the way back.
#[derive(Debug, Clone)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands in the document.
    pub span: Span,
    /// The text as a reader sees it; code spans keep their backticks.
    pub text: String,
    /// From `text` to the document.
    pub map: SpanMap,
    /// Index of the innermost section that holds it.
    pub section: u32,
    /// Whether it stands in a block quote.
    pub quoted: bool,
    /// Whether a reader of the rendered page would not see it (hidden by CSS, collapsed, far right …).
    pub hidden: bool,
}

/// A section: a heading and all that follows up to the next heading of the same or a higher level.
#[derive(Debug, Clone)]
pub struct Section {
    /// The heading's text; empty for what stands before the first heading.
    pub heading: String,
    /// Level from 1; 0 for what stands before the first heading.
    pub level: u8,
    /// The section that holds this one.
    pub parent: Option<u32>,
    /// From the heading to the end of the section.
    pub span: Span,
}

/// What a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// `[text](target)`, a reference link or an autolink.
    Link,
    /// `![alt](target)`.
    Image,
    /// A bare URL in the text.
    Bare,
    /// A link definition, `[label]: target`.
    Definition,
}

/// A link, an image, a bare URL or a definition.
#[derive(Debug, Clone)]
pub struct Link {
    /// What it is.
    pub kind: LinkKind,
    /// The visible text or alt text; the label of a definition.
    pub text: String,
    /// The target as written, entities resolved.
    pub target: String,
    /// The title, or the title of a definition.
    pub title: String,
    /// Where it stands in the document.
    pub span: Span,
    /// Index of the innermost section that holds it.
    pub section: u32,
}

/// A code block or code span, before it becomes a document of its own.
#[derive(Debug, Clone)]
pub struct Code {
    /// How it is written.
    pub relation: super::Relation,
    /// The word that names its language: first of the info string, of a `class`, of a script's `type`; may be empty.
    pub tag: String,
    /// Its text, without the indentation, list and quote marks of its lines.
    pub text: String,
    /// From `text` to the document.
    pub map: SpanMap,
    /// Where it stands in the document, fences included.
    pub span: Span,
    /// Index of the innermost section that holds it.
    pub section: u32,
    /// Index in [`Markdown::blocks`] of the block of prose that introduces it (the paragraph or item just before,
    /// or the block that holds a code span).
    pub introduced_by: Option<u32>,
    /// For a code span: where its first backtick stands in the text of that block. 0 for other code.
    pub offset: u32,
    /// Whether it stands in a block quote.
    pub quoted: bool,
}

/// A comment: `<!-- … -->`, or a definition that renders as nothing (`[//]: # (…)`).
#[derive(Debug, Clone)]
pub struct Comment {
    /// Its text.
    pub text: String,
    /// From `text` to the document.
    pub map: SpanMap,
    /// Where it stands, marks included.
    pub span: Span,
    /// Index of the innermost section that holds it.
    pub section: u32,
}

/// The structure of a Markdown document (its front matter is split off before).
#[derive(Debug, Clone, Default)]
pub struct Markdown {
    /// Sections in reading order; the first is what stands before the first heading.
    pub sections: Vec<Section>,
    /// Blocks of prose in reading order.
    pub blocks: Vec<Block>,
    /// Links in reading order.
    pub links: Vec<Link>,
    /// Code in reading order.
    pub code: Vec<Code>,
    /// Comments in reading order.
    pub comments: Vec<Comment>,
    /// Where the front matter stands, between its fences.
    pub front_matter: Option<Span>,
}

impl Markdown {
    /// Index of the innermost section that holds the byte at `offset`.
    #[must_use]
    pub fn section_at(&self, offset: u32) -> u32 {
        let after = self.sections.partition_point(|section| section.span.start <= offset);
        after.saturating_sub(1) as u32
    }
}
