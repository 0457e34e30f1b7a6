//! The metadata of OpenClaw skills: a tree, or a string that holds one, under one of several names; and what it installs.
//!
//! ClawHub takes the first of `clawdbot`, `clawdis`, `openclaw`; the runtime takes `openclaw` and the older names only
//! where that is missing. So a skill can show the one block to the registry and run the other.

use super::super::Language;
use super::super::manifest::{self, Entry, Node, OddityKind, Value, text_map};
use super::adder::Adder;
use crate::finding::Reach;
use crate::source::{Span, SpanMap};

/// The names of the block.
pub(in crate::document) const NAMES: &[&str] = &["openclaw", "clawdbot", "clawdis"];

/// Deepest nesting of a tree in a string.
const DEPTH: usize = 64;

/// Puts the tree in place of the string where `metadata` (or a block in it) is a string that holds JSON.
pub(in crate::document) fn unfold(root: &mut Node, text: &str) {
    let Value::Map(entries) = &mut root.value else { return };
    for entry in entries.iter_mut().filter(|entry| entry.key == "metadata") {
        unfold_value(&mut entry.value, text);
        if let Value::Map(blocks) = &mut entry.value.value {
            for block in blocks.iter_mut().filter(|block| NAMES.contains(&block.key.as_str())) {
                unfold_value(&mut block.value, text);
            }
        }
    }
}

fn unfold_value(node: &mut Node, text: &str) {
    let Some(value) = node.as_text().filter(|value| value.trim_start().starts_with('{')) else { return };
    let map = text_map(node, text);
    let Some(mut inner) = manifest::parse(value, Language::Json).and_then(|parsed| parsed.root) else { return };
    if matches!(inner.value, Value::Map(_)) {
        moved(&mut inner, &map, DEPTH);
        inner.span = node.span;
        *node = inner;
    }
}

/// Places of a tree as places of the document that it stands in.
fn moved(node: &mut Node, map: &SpanMap, levels: usize) {
    node.span = map.map(node.span);
    if levels == 0 {
        return;
    }
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| moved(item, map, levels - 1)),
        Value::Map(entries) => {
            for entry in entries {
                entry.key_span = map.map(entry.key_span);
                moved(&mut entry.value, map, levels - 1);
            }
        }
        _ => {}
    }
}

/// The blocks of this name and its aliases, in the order of the manifest.
pub(in crate::document) fn blocks(root: &Node) -> Vec<&Entry> {
    let metadata = root.get("metadata").map(Node::entries).unwrap_or_default();
    metadata.iter().filter(|entry| NAMES.contains(&entry.key.as_str())).collect()
}

/// Where two blocks say different things: different readers take different ones.
pub(in crate::document) fn disagreement(root: &Node) -> Option<(OddityKind, Span)> {
    let blocks = blocks(root);
    let (first, rest) = blocks.split_first()?;
    let other = rest.iter().find(|block| !is_same(&first.value, &block.value, DEPTH))?;
    Some((OddityKind::AliasesDisagree, other.key_span))
}

/// Whether two trees hold the same, wherever they stand and in whatever order their keys are.
fn is_same(a: &Node, b: &Node, levels: usize) -> bool {
    match (&a.value, &b.value) {
        _ if levels == 0 => false,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b, levels - 1))
        }
        (Value::Map(own), Value::Map(other)) => {
            own.len() == other.len()
                && own
                    .iter()
                    .all(|entry| b.get(&entry.key).is_some_and(|value| is_same(&entry.value, value, levels - 1)))
        }
        (a, b) => a == b,
    }
}

/// Adds the installations that the metadata asks for, as the commands that they come to.
pub(super) fn install(adder: &mut Adder<'_>, root: &Node) {
    for block in blocks(root) {
        for (index, item) in block.value.get("install").map(Node::items).unwrap_or_default().iter().enumerate() {
            let path = format!("metadata.{}.install[{index}]", block.key);
            let Some((line, at)) = command_of(item) else { continue };
            let map = SpanMap::opaque(at, line.len());
            let id = adder.add(&path, at, Language::Shell, line, &map);
            let child = adder.documents.get_mut(id);
            child.stance = crate::finding::Stance::Instructs;
            child.reach = Reach::Direct;
        }
    }
}

/// The command line that an installation comes to, and its place.
fn command_of(item: &Node) -> Option<(String, Span)> {
    let field = |name: &str| item.get(name).and_then(|node| Some((node.as_text()?, node.span)));
    let kind = field("kind").or(field("type")).map(|(kind, _)| kind.to_ascii_lowercase())?;
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    Some(match kind.as_str() {
        "brew" => {
            let (name, span) = field("formula").or(field("package")).or(field("cask"))?;
            (format!("brew install {}", quoted(name)), span)
        }
        "node" | "npm" | "pnpm" | "yarn" | "bun" => {
            let (name, span) = field("package").or(field("name"))?;
            (format!("npm install -g {}", quoted(name)), span)
        }
        "go" => {
            let (name, span) = field("module").or(field("package"))?;
            (format!("go install {}", quoted(name)), span)
        }
        "uv" | "pip" | "pipx" | "python" => {
            let (name, span) = field("package").or(field("name"))?;
            (format!("uv tool install {}", quoted(name)), span)
        }
        "download" => {
            let (url, span) = field("url")?;
            (format!("curl -fsSL -o download {}", quoted(url)), span)
        }
        _ => return None,
    })
}
