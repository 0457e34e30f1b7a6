//! `skillscan rules docs`: an index of all rules by family, and one Markdown page for each, made from the rule files alone.

// Pages are put together from pieces; nothing here is written often.
#![allow(clippy::format_push_string)]

use std::collections::{BTreeMap, BTreeSet};

use super::explain::{Explanation, Shown, explain};
use super::load::Ruleset;
use super::reference::Reference;
use super::written::{Now, Status};
use crate::source::printable;

/// First line of every page: what stands here is not edited by hand.
pub const GENERATED: &str = "<!-- Made by `skillscan rules docs` from the rule files: edit those. -->";
/// Lines of an example that are shown.
const LINES: usize = 60;
/// Characters of a line that are shown.
const COLUMNS: usize = 400;

/// File name → text of the pages: `README.md` is the index.
#[must_use]
pub fn pages(rules: &Ruleset) -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> =
        rules.rules().iter().map(|rule| (format!("{}.md", rule.id), page(&explain(rule)))).collect();
    pages.insert("README.md".to_owned(), index(rules));
    pages
}

fn index(rules: &Ruleset) -> String {
    let families: BTreeSet<&str> = rules.rules().iter().map(|rule| &*rule.family).collect();
    let mut text = format!(
        "{GENERATED}\n# Rules\n\n{} rules in {} families. *Severity* is the harm if the behaviour is real; *gate* says what a \
         finding may do to the verdict: `block` alone, `block` only `link`ed to another finding, `review` at most, or nothing \
         (`note`). `skillscan explain verdict` prints the whole table.\n",
        rules.rules().len(),
        families.len()
    );
    for family in families {
        text.push_str(&format!("\n## {family}\n\n| rule | what it finds | severity | gate |\n|---|---|---|---|\n"));
        for rule in rules.rules().iter().filter(|rule| &*rule.family == family) {
            let (id, title, severity, gate) =
                (&rule.id, inline(&rule.title).replace('|', "\\|"), rule.severity, rule.gate);
            text.push_str(&format!("| [`{id}`]({id}.md) | {title} | {severity} | {gate} |\n"));
        }
    }
    text
}

fn page(about: &Explanation<'_>) -> String {
    let status = match about.status {
        Status::Preview => "preview",
        Status::Stable => "stable",
        Status::Deprecated => "deprecated",
    };
    let mut text = format!(
        "{GENERATED}\n# {}\n\n`{}` · family [{family}](README.md#{family})\n\n\
         | class | severity | confidence | gate | status | since |\n|---|---|---|---|---|---|\n\
         | {} | {} | {} | {} | {status} | {} |\n",
        inline(about.title),
        about.id,
        about.class,
        about.severity,
        about.confidence,
        about.gate,
        about.since,
        family = about.family,
    );
    text.push_str(&format!("\n**Message:** {}\n", code(about.message)));
    text.push_str(&format!("\n**Why:** {}\n", inline(about.why)));
    text.push_str(&format!("\n**Fix:** {}\n", inline(about.fix)));
    text.push_str(&format!("\n**Looks at:** {}\n", about.matchers.join(", ")));
    for (what, names) in [("Lowered by", &about.lowered_by), ("Raised by", &about.raised_by)] {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| inline(name)).collect();
            text.push_str(&format!("\n**{what}:** {}\n", names.join("; ")));
        }
    }
    if let Some(measured) = about.measured {
        text.push_str(&format!("\n**Measured:** {measured} (see [EVALUATION](../EVALUATION.md))\n"));
    }
    text.push_str(&tags(about.tags));
    section(&mut text, "Matches", &about.matches);
    section(&mut text, "Does not match", &about.does_not_match);
    section(&mut text, "Known gaps", &about.gaps);
    text
}

fn tags(tags: &[String]) -> String {
    let mut named: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for tag in tags {
        match Reference::of_tag(tag) {
            Some(Reference { name, publisher, address: Some(address) }) => {
                named.entry(publisher).or_default().push(format!("[{name}]({address})"));
            }
            Some(Reference { name, publisher, address: None }) => {
                named.entry(publisher).or_default().push(format!("`{name}`"));
            }
            None if tag.starts_with("SKS-") => named.entry("Catalogue").or_default().push(format!("`{tag}`")),
            None => named.entry("Tags").or_default().push(code(tag)),
        }
    }
    if named.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n## References\n\n");
    for (whose, names) in named {
        text.push_str(&format!("- {whose}: {}\n", names.join(", ")));
    }
    text
}

fn section(text: &mut String, title: &str, examples: &[Shown<'_>]) {
    if examples.is_empty() {
        return;
    }
    text.push_str(&format!("\n## {title}\n"));
    for example in examples {
        let now = match example.now {
            Some(Now::Miss) => " (is missed today)",
            Some(Now::Hit) => " (is reported today)",
            None => "",
        };
        text.push_str(&format!("\n### {}{now}\n", inline(example.name)));
        for part in &example.parts {
            if let Some(path) = part.path {
                text.push_str(&format!("\n`{}`\n", inline(path).replace('`', "'")));
            }
            text.push_str(&fenced(part.language, &part.text));
        }
    }
}

/// A code block whose fence is longer than any in the text.
fn fenced(language: &str, text: &str) -> String {
    let text = printable(text);
    let mut shown = String::new();
    for line in text.lines().take(LINES) {
        let cut = line.char_indices().nth(COLUMNS).map(|(at, _)| at);
        shown.push_str(cut.and_then(|at| line.get(..at)).unwrap_or(line).trim_end());
        shown.push_str(if cut.is_some() { " …\n" } else { "\n" });
    }
    let left = text.lines().count().saturating_sub(LINES);
    if left > 0 {
        shown.push_str(&format!("… {left} more lines\n"));
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}{language}\n{shown}{fence}\n")
}

/// Text of a rule file on one line. Code spans stay; what a renderer could take for markup outside them does not.
fn inline(text: &str) -> String {
    let one_line = printable(text.trim()).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::with_capacity(one_line.len());
    for (index, part) in one_line.split('`').enumerate() {
        let is_code = index % 2 == 1;
        if index > 0 {
            safe.push('`');
        }
        if is_code {
            safe.push_str(part);
        } else {
            safe.push_str(&part.replace('<', "&lt;").replace('*', "\\*").replace('[', "\\["));
        }
    }
    safe
}

/// A code span around any text.
fn code(text: &str) -> String {
    let text = printable(text.trim()).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_those_inside() {
        assert_eq!(fenced("sh", "ls\n"), "\n```sh\nls\n```\n");
        assert_eq!(fenced("markdown", "````\nx\n````"), "\n`````markdown\n````\nx\n````\n`````\n");
        assert_eq!(fenced("text", &"a\n".repeat(61)).lines().nth(62), Some("… 1 more lines"));
    }

    #[test]
    fn text_of_rules_is_no_markup() {
        assert_eq!(inline("a  <b>\n`<c>` [d]"), "a &lt;b> `<c>` \\[d]");
        assert_eq!(code("`{a}` b"), "`` `{a}` b ``");
    }
}
