use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Heading, Message, Origin, Renderer, Snippet};

use super::escape::{lines, one_line, short, wrap};
use super::links::links_in_words;
use super::summary::plural;
use super::{Run, Summary, Writer};
use crate::finding::{Finding, Gate, Host, Severity};
use crate::policy::{Outcome, Reason};
use crate::rules::Rule;
use crate::scan::{BundleReport, Excerpt, Level, Reported};
use crate::source::printable;

/// Rows of the table of bundles.
const TABLE_ROWS: usize = 200;
/// Steps of one path that are shown.
const STEPS: usize = 24;

/// How the human format looks.
#[derive(Debug, Clone, Copy)]
pub struct HumanStyle {
    /// Width of the terminal, in columns.
    pub width: usize,
    /// Notes, adjustments, links and bundles without findings are shown too.
    pub verbose: bool,
    /// Only verdicts and the summary are shown.
    pub quiet: bool,
}

impl Default for HumanStyle {
    fn default() -> Self {
        Self { width: 100, verbose: false, quiet: false }
    }
}

/// For people. It always writes colours; the stream strips them where they are not wanted.
#[derive(Debug)]
pub(super) struct Human {
    style: HumanStyle,
    rows: Vec<TableRow>,
}

#[derive(Debug)]
struct TableRow {
    outcome: Outcome,
    bundle: String,
    counts: BTreeMap<Severity, usize>,
    notices: usize,
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RED: &str = "\u{1b}[1;31m";
const YELLOW: &str = "\u{1b}[1;33m";
const GREEN: &str = "\u{1b}[1;32m";
const RESET: &str = "\u{1b}[0m";

fn colour(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Block => RED,
        Outcome::Review => YELLOW,
        Outcome::Pass => GREEN,
    }
}

impl Human {
    pub(super) fn new(style: HumanStyle) -> Self {
        Self { style, rows: Vec::new() }
    }

    fn finding(&self, run: &Run<'_>, report: &BundleReport, index: usize) -> String {
        let reported = &report.findings[index];
        let finding = &reported.finding;
        let level = match report.level(index) {
            Level::Error => Heading::ERROR,
            Level::Warning => Heading::WARNING,
            Level::Note => Heading::NOTE,
        };
        let title = level.with_name(finding.severity.as_str()).primary_title(short(&finding.message, 600));
        let group = Group::with_title(title.id(finding.rule.to_string()));
        let mut group = match &reported.excerpt {
            Some(excerpt) => excerpted(group, excerpt, report, finding),
            None => group.element(origin(report, finding)),
        };
        for message in self.messages(run, report, index) {
            group = group.element(message);
        }
        Renderer::styled().term_width(self.style.width).render(&[group])
    }

