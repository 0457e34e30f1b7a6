//! From the files of a bundle to documents.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::manifest::{self, Oddity, OddityKind};
use super::{
    DocumentId, Documents, Language, Relation, commands, detect, embedded, frontmatter, identity, markdown, notebook,
    page, reach, recipes,
};
use crate::bundle::{Bundle, File, FileKind, Limits, Origin};
use crate::finding::{Notice, NoticeKind, Reach, Stance};
use crate::source::{self, Span, SpanMap};

/// Largest front matter, in bytes, that is parsed.
const FRONT_MATTER_BYTES: usize = 64 << 10;
/// Largest manifest, in bytes, that is parsed.
const MANIFEST_BYTES: usize = 1 << 20;

impl Documents {
    /// Makes the documents of a bundle: every text file, and what stands embedded in Markdown, HTML and manifests.
    #[must_use]
    pub fn read(bundle: &Bundle) -> Self {
        let mut documents = Self::default();
        for file in &bundle.files {
            documents.read_file(file);
        }
        commands::add_named(&mut documents);
        let disagreements = identity::oddities(&documents);
        documents.oddities.extend(disagreements);
        reach::spread(&mut documents);
        documents
    }

    /// The documents of a bundle of one file, for tests, examples and benchmarks.
    #[must_use]
    pub fn of_text(path: &str, text: &str) -> Self {
        Self::of_texts(&[(path, text)])
    }

