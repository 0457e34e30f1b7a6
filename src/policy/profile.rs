use std::fmt;

use serde::{Deserialize, Serialize};

use super::{FailOn, Outcome, Table};

/// Who asks, and so what a verdict means to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Authors, installers and checks of pull requests.
    #[default]
    Default,
    /// A registry or a company that takes nothing in before somebody has looked: review rejects too.
    Strict,
}

impl Profile {
    /// Every profile.
    pub const ALL: &'static [Self] = &[Self::Default, Self::Strict];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Strict => "strict",
        }
    }

    /// Its verdict table.
    #[must_use]
    pub fn table(self) -> Table {
        match self {
            Self::Default => Table::standard(),
            Self::Strict => Table::strict(),
        }
    }

    /// When a run fails, unless the user says otherwise.
    #[must_use]
    pub fn fail_on(self) -> FailOn {
        match self {
            Self::Default => FailOn::Verdict(Outcome::Block),
            Self::Strict => FailOn::Verdict(Outcome::Review),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl std::str::FromStr for Profile {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|profile| profile.as_str() == word);
        found.copied().ok_or_else(|| format!("`{word}` is not one of default, strict"))
    }
}
