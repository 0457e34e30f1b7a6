//! Rewrites of Python.

use data_encoding::{BASE64, HEXLOWER};
use regex::Regex;
use skillscan::document::Language;

use crate::site::{By, Rewrite};

/// A piece of a text: code, or something in quotes or a comment.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) enum Piece<'t> {
    Code(&'t str),
    /// A plain string literal: its quote mark and its inside.
    Plain(char, &'t str),
    /// A comment, or a string of another kind.
    Other(&'t str),
}

/// Cuts a text of Python (or of JavaScript) at strings and comments.
pub(crate) fn pieces(text: &str, javascript: bool) -> Vec<Piece<'_>> {
    let pattern = if javascript {
        r#"(?s)//[^\n]*|/\*.*?\*/|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[=(,:]\s*/(?:\\.|\[[^\]\n]*\]|[^/\\\n*])(?:\\.|\[[^\]\n]*\]|[^/\\\n])*/"#
    } else {
        r#"(?s)#[^\n]*|\w*(?:"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?''')|\b[rRbBfFuU]{1,2}(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"#
    };
    let pattern = Regex::new(pattern).unwrap();
    let mut pieces = Vec::new();
    let mut at = 0;
    for found in pattern.find_iter(text) {
        pieces.push(Piece::Code(&text[at..found.start()]));
        at = found.end();
        let whole = found.as_str();
        let plain = whole.starts_with(['"', '\'']) && !whole.starts_with("\"\"\"") && !whole.starts_with("'''");
        pieces.push(if plain {
            Piece::Plain(if whole.starts_with('"') { '"' } else { '\'' }, &whole[1..whole.len() - 1])
        } else {
            Piece::Other(whole)
        });
    }
    pieces.push(Piece::Code(&text[at..]));
    pieces
}

/// Puts pieces together again, with code and plain strings changed. `string` is told whether the literal may become an
/// expression in parentheses.
pub(crate) fn changed(
    text: &str,
    javascript: bool,
    code: impl Fn(&str) -> String,
    string: impl Fn(char, &str) -> Option<String>,
) -> Option<String> {
    let pieces = pieces(text, javascript);
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Code(text) => out.push_str(&code(text)),
            Piece::Other(text) => out.push_str(text),
            Piece::Plain(mark, inside) => {
                let code_at = |at: usize| match pieces.get(at) {
                    Some(Piece::Code(code)) => *code,
                    _ => "",
                };
                let before = at.checked_sub(1).map_or("", code_at);
                let after = code_at(at + 1);
                // Strings side by side are one; keys of objects, modules of imports and statements stay as they are.
                let line = before.rsplit('\n').next().unwrap_or_default();
                let blank = |code: &str| code.trim().is_empty();
                let beside = (blank(before) && at > 1) || (blank(after) && at + 2 < pieces.len());
                let key = javascript && after.trim_start().starts_with(':') && before.trim_end().ends_with(['{', ',']);
                let module = javascript
                    && (line.trim_end().ends_with("from")
                        || line.trim_start().starts_with("import ") && !line.contains('('));
                let statement = line.trim().is_empty() && (before.is_empty() || before.ends_with('\n'));
                let new = if beside || key || module || statement { None } else { string(*mark, inside) };
                if let Some(new) = new {
                    out.push_str(&new);
                } else {
                    out.push(*mark);
                    out.push_str(inside);
                    out.push(*mark);
                }
            }
        }
    }
    (out != text).then_some(out)
}

pub(crate) fn is_simple(inside: &str) -> bool {
    inside.len() > 2 && inside.is_ascii() && !inside.contains(['\\', '\n'])
}

/// The modules that a text imports by `import x`, one to a line.
fn modules(text: &str) -> Vec<String> {
    let line = Regex::new(r"(?m)^[ \t]*import ([\w, ]+?)[ \t]*(?:#.*)?\r?$").unwrap();
    let mut found: Vec<String> = Vec::new();
    for names in line.captures_iter(text) {
        for name in names[1].split(',').map(str::trim) {
            if !name.contains(' ') && !found.iter().any(|known| known == name) {
                found.push(name.to_owned());
            }
        }
    }
    found
}

