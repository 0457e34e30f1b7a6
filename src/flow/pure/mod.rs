//! Pure functions on constants: how texts are put together in all languages.

// Positions are clamped to lengths of texts, which are far below 2^63.
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

pub(super) mod filter;
pub(super) mod glob;

use super::{Place, Shape, Value, decode, paths};
use crate::document::Language;
use crate::lower::operation::Operator;

type Here = Option<Place>;

/// Most elements of a list that is worked out.
const MAX_ELEMENTS: usize = 100_000;

/// A constant number; the code of a single character where numbers and characters are mixed.
fn int(value: &Value) -> Option<i64> {
    let text = value.as_text()?.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let parsed = match digits.get(..2) {
        Some("0x" | "0X") => i64::from_str_radix(&digits[2..], 16),
        Some("0b" | "0B") => i64::from_str_radix(&digits[2..], 2),
        Some("0o" | "0O") => i64::from_str_radix(&digits[2..], 8),
        _ => digits.parse(),
    };
    parsed.ok().map(|number: i64| sign * number)
}

/// A constant number, or the code of a character that is no digit.
fn code(value: &Value) -> Option<i64> {
    int(value).or_else(|| {
        let mut characters = value.as_text()?.chars();
        let first = characters.next()?;
        characters.next().is_none().then_some(i64::from(u32::from(first)))
    })
}

fn number(number: i64, here: Here) -> Value {
    Value::text(number.to_string(), here)
}

fn character(code: i64) -> Option<char> {
    u32::try_from(code).ok().and_then(char::from_u32)
}

/// The elements of a constant list or text.
pub(super) fn elements(value: &Value) -> Option<Vec<Value>> {
    match value.bare().shape() {
        Shape::List(values) => Some(values.clone()),
        Shape::Text(text) if text.len() <= MAX_ELEMENTS => {
            Some(text.chars().map(|character| Value::text(character.to_string(), value.place())).collect())
        }
        Shape::Bytes(bytes) if bytes.len() <= MAX_ELEMENTS => {
            Some(bytes.iter().map(|byte| number(i64::from(*byte), value.place())).collect())
        }
        _ => None,
    }
}

