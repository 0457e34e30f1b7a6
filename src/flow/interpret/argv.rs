//! The words of a command: taken apart, put together, recognised.

use std::sync::Arc;

use super::model::Slots;
use crate::flow::models::{Binding, Piece};
use crate::flow::{Shape, Value, paths};

/// Most bytes that one word takes in the text that shows a command.
const MAX_SHOWN: usize = 600;

/// Programs that read commands.
/// Where the system keeps its programs.
pub(super) const SYSTEM_FOLDERS: &[&str] =
    &["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/", "/opt/homebrew/bin/", "/opt/homebrew/"];
pub(super) const SHELLS: &[&str] =
    &["sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "cmd", "cmd.exe", "powershell", "pwsh"];

/// The slots that a binding fills from arguments.
pub(super) fn bound(binding: &Binding, arguments: &[Value], stdin: Option<Value>) -> Slots {
    let piece = |piece: &Piece| -> Option<Value> {
        let value = arguments.get(piece.word)?;
        if piece.from == 0 {
            return Some(value.clone());
        }
        let text = value.constant()?;
        let rest = text.get(piece.from..)?;
        Some(Value::computed("option", Value::text(rest, value.place()), vec![value.clone()], value.place()))
    };
    let mut slots = Slots { stdin, flags: binding.flags.clone(), ..Slots::default() };
    for (name, occurrences) in &binding.slots {
        let values = occurrences
            .iter()
            .map(|pieces| {
                let mut values: Vec<Value> = pieces.iter().filter_map(piece).collect();
                if values.len() == 1 { values.swap_remove(0) } else { Value::list(values, None) }
            })
            .collect();
        slots.named.insert(name.clone(), values);
    }
    slots.operands = binding.operands.iter().filter_map(piece).collect();
    slots
}

/// Words, where words that are lists give theirs.
pub(super) fn flattened(words: Vec<Value>) -> Vec<Value> {
    let mut flat = Vec::with_capacity(words.len());
    for word in words {
        match word.bare().shape() {
            Shape::List(inner) => flat.extend(inner.iter().cloned()),
            // An array that was added to in some branch: every word that it can hold.
            Shape::Choice(options) if options.iter().all(|option| matches!(option.bare().shape(), Shape::List(_))) => {
                flat.extend(united(options));
            }
            _ => flat.push(word),
        }
    }
    flat
}

/// The words of the longest of some lists, and after them those that only others have.
pub(super) fn united(lists: &[Value]) -> Vec<Value> {
    let words_of = |list: &Value| match list.bare().shape() {
        Shape::List(words) => flattened(words.clone()),
        _ => Vec::new(),
    };
    let mut lists: Vec<Vec<Value>> = lists.iter().take(8).map(words_of).collect();
    lists.sort_by_key(|words| std::cmp::Reverse(words.len()));
    let mut lists = lists.into_iter();
    let mut united = lists.next().unwrap_or_default();
    let mut known: std::collections::BTreeSet<String> = united.iter().map(Value::rendered).collect();
    for word in lists.flatten() {
        if known.insert(word.rendered()) {
            united.push(word);
        }
    }
    united
}

pub(super) fn joined_words(words: &[Value]) -> Vec<Value> {
    let mut joined = Vec::new();
    for word in words {
        if !joined.is_empty() {
            joined.push(Value::text(" ", None));
        }
        joined.push(word.clone());
    }
    joined
}

/// The name of a program, without its folder and `.exe`.
pub(super) fn program_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Whether a text can be the name of a program at all.
pub(super) fn is_plausible(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '~' | '_' | '@' | '\\' | '{' | '$' | '%'))
        && !name.ends_with([':', ',', '?', '!', ';', '.'])
        && !name.contains([' ', '\t', '\n', '"', '(', ')', '<', '>', '|', '`', '='])
        && name.len() < 1024
}

/// Whether a word is `NAME=value`.
pub(super) fn is_setting(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Whether a word is one plain variable (`$PYTHON`), or one with text behind it that is no part of the name: what is
/// in `${PREFIX}sudo` before a blank, or `$CMD --flag`.
pub(super) fn is_plain_variable(raw: &str, name: &str) -> bool {
    let Some(rest) = raw.trim_matches('"').strip_prefix('$') else { return false };
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '[' | ']' | '@' | '*');
    let (variable, behind) = match rest.strip_prefix('{') {
        Some(inner) => inner.split_once('}').unwrap_or((inner, "")),
        None => rest.split_at(rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())),
    };
    let is_apart = behind.is_empty()
        || behind.starts_with([' ', '\t'])
        || (behind.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !name.ends_with(behind));
    !variable.is_empty() && variable.chars().all(is_of_name) && is_apart
}

/// Whether a word is the script's own path: `$0`, `${BASH_SOURCE[0]}`.
pub(super) fn is_own_path(raw: &str) -> bool {
    let plain = raw.trim_matches('"').trim_start_matches('$').trim_matches(['{', '}']);
    plain == "0" || plain.starts_with("BASH_SOURCE")
}

pub(super) fn is_shell_name(value: &Value) -> bool {
    value.as_text().is_some_and(|text| SHELLS.contains(&program_name(text)))
}

/// Whether a program is named by a path, other than one of the system's own folders.
pub(super) fn is_path(program: &Value) -> bool {
    let first = match program.bare().shape() {
        Shape::Concat(parts) => {
            return parts.iter().any(|part| part.as_text().is_some_and(|text| text.contains(['/', '\\'])));
        }
        _ => program.texts(4),
    };
    first.iter().any(|text| {
        (text.contains('/') || text.contains('\\'))
            && !SYSTEM_FOLDERS.iter().any(|folder| text.starts_with(folder))
            && !text.contains("://")
    }) || (first.is_empty() && matches!(program.bare().shape(), Shape::Variable(_)))
}

pub(super) fn is_only_variables(value: &Value) -> bool {
    value.sources().iter().all(|source| matches!(source.shape(), Shape::Variable(_) | Shape::Argument(_)))
}

/// The language of a program by its file name, as models call it.
pub(super) fn language_of_path(path: &str) -> &'static str {
    match paths::name(path).rsplit_once('.').map(|(_, end)| end) {
        Some("sh" | "bash" | "zsh" | "command") => "sh",
        Some("py") => "python",
        Some("js" | "mjs" | "cjs" | "ts") => "javascript",
        Some("ps1") => "powershell",
        Some("bat" | "cmd") => "cmd",
        _ => "program",
    }
}

/// A command with all that is known filled in.
pub(super) fn shown(argv: &[Value]) -> Arc<str> {
    let mut text = String::new();
    for (at, word) in argv.iter().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        if text.len() > 8 * MAX_SHOWN {
            text.push('…');
            break;
        }
        let rendered = word.rendered();
        let mut end = rendered.len().min(MAX_SHOWN);
        while !rendered.is_char_boundary(end) {
            end -= 1;
        }
        let quoted = rendered.is_empty() || rendered.contains([' ', '\n', '|', ';', '&']);
        if quoted && at > 0 {
            text.push('\'');
        }
        text.push_str(&rendered[..end]);
        if end < rendered.len() {
            text.push('…');
        }
        if quoted && at > 0 {
            text.push('\'');
        }
    }
    text.into()
}
