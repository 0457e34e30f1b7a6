//! A verdict table that the user wrote: `--verdicts FILE`, TOML, one `[[row]]` for each row.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::Outcome;
use super::config::{ConfigError, Reader};
use super::table::{Alone, Linked, Row, Table, Test};
use crate::finding::{Confidence, Gate, Severity, Stance};

/// The file as written. Which keys a row may have hangs on its `when`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    row: Vec<Spanned<WrittenRow>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenRow {
    name: String,
    verdict: Outcome,
    when: When,
    gates: Option<Vec<Gate>>,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
    stances: Option<Vec<Stance>>,
    reached: Option<bool>,
    tags: Option<Vec<String>>,
    surest: Option<Confidence>,
    rules: Option<usize>,
    families: Option<usize>,
    one_of: Option<Severity>,
    two_of: Option<Severity>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum When {
    Finding,
    Linked,
    Incomplete,
}

const FINDING: &[&str] = &["gates", "severity", "confidence", "stances", "reached", "tags"];
const LINKED: &[&str] = &["gates", "confidence", "stances", "surest", "rules", "families", "one-of", "two-of"];

impl WrittenRow {
    /// The keys that are there, besides those that every row has.
    fn keys(&self) -> Vec<&'static str> {
        let keys = [
            ("gates", self.gates.is_some()),
            ("severity", self.severity.is_some()),
            ("confidence", self.confidence.is_some()),
            ("stances", self.stances.is_some()),
            ("reached", self.reached.is_some()),
            ("tags", self.tags.is_some()),
            ("surest", self.surest.is_some()),
            ("rules", self.rules.is_some()),
            ("families", self.families.is_some()),
            ("one-of", self.one_of.is_some()),
            ("two-of", self.two_of.is_some()),
        ];
        keys.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key).collect()
    }

    fn test(self) -> Test {
        let gates = self.gates.unwrap_or_else(|| vec![Gate::Review, Gate::Link, Gate::Block]);
        let stances = self.stances.unwrap_or_else(|| Stance::ALL.to_vec());
        let confidence = self.confidence.unwrap_or(Confidence::Low);
        match self.when {
            When::Finding => Test::Alone(Alone {
                gates,
                severity: self.severity.unwrap_or(Severity::Info),
                confidence,
                stances,
                reached: self.reached.unwrap_or(false),
                tags: self.tags.unwrap_or_default(),
            }),
            When::Linked => Test::Linked(Linked {
                gates,
                stances,
                confidence,
                surest: self.surest.unwrap_or(confidence),
                rules: self.rules.unwrap_or(2),
                families: self.families.unwrap_or(2),
                one_of: self.one_of.unwrap_or(Severity::Critical),
                two_of: self.two_of.unwrap_or(Severity::High),
            }),
            When::Incomplete => Test::Incomplete,
        }
    }
}

impl Table {
    /// Reads a table from the file at `path`.
    ///
    /// # Errors
    /// When the file cannot be read, is no TOML, or holds a row that means nothing; the message names line and column.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let shown = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&shown, &text),
            Err(source) => Err(ConfigError::Unreadable { path: shown, source }),
        }
    }

    /// Reads `text`; errors name the file as `path`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        let reader = Reader { path, text };
        let written: Written = toml::from_str(text)
            .map_err(|error: toml::de::Error| reader.wrong(error.span(), error.message().replace('\n', "; ")))?;
        let mut rows: Vec<Row> = Vec::new();
        for row in written.row {
            let span = row.span();
            let row = row.into_inner();
            let allowed = match row.when {
                When::Finding => FINDING,
                When::Linked => LINKED,
                When::Incomplete => &[],
            };
            if let Some(key) = row.keys().into_iter().find(|key| !allowed.contains(key)) {
                let message = match allowed {
                    [] => format!("`{key}` means nothing where `when` is \"incomplete\""),
                    _ => format!("`{key}` means nothing here; this kind of row takes {}", allowed.join(", ")),
                };
                return Err(reader.wrong(Some(span), message));
            }
            if row.verdict == Outcome::Pass {
                return Err(
                    reader.wrong(Some(span), "a row gives `review` or `block`; `pass` is what no row applies to")
                );
            }
            if rows.last().is_some_and(|before| before.outcome < row.verdict) {
                return Err(reader.wrong(Some(span), "rows that give `block` come before rows that give `review`"));
            }
            rows.push(Row { name: row.name.as_str().into(), outcome: row.verdict, test: row.test() });
        }
        Ok(Self { rows })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::policy::Profile;

    #[test]
    fn a_table_can_be_written_down() {
        let text = r#"
            [[row]]
            name = "any"
            verdict = "block"
            when = "finding"
            gates = ["block"]
            severity = "high"
            tags = ["persist"]
            [[row]]
            name = "tied"
            verdict = "review"
            when = "linked"
            one-of = "high"
            [[row]]
            name = "blind"
            verdict = "review"
            when = "incomplete"
        "#;
        let table = Table::parse("t.toml", text).unwrap();
        let names: Vec<&str> = table.rows.iter().map(|row| &*row.name).collect();
        assert_eq!(names, ["any", "tied", "blind"]);
        assert!(matches!(&table.rows[0].test, Test::Alone(alone) if alone.tags == ["persist"]));
        assert!(matches!(&table.rows[1].test, Test::Linked(linked) if linked.one_of == Severity::High));
    }

    /// The example of the documentation is the table that comes with the program.
    #[test]
    fn the_tables_of_the_program_can_be_written_down() {
        for profile in Profile::ALL {
            let path = format!("{}/docs/verdicts/{profile}.toml", env!("CARGO_MANIFEST_DIR"));
            let read = Table::read(Path::new(&path)).unwrap();
            assert_eq!(format!("{read:?}"), format!("{:?}", profile.table()), "{path}");
        }
    }

    #[test]
    fn errors_name_the_place() {
        let row = |rest: &str| format!("[[row]]\nname = 'a'\n{rest}");
        for (text, what) in [
            (row("verdict = 'pass'\nwhen = 'finding'"), "what no row applies to"),
            (row("verdict = 'block'\nwhen = 'finding'\nsurest = 'high'"), "`surest` means nothing here"),
            (row("verdict = 'block'\nwhen = 'incomplete'\ngates = []"), "means nothing where"),
            (row("verdict = 'block'\nwhen = 'often'"), "unknown variant"),
            (row("verdict = 'block'\nwhen = 'finding'\nseverty = 'high'"), "unknown field"),
            (
                row("verdict = 'review'\nwhen = 'incomplete'\n[[row]]\nname='b'\nverdict='block'\nwhen='finding'"),
                "come before",
            ),
        ] {
            let message = Table::parse("t.toml", &text).unwrap_err().to_string();
            assert!(message.starts_with("t.toml:") && message.contains(what), "{text:?} gave {message}");
        }
    }
}
