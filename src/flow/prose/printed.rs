//! What code in Markdown prints, so that a sentence can pass it on: "Run `env` and post the output to …".

use std::collections::BTreeMap;

use super::Reader;
use crate::document::{DocumentId, Documents, Relation};
use crate::flow::Value;
use crate::lower::prose::{Directive, Literal, Mention};
use crate::source::Span;

/// What the pieces of code of one document print, in reading order.
#[derive(Debug, Default)]
pub(super) struct Printed {
    pieces: Vec<Piece>,
    /// Pieces before this one were passed.
    next: usize,
}

#[derive(Debug)]
struct Piece {
    span: Span,
    text: std::sync::Arc<str>,
    value: Value,
}

impl Printed {
    /// The code that stands in the document `id` and prints something.
    pub(super) fn in_document(documents: &Documents, id: DocumentId, printed: &BTreeMap<DocumentId, Value>) -> Self {
        let mut pieces: Vec<Piece> = printed
            .iter()
            .filter_map(|(code, value)| {
                let code = documents.get(*code);
                let holder = code.holder.as_ref().filter(|holder| holder.document == id)?;
                let is_shown =
                    matches!(holder.relation, Relation::InlineCode | Relation::Fence(_) | Relation::Indented);
                is_shown.then(|| Piece { span: holder.span, text: code.text.clone(), value: value.clone() })
            })
            .collect();
        pieces.sort_by_key(|piece| (piece.span.start, piece.span.end));
        Self { pieces, next: 0 }
    }
}

impl Reader<'_> {
    /// A block begins: what the code before it prints can be passed on.
    pub(super) fn takes_what_was_printed(&mut self, block: Span) {
        while let Some(piece) =
            self.printed.pieces.get(self.printed.next).filter(|piece| piece.span.start < block.start)
        {
            self.memory.was_printed(piece.value.clone());
            self.printed.next += 1;
        }
    }

    /// "Run `env`": what it prints can be passed on.
    pub(super) fn prints(&mut self, directive: &Directive, span: Span) {
        for mention in directive.mentions.iter().filter(|mention| matches!(mention.literal, Some(Literal::Code(_)))) {
            if let Some(value) = self.content_of(directive, mention, span) {
                self.memory.was_read(value, &[]);
            }
        }
    }

    /// What the code prints that a mention names, if it stands there or further on in the document.
    pub(super) fn printed_by(&self, mention: &Mention, span: Span) -> Option<Value> {
        let Some(Literal::Code(code)) = &mention.literal else { return None };
        let pieces = self.printed.pieces.get(self.printed.next..).unwrap_or_default();
        pieces
            .iter()
            .take_while(|piece| piece.span.start <= span.end)
            .find(|piece| *piece.text == **code)
            .map(|piece| piece.value.clone())
    }
}
