use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pure::glob::Pattern;
use super::{Effect, EffectId, EffectKind, Place, Value, paths};
use crate::document::DocumentId;
use crate::finding::{Certainty, Link, Notice};
use crate::source::{Span, SpanMap};

/// Every effect of a bundle, in the order in which documents and operations are read.
#[derive(Debug, Default)]
pub struct Graph {
    effects: Vec<Effect>,
    /// What could not be followed.
    pub notices: Vec<Notice>,
    /// Lines of code as they read once what can be worked out stands in its place: rules on the text of code look at them
    /// too.
    pub plain: Vec<Plain>,
    /// Evaluated documents, with the effect that runs each.
    pub(super) runners: BTreeMap<DocumentId, EffectId>,
    /// Where code uses a variable that is constant, with where it was set.
    pub(super) origins: BTreeMap<Place, Origin>,
    pub(super) files: Files,
    /// Environment variables that the bundle sets for other programs, with what it sets them to.
    pub(super) exports: BTreeMap<Arc<str>, Vec<Value>>,
    /// Nothing arrives anywhere: only to measure what following content is worth.
    pub(super) is_unfollowed: bool,
}

/// Lines of code as they read once the names and constants that can be worked out stand in their places.
#[derive(Debug, Clone)]
pub struct Plain {
    /// The document that they stand in.
    pub document: DocumentId,
    /// The lines.
    pub text: Arc<str>,
    /// From the lines to the document.
    pub map: SpanMap,
}

/// What a variable holds where code uses it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// What it is and its name: "variable `x`", "alias `l`".
    pub name: Arc<str>,
    /// Where its value stands.
    pub set: Place,
    /// Its value.
    pub text: Arc<str>,
}

/// Which effects put content where, and which check it.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Name of a file (see [`paths::keys`]) → the effects that write it.
    pub(super) writes: BTreeMap<String, Vec<EffectId>>,
    /// Folder → the names of the files that are written there, with the effects that do.
    pub(super) folders: BTreeMap<String, Vec<(String, EffectId)>>,
    /// Folders that an archive or a clone is put into, with the effects that do.
    pub(super) trees: Vec<(String, EffectId)>,
    /// Paths of the bundle's own files, and what stands behind each `/` of them: nothing unpacked is meant by these.
    pub(super) own: BTreeSet<String>,
    /// Folders that a shell goes into: what is named there afterwards may lie in them.
    pub(super) entered: BTreeSet<String>,
    /// For each document the index of its file.
    pub(super) of_documents: Vec<u32>,
    /// Name of a file → the effects that check its digest or signature.
    verified: BTreeMap<String, Vec<EffectId>>,
}

/// One way in which content that an effect yields reaches a value.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The effect that yields it.
    pub source: EffectId,
    /// What carried it on the way, source first.
    pub hops: Vec<Hop>,
    /// How sure the way is: resolved, or partial where it goes through something unknown.
    pub certainty: Certainty,
    /// On the way it became the value of a setting within a longer text: a file that holds it is not what was yielded.
    pub embedded: bool,
}

/// One carrier on the way from a source to a sink.
#[derive(Debug, Clone)]
pub struct Hop {
    /// Where.
    pub place: Place,
    /// What happens, such as "variable `data`", "file `/tmp/x`", "piped into `sh`".
    pub what: Arc<str>,
}

/// Most effects that are remembered for one file, so that a file written on every line costs no more than its share.
const MAX_WRITERS: usize = 64;

/// Tags by which a model says that a `write` fills a whole folder (an archive that is unpacked, a clone).
const TREE_TAGS: [&str; 5] = ["tree", "unpack", "repository", "extract", "directory"];

