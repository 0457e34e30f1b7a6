//! Code and comments of Markdown and HTML become documents of their own.

mod bare;
mod prompts;
mod typed;

use std::sync::Arc;

use super::detect::{self, Tag};
use super::markdown::{Code, Markdown};
use super::stance::Judge;
use super::{DocumentId, Documents, Language, Relation, programs, reach};
use crate::finding::{Reach, Stance};
use crate::source::SpanMap;

/// Deepest nesting of documents within documents that is made here.
const DEPTH: u32 = 4;

/// Adds the documents that stand in `host`, whose Markdown structure is known.
pub(super) fn add(documents: &mut Documents, host: DocumentId, markdown: &Markdown) {
    let mut judge = Judge::new(markdown);
    let outer = documents.get(host);
    let (host_language, host_stance, depth) = (outer.language, outer.stance, outer.depth);
    // Only what an agent loads as instructions runs anything when it is loaded; elsewhere, and in an example within an
    // example, `!` is but text (catalogue PE-009).
    let is_loaded = depth == 0 && reach::is_instructions(&documents.file_of(host).path);
    let bare = bare::commands(markdown, &documents.get(host).text);
    let among = bare::among_code(markdown);
    for code in markdown.code.iter().chain(&bare).chain(&among) {
        let Some((language, text, map)) = classify(code) else { continue };
        let (text, map) = match typed::as_typed(&text).filter(|_| typed::is_typed(language)) {
            Some((typed, typed_map)) => (typed.into(), typed_map.through(&map)),
            None => (text, map),
        };
        let stance = judge.of(code);
        let id = documents.add_embedded(host, code.span, code.relation.clone(), language, text, &map);
        let child = documents.get_mut(id);
        child.stance = match code.relation {
            Relation::LoadTime if is_loaded => Stance::Does,
            Relation::Html if host_language == Language::Html => Stance::Does,
            // `; rm -rf ~`: what is put behind another command is an input to try, not a command to run.
            Relation::InlineCode if code.text.trim_start().starts_with([';', '&', '|']) => {
                stance.min(host_stance).min(Stance::Mentions)
            }
            // Code is never put more strongly than the text that holds it.
            _ => stance.min(host_stance),
        };
        if code.relation == Relation::LoadTime && is_loaded {
            child.reach = Reach::Auto;
        }
        if depth < DEPTH {
            documents.structure(id);
        }
    }
    for comment in &markdown.comments {
        if comment.text.trim().is_empty() {
            continue;
        }
        let text: Arc<str> = comment.text.as_str().into();
        documents.add_embedded(host, comment.span, Relation::Comment, Language::Text, text, &comment.map);
    }
}

/// The language and the text of a piece of code; `None` for a code span that is but a name.
fn classify(code: &Code) -> Option<(Language, Arc<str>, SpanMap)> {
    let whole = |language| Some((language, Arc::from(code.text.as_str()), code.map.clone()));
    match code.relation {
        Relation::InlineCode => return whole(programs::command_span(&code.text)?),
        Relation::LoadTime => return whole(Language::Shell),
        _ => {}
    }
    let tag = detect::of_tag(&code.tag);
    let may_have_prompts =
        !matches!(tag, Tag::Known(language) if !matches!(language, Language::Shell | Language::PowerShell));
    if may_have_prompts && let Some(session) = prompts::strip(&code.text, tag == Tag::Session || tag == Tag::Open) {
        let language = match tag {
            Tag::Known(language) => language,
            _ => session.language,
        };
        return Some((language, session.text.into(), session.map.through(&code.map)));
    }
    let content = detect::of_content(&code.text);
    let language = match tag {
        // A wrong label must not hide a program: content that speaks clearly for another language wins over a label
        // that is not a program's.
        Tag::Known(labelled) if labelled.is_code() => {
            detect::of_shebang(&code.text).filter(|found| found.is_code()).unwrap_or(labelled)
        }
        Tag::Known(labelled) => {
            content.filter(|found| found.is_code()).filter(|_| !is_plausible(labelled, &code.text)).unwrap_or(labelled)
        }
        Tag::Session | Tag::Open => content.unwrap_or(Language::Text),
    };
    whole(language)
}

/// Whether a text could be what its label says.
fn is_plausible(language: Language, text: &str) -> bool {
    let text = text.trim_start();
    match language {
        Language::Json => text.starts_with(['{', '[', '"', '/']) || text.is_empty(),
        Language::Html => text.starts_with('<'),
        Language::Markdown => true,
        Language::Toml => text.starts_with(['[', '#']) || text.lines().next().is_some_and(|line| line.contains('=')),
        Language::Yaml => text.lines().any(|line| {
            line.split_once(':').is_some_and(|(key, _)| !key.contains([' ', '(']) || key.trim_start().starts_with("- "))
        }),
        _ => false,
    }
}
