//! What was named before: "it", "the archive", "this page".

use crate::flow::Value;

/// Something that a text named and may refer to again.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// Its value: what was fetched, read or written.
    pub(super) value: Value,
    /// Words that name it: file names without extension, link texts, in lower case.
    pub(super) names: Vec<String>,
    section: u32,
    block: u32,
    /// Code before the sentence printed it, and no sentence told to read it.
    by_code: bool,
}

/// What was fetched and read so far in a document.
#[derive(Debug, Default)]
pub(super) struct Memory {
    fetched: Vec<Named>,
    read: Vec<Named>,
    /// A URL at which something was said to stand, and the block that said so.
    standing: Option<(String, u32)>,
    /// The file that was opened last, and in which block.
    open: Option<(String, u32)>,
    section: u32,
    block: u32,
}

/// How many blocks further on "it" may still mean what was fetched.
const REACH_OF_IT: u32 = 4;

/// How many blocks further on the same file name still means what was fetched.
const REACH_OF_A_NAME: u32 = 40;

impl Memory {
    pub(super) fn enter(&mut self, section: u32, block: u32) {
        self.section = section;
        self.block = block;
    }

    pub(super) fn fetched(&mut self, value: Value, names: &[String]) {
        let entry = self.entry(value, names);
        self.fetched.push(entry);
    }

    pub(super) fn was_read(&mut self, value: Value, names: &[String]) {
        let entry = self.entry(value, names);
        self.read.push(entry);
    }

    /// Code that stands before this block prints it.
    pub(super) fn was_printed(&mut self, value: Value) {
        let entry = Named { by_code: true, ..self.entry(value, &[]) };
        self.read.push(entry);
    }

    /// Something made from what was fetched last: it goes by the same names.
    pub(super) fn opened(&mut self, value: Value) {
        let names = self.fetched.last().map(|last| last.names.clone()).unwrap_or_default();
        self.fetched(value, &names);
    }

    /// What was fetched last, near enough for "it".
    pub(super) fn last_fetched(&self) -> Option<&Value> {
        let last = self.fetched.last()?;
        (last.section == self.section || self.block - last.block <= REACH_OF_IT).then_some(&last.value)
    }

    /// What was fetched in this very block or the one before it.
    pub(super) fn just_fetched(&self) -> Option<&Value> {
        let last = self.fetched.last()?;
        (self.block - last.block <= 1).then_some(&last.value)
    }

    /// What was fetched under a name that these words contain.
    pub(super) fn fetched_as(&self, words: &str) -> Option<&Value> {
        let words = stem(words);
        if words.len() < 3 {
            return None;
        }
        self.fetched
            .iter()
            .rev()
            .take_while(|named| self.block - named.block <= REACH_OF_A_NAME)
            .find(|named| named.names.contains(&words))
            .map(|named| &named.value)
    }

    /// Something was said to stand at this URL; nobody was told to fetch it yet.
    pub(super) fn stands_at(&mut self, url: String) {
        self.standing = Some((url, self.block));
    }

    /// The URL at which something was said to stand, in this block or the one before it.
    pub(super) fn standing(&self) -> Option<String> {
        let (url, block) = self.standing.as_ref()?;
        (self.block - block <= 1).then(|| url.clone())
    }

    /// A file was told to be opened.
    pub(super) fn opens(&mut self, path: String) {
        self.open = Some((path, self.block));
    }

    /// The file that was opened in this block or the one before it.
    pub(super) fn open_file(&self) -> Option<String> {
        let (path, block) = self.open.as_ref()?;
        (self.block - block <= 1).then(|| path.clone())
    }

    /// What a sentence told to read in this very block or the one before it.
    pub(super) fn just_read(&self) -> Option<&Value> {
        let last = self.read.last()?;
        (self.block - last.block <= 1 && !last.by_code).then_some(&last.value)
    }

    /// What was read last, near enough for "it".
    pub(super) fn last_read(&self) -> Option<&Value> {
        let last = self.read.last()?;
        (last.section == self.section && self.block - last.block <= REACH_OF_IT).then_some(&last.value)
    }

    fn entry(&self, value: Value, names: &[String]) -> Named {
        let names = names.iter().map(|name| stem(name)).filter(|name| name.len() >= 3).collect();
        Named { value, names, section: self.section, block: self.block, by_code: false }
    }
}

/// A file's name without folders, query and extensions, in lower case.
pub(super) fn stem(name: &str) -> String {
    let path = name.split(['?', '#']).next().unwrap_or(name).trim_end_matches('/');
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = file.find(['.', ' ']).map_or(file, |at| if at == 0 { file } else { &file[..at] });
    stem.trim().to_lowercase()
}
