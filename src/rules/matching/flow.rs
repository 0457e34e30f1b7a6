//! `flow`: content that one effect yields reaches an argument of another.

use super::super::credential;
use super::super::path::{base_name, normalised};
use super::super::rule::{EffectPattern, FlowPattern, Unless};
use super::super::subject::Subject;
use super::effect::is_like;
use super::{Hit, Spot};
use crate::finding::Certainty;
use crate::flow::{Arrival, Effect, EffectKind, Value};

/// Every sink that the content of a source reaches, each sink once for each source.
pub(super) fn hits(pattern: &FlowPattern, subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for sink in subject.graph.effects() {
        if !pattern.to.iter().any(|wanted| is_like(wanted, sink, subject)) {
            continue;
        }
        let main = sink.kind.roles().first().copied();
        let roles = if pattern.via.is_empty() { main.into_iter().collect() } else { pattern.via.clone() };
        for role in roles {
            let Some(value) = sink.argument(role) else { continue };
            let arrivals = subject.graph.arrivals(value);
            let goes_through =
                |wanted| arrivals.iter().any(|arrival| is_like(wanted, subject.graph.effect(arrival.source), subject));
            if pattern.through.as_ref().is_some_and(|wanted| !goes_through(wanted)) {
                continue;
            }
            // Where an effect reads the file, that reading is judged, and not the file a second time.
            let mut is_judged = false;
            for arrival in &arrivals {
                let source = subject.graph.effect(arrival.source);
                let known = hits.iter().any(|hit| hit.sink == Some(sink.id) && hit.source == Some(source.id));
                if known || source.id == sink.id || !pattern.from.iter().any(|wanted| is_like(wanted, source, subject))
                {
                    continue;
                }
                is_judged = true;
                let through_file = arrival.hops.iter().any(|hop| hop.what.starts_with("file "));
                if pattern.through_file.is_some_and(|wanted| wanted != through_file) {
                    continue;
                }
                // A setting in a file that is run is not the program.
                if pattern.through_file == Some(true) && arrival.embedded && sink.kind == EffectKind::Eval {
                    continue;
                }
                if pattern.unless.iter().any(|unless| is_harmless(unless, source, sink, arrival, subject)) {
                    continue;
                }
                hits.push(hit(source, sink, arrival));
            }
            let known = hits.iter().any(|hit| hit.sink == Some(sink.id));
            if !known
                && !is_judged
                && pattern.through.is_none()
                && pattern.through_file != Some(true)
                && let Some(path) = pattern.from.iter().find_map(|wanted| handed_file(wanted, value, subject))
                && !pattern.unless.iter().any(|unless| is_harmless_file(unless, sink, subject))
            {
                let mut hit = super::effect::hit(sink);
                hit.certainty = Certainty::Resolved;
                hit.text = Some(path);
                hits.push(hit);
            }
        }
    }
    hits
}

/// The path of a file that is handed over as a file (`curl -T FILE`), where a reading of such a file is asked for: no
/// effect of its own stands for the reading.
fn handed_file(wanted: &EffectPattern, value: &Value, subject: &Subject<'_>) -> Option<String> {
    let only_path =
        matches!(wanted.roles.as_slice(), [("path", _)]) && wanted.tags.is_empty() && wanted.any_tag.is_empty();
    if !only_path || !wanted.kinds.contains(&EffectKind::Read) || wanted.by.is_some() || wanted.resolved.is_some() {
        return None;
    }
    let (_, pattern) = wanted.roles.first()?;
    let is_like = super::value::is_file_like(pattern, value, subject, 0);
    is_like.then(|| value.rendered())
}

/// As [`is_harmless`], for what no effect reads.
fn is_harmless_file(unless: &Unless, sink: &Effect, subject: &Subject<'_>) -> bool {
    unless.verified.is_none()
        && unless.own_credential.is_none()
        && unless.source.is_none()
        && unless.sink.as_ref().is_some_and(|wanted| is_like(wanted, sink, subject))
}

fn hit(source: &Effect, sink: &Effect, arrival: &Arrival) -> Hit {
    let certainty = arrival.certainty.min(sink.certainty.max(Certainty::Partial));
    Hit {
        spot: Spot::Text(sink.place),
        source: Some(source.id),
        sink: Some(sink.id),
        hops: arrival.hops.clone(),
        text: None,
        // Both ends must be meant: a source that is only shown makes the flow only shown.
        stance: source.stance.min(sink.stance),
        reach: sink.reach,
        certainty,
        with: Vec::new(),
    }
}

fn is_harmless(unless: &Unless, source: &Effect, sink: &Effect, arrival: &Arrival, subject: &Subject<'_>) -> bool {
    unless.verified.is_none_or(|_| is_verified(source, sink, arrival, subject))
        && unless.own_credential.is_none_or(|wanted| credential::goes_home(source, sink, subject) == wanted)
        && unless.source.as_ref().is_none_or(|wanted| is_like(wanted, source, subject))
        && unless.sink.as_ref().is_none_or(|wanted| is_like(wanted, sink, subject))
}

/// Whether a digest or signature is checked of a file that the flow goes through, and not after the use.
///
/// A file is known by its name: the check may say `a.tgz` where the download said `/tmp/a.tgz`.
fn is_verified(source: &Effect, sink: &Effect, arrival: &Arrival, subject: &Subject<'_>) -> bool {
    let checks: Vec<&Effect> =
        subject.graph.effects().iter().filter(|effect| effect.kind == EffectKind::Verify).collect();
    if checks.is_empty() {
        return false;
    }
    let mut names: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        let path = normalised(text);
        let name = base_name(&path);
        if name.len() >= 3 {
            names.push(name.to_lowercase());
        }
    };
    // Hops through files name them in code quotes.
    for hop in &arrival.hops {
        if let Some((_, rest)) = hop.what.split_once('`')
            && let Some((path, _)) = rest.split_once('`')
        {
            add(path);
        }
    }
    for effect in [source, sink] {
        for (_, facts) in subject.all_facts(effect.id) {
            facts.targets.iter().for_each(|(target, _)| add(target.rest.split(['?', '#']).next().unwrap_or_default()));
        }
    }
    for write in subject.graph.effects().iter().filter(|effect| effect.kind == EffectKind::Write) {
        let holds_source = write
            .argument("content")
            .is_some_and(|content| subject.graph.arrivals(content).iter().any(|arrival| arrival.source == source.id));
        if holds_source && let Some(facts) = subject.facts(write.id, "path") {
            facts.texts.iter().for_each(|text| add(text));
        }
    }
    checks.iter().any(|check| {
        let same_document = check.place.document == sink.place.document;
        let in_time = !same_document || check.place.span.start <= sink.place.span.start;
        let names_it = |text: &str| {
            let text = text.to_lowercase();
            names.iter().any(|name| text.contains(name.as_str()))
        };
        let of_it = subject.all_facts(check.id).iter().any(|(_, facts)| facts.forms().any(names_it))
            || names_it(&check.resolved);
        let of_content = check
            .arguments
            .iter()
            .any(|(_, value)| subject.graph.arrivals(value).iter().any(|arrival| arrival.source == source.id));
        in_time && (of_it || of_content)
    })
}
