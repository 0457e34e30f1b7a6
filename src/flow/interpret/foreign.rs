//! Languages that are not lowered (Perl, Ruby, PHP, Lua, awk, sed, makefiles, SQL shells, AppleScript): what they hand
//! to a shell, fetch and decode is found in their text.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::Interpreter;
use super::emit::Doing;
use crate::flow::{EffectKind, Place, Value, decode, pure};
use crate::source::Span;

type Pattern = LazyLock<Option<Regex>>;

/// A command as a constant in a call.
static COMMANDS: Pattern = LazyLock::new(|| {
    Regex::new(
        r#"(?x) (?: \b (?: system | exec | shell_exec | passthru | popen | os\.execute | io\.popen | spawn | qx | IO\.popen )
            \s* [(\[]? \s* (?: "((?:[^"\\]|\\.){2,})" | '((?:[^'\\]|\\.){2,})' )
            | ` ([^`]{2,}) ` | \b qx \s* \{ ([^}]{2,}) \} | % x \( ([^)]{2,}) \)
            | \b exec \s+ \S*sh \s+ -c \s+ (?: "([^"]{2,})" | \{([^}]{2,})\} ) )"#,
    )
    .ok()
});
/// A URL in a call that fetches.
static FETCHES: Pattern = LazyLock::new(|| {
    Regex::new(
        r#"\b(?:getprint|getstore|mirror|get|file_get_contents|fopen|readfile|URI\.open|URI\.parse|URI|open|http\.request|HTTP\.get|curl_init|urlopen)\b\s*\(?\s*["']((?:https?|ftp)://[^"'\s]+)["']"#,
    )
    .ok()
});
/// A constant in a call that decodes base64.
static DECODES: Pattern = LazyLock::new(|| {
    Regex::new(r#"\b(?:decode_base64|base64_decode|Base64\.(?:strict_|urlsafe_)?decode64|unpack1?)\s*\(?\s*["']([A-Za-z0-9+/=]{8,})["']"#).ok()
});
/// A recipe line of a makefile.
static RECIPES: Pattern = LazyLock::new(|| Regex::new(r"(?m)^\t[@+-]*([^\n]+)").ok());
/// What a database's own shell hands on.
static DOT_COMMANDS: Pattern = LazyLock::new(|| Regex::new(r"(?m)^\s*[.\\](?:shell|system|!)\s+([^\n]+)").ok());
/// sed's command that runs a program.
static SED_PROGRAMS: Pattern =
    LazyLock::new(|| Regex::new(r"(?m)(?:^|[;{])\s*(?:\d+|\$|/[^/\n]*/)?\s*e\s+(\S[^\n]*)").ok());
/// An object of Python that a YAML text makes.
static YAML_OBJECTS: Pattern = LazyLock::new(|| {
    Regex::new(r#"!!python/object/(?:apply|new):(?:os\.(?:system|popen)|subprocess\.\w+|commands\.\w+)\s*[\[(:]?\s*-?\s*(?:args:)?\s*\[?\s*["']?([^"'\]\n]{2,})"#).ok()
});
/// An alias of git that is a shell command.
static GIT_ALIASES: Pattern = LazyLock::new(|| Regex::new(r"^[^=]*=\s*!\s*([^\n]+)").ok());

/// Most commands of one text that are looked at.
const MAX_COMMANDS: usize = 64;

/// The constants in calls of a kind: each with where it and its call begin.
fn constants_of(calls: &Pattern, text: &str) -> Vec<(String, usize, usize)> {
    let all = calls.as_ref().into_iter().flat_map(|pattern| pattern.captures_iter(text));
    let found = all.filter_map(|captures| {
        let (whole, one) = (captures.get(0)?, captures.get(1)?);
        Some((one.as_str().to_owned(), one.start(), whole.start()))
    });
    found.take(MAX_COMMANDS).collect()
}

impl Interpreter<'_> {
    /// What a text in a language that is not lowered does, as far as its constants tell; gives what it writes.
    pub(super) fn foreign(&mut self, content: &Value, language: &str, doing: &Doing) -> Option<Value> {
        let text = content.constant()?;
        let pattern = match language {
            "make" => &RECIPES,
            "sql" => &DOT_COMMANDS,
            "sed" => &SED_PROGRAMS,
            "git-alias" => &GIT_ALIASES,
            "yaml-objects" => &YAML_OBJECTS,
            _ => &COMMANDS,
        };
        let found: Vec<(String, usize)> = pattern
            .as_ref()?
            .captures_iter(&text)
            .filter_map(|captures| {
                captures.iter().skip(1).flatten().next().map(|one| (one.as_str().to_owned(), one.start()))
            })
            .take(MAX_COMMANDS)
            .collect();
        for (command, at) in found {
            let place = self.inside(content, &command, at, doing);
            let command = match language {
                "make" => command.replace("$$", "$"),
                _ => pure::escapes(&command),
            };
            self.shell_command(&command, place);
        }
        if matches!(language, "make" | "sql" | "sed" | "git-alias" | "yaml-objects") {
            return None;
        }
        self.decoded_inside(&text, content, language, doing);
        self.fetched_inside(&text, content, language, doing)
    }

    fn shell_command(&mut self, command: &str, place: Place) {
        let code = Value::text(command, Some(place));
        let inner = Doing { place, resolved: command.into(), ..Doing::new("system".into(), place) };
        let arguments = vec![("content", code), ("language", Value::text("sh", Some(place)))];
        self.happens(EffectKind::Eval, arguments, Vec::new(), &inner);
    }

    /// The place of a piece of a text itself, where the text stands in the source as it is.
    fn inside(&self, content: &Value, piece: &str, at: usize, doing: &Doing) -> Place {
        let place = content.place().unwrap_or(doing.place);
        let source = &self.documents.get(place.document).text;
        let base = if place.span.is_empty() { 0 } else { place.span.start as usize };
        let exact = Span::new(base + at, base + at + piece.len());
        let inner = || {
            let from = source.get(base..).and_then(|rest| rest.find(piece))?;
            Some(Span::new(base + from, base + from + piece.len()))
        };
        let span = if exact.slice(source) == piece { exact } else { inner().unwrap_or(place.span) };
        Place { document: place.document, span }
    }

    /// Constants that are decoded, and run where they stand in a call that runs.
    fn decoded_inside(&mut self, text: &str, content: &Value, language: &str, doing: &Doing) {
        for (encoded, at, start) in constants_of(&DECODES, text) {
            if decode::decode("base64", encoded.as_bytes(), None, self.budget.constant_bytes).is_none() {
                continue;
            }
            let place = self.inside(content, &encoded, at, doing);
            let inner = Doing { place, ..Doing::new(doing.by.clone(), place) };
            let here = Some(place);
            let arguments = vec![("content", Value::text(encoded, here)), ("scheme", Value::text("base64", here))];
            let Some(decoded) = self.happens(EffectKind::Decode, arguments, Vec::new(), &inner) else { continue };
            let run_as = match runner(text, start) {
                Some("eval" | "assert" | "instance_eval" | "loadstring" | "load") => language,
                Some(_) => "sh",
                None => continue,
            };
            let arguments = vec![("content", decoded), ("language", Value::text(run_as, here))];
            self.layers += 1;
            if self.layers < self.budget.layers {
                self.happens(EffectKind::Eval, arguments, Vec::new(), &inner);
            }
            self.layers -= 1;
        }
    }

    /// URLs that are fetched; what is fetched is run where it stands in a call that runs, and is written otherwise.
    fn fetched_inside(&mut self, text: &str, content: &Value, language: &str, doing: &Doing) -> Option<Value> {
        let mut written = Vec::new();
        for (url, at, start) in constants_of(&FETCHES, text) {
            let place = self.inside(content, &url, at, doing);
            let here = Some(place);
            let inner = Doing { place, resolved: url.as_str().into(), ..Doing::new(doing.by.clone(), place) };
            let arguments = vec![("url", Value::text(url, here))];
            let Some(fetched) = self.happens(EffectKind::Fetch, arguments, Vec::new(), &inner) else { continue };
            if let Some(by) = runner(text, start) {
                let run_as = if matches!(by, "eval" | "assert" | "instance_eval") { language } else { "sh" };
                let arguments = vec![("content", fetched.clone()), ("language", Value::text(run_as, here))];
                self.happens(EffectKind::Eval, arguments, Vec::new(), &inner);
            }
            written.push(fetched);
        }
        (!written.is_empty()).then(|| Value::concat(written, Some(doing.place)))
    }

    /// AppleScript is not lowered; what it starts and asks is seen in its text.
    pub(super) fn applescript(&mut self, text: &str, content: &Value, doing: &Doing) -> Option<Value> {
        let mut rest = text;
        while let Some((_, behind)) = rest.split_once("do shell script \"") {
            let mut command = String::new();
            let mut characters = behind.chars();
            while let Some(character) = characters.next() {
                match character {
                    '"' => break,
                    '\\' => command.extend(characters.next()),
                    other => command.push(other),
                }
            }
            rest = characters.as_str();
            let command = Value::text(command, content.place());
            let arguments = vec![("content", command), ("language", Value::text("sh", Some(doing.place)))];
            let mut tags: Vec<Arc<str>> = Vec::new();
            if text.contains("with administrator privileges") {
                tags.push("administrator".into());
                let what = Value::text("administrator", Some(doing.place));
                self.happens(crate::flow::EffectKind::Grant, vec![("what", what)], vec!["sudo".into()], doing);
            }
            self.happens(crate::flow::EffectKind::Eval, arguments, tags, doing);
        }
        if !text.contains("display dialog") {
            return None;
        }
        let mut tags: Vec<Arc<str>> = vec!["dialog".into()];
        if text.contains("hidden answer") {
            tags.push("hidden".into());
        }
        let what = text.split("display dialog").nth(1).and_then(|rest| rest.split('"').nth(1)).unwrap_or_default();
        let what = Value::text(what, content.place());
        self.happens(crate::flow::EffectKind::Ask, vec![("what", what)], tags, doing)
    }
}

/// The call that runs what stands at `at`, if one does in the same statement.
fn runner(text: &str, at: usize) -> Option<&'static str> {
    let before = text.get(..at)?;
    let statement = before.rsplit([';', '\n', '{', '}']).next()?;
    [
        "eval",
        "assert",
        "instance_eval",
        "loadstring",
        "system",
        "shell_exec",
        "passthru",
        "popen",
        "os.execute",
        "exec",
        "`",
    ]
    .into_iter()
    .find(|word| statement.contains(word))
}
