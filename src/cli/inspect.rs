use std::collections::BTreeSet;
use std::io::{self, Write};

use anyhow::Result;

use super::arguments::InspectArguments;
use super::exit::Exit;
use super::{load, targets};
use crate::policy::Inventory;
use crate::report::one_line;
use crate::scan::BundleReport;
use crate::scan::Pool;

/// `skillscan inspect`.
pub(super) fn run(arguments: &InspectArguments) -> Result<Exit> {
    let bundles = targets::bundles(&arguments.targets)?;
    let scanner = load::plain_scanner(load::built_in()?)?;
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    let mut incomplete = false;
    Pool::new(0).run(
        bundles.len(),
        |index| scanner.scan(&bundles[index]).report,
        |report| {
            incomplete |= report.is_incomplete();
            if arguments.json { json(&mut out, &report) } else { human(&mut out, &report) }
        },
    )?;
    out.flush()?;
    Ok(match (bundles.is_empty(), incomplete) {
        (true, _) => Exit::Nothing,
        (false, true) => Exit::Incomplete,
        (false, false) => Exit::Clean,
    })
}

fn json(out: &mut impl Write, report: &BundleReport) -> Result<()> {
    use std::fmt::Write as _;
    let object = serde_json::json!({
        "bundle": report.bundle,
        "digest": report.digest,
        "complete": !report.is_incomplete(),
        "capabilities": report.capabilities,
    });
    // ASCII only, and so harmless to a terminal: names in capabilities are the bundle's.
    let text: String = object.to_string().chars().fold(String::new(), |mut text, character| {
        if matches!(character, ' '..='~') {
            text.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
        text
    });
    Ok(writeln!(out, "{text}")?)
}

fn human(out: &mut impl Write, report: &BundleReport) -> Result<()> {
    let Inventory { effects, by, hosts, programs, packages, env, reads, writes, deletes, unresolved } =
        &report.capabilities;
    writeln!(out, "\u{1b}[1m{}\u{1b}[0m", one_line(&report.bundle))?;
    let effects: Vec<String> = effects.iter().map(|(kind, count)| format!("{kind} ×{count}")).collect();
    writeln!(out, "  effects    {}", if effects.is_empty() { "none".to_owned() } else { effects.join(", ") })?;
    let lists: [(&str, &BTreeSet<String>); 8] = [
        ("by", by),
        ("hosts", hosts),
        ("programs", programs),
        ("packages", packages),
        ("variables", env),
        ("reads", reads),
        ("writes", writes),
        ("deletes", deletes),
    ];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let list: Vec<String> = list.iter().map(|item| one_line(item)).collect();
        writeln!(out, "  {name:<10} {}", list.join(", "))?;
    }
    if !unresolved.is_empty() {
        let kinds: Vec<&str> = unresolved.iter().copied().collect();
        writeln!(out, "  unknown    what some of these act on: {}", kinds.join(", "))?;
    }
    for notice in &report.notices {
        let path = one_line(&report.path_of(&notice.path));
        writeln!(out, "  notice     {path}: {} ({})", one_line(&notice.message), notice.kind)?;
    }
    writeln!(out, "  digest     {}\n", report.digest)?;
    Ok(())
}
