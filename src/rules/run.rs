//! All rules on one bundle: hits become graded findings, each place once for each rule, sorted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::grade::{Grade, grade};
use super::host::Tier;
use super::matching::{self, Hit, Spot};
use super::message::{End, Slot, one_line};
use super::prefilter::Present;
use super::rule::Rule;
use super::secret::redacted;
use super::steps::{shown, steps};
use super::subject::Subject;
use super::written::Held;
use crate::document::{DocumentId, Relation};
use crate::finding::{Finding, Link, Location, Region};
use crate::flow::{Effect, EffectId, EffectKind, Place};
use crate::source::{LineIndex, Span};

/// Findings before a new one that are asked whether they are the same thing.
const NEIGHBOURS: usize = 16;
/// Most findings of one rule in one file; the rest becomes the message of the last.
const FINDINGS: usize = 100;

/// Every finding of every rule, sorted by path, place and rule.
///
/// `ran` is told when the bundle is prepared (`None`) and when a rule was run: its index.
pub(crate) fn run(
    rules: &[Rule],
    subject: &Subject<'_>,
    use_prefilter: bool,
    mut ran: impl FnMut(Option<usize>),
) -> Vec<Finding> {
    let present = Present::of(subject);
    let mut findings = Vec::new();
    ran(None);
    for (index, rule) in rules.iter().enumerate() {
        if use_prefilter && !present.may_match(&rule.condition) {
            continue;
        }
        findings.extend(run_one(rule, subject));
        ran(Some(index));
    }
    keep_telling_sections(&mut findings);
    let key = |finding: &Finding| (finding.location.path.clone(), finding.location.region.span, finding.rule.clone());
    findings.sort_by_key(key);
    findings
}

/// Families whose findings say something about what else stands in their section: text that hides, persuades or bypasses.
const SPEAKING: &[&str] = &["injection", "hidden-content", "social"];

/// Keeps the links of sections in which something speaks about the rest; standing under one heading alone ties nothing
/// together (CATALOGUE §7.2).
fn keep_telling_sections(findings: &mut [Finding]) {
    let sections = |finding: &Finding| {
        finding.links.iter().filter(|link| matches!(link, Link::Section(..))).cloned().collect::<Vec<_>>()
    };
    let speaking = findings.iter().filter(|finding| SPEAKING.contains(&&*finding.family));
    let telling: BTreeSet<Link> = speaking.flat_map(sections).collect();
    for finding in findings {
        finding.links.retain(|link| !matches!(link, Link::Section(..)) || telling.contains(link));
    }
}

fn run_one(rule: &Rule, subject: &Subject<'_>) -> Vec<Finding> {
    // What begins at the same place is one finding, by whatever ways it was found: the gravest, and of equals the first.
    let mut best: BTreeMap<(Arc<str>, u32), (Grade, Hit)> = BTreeMap::new();
    for hit in matching::hits(&rule.condition, subject) {
        let Some(grade) = grade(rule, &hit, subject) else { continue };
        let place = match &hit.spot {
            Spot::Text(place) => {
                let (path, span) = subject.in_file(*place);
                (path, span.start)
            }
            Spot::File(path) => (path.clone(), 0),
        };
        let worth = |grade: &Grade| (grade.gate, grade.severity, grade.confidence);
        match best.get(&place) {
            Some((known, _)) if worth(known) >= worth(&grade) => {}
            _ => {
                best.insert(place, (grade, hit));
            }
        }
    }
    let mut in_file: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for ((path, _), (grade, hit)) in best {
        let count = in_file.entry(path).or_insert(0);
        *count += 1;
        if *count <= FINDINGS {
            let is_text = hit.sink.is_none() && hit.text.is_some();
            put_beside(&mut findings, finding(rule, &hit, grade, subject), is_text);
        }
    }
    findings.into_iter().map(|(finding, _)| finding).collect()
}

/// Adds a finding to those of its rule. A stretch of text that overlaps another finding is the same thing found in
/// another way: the gravest stays, and of equals what was found by what it does. Places are in order.
fn put_beside(findings: &mut Vec<(Finding, bool)>, mut new: Finding, is_text: bool) {
    let span = new.location.region.span;
    let is_same = |(other, other_is_text): &(Finding, bool)| {
        let other_span = other.location.region.span;
        (is_text || *other_is_text)
            && other.location.path == new.location.path
            && other_span.start < span.end
            && span.start < other_span.end
    };
    let worth = |finding: &Finding, is_text: bool| (finding.gate, finding.severity, finding.confidence, !is_text);
    let from = findings.len().saturating_sub(NEIGHBOURS);
    let Some(near) = findings.get(from..).and_then(|near| near.iter().rposition(is_same)) else {
        findings.push((new, is_text));
        return;
    };
    let Some((known, known_is_text)) = findings.get_mut(from + near) else { return };
    if worth(&new, is_text) > worth(known, *known_is_text) {
        new.links.extend(std::mem::take(&mut known.links));
        (*known, *known_is_text) = (new, is_text);
    } else {
        known.links.extend(new.links);
    }
}

fn finding(rule: &Rule, hit: &Hit, grade: Grade, subject: &Subject<'_>) -> Finding {
    let location = match &hit.spot {
        Spot::Text(place) => subject.documents.locate(place.document, place.span),
        Spot::File(path) => {
            let region = Region::new("", &LineIndex::new(""), Span::default());
            Location { path: path.clone(), region, hosts: Vec::new() }
        }
    };
    Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        family: rule.family.clone(),
        class: rule.class,
        severity: grade.severity,
        confidence: grade.confidence,
        gate: grade.gate,
        message: rule.template.fill(|slot| fill(slot, hit, &location, subject)),
        steps: steps(hit, subject),
        resolved: resolved(hit, subject),
        location,
        stance: hit.stance,
        reach: hit.reach,
        adjustments: grade.adjustments,
        links: links(hit, subject),
    }
}

