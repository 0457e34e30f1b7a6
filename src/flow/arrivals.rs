//! Tracing a value back to the effects whose content is in it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::graph::{Arrival, Graph, Hop};
use super::{EffectId, EffectKind, MAX_CROSSED, Place, Shape, Value};
use crate::finding::Certainty;

/// Most values that one question looks at.
const MAX_VALUES: usize = 20_000;

/// A value on the way, and how the sink was reached from it.
struct Visit {
    value: Value,
    /// Index of the visit that led here.
    from: Option<usize>,
    /// What happens between the two.
    hop: Option<Hop>,
    partial: bool,
    /// On the way it is the value of a setting in a longer text (`IP="…"`).
    embedded: bool,
    /// Effects that were gone through on the way.
    crossed: usize,
}

struct Trace<'g> {
    graph: &'g Graph,
    visits: Vec<Visit>,
    queue: VecDeque<usize>,
    values: BTreeSet<usize>,
    effects: BTreeSet<EffectId>,
    arrivals: Vec<Arrival>,
}

impl Graph {
    /// Every effect whose content is in `value`, each once by its shortest way: through variables, pipes, other
    /// effects (what is decoded, executed for its output …), files that one effect writes and another reads or runs,
    /// and exported variables.
    #[must_use]
    pub fn arrivals(&self, value: &Value) -> Vec<Arrival> {
        if self.is_unfollowed {
            return Vec::new();
        }
        let mut trace = Trace {
            graph: self,
            visits: Vec::new(),
            queue: VecDeque::new(),
            values: BTreeSet::new(),
            effects: BTreeSet::new(),
            arrivals: Vec::new(),
        };
        trace.push(value.clone(), None, None, false);
        while let Some(at) = trace.queue.pop_front() {
            trace.expand(at);
        }
        trace.arrivals
    }
}

impl Trace<'_> {
    fn push(&mut self, value: Value, from: Option<usize>, hop: Option<Hop>, partial: bool) {
        if value.flows() && self.visits.len() < MAX_VALUES && self.values.insert(value.key()) {
            self.queue.push_back(self.visits.len());
            let embedded = from.is_some_and(|from| self.visits[from].embedded);
            let crossed = from.map_or(0, |from| self.visits[from].crossed);
            self.visits.push(Visit { value, from, hop, partial, embedded, crossed });
        }
    }

    fn expand(&mut self, at: usize) {
        let (value, partial) = (self.visits[at].value.clone(), self.visits[at].partial);
        let hop = |what: Arc<str>, place: Option<Place>| place.map(|place| Hop { place, what });
        match value.shape() {
            Shape::Content(id) => self.content(at, *id, partial),
            Shape::FileAt(path) => self.file(at, path, partial),
            Shape::Carried { by, value: inner } => {
                self.push(inner.clone(), Some(at), hop(by.clone(), value.place()), partial);
            }
            Shape::Derived { how, from } => {
                let unknown = how.starts_with("unknown") || how.starts_with("too large") || how.starts_with("one of");
                for inner in from {
                    let what = hop(format!("through `{how}`").into(), value.place());
                    self.push(inner.clone(), Some(at), what, partial || unknown);
                }
            }
            Shape::Computed { how, from, .. } => {
                for inner in from {
                    let what = hop(format!("through `{how}`").into(), value.place());
                    self.push(inner.clone(), Some(at), what, partial);
                }
            }
            Shape::Concat(parts) => {
                let mut before = String::new();
                for part in parts {
                    let next = self.visits.len();
                    self.push(part.clone(), Some(at), None, partial);
                    if let Some(visit) = self.visits.get_mut(next) {
                        visit.embedded |= ends_in_assignment(&before);
                    }
                    before = part.constant().unwrap_or_default();
                }
            }
            shape => {
                let mut parts = Vec::new();
                shape.for_each_part(&mut |part| parts.push(part.clone()));
                for part in parts {
                    self.push(part, Some(at), None, partial);
                }
            }
        }
    }

    /// Content of an effect: the effect is a source, and what went into it may be one too.
    fn content(&mut self, at: usize, id: EffectId, partial: bool) {
        let graph = self.graph;
        let Some(effect) = graph.effects().get(id.0 as usize) else { return };
        if !self.effects.insert(id) {
            return;
        }
        let certainty = if partial { Certainty::Partial } else { Certainty::Resolved };
        let embedded = self.visits[at].embedded;
        self.arrivals.push(Arrival { source: id, hops: self.hops(at), certainty, embedded });
        let hop = |what: String| Some(Hop { place: effect.place, what: what.into() });
        if matches!(effect.kind, EffectKind::Decode | EffectKind::Eval) {
            self.visits[at].crossed += 1;
            if self.visits[at].crossed > MAX_CROSSED {
                return;
            }
        }
        match effect.kind {
            EffectKind::Decode => {
                if let Some(content) = effect.argument("content") {
                    let scheme = effect.argument("scheme").map(Value::rendered).unwrap_or_default();
                    self.push(
                        content.clone(),
                        Some(at),
                        hop(format!("decoded ({scheme}) by `{}`", effect.by)),
                        partial,
                    );
                }
            }
            EffectKind::Eval => {
                if let Some(content) = effect.argument("content") {
                    self.push(content.clone(), Some(at), hop(format!("output of `{}`", effect.by)), true);
                }
            }
            EffectKind::Read => {
                if let Some(path) = effect.argument("path") {
                    self.file(at, path, partial);
                }
            }
            EffectKind::Env => {
                let names = effect.argument("name").map(|name| name.texts(4)).unwrap_or_default();
                for value in names.iter().filter_map(|name| graph.exports.get(name.as_str())).flatten() {
                    self.push(value.clone(), Some(at), hop("exported variable".to_owned()), partial);
                }
            }
            _ => {}
        }
    }

    /// Content of a file: whatever any effect puts there.
    fn file(&mut self, at: usize, path: &Value, partial: bool) {
        let graph = self.graph;
        let writers = graph.writers(path);
        let direct = writers.iter().map(|id| (*id, partial));
        let fillers = if writers.is_empty() { graph.fillers(path) } else { Vec::new() };
        for (id, partial) in direct.chain(fillers.into_iter().map(|id| (id, true))) {
            let effect = graph.effect(id);
            if let Some(content) = effect.argument("content") {
                let what = format!("file `{}`, written by `{}`", path.rendered(), effect.by);
                self.push(content.clone(), Some(at), Some(Hop { place: effect.place, what: what.into() }), partial);
            }
        }
    }

    /// The hops from the visit to the sink.
    fn hops(&self, at: usize) -> Vec<Hop> {
        let mut hops: Vec<Hop> = Vec::new();
        let mut at = Some(at);
        while let Some(visit) = at.and_then(|at| self.visits.get(at)) {
            if let Some(hop) = &visit.hop
                && hops.last().is_none_or(|last| last.place != hop.place || last.what != hop.what)
            {
                hops.push(hop.clone());
            }
            at = visit.from;
        }
        hops
    }
}

