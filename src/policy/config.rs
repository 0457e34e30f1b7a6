use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use toml::Spanned;

use super::{Date, FailOn, Profile};
use crate::finding::Severity;
use crate::source::LineIndex;

/// `skillscan.toml`: what the person who scans has decided. It never comes from inside a scanned bundle.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Where it was read; `None` for the defaults.
    pub path: Option<PathBuf>,
    /// Which profile to use.
    pub profile: Option<Profile>,
    /// When a run fails.
    pub fail_on: Option<FailOn>,
    /// Rules that are not reported.
    pub disable: Vec<String>,
    /// Severities other than the rules' own, by rule.
    pub severity: BTreeMap<String, Severity>,
    /// Findings that were looked at and accepted.
    pub allow: Vec<Allow>,
}

/// A finding, or a set of them, that was looked at and accepted.
#[derive(Debug, Clone)]
pub struct Allow {
    /// The rule.
    pub rule: String,
    /// Files that it holds for, relative to the bundle; all where absent.
    pub path: Option<GlobMatcher>,
    /// Bundles that it holds for, as shown in reports; all where absent.
    pub bundle: Option<GlobMatcher>,
    /// The one finding that it holds for.
    pub fingerprint: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Line of the config file that it stands on, from 1.
    pub line: u32,
}

/// What is wrong with a config file. The message starts with `file:line:column`.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It could not be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something in it is wrong.
    #[error("{path}:{line}:{column}: {message}")]
    Wrong {
        /// The file.
        path: String,
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
        /// What is wrong, and what to do.
        message: String,
    },
}

/// The file as written. Unknown keys are errors: a misspelt `dissable` must not leave a rule on in silence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(default)]
    profile: Option<Spanned<String>>,
    #[serde(default)]
    fail_on: Option<Spanned<String>>,
    #[serde(default)]
    disable: Vec<Spanned<String>>,
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Severity>,
    #[serde(default)]
    allow: Vec<Spanned<WrittenAllow>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenAllow {
    rule: Spanned<String>,
    #[serde(default)]
    path: Option<Spanned<String>>,
    #[serde(default)]
    bundle: Option<Spanned<String>>,
    #[serde(default)]
    fingerprint: Option<String>,
    reason: Spanned<String>,
    #[serde(default)]
    expires: Option<Spanned<String>>,
}

/// Reports what is wrong at a place of the file.
pub(super) struct Reader<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

impl Reader<'_> {
    pub(super) fn wrong(&self, at: Option<Range<usize>>, message: impl Into<String>) -> ConfigError {
        let lines = LineIndex::new(self.text);
        let position = lines.position(self.text, at.map_or(0, |range| range.start) as u32);
        let (line, column) = (position.line, position.column);
        ConfigError::Wrong { path: self.path.to_owned(), line, column, message: message.into() }
    }

    fn parsed<T: std::str::FromStr<Err = String>>(
        &self,
        word: Option<&Spanned<String>>,
    ) -> Result<Option<T>, ConfigError> {
        word.map(|word| word.get_ref().parse().map_err(|message| self.wrong(Some(word.span()), message))).transpose()
    }

    fn glob(&self, pattern: Option<&Spanned<String>>) -> Result<Option<GlobMatcher>, ConfigError> {
        let compile = |pattern: &Spanned<String>| match Glob::new(pattern.get_ref()) {
            Ok(glob) => Ok(glob.compile_matcher()),
            Err(error) => Err(self.wrong(Some(pattern.span()), error.to_string())),
        };
        pattern.map(compile).transpose()
    }

    fn rule(&self, rule: &Spanned<String>, is_rule: &impl Fn(&str) -> bool) -> Result<String, ConfigError> {
        if is_rule(rule.get_ref()) {
            return Ok(rule.get_ref().clone());
        }
        let message = format!("there is no rule `{}`; `skillscan rules list` names them all", rule.get_ref());
        Err(self.wrong(Some(rule.span()), message))
    }
}

