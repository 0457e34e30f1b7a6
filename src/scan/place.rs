use std::collections::BTreeMap;

use super::{Excerpt, Reported};
use crate::document::Documents;
use crate::finding::Finding;
use crate::policy::{LineHashes, fingerprint};

/// Gives findings what reports need of the text they point at.
pub(super) struct Places<'a> {
    documents: &'a Documents,
    files: BTreeMap<&'a str, usize>,
    hashes: BTreeMap<usize, LineHashes>,
}

impl<'a> Places<'a> {
    pub(super) fn new(documents: &'a Documents) -> Self {
        let files = documents.files.iter().enumerate().map(|(index, file)| (&*file.path, index)).collect();
        Self { documents, files, hashes: BTreeMap::new() }
    }

    pub(super) fn report(&mut self, finding: Finding) -> Reported {
        let location = &finding.location;
        let found = self.files.get(&*location.path).map(|&index| (index, &self.documents.files[index]));
        let text = found.map_or("", |(_, file)| location.region.span.slice(&file.text));
        let fingerprint = fingerprint(&finding.rule, &location.path, text);
        let line_hash = found.and_then(|(index, file)| {
            let hashes = self.hashes.entry(index).or_insert_with(|| LineHashes::new(&file.text));
            hashes.of(location.region.line)
        });
        let excerpt = found.map(|(_, file)| Excerpt::new(&file.text, &file.lines, location.region.span));
        Reported { finding, fingerprint, line_hash, excerpt }
    }
}
