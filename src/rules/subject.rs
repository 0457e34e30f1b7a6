//! What rules look at: one bundle, its documents and graph, prepared once for all rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::carried_out;
use super::facts::Facts;
use super::identity::Identity;
use super::lexicon::Lexicons;
use super::literals::{Found, Literals};
use super::page::has_loaded;
use super::path::{base_name, normalised};
use super::written::{Held, Scope};
use crate::bundle::Bundle;
use crate::document::manifest::{Node, Value as Manifest};
use crate::document::markdown::{BlockKind, LinkKind};
use crate::document::{Document, DocumentId, Documents, Language, Relation};
use crate::finding::{Reach, Stance};
use crate::flow::{Effect, EffectId, Graph, Place};
use crate::source::{Span, SpanMap};

/// A text that `text` matchers search, with the way back to its document.
#[derive(Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) scope: Scope,
    /// Whether a reader of the rendered page does not see it.
    pub(crate) hidden: bool,
    pub(crate) document: DocumentId,
    pub(crate) text: &'a str,
    /// From the text to the document; `None` where they are the same.
    pub(crate) map: Option<&'a SpanMap>,
    /// Where it stands, for texts that were computed as a whole.
    pub(crate) whole: Option<Span>,
    /// Whether it is prose, so that clauses decide how it is put.
    pub(crate) is_prose: bool,
    /// An item or cell of samples of attacks: what is quoted there is shown.
    pub(crate) is_sample: bool,
    pub(crate) stance: Stance,
}

impl Piece<'_> {
    /// Whether it is code as it reads once names and constants stand in their places, and not as it is written.
    pub(crate) fn is_plain(&self) -> bool {
        self.scope == Scope::Code && self.map.is_some()
    }

    /// The place of a stretch of the text.
    pub(crate) fn place(&self, span: Span) -> Place {
        let span = match (self.whole, self.map) {
            (Some(whole), _) => whole,
            (None, Some(map)) => map.map(span),
            (None, None) => span,
        };
        Place { document: self.document, span }
    }
}

