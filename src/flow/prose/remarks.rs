//! Comments and docstrings that speak to whoever reads the code: a model does.

use crate::document::Language;
use crate::source::Span;

/// Lines of one remark that are read together.
const LINES: usize = 12;

/// Words that address a model; a comment without one speaks to people about code.
const ADDRESSEES: &[&str] = &[
    "ai agent",
    "ai assistant",
    "assistant",
    "llm",
    "language model",
    "claude",
    "copilot",
    "codex",
    "coding agent",
    "the agent",
    "agents:",
    "agent:",
    "ai:",
    "dear ai",
    "any ai",
    "智能体",
    "助手",
    "大模型",
    "reviewer",
    "scanner",
    "moderator",
];

/// Gives every remark that addresses a model, without its marks, and where it stands.
pub(super) fn each(text: &str, language: Language, give: &mut dyn FnMut(&str, Span)) {
    let mut remark = String::new();
    let mut span: Option<Span> = None;
    let mut lines = 0;
    let mut in_docstring = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = comment(line, language, &mut in_docstring);
        if let Some(body) = body {
            remark.push_str(body);
            remark.push(' ');
            let here = Span::new(start, start + line.trim_end().len());
            span = Some(span.map_or(here, |span| span.cover(here)));
            lines += 1;
        }
        if body.is_none() || lines >= LINES {
            flush(&mut remark, &mut span, give);
            lines = 0;
        }
    }
    flush(&mut remark, &mut span, give);
}

fn flush(remark: &mut String, span: &mut Option<Span>, give: &mut dyn FnMut(&str, Span)) {
    if let Some(span) = span.take() {
        let lower = remark.to_lowercase();
        if ADDRESSEES.iter().any(|word| lower.contains(word)) {
            give(remark.trim(), span);
        }
    }
    remark.clear();
}

/// The text of a line that is a comment as a whole, or part of a docstring.
fn comment<'t>(line: &'t str, language: Language, in_docstring: &mut bool) -> Option<&'t str> {
    let text = line.trim();
    let quotes = text.matches("\"\"\"").count() + text.matches("'''").count();
    if language == Language::Python && (*in_docstring || text.starts_with("\"\"\"") || text.starts_with("'''")) {
        if quotes % 2 == 1 {
            *in_docstring = !*in_docstring;
        }
        return Some(text.trim_matches(['"', '\'']).trim());
    }
    let marks: &[&str] = match language {
        Language::Python | Language::Shell | Language::PowerShell => &["#"],
        Language::Batch => &["REM ", "rem ", "::"],
        _ => &["//", "/*", "*"],
    };
    let mark = marks.iter().find(|mark| text.starts_with(**mark))?;
    Some(text[mark.len()..].trim_start_matches(['#', '/', '*', '!']).trim_end_matches("*/").trim())
}