/// Resolves backslash escapes as `echo -e` and ANSI-C quotes do.
pub(super) fn escapes(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut buffer = [0; 4];
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.extend(character.encode_utf8(&mut buffer).as_bytes());
            continue;
        }
        let Some(kind) = characters.next() else {
            out.push(b'\\');
            break;
        };
        let mut digits = |radix: u32, most: usize, first: Option<u32>| {
            let mut number = first.unwrap_or(0);
            let mut count = usize::from(first.is_some());
            while count < most
                && let Some(digit) = characters.peek().and_then(|c| c.to_digit(radix))
            {
                number = number.wrapping_mul(radix).wrapping_add(digit);
                characters.next();
                count += 1;
            }
            (count > 0).then_some(number)
        };
        match kind {
            'n' => out.push(b'\n'),
            't' => out.push(b'\t'),
            'r' => out.push(b'\r'),
            'a' => out.push(7),
            'b' => out.push(8),
            'e' | 'E' => out.push(27),
            'f' => out.push(12),
            'v' => out.push(11),
            '0' => out.push(digits(8, 3, None).unwrap_or(0) as u8),
            '1'..='7' => out.push(digits(8, 3, kind.to_digit(8)).unwrap_or(0) as u8),
            'x' => match digits(16, 2, None) {
                Some(byte) => out.push(byte as u8),
                None => out.extend(b"\\x"),
            },
            'u' | 'U' => {
                let found = digits(16, if kind == 'u' { 4 } else { 8 }, None).and_then(char::from_u32);
                match found {
                    Some(character) => out.extend(character.encode_utf8(&mut buffer).as_bytes()),
                    None => out.extend([b'\\', kind as u8]),
                }
            }
            '\\' | '\'' | '"' | '?' => out.push(kind as u8),
            other => {
                out.push(b'\\');
                out.extend(other.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The item at a constant index or key.
pub(super) fn item(object: &Value, index: &Value, here: Here) -> Option<Value> {
    match object.bare().shape() {
        Shape::List(values) => {
            let at = position(int(index)?, values.len())?;
            values.get(at).cloned()
        }
        Shape::Text(text) => {
            let at = int(index)?;
            let count = text.chars().count();
            text.chars().nth(position(at, count)?).map(|character| Value::text(character.to_string(), here))
        }
        Shape::Bytes(bytes) => {
            bytes.get(position(int(index)?, bytes.len())?).map(|byte| number(i64::from(*byte), here))
        }
        Shape::Map(entries) => {
            let key = index.constant()?;
            entries.iter().rev().find(|(own, _)| own.as_text() == Some(&key)).map(|(_, value)| value.clone())
        }
        _ => None,
    }
}

fn position(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index + len as i64 } else { index };
    usize::try_from(at).ok().filter(|at| *at < len)
}

/// `object[start:end:step]` of a constant.
pub(super) fn slice(object: &Value, bounds: &[Option<Value>], here: Here) -> Option<Value> {
    let bound = |at: usize| match bounds.get(at) {
        Some(Some(value)) if matches!(value.shape(), Shape::Unknown) => Some(None),
        Some(Some(value)) => int(value).map(Some),
        _ => Some(None),
    };
    let (start, end, step) = (bound(0)?, bound(1)?, bound(2)?.unwrap_or(1));
    let pick = |len: usize| -> Vec<usize> {
        let len = len as i64;
        let clamp = |index: i64, low: i64, high: i64| (if index < 0 { index + len } else { index }).clamp(low, high);
        let mut picked = Vec::new();
        if step > 0 {
            let (mut at, end) = (clamp(start.unwrap_or(0), 0, len), clamp(end.unwrap_or(len), 0, len));
            while at < end {
                picked.push(at as usize);
                at = at.saturating_add(step);
            }
        } else if step < 0 {
            let mut at = start.map_or(len - 1, |start| clamp(start, -1, len - 1));
            let end = end.map_or(-1, |end| clamp(end, -1, len - 1));
            while at > end {
                picked.push(at as usize);
                at = at.saturating_add(step);
            }
        }
        picked
    };
    let sliced = match object.bare().shape() {
        Shape::Text(text) => {
            let characters: Vec<char> = text.chars().collect();
            let out: String = pick(characters.len()).into_iter().filter_map(|at| characters.get(at)).collect();
            Value::text(out, here)
        }
        Shape::Bytes(bytes) => {
            Value::bytes(pick(bytes.len()).into_iter().filter_map(|at| bytes.get(at).copied()).collect(), here)
        }
        Shape::List(values) => {
            Value::list(pick(values.len()).into_iter().filter_map(|at| values.get(at).cloned()).collect(), here)
        }
        _ => return None,
    };
    Some(Value::computed("slice", sliced, vec![object.clone()], here))
}

/// A binary operation on constants.
pub(super) fn binary(
    operator: Operator,
    left: &Value,
    right: &Value,
    language: Language,
    limit: usize,
    here: Here,
) -> Option<Value> {
    let value = match operator {
        Operator::Add => match (left.bare().shape(), right.bare().shape()) {
            (Shape::List(one), Shape::List(two)) if one.len() + two.len() <= MAX_ELEMENTS => {
                Value::list(one.iter().chain(two).cloned().collect(), here)
            }
            (Shape::Bytes(_), _) | (_, Shape::Bytes(_)) => {
                let mut bytes = left.constant_bytes()?;
                bytes.extend(right.constant_bytes()?);
                Value::bytes(bytes, here)
            }
            // Whole numbers are kept as texts; in Python a number is never added to a text.
            _ => match (int(left), int(right)) {
                (Some(one), Some(two)) if is_number(left) && is_number(right) => number(one.checked_add(two)?, here),
                _ => return None,
            },
        },
        Operator::Subtract => number(code(left)?.checked_sub(code(right)?)?, here),
        Operator::Xor => number(code(left)? ^ code(right)?, here),
        Operator::Multiply => match (int(left), int(right)) {
            (Some(one), Some(two)) => number(one.checked_mul(two)?, here),
            (None, Some(times)) => repeated(left, times, limit, here)?,
            (Some(times), None) => repeated(right, times, limit, here)?,
            _ => return None,
        },
        Operator::Percent => {
            if let (Some(one), Some(two)) = (int(left), int(right)) {
                number(one.checked_rem_euclid(two)?, here)
            } else {
                let arguments = match right.bare().shape() {
                    Shape::List(values) => values.clone(),
                    _ => vec![right.clone()],
                };
                percent_format(left.as_text()?, &arguments, here)?
            }
        }
        Operator::Format => {
            let arguments = match right.bare().shape() {
                Shape::List(values) => values.clone(),
                _ => vec![right.clone()],
            };
            brace_format(&left.constant()?, &arguments, here)?
        }
        Operator::Join => {
            let Shape::List(values) = left.bare().shape() else { return Some(left.clone()) };
            join(values, &right.constant().unwrap_or_default(), here)
        }
        Operator::Replace => {
            let Shape::List(pair) = right.bare().shape() else { return None };
            let from = pair.first()?.constant()?;
            let to = pair.get(1).and_then(Value::constant).unwrap_or_default();
            let regex = regex::RegexBuilder::new(&from).case_insensitive(true).size_limit(1 << 20).build().ok()?;
            Value::text(regex.replace_all(&left.constant()?, to.as_str()).into_owned(), here)
        }
        Operator::Split => split(&left.constant()?, &right.constant()?, here),
        Operator::Divide => match (int(left), int(right)) {
            (Some(one), Some(two)) => number(one.checked_div(two)?, here),
            _ => return None,
        },
        Operator::Other => return None,
    };
    let _ = language;
    Some(Value::computed("operator", value, vec![left.clone(), right.clone()], here))
}

/// Whether a constant was written as a number, as far as its text tells.
fn is_number(value: &Value) -> bool {
    value
        .as_text()
        .is_some_and(|text| !text.is_empty() && text.trim_start_matches('-').chars().all(|c| c.is_ascii_digit()))
}

fn repeated(value: &Value, times: i64, limit: usize, here: Here) -> Option<Value> {
    let times = usize::try_from(times.max(0)).ok()?;
    match value.bare().shape() {
        Shape::Text(text) if text.len().checked_mul(times)? <= limit => Some(Value::text(text.repeat(times), here)),
        Shape::Bytes(bytes) if bytes.len().checked_mul(times)? <= limit => {
            Some(Value::bytes(bytes.repeat(times), here))
        }
        Shape::List(values) if values.len().checked_mul(times)? <= MAX_ELEMENTS => {
            Some(Value::list(values.iter().cycle().take(values.len() * times).cloned().collect(), here))
        }
        _ => None,
    }
}

/// Elements joined; those that are not constant stay as they are.
fn join(values: &[Value], by: &str, here: Here) -> Value {
    let mut parts = Vec::with_capacity(values.len() * 2);
    for (at, value) in values.iter().enumerate() {
        if at > 0 && !by.is_empty() {
            parts.push(Value::text(by, here));
        }
        parts.push(value.clone());
    }
    Value::concat(parts, here)
}

fn split(text: &str, by: &str, here: Here) -> Value {
    let pieces: Vec<Value> = if by.is_empty() {
        text.chars().take(MAX_ELEMENTS).map(|character| Value::text(character.to_string(), here)).collect()
    } else {
        text.split(by).take(MAX_ELEMENTS).map(|piece| Value::text(piece, here)).collect()
    };
    Value::list(pieces, here)
}

/// Python's `'%s' % (…)`.
fn percent_format(format: &str, arguments: &[Value], here: Here) -> Option<Value> {
    let mut arguments = arguments.iter();
    let mut parts = Vec::new();
    let mut piece = String::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            piece.push(character);
            continue;
        }
        let kind = loop {
            match characters.next()? {
                flag if flag.is_ascii_digit() || matches!(flag, '-' | '+' | ' ' | '#' | '.') => {}
                '(' => {
                    characters.by_ref().find(|c| *c == ')')?;
                }
                other => break other,
            }
        };
        match kind {
            '%' => piece.push('%'),
            'c' => {
                let argument = arguments.next()?;
                piece.push(int(argument).and_then(self::character).or_else(|| argument.as_text()?.chars().next())?);
            }
            _ => {
                parts.push(Value::text(std::mem::take(&mut piece), here));
                parts.push(arguments.next().cloned().unwrap_or_else(|| Value::unknown(here)));
            }
        }
    }
    parts.push(Value::text(piece, here));
    Some(Value::concat(parts, here))
}

