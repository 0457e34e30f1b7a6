use std::sync::Arc;

use super::manifest::Oddity;
use super::{Document, DocumentId, Holder, Language, Relation};
use crate::finding::{Host, Location, Notice, Reach, Region, Stance};
use crate::source::{LineIndex, Span, SpanMap};

/// The text of one file of the bundle.
#[derive(Debug)]
pub struct TextFile {
    /// Path relative to the bundle's root.
    pub path: Arc<str>,
    /// The decoded text.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: LineIndex,
}

/// All documents of one bundle: files first, embedded ones as they are found. Ids never change.
#[derive(Debug, Default)]
pub struct Documents {
    /// Files that are text, in bundle order.
    pub files: Vec<TextFile>,
    all: Vec<Document>,
    /// What could not be decoded or parsed.
    pub notices: Vec<Notice>,
    /// What is odd about manifests and front matter: anchors, tags, duplicate keys, language tags …
    pub oddities: Vec<Oddity>,
}

impl Documents {
    /// Every document, files and embedded ones, by id.
    #[must_use]
    pub fn all(&self) -> &[Document] {
        &self.all
    }

    /// The document with this id.
    ///
    /// # Panics
    /// When the id is of another store: ids are only made by this one.
    #[must_use]
    pub fn get(&self, id: DocumentId) -> &Document {
        &self.all[id.0 as usize]
    }

    /// Changes the document with this id.
    pub fn get_mut(&mut self, id: DocumentId) -> &mut Document {
        &mut self.all[id.0 as usize]
    }

    /// The file that a document stands in.
    #[must_use]
    pub fn file_of(&self, id: DocumentId) -> &TextFile {
        &self.files[self.get(id).file as usize]
    }

    /// Whether the file of a document runs by itself for where it stands and what it is called.
    #[must_use]
    pub fn runs_by_itself(&self, id: DocumentId) -> bool {
        super::reach::runs_by_itself(&self.file_of(id).path)
    }

    /// Adds a file and its root document.
    pub fn add_file(&mut self, path: Arc<str>, text: Arc<str>, language: Language) -> DocumentId {
        let file = self.files.len() as u32;
        let id = DocumentId(self.all.len() as u32);
        self.all.push(Document {
            id,
            file,
            holder: None,
            language,
            text: text.clone(),
            map: SpanMap::shifted(0, text.len()),
            stance: if language.is_code() { Stance::Does } else { Stance::Instructs },
            reach: Reach::Unreferenced,
            depth: 0,
            markdown: None,
            manifest: None,
        });
        self.files.push(TextFile { path, lines: LineIndex::new(&text), text });
        id
    }

    /// Adds a document that stands in `host` at `span`; `map` goes from `text` to the **host's** text.
    pub fn add_embedded(
        &mut self,
        host: DocumentId,
        span: Span,
        relation: Relation,
        language: Language,
        text: Arc<str>,
        map: &SpanMap,
    ) -> DocumentId {
        let id = DocumentId(self.all.len() as u32);
        let outer = self.get(host);
        let document = Document {
            id,
            file: outer.file,
            holder: Some(Holder { document: host, span, relation }),
            language,
            text,
            map: map.through(&outer.map),
            stance: outer.stance,
            reach: outer.reach,
            depth: outer.depth + 1,
            markdown: None,
            manifest: None,
        };
        self.all.push(document);
        id
    }

    /// The place of `span` of document `id` in its file, with the layers between.
    #[must_use]
    pub fn locate(&self, id: DocumentId, span: Span) -> Location {
        let document = self.get(id);
        let file = self.file_of(id);
        let region = Region::new(&file.text, &file.lines, document.map.map(span));
        let mut hosts = Vec::new();
        let mut layer = document;
        while let Some(holder) = &layer.holder {
            let at = self.get(holder.document).map.map(holder.span);
            hosts.push(Host { what: describe(&holder.relation, layer.language), line: file.lines.line_of(at.start) });
            layer = self.get(holder.document);
        }
        hosts.reverse();
        Location { path: file.path.clone(), region, hosts }
    }
}

fn describe(relation: &Relation, language: Language) -> String {
    match relation {
        Relation::Fence(_) => format!("fenced block ({language})"),
        Relation::Indented => format!("indented block ({language})"),
        Relation::InlineCode => format!("code span ({language})"),
        Relation::LoadTime => format!("load-time command ({language})"),
        Relation::Comment => "comment".to_owned(),
        Relation::Html => "HTML".to_owned(),
        Relation::Heredoc => format!("here-document ({language})"),
        Relation::CommandString => format!("command string ({language})"),
        Relation::Decoded(scheme) => format!("decoded {scheme} ({language})"),
        Relation::ManifestValue(path) => format!("value of {path}"),
        Relation::FrontMatter => "front matter".to_owned(),
    }
}
