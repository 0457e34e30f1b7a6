use super::{Block, BlockKind, Link, LinkKind, Markdown, bare_urls};
use crate::document::align;
use crate::source::{Span, SpanMapBuilder};

/// A link or image that is still open inside a block.
#[derive(Debug)]
struct OpenLink {
    kind: LinkKind,
    target: String,
    title: String,
    span: Span,
    /// Where its text starts in the block's text.
    text_start: usize,
}

/// A block of prose under construction.
#[derive(Debug)]
pub(in crate::document) struct BlockBuilder {
    kind: BlockKind,
    span: Span,
    text: String,
    map: SpanMapBuilder,
    section: u32,
    quoted: bool,
    hidden: bool,
    open_links: Vec<OpenLink>,
    links: Vec<Link>,
    /// Ranges of the text that are link texts: a URL in there is the link itself.
    linked: Vec<std::ops::Range<usize>>,
}

impl BlockBuilder {
    pub(in crate::document) fn new(kind: BlockKind, span: Span, section: u32, quoted: bool, hidden: bool) -> Self {
        Self {
            kind,
            span,
            text: String::new(),
            map: SpanMapBuilder::default(),
            section,
            quoted,
            hidden,
            open_links: Vec::new(),
            links: Vec::new(),
            linked: Vec::new(),
        }
    }

    pub(super) fn kind(&self) -> BlockKind {
        self.kind
    }

    /// Length of the text so far, in bytes.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// A builder for what follows in the same block after it was cut in two.
    pub(super) fn continued(&self, at: usize, hidden: bool) -> Self {
        Self::new(self.kind, Span::at(at), self.section, self.quoted, hidden)
    }

    /// Adds text that stands at `span` of `host`, as it is or computed.
    pub(in crate::document) fn push(&mut self, text: &str, host: &str, span: Span) {
        self.text.push_str(text);
        align::push_folded(&mut self.map, text, host, span);
        self.span = self.span.cover(span);
    }

    /// Adds text that was computed from `span`.
    pub(super) fn push_computed(&mut self, text: &str, span: Span) {
        self.text.push_str(text);
        self.map.computed(text.len(), span);
        self.span = self.span.cover(span);
    }

    /// Adds a code span in backticks, whatever number of them it is written with.
    pub(super) fn push_code(&mut self, code: &str, host: &str, span: Span, inner: Span) {
        self.text.push('`');
        self.map.exact(Span { start: span.start, end: span.start + 1 });
        self.push(code, host, inner);
        self.text.push('`');
        self.map.exact(Span { start: span.end - 1, end: span.end });
        self.span = self.span.cover(span);
    }

    pub(super) fn open_link(&mut self, kind: LinkKind, target: String, title: String, span: Span) {
        self.open_links.push(OpenLink { kind, target, title, span, text_start: self.text.len() });
    }

    pub(super) fn close_link(&mut self) {
        let Some(open) = self.open_links.pop() else { return };
        let range = open.text_start..self.text.len();
        self.links.push(Link {
            kind: open.kind,
            text: self.text[range.clone()].to_owned(),
            target: open.target,
            title: open.title,
            span: open.span,
            section: self.section,
        });
        self.linked.push(range);
    }

    /// Adds the block (unless it has no text) and its links to `markdown`.
    pub(in crate::document) fn finish(mut self, markdown: &mut Markdown) {
        while !self.open_links.is_empty() {
            self.close_link();
        }
        let map = self.map.finish();
        // Link texts are in order of their ends; outer links enclose inner ones, so starts need sorting.
        self.linked.sort_by_key(|range| range.start);
        let mut linked = self.linked.iter().peekable();
        for range in bare_urls(&self.text) {
            while linked.next_if(|known| known.end <= range.start).is_some() {}
            if linked.peek().is_some_and(|known| known.start <= range.start) {
                continue;
            }
            self.links.push(Link {
                kind: LinkKind::Bare,
                text: String::new(),
                target: self.text[range.clone()].to_owned(),
                title: String::new(),
                span: map.map(Span::new(range.start, range.end)),
                section: self.section,
            });
        }
        markdown.links.append(&mut self.links);
        if !self.text.trim().is_empty() {
            markdown.blocks.push(Block {
                kind: self.kind,
                span: self.span,
                text: self.text,
                map,
                section: self.section,
                quoted: self.quoted,
                hidden: self.hidden,
            });
        }
    }
}
