use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape::{command_data, command_property, one_line};
use super::{Run, Summary, Writer};
use crate::policy::Outcome;
use crate::scan::{BundleReport, Level};

/// Annotations of one kind that GitHub shows per step.
const SHOWN: usize = 10;

/// Workflow commands of GitHub Actions. Every line begins with a command or a word of ours, so that nothing from
/// a bundle can be taken for a command.
#[derive(Debug, Default)]
pub(super) struct Github {
    /// What is to be annotated, by kind, loudest first: kept back so that the ten that are shown are the worst ten.
    annotations: BTreeMap<std::cmp::Reverse<Level>, Vec<String>>,
    lines: Vec<String>,
}

fn kind(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

impl Writer for Github {
    fn begin(&mut self, _: &mut dyn Write, _: &Run<'_>) -> io::Result<()> {
        Ok(())
    }

    fn bundle(&mut self, _: &mut dyn Write, run: &Run<'_>, report: &BundleReport) -> io::Result<()> {
        for (index, reported) in report.findings.iter().enumerate() {
            let (finding, level) = (&reported.finding, report.level(index));
            let region = &finding.location.region;
            let file = command_property(&report.path_below(&run.base, &finding.location.path));
            let lines = format!("file={file},line={},endLine={}", region.line, region.end_line);
            // Columns are only understood for places on one line.
            let place = if region.line == region.end_line {
                format!("{lines},col={},endColumn={}", region.column, region.end_column)
            } else {
                lines
            };
            let title = command_property(&format!("{} ({})", finding.title, finding.rule));
            let message = command_data(&finding.message);
            self.keep(level, format!("::{} {place},title={title}::{message}", kind(level)));
        }
        for notice in &report.notices {
            let level = if notice.incomplete { Level::Warning } else { Level::Note };
            let file = command_property(&report.path_below(&run.base, &notice.path));
            let line = notice.line.map(|line| format!(",line={line}")).unwrap_or_default();
            let title = command_property(&format!("Not fully analysed ({})", notice.kind));
            self.keep(
                level,
                format!("::{} file={file}{line},title={title}::{}", kind(level), command_data(&notice.message)),
            );
        }
        if report.verdict.outcome > Outcome::Pass {
            let bundle = one_line(&report.bundle).replace("##[", "# #[");
            self.lines.push(format!("skillscan: {}: {bundle}", report.verdict.outcome));
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, _: &Run<'_>, summary: &Summary) -> io::Result<()> {
        for (level, commands) in &self.annotations {
            for command in commands.iter().take(SHOWN) {
                writeln!(out, "{command}")?;
            }
            if commands.len() > SHOWN {
                let more = commands.len() - SHOWN;
                writeln!(
                    out,
                    "skillscan: {more} more of kind {} (the json and sarif formats hold all)",
                    kind(level.0)
                )?;
            }
        }
        for line in &self.lines {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "skillscan: {}", summary.words())
    }
}

impl Github {
    fn keep(&mut self, level: Level, command: String) {
        self.annotations.entry(std::cmp::Reverse(level)).or_default().push(command);
    }
}
