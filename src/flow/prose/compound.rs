//! Fields that say together what a sentence says alone: "endpoint: …" and "payload: …" in two items of a list, the
//! cells of a row. They are read once more as one sentence, for the acts of speech that none performs by itself.

use super::Reader;
use super::speech::FIELDS;
use crate::document::markdown::{Block, BlockKind};
use crate::lower::prose::{self, Grammar};
use crate::source::Span;

/// Most bytes of an item that is a field.
const FIELD: usize = 200;

/// Most words of an item without a label.
const WORDS: usize = 14;

/// Most items that are read together.
const ITEMS: usize = 12;

/// Most rows of a table that is read as a whole, and most bytes of their text.
const ROWS: usize = 8;
const TABLE: usize = 800;

/// Marks that may stand between a label and its colon.
const LOUD: [char; 6] = ['*', '_', '`', ' ', ')', '"'];

/// Items that may belong together.
#[derive(Debug, Default)]
pub(super) struct Compound {
    /// The sentence before the list, if it ends with a colon.
    lead: Option<(String, Span)>,
    items: Vec<(String, Span)>,
    is_row: bool,
    /// The cells of the first row of the table that is being read: what the cells below them are.
    header: Vec<String>,
    /// Whether the row that is being read is the first of its table.
    is_header: bool,
    /// The rows of the table so far: a small one is read as a whole.
    rows: Vec<(String, Span)>,
}

/// Is given the joined text and where it stands.
type Give<'g> = dyn FnMut(&str, Span) + 'g;

impl Compound {
    /// Takes the next block of a document; gives what the blocks before it said together, if it ends them.
    pub(super) fn take(&mut self, block: &Block, document: &str, give: &mut Give<'_>) {
        let is_cell = matches!(block.kind, BlockKind::TableCell);
        let text = block.text.trim().trim_end_matches(['.', ';', '。', '；']);
        let is_item = is_cell || matches!(block.kind, BlockKind::ListItem);
        if !is_item || block.hidden {
            self.end(give);
            self.header.clear();
            self.is_row = false;
            let leads = text.ends_with([':', '：']) && text.len() <= FIELD && !block.hidden;
            self.lead = leads.then(|| (text.replace('\n', " "), block.span));
            return;
        }
        let is_same_line = || {
            let last = self.items.last().map_or(block.span, |(_, span)| *span);
            let (from, to) = (last.end as usize, block.span.start as usize);
            !document.get(from..to).is_some_and(|between| between.contains('\n'))
        };
        if self.is_row != is_cell || (is_cell && !is_same_line()) || self.items.len() >= ITEMS {
            let lead = self.lead.clone();
            self.flush(give);
            self.lead = lead;
        }
        if is_cell != self.is_row {
            self.whole_table(give);
        }
        if is_cell && !self.is_row {
            self.header.clear();
            self.is_header = true;
        }
        self.is_row = is_cell;
        let is_field =
            text.len() <= FIELD && (is_cell || text.contains([':', '：']) || text.split_whitespace().count() <= WORDS);
        if is_field && !text.is_empty() {
            self.items.push((text.replace('\n', " "), block.span));
        }
    }

    /// Gives a row with what the header calls its cells: "ask the customer for: PIN".
    fn row_below_header(&self, items: &[(String, Span)], give: &mut Give<'_>) {
        let cells = self.header.iter().zip(items).map(|(name, (cell, _))| format!("{name}: {cell}"));
        let text = cells.collect::<Vec<_>>().join("; ");
        if let Some(span) = items.iter().map(|(_, span)| *span).reduce(Span::cover) {
            give(&text, span);
        }
    }

    /// Gives a small table as one: what its rows say beside each other ("tests: this skill; anything else: this skill").
    fn whole_table(&mut self, give: &mut Give<'_>) {
        let rows = std::mem::take(&mut self.rows);
        let text = rows.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("; ");
        let whole = rows.iter().map(|(_, span)| *span).reduce(Span::cover);
        if let Some(span) = whole.filter(|_| (2..=ROWS).contains(&rows.len()) && text.len() <= TABLE) {
            give(&text, span);
        }
    }

    /// Gives what the last blocks of the document, or of a list or table, said together.
    pub(super) fn end(&mut self, give: &mut Give<'_>) {
        self.flush(give);
        self.whole_table(give);
    }

    /// Gives what the last blocks said together.
    fn flush(&mut self, give: &mut Give<'_>) {
        let items = std::mem::take(&mut self.items);
        let lead = self.lead.take();
        if self.is_row
            && self.rows.len() <= ROWS
            && let Some(span) = items.iter().map(|(_, span)| *span).reduce(Span::cover)
        {
            let cells = items.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>();
            self.rows.push((cells.join(": "), span));
        }
        if self.is_row && std::mem::take(&mut self.is_header) {
            self.header = items.iter().map(|(text, _)| text.clone()).collect();
        } else if self.is_row && items.len() == self.header.len() {
            self.row_below_header(&items, give);
        }
        if items.len() + usize::from(lead.is_some()) < 2 {
            return;
        }
        let mut text = String::new();
        let mut whole: Option<Span> = None;
        for (part, span) in lead.iter().chain(&items) {
            if !text.is_empty() && !text.ends_with([':', '：']) {
                text.push_str(if self.is_row { ":" } else { ";" });
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
            whole = Some(whole.map_or(*span, |whole| whole.cover(*span)));
        }
        if let Some(span) = whole {
            give(&text, span);
        }
    }
}

impl Reader<'_> {
    /// Adds the acts of speech that fields perform together and none alone.
    pub(super) fn compound(&mut self, text: &str, span: Span, grammar: &Grammar) {
        let id = self.id;
        let is_told_within = |effect: &crate::flow::Effect, act: &str| {
            effect.place.document == id
                && span.contains(effect.place.span)
                && effect.argument("act").is_some_and(|told| told.rendered() == act)
        };
        for mut sentence in prose::read(text, &[], grammar) {
            // "for data, see …": a word is a label where its value follows.
            sentence.mentions.retain(|mention| {
                let after = text.get(mention.span.end as usize..).unwrap_or_default();
                !mention.class.ends_with("-label") || after.trim_start_matches(LOUD).starts_with([':', '：'])
            });
            let spoken = grammar.spoken_by_fields(&sentence);
            // A verb of one item has no object in another.
            let is_new = spoken
                .iter()
                .filter(|spoken| spoken.by.is_none())
                .any(|spoken| !self.effects.iter().rev().take(64).any(|effect| is_told_within(effect, &spoken.act)));
            if is_new {
                self.speech(&sentence, grammar, span, FIELDS);
            }
        }
    }
}
