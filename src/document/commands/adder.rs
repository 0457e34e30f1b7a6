//! Makes documents of values: command lines, command lines put together of words, texts.

use super::super::enclosed::enclosed;
use super::super::manifest::{Node, Value, text_map};
use super::super::{DocumentId, Documents, Language, Relation, detect};
use crate::finding::{Reach, Stance};
use crate::source::{Span, SpanMap, SpanMapBuilder};

/// Variables by which a program is made to load other code: they are part of what a server runs.
const LOADERS: &[&str] = &[
    "NODE_OPTIONS",
    "LD_PRELOAD",
    "LD_AUDIT",
    "DYLD_INSERT_LIBRARIES",
    "PYTHONSTARTUP",
    "PYTHONPATH",
    "BASH_ENV",
    "PERL5OPT",
    "RUBYOPT",
    "JAVA_TOOL_OPTIONS",
    "GIT_SSH_COMMAND",
];

/// Adds what stands in the manifest of one document.
pub(in crate::document) struct Adder<'a> {
    pub(in crate::document) documents: &'a mut Documents,
    pub(in crate::document) host: DocumentId,
}

impl Adder<'_> {
    /// A command line, or the words of one. `reach` is that of the host where nothing is given.
    pub(super) fn command(&mut self, path: &str, node: &Node, reach: Option<Reach>, language: Language) {
        if let Value::List(_) = &node.value {
            self.words(path, node.items(), &[], reach);
        } else {
            let Some(value) = node.as_text().filter(|value| !value.trim().is_empty()) else { return };
            let map = text_map(node, &self.documents.get(self.host).text);
            let id = self.add(path, node.span, language, value.to_owned(), &map);
            self.runs(id, reach);
        }
    }

    /// Command lines one after the other.
    pub(super) fn lines(&mut self, path: &str, node: &Node, reach: Option<Reach>, language: Language) {
        if node.items().is_empty() {
            return self.command(path, node, reach, language);
        }
        let text = self.documents.get(self.host).text.clone();
        let mut builder = SpanMapBuilder::default();
        let mut joined = String::new();
        for line in node.items() {
            let Some(value) = line.as_text() else { continue };
            joined.push_str(value);
            text_map(line, &text).append_to(&mut builder);
            if !value.ends_with('\n') {
                joined.push('\n');
                builder.computed(1, line.span);
            }
        }
        if !joined.trim().is_empty() {
            let id = self.add(path, node.span, language, joined, &builder.finish());
            self.runs(id, reach);
        }
    }

    /// An object that says what to run in one of several ways.
    pub(super) fn handler(&mut self, path: &str, node: &Node, reach: Option<Reach>) {
        let arguments = node.get("args").map(Node::items).unwrap_or_default();
        let shell = node.get("shell").and_then(Node::as_text).map_or(Language::Shell, shell_language);
        for key in ["command", "bash", "osx", "linux", "windows", "powershell"] {
            let Some(command) = node.get(key) else { continue };
            let language = if key == "powershell" { Language::PowerShell } else { shell };
            let at = format!("{path}.{key}");
            if key == "command" && !arguments.is_empty() && command.as_text().is_some() {
                self.words(&at, std::slice::from_ref(command), arguments, reach);
            } else {
                self.command(&at, command, reach, language);
            }
        }
        // A hook of type `http` posts what it is told of the session.
        if node.get("type").and_then(Node::as_text) == Some("http")
            && let Some(url) = node.get("url").and_then(|url| Some((url, url.as_text()?)))
        {
            let (url, value) = url;
            let line = format!("curl --data-binary @- '{}'", value.replace('\'', r"'\''"));
            let id = self.add(
                &format!("{path}.url"),
                url.span,
                Language::Shell,
                line.clone(),
                &SpanMap::opaque(url.span, line.len()),
            );
            self.runs(id, reach);
        }
        if let Some(prompt) = node.get("prompt") {
            self.prose(&format!("{path}.prompt"), prompt);
        }
    }

    /// A text that an agent reads.
    pub(super) fn prose(&mut self, path: &str, node: &Node) {
        let Some(value) = node.as_text().filter(|value| !value.trim().is_empty()) else { return };
        let map = text_map(node, &self.documents.get(self.host).text);
        let id = self.add(path, node.span, Language::Text, value.to_owned(), &map);
        let child = self.documents.get_mut(id);
        child.stance = Stance::Instructs;
        child.reach = Reach::Direct;
    }

    /// A prompt: a text, and the commands in `!{…}` that run when it is loaded.
    pub(super) fn template(&mut self, path: &str, node: &Node, reach: Option<Reach>) {
        let Some(value) = node.as_text().filter(|value| !value.trim().is_empty()) else { return };
        let map = text_map(node, &self.documents.get(self.host).text);
        let text = self.add(path, node.span, Language::Markdown, value.to_owned(), &map);
        let child = self.documents.get_mut(text);
        child.stance = Stance::Instructs;
        child.reach = Reach::Direct;
        self.documents.structure(text);
        for span in enclosed(value, "!{", b'}') {
            let map = SpanMap::shifted(span.start as usize, span.len());
            let command = span.slice(value).to_owned();
            if command.trim().is_empty() {
                continue;
            }
            let id = self.documents.add_embedded(text, span, Relation::LoadTime, Language::Shell, command.into(), &map);
            self.runs(id, reach);
        }
    }

    /// The name of a file that is loaded: a text that names it is enough for its reach.
    pub(super) fn name(&mut self, path: &str, node: &Node, reach: Option<Reach>) {
        let Some(value) = node.as_text().filter(|value| !value.trim().is_empty()) else { return };
        let map = text_map(node, &self.documents.get(self.host).text);
        let id = self.add(path, node.span, Language::Text, value.to_owned(), &map);
        let child = self.documents.get_mut(id);
        child.stance = Stance::Mentions;
        child.reach = reach.unwrap_or(child.reach);
    }

    /// A server that an agent starts: its command and arguments as one command line.
    pub(super) fn server(&mut self, path: &str, node: &Node, reach: Option<Reach>) {
        if let Some(helper) = node.get("headersHelper") {
            self.command(&format!("{path}.headersHelper"), helper, reach, Language::Shell);
        }
        let Some(command) = node.get("command") else { return };
        let arguments = node.get("args").map(Node::items).unwrap_or_default();
        let words = if command.as_text().is_some() { std::slice::from_ref(command) } else { command.items() };
        let loaders: Vec<(&str, &Node)> = node
            .get("env")
            .or(node.get("environment"))
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .filter(|entry| LOADERS.contains(&entry.key.as_str()))
            .map(|entry| (entry.key.as_str(), &entry.value))
            .collect();
        self.line(path, &loaders, words, arguments, reach);
    }

    /// The words of a command as one command line.
    fn words(&mut self, path: &str, command: &[Node], arguments: &[Node], reach: Option<Reach>) {
        self.line(path, &[], command, arguments, reach);
    }

    fn line(
        &mut self,
        path: &str,
        environment: &[(&str, &Node)],
        command: &[Node],
        arguments: &[Node],
        reach: Option<Reach>,
    ) {
        let text = self.documents.get(self.host).text.clone();
        let mut builder = SpanMapBuilder::default();
        let mut line = String::new();
        let mut whole: Option<Span> = None;
        let computed = |line: &mut String, builder: &mut SpanMapBuilder, mark: &str, at: Span| {
            line.push_str(mark);
            builder.computed(mark.len(), at);
        };
        for (name, value) in environment {
            let Some(set) = value.as_text() else { continue };
            let mark = format!("{name}='{}' ", set.replace('\'', r"'\''"));
            computed(&mut line, &mut builder, &mark, value.span);
        }
        let mut first = true;
        for word in command.iter().chain(arguments) {
            let (Value::Text(value) | Value::Number(value)) = &word.value else { continue };
            if !std::mem::take(&mut first) {
                computed(&mut line, &mut builder, " ", word.span);
            }
            whole = Some(whole.map_or(word.span, |whole| whole.cover(word.span)));
            let is_plain =
                value.chars().all(|c| c.is_alphanumeric() || "-_./:@%+=,~${}".contains(c)) && !value.is_empty();
            if is_plain && word.as_text().is_some() {
                line.push_str(value);
                text_map(word, &text).append_to(&mut builder);
            } else {
                // No shell reads the arguments of a program that is started directly: what looks like syntax is quoted.
                let quoted = format!("'{}'", value.replace('\'', r"'\''"));
                computed(&mut line, &mut builder, &quoted, word.span);
            }
        }
        let Some(whole) = whole else { return };
        let id = self.add(path, whole, Language::Shell, line, &builder.finish());
        self.runs(id, reach);
    }

    pub(super) fn add(
        &mut self,
        path: &str,
        span: Span,
        language: Language,
        text: String,
        map: &SpanMap,
    ) -> DocumentId {
        let relation = Relation::ManifestValue(path.to_owned());
        self.documents.add_embedded(self.host, span, relation, language, text.into(), map)
    }

    fn runs(&mut self, id: DocumentId, reach: Option<Reach>) {
        // What is only shown runs nothing.
        let host = self.documents.get(self.host);
        let stance = if host.depth > 0 && host.stance < Stance::Instructs { host.stance } else { Stance::Does };
        let child = self.documents.get_mut(id);
        child.stance = stance;
        child.reach = reach.unwrap_or(child.reach);
    }
}

/// The language of a step or handler that says which shell reads it.
pub(super) fn shell_language(name: &str) -> Language {
    match detect::of_tag(name.split_whitespace().next().unwrap_or_default()) {
        detect::Tag::Known(language) if language.is_code() => language,
        _ => Language::Shell,
    }
}
