use std::fmt;

use serde::Serialize;

/// Why something was not analysed, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// The file or folder could not be read.
    Unreadable,
    /// A limit on size, depth, count or steps was reached.
    Limit,
    /// The bytes are not text in a known encoding.
    Undecodable,
    /// The content is of a kind that is not looked into (a compiled program, an encrypted archive …).
    Opaque,
    /// A parser gave up on a part of the text.
    Damaged,
    /// A link, device or other special file was recorded and not followed.
    NotFollowed,
    /// The scanner itself failed on this content: a bug.
    Internal,
}

impl NoticeKind {
    /// The word that reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Limit => "limit",
            Self::Undecodable => "undecodable",
            Self::Opaque => "opaque",
            Self::Damaged => "damaged",
            Self::NotFollowed => "not-followed",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Something that the scan could not see, or not wholly. Never a finding about the skill's intent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Notice {
    /// Why.
    pub kind: NoticeKind,
    /// Path relative to the bundle's root; empty for the bundle itself.
    pub path: String,
    /// Line, from 1, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// One sentence, ending in a full stop.
    pub message: String,
    /// Whether code, instructions or a container went unanalysed: such a bundle is never `pass`.
    pub incomplete: bool,
}
