//! Lexicons: named lists that rules refer to as `@name`. Data in `rules/lexicons/`, one file per list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use globset::GlobBuilder;
use regex::{RegexSet, RegexSetBuilder};
use serde::Deserialize;

use super::error::RuleError;
use super::path::normalised;
use super::pattern::LazyGlobs;

/// What the entries of a lexicon are, and so how they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LexiconKind {
    /// Words or names, compared without case; a `*` stands for any text.
    Words,
    /// Globs over normalised paths (`~/.ssh/**`), compared without case. A name without `/` matches the last part.
    Paths,
    /// Hosts: `acme.test` and all below it, or a host with the beginning of a path: `acme.test/install`.
    Hosts,
    /// Regular expressions, searched without case.
    Regexes,
}

/// The written form of a lexicon.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// What the list holds, in one line.
    #[serde(rename = "about")]
    _about: String,
    kind: LexiconKind,
    entries: Vec<String>,
}

/// A named list, compiled.
#[derive(Debug, Clone)]
pub struct Lexicon {
    kind: LexiconKind,
    entries: Vec<String>,
    words: BTreeSet<String>,
    globs: LazyGlobs,
    regexes: RegexSet,
}

impl Lexicon {
    /// Compiles a list.
    ///
    /// # Errors
    /// One sentence about the first entry that is no glob or regular expression.
    pub fn new(kind: LexiconKind, entries: &[String]) -> Result<Self, String> {
        let mut words = BTreeSet::new();
        let mut globs = Vec::new();
        let mut regexes = Vec::new();
        for entry in entries {
            match kind {
                LexiconKind::Words | LexiconKind::Hosts if !entry.contains(['*', '?']) => {
                    words.insert(entry.to_lowercase());
                }
                // A host and a path, of which `*` stands for one part.
                LexiconKind::Hosts if entry.contains('/') => {
                    let row = entry.trim_end_matches('/');
                    globs.extend([glob(row, true)?, glob(&format!("{row}/**"), true)?]);
                }
                LexiconKind::Words | LexiconKind::Hosts => {
                    globs.push(glob(entry, false)?);
                }
                LexiconKind::Paths => {
                    if entry.contains('/') || entry.starts_with('~') {
                        globs.push(glob(entry, true)?);
                        if let Some(folder) = entry.strip_suffix("/**") {
                            globs.push(glob(folder, true)?);
                        }
                    } else {
                        globs.push(glob(&format!("**/{entry}"), true)?);
                    }
                }
                LexiconKind::Regexes => regexes.push(entry.as_str()),
            }
        }
        let globs = LazyGlobs::new(globs);
        let regexes = RegexSetBuilder::new(regexes).case_insensitive(true).size_limit(4 << 20).build();
        let regexes = regexes.map_err(|error| error.to_string())?;
        Ok(Self { kind, entries: entries.to_vec(), words, globs, regexes })
    }

    /// The entries as written.
    #[must_use]
    pub fn entries(&self) -> &[String] {
        &self.entries
    }

    /// Whether a text is in the list, as its kind compares.
    #[must_use]
    pub fn has(&self, text: &str) -> bool {
        match self.kind {
            LexiconKind::Words => {
                let lower = text.trim().to_lowercase();
                self.words.contains(&lower) || self.globs.is_match(&lower)
            }
            LexiconKind::Paths => self.has_path(text),
            LexiconKind::Hosts => super::host::Target::parse(text)
                .is_some_and(|target| self.has_host(&target.host, &format!("{}{}", target.host, target.rest))),
            LexiconKind::Regexes => self.regexes.is_match(text),
        }
    }

    fn has_path(&self, text: &str) -> bool {
        if text.len() > 4096 {
            return false;
        }
        let path = normalised(text);
        self.globs.is_match(&path) || (path.contains(['*', '?', '[']) && self.overlaps(&path))
    }

    /// Whether a path with wildcards of a shell (`~/.s*/id_*`) can name an entry.
    fn overlaps(&self, path: &str) -> bool {
        // A wildcard that begins a part does not match a leading dot, and one that matches everything names nothing.
        let literal = path.chars().filter(|c| !"/~*?[]".contains(*c)).count();
        if literal < 2 || is_any_of_a_kind(path) {
            return false;
        }
        let Ok(wild) = glob(path, true) else { return false };
        let wild = wild.compile_matcher();
        self.entries.iter().any(|entry| {
            let stem = entry.trim_end_matches("/**");
            let agrees = path
                .split('/')
                .zip(stem.split('/'))
                .all(|(wild, own)| !(own.starts_with('.') && wild.starts_with(['*', '?'])));
            agrees && !stem.contains('*') && wild.is_match(stem)
        })
    }

