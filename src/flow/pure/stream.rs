//! Programs of `sed` and `awk`, as far as they only rearrange text.

use super::escapes;
use super::filter::value_of;

/// `s/a/b/g` and `y/abc/xyz/`, several of them; everything else is not worked out.
pub(super) fn sed(words: &[&str], input: &str) -> Option<String> {
    let mut extended = false;
    let mut scripts = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match *word {
            "-E" | "-r" => extended = true,
            "-e" => {
                at += 1;
                scripts.push(*words.get(at)?);
            }
            _ if word.starts_with('-') => return None,
            _ if scripts.is_empty() => scripts.push(word),
            _ => return None,
        }
        at += 1;
    }
    let mut text = input.to_owned();
    for script in scripts {
        let mut rest = script.trim();
        while !rest.is_empty() {
            let kind = rest.chars().next()?;
            if !matches!(kind, 's' | 'y') {
                return None;
            }
            let body = rest.get(1..)?;
            let by = body.chars().next()?;
            let mut pieces = vec![String::new()];
            let mut end = body.len();
            let mut escaped = false;
            for (offset, character) in body.char_indices().skip(1) {
                if escaped {
                    if character != by {
                        pieces.last_mut()?.push('\\');
                    }
                    pieces.last_mut()?.push(character);
                    escaped = false;
                } else if character == '\\' {
                    escaped = true;
                } else if character == by {
                    if pieces.len() == 2 {
                        end = offset + character.len_utf8();
                        break;
                    }
                    pieces.push(String::new());
                } else {
                    pieces.last_mut()?.push(character);
                }
            }
            let [from, to] = pieces.as_slice() else { return None };
            let tail = body.get(end..)?;
            let flags: String = tail.chars().take_while(char::is_ascii_alphanumeric).collect();
            if flags.contains('e') || flags.contains('w') {
                return None;
            }
            rest = tail.get(flags.len()..)?.trim_start_matches([';', ' ', '\n']);
            if kind == 'y' {
                let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
                text = text
                    .chars()
                    .map(|character| match from.iter().position(|own| *own == character) {
                        Some(at) => to.get(at).copied().unwrap_or(character),
                        None => character,
                    })
                    .collect();
                continue;
            }
            let pattern = if extended { from.clone() } else { basic_to_extended(from) };
            let case = if flags.contains(['i', 'I']) { "(?i)" } else { "" };
            let regex = regex::RegexBuilder::new(&format!("(?m){case}{pattern}")).size_limit(1 << 20).build().ok()?;
            let with = replacement(to);
            text = if flags.contains('g') {
                regex.replace_all(&text, with.as_str()).into_owned()
            } else {
                let changed: Vec<String> =
                    text.split('\n').map(|line| regex.replace(line, with.as_str()).into_owned()).collect();
                changed.join("\n")
            };
        }
    }
    Some(text)
}

fn basic_to_extended(pattern: &str) -> String {
    let mut out = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(next @ ('(' | ')' | '{' | '}' | '+' | '?' | '|')) => out.push(next),
                Some(next) => {
                    out.push('\\');
                    out.push(next);
                }
                None => out.push_str("\\\\"),
            },
            '(' | ')' | '{' | '}' | '+' | '?' | '|' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}

fn replacement(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '$' => out.push_str("$$"),
            '&' => out.push_str("${0}"),
            '\\' => match characters.next() {
                Some(digit) if digit.is_ascii_digit() => out.extend(["${", digit.to_string().as_str(), "}"]),
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

/// `{print $N}`, `BEGIN{printf "…"}`, `BEGIN{print "…"}`.
pub(super) fn awk(words: &[&str], input: &str) -> Option<String> {
    let by = value_of(words, 'F');
    let program = words.iter().find(|word| word.contains('{'))?.trim();
    let (begin, body) = match program.strip_prefix("BEGIN") {
        Some(rest) => (true, rest.trim()),
        None => (false, program),
    };
    let body = body.strip_prefix('{')?.strip_suffix('}')?.trim().trim_end_matches(';');
    let (newline, what) = match body.strip_prefix("printf") {
        Some(rest) => (false, rest.trim().trim_start_matches('(').trim_end_matches(')')),
        None => (true, body.strip_prefix("print")?.trim()),
    };
    let line_out = |fields: &[&str]| -> Option<String> {
        let mut out = String::new();
        let mut rest = what;
        while !rest.is_empty() {
            if let Some(quoted) = rest.strip_prefix('"') {
                let end = quoted.find('"')?;
                out.push_str(&escapes(&quoted[..end]));
                rest = quoted[end + 1..].trim_start();
            } else if let Some(field) = rest.strip_prefix('$') {
                let digits: String = field.chars().take_while(char::is_ascii_digit).collect();
                let number: usize = digits.parse().ok()?;
                if number == 0 {
                    out.push_str(&fields.join(by.unwrap_or(" ")));
                } else {
                    out.push_str(fields.get(number - 1).copied().unwrap_or_default());
                }
                rest = field[digits.len()..].trim_start();
            } else if let Some(tail) = rest.strip_prefix(',') {
                out.push(' ');
                rest = tail.trim_start();
            } else {
                return None;
            }
        }
        if newline {
            out.push('\n');
        }
        Some(out)
    };
    if begin && !newline && what.contains('%') {
        let mut words: Vec<String> = Vec::new();
        for piece in what.split(',') {
            let piece = piece.trim();
            let quoted = piece.strip_prefix('"').and_then(|piece| piece.strip_suffix('"'));
            words.push(match quoted {
                Some(text) => escapes(text),
                None => piece.parse::<u32>().ok()?.to_string(),
            });
        }
        return awk_format(&words);
    }
    if begin {
        return line_out(&[]);
    }
    let mut out = String::new();
    for line in input.lines() {
        let fields: Vec<&str> = match by {
            Some(by) => line.split(by).collect(),
            None => line.split_whitespace().collect(),
        };
        out.push_str(&line_out(&fields)?);
    }
    Some(out)
}

/// awk's `printf`: a number for `%c` is a character's code.
fn awk_format(words: &[String]) -> Option<String> {
    let (format, mut arguments) = (words.first()?, words.iter().skip(1));
    let mut out = String::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        match characters.next()? {
            '%' => out.push('%'),
            'c' => {
                let argument = arguments.next()?;
                out.push(match argument.parse::<u32>() {
                    Ok(code) => char::from_u32(code)?,
                    Err(_) => argument.chars().next()?,
                });
            }
            's' | 'd' | 'i' => out.push_str(arguments.next()?),
            _ => return None,
        }
    }
    Some(out)
}
