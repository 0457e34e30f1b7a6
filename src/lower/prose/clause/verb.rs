//! Whether a word is read as a verb, and how it is put.

use std::sync::Arc;

use super::super::directive::{Directive, Mood, Role};
use super::super::grammar::Meaning;
use super::super::inflection::Form;
use super::super::token::{TokenKind, stands_alone};
use super::{Before, Reader};
use crate::source::Span;

impl Reader<'_> {
    /// Whether the phrase is read as a verb here; then its directive is opened.
    pub(super) fn try_verb(&mut self, meanings: &[Meaning], span: Span, next: usize) -> bool {
        let mut verbs: Vec<(&Arc<str>, Form)> = meanings
            .iter()
            .filter_map(|meaning| match meaning {
                Meaning::Verb(act, form) => Some((act, *form)),
                _ => None,
            })
            .collect();
        // "read" and "put" are base and past at once: the base form speaks.
        verbs.sort_by(|a, b| a.0.cmp(b.0).then(a.1.cmp(&b.1)));
        verbs.dedup_by(|later, earlier| later.0 == earlier.0);
        let has_no_blanks = self.text[span.range()].starts_with(stands_alone);
        // "开发者设定的限制": with 的 behind it a verb says which thing is meant, and tells nothing.
        if has_no_blanks && self.tokens.get(next).is_some_and(|token| token.folded == "的") {
            return false;
        }
        let Some(&(_, first_form)) = verbs.first() else { return false };
        // "No output", "no report": a noun.
        if first_form == Form::Base && !has_no_blanks && self.follows("no", span) && self.state.negated {
            return false;
        }
        let could_be_noun = meanings.iter().any(|meaning| matches!(meaning, Meaning::Object(_)));
        let mood = match (first_form, self.state.before) {
            (_, Before::Noun) => return false,
            (Form::Base, Before::Start) => Mood::Tells,
            (Form::Base, Before::Modal(mood)) => mood,
            (Form::Base, Before::Joined) => match self.state.carried {
                Some((_, mood)) => mood,
                None => Mood::Tells,
            },
            // "Use the browser to open x", "tell them to run x".
            (Form::Base, Before::Infinitive) if self.follows_told(&["use", "ask", "inform"]) => Mood::Tells,
            (Form::Base, Before::Infinitive | Before::Gerund) => Mood::Describes,
            (Form::Base, Before::Other) if has_no_blanks && !self.state.described => Mood::Tells,
            (Form::Base, Before::Other) if could_be_noun => return false,
            (Form::Base, Before::Other) => Mood::Describes,
            // "Running it without asking breaks …": said of what it would be to do so.
            (Form::Gerund, Before::Gerund) if self.is_subject_gerund() => Mood::Describes,
            (Form::Gerund, Before::Gerund) => Mood::Tells,
            // "The agent fetches … and follows it": what is said of the reader is told to it.
            (Form::Third, Before::Start | Before::Joined) if self.state.acts => Mood::Tells,
            (Form::Gerund | Form::Third, _) => Mood::Describes,
            // "must be uploaded": the objects stand before the verb.
            (Form::Past, Before::Modal(mood)) if self.follows("be", span) => mood,
            // "is handed over", "are left out": said of what stands before it.
            // "must be fetched and run".
            (Form::Past, Before::Joined) if !self.subject.is_empty() => match self.state.carried {
                Some((_, mood)) => mood,
                None => return false,
            },
            (Form::Past, _)
                if ["is", "are", "was", "were", "gets", "get"].iter().any(|verb| self.follows(verb, span)) =>
            {
                Mood::Describes
            }
            (Form::Past, _) => return false,
        };
        if first_form == Form::Base && (could_be_noun && self.is_label(next) || self.is_parameter(next)) {
            return false;
        }
        let carried_negation =
            self.state.before == Before::Joined && self.state.carried.is_some_and(|(forbidden, _)| forbidden);
        let forbidden = self.state.negated || (carried_negation && first_form != Form::Gerund);
        let is_passive = ["be", "is", "are", "was", "were", "gets", "get"].iter().any(|verb| self.follows(verb, span));
        if is_passive {
            self.subject.clone_from(&self.waiting);
        } else if self.state.before == Before::Joined && !self.subject.is_empty() && self.waiting.is_empty() {
            self.waiting.clone_from(&self.subject);
        } else {
            self.subject.clear();
        }
        // A new verb takes the objects from here on; joined verbs ("copy and paste x") share them.
        let shares =
            self.state.before == Before::Joined && self.open.iter().all(|index| self.found[*index].mentions.is_empty());
        if !shares {
            self.open.clear();
        }
        for (act, _) in verbs {
            self.open_directive(act, span, forbidden, mood);
        }
        self.waiting.clear();
        self.state.carried = Some((forbidden, mood));
        self.state.negated = false;
        self.state.role = if has_no_blanks && self.leads_to_a_place(span, next) { Role::Towards } else { Role::Object };
        self.state.object_first = false;
        self.state.after_pause = false;
        self.state.before = Before::Other;
        true
    }

    /// Adds a directive that takes the mentions to come.
    pub(super) fn open_directive(&mut self, act: &Arc<str>, span: Span, forbidden: bool, mood: Mood) {
        let (act, forbidden) = match (forbidden, self.grammar.opposite(act)) {
            (true, Some(opposite)) => (opposite.clone(), false),
            _ => (act.clone(), forbidden),
        };
        self.open.push(self.found.len());
        self.found.push(Directive {
            act,
            verb: self.text.get(span.range()).unwrap_or_default().to_owned(),
            verb_span: span,
            span: self.sentence,
            forbidden,
            mood,
            addressee: self.state.addressee,
            mentions: self.waiting.clone(),
            trigger: None,
            conditional: self.state.conditional,
            quoted: self.state.quoted,
        });
    }

    /// "写入 CLAUDE.md", "把…写入…": what follows such a verb is where it goes.
    fn leads_to_a_place(&self, span: Span, next: usize) -> bool {
        let ends =
            self.text.get(span.range()).unwrap_or_default().ends_with(['入', '到', '至', '往', '给', '进', '向']);
        let names = self.tokens.get(next).is_some_and(|token| {
            matches!(token.kind, TokenKind::Literal(_)) || token.folded.starts_with(|c: char| c.is_ascii_alphanumeric())
        });
        self.state.object_first || ends && names
    }

    /// Whether the sentence opens with a gerund that is its subject: no clause has begun since.
    fn is_subject_gerund(&self) -> bool {
        self.found.first().is_some_and(|first| {
            first.verb_span.start == self.sentence.start
                && first.mood == Mood::Describes
                && first.verb.to_lowercase().ends_with("ing")
                && self.found.iter().all(|found| found.verb_span == first.verb_span)
        })
    }

    /// Whether the last verb was told and is of one of these classes.
    pub(super) fn follows_told(&self, acts: &[&str]) -> bool {
        self.open
            .iter()
            .filter_map(|index| self.found.get(*index))
            .any(|directive| directive.mood == Mood::Tells && !directive.forbidden && acts.contains(&&*directive.act))
    }

    /// Whether `word` stands just before `span`.
    pub(super) fn follows(&self, word: &str, span: Span) -> bool {
        self.text.get(..span.start as usize).is_some_and(|before| {
            let before = before.trim_end();
            before.len() >= word.len()
                && before.is_char_boundary(before.len() - word.len())
                && before[before.len() - word.len()..].eq_ignore_ascii_case(word)
        })
    }

    /// A noun that stands alone before a colon at the start ("Download: 3 MB") is a label only if no object follows.
    pub(super) fn is_label(&self, next: usize) -> bool {
        self.tokens.get(next).is_some_and(|token| token.kind == TokenKind::Mark(':'))
            && !self.tokens[next..].iter().any(|token| matches!(token.kind, TokenKind::Literal(_)))
            && !self.has_link()
    }

    /// "email (required): …", "Read Only: …": the name of a parameter or of a right, and no order.
    pub(super) fn is_parameter(&self, next: usize) -> bool {
        const KINDS: &[&str] = &[
            "required", "optional", "default", "string", "str", "number", "int", "integer", "boolean", "bool", "array",
            "object", "list",
        ];
        let word = |at: usize| self.tokens.get(at).map_or("", |token| token.folded.as_str());
        let mark = |at: usize, mark| self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Mark(mark));
        self.state.before == Before::Start
            && (mark(next, '(') && KINDS.contains(&word(next + 1))
                || ["only", "access", "permission", "permissions"].contains(&word(next)) && mark(next + 1, ':'))
    }

    pub(super) fn word_ends_in_ing(&self, next: usize) -> bool {
        self.tokens[next.min(self.tokens.len())..].iter().take(2).any(|token| {
            let is_no_gerund = ["bring", "ping", "string", "thing", "nothing", "anything", "everything", "something"];
            token.kind == TokenKind::Word
                && token.folded.ends_with("ing")
                && !is_no_gerund.contains(&token.folded.as_str())
        })
    }
}