/// Every `module.name(` of an imported module, in code.
fn each_call(text: &str, new: impl Fn(&str, &str) -> String) -> Option<String> {
    let known = modules(text);
    let call = Regex::new(r"(^|[^\w.])(\w+)\.(\w+)\(").unwrap();
    changed(
        text,
        false,
        |code| {
            call.replace_all(code, |found: &regex::Captures<'_>| {
                if known.iter().any(|module| *module == found[2]) {
                    format!("{}{}(", &found[1], new(&found[2], &found[3]))
                } else {
                    found[0].to_owned()
                }
            })
            .into_owned()
        },
        |_, _| None,
    )
}

/// Every `import x` line.
fn each_import(text: &str, new: impl Fn(&str) -> String) -> Option<String> {
    let line = Regex::new(r"(?m)^([ \t]*)import ([\w, ]+?)[ \t]*$").unwrap();
    let change = |code: &str| {
        line.replace_all(code, |found: &regex::Captures<'_>| {
            let names: Vec<&str> = found[2].split(',').map(str::trim).collect();
            if names.iter().any(|name| name.contains(' ')) {
                return found[0].to_owned();
            }
            let lines: Vec<String> = names.iter().map(|name| format!("{}{}", &found[1], new(name))).collect();
            lines.join("\n")
        })
        .into_owned()
    };
    changed(text, false, change, |_, _| None)
}

fn each_string(text: &str, new: impl Fn(char, &str) -> String) -> Option<String> {
    changed(text, false, str::to_owned, |mark, inside| is_simple(inside).then(|| new(mark, inside)))
}

fn encoded(text: &str) -> String {
    BASE64.encode(text.as_bytes())
}

/// Without what can only stand at the top of a file.
fn movable(text: &str) -> bool {
    !text.contains("__future__")
}

fn quoted_for_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

const ENCODED: &[&str] = &["decoded-payload-run", "decoded-text-acts", "api-by-computed-name", "command-assembled"];
/// To write a text in pieces is what these rules ask for: a harmless twin of theirs is harmless because it does not.
const PIECES: &[&str] = &["api-by-computed-name", "command-assembled"];
const COMPUTED: &[&str] = &["api-by-computed-name", "command-injection"];

