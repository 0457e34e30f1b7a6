//! "Append what https://… returns to CLAUDE.md": a clause in the place of an object. Its verb says where the content
//! comes from, and what stands behind it belongs to the verb that takes the clause.

use super::super::directive::{Directive, Literal, Mention, Mood, Role};
use crate::source::Span;

/// The sense of words for giving something out ("returns", "prints", "says").
pub(in super::super) const YIELDS: &str = "~yields";

/// How far the verb may stand behind what yields.
const GAP: u32 = 2;

/// Gives the words behind "what X returns" to the verb that takes what X returns.
pub(super) fn hand_over(directives: &mut [Directive], mentions: &[Mention]) {
    let yields: Vec<Span> =
        mentions.iter().filter(|mention| &*mention.class == YIELDS).map(|mention| mention.span).collect();
    if yields.is_empty() {
        return;
    }
    for at in 1..directives.len() {
        let inner = &directives[at];
        if inner.mood != Mood::Describes || !yields.contains(&inner.verb_span) {
            continue;
        }
        let verb = inner.verb_span;
        let is_source = |mention: &Mention| {
            matches!(mention.literal, Some(Literal::Url(_) | Literal::Code(_)))
                && mention.span.end <= verb.start
                && verb.start - mention.span.end <= GAP
        };
        // "The text that X returns": X stands with the inner verb already.
        let own = inner.mentions.iter().find(|mention| is_source(mention)).cloned();
        let Some(outer) = directives[..at]
            .iter()
            .rev()
            .find(|told| told.mood == Mood::Tells && (own.is_some() || told.mentions.last().is_some_and(is_source)))
            .map(|told| told.verb_span)
        else {
            continue;
        };
        let behind: Vec<Mention> =
            inner.mentions.iter().filter(|mention| mention.span.start >= verb.end).cloned().collect();
        for told in directives[..at].iter_mut().filter(|told| told.verb_span == outer) {
            told.mentions.extend(own.clone());
            if let Some(source) = told.mentions.last_mut().filter(|mention| is_source(mention)) {
                source.role = Role::From;
                told.mentions.extend(behind.iter().cloned());
            }
        }
    }
}
