use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::finding::{Class, Confidence, Gate, Location, NoticeKind, Reach, Region, Severity, Stance};
use crate::policy::Profile;
use crate::source::{LineIndex, Span};

/// A finding that blocks alone.
fn finding(rule: &str, family: &str) -> Finding {
    let region = Region::new("x", &LineIndex::new("x"), Span::new(0, 1));
    Finding {
        rule: rule.into(),
        title: rule.into(),
        family: family.into(),
        class: Class::Threat,
        severity: Severity::Critical,
        confidence: Confidence::High,
        gate: Gate::Block,
        message: "Something.".to_owned(),
        location: Location { path: "SKILL.md".into(), region, hosts: Vec::new() },
        steps: Vec::new(),
        resolved: None,
        stance: Stance::Does,
        reach: Reach::Direct,
        adjustments: Vec::new(),
        links: BTreeSet::new(),
    }
}

fn changed(change: impl FnOnce(&mut Finding)) -> Finding {
    let mut finding = finding("a", "one");
    change(&mut finding);
    finding
}

fn tied(rule: &str, family: &str, links: &[&str], change: impl FnOnce(&mut Finding)) -> Finding {
    let mut finding = finding(rule, family);
    finding.gate = Gate::Link;
    finding.links = links.iter().map(|host| Link::Host((*host).to_owned())).collect();
    change(&mut finding);
    finding
}

fn notice(incomplete: bool) -> Notice {
    let message = "Not read.".to_owned();
    Notice { kind: NoticeKind::Unreadable, path: "x".to_owned(), line: None, message, incomplete }
}

fn judge(profile: Profile, findings: &[Finding], notices: &[Notice], tags: &[&str]) -> Verdict {
    let tags: Vec<String> = tags.iter().map(|&tag| tag.to_owned()).collect();
    let findings: Vec<Arc<Finding>> = findings.iter().cloned().map(Arc::new).collect();
    decide(&profile.table(), &findings, notices, |_| &tags)
}

fn outcome(findings: &[Finding]) -> Outcome {
    judge(Profile::Default, findings, &[], &[]).outcome
}

#[test]
fn one_finding_alone() {
    type Change = fn(&mut Finding);
    use Outcome::{Block, Pass, Review};
    let cases: [(&str, Change, Outcome); 16] = [
        ("blocks as it is", |_| {}, Block),
        ("high is enough", |f| f.severity = Severity::High, Block),
        ("told to the agent", |f| f.stance = Stance::Instructs, Block),
        ("shown as an option", |f| f.stance = Stance::Offers, Block),
        ("only mentioned", |f| f.stance = Stance::Mentions, Review),
        ("depicted, and yet kept by the rules engine", |f| f.stance = Stance::Depicts, Review),
        ("forbidden, and yet kept", |f| f.stance = Stance::Forbids, Review),
        ("medium severity", |f| f.severity = Severity::Medium, Pass),
        ("not sure", |f| f.confidence = Confidence::Medium, Review),
        ("a hint", |f| f.confidence = Confidence::Low, Pass),
        ("nothing leads to it", |f| f.reach = Reach::Unreferenced, Review),
        ("something leads to it", |f| f.reach = Reach::Indirect, Block),
        ("gate link", |f| f.gate = Gate::Link, Review),
        ("gate review", |f| f.gate = Gate::Review, Review),
        ("gate note", |f| f.gate = Gate::Note, Pass),
        ("gate review and high", |f| (f.gate, f.severity) = (Gate::Review, Severity::High), Review),
    ];
    for (name, change, expected) in cases {
        assert_eq!(outcome(&[changed(change)]), expected, "{name}");
    }
}

