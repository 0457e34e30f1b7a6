use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use url::Url;

use crate::finding::Stance;
use crate::flow::{Effect, EffectKind, Graph, Shape, Value};

/// Names of one kind that are kept; a bundle with more is told apart by its count of effects.
const NAMES: usize = 1000;
/// Texts that one value is unfolded to.
const TEXTS: usize = 16;

/// What a bundle can do, whether that is wrong or not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Inventory {
    /// How many effects of each kind it has.
    pub effects: BTreeMap<&'static str, usize>,
    /// What does it: programs, library calls, verbs.
    pub by: BTreeSet<String>,
    /// Hosts that it talks to.
    pub hosts: BTreeSet<String>,
    /// Programs that it starts.
    pub programs: BTreeSet<String>,
    /// Packages that it installs.
    pub packages: BTreeSet<String>,
    /// Environment variables that it reads.
    pub env: BTreeSet<String>,
    /// Files and stores that it reads.
    pub reads: BTreeSet<String>,
    /// Files and stores that it writes.
    pub writes: BTreeSet<String>,
    /// Paths that it deletes.
    pub deletes: BTreeSet<String>,
    /// Kinds of effect whose main argument is not known for at least one of them.
    pub unresolved: BTreeSet<&'static str>,
}

impl Inventory {
    /// The inventory of a behaviour graph. What is only mentioned, depicted or forbidden is left out.
    #[must_use]
    pub fn new(graph: &Graph) -> Self {
        let mut inventory = Self::default();
        for effect in graph.effects().iter().filter(|effect| effect.stance >= Stance::Offers) {
            *inventory.effects.entry(effect.kind.as_str()).or_default() += 1;
            if inventory.by.len() < NAMES && !effect.by.is_empty() {
                inventory.by.insert(effect.by.to_string());
            }
            inventory.add(effect);
        }
        inventory
    }

    fn add(&mut self, effect: &Effect) {
        let list = match effect.kind {
            EffectKind::Fetch | EffectKind::Send | EffectKind::Connect | EffectKind::Listen => &mut self.hosts,
            EffectKind::Run => &mut self.programs,
            EffectKind::Install => &mut self.packages,
            EffectKind::Env => &mut self.env,
            EffectKind::Read => &mut self.reads,
            EffectKind::Write => &mut self.writes,
            EffectKind::Delete => &mut self.deletes,
            _ => return,
        };
        let (names, is_resolved) = names_of(effect);
        list.extend(names.into_iter().take(NAMES - list.len().min(NAMES)));
        if !is_resolved {
            self.unresolved.insert(effect.kind.as_str());
        }
    }
}

/// What an effect acts on, by name, and whether all of it is known.
pub(super) fn names_of(effect: &Effect) -> (Vec<String>, bool) {
    let roles: &[&str] = match effect.kind {
        EffectKind::Fetch | EffectKind::Send => &["url"],
        EffectKind::Connect | EffectKind::Listen => &["address"],
        EffectKind::Run => &["program"],
        EffectKind::Install => &["package"],
        EffectKind::Env => &["name"],
        EffectKind::Read | EffectKind::Write => &["path", "store"],
        EffectKind::Delete => &["path"],
        EffectKind::Schedule | EffectKind::Grant => &["what"],
        _ => &[],
    };
    let mut names = Vec::new();
    let mut parts: Vec<&Value> = roles.iter().filter_map(|role| effect.argument(role)).collect();
    let mut is_resolved = !parts.is_empty();
    while let Some(value) = parts.pop() {
        match value.shape() {
            Shape::List(items) => parts.extend(items),
            Shape::Carried { value, .. } => parts.push(value),
            _ => {
                let mut texts = value.texts(TEXTS);
                if texts.is_empty() {
                    is_resolved = false;
                    texts.push(value.rendered());
                }
                for text in texts.iter().take(NAMES - names.len().min(NAMES)) {
                    match name_of(effect.kind, text) {
                        Some(name) => names.push(name),
                        None => is_resolved &= !is_network(effect.kind) || host_of(text).is_empty(),
                    }
                }
            }
        }
    }
    (names, is_resolved)
}

/// The name to list for a text; `None` where nothing of it is known. `$NAME` and `<…>` stand for what is not.
fn name_of(kind: EffectKind, text: &str) -> Option<String> {
    if is_network(kind) {
        return Some(host_of(text)).filter(|host| is_host(host, text.contains("://")));
    }
    // What begins with a dash is an option, and dots stand for what is left out.
    let is_none = text.starts_with('-') || text.len() > 2 && text.bytes().all(|byte| byte == b'.');
    let is_unknown = text.starts_with(['$', '<']) || is_none || !says_something(text);
    // A number is a descriptor or a status, not a program.
    let is_number = kind == EffectKind::Run && text.bytes().all(|byte| byte.is_ascii_digit());
    (!text.is_empty() && !is_unknown && !is_number).then(|| text.to_owned())
}

fn is_network(kind: EffectKind) -> bool {
    matches!(kind, EffectKind::Fetch | EffectKind::Send | EffectKind::Connect)
}

/// Whether anything of a text is known: more than stand-ins and what joins them.
fn says_something(text: &str) -> bool {
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 && !matches!(c, '{' | '|' | '}' | ' ') => return true,
            _ => {}
        }
    }
    false
}

/// Endings of files that are no top-level domains in use.
const FILES: &[&str] =
    &["txt", "json", "csv", "log", "html", "pdf", "gz", "tgz", "tar", "xml", "yaml", "yml", "png", "jpg"];

/// Whether a name can be that of a host. Behind a scheme anything can that has no stand-in in it.
fn is_host(name: &str, has_scheme: bool) -> bool {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]*%".contains(&byte) || byte >= 0x80);
    let is_named = || {
        let last = name.rsplit('.').next().unwrap_or_default();
        name == "localhost" || name.starts_with('[') || name.contains('.') && !FILES.contains(&last)
    };
    !name.is_empty() && !name.starts_with('-') && is_plain && (has_scheme || is_named())
}

/// The host of a URL or of `host:port`, as it stands otherwise.
fn host_of(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) if url.has_host() => url.host_str().unwrap_or_default().to_owned(),
        _ => {
            let rest = text.split(['/', '?', '#']).next().unwrap_or_default();
            match rest.rsplit_once(':') {
                Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host.to_owned(),
                _ => rest.to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls_and_addresses() {
        for (text, host) in [
            ("https://user@api.acme.test:8443/x?y", "api.acme.test"),
            ("203.0.113.7:4444", "203.0.113.7"),
            ("acme.test/install.sh", "acme.test"),
            ("http://[2001:db8::1]/", "[2001:db8::1]"),
            ("/local", ""),
        ] {
            assert_eq!(host_of(text), host, "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_not_listed() {
        use EffectKind::{Fetch, Run, Write};
        for (kind, text, name) in [
            (Fetch, "https://api.acme.test/x", Some("api.acme.test")),
            (Fetch, "s3://bucket/key", Some("bucket")),
            (Fetch, "localhost:3000", Some("localhost")),
            (Fetch, "API_URL", None),
            (Fetch, "-u admin", None),
            (Fetch, "credentials.txt", None),
            (Fetch, "https://$HOST/x", None),
            (Run, "0", None),
            (Run, "{<unknown>|<unknown>}", None),
            (Run, "jq", Some("jq")),
            (Write, "--mode", None),
            (Write, "...", None),
            (Write, "..", Some("..")),
            (Write, "/tmp/x-<unknown>.txt", Some("/tmp/x-<unknown>.txt")),
        ] {
            assert_eq!(name_of(kind, text).as_deref(), name, "{text}");
        }
    }
}
