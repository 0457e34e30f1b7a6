//! Recording effects.

use std::sync::Arc;

use super::{Interpreter, MAX_EFFECTS};
use crate::finding::Certainty;
use crate::flow::{Effect, EffectId, EffectKind, MAX_CROSSED, Place, Shape, Value, paths};

/// Effects at one place that read the same but whose values come from different calls.
const MAX_ALIKE: usize = 4;
/// How near a parse error must be to make an effect less certain, in bytes.
const NEAR: u32 = 80;
/// Most bytes of the text that shows a whole command.
const MAX_RESOLVED: usize = 4096;

/// Who does something, where, and how it reads.
#[derive(Debug, Clone)]
pub(super) struct Doing {
    pub(super) by: Arc<str>,
    pub(super) place: Place,
    pub(super) resolved: Arc<str>,
    pub(super) disguised: bool,
    pub(super) tags: Vec<Arc<str>>,
}

impl Doing {
    pub(super) fn new(by: Arc<str>, place: Place) -> Self {
        Self { resolved: by.clone(), by, place, disguised: false, tags: Vec::new() }
    }
}

impl Interpreter<'_> {
    /// Records an effect and gives what it yields.
    pub(super) fn emit(
        &mut self,
        kind: EffectKind,
        arguments: Vec<(&'static str, Value)>,
        doing: &Doing,
        mut tags: Vec<Arc<str>>,
    ) -> Value {
        let mut arguments = arguments;
        match kind {
            // The whole environment.
            EffectKind::Env if arguments.is_empty() => arguments.push(("name", Value::text("*", Some(doing.place)))),
            EffectKind::Write => self.put_into_folder(&mut arguments, doing.place),
            EffectKind::Verify if !arguments.iter().any(|(role, _)| *role == "path") => {
                let digests =
                    arguments.iter().find(|(role, _)| *role == "digest").and_then(|(_, value)| value.constant());
                if let Some(paths) =
                    digests.map(|digests| verified_paths(&digests, doing.place)).filter(|paths| !paths.is_empty())
                {
                    arguments.push(("path", Value::choice(paths, Some(doing.place))));
                }
            }
            _ => {}
        }
        let flows = arguments.iter().any(|(_, value)| value.flows());
        let resolved = shortened(&doing.resolved);
        let key = (doing.place, kind.as_str(), identity(&arguments));
        let alike = self.recorded.get(&key).map_or(&[][..], Vec::as_slice);
        if let Some(last) = alike.last()
            && (!flows || alike.len() >= MAX_ALIKE || self.same(*last, &arguments))
        {
            return Value::new(Shape::Content(*last), Some(doing.place));
        }
        if self.effects.len() >= MAX_EFFECTS {
            self.limit(self.document, "there are too many effects to record them all");
            return Value::derived(
                "unknown",
                arguments.into_iter().map(|(_, value)| value).collect(),
                Some(doing.place),
            );
        }
        for tag in &doing.tags {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        let id = EffectId(self.effects.len() as u32);
        let crossed = self.crossed_on_the_way(kind, &arguments);
        if usize::from(crossed) > MAX_CROSSED {
            self.limit(self.document, "content goes through too many programs to be followed to its beginning");
        }
        self.crossed.push(crossed);
        let certainty = self.certainty(kind, &arguments, &tags, doing.place);
        if kind == EffectKind::Write {
            self.note_write(&arguments);
        }
        let document = self.documents.get(doing.place.document);
        self.effects.push(Effect {
            id,
            kind,
            arguments,
            place: doing.place,
            by: doing.by.clone(),
            resolved,
            yielded: None,
            disguised: doing.disguised,
            tags,
            stance: document.stance,
            reach: document.reach,
            certainty,
        });
        self.recorded.entry(key).or_default().push(id);
        Value::new(Shape::Content(id), Some(doing.place))
    }

    /// How many effects content went through that is decoded or executed here.
    fn crossed_on_the_way(&self, kind: EffectKind, arguments: &[(&'static str, Value)]) -> u16 {
        if !matches!(kind, EffectKind::Decode | EffectKind::Eval) {
            return 0;
        }
        let sources = arguments.iter().flat_map(|(_, value)| value.sources());
        let crossed = sources.filter_map(|source| match source.shape() {
            Shape::Content(id) => self.crossed.get(id.0 as usize).copied(),
            _ => None,
        });
        crossed.max().unwrap_or(0).saturating_add(1)
    }

    /// What is copied into a folder (`cp a.sh ~/bin/`) keeps its name there.
    fn put_into_folder(&self, arguments: &mut [(&'static str, Value)], place: Place) {
        let value = |role: &str| arguments.iter().find(|(name, _)| *name == role).map(|(_, value)| value);
        let (Some(path), Some(content)) = (value("path"), value("content")) else { return };
        if !path.rendered().ends_with('/') {
            return;
        }
        let source = match content.bare().shape() {
            Shape::Content(id) => self.effects.get(id.0 as usize).filter(|effect| effect.kind == EffectKind::Read),
            _ => None,
        };
        let Some(from) = source.and_then(|effect| effect.argument("path")).and_then(Value::constant) else { return };
        let joined = Value::concat(
            vec![path.clone(), Value::text(paths::name(&from), Some(place))],
            path.place().or(Some(place)),
        );
        if let Some((_, path)) = arguments.iter_mut().find(|(name, _)| *name == "path") {
            *path = joined;
        }
    }

    /// Whether an effect has just these values.
    fn same(&self, id: EffectId, arguments: &[(&'static str, Value)]) -> bool {
        self.effects.get(id.0 as usize).is_some_and(|effect| {
            effect.arguments.len() == arguments.len()
                && effect.arguments.iter().zip(arguments).all(|(old, new)| old.0 == new.0 && old.1.key() == new.1.key())
        })
    }

    /// Keeps what is written to a file, so that it can be interpreted when the file is run.
    fn note_write(&mut self, arguments: &[(&'static str, Value)]) {
        let value = |role: &str| arguments.iter().find(|(name, _)| *name == role).map(|(_, value)| value);
        if let Some(path) = value("path")
            && self.fetched_paths.len() < 4096
        {
            self.fetched_paths.extend(paths::keys(path));
        }
        if let (Some(path), Some(content)) = (value("path"), value("content"))
            && known_part(content)
        {
            for key in paths::keys(path) {
                let contents = self.written.entry(key).or_default();
                if contents.len() < 16 {
                    contents.push(content.clone());
                }
            }
        }
    }

    fn certainty(
        &self,
        kind: EffectKind,
        arguments: &[(&'static str, Value)],
        tags: &[Arc<str>],
        place: Place,
    ) -> Certainty {
        // What else goes along with a content makes no difference to who gets it. A header holds one thing, known or not.
        let is_sent = kind == EffectKind::Send && !tags.iter().any(|tag| &**tag == "header");
        let role = if is_sent { "url" } else { kind.roles().first().copied().unwrap_or_default() };
        let place_of = |role: &str| arguments.iter().find(|(name, _)| *name == role);
        let channel = place_of("channel").filter(|_| is_sent);
        let main = place_of(role).or(channel).or_else(|| kind.roles().first().and_then(|role| place_of(role)));
        let others = arguments.iter().any(|(_, value)| known_part(value));
        let certainty = match main {
            Some((_, value)) if is_known(value) => Certainty::Resolved,
            Some((_, value)) if known_part(value) => Certainty::Partial,
            _ if others => Certainty::Partial,
            None if arguments.is_empty() => Certainty::Resolved,
            _ => Certainty::Unresolved,
        };
        match self.programs.get(&place.document).and_then(Option::as_ref) {
            Some(program) => {
                let (start, end) = (place.span.start.saturating_sub(NEAR), place.span.end.saturating_add(NEAR));
                let from = program.damage.partition_point(|span| span.end < start);
                match program.damage.get(from) {
                    Some(span) if span.start <= end => match certainty {
                        Certainty::Resolved => Certainty::Partial,
                        _ => Certainty::Unresolved,
                    },
                    _ => certainty,
                }
            }
            None => certainty,
        }
    }
}

/// The files that lines of `digest  file` name.
fn verified_paths(digests: &str, place: Place) -> Vec<Value> {
    digests
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(_, path)| Value::text(path.trim_start_matches([' ', '*']), Some(place)))
        .take(16)
        .collect()
}

/// Whether all that a value is made of is known: constants, or content whose source is an effect or file.
fn is_known(value: &Value) -> bool {
    if value.constant().is_some() || !value.texts(4).is_empty() {
        return true;
    }
    match value.bare().shape() {
        Shape::Content(_) | Shape::FileAt(_) => true,
        Shape::List(values) | Shape::Concat(values) | Shape::Choice(values) => values.iter().all(is_known),
        Shape::Map(entries) => entries.iter().all(|(_, value)| is_known(value)),
        Shape::Derived { from, .. } => from.iter().all(is_known),
        Shape::Object { fields, .. } => fields.iter().any(|(_, value)| is_known(value)),
        _ => false,
    }
}

/// Whether any part of it is known.
fn known_part(value: &Value) -> bool {
    if is_known(value) {
        return true;
    }
    match value.bare().shape() {
        Shape::List(values) | Shape::Concat(values) | Shape::Choice(values) => values.iter().any(known_part),
        Shape::Map(entries) => entries.iter().any(|(_, value)| known_part(value)),
        Shape::Derived { from, .. } => from.iter().any(known_part),
        _ => false,
    }
}

/// What tells effects of one kind at one place apart: who they name.
fn identity(arguments: &[(&'static str, Value)]) -> Arc<str> {
    let mut text = String::new();
    for (role, value) in arguments {
        text.push_str(role);
        text.push('=');
        text.push_str(&value.rendered());
        text.push('\u{0}');
    }
    shortened(&text.into())
}

fn shortened(text: &Arc<str>) -> Arc<str> {
    if text.len() <= MAX_RESOLVED {
        return text.clone();
    }
    let mut end = MAX_RESOLVED;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end]).into()
}