impl Config {
    /// Reads the file at `path`. `is_rule` tells whether a rule with this id is loaded.
    ///
    /// # Errors
    /// When the file cannot be read, is no TOML, or holds an unknown key, rule, profile or value.
    pub fn read(path: &Path, is_rule: impl Fn(&str) -> bool) -> Result<Self, ConfigError> {
        let shown = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self { path: Some(path.to_owned()), ..Self::parse(&shown, &text, is_rule)? }),
            Err(source) => Err(ConfigError::Unreadable { path: shown, source }),
        }
    }

    /// Reads `text`; errors name the file as `path`.
    ///
    /// # Errors
    /// When it is no TOML, or holds an unknown key, rule, profile or value.
    pub fn parse(path: &str, text: &str, is_rule: impl Fn(&str) -> bool) -> Result<Self, ConfigError> {
        let reader = Reader { path, text };
        let written: Written = toml::from_str(text)
            .map_err(|error: toml::de::Error| reader.wrong(error.span(), error.message().replace('\n', "; ")))?;
        let mut config = Self {
            path: None,
            profile: reader.parsed(written.profile.as_ref())?,
            fail_on: reader.parsed(written.fail_on.as_ref())?,
            ..Self::default()
        };
        for rule in &written.disable {
            config.disable.push(reader.rule(rule, &is_rule)?);
        }
        for (rule, severity) in written.severity {
            config.severity.insert(reader.rule(&rule, &is_rule)?, severity);
        }
        for entry in written.allow {
            let line = LineIndex::new(text).line_of(entry.span().start as u32);
            let entry = entry.into_inner();
            if entry.reason.get_ref().trim().is_empty() {
                return Err(reader.wrong(Some(entry.reason.span()), "`reason` must say why the finding is accepted"));
            }
            config.allow.push(Allow {
                rule: reader.rule(&entry.rule, &is_rule)?,
                path: reader.glob(entry.path.as_ref())?,
                bundle: reader.glob(entry.bundle.as_ref())?,
                fingerprint: entry.fingerprint,
                reason: entry.reason.into_inner(),
                expires: reader.parsed(entry.expires.as_ref())?,
                line,
            });
        }
        Ok(config)
    }

    /// The file that holds for runs started in `folder`: the nearest `skillscan.toml` or `.github/skillscan.toml`
    /// in it or above it, no higher than the root of its repository. Outside of a repository only `folder` itself
    /// is looked at: a file in `/tmp` could be anybody's.
    #[must_use]
    pub fn find(folder: &Path) -> Option<PathBuf> {
        let root = folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder);
        let names = ["skillscan.toml", ".github/skillscan.toml"];
        let folders = folder.ancestors().take_while(|folder| folder.starts_with(root));
        folders.flat_map(|folder| names.map(|name| folder.join(name))).find(|path| path.is_file())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse("skillscan.toml", text, |rule| rule.starts_with("known"))
    }

    #[test]
    fn reads_every_key() {
        let text = r#"
            profile = "strict"
            fail-on = "medium"
            disable = ["known-a"]
            [severity]
            known-b = "low"
            [[allow]]
            rule = "known-c"
            path = "scripts/**"
            bundle = "skills/*"
            fingerprint = "00ff"
            reason = "our own installer"
            expires = "2027-01-31"
        "#;
        let config = parse(text).unwrap();
        assert_eq!(config.profile, Some(Profile::Strict));
        assert_eq!(config.fail_on, Some(FailOn::Severity(Severity::Medium)));
        assert_eq!(config.disable, ["known-a"]);
        assert_eq!(config.severity["known-b"], Severity::Low);
        assert_eq!(config.allow.len(), 1);
        assert_eq!(config.allow[0].line, 7);
        assert!(config.allow[0].path.as_ref().unwrap().is_match("scripts/a/b.sh"));
    }

    #[test]
    fn the_nearest_file_up_to_the_root_of_the_repository_holds() {
        let folder = tempfile::TempDir::new().unwrap();
        let (top, inner) = (folder.path().to_owned(), folder.path().join("repo/a/b"));
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(top.join("skillscan.toml"), "").unwrap();
        assert_eq!(Config::find(&inner), None, "no repository: only the folder itself");
        assert_eq!(Config::find(&top), Some(top.join("skillscan.toml")));
        std::fs::create_dir_all(top.join("repo/.git")).unwrap();
        assert_eq!(Config::find(&inner), None, "not above the repository");
        std::fs::create_dir_all(top.join("repo/.github")).unwrap();
        std::fs::write(top.join("repo/.github/skillscan.toml"), "").unwrap();
        assert_eq!(Config::find(&inner), Some(top.join("repo/.github/skillscan.toml")));
        std::fs::write(top.join("repo/a/skillscan.toml"), "").unwrap();
        assert_eq!(Config::find(&inner), Some(top.join("repo/a/skillscan.toml")));
    }

    #[test]
    fn errors_name_the_place() {
        for (text, at, what) in [
            ("a = 1", "skillscan.toml:1:1: ", "unknown field"),
            ("\nprofile = \"lax\"", "skillscan.toml:2:11: ", "`lax` is not one of default, strict"),
            ("fail-on = 'sometimes'", "skillscan.toml:1:11: ", "not one of block"),
            ("disable = [\n  'known-a',\n  'other',\n]", "skillscan.toml:3:3: ", "no rule `other`"),
            ("[severity]\nother = 'low'", "skillscan.toml:2:1: ", "no rule `other`"),
            ("[severity]\nknown = 'bad'", "skillscan.toml:2:", "unknown variant"),
            ("[[allow]]\nrule = 'known'", "skillscan.toml:1:", "missing field `reason`"),
            ("[[allow]]\nrule = 'known'\nreason = ' '", "skillscan.toml:3:10: ", "must say why"),
            ("[[allow]]\nrule = 'known'\nreason = 'x'\nexpires = '2027-02-30'", "skillscan.toml:4:11: ", "not a date"),
            ("[[allow]]\nrule = 'known'\nreason = 'x'\npath = '['", "skillscan.toml:4:8: ", "unclosed"),
            ("= 3", "skillscan.toml:1:", "key"),
        ] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.starts_with(at) && message.contains(what), "{text:?} gave {message}");
        }
    }
}
