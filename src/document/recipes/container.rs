//! Container files: `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK CMD`, also behind `ONBUILD`; as lines, lists of words, or
//! here-documents.

use super::{Found, lines};
use crate::source::Span;

pub(super) fn commands(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut open = false;
    let mut until: Option<String> = None;
    for (at, line) in lines(text) {
        let body = line.trim_start();
        if let Some(end) = &until {
            if line.trim() == end {
                until = None;
            } else if let Some(run) = found.last_mut() {
                run.pieces.push(Span::new(at, at + line.len()));
            }
            continue;
        }
        if open {
            // Comment lines inside a continued instruction are dropped by the builder.
            if body.starts_with('#') {
                continue;
            }
            if let Some(run) = found.last_mut() {
                run.pieces.push(Span::new(at, at + line.len()));
            }
        } else if let Some(skip) = command_at(line) {
            let rest = line.get(skip..).unwrap_or_default();
            if let Some(word) = heredoc(rest) {
                found.push(Found::shell(Vec::new()));
                until = Some(word);
                continue;
            }
            if rest.starts_with('[') && rest.trim_end().ends_with(']') {
                found.push(Found { are_words: true, ..Found::shell(words(rest, at + skip)) });
                continue;
            }
            found.push(Found::shell(vec![Span::new(at + skip, at + line.len())]));
        } else {
            continue;
        }
        open = line.trim_end().ends_with('\\');
    }
    found
}

/// Where the command of an instruction begins.
fn command_at(line: &str) -> Option<usize> {
    let mut skip = line.len() - line.trim_start().len();
    let mut is_health = false;
    loop {
        let rest = line.get(skip..)?;
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        let after = skip + word.len() + (rest[word.len()..].len() - rest[word.len()..].trim_start().len());
        match word.to_ascii_uppercase().as_str() {
            "ONBUILD" => {}
            "HEALTHCHECK" => is_health = true,
            // `--mount=…` and its like are options of the instruction.
            _ if is_health && word.starts_with("--") => {}
            "RUN" | "CMD" | "ENTRYPOINT" | "SHELL" => {
                skip = after;
                while line.get(skip..).is_some_and(|rest| rest.starts_with("--")) {
                    let rest = &line[skip..];
                    let option = rest.find(char::is_whitespace).unwrap_or(rest.len());
                    skip += option + (rest[option..].len() - rest[option..].trim_start().len());
                }
                return (skip < line.trim_end().len()).then_some(skip);
            }
            _ => return None,
        }
        if after >= line.len() {
            return None;
        }
        skip = after;
    }
}

/// The word that ends a here-document which is the whole command.
fn heredoc(rest: &str) -> Option<String> {
    let word = rest.trim().strip_prefix("<<")?.trim_start_matches('-').trim_matches(['"', '\'']);
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_word.then(|| word.to_owned())
}

/// The words of `["a", "b"]`, quotes kept: put together with blanks they are the same words for a shell.
fn words(list: &str, at: usize) -> Vec<Span> {
    let mut pieces: Vec<Span> = Vec::new();
    let mut start = None;
    let mut escaped = false;
    for (offset, byte) in list.bytes().enumerate() {
        match (byte, start) {
            (b'"', None) => start = Some(offset),
            (b'"', Some(from)) if !escaped => {
                pieces.push(Span::new(at + from, at + offset + 1));
                start = None;
            }
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    pieces
}
