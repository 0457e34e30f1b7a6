//! A skill whose text is only a pointer: what it does stands behind an address, and can change after every review.

use super::speech::HOLLOW;
use super::{Reader, is_web};
use crate::document::Relation;
use crate::document::markdown::{BlockKind, Markdown};
use crate::finding::{Certainty, Stance};
use crate::flow::{Effect, EffectId, EffectKind, Place};
use crate::lower::prose::{Directive, Literal, Mood, Sentence};
use crate::source::{Span, SpanMap};

/// More words than this (two characters of a script without blanks are one) are a text of their own.
const FEW_WORDS: usize = 60;

/// A text of more words than this is worth something, even if it says of a part of it that it stands elsewhere.
const MANY_WORDS: usize = 200;

/// Acts that only lead to another text.
const LEADS_ON: &[&str] =
    &["fetch", "visit", "obey", "use", "state", "look-for-orders", "send", "ask", "demand", "assume", "accomplish"];

/// Most bytes behind a verb that has no object: "start there".
const BARE: u32 = 8;

/// What a text that only points elsewhere tells to read.
const READ_ON: &[&str] = &["url", "link", "page", "pronoun", "instructions", "path", "thing", "file", "agent"];

/// What the body of a skill says, as far as it matters here.
#[derive(Debug, Default)]
pub(super) struct Body {
    words: usize,
    /// Whether something is to be done that stands here.
    acts: bool,
    /// Whether it names a file, and so may rest on the bundle.
    names_a_file: bool,
    /// The first address, and the sentence that names it.
    address: Option<(String, Span)>,
}

impl Body {
    /// Takes down one sentence.
    pub(super) fn take_down(&mut self, kind: BlockKind, sentence: &Sentence, map: &SpanMap) {
        if matches!(kind, BlockKind::Heading(_)) {
            return;
        }
        let length = sentence.span.end.saturating_sub(sentence.span.start) as usize;
        // Five letters and a blank; the count need not be exact.
        self.words += length / 6 + 1;
        let mut names_address = false;
        for mention in &sentence.mentions {
            match &mention.literal {
                Some(Literal::Url(url)) if is_web(url) => {
                    names_address = true;
                    self.address.get_or_insert_with(|| (url.clone(), map.map(sentence.span)));
                }
                Some(Literal::Url(_)) => {}
                Some(Literal::Path(_) | Literal::Code(_)) => self.names_a_file = true,
                None => {}
            }
        }
        // A verb has several classes; it leads on if one of them does.
        let leads_on = |verb: &Directive| {
            sentence.directives.iter().filter(|other| other.verb_span == verb.verb_span).any(|other| {
                LEADS_ON.contains(&&*other.act)
                    || (&*other.act == "read" && (other.mentions.is_empty() || other.mentions_any(READ_ON)))
            })
        };
        let told = || sentence.directives.iter().filter(|verb| verb.mood != Mood::Describes && !verb.quoted);
        // "See … for how to use it": before the address nothing is done yet; a verb with nothing behind it does nothing.
        let address =
            sentence.mentions.iter().find(|mention| matches!(&mention.literal, Some(Literal::Url(url)) if is_web(url)));
        let comes_first = |verb: &Directive| address.is_some_and(|address| verb.verb_span.end <= address.span.start);
        let is_bare = |verb: &Directive| sentence.span.end.saturating_sub(verb.verb_span.end) <= BARE;
        // "Check … before you blame the network": what stands there is looked at and not read for what to do.
        self.acts |= told().any(|verb| &*verb.act == "schedule" && verb.trigger.is_none());
        self.acts |= told().any(|verb| !leads_on(verb) && !comes_first(verb) && !is_bare(verb));
        // "Never run what stands at …" points nowhere.
        if names_address && !told().any(|verb| !verb.forbidden) && told().any(|verb| verb.forbidden) {
            self.acts = true;
        }
    }
}

impl Reader<'_> {
    /// What the document says of being empty is said of a part of it, or of something else.
    pub(super) fn stands_for_itself(&mut self) {
        let id = self.id;
        let says_so = |effect: &&mut Effect| {
            effect.place.document == id && effect.argument("act").is_some_and(|act| act.rendered() == HOLLOW)
        };
        for effect in self.effects.iter_mut().filter(says_so) {
            effect.stance = Stance::Mentions;
        }
    }

    /// Adds the act of pointing elsewhere, if the document does nothing else.
    pub(super) fn hollow(&mut self, body: &Body, markdown: &Markdown) {
        if body.words > MANY_WORDS {
            self.stands_for_itself();
        }
        let has_code = markdown.code.iter().any(|code| !matches!(code.relation, Relation::InlineCode));
        let Some((url, span)) = &body.address else { return };
        if has_code || body.acts || body.names_a_file || body.words > FEW_WORDS {
            return;
        }
        let document = self.documents.get(self.id);
        let arguments = vec![("act", self.text("point-elsewhere", *span)), ("url", self.text(url, *span))];
        self.effects.push(Effect {
            yielded: None,
            id: EffectId(self.effects.len() as u32),
            kind: EffectKind::Instruct,
            arguments,
            place: Place { document: self.id, span: *span },
            by: "".into(),
            resolved: span.slice(&document.text).into(),
            disguised: false,
            tags: vec!["prose".into(), "speech".into()],
            stance: Stance::Instructs.min(document.stance),
            reach: document.reach,
            certainty: Certainty::Resolved,
        });
    }
}
