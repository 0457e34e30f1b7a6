use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

use super::{Run, Summary, Writer};
use crate::finding::{Adjustment, Host, Link, Location, Notice, Region};
use crate::policy::{Inventory, Reason, Suppression};
use crate::scan::{BundleReport, Reported};
use crate::source::printable;

/// Version of the json and ndjson formats: the first number changes when a reader could break.
const FORMAT: &str = "1.0";

/// One document: `{"format", "tool", "bundles": […], "summary"}`.
#[derive(Debug, Default)]
pub(super) struct Json {
    any: bool,
}

/// One object per bundle and line, as soon as the bundle is done.
#[derive(Debug)]
pub(super) struct Ndjson;

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
    profile: &'a str,
    rules: usize,
}

#[derive(Serialize)]
struct BundleView<'a> {
    bundle: &'a str,
    verdict: &'a str,
    reasons: &'a [Reason],
    findings: Vec<FindingView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressed: Vec<SuppressedView<'a>>,
    notices: &'a [Notice],
    complete: bool,
    capabilities: &'a Inventory,
    digest: &'a str,
}

#[derive(Serialize)]
struct SuppressedView<'a> {
    suppression: &'a Suppression,
    #[serde(flatten)]
    finding: FindingView<'a>,
}

#[derive(Serialize)]
struct FindingView<'a> {
    rule: &'a str,
    title: &'a str,
    family: &'a str,
    class: &'a str,
    severity: &'a str,
    confidence: &'a str,
    gate: &'a str,
    #[serde(flatten)]
    location: &'a Location,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved: Option<String>,
    stance: &'a str,
    reach: &'a str,
    steps: Vec<StepView<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    adjustments: &'a [Adjustment],
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    links: &'a BTreeSet<Link>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct StepView<'a> {
    path: &'a str,
    #[serde(flatten)]
    region: &'a Region,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hosts: &'a [Host],
    message: String,
}

impl<'a> BundleView<'a> {
    fn new(report: &'a BundleReport) -> Self {
        let suppressed = report.suppressed.iter();
        Self {
            bundle: &report.bundle,
            verdict: report.verdict.outcome.as_str(),
            reasons: &report.verdict.reasons,
            findings: report.findings.iter().map(FindingView::new).collect(),
            suppressed: suppressed
                .map(|(reported, suppression)| SuppressedView { suppression, finding: FindingView::new(reported) })
                .collect(),
            notices: &report.notices,
            complete: !report.is_incomplete(),
            capabilities: &report.capabilities,
            digest: &report.digest,
        }
    }
}

impl<'a> FindingView<'a> {
    fn new(reported: &'a Reported) -> Self {
        let finding = &reported.finding;
        let steps = finding.steps.iter().map(|step| StepView {
            path: &step.location.path,
            region: &step.location.region,
            hosts: &step.location.hosts,
            message: printable(&step.message).into_owned(),
        });
        Self {
            rule: &finding.rule,
            title: &finding.title,
            family: &finding.family,
            class: finding.class.as_str(),
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            gate: finding.gate.as_str(),
            location: &finding.location,
            message: printable(&finding.message).into_owned(),
            snippet: reported.excerpt.as_ref().map(|excerpt| printable(excerpt.placed()).into_owned()),
            resolved: finding.resolved.as_deref().map(|text| printable(text).into_owned()),
            stance: finding.stance.as_str(),
            reach: finding.reach.as_str(),
            steps: steps.collect(),
            adjustments: &finding.adjustments,
            links: &finding.links,
            fingerprint: &reported.fingerprint,
        }
    }
}

/// Compact JSON in which no string holds a character that acts on a terminal: paths stay exact for programs that
/// parse the report, and are harmless to a person who prints it.
struct SafeFormatter(CompactFormatter);

impl Formatter for SafeFormatter {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut from = 0;
        let mut buffer = [0; 4];
        for (at, character) in fragment.char_indices() {
            if matches!(character, ' '..='~')
                || printable(character.encode_utf8(&mut buffer)).as_ref() == &fragment[at..at + character.len_utf8()]
            {
                continue;
            }
            self.0.write_string_fragment(writer, &fragment[from..at])?;
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            from = at + character.len_utf8();
        }
        self.0.write_string_fragment(writer, &fragment[from..])
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }
}

/// Writes compact JSON that is harmless to a terminal.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, SafeFormatter(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

impl Writer for Ndjson {
    fn begin(&mut self, _: &mut dyn Write, _: &Run<'_>) -> io::Result<()> {
        Ok(())
    }

    fn bundle(&mut self, out: &mut dyn Write, _: &Run<'_>, report: &BundleReport) -> io::Result<()> {
        write_json(out, &BundleView::new(report))?;
        out.write_all(b"\n")?;
        out.flush()
    }

    fn end(&mut self, _: &mut dyn Write, _: &Run<'_>, _: &Summary) -> io::Result<()> {
        Ok(())
    }
}

impl Writer for Json {
    fn begin(&mut self, out: &mut dyn Write, run: &Run<'_>) -> io::Result<()> {
        write!(out, "{{\"format\":\"{FORMAT}\",\"tool\":")?;
        let version = env!("CARGO_PKG_VERSION");
        write_json(out, &Tool { name: "skillscan", version, profile: run.profile, rules: run.rules.len() })?;
        out.write_all(b",\"bundles\":[")
    }

    fn bundle(&mut self, out: &mut dyn Write, _: &Run<'_>, report: &BundleReport) -> io::Result<()> {
        out.write_all(if self.any { b",\n" } else { b"\n" })?;
        self.any = true;
        write_json(out, &BundleView::new(report))
    }

    fn end(&mut self, out: &mut dyn Write, _: &Run<'_>, summary: &Summary) -> io::Result<()> {
        out.write_all(b"\n],\"summary\":")?;
        write_json(out, summary)?;
        out.write_all(b"}\n")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn strings_stay_exact_and_safe() {
        let text = "a\u{1b}[31m\u{202e}\u{200b}é\u{e0041}\"\n";
        let mut out = Vec::new();
        write_json(&mut out, &text).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        assert!(written.contains('é') && !written.contains('\u{1b}'));
    }
}
