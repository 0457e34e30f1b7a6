use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// Findings of an earlier run that no longer count: only what is new does.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// Bundle and fingerprint.
    known: BTreeSet<(String, String)>,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It could not be read.
    #[error("cannot read the baseline {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not a report of skillscan.
    #[error(
        "{path}:{line}: not a json or ndjson report of skillscan: {message}; make one with `skillscan scan --format json`"
    )]
    NotAReport {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

impl Baseline {
    /// Reads an earlier report, json or ndjson.
    ///
    /// # Errors
    /// When the file cannot be read or is no such report.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let shown = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&shown, &text),
            Err(source) => Err(BaselineError::Unreadable { path: shown, source }),
        }
    }

    /// Reads the text of an earlier report; errors name the file as `path`.
    ///
    /// # Errors
    /// When it is no such report.
    pub fn parse(path: &str, text: &str) -> Result<Self, BaselineError> {
        let wrong = |line: usize, message: &str| BaselineError::NotAReport {
            path: path.to_owned(),
            line,
            message: message.to_owned(),
        };
        let mut baseline = Self::default();
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let mut any = false;
        loop {
            let line = text.get(..stream.byte_offset()).unwrap_or_default().matches('\n').count() + 1;
            let Some(next) = stream.next() else { break };
            let value = next.map_err(|error| wrong(line + error.line() - 1, &error.to_string()))?;
            let bundles = match value.get("bundles").and_then(Value::as_array) {
                Some(bundles) => bundles.as_slice(),
                None => std::slice::from_ref(&value),
            };
            for bundle in bundles {
                baseline
                    .add(bundle)
                    .ok_or_else(|| wrong(line, "a bundle without `bundle`, `findings` or `fingerprint`"))?;
            }
            any = true;
        }
        if any { Ok(baseline) } else { Err(wrong(1, "the file is empty")) }
    }

    fn add(&mut self, bundle: &Value) -> Option<()> {
        let name = bundle.get("bundle")?.as_str()?;
        for finding in bundle.get("findings")?.as_array()? {
            self.known.insert((name.to_owned(), finding.get("fingerprint")?.as_str()?.to_owned()));
        }
        Some(())
    }

    /// Whether the finding with this fingerprint was there.
    #[must_use]
    pub fn holds(&self, bundle: &str, fingerprint: &str) -> bool {
        self.known.contains(&(bundle.to_owned(), fingerprint.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn reads_json_and_ndjson() {
        let line = r#"{"bundle": "a", "findings": [{"fingerprint": "1"}]}"#;
        for text in [format!("{line}\n{line}\n"), format!("{{\"bundles\": [{line}]}}")] {
            let baseline = Baseline::parse("b", &text).unwrap();
            assert!(baseline.holds("a", "1"));
            assert!(!baseline.holds("a", "2") && !baseline.holds("b", "1"));
        }
    }

    #[test]
    fn refuses_what_is_no_report() {
        for (text, line) in [("", 1), ("{}", 1), ("[1]", 1), ("{\"bundle\":\"a\",\"findings\":[]}\n{", 2), ("x", 1)] {
            let message = Baseline::parse("b", text).unwrap_err().to_string();
            assert!(message.starts_with(&format!("b:{line}: ")), "{text}: {message}");
        }
    }
}
