//! Values that are executed as code: they are parsed and interpreted where they run.

use std::sync::Arc;

use super::Interpreter;
use super::emit::Doing;
use super::environment::Environment;
use super::expression::HOLE;
use crate::document::{DocumentId, Language, Relation};
use crate::flow::{EffectKind, Place, Shape, Value, paths};
use crate::source::{Span, SpanMap, SpanMapBuilder};

/// Alternatives of one content that are interpreted.
const MAX_ALTERNATIVES: usize = 4;

/// How often one file is followed where a sourced file sources it.
const MAX_PLACED: u32 = 16;

impl Interpreter<'_> {
    /// Interprets content that is executed; gives what it writes, as far as that is known.
    pub(super) fn evaluate(&mut self, content: &Value, language: Option<&str>, doing: &Doing) -> Option<Value> {
        if language == Some("applescript")
            && let Some(text) = content.constant()
        {
            return self.applescript(&text, content, doing);
        }
        if let (Some(name), Some(_)) = (language, content.constant())
            && language_named(name).is_none()
            && !matches!(name, "program" | "agent" | "native" | "wasm")
        {
            return self.foreign(content, name, doing);
        }
        if let (Some(_), Shape::List(values) | Shape::Choice(values)) = (language, content.bare().shape())
            && language.and_then(language_named).is_none()
        {
            let values: Vec<Value> = values.iter().take(MAX_ALTERNATIVES).cloned().collect();
            let outputs: Vec<Value> = values.iter().filter_map(|value| self.evaluate(value, language, doing)).collect();
            return (!outputs.is_empty()).then(|| Value::choice(outputs, Some(doing.place)));
        }
        let language = language.and_then(language_named);
        if let (Shape::Content(id), Some(language)) = (content.bare().shape(), language)
            && let Some(path) = self.effects.get(id.0 as usize).filter(|effect| effect.kind == EffectKind::Read)
            && let Some(path) = path.argument("path").cloned()
        {
            return self.evaluate_data(&path, language, doing);
        }
        match content.bare().shape() {
            Shape::FileAt(path) => {
                let path = path.clone();
                self.evaluate_file(&path, language, doing)
            }
            Shape::Choice(values) | Shape::List(values) => {
                let values = values.clone();
                let name = language.map(Language::as_str);
                let outputs: Vec<Value> = values
                    .iter()
                    .take(MAX_ALTERNATIVES)
                    .filter_map(|value| self.evaluate(value, name, doing))
                    .collect();
                (!outputs.is_empty()).then(|| Value::choice(outputs, Some(doing.place)))
            }
            _ => self.evaluate_text(content, language?, doing),
        }
    }

    /// The text of a file of the bundle that is no code by itself, run as code.
    fn evaluate_data(&mut self, path: &Value, language: Language, doing: &Doing) -> Option<Value> {
        let file = paths::keys(path).iter().find_map(|key| self.bundle_file(key))?;
        let document = self.documents.get(file);
        if document.language.is_code() || self.evaluating.contains(&file) {
            return None;
        }
        let text = document.text.clone();
        let span = Span::new(0, text.len());
        let code = Value::text(text, Some(Place { document: file, span }));
        self.refer(path, false);
        self.evaluate_text(&code, language, doing)
    }

    fn evaluate_file(&mut self, path: &Value, language: Option<Language>, doing: &Doing) -> Option<Value> {
        if let Some(text) = path.constant()
            && let Some((kind, data)) = text.strip_prefix("data:").and_then(|rest| rest.split_once(','))
        {
            return self.evaluate_address(kind, data, path, language, doing);
        }
        if let Some(document) = self.refer(path, false) {
            if let Some(language) = language
                && !self.documents.get(document).language.is_code()
            {
                return self.evaluate_data(path, language, doing);
            }
            // `source x.sh` runs in this shell: what the file defines is then known here.
            let found = self.documents.get(document).language;
            if (doing.tags.iter().any(|tag| &**tag == "source") || matches!(&*doing.by, "source" | "."))
                && found == self.language()
                && !self.evaluating.contains(&document)
            {
                self.started.insert(document);
                // Files that source each other have more ways through them than there are files.
                if !self.evaluating.is_empty() {
                    let placed = self.placed.entry(document).or_default();
                    *placed += 1;
                    if *placed > MAX_PLACED {
                        self.limit(document, "files source each other too often to be followed each time");
                        return None;
                    }
                }
                return Some(self.in_place(document, doing));
            }
            return language.and_then(|used| self.used_as(document, used, doing));
        }
        let language = language.or_else(|| {
            let name = path.constant()?;
            match paths::name(&name).rsplit_once('.')?.1 {
                "py" => Some(Language::Python),
                "sh" | "bash" | "zsh" | "command" => Some(Language::Shell),
                "js" | "mjs" | "cjs" => Some(Language::JavaScript),
                "ps1" => Some(Language::PowerShell),
                _ => None,
            }
        });
        let contents: Vec<Value> =
            paths::keys(path).iter().filter_map(|key| self.written.get(key)).flatten().cloned().collect();
        let mut output = None;
        for content in contents.iter().take(MAX_ALTERNATIVES) {
            if content.constant().is_none() && !matches!(content.bare().shape(), Shape::Concat(_)) {
                continue;
            }
            let language = language.or_else(|| shebang(content)).unwrap_or(Language::Shell);
            output = self.evaluate_text(content, language, doing).or(output);
        }
        output
    }

    /// A program that stands in its own address, `data:text/javascript;base64,…`.
    fn evaluate_address(
        &mut self,
        kind: &str,
        data: &str,
        path: &Value,
        language: Option<Language>,
        doing: &Doing,
    ) -> Option<Value> {
        let here = path.place();
        let language = language?;
        let scheme = if kind.ends_with(";base64") { "base64" } else { "url" };
        let arguments = vec![("content", Value::text(data, here)), ("scheme", Value::text(scheme, here))];
        let decoded = self.happens(EffectKind::Decode, arguments, vec!["data-url".into()], doing)?;
        let arguments = vec![("content", decoded), ("language", Value::text(language.as_str(), here))];
        self.deeper(None, |interpreter| {
            interpreter.happens(EffectKind::Eval, arguments, vec!["data-url".into()], doing)
        })
    }

    /// A file that is given to an interpreter which its name does not tell of (`bash notes.txt`): what it is used as
    /// decides what it is.
    fn used_as(&mut self, file: DocumentId, used: Language, doing: &Doing) -> Option<Value> {
        let document = self.documents.get(file);
        let is_known = document.language == used
            || document.language.is_code() && crate::document::of_content(&document.text) != Some(used);
        if is_known || document.text.len() as u64 > crate::bundle::Limits::default().parse_bytes {
            return None;
        }
        let text = document.text.clone();
        let span = Span::new(0, text.len());
        let key = (file, span, used, text.clone());
        let inner = if let Some(inner) = self.layers_made.get(&key) {
            *inner
        } else {
            let map = SpanMap::shifted(0, text.len());
            let inner = self.documents.add_embedded(file, span, Relation::CommandString, used, text, &map);
            let child = self.documents.get_mut(inner);
            child.stance = crate::finding::Stance::Does;
            self.layers_made.insert(key, inner);
            inner
        };
        self.references.push((self.document, inner, false));
        self.runs_document(inner, doing);
        if self.evaluating.contains(&inner) || self.layers >= self.budget.layers {
            return None;
        }
        self.layers += 1;
        let output = if used == self.language() && doing.tags.iter().any(|tag| &**tag == "source") {
            Some(self.in_place(inner, doing))
        } else {
            self.evaluating.insert(inner);
            let environment = self.within(inner, Environment::new(used, inner), |interpreter| {
                interpreter.outputs.push(Vec::new());
                interpreter.deeper((), |interpreter| interpreter.body(inner));
                interpreter.outputs.pop();
            });
            self.keep(environment);
            self.evaluating.remove(&inner);
            None
        };
        self.layers -= 1;
        output
    }

    fn evaluate_text(&mut self, content: &Value, language: Language, doing: &Doing) -> Option<Value> {
        if !matches!(
            language,
            Language::Shell | Language::Python | Language::JavaScript | Language::PowerShell | Language::Batch
        ) {
            return None;
        }
        if self.layers >= self.budget.layers {
            self.limit(self.document, "code is evaluated inside evaluated code too deeply to be followed");
            return None;
        }
        let holes = self.holes.len();
        let (text, map, host, span) = self.text_of_code(content, doing)?;
        if text.trim().is_empty() {
            return None;
        }
        let relation = relation_of(content, self.source(Place { document: host, span }), &text);
        let key = (host, span, language, Arc::from(text.as_str()));
        let document = match self.layers_made.get(&key) {
            Some(document) if self.holes.len() == holes => *document,
            _ => {
                if text.len() > self.decoded.min(self.evaluated) {
                    self.limit(self.document, "decoded and evaluated texts are too much to be followed");
                    return None;
                }
                self.decoded -= text.len();
                self.evaluated -= text.len();
                let text: Arc<str> = text.into();
                let document = self.documents.add_embedded(host, span, relation, language, text, &map);
                self.layers_made.insert(key, document);
                document
            }
        };
        self.runs_document(document, doing);
        if self.evaluating.contains(&document) {
            return None;
        }
        let given = self.script_arguments.take().filter(|_| language == Language::Shell);
        let framed = given.is_some();
        let frame = given.map(|given| {
            let mut frame = super::environment::Frame::call();
            let mut given = given.into_iter();
            frame.variables.extend(given.next().map(|name| (Arc::from("0"), name)));
            frame.positional = Some(given.collect());
            frame
        });
        let same = language == self.language();
        self.layers += 1;
        let output = if same {
            self.environment.frames.extend(frame);
            let output = self.in_place(document, doing);
            if framed {
                self.environment.frames.pop();
            }
            Some(output)
        } else {
            let mut environment = Environment::new(language, document);
            environment.frames.extend(frame);
            let stdin = self.stdin.clone().filter(|stdin| stdin.key() != content.key());
            if let Some(stdin) = &stdin {
                for name in ["sys.stdin", "sys.stdin.buffer", "process.stdin"] {
                    environment.set_local(name, stdin.clone());
                }
            }
            let mut output = None;
            let environment = self.within(document, environment, |interpreter| {
                interpreter.stdin = stdin;
                interpreter.outputs.push(Vec::new());
                interpreter.deeper((), |interpreter| interpreter.body(document));
                output = interpreter.outputs.pop();
            });
            self.keep(environment);
            output.filter(|parts| !parts.is_empty()).map(|parts| Value::concat(parts, Some(doing.place)))
        };
        self.layers -= 1;
        output.filter(|output| output.as_text() != Some(""))
    }

    /// Remembers which effect runs a text: the last one that was recorded where it happens.
    fn runs_document(&mut self, document: DocumentId, doing: &Doing) {
        let mut latest = self.effects.iter().rev().take(8);
        if let Some(effect) = latest.find(|effect| effect.kind == EffectKind::Eval && effect.place == doing.place) {
            self.runners.entry(document).or_insert(effect.id);
        }
    }

    /// Interprets a document with the names that are in force.
    fn in_place(&mut self, document: DocumentId, doing: &Doing) -> Value {
        let owner = self.environment.owner().unwrap_or(document);
        self.owners.entry(document).or_insert(owner);
        let outer = std::mem::replace(&mut self.document, document);
        self.evaluating.insert(document);
        self.outputs.push(Vec::new());
        self.deeper((), |interpreter| interpreter.body(document));
        let output = self.outputs.pop().unwrap_or_default();
        self.evaluating.remove(&document);
        self.document = outer;
        Value::concat(output, Some(doing.place))
    }

    /// The text of code that a value makes, with marks for what is not constant; its map to the host; the host.
    fn text_of_code(&mut self, content: &Value, doing: &Doing) -> Option<(String, SpanMap, DocumentId, Span)> {
        let place = content.place().unwrap_or(doing.place);
        let bare = content.bare();
        if let Some(text) = bare.constant() {
            let place = bare.place().or(content.place()).unwrap_or(doing.place);
            if let Shape::Concat(parts) = bare.shape() {
                let parts = parts.clone();
                return self.joined_code(&parts, content.place().unwrap_or(place));
            }
            // A literal of the source keeps its exact places.
            let source = self.source(place);
            let map = match source.find(&text) {
                Some(at) => SpanMap::shifted(place.span.start as usize + at, text.len()),
                None => SpanMap::opaque(place.span, text.len()),
            };
            return Some((text, map, place.document, place.span));
        }
        let Shape::Concat(parts) = bare.shape() else { return None };
        let parts = parts.clone();
        self.joined_code(&parts, place)
    }

    fn joined_code(&mut self, parts: &[Value], place: Place) -> Option<(String, SpanMap, DocumentId, Span)> {
        let known = parts.iter().filter_map(Value::as_text).any(|text| text.chars().any(char::is_alphabetic));
        if !known {
            return None;
        }
        let mut text = String::new();
        let mut map = SpanMapBuilder::default();
        for part in parts {
            if let Some(piece) = part.constant() {
                let exact = part.place().filter(|own| own.document == place.document).and_then(|own| {
                    let source = own.span.slice(&self.documents.get(own.document).text);
                    source.find(&piece).map(|at| own.span.start as usize + at)
                });
                match exact {
                    Some(at) => map.exact(Span::new(at, at + piece.len())),
                    None => map.computed(piece.len(), place.span),
                }
                text.push_str(&piece);
            } else {
                let mark = format!("{}{}{}", HOLE.0, self.holes.len(), HOLE.1);
                self.holes.push(part.clone());
                map.computed(mark.len(), place.span);
                text.push_str(&mark);
            }
        }
        Some((text, map.finish(), place.document, place.span))
    }

    /// Notes that a file of the bundle is run or loaded, if the path is one.
    pub(super) fn refer(&mut self, path: &Value, library: bool) -> Option<DocumentId> {
        let keys = paths::keys(path);
        let found = keys.iter().find_map(|key| self.bundle_file(key))?;
        self.references.push((self.document, found, library));
        Some(found)
    }

    /// Notes files of the bundle that are named among the arguments of a program.
    pub(super) fn refer_to_files(&mut self, arguments: &[Value]) {
        for argument in arguments {
            if argument.as_text().is_some_and(|text| text.len() < 1024 && text.contains('.') && !text.contains('\n'))
                && let Some(found) = paths::keys(argument).iter().find_map(|key| self.bundle_file(key))
                && self.documents.get(found).language.is_code()
            {
                self.references.push((self.document, found, false));
            }
        }
    }

    /// The file of the bundle that a path means: from the file that names it, or from the bundle's root.
    pub(super) fn bundle_file(&self, key: &str) -> Option<DocumentId> {
        let own = paths::normalise(&self.documents.file_of(self.document).path);
        let relative = key.strip_prefix(paths::BUNDLE).map(|rest| rest.trim_start_matches('/'));
        if let Some(relative) = relative {
            if let Some(found) = self.files.get(relative) {
                return Some(*found);
            }
        } else {
            let beside = paths::normalise(&paths::join(paths::folder(&own), key));
            if let Some(found) = self.files.get(&beside).or_else(|| self.files.get(key)) {
                return Some(*found);
            }
        }
        // An absolute path, or one from where the bundle is installed: at least a folder and a name must agree.
        let mut rest = relative.unwrap_or(key);
        while let Some((_, tail)) = rest.split_once('/') {
            if !tail.contains('/') {
                break;
            }
            if let Some(found) = self.files.get(tail) {
                return Some(*found);
            }
            rest = tail;
        }
        None
    }
}

