//! From a hit to severity, confidence and gate: the one place where grades change (CATALOGUE §7.1).
//!
//! 1. The rule's own severity, confidence and gate.
//! 2. Certainty: what is only partly resolved has at most medium confidence.
//! 3. Stance. What acts and what instructs counts in full. By default *forbids* and *depicts* make no finding,
//!    *mentions* and *offers* lower the severity one step and the gate to `review`; a rule may say otherwise.
//!    What runs without being asked counts in full, and so does what is decoded, unless it is an example of an attack.
//! 4. The rule's own `lower-when` and `raise-when`, in the order in which they are written. They set a grade, and only
//!    in their direction.
//! 5. What the pages of a skill about security work show does not block. What any skill's pages of reference show does
//!    not either, and weighs one step less where the agent is not told to do as the page says; unless a name makes it
//!    worse or it leads to a suspicious host.
//! 6. One step up, once, where the content runs without being asked or a host is suspicious, unless the rule is already
//!    at its ceiling. Unreferenced content can not block: gate at most `link`.
//!
//! Every change is recorded by name, so that a reader sees why a finding is not graded as its rule is.

use super::credential;
use super::host::{Target, Tier, tier};
use super::matching::{self, Hit, Spot};
use super::page::{page_reach, stands_on_a_page};
use super::rule::{Rule, When};
use super::subject::Subject;
use super::written::{Held, StanceEffect};
use crate::document::DocumentId;
use crate::finding::{Adjustment, Certainty, Confidence, Gate, Reach, Severity, Stance};
use crate::flow::EffectKind;

/// A grade, and how it came about.
#[derive(Debug, Clone)]
pub(crate) struct Grade {
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) gate: Gate,
    pub(crate) adjustments: Vec<Adjustment>,
}

impl Grade {
    fn set_severity(&mut self, name: &str, severity: Severity) {
        if severity != self.severity {
            self.note(name, &format!("severity {} → {severity}", self.severity));
            self.severity = severity;
        }
    }

    fn set_confidence(&mut self, name: &str, confidence: Confidence) {
        if confidence != self.confidence {
            self.note(name, &format!("confidence {} → {confidence}", self.confidence));
            self.confidence = confidence;
        }
    }

    fn set_gate(&mut self, name: &str, gate: Gate) {
        if gate != self.gate {
            self.note(name, &format!("gate {} → {gate}", self.gate));
            self.gate = gate;
        }
    }

    fn note(&mut self, name: &str, change: &str) {
        self.adjustments.push(Adjustment { name: name.to_owned(), change: change.to_owned() });
    }
}

