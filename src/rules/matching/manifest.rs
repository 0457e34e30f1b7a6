//! `manifest`: values at a path of keys in JSON, YAML, TOML and front matter.

use super::super::rule::{KeyStep, ManifestPattern};
use super::super::subject::{Subject, reach_of};
use super::{Hit, Spot, value};
use crate::document::Relation;
use crate::document::manifest::{Node, Value};
use crate::finding::Certainty;
use crate::flow::Place;
use crate::source::Span;

/// Deepest nesting of a manifest that is looked into.
const DEPTH: usize = 64;
/// Most values that one pattern takes from one manifest.
const VALUES: usize = 2000;

/// Every value at the path in every manifest that the globs name.
pub(super) fn hits(pattern: &ManifestPattern, subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for document in subject.documents.all() {
        let Some(root) = &document.manifest else { continue };
        let is_own = match &document.holder {
            None => true,
            Some(holder) => holder.relation == Relation::FrontMatter,
        };
        if !is_own || !pattern.file.is_match(&subject.documents.file_of(document.id).path) {
            continue;
        }
        let mut found = Vec::new();
        walk(root, None, &pattern.path, pattern.duplicate, 0, &mut found);
        if !pattern.present {
            if found.is_empty() {
                hits.push((document.id, Span::new(0, 0), String::new()));
            }
            continue;
        }
        for (node, key) in found {
            let text = text_of(node);
            let accepted = pattern.value.as_ref().is_none_or(|wanted| value::text_is_like(wanted, &text, subject));
            if accepted {
                hits.push((document.id, key.map_or(node.span, |key| key.cover(node.span)), text));
            }
        }
    }
    let hit = |(document, span, text): (_, Span, String)| Hit {
        spot: Spot::Text(Place { document, span }),
        source: None,
        sink: None,
        hops: Vec::new(),
        text: Some(text),
        stance: crate::finding::Stance::Does,
        reach: reach_of(subject.documents, document),
        certainty: Certainty::Resolved,
        with: Vec::new(),
    };
    hits.into_iter().map(hit).collect()
}

fn walk<'a>(
    node: &'a Node,
    key: Option<Span>,
    path: &[KeyStep],
    duplicate: bool,
    depth: usize,
    found: &mut Vec<(&'a Node, Option<Span>)>,
) {
    if depth > DEPTH || found.len() >= VALUES {
        return;
    }
    let Some((step, rest)) = path.split_first() else {
        if !duplicate {
            found.push((node, key));
        }
        return;
    };
    if *step == KeyStep::Many {
        walk(node, key, rest, duplicate, depth + 1, found);
    }
    match &node.value {
        Value::Map(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                let named = match step {
                    KeyStep::Keys(keys) => keys.iter().any(|key| key.eq_ignore_ascii_case(&entry.key)),
                    KeyStep::One | KeyStep::Many => true,
                };
                if !named {
                    continue;
                }
                let rest = if *step == KeyStep::Many { path } else { rest };
                if duplicate && rest.is_empty() {
                    if entries[..index].iter().any(|before| before.key == entry.key) {
                        found.push((&entry.value, Some(entry.key_span)));
                    }
                    continue;
                }
                walk(&entry.value, Some(entry.key_span), rest, duplicate, depth + 1, found);
            }
        }
        Value::List(items) if !matches!(step, KeyStep::Keys(_)) => {
            let rest = if *step == KeyStep::Many { path } else { rest };
            for item in items {
                walk(item, None, rest, duplicate, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// A scalar as text; a list of scalars joined by blanks, as for the words of a command.
fn text_of(node: &Node) -> String {
    match &node.value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) | Value::Text(text) => text.clone(),
        Value::List(items) => {
            let scalars = items.iter().filter(|item| !matches!(item.value, Value::List(_) | Value::Map(_)));
            scalars.map(text_of).collect::<Vec<_>>().join(" ")
        }
        Value::Map(_) => String::new(),
    }
}