/// The language that models call by this name.
fn language_named(name: &str) -> Option<Language> {
    Some(match name {
        "sh" | "shell" | "bash" | "zsh" => Language::Shell,
        "python" => Language::Python,
        "javascript" | "js" | "node" | "typescript" => Language::JavaScript,
        "powershell" => Language::PowerShell,
        "cmd" | "batch" => Language::Batch,
        _ => return None,
    })
}

/// The language that the first line of a script asks for.
fn shebang(content: &Value) -> Option<Language> {
    let text = match content.bare().shape() {
        Shape::Concat(parts) => parts.first()?.constant()?,
        _ => content.constant()?,
    };
    let line = text.strip_prefix("#!")?.lines().next()?.to_owned();
    [
        ("python", Language::Python),
        ("node", Language::JavaScript),
        ("pwsh", Language::PowerShell),
        ("sh", Language::Shell),
    ]
    .into_iter()
    .find(|(name, _)| line.contains(name))
    .map(|(_, language)| language)
}

/// How a text that is evaluated stands in its host.
fn relation_of(content: &Value, source: &str, text: &str) -> Relation {
    let mut value = content;
    loop {
        match value.shape() {
            Shape::Carried { value: inner, .. } => value = inner,
            Shape::Computed { how, .. } => return Relation::Decoded(how.to_string()),
            _ => break,
        }
    }
    if source == text && text.ends_with('\n') { Relation::Heredoc } else { Relation::CommandString }
}