const fn code(name: &'static str, brings: &'static [&'static str], change: fn(&str) -> Option<String>) -> Rewrite {
    Rewrite { name, brings, by: By::Code(Language::Python, change) }
}

pub(crate) const REWRITES: &[Rewrite] = &[
    code("py-alias", &[], |text| {
        let known = modules(text);
        let use_of = Regex::new(r"(^|[^\w.])(\w+)\.").unwrap();
        let text = each_import(text, |name| format!("import {name} as zq_{name}"))?;
        let change = |code: &str| {
            use_of
                .replace_all(code, |found: &regex::Captures<'_>| {
                    let known = known.iter().any(|module| *module == found[2]);
                    format!("{}{}{}.", &found[1], if known { "zq_" } else { "" }, &found[2])
                })
                .into_owned()
        };
        changed(&text, false, change, |_, _| None)
    }),
    code("py-getattr", COMPUTED, |text| each_call(text, |module, name| format!("getattr({module}, '{name}')"))),
    code("py-getattr-split", COMPUTED, |text| {
        each_call(text, |module, name| {
            let (one, two) = name.split_at(name.len() / 2);
            format!("getattr({module}, '{one}' + '{two}')")
        })
    }),
    code("py-dict", COMPUTED, |text| each_call(text, |module, name| format!("{module}.__dict__['{name}']"))),
    code("py-vars", COMPUTED, |text| {
        each_call(text, |module, name| {
            let turned: String = name.chars().rev().collect();
            format!("vars({module})['{turned}'[::-1]]")
        })
    }),
    code("py-partial", &[], |text| {
        each_call(text, |module, name| format!("__import__('functools').partial({module}.{name})"))
    }),
    code("py-lambda", &[], |text| {
        each_call(text, |module, name| format!("(lambda *a, **k: {module}.{name}(*a, **k))"))
    }),
    code("py-import-function", COMPUTED, |text| {
        each_import(text, |name| {
            let (one, two) = name.split_at(name.len() / 2);
            format!("{name} = __import__('{one}' + '{two}')")
        })
    }),
    code("py-importlib", COMPUTED, |text| {
        each_import(text, |name| format!("import importlib; {name} = importlib.import_module('{name}')"))
    }),
    code("py-import-exec", COMPUTED, |text| each_import(text, |name| format!("exec('imp' + 'ort {name}')"))),
    code("py-string-split", PIECES, |text| {
        each_string(text, |mark, inside| {
            let (one, two) = inside.split_at(inside.len() / 2);
            format!("({mark}{one}{mark} + {mark}{two}{mark})")
        })
    }),
    code("py-string-reversed", PIECES, |text| {
        each_string(text, |mark, inside| {
            let turned: String = inside.chars().rev().collect();
            format!("{mark}{turned}{mark}[::-1]")
        })
    }),
    code("py-string-join", PIECES, |text| {
        each_string(text, |_, inside| {
            let codes: Vec<String> = inside.bytes().map(|byte| byte.to_string()).collect();
            format!("''.join(map(chr, [{}]))", codes.join(", "))
        })
    }),
    code("py-string-hex", ENCODED, |text| {
        each_string(text, |_, inside| format!("bytes.fromhex('{}').decode()", HEXLOWER.encode(inside.as_bytes())))
    }),
    code("py-string-base64", ENCODED, |text| {
        each_string(text, |_, inside| format!("__import__('base64').b64decode('{}').decode()", encoded(inside)))
    }),
    code("py-string-xor", PIECES, |text| {
        each_string(text, |_, inside| {
            let codes: Vec<String> = inside.bytes().map(|byte| (byte ^ 0x17).to_string()).collect();
            format!("''.join(chr(c ^ 23) for c in [{}])", codes.join(", "))
        })
    }),
    code("py-string-format", PIECES, |text| {
        each_string(text, |mark, inside| {
            let (one, two) = inside.split_at(inside.len() / 2);
            format!("'{{1}}{{0}}'.format({mark}{two}{mark}, {mark}{one}{mark})")
        })
    }),
    code("py-string-variable", &[], |text| {
        let count = std::cell::RefCell::new(Vec::new());
        let text = each_string(text, |mark, inside| {
            let mut head = count.borrow_mut();
            let at = head.len();
            head.push(format!("zq{at} = {mark}{inside}{mark}"));
            format!("zq{at}")
        })
        .filter(|text| movable(text))?;
        Some(format!("{}\n{text}", count.into_inner().join("\n")))
    }),
    code("py-crlf", &[], |text| text.contains('\n').then(|| text.replace('\n', "\r\n"))),
    code("py-function", &[], |text| {
        if !movable(text) || text.contains("\"\"\"") || text.contains("'''") || text.contains(" import *") {
            return None;
        }
        let body: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
        Some(format!("def zq():\n    pass\n{}\n\nzq()\n", body.join("\n")))
    }),
    code("py-exec-base64", ENCODED, |text| {
        Some(format!("import base64\nexec(base64.b64decode('{}').decode())\n", encoded(text)))
    }),
    code("py-exec-compile", ENCODED, |text| {
        let wrapped = encoded(text);
        Some(format!("import base64 as b\nzq = b.b64decode(b'{wrapped}')\nexec(compile(zq, '<s>', 'exec'))\n"))
    }),
    code("py-exec-hex", ENCODED, |text| Some(format!("exec(bytes.fromhex('{}'))\n", HEXLOWER.encode(text.as_bytes())))),
    code("py-exec-dunder", ENCODED, |text| {
        let wrapped = encoded(text);
        Some(format!("getattr(__builtins__, 'ex' + 'ec')(__import__('base64').b64decode('{wrapped}'))\n"))
    }),
    Rewrite {
        name: "py-heredoc",
        brings: &[],
        by: By::Fence(Language::Python, |text| Some(("sh", format!("python3 - <<'ZQ'\n{text}\nZQ")))),
    },
    Rewrite {
        name: "py-c",
        brings: &[],
        by: By::Fence(Language::Python, |text| Some(("sh", format!("python3 -c {}", quoted_for_shell(text))))),
    },
    Rewrite {
        name: "py-base64-pipe",
        brings: ENCODED,
        by: By::Fence(Language::Python, |text| Some(("sh", format!("echo {} | base64 -d | python3", encoded(text))))),
    },
];
