//! Who a skill says it is: what makes a host, an account or a credential its own.

use super::host::{Target, owner_label, registrable};
use super::path::base_name;
use crate::bundle::Bundle;
use crate::document::manifest::{Node, Value as Manifest};
use crate::document::{Documents, Relation};

/// Who the skill says it is: what makes a host or a credential its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identity {
    /// Words of the name, in lower case.
    words: Vec<String>,
    /// Names that stand in its name or description, as one word in lower case: `browseruse` of `Browser Use`.
    names: Vec<String>,
    /// Registrable parts of the hosts of its home page, and of those that its description names.
    zones: Vec<String>,
}

/// Words of names that say nothing about whose a skill is.
const COMMON_WORDS: &[&str] = &[
    "skill",
    "skills",
    "agent",
    "agents",
    "tool",
    "tools",
    "helper",
    "assistant",
    "client",
    "cli",
    "api",
    "sdk",
    "mcp",
    "plugin",
    "claude",
    "openclaw",
    "code",
    "data",
    "file",
    "files",
    "auto",
    "smart",
    "super",
    "simple",
    "test",
    "demo",
    "example",
    "manager",
    "service",
    "server",
    "web",
    "app",
    "the",
    "and",
    "for",
    "with",
    "my",
    "docs",
    "search",
    "cloud",
    "free",
    "open",
    "paste",
    "update",
];

impl Identity {
    /// The identity of a skill with this name and these home pages.
    #[cfg(test)]
    pub(crate) fn named(name: &str, pages: &[&str]) -> Self {
        Self::new(name, "", pages)
    }

    /// The identity of a skill with this name, description and these home pages.
    fn new(name: &str, description: &str, pages: &[&str]) -> Self {
        let all: Vec<String> =
            name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
        let mut names: Vec<String> = Vec::new();
        for length in 2..=3 {
            // `browser-use` of the skill `browser-use-cloud` is a name, though neither word is one.
            names.extend(all.windows(length).map(<[String]>::concat).filter(|joined| joined.len() >= 6));
        }
        let (proper, hosts) = proper_names(description);
        names.extend(proper);
        let words = all.into_iter().filter(|word| word.len() >= 3 && !COMMON_WORDS.contains(&word.as_str())).collect();
        let zones = pages.iter().copied().chain(hosts.iter().map(String::as_str)).filter_map(Target::parse);
        // A page on a hosting site does not make the site the skill's own.
        let zones =
            zones.map(|target| registrable(&target.host).to_owned()).filter(|zone| !SHARED.contains(&zone.as_str()));
        Self { words, names, zones: zones.collect() }
    }

    /// Reads names, descriptions and home pages from the front matter and manifests at the bundle's root.
    pub(super) fn of(bundle: &Bundle, documents: &Documents) -> Self {
        let mut said = Said { name: bundle.name.clone(), ..Said::default() };
        for document in documents.all() {
            let Some(root) = &document.manifest else { continue };
            let path = &documents.file_of(document.id).path;
            let file = base_name(path);
            let is_own = matches!(&document.holder, Some(holder) if holder.relation == Relation::FrontMatter)
                && file.eq_ignore_ascii_case("skill.md");
            if !is_own && !["package.json", "plugin.json", "_meta.json", "clawhub.json"].contains(&file) {
                continue;
            }
            said.gather(root, is_own, 0);
        }
        let pages: Vec<&str> = said.pages.iter().map(String::as_str).collect();
        Self::new(&said.name, &said.description, &pages)
    }

    /// Whether a host belongs to the service that the skill is about.
    pub(crate) fn owns(&self, host: &str) -> bool {
        let zone = registrable(host);
        self.zones.iter().any(|own| own == zone) || (!SHARED.contains(&zone) && self.has_name(owner_label(host)))
    }

    /// Whether an account at a hosting site bears a name of the skill.
    pub(crate) fn owns_account(&self, account: &str) -> bool {
        account.len() >= 4 && !COMMON_WORDS.contains(&account.to_lowercase().as_str()) && self.has_name(account)
    }

