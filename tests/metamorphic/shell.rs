//! Rewrites of shell.

use std::fmt::Write as _;

use data_encoding::{BASE64, HEXLOWER};
use skillscan::document::Language;
use skillscan::lower::operation::Program;
use skillscan::lower::shell::lower;

use crate::commands::commands;
use crate::site::{By, Rewrite};

/// Builtins, which no wrapper starts and which stand at no path.
const BUILTINS: &[&str] = &[
    ".",
    ":",
    "[[",
    "alias",
    "bg",
    "bind",
    "break",
    "builtin",
    "case",
    "cd",
    "command",
    "continue",
    "coproc",
    "declare",
    "dirs",
    "disown",
    "enable",
    "eval",
    "exec",
    "exit",
    "export",
    "false",
    "fc",
    "fg",
    "getopts",
    "hash",
    "help",
    "history",
    "jobs",
    "let",
    "local",
    "logout",
    "mapfile",
    "popd",
    "pushd",
    "read",
    "readarray",
    "readonly",
    "return",
    "select",
    "set",
    "setopt",
    "shift",
    "shopt",
    "source",
    "suspend",
    "time",
    "times",
    "trap",
    "true",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "unalias",
    "unset",
    "unsetopt",
    "wait",
    "whence",
];
/// Words that the grammar knows, which lose their meaning in a variable.
const DECLARING: &[&str] =
    &["[[", "alias", "case", "coproc", "declare", "export", "let", "local", "readonly", "select", "time", "typeset"];

/// What stands at places of a text is replaced.
fn edited(text: &str, mut edits: Vec<(usize, usize, String)>) -> Option<String> {
    if edits.is_empty() {
        return None;
    }
    edits.sort();
    edits.dedup();
    let mut out = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        out.replace_range(start..end, &new);
    }
    Some(out)
}

/// The plain first words of commands: where, and what.
fn names<'t>(text: &'t str, program: &Program, not: &[&str]) -> Vec<(usize, usize, &'t str)> {
    let mut found = Vec::new();
    for command in commands(program) {
        let Some(word) = command.words.first() else { continue };
        let (start, end) = (word.span.start as usize, word.span.end as usize);
        let Some(raw) = text.get(start..end) else { continue };
        let plain = raw.len() > 1
            && raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && raw.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_function = program.functions.iter().any(|function| function.name.as_deref() == Some(raw));
        if plain && word.literal().as_deref() == Some(raw) && !not.contains(&raw) && !is_function {
            found.push((start, end, raw));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn each_name(text: &str, not: &[&str], new: impl Fn(&str) -> String) -> Option<String> {
    let program = lower(text);
    let edits = names(text, &program, not).into_iter().map(|(start, end, name)| (start, end, new(name)));
    edited(text, edits.collect())
}

/// Something before the first line that is not `#!`.
fn headed(head: &str, text: &str) -> String {
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => format!("{first}\n{head}\n{rest}"),
        _ => format!("{head}\n{text}"),
    }
}

/// Every program is named through a definition that stands above all.
fn defined(
    text: &str,
    not: &[&str],
    define: impl Fn(usize, &str) -> String,
    name: impl Fn(usize) -> String,
) -> Option<String> {
    let program = lower(text);
    let found = names(text, &program, not);
    let mut known: Vec<&str> = found.iter().map(|(.., name)| *name).collect();
    known.sort_unstable();
    known.dedup();
    let at = |own: &str| known.iter().position(|name| *name == own).unwrap_or_default();
    let head: Vec<String> = known.iter().enumerate().map(|(at, name)| define(at, name)).collect();
    let edits = found.iter().map(|(start, end, own)| (*start, *end, name(at(own)))).collect();
    Some(headed(&head.join("\n"), &edited(text, edits)?))
}

/// Every plain argument of some length.
fn each_argument(text: &str, new: impl Fn(&str) -> String) -> Option<String> {
    let program = lower(text);
    let mut edits = Vec::new();
    for command in commands(&program) {
        if command
            .words
            .first()
            .and_then(skillscan::lower::operation::Word::literal)
            .is_some_and(|name| DECLARING.contains(&&*name))
        {
            continue;
        }
        for word in command.words.iter().skip(1) {
            let (start, end) = (word.span.start as usize, word.span.end as usize);
            let Some(raw) = text.get(start..end) else { continue };
            let plain = raw.len() > 3
                && raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:@".contains(&byte))
                && !raw.starts_with(['-', '~']);
            if plain && word.literal().as_deref() == Some(raw) {
                edits.push((start, end, new(raw)));
            }
        }
    }
    edited(text, edits)
}

fn halves(name: &str) -> (&str, &str) {
    name.split_at(name.len() / 2)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn rot13(text: &str) -> String {
    let turn = |c: char, base: u8| char::from((c as u8 - base + 13) % 26 + base);
    text.chars()
        .map(|c| match c {
            'a'..='z' => turn(c, b'a'),
            'A'..='Z' => turn(c, b'A'),
            other => other,
        })
        .collect()
}

fn octal(name: &str) -> String {
    name.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "\\{byte:03o}");
        out
    })
}

