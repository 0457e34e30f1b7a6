//! Models at work: templates become values, planned effects become effects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Interpreter;
use super::emit::Doing;
use crate::document::Language;
use crate::flow::models::{Condition, KnownCall, PlannedEffect, Template, Test};
use crate::flow::{EffectKind, Place, Shape, Value, decode, pure};

/// Pure functions that give bytes in Python: what is taken from them one by one is numbers.
const PYTHON_BYTES: &[&str] = &[
    "ascii85-decode",
    "base32-decode",
    "base64-decode",
    "base85-decode",
    "bytes",
    "bytes-xor",
    "encode-text",
    "gzip-decompress",
    "hex-decode",
    "zlib-decompress",
];
/// Most bytes of a file of the bundle whose text is followed as a constant.
const MAX_DATA: usize = 64 << 10;
/// Fewest bytes of a decoded text that are looked at as a text of their own.
const MIN_LAYER: usize = 6;

/// What a command or call gives to its model.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    /// Options and parameters: every occurrence.
    pub(super) named: BTreeMap<Arc<str>, Vec<Value>>,
    pub(super) flags: BTreeSet<Arc<str>>,
    pub(super) operands: Vec<Value>,
    pub(super) stdin: Option<Value>,
    pub(super) receiver: Option<Value>,
    pub(super) yields: Vec<(EffectKind, Value)>,
    pub(super) invoked: Option<Value>,
}

impl Slots {
    /// What the effects so far yield.
    pub(super) fn yielded(&self) -> impl Iterator<Item = &Value> {
        self.yields.iter().map(|(_, value)| value)
    }
}

