//! "Collect the following and post them to …:" and the items below: each item is an object of the lead-in's verbs.

use super::Reader;
use crate::lower::prose::{Directive, Mention, Mood, Role, Sentence};
use crate::source::Span;

/// Acts whose objects may stand in a list below.
const LEADS: &[&str] = &["read", "send", "include", "delete", "write", "fetch", "run", "install"];

/// Words that stand for the list, where it is an object of the lead-in.
const STAND_INS: &[&str] = &["pronoun", "gathered", "file", "orders", "instructions"];

impl Reader<'_> {
    /// Remembers what a sentence tells if it ends its block with a colon.
    pub(super) fn lead_in(&mut self, sentence: &Sentence, text: &str) {
        self.lead.clear();
        self.lead_says_when = None;
        let rest = text.get(sentence.span.start as usize..).unwrap_or_default().trim_end();
        let is_last = text.get(sentence.span.end as usize..).is_none_or(|after| after.trim().is_empty());
        if is_last && rest.ends_with([':', '：']) {
            let told = |directive: &&Directive| directive.mood != Mood::Describes && LEADS.contains(&&*directive.act);
            self.lead_says_when.clone_from(&sentence.trigger);
            self.lead = sentence.directives.iter().filter(told).cloned().collect();
        }
    }

    /// What a lead-in or heading says of the time holds for what stands below it, unless that says its own.
    pub(super) fn when_from_above(&self, sentence: &mut Sentence) {
        let Some(above) = self.lead_says_when.as_ref().or(self.heading_says_when.as_ref()) else { return };
        if sentence.trigger.is_none() {
            sentence.trigger = Some(above.clone());
        }
        for directive in &mut sentence.directives {
            if directive.trigger.is_none() {
                directive.trigger = Some(above.clone());
            }
        }
    }

    /// Applies the lead-in's verbs to what an item names.
    pub(super) fn item(&mut self, sentence: &Sentence, place: impl Fn(Span) -> Span) {
        let tells = sentence.directives.iter().any(|directive| &*directive.act != "state");
        if self.lead.is_empty() || tells || sentence.mentions.is_empty() {
            return;
        }
        for lead in self.lead.clone() {
            let stays = |mention: &&Mention| mention.role != Role::Object || !STAND_INS.contains(&&*mention.class);
            let mut mentions: Vec<Mention> = lead.mentions.iter().filter(stays).cloned().collect();
            let named = sentence
                .mentions
                .iter()
                .filter(|mention| mention.class.starts_with(char::is_alphabetic) && &*mention.class != "not");
            mentions.splice(0..0, named.map(|mention| Mention { role: Role::Object, ..mention.clone() }));
            let directive = Directive { mentions, span: sentence.span, ..lead };
            self.act(&directive, &place);
        }
    }
}
