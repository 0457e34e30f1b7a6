//! Values of manifests that run or that an agent reads: hooks, lifecycle scripts, servers, descriptions.

mod adder;
mod bound;
mod named;
pub(super) mod openclaw;
mod places;
#[cfg(test)]
mod tests;

pub(super) use named::add_named;

use super::manifest::{Node, Value};
use super::{DocumentId, Documents, Language};
use crate::finding::Reach;
use adder::{Adder, shell_language};
use places::{FRONT_MATTER, Kind, PLACES, Places};

/// Scripts of `package.json` that a package manager runs without being asked.
const LIFECYCLE: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "prepare",
    "preprepare",
    "postprepare",
    "prepublish",
    "prepublishOnly",
    "prepack",
    "postpack",
    "dependencies",
];

/// Whether agents, editors or package managers load the file at `path` as a manifest and act on it.
pub(super) fn is_loaded(path: &str) -> bool {
    path.rsplit('/').next() == Some("package.json")
        || PLACES.iter().any(|places| places.reach == Some(Reach::Auto) && places.are_in(path))
}

/// Adds the commands and descriptions of the manifest `root` of document `host`.
pub(super) fn add(documents: &mut Documents, host: DocumentId, root: &Node) {
    let path = documents.file_of(host).path.clone();
    let is_front_matter = documents.get(host).holder.is_some();
    let file = if is_front_matter { FRONT_MATTER } else { &*path };
    let here: Vec<&Places> = PLACES.iter().filter(|places| places.are_in(file)).collect();
    let mut adder = Adder { documents, host };
    if is_front_matter {
        openclaw::install(&mut adder, root);
    } else if path.rsplit('/').next() == Some("package.json") {
        for entry in root.get("scripts").map(Node::entries).unwrap_or_default() {
            let reach = if LIFECYCLE.contains(&entry.key.as_str()) { Reach::Auto } else { Reach::Direct };
            adder.command(&format!("scripts.{}", entry.key), &entry.value, Some(reach), Language::Shell);
        }
    }
    if !here.is_empty() {
        at_places(&mut adder, root, &here);
    } else if !is_front_matter {
        bound::add(&mut adder, root);
    }
}

/// Adds the commands that a manifest in the text of another document binds to events of an agent.
pub(super) fn add_bound(documents: &mut Documents, host: DocumentId, root: &Node) {
    bound::add(&mut Adder { documents, host }, root);
}

fn at_places(adder: &mut Adder<'_>, root: &Node, here: &[&Places]) {
    for (path, node) in root.walk() {
        let keys = places::keys(&path);
        // The first row that fits says what it is: no value is added twice.
        let Some(places) = here.iter().find(|places| places.hold(&keys) && is_of(places.kind, node)) else { continue };
        match places.kind {
            Kind::Command => adder.command(&path, node, places.reach, Language::Shell),
            Kind::Lines => adder.lines(&path, node, places.reach, language_of(root, &keys)),
            Kind::Commands => match &node.value {
                Value::Map(entries) => {
                    for entry in entries {
                        let at = format!("{path}.{}", entry.key);
                        adder.command(&at, &entry.value, places.reach, Language::Shell);
                    }
                }
                _ => adder.command(&path, node, places.reach, Language::Shell),
            },
            Kind::Handler => adder.handler(&path, node, places.reach),
            Kind::Task => {
                let runs_on = node.at(&["runOptions", "runOn"]).and_then(Node::as_text);
                let by_itself = runs_on.is_some_and(|event| event.eq_ignore_ascii_case("folderOpen"));
                adder.handler(&path, node, if by_itself { Some(Reach::Auto) } else { places.reach });
            }
            Kind::Server => adder.server(&path, node, places.reach),
            Kind::Prose => adder.prose(&path, node),
            Kind::Template => adder.template(&path, node, places.reach),
            Kind::Name => adder.name(&path, node, places.reach),
        }
    }
}

/// Whether a value is of the form that a kind needs.
fn is_of(kind: Kind, node: &Node) -> bool {
    match kind {
        Kind::Handler | Kind::Task => ["command", "bash", "powershell", "osx", "linux", "windows", "prompt", "url"]
            .iter()
            .any(|key| node.get(key).is_some_and(|value| !matches!(value.value, Value::Map(_)))),
        Kind::Server => node.get("command").is_some() || node.get("headersHelper").is_some(),
        Kind::Lines => node.as_text().is_some() || node.items().iter().any(|item| item.as_text().is_some()),
        Kind::Command => !matches!(node.value, Value::Map(_)),
        Kind::Commands => true,
        Kind::Prose | Kind::Template | Kind::Name => node.as_text().is_some(),
    }
}

/// The language of a step: what its `shell` says.
fn language_of(root: &Node, keys: &[&str]) -> Language {
    let mut node = root;
    for key in keys.split_last().map(|(_, before)| before).unwrap_or_default() {
        let index = key.strip_suffix(']').and_then(|index| index.parse::<usize>().ok());
        let next = match index {
            Some(index) if node.get(key).is_none() => node.items().get(index),
            _ => node.get(key),
        };
        let Some(next) = next else { return Language::Shell };
        node = next;
    }
    node.get("shell").and_then(Node::as_text).map_or(Language::Shell, shell_language)
}
