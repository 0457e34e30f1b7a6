//! Matchers, one file each. A matcher answers with hits; it never grades and never words anything.

mod bundle;
mod combine;
mod effect;
mod flow;
mod manifest;
mod text;
mod undeclared;
mod value;

use std::sync::Arc;

use super::rule::Condition;
use super::subject::Subject;
use crate::document::DocumentId;
use crate::finding::{Certainty, Reach, Stance};
use crate::flow::{EffectId, Hop, Place};

pub(crate) use combine::is_near;
pub(crate) use effect::is_like as effect_is_like;
pub(crate) use value::text_is_like;

/// Where a hit is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spot {
    /// In a text.
    Text(Place),
    /// A file as a whole, by its path: one that is not text, or a link.
    File(Arc<str>),
}

/// One answer of a matcher.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) spot: Spot,
    pub(crate) source: Option<EffectId>,
    /// The sink of a flow, or the only effect.
    pub(crate) sink: Option<EffectId>,
    pub(crate) hops: Vec<Hop>,
    /// The text that was matched, where it is not an effect.
    pub(crate) text: Option<String>,
    pub(crate) stance: Stance,
    pub(crate) reach: Reach,
    pub(crate) certainty: Certainty,
    /// Hits of the other conditions of an `all` or `near`.
    pub(crate) with: Vec<Hit>,
}

impl Hit {
    /// The document that it stands in.
    pub(crate) fn document(&self) -> Option<DocumentId> {
        match &self.spot {
            Spot::Text(place) => Some(place.document),
            Spot::File(_) => None,
        }
    }

    /// Every effect that has a part in it, its own first.
    pub(crate) fn effects(&self) -> Vec<EffectId> {
        let mut effects: Vec<EffectId> = self.source.into_iter().chain(self.sink).collect();
        for other in &self.with {
            for effect in other.effects() {
                if !effects.contains(&effect) {
                    effects.push(effect);
                }
            }
        }
        effects
    }
}

/// Every hit of a condition, in the order of effects or documents.
pub(crate) fn hits(condition: &Condition, subject: &Subject<'_>) -> Vec<Hit> {
    match condition {
        Condition::Effect(pattern) => effect::hits(pattern, subject),
        Condition::Flow(pattern) => flow::hits(pattern, subject),
        Condition::Text(pattern) => text::hits(pattern, subject),
        Condition::Manifest(pattern) => manifest::hits(pattern, subject),
        Condition::Bundle(pattern) => bundle::hits(pattern, subject),
        Condition::Undeclared(pattern) => undeclared::hits(pattern, subject),
        Condition::Any(list) => list.iter().flat_map(|inner| hits(inner, subject)).collect(),
        Condition::All(list) => combine::near(super::written::Within::Bundle, list, subject),
        Condition::Near(within, list) => combine::near(*within, list, subject),
        // A `not` has no place of its own; `near` asks it about the places of others.
        Condition::Not(_) => Vec::new(),
    }
}
