use std::io::{self, Write};

use anyhow::{Result, bail};

use super::arguments::ExplainArguments;
use super::exit::Exit;
use super::load;
use crate::policy::{Outcome, Profile, Table};
use crate::report::one_line;
use crate::rules::{self, Rule, Ruleset};
use crate::source::printable;

const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";
/// Lines of an example that are shown.
const EXAMPLE_LINES: usize = 30;

/// `skillscan explain`.
pub(super) fn run(arguments: &ExplainArguments) -> Result<Exit> {
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    if arguments.topic == "verdict" {
        let table = match &arguments.verdicts {
            Some(path) => Table::read(path)?,
            None => arguments.profile.table(),
        };
        verdict(&mut out, arguments, &table)?;
    } else {
        let rules = load::rules(&arguments.packs)?;
        let Some(rule) = rules.get(&arguments.topic) else { bail!(unknown(&rules, &arguments.topic)) };
        explain(&mut out, rule)?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}

fn unknown(rules: &Ruleset, id: &str) -> String {
    let message = format!("there is no rule `{id}`; `skillscan rules list` names them all");
    let near = rules.rules().iter().map(|rule| (distance(id, &rule.id), &rule.id)).min();
    if let Some((distance, near)) = near.filter(|(distance, _)| *distance <= 1 + id.len() / 4) {
        let _ = distance;
        return format!("{message}; did you mean `{near}`?");
    }
    message
}

/// Levenshtein distance in bytes: ids are short.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().take(200).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn verdict(out: &mut impl Write, arguments: &ExplainArguments, table: &Table) -> Result<()> {
    let profile = arguments.profile;
    let of = match &arguments.verdicts {
        Some(path) => format!("table {}", one_line(&path.display().to_string())),
        None => format!("profile {profile}"),
    };
    writeln!(out, "The verdict on a bundle, {of}: the first row that applies decides.\n")?;
    for row in &table.rows {
        let outcome = row.outcome.as_str().to_uppercase();
        writeln!(out, "\u{1b}[1m{outcome:<7}\u{1b}[0m {}", row.name)?;
        let lines = row.test.describe();
        for (number, line) in lines.iter().enumerate() {
            writeln!(out, "          {}{line}", if number == 0 { "" } else { "· " })?;
        }
        writeln!(out)?;
    }
    writeln!(out, "\u{1b}[1m{:<7}\u{1b}[0m otherwise\n", Outcome::Pass.as_str().to_uppercase())?;
    writeln!(out, "Findings in the same file are not linked by that alone. There is no sum of scores.")?;
    let threshold = match profile {
        Profile::Default => "block",
        Profile::Strict => "review",
    };
    writeln!(out, "A run fails (exit 1) at `{threshold}` unless --fail-on says otherwise.")?;
    Ok(())
}

fn explain(out: &mut impl Write, rule: &Rule) -> Result<()> {
    let about = rules::explain(rule);
    writeln!(out, "{BOLD}{}{RESET}: {}\n", about.id, printable(about.title))?;
    writeln!(out, "  {} · {} · confidence {} · gate {}", about.class, about.severity, about.confidence, about.gate)?;
    writeln!(out, "  family {} · {} · since {}", about.family, words(about.status), about.since)?;
    writeln!(out, "  matches by {}", about.matchers.join(", "))?;
    if !about.tags.is_empty() {
        writeln!(out, "  tags {}", about.tags.join(", "))?;
    }
    if let Some(measured) = about.measured {
        writeln!(out, "  measured {measured}")?;
    }
    writeln!(out, "\n{BOLD}Why{RESET}  {}", printable(about.why.trim()))?;
    writeln!(out, "{BOLD}Fix{RESET}  {}", printable(about.fix.trim()))?;
    let gaps = about.gaps.iter().map(|gap| gap.name).collect();
    for (what, names) in [("Lowered by", &about.lowered_by), ("Raised by", &about.raised_by), ("Known gaps", &gaps)] {
        if !names.is_empty() {
            writeln!(out, "{BOLD}{what}{RESET}  {}", printable(&names.join(", ")))?;
        }
    }
    for (what, examples) in [("Matches", &about.matches), ("Does not match", &about.does_not_match)] {
        for example in examples {
            writeln!(out, "\n{BOLD}{what}{RESET}: {}", printable(example.name))?;
            for part in &example.parts {
                if let Some(path) = part.path {
                    writeln!(out, "    ── {}", printable(path))?;
                }
                for line in printable(&part.text).lines().take(EXAMPLE_LINES) {
                    writeln!(out, "    {line}")?;
                }
            }
        }
    }
    Ok(())
}

fn words(status: rules::Status) -> &'static str {
    match status {
        rules::Status::Preview => "preview",
        rules::Status::Stable => "stable",
        rules::Status::Deprecated => "deprecated",
    }
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances() {
        for (a, b, far) in [("", "", 0), ("a", "", 1), ("curl", "crul", 2), ("pipe-to-shell", "pipe-to-shel", 1)] {
            assert_eq!(distance(a, b), far, "{a} {b}");
        }
    }
}
