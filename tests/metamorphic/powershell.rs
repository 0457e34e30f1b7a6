//! Rewrites of PowerShell.

use data_encoding::BASE64;
use regex::{Captures, Regex};
use skillscan::document::Language;

use crate::site::{By, Rewrite};

/// Names of commands outside of quotes and comments.
fn each_name(text: &str, new: impl Fn(&str) -> String) -> Option<String> {
    let token = Regex::new(
        r#"(?s)<#.*?#>|#[^\n]*|@'.*?'@|@".*?"@|'[^']*'|"(?:`.|[^"`])*"|(^|[\s|({;=])((?:[A-Z][a-z]+-[A-Z]\w+|iex|iwr|irm|curl|wget)\b)"#,
    )
    .unwrap();
    let out = token.replace_all(text, |found: &Captures<'_>| match found.get(2) {
        Some(name) => format!("{}{}", &found[1], new(name.as_str())),
        None => found[0].to_owned(),
    });
    (out != text).then(|| out.into_owned())
}

/// Strings in single quotes that stand as arguments in parentheses.
fn each_string(text: &str, new: impl Fn(&str) -> String) -> Option<String> {
    let token = Regex::new(r#"(?s)<#.*?#>|#[^\n]*|@'.*?'@|@".*?"@|"(?:`.|[^"`])*"|'([^'\n]{4,})'"#).unwrap();
    let out = token.replace_all(text, |found: &Captures<'_>| match found.get(1) {
        Some(inside) => new(inside.as_str()),
        None => found[0].to_owned(),
    });
    (out != text).then(|| out.into_owned())
}

fn utf16(text: &str) -> String {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    BASE64.encode(&bytes)
}

fn noisy(name: &str) -> String {
    name.chars()
        .enumerate()
        .map(|(at, c)| if at % 2 == 0 { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() })
        .collect()
}

const ENCODED: &[&str] = &["decoded-payload-run", "decoded-text-acts"];
const COMPUTED: &[&str] = &["command-assembled"];

const fn code(name: &'static str, brings: &'static [&'static str], change: fn(&str) -> Option<String>) -> Rewrite {
    Rewrite { name, brings, by: By::Code(Language::PowerShell, change) }
}

pub const REWRITES: &[Rewrite] = &[
    code("ps-case", &[], |text| each_name(text, noisy)),
    code("ps-backticks", COMPUTED, |text| {
        each_name(text, |name| {
            let mut out = String::new();
            for (at, c) in name.chars().enumerate() {
                if at > 0 && at % 3 == 1 && !"0abefnrtuvxABEFNRTUVX-".contains(c) {
                    out.push('`');
                }
                out.push(c);
            }
            out
        })
    }),
    code("ps-call-split", COMPUTED, |text| {
        each_name(text, |name| {
            let (one, two) = name.split_at(name.len() / 2);
            format!("& ('{one}' + '{two}')")
        })
    }),
    code("ps-call-format", COMPUTED, |text| {
        each_name(text, |name| {
            let (one, two) = name.split_at(name.len() / 2);
            format!("& ('{{1}}{{0}}' -f '{two}', '{one}')")
        })
    }),
    code("ps-call-dot", COMPUTED, |text| {
        each_name(text, |name| format!(". (-join ('{}'[-1..-{}]))", name.chars().rev().collect::<String>(), name.len()))
    }),
    code("ps-call-variable", COMPUTED, |text| {
        let count = std::cell::RefCell::new(Vec::new());
        let text = each_name(text, |name| {
            let mut head = count.borrow_mut();
            let at = head.len();
            head.push(format!("$zq{} = '{name}'", at));
            format!("& $zq{}", at)
        })?;
        Some(format!("{}\n{text}", count.into_inner().join("\n")))
    }),
    code("ps-get-command", COMPUTED, |text| each_name(text, |name| format!("& (Get-Command '{name}')"))),
    code("ps-string-split", &[], |text| {
        each_string(text, |inside| {
            let (one, two) = inside.split_at(inside.len() / 2);
            format!("('{one}' + '{two}')")
        })
    }),
    code("ps-string-base64", &[], |text| {
        each_string(text, |inside| {
            let wrapped = BASE64.encode(inside.as_bytes());
            format!("([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{wrapped}')))")
        })
    }),
    code("ps-string-codes", &[], |text| {
        each_string(text, |inside| {
            let codes: Vec<String> = inside.chars().map(|c| u32::from(c).to_string()).collect();
            format!("(-join ([char[]]({})))", codes.join(","))
        })
    }),
    code("ps-crlf", &[], |text| text.contains('\n').then(|| text.replace('\n', "\r\n"))),
    code("ps-iex", &[], |text| Some(format!("iex '{}'", text.replace('\'', "''")))),
    code("ps-iex-heredoc", &[], |text| Some(format!("@'\n{text}\n'@ | Invoke-Expression"))),
    code("ps-scriptblock", &[], |text| Some(format!("& ([scriptblock]::Create('{}'))", text.replace('\'', "''")))),
    code("ps-block", &[], |text| Some(format!("& {{\n{text}\n}}"))),
    code("ps-function", &[], |text| Some(format!("function Start-Zq {{\n{text}\n}}\nStart-Zq"))),
    code("ps-iex-base64", ENCODED, |text| {
        Some(format!("IEX ([Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('{}')))", utf16(text)))
    }),
    code("ps-encoded-command", ENCODED, |text| {
        Some(format!("powershell -NoP -W Hidden -EncodedCommand {}", utf16(text)))
    }),
    code("ps-encoded-short", ENCODED, |text| Some(format!("powershell.exe -nop -enc {}", utf16(text)))),
    Rewrite {
        name: "ps-from-shell",
        brings: ENCODED,
        by: By::Fence(Language::PowerShell, |text| Some(("sh", format!("pwsh -e {}", utf16(text))))),
    },
];
