//! Python's marshal format, as far as its texts: `Python/marshal.c`, formats 2 to 5.

use std::collections::{BTreeMap, BTreeSet};

/// The texts of marshalled code.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Names and text constants, bytes constants too where they are text; in the order of the file.
    pub(super) all: Vec<String>,
    /// Whether everything was read.
    pub(super) is_complete: bool,
    /// The code objects, outer ones first.
    pub(super) codes: Vec<Code>,
}

/// One code object: a module, a class, a function.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// What it is called; `<module>` and the like for what has no name.
    pub(super) name: String,
    /// The globals and attributes that it uses (`co_names`).
    pub(super) uses: Vec<String>,
}

/// Longest name of a code object or of what it uses, in bytes: a name may be named often.
const NAME: usize = 512;
/// Longest text that is kept, in bytes.
const LONGEST: usize = 64 << 10;

#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// Code, tables: bytes that are no text.
    Raw,
    /// The file that was compiled: its path is of the machine that compiled it.
    File,
    /// What the code object with this number uses.
    Uses(usize),
    /// What the code object with this number is called.
    Name(usize),
    Other,
}

enum Task {
    /// A number of four bytes.
    Number,
    /// This many objects.
    Objects(usize, Role),
    /// Keys and values up to a null.
    Pairs,
    /// The end of a list or of a code object.
    Close,
}

/// Reads the code object at the beginning of `bytes`, of the version with this magic number. No recursion: every object
/// takes a byte, so that time and memory are linear.
pub(super) fn read(bytes: &[u8], magic: u16) -> Texts {
    let mut reader = Reader {
        bytes,
        at: 0,
        magic,
        texts: Texts::default(),
        refs: Vec::new(),
        lists: BTreeMap::new(),
        open: Vec::new(),
        kept: BTreeSet::new(),
    };
    reader.texts.is_complete = reader.run().is_some();
    reader.texts
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    magic: u16,
    texts: Texts,
    /// Objects that later ones name: where a text stands, if it is one.
    refs: Vec<Option<(usize, usize)>>,
    /// The texts of lists that later objects name: equal lists are written once.
    lists: BTreeMap<usize, Vec<(usize, usize)>>,
    /// The lists and code objects that are being read; the number of a list that may be named.
    open: Vec<Option<usize>>,
    /// Where the texts that were kept begin.
    kept: BTreeSet<usize>,
}