impl Interpreter<'_> {
    /// Records the effects that a model plans, where their conditions hold.
    pub(super) fn planned(&mut self, effects: &[PlannedEffect], slots: &mut Slots, doing: &Doing) {
        for planned in effects {
            if !planned.when.iter().all(|condition| self.holds(condition, slots, doing.place)) {
                continue;
            }
            let mut arguments = Vec::new();
            let mut has_main = true;
            // What is sent, copied or decoded from a file is read; what is executed is traced by its path.
            let reads =
                matches!(planned.kind, EffectKind::Send | EffectKind::Write | EffectKind::Decode | EffectKind::Install);
            for (role, template) in &planned.with {
                self.reading = reads.then(|| doing.clone());
                let value = self.template(template, slots, doing.place);
                self.reading = None;
                match value {
                    Some(value) => arguments.push((*role, value)),
                    // A check names its file in the digests, if not by itself.
                    None => {
                        has_main &= planned.kind.roles().first() != Some(role) || planned.kind == EffectKind::Verify;
                    }
                }
            }
            if !has_main || (arguments.is_empty() && !planned.with.is_empty()) {
                continue;
            }
            let mut tags = Vec::new();
            for (tag, condition) in &planned.tags {
                if condition.as_ref().is_none_or(|condition| self.holds(condition, slots, doing.place)) {
                    tags.push(tag.clone());
                }
            }
            // What is piped into an interpreter is the input of the code that it runs.
            let outer = std::mem::replace(&mut self.stdin, slots.stdin.clone());
            let yielded = self.happens(planned.kind, arguments, tags, doing);
            self.stdin = outer;
            if let Some(value) = yielded {
                slots.yields.push((planned.kind, value));
            }
        }
    }

    /// Records an effect and does what it stands for: decodes what can be decoded, interprets what is evaluated.
    pub(super) fn happens(
        &mut self,
        kind: EffectKind,
        arguments: Vec<(&'static str, Value)>,
        tags: Vec<Arc<str>>,
        doing: &Doing,
    ) -> Option<Value> {
        let argument = |role: &str| arguments.iter().find(|(name, _)| *name == role).map(|(_, value)| value.clone());
        let (content, scheme, key, language) =
            (argument("content"), argument("scheme"), argument("key"), argument("language"));
        let program = argument("program");
        let standing = (kind == EffectKind::Env)
            .then(|| argument("name"))
            .flatten()
            .and_then(|name| name.constant())
            .and_then(|name| standing_folder(&name));
        // A variable that the bundle sets itself has the value that it sets.
        let set = (kind == EffectKind::Env)
            .then(|| argument("name"))
            .flatten()
            .and_then(|name| self.exported(name.as_text()?));
        let path = argument("path").filter(|_| kind == EffectKind::Read);
        let url = argument("url").filter(|_| kind == EffectKind::Fetch);
        let redirects = tags.iter().any(|tag| &**tag == "redirects-descriptor");
        let attached = tags.iter().any(|tag| &**tag == "attached");
        if attached && (program.as_ref().is_some_and(names_shell) || content.as_ref().is_some_and(names_shell)) {
            self.shell_on_connection(doing.place);
        }
        let serves = kind == EffectKind::Run
            && (program.as_ref().is_some_and(names_shell) || tags.iter().any(|tag| &**tag == "pty"));
        if serves {
            self.shell_on_descriptor(doing.place);
        }
        if kind == EffectKind::Eval
            && let Some(function) = content.as_ref().filter(|content| self.is_function(content))
        {
            // A function that is handed over is called, not read as code.
            let results = self.call_back(function, &[], doing.place);
            return several_choice(results, Some(doing.place));
        }
        if kind == EffectKind::Read
            && let Some(path) = arguments.iter().find(|(role, _)| *role == "path").map(|(_, value)| value)
            && let Some(content) = piped_content(path, doing.place)
        {
            return Some(content);
        }
        let value = self.emit(kind, arguments, doing, tags);
        if let Some(url) = url {
            self.sent_in_query(&url, doing);
        }
        if redirects && let Shape::Content(id) = value.shape() {
            self.duplicated.push(*id);
        }
        match kind {
            EffectKind::Env if standing.is_some() => standing.map(|text| Value::text(text, Some(doing.place))),
            EffectKind::Decode => {
                let scheme = scheme.and_then(|scheme| scheme.constant()).unwrap_or_default();
                let bytes = content.as_ref().filter(|_| self.budget.decodes).and_then(Value::constant_bytes);
                let key = key.and_then(|key| key.constant_bytes());
                let limit = self.budget.constant_bytes.min(self.decoded);
                let decoded = bytes.and_then(|bytes| decode::decode(&scheme, &bytes, key.as_deref(), limit));
                Some(match decoded {
                    Some(bytes) => {
                        self.decoded = self.decoded.saturating_sub(bytes.len());
                        let plain = Value::bytes(bytes, Some(doing.place));
                        if let Shape::Text(text) = plain.shape()
                            && text.len() >= MIN_LAYER
                        {
                            self.decoded_texts.push((doing.place, scheme.clone(), text.clone()));
                            if let Shape::Content(id) = value.shape()
                                && let Some(effect) = self.effects.get_mut(id.0 as usize)
                            {
                                effect.yielded = Some(text.clone());
                            }
                        }
                        Value::computed(scheme, plain, vec![value], Some(doing.place))
                    }
                    None => value,
                })
            }
            EffectKind::Eval => {
                let language = language.and_then(|language| language.constant());
                let output = content.and_then(|content| self.evaluate(&content, language.as_deref(), doing));
                Some(output.unwrap_or(value))
            }
            EffectKind::Run => {
                // A program of the bundle that is started by its path.
                if let Some(program) = program {
                    self.refer(&program, false);
                }
                Some(value)
            }
            EffectKind::Env if set.is_some() => {
                set.map(|set| Value::computed("variable", set, vec![value], Some(doing.place)))
            }
            EffectKind::Read => Some(match path.and_then(|path| self.data_of_bundle(&path)) {
                Some(text) => Value::computed("file", text, vec![value], Some(doing.place)),
                None => value,
            }),
            kind if kind.yields() => Some(value),
            _ => None,
        }
    }

    /// What the bundle gives a variable of the environment, where that is one constant.
    pub(super) fn exported(&self, name: &str) -> Option<Value> {
        match self.exports.get(name)?.as_slice() {
            [only] if only.constant().is_some_and(|text| !text.is_empty()) => Some(only.clone()),
            _ => None,
        }
    }

    /// The text of a file of data in the bundle that is read by its path.
    pub(super) fn data_of_bundle(&mut self, path: &Value) -> Option<Value> {
        let keys = crate::flow::paths::keys(path);
        let [key] = keys.as_slice() else { return None };
        let document = self.documents.get(self.bundle_file(key)?);
        let is_data = matches!(document.language, Language::Json | Language::Text | Language::Yaml | Language::Toml);
        let is_small = document.text.len() <= MAX_DATA && document.text.trim().len() > 3;
        (is_data && is_small).then(|| {
            let place = Place { document: document.id, span: crate::source::Span::new(0, document.text.len()) };
            Value::text(document.text.clone(), Some(place))
        })
    }

    /// A URL whose host is known and that carries content behind it sends that content.
    fn sent_in_query(&mut self, url: &Value, doing: &Doing) {
        let urls = match url.bare().shape() {
            Shape::List(urls) => urls.clone(),
            _ => vec![url.clone()],
        };
        for url in urls {
            let Shape::Concat(parts) = url.bare().shape() else { continue };
            let known = parts.first().and_then(Value::as_text).is_some_and(|text| {
                text.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?'])) || text.contains('?')
            });
            let carries = parts.iter().skip(1).any(|part| {
                part.sources().iter().any(|source| matches!(source.shape(), Shape::Content(_) | Shape::FileAt(_)))
            });
            if known && carries {
                let body = Value::concat(parts.iter().skip(1).cloned().collect(), Some(doing.place));
                let arguments = vec![("body", body), ("url", url.clone())];
                self.emit(EffectKind::Send, arguments, doing, vec!["query".into()]);
            }
        }
    }

    /// Marks the connections whose descriptors this file has made its own input and output (`dup2`) as such that serve
    /// a shell.
    fn shell_on_descriptor(&mut self, place: Place) {
        let file = self.documents.get(place.document).file;
        for id in self.duplicated.clone() {
            let Some(effect) = self.effects.get_mut(id.0 as usize) else { continue };
            if self.documents.get(effect.place.document).file == file && !effect.has_tag("shell") {
                effect.tags.push("shell".into());
            }
        }
    }

    /// Marks the connections that a call gives to a shell as its input or output (`stdin=s.fileno()`).
    pub(super) fn shell_on_streams(&mut self, slots: &Slots) {
        let streams = ["stdin", "stdout", "stderr"].into_iter().filter_map(|name| slots.named.get(name)).flatten();
        let contents = streams.flat_map(|stream| match stream.bare().shape() {
            Shape::Object { fields, .. } => fields.iter().flat_map(|(_, value)| value.sources()).collect(),
            _ => stream.sources(),
        });
        let ids: Vec<crate::flow::EffectId> = contents
            .filter_map(|value| match value.shape() {
                Shape::Content(id) => Some(*id),
                _ => None,
            })
            .collect();
        for id in ids {
            if let Some(effect) = self.effects.get_mut(id.0 as usize)
                && matches!(effect.kind, EffectKind::Connect | EffectKind::Listen)
                && !effect.has_tag("shell")
            {
                effect.tags.push("shell".into());
            }
        }
    }

    /// Marks the connection that is made at a place as one that serves a shell.
    pub(super) fn shell_on_connection(&mut self, place: Place) {
        let connections = self.effects.iter_mut().rev().take(16);
        let connection = connections
            .filter(|effect| matches!(effect.kind, EffectKind::Connect | EffectKind::Listen))
            .find(|effect| effect.place == place);
        if let Some(effect) = connection
            && !effect.has_tag("shell")
        {
            effect.tags.push("shell".into());
        }
    }

    /// Whether a value is a function, and no text that is not known.
    fn is_function(&self, value: &Value) -> bool {
        match value.bare().shape() {
            Shape::Function(..) => true,
            Shape::Api(name) => self.models.call(self.language(), name).is_some(),
            Shape::Object { class, .. } => matches!(&**class, "bound" | "partial"),
            _ => false,
        }
    }

    fn holds(&mut self, condition: &Condition, slots: &Slots, place: Place) -> bool {
        condition.0.iter().any(|test| match test {
            Test::Present(template) => self.template(template, slots, place).is_some(),
            Test::Absent(template) => self.template(template, slots, place).is_none(),
            Test::NotText(template, text) => !self.template(template, slots, place).is_some_and(|value| {
                let texts = value.texts(8);
                !texts.is_empty() && texts.iter().all(|own| own.eq_ignore_ascii_case(text))
            }),
            Test::Text(template, text) => self.template(template, slots, place).is_some_and(|value| {
                let texts = value.texts(8);
                let is_true = |own: &str| text.eq_ignore_ascii_case("true") && own == "1";
                texts.is_empty() || texts.iter().any(|own| own.eq_ignore_ascii_case(text) || is_true(own))
            }),
        })
    }

    /// What a call or use of a name does and gives, by its model.
    pub(super) fn apply_model(&mut self, known: &KnownCall, mut slots: Slots, doing: &Doing) -> Value {
        let place = doing.place;
        let here = Some(place);
        self.planned(&known.effects, &mut slots, doing);
        if let Some(template) = &known.invokes
            && let Some(callbacks) = self.template(template, &slots, place)
        {
            let with = known.invokes_with.as_ref().map(|template| match template {
                Template::List(parts) => self.present(parts, &slots, place),
                template => self.template(template, &slots, place).into_iter().collect(),
            });
            let arguments = with.unwrap_or_default();
            let results = self.call_back(&callbacks, &arguments, place);
            slots.invoked = several_choice(results, here);
        }
        let mut started = None;
        if let Some(template) = &known.runs
            && let Some(argv) = self.template(template, &slots, place)
        {
            started = Some(self.started_by_call(&argv, &slots, doing));
        }
        let computed =
            known.pure.as_ref().filter(|name| self.budget.decodes || !name.contains("decode")).and_then(|function| {
                let mut inputs: Vec<Value> = slots.receiver.iter().cloned().collect();
                inputs.extend(slots.operands.iter().cloned());
                let value = pure::compute(function, &inputs, self.budget.constant_bytes, here)?;
                let makes_bytes = self.language() == Language::Python && PYTHON_BYTES.contains(&&**function);
                let value = if makes_bytes { pure::as_bytes(value) } else { value };
                // The yields tell where it went through (a decode effect of the same model).
                let mut from: Vec<Value> = slots.yields.iter().map(|(_, value)| value.clone()).collect();
                if from.is_empty() {
                    from = inputs;
                }
                Some(Value::computed(function.clone(), value, from, here))
            });
        let returned = computed.or_else(|| {
            let returned = known.returns.as_ref().and_then(|template| self.template(template, &slots, place));
            returned.map(|returned| returned.computed_by(&doing.by))
        });
        if !known.sets.is_empty()
            && let Some(Shape::Object { class, fields }) =
                slots.receiver.as_ref().map(|receiver| receiver.bare().shape())
        {
            let mut fields = fields.clone();
            for (name, template) in &known.sets {
                if let Some(value) = self.template(template, &slots, place) {
                    fields.retain(|(field, _)| field != name);
                    fields.push((name.clone(), value));
                }
            }
            self.changed_receiver = Some(Value::new(Shape::Object { class: class.clone(), fields }, here));
        }
        if let Some(class) = &known.class {
            let mut fields = Vec::new();
            for (name, template) in &known.fields {
                if let Some(value) = self.template(template, &slots, place) {
                    fields.push((name.clone(), value));
                }
            }
            if let Some(value) = returned {
                fields.push(("content".into(), value));
            }
            return Value::new(Shape::Object { class: class.clone(), fields }, here);
        }
        let returned = match (returned, started) {
            // What a program that was started writes comes back, whatever else the call gives.
            (Some(returned), Some(started)) if slots.yields.is_empty() => {
                Some(Value::derived("output", vec![started, returned], here))
            }
            (returned, started) => returned.or(started),
        };
        returned.unwrap_or_else(|| {
            if known.returns.is_some() {
                return Value::unknown(here);
            }
            let mut from: Vec<Value> = slots.receiver.into_iter().collect();
            from.extend(slots.named.into_values().flatten());
            from.extend(slots.operands);
            Value::derived(doing.by.clone(), from, here)
        })
    }
}

