//! `undeclared`: what code does and no text of the bundle admits: variables that it reads, hosts that it talks to.

use std::collections::BTreeMap;

use super::super::host::owner_label;
use super::super::rule::UndeclaredPattern;
use super::super::subject::Subject;
use super::super::written::Undeclared;
use super::{Hit, Spot, effect};
use crate::document::Language;
use crate::flow::Effect;

/// Every effect like the pattern whose variable or host no text for readers and no manifest names.
pub(super) fn hits(pattern: &UndeclaredPattern, subject: &Subject<'_>) -> Vec<Hit> {
    let mut texts: Option<Vec<String>> = None;
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let mut hits = Vec::new();
    for found in subject.graph.effects() {
        let document = subject.documents.get(subject.root_of(found.place.document));
        // What the text tells the agent to do is admitted by that.
        if !document.language.is_code() || !effect::is_like(&pattern.effect, found, subject) {
            continue;
        }
        let names = names(pattern.what, found, subject);
        let texts = texts.get_or_insert_with(|| admitted(subject));
        let unsaid: Vec<&String> = names
            .iter()
            .filter(|name| !*known.entry((*name).clone()).or_insert_with(|| is_said(pattern.what, name, texts)))
            .collect();
        let Some(first) = unsaid.first() else { continue };
        hits.push(Hit {
            spot: Spot::Text(found.place),
            source: None,
            sink: Some(found.id),
            hops: Vec::new(),
            text: Some((*first).clone()),
            stance: found.stance,
            reach: found.reach,
            certainty: found.certainty,
            with: Vec::new(),
        });
    }
    hits
}

/// The variables or hosts of an effect, as far as they are known.
fn names(what: Undeclared, found: &Effect, subject: &Subject<'_>) -> Vec<String> {
    let facts = |role: &str| subject.facts(found.id, role);
    match what {
        Undeclared::Variable => {
            let texts = facts("name").filter(|facts| facts.is_constant).map(|facts| facts.texts.clone());
            texts.unwrap_or_default()
        }
        Undeclared::Host => facts("url")
            .or_else(|| facts("address"))
            .map(|facts| facts.targets.iter().map(|(target, _)| target.host.to_lowercase()).collect())
            .unwrap_or_default(),
    }
}

/// Texts that a reader or a registry sees: Markdown, manifests, settings; in lower case.
fn admitted(subject: &Subject<'_>) -> Vec<String> {
    let roots = subject.documents.all().iter().filter(|document| document.holder.is_none());
    let open = roots.filter(|document| {
        matches!(document.language, Language::Markdown | Language::Json | Language::Yaml | Language::Toml)
            || subject.documents.file_of(document.id).path.contains(".env")
    });
    open.map(|document| document.text.to_lowercase()).collect()
}

fn is_said(what: Undeclared, name: &str, texts: &[String]) -> bool {
    let name = name.to_lowercase();
    let label = owner_label(&name);
    texts
        .iter()
        .any(|text| text.contains(&name) || what == Undeclared::Host && label.len() >= 4 && text.contains(label))
}
