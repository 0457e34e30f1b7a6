//! Files that a plugin's manifest names as its hooks, servers or monitors: their own names may be any.

use std::collections::BTreeSet;

use super::super::manifest::{Node, Value};
use super::super::{DocumentId, Documents};
use super::adder::Adder;
use super::places::{self, Kind};
use crate::finding::Reach;

/// Keys of `plugin.json` and `marketplace.json` whose strings name files, and what stands in those.
const KEYS: &[(&str, Kind)] = &[
    ("hooks", Kind::Handler),
    ("mcpServers", Kind::Server),
    ("lspServers", Kind::Server),
    ("monitors", Kind::Handler),
];

/// Adds what stands in the files that manifests name. Called when all files are read.
pub(in crate::document) fn add_named(documents: &mut Documents) {
    let mut found: BTreeSet<(u32, &str)> = BTreeSet::new();
    for document in documents.all().iter().filter(|document| document.holder.is_none()) {
        let path = &documents.files[document.file as usize].path;
        let name = path.rsplit('/').next().unwrap_or(path);
        let Some(root) = &document.manifest else { continue };
        if !matches!(name, "plugin.json" | "marketplace.json" | "gemini-extension.json") {
            continue;
        }
        for (at, node) in root.walk() {
            let keys = places::keys(&at);
            let key = keys.iter().rev().find(|key| !key.ends_with(']'));
            let Some(&(key, _)) = KEYS.iter().find(|(known, _)| key == Some(known)) else { continue };
            let Some(named) = node.as_text() else { continue };
            let tail = named.trim_start_matches("./").trim_start_matches("${CLAUDE_PLUGIN_ROOT}/");
            let fits = |path: &str| path == tail || path.strip_suffix(tail).is_some_and(|rest| rest.ends_with('/'));
            let file = documents.files.iter().position(|file| !tail.is_empty() && fits(&file.path));
            found.extend(file.map(|file| (file as u32, key)));
        }
    }
    for (file, key) in found {
        let Some((_, kind)) = KEYS.iter().find(|(known, _)| *known == key) else { continue };
        let own = documents.all().iter().find(|document| document.holder.is_none() && document.file == file);
        let Some((host, root)) = own.and_then(|own| Some((own.id, own.manifest.clone()?))) else { continue };
        // What has one of the usual names was added when it was read.
        if !super::is_loaded(&documents.file_of(host).path) {
            add(documents, host, &root, *kind);
        }
    }
}

fn add(documents: &mut Documents, host: DocumentId, root: &Node, kind: Kind) {
    let mut adder = Adder { documents, host };
    for (path, node) in root.walk() {
        if !matches!(node.value, Value::Map(_)) || !super::is_of(kind, node) {
            continue;
        }
        match kind {
            Kind::Server => adder.server(&path, node, Some(Reach::Auto)),
            _ => adder.handler(&path, node, Some(Reach::Auto)),
        }
    }
}
