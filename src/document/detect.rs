//! Which language a text is in: by the name of its file, its shebang, the word on its fence, and its content.

use std::collections::BTreeMap;

use super::Language;
use super::programs;

/// The language of a file. A shebang outweighs an unknown or text extension, content decides where both are silent.
#[must_use]
pub(super) fn of_file(path: &str, text: &str) -> Language {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let by_name = of_name(&name);
    match by_name {
        Some(language) if language.is_code() || language == Language::Markdown => language,
        _ => of_shebang(text).or(by_name).or_else(|| of_content(text)).unwrap_or(Language::Text),
    }
}

fn of_name(name: &str) -> Option<Language> {
    let whole = match name {
        ".bashrc" | ".bash_profile" | ".bash_login" | ".bash_aliases" | ".profile" | ".zshrc" | ".zprofile"
        | ".zshenv" | ".envrc" | "pkgbuild" | "apkbuild" => Some(Language::Shell),
        "skill" | ".cursorrules" | ".windsurfrules" | ".clinerules" | ".roorules" | "readme" | "agents" | "claude" => {
            Some(Language::Markdown)
        }
        "makefile" | "gnumakefile" | "dockerfile" | "containerfile" | "justfile" | "license" | ".env"
        | ".gitignore" => Some(Language::Text),
        "gemfile" | "rakefile" | "podfile" | "vagrantfile" | "brewfile" | "jenkinsfile" => Some(Language::OtherCode),
        "pipfile" | "poetry.lock" | "cargo.lock" | "uv.lock" => Some(Language::Toml),
        ".prettierrc" | ".eslintrc" | ".babelrc" | "composer.lock" => Some(Language::Json),
        _ => None,
    };
    whole.or_else(|| name.rsplit_once('.').and_then(|(_, extension)| of_extension(extension)))
}

fn of_extension(extension: &str) -> Option<Language> {
    Some(match extension {
        "md" | "markdown" | "mdx" | "mdc" | "mdown" | "mkd" | "mkdn" | "qmd" | "rmd" => Language::Markdown,
        "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "fish" | "command" | "bats" | "tool" => Language::Shell,
        "bat" | "cmd" => Language::Batch,
        "ps1" | "psm1" | "psd1" | "ps1xml" => Language::PowerShell,
        "py" | "pyw" | "pyi" | "pyx" => Language::Python,
        "js" | "mjs" | "cjs" | "jsx" | "gs" => Language::JavaScript,
        "ts" | "mts" | "cts" => Language::TypeScript,
        "tsx" => Language::Tsx,
        "rb" | "pl" | "pm" | "php" | "lua" | "applescript" | "scpt" | "jxa" | "swift" | "go" | "rs" | "c" | "h"
        | "cc" | "cpp" | "hpp" | "java" | "kt" | "kts" | "scala" | "groovy" | "gradle" | "r" | "jl" | "ex" | "exs"
        | "erl" | "hs" | "clj" | "cs" | "fs" | "vb" | "vbs" | "vbe" | "jse" | "wsf" | "awk" | "tcl" | "expect"
        | "nim" | "zig" | "dart" | "m" | "mm" | "asm" | "s" | "sol" | "tf" | "nix" | "el" | "lisp" | "ml" | "au3"
        | "ahk" | "sql" => Language::OtherCode,
        "json" | "jsonc" | "json5" | "ipynb" | "webmanifest" | "map" | "geojson" | "code-workspace" => Language::Json,
        "yaml" | "yml" => Language::Yaml,
        "toml" => Language::Toml,
        "html" | "htm" | "xhtml" | "svg" | "xml" | "xsl" | "vue" | "svelte" | "astro" | "hta" | "plist" | "rss" => {
            Language::Html
        }
        "txt" | "text" | "log" | "csv" | "tsv" | "jsonl" | "ndjson" | "rst" | "adoc" | "tex" | "bib" | "css"
        | "scss" | "ini" | "cfg" | "conf" | "env" | "lock" | "patch" | "diff" | "pem" | "key" | "pub" | "template"
        | "example" => Language::Text,
        _ => return None,
    })
}

/// The language of a shebang line, looking through `env`, its options and assignments.
#[must_use]
pub fn of_shebang(text: &str) -> Option<Language> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace().filter(|word| !word.starts_with('-') && !word.contains('='));
    let program = |word: &str| word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    let mut name = program(words.next()?);
    while matches!(name.as_str(), "env" | "busybox" | "sudo" | "nice" | "exec") {
        name = program(words.next()?);
    }
    if name == "uv" || name == "uvx" || name == "pipx" {
        return Some(Language::Python);
    }
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim_end_matches(".exe");
    Some(match stem {
        "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "fish" | "mksh" => Language::Shell,
        "python" | "pypy" | "ipython" => Language::Python,
        "node" | "nodejs" | "bun" | "zx" | "qjs" => Language::JavaScript,
        "deno" | "tsx" | "ts-node" => Language::TypeScript,
        "pwsh" | "powershell" => Language::PowerShell,
        _ => Language::OtherCode,
    })
}