/// Whether what follows `text` is the value of a setting: `IP="`, `address: `.
fn ends_in_assignment(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or_default();
    let line = line.trim_end().trim_end_matches(['"', '\'']).trim_end();
    let Some(name) = line.strip_suffix(['=', ':']) else { return false };
    let name = name.trim().trim_matches(['"', '\'']);
    let name = name.strip_prefix("export ").unwrap_or(name);
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentId;
    use crate::finding::{Reach, Stance};
    use crate::flow::Effect;
    use crate::source::Span;

    fn effect(id: u32, kind: EffectKind, arguments: Vec<(&'static str, Value)>) -> Effect {
        Effect {
            id: EffectId(id),
            kind,
            arguments,
            place: Place { document: DocumentId(0), span: Span::at(id as usize) },
            by: "test".into(),
            resolved: "test".into(),
            yielded: None,
            disguised: false,
            tags: Vec::new(),
            stance: Stance::Does,
            reach: Reach::Direct,
            certainty: Certainty::Resolved,
        }
    }

    fn content(id: u32) -> Value {
        Value::new(Shape::Content(EffectId(id)), None)
    }

    fn text(text: &str) -> Value {
        Value::text(text, None)
    }

    #[test]
    fn content_is_traced_through_files_and_decoding() {
        let graph = Graph::new(
            vec![
                effect(0, EffectKind::Fetch, vec![("url", text("https://x.test/a"))]),
                effect(1, EffectKind::Write, vec![("path", text("/tmp/./x")), ("content", content(0))]),
                effect(2, EffectKind::Read, vec![("path", text("/tmp/x"))]),
                effect(3, EffectKind::Decode, vec![("content", content(2)), ("scheme", text("base64"))]),
                effect(4, EffectKind::Eval, vec![("content", content(3))]),
            ],
            Vec::new(),
        );
        let sink = graph.effect(EffectId(4)).argument("content").cloned().unwrap_or_else(|| Value::unknown(None));
        let arrivals = graph.arrivals(&sink);
        let sources: Vec<u32> = arrivals.iter().map(|arrival| arrival.source.0).collect();
        assert_eq!(sources, [3, 2, 0]);
        let hops: Vec<&str> = arrivals[2].hops.iter().map(|hop| &*hop.what).collect();
        assert_eq!(
            hops,
            ["file `/tmp/./x`, written by `test`", "decoded (base64) by `test`"]
                .map(|hop| hop.replace("/tmp/./x", "/tmp/x"))
        );
    }

    #[test]
    fn files_that_feed_each_other_end() {
        let file = |path: &str| Value::new(Shape::FileAt(text(path)), None);
        let graph = Graph::new(
            vec![
                effect(0, EffectKind::Write, vec![("path", text("a")), ("content", file("b"))]),
                effect(1, EffectKind::Write, vec![("path", text("b")), ("content", file("a"))]),
            ],
            Vec::new(),
        );
        assert!(graph.arrivals(&file("a")).is_empty());
    }

    #[test]
    fn an_unpacked_archive_feeds_what_lies_in_its_folder() {
        let mut unpack = effect(1, EffectKind::Write, vec![("path", text("/opt/t")), ("content", content(0))]);
        unpack.tags.push("tree".into());
        let graph = Graph::new(vec![effect(0, EffectKind::Fetch, vec![]), unpack], Vec::new());
        let found = graph.arrivals(&Value::new(Shape::FileAt(text("/opt/t/bin/x")), None));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].certainty, Certainty::Partial);
        assert!(graph.arrivals(&Value::new(Shape::FileAt(text("/opt/tx")), None)).is_empty());
    }
}