/// One bundle as rules see it.
pub(crate) struct Subject<'a> {
    pub(crate) bundle: &'a Bundle,
    pub(crate) documents: &'a Documents,
    pub(crate) graph: &'a Graph,
    pub(crate) lexicons: &'a Lexicons,
    pub(crate) identity: Identity,
    /// Whether the skill says that it is about security work: it then shows attacks to those who look for them.
    pub(crate) teaches_security: bool,
    /// Whether there is a file that agents load; else any file may be what they are given.
    pub(super) has_loaded: bool,
    /// Paths of the pages that the skill tells its agent to carry out.
    carried_out: BTreeSet<String>,
    pub(crate) pieces: Vec<Piece<'a>>,
    /// The words that text patterns need, and where they stand; `None` searches every pattern in every piece.
    literals: Option<(&'a Literals, Found)>,
    /// Root document of each file that is text, by path.
    roots: BTreeMap<&'a str, DocumentId>,
    /// Names of the bundle's files, without their folders, in lower case.
    names: BTreeSet<String>,
    /// For each effect, for each argument.
    facts: Vec<Vec<(&'static str, Facts)>>,
}

impl<'a> Subject<'a> {
    /// Prepares a bundle.
    pub(crate) fn new(
        bundle: &'a Bundle,
        documents: &'a Documents,
        graph: &'a Graph,
        lexicons: &'a Lexicons,
        literals: Option<&'a Literals>,
    ) -> Self {
        let identity = Identity::of(bundle, documents);
        let teaches_security = teaches_security(documents, lexicons);
        let has_loaded = has_loaded(documents, lexicons);
        let carried_out = carried_out::pages(documents, lexicons);
        let facts_of = |effect: &Effect| {
            let each = effect.arguments.iter();
            each.map(|(role, value)| (*role, Facts::of(value, graph, &identity, lexicons))).collect()
        };
        let facts = graph.effects().iter().map(facts_of).collect();
        let mut pieces = Vec::new();
        let mut roots = BTreeMap::new();
        for document in documents.all() {
            if document.holder.is_none() {
                roots.entry(&*documents.file_of(document.id).path).or_insert(document.id);
            }
            gather_pieces(documents, document, &mut pieces);
        }
        for plain in &graph.plain {
            pieces.push(Piece {
                scope: Scope::Code,
                hidden: false,
                document: plain.document,
                text: &plain.text,
                map: Some(&plain.map),
                whole: None,
                is_prose: false,
                is_sample: false,
                stance: documents.get(plain.document).stance,
            });
        }
        let literals = literals.map(|literals| (literals, literals.search(&pieces)));
        let names = bundle.files.iter().map(|file| base_name(&file.path).to_lowercase()).collect();
        Self {
            bundle,
            documents,
            graph,
            lexicons,
            identity,
            teaches_security,
            has_loaded,
            carried_out,
            pieces,
            literals,
            roots,
            names,
            facts,
        }
    }

    /// Indices of the pieces in which a text pattern can be found.
    pub(crate) fn candidates(&self, pattern: &str) -> Vec<usize> {
        let known = self.literals.as_ref().and_then(|(literals, found)| literals.candidates(pattern, found));
        known.unwrap_or_else(|| (0..self.pieces.len()).collect())
    }

    /// Whether a path, or a word of a command line, has the name of a file of the bundle. A name with unknown parts or
    /// wildcards may be any that fits the rest of it.
    pub(crate) fn names_file(&self, text: &str) -> bool {
        let of_word = |word: &str| {
            let path = normalised(word);
            let name = base_name(&path).to_lowercase();
            let is_open = |c: char| matches!(c, '*' | '?' | '<' | '>' | '$' | '{' | '}');
            if !name.contains(is_open) {
                return self.names.contains(&name);
            }
            let end = name.rsplit(is_open).next().unwrap_or_default();
            end.contains('.') && self.names.iter().any(|own| own.ends_with(end))
        };
        let is_break = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '|' | '&' | '(' | ')' | '=');
        of_word(text) || text.split(is_break).filter(|word| !word.is_empty()).any(of_word)
    }

    /// The facts of an argument.
    pub(crate) fn facts(&self, effect: EffectId, role: &str) -> Option<&Facts> {
        self.facts.get(effect.0 as usize)?.iter().find(|(name, _)| *name == role).map(|(_, facts)| facts)
    }

    /// The facts of all arguments.
    pub(crate) fn all_facts(&self, effect: EffectId) -> &[(&'static str, Facts)] {
        self.facts.get(effect.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The root document of the file at `path`, if it is text.
    pub(crate) fn root(&self, path: &str) -> Option<DocumentId> {
        self.roots.get(path).copied()
    }

    /// The root document of the file that a document stands in.
    pub(crate) fn root_of(&self, id: DocumentId) -> DocumentId {
        self.root(&self.documents.file_of(id).path).unwrap_or(id)
    }

    /// Whether a document stands in a page that the agent is told to carry out.
    pub(crate) fn is_carried_out(&self, id: DocumentId) -> bool {
        self.carried_out.contains(&*self.documents.file_of(id).path)
    }

    /// How a document stands in what holds it, at every level.
    pub(crate) fn holds(&self, id: DocumentId, wanted: Held) -> bool {
        let mut document = self.documents.get(id);
        while let Some(holder) = &document.holder {
            if held(&holder.relation) == Some(wanted) {
                return true;
            }
            document = self.documents.get(holder.document);
        }
        false
    }

    /// The place in bytes of its file.
    pub(crate) fn in_file(&self, place: Place) -> (Arc<str>, Span) {
        let document = self.documents.get(place.document);
        (self.documents.file_of(place.document).path.clone(), document.map.map(place.span))
    }
}

/// Whether name or description of the bundle's own SKILL.md, the one nearest to its root, speak of security work.
fn teaches_security(documents: &Documents, lexicons: &Lexicons) -> bool {
    let Some(list) = lexicons.get("security-subjects") else { return false };
    let is_skill = |document: &&Document| {
        matches!(&document.holder, Some(holder) if holder.relation == Relation::FrontMatter)
            && base_name(&documents.file_of(document.id).path).eq_ignore_ascii_case("skill.md")
    };
    let is_text = |document: &&Document| {
        document.holder.is_none() && base_name(&documents.file_of(document.id).path).eq_ignore_ascii_case("skill.md")
    };
    let depth = |document: &&Document| documents.file_of(document.id).path.matches('/').count();
    let Some(skill) = documents.all().iter().filter(is_skill).min_by_key(depth) else {
        // Without front matter the title says what it is about.
        let text = documents.all().iter().filter(is_text).min_by_key(depth);
        let blocks = text.and_then(|document| document.markdown.as_ref()).map_or(&[][..], |markdown| &markdown.blocks);
        return blocks
            .iter()
            .find(|block| matches!(block.kind, BlockKind::Heading(_)))
            .is_some_and(|block| list.has(&block.text));
    };
    let Some(Node { value: Manifest::Map(entries), .. }) = skill.manifest.as_deref() else { return false };
    entries.iter().any(|entry| match &entry.value.value {
        Manifest::Text(text) if entry.key == "description" => list.has(text),
        Manifest::Text(text) if entry.key == "name" => list.has(&text.replace(['-', '_'], " ")),
        _ => false,
    })
}

/// The word of the rule language for a relation.
fn held(relation: &Relation) -> Option<Held> {
    match relation {
        Relation::LoadTime => Some(Held::LoadTime),
        Relation::Comment => Some(Held::Comment),
        Relation::Decoded(_) => Some(Held::Decoded),
        Relation::ManifestValue(_) => Some(Held::Manifest),
        Relation::Fence(_) | Relation::Indented | Relation::InlineCode => Some(Held::Code),
        Relation::Heredoc => Some(Held::Heredoc),
        Relation::CommandString => Some(Held::CommandString),
        Relation::Html | Relation::FrontMatter => None,
    }
}

/// The blocks of Markdown, as pieces.
fn gather_blocks<'a>(document: &'a Document, pieces: &mut Vec<Piece<'a>>) {
    let Some(markdown) = &document.markdown else { return };
    for (block, is_sample) in markdown.blocks.iter().zip(markdown.blocks_that_sample()) {
        pieces.push(Piece {
            scope: if matches!(block.kind, BlockKind::Heading(_)) { Scope::Heading } else { Scope::Prose },
            hidden: block.hidden,
            document: document.id,
            text: block.text.as_str(),
            map: Some(&block.map),
            whole: None,
            is_prose: true,
            is_sample,
            stance: if block.quoted { document.stance.min(Stance::Mentions) } else { document.stance },
        });
    }
}

fn gather_pieces<'a>(documents: &'a Documents, document: &'a Document, pieces: &mut Vec<Piece<'a>>) {
    gather_blocks(document, pieces);
    let mut piece = |scope, text, map, whole, hidden, is_prose, stance| {
        pieces.push(Piece {
            scope,
            hidden,
            document: document.id,
            text,
            map,
            whole,
            is_prose,
            is_sample: false,
            stance,
        });
    };
    let stance = document.stance;
    if let Some(markdown) = &document.markdown {
        for comment in &markdown.comments {
            piece(Scope::Comment, comment.text.as_str(), Some(&comment.map), None, true, false, Stance::Instructs);
        }
        for link in &markdown.links {
            piece(Scope::LinkTarget, link.target.as_str(), None, Some(link.span), false, false, stance);
            if link.kind == LinkKind::Image {
                piece(Scope::Alt, link.text.as_str(), None, Some(link.span), false, false, stance);
            }
        }
    }
    let text: &str = &document.text;
    match &document.holder {
        None => {
            piece(Scope::Any, text, None, None, false, false, stance);
            let path: &str = &documents.file_of(document.id).path;
            piece(Scope::FileName, path, None, Some(Span::default()), false, false, stance);
            if document.language == Language::Text {
                piece(Scope::Prose, text, None, None, false, true, stance);
            }
        }
        Some(holder) if holder.relation == Relation::FrontMatter => {
            piece(Scope::FrontMatter, text, None, None, false, false, stance);
        }
        Some(holder) if matches!(holder.relation, Relation::Decoded(_)) => {
            // Code is not shown to a reader in any case: what is hidden there is in its comments.
            piece(Scope::Decoded, text, None, None, !document.language.is_code(), false, stance);
        }
        // A comment that was made a document of its own was taken with its Markdown.
        Some(_) => {}
    }
    if document.language.is_code() {
        piece(Scope::Code, text, None, None, false, false, stance);
    }
}

/// How a document is reached.
pub(crate) fn reach_of(documents: &Documents, id: DocumentId) -> Reach {
    documents.get(id).reach
}