/// The grade of a hit; `None` where its stance makes it no finding.
pub(crate) fn grade(rule: &Rule, hit: &Hit, subject: &Subject<'_>) -> Option<Grade> {
    let mut grade =
        Grade { severity: rule.severity, confidence: rule.confidence, gate: rule.gate, adjustments: Vec::new() };
    if hit.certainty < Certainty::Resolved {
        let confidence = grade.confidence.min(Confidence::Medium);
        grade.set_confidence("partly-resolved", confidence);
    }
    match stance_effect(rule, hit, subject) {
        StanceEffect::Keep => {}
        StanceEffect::Drop => return None,
        StanceEffect::Lower => {
            let name = hit.stance.as_str();
            grade.set_severity(name, rule.severity.lowered());
            grade.set_gate(name, rule.gate.min(Gate::Review));
        }
    }
    for when in &rule.lower {
        if holds(when, hit, subject) {
            let (severity, confidence, gate) = (grade.severity, grade.confidence, grade.gate);
            when.severity.into_iter().for_each(|to| grade.set_severity(&when.name, to.min(severity)));
            when.confidence.into_iter().for_each(|to| grade.set_confidence(&when.name, to.min(confidence)));
            when.gate.into_iter().for_each(|to| grade.set_gate(&when.name, to.min(gate)));
        }
    }
    let is_lowered = grade.severity < rule.severity || grade.gate < rule.gate;
    // What a name makes harmless (a note) is not made worse by another name.
    let is_note = grade.gate == Gate::Note && rule.gate > Gate::Note;
    for when in rule.raise.iter().filter(|_| !is_note) {
        if holds(when, hit, subject) {
            let (severity, confidence, gate) = (grade.severity, grade.confidence, grade.gate);
            when.severity.into_iter().for_each(|to| grade.set_severity(&when.name, to.max(severity)));
            when.confidence.into_iter().for_each(|to| grade.set_confidence(&when.name, to.max(confidence)));
            when.gate.into_iter().for_each(|to| grade.set_gate(&when.name, to.max(gate)));
        }
    }
    let is_raised = grade.severity > rule.severity;
    // A note stays one: what is harmless by name does not grow by running early.
    if !is_raised && !is_lowered && grade.severity > Severity::Info {
        if hit.reach == Reach::Auto {
            let severity = grade.severity.raised();
            grade.set_severity("runs-unasked", severity);
        } else if tiers(hit, subject).contains(&Tier::Suspicious) {
            let severity = grade.severity.raised();
            grade.set_severity("suspicious-host", severity);
        }
    }
    // What makes a rule's own finding worse is no part of showing it.
    let is_worse = rule.raise.iter().any(|when| grade.adjustments.iter().any(|one| one.name == when.name));
    if let Some(severity) = shown_as_know_how(rule, hit, subject) {
        let severity = if is_worse { severity.max(Severity::High) } else { severity };
        let (severity, gate) = (grade.severity.min(severity), grade.gate.min(Gate::Review));
        grade.set_severity("know-how", severity);
        grade.set_gate("know-how", gate);
    }
    // What several words of a passage say together is a guess at what is meant: worth a look beside something else.
    let tagged = |tag: &str| hit.effects().into_iter().any(|id| subject.graph.effect(id).has_tag(tag));
    if tagged("pieced") && !tagged("hidden") {
        let is_own_word = page_reach(hit, subject) >= Reach::Direct;
        if !(is_own_word && tagged("in-skill")) {
            let severity = grade.severity.min(Severity::Medium);
            grade.set_severity("pieced-together", severity);
        }
        let gate = grade.gate.min(Gate::Review);
        grade.set_gate("pieced-together", gate);
        // Long pages of reference have every word somewhere: there a guess is worth no more than a note.
        if !is_own_word {
            let severity = grade.severity.min(Severity::Low);
            grade.set_severity("pieced-together-on-a-page", severity);
            grade.set_gate("pieced-together-on-a-page", Gate::Note);
        }
    }
    if !is_worse && stands_on_a_page(hit, subject) && !leads_to_a_suspicious_host(hit, subject) {
        let gate = grade.gate.min(Gate::Review);
        grade.set_gate("page-of-reference", gate);
        // What hides on a page is no reading.
        let is_shown = &*rule.family != "hidden-content"
            || hit.document().is_some_and(|document| subject.holds(document, Held::Code));
        let brings =
            ["remote-exec", "social", "remote-instructions", "exfiltration", "supply-chain"].contains(&&*rule.family);
        if is_shown && !brings && grade.severity >= Severity::High {
            let severity = grade.severity.min(rule.severity.lowered());
            grade.set_severity("page-of-reference", severity);
        }
    }
    if hit.reach == Reach::Unreferenced {
        let gate = grade.gate.min(Gate::Link);
        grade.set_gate("unreferenced", gate);
    }
    Some(grade)
}

