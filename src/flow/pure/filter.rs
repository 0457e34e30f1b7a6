//! Text filters on constants: what a program writes, given its words and input.

use std::fmt::Write as _;

use super::super::decode;
use super::escapes;
use super::stream::{awk, sed};

/// What the filter `name` (see [`crate::flow::models::FILTERS`]) writes. `None` where it cannot be worked out.
pub(in crate::flow) fn filter(name: &str, words: &[String], stdin: Option<&[u8]>, limit: usize) -> Option<Vec<u8>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let input = || stdin.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let has = |flags: &[&str]| words.iter().any(|word| flags.contains(word));
    let operands: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-') || *word == "-").collect();
    let only_stdin = operands.is_empty() || operands == ["-"];
    let out: Vec<u8> = match name {
        "echo" => echo(&words),
        "printf" => printf(&words)?,
        "cat" | "tee" | "nl" | "iconv" if only_stdin => stdin?.to_vec(),
        "base64" if only_stdin || stdin.is_some() => {
            if words.iter().any(|word| matches!(*word, "--decode" | "-D" | "-d") || short(word, 'd')) {
                decode::base64(stdin?)?
            } else {
                data_encoding::BASE64.encode(stdin?).into_bytes()
            }
        }
        "base32" if only_stdin && has(&["-d", "--decode", "-D"]) => decode::decode("base32", stdin?, None, limit)?,
        "basenc" => {
            let scheme = words.iter().find_map(|word| word.strip_prefix("--base"))?;
            let scheme = if scheme.starts_with("64") {
                "base64"
            } else if scheme == "16" {
                "hex"
            } else {
                "base32"
            };
            decode::decode(scheme, stdin?, None, limit)?
        }
        "gunzip" => decode::decode("gzip", stdin?, None, limit)?,
        "openssl" => {
            let decodes = has(&["-d", "-D"]);
            let base64 = has(&["base64", "-base64", "-a"]) || words.first() == Some(&"base64");
            if !(decodes && base64) || has(&["-k", "-pass", "-K", "-pbkdf2"]) {
                return None;
            }
            decode::base64(stdin?)?
        }
        "xxd" if words.iter().any(|word| short(word, 'r')) => {
            if words.iter().any(|word| short(word, 'p') || *word == "-plain" || *word == "-ps") {
                decode::hex(stdin?)?
            } else {
                let hex: String = input()?
                    .lines()
                    .filter_map(|line| {
                        line.split_once(':').map(|(_, rest)| rest.split("  ").next().unwrap_or(rest).to_owned())
                    })
                    .collect();
                decode::hex(hex.as_bytes())?
            }
        }
        "xxd" if words.iter().any(|word| short(word, 'p')) => data_encoding::HEXLOWER.encode(stdin?).into_bytes(),
        "rev" if only_stdin => lines(input()?, |line| line.chars().rev().collect()),
        "tac" if only_stdin => {
            let mut all: Vec<&str> = input()?.lines().collect();
            all.reverse();
            joined(&all)
        }
        "sort" if only_stdin => {
            let mut all: Vec<&str> = input()?.lines().collect();
            all.sort_unstable();
            if has(&["-r", "--reverse"]) {
                all.reverse();
            }
            if has(&["-u"]) {
                all.dedup();
            }
            joined(&all)
        }
        "uniq" if only_stdin => {
            let mut all: Vec<&str> = input()?.lines().collect();
            all.dedup();
            joined(&all)
        }
        "tr" => tr(&words, input()?)?.into_bytes(),
        "cut" => cut(&words, input()?)?,
        "sed" => sed(&words, input()?)?.into_bytes(),
        "awk" => awk(&words, input().unwrap_or_default())?.into_bytes(),
        "head" | "tail" => ends(name == "tail", &words, stdin?)?,
        "fold" if only_stdin => input()?.replace('\n', "").into_bytes(),
        "paste" if words.iter().any(|word| short(word, 's')) => {
            let by = value_of(&words, 'd').unwrap_or("\t");
            input()?.lines().collect::<Vec<_>>().join(by).into_bytes()
        }
        "seq" => seq(&operands)?,
        "xargs-echo" => input()?.split_whitespace().collect::<Vec<_>>().join(" ").into_bytes(),
        "basename" => {
            let base = super::super::paths::name(operands.first()?);
            let base = operands.get(1).and_then(|end| base.strip_suffix(end)).unwrap_or(base);
            base.as_bytes().to_vec()
        }
        "dirname" => super::super::paths::folder(operands.first()?).as_bytes().to_vec(),
        _ => return None,
    };
    (out.len() <= limit).then_some(out)
}

/// Whether a word is a cluster of short options with this letter.
fn short(word: &str, letter: char) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
}

/// The value of a short option: attached or the next word.
pub(super) fn value_of<'w>(words: &[&'w str], letter: char) -> Option<&'w str> {
    for (at, word) in words.iter().enumerate() {
        if let Some(rest) = word.strip_prefix('-').and_then(|rest| rest.strip_prefix(letter)) {
            return if rest.is_empty() { words.get(at + 1).copied() } else { Some(rest) };
        }
    }
    None
}

