use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;

use super::arguments::DiffArguments;
use super::exit::Exit;
use super::{load, targets};
use crate::bundle::BundlePath;
use crate::finding::Gate;
use crate::policy::{Drift, Inspection, Side};
use crate::report::{one_line, write_json};
use crate::scan::{BundleReport, Reported, Scanner};

/// A version of a bundle: what was found in it and what it can do.
type Version = (BundleReport, Inspection);

/// `skillscan diff`.
pub(super) fn run(arguments: &DiffArguments) -> Result<Exit> {
    let pairs = pairs(&arguments.old, &arguments.new)?;
    if pairs.is_empty() {
        return Ok(Exit::Nothing);
    }
    let scanner = load::plain_scanner(load::built_in()?)?;
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    let mut worst = Exit::Clean;
    for (old, new) in pairs {
        let (old, new) = (version(&scanner, old.as_ref()), version(&scanner, new.as_ref()));
        let change = Change::new(old.as_ref(), new.as_ref());
        if arguments.json {
            change.json(&mut out)?;
        } else {
            change.human(&mut out)?;
        }
        worst = match (worst, change.exit()) {
            (Exit::Found, _) | (_, Exit::Found) => Exit::Found,
            (Exit::Incomplete, _) | (_, Exit::Incomplete) => Exit::Incomplete,
            _ => Exit::Clean,
        };
    }
    out.flush()?;
    Ok(worst)
}

fn version(scanner: &Scanner, bundle: Option<&BundlePath>) -> Option<Version> {
    bundle.map(|bundle| scanner.inspect(bundle))
}

type Pair = (Option<BundlePath>, Option<BundlePath>);

/// The bundles of both sides, put together by where they lie below what the user named; two that are alone belong
/// together whatever they are called.
fn pairs(old: &Path, new: &Path) -> Result<Vec<Pair>> {
    let (mut before, mut after) = (targets::below(&[old.into()])?, targets::below(&[new.into()])?);
    if before.len() == 1 && after.len() == 1 {
        return Ok(vec![(before.pop(), after.pop())]);
    }
    let place = |bundle: &BundlePath, root: &Path| bundle.path.strip_prefix(root).unwrap_or(&bundle.path).to_owned();
    let mut places: BTreeSet<_> = before.iter().map(|bundle| place(bundle, old)).collect();
    places.extend(after.iter().map(|bundle| place(bundle, new)));
    let of = |bundles: &[BundlePath], root: &Path, wanted: &Path| {
        bundles.iter().find(|bundle| place(bundle, root) == wanted).cloned()
    };
    Ok(places.iter().map(|wanted| (of(&before, old, wanted), of(&after, new, wanted))).collect())
}

/// What an update changes.
struct Change<'a> {
    old: Option<&'a BundleReport>,
    new: Option<&'a BundleReport>,
    drift: Drift,
    /// Findings of the new version that the old one does not have, by their fingerprints.
    found: Vec<&'a Reported>,
    gone: Vec<&'a Reported>,
}

impl<'a> Change<'a> {
    fn new(old: Option<&'a Version>, new: Option<&'a Version>) -> Self {
        let nothing = Inspection::default();
        let inspection = |version: Option<&'a Version>| version.map(|(_, inspection)| inspection);
        let drift = Drift::new(inspection(old).unwrap_or(&nothing), inspection(new).unwrap_or(&nothing));
        let (old, new) = (old.map(|(report, _)| report), new.map(|(report, _)| report));
        Self { old, new, drift, found: only_in(new, old), gone: only_in(old, new) }
    }

    /// Found: something to look at, or the new version can do what the old one could not.
    fn exit(&self) -> Exit {
        if !self.drift.added.is_empty() || self.found.iter().any(|found| found.finding.gate > Gate::Note) {
            Exit::Found
        } else if self.old.into_iter().chain(self.new).any(BundleReport::is_incomplete) {
            Exit::Incomplete
        } else {
            Exit::Clean
        }
    }

