//! Directives become effects: "download X and run it" is a `fetch` whose content an `eval` takes, just as
//! `curl X | sh` is, so that one rule serves both.

mod acts;
mod brought;
mod compound;
mod depiction;
mod hollow;
mod list;
mod manifest;
mod memory;
mod printed;
mod remarks;
mod requirement;
mod speech;
mod table;
mod write;

use super::{Effect, EffectId, EffectKind, Place, Shape, Value};
use crate::document::markdown::BlockKind;
use crate::document::{Document, DocumentId, Documents, Language, Relation};
use crate::finding::{Certainty, Stance};
use crate::lower::prose::{self, Addressee, Directive, Grammar, Literal, Mood, Trigger};
use crate::source::Span;
use memory::Memory;
use printed::Printed;
use std::collections::BTreeMap;

/// Adds the effects of what the text of a document tells. Documents that are no prose have none.
///
/// Takes the bytes that it reads from `left`; a text that is longer than what is left of it stays unread.
pub(super) fn read(
    documents: &Documents,
    id: DocumentId,
    grammar: &Grammar,
    printed: &BTreeMap<DocumentId, Value>,
    effects: &mut Vec<Effect>,
    left: &mut Option<usize>,
) {
    let document = documents.get(id);
    let mut reader = Reader {
        documents,
        id,
        effects,
        memory: Memory::default(),
        printed: Printed::in_document(documents, id, printed),
        hidden: false,
        depicts: false,
        lead: Vec::new(),
        lead_says_when: None,
        heading_says_when: None,
        required: Vec::new(),
        address: None,
        has_fetched: false,
        describes_option: false,
    };
    if let Some(markdown) = &document.markdown {
        let mut body = hollow::Body::default();
        let depicted = markdown.sections_that_depict();
        let samples = markdown.blocks_that_sample();
        let mut compound = compound::Compound::default();
        let mut row = table::Row::default();
        let mut heading: Option<(Vec<prose::Sentence>, Span)> = None;
        for (index, block) in markdown.blocks.iter().enumerate() {
            let links = links_in(markdown, block);
            reader.hidden = block.hidden;
            reader.describes_option = row.describes_option(block, &document.text);
            reader.memory.enter(block.section, index as u32);
            reader.takes_what_was_printed(block.span);
            reader.depicts = depicted.get(block.section as usize).copied().unwrap_or_default()
                || samples.get(index).copied().unwrap_or_default() && is_wholly_quoted(&block.text);
            compound.take(block, &document.text, &mut |text, span| reader.compound(text, span, grammar));
            let is_item = matches!(block.kind, BlockKind::ListItem | BlockKind::TableCell);
            if !is_item {
                reader.lead.clear();
                reader.lead_says_when = None;
            }
            let is_heading = matches!(block.kind, BlockKind::Heading(_));
            if is_heading {
                reader.heading_says_when = None;
                reader.brings_requirement(&block.text, |span| block.map.map(span));
            }
            if !affords(left, &block.text) {
                continue;
            }
            let first = reader.effects.len();
            let mut sentences = prose::read(&block.text, &links, grammar);
            for sentence in &mut sentences {
                let own = sentence.trigger.clone();
                reader.when_from_above(sentence);
                if is_heading && own.is_some() {
                    reader.heading_says_when.clone_from(&own);
                }
                let place = |span| block.map.map(span);
                reader.requires(sentence, &block.text);
                body.take_down(block.kind, sentence, &block.map);
                reader.sentence(sentence, grammar, place);
                if is_item {
                    reader.item(sentence, place);
                } else {
                    reader.lead_in(sentence, &block.text);
                }
            }
            reader.passages(&sentences, grammar, first, None, |span| block.map.map(span));
            // "What overrides what?": the heading asks, and the text below it answers.
            if let Some((above, span)) = heading.take().filter(|_| !is_heading && !block.hidden) {
                reader.below_heading(&above, &sentences, grammar, first, span.cover(block.span));
            }
            if is_heading {
                heading = Some((sentences, block.span));
            }
        }
        compound.end(&mut |text, span| reader.compound(text, span, grammar));
        if documents.file_of(id).path.to_ascii_lowercase().ends_with("skill.md") && document.holder.is_none() {
            reader.hollow(&body, markdown);
        } else {
            reader.stands_for_itself();
        }
    } else if let Some(root) = &document.manifest {
        if manifest::is_shown_to_the_agent(documents, id) {
            manifest::texts(root, &mut |text, span| {
                if !affords(left, text) {
                    return;
                }
                for sentence in prose::read(text, &[], grammar) {
                    reader.sentence(&sentence, grammar, |_| span);
                }
            });
        }
    } else if document.language.is_code() {
        remarks::each(&document.text, document.language, &mut |text, span| {
            if !affords(left, text) {
                return;
            }
            let first = reader.effects.len();
            let sentences = prose::read(text, &[], grammar);
            for sentence in &sentences {
                reader.speech(sentence, grammar, span, "remark");
            }
            reader.passages(&sentences, grammar, first, Some("remark"), |_| span);
        });
    } else if document.language == Language::Markdown {
        // Too large for the parser: read as plain prose, piece by piece.
        let mut at = 0;
        while let Some(rest) = document.text.get(at..).filter(|rest| !rest.is_empty()) {
            let piece = piece_of(rest);
            if !affords(left, piece) {
                break;
            }
            for sentence in prose::read(piece, &[], grammar) {
                let place = |span: Span| Span::new(span.start as usize + at, span.end as usize + at);
                reader.sentence(&sentence, grammar, place);
            }
            at += piece.len();
        }
    } else if document.language == Language::Text && document.holder.is_some() {
        reader.hidden = is_unseen(documents, document);
        if !affords(left, &document.text) {
            return;
        }
        for sentence in prose::read(&document.text, &[], grammar) {
            reader.sentence(&sentence, grammar, |span| span);
        }
    }
}

