//! Cheap first: rules that cannot match a bundle are not asked. A test holds that the findings are the same without.

use std::collections::BTreeSet;

use super::rule::{Condition, EffectPattern};
use super::subject::Subject;
use super::written::Scope;
use crate::flow::EffectKind;

/// What a bundle has at all.
#[derive(Debug)]
pub(crate) struct Present {
    kinds: BTreeSet<EffectKind>,
    scopes: BTreeSet<Scope>,
    has_manifest: bool,
    has_link: bool,
    has_notice: bool,
}

impl Present {
    /// Takes stock of a bundle.
    pub(crate) fn of(subject: &Subject<'_>) -> Self {
        let mut scopes: BTreeSet<Scope> = subject.pieces.iter().map(|piece| piece.scope).collect();
        if subject.pieces.iter().any(|piece| piece.hidden) {
            scopes.insert(Scope::Hidden);
        }
        let notices = subject.bundle.notices.iter().chain(&subject.documents.notices).chain(&subject.graph.notices);
        Self {
            kinds: subject.graph.effects().iter().map(|effect| effect.kind).collect(),
            scopes,
            has_manifest: subject.documents.all().iter().any(|document| document.manifest.is_some()),
            has_link: !subject.bundle.links.is_empty(),
            has_notice: notices.into_iter().any(|notice| notice.incomplete),
        }
    }

    /// Whether a condition can have a hit. Errs on the side of yes.
    pub(crate) fn may_match(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Effect(pattern) => self.may_have(pattern),
            Condition::Flow(pattern) => {
                let may_have = |list: &[EffectPattern]| list.iter().any(|one| self.may_have(one));
                // A file may be handed over with no effect that reads it.
                let may_hand_over = pattern.from.iter().any(|one| one.kinds.contains(&EffectKind::Read));
                (may_hand_over || may_have(&pattern.from))
                    && may_have(&pattern.to)
                    && pattern.through.as_ref().is_none_or(|one| self.may_have(one))
            }
            Condition::Text(pattern) => pattern.scopes.iter().any(|scope| self.scopes.contains(scope)),
            Condition::Manifest(_) => self.has_manifest,
            Condition::Bundle(pattern) if pattern.link.is_some() => self.has_link,
            Condition::Bundle(pattern) if !pattern.notices.is_empty() => self.has_notice,
            Condition::Bundle(_) => true,
            Condition::Undeclared(pattern) => self.may_have(&pattern.effect),
            Condition::Any(list) => list.iter().any(|inner| self.may_match(inner)),
            Condition::All(list) | Condition::Near(_, list) => {
                list.iter().all(|inner| matches!(inner, Condition::Not(_)) || self.may_match(inner))
            }
            Condition::Not(_) => false,
        }
    }

    fn may_have(&self, pattern: &EffectPattern) -> bool {
        pattern.kinds.is_empty() || pattern.kinds.iter().any(|kind| self.kinds.contains(kind))
    }
}