    /// What stands below the excerpt.
    fn messages(&self, run: &Run<'_>, report: &BundleReport, index: usize) -> Vec<Message<'static>> {
        let Reported { finding, .. } = &report.findings[index];
        let mut messages = Vec::new();
        let mut say = |name: &'static str, text: String| messages.push(Heading::NOTE.with_name(name).message(text));
        if !finding.location.hosts.is_empty() {
            say("inside", hosts_in_words(&finding.location.hosts));
        }
        if !finding.steps.is_empty() {
            say("path", steps(report, finding));
        }
        // The last step says it already.
        let is_said = |resolved: &str| finding.steps.last().is_some_and(|step| step.message.ends_with(resolved));
        if let Some(resolved) = finding.resolved.as_ref().filter(|resolved| !is_said(resolved)) {
            say("resolved", short(resolved, 600));
        }
        if self.style.verbose {
            if !finding.adjustments.is_empty() {
                let made = finding.adjustments.iter().map(|made| format!("{} ({})", made.change, made.name));
                say("adjusted", one_line(&made.collect::<Vec<_>>().join(", ")));
            }
            if !finding.links.is_empty() {
                say("shares", short(&links_in_words(&finding.links), 600));
            }
            let grade = format!("{} confidence, gate {}", finding.confidence, finding.gate);
            say("graded", format!("{grade}; the bundle {} it; {}", finding.stance, finding.reach));
        }
        // What is the same for all findings of a rule stands once in a bundle.
        let is_first = !report.findings[..index].iter().any(|earlier| earlier.finding.rule == finding.rule);
        if let Some(rule) = rule(run.rules, &finding.rule).filter(|_| is_first || self.style.verbose) {
            let width = self.style.width.saturating_sub(16).clamp(40, 100);
            say("why", wrap(&printable(&rule.why), width));
            messages.push(Heading::HELP.with_name("fix").message(wrap(&printable(&rule.fix), width)));
        }
        messages
    }

    /// The verdict and each thing that decided it.
    fn verdict(&self, out: &mut dyn Write, report: &BundleReport) -> io::Result<()> {
        let outcome = report.verdict.outcome;
        writeln!(out, "{}{outcome}{RESET} {BOLD}{}{RESET}", colour(outcome), one_line(&report.bundle))?;
        for reason in &report.verdict.reasons {
            writeln!(out, "  {DIM}·{RESET} {}", reason_in_words(report, reason))?;
        }
        let decided = |index| report.verdict.reasons.iter().any(|reason| reason.notice == Some(index));
        for (index, notice) in report.notices.iter().enumerate() {
            if (notice.incomplete || self.style.verbose) && !decided(index) {
                writeln!(out, "  {DIM}·{RESET} {}", notice_in_words(report, index))?;
            }
        }
        for (reported, suppression) in report.suppressed.iter().filter(|_| self.style.verbose) {
            let reason = short(&suppression.reason, 200);
            writeln!(
                out,
                "  {DIM}·{RESET} suppressed: {} at {} ({reason})",
                reported.finding.rule,
                place(report, &reported.finding)
            )?;
        }
        let notes = report.findings.iter().filter(|reported| self.is_collapsed(&reported.finding));
        let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
        notes.for_each(|reported| *by_rule.entry(&reported.finding.rule).or_default() += 1);
        if !by_rule.is_empty() {
            let total: usize = by_rule.values().sum();
            let rules: Vec<String> = by_rule.iter().map(|(rule, count)| format!("{rule} ×{count}")).collect();
            writeln!(out, "  {DIM}· {}: {} (-v shows them){RESET}", plural(total, "note"), rules.join(", "))?;
        }
        writeln!(out)
    }

    fn is_collapsed(&self, finding: &Finding) -> bool {
        finding.gate == Gate::Note && !self.style.verbose
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut rows: Vec<&TableRow> = self.rows.iter().collect();
        rows.sort_by(|a, b| b.outcome.cmp(&a.outcome).then_with(|| b.counts.iter().rev().cmp(a.counts.iter().rev())));
        let shown = rows.iter().filter(|row| self.style.verbose || row.outcome > Outcome::Pass);
        let shown: Vec<_> = shown.take(TABLE_ROWS).collect();
        if shown.is_empty() {
            return Ok(());
        }
        let longest = shown.iter().map(|row| one_line(&row.bundle).chars().count()).max().unwrap_or(0);
        let name_width = longest.clamp(6, self.style.width.saturating_sub(48).clamp(24, 100));
        let header = ["crit", "high", "med", "low", "info", "notices"];
        writeln!(
            out,
            "{BOLD}verdict  {:<name_width$}  {}{RESET}",
            "bundle",
            header.map(|h| format!("{h:>4}")).join("  ")
        )?;
        for row in &shown {
            let counts = Severity::ALL.iter().rev().map(|severity| {
                let width = 4;
                row.counts.get(severity).map_or_else(|| format!("{:>width$}", "·"), |count| format!("{count:>width$}"))
            });
            let counts = counts.collect::<Vec<_>>().join("  ");
            let bundle = end_of(&one_line(&row.bundle), name_width);
            let outcome = format!("{}{:<7}{RESET}", colour(row.outcome), row.outcome);
            writeln!(out, "{outcome}  {bundle:<name_width$}  {counts}  {:>7}", row.notices)?;
        }
        let hidden = rows.iter().filter(|row| self.style.verbose || row.outcome > Outcome::Pass).count() - shown.len();
        if hidden > 0 {
            writeln!(out, "{DIM}and {hidden} more{RESET}")?;
        }
        writeln!(out)
    }
}

impl Writer for Human {
    fn begin(&mut self, _: &mut dyn Write, _: &Run<'_>) -> io::Result<()> {
        Ok(())
    }

    fn bundle(&mut self, out: &mut dyn Write, run: &Run<'_>, report: &BundleReport) -> io::Result<()> {
        let mut counts = BTreeMap::new();
        for reported in &report.findings {
            *counts.entry(reported.finding.severity).or_default() += 1;
        }
        let shown = (0..report.findings.len()).filter(|&index| !self.is_collapsed(&report.findings[index].finding));
        let shown: Vec<usize> = if self.style.quiet { Vec::new() } else { shown.collect() };
        for &index in &shown {
            writeln!(out, "{}\n", self.finding(run, report, index))?;
        }
        let is_quiet_pass = report.verdict.outcome == Outcome::Pass && shown.is_empty() && run.bundles > 1;
        if !is_quiet_pass || self.style.verbose {
            self.verdict(out, report)?;
        }
        let (outcome, notices) = (report.verdict.outcome, report.notices.len());
        self.rows.push(TableRow { outcome, bundle: report.bundle.clone(), counts, notices });
        out.flush()
    }