    /// The documents of a bundle of several texts, for tests, examples and benchmarks.
    #[must_use]
    pub fn of_texts(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|&(path, text)| File {
            path: path.into(),
            kind: FileKind::Text,
            bytes: text.as_bytes().into(),
            size: text.len() as u64,
            executable: false,
            origin: Origin::Bundle,
        });
        let bundle = Bundle { shown: ".".into(), name: "test".into(), files: files.collect(), ..Bundle::default() };
        Self::read(&bundle)
    }

    fn read_file(&mut self, file: &File) {
        let is_loaded = reach::is_instructions(&file.path) || commands::is_loaded(&file.path);
        if !matches!(file.kind, FileKind::Text | FileKind::Empty) {
            if reach::is_instructions(&file.path) {
                self.notices.push(Notice {
                    kind: NoticeKind::Undecodable,
                    path: file.path.to_string(),
                    line: None,
                    message: "A file that agents load as instructions is not text.".to_owned(),
                    incomplete: true,
                });
            }
            return;
        }
        if file.origin == Origin::Strings {
            // Strings of a program are no sentences: they are matched as text, and tell of what the program may do.
            let text = String::from_utf8_lossy(&file.bytes);
            let id = self.add_file(file.path.clone(), text.as_ref().into(), Language::Text);
            self.get_mut(id).stance = Stance::Mentions;
            return;
        }
        let decoded = source::decode(&file.bytes);
        let language = detect::of_file(&file.path, &decoded.text);
        if decoded.replaced > 0 {
            // A few stray bytes hide nothing; many mean that the text was never read as what it is.
            let many = decoded.replaced * 20 > decoded.text.len();
            self.notices.push(Notice {
                kind: NoticeKind::Undecodable,
                path: file.path.to_string(),
                line: None,
                message: format!("{} ill-formed byte sequences were replaced.", decoded.replaced),
                incomplete: many && (language.is_code() || language == Language::Markdown || is_loaded),
            });
        }
        let too_large = decoded.text.len() as u64 > Limits::default().parse_bytes;
        let id = self.add_file(file.path.clone(), decoded.text.into(), language);
        if reach::runs_by_itself(&file.path) {
            let document = self.get_mut(id);
            document.reach = Reach::Auto;
            if !document.language.is_code() {
                (document.language, document.stance) = (Language::Shell, Stance::Does);
            }
        }
        if too_large {
            self.notices.push(Notice {
                kind: NoticeKind::Limit,
                path: file.path.to_string(),
                line: None,
                message: if language.is_code() {
                    "The file is too large for parsers; what is beyond their reach was matched as text only."
                } else {
                    "The file is too large for parsers; it was matched as text only."
                }
                .to_owned(),
                incomplete: language.is_code() || language == Language::Markdown || is_loaded,
            });
            return;
        }
        // A file whose name and shebang disagree runs as either: as the shebang says when it is started, as its name says
        // when it is given to an interpreter or imported.
        if let Some(other) =
            detect::of_shebang(&self.get(id).text).filter(|&other| other != language && language.is_code())
            && !(other == Language::JavaScript && matches!(language, Language::TypeScript | Language::Tsx))
            && other != Language::OtherCode
        {
            let text = self.get(id).text.clone();
            let span = Span::new(0, text.len());
            let map = SpanMap::shifted(0, text.len());
            self.add_embedded(id, span, Relation::CommandString, other, text, &map);
        }
        if catch_unwind(AssertUnwindSafe(|| self.structure(id))).is_err() {
            self.notices.push(Notice {
                kind: NoticeKind::Internal,
                path: file.path.to_string(),
                line: None,
                message: "The structure of the file could not be read: a bug in skillscan or a parser.".to_owned(),
                incomplete: true,
            });
        }
    }

    /// Reads the structure of a document and adds what stands in it.
    pub(super) fn structure(&mut self, id: DocumentId) {
        let document = self.get(id);
        let text = document.text.clone();
        match document.language {
            Language::Markdown => self.structure_markdown(id, &text),
            Language::Html => {
                let page = Arc::new(page::read(&text));
                self.get_mut(id).markdown = Some(page.clone());
                embedded::add(self, id, &page);
            }
            Language::Json | Language::Yaml | Language::Toml => self.structure_manifest(id, &text, MANIFEST_BYTES),
            _ => {}
        }
        if self.get(id).holder.is_none() {
            recipes::add(self, id);
        }
    }

    fn structure_markdown(&mut self, id: DocumentId, text: &Arc<str>) {
        let front = frontmatter::split(text);
        if let Some(front) = front {
            let map = SpanMap::shifted(front.content.start as usize, front.content.len());
            let content: Arc<str> = front.content.slice(text).into();
            let child = self.add_embedded(id, front.block, Relation::FrontMatter, Language::Yaml, content, &map);
            if let Some(tag) = front.tag {
                self.oddities.push(Oddity { document: id, kind: OddityKind::LanguageTag, span: tag });
            }
            if !front.closed {
                self.oddities.push(Oddity { document: id, kind: OddityKind::Unclosed, span: front.block });
            }
            let content = self.get(child).text.clone();
            self.structure_manifest(child, &content, FRONT_MATTER_BYTES);
        }
        let body = front.map_or(0, |front| front.block.end as usize);
        let mut parsed = markdown::parse(text, body);
        parsed.front_matter = front.map(|front| front.content);
        let parsed = Arc::new(parsed);
        self.get_mut(id).markdown = Some(parsed.clone());
        embedded::add(self, id, &parsed);
    }

    fn structure_manifest(&mut self, id: DocumentId, text: &str, limit: usize) {
        let document = self.get(id);
        let language = document.language;
        let is_front_matter = matches!(&document.holder, Some(holder) if holder.relation == Relation::FrontMatter);
        let path = self.file_of(id).path.clone();
        let is_file = document.holder.is_none();
        // A rule at the head of a Markdown sample within a page opens nothing that a loader reads.
        let is_of_a_file = |holder: &super::Holder| self.get(holder.document).holder.is_none();
        let is_read = is_front_matter && document.holder.as_ref().is_some_and(is_of_a_file);
        let is_loaded = is_read && reach::is_instructions(&path) || is_file && commands::is_loaded(&path);
        if text.len() > limit {
            self.oddities.push(Oddity { document: id, kind: OddityKind::Limit, span: Span::at(limit) });
            self.note(id, Span::at(0), NoticeKind::Limit, "A manifest is too large to be read as one.", is_loaded);
            return;
        }
        let Some(parsed) = manifest::parse(text, language) else { return };
        let mut root = parsed.root;
        let failed =
            parsed.oddities.iter().find(|(kind, _)| matches!(kind, OddityKind::Damaged | OddityKind::Limit)).copied();
        self.oddities.extend(parsed.oddities.into_iter().map(|(kind, span)| Oddity { document: id, kind, span }));
        let mut incomplete = is_loaded;
        if failed.is_some() && is_front_matter {
            // Loaders that meet broken YAML fall back to lines of `key: value`; so do we, and miss no more than they do.
            // Nothing honest is nested so deep that a limit is reached.
            if let Some(lines) = manifest::parse_lines(text) {
                incomplete = failed.is_some_and(|(kind, _)| kind == OddityKind::Limit);
                root = Some(lines);
            }
        }
        if let Some((kind, span)) = failed
            && (is_file || is_front_matter)
        {
            let (kind, message) = if kind == OddityKind::Limit {
                (NoticeKind::Limit, "A manifest is nested too deeply or has too many parts; the rest was not read.")
            } else {
                (NoticeKind::Damaged, "A manifest does not parse from here on.")
            };
            self.note(id, span, kind, message, incomplete);
        }
        let Some(mut root) = root else { return };
        if is_front_matter {
            commands::openclaw::unfold(&mut root, text);
            let disagreement = commands::openclaw::disagreement(&root);
            self.oddities.extend(disagreement.map(|(kind, span)| Oddity { document: id, kind, span }));
        }
        let root = Arc::new(root);
        self.get_mut(id).manifest = Some(root.clone());
        if is_file && path.ends_with(".ipynb") {
            notebook::add(self, id, &root);
        } else if is_file || is_front_matter {
            commands::add(self, id, &root);
        } else {
            commands::add_bound(self, id, &root);
        }
    }

    fn note(&mut self, id: DocumentId, span: Span, kind: NoticeKind, message: &str, incomplete: bool) {
        let location = self.locate(id, span);
        self.notices.push(Notice {
            kind,
            path: location.path.to_string(),
            line: Some(location.region.line),
            message: message.to_owned(),
            incomplete,
        });
    }
}
