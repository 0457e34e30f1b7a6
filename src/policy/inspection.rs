//! What a bundle can do, each thing with its places, beside what it declares.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::inventory::names_of;
use crate::document::{Declared, Document, Documents, Relation};
use crate::finding::{Reach, Stance};
use crate::flow::{EffectKind, Graph};
use crate::rules::{owner_label, redacted};
use crate::source::Span;

/// Most things of one kind that are listed.
const THINGS: usize = 500;
/// Most places that are told of one thing.
const PLACES: usize = 5;
/// Most of a command that is shown, in characters.
const SHOWN: usize = 200;

/// A place: path and line, from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlaceOf {
    /// Path of the file, relative to the bundle's root.
    pub path: String,
    /// Line in it.
    pub line: u32,
}

/// One thing that the bundle acts on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Thing {
    /// The host, program, package, variable or path.
    pub name: String,
    /// The first places where it does so.
    pub places: Vec<PlaceOf>,
    /// How many places there are.
    pub count: usize,
    /// Whether something that runs by itself does it.
    pub by_itself: bool,
    /// Whether the bundle admits it: by a declaration, or in a text for readers.
    pub declared: bool,
    /// For packages, whether an exact version is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
}

/// Something that runs without being asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    /// Where it stands.
    pub place: PlaceOf,
    /// What makes it run: a key of a manifest, a load-time command, the name of the file.
    pub by: String,
    /// The beginning of the command.
    pub command: String,
}

/// Declared beside actual.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Inspection {
    /// Kind (`hosts`, `programs`, `packages` …) → what of that kind the bundle acts on.
    pub actual: BTreeMap<&'static str, Vec<Thing>>,
    /// What runs by itself.
    pub runs_by_itself: Vec<Entry>,
    /// Kind → what is declared and was not seen, and what was seen and is not declared.
    pub difference: Difference,
    /// What the bundle declares.
    pub declared: Declaration,
}

/// What the bundle declares, for reports.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Declaration {
    /// Names of skills and plugins.
    pub names: BTreeSet<String>,
    /// Tools and permissions that are asked for.
    pub tools: BTreeSet<String>,
    /// Variables of the environment.
    pub variables: BTreeSet<String>,
    /// Programs.
    pub programs: BTreeSet<String>,
    /// Whether a skill is always there.
    pub always: bool,
}

/// Where the two do not agree.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Difference {
    /// Acted on and nowhere admitted, by kind.
    pub undeclared: BTreeMap<&'static str, Vec<String>>,
    /// Declared and not seen, by kind.
    pub unused: BTreeMap<&'static str, Vec<String>>,
}

/// The list that an effect belongs to.
fn list_of(kind: EffectKind) -> Option<&'static str> {
    Some(match kind {
        EffectKind::Fetch | EffectKind::Send | EffectKind::Connect => "hosts",
        EffectKind::Listen => "listens",
        EffectKind::Run => "programs",
        EffectKind::Install => "packages",
        EffectKind::Env => "variables",
        EffectKind::Read => "reads",
        EffectKind::Write => "writes",
        EffectKind::Delete => "deletes",
        EffectKind::Schedule => "schedules",
        EffectKind::Grant => "grants",
        _ => return None,
    })
}

