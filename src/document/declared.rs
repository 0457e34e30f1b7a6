//! What a bundle says of itself before anybody reads its code: the declarations of its skills and plugins.

use std::collections::BTreeSet;

use super::commands::openclaw;
use super::manifest::{Node, Value};
use super::{Documents, Language, Relation, reach};

/// The declarations of a bundle, all its skills together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// Names of skills and plugins.
    pub names: BTreeSet<String>,
    /// Descriptions, as written.
    pub descriptions: Vec<String>,
    /// Tools that are asked for (`allowed-tools`), as written, and permissions.
    pub tools: BTreeSet<String>,
    /// Variables of the environment (`requires.env`, `envVars`, `primaryEnv`).
    pub variables: BTreeSet<String>,
    /// Programs (`requires.bins`, `anyBins`).
    pub programs: BTreeSet<String>,
    /// Whether a skill is always there (`always`).
    pub always: bool,
    /// Texts that whoever installs the bundle can read, in lower case: Markdown and manifests.
    texts: Vec<String>,
}

impl Declared {
    /// Collects the declarations of `documents`.
    #[must_use]
    pub fn new(documents: &Documents) -> Self {
        let mut declared = Self::default();
        for document in documents.all() {
            let path = &documents.file_of(document.id).path;
            if document.holder.is_none()
                && (matches!(document.language, Language::Markdown | Language::Json | Language::Yaml | Language::Toml)
                    || path.contains(".env"))
            {
                declared.texts.push(document.text.to_lowercase());
            }
            let Some(root) = &document.manifest else { continue };
            let is_front_matter =
                document.holder.as_ref().is_some_and(|holder| holder.relation == Relation::FrontMatter);
            let is_plugin = document.holder.is_none()
                && matches!(path.rsplit('/').next(), Some("plugin.json" | "gemini-extension.json"));
            if is_front_matter && reach::is_instructions(path) || is_plugin {
                declared.add(root);
            }
        }
        declared
    }

    /// Whether a text for readers has this in it, whatever the case.
    #[must_use]
    pub fn is_said(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.texts.iter().any(|said| said.contains(&text))
    }

    fn add(&mut self, root: &Node) {
        self.names.extend(root.get("name").and_then(Node::as_text).map(str::to_owned));
        self.descriptions.extend(root.get("description").and_then(Node::as_text).map(str::to_owned));
        for key in ["allowed-tools", "allowed_tools", "tools", "permissions"] {
            words(root.get(key), &mut self.tools);
        }
        words(root.at(&["metadata", "requires", "env"]), &mut self.variables);
        words(root.at(&["requires", "env"]), &mut self.variables);
        words(root.at(&["requires", "bins"]), &mut self.programs);
        for block in openclaw::blocks(root) {
            let block = &block.value;
            words(block.at(&["requires", "env"]), &mut self.variables);
            words(block.get("primaryEnv"), &mut self.variables);
            words(block.at(&["requires", "bins"]), &mut self.programs);
            words(block.at(&["requires", "anyBins"]), &mut self.programs);
            for variable in block.get("envVars").map(Node::items).unwrap_or_default() {
                words(variable.get("name"), &mut self.variables);
            }
            self.always |= block.get("always").is_some_and(|always| always.value == Value::Bool(true));
        }
    }
}

/// The words of a list, or of a text with blanks or commas. Parentheses keep their content together: `Bash(git diff:*)`.
fn words(node: Option<&Node>, out: &mut BTreeSet<String>) {
    let Some(node) = node else { return };
    out.extend(node.items().iter().filter_map(Node::as_text).map(str::to_owned));
    let Some(text) = node.as_text() else { return };
    let mut word = String::new();
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (c.is_whitespace() || c == ',') {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        } else {
            word.push(c);
        }
    }
    out.extend((!word.is_empty()).then_some(word));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_of_every_dialect() {
        let documents = Documents::of_texts(&[
            (
                "SKILL.md",
                "---\nname: a\ndescription: Counts.\nallowed-tools: Read, Bash(git diff:*)\nmetadata: '{\"clawdbot\": \
                 {\"always\": true, \"requires\": {\"env\": [\"A_KEY\"], \"bins\": [\"jq\"]}, \"envVars\": [{\"name\": \"B_KEY\"}]}}'\n---\n\nSays words.test.\n",
            ),
            ("run.py", "print('hidden.test')\n"),
        ]);
        let declared = Declared::new(&documents);
        let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(list(&declared.tools), "Bash(git diff:*) Read");
        assert_eq!(list(&declared.variables), "A_KEY B_KEY");
        assert_eq!(list(&declared.programs), "jq");
        assert!(declared.always);
        assert!(declared.is_said("Words.test") && !declared.is_said("hidden.test"));
    }
}