impl Graph {
    /// A graph of these effects, whose ids are their indices.
    #[must_use]
    pub fn new(effects: Vec<Effect>, notices: Vec<Notice>) -> Self {
        let mut files = Files::default();
        for effect in &effects {
            if !matches!(effect.kind, EffectKind::Write | EffectKind::Verify) {
                continue;
            }
            let keys = effect.argument("path").map(paths::keys).unwrap_or_default();
            let tree = effect.kind == EffectKind::Write && TREE_TAGS.iter().any(|tag| effect.has_tag(tag));
            if tree {
                let folders = if keys.is_empty() { vec![".".to_owned()] } else { keys.clone() };
                files.trees.extend(folders.into_iter().map(|folder| (folder, effect.id)));
                files.trees.truncate(4 * MAX_WRITERS);
            }
            if effect.kind == EffectKind::Write && !tree {
                for key in &keys {
                    let within = files.folders.entry(paths::folder(key).to_owned()).or_default();
                    if within.len() < MAX_WRITERS {
                        within.push((paths::name(key).to_owned(), effect.id));
                    }
                }
            }
            let index = if effect.kind == EffectKind::Write { &mut files.writes } else { &mut files.verified };
            for key in keys {
                let known = index.entry(key).or_default();
                if known.len() < MAX_WRITERS {
                    known.push(effect.id);
                }
            }
        }
        Self {
            effects,
            notices,
            plain: Vec::new(),
            runners: BTreeMap::new(),
            origins: BTreeMap::new(),
            files,
            exports: BTreeMap::new(),
            is_unfollowed: false,
        }
    }

    /// Every effect.
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    pub(super) fn effects_mut(&mut self) -> &mut [Effect] {
        &mut self.effects
    }

    /// The effect with this id.
    ///
    /// # Panics
    /// When the id is of another graph.
    #[must_use]
    pub fn effect(&self, id: EffectId) -> &Effect {
        &self.effects[id.0 as usize]
    }

    /// The effect that runs the code of a document which is no file of its own.
    #[must_use]
    pub fn runner(&self, document: DocumentId) -> Option<&Effect> {
        self.runners.get(&document).and_then(|id| self.effects.get(id.0 as usize))
    }

    /// The constant variables that are used within a stretch of code, in order.
    pub fn origins(&self, place: Place) -> impl Iterator<Item = &Origin> {
        let first = Place { document: place.document, span: Span { start: place.span.start, end: place.span.start } };
        let uses = self
            .origins
            .range(first..)
            .take_while(move |(used, _)| used.document == place.document && used.span.start < place.span.end);
        uses.filter(move |(used, _)| used.span.end <= place.span.end).map(|(_, origin)| origin)
    }

    /// The effects that write the file at `path`.
    #[must_use]
    pub fn writers(&self, path: &Value) -> Vec<EffectId> {
        let keys = paths::keys(path);
        let mut found: BTreeSet<EffectId> = BTreeSet::new();
        for key in &keys {
            found.extend(self.files.writes.get(key).into_iter().flatten().copied());
        }
        found.into_iter().collect()
    }

    /// The effects that fill a folder in which the file at `path` lies.
    pub(super) fn fillers(&self, path: &Value) -> Vec<EffectId> {
        let keys = paths::keys(path);
        let is_own = |key: &String| {
            let key = key.strip_prefix(paths::BUNDLE).map_or(key.as_str(), |rest| rest.trim_start_matches('/'));
            self.files.own.contains(key)
        };
        if keys.iter().any(is_own) {
            return Vec::new();
        }
        let relative = |key: &str| !key.starts_with(['/', '~', '$', '{', '<']);
        let inside = |folder: &str, key: &str| match folder {
            "." => relative(key),
            _ => {
                key.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
                    || (relative(key) && self.files.entered.contains(folder))
            }
        };
        // What is unpacked where one stands lies there for the text that does it; another file stands elsewhere.
        let file = |place: Option<Place>| self.files.of_documents.get(place?.document.0 as usize).copied();
        let here = file(path.place());
        let is_near = |id: &EffectId, key: &String| {
            let there = self.effects.get(id.0 as usize).and_then(|effect| file(Some(effect.place)));
            !relative(key) || here.is_none() || there.is_none() || here == there
        };
        let trees = self.files.trees.iter();
        let mut found: BTreeSet<EffectId> = trees
            .filter(|(folder, id)| keys.iter().any(|key| inside(folder, key) && is_near(id, key)))
            .map(|(_, id)| *id)
            .collect();
        for key in &keys {
            found.extend(self.among(key));
        }
        found.into_iter().collect()
    }

