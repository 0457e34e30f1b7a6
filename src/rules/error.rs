//! What is wrong with a rule, and where.

use std::fmt;

/// Something wrong in a rule, a lexicon or a pack: file, line, column, what is wrong and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleError {
    /// The file, as it was named.
    pub file: String,
    /// Line from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Column in characters from 1; 0 where the whole line or file is meant.
    pub column: u32,
    /// What is wrong and what is allowed.
    pub message: String,
}

impl RuleError {
    /// An error at a place.
    #[must_use]
    pub fn new(file: &str, line: u32, column: u32, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, column, message: message.into() }
    }

    /// An error of the YAML reader, which knows unknown keys, missing keys, wrong types and unknown words.
    pub(crate) fn of_yaml(file: &str, error: &serde_saphyr::Error) -> Self {
        let (line, column) = error.location().map_or((0, 0), |at| (at.line() as u32, at.column() as u32));
        let text = error.without_snippet().to_string();
        let message = text.lines().next().unwrap_or_default().trim();
        // The reader says the place in the text as well.
        let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
        Self::new(file, line, column, message)
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(formatter, "{}: {}", self.file, self.message),
            (line, 0) => write!(formatter, "{}:{line}: {}", self.file, self.message),
            (line, column) => write!(formatter, "{}:{line}:{column}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for RuleError {}

/// Everything that is wrong with a set of rules, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleErrors(pub Vec<RuleError>);

impl fmt::Display for RuleErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleErrors {}