/// `'{1}{0}'.format(…)`, PowerShell's `-f`.
fn brace_format(format: &str, arguments: &[Value], here: Here) -> Option<Value> {
    let mut parts = Vec::new();
    let mut piece = String::new();
    let mut next = 0;
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' if characters.next_if_eq(&'{').is_some() => piece.push('{'),
            '}' if characters.next_if_eq(&'}').is_some() => piece.push('}'),
            '{' => {
                let mut field = String::new();
                for inner in characters.by_ref() {
                    if inner == '}' {
                        break;
                    }
                    field.push(inner);
                }
                let name = field.split([':', '!', ',']).next().unwrap_or_default();
                let at = if name.is_empty() {
                    next += 1;
                    next - 1
                } else {
                    name.parse::<usize>().ok()?
                };
                parts.push(Value::text(std::mem::take(&mut piece), here));
                parts.push(arguments.get(at)?.clone());
            }
            other => piece.push(other),
        }
    }
    parts.push(Value::text(piece, here));
    Some(Value::concat(parts, here))
}

/// A pure function that models name (see [`crate::flow::models::PURE`]); the receiver of a method comes first.
pub(super) fn compute(name: &str, inputs: &[Value], limit: usize, here: Here) -> Option<Value> {
    let first = inputs.first();
    let text = |at: usize| inputs.get(at).and_then(Value::constant);
    let bytes = || first.and_then(Value::constant_bytes);
    let decoded = |scheme: &str| decode::decode(scheme, &bytes()?, None, limit).map(|bytes| Value::bytes(bytes, here));
    Some(match name {
        "base64-decode" => decoded("base64")?,
        "base32-decode" => decoded("base32")?,
        "base85-decode" => decoded("base85")?,
        "ascii85-decode" => decoded("ascii85")?,
        "hex-decode" => decoded("hex")?,
        "gzip-decompress" => decoded("gzip")?,
        "zlib-decompress" => decoded("zlib")?,
        "deflate-decompress" => decoded("deflate")?,
        "url-decode" | "unquote" | "unescape" => {
            let plain = text(0)?;
            if name == "unescape" && plain.contains("%u") {
                Value::text(percent_u(&plain), here)
            } else {
                Value::bytes(decode::percent(plain.as_bytes()), here)
            }
        }
        "rot13" => decoded("rot13")?,
        "codec-decode" | "decode-text" => {
            let codec = text(1).unwrap_or_else(|| "utf-8".to_owned()).to_ascii_lowercase().replace('_', "-");
            match codec.as_str() {
                "rot13" | "rot-13" => decoded("rot13")?,
                "hex" | "hex-codec" => decoded("hex")?,
                "base64" | "base64-codec" => decoded("base64")?,
                "zlib" | "zip" | "zlib-codec" => decoded("zlib")?,
                "utf-16" | "utf-16-le" | "utf16" | "utf-16le" | "utf16le" => decoded("utf-16le")?,
                "unicode-escape" | "unicode_escape" | "raw-unicode-escape" => Value::text(escapes(&text(0)?), here),
                _ => Value::bytes(bytes()?, here),
            }
        }
        "encode-text" | "codec-encode" => match text(1).unwrap_or_default().to_ascii_lowercase().as_str() {
            "rot13" | "rot_13" => decoded("rot13")?,
            "base64" => Value::text(data_encoding::BASE64.encode(&bytes()?), here),
            "hex" => Value::text(data_encoding::HEXLOWER.encode(&bytes()?), here),
            _ => Value::bytes(bytes()?, here),
        },
        "base64-encode" => Value::text(data_encoding::BASE64.encode(&bytes()?), here),
        "hex-encode" => Value::text(data_encoding::HEXLOWER.encode(&bytes()?), here),
        "reverse" => match first?.bare().shape() {
            Shape::List(values) => Value::list(values.iter().rev().cloned().collect(), here),
            Shape::Bytes(bytes) => Value::bytes(bytes.iter().rev().copied().collect(), here),
            _ => {
                let characters: Vec<Value> =
                    text(0)?.chars().rev().map(|character| Value::text(character.to_string(), here)).collect();
                Value::list(characters, here)
            }
        },
        "char" | "from-char-codes" => {
            let codes: Vec<Value> = match first?.bare().shape() {
                Shape::List(values) => values.clone(),
                _ => inputs.to_vec(),
            };
            let out: String = codes.iter().map(|value| int(value).and_then(character)).collect::<Option<_>>()?;
            Value::text(out, here)
        }
        "ord" | "code" => {
            let at = inputs.get(1).and_then(int).unwrap_or(0);
            let text = text(0)?;
            number(i64::from(u32::from(text.chars().nth(usize::try_from(at).ok()?)?)), here)
        }
        "bytes" => match first?.bare().shape() {
            Shape::List(values) => {
                let out: Option<Vec<u8>> =
                    values.iter().map(|value| code(value).and_then(|code| u8::try_from(code & 0xFF).ok())).collect();
                Value::bytes(out?, here)
            }
            _ => Value::bytes(bytes()?, here),
        },
        "bytes-xor" | "xor" => {
            let key = inputs.get(1)?;
            let key = match int(key) {
                Some(byte) => vec![u8::try_from(byte & 0xFF).ok()?],
                None => key.constant_bytes()?,
            };
            Value::bytes(decode::decode("xor", &bytes()?, Some(&key), limit)?, here)
        }
        "join" => {
            // Python joins by the receiver, JavaScript joins the receiver.
            match (first?.bare().shape(), inputs.get(1).map(|value| value.bare().shape())) {
                (Shape::List(values), _) => join(values, &text(1).unwrap_or_else(|| ",".to_owned()), here),
                (_, Some(Shape::List(values))) => join(values, &text(0)?, here),
                (_, Some(Shape::Text(joined))) => {
                    let values: Vec<Value> = joined.chars().map(|c| Value::text(c.to_string(), here)).collect();
                    join(&values, &text(0)?, here)
                }
                _ => return None,
            }
        }
        "split" => match text(1) {
            Some(by) => split(&text(0)?, &by, here),
            None => Value::list(text(0)?.split_whitespace().map(|word| Value::text(word, here)).collect(), here),
        },
        "words" => Value::list(text(0)?.split_whitespace().map(|word| Value::text(word, here)).collect(), here),
        "replace" | "replace-all" => Value::text(text(0)?.replace(&text(1)?, &text(2)?), here),
        "lower" => Value::text(text(0)?.to_lowercase(), here),
        "upper" => Value::text(text(0)?.to_uppercase(), here),
        "capitalize" | "title" => {
            let text = text(0)?.to_lowercase();
            let mut characters = text.chars();
            let head: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
            Value::text(format!("{head}{}", characters.as_str()), here)
        }
        "swap-case" => {
            let plain = text(0)?;
            let swapped = plain
                .chars()
                .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
            Value::text(swapped.collect::<String>(), here)
        }
        "strip" | "strip-left" | "strip-right" => {
            let plain = text(0)?;
            let set: Vec<char> = text(1).map_or_else(|| " \t\r\n".chars().collect(), |set| set.chars().collect());
            let stripped = match name {
                "strip" => plain.trim_matches(set.as_slice()),
                "strip-left" => plain.trim_start_matches(set.as_slice()),
                _ => plain.trim_end_matches(set.as_slice()),
            };
            Value::text(stripped, here)
        }
        "slice" | "substring" => {
            let end = inputs.get(2).and_then(int);
            let start = int(inputs.get(1)?)?;
            let (start, end) =
                if name == "substring" { (start.max(0), end.map(|end| end.max(0))) } else { (start, end) };
            slice(first?, &[Some(number(start, here)), end.map(|end| number(end, here)), None], here)?
        }
        "char-at" => item(first?, inputs.get(1)?, here)?,
        "repeat" => repeated(first?, int(inputs.get(1)?)?, limit, here)?,
        "concat" => match first?.bare().shape() {
            Shape::List(values) => {
                let mut all = values.clone();
                for more in inputs.iter().skip(1) {
                    match more.bare().shape() {
                        Shape::List(values) => all.extend(values.iter().cloned()),
                        _ => all.push(more.clone()),
                    }
                }
                Value::list(all, here)
            }
            _ => Value::concat(inputs.to_vec(), here),
        },
        "reduce-concat" => match inputs.iter().find_map(elements) {
            Some(values) => join(&values, "", here),
            None => return None,
        },
        "format" => brace_format(&text(0)?, inputs.get(1..)?, here)?,
        "format-percent" => percent_format(&text(0)?, inputs.get(1..)?, here)?,
        "int" => match inputs.get(1).and_then(int) {
            Some(base @ 2..=36) => {
                let digits = text(0)?.trim().trim_start_matches("0x").to_owned();
                number(i64::from_str_radix(&digits, base as u32).ok()?, here)
            }
            _ => number(int(first?)?, here),
        },
        "hex" => Value::text(format!("0x{:x}", int(first?)?), here),
        "str" | "identity" | "filter-identity" | "quote" => first?.clone(),
        "list" => Value::list(elements(first?)?, here),
        "length" => match first?.bare().shape() {
            Shape::List(values) => number(values.len() as i64, here),
            _ => number(text(0)?.chars().count() as i64, here),
        },
        "range" => {
            let (from, to) = match (int(first?)?, inputs.get(1).and_then(int)) {
                (from, Some(to)) => (from, to),
                (to, None) => (0, to),
            };
            let step = inputs.get(2).and_then(int).unwrap_or(1);
            if step == 0 || (to.checked_sub(from)? / step) > 4096 {
                return None;
            }
            let mut values = Vec::new();
            let mut at = from;
            while (step > 0 && at < to) || (step < 0 && at > to) {
                values.push(number(at, here));
                at += step;
            }
            Value::list(values, here)
        }
        "zip" => {
            let lists: Vec<Vec<Value>> = inputs.iter().map(elements).collect::<Option<_>>()?;
            let len = lists.iter().map(Vec::len).min()?;
            let rows =
                (0..len).map(|at| Value::list(lists.iter().filter_map(|list| list.get(at).cloned()).collect(), here));
            Value::list(rows.collect(), here)
        }
        "path-join" => {
            let mut joined = String::new();
            for at in 0..inputs.len() {
                joined = paths::join(&joined, &text(at)?);
            }
            Value::text(joined, here)
        }
        "path-basename" => Value::text(paths::name(&text(0)?), here),
        "path-dirname" => Value::text(paths::folder(&text(0)?), here),
        "path-expand-user" | "path-normalize" => Value::text(text(0)?, here),
        "int-to-bytes" => {
            let number = int(first?)?;
            let bytes = number.to_be_bytes();
            let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(7);
            Value::bytes(bytes.get(start..)?.to_vec(), here)
        }
        "html-unescape" => Value::text(entities(&text(0)?), here),
        "json-parse" => json(&text(0)?, here)?,
        "translate" => match inputs.get(1)?.bare().shape() {
            Shape::Map(entries) => {
                let out: String = text(0)?
                    .chars()
                    .map(|c| {
                        let code = u32::from(c).to_string();
                        let own = c.to_string();
                        let found =
                            entries.iter().find(|(key, _)| key.as_text().is_some_and(|key| key == own || key == code));
                        match found {
                            Some((key, value)) if key.as_text() != Some(&own) => int(value)
                                .and_then(character)
                                .map(String::from)
                                .or_else(|| value.constant())
                                .unwrap_or(own),
                            Some((_, value)) => value.constant().unwrap_or(own),
                            None => own,
                        }
                    })
                    .collect();
                Value::text(out, here)
            }
            _ => return None,
        },
        "make-translation" => {
            let (from, to) = (text(0)?, text(1)?);
            let entries = from
                .chars()
                .zip(to.chars())
                .map(|(from, to)| (Value::text(from.to_string(), here), Value::text(to.to_string(), here)))
                .collect();
            Value::new(Shape::Map(entries), here)
        }
        _ => return None,
    })
}

