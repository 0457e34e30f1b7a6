//! Python bytecode: header (PEP 3147, PEP 552), texts, and whether they are those of the source beside it.

use std::collections::BTreeSet;
use std::hash::Hasher as _;

use siphasher::sip::{SipHasher13, SipHasher24};

use super::super::file::File;
use super::super::oddity::{Oddity, OddityKind};
use super::python_source::Source;
use super::{Origin, Reading, marshal};

/// What the beginning of a `.pyc` tells.
struct Header {
    magic: u16,
    len: usize,
    /// Whether Python checks neither time nor hash of the source: it never looks at it.
    is_unchecked: bool,
    /// Size of the source, modulo 2^32, where the header tells it.
    source_size: Option<u32>,
    /// Hash of the source, where the header has that instead of time and size.
    source_hash: Option<u64>,
}

impl Header {
    fn of(bytes: &[u8]) -> Option<Self> {
        let magic = u16::from_le_bytes(*bytes.first_chunk()?);
        let word = |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk).map(|chunk| u32::from_le_bytes(*chunk));
        let is_code = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0x7F == b'c');
        Some(match magic {
            3390..=3999 => {
                let flags = word(4)?;
                let has_hash = flags & 1 != 0;
                let source_size = if has_hash { None } else { word(12) };
                let hash = bytes.get(8..).and_then(<[u8]>::first_chunk).map(|chunk| u64::from_le_bytes(*chunk));
                let source_hash = hash.filter(|_| has_hash);
                Self { magic, len: 16, is_unchecked: has_hash && flags & 2 == 0, source_size, source_hash }
            }
            3000..=3389 => {
                let len = [12, 8, 16].into_iter().find(|at| is_code(at))?;
                let source_size = if len == 12 { word(8) } else { None };
                Self { magic, len, is_unchecked: false, source_size, source_hash: None }
            }
            _ => Self { magic, len: 8, is_unchecked: false, source_size: None, source_hash: None },
        })
    }

    /// Whether the bytecode says of itself that it was made from another source than this.
    fn is_of_another(&self, source: &File) -> bool {
        // A size is told modulo 2^32.
        #[allow(clippy::cast_possible_truncation)]
        let size = source.size as u32;
        let is_whole = source.size == source.bytes.len() as u64;
        self.source_size.is_some_and(|told| told != size)
            || is_whole && self.source_hash.is_some_and(|told| told != source_hash(self.magic, &source.bytes))
    }
}

/// Hash of a source in the header of its bytecode (PEP 552): keyed with the magic number, and SipHash-1-3 since 3.11
/// (bpo-29410), SipHash-2-4 before.
fn source_hash(magic: u16, source: &[u8]) -> u64 {
    let key = u64::from(u32::from_le_bytes([magic.to_le_bytes()[0], magic.to_le_bytes()[1], b'\r', b'\n']));
    // Magic numbers of 3.11 begin here.
    if magic >= 3450 {
        let mut hasher = SipHasher13::new_with_keys(key, 0);
        hasher.write(source);
        hasher.finish()
    } else {
        let mut hasher = SipHasher24::new_with_keys(key, 0);
        hasher.write(source);
        hasher.finish()
    }
}

fn texts_of(bytes: &[u8]) -> Option<(Header, marshal::Texts)> {
    let header = Header::of(bytes)?;
    let texts = marshal::read(bytes.get(header.len..)?, header.magic);
    Some((header, texts))
}

/// Texts and header of bytecode. Whether it agrees with its source is seen when all files are read.
pub(super) fn read(bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let Some((header, texts)) = texts_of(bytes) else {
        reading.strings("strings.txt", bytes);
        return reading;
    };
    if header.is_unchecked {
        reading.odd(OddityKind::BytecodeUnchecked, "Python runs it without a look at its source");
    }
    if texts.is_complete {
        reading.text("strings.txt", texts.all.join("\n"), Origin::Strings);
    } else {
        reading.strings("strings.txt", bytes);
    }
    reading
}

/// Most particulars that are told.
const TOLD: usize = 24;