    fn json(&self, out: &mut impl Write) -> Result<()> {
        let side = |report: Option<&BundleReport>| {
            report.map(|report| {
                serde_json::json!({
                    "bundle": report.bundle,
                    "digest": report.digest,
                    "complete": !report.is_incomplete(),
                    "verdict": report.verdict.outcome.as_str(),
                })
            })
        };
        let findings = |findings: &[&Reported]| -> Vec<serde_json::Value> {
            let shown = findings.iter().map(|found| {
                let finding = &found.finding;
                serde_json::json!({
                    "rule": &*finding.rule,
                    "severity": finding.severity.as_str(),
                    "gate": finding.gate.as_str(),
                    "path": &*finding.location.path,
                    "line": finding.location.region.line,
                    "message": finding.message,
                    "fingerprint": found.fingerprint,
                })
            });
            shown.collect()
        };
        let object = serde_json::json!({
            "old": side(self.old),
            "new": side(self.new),
            "added": self.drift.added,
            "removed": self.drift.removed,
            "found": findings(&self.found),
            "gone": findings(&self.gone),
        });
        write_json(out, &object)?;
        Ok(writeln!(out)?)
    }

    fn human(&self, out: &mut impl Write) -> Result<()> {
        let name = |report: Option<&BundleReport>| report.map_or("(not there)".to_owned(), |it| one_line(&it.bundle));
        writeln!(out, "\u{1b}[1m{} → {}\u{1b}[0m", name(self.old), name(self.new))?;
        let verdict = |report: Option<&BundleReport>| report.map_or("none", |it| it.verdict.outcome.as_str());
        writeln!(out, "  verdict    {} → {}", verdict(self.old), verdict(self.new))?;
        findings(out, '+', &self.found)?;
        findings(out, '-', &self.gone)?;
        side(out, '+', &self.drift.added)?;
        side(out, '-', &self.drift.removed)?;
        if self.found.is_empty() && self.gone.is_empty() && self.drift.added.is_empty() && self.drift.removed.is_empty()
        {
            writeln!(out, "  nothing that it does has changed")?;
        }
        for report in self.old.into_iter().chain(self.new).filter(|report| report.is_incomplete()) {
            writeln!(out, "  notice     {}: not everything could be analysed", one_line(&report.bundle))?;
        }
        Ok(writeln!(out)?)
    }
}

fn findings(out: &mut impl Write, sign: char, findings: &[&Reported]) -> Result<()> {
    for found in findings {
        let finding = &found.finding;
        let place = format!("{}:{}", one_line(&finding.location.path), finding.location.region.line);
        let (severity, rule) = (finding.severity.as_str(), &finding.rule);
        writeln!(out, "  {sign} {severity:<8} {rule} {place}: {}", one_line(&finding.message))?;
    }
    Ok(())
}

/// The findings of `one` that `other` has not.
fn only_in<'a>(one: Option<&'a BundleReport>, other: Option<&BundleReport>) -> Vec<&'a Reported> {
    let known: BTreeSet<&str> =
        other.into_iter().flat_map(|report| &report.findings).map(|found| found.fingerprint.as_str()).collect();
    let all = one.into_iter().flat_map(|report| &report.findings);
    all.filter(|found| !known.contains(found.fingerprint.as_str())).collect()
}

fn side(out: &mut impl Write, sign: char, side: &Side) -> Result<()> {
    for entry in &side.runs_by_itself {
        let place = format!("{}:{}", one_line(&entry.place.path), entry.place.line);
        writeln!(out, "  {sign} runs by itself  {} {place} ({})", one_line(&entry.command), one_line(&entry.by))?;
    }
    for (kind, things) in &side.actual {
        for thing in things {
            let by_itself = if thing.by_itself { " (by itself)" } else { "" };
            let place = thing.places.first().map(|place| format!("{}:{}", one_line(&place.path), place.line));
            let place = place.unwrap_or_default();
            writeln!(out, "  {sign} {kind:<15} {} {place}{by_itself}", one_line(&thing.name))?;
        }
    }
    for (kind, names) in &side.declared {
        let names: Vec<String> = names.iter().map(|name| one_line(name)).collect();
        writeln!(out, "  {sign} declared {kind:<6} {}", names.join(", "))?;
    }
    Ok(())
}
