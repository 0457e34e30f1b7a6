//! Values of manifests that run or that an agent reads: hooks, lifecycle scripts, servers, descriptions.

use super::manifest::{Node, Value, text_map};
use super::{DocumentId, Documents, Language, Relation};
use crate::finding::{Reach, Stance};
use crate::source::{Span, SpanMapBuilder};

/// Scripts of `package.json` that a package manager runs without being asked.
const LIFECYCLE: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "prepare",
    "preprepare",
    "postprepare",
    "prepublish",
    "prepublishOnly",
    "prepack",
    "postpack",
    "dependencies",
];

/// Keys of agent settings whose value is a command that the agent runs by itself.
const SETTINGS: &[&str] =
    &["apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper", "gcpAuthRefresh"];

/// Whether agents or package managers load the file at `path` as a manifest and act on it.
pub(super) fn is_loaded(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(
        name,
        "hooks.json"
            | "settings.json"
            | "settings.local.json"
            | "plugin.json"
            | "marketplace.json"
            | "package.json"
            | ".mcp.json"
            | "mcp.json"
            | ".lsp.json"
            | "openclaw.json"
            | "claude_desktop_config.json"
    )
}

/// Adds the commands and descriptions of the manifest `root` of document `host`.
pub(super) fn add(documents: &mut Documents, host: DocumentId, root: &Node) {
    let path = documents.file_of(host).path.clone();
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let is_front_matter = documents.get(host).holder.is_some();
    if !is_front_matter && !is_loaded(&path) {
        return;
    }
    let mut adder = Adder { documents, host };
    if name == "package.json" && !is_front_matter {
        for entry in root.get("scripts").map(Node::entries).unwrap_or_default() {
            let reach = if LIFECYCLE.contains(&entry.key.as_str()) { Reach::Auto } else { Reach::Direct };
            adder.command(&format!("scripts.{}", entry.key), &entry.value, reach);
        }
    }
    for (path, node) in root.walk() {
        let key = path.rsplit('.').next().unwrap_or_default();
        let in_hooks = path.starts_with("hooks.") || path.contains(".hooks.") || path.contains("].hooks[");
        let is_server =
            path.rsplit('.').nth(1).is_some_and(|group| matches!(group, "mcpServers" | "lspServers" | "servers"));
        if is_server {
            adder.server(&path, node);
        } else if in_hooks && matches!(key, "command" | "bash" | "powershell" | "osx" | "linux" | "windows")
            || path == "statusLine.command"
            || SETTINGS.contains(&path.as_str())
        {
            adder.command(&path, node, Reach::Auto);
        } else if in_hooks && key == "prompt"
            || matches!(path.as_str(), "description" | "when_to_use" | "when-to-use" | "initialPrompt")
        {
            adder.prose(&path, node);
        }
    }
    if matches!(name.as_str(), ".mcp.json" | ".lsp.json") && root.get("mcpServers").is_none() {
        for entry in root.entries() {
            adder.server(&entry.key, &entry.value);
        }
    }
}

struct Adder<'a> {
    documents: &'a mut Documents,
    host: DocumentId,
}

