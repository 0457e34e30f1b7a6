//! Pages of reference: Markdown that is read when it is needed, and whether the agent is told to do as one says.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::matching::Hit;
use super::path::base_name;
use super::subject::Subject;
use super::written::Held;
use crate::document::Documents;
use crate::finding::Reach;
use crate::flow::EffectKind;

/// Files that agents load by themselves, or that readers open first.
const LOADED: &[&str] = &[
    "skill.md",
    "agents.md",
    "claude.md",
    "gemini.md",
    "readme.md",
    "heartbeat.md",
    "soul.md",
    "memory.md",
    "identity.md",
    "tools.md",
    "user.md",
    "bootstrap.md",
    "boot.md",
    "copilot-instructions.md",
];
/// Folders whose files are loaded when they are called.
const FOLDERS: &[&str] = &["commands", "agents", "hooks", "prompts", "rules"];

/// Words by which a line that names a page makes it more than reading.
#[allow(clippy::expect_used)]
static ORDERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:follow|execute|perform|carry out|obey|comply|do (?:what|as|everything|all)|run (?:the|all|each|every|its|what|through)|(?:complete|apply) (?:the|all|each|every)|steps? (?:in|from|of)|prerequisites?|mandatory|before (?:you|anything|using|use)\b[^.]{0,40}(?:must|run|do|complete)|(?:must|first|always)\b[^.]{0,30}\b(?:do|run|complete|apply|install))\b|遵循|执行|按照|运行",
    )
    .expect("a constant pattern")
});

/// What a bundle's loaded files say of its pages.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// Whether there is a file that agents load; else any file may be what they are given.
    any_loaded: bool,
    /// Names of files, in lower case, that a loaded file names in a line that orders something.
    ordered: BTreeSet<String>,
}

impl Pages {
    pub(super) fn of(documents: &Documents) -> Self {
        let mut pages = Self::default();
        for document in documents.all().iter().filter(|document| document.holder.is_none()) {
            if !is_loaded(&documents.file_of(document.id).path) {
                continue;
            }
            pages.any_loaded = true;
            for line in document.text.lines().filter(|line| line.contains(".md") && ORDERS.is_match(line)) {
                let names = line.split(|c: char| !(c.is_alphanumeric() || "._-".contains(c)));
                let names = names.map(|name| name.trim_end_matches('.')).filter(|name| name.ends_with(".md"));
                pages.ordered.extend(names.map(str::to_lowercase));
            }
        }
        pages
    }

    /// Whether the agent is told to do as the file at `path` says.
    pub(super) fn orders(&self, path: &str) -> bool {
        self.ordered.contains(&base_name(path).to_lowercase())
    }
}

fn is_loaded(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    LOADED.contains(&name) || folders.split('/').any(|folder| FOLDERS.contains(&folder))
}

/// How a hit is reached, told apart by pages: what SKILL.md names is read when it is needed, and is indirect as far as
/// circumstances of a rule ask. What agents load by themselves, and all code, stays as it is.
pub(super) fn page_reach(hit: &Hit, subject: &Subject<'_>) -> Reach {
    let Some(document) = hit.document().filter(|_| hit.reach == Reach::Direct) else { return hit.reach };
    let is_page = subject.pages.any_loaded
        && subject.documents.get(subject.root_of(document)).markdown.is_some()
        && !is_loaded(&subject.documents.file_of(document).path);
    if is_page { Reach::Indirect } else { hit.reach }
}

/// Whether a hit stands in Markdown that is read when it is needed, in the open: no file that agents load, nothing that
/// is decoded, runs on loading or is hidden there.
pub(super) fn stands_on_a_page(hit: &Hit, subject: &Subject<'_>) -> bool {
    let Some(document) = hit.document() else { return false };
    let is_covered = [Held::LoadTime, Held::Decoded].into_iter().any(|held| subject.holds(document, held));
    // What is typed unseen at a prompt is hidden in another sense.
    let is_hidden = hit.effects().into_iter().map(|id| subject.graph.effect(id));
    let is_hidden = is_hidden.filter(|effect| effect.kind != EffectKind::Ask).any(|effect| effect.has_tag("hidden"));
    let is_markdown = subject.documents.get(subject.root_of(document)).markdown.is_some();
    subject.pages.any_loaded
        && is_markdown
        && !is_loaded(&subject.documents.file_of(document).path)
        && (hit.reach < Reach::Auto || subject.holds(document, Held::Code))
        && !is_covered
        && !is_hidden
}