/// Compares bytecode with its source, which `find` looks up by path. Answers with what it saw, if the file is bytecode,
/// and whether the bytecode says nothing that the source does not say.
///
/// `work` is the number of bytes of sources that may still be searched: a bundle may hold much bytecode of one source.
pub(in crate::bundle) fn compare<'a>(
    file: &File,
    find: impl Fn(&str) -> Option<&'a File>,
    work: &mut u64,
) -> Option<(Oddity, bool)> {
    let fact = |kind, detail: String| Oddity { path: file.path.clone(), kind, detail };
    let (header, texts) = texts_of(&file.bytes)?;
    let Some(source) = source_path(&file.path).and_then(|path| find(&path)) else {
        return Some((fact(OddityKind::BytecodeAlone, "no source beside it".to_owned()), false));
    };
    if !texts.is_complete {
        let detail = "it cannot be read as bytecode".to_owned();
        return Some((fact(OddityKind::BytecodeDiffers, detail), false));
    }
    // Every text of the bytecode is looked for in the texts of the source.
    let searched = (source.bytes.len() as u64).saturating_mul(texts.all.len() as u64 + 16);
    if searched > *work {
        let detail = "too much to compare".to_owned();
        return Some((fact(OddityKind::BytecodeDiffers, detail), false));
    }
    *work -= searched;
    let text = String::from_utf8_lossy(&source.bytes);
    let source_texts = Source::read(&text);
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for text in &texts.all {
        if !source_texts.holds(text) {
            unknown.insert(text);
        }
    }
    // The same names in another function are another program.
    let scopes = source_texts.scopes();
    let mut moved: BTreeSet<String> = BTreeSet::new();
    for code in &texts.codes {
        for used in code.uses.iter().filter(|used| !scopes.hold(&code.name, used)) {
            if moved.len() < TOLD {
                moved.insert(format!("{used} in {}", code.name));
            }
        }
    }
    unknown.extend(moved.iter().map(String::as_str));
    // Python runs what is not checked, whatever its source has become since; an honest stale cache is made anew.
    let made_from = match (header.is_of_another(source), header.is_unchecked) {
        (true, true) => "it was made from another source",
        (true, false) => "it was made from another version of the source",
        (false, _) => "",
    };
    if unknown.is_empty() && (made_from.is_empty() || !header.is_unchecked) {
        return Some((fact(OddityKind::BytecodeMatches, source.path.to_string()), true));
    }
    let told: Vec<String> = unknown.iter().take(TOLD).map(|text| text.chars().take(80).collect()).collect();
    let more = if unknown.len() > TOLD { format!(" and {} more", unknown.len() - TOLD) } else { String::new() };
    let told = if told.is_empty() { String::new() } else { format!("it alone holds {}{more}", told.join(", ")) };
    let both = if told.is_empty() || made_from.is_empty() { "" } else { "; " };
    let detail = format!("{told}{both}{made_from}");
    Some((fact(OddityKind::BytecodeDiffers, detail), false))
}

/// `a/x.py` for `a/__pycache__/x.cpython-312.pyc` and for `a/x.pyc`.
fn source_path(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let stem = name.split('.').next().filter(|stem| !stem.is_empty())?;
    let folder = match folder.strip_suffix("__pycache__") {
        Some(parent) => parent.trim_end_matches('/'),
        None => folder,
    };
    Some(if folder.is_empty() { format!("{stem}.py") } else { format!("{folder}/{stem}.py") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `importlib.util.source_hash(b"import os\n\ndef f(a):\n    return os.path.join(a, \"x\")\n")` of Python 3.11.
    #[test]
    fn hash_of_a_source_is_that_of_python() {
        let source = b"import os\n\ndef f(a):\n    return os.path.join(a, \"x\")\n";
        assert_eq!(source_hash(3495, source).to_le_bytes(), [0x43, 0x03, 0x1a, 0xb8, 0xe9, 0x7a, 0x19, 0x10]);
        assert_ne!(source_hash(3413, source), source_hash(3495, source));
    }

    #[test]
    fn sources_of_bytecode() {
        assert_eq!(source_path("a/__pycache__/x.cpython-312.pyc").as_deref(), Some("a/x.py"));
        assert_eq!(source_path("__pycache__/x.cpython-312.opt-1.pyc").as_deref(), Some("x.py"));
        assert_eq!(source_path("lib/x.pyc").as_deref(), Some("lib/x.py"));
        assert_eq!(source_path("x.pyc").as_deref(), Some("x.py"));
    }
}