fn lines(text: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let changed: Vec<String> = text.split('\n').map(change).collect();
    changed.join("\n").into_bytes()
}

fn joined(lines: &[&str]) -> Vec<u8> {
    let mut out = lines.join("\n");
    out.push('\n');
    out.into_bytes()
}

fn echo(words: &[&str]) -> Vec<u8> {
    let is_option = |word: &&&str| {
        word.len() > 1 && word.starts_with('-') && word.chars().skip(1).all(|c| matches!(c, 'n' | 'e' | 'E'))
    };
    let options = words.iter().take_while(is_option).count();
    let (flags, rest) = words.split_at(options);
    let set = |letter: char| flags.iter().any(|flag| flag.contains(letter));
    let mut text = rest.join(" ");
    if set('e') {
        text = escapes(&text);
    }
    if !set('n') {
        text.push('\n');
    }
    text.into_bytes()
}

/// `printf format words…`: the format is used again while words are left.
fn printf(words: &[&str]) -> Option<Vec<u8>> {
    let words = if words.first() == Some(&"--") { words.get(1..)? } else { words };
    let (format, arguments) = words.split_first()?;
    let mut arguments = arguments.iter();
    let mut out = String::new();
    let rounds = 1 + arguments.len();
    for round in 0..rounds {
        let before = arguments.len();
        if round > 0 && before == 0 {
            break;
        }
        let mut characters = format.chars();
        let mut piece = String::new();
        while let Some(character) = characters.next() {
            if character != '%' {
                piece.push(character);
                if character == '\\' {
                    piece.extend(characters.next());
                }
                continue;
            }
            out.push_str(&escapes(&piece));
            piece.clear();
            let kind = loop {
                match characters.next() {
                    Some(flag) if flag.is_ascii_digit() || matches!(flag, '-' | '+' | ' ' | '#' | '.') => {}
                    other => break other,
                }
            };
            match kind {
                Some('%') => out.push('%'),
                Some('s' | 'd' | 'i' | 'u') => out.push_str(arguments.next().copied().unwrap_or_default()),
                Some('b') => out.push_str(&escapes(arguments.next().copied().unwrap_or_default())),
                Some('c') => out.extend(arguments.next().and_then(|word| word.chars().next())),
                Some('x') => {
                    let number: i64 = arguments.next()?.parse().ok()?;
                    write!(out, "{number:x}").ok()?;
                }
                Some('o') => {
                    let number: i64 = arguments.next()?.parse().ok()?;
                    write!(out, "{number:o}").ok()?;
                }
                Some('q') => out.push_str(arguments.next().copied().unwrap_or_default()),
                _ => return None,
            }
        }
        out.push_str(&escapes(&piece));
        if arguments.len() == before {
            break;
        }
    }
    Some(out.into_bytes())
}

/// A set of `tr`: ranges, escapes, some classes.
fn set(text: &str) -> Vec<char> {
    let text = text
        .replace("[:upper:]", "A-Z")
        .replace("[:lower:]", "a-z")
        .replace("[:digit:]", "0-9")
        .replace("[:alpha:]", "A-Za-z")
        .replace("[:alnum:]", "A-Za-z0-9")
        .replace("[:space:]", " \\t\\n\\r")
        .replace("[:blank:]", " \\t");
    let characters: Vec<char> = escapes(&text).chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(from) = characters.get(at).copied() {
        match (characters.get(at + 1), characters.get(at + 2).copied()) {
            (Some('-'), Some(to)) if from <= to => {
                out.extend(from..=to);
                at += 3;
            }
            _ => {
                out.push(from);
                at += 1;
            }
        }
        if out.len() > 70_000 {
            break;
        }
    }
    out
}

fn tr(words: &[&str], input: &str) -> Option<String> {
    let options: String = words.iter().filter(|word| word.starts_with('-') && word.len() > 1).copied().collect();
    let sets: Vec<&str> = words.iter().copied().filter(|word| !(word.starts_with('-') && word.len() > 1)).collect();
    let from = set(sets.first()?);
    let complement = options.contains('c') || options.contains('C');
    let inside = |character: char| from.contains(&character) != complement;
    if options.contains('d') {
        return Some(input.chars().filter(|character| !inside(*character)).collect());
    }
    let to = match sets.get(1) {
        Some(to) => set(to),
        None if options.contains('s') => return Some(input.to_owned()),
        None => return None,
    };
    let last = *to.last()?;
    let mut out = String::with_capacity(input.len());
    for character in input.chars() {
        let changed = if complement {
            if inside(character) { last } else { character }
        } else {
            match from.iter().rposition(|own| *own == character) {
                Some(at) => to.get(at).copied().unwrap_or(last),
                None => character,
            }
        };
        if !(options.contains('s') && inside(character) && out.ends_with(changed)) {
            out.push(changed);
        }
    }
    Some(out)
}