/// Numeric entities, and the named ones that code needs.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let found = after.char_indices().take(12).find(|(_, c)| *c == ';').and_then(|(end, _)| {
            let name = after.get(..end)?;
            let character = match name.strip_prefix('#') {
                Some(digits) => match digits.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                    None => digits.parse().ok().and_then(char::from_u32),
                },
                None => match name {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                },
            };
            Some((character?, end + 1))
        });
        if let Some((character, end)) = found {
            out.push(character);
            rest = after.get(end..).unwrap_or_default();
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// `%u0041` of JavaScript's `unescape`.
fn percent_u(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("%u") {
        out.push_str(&String::from_utf8_lossy(&decode::percent(before.as_bytes())));
        if let Some(character) =
            after.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32)
        {
            out.push(character);
            rest = after.get(4..).unwrap_or_default();
        } else {
            out.push_str("%u");
            rest = after;
        }
    }
    out.push_str(&String::from_utf8_lossy(&decode::percent(rest.as_bytes())));
    out
}

fn json(text: &str, here: Here) -> Option<Value> {
    fn value(node: &serde_json::Value, here: Here) -> Value {
        match node {
            serde_json::Value::String(text) => Value::text(text.as_str(), here),
            serde_json::Value::Number(number) => Value::text(number.to_string(), here),
            // serde_json bounds its own depth (128), so this recursion is bounded too.
            serde_json::Value::Array(nodes) => Value::list(nodes.iter().map(|node| value(node, here)).collect(), here),
            serde_json::Value::Object(entries) => Value::new(
                Shape::Map(
                    entries.iter().map(|(key, node)| (Value::text(key.as_str(), here), value(node, here))).collect(),
                ),
                here,
            ),
            serde_json::Value::Null | serde_json::Value::Bool(_) => Value::unknown(here),
        }
    }
    serde_json::from_str(text).ok().map(|node| value(&node, here))
}