    /// The effects that write the files which a path with an open name (`d/*`, `d/$f`) may mean, or a path that is the
    /// folder itself.
    fn among(&self, key: &str) -> Vec<EffectId> {
        let (folder, name) = (paths::folder(key), paths::name(key));
        let whole = self.files.folders.get(key).filter(|_| key != "." && key.contains('/'));
        let (written, pattern) = match whole {
            Some(written) => (written, "*"),
            None if is_open(name) && folder != "." => match self.files.folders.get(folder) {
                Some(written) => (written, name),
                None => return Vec::new(),
            },
            None => return Vec::new(),
        };
        let glob = Pattern::new(pattern);
        let fits = |own: &str| match (is_open(own), pattern.contains(['<', '$'])) {
            // Two names of which neither is known may be the same.
            (true, _) => ending(own).is_none_or(|end| ending(pattern).is_none_or(|other| end == other)),
            (false, true) => ending(own).is_none_or(|end| SCRIPTS.contains(&end)),
            (false, false) => glob.matches(own) && ending(own).is_none_or(|end| SCRIPTS.contains(&end)),
        };
        written.iter().filter(|(own, _)| fits(own)).map(|(_, id)| *id).collect()
    }

    /// The effects that check a digest or signature of the file at `path`.
    #[must_use]
    pub fn verified(&self, path: &Value) -> Vec<EffectId> {
        let mut found = BTreeSet::new();
        for key in paths::keys(path) {
            found.extend(self.files.verified.get(&key).into_iter().flatten().copied());
        }
        found.into_iter().collect()
    }

    /// What an effect can have in common with others: content, paths, hosts, URLs.
    #[must_use]
    pub fn links(&self, effect: &Effect) -> BTreeSet<Link> {
        let mut links = BTreeSet::new();
        if effect.kind.yields() {
            links.insert(Link::Value(effect.id.0));
        }
        for (role, value) in &effect.arguments {
            for arrival in self.arrivals(value) {
                links.insert(Link::Value(arrival.source.0));
            }
            match *role {
                "path" | "store" => links.extend(
                    paths::keys(value).into_iter().filter(|key| !key.starts_with('<') && key != ".").map(Link::Path),
                ),
                "url" | "address" | "source" => {
                    for text in value.texts(8) {
                        if text.contains("://") {
                            links.insert(Link::Url(text.clone()));
                        }
                        links.extend(host(&text).map(Link::Host));
                    }
                }
                "program" => links.extend(
                    value
                        .texts(8)
                        .iter()
                        .filter(|text| text.contains('/'))
                        .map(|text| Link::Path(paths::normalise(text))),
                ),
                _ => {}
            }
        }
        links
    }
}

/// Endings of files that are run.
const SCRIPTS: &[&str] =
    &["sh", "bash", "zsh", "py", "js", "mjs", "cjs", "ts", "rb", "pl", "ps1", "bat", "cmd", "command"];

/// Whether a name is not known: it has wildcards, or parts that nothing in the bundle sets.
fn is_open(name: &str) -> bool {
    name.contains(['*', '?', '<', '$'])
}

/// The ending of a name, where it is known.
fn ending(name: &str) -> Option<&str> {
    let (_, end) = name.rsplit_once('.')?;
    (!end.is_empty() && end.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(end)
}

/// The host of a URL or of `host[:port][/path]`, in lower case.
fn host(text: &str) -> Option<String> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', ' ']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match authority.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => authority.split(':').next()?,
    };
    let plausible = host.contains(['.', ':']) || (!host.is_empty() && text.contains("://"));
    plausible.then(|| host.to_lowercase())
}
