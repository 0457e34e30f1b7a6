//! The computations that models name (`compute: reverse`).

// Positions are clamped to lengths of texts, which are far below 2^63.
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

use regex::RegexBuilder;

use super::operator::{Fields, brace_format, join, percent_format, repeated, split};
use super::{Here, character, code, elements, escapes, int, item, number, sequence, slice, text as text_of};
use crate::flow::{Shape, Value, decode, paths};

/// A pure function that models name (see [`crate::flow::models::PURE`]); the receiver of a method comes first.
pub(in crate::flow) fn compute(name: &str, inputs: &[Value], limit: usize, here: Here) -> Option<Value> {
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
            Shape::Bytes(bytes) => Value::raw_bytes(bytes.iter().rev().copied().collect(), here),
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
        "format" => brace_format(&text(0)?, inputs.get(1..)?, &Fields::default(), here)?,
        "format-percent" => percent_format(&text(0)?, inputs.get(1..)?, &Fields::default(), here)?,
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
            // A bound that is given and not known is no bound that is not given.
            let (from, to) = match (int(first?)?, inputs.get(1)) {
                (from, Some(to)) => (from, int(to)?),
                (to, None) => (0, to),
            };
            let step = inputs.get(2).map_or(Some(1), int)?;
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
        "enumerate" => {
            let start = inputs.get(1).and_then(int).unwrap_or(0);
            let rows = elements(first?)?.into_iter().enumerate();
            let rows =
                rows.map(|(at, one)| Value::list(vec![number(start.saturating_add(at as i64), here), one], here));
            Value::list(rows.collect(), here)
        }
        // What has no end is as long as anything that is worked out with it.
        "cycle" => {
            let round = elements(first?)?;
            Value::list(round.iter().cycle().take(CYCLE).cloned().collect(), here)
        }
        "replace-regex" => {
            let (pattern, with, plain) = (text(0)?, text(1)?, text(2)?);
            let regex = RegexBuilder::new(&pattern).size_limit(1 << 20).build().ok()?;
            let with = python_replacement(&with);
            // A replacement cannot make a text longer than this for each of its bytes.
            if plain.len().saturating_mul(with.len().max(1)) > limit.saturating_mul(16) {
                return None;
            }
            Value::text(regex.replace_all(&plain, with.as_str()).into_owned(), here)
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
            let mut bytes = big_endian(&text(0)?)?;
            if inputs.iter().skip(1).any(|order| order.as_text() == Some("little")) {
                bytes.reverse();
            }
            Value::bytes(bytes, here)
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
        _ => return sequence::compute(name, inputs, here).or_else(|| text_of::compute(name, inputs, here)),
    })
}

/// The bytes of a number that may be too large for any register, the highest first.
fn big_endian(number: &str) -> Option<Vec<u8>> {
    let plain = number.trim().replace('_', "");
    if let Some(hex) = plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X")) {
        let padded = if hex.len() % 2 == 0 { hex.to_owned() } else { format!("0{hex}") };
        return data_encoding::HEXLOWER_PERMISSIVE.decode(padded.as_bytes()).ok();
    }
    // Each digit costs a pass over the bytes so far.
    if plain.is_empty() || plain.len() > 2048 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    for digit in plain.bytes() {
        let mut carry = u32::from(digit - b'0');
        for byte in &mut bytes {
            carry += u32::from(*byte) * 10;
            *byte = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.reverse();
    Some(bytes)
}

/// Elements of a list that goes round and round.
const CYCLE: usize = 4096;

/// Python's way to write a replacement (`\\1`, `\\g<name>`) in the way of the engine.
fn python_replacement(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match (character, rest.peek()) {
            ('$', _) => out.push_str("$$"),
            ('\\', Some(digit)) if digit.is_ascii_digit() => {
                out.push_str("${");
                out.extend(rest.next());
                out.push('}');
            }
            ('\\', Some('g')) => {
                let group: String = rest.by_ref().skip(2).take_while(|c| *c != '>').collect();
                out.push_str("${");
                out.push_str(&group);
                out.push('}');
            }
            ('\\', Some(_)) => out.extend(rest.next()),
            _ => out.push(character),
        }
    }
    out
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
