//! Values: is one of the texts that a value can be like the pattern?

use crate::flow::{Shape, Value};

use super::super::facts::Facts;
use super::super::resembling::{bare, is_one_slip};
use super::super::rule::ValuePattern;
use super::super::subject::Subject;
use super::effect;

/// Deepest nesting of a value that is looked into.
const DEPTH: usize = 32;

/// Whether an argument is like the pattern; `None` is an argument that is not there.
pub(crate) fn is_like(
    pattern: &ValuePattern,
    value: Option<&Value>,
    facts: Option<&Facts>,
    subject: &Subject<'_>,
) -> bool {
    match pattern {
        ValuePattern::Present(wanted) => value.is_some() == *wanted,
        ValuePattern::Any(list) => list.iter().any(|inner| is_like(inner, value, facts, subject)),
        ValuePattern::All(list) => list.iter().all(|inner| is_like(inner, value, facts, subject)),
        ValuePattern::Not(inner) => !is_like(inner, value, facts, subject),
        ValuePattern::Contains(wanted) => value.is_some_and(|value| {
            let arrivals = subject.graph.arrivals(value);
            arrivals.iter().any(|arrival| effect::is_like(wanted, subject.graph.effect(arrival.source), subject))
        }),
        ValuePattern::File(wanted) => value.is_some_and(|value| is_file_like(wanted, value, subject, 0)),
        ValuePattern::Through(names) => value.is_some_and(|value| value.is_computed_by(&|name| names.is_match(name))),
        _ => facts.is_some_and(|facts| facts_are_like(pattern, facts, subject)),
    }
}

/// Whether a text that is known is like the pattern.
pub(crate) fn text_is_like(pattern: &ValuePattern, text: &str, subject: &Subject<'_>) -> bool {
    let value = Value::new(Shape::Text(text.into()), None);
    let mut facts = Facts::of(&value, subject.graph, &subject.identity, subject.lexicons);
    facts.add_addresses(text, &subject.identity, subject.lexicons);
    is_like(pattern, Some(&value), Some(&facts), subject)
}

fn facts_are_like(pattern: &ValuePattern, facts: &Facts, subject: &Subject<'_>) -> bool {
    match pattern {
        ValuePattern::Text(wanted) => facts.forms().any(|text| text.eq_ignore_ascii_case(wanted)),
        ValuePattern::Lexicon(name) => {
            subject.lexicons.get(name).is_some_and(|list| facts.forms().any(|text| list.has(text)))
        }
        ValuePattern::Regex(set) => facts.forms().any(|text| set.is_match(text)),
        ValuePattern::Glob(set) => facts.forms().any(|text| text.len() <= 4096 && set.is_match(text)),
        ValuePattern::HostIn(name) => subject.lexicons.get(name).is_some_and(|list| {
            let mut targets = facts.targets.iter().map(|(target, _)| target);
            targets.any(|target| list.has_host(&target.host, &format!("{}{}", target.host, target.rest)))
        }),
        ValuePattern::Resembles(name) => subject.lexicons.get(name).is_some_and(|list| {
            let mut written = facts.texts.iter().filter(|text| !text.contains(['$', '<', '{']));
            written.any(|text| {
                let own = bare(text);
                !list.has(&own) && list.entries().iter().any(|known| is_one_slip(&own, known))
            })
        }),
        ValuePattern::Tier(wanted) => facts.tiers().iter().any(|tier| wanted.contains(tier)),
        ValuePattern::Constant(wanted) => facts.is_constant == *wanted,
        ValuePattern::Bundled(wanted) => facts.texts.iter().any(|text| subject.names_file(text)) == *wanted,
        _ => false,
    }
}

/// Whether a value is the content of a file at such a path, read by an effect or handed over as a file.
pub(super) fn is_file_like(pattern: &ValuePattern, value: &Value, subject: &Subject<'_>, depth: usize) -> bool {
    if depth > DEPTH {
        return false;
    }
    match value.shape() {
        Shape::FileAt(path) => {
            let facts = Facts::of(path, subject.graph, &subject.identity, subject.lexicons);
            is_like(pattern, Some(path), Some(&facts), subject)
        }
        Shape::Content(id) => {
            let Some(effect) = subject.graph.effects().get(id.0 as usize) else { return false };
            is_like(pattern, effect.argument("path"), subject.facts(*id, "path"), subject)
        }
        Shape::Choice(items) | Shape::List(items) | Shape::Concat(items) => {
            items.iter().any(|item| is_file_like(pattern, item, subject, depth + 1))
        }
        Shape::Derived { from, .. } => from.iter().any(|item| is_file_like(pattern, item, subject, depth + 1)),
        Shape::Carried { value, .. } | Shape::Computed { value, .. } => {
            is_file_like(pattern, value, subject, depth + 1)
        }
        _ => false,
    }
}