/// Whether a value names a shell.
pub(super) fn names_shell(value: &Value) -> bool {
    value.texts(4).iter().any(|text| {
        let first = text.split_whitespace().next().unwrap_or_default();
        let name = first.rsplit(['/', '\\']).next().unwrap_or(first);
        matches!(
            name.strip_suffix(".exe").unwrap_or(name),
            "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" | "cmd" | "powershell" | "pwsh"
        )
    })
}

/// The folder that a variable of every system stands for.
pub(super) fn standing_folder(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_uppercase().as_str() {
        "HOME" | "USERPROFILE" => "~",
        "TEMP" | "TMP" => "~/AppData/Local/Temp",
        "COMSPEC" => "cmd",
        "APPDATA" => "~/AppData/Roaming",
        "LOCALAPPDATA" => "~/AppData/Local",
        _ => return None,
    })
}

/// What is read through `<( … )`.
fn piped_content(path: &Value, place: Place) -> Option<Value> {
    match path.bare().shape() {
        Shape::Object { class, fields } if &**class == "output-path" => fields.first().map(|(_, value)| value.clone()),
        Shape::List(paths) if !paths.is_empty() => {
            let contents: Option<Vec<Value>> = paths.iter().map(|path| piped_content(path, place)).collect();
            Some(Value::concat(contents?, Some(place)))
        }
        _ => None,
    }
}

fn several_choice(values: Vec<Value>, place: Option<Place>) -> Option<Value> {
    (!values.is_empty()).then(|| Value::choice(values, place))
}
