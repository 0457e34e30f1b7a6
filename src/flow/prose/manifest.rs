//! Descriptions in front matter and manifests: a host loads them into every session, so they are read as told.

use crate::document::manifest::{Node, Value};
use crate::document::{DocumentId, Documents, Relation};
use crate::source::Span;

/// Manifests whose descriptions are shown to the agent.
const MANIFESTS: &[&str] = &[
    "plugin.json",
    "manifest.json",
    "marketplace.json",
    "tools.json",
    "mcp.json",
    ".mcp.json",
    "skill.json",
    "package.json",
    "_meta.json",
];

/// Keys whose text is shown to the agent.
const KEYS: &[&str] = &["description", "instructions", "prompt", "when_to_use", "when-to-use", "usage", "summary"];

/// Deepest nesting that is followed.
const DEPTH: usize = 12;

/// Whether a host shows the descriptions of a manifest to the agent.
pub(super) fn is_shown_to_the_agent(documents: &Documents, id: DocumentId) -> bool {
    let document = documents.get(id);
    match &document.holder {
        Some(holder) => holder.relation == Relation::FrontMatter,
        None => {
            let path = documents.file_of(id).path.to_ascii_lowercase();
            let name = path.rsplit('/').next().unwrap_or_default();
            MANIFESTS.contains(&name)
        }
    }
}

/// Gives every text under a key that is shown, with the place of its value.
pub(super) fn texts(root: &Node, give: &mut dyn FnMut(&str, Span)) {
    walk(root, "", 0, give);
}

fn walk(node: &Node, key: &str, depth: usize, give: &mut dyn FnMut(&str, Span)) {
    if depth > DEPTH {
        return;
    }
    match &node.value {
        Value::Text(text) if KEYS.contains(&key) => give(text, node.span),
        Value::List(items) => items.iter().for_each(|item| walk(item, key, depth + 1, give)),
        Value::Map(entries) => {
            for entry in entries {
                walk(&entry.value, &entry.key.to_ascii_lowercase(), depth + 1, give);
            }
        }
        _ => {}
    }
}