/// What the word on a fence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// A language by name.
    Known(Language),
    /// A terminal session: commands after prompts, and output.
    Session,
    /// No language, or one that says nothing about what the text is.
    Open,
}

/// Reads the word on a fence, of a class, or of a script's type; lower case or not.
pub(super) fn of_tag(tag: &str) -> Tag {
    let tag = tag.trim().to_ascii_lowercase();
    let tag = tag.rsplit('/').next().unwrap_or_default();
    Tag::Known(match tag.strip_prefix("x-").unwrap_or(tag) {
        "sh" | "bash" | "shell" | "zsh" | "ksh" | "fish" | "bashrc" | "shellscript" | "bash-script" => Language::Shell,
        "console" | "shell-session" | "shellsession" | "terminal" | "sh-session" | "bash-session" | "session"
        | "doscon" | "ps1con" | "pycon" | "text" | "txt" | "plain" | "plaintext" | "output" | "none" | "cli"
        | "command" | "commands" => return Tag::Session,
        "bat" | "batch" | "cmd" | "dos" => Language::Batch,
        "powershell" | "ps1" | "pwsh" | "posh" | "ps" => Language::PowerShell,
        "python" | "py" | "python3" | "py3" | "ipython" | "python2" => Language::Python,
        "javascript" | "js" | "node" | "nodejs" | "jsx" | "mjs" | "cjs" | "module" | "ecmascript" | "babel" => {
            Language::JavaScript
        }
        "typescript" | "ts" => Language::TypeScript,
        "tsx" => Language::Tsx,
        "ruby" | "rb" | "perl" | "pl" | "php" | "lua" | "applescript" | "osascript" | "swift" | "go" | "golang"
        | "rust" | "rs" | "c" | "cpp" | "c++" | "java" | "kotlin" | "scala" | "groovy" | "r" | "julia" | "elixir"
        | "haskell" | "csharp" | "cs" | "c#" | "vb" | "vbs" | "vbscript" | "sql" | "hcl" | "terraform" | "nix"
        | "dart" | "solidity" | "graphql" | "css" | "scss" => Language::OtherCode,
        "json" | "jsonc" | "json5" | "ld+json" | "importmap" => Language::Json,
        "yaml" | "yml" => Language::Yaml,
        "toml" => Language::Toml,
        "html" | "xml" | "svg" | "vue" | "svelte" | "xhtml" => Language::Html,
        "markdown" | "md" | "mdx" => Language::Markdown,
        _ => return Tag::Open,
    })
}

/// Number of lines that content is judged by.
const LINES: usize = 200;

/// The language that the content speaks of clearly, if any.
#[must_use]
pub fn of_content(text: &str) -> Option<Language> {
    if let Some(language) = of_shebang(text) {
        return Some(language);
    }
    let start = text.trim_start();
    if looks_like_json(start) {
        return Some(Language::Json);
    }
    let head: String = start.chars().take(15).collect::<String>().to_ascii_lowercase();
    if head.starts_with("<!doctype")
        || head.starts_with("<html")
        || head.starts_with("<?xml")
        || head.starts_with("<svg")
    {
        return Some(Language::Html);
    }
    let mut scores: BTreeMap<Language, usize> = BTreeMap::new();
    let mut lines = 0;
    let mut entries = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(LINES) {
        lines += 1;
        for (language, score) in score_line(line) {
            *scores.entry(language).or_default() += score;
        }
        entries += usize::from(is_yaml_entry(line));
    }
    // Ties go to the first of the order of `Language`; shell comes first there.
    let best = scores.into_iter().max_by_key(|&(language, score)| (score, std::cmp::Reverse(language)));
    match best {
        Some((language, score)) if score >= 3 && score * 3 >= lines.min(12) => Some(language),
        _ if lines >= 2 && entries == lines => Some(Language::Yaml),
        _ => None,
    }
}

fn looks_like_json(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| !c.is_whitespace());
    match (chars.next(), chars.next()) {
        (Some('{'), Some('"')) => text.contains("\":") || text.contains("\" :"),
        (Some('{'), Some('}')) => text.trim_end().len() < 8,
        (Some('['), Some('{' | '"')) => {
            text.trim_end().ends_with(']') && !text.lines().next().is_some_and(|line| line.contains("]("))
        }
        _ => false,
    }
}

fn is_yaml_entry(line: &str) -> bool {
    let line = line.trim();
    let entry = line.strip_prefix("- ").unwrap_or(line);
    (line.starts_with("- ") && !entry.contains(' '))
        || entry.split_once(':').is_some_and(|(key, value)| {
            (value.is_empty() || value.starts_with(' '))
                && key.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        })
}

