use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{BlockBuilder, BlockKind, Code, Comment, Link, LinkKind, Markdown, Section, definitions};
use crate::document::html::{self, OpenElements, Piece};
use crate::document::{Relation, align};
use crate::source::{Span, SpanMap, SpanMapBuilder};

/// Parses the Markdown of `text` from byte `body` on (what stands before is front matter).
///
/// Tables, strikethrough, footnotes, task lists and alerts of GitHub's dialect are on; typographic replacements and
/// mathematics are off: they change the text that an agent reads.
#[must_use]
pub fn parse(text: &str, body: usize) -> Markdown {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut reader = Reader {
        text,
        markdown: Markdown::default(),
        open_sections: vec![0],
        quotes: 0,
        items: 0,
        block: None,
        code: None,
        html: None,
        elements: OpenElements::default(),
        covered: Vec::new(),
    };
    reader.markdown.sections.push(Section {
        heading: String::new(),
        level: 0,
        parent: None,
        span: Span::new(body, text.len()),
    });
    for (event, range) in Parser::new_ext(text.get(body..).unwrap_or_default(), options).into_offset_iter() {
        reader.event(event, Span::new(range.start + body, range.end + body));
    }
    reader.finish(body)
}

/// A code block under construction.
struct OpenCode {
    relation: Relation,
    text: String,
    map: SpanMapBuilder,
    span: Span,
}