impl Inspection {
    /// Puts what a graph shows beside what documents declare. `is_ambient` says which variables are everybody's.
    #[must_use]
    pub fn new(documents: &Documents, graph: &Graph, is_ambient: impl Fn(&str) -> bool) -> Self {
        let declared = Declared::new(documents);
        let mut found: BTreeMap<(&'static str, String), Thing> = BTreeMap::new();
        for effect in graph.effects().iter().filter(|effect| effect.stance >= Stance::Offers) {
            let Some(list) = list_of(effect.kind) else { continue };
            let (names, _) = names_of(effect);
            let place = place_of(documents, effect.place.document, effect.place.span);
            for name in names {
                let name = redacted(&name).into_owned();
                let thing = found.entry((list, name.clone())).or_insert_with(|| Thing {
                    pinned: (list == "packages").then(|| is_pinned(&name)),
                    declared: is_declared(list, &name, &declared, &is_ambient),
                    name,
                    places: Vec::new(),
                    count: 0,
                    by_itself: false,
                });
                thing.count += 1;
                thing.by_itself |= effect.reach == Reach::Auto;
                if thing.places.len() < PLACES && !thing.places.contains(&place) {
                    thing.places.push(place.clone());
                }
            }
        }
        let mut inspection = Self::default();
        for ((list, _), thing) in found {
            let things = inspection.actual.entry(list).or_default();
            if things.len() < THINGS {
                things.push(thing);
            }
        }
        inspection.difference = inspection.compare(&declared, documents);
        inspection.runs_by_itself = entries(documents);
        inspection.declared = Declaration {
            names: declared.names,
            tools: declared.tools,
            variables: declared.variables,
            programs: declared.programs,
            always: declared.always,
        };
        inspection
    }

    fn compare(&self, declared: &Declared, documents: &Documents) -> Difference {
        let mut difference = Difference::default();
        for (list, things) in
            self.actual.iter().filter(|(list, _)| matches!(**list, "hosts" | "variables" | "packages"))
        {
            let unsaid: Vec<String> =
                things.iter().filter(|thing| !thing.declared).map(|thing| thing.name.clone()).collect();
            if !unsaid.is_empty() {
                difference.undeclared.insert(list, unsaid);
            }
        }
        for (list, names) in [("variables", &declared.variables), ("programs", &declared.programs)] {
            let seen = |name: &str| {
                self.actual.get(list).is_some_and(|things| things.iter().any(|thing| thing.name == name))
                    || is_named(documents, name)
            };
            let unused: Vec<String> = names.iter().filter(|name| !seen(name)).cloned().collect();
            if !unused.is_empty() {
                difference.unused.insert(list, unused);
            }
        }
        difference
    }
}

/// Whether a text outside of declarations names a program or a variable: a filter of a pipe or a variable of a command
/// line is used without an effect of its own.
fn is_named(documents: &Documents, name: &str) -> bool {
    let is_word = |text: &str| {
        text.match_indices(name).any(|(at, _)| {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
    };
    // Code, and the code in texts: prose that names a program is one more declaration.
    !name.is_empty() && documents.all().iter().any(|document| document.language.is_code() && is_word(&document.text))
}

fn is_declared(list: &str, name: &str, declared: &Declared, is_ambient: &impl Fn(&str) -> bool) -> bool {
    match list {
        "variables" => name == "*" || is_ambient(name) || declared.variables.contains(name) || declared.is_said(name),
        "programs" => declared.programs.contains(name) || declared.is_said(name),
        // A host is admitted by whose it is: "GitHub" for `api.github.com`.
        "hosts" => {
            let label = owner_label(name);
            declared.is_said(name) || label.len() >= 4 && declared.is_said(label)
        }
        _ => declared.is_said(name),
    }
}

/// Whether a package is asked for by an exact version, digest or commit.
fn is_pinned(package: &str) -> bool {
    let version = package.rsplit_once("==").map(|(_, version)| version);
    let version = version.or_else(|| package.get(1..)?.rsplit_once('@').map(|(_, version)| version));
    version.is_some_and(|version| {
        let is_number = version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.');
        let is_digest =
            version.len() >= 40 && version.trim_start_matches("sha256:").chars().all(|c| c.is_ascii_hexdigit());
        is_number || is_digest
    })
}

/// What runs by itself, by its outermost text.
fn entries(documents: &Documents) -> Vec<Entry> {
    let is_auto = |document: &Document| document.reach == Reach::Auto;
    let mut entries: BTreeSet<Entry> = BTreeSet::new();
    for document in documents.all().iter().filter(|document| is_auto(document)) {
        let by = match &document.holder {
            None => continue,
            Some(holder) => match &holder.relation {
                Relation::ManifestValue(path) => path.clone(),
                Relation::LoadTime => "load-time command".to_owned(),
                Relation::CommandString if !is_auto(documents.get(holder.document)) => "setting".to_owned(),
                _ => continue,
            },
        };
        entries.insert(entry(documents, document, by));
    }
    // Files that run by themselves, unless an entry above is why.
    for document in documents.all().iter().filter(|document| is_auto(document) && document.holder.is_none()) {
        if documents.runs_by_itself(document.id) {
            entries.insert(entry(documents, document, "name and place of the file".to_owned()));
        }
    }
    entries.into_iter().take(THINGS).collect()
}

fn entry(documents: &Documents, document: &Document, by: String) -> Entry {
    let line = document.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let command: String = line.trim().chars().take(SHOWN).collect();
    Entry { place: place_of(documents, document.id, Span::at(0)), by, command: redacted(&command).into_owned() }
}

fn place_of(documents: &Documents, document: crate::document::DocumentId, span: Span) -> PlaceOf {
    let location = documents.locate(document, span);
    PlaceOf { path: location.path.to_string(), line: location.region.line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins() {
        for (package, expected) in [
            ("requests==2.32.3", true),
            ("@acme/a@1.2.3", true),
            ("@acme/a", false),
            ("a@latest", false),
            ("a>=1", false),
            ("a@3f1c9d0e5b7a8c6d4e2f1a0b9c8d7e6f5a4b3c2d", true),
        ] {
            assert_eq!(is_pinned(package), expected, "{package}");
        }
    }
}
