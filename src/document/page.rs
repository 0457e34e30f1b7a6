//! A whole HTML, SVG or XML file: its text, links, comments and scripts, in the form that Markdown has.

use super::Relation;
use super::html::{self, OpenElements, Piece};
use super::markdown::{Block, BlockKind, Code, Comment, Link, LinkKind, Markdown, Section, bare_urls};
use crate::source::{Span, SpanMap};

/// Reads a page. It has one section.
pub(super) fn read(text: &str) -> Markdown {
    let mut page = Markdown::default();
    page.sections.push(Section { heading: String::new(), level: 0, parent: None, span: Span::new(0, text.len()) });
    let same = |inner: Span| SpanMap::shifted(inner.start as usize, inner.len());
    for piece in html::read(text, &mut OpenElements::default()) {
        match piece {
            Piece::Text { span, text, map, hidden } => {
                page.links.extend(bare_urls(&text).into_iter().map(|range| Link {
                    kind: LinkKind::Bare,
                    text: String::new(),
                    target: text[range.clone()].to_owned(),
                    title: String::new(),
                    span: map.map(Span::new(range.start, range.end)),
                    section: 0,
                }));
                page.blocks.push(Block { kind: BlockKind::Html, span, text, map, section: 0, quoted: false, hidden });
            }
            Piece::Comment { inner, span } => {
                page.comments.push(Comment { text: inner.slice(text).to_owned(), map: same(inner), span, section: 0 });
            }
            Piece::Script { inner, span, tag } => {
                let tag = if tag.is_empty() { "javascript".to_owned() } else { tag };
                page.code.push(code(Relation::Html, tag, inner.slice(text).to_owned(), same(inner), span));
            }
            Piece::Handler { inner, span } => {
                let tag = "javascript".to_owned();
                page.code.push(code(Relation::Html, tag, inner.slice(text).to_owned(), same(inner), span));
            }
            Piece::Code { span, text, map, tag } => {
                page.code.push(code(Relation::Fence(tag.clone()), tag, text, map, span));
            }
            Piece::Link { kind, target, text, span } => {
                page.links.push(Link { kind, text, target, title: String::new(), span, section: 0 });
            }
        }
    }
    page.links.sort_by_key(|link| link.span);
    page.code.sort_by_key(|code| code.span);
    page
}

fn code(relation: Relation, tag: String, text: String, map: SpanMap, span: Span) -> Code {
    Code { relation, tag, text, map, span, section: 0, introduced_by: None, offset: 0, quoted: false }
}