/// The most that a finding weighs in the text of a skill that is about security work; `None` where that does not matter.
///
/// Such a skill shows what it looks for, or what its reader tries against a system of their own. What its pages show is
/// for a person to look at, and does not block; what its own scripts and hooks do, what a comment or a decoded layer
/// holds, and what its SKILL.md brings from a place that has a name or hands to one, counts as in any other skill.
fn shown_as_know_how(rule: &Rule, hit: &Hit, subject: &Subject<'_>) -> Option<Severity> {
    let document = hit.document().filter(|_| subject.teaches_security && hit.reach < Reach::Auto)?;
    let reach = page_reach(hit, subject);
    // A code block shows all that it holds: a comment in it is hidden from nobody.
    let in_a_sample = subject.holds(document, Held::Code);
    let is_covered = [Held::Comment, Held::Decoded].into_iter().any(|held| subject.holds(document, held));
    let is_shown = subject.documents.get(subject.root_of(document)).markdown.is_some()
        && !subject.holds(document, Held::LoadTime)
        && (!is_covered || in_a_sample);
    let is_hidden = (&*rule.family == "hidden-content" && !subject.holds(document, Held::Code))
        || (!in_a_sample && hit.effects().into_iter().any(|id| subject.graph.effect(id).has_tag("hidden")));
    if !is_shown || is_hidden {
        return None;
    }
    let brings =
        ["remote-exec", "social", "remote-instructions", "exfiltration", "supply-chain"].contains(&&*rule.family);
    // What is told to the agent itself, or is hidden from whoever reads, teaches nothing.
    let speaks = ["injection", "hidden-content", "obfuscation", "propagation", "financial"].contains(&&*rule.family);
    let is_of_somebody = leads_to_somebody(hit, document, subject);
    // What SKILL.md brings from somebody, or hands to somebody, is no sample: a description costs an attacker nothing.
    if reach == Reach::Direct && brings && is_of_somebody {
        return None;
    }
    // A page that the agent is to carry out is one it is to carry out, wherever it lies; techniques against a target
    // name no real place, or none that is known here.
    if subject.is_carried_out(document) && brings && names_somebody(hit, subject) {
        return None;
    }
    if reach == Reach::Direct && speaks {
        return Some(Severity::High);
    }
    // A sentence of the SKILL.md that orders the agent is no sample, whatever the skill says that it is about: a
    // description costs an attacker nothing.
    let orders = ["exfiltration", "remote-instructions"].contains(&&*rule.family);
    if orders && hit.reach == Reach::Direct && hit.stance == Stance::Instructs && !subject.holds(document, Held::Code) {
        return Some(Severity::High);
    }
    Some(Severity::Medium)
}

/// Whether what a hit talks to can be somebody's: a named or public place that no writer puts where the reader's own, an
/// attacker's or a victim's would stand. Where no effect tells the place, its lines do.
fn leads_to_somebody(hit: &Hit, document: DocumentId, subject: &Subject<'_>) -> bool {
    let stand_ins = subject.lexicons.get("attack-stand-ins");
    // `$(id).attacker.com`: the zone that is written out tells whose it is.
    let is_real = |target: &Target| {
        let host = target.constant_zone().unwrap_or(&target.host);
        !stand_ins.is_some_and(|list| list.has_host(host, host))
    };
    let is_named = |tier: Tier| matches!(tier, Tier::Unknown | Tier::Suspicious | Tier::Unresolved);
    let effects = hit.effects();
    let mut targets =
        effects.iter().flat_map(|id| subject.all_facts(*id)).flat_map(|(_, facts)| &facts.targets).peekable();
    if targets.peek().is_some() {
        return targets.any(|(target, tier)| is_named(*tier) && is_real(target));
    }
    // Who waits for callers names none.
    if !effects.is_empty() && effects.iter().all(|id| subject.graph.effect(*id).kind == EffectKind::Listen) {
        return false;
    }
    let Spot::Text(place) = &hit.spot else { return true };
    let text = &subject.documents.get(document).text;
    let (start, end) = (place.span.start as usize, place.span.end as usize);
    let start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at);
    let Some(lines) = text.get(start..end) else { return true };
    let is_within = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let written = lines.split(|c: char| !is_within(c)).filter(|word| word.contains('.')).filter_map(Target::parse);
    let mut written = written.filter(|target| target.host.contains('.')).peekable();
    if written.peek().is_some() {
        return written.any(|target| is_named(tier(&target, &subject.identity, subject.lexicons)) && is_real(&target));
    }
    !has_stand_in(lines)
}

/// Whether a hit leads to a suspicious host. A short name hides where it leads; that alone is no more than a question.
fn leads_to_a_suspicious_host(hit: &Hit, subject: &Subject<'_>) -> bool {
    let short = subject.lexicons.get("url-shorteners");
    let effects = hit.effects();
    let mut targets = effects.iter().flat_map(|id| subject.all_facts(*id)).flat_map(|(_, facts)| &facts.targets);
    targets.any(|(target, tier)| {
        *tier == Tier::Suspicious && !short.is_some_and(|list| list.has_host(&target.host, &target.host))
    })
}

/// Whether what a hit talks to is named and is no stand-in.
fn names_somebody(hit: &Hit, subject: &Subject<'_>) -> bool {
    let stand_ins = subject.lexicons.get("attack-stand-ins");
    let effects = hit.effects();
    let mut targets = effects.iter().flat_map(|id| subject.all_facts(*id)).flat_map(|(_, facts)| &facts.targets);
    targets.any(|(target, tier)| {
        matches!(tier, Tier::Unknown | Tier::Suspicious)
            && !stand_ins.is_some_and(|list| list.has_host(&target.host, &target.host))
    })
}