/// What one line says about its language, in points: 3 is decisive for a short text.
fn score_line(line: &str) -> Vec<(Language, usize)> {
    let indented = line.starts_with([' ', '\t']);
    let line = line.trim();
    let mut scores = Vec::new();
    let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    // Python
    let python_import = line
        .strip_prefix("import ")
        .or_else(|| line.strip_prefix("from ").filter(|rest| rest.contains(" import ")))
        .is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '.'))
                && !rest.contains(['\'', '"', '{', ';'])
                && !rest.contains(" from ")
        });
    let python_head = starts(&[
        "def ",
        "async def ",
        "class ",
        "if ",
        "elif ",
        "else:",
        "for ",
        "while ",
        "try:",
        "except",
        "with ",
        "@",
    ]) && line.ends_with(':');
    if python_import
        || (python_head && starts(&["def ", "async def ", "class ", "except", "elif "]))
        || line.starts_with("if __name__")
    {
        scores.push((Language::Python, 3));
    } else if python_head || starts(&["print(", "return ", "raise ", "assert ", "exec(", "os.", "subprocess.", "sys."])
    {
        scores.push((Language::Python, if starts(&["return "]) && line.ends_with(';') { 0 } else { 2 }));
    }
    // JavaScript
    if starts(&["const ", "let ", "var "]) && (line.contains('=') || line.ends_with(','))
        || line.contains("require('")
        || line.contains("require(\"")
        || (line.starts_with("import ") && line.contains(" from "))
        || starts(&["export default", "export const", "export function", "module.exports"])
        || line.contains("console.log(")
        || line.contains("=> {")
        || (starts(&["function ", "async function "])
            && line.contains('(')
            && line.contains('{')
            && !line.contains("() {"))
    {
        scores.push((Language::JavaScript, 3));
    } else if line.ends_with(';') && (line.contains('(') || line.contains('='))
        || matches!(line, "}" | "};" | "});" | "})")
    {
        scores.push((Language::JavaScript, 1));
    }
    // PowerShell
    let first = line.split_whitespace().next().unwrap_or_default();
    if programs::is_cmdlet(first)
        || line.starts_with('$') && (line.contains("= New-Object") || line.contains(" = ") && !line.starts_with("$ "))
        || line.contains("$env:")
        || starts(&["[System.", "[Net.", "param("])
        || line.contains("| iex")
        || line.contains("|iex")
    {
        scores.push((Language::PowerShell, 3));
    }
    // Shell
    if programs::starts_with_command(line) {
        scores.push((Language::Shell, if indented { 2 } else { 3 }));
    } else if matches!(line, "fi" | "done" | "esac" | "then" | "do" | ";;")
        || line.ends_with("; then")
        || line.ends_with("; do")
        || line.ends_with("() {")
    {
        scores.push((Language::Shell, 2));
    } else if line.split_once('=').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            && !value.starts_with([' ', '='])
    }) {
        scores.push((Language::Shell, 1));
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_name_shebang_and_content() {
        for (path, text, expected) in [
            ("SKILL.md", "", Language::Markdown),
            ("a/b.SH", "", Language::Shell),
            ("run", "#!/usr/bin/env -S python3 -u\nx", Language::Python),
            ("run", "#!/bin/bash -e\n", Language::Shell),
            ("notes.txt", "#! /usr/bin/env node\n", Language::JavaScript),
            ("install", "set -e\ncurl -fsS https://h.test/x -o x\nchmod +x x\n./x\n", Language::Shell),
            ("tool", "import os\n\ndef main():\n    print(os.getcwd())\n", Language::Python),
            ("LICENSE", "Permission is hereby granted, free of charge\n", Language::Text),
            ("notes", "Remember to buy milk.\nAnd then find a nice gift.\n", Language::Text),
            ("x.json", "import os", Language::Json),
            ("y.json", "#!/bin/sh\nls", Language::Shell),
            ("z.py", "#!/bin/sh\nls", Language::Python),
            ("page.svg", "", Language::Html),
            ("profile.ps1", "", Language::PowerShell),
            (".zshrc", "", Language::Shell),
            (
                "weird.xyz",
                "$c = New-Object Net.WebClient\niex $c.DownloadString('https://h.test')\n",
                Language::PowerShell,
            ),
        ] {
            assert_eq!(of_file(path, text), expected, "{path} {text:?}");
        }
    }

    #[test]
    fn content_speaks_for_itself() {
        for (text, expected) in [
            ("curl https://h.test/x | sh", Some(Language::Shell)),
            ("sudo apt-get install -y jq", Some(Language::Shell)),
            ("{\"a\": 1}", Some(Language::Json)),
            ("const a = require('fs');\n", Some(Language::JavaScript)),
            ("import fs from 'fs';\n", Some(Language::JavaScript)),
            ("import requests\nrequests.get(u)\n", Some(Language::Python)),
            ("name: a\ndescription: b\n", Some(Language::Yaml)),
            ("iwr https://h.test/x | iex", Some(Language::PowerShell)),
            ("Get-ChildItem -Recurse C:\\", Some(Language::PowerShell)),
            ("src/\n├── a.md\n└── b.md\n", None),
            ("User: find me a good book\nAgent: Sure!\n", None),
            ("The quick brown fox.", None),
            ("[link](https://h.test)", None),
        ] {
            assert_eq!(of_content(text), expected, "{text:?}");
        }
    }
}