/// Whether a comment is unseen by whoever reads the page: one in a block of code is shown with the code.
fn is_unseen(documents: &Documents, document: &Document) -> bool {
    let Some(holder) = document.holder.as_ref().filter(|holder| holder.relation == Relation::Comment) else {
        return false;
    };
    let of_holder = documents.get(holder.document).holder.as_ref().map(|holder| &holder.relation);
    !matches!(of_holder, Some(Relation::Fence(_) | Relation::Indented))
}

/// Takes the length of a text from what may still be read; once that is not enough, nothing is.
fn affords(left: &mut Option<usize>, text: &str) -> bool {
    *left = left.and_then(|left| left.checked_sub(text.trim().len()));
    left.is_some()
}

/// Whether a text is nothing but quotations and code spans, side by side.
fn is_wholly_quoted(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['"', '“', '`', '「', '\''])
        && text.trim_end_matches(['.', ',', ';']).ends_with(['"', '”', '`', '」', '\''])
}

/// The first part of a text, cut at a blank where there is one.
fn piece_of(text: &str) -> &str {
    const LONGEST: usize = 64 * 1024;
    if text.len() <= LONGEST {
        return text;
    }
    let mut end = LONGEST;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let end = text[..end].rfind(char::is_whitespace).filter(|at| *at > 0).unwrap_or(end);
    &text[..end]
}

/// The links of a block as spans of its joined text. The text of a link stands in both, so its place is found by
/// where the block's text maps to.
fn links_in(
    markdown: &crate::document::markdown::Markdown,
    block: &crate::document::markdown::Block,
) -> Vec<(Span, String)> {
    let inside: Vec<_> = markdown
        .links
        .iter()
        .skip(markdown.links.partition_point(|link| link.span.end <= block.span.start))
        .take_while(|link| link.span.start < block.span.end)
        .filter(|link| !link.text.is_empty())
        .collect();
    let mut found = Vec::new();
    let mut from = 0;
    for link in inside {
        let Some(at) = block.text.get(from..).and_then(|rest| rest.find(link.text.as_str())) else { continue };
        let span = Span::new(from + at, from + at + link.text.len());
        from = span.end as usize;
        found.push((span, link.target.clone()));
    }
    found
}

// Four independent facts about what is being read; an enum of their combinations would say less.
#[allow(clippy::struct_excessive_bools)]
struct Reader<'a> {
    documents: &'a Documents,
    id: DocumentId,
    effects: &'a mut Vec<Effect>,
    memory: Memory,
    /// What the code between and in the sentences prints.
    printed: Printed,
    hidden: bool,
    /// The section shows attacks.
    depicts: bool,
    /// What the sentence told that introduces the list that is being read.
    lead: Vec<Directive>,
    /// When, as the sentence says that introduces the list: "Every four hours:".
    lead_says_when: Option<Trigger>,
    /// Names of what the text requires so far, in lower case.
    required: Vec<String>,
    /// The address that the sentence names, if it names one.
    address: Option<String>,
    /// When, as the heading of the section says.
    heading_says_when: Option<Trigger>,
    /// The sentence that is being read has told to fetch something.
    has_fetched: bool,
    /// The text says what an option does that stands before it.
    describes_option: bool,
}