/// Whether a line has a name in capitals, or in brackets, where an address would stand: `LHOST`, `<ip>`, `{lhost}`.
fn has_stand_in(line: &str) -> bool {
    const NAMES: &[&str] =
        &["attacker", "lhost", "rhost", "victim", "callback", "your", "ip", "host", "port", "target", "server"];
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    let mut at = 0;
    words.into_iter().any(|word| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        at += word.len() + 1;
        let is_marked = matches!(before, Some('<' | '{' | '$' | '['));
        let is_capital = word.len() >= 2 && !word.chars().any(|c| c.is_ascii_lowercase());
        (is_marked || is_capital)
            && word.split(['_', '-']).any(|part| NAMES.iter().any(|name| part.eq_ignore_ascii_case(name)))
    })
}

fn stance_effect(rule: &Rule, hit: &Hit, subject: &Subject<'_>) -> StanceEffect {
    let effect = match hit.stance {
        Stance::Does | Stance::Instructs => return StanceEffect::Keep,
        Stance::Forbids => rule.stances.forbids,
        Stance::Depicts => rule.stances.depicts,
        Stance::Mentions => rule.stances.mentions,
        Stance::Offers => rule.stances.offers,
    };
    let is_decoded = hit.document().is_some_and(|document| subject.holds(document, Held::Decoded));
    let keeps = hit.reach == Reach::Auto || (is_decoded && hit.stance >= Stance::Mentions);
    if keeps { StanceEffect::Keep } else { effect }
}

/// The tiers of all places that a hit's effects talk to.
pub(crate) fn tiers(hit: &Hit, subject: &Subject<'_>) -> Vec<Tier> {
    let mut tiers = Vec::new();
    for effect in hit.effects() {
        for (role, facts) in subject.all_facts(effect) {
            if ["url", "address", "source"].contains(role) {
                tiers.extend(facts.tiers());
            }
        }
    }
    tiers
}

fn holds(when: &When, hit: &Hit, subject: &Subject<'_>) -> bool {
    let effect_fits = |pattern: &Option<super::rule::EffectPattern>, id: Option<crate::flow::EffectId>| {
        pattern.as_ref().is_none_or(|pattern| {
            id.is_some_and(|id| matching::effect_is_like(pattern, subject.graph.effect(id), subject))
        })
    };
    let host_fits = |name: &str| {
        let Some(list) = subject.lexicons.get(name) else { return false };
        let targets =
            hit.effects().into_iter().flat_map(|id| subject.all_facts(id)).flat_map(|(_, facts)| &facts.targets);
        targets.into_iter().any(|(target, _)| list.has_host(&target.host, &format!("{}{}", target.host, target.rest)))
    };
    let is_found_near = |within, condition| {
        let others = matching::hits(condition, subject);
        others.iter().any(|other| other.spot != hit.spot && matching::is_near(within, hit, other, subject))
    };
    (when.stance.is_empty() || when.stance.contains(&hit.stance))
        && (when.reach.is_empty() || when.reach.contains(&page_reach(hit, subject)))
        && effect_fits(&when.source, hit.source)
        && effect_fits(&when.sink, hit.sink)
        && (when.tier.is_empty() || tiers(hit, subject).iter().any(|tier| when.tier.contains(tier)))
        && when.host.as_ref().is_none_or(|name| host_fits(name))
        && when
            .value
            .as_ref()
            .is_none_or(|pattern| hit.text.as_ref().is_some_and(|text| matching::text_is_like(pattern, text, subject)))
        && when
            .way
            .as_ref()
            .is_none_or(|pattern| hit.hops.iter().any(|hop| matching::text_is_like(pattern, &hop.what, subject)))
        && when.own.is_none_or(|wanted| {
            let sink = hit.sink.map(|id| subject.graph.effect(id));
            sink.is_some_and(|sink| credential::is_own(sink, subject)) == wanted
        })
        && when.near.as_ref().is_none_or(|(within, condition)| is_found_near(*within, condition))
        && when.without.as_ref().is_none_or(|(within, condition)| !is_found_near(*within, condition))
}