/// Positions as `cut` takes them, from 1.
fn chosen(list: &str, at: usize) -> bool {
    list.split(',').any(|range| match range.split_once('-') {
        Some((from, to)) => {
            let from = if from.is_empty() { 1 } else { from.parse().unwrap_or(usize::MAX) };
            let to = if to.is_empty() { usize::MAX } else { to.parse().unwrap_or(0) };
            (from..=to).contains(&at)
        }
        None => range.parse() == Ok(at),
    })
}

fn cut(words: &[&str], input: &str) -> Option<Vec<u8>> {
    if let Some(list) = value_of(words, 'c').or_else(|| value_of(words, 'b')) {
        return Some(lines(input, |line| {
            line.chars().enumerate().filter(|(at, _)| chosen(list, at + 1)).map(|(_, character)| character).collect()
        }));
    }
    let list = value_of(words, 'f')?;
    let by = value_of(words, 'd').unwrap_or("\t");
    Some(lines(input, |line| {
        if !line.contains(by) {
            return line.to_owned();
        }
        let fields: Vec<&str> =
            line.split(by).enumerate().filter(|(at, _)| chosen(list, at + 1)).map(|(_, field)| field).collect();
        fields.join(by)
    }))
}

fn ends(tail: bool, words: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    if let Some(count) = value_of(words, 'c') {
        let (from_start, count) = match count.strip_prefix('+') {
            Some(rest) => (true, rest.parse::<usize>().ok()?),
            None => (false, count.parse::<usize>().ok()?),
        };
        return Some(match (tail, from_start) {
            (false, _) => input.get(..count.min(input.len()))?.to_vec(),
            (true, true) => input.get(count.saturating_sub(1).min(input.len())..)?.to_vec(),
            (true, false) => input.get(input.len().saturating_sub(count)..)?.to_vec(),
        });
    }
    let count = value_of(words, 'n').or_else(|| words.iter().find_map(|word| word.strip_prefix('-')));
    let text = std::str::from_utf8(input).ok()?;
    let all: Vec<&str> = text.lines().collect();
    let (from_start, count) = match count {
        None => (false, 10),
        Some(count) => match count.strip_prefix('+') {
            Some(rest) => (true, rest.parse::<usize>().ok()?),
            None => (false, count.parse::<usize>().ok()?),
        },
    };
    let kept = match (tail, from_start) {
        (false, _) => all.get(..count.min(all.len()))?,
        (true, true) => all.get(count.saturating_sub(1).min(all.len())..)?,
        (true, false) => all.get(all.len().saturating_sub(count)..)?,
    };
    Some(joined(kept))
}

fn seq(operands: &[&str]) -> Option<Vec<u8>> {
    let numbers: Vec<i64> = operands.iter().map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let (from, step, to) = match numbers.as_slice() {
        [to] => (1, 1, *to),
        [from, to] => (*from, 1, *to),
        [from, step, to] => (*from, *step, *to),
        _ => return None,
    };
    if step <= 0 || to.saturating_sub(from) / step > 10_000 {
        return None;
    }
    let mut out = String::new();
    let mut number = from;
    while number <= to {
        out.push_str(&number.to_string());
        out.push('\n');
        number += step;
    }
    Some(out.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_write_what_the_programs_write() {
        for (line, input, output) in [
            ("echo a  b", None, "a b\n"),
            ("echo -ne a\\x62", None, "ab"),
            ("printf \\143\\165", None, "cu"),
            ("printf %s%s cu rl", None, "curl"),
            ("printf %b \\x63", None, "c"),
            ("rev", Some("hsab"), "bash"),
            ("tr a-z n-za-m", Some("vq"), "id"),
            ("tr -d x", Some("cxuxrxl"), "curl"),
            ("tr [:upper:] [:lower:]", Some("ID"), "id"),
            ("cut -c2-3", Some("xidy"), "id"),
            ("cut -d, -f2", Some("a,id,b"), "id"),
            ("sed s/x//g", Some("ixdx"), "id"),
            ("sed s/\\(i\\)x/\\1d/", Some("ix"), "id"),
            ("awk {print$2}", Some("a id"), "id\n"),
            ("base64 -d", Some("aWQ="), "id"),
            ("xxd -r -p", Some("6964"), "id"),
            ("head -c 2", Some("idxx"), "id"),
            ("tail -c +3", Some("xxid"), "id"),
            ("basename /a/b.sh .sh", None, "b"),
        ] {
            let mut words = line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned);
            let name = words.next().unwrap_or_default();
            let words: Vec<String> = words.collect();
            let written = filter(&name, &words, input.map(str::as_bytes), 1000);
            assert_eq!(
                written.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).as_deref(),
                Some(output),
                "{line}"
            );
        }
        assert_eq!(filter("sed", &["s/x/id/e".to_owned()], Some(b"x"), 100), None);
        assert_eq!(filter("cat", &["file".to_owned()], None, 100), None);
    }
}
