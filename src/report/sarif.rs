use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use serde_sarif::sarif as format;
use serde_sarif::sarif::{
    Artifact, ArtifactContent, ArtifactLocation, CodeFlow, Invocation, Location, Message, Notification,
    PhysicalLocation, PropertyBag, Region, ReportingDescriptorReference, ResultLevel, ThreadFlow, ThreadFlowLocation,
    Tool, ToolComponent,
};

use super::escape::{one_line, sarif_text, uri_path};
use super::links::links_in_words;
use super::sarif_rules::{descriptor, notification_index, notifications};
use super::{Run, Summary, Writer};
use crate::finding;
use crate::scan::{BundleReport, Excerpt, Level, Reported};
use crate::source::{LineIndex, printable};

/// Results that GitHub takes; with more it refuses the whole file.
const RESULTS: usize = 25_000;
/// Notifications that are kept.
const NOTIFICATIONS: usize = 10_000;
/// Steps of one path that GitHub shows.
const STEPS: usize = 1_000;
/// Related locations of one result.
const RELATED: usize = 20;
/// Characters of a message.
const TEXT: usize = 1_000;

/// SARIF 2.1.0, as GitHub code scanning reads it.
#[derive(Debug, Default)]
pub(super) struct Sarif {
    results: Vec<(Level, format::Result)>,
    left_out: usize,
    notifications: Vec<Notification>,
    artifacts: Vec<Artifact>,
    artifact_index: BTreeMap<String, i64>,
}

impl Sarif {
    /// The location of a file: relative to the root of the repository where it lies below it.
    fn artifact(&mut self, run: &Run<'_>, report: &BundleReport, path: &str) -> ArtifactLocation {
        let path = report.path_below(&run.base, path);
        let is_absolute = path.starts_with('/') || path.get(1..3) == Some(":/");
        let uri = match (is_absolute, path.starts_with('/')) {
            (false, _) => uri_path(&path),
            (true, true) => format!("file://{}", uri_path(&path)),
            (true, false) => format!("file:///{}", uri_path(&path)),
        };
        let mut location = ArtifactLocation::builder().uri(&uri).build();
        location.uri_base_id = (!is_absolute).then(|| "%SRCROOT%".to_owned());
        let next = count(self.artifacts.len());
        let index = *self.artifact_index.entry(uri).or_insert(next);
        if index == next {
            let roles = vec![json!("analysisTarget")];
            self.artifacts.push(Artifact::builder().location(location.clone()).roles(roles).build());
        }
        location.index = Some(index);
        location
    }

    fn location(&mut self, run: &Run<'_>, report: &BundleReport, place: &finding::Location) -> Location {
        let artifact = self.artifact(run, report, place_path(&place.path));
        let physical = PhysicalLocation::builder().artifact_location(artifact).region(region(&place.region)).build();
        Location::builder().physical_location(physical).build()
    }

    fn result(&mut self, run: &Run<'_>, report: &BundleReport, index: usize) -> format::Result {
        let Reported { finding, fingerprint, line_hash, excerpt } = &report.findings[index];
        let mut location = self.location(run, report, &finding.location);
        if let (Some(physical), Some(excerpt)) = (location.physical_location.as_mut(), excerpt) {
            show(physical, excerpt);
        }
        let mut text = finding.message.trim().to_owned();
        if let Some(resolved) = &finding.resolved {
            text = format!("{text} Resolved: '{}'.", resolved.trim());
        }
        let mut prints = BTreeMap::from([("skillscanFingerprint/v1".to_owned(), fingerprint.clone())]);
        if let Some(hash) = line_hash {
            prints.insert("primaryLocationLineHash".to_owned(), hash.clone());
        }
        let level = match report.level(index) {
            Level::Error => ResultLevel::Error,
            Level::Warning => ResultLevel::Warning,
            Level::Note => ResultLevel::Note,
        };
        let mut result = format::Result::builder()
            .rule_id(&*finding.rule)
            .level(level)
            .message(message(&text))
            .locations(vec![location])
            .partial_fingerprints(prints)
            .properties(result_properties(report, finding))
            .build();
        let rule_index = run.rules.iter().position(|rule| rule.id == finding.rule);
        result.rule_index = rule_index.map(count);
        if !finding.steps.is_empty() {
            result.code_flows = Some(vec![self.code_flow(run, report, finding)]);
        }
        if let Some((others, links)) = report.linked_with(index) {
            let text = format!("tied to this by {}", links_in_words(links));
            let related = others.iter().take(RELATED).enumerate().filter_map(|(number, &other)| {
                let other = &report.findings.get(other)?.finding;
                let mut location = self.location(run, report, &other.location);
                location.id = Some(count(number + 1));
                location.message = Some(message(&format!("{} is {text}", other.rule)));
                Some(location)
            });
            result.related_locations = Some(related.collect());
        }
        result
    }

    fn code_flow(&mut self, run: &Run<'_>, report: &BundleReport, finding: &finding::Finding) -> CodeFlow {
        let locations = finding.steps.iter().take(STEPS).map(|step| {
            let mut location = self.location(run, report, &step.location);
            location.message = Some(message(&step.message));
            ThreadFlowLocation::builder().location(location).build()
        });
        CodeFlow::builder()
            .thread_flows(vec![ThreadFlow::builder().locations(locations.collect::<Vec<_>>()).build()])
            .build()
    }

