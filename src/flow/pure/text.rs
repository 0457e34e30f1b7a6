//! What languages ask of texts and cut from them.

// Positions are clamped to lengths of texts, which are far below 2^63.
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

use regex::{Regex, RegexBuilder};

use super::{Here, boolean, elements, int, number};
use crate::flow::Value;

/// Most pieces that a text is cut into.
const MAX_PIECES: usize = 4096;
/// Most bytes to which a text is filled up.
const MAX_WIDTH: usize = 4096;

/// A function of a text, by its name in Python; the text comes first.
pub(super) fn compute(name: &str, inputs: &[Value], here: Here) -> Option<Value> {
    let text = |at: usize| inputs.get(at).and_then(Value::constant);
    let plain = text(0)?;
    let piece = |piece: &str| Value::text(piece, here);
    let is_all = |test: fn(char) -> bool| Some(boolean(!plain.is_empty() && plain.chars().all(test), here));
    Some(match name {
        "is-alpha" => is_all(char::is_alphabetic)?,
        "is-digit" => is_all(char::is_numeric)?,
        "is-alnum" => is_all(char::is_alphanumeric)?,
        "is-space" => is_all(char::is_whitespace)?,
        "is-upper" => boolean(plain.chars().any(char::is_uppercase) && !plain.chars().any(char::is_lowercase), here),
        "is-lower" => boolean(plain.chars().any(char::is_lowercase) && !plain.chars().any(char::is_uppercase), here),
        "starts-with" => boolean(any_of(inputs.get(1)?, |part| plain.starts_with(part))?, here),
        "ends-with" => boolean(any_of(inputs.get(1)?, |part| plain.ends_with(part))?, here),
        "contains" => boolean(plain.contains(&text(1)?), here),
        "index-of" => position(&plain, plain.find(&text(1)?), here),
        "last-index-of" => position(&plain, plain.rfind(&text(1)?), here),
        "count" => number(plain.matches(text(1)?.as_str()).count() as i64, here),
        "partition" | "partition-last" => {
            let by = text(1)?;
            let cut = if name == "partition" { plain.split_once(&by) } else { plain.rsplit_once(&by) };
            let (before, mark, after) = match cut {
                Some((before, after)) => (before, by.as_str(), after),
                None if name == "partition" => (plain.as_str(), "", ""),
                None => ("", "", plain.as_str()),
            };
            Value::list(vec![piece(before), piece(mark), piece(after)], here)
        }
        "split-last" => {
            let times = inputs.get(2).and_then(int).map_or(MAX_PIECES, |times| (times.max(0) as usize).min(MAX_PIECES));
            let mut pieces: Vec<Value> = plain.rsplitn(times + 1, text(1)?.as_str()).map(piece).collect();
            pieces.reverse();
            Value::list(pieces, here)
        }
        "lines" => Value::list(plain.lines().take(MAX_PIECES).map(piece).collect(), here),
        "without-prefix" => piece(plain.strip_prefix(&text(1)?).unwrap_or(&plain)),
        "without-suffix" => piece(plain.strip_suffix(&text(1)?).unwrap_or(&plain)),
        "fill-left" | "fill-right" | "fill-both" | "fill-zero" => {
            let width = usize::try_from(int(inputs.get(1)?)?).ok().filter(|width| *width <= MAX_WIDTH)?;
            let with =
                if name == "fill-zero" { Some('0') } else { text(2).map_or(Some(' '), |with| with.chars().next()) }?;
            let missing = width.saturating_sub(plain.chars().count());
            let fill = |count: usize| String::from(with).repeat(count);
            match name {
                "fill-right" => piece(&format!("{plain}{}", fill(missing))),
                "fill-both" => piece(&format!("{}{plain}{}", fill(missing / 2), fill(missing - missing / 2))),
                _ => piece(&format!("{}{plain}", fill(missing))),
            }
        }
        "find-regex" => {
            let regex = pattern(&plain)?;
            let subject = text(1)?;
            let group = usize::from(regex.captures_len() == 2);
            let found = regex.captures_iter(&subject).take(MAX_PIECES).filter_map(|captures| captures.get(group));
            Value::list(found.map(|found| piece(found.as_str())).collect(), here)
        }
        "split-regex" => {
            let subject = text(1)?;
            let pieces = pattern(&plain)?.split(&subject).take(MAX_PIECES).map(piece).collect();
            Value::list(pieces, here)
        }
        "literal" => literal(&plain, here)?,
        "words-joined" => return None,
        _ => return None,
    })
}

/// A regular expression of a script.
pub(in crate::flow) fn pattern(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).size_limit(1 << 20).build().ok()
}

fn any_of(parts: &Value, test: impl Fn(&str) -> bool) -> Option<bool> {
    match parts.constant() {
        Some(part) => Some(test(&part)),
        None => Some(elements(parts)?.iter().filter_map(Value::constant).any(|part| test(&part))),
    }
}

fn position(text: &str, at: Option<usize>, here: Here) -> Value {
    let count = at.and_then(|at| text.get(..at)).map_or(-1, |before| before.chars().count() as i64);
    number(count, here)
}

/// A literal of Python: what JSON reads too, once its quotes are such as JSON has.
fn literal(text: &str, here: Here) -> Option<Value> {
    let swapped = if text.contains('"') { text.to_owned() } else { text.replace('\'', "\"") };
    let swapped = swapped.replace(['(', ')'], "\u{0}");
    // Brackets of tuples are those of lists; texts with brackets in them are left alone.
    if swapped.contains('\u{0}') {
        return None;
    }
    super::compute("json-parse", &[Value::text(swapped, here)], text.len() * 2, here)
}
