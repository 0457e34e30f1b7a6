//! Pickles: what they name and call (`pickletools`, protocols 0 to 5).

use std::collections::{BTreeMap, BTreeSet};

use super::super::oddity::OddityKind;
use super::{Origin, Reading};

/// Reads the opcodes of a pickle. A pickle is a program: what it names, it imports, and what it reduces, it calls.
pub(super) fn read(bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let mut reader = Reader {
        bytes,
        at: 0,
        names: BTreeSet::new(),
        texts: Vec::new(),
        memo: BTreeMap::new(),
        remembered: 0,
        last: [None; 2],
        is_fresh: false,
        calls: false,
    };
    let ended = reader.run().is_some();
    if !reader.names.is_empty() {
        let what = if reader.calls { "calls" } else { "names" };
        let shown: Vec<&str> = reader.names.iter().map(String::as_str).take(24).collect();
        reading.odd(OddityKind::PickleCall, format!("{what} {}", shown.join(", ")));
    }
    reading.text("strings.txt", reader.texts.join("\n"), Origin::Strings);
    // Without names it can build nothing but plain data.
    reading.is_complete = ended && reader.names.is_empty();
    if !ended {
        reading.strings("strings.txt", bytes);
    }
    reading
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    names: BTreeSet<String>,
    texts: Vec<String>,
    /// The two texts that were put on the stack last, the newer one second.
    last: [Option<usize>; 2],
    /// For each remembered object that is a text, which one.
    memo: BTreeMap<u64, usize>,
    /// How many objects were remembered: `MEMOIZE` takes the next number.
    remembered: u64,
    /// Whether the object made last is the last text.
    is_fresh: bool,
    calls: bool,
}

impl<'a> Reader<'a> {
    fn run(&mut self) -> Option<()> {
        loop {
            let code = *self.take(1)?.first()?;
            let was_fresh = std::mem::take(&mut self.is_fresh);
            match code {
                // MEMOIZE, PUT, BINPUT, LONG_BINPUT: names that stand in a pickle twice are written once.
                0x94 => self.remember(self.remembered, was_fresh),
                b'p' => {
                    let index = self.line()?.trim().parse().ok()?;
                    self.remember(index, was_fresh);
                }
                b'q' => {
                    let index = self.length(1)? as u64;
                    self.remember(index, was_fresh);
                }
                b'r' => {
                    let index = self.length(4)? as u64;
                    self.remember(index, was_fresh);
                }
                // GET, BINGET, LONG_BINGET.
                b'g' => {
                    let index = self.line()?.trim().parse().ok()?;
                    self.recall(index);
                }
                b'h' => {
                    let index = self.length(1)? as u64;
                    self.recall(index);
                }
                b'j' => {
                    let index = self.length(4)? as u64;
                    self.recall(index);
                }
                b'.' => return Some(()),
                // GLOBAL, INST: two lines.
                b'c' | b'i' => {
                    let module = self.line()?;
                    let name = self.line()?;
                    self.names.insert(format!("{module}.{name}"));
                    self.calls |= code == b'i';
                }
                // STACK_GLOBAL: the two texts before it.
                0x93 => {
                    let part = |at: Option<usize>| at.and_then(|at| self.texts.get(at)).map_or("?", String::as_str);
                    let name: String =
                        format!("{}.{}", part(self.last[0]), part(self.last[1])).chars().take(200).collect();
                    self.names.insert(name);
                }
                // REDUCE, OBJ, NEWOBJ, NEWOBJ_EX, BUILD.
                b'R' | b'o' | 0x81 | 0x92 | b'b' => self.calls = true,
                // EXT1, EXT2, EXT4 name through a registry.
                0x82 => self.extension(1)?,
                0x83 => self.extension(2)?,
                0x84 => self.extension(4)?,
                // Lines: STRING, UNICODE, INT, LONG, FLOAT, PERSID.
                b'S' | b'V' => {
                    let line = self.line()?;
                    self.text(line.trim_matches(['\'', '"']).to_owned());
                }
                b'I' | b'L' | b'F' | b'P' => drop(self.line()?),
                // Texts with a length of 1, 4 or 8 bytes: SHORT_BINSTRING, BINSTRING, SHORT_BINBYTES …
                b'U' | 0x8C | b'C' => self.counted(1)?,
                b'T' | b'X' | b'B' => self.counted(4)?,
                0x8D | 0x8E | 0x96 => self.counted(8)?,
                0x8A => {
                    let len = self.length(1)?;
                    self.take(len)?;
                }
                0x8B => {
                    let len = self.length(4)?;
                    self.take(len)?;
                }
                b'K' | 0x80 => drop(self.take(1)?),
                b'M' => drop(self.take(2)?),
                b'J' => drop(self.take(4)?),
                b'G' | 0x95 => drop(self.take(8)?),
                b'('
                | b'0'
                | b'1'
                | b'2'
                | b'N'
                | b'Q'
                | b'}'
                | b'{'
                | b'd'
                | b']'
                | b'l'
                | b'a'
                | b'e'
                | b's'
                | b'u'
                | b')'
                | b't'
                | 0x85..=0x89
                | 0x8F..=0x91
                | 0x97
                | 0x98 => {}
                _ => return None,
            }
        }
    }

