//! The descriptors of rules and notices in SARIF.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor};

use super::escape::sarif_text;
use crate::finding::{Confidence, Gate, NoticeKind, Severity};
use crate::rules::Rule;

/// Characters of a description that GitHub takes.
const TEXT: usize = 1000;
/// Tags per rule that GitHub keeps.
const TAGS: usize = 10;

/// Every kind of notice.
pub(super) const NOTICES: &[(NoticeKind, &str, &str)] = &[
    (NoticeKind::Unreadable, "Content could not be read", "Make the file or folder readable and scan again."),
    (NoticeKind::Limit, "A limit was reached", "Review the rest by hand, or split the bundle."),
    (NoticeKind::Undecodable, "Content is not text in a known encoding", "Save the file as UTF-8."),
    (
        NoticeKind::Opaque,
        "Content is of a kind that is not looked into",
        "Ship sources in place of what cannot be read.",
    ),
    (
        NoticeKind::Damaged,
        "A parser gave up on a part of the text",
        "Correct the syntax, so that all of it can be read.",
    ),
    (NoticeKind::NotFollowed, "A link or special file was not followed", "Ship the content itself."),
    (NoticeKind::Internal, "The scanner failed on this content", "Please report this as a bug, with the content."),
];

fn words(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(sarif_text(text, TEXT)).build()
}

/// `remote-code-to-interpreter` → `RemoteCodeToInterpreter`: a name must differ from the id (SARIF1001).
fn name_of(id: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
    };
    let name: String = id.split(['-', '_', '.']).map(capital).collect();
    // They are compared without case.
    if name.eq_ignore_ascii_case(id) { format!("{name}Rule") } else { name }
}

/// GitHub reads this number, as text, as the severity of a security alert.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
        Severity::Info => "0.0",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// The level of a rule's results unless a result says otherwise.
fn default_level(rule: &Rule) -> &'static str {
    match rule.gate {
        Gate::Block => "error",
        Gate::Link | Gate::Review => "warning",
        Gate::Note => "note",
    }
}

/// A tag in the spelling that other tools know.
fn tag(own: &str) -> String {
    if own.strip_prefix("cwe-").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
        return format!("external/cwe/{own}");
    }
    match own.split_once('-') {
        Some(("attack", technique)) => format!("attack/{technique}"),
        Some(("atlas", technique)) => format!("atlas/{technique}"),
        Some(("owasp", item)) => format!("owasp/{item}"),
        _ => own.to_owned(),
    }
}

fn properties(values: Vec<(&str, Value)>, tags: Vec<String>) -> PropertyBag {
    let values: BTreeMap<String, Value> = values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let mut bag = PropertyBag::builder().additional_properties(values).build();
    bag.tags = (!tags.is_empty()).then_some(tags);
    bag
}

/// The descriptor of a rule.
pub(super) fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let mut tags = vec!["security".to_owned(), rule.family.to_string()];
    tags.extend(rule.tags.iter().map(|own| tag(own)));
    tags.dedup();
    tags.truncate(TAGS);
    let help = MultiformatMessageString::builder()
        .text(sarif_text(&format!("{} {}", rule.why.trim(), rule.fix.trim()), 4000))
        .markdown(format!(
            "**{}**\n\n{}\n\n**What to do:** {}\n\nRun `skillscan explain {}` for examples.\n",
            rule.title.trim(),
            rule.why.trim(),
            rule.fix.trim(),
            rule.id
        ))
        .build();
    ReportingDescriptor::builder()
        .id(&*rule.id)
        .name(name_of(&rule.id))
        .short_description(words(&rule.title))
        .full_description(words(&rule.why))
        .help(help)
        .default_configuration(ReportingConfiguration::builder().level(json!(default_level(rule))).build())
        .properties(properties(
            vec![
                ("precision", json!(precision(rule.confidence))),
                ("security-severity", json!(security_severity(rule.severity))),
                ("skillscan/gate", json!(rule.gate.as_str())),
                ("skillscan/class", json!(rule.class.as_str())),
            ],
            tags,
        ))
        .build()
}

/// The descriptors of all kinds of notice.
pub(super) fn notifications() -> Vec<ReportingDescriptor> {
    let describe = |(kind, title, cure): &(NoticeKind, &str, &str)| {
        ReportingDescriptor::builder()
            .id(kind.as_str())
            .name(format!("Notice{}", name_of(kind.as_str())))
            .short_description(words(title))
            .full_description(words(&format!("{title}. {cure}")))
            .help(words(cure))
            .build()
    };
    NOTICES.iter().map(describe).collect()
}

/// The index of a kind of notice in [`notifications`].
pub(super) fn notification_index(kind: NoticeKind) -> i64 {
    NOTICES.iter().position(|row| row.0 == kind).and_then(|index| i64::try_from(index).ok()).unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tags() {
        assert_eq!(name_of("remote-code-to-interpreter"), "RemoteCodeToInterpreter");
        assert_eq!(name_of("miner"), "MinerRule", "they are compared without case");
        assert_eq!(tag("cwe-494"), "external/cwe/cwe-494");
        assert_eq!(tag("attack-T1059"), "attack/T1059");
        assert_eq!(tag("persist"), "persist");
    }
}