/// A builtin function of a language, by its full name.
pub(super) fn call(name: &str, arguments: &[Value], language: Language, limit: usize, here: Here) -> Option<Value> {
    let function = match (language, name) {
        (Language::Python, "pow") => return power(arguments, here),
        (Language::Python, "chr" | "unichr") => "char",
        (Language::Python, "ord") => "ord",
        (Language::Python, "str") if arguments.len() == 1 => "str",
        (Language::Python, "str") => "decode-text",
        (Language::Python, "bytes" | "bytearray") => "bytes",
        (Language::Python, "bytes.fromhex" | "bytearray.fromhex") => "hex-decode",
        (Language::Python, "int") => "int",
        (Language::Python, "hex") => "hex",
        (Language::Python, "len") => "length",
        (Language::Python, "list" | "tuple" | "iter") => "list",
        (Language::Python, "reversed") => "reverse",
        (Language::Python, "range" | "xrange") => "range",
        (Language::Python, "zip") => "zip",
        (Language::Python, "str.maketrans") => "make-translation",
        (Language::Python, "str.join") => "join",
        (Language::Python, "str.format") => "format",
        (Language::Python, "functools.reduce" | "reduce") => "reduce-concat",
        (Language::Python, "os.path.join" | "posixpath.join") => "path-join",
        (Language::Python, "os.path.dirname") => "path-dirname",
        (Language::Python, "os.path.basename") => "path-basename",
        (
            Language::Python,
            "os.path.expanduser" | "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.path.expandvars",
        ) => "path-normalize",
        (Language::PowerShell, "char") => "char",
        (Language::PowerShell, "string") => "str",
        (Language::PowerShell, _) => return None,
        (_, "String.fromCharCode" | "String.fromCodePoint") => "from-char-codes",
        (_, "String" | "String.raw") => "str",
        (_, "parseInt" | "Number") => "int",
        (_, "unescape") => "unescape",
        (_, "decodeURIComponent" | "decodeURI") => "url-decode",
        (_, "atob") => "base64-decode",
        (_, "btoa") => "base64-encode",
        (_, "Array.from") => "list",
        (_, "JSON.parse") => "json-parse",
        (_, "path.join" | "path.resolve") => "path-join",
        (_, "path.dirname") => "path-dirname",
        (_, "path.basename") => "path-basename",
        _ => return None,
    };
    compute(function, arguments, limit, here)
}

