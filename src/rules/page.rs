//! Pages of reference: Markdown that is read when it is needed, and that the agent is not told to carry out.

use super::lexicon::Lexicons;
use super::matching::Hit;
use super::subject::Subject;
use super::written::Held;
use crate::document::Documents;
use crate::finding::Reach;
use crate::flow::EffectKind;

/// Whether there is a file that agents load; else any file may be what they are given.
pub(super) fn has_loaded(documents: &Documents, lexicons: &Lexicons) -> bool {
    documents.all().iter().any(|document| is_loaded(&documents.file_of(document.id).path, lexicons))
}

fn is_loaded(path: &str, lexicons: &Lexicons) -> bool {
    let path = path.to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    // What a folder further down says of itself is read when one gets there.
    let is_notes_below = name == "readme.md" && folders.contains('/');
    let has = |list: &str, word: &str| lexicons.get(list).is_some_and(|lexicon| lexicon.has(word));
    (has("loaded-pages", name) && !is_notes_below) || folders.split('/').any(|folder| has("loaded-folders", folder))
}

/// How a hit is reached, told apart by pages: what SKILL.md names is read when it is needed, and is indirect as far as
/// circumstances of a rule ask. What agents load by themselves, and all code, stays as it is.
pub(super) fn page_reach(hit: &Hit, subject: &Subject<'_>) -> Reach {
    let Some(document) = hit.document().filter(|_| hit.reach == Reach::Direct) else { return hit.reach };
    let is_page = subject.has_loaded
        && subject.documents.get(subject.root_of(document)).markdown.is_some()
        && !is_loaded(&subject.documents.file_of(document).path, subject.lexicons);
    if is_page { Reach::Indirect } else { hit.reach }
}

/// Whether a hit stands in Markdown that is read when it is needed, in the open: no file that agents load or are told to
/// carry out, nothing that is decoded, runs on loading or is hidden there.
pub(super) fn stands_on_a_page(hit: &Hit, subject: &Subject<'_>) -> bool {
    let Some(document) = hit.document() else { return false };
    let is_covered = [Held::LoadTime, Held::Decoded].into_iter().any(|held| subject.holds(document, held));
    // What is typed unseen at a prompt is hidden in another sense.
    let is_hidden = hit.effects().into_iter().map(|id| subject.graph.effect(id));
    let is_hidden = is_hidden.filter(|effect| effect.kind != EffectKind::Ask).any(|effect| effect.has_tag("hidden"));
    let is_markdown = subject.documents.get(subject.root_of(document)).markdown.is_some();
    subject.has_loaded
        && is_markdown
        && !is_loaded(&subject.documents.file_of(document).path, subject.lexicons)
        && !subject.is_carried_out(document)
        && (hit.reach < Reach::Auto || subject.holds(document, Held::Code))
        && !is_covered
        && !is_hidden
}
