// Pages are put together from pieces; `+=` shows their order, and nothing here is written often.
#![allow(clippy::format_push_string)]

use std::io::{self, Write};

use super::escape::{markdown, markdown_block, short};
use super::links::links_in_words;
use super::summary::plural;
use super::{Run, Summary, Writer};
use crate::finding::Gate;
use crate::policy::Outcome;
use crate::scan::BundleReport;

/// Bytes after which details are left out: GitHub drops a job summary over 1 MiB whole.
const LIMIT: usize = 900 << 10;
/// Findings of one bundle that are shown in full.
const FINDINGS: usize = 50;

/// A summary for a job or a comment.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    rows: Vec<String>,
    details: String,
    left_out: usize,
}

fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Block => "🛑 block",
        Outcome::Review => "⚠️ review",
        Outcome::Pass => "✅ pass",
    }
}

fn details(run: &Run<'_>, report: &BundleReport) -> String {
    let mut text = format!("\n### {}: {}\n", markdown(&report.bundle), mark(report.verdict.outcome));
    let shown = report.findings.iter().filter(|reported| reported.finding.gate > Gate::Note);
    for reported in shown.take(FINDINGS) {
        let finding = &reported.finding;
        let location = &finding.location;
        let place = format!("{}:{}", report.path_below(&run.base, &location.path), location.region.line);
        text += &format!(
            "\n**{}** {} ({} confidence) at {}\n\n{}\n",
            finding.severity,
            markdown(&finding.rule),
            finding.confidence,
            markdown(&place),
            markdown(&short(&finding.message, 600))
        );
        if let Some(excerpt) = &reported.excerpt {
            text += &format!("\n{}", markdown_block(&excerpt.text));
        }
        for (number, step) in finding.steps.iter().enumerate() {
            let at = format!("{}:{}", report.path_below(&run.base, &step.location.path), step.location.region.line);
            text += &format!("\n{}. {}: {}", number + 1, markdown(&at), markdown(&short(&step.message, 240)));
        }
        if !finding.steps.is_empty() {
            text.push('\n');
        }
        if let Some(resolved) = &finding.resolved {
            text += &format!("\nResolved:\n{}", markdown_block(&short(resolved, 600)));
        }
        if let Some(rule) = run.rules.iter().find(|rule| rule.id == finding.rule) {
            text += &format!("\n*Why:* {}\n\n*Fix:* {}\n", rule.why.trim(), rule.fix.trim());
        }
    }
    for reason in report.verdict.reasons.iter().filter(|reason| !reason.links.is_empty()) {
        let rules = reason.findings.iter().filter_map(|&index| report.findings.get(index));
        let rules: Vec<String> = rules.map(|reported| markdown(&reported.finding.rule)).collect();
        text += &format!(
            "\nLinked: {}, tied by {}\n",
            rules.join(" + "),
            markdown(&short(&links_in_words(&reason.links), 300))
        );
    }
    for notice in report.notices.iter().filter(|notice| notice.incomplete) {
        let path = report.path_below(&run.base, &notice.path);
        text += &format!("\nNot fully analysed: {}: {}\n", markdown(&path), markdown(&short(&notice.message, 300)));
    }
    text
}

impl Writer for Markdown {
    fn begin(&mut self, _: &mut dyn Write, _: &Run<'_>) -> io::Result<()> {
        Ok(())
    }

    fn bundle(&mut self, _: &mut dyn Write, run: &Run<'_>, report: &BundleReport) -> io::Result<()> {
        if report.verdict.outcome == Outcome::Pass {
            return Ok(());
        }
        let (findings, notices) = (report.findings.len(), report.notices.len());
        let row =
            format!("| {} | {} | {findings} | {notices} |", mark(report.verdict.outcome), markdown(&report.bundle));
        let details = details(run, report);
        if self.details.len() + details.len() + (self.rows.len() + 1) * row.len() > LIMIT {
            self.left_out += 1;
            return Ok(());
        }
        self.rows.push(row);
        self.details += &details;
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, _: &Run<'_>, summary: &Summary) -> io::Result<()> {
        writeln!(out, "## skillscan\n\n{}\n", summary.words())?;
        if !self.rows.is_empty() {
            writeln!(out, "| verdict | bundle | findings | notices |\n|---|---|--:|--:|\n{}", self.rows.join("\n"))?;
        }
        if self.left_out > 0 {
            let left_out = plural(self.left_out, "more bundle");
            writeln!(out, "\n{left_out} with findings left out for size; the json format holds all.")?;
        }
        out.write_all(self.details.as_bytes())
    }
}
