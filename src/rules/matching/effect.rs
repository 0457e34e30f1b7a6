//! `effect`: one effect by kind, arguments, tags, stance, reach, language and holder.

use super::super::facts::Facts;
use super::super::rule::{EffectPattern, ValuePattern};
use super::super::subject::Subject;
use super::{Hit, Spot, value};
use crate::flow::{Effect, Shape, Value};

/// Every effect that is like the pattern.
pub(super) fn hits(pattern: &EffectPattern, subject: &Subject<'_>) -> Vec<Hit> {
    let effects = subject.graph.effects().iter();
    effects.filter(|effect| is_like(pattern, effect, subject)).map(hit).collect()
}

/// The hit of one effect.
pub(super) fn hit(effect: &Effect) -> Hit {
    Hit {
        spot: Spot::Text(effect.place),
        source: None,
        sink: Some(effect.id),
        hops: Vec::new(),
        text: None,
        stance: effect.stance,
        reach: effect.reach,
        certainty: effect.certainty,
        with: Vec::new(),
    }
}

/// Whether an effect is like the pattern. Cheap questions go first.
pub(crate) fn is_like(pattern: &EffectPattern, effect: &Effect, subject: &Subject<'_>) -> bool {
    let one_of = |list: &[String], text: &str| list.is_empty() || list.iter().any(|own| own == text);
    if !(pattern.kinds.is_empty() || pattern.kinds.contains(&effect.kind))
        || !(pattern.stance.is_empty() || pattern.stance.contains(&effect.stance))
        || !(pattern.reach.is_empty() || pattern.reach.contains(&effect.reach))
        || pattern.disguised.is_some_and(|wanted| wanted != effect.disguised)
        || !pattern.tags.iter().all(|tag| effect.has_tag(tag))
        || !(pattern.any_tag.is_empty() || pattern.any_tag.iter().any(|tag| effect.has_tag(tag)))
        || pattern.not_tags.iter().any(|tag| effect.has_tag(tag))
    {
        return false;
    }
    let document = effect.place.document;
    if !one_of(&pattern.language, subject.documents.get(document).language.as_str())
        || !(pattern.held.is_empty() || pattern.held.iter().any(|held| subject.holds(document, *held)))
    {
        return false;
    }
    let word_is_like = |wanted: &Option<ValuePattern>, text: &str| {
        wanted.as_ref().is_none_or(|wanted| {
            let value = Value::new(Shape::Text(text.into()), None);
            value::is_like(wanted, Some(&value), Some(&Facts::of_text(text)), subject)
        })
    };
    word_is_like(&pattern.by, &effect.by)
        && word_is_like(&pattern.resolved, &effect.resolved)
        && pattern.roles.iter().all(|(role, wanted)| {
            value::is_like(wanted, effect.argument(role), subject.facts(effect.id, role), subject)
        })
}
