//! What a version of a bundle can do and another could not: an update is looked at for what it adds.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::inspection::{Entry, Inspection, Thing};

/// What two versions of a bundle do not have in common.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Drift {
    /// What only the new version has or does.
    pub added: Side,
    /// What only the old version had or did.
    pub removed: Side,
}

/// What one version has and the other has not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Kind (`hosts`, `programs`, `packages` …) → what of that kind.
    pub actual: BTreeMap<&'static str, Vec<Thing>>,
    /// What has come to run by itself.
    pub runs_by_itself: Vec<Entry>,
    /// Kind (`tools`, `variables`, `programs`) → what is declared.
    pub declared: BTreeMap<&'static str, Vec<String>>,
}

impl Side {
    /// Whether there is nothing of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What `one` has and `other` has not.
    fn only_in(one: &Inspection, other: &Inspection) -> Self {
        let mut side = Self::default();
        for (kind, things) in &one.actual {
            let known: BTreeMap<&str, &Thing> =
                other.actual.get(kind).into_iter().flatten().map(|thing| (thing.name.as_str(), thing)).collect();
            // What was done when somebody asked for it and is done unasked now is another thing.
            let is_new = |thing: &&Thing| {
                known.get(thing.name.as_str()).is_none_or(|before| thing.by_itself && !before.by_itself)
            };
            let new: Vec<Thing> = things.iter().filter(is_new).cloned().collect();
            if !new.is_empty() {
                side.actual.insert(kind, new);
            }
        }
        // Where an entry stands is no part of what it is: lines move.
        let name = |entry: &Entry| (entry.place.path.clone(), entry.by.clone(), entry.command.clone());
        let known: BTreeSet<_> = other.runs_by_itself.iter().map(name).collect();
        side.runs_by_itself =
            one.runs_by_itself.iter().filter(|entry| !known.contains(&name(entry))).cloned().collect();
        let (of_one, of_other) = (&one.declared, &other.declared);
        for (kind, ours, theirs) in [
            ("tools", &of_one.tools, &of_other.tools),
            ("variables", &of_one.variables, &of_other.variables),
            ("programs", &of_one.programs, &of_other.programs),
        ] {
            let new: Vec<String> = ours.difference(theirs).cloned().collect();
            if !new.is_empty() {
                side.declared.insert(kind, new);
            }
        }
        if of_one.always && !of_other.always {
            side.declared.insert("always", vec!["true".to_owned()]);
        }
        side
    }
}

impl Drift {
    /// What `new` has come to be beside `old`.
    #[must_use]
    pub fn new(old: &Inspection, new: &Inspection) -> Self {
        Self { added: Side::only_in(new, old), removed: Side::only_in(old, new) }
    }
}
