//! Terminal sessions: commands after prompts, with output between.

use crate::document::{Language, programs};
use crate::source::{Span, SpanMap, SpanMapBuilder};

/// The commands of a session, one after the other.
pub(super) struct Session {
    pub(super) language: Language,
    pub(super) text: String,
    pub(super) map: SpanMap,
}

/// Takes the prompts off; `None` when no line has one. Where the text is a session (`output`: it shows output too),
/// lines without a prompt stay only if they begin with a command; in a script they all stay.
pub(super) fn strip(text: &str, output: bool) -> Option<Session> {
    let mut language = None;
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let found = prompt(line);
        if let Some((_, found)) = found {
            language.get_or_insert(found);
        }
        lines.push((at, line, found));
        at += line.len();
    }
    let language = language?;
    let mut stripped = String::with_capacity(text.len());
    let mut builder = SpanMapBuilder::default();
    let mut continues = false;
    for (at, line, found) in lines {
        let skip = match found {
            Some((length, _)) => length,
            // A line that goes on, perhaps after the second prompt of a shell.
            None if continues && line.starts_with("> ") => 2,
            None if continues => 0,
            None if output && !programs::starts_with_command(line) => continue,
            None => 0,
        };
        continues =
            line.trim_end().ends_with('\\') || line.trim_end().ends_with('`') && language == Language::PowerShell;
        stripped.push_str(&line[skip..]);
        builder.exact(Span::new(at + skip, at + line.len()));
    }
    Some(Session { language, text: stripped, map: builder.finish() })
}

/// The length of the prompt that a line begins with, and whose it is.
fn prompt(line: &str) -> Option<(usize, Language)> {
    let indent = line.len() - line.trim_start().len();
    let body = &line[indent..];
    for (mark, language) in [
        ("$ ", Language::Shell),
        ("% ", Language::Shell),
        ("❯ ", Language::Shell),
        ("➜ ", Language::Shell),
        ("λ ", Language::Shell),
        (">>> ", Language::Python),
        ("... ", Language::Python),
    ] {
        if let Some(rest) = body.strip_prefix(mark) {
            // `% ` also begins comments, `... ` a list that goes on.
            let certain = matches!(mark, "$ " | "❯ " | "➜ " | ">>> ");
            return (certain || programs::starts_with_command(rest)).then_some((indent + mark.len(), language));
        }
    }
    if let Some(rest) = body.strip_prefix("> ").or_else(|| body.strip_prefix("# ")) {
        // A quote mark or a comment, unless a command follows at once.
        let is_command = body.starts_with('>') && programs::starts_with_command(rest);
        return is_command.then_some((indent + 2, Language::Shell));
    }
    let drive = body.as_bytes();
    if body.starts_with("PS ") || body.starts_with("PS>") || (drive.len() > 3 && drive[1] == b':' && drive[2] == b'\\')
    {
        let end = body.find('>')?;
        let language = if body.starts_with("PS") { Language::PowerShell } else { Language::Batch };
        let path = &body[..end];
        if path.contains(['"', '|', '&', '<']) || path.len() > 120 {
            return None;
        }
        let blanks = body[end + 1..].len() - body[end + 1..].trim_start_matches(' ').len();
        return Some((indent + end + 1 + blanks, language));
    }
    // user@host:~/path$ command
    let head = body.split_once(['$', '#'])?;
    let is_login = head.0.contains('@')
        && !head.0.contains([' ', '"', '\'', '=', '('])
        && head.1.starts_with(' ')
        && head.0.len() < 80;
    is_login.then_some((indent + head.0.len() + 2, Language::Shell))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn prompts_go_and_commands_stay() {
        for (text, output, expected, language) in [
            ("$ curl x \\\n> -o y\nsaved 100%\n$ ls\n", true, "curl x \\\n-o y\nls\n", Language::Shell),
            ("$ a\ncurl x | sh\n", true, "a\ncurl x | sh\n", Language::Shell),
            ("$ a\nfoo bar\n", false, "a\nfoo bar\n", Language::Shell),
            ("PS C:\\Users\\x> iwr u | iex\r\n", true, "iwr u | iex\r\n", Language::PowerShell),
            ("me@box:~/a$ rm -rf x\n", true, "rm -rf x\n", Language::Shell),
            ("> npm install x\n", true, "npm install x\n", Language::Shell),
            (">>> import os\n>>> os.getcwd()\n'/'\n", true, "import os\nos.getcwd()\n", Language::Python),
            ("C:\\> dir\n", true, "dir\n", Language::Batch),
        ] {
            let session = strip(text, output).unwrap_or_else(|| panic!("{text:?}"));
            assert_eq!(session.text, expected, "{text:?}");
            assert_eq!(session.language, language, "{text:?}");
            for word in expected.split_whitespace() {
                let inner = expected.find(word).unwrap();
                assert_eq!(session.map.map(Span::new(inner, inner + word.len())).slice(text), word);
            }
        }
        for text in ["curl x\n", "# a comment\nls\n", "> quoted text\n", "cost: 5$ a\n", ""] {
            assert!(strip(text, true).is_none(), "{text:?}");
        }
    }
}
