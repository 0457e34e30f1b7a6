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

/// Where each line of a text starts.
#[derive(Debug, Clone, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
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
        Self { starts }
    }

    /// Number of lines; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Line number (from 1) that holds the byte at `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// Byte range of line `line` (from 1) in `text`, without its line ending.
    #[must_use]
    pub fn line_range(&self, text: &str, line: u32) -> std::ops::Range<usize> {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        let trimmed = text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        start..start + trimmed.len()
    }

    /// The position of the byte at `offset` in `text`. An offset inside a character counts as its start.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset as u32);
        let start = self.starts[line as usize - 1] as usize;
        let before = text.get(start..offset).unwrap_or_default();
        let (chars, units) = if before.is_ascii() {
            (before.len(), before.len())
        } else {
            before.chars().fold((0, 0), |(chars, units), c| (chars + 1, units + c.len_utf16()))
        };
        Position { line, column: chars as u32 + 1, column_utf16: units as u32 + 1 }
    }
}