    /// Whether the list has this host or a parent of it, or a row with the beginning of `whole` (host and path).
    #[must_use]
    pub fn has_host(&self, host: &str, whole: &str) -> bool {
        let mut rest = host;
        loop {
            if self.words.contains(rest) {
                return true;
            }
            match rest.split_once('.') {
                Some((_, parent)) => rest = parent,
                None => break,
            }
        }
        if self.globs.is_match(host) {
            return true;
        }
        let whole = whole.to_lowercase();
        let path = whole.split(['?', '#']).next().unwrap_or_default();
        // Clients leave out `..` and the part before it: what such a path begins with tells nothing.
        if path.split('/').any(|part| matches!(part, ".." | ".%2e" | "%2e." | "%2e%2e")) {
            return false;
        }
        if path.len() <= 4096 && self.globs.is_match(path) {
            return true;
        }
        let with_path = |row: &&String| row.contains('/');
        let starts = |row: &String| {
            whole
                .strip_prefix(row.as_str())
                .is_some_and(|rest| row.ends_with('/') || rest.is_empty() || rest.starts_with(['/', '?', '#']))
        };
        self.words.iter().filter(with_path).any(starts)
    }
}

/// Whether a path names nothing but a kind of files: `**/*.json`.
fn is_any_of_a_kind(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_open = |part: &str| part.is_empty() || part == "." || part.chars().all(|c| c == '*');
    folders.split('/').all(is_open) && name.strip_prefix('*').is_some_and(|rest| rest.starts_with('.'))
}

fn glob(pattern: &str, is_path: bool) -> Result<globset::Glob, String> {
    GlobBuilder::new(pattern)
        .case_insensitive(true)
        .literal_separator(is_path)
        .backslash_escape(true)
        .build()
        .map_err(|error| error.to_string())
}

/// All lexicons by name.
#[derive(Debug, Clone, Default)]
pub struct Lexicons {
    by_name: BTreeMap<Arc<str>, Lexicon>,
}

impl Lexicons {
    /// The lexicon with this name, written without `@`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Lexicon> {
        self.by_name.get(name)
    }

    /// The names of all lexicons, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(|name| &**name)
    }

    /// Adds a lexicon; one of the same name is replaced, so that a pack can widen a list.
    pub fn insert(&mut self, name: &str, lexicon: Lexicon) {
        self.by_name.insert(name.into(), lexicon);
    }

    /// Takes all entries out of a lexicon.
    pub(super) fn empty(&mut self, name: &str) {
        if let Some(Ok(empty)) = self.get(name).map(|lexicon| Lexicon::new(lexicon.kind, &[])) {
            self.insert(name, empty);
        }
    }

    /// Reads a lexicon from its file; the name is the file's.
    ///
    /// # Errors
    /// When the text is no lexicon; says where and what is allowed.
    pub fn read(&mut self, file: &str, text: &str) -> Result<(), RuleError> {
        let written: Written = serde_saphyr::from_str(text).map_err(|error| RuleError::of_yaml(file, &error))?;
        let lexicon =
            Lexicon::new(written.kind, &written.entries).map_err(|error| RuleError::new(file, 0, 0, error))?;
        let name = super::path::base_name(file).trim_end_matches(".yaml");
        self.insert(name, lexicon);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn list(kind: LexiconKind, entries: &[&str]) -> Lexicon {
        Lexicon::new(kind, &entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn paths_are_compared_in_their_normal_form() {
        let paths = list(LexiconKind::Paths, &["~/.ssh/**", "~/.aws/credentials", "id_rsa*", "/etc/shadow"]);
        for path in [
            "$HOME/.ssh/id_ed25519",
            "/home/kim/.ssh",
            "~/.SSH/x",
            "/tmp/../etc/shadow",
            "keys/id_rsa",
            "~/.s*",
            "~/.aws/cred*",
        ] {
            assert!(paths.has(path), "{path}");
        }
        for path in ["~/.sshx/a", "~/.config", "~/*", "*", "etc/shadow", "/etc/*.conf", "docs/.ssh.md"] {
            assert!(!paths.has(path), "{path}");
        }
    }

    #[test]
    fn hosts_cover_what_is_below_them() {
        let hosts = list(
            LexiconKind::Hosts,
            &["paste.test", "sh.acme.test", "big.test/acme/", "get.test/install", "git.test/acme/*/main/"],
        );
        for url in [
            "https://paste.test/raw/1",
            "http://eu.paste.test",
            "https://big.test/acme/x",
            "https://get.test/install?x=1",
            "https://git.test/acme/tool/main/i.sh",
        ] {
            assert!(hosts.has(url), "{url}");
        }
        for url in [
            "https://notpaste.test/",
            "https://paste.test.x7.invalid/",
            "https://big.test/other",
            "https://get.test/installer",
            "acme.test",
            "https://big.test/acme/../other/x",
            "https://git.test/acme/tool/0f9e8d7c/main/i.sh",
            "https://git.test/other/tool/main/i.sh",
        ] {
            assert!(!hosts.has(url), "{url}");
        }
    }
}
