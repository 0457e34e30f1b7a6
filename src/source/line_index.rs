use memchr::memchr2_iter;

/// A place in a text as people and report formats count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line number, from 1. LF, CRLF and a lone CR each end a line.
    pub line: u32,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: u32,
    /// Column in UTF-16 code units, from 1 (SARIF 2.1.0 §3.14.27, `utf16CodeUnits`).
    pub column_utf16: u32,
}

/// Where each line of a text starts, and enough counts to give a column without reading its line.
#[derive(Debug, Clone)]
pub struct LineIndex {
    /// Offset of the first byte of each line; the first is 0.
    starts: Vec<u32>,
    /// What stands before each whole [`BLOCK`] of the text; empty when the text is ASCII. Without it a text that
    /// is one long line would cost its whole length for every position asked.
    blocks: Vec<Count>,
}

/// Bytes between two entries of [`LineIndex::blocks`].
const BLOCK: usize = 1024;

/// Number of characters and of UTF-16 code units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    chars: u32,
    units: u32,
}

impl Count {
    /// Counts the characters whose first byte is in `bytes`, which may start and end anywhere.
    fn of(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |count, &byte| {
            let leads = u32::from(byte & 0xC0 != 0x80);
            Self { chars: count.chars + leads, units: count.units + leads + u32::from(byte >= 0xF0) }
        })
    }
}

impl Default for LineIndex {
    fn default() -> Self {
        Self { starts: vec![0], blocks: Vec::new() }
    }
}

impl LineIndex {
    /// Indexes `text` in one pass.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            let is_first_half_of_crlf = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !is_first_half_of_crlf {
                starts.push(at as u32 + 1);
            }
        }
        let mut blocks = Vec::new();
        if !text.is_ascii() {
            let mut count = Count::default();
            for block in bytes.chunks(BLOCK) {
                blocks.push(count);
                count = count.of(block);
            }
        }
        Self { starts, blocks }
    }

    /// Number of lines; an empty text has one, and so has the nothing after a final line break.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Line number (from 1) that holds the byte at `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// Byte range of line `line` (from 1) in `text`, without its line ending. A line past the end is the last one.
    #[must_use]
    pub fn line_range(&self, text: &str, line: u32) -> std::ops::Range<usize> {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        let trimmed = text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        start..start + trimmed.len()
    }

    /// The position of the byte at `offset` in `text`. An offset inside a character counts as its start, one past
    /// the end as the end. The cost does not grow with the length of the line.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset as u32);
        let start = self.starts[line as usize - 1] as usize;
        let (to_start, to_offset) = (self.count_before(text, start), self.count_before(text, offset));
        Position {
            line,
            column: to_offset.chars - to_start.chars + 1,
            column_utf16: to_offset.units - to_start.units + 1,
        }
    }

    /// What stands in `text` before the byte at `offset`.
    fn count_before(&self, text: &str, offset: usize) -> Count {
        if self.blocks.is_empty() {
            return Count { chars: offset as u32, units: offset as u32 };
        }
        // The end of a text of whole blocks stands in the last of them.
        let block = (offset / BLOCK).min(self.blocks.len() - 1);
        self.blocks[block].of(text.as_bytes().get(block * BLOCK..offset).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Counts a position the slow way, character by character.
    fn naive(text: &str, offset: usize) -> Position {
        let mut position = Position { line: 1, column: 1, column_utf16: 1 };
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if at + c.len_utf8() > offset {
                break;
            }
            let ends_line = c == '\n' || (c == '\r' && chars.peek().is_none_or(|&(_, next)| next != '\n'));
            if ends_line {
                position = Position { line: position.line + 1, column: 1, column_utf16: 1 };
            } else {
                position.column += 1;
                position.column_utf16 += c.len_utf16() as u32;
            }
        }
        position
    }

    #[test]
    fn every_kind_of_line_break_counts_once() {
        let text = "a\nb\r\nc\rd\n\re";
        let index = LineIndex::new(text);
        let lines: Vec<&str> =
            (1..=index.line_count() as u32).map(|line| &text[index.line_range(text, line)]).collect();
        assert_eq!(lines, ["a", "b", "c", "d", "", "e"]);
        assert_eq!(index.line_range(text, 99), index.line_range(text, 6));
        assert_eq!(index.line_range(text, 0), 0..1);
    }

    #[test]
    fn nothing_has_a_position_too() {
        let start = Position { line: 1, column: 1, column_utf16: 1 };
        assert_eq!(LineIndex::new("").position("", 7), start);
        assert_eq!(LineIndex::default().position("", 0), start);
    }

    #[test]
    fn a_long_line_is_counted_from_its_nearest_block() {
        let text = format!("x\n{}", "é🦀a".repeat(2000));
        let index = LineIndex::new(&text);
        for offset in [0, 1, 2, 3, 1023, 1024, 1025, 2047, 2048, 9000, text.len()] {
            let boundary = (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            assert_eq!(index.position(&text, offset as u32), naive(&text, boundary), "{offset}");
        }
    }

    proptest! {
        #[test]
        fn positions_agree_with_counting(text in "([a-c\t éß中🦀\u{FEFF}]|\r|\n|\r\n){0,60}", long in 0_usize..3) {
            let text = text.repeat(1 + long * 8);
            let index = LineIndex::new(&text);
            for offset in 0..=text.len() {
                let boundary = (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
                prop_assert_eq!(index.position(&text, offset as u32), naive(&text, boundary));
            }
        }
    }
}