    fn notification(&mut self, run: &Run<'_>, report: &BundleReport, notice: &finding::Notice) -> Notification {
        let artifact = self.artifact(run, report, place_path(&notice.path));
        let mut physical = PhysicalLocation::builder().artifact_location(artifact).build();
        physical.region = notice.line.map(|line| Region::builder().start_line(i64::from(line)).build());
        let descriptor = ReportingDescriptorReference::builder()
            .id(notice.kind.as_str())
            .index(notification_index(notice.kind))
            .build();
        Notification::builder()
            .descriptor(descriptor)
            .level(json!(if notice.incomplete { "warning" } else { "note" }))
            .locations(vec![Location::builder().physical_location(physical).build()])
            .message(message(&notice.message))
            .build()
    }
}

/// GitHub refuses a file in which one result has no location: what is about the bundle stands at its start.
fn place_path(path: &str) -> &str {
    if path.is_empty() { "SKILL.md" } else { path }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Adds the text of the place, and of the lines around it where they are whole.
fn show(physical: &mut PhysicalLocation, excerpt: &Excerpt) {
    let content = |text: &str| ArtifactContent::builder().text(printable(text)).build();
    if let Some(region) = physical.region.as_mut()
        && !excerpt.placed().trim().is_empty()
    {
        region.snippet = Some(content(excerpt.placed()));
    }
    if !excerpt.cut_before && !excerpt.cut_after && !excerpt.text.is_empty() {
        let last = excerpt.line as usize + LineIndex::new(&excerpt.text).line_count() - 1;
        let region = Region::builder().start_line(i64::from(excerpt.line)).end_line(count(last));
        physical.context_region = Some(region.snippet(content(&excerpt.text)).build());
    }
}

fn message(text: &str) -> Message {
    Message::builder().text(sarif_text(text, TEXT)).build()
}

fn region(region: &finding::Region) -> Region {
    let (line, end_line) = (region.line.max(1), region.end_line.max(region.line).max(1));
    let column = region.column_utf16.max(1);
    let least = if end_line == line { column } else { 1 };
    Region::builder()
        .start_line(i64::from(line))
        .start_column(i64::from(column))
        .end_line(i64::from(end_line))
        .end_column(i64::from(region.end_column_utf16.max(least)))
        .build()
}

fn result_properties(report: &BundleReport, finding: &finding::Finding) -> PropertyBag {
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    let mut put = |key: &str, value: Value| values.insert(key.to_owned(), value);
    put("bundle", json!(one_line(&report.bundle)));
    put("verdict", json!(report.verdict.outcome));
    put("severity", json!(finding.severity));
    put("confidence", json!(finding.confidence));
    put("gate", json!(finding.gate));
    put("stance", json!(finding.stance));
    put("reach", json!(finding.reach));
    if !finding.adjustments.is_empty() {
        put("adjustments", json!(finding.adjustments));
    }
    PropertyBag::builder().additional_properties(values).build()
}

impl Writer for Sarif {
    fn begin(&mut self, _: &mut dyn Write, _: &Run<'_>) -> io::Result<()> {
        Ok(())
    }

    fn bundle(&mut self, _: &mut dyn Write, run: &Run<'_>, report: &BundleReport) -> io::Result<()> {
        for index in 0..report.findings.len() {
            if self.results.len() < RESULTS {
                let result = self.result(run, report, index);
                self.results.push((report.level(index), result));
            } else {
                self.left_out += 1;
            }
        }
        for notice in &report.notices {
            if self.notifications.len() < NOTIFICATIONS {
                let notification = self.notification(run, report, notice);
                self.notifications.push(notification);
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, run: &Run<'_>, summary: &Summary) -> io::Result<()> {
        // GitHub keeps the first 5 000 results: let those be the worst.
        self.results.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
        let results: Vec<format::Result> = std::mem::take(&mut self.results).into_iter().map(|(_, r)| r).collect();
        let mut notices = std::mem::take(&mut self.notifications);
        if self.left_out > 0 {
            let text = format!("{} results over the limit of {RESULTS} were left out.", self.left_out);
            let descriptor = ReportingDescriptorReference::builder()
                .id(finding::NoticeKind::Limit.as_str())
                .index(notification_index(finding::NoticeKind::Limit))
                .build();
            notices.push(
                Notification::builder().descriptor(descriptor).level(json!("warning")).message(message(&text)).build(),
            );
        }
        let mut driver = ToolComponent::builder()
            .name("skillscan")
            .organization("skillscan")
            .semantic_version(env!("CARGO_PKG_VERSION"))
            .short_description(
                format::MultiformatMessageString::builder().text(concat!(env!("CARGO_PKG_DESCRIPTION"), ".")).build(),
            )
            .rules(run.rules.iter().map(descriptor).collect::<Vec<_>>())
            .notifications(notifications())
            .build();
        let home = env!("CARGO_PKG_REPOSITORY");
        driver.information_uri = (!home.is_empty()).then(|| home.to_owned());
        let root = ArtifactLocation::builder()
            .description(Message::builder().text("The root of the repository.").build())
            .build();
        let invocation =
            Invocation::builder().execution_successful(!summary.failed).tool_execution_notifications(notices).build();
        let run = format::Run::builder()
            .tool(Tool::builder().driver(driver).build())
            .column_kind(json!("utf16CodeUnits"))
            .original_uri_base_ids(BTreeMap::from([("%SRCROOT%".to_owned(), root)]))
            .invocations(vec![invocation])
            .artifacts(std::mem::take(&mut self.artifacts))
            .results(results)
            .build();
        let log = format::Sarif::builder()
            .schema("https://json.schemastore.org/sarif-2.1.0.json")
            .version(json!("2.1.0"))
            .runs(vec![run])
            .build();
        serde_json::to_writer_pretty(&mut *out, &log)?;
        out.write_all(b"\n")
    }
}
