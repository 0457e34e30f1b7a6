//! What rules ask of a value, worked out once for each argument of each effect.

use crate::flow::{Effect, Graph, Shape, Value};

use super::host::{Target, Tier, tier};
use super::identity::Identity;
use super::lexicon::Lexicons;
use super::path::normalised;

/// Most texts that are kept of one value.
const TEXTS: usize = 64;
/// Deepest nesting of a value that is looked into.
const DEPTH: usize = 32;

/// The texts that a value can be, and where they lead.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Constants, and else the text with stand-ins for what is not known.
    pub(crate) texts: Vec<String>,
    /// The texts as normal paths, where that differs.
    pub(crate) paths: Vec<String>,
    /// Hosts that the texts lead to.
    pub(crate) targets: Vec<(Target, Tier)>,
    /// Whether every part is known.
    pub(crate) is_constant: bool,
    /// Whether the user, the agent or the environment chooses the value.
    pub(crate) is_configured: bool,
}

impl Facts {
    /// The facts of a value.
    pub(crate) fn of(value: &Value, graph: &Graph, identity: &Identity, lexicons: &Lexicons) -> Self {
        let mut facts = Self { is_constant: true, ..Self::default() };
        facts.collect(value, graph, 0);
        let paths = facts.texts.iter().map(|text| normalised(text));
        facts.paths = paths.filter(|path| !facts.texts.contains(path)).collect();
        for text in &facts.texts {
            if text.len() <= 4096
                && let Some(target) = Target::parse(text)
            {
                let tier = tier(&target, identity, lexicons);
                facts.targets.push((target, tier));
            }
        }
        facts
    }

    /// The facts of a text that is known.
    pub(crate) fn of_text(text: &str) -> Self {
        let path = normalised(text);
        let paths = if path == text { Vec::new() } else { vec![path] };
        Self { texts: vec![text.to_owned()], paths, targets: Vec::new(), is_constant: true, is_configured: false }
    }

    /// Adds where the addresses lead that are written within a longer text, such as a command line.
    pub(crate) fn add_addresses(&mut self, text: &str, identity: &Identity, lexicons: &Lexicons) {
        let words =
            text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '|' | '<' | '>' | '(' | ')'));
        for target in words.filter(|word| word.contains("://")).take(TEXTS).filter_map(Target::parse) {
            if !self.targets.iter().any(|(known, _)| *known == target) {
                let tier = tier(&target, identity, lexicons);
                self.targets.push((target, tier));
            }
        }
    }

    /// Texts and paths.
    pub(crate) fn forms(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().chain(&self.paths).map(String::as_str)
    }

    /// The tiers of its hosts; what leads nowhere that is known is configured or unresolved.
    pub(crate) fn tiers(&self) -> Vec<Tier> {
        if self.targets.is_empty() {
            return vec![if self.is_configured { Tier::Configured } else { Tier::Unresolved }];
        }
        self.targets.iter().map(|(_, tier)| *tier).collect()
    }

    fn push(&mut self, text: String) {
        if !text.is_empty() && self.texts.len() < TEXTS && !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    fn collect(&mut self, value: &Value, graph: &Graph, depth: usize) {
        if depth > DEPTH || self.texts.len() >= TEXTS {
            self.is_constant = false;
            return;
        }
        match value.shape() {
            Shape::Text(text) => self.push(text.to_string()),
            Shape::List(items) | Shape::Choice(items) => {
                for item in items {
                    self.collect(item, graph, depth + 1);
                }
            }
            Shape::Map(entries) => {
                for (key, item) in entries {
                    self.collect(key, graph, depth + 1);
                    self.collect(item, graph, depth + 1);
                }
            }
            Shape::Object { fields, .. } => {
                for (_, item) in fields {
                    self.collect(item, graph, depth + 1);
                }
            }
            Shape::Carried { value, .. } | Shape::Computed { value, .. } => self.collect(value, graph, depth + 1),
            _ => {
                let texts = value.texts(TEXTS);
                if texts.is_empty() {
                    self.is_constant = false;
                    self.is_configured |= is_chosen_outside(value, graph, depth);
                    let mut text = String::new();
                    render(value, graph, depth, &mut text);
                    self.push(text);
                } else {
                    for text in texts {
                        self.push(text);
                    }
                }
            }
        }
    }
}

/// The text with stand-ins for what is not known. Unlike [`Value::rendered`] it names the variables of the environment,
/// so that `os.environ["HOME"] + "/.ssh"` is the path that it is.
fn render(value: &Value, graph: &Graph, depth: usize, out: &mut String) {
    if depth > DEPTH || out.len() > 4096 {
        return;
    }
    match value.shape() {
        Shape::Concat(parts) => parts.iter().for_each(|part| render(part, graph, depth + 1, out)),
        Shape::Carried { value, .. } | Shape::Computed { value, .. } => render(value, graph, depth + 1, out),
        Shape::Choice(values) => values.iter().take(1).for_each(|first| render(first, graph, depth + 1, out)),
        Shape::Content(id) => {
            let effect =
                graph.effects().get(id.0 as usize).filter(|effect| effect.kind == crate::flow::EffectKind::Env);
            match effect.and_then(|effect| effect.argument("name")).and_then(Value::constant) {
                Some(name) => {
                    out.push('$');
                    out.push_str(&name);
                }
                None => out.push_str("<content>"),
            }
        }
        _ => out.push_str(&value.rendered()),
    }
}

/// Whether a value begins with what somebody outside the bundle chooses.
fn is_chosen_outside(value: &Value, graph: &Graph, depth: usize) -> bool {
    if depth > DEPTH {
        return false;
    }
    match value.shape() {
        Shape::Variable(_) | Shape::Argument(_) => true,
        Shape::Content(effect) => {
            let kind = graph.effects().get(effect.0 as usize).map(|effect: &Effect| effect.kind);
            matches!(kind, Some(crate::flow::EffectKind::Env | crate::flow::EffectKind::Ask))
        }
        Shape::Concat(parts) => {
            let first = parts
                .iter()
                .find(|part| !matches!(part.shape(), Shape::Text(text) if text.is_empty() || text.ends_with("://")));
            first.is_some_and(|first| is_chosen_outside(first, graph, depth + 1))
        }
        Shape::Choice(items) => items.iter().any(|item| is_chosen_outside(item, graph, depth + 1)),
        Shape::Carried { value, .. } | Shape::Computed { value, .. } => is_chosen_outside(value, graph, depth + 1),
        Shape::Derived { from, .. } => from.first().is_some_and(|first| is_chosen_outside(first, graph, depth + 1)),
        _ => false,
    }
}
