use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Value;
use crate::document::DocumentId;
use crate::finding::{Certainty, Reach, Stance};
use crate::source::Span;

/// Index of an effect in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EffectId(pub u32);

/// A place in a document, before it is resolved to file, line and column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The document.
    pub document: DocumentId,
    /// Where in it.
    pub span: Span,
}

/// What is done. The set is small on purpose: a rule written once holds for every language and for prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EffectKind {
    /// Content comes from the network.
    Fetch,
    /// Content goes to the network.
    Send,
    /// Content comes from a file or a store (keychain, clipboard, browser database …).
    Read,
    /// Content comes from an environment variable, or from all of them.
    Env,
    /// Content goes to a file or a store.
    Write,
    /// Files or other things are removed or made unusable.
    Delete,
    /// A program is started.
    Run,
    /// Content is executed as code.
    Eval,
    /// Content is decoded, decompressed or decrypted.
    Decode,
    /// A package is installed, or downloaded and run.
    Install,
    /// Something is made to run later or again.
    Schedule,
    /// Rights are gained or a protection is switched off.
    Grant,
    /// A port is opened to the network.
    Listen,
    /// A connection is opened that carries a conversation.
    Connect,
    /// Money or another asset is moved.
    Spend,
    /// A digest or signature is checked.
    Verify,
    /// The user is asked for something (a confirmation, a password).
    Ask,
    /// The agent is told how to behave.
    Instruct,
}

/// Every kind with its word, the roles its arguments may have (the first is the one that flows are traced
/// through when a rule names no other), and whether it yields content.
const KINDS: &[(EffectKind, &str, &[&str], bool)] = &[
    (EffectKind::Fetch, "fetch", &["url", "method"], true),
    (EffectKind::Send, "send", &["body", "url", "channel"], true),
    (EffectKind::Read, "read", &["path", "store"], true),
    (EffectKind::Env, "env", &["name"], true),
    (EffectKind::Write, "write", &["content", "path", "store", "mode"], false),
    (EffectKind::Delete, "delete", &["path", "what"], false),
    (EffectKind::Run, "run", &["program", "argv"], true),
    (EffectKind::Eval, "eval", &["content", "language", "when"], true),
    (EffectKind::Decode, "decode", &["content", "scheme", "key"], true),
    (EffectKind::Install, "install", &["package", "manager", "source"], false),
    (EffectKind::Schedule, "schedule", &["what", "when"], false),
    (EffectKind::Grant, "grant", &["what", "to"], false),
    (EffectKind::Listen, "listen", &["address"], true),
    (EffectKind::Connect, "connect", &["address"], true),
    (EffectKind::Spend, "spend", &["asset", "to", "amount"], false),
    (EffectKind::Verify, "verify", &["path", "digest"], false),
    (EffectKind::Ask, "ask", &["what"], true),
    (EffectKind::Instruct, "instruct", &["act", "object", "recipient", "url", "when"], false),
];

impl EffectKind {
    fn row(self) -> &'static (EffectKind, &'static str, &'static [&'static str], bool) {
        // The table has a row for every variant, in order; a test holds it to that.
        &KINDS[self as usize]
    }

    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|row| row.0)
    }

    /// The word that rules, models and reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// The roles that its arguments may have; the first is the main one.
    #[must_use]
    pub fn roles(self) -> &'static [&'static str] {
        self.row().2
    }

    /// Whether it yields content that can flow on.
    #[must_use]
    pub fn yields(self) -> bool {
        self.row().3
    }
}

impl fmt::Display for EffectKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// One effect.
#[derive(Debug, Clone)]
pub struct Effect {
    /// Its index.
    pub id: EffectId,
    /// What is done.
    pub kind: EffectKind,
    /// With what: role and value. Roles are those of [`EffectKind::roles`].
    pub arguments: Vec<(&'static str, Value)>,
    /// Where.
    pub place: Place,
    /// The program, call or verb that does it, by its real name: `curl`, `requests.get`, `download`.
    pub by: Arc<str>,
    /// The whole command or call with all that is known filled in, for readers.
    pub resolved: Arc<str>,
    /// The text that it yields, where that was worked out: a decoded layer.
    pub yielded: Option<Arc<str>>,
    /// Whether the text hides the name of what is run or called (split quotes, computed names …).
    pub disguised: bool,
    /// What else the model says of it: `insecure`, `recursive`, `force`, `append`, `background`, `shell` …
    pub tags: Vec<Arc<str>>,
    /// How it is put.
    pub stance: Stance,
    /// How it is reached.
    pub reach: Reach,
    /// How much of it is known.
    pub certainty: Certainty,
}

impl Effect {
    /// The value of an argument.
    #[must_use]
    pub fn argument(&self, role: &str) -> Option<&Value> {
        self.arguments.iter().find(|(name, _)| *name == role).map(|(_, value)| value)
    }

    /// Whether the model gave it this tag.
    #[must_use]
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| &**own == tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_its_own_row() {
        for (index, row) in KINDS.iter().enumerate() {
            assert_eq!(row.0 as usize, index, "{}", row.1);
        }
        assert_eq!(KINDS.len(), EffectKind::Instruct as usize + 1);
    }
}