impl Reader<'_> {
    /// Adds an effect and gives the content that it yields.
    fn add(
        &mut self,
        directive: &Directive,
        span: Span,
        kind: EffectKind,
        arguments: Vec<(&'static str, Value)>,
        tags: &[&str],
    ) -> Value {
        let document = self.documents.get(self.id);
        let id = EffectId(self.effects.len() as u32);
        let place = Place { document: self.id, span };
        let mut tags: Vec<std::sync::Arc<str>> = tags.iter().map(|tag| (*tag).into()).collect();
        tags.push("prose".into());
        if directive.addressee == Addressee::Human {
            tags.push("to-human".into());
        }
        if self.hidden {
            tags.push("hidden".into());
        }
        if directive.conditional {
            tags.push("conditional".into());
        }
        if let Some(trigger) = &directive.trigger {
            tags.push(format!("when-{}", trigger.kind).into());
        }
        let certainty = if arguments.iter().any(|(_, value)| matches!(value.shape(), Shape::Text(_))) {
            Certainty::Resolved
        } else {
            Certainty::Partial
        };
        self.effects.push(Effect {
            id,
            kind,
            arguments,
            place,
            by: directive.verb.to_lowercase().into(),
            resolved: span.slice(&document.text).into(),
            yielded: None,
            disguised: false,
            tags,
            stance: stance(directive, document.stance),
            reach: document.reach,
            certainty,
        });
        Value::new(Shape::Content(id), Some(place))
    }

    fn text(&self, text: &str, span: Span) -> Value {
        Value::new(Shape::Text(text.into()), Some(Place { document: self.id, span }))
    }

    fn literal(&self, literal: &Literal, span: Span) -> Value {
        match literal {
            Literal::Url(text) | Literal::Path(text) | Literal::Code(text) => self.text(text, span),
        }
    }
}

/// Whether a link leads out to the network; others point into the bundle or the page.
fn is_web(target: &str) -> bool {
    let lower = target.to_ascii_lowercase();
    ["http://", "https://", "ftp://", "hxxp://", "hxxps://", "ws://", "wss://"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
}

/// How a directive is put, given how its document is.
fn stance(directive: &Directive, document: Stance) -> Stance {
    if directive.forbidden {
        Stance::Forbids
    } else if directive.quoted {
        Stance::Depicts
    } else {
        let own = match directive.mood {
            Mood::Tells => Stance::Instructs,
            Mood::Offers => Stance::Offers,
            Mood::Describes => Stance::Mentions,
        };
        own.min(document)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bundle::{BundlePath, Limits};

    /// Prints the effects of the prose of the bundles below `SKILLSCAN_SURVEY` (one path per line of that file).
    #[test]
    #[ignore = "needs real bundles"]
    fn survey() {
        let list = std::fs::read_to_string(std::env::var("SKILLSCAN_SURVEY").unwrap()).unwrap();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/prose");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
        let grammar = Grammar::compile(texts.iter().map(|text| ("rules/prose", text.as_str()))).unwrap();
        let only = std::env::var("SKILLSCAN_TAG").unwrap_or_default();
        for path in list.lines() {
            let at = BundlePath { shown: path.to_owned(), path: path.into() };
            let documents = Documents::read(&crate::bundle::read(&at, &Limits::default()));
            for id in 0..documents.all().len() {
                let id = DocumentId(id as u32);
                let mut effects = Vec::new();
                read(&documents, id, &grammar, &BTreeMap::new(), &mut effects, &mut None);
                for effect in effects.iter().filter(|effect| only.is_empty() || effect.has_tag(&only)) {
                    let arguments: Vec<String> = effect
                        .arguments
                        .iter()
                        .map(|(role, value)| match value.shape() {
                            Shape::Text(text) => format!("{role}={text:?}"),
                            Shape::Content(id) => format!("{role}=<content {}>", id.0),
                            other => format!("{role}={other:?}").chars().take(80).collect(),
                        })
                        .collect();
                    println!(
                        "{path} {}:{} {} {} by {} [{}] {} :: {}",
                        documents.file_of(id).path,
                        documents.locate(id, effect.place.span).region.line,
                        effect.stance,
                        effect.kind,
                        effect.by,
                        effect.tags.join(","),
                        arguments.join(" "),
                        effect.resolved.chars().take(160).collect::<String>()
                    );
                }
            }
        }
    }
}