/// `pow(base, exponent, modulus)`; a negative exponent takes the inverse.
fn power(arguments: &[Value], here: Here) -> Option<Value> {
    let (base, exponent) = (int(arguments.first()?)?, int(arguments.get(1)?)?);
    let Some(modulus) = arguments.get(2) else {
        return base.checked_pow(u32::try_from(exponent).ok()?).map(|power| number(power, here));
    };
    let modulus = i128::from(int(modulus)?);
    if modulus <= 1 {
        return None;
    }
    let mut base = i128::from(base).rem_euclid(modulus);
    if exponent < 0 {
        // Euclid's extended algorithm.
        let (mut old, mut new, mut coefficient, mut next) = (base, modulus, 1_i128, 0_i128);
        while new != 0 {
            let quotient = old / new;
            (old, new) = (new, old - quotient * new);
            (coefficient, next) = (next, coefficient - quotient * next);
        }
        if old != 1 {
            return None;
        }
        base = coefficient.rem_euclid(modulus);
    }
    let mut exponent = exponent.unsigned_abs();
    let mut result = 1_i128;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    i64::try_from(result).ok().map(|result| number(result, here))
}

/// A method of a constant, by its name in any language.
pub(super) fn method(
    receiver: &Value,
    name: &str,
    arguments: &[Value],
    language: Language,
    limit: usize,
    here: Here,
) -> Option<Value> {
    let constant = matches!(receiver.bare().shape(), Shape::Text(_) | Shape::Bytes(_) | Shape::List(_))
        || receiver.constant().is_some();
    // `sep.join(parts)` and `'{}'.format(x)` work on parts that are not constant too.
    if !constant {
        return None;
    }
    let function = match name {
        "join" => "join",
        "replace" if language == Language::Python => "replace",
        "replace" | "replaceAll" | "Replace" => {
            arguments.first().and_then(Value::as_text)?;
            let text = receiver.constant()?;
            let (from, to) = (arguments.first()?.constant()?, arguments.get(1)?.constant()?);
            return Some(Value::text(
                if name == "replace" { text.replacen(&from, &to, 1) } else { text.replace(&from, &to) },
                here,
            ));
        }
        "format" => "format",
        "upper" | "toUpperCase" | "ToUpper" => "upper",
        "lower" | "toLowerCase" | "ToLower" | "casefold" => "lower",
        "capitalize" => "capitalize",
        "title" => "title",
        "swapcase" => "swap-case",
        "strip" | "trim" | "Trim" => "strip",
        "lstrip" | "trimStart" => "strip-left",
        "rstrip" | "trimEnd" => "strip-right",
        "split" | "Split" => "split",
        "reverse" | "Reverse" | "toReversed" => "reverse",
        "slice" => "slice",
        "substring" => "substring",
        "substr" | "Substring" => {
            let start = int(arguments.first()?)?;
            let end = arguments.get(1).and_then(int).map(|count| start + count);
            return slice(receiver, &[Some(number(start, here)), end.map(|end| number(end, here)), None], here);
        }
        "charAt" | "at" => "char-at",
        "charCodeAt" | "codePointAt" => "ord",
        "repeat" => "repeat",
        "concat" => "concat",
        "encode" => "encode-text",
        "decode" => "decode-text",
        "hex" => "hex-encode",
        "fromhex" => "hex-decode",
        "translate" => "translate",
        "toString" => match arguments.first().and_then(Value::constant).as_deref() {
            None | Some("utf8" | "utf-8" | "ascii" | "latin1" | "binary") => "str",
            Some("base64") => "base64-encode",
            Some("hex") => "hex-encode",
            _ => return None,
        },
        "ToCharArray" | "splitlines" => "list",
        _ => return None,
    };
    let mut inputs = vec![receiver.clone()];
    inputs.extend(arguments.iter().cloned());
    if function == "str" {
        inputs.truncate(1);
    }
    compute(function, &inputs, limit, here)
}
