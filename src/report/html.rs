// Pages are put together from pieces; `+=` shows their order, and nothing here is written often.
#![allow(clippy::format_push_string)]

use std::io::{self, Write};

use super::escape::html;
use super::links::links_in_words;
use super::{Run, Summary, Writer};
use crate::policy::Outcome;
use crate::scan::{BundleReport, Excerpt, Reported};

/// One page that needs nothing else: no scripts, no fonts, no images; its policy forbids loading any.
#[derive(Debug)]
pub(super) struct Html;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>skillscan report</title>
<style>
:root { color-scheme: light dark; --line: #8884; --red: #c62828; --amber: #b26a00; --green: #2e7d32; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .6rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
article { border-top: 1px solid var(--line); margin-top: .8rem; padding-top: .4rem; }
pre { background: #8882; border-radius: 4px; padding: .5rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
mark { background: #ffb30088; color: inherit; }
.verdict { font-weight: bold; text-transform: uppercase; }
.block { color: var(--red); } .review { color: var(--amber); } .pass { color: var(--green); }
.place { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
dt { font-weight: bold; } dd { margin: 0 0 .3rem 1rem; overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>skillscan</h1>
"#;

fn excerpt(excerpt: &Excerpt) -> String {
    let part = |range: std::ops::Range<usize>| html(excerpt.text.get(range).unwrap_or_default());
    let place = excerpt.place.range();
    format!(
        "<pre>{}{}<mark>{}</mark>{}{}</pre>\n",
        if excerpt.cut_before { "…" } else { "" },
        part(0..place.start),
        part(place.clone()),
        part(place.end..excerpt.text.len()),
        if excerpt.cut_after { "…" } else { "" }
    )
}

fn term(name: &str, text: &str) -> String {
    format!("<dt>{name}</dt><dd>{}</dd>\n", html(text))
}

fn finding(run: &Run<'_>, report: &BundleReport, index: usize, reported: &Reported) -> String {
    let finding = &reported.finding;
    let at = |path: &str, line: u32| html(&format!("{}:{line}", report.path_of(path)));
    let mut page = format!(
        "<article>\n<h3>{}: {}</h3>\n<p class=\"place\">{} · {} · {} confidence</p>\n<p>{}</p>\n",
        finding.severity,
        html(&finding.title),
        at(&finding.location.path, finding.location.region.line),
        html(&finding.rule),
        finding.confidence,
        html(&finding.message)
    );
    if let Some(text) = &reported.excerpt {
        page += &excerpt(text);
    }
    if !finding.steps.is_empty() {
        page += "<ol>\n";
        for step in &finding.steps {
            let place = at(&step.location.path, step.location.region.line);
            page += &format!("<li><span class=\"place\">{place}</span> {}</li>\n", html(&step.message));
        }
        page += "</ol>\n";
    }
    page += "<dl>\n";
    if let Some(resolved) = &finding.resolved {
        page += &term("Resolved", resolved);
    }
    if let Some(rule) = run.rules.iter().find(|rule| rule.id == finding.rule) {
        page += &term("Why", &rule.why);
        page += &term("Fix", &rule.fix);
    }
    for made in &finding.adjustments {
        page += &term("Adjusted", &format!("{} ({})", made.change, made.name));
    }
    if let Some((others, links)) = report.linked_with(index) {
        let rules: Vec<&str> =
            others.iter().filter_map(|&o| report.findings.get(o)).map(|o| &*o.finding.rule).collect();
        page += &term("Linked with", &format!("{} by {}", rules.join(", "), links_in_words(links)));
    }
    page + "</dl>\n</article>\n"
}

impl Writer for Html {
    fn begin(&mut self, out: &mut dyn Write, _: &Run<'_>) -> io::Result<()> {
        out.write_all(HEAD.as_bytes())
    }

    fn bundle(&mut self, out: &mut dyn Write, run: &Run<'_>, report: &BundleReport) -> io::Result<()> {
        let outcome = report.verdict.outcome;
        writeln!(
            out,
            "<details{}>\n<summary><span class=\"verdict {outcome}\">{outcome}</span> {} ({} findings, {} notices)</summary>",
            if outcome > Outcome::Pass && run.bundles <= 20 { " open" } else { "" },
            html(&report.bundle),
            report.findings.len(),
            report.notices.len()
        )?;
        for (index, reported) in report.findings.iter().enumerate() {
            out.write_all(finding(run, report, index, reported).as_bytes())?;
        }
        if !report.notices.is_empty() {
            writeln!(out, "<h3>Notices</h3>\n<ul>")?;
            for notice in &report.notices {
                let line = notice.line.map(|line| format!(":{line}")).unwrap_or_default();
                let path = format!("{}{line}", report.path_of(&notice.path));
                writeln!(
                    out,
                    "<li><span class=\"place\">{}</span> {} ({})</li>",
                    html(&path),
                    html(&notice.message),
                    notice.kind
                )?;
            }
            writeln!(out, "</ul>")?;
        }
        writeln!(out, "<p class=\"place\">sha256 {}</p>\n</details>", html(&report.digest))
    }

    fn end(&mut self, out: &mut dyn Write, _: &Run<'_>, summary: &Summary) -> io::Result<()> {
        writeln!(out, "<p>{}</p>\n</body>\n</html>", html(&summary.words()))
    }
}