struct Reader<'a> {
    text: &'a str,
    markdown: Markdown,
    /// Indices of the sections that are open, outermost first.
    open_sections: Vec<u32>,
    /// Number of open block quotes.
    quotes: usize,
    /// Number of open list items.
    items: usize,
    block: Option<BlockBuilder>,
    code: Option<OpenCode>,
    /// An HTML block under construction: its text and the way back.
    html: Option<(String, SpanMapBuilder)>,
    elements: OpenElements,
    /// Where leaf blocks stand: what none covers is blank, a mark of a container or a definition.
    covered: Vec<Span>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                if let Some(code) = &mut self.code {
                    code.text.push_str(&text);
                    align::push_folded(&mut code.map, &text, self.text, span);
                } else if self.html.is_some() {
                    self.push_html(&text, span);
                } else {
                    let host = self.text;
                    let block = self.inline(span);
                    if span.slice(host) == &*text {
                        block.push(&text, host, span);
                    } else {
                        // An entity.
                        block.push_computed(&text, span);
                    }
                }
            }
            Event::Code(code) => self.code_span(&code, span),
            Event::Html(text) => self.push_html(&text, span),
            Event::InlineHtml(text) => self.inline_html(&text, span),
            Event::SoftBreak => self.inline(span).push_computed(" ", span),
            Event::HardBreak => self.inline(span).push_computed("\n", span),
            Event::Rule => {
                self.flush();
                self.covered.push(span);
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => {
                let host = self.text;
                self.inline(span).push(&text, host, span);
            }
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span) {
        match tag {
            Tag::Paragraph => {
                let kind = if self.items > 0 { BlockKind::ListItem } else { BlockKind::Paragraph };
                self.open(kind, span);
            }
            Tag::Heading { level, .. } => {
                self.flush();
                self.open_section(level as u8, span);
                self.open(BlockKind::Heading(level as u8), span);
            }
            Tag::TableCell => self.open(BlockKind::TableCell, span),
            Tag::Table(_) => {
                self.flush();
                self.covered.push(span);
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                self.covered.push(span);
                let relation = match kind {
                    CodeBlockKind::Indented => Relation::Indented,
                    CodeBlockKind::Fenced(info) if info.trim() == "!" => Relation::LoadTime,
                    CodeBlockKind::Fenced(info) => Relation::Fence(info.into_string()),
                };
                self.code = Some(OpenCode { relation, text: String::new(), map: SpanMapBuilder::default(), span });
            }
            Tag::HtmlBlock => {
                self.flush();
                self.covered.push(span);
                self.html = Some((String::new(), SpanMapBuilder::default()));
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::Item => {
                self.flush();
                self.items += 1;
            }
            Tag::List(_) | Tag::FootnoteDefinition(_) => self.flush(),
            Tag::Link { dest_url, title, .. } => {
                self.inline(span).open_link(LinkKind::Link, dest_url.into_string(), title.into_string(), span);
            }
            Tag::Image { dest_url, title, .. } => {
                self.inline(span).open_link(LinkKind::Image, dest_url.into_string(), title.into_string(), span);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                if let (Some(&section), Some(block)) = (self.open_sections.last(), self.markdown.blocks.last())
                    && let Some(section) = self.markdown.sections.get_mut(section as usize)
                    && section.span.contains(block.span)
                    && matches!(block.kind, BlockKind::Heading(_))
                {
                    section.heading.clone_from(&block.text);
                }
            }
            TagEnd::Paragraph | TagEnd::TableCell | TagEnd::FootnoteDefinition | TagEnd::List(_) => self.flush(),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::Item => {
                self.flush();
                self.items = self.items.saturating_sub(1);
            }
            TagEnd::Link | TagEnd::Image => {
                if let Some(block) = &mut self.block {
                    block.close_link();
                }
            }
            _ => {}
        }
    }

    fn section(&self) -> u32 {
        self.open_sections.last().copied().unwrap_or_default()
    }

    fn open_section(&mut self, level: u8, span: Span) {
        while let Some(&open) = self.open_sections.last()
            && open != 0
            && let Some(section) = self.markdown.sections.get_mut(open as usize)
            && section.level >= level
        {
            section.span.end = span.start;
            self.open_sections.pop();
        }
        let parent = self.section();
        let index = self.markdown.sections.len() as u32;
        self.markdown.sections.push(Section {
            heading: String::new(),
            level,
            parent: Some(parent),
            span: Span::new(span.start as usize, self.text.len()),
        });
        self.open_sections.push(index);
    }

    fn open(&mut self, kind: BlockKind, span: Span) {
        self.flush();
        // The cells of a table lie inside the table.
        if kind != BlockKind::TableCell {
            self.covered.push(span);
        }
        let block = BlockBuilder::new(kind, span, self.section(), self.quotes > 0, self.elements.hidden());
        self.block = Some(block);
    }

    /// The block that inline content at `span` belongs to: in a tight list, an item's text has no paragraph.
    fn inline(&mut self, span: Span) -> &mut BlockBuilder {
        if self.block.is_none() {
            self.open(BlockKind::ListItem, span);
        }
        if self.block.as_ref().is_some_and(|block| block.kind() == BlockKind::ListItem) {
            match self.covered.last_mut() {
                Some(last) if last.start <= span.start => *last = last.cover(span),
                _ => self.covered.push(span),
            }
        }
        let (section, quoted, hidden) = (self.section(), self.quotes > 0, self.elements.hidden());
        self.block.get_or_insert_with(|| BlockBuilder::new(BlockKind::ListItem, span, section, quoted, hidden))
    }

    fn flush(&mut self) {
        if let Some(block) = self.block.take() {
            block.finish(&mut self.markdown);
        }
    }

    fn code_span(&mut self, code: &str, span: Span) {
        let source = span.slice(self.text);
        let ticks = source.bytes().take_while(|&byte| byte == b'`').count();
        let raw = Span::new(span.start as usize + ticks, (span.end as usize).saturating_sub(ticks));
        // One blank on each side is not part of the code.
        let padded = raw.len() >= code.len() + 2 && !code.starts_with(' ');
        let inner = if padded { Span { start: raw.start + 1, end: raw.end - 1 } } else { raw };
        let host = self.text;
        let block = self.inline(span);
        let offset = block.len() as u32;
        block.push_code(code, host, span, inner);
        let before = host.get(..span.start as usize).unwrap_or_default();
        let is_load_time =
            before.strip_suffix('!').is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace));
        let relation = if is_load_time { Relation::LoadTime } else { Relation::InlineCode };
        let (section, next_block) = (self.section(), self.markdown.blocks.len() as u32);
        self.markdown.code.push(Code {
            relation,
            tag: String::new(),
            text: code.to_owned(),
            map: align::folded(code, host, inner),
            span,
            section,
            introduced_by: Some(next_block),
            offset,
            quoted: self.quotes > 0,
        });
    }

    fn end_code(&mut self) {
        let Some(open) = self.code.take() else { return };
        let section = self.section();
        let tag = if let Relation::Fence(info) = &open.relation { info_tag(info) } else { String::new() };
        self.markdown.code.push(Code {
            relation: open.relation,
            tag,
            text: open.text,
            map: open.map.finish(),
            span: open.span,
            section,
            introduced_by: self.last_block(),
            offset: 0,
            quoted: self.quotes > 0,
        });
    }

    fn last_block(&self) -> Option<u32> {
        self.markdown.blocks.len().checked_sub(1).map(|at| at as u32)
    }

    fn push_html(&mut self, text: &str, span: Span) {
        if let Some((html, map)) = &mut self.html {
            html.push_str(text);
            align::push_folded(map, text, self.text, span);
        }
    }

    fn end_html(&mut self) {
        let Some((html, map)) = self.html.take() else { return };
        let map = map.finish();
        for piece in html::read(&html, &mut self.elements) {
            self.piece(piece, &html, &map);
        }
    }

    /// Takes over a piece of HTML; `map` goes from `html` to the document.
    fn piece(&mut self, piece: Piece, html: &str, map: &SpanMap) {
        let section = self.section();
        let quoted = self.quotes > 0;
        let inner_map = |inner: Span| SpanMap::shifted(inner.start as usize, inner.len()).through(map);
        match piece {
            Piece::Text { span, text, map: text_map, hidden } => {
                let place = map.map(span);
                let text_map = text_map.through(map);
                for range in super::bare_urls(&text) {
                    self.markdown.links.push(Link {
                        kind: LinkKind::Bare,
                        text: String::new(),
                        target: text[range.clone()].to_owned(),
                        title: String::new(),
                        span: text_map.map(Span::new(range.start, range.end)),
                        section,
                    });
                }
                self.markdown.blocks.push(super::Block {
                    kind: BlockKind::Html,
                    span: place,
                    text,
                    map: text_map,
                    section,
                    quoted,
                    hidden,
                });
            }
            Piece::Comment { inner, span } => self.markdown.comments.push(Comment {
                text: inner.slice(html).to_owned(),
                map: inner_map(inner),
                span: map.map(span),
                section,
            }),
            Piece::Script { inner, span, tag } => {
                let tag = if tag.is_empty() { "javascript".to_owned() } else { tag };
                self.markdown.code.push(Code {
                    relation: Relation::Html,
                    tag,
                    text: inner.slice(html).to_owned(),
                    map: inner_map(inner),
                    span: map.map(span),
                    section,
                    introduced_by: None,
                    offset: 0,
                    quoted,
                });
            }
            Piece::Handler { inner, span } => self.markdown.code.push(Code {
                relation: Relation::Html,
                tag: "javascript".to_owned(),
                text: inner.slice(html).to_owned(),
                map: inner_map(inner),
                span: map.map(span),
                section,
                introduced_by: None,
                offset: 0,
                quoted,
            }),
            Piece::Code { span, text, map: text_map, tag } => {
                let introduced_by = self.last_block();
                self.markdown.code.push(Code {
                    relation: Relation::Fence(tag.clone()),
                    tag,
                    text,
                    map: text_map.through(map),
                    span: map.map(span),
                    section,
                    introduced_by,
                    offset: 0,
                    quoted,
                });
            }
            Piece::Link { kind, target, text, span } => self.markdown.links.push(Link {
                kind,
                text,
                target,
                title: String::new(),
                span: map.map(span),
                section,
            }),
        }
    }

    /// A tag or comment inside a paragraph. What it hides becomes a block of its own.
    fn inline_html(&mut self, text: &str, span: Span) {
        let was_hidden = self.elements.hidden();
        let mut builder = SpanMapBuilder::default();
        align::push_folded(&mut builder, text, self.text, span);
        let map = builder.finish();
        let pieces = html::read(text, &mut self.elements);
        let hidden = self.elements.hidden();
        if hidden != was_hidden
            && let Some(block) = self.block.take()
        {
            let next = block.continued(span.end as usize, hidden);
            block.finish(&mut self.markdown);
            self.block = Some(next);
        }
        for piece in pieces {
            match piece {
                // Alternative text: part of what a reader sees.
                Piece::Text { text, .. } => self.inline(span).push_computed(&text, span),
                other => self.piece(other, text, &map),
            }
        }
        if text.len() < 8 && text.to_ascii_lowercase().starts_with("<br") {
            self.inline(span).push_computed("\n", span);
        }
    }

    fn finish(mut self, body: usize) -> Markdown {
        self.flush();
        self.end_code();
        self.end_html();
        self.covered.sort_unstable();
        let text = self.text;
        for definition in definitions::find(text, body, &self.covered) {
            let section = self.markdown.section_at(definition.span.start);
            if definition.is_comment(text) {
                // `[//]: # (…)` speaks in its title; `[a comment]: # ` and `[: text ]: .` in the label.
                let inner = if definition.title.is_empty() { definition.label } else { definition.title };
                self.markdown.comments.push(Comment {
                    text: inner.slice(text).to_owned(),
                    map: SpanMap::shifted(inner.start as usize, inner.len()),
                    span: definition.span,
                    section,
                });
            }
            self.markdown.links.push(Link {
                kind: LinkKind::Definition,
                text: definition.label.slice(text).to_owned(),
                target: html::decode_entities(definition.target.slice(text).trim_matches(['<', '>'])).into_owned(),
                title: definition.title.slice(text).to_owned(),
                span: definition.span,
                section,
            });
        }
        self.markdown.links.sort_by_key(|link| link.span);
        self.markdown.comments.sort_by_key(|comment| comment.span);
        self.markdown.code.sort_by_key(|code| code.span);
        let blocks = self.markdown.blocks.len() as u32;
        for code in &mut self.markdown.code {
            code.introduced_by = code.introduced_by.filter(|&block| block < blocks);
        }
        self.markdown
    }
}

/// The language word of an info string: `bash title="x"`, `{.bash}`, `{bash}`, `bash,ignore`, `language-bash`.
fn info_tag(info: &str) -> String {
    let word = info
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ':' | '=' | ';'))
        .map(|word| word.trim_start_matches('.'))
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    word.strip_prefix("language-").unwrap_or(word).to_ascii_lowercase()
}
