//! Commands bound to events of an agent in a format that no table of places knows: whoever writes such a file means it to
//! be put where the agent obeys it.

use super::super::manifest::Node;
use super::Adder;
use crate::document::Language;

/// Events of agents after which a hook runs.
const EVENTS: &[&str] = &[
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "PermissionRequest",
    "UserPromptSubmit",
    "SessionStart",
    "SessionEnd",
    "SubagentStart",
    "SubagentStop",
    "PreCompact",
    "beforeShellExecution",
    "afterFileEdit",
    "beforeSubmitPrompt",
    "beforeReadFile",
];
/// Keys of what runs.
const KEYS: &[&str] = &["command", "cmd", "action", "run", "script", "shell", "exec", "bash", "hook", "handler"];

/// Adds what runs, where an event of an agent is named as a key or as the start of a value.
pub(super) fn add(adder: &mut Adder<'_>, root: &Node) {
    let is_event = |text: &str| {
        let word = text.trim_start().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        EVENTS.contains(&word)
    };
    let names_event = |(path, node): &(String, &Node)| {
        super::places::keys(path).last().is_some_and(|key| is_event(key)) || node.as_text().is_some_and(is_event)
    };
    let all = root.walk();
    if !all.iter().any(names_event) {
        return;
    }
    for (path, node) in all {
        let key = super::places::keys(&path).last().map_or("", |key| *key).to_ascii_lowercase();
        // One word is a name (`shell: bash`), no command line.
        let is_line = node.as_text().is_some_and(|text| text.trim().contains(char::is_whitespace));
        if is_line && KEYS.contains(&key.as_str()) {
            adder.lines(&path, node, None, Language::Shell);
        }
    }
}
