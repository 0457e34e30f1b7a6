use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Link};

/// Findings that links tie together, directly or through each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Indices of the members, ascending.
    pub members: Vec<usize>,
    /// The links that at least two members share.
    pub links: BTreeSet<Link>,
}

/// The groups among the findings at `candidates` (indices into `findings`), by union-find over shared links.
/// Groups of one are left out; groups are in order of their first member.
#[must_use]
pub fn groups(findings: &[&Finding], candidates: &[usize]) -> Vec<Group> {
    let mut parent: Vec<usize> = (0..candidates.len()).collect();
    let mut holders: BTreeMap<&Link, Vec<usize>> = BTreeMap::new();
    for (at, &index) in candidates.iter().enumerate() {
        for link in &findings[index].links {
            holders.entry(link).or_default().push(at);
        }
    }
    for sharing in holders.values() {
        for pair in sharing.windows(2) {
            let (a, b) = (root(&mut parent, pair[0]), root(&mut parent, pair[1]));
            // The smaller index becomes the root, so that the result does not depend on the order of links.
            parent[a.max(b)] = a.min(b);
        }
    }
    let mut by_root: BTreeMap<usize, Group> = BTreeMap::new();
    for (at, &index) in candidates.iter().enumerate() {
        let root = root(&mut parent, at);
        let group = by_root.entry(root).or_insert_with(|| Group { members: Vec::new(), links: BTreeSet::new() });
        group.members.push(index);
    }
    for (link, sharing) in holders {
        if sharing.len() > 1 {
            let root = root(&mut parent, sharing[0]);
            if let Some(group) = by_root.get_mut(&root) {
                group.links.insert(link.clone());
            }
        }
    }
    by_root.into_values().filter(|group| group.members.len() > 1).collect()
}

/// The representative of `at`, halving the path on the way.
fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}