fn effect_at<'a>(end: End, hit: &Hit, subject: &Subject<'a>) -> Option<&'a Effect> {
    let id = match end {
        End::Source => hit.source,
        End::Sink => hit.sink.or_else(|| hit.with.iter().find_map(|other| other.sink)),
    };
    id.map(|id| subject.graph.effect(id))
}

fn fill(slot: &Slot, hit: &Hit, location: &Location, subject: &Subject<'_>) -> Option<String> {
    match slot {
        Slot::Effect(end) => effect_at(*end, hit, subject).map(shown).or_else(|| hit.text.clone()),
        Slot::By(end) => effect_at(*end, hit, subject).map(|effect| effect.by.to_string()),
        Slot::Role(end, role) => {
            let Some(effect) = effect_at(*end, hit, subject) else {
                return hit.text.clone().filter(|_| *end == End::Source);
            };
            let facts = subject.facts(effect.id, role)?;
            Some(facts.texts.iter().take(3).cloned().collect::<Vec<_>>().join(", "))
        }
        Slot::Text => hit.text.clone().or_else(|| effect_at(End::Sink, hit, subject).map(shown)),
        Slot::Host => hosts(hit, subject).into_iter().next().map(|(host, _, _)| host),
        Slot::File => Some(location.path.to_string()),
    }
}

/// What stands in the bundle after decoding and expansion, where it reads differently there.
fn resolved(hit: &Hit, subject: &Subject<'_>) -> Option<String> {
    let effect = effect_at(End::Sink, hit, subject)?;
    let text = one_line(&effect.resolved);
    let document = subject.documents.get(effect.place.document);
    let written = one_line(effect.place.span.slice(&document.text));
    let is_decoded = subject.holds(effect.place.document, Held::Decoded);
    (!text.is_empty() && (text != written || is_decoded)).then(|| redacted(&text).into_owned())
}

/// Hosts that the finding talks to: name, whole URL, tier.
fn hosts(hit: &Hit, subject: &Subject<'_>) -> Vec<(String, String, Tier)> {
    let mut hosts = Vec::new();
    for effect in hit.effects() {
        for (_, facts) in subject.all_facts(effect) {
            for (target, tier) in &facts.targets {
                let host = target.constant_zone().unwrap_or(&target.host).to_owned();
                let url = format!("{host}{}", target.rest);
                hosts.push((host, url, *tier));
            }
        }
    }
    hosts
}

fn links(hit: &Hit, subject: &Subject<'_>) -> BTreeSet<Link> {
    let mut links = BTreeSet::new();
    for id in hit.effects() {
        link_effect(id, subject, &mut links);
    }
    for (host, url, tier) in hosts(hit, subject) {
        // Everybody talks to known hosts and to this machine: sharing one ties nothing together.
        if !matches!(tier, Tier::Known | Tier::Private | Tier::Configured | Tier::Unresolved) {
            links.insert(Link::Host(host));
            if url.contains('/') {
                links.insert(Link::Url(redacted(&url).into_owned()));
            }
        }
    }
    let mut places: Vec<Place> = Vec::new();
    for one in std::iter::once(hit).chain(&hit.with) {
        match &one.spot {
            Spot::Text(place) => places.push(*place),
            Spot::File(path) => {
                links.insert(Link::Path(path.to_string()));
            }
        }
    }
    for place in places {
        link_place(place, subject, &mut links);
    }
    links
}

/// What the graph says that an effect has in common with others, without what everything has in common.
fn link_effect(id: EffectId, subject: &Subject<'_>, links: &mut BTreeSet<Link>) {
    for link in subject.graph.links(subject.graph.effect(id)) {
        let telling = match &link {
            Link::Value(source) => is_telling(EffectId(*source), subject),
            Link::Path(path) => path.len() >= 3 && !["~", "/tmp", "/dev/null", "/dev/tty"].contains(&path.as_str()),
            // Hosts are judged by their tier.
            _ => false,
        };
        if telling {
            links.insert(link);
        }
    }
}

/// Whether handling the same content ties two findings together. `$HOME` is in every other path.
fn is_telling(id: EffectId, subject: &Subject<'_>) -> bool {
    let Some(effect) = subject.graph.effects().get(id.0 as usize) else { return false };
    effect.kind != EffectKind::Env
        || effect.has_tag("all")
        || subject.facts(id, "name").is_some_and(|facts| {
            facts.texts.iter().any(|name| subject.lexicons.get("secret-variables").is_some_and(|list| list.has(name)))
        })
}

fn link_place(place: Place, subject: &Subject<'_>, links: &mut BTreeSet<Link>) {
    let root = subject.root_of(place.document);
    if let Some(markdown) = &subject.documents.get(root).markdown {
        let at = subject.in_file(place).1;
        links.insert(Link::Section(root.0, markdown.section_at(at.start)));
    }
    if let Some(chain) = chain_of(place.document, subject) {
        links.insert(Link::Chain(chain.0));
    }
}

/// The outermost document that something runs without being asked: the command of a hook, a load-time command.
fn chain_of(id: DocumentId, subject: &Subject<'_>) -> Option<DocumentId> {
    let mut found = None;
    let mut at = subject.documents.get(id);
    while let Some(holder) = &at.holder {
        if matches!(holder.relation, Relation::ManifestValue(_) | Relation::LoadTime) {
            found = Some(at.id);
        }
        at = subject.documents.get(holder.document);
    }
    found
}