fn hex(name: &str) -> String {
    name.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "\\x{byte:02x}");
        out
    })
}

fn encoded(text: &str) -> String {
    BASE64.encode(text.as_bytes())
}

/// Rules about code that is hidden by encoding.
const ENCODED: &[&str] = &["decoded-payload-run", "decoded-text-acts"];
/// The code is the input of the shell, and so of what the shell starts: `ssh` sends the rest of it on, to a host which
/// only a text can name.
const PIPED: &[&str] = &["host-not-declared"];
/// Both.
const ENCODED_AND_PIPED: &[&str] = &["decoded-payload-run", "decoded-text-acts", "host-not-declared"];
/// Rules about names of programs that are put together.
const ASSEMBLED: &[&str] = &["command-assembled"];

/// What asks its user does not when the code itself is its input.
fn unless_it_asks(text: &str, rewritten: String) -> Option<String> {
    (!text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "read")).then_some(rewritten)
}

const fn code(name: &'static str, brings: &'static [&'static str], change: fn(&str) -> Option<String>) -> Rewrite {
    Rewrite { name, brings, by: By::Code(Language::Shell, change) }
}

pub(crate) const REWRITES: &[Rewrite] = &[
    code("sh-empty-quotes", ASSEMBLED, |text| {
        each_name(text, &["[["], |name| {
            let (one, two) = name.split_at(1);
            format!("{one}\"\"{two}")
        })
    }),
    code("sh-quoted-part", ASSEMBLED, |text| {
        each_name(text, &["[["], |name| {
            let (one, two) = halves(name);
            format!("'{one}'{two}")
        })
    }),
    code("sh-backslash", ASSEMBLED, |text| {
        each_name(text, &["[["], |name| {
            let (one, two) = name.split_at(1);
            format!("{one}\\{two}")
        })
    }),
    code("sh-leading-backslash", ASSEMBLED, |text| each_name(text, DECLARING, |name| format!("\\{name}"))),
    code("sh-unset-variable", ASSEMBLED, |text| {
        each_name(text, DECLARING, |name| {
            let (one, two) = name.split_at(1);
            format!("{one}${{zq}}{two}")
        })
    }),
    code("sh-positional", ASSEMBLED, |text| {
        each_name(text, DECLARING, |name| {
            let (one, two) = halves(name);
            format!("{one}$@{two}")
        })
    }),
    code("sh-ansi-c", ASSEMBLED, |text| {
        each_name(text, DECLARING, |name| {
            let (one, two) = name.split_at(1);
            format!("$'{}'{two}", hex(one))
        })
    }),
    code("sh-printf", ASSEMBLED, |text| each_name(text, DECLARING, |name| format!("$(printf '{}')", octal(name)))),
    code("sh-echo-rev", ASSEMBLED, |text| {
        each_name(text, DECLARING, |name| format!("$(rev <<< {})", name.chars().rev().collect::<String>()))
    }),
    code("sh-path", &[], |text| each_name(text, BUILTINS, |name| format!("/usr/bin/{name}"))),
    code("sh-sudo", &[], |text| each_name(text, BUILTINS, |name| format!("sudo {name}"))),
    code("sh-env", &[], |text| each_name(text, BUILTINS, |name| format!("env A=1 {name}"))),
    code("sh-nohup", &[], |text| each_name(text, BUILTINS, |name| format!("nohup {name}"))),
    code("sh-timeout", &[], |text| each_name(text, BUILTINS, |name| format!("timeout -k 5 60 {name}"))),
    code("sh-command", &[], |text| each_name(text, BUILTINS, |name| format!("command {name}"))),
    code("sh-busybox-nice", &[], |text| each_name(text, BUILTINS, |name| format!("nice -n 5 stdbuf -oL {name}"))),
    code("sh-continuation", &[], |text| each_name(text, &["[["], |name| format!("{name} \\\n "))),
    code("sh-continuation-inside", ASSEMBLED, |text| {
        each_name(text, &["[["], |name| {
            let (one, two) = halves(name);
            format!("{one}\\\n{two}")
        })
    }),
    code("sh-crlf", &[], |text| text.contains('\n').then(|| text.replace('\n', "\r\n"))),
    code("sh-variable", ASSEMBLED, |text| {
        defined(text, DECLARING, |at, name| format!("ZQ{at}={name}"), |at| format!("$ZQ{at}"))
    }),
    code("sh-variable-halves", ASSEMBLED, |text| {
        defined(
            text,
            DECLARING,
            |at, name| {
                let (one, two) = halves(name);
                format!("zq{at}={one} zr{at}={two}")
            },
            |at| format!("$zq{at}${{zr{at}}}"),
        )
    }),
    code("sh-array", ASSEMBLED, |text| {
        defined(text, DECLARING, |at, name| format!("zq{at}=(-x {name})"), |at| format!("${{zq{at}[1]}}"))
    }),
    code("sh-nameref", ASSEMBLED, |text| {
        defined(text, DECLARING, |at, name| format!("zr{at}={name}\ndeclare -n zq{at}=zr{at}"), |at| format!("$zq{at}"))
    }),
    code("sh-indirect", ASSEMBLED, |text| {
        defined(text, DECLARING, |at, name| format!("zr{at}={name}\nzq{at}=zr{at}"), |at| format!("${{!zq{at}}}"))
    }),
    code("sh-upper", ASSEMBLED, |text| {
        if names(text, &lower(text), DECLARING).iter().any(|(.., name)| name.contains(|c: char| c.is_uppercase())) {
            return None;
        }
        defined(text, DECLARING, |at, name| format!("zq{at}={}", name.to_uppercase()), |at| format!("${{zq{at},,}}"))
    }),
    code("sh-replace", ASSEMBLED, |text| {
        defined(
            text,
            DECLARING,
            |at, name| {
                let (one, two) = halves(name);
                format!("zq{at}='{one}%{two}'")
            },
            |at| format!("${{zq{at}//%/}}"),
        )
    }),
    code("sh-function", &[], |text| {
        defined(text, BUILTINS, |at, name| format!("zq{at}() {{ {name} \"$@\"; }}"), |at| format!("zq{at}"))
    }),
    code("sh-alias", &[], |text| {
        defined(text, DECLARING, |at, name| format!("alias zq{at}='{name}'"), |at| format!("zq{at}"))
    }),
    code("sh-eval", &[], |text| {
        each_name(text, DECLARING, |name| {
            let (one, two) = halves(name);
            format!("eval '{one}''{two}'")
        })
        .filter(|_| !text.contains(['"', '\'', '\\', '$']))
    }),
    code("sh-argument-quotes", ASSEMBLED, |text| {
        each_argument(text, |word| {
            let (one, two) = halves(word);
            format!("{one}\"\"{two}")
        })
    }),
    code("sh-argument-quoted", &[], |text| each_argument(text, |word| format!("\"{word}\""))),
    code("sh-argument-variable", &[], |text| {
        let mut head = Vec::new();
        let count = std::cell::RefCell::new(&mut head);
        let text = each_argument(text, |word| {
            let mut head = count.borrow_mut();
            let at = head.len();
            head.push(format!("zq{at}='{word}'"));
            format!("\"$zq{at}\"")
        })?;
        Some(headed(&head.join("\n"), &text))
    }),
    code("sh-c", &[], |text| Some(format!("bash -c {}", quoted(text)))),
    code("sh-eval-all", &[], |text| Some(format!("eval {}", quoted(text)))),
    code("sh-heredoc", PIPED, |text| unless_it_asks(text, format!("bash <<'ZQ'\n{text}\nZQ"))),
    code("sh-herestring", PIPED, |text| unless_it_asks(text, format!("bash <<< {}", quoted(text)))),
    code("sh-cat-heredoc", PIPED, |text| unless_it_asks(text, format!("cat <<'ZQ' | sudo bash\n{text}\nZQ"))),
    code("sh-file", &[], |text| {
        Some(format!("cat > /tmp/zq.sh <<'ZQ'\n{text}\nZQ\nchmod +x /tmp/zq.sh && /tmp/zq.sh"))
    }),
    code("sh-function-all", &[], |text| {
        (!text.contains("<<")).then(|| headed("", &format!("zq() {{\n{text}\n}}\nzq")))
    }),
    code("sh-subshell", &[], |text| (!text.contains("<<")).then(|| format!("(\n{text}\n) &"))),
    code("sh-condition", &[], |text| Some(format!("if [ -n \"$HOME\" ]; then\n{text}\nfi"))),
    code("sh-trap", &[], |text| Some(format!("trap {} EXIT", quoted(text)))),
    code("sh-base64", ENCODED_AND_PIPED, |text| {
        unless_it_asks(text, format!("echo {} | base64 -d | sh", encoded(text)))
    }),
    code("sh-base64-eval", ENCODED, |text| Some(format!("eval \"$(echo {} | base64 --decode)\"", encoded(text)))),
    code("sh-base64-substitution", ENCODED, |text| Some(format!("bash <(base64 -d <<< {})", encoded(text)))),
    code("sh-base64-source", ENCODED_AND_PIPED, |text| {
        unless_it_asks(text, format!("p={}\nsource /dev/stdin <<< \"$(base64 -d <<< \"$p\")\"", encoded(text)))
    }),
    code("sh-base64-twice", ENCODED_AND_PIPED, |text| {
        unless_it_asks(
            text,
            format!("x=\"{}\"\nprintf %s \"$x\" | base64 -d | base64 -d | bash -s", encoded(&encoded(text))),
        )
    }),
    code("sh-base64-python", ENCODED, |text| {
        let wrapped = encoded(text);
        Some(format!("python3 -c \"import os,base64;os.system(base64.b64decode('{wrapped}').decode())\""))
    }),
    code("sh-hex", ENCODED_AND_PIPED, |text| {
        unless_it_asks(text, format!("echo {} | xxd -r -p | bash", HEXLOWER.encode(text.as_bytes())))
    }),
    code("sh-rot13", ENCODED_AND_PIPED, |text| {
        let turned = quoted(&rot13(text));
        unless_it_asks(text, format!("echo {turned} | tr 'A-Za-z' 'N-ZA-Mn-za-m' | bash"))
    }),
    code("sh-openssl", ENCODED, |text| Some(format!("bash -c \"$(openssl base64 -d -A <<< '{}')\"", encoded(text)))),
    code("sh-rev", ENCODED_AND_PIPED, |text| {
        let lines: Vec<String> = text.trim_end().lines().map(|line| line.chars().rev().collect()).collect();
        (!text.contains("<<"))
            .then(|| format!("rev <<'ZQ' | sh\n{}\nZQ", lines.join("\n")))
            .and_then(|new| unless_it_asks(text, new))
    }),
];
