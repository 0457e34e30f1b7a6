//! Messages: templates with placeholders, and secrets taken out of what is shown.

use std::borrow::Cow;

use super::secret::redacted;
use crate::flow::EffectKind;

/// Longest stretch, in characters, that a placeholder puts into a message.
const SHOWN: usize = 160;

/// A parsed message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Slot(Slot),
}

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slot {
    /// `{source}`, `{sink}`: the whole command or call. `{effect}` is the sink.
    Effect(End),
    /// `{source.by}`: the program or call.
    By(End),
    /// `{source.url}`: an argument.
    Role(End, &'static str),
    /// `{text}`: the matched text.
    Text,
    /// `{host}`: the first host of the finding.
    Host,
    /// `{file}`: the path of the file.
    File,
}

/// An end of a flow; the only effect of a match is its sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Source,
    Sink,
}

impl Template {
    /// Parses a message; the error says what is allowed.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err("a `{` in the message is not closed".to_owned());
            };
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Slot(slot(name)?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// The message, each placeholder filled by `fill`, shortened and without secrets. Ends in a full stop.
    pub(crate) fn fill(&self, fill: impl Fn(&Slot) -> Option<String>) -> String {
        let mut message = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => message.push_str(text),
                Part::Slot(slot) => match fill(slot) {
                    Some(text) if !text.trim().is_empty() => message.push_str(&shortened(&redacted(&one_line(&text)))),
                    _ => message.push('…'),
                },
            }
        }
        if !message.ends_with(['.', '!', '?', '`']) {
            message.push('.');
        }
        message
    }
}

fn slot(name: &str) -> Result<Slot, String> {
    let allowed =
        "allowed: {source}, {sink}, {effect}, each also with `.by` or a role such as `.url`, {text}, {host}, {file}";
    let (head, role) = name.split_once('.').map_or((name, None), |(head, role)| (head, Some(role)));
    let end = match (head, role) {
        ("text", None) => return Ok(Slot::Text),
        ("host", None) => return Ok(Slot::Host),
        ("file", None) => return Ok(Slot::File),
        ("source", _) => End::Source,
        ("sink" | "effect", _) => End::Sink,
        _ => return Err(format!("unknown placeholder `{{{name}}}`; {allowed}")),
    };
    match role {
        None => Ok(Slot::Effect(end)),
        Some("by") => Ok(Slot::By(end)),
        Some(role) => EffectKind::all()
            .flat_map(|kind| kind.roles().iter().copied())
            .find(|known| *known == role)
            .map(|known| Slot::Role(end, known))
            .ok_or_else(|| format!("unknown role in `{{{name}}}`; {allowed}")),
    }
}

/// Runs of white space as one blank.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sentence of Markdown as its reader sees it: links by their words and address, no marks of emphasis or code.
pub(crate) fn unmarked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_code = false;
    let mut rest = text;
    while let Some(at) = rest.find(['*', '_', '[', '`']) {
        let (before, mark) = rest.split_at(at);
        plain.push_str(before);
        if let Some((words, address, after)) = link(mark).filter(|_| !is_code) {
            plain.push_str(&words.replace(['*', '`'], ""));
            if words != address && !address.starts_with('#') {
                plain.extend([" (", address, ")"]);
            }
            rest = after;
            continue;
        }
        let run = mark.len() - mark.trim_start_matches(['*', '_', '`']).len();
        let (marks, after) = mark.split_at(run.max(1));
        // `snake_case`, `a * b` and `*.md` are no emphasis; two marks in a row are.
        let is_loose = !plain.ends_with(|c: char| !c.is_whitespace()) && !after.starts_with(char::is_alphanumeric);
        if marks.contains('`') {
            is_code = !is_code;
            plain.push_str(&marks.replace('`', ""));
        } else if run == 0 || is_code || run == 1 && (marks == "_" || is_loose) {
            plain.push_str(marks);
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The words and the address of the link that a text begins with, and what is behind it.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (address, after) = rest.split_once(')')?;
    let is_plain = !words.contains(['[', ']']) && !address.contains(char::is_whitespace);
    is_plain.then_some((words, address, after))
}

/// The beginning of a text that is too long to show.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn placeholders_are_checked() {
        assert!(Template::parse("`{sink}` runs {source.url}").is_ok());
        for wrong in ["{sorce}", "{source.uri}", "{text.path}", "{sink"] {
            assert!(Template::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sentences_are_shown_without_their_marks() {
        for (written, seen) in [
            (
                "macOS**: Visit [this page](https://a.test/x), then *paste* it.",
                "macOS: Visit this page (https://a.test/x), then paste it.",
            ),
            (
                "[**Get it**](#top) and read __all__ of `__x__`, my_file * 2",
                "Get it and read all of __x__, my_file * 2",
            ),
            ("see [1] and *.md", "see [1] and *.md"),
            ("[a](b c) [", "[a](b c) ["),
            ("**", ""),
            ("extract (pass: `a*b*`) `c", "extract (pass: a*b*) c"),
        ] {
            assert_eq!(unmarked(written), seen);
        }
    }

    #[test]
    fn messages_show_no_secret_and_no_line_break() {
        let template = Template::parse("Found {text}").unwrap();
        let secret = format!("ghp_{}", "a1B2".repeat(9));
        let message = template.fill(|_| Some(format!("key\n\n{secret} end")));
        assert_eq!(message, "Found key ghp_…(redacted) end.");
        assert!(template.fill(|_| Some("x".repeat(5000))).chars().count() < 200);
        assert_eq!(template.fill(|_| None), "Found ….");
    }
}
