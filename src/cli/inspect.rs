use std::collections::BTreeSet;
use std::io::{self, Write};

use anyhow::Result;

use super::arguments::InspectArguments;
use super::exit::Exit;
use super::{load, targets};
use crate::policy::{Declaration, Inspection, Thing};
use crate::report::{one_line, write_json};
use crate::scan::BundleReport;
use crate::scan::Pool;

/// Width of a name in the lists.
const NAME: usize = 36;

/// `skillscan inspect`.
pub(super) fn run(arguments: &InspectArguments) -> Result<Exit> {
    let bundles = targets::bundles(&arguments.targets)?;
    let scanner = load::plain_scanner(load::built_in()?)?;
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    let mut incomplete = false;
    Pool::new(0).run(
        bundles.len(),
        |index| scanner.inspect(&bundles[index]),
        |(report, inspection)| {
            incomplete |= report.is_incomplete();
            if arguments.json { json(&mut out, &report, &inspection) } else { human(&mut out, &report, &inspection) }
        },
    )?;
    out.flush()?;
    Ok(match (bundles.is_empty(), incomplete) {
        (true, _) => Exit::Nothing,
        (false, true) => Exit::Incomplete,
        (false, false) => Exit::Clean,
    })
}

fn json(out: &mut impl Write, report: &BundleReport, inspection: &Inspection) -> Result<()> {
    let object = serde_json::json!({
        "bundle": report.bundle,
        "digest": report.digest,
        "complete": !report.is_incomplete(),
        "capabilities": report.capabilities,
        "actual": inspection.actual,
        "runs_by_itself": inspection.runs_by_itself,
        "declared": inspection.declared,
        "difference": inspection.difference,
    });
    write_json(out, &object)?;
    Ok(writeln!(out)?)
}

fn human(out: &mut impl Write, report: &BundleReport, inspection: &Inspection) -> Result<()> {
    let effects = &report.capabilities.effects;
    writeln!(out, "\u{1b}[1m{}\u{1b}[0m", one_line(&report.bundle))?;
    let effects: Vec<String> = effects.iter().map(|(kind, count)| format!("{kind} ×{count}")).collect();
    writeln!(out, "  effects    {}", if effects.is_empty() { "none".to_owned() } else { effects.join(", ") })?;
    if !inspection.runs_by_itself.is_empty() {
        writeln!(out, "  runs by itself")?;
        for entry in &inspection.runs_by_itself {
            let place = format!("{}:{}", one_line(&entry.place.path), entry.place.line);
            writeln!(out, "    {} {place} ({})", column(&entry.command), one_line(&entry.by))?;
        }
    }
    for (kind, things) in &inspection.actual {
        writeln!(out, "  {kind}")?;
        for thing in things {
            // All of them, which readers of shells know by another sign.
            let name = if *kind == "variables" && thing.name == "*" { "(all of them)" } else { &thing.name };
            writeln!(out, "    {} {}", column(name), about(thing, kind))?;
        }
    }
    declared(out, &inspection.declared)?;
    for (kind, names) in &inspection.difference.undeclared {
        writeln!(out, "  not declared: {kind:<10} {}", list(names.iter()))?;
    }
    for (kind, names) in &inspection.difference.unused {
        writeln!(out, "  not seen:     {kind:<10} {}", list(names.iter()))?;
    }
    if !report.capabilities.unresolved.is_empty() {
        let kinds: Vec<&str> = report.capabilities.unresolved.iter().copied().collect();
        writeln!(out, "  unknown    what some of these act on: {}", kinds.join(", "))?;
    }
    for notice in &report.notices {
        let path = one_line(&report.path_of(&notice.path));
        writeln!(out, "  notice     {path}: {} ({})", one_line(&notice.message), notice.kind)?;
    }
    writeln!(out, "  digest     {}\n", report.digest)?;
    Ok(())
}

/// A name on one line, cut in its middle where it would push everything else out of sight.
fn column(name: &str) -> String {
    const MOST: usize = 72;
    let name = one_line(name);
    let count = name.chars().count();
    let name = if count > MOST {
        let start: String = name.chars().take(MOST / 2).collect();
        let end: String = name.chars().skip(count - MOST / 2 + 1).collect();
        format!("{start}…{end}")
    } else {
        name
    };
    format!("{name:<NAME$}")
}

/// Places of a thing, and what is to be said of it. Paths are those in the bundle, whose name stands above.
fn about(thing: &Thing, kind: &str) -> String {
    let mut text = String::new();
    if let Some(first) = thing.places.first() {
        text = format!("{}:{}", one_line(&first.path), first.line);
    }
    if thing.count > 1 {
        text = format!("{text} and {} more", thing.count - 1);
    }
    let mut words = Vec::new();
    if thing.by_itself {
        words.push("by itself");
    }
    match thing.pinned {
        Some(true) => words.push("pinned"),
        Some(false) => words.push("not pinned"),
        None => {}
    }
    if !thing.declared && matches!(kind, "hosts" | "variables" | "packages") {
        words.push("not declared");
    }
    if !words.is_empty() {
        text = format!("{text} ({})", words.join(", "));
    }
    text
}

fn declared(out: &mut impl Write, declared: &Declaration) -> Result<()> {
    let lists: [(&str, &BTreeSet<String>); 3] =
        [("tools", &declared.tools), ("variables", &declared.variables), ("programs", &declared.programs)];
    for (kind, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
        writeln!(out, "  declared:     {kind:<10} {}", list(names.iter()))?;
    }
    if declared.always {
        writeln!(out, "  declared:     always there")?;
    }
    Ok(())
}

fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| one_line(name)).collect::<Vec<_>>().join(", ")
}
