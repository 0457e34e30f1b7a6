//! Rewrites of JavaScript.

use std::fmt::Write as _;

use data_encoding::{BASE64, HEXLOWER};
use regex::Regex;
use skillscan::document::Language;

use crate::python::{changed, is_simple};
use crate::site::{By, Rewrite};

fn each_string(text: &str, new: impl Fn(char, &str) -> String) -> Option<String> {
    changed(text, true, str::to_owned, |mark, inside| is_simple(inside).then(|| new(mark, inside)))
}

/// Every `.name(` behind a name or a call.
fn each_method(text: &str, new: impl Fn(&str) -> String) -> Option<String> {
    let method = Regex::new(r"([\w$)\]])\.([A-Za-z]\w{2,})\(").unwrap();
    let change = |code: &str| {
        method
            .replace_all(code, |found: &regex::Captures<'_>| format!("{}[{}](", &found[1], new(&found[2])))
            .into_owned()
    };
    changed(text, true, change, |_, _| None)
}

/// Whether the text can stand inside a function.
fn movable(text: &str) -> bool {
    let module = Regex::new(r"(?m)^\s*(import|export)\b|\bawait\b|\breturn\b").unwrap();
    !module.is_match(text)
}

fn encoded(text: &str) -> String {
    BASE64.encode(text.as_bytes())
}

fn each_code(text: &str, from: &str, to: &str) -> Option<String> {
    let from = Regex::new(from).unwrap();
    changed(text, true, |code| from.replace_all(code, to).into_owned(), |_, _| None)
}

const ENCODED: &[&str] = &["decoded-payload-run", "decoded-text-acts", "api-by-computed-name"];
const COMPUTED: &[&str] = &["api-by-computed-name"];
/// To write a text in pieces, or in a code, is what this rule asks for: the names of modules are texts too.
const PIECES: &[&str] = &["api-by-computed-name"];

const fn code(name: &'static str, brings: &'static [&'static str], change: fn(&str) -> Option<String>) -> Rewrite {
    Rewrite { name, brings, by: By::Code(Language::JavaScript, change) }
}

pub(crate) const REWRITES: &[Rewrite] = &[
    code("js-bracket", COMPUTED, |text| each_method(text, |name| format!("'{name}'"))),
    code("js-bracket-split", COMPUTED, |text| {
        each_method(text, |name| {
            let (one, two) = name.split_at(2);
            format!("'{one}' + '{two}'")
        })
    }),
    code("js-bracket-reversed", COMPUTED, |text| {
        each_method(text, |name| format!("'{}'.split('').reverse().join('')", name.chars().rev().collect::<String>()))
    }),
    code("js-string-split", PIECES, |text| {
        each_string(text, |mark, inside| {
            let (one, two) = inside.split_at(inside.len() / 2);
            format!("({mark}{one}{mark} + {mark}{two}{mark})")
        })
    }),
    code("js-string-escapes", PIECES, |text| {
        each_string(text, |mark, inside| {
            let mut out = String::from(mark);
            for (at, byte) in inside.bytes().enumerate() {
                let _ = if at % 2 == 0 { write!(out, "\\x{byte:02x}") } else { write!(out, "\\u{byte:04x}") };
            }
            out.push(mark);
            out
        })
    }),
    code("js-string-atob", PIECES, |text| each_string(text, |_, inside| format!("atob('{}')", encoded(inside)))),
    code("js-string-buffer", PIECES, |text| {
        each_string(text, |_, inside| {
            format!("Buffer.from('{}', 'hex').toString()", HEXLOWER.encode(inside.as_bytes()))
        })
    }),
    code("js-string-codes", PIECES, |text| {
        each_string(text, |_, inside| {
            let codes: Vec<String> = inside.bytes().map(|byte| byte.to_string()).collect();
            format!("String.fromCharCode({})", codes.join(","))
        })
    }),
    code("js-string-joined", PIECES, |text| {
        each_string(text, |mark, inside| {
            let (one, two) = inside.split_at(inside.len() / 2);
            format!("[{mark}{one}{mark}, {mark}{two}{mark}].join('')")
        })
    }),
    code("js-string-replaced", PIECES, |text| {
        each_string(text, |mark, inside| {
            let (one, two) = inside.split_at(inside.len() / 2);
            format!("{mark}{one}@#{two}{mark}.replace(/@#/g, '')")
        })
    }),
    code("js-string-array", PIECES, |text| {
        let list = std::cell::RefCell::new(Vec::new());
        let text = each_string(text, |mark, inside| {
            let mut list = list.borrow_mut();
            list.push(format!("{mark}{inside}{mark}"));
            format!("zq[{}]", list.len() - 1)
        })
        .filter(|text| movable(text))?;
        Some(format!("const zq = [{}];\n{text}", list.into_inner().join(", ")))
    }),
    code("js-require-alias", &[], |text| {
        let text = each_code(text, r"\brequire\(", "zq(")?;
        movable(&text).then(|| format!("const zq = require;\n{text}"))
    }),
    code("js-require-main", COMPUTED, |text| each_code(text, r"\brequire\(", "process.mainModule.require(")),
    code("js-require-global", COMPUTED, |text| each_code(text, r"\brequire\(", "module['req' + 'uire'](")),
    code("js-create-require", &[], |text| {
        let text = each_code(text, r"\brequire\(", "zq(")?;
        movable(&text).then(|| format!("const zq = require('module').createRequire(__filename);\n{text}"))
    }),
    code("js-crlf", &[], |text| text.contains('\n').then(|| text.replace('\n', "\r\n"))),
    code("js-function", &[], |text| movable(text).then(|| format!("(function () {{\n{text}\n}})();\n"))),
    code("js-arrow", &[], |text| movable(text).then(|| format!("const zq = async () => {{\n{text}\n}};\nzq();\n"))),
    code("js-timeout", &[], |text| movable(text).then(|| format!("setTimeout(() => {{\n{text}\n}}, 10);\n"))),
    code("js-eval-buffer", ENCODED, |text| {
        movable(text).then(|| format!("eval(Buffer.from('{}', 'base64').toString('utf8'));\n", encoded(text)))
    }),
    code("js-eval-indirect", ENCODED, |text| {
        movable(text).then(|| format!("const zq = '{}';\n(0, globalThis['ev' + 'al'])(atob(zq));\n", encoded(text)))
    }),
    code("js-new-function", ENCODED, |text| {
        movable(text).then(|| format!("new Function('require', atob('{}'))(require);\n", encoded(text)))
    }),
    code("js-constructor", ENCODED, |text| {
        movable(text)
            .then(|| format!("[]['filter']['constructor'](Buffer.from('{}', 'base64').toString())();\n", encoded(text)))
    }),
    code("js-vm", ENCODED, |text| {
        movable(text).then(|| format!("require('vm').runInThisContext(atob('{}'));\n", encoded(text)))
    }),
    Rewrite {
        name: "js-heredoc",
        brings: &[],
        by: By::Fence(Language::JavaScript, |text| Some(("sh", format!("node - <<'ZQ'\n{text}\nZQ")))),
    },
    Rewrite {
        name: "js-e",
        brings: &[],
        by: By::Fence(Language::JavaScript, |text| Some(("sh", format!("node -e '{}'", text.replace('\'', "'\\''"))))),
    },
];