    fn has_name(&self, label: &str) -> bool {
        let label = label.to_lowercase();
        let joined: String = label.chars().filter(|c| c.is_alphanumeric()).collect();
        label.len() >= 3 && (self.words.contains(&label) || self.names.contains(&joined))
    }

    /// Whether a word is one of the skill's own.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }
}

/// The names that a description speaks of, each as one word in lower case, and the hosts that it writes out. A name is
/// written with a capital where no sentence begins, or with one within.
fn proper_names(description: &str) -> (Vec<String>, Vec<String>) {
    let (mut names, mut hosts) = (Vec::new(), Vec::new());
    let written = description.split(|c: char| c.is_whitespace() || "()[]<>,\"'`".contains(c));
    hosts.extend(
        written.filter(|word| word.contains("://")).take(20).map(|word| word.trim_end_matches('.').to_lowercase()),
    );
    let mut before: Option<String> = None;
    let mut begins = true;
    for token in description.split(|c: char| c.is_whitespace() || "/,;:()[]\"'`|".contains(c)).take(600) {
        let word = token.trim_matches(|c: char| !c.is_alphanumeric());
        if word.is_empty() {
            continue;
        }
        let ends = token.ends_with(['.', '!', '?']);
        if word.contains('.') && word.len() >= 6 && Target::parse(word).is_some() {
            hosts.push(word.to_lowercase());
        }
        let joined: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        // A word that is two: `browser-use`.
        if joined.len() >= 8 && word.contains('-') {
            names.push(joined.clone());
        }
        let has_capital = word.starts_with(|c: char| c.is_uppercase());
        let within = word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
        if has_capital || within {
            if joined.len() >= 4 && (!begins || within) && !COMMON_WORDS.contains(&joined.as_str()) {
                names.push(joined.clone());
            }
            if let Some(first) = &before {
                names.push(format!("{first}{joined}"));
            }
        }
        before = (has_capital && !ends).then_some(joined);
        begins = ends;
    }
    (names, hosts)
}

/// Zones where many publishers live.
const SHARED: &[&str] = &[
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "npmjs.com",
    "pypi.org",
    "clawhub.ai",
    "clawhub.com",
    "skills.sh",
    "x.com",
    "twitter.com",
    "linkedin.com",
    "youtube.com",
    "medium.com",
    "notion.site",
    "google.com",
];

/// What the manifests of a bundle say of it.
#[derive(Default)]
struct Said {
    name: String,
    description: String,
    pages: Vec<String>,
}

impl Said {
    fn gather(&mut self, node: &Node, is_own: bool, depth: usize) {
        let Manifest::Map(entries) = &node.value else { return };
        for entry in entries {
            match (entry.key.as_str(), &entry.value.value) {
                ("name", Manifest::Text(text)) if depth == 0 => {
                    self.name.push(' ');
                    self.name.push_str(text);
                }
                ("description", Manifest::Text(text)) if depth == 0 && is_own => {
                    self.description.push_str(text);
                    self.description.push_str(". ");
                }
                ("homepage" | "website" | "url" | "repository", Manifest::Text(text)) => self.pages.push(text.clone()),
                (_, Manifest::Map(_)) if depth < 3 => self.gather(&entry.value, is_own, depth + 1),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_name_and_a_description_make_hosts_its_own() {
        let skill = Identity::new(
            "browser-use-cloud",
            "Drives pages with Browser Use. At [x7.sh](https://x7.sh) too. Queries AcmeHouse tables at tables.example.test, for Zephyr too. Search all.",
            &["https://docs.home.test/x"],
        );
        for host in
            ["docs.browser-use.test", "acmehouse.test", "api.example.test", "zephyr.test", "home.test", "cli.x7.sh"]
        {
            assert!(skill.owns(host), "{host}");
        }
        for host in ["search.test", "drives.test", "queries.test", "pages.test", "browser.x7.invalid", "github.com"] {
            assert!(!skill.owns(host), "{host}");
        }
        assert!(skill.owns_account("AcmeHouse") && !skill.owns_account("tool") && !skill.owns_account("tables"));
    }
}