impl Reader<'_> {
    fn run(&mut self) -> Option<()> {
        let mut tasks = vec![Task::Objects(1, Role::Other)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Number => self.skip(4)?,
                Task::Objects(0, _) => {}
                Task::Close => drop(self.open.pop()),
                Task::Objects(count, role) => {
                    tasks.push(Task::Objects(count - 1, role));
                    self.object(role, &mut tasks)?;
                }
                Task::Pairs => {
                    if self.peek()? == b'0' {
                        self.skip(1)?;
                    } else {
                        tasks.push(Task::Pairs);
                        tasks.push(Task::Objects(1, Role::Other));
                        self.object(Role::Other, &mut tasks)?;
                    }
                }
            }
        }
        Some(())
    }

    fn object(&mut self, role: Role, tasks: &mut Vec<Task>) -> Option<()> {
        let first = self.peek()?;
        self.skip(1)?;
        let kind = first & 0x7F;
        // Its number is taken when it begins, before those of its parts.
        let reference = (first & 0x80 != 0).then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        });
        match kind {
            b'0' | b'N' | b'F' | b'T' | b'S' | b'.' => {}
            b'i' => self.skip(4)?,
            b'I' | b'g' => self.skip(8)?,
            b'y' => self.skip(16)?,
            b'f' => self.short_skip()?,
            b'x' => {
                self.short_skip()?;
                self.short_skip()?;
            }
            b'l' => {
                let digits = self.number()?;
                self.skip(digits.cast_signed().unsigned_abs() as usize * 2)?;
            }
            b's' | b't' | b'u' | b'a' | b'A' => {
                let len = self.number()? as usize;
                self.text(len, role, reference)?;
                // Python 2 numbers interned texts on their own.
                if kind == b't' && reference.is_none() && self.magic > 20_000 {
                    self.refs.push(Some((self.at - len, self.at)));
                }
            }
            b'z' | b'Z' => {
                let len = usize::from(self.peek()?);
                self.skip(1)?;
                self.text(len, role, reference)?;
            }
            b'(' | b'[' | b'<' | b'>' => {
                let count = self.number()? as usize;
                self.open.push(reference);
                tasks.extend([Task::Close, Task::Objects(count, role)]);
            }
            b')' => {
                let count = usize::from(self.peek()?);
                self.skip(1)?;
                self.open.push(reference);
                tasks.extend([Task::Close, Task::Objects(count, role)]);
            }
            b'{' => tasks.push(Task::Pairs),
            b':' => tasks.push(Task::Objects(3, role)),
            b'r' | b'R' => {
                let index = self.number()? as usize;
                if let Some((start, end)) = self.refs.get(index).copied()? {
                    self.keep(start, end, role);
                } else if matches!(role, Role::Uses(_)) {
                    for (start, end) in self.lists.get(&index).cloned().unwrap_or_default() {
                        self.keep(start, end, role);
                    }
                }
            }
            b'c' => {
                self.texts.codes.push(Code::default());
                self.open.push(None);
                tasks.push(Task::Close);
                self.code(self.texts.codes.len() - 1, tasks);
            }
            _ => return None,
        }
        Some(())
    }

    /// The fields of a code object; they differ by version.
    fn code(&self, number: usize, tasks: &mut Vec<Task>) {
        use Role::{File, Name, Other, Raw, Uses};
        let is_old = self.magic < 3000 || self.magic > 20_000;
        let mut fields: Vec<Task> = Vec::with_capacity(20);
        let numbers = match self.magic {
            _ if is_old => 4,
            3400..=3449 => 6,
            _ => 5,
        };
        fields.extend(std::iter::repeat_with(|| Task::Number).take(numbers));
        // Code; constants, names.
        fields.extend([Task::Objects(1, Raw), Task::Objects(1, Other), Task::Objects(1, Uses(number))]);
        if (3450..20_000).contains(&self.magic) {
            // Local names, their kinds, file, name, qualified name; line; tables of lines and exceptions.
            fields.extend([Task::Objects(1, Other), Task::Objects(1, Raw), Task::Objects(1, File)]);
            fields.extend([Task::Objects(1, Name(number)), Task::Objects(1, Other)]);
            fields.extend([Task::Number, Task::Objects(2, Raw)]);
        } else {
            // Local, free and cell names; file; name; line; table of lines.
            fields.extend([Task::Objects(3, Other), Task::Objects(1, File), Task::Objects(1, Name(number))]);
            fields.extend([Task::Number, Task::Objects(1, Raw)]);
        }
        tasks.extend(fields.into_iter().rev());
    }

    fn text(&mut self, len: usize, role: Role, reference: Option<usize>) -> Option<()> {
        let start = self.at;
        self.skip(len)?;
        if let Some(slot) = reference.and_then(|index| self.refs.get_mut(index)) {
            *slot = Some((start, self.at));
        }
        self.keep(start, self.at, role);
        Some(())
    }

    fn keep(&mut self, start: usize, end: usize, role: Role) {
        if let Some(Some(list)) = self.open.last() {
            self.lists.entry(*list).or_default().push((start, end));
        }
        // What is named again and again is kept once.
        let is_new = matches!(role, Role::Other | Role::Uses(_) | Role::Name(_)) && self.kept.insert(start);
        if !is_new && !matches!(role, Role::Uses(_) | Role::Name(_)) {
            return;
        }
        let bytes = self.bytes.get(start..end.min(start + LONGEST)).unwrap_or_default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
        };
        if text.is_empty() {
            return;
        }
        match role {
            Role::Uses(code) if text.len() <= NAME => {
                if let Some(code) = self.texts.codes.get_mut(code) {
                    code.uses.push(text.clone());
                }
            }
            Role::Name(code) if text.len() <= NAME => {
                if let Some(code) = self.texts.codes.get_mut(code) {
                    code.name.clone_from(&text);
                }
            }
            _ => {}
        }
        if is_new {
            self.texts.all.push(text);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, len: usize) -> Option<()> {
        self.at = self.at.checked_add(len).filter(|&at| at <= self.bytes.len())?;
        Some(())
    }

    /// Skips what one byte tells the length of.
    fn short_skip(&mut self) -> Option<()> {
        let len = usize::from(self.peek()?);
        self.skip(1 + len)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.bytes.get(self.at..)?.first_chunk()?;
        self.at += 4;
        Some(u32::from_le_bytes(*bytes))
    }
}
