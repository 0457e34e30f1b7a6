//! Settings of tools, one in a line, that name a command: git, npm, units of systemd, `binding.gyp`, start-up lines of
//! Python.

use super::{Found, lines};
use crate::document::Language;
use crate::document::enclosed::enclosed;
use crate::finding::Reach;
use crate::source::Span;

/// Keys of git's configuration whose value git runs by itself, in whatever section they stand.
const GIT: &[&str] = &[
    "fsmonitor",
    "sshcommand",
    "pager",
    "editor",
    "askpass",
    "gitproxy",
    "clean",
    "smudge",
    "process",
    "textconv",
    "external",
    "program",
    "driver",
    "hookspath",
    "uploadpack",
    "receivepack",
    "command",
    "cmd",
];

/// Keys of npm's configuration that name code which npm loads or starts.
const NPM: &[&str] = &["node-options", "script-shell", "onload-script", "git", "editor", "shell"];

/// The commands of the file at `path`, which is in lower case.
pub(super) fn commands(path: &str, text: &str) -> Vec<Found> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
    let is_git = matches!(name, ".gitmodules" | ".gitconfig") || path.ends_with(".git/config");
    match (name, extension) {
        _ if is_git => of_git(text),
        (".npmrc", _) => of_lines(text, &|key| NPM.contains(&key), Some(Reach::Auto)),
        (_, "service" | "timer" | "socket" | "desktop") => of_lines(text, &|key| key.starts_with("exec"), None),
        (_, "pth") => python_lines(text),
        (_, "gyp" | "gypi") => expansions(text),
        _ => Vec::new(),
    }
}

/// The values of `key = value`, for keys (in lower case) that are wanted. Marks that only systemd reads are left out.
fn of_lines(text: &str, wanted: &dyn Fn(&str) -> bool, reach: Option<Reach>) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, line) in lines(text) {
        let Some((key, value)) = line.split_once('=') else { continue };
        if !wanted(key.trim().to_ascii_lowercase().as_str()) {
            continue;
        }
        let skip = value.len() - value.trim_start_matches([' ', '\t', '-', '@', ':', '+', '!']).len();
        // Options of a program are no commands, but they name what is loaded.
        let skip = if value.trim_start().starts_with("--") { 0 } else { skip };
        let from = at + key.len() + 1 + skip;
        let language = if value.trim_start().starts_with("--") { Language::Text } else { Language::Shell };
        found.push(Found { language, reach, ..Found::shell(vec![Span::new(from, at + line.len())]) });
    }
    found
}

/// Git: commands of some keys, and `!command` as alias, helper or way to update.
fn of_git(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, line) in lines(text) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let bang = value.trim_start().trim_start_matches('"').starts_with('!');
        let key_name = key.trim().to_ascii_lowercase();
        let is_command = GIT.contains(&key_name.as_str()) && !matches!(value.trim(), "true" | "false" | "");
        if !bang && !is_command {
            continue;
        }
        let skip = value.len() - value.trim_start_matches([' ', '\t', '!', '"']).len();
        let from = at + key.len() + 1 + skip;
        let pieces = vec![Span::new(from, at + line.len())];
        found.push(Found { reach: Some(Reach::Auto), ..Found::shell(pieces) });
    }
    found
}

/// Lines of a `.pth` that begin with `import`: Python runs them at every start (`site`).
fn python_lines(text: &str) -> Vec<Found> {
    let code = lines(text).filter(|(_, line)| line.starts_with("import ") || line.starts_with("import\t"));
    code.map(|(at, line)| Found {
        language: Language::Python,
        reach: Some(Reach::Auto),
        ..Found::shell(vec![Span::new(at, at + line.len())])
    })
    .collect()
}

/// `<!(command)` and `<!@(command)` of gyp files, which npm builds without being asked.
fn expansions(text: &str) -> Vec<Found> {
    let marked = ["<!(", "<!@("].into_iter().flat_map(|mark| enclosed(text, mark, b')'));
    marked.map(|span| Found { reach: Some(Reach::Auto), ..Found::shell(vec![span]) }).collect()
}
