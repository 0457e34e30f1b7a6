//! Rows of tables that describe options: a name in a code span, and cells that say what it does.

use crate::document::markdown::{Block, BlockKind};

/// The row that is being read.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Where the last cell ended.
    end: Option<u32>,
    /// The first cell is nothing but a name in a code span.
    names_option: bool,
}

impl Row {
    /// Takes the next block; whether it is a cell that describes the option which its row names.
    pub(super) fn describes_option(&mut self, block: &Block, document: &str) -> bool {
        if !matches!(block.kind, BlockKind::TableCell) {
            *self = Self::default();
            return false;
        }
        let is_same_row = self.end.is_some_and(|end| {
            document.get(end as usize..block.span.start as usize).is_some_and(|between| !between.contains('\n'))
        });
        self.end = Some(block.span.end);
        if is_same_row {
            return self.names_option;
        }
        let text = block.text.trim();
        let name = text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
        // An identifier or a flag; a command is told as much as any.
        self.names_option =
            name.is_some_and(|name| !name.contains(['`', '\n']) && name.split_whitespace().count() <= 2);
        false
    }
}