    /// Gives the object made last a number; only texts matter, and they stay on the stack.
    fn remember(&mut self, index: u64, is_text: bool) {
        self.remembered += 1;
        match self.texts.len().checked_sub(1).filter(|_| is_text) {
            Some(text) => drop(self.memo.insert(index, text)),
            None => drop(self.memo.remove(&index)),
        }
        self.is_fresh = is_text;
    }

    fn recall(&mut self, index: u64) {
        if let Some(text) = self.memo.get(&index).copied() {
            self.last = [self.last[1], Some(text)];
        }
    }

    fn extension(&mut self, len: usize) -> Option<()> {
        self.take(len)?;
        self.names.insert("an extension".to_owned());
        Some(())
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(len)?;
        let part = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(part)
    }

    fn line(&mut self) -> Option<String> {
        let rest = self.bytes.get(self.at..)?;
        let len = memchr::memchr(b'\n', rest)?;
        self.at += len + 1;
        Some(String::from_utf8_lossy(rest.get(..len)?).into_owned())
    }

    fn length(&mut self, width: usize) -> Option<usize> {
        let bytes = self.take(width)?;
        bytes.iter().rev().try_fold(0_usize, |sum, &byte| sum.checked_mul(256)?.checked_add(usize::from(byte)))
    }

    fn counted(&mut self, width: usize) -> Option<()> {
        let len = self.length(width)?;
        let text = String::from_utf8_lossy(self.take(len)?).into_owned();
        self.text(text);
        Some(())
    }

    fn text(&mut self, text: String) {
        self.texts.push(text);
        self.is_fresh = true;
        self.last = [self.last[1], self.texts.len().checked_sub(1)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pickle_names_is_seen() {
        let old = read(b"cposix\nsystem\n(S'id'\ntR.");
        assert_eq!(old.oddities, [(OddityKind::PickleCall, "calls posix.system".to_owned())]);
        let new = read(b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.");
        assert_eq!(new.oddities, [(OddityKind::PickleCall, "calls posix.system".to_owned())]);
        assert!(!new.is_complete);
        // The names are put away first, and taken out where they are needed: in each of the three ways of numbering.
        for code in [
            &b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94N0h\x00h\x01\x93\x8c\x02id\x85R."[..],
            b"\x80\x04\x8c\x05posixq\x07\x8c\x06systemq\x08Nh\x07h\x08\x93\x8c\x02id\x85R.",
            b"\x80\x04\x8c\x05posixp300\n\x8c\x06systemr\x00\x01\x00\x00Ng300\nj\x00\x01\x00\x00\x93\x8c\x02id\x85R.",
        ] {
            assert_eq!(read(code).oddities, [(OddityKind::PickleCall, "calls posix.system".to_owned())], "{code:?}");
        }
        let plain = read(b"\x80\x04}\x8c\x01aK\x01s.");
        assert!(plain.oddities.is_empty() && plain.is_complete);
        assert!(!read(b"\x80\x04\xFF").is_complete);
    }
}