    fn end(&mut self, out: &mut dyn Write, _: &Run<'_>, summary: &Summary) -> io::Result<()> {
        if self.rows.len() > 1 {
            self.table(out)?;
        }
        writeln!(out, "{}", summary.words())
    }
}

fn rule<'a>(rules: &'a [Rule], id: &str) -> Option<&'a Rule> {
    rules.iter().find(|rule| &*rule.id == id)
}

fn origin(report: &BundleReport, finding: &Finding) -> Origin<'static> {
    let region = &finding.location.region;
    Origin::path(one_line(&report.path_of(&finding.location.path)))
        .line(region.line as usize)
        .char_column(region.column as usize)
}

/// Adds the excerpt with carets under the place.
fn excerpted(group: Group<'static>, excerpt: &Excerpt, report: &BundleReport, finding: &Finding) -> Group<'static> {
    // Making text printable maps character by character, so the place is mapped by doing it to the three parts.
    let part = |range: Range<usize>| lines(excerpt.text.get(range).unwrap_or_default());
    let place = excerpt.place.range();
    let before = format!("{}{}", if excerpt.cut_before { "…" } else { "" }, part(0..place.start));
    let within = part(place.clone());
    let after = format!("{}{}", part(place.end..excerpt.text.len()), if excerpt.cut_after { "…" } else { "" });
    let marked = before.len()..before.len() + within.trim_end_matches('\n').len();
    let column = before.chars().count() + 1;
    let snippet = Snippet::source(format!("{before}{within}{after}"))
        .line_start(excerpt.line as usize)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(marked));
    if column == finding.location.region.column as usize {
        group.element(snippet.path(one_line(&report.path_of(&finding.location.path))))
    } else {
        // The renderer counts columns in what it shows: here that is not what stands in the file.
        group.element(origin(report, finding)).element(snippet)
    }
}

fn place(report: &BundleReport, finding: &Finding) -> String {
    let location = &finding.location;
    format!("{}:{}:{}", one_line(&report.path_of(&location.path)), location.region.line, location.region.column)
}

fn hosts_in_words(hosts: &[Host]) -> String {
    let layers: Vec<String> =
        hosts.iter().map(|host| format!("{} at line {}", one_line(&host.what), host.line)).collect();
    layers.join(" → ")
}

fn steps(report: &BundleReport, finding: &Finding) -> String {
    let mut lines = Vec::new();
    for (number, step) in finding.steps.iter().enumerate().take(STEPS) {
        let location = &step.location;
        let at = if location.path == finding.location.path {
            format!("line {}", location.region.line)
        } else {
            format!("{}:{}", one_line(&report.path_of(&location.path)), location.region.line)
        };
        // What stands in a block of a page is read there: only texts that something else made are layers.
        let layer = location.hosts.last().filter(|host| !host.what.contains("block"));
        let layer = layer.map(|host| format!(" [{}]", one_line(&host.what))).unwrap_or_default();
        lines.push(format!("{}. {at}{layer}: {}", number + 1, short(&step.message, 240)));
    }
    if finding.steps.len() > STEPS {
        lines.push(format!("… and {}", plural(finding.steps.len() - STEPS, "more step")));
    }
    lines.join("\n")
}

fn reason_in_words(report: &BundleReport, reason: &Reason) -> String {
    if let Some(notice) = reason.notice {
        return notice_in_words(report, notice);
    }
    let members = reason.findings.iter().filter_map(|&index| report.findings.get(index));
    let members: Vec<String> =
        members.map(|one| format!("{} ({})", one.finding.rule, place(report, &one.finding))).collect();
    if reason.links.is_empty() {
        return format!("{}: {}", reason.row, members.join(", "));
    }
    format!("{}: {}; tied by {}", reason.row, members.join(" + "), short(&links_in_words(&reason.links), 300))
}

fn notice_in_words(report: &BundleReport, index: usize) -> String {
    let Some(notice) = report.notices.get(index) else { return String::new() };
    let line = notice.line.map(|line| format!(":{line}")).unwrap_or_default();
    let path = one_line(&report.path_of(&notice.path));
    let weight = if notice.incomplete { "not fully analysed" } else { "notice" };
    format!("{weight}: {path}{line}: {} ({})", short(&notice.message, 300), notice.kind)
}

/// The end of a text, which tells paths apart better than their start.
fn end_of(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().skip(count - (width - 1)).collect();
    format!("…{kept}")
}
