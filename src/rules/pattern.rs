//! Patterns that are compiled when they are first asked: a bundle asks few of the many that a pack holds, and
//! compiling them all takes longer than most scans.

use std::sync::{Arc, OnceLock};

use globset::{Glob, GlobSet, GlobSetBuilder};
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::needed::{Choice, can_be_found, needs};

/// Largest compiled form of a pattern, in bytes: packs may come from anybody.
const REGEX_BYTES: usize = 8 << 20;

/// A regular expression. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct LazyRegex(Arc<Written<Regex>>);

/// Several regular expressions of which one must be found. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct LazyRegexSet(Arc<Written<RegexSet>>);

#[derive(Debug)]
struct Written<T> {
    patterns: Vec<String>,
    case_sensitive: bool,
    built: OnceLock<Option<T>>,
    /// What each of the patterns needs, until they are built.
    needed: OnceLock<Vec<Vec<Choice>>>,
}

impl<T> Written<T> {
    fn new(patterns: &[String], case_sensitive: bool) -> Arc<Self> {
        Arc::new(Self { patterns: patterns.to_vec(), case_sensitive, built: OnceLock::new(), needed: OnceLock::new() })
    }
}

impl LazyRegex {
    pub(crate) fn new(pattern: &str, case_sensitive: bool) -> Self {
        Self(Written::new(std::slice::from_ref(&pattern.to_owned()), case_sensitive))
    }

    fn build(&self) -> Result<Regex, regex::Error> {
        RegexBuilder::new(self.pattern())
            .case_insensitive(!self.0.case_sensitive)
            .multi_line(true)
            .size_limit(REGEX_BYTES)
            .build()
    }

    /// As written.
    pub(crate) fn pattern(&self) -> &str {
        self.0.patterns.first().map_or("", String::as_str)
    }

    /// Compiles it now.
    ///
    /// # Errors
    /// When it is no regular expression, or too large a one.
    pub(crate) fn check(&self) -> Result<(), regex::Error> {
        let built = self.build()?;
        let _ = self.0.built.set(Some(built));
        Ok(())
    }

    /// The compiled form; none where it is faulty, which [`Self::check`] tells.
    pub(crate) fn get(&self) -> Option<&Regex> {
        self.0.built.get_or_init(|| self.build().ok()).as_ref()
    }
}

impl LazyRegexSet {
    pub(crate) fn new(patterns: &[String], case_sensitive: bool) -> Self {
        Self(Written::new(patterns, case_sensitive))
    }

    fn build(&self) -> Result<RegexSet, regex::Error> {
        RegexSetBuilder::new(&self.0.patterns)
            .case_insensitive(!self.0.case_sensitive)
            .multi_line(true)
            .size_limit(REGEX_BYTES)
            .build()
    }

    /// Compiles it now.
    ///
    /// # Errors
    /// When one of them is no regular expression, or they are too large.
    pub(crate) fn check(&self) -> Result<(), regex::Error> {
        let built = self.build()?;
        let _ = self.0.built.set(Some(built));
        Ok(())
    }

    /// Whether one of them is found.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        if self.0.built.get().is_none() {
            let needed = self.0.needed.get_or_init(|| self.0.patterns.iter().map(|pattern| needs(pattern)).collect());
            if !can_be_found(needed, text) {
                return false;
            }
        }
        self.0.built.get_or_init(|| self.build().ok()).as_ref().is_some_and(|set| set.is_match(text))
    }
}

/// Globs of which one must match.
#[derive(Debug, Clone, Default)]
pub(crate) struct LazyGlobs {
    globs: Vec<Glob>,
    built: OnceLock<Option<GlobSet>>,
}

impl LazyGlobs {
    pub(crate) fn new(globs: Vec<Glob>) -> Self {
        Self { globs, built: OnceLock::new() }
    }

    fn build(&self) -> Result<GlobSet, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for glob in &self.globs {
            set.add(glob.clone());
        }
        set.build()
    }

    /// Compiles them now.
    ///
    /// # Errors
    /// When they are too large.
    pub(crate) fn check(&self) -> Result<(), globset::Error> {
        let built = self.build()?;
        let _ = self.built.set(Some(built));
        Ok(())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Whether one of them matches.
    pub(crate) fn is_match(&self, path: &str) -> bool {
        !self.globs.is_empty()
            && self.built.get_or_init(|| self.build().ok()).as_ref().is_some_and(|set| set.is_match(path))
    }
}
