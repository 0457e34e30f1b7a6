//! The way that a finding took, step by step: how its code came to run, where its content came from, what carried it.

use super::matching::{Hit, Spot};
use super::message::{one_line, shortened, unmarked};
use super::secret::redacted;
use super::subject::Subject;
use crate::document::DocumentId;
use crate::finding::Step;
use crate::flow::{Arrival, Effect, EffectKind, Place, Shape, Value};

/// Most characters of a sentence that are shown.
const SENTENCE: usize = 400;
/// Most characters of what is decoded, where what it says is shown behind it.
const SOURCE: usize = 80;
/// Levels of evaluated code, of decoding, and of variables that are set from variables.
const LEVELS: usize = 6;
/// Most steps of one finding.
const STEPS: usize = 48;

/// The command or call with what is known filled in; of a sentence its verb and what it names, else the sentence.
pub(super) fn shown(effect: &Effect) -> String {
    if effect.has_tag("prose") {
        let main = effect.kind.roles().first().and_then(|role| effect.argument(role));
        return match main.and_then(Value::as_text) {
            Some(named) if effect.kind != EffectKind::Instruct => {
                format!("{} {}", effect.by, one_line(named)).trim_start().to_owned()
            }
            _ => {
                // A sentence may be as long as its file.
                let sentence = effect
                    .resolved
                    .char_indices()
                    .nth(SENTENCE)
                    .map_or(&*effect.resolved, |(at, _)| &effect.resolved[..at]);
                unmarked(&one_line(sentence))
            }
        };
    }
    if effect.resolved.is_empty() { effect.by.to_string() } else { one_line(&effect.resolved) }
}

/// Every step on the way to a hit, in the order in which they happen. Empty where the place says it all.
pub(super) fn steps(hit: &Hit, subject: &Subject<'_>) -> Vec<Step> {
    let mut way = Way { subject, steps: Vec::new() };
    if let (Some(source), Some(sink)) = (hit.source, hit.sink) {
        let (source, sink) = (subject.graph.effect(source), subject.graph.effect(sink));
        way.runner(source.place.document, LEVELS);
        way.earlier(source, LEVELS);
        way.effect(source);
        way.hops(source.place, hit.hops.iter().map(|hop| (hop.place, &*hop.what)));
        way.effect(sink);
    } else if let Some(sink) = hit.sink {
        // Where the code is written out and runs by itself, the place is the whole way.
        let sink = subject.graph.effect(sink);
        way.runner(sink.place.document, LEVELS);
        way.earlier(sink, LEVELS);
        way.variables(sink.place, LEVELS);
        if !way.steps.is_empty() {
            way.push(sink.place, what(sink));
        }
    }
    for other in &hit.with {
        let Spot::Text(place) = &other.spot else { continue };
        if way.steps.is_empty() {
            let Spot::Text(own) = &hit.spot else { continue };
            way.push(*own, describe(hit, subject));
        }
        way.push(*place, describe(other, subject));
    }
    way.steps
}

struct Way<'s, 'a> {
    subject: &'s Subject<'a>,
    steps: Vec<Step>,
}

impl Way<'_, '_> {
    /// Adds a step that is not there yet.
    fn push(&mut self, place: Place, message: String) {
        let location = self.subject.documents.locate(place.document, place.span);
        let step = Step { location, message };
        if self.steps.len() < STEPS && !self.steps.contains(&step) {
            self.steps.push(step);
        }
    }

    /// An effect, and before it the variables that it is written with.
    fn effect(&mut self, effect: &Effect) {
        self.variables(effect.place, LEVELS);
        self.push(effect.place, what(effect));
    }

    /// What carried a content from `from` on. What an effect computes itself is told by the effect.
    fn hops<'h>(&mut self, from: Place, hops: impl Iterator<Item = (Place, &'h str)>) {
        for (place, what) in hops {
            if !(place == from && what.starts_with("through `")) {
                self.push(place, redacted(what).into_owned());
            }
        }
    }

    /// What runs the code that a document holds, where that is no file of its own.
    fn runner(&mut self, document: DocumentId, levels: usize) {
        let subject = self.subject;
        let Some(effect) = subject.graph.runner(document) else { return };
        if levels == 0 {
            return;
        }
        self.runner(effect.place.document, levels - 1);
        self.earlier(effect, levels - 1);
        self.effect(effect);
    }

    /// What was decoded, fetched or read, and went into what is decoded or run here.
    fn earlier(&mut self, effect: &Effect, levels: usize) {
        let subject = self.subject;
        if levels == 0 || !matches!(effect.kind, EffectKind::Decode | EffectKind::Eval) {
            return;
        }
        let Some(content) = effect.argument("content") else { return };
        let is_source = |arrival: &Arrival| {
            matches!(
                subject.graph.effect(arrival.source).kind,
                EffectKind::Decode | EffectKind::Fetch | EffectKind::Read | EffectKind::Connect
            )
        };
        let Some(arrival) = subject.graph.arrivals(content).into_iter().find(is_source) else {
            // A file that the code itself writes.
            if let Shape::FileAt(path) = content.bare().shape()
                && let Some(writer) = subject.graph.writers(path).first()
            {
                self.effect(subject.graph.effect(*writer));
            }
            return;
        };
        let source = subject.graph.effect(arrival.source);
        self.earlier(source, levels - 1);
        self.effect(source);
        self.hops(source.place, arrival.hops.iter().map(|hop| (hop.place, &*hop.what)));
    }

    /// Where the variables were set that a stretch of code is written with, as far as they are constant.
    fn variables(&mut self, place: Place, levels: usize) {
        if levels == 0 {
            return;
        }
        let subject = self.subject;
        for origin in subject.graph.origins(place) {
            self.variables(origin.set, levels - 1);
            let text = one_line(&origin.text);
            let message = format!("{} is `{}`", origin.name, shortened(&text));
            self.push(origin.set, redacted(&message).into_owned());
        }
    }
}

fn what(effect: &Effect) -> String {
    let mut text = format!("{}: {}", effect.kind, shown(effect));
    // A decoded layer: what it says is what a reader wants to see first.
    if let Some(yielded) = &effect.yielded {
        let source: String = text.chars().take(SOURCE).collect();
        let cut = if source.len() < text.len() { "…" } else { "" };
        text = format!("{source}{cut} → {}", shortened(&one_line(yielded)));
    }
    redacted(&text).into_owned()
}

fn describe(hit: &Hit, subject: &Subject<'_>) -> String {
    let text = match (hit.sink, &hit.text) {
        (Some(sink), _) => shown(subject.graph.effect(sink)),
        (None, Some(text)) => one_line(text),
        (None, None) => String::new(),
    };
    shortened(&redacted(&text)).into_owned()
}