#[test]
fn linked_findings_block_together() {
    let a = tied("a", "one", &["x.invalid"], |_| {});
    let b = tied("b", "two", &["x.invalid"], |f| (f.severity, f.confidence) = (Severity::Medium, Confidence::Medium));
    let verdict = judge(Profile::Default, &[a.clone(), b.clone()], &[], &[]);
    assert_eq!(verdict.outcome, Outcome::Block);
    assert_eq!(verdict.reasons.len(), 1);
    assert_eq!(verdict.reasons[0].findings, [0, 1]);
    assert_eq!(verdict.reasons[0].links, BTreeSet::from([Link::Host("x.invalid".to_owned())]));

    let elsewhere = |f: &mut Finding| f.links = BTreeSet::from([Link::Host("y.invalid".to_owned())]);
    let cases: [(&str, Finding, Outcome); 8] = [
        (
            "no common link",
            {
                let mut c = b.clone();
                elsewhere(&mut c);
                c
            },
            Outcome::Review,
        ),
        ("the same rule", tied("a", "two", &["x.invalid"], |_| {}), Outcome::Review),
        ("the same family", tied("b", "one", &["x.invalid"], |_| {}), Outcome::Review),
        ("a hint", tied("b", "two", &["x.invalid"], |f| f.confidence = Confidence::Low), Outcome::Review),
        ("gate review", tied("b", "two", &["x.invalid"], |f| f.gate = Gate::Review), Outcome::Review),
        ("depicted", tied("b", "two", &["x.invalid"], |f| f.stance = Stance::Depicts), Outcome::Review),
        ("unreferenced", tied("b", "two", &["x.invalid"], |f| f.reach = Reach::Unreferenced), Outcome::Block),
        ("low severity", tied("b", "two", &["x.invalid"], |f| f.severity = Severity::Low), Outcome::Block),
    ];
    for (name, other, expected) in cases {
        assert_eq!(outcome(&[a.clone(), other]), expected, "{name}");
    }
}

#[test]
fn a_group_needs_weight_and_one_sure_member() {
    let high = |rule, family| tied(rule, family, &["x.invalid"], |f| f.severity = Severity::High);
    let medium = |rule, family| tied(rule, family, &["x.invalid"], |f| f.severity = Severity::Medium);
    assert_eq!(outcome(&[high("a", "one"), high("b", "two")]), Outcome::Block);
    assert_eq!(outcome(&[high("a", "one"), high("a", "one"), medium("b", "two")]), Outcome::Review, "one rule twice");
    assert_eq!(outcome(&[high("a", "one"), medium("b", "two")]), Outcome::Review);
    let unsure = |f: &mut Finding| f.confidence = Confidence::Medium;
    let pair = [tied("a", "one", &["x.invalid"], unsure), tied("b", "two", &["x.invalid"], unsure)];
    assert_eq!(outcome(&pair), Outcome::Review);
}

#[test]
fn a_chain_of_links_is_one_group_and_a_weak_member_neither_makes_nor_spoils_it() {
    let chain = [
        tied("a", "one", &["x.invalid"], |_| {}),
        tied("b", "one", &["x.invalid", "y.invalid"], |_| {}),
        tied("c", "two", &["y.invalid"], |_| {}),
        tied("d", "three", &["x.invalid", "y.invalid"], |f| f.confidence = Confidence::Low),
    ];
    let verdict = judge(Profile::Default, &chain, &[], &[]);
    assert_eq!(verdict.reasons[0].findings, [0, 1, 2]);
    let without_middle = [chain[0].clone(), chain[2].clone(), chain[3].clone()];
    assert_eq!(outcome(&without_middle), Outcome::Review, "the weak finding is no bridge");
}

#[test]
fn medium_findings_ask_for_review_by_tag() {
    let medium = [changed(|f| (f.gate, f.severity) = (Gate::Review, Severity::Medium))];
    assert_eq!(judge(Profile::Default, &medium, &[], &["other"]).outcome, Outcome::Pass);
    for tag in ["verdict-review", "touches-secret", "persist", "auto-exec", "remote-instructions"] {
        assert_eq!(judge(Profile::Default, &medium, &[], &[tag]).outcome, Outcome::Review, "{tag}");
    }
    let note = [changed(|f| (f.gate, f.severity) = (Gate::Note, Severity::Medium))];
    assert_eq!(judge(Profile::Default, &note, &[], &["persist"]).outcome, Outcome::Pass);
}