impl Adder<'_> {
    fn command(&mut self, path: &str, node: &Node, reach: Reach) {
        let text = self.documents.get(self.host).text.clone();
        let Some(value) = node.as_text().filter(|value| !value.trim().is_empty()) else { return };
        let relation = Relation::ManifestValue(path.to_owned());
        let language = if path.ends_with("powershell") { Language::PowerShell } else { Language::Shell };
        let id =
            self.documents.add_embedded(self.host, node.span, relation, language, value.into(), &text_map(node, &text));
        let child = self.documents.get_mut(id);
        child.stance = Stance::Does;
        child.reach = reach;
    }

    fn prose(&mut self, path: &str, node: &Node) {
        let text = self.documents.get(self.host).text.clone();
        let Some(value) = node.as_text().filter(|value| !value.trim().is_empty()) else { return };
        let relation = Relation::ManifestValue(path.to_owned());
        let id = self.documents.add_embedded(
            self.host,
            node.span,
            relation,
            Language::Text,
            value.into(),
            &text_map(node, &text),
        );
        let child = self.documents.get_mut(id);
        child.stance = Stance::Instructs;
        child.reach = Reach::Direct;
    }

    /// A server that an agent starts: its command and arguments as one command line.
    fn server(&mut self, path: &str, node: &Node) {
        let text = self.documents.get(self.host).text.clone();
        let Some(command) = node.get("command") else { return };
        // Some loaders take the whole command line as a list.
        let words = command.items().iter().chain([command].into_iter().filter(|node| node.as_text().is_some()));
        let words = words.chain(node.get("args").map(Node::items).unwrap_or_default());
        let mut builder = SpanMapBuilder::default();
        let mut line = String::new();
        let mut last = command.span;
        let computed = |line: &mut String, builder: &mut SpanMapBuilder, mark: &str, at: Span| {
            line.push_str(mark);
            builder.computed(mark.len(), at);
        };
        for word in words {
            let (Value::Text(value) | Value::Number(value)) = &word.value else { continue };
            if !line.is_empty() {
                computed(&mut line, &mut builder, " ", word.span);
            }
            last = last.cover(word.span);
            let is_plain =
                value.chars().all(|c| c.is_alphanumeric() || "-_./:@%+=,~${}".contains(c)) && !value.is_empty();
            if is_plain && word.as_text().is_some() {
                line.push_str(value);
                text_map(word, &text).append_to(&mut builder);
            } else {
                // No shell reads the arguments of a server: what looks like syntax is quoted.
                let quoted = format!("'{}'", value.replace('\'', r"'\''"));
                computed(&mut line, &mut builder, &quoted, word.span);
            }
        }
        if line.is_empty() {
            return;
        }
        let relation = Relation::ManifestValue(path.to_owned());
        let id =
            self.documents.add_embedded(self.host, last, relation, Language::Shell, line.into(), &builder.finish());
        let child = self.documents.get_mut(id);
        child.stance = Stance::Does;
        child.reach = Reach::Auto;
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Documents, Relation};
    use crate::finding::{Reach, Stance};

    /// Path, text and reach of every child that stands in a manifest.
    fn values(path: &str, text: &str) -> Vec<(String, String, Reach)> {
        let documents = Documents::of_text(path, text);
        let children = documents.all().iter().filter_map(|child| match &child.holder.as_ref()?.relation {
            Relation::ManifestValue(path) => Some((path.clone(), child.text.to_string(), child.reach)),
            _ => None,
        });
        children.collect()
    }

    #[test]
    fn what_runs_by_itself_is_auto() {
        let hooks = "{\"hooks\": {\"SessionStart\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"curl h.test \\\"x\\\"\"}]}]}}";
        let expected =
            ("hooks.SessionStart[0].hooks[0].command".to_owned(), "curl h.test \"x\"".to_owned(), Reach::Auto);
        assert_eq!(values("hooks/hooks.json", hooks), [expected]);
        let package = "{\"scripts\": {\"postinstall\": \"node x.js\", \"test\": \"jest\"}}";
        assert_eq!(
            values("package.json", package),
            [
                ("scripts.postinstall".into(), "node x.js".into(), Reach::Auto),
                ("scripts.test".into(), "jest".into(), Reach::Direct)
            ]
        );
        let server = "{\"mcpServers\": {\"a\": {\"command\": \"npx\", \"args\": [\"-y\", \"x@latest\", \"a b\"]}}}";
        assert_eq!(values(".mcp.json", server), [("mcpServers.a".into(), "npx -y x@latest 'a b'".into(), Reach::Auto)]);
        let skill =
            "---\nname: a\ndescription: Does x\nhooks:\n  PreToolUse:\n    - hooks:\n        - command: ./x.sh\n---\n";
        assert_eq!(
            values("SKILL.md", skill),
            [
                ("description".into(), "Does x".into(), Reach::Direct),
                ("hooks.PreToolUse[0].hooks[0].command".into(), "./x.sh".into(), Reach::Auto)
            ]
        );
        assert!(values("data/other.json", package).is_empty());
        let documents = Documents::of_text("package.json", package);
        assert!(documents.all()[1..].iter().all(|child| child.stance == Stance::Does));
    }
}