#[test]
fn the_strict_profile_blocks_by_tag() {
    let medium = [changed(|f| (f.gate, f.severity) = (Gate::Review, Severity::Medium))];
    assert_eq!(judge(Profile::Strict, &medium, &[], &["strict-block"]).outcome, Outcome::Block);
    assert_eq!(judge(Profile::Strict, &medium, &[], &["persist"]).outcome, Outcome::Review);
    assert_eq!(Profile::Strict.fail_on(), crate::policy::FailOn::Verdict(Outcome::Review));
}

#[test]
fn what_was_not_analysed_is_never_pass() {
    assert_eq!(judge(Profile::Default, &[], &[], &[]).outcome, Outcome::Pass);
    assert_eq!(judge(Profile::Default, &[], &[notice(false)], &[]).outcome, Outcome::Pass);
    let verdict = judge(Profile::Default, &[], &[notice(false), notice(true)], &[]);
    assert_eq!((verdict.outcome, verdict.reasons[0].notice), (Outcome::Review, Some(1)));
    let verdict = judge(Profile::Default, &[finding("a", "one")], &[notice(true)], &[]);
    assert_eq!(verdict.outcome, Outcome::Block);
    assert_eq!(verdict.reasons.len(), 1, "only what blocks is a reason to block");
}

#[test]
fn rows_stand_from_worst_to_best() {
    for &profile in Profile::ALL {
        let outcomes: Vec<Outcome> = profile.table().rows.iter().map(|row| row.outcome).collect();
        assert!(outcomes.is_sorted_by(|a, b| a >= b), "{profile}");
    }
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let grades = (0..5_usize, 0..3_usize, 0..4_usize, 0..6_usize, 0..4_usize);
    let links = proptest::collection::btree_set(0..4_u32, 0..3);
    (grades, links, 0..3_usize, 0..2_usize).prop_map(
        |((severity, confidence, gate, stance, reach), links, rule, family)| {
            let mut finding = finding(["a", "b", "c"][rule], ["one", "two"][family]);
            finding.severity = Severity::ALL[severity];
            finding.confidence = Confidence::ALL[confidence];
            finding.gate = Gate::ALL[gate];
            finding.stance = Stance::ALL[stance];
            finding.reach = Reach::ALL[reach];
            finding.links = links.into_iter().map(Link::Value).collect();
            finding
        },
    )
}

proptest! {
    /// An attacker who adds something to a bundle never makes its verdict better.
    #[test]
    fn more_findings_never_make_a_verdict_better(
        findings in proptest::collection::vec(any_finding(), 0..7),
        more in any_finding(),
        at in 0..8_usize,
    ) {
        for &profile in Profile::ALL {
            let before = judge(profile, &findings, &[], &["persist"]);
            let mut all = findings.clone();
            all.insert(at.min(findings.len()), more.clone());
            let after = judge(profile, &all, &[], &["persist"]);
            prop_assert!(after.outcome >= before.outcome);
        }
    }

    /// The order of findings does not matter.
    #[test]
    fn order_does_not_matter(findings in proptest::collection::vec(any_finding(), 0..7)) {
        let mut reversed = findings.clone();
        reversed.reverse();
        let last = findings.len().saturating_sub(1);
        let groups = |findings: &[Finding], place: &dyn Fn(usize) -> usize| -> BTreeSet<Vec<usize>> {
            let reasons = judge(Profile::Default, findings, &[], &["persist"]).reasons;
            let members = |reason: &Reason| {
                let mut members: Vec<usize> = reason.findings.iter().map(|&index| place(index)).collect();
                members.sort_unstable();
                members
            };
            reasons.iter().map(members).collect()
        };
        prop_assert_eq!(groups(&findings, &|index| index), groups(&reversed, &|index| last - index));
    }
}
