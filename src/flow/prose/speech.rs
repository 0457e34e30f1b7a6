//! The speech acts of a sentence become `instruct` effects.

use std::sync::Arc;

use super::{Reader, brought, depiction, is_web};
use crate::finding::{Certainty, Stance};
use crate::flow::{Effect, EffectId, EffectKind, Place, Value};
use crate::lower::prose::{Addressee, Directive, Grammar, Literal, Mention, Mood, PLACE, Role, Sentence, Spoken};
use crate::source::Span;

/// The act of telling the agent to do what a page says: it is the same as fetching and following it.
const REMOTE_ORDERS: &str = "take-remote-orders";

/// The senses of places elsewhere that have no address here: "the TXT record", "our feed".
const PLACES: [&str; 2] = ["~afar", "~net-place"];

/// What is said of such a place where an address would stand.
const UNNAMED: &str = "a place without an address";

/// Marks what is put together from the senses of words.
const PIECED: &str = "pieced";

/// Marks what is so put together, but has no other reading where the skill speaks for itself.
const IN_SKILL: &str = "in-skill";

/// The act of sending work away each time it is done.
const STANDING_DELIVERY: &str = "send-after-each";

/// The act of demanding a program; of one that has an address, the place decides whether it matters.
const PROGRAM: &str = "demand-program";

/// The act of saying that nothing is kept here.
pub(super) const HOLLOW: &str = "hollow-in-words";

/// How many neighbouring sentences are looked at together.
const TOGETHER: usize = 3;

/// Marks what fields say together.
pub(super) const FIELDS: &str = "fields";

/// The act of saying where something goes: it is the same as telling to send it.
const DELIVERY: &str = "hand-data-out";

/// The act of carrying somebody's data off, to an address or to whoever wrote the text.
const CARRIED_OFF: &str = "carry-data-off";

/// The same, said in so many words: "… goes to https://…", "https://… needs a copy of …".
const STATED_DELIVERY: &str = "data-goes-out";

/// The first place on the net that a sentence names.
fn place(sentence: &Sentence) -> Option<&str> {
    sentence.mentions.iter().find(|mention| &*mention.class == PLACE).map(|mention| mention.text.as_str())
}

impl Reader<'_> {
    /// Adds the effects of a sentence; `place` takes spans of the block's text to the document.
    pub(super) fn sentence(&mut self, sentence: &Sentence, grammar: &Grammar, place: impl Fn(Span) -> Span) {
        let first = self.effects.len();
        let mut addresses = sentence.mentions.iter().filter_map(|mention| match &mention.literal {
            Some(Literal::Url(url)) if is_web(url) => Some(url),
            _ => None,
        });
        self.address = addresses.next().filter(|_| addresses.next().is_none()).cloned();
        // "The text stands at …", said and not yet told to be fetched.
        if let Some(url) = &self.address
            && sentence.directives.iter().all(|directive| directive.mood == Mood::Describes)
        {
            self.memory.stands_at(url.clone());
        }
        self.has_fetched = false;
        for directive in &sentence.directives {
            let before = self.effects.len();
            self.act(directive, &place);
            let told = self.effects.get(before..).unwrap_or_default();
            self.has_fetched |= told.iter().any(|effect| effect.kind == EffectKind::Fetch);
        }
        let span = place(sentence.span);
        self.orders_for_the_terminal(sentence, span, first);
        self.acts_of_speech(sentence, grammar, span, first, None);
    }

    /// "Follow what the page tells you to enter in your console": what is followed is pasted.
    fn orders_for_the_terminal(&mut self, sentence: &Sentence, span: Span, first: usize) {
        let to_terminal = sentence.mentions.iter().any(|mention| &*mention.class == "terminal")
            && sentence.directives.iter().any(|directive| &*directive.act == "paste" && !directive.forbidden);
        let followed = self.effects.get(first..).unwrap_or_default().iter().find(|effect| {
            effect.kind == EffectKind::Eval
                && effect.argument("language").is_some_and(|language| language.rendered() == "agent")
        });
        let Some(content) = followed.and_then(|effect| effect.argument("content")).cloned() else { return };
        if to_terminal {
            let language = self.text("shell", span);
            self.say(sentence, None, span, EffectKind::Eval, vec![("content", content), ("language", language)]);
            if let Some(last) = self.effects.last_mut() {
                last.tags.push("paste".into());
            }
        }
    }

    /// Adds the speech acts of a sentence alone: what else a remark in code says is not told to anybody.
    pub(super) fn speech(&mut self, sentence: &Sentence, grammar: &Grammar, span: Span, tag: &'static str) {
        self.acts_of_speech(sentence, grammar, span, self.effects.len(), Some(tag));
    }

    fn acts_of_speech(
        &mut self,
        sentence: &Sentence,
        grammar: &Grammar,
        span: Span,
        first: usize,
        tag: Option<&'static str>,
    ) {
        let of_fields = tag == Some(FIELDS);
        let spoken = if of_fields { grammar.spoken_by_fields(sentence) } else { grammar.spoken(sentence) };
        // A verb of one field has no object in another.
        let spoken = spoken.into_iter().filter(|spoken| spoken.by.is_none() || !of_fields);
        self.perform(spoken, sentence, span, first, tag);
    }

    /// Adds the speech acts that neighbouring sentences of a block perform together and none alone. `first` is the
    /// first effect of the block.
    pub(super) fn passages(
        &mut self,
        sentences: &[Sentence],
        grammar: &Grammar,
        first: usize,
        tag: Option<&'static str>,
        place: impl Fn(Span) -> Span,
    ) {
        for start in 0..sentences.len() {
            let window = sentences.get(start..(start + TOGETHER).min(sentences.len())).unwrap_or_default();
            if !grammar.may_speak_together(window) {
                continue;
            }
            let Some(passage) = Sentence::join(window).filter(|_| window.len() > 1) else { break };
            let spoken: Vec<Spoken> = grammar.spoken_by_passage(&passage);
            let is_new = |spoken: &Spoken| {
                let told = self.effects.get(first..).unwrap_or_default();
                !told.iter().any(|effect| effect.argument("act").is_some_and(|act| act.rendered() == *spoken.act))
            };
            let new: Vec<Spoken> = spoken.into_iter().filter(is_new).collect();
            self.perform(new, &passage, place(passage.span), first, tag);
        }
    }

    /// Adds the speech acts that a heading and the first sentences below it perform together. `first` is the first
    /// effect of the block below, which stands with its heading at `span`.
    pub(super) fn below_heading(
        &mut self,
        heading: &[Sentence],
        sentences: &[Sentence],
        grammar: &Grammar,
        first: usize,
        span: Span,
    ) {
        let by = heading.last().map_or(0, |last| last.span.end + 1);
        let below = sentences.iter().take(TOGETHER).map(|sentence| sentence.moved(by));
        let together: Vec<Sentence> = heading.iter().take(TOGETHER).cloned().chain(below).collect();
        self.passages(&together, grammar, first, None, |_| span);
    }

    fn perform(
        &mut self,
        spoken: impl IntoIterator<Item = Spoken>,
        sentence: &Sentence,
        span: Span,
        first: usize,
        tag: Option<&'static str>,
    ) {
        for spoken in spoken {
            let by = spoken.by.and_then(|at| sentence.directives.get(at));
            let own = self.effects.len();
            if *spoken.act == *REMOTE_ORDERS {
                self.remote_orders(sentence, span, first, by.is_none());
                let leads_nowhere =
                    |effect: &Effect| effect.argument("url").is_some_and(|url| url.rendered() == UNNAMED);
                let is_unnamed = self.effects.iter().skip(own).any(leads_nowhere);
                if spoken.guessed {
                    self.mark_pieced(own, spoken.in_skill && !is_unnamed);
                }
                continue;
            }
            if let Some(language) = brought::language(&spoken.act) {
                self.brings(sentence, span, first, language);
                if spoken.guessed {
                    self.mark_pieced(own, spoken.in_skill);
                }
                continue;
            }
            if *spoken.act == *DELIVERY || *spoken.act == *STATED_DELIVERY {
                self.delivery(sentence, span, first);
                if *spoken.act == *DELIVERY || spoken.guessed {
                    self.mark_pieced(own, spoken.in_skill);
                }
                continue;
            }
            let classes = sentence.mentions.iter().map(|mention| &*mention.class);
            let classes = classes.filter(|class| class.starts_with(char::is_alphabetic)).collect::<Vec<_>>().join(" ");
            let mut arguments = vec![("act", self.text(&spoken.act, span)), ("object", self.text(&classes, span))];
            // Who gets it, or whose it is, decides whether it matters.
            let placed = match &*spoken.act {
                STANDING_DELIVERY => Some("send-to-address-after-each"),
                PROGRAM => Some("demand-program-from"),
                HOLLOW => Some(HOLLOW),
                _ => None,
            };
            if let Some((act, url)) = placed.zip(brought::address(sentence)) {
                arguments = vec![("act", self.text(act, span)), ("url", self.text(&url, span))];
            } else if *spoken.act == *HOLLOW {
                arguments.push(("url", self.text(UNNAMED, span)));
            }
            if let Some(place) = place(sentence).filter(|_| *spoken.act == *CARRIED_OFF) {
                let act = self.text("carry-data-off-to-address", span);
                arguments = vec![("act", act), ("url", self.text(place, span))];
            }
            self.say(sentence, by, span, EffectKind::Instruct, arguments);
            if spoken.guessed || self.describes_option && !self.hidden {
                self.mark_pieced(own, spoken.in_skill && !self.describes_option);
            }
            if depiction::is_shown(sentence, &spoken)
                && !self.hidden
                && let Some(last) = self.effects.last_mut()
            {
                last.stance = Stance::Depicts;
            }
            if let (Some(tag), Some(last)) = (tag, self.effects.last_mut()) {
                last.tags.push(tag.into());
                // Code runs whatever is said in it; a remark is told, however the file is put.
                last.stance = last.stance.min(Stance::Instructs);
            }
        }
    }

    /// "Endpoint: …; payload: …": what is named goes to the address, if no verb has said so already.
    fn delivery(&mut self, sentence: &Sentence, span: Span, first: usize) {
        if self.effects.get(first..).unwrap_or_default().iter().any(|effect| effect.kind == EffectKind::Send) {
            return;
        }
        let is_address =
            |mention: &Mention| matches!(&mention.literal, Some(Literal::Url(url)) if is_web(url) || url.contains('@'));
        let mut mentions: Vec<Mention> = sentence.mentions.clone();
        for mention in &mut mentions {
            mention.role = if is_address(mention) { Role::Towards } else { Role::Object };
        }
        let directive = Directive {
            act: "send".into(),
            verb: "send".to_owned(),
            verb_span: sentence.span,
            span: sentence.span,
            forbidden: false,
            mood: Mood::Tells,
            addressee: Addressee::Unnamed,
            mentions,
            trigger: sentence.trigger.clone(),
            conditional: false,
            quoted: false,
        };
        self.act(&directive, |_| span);
    }

    /// Marks effects that no sentence says as such, but its words together do: less is certain.
    pub(super) fn mark_pieced(&mut self, first: usize, in_skill: bool) {
        for effect in self.effects.iter_mut().skip(first) {
            effect.tags.push(PIECED.into());
            if in_skill {
                effect.tags.push(IN_SKILL.into());
            }
        }
    }

    /// "The page tells you how to proceed": fetched and followed, if the directives have not said so already.
    ///
    /// The address may be missing where the sentence `as_a_whole` speaks of a place that the writer alone knows.
    fn remote_orders(&mut self, sentence: &Sentence, span: Span, first: usize, as_a_whole: bool) {
        let is_told = self.effects[first..].iter().any(|effect| {
            effect.kind == EffectKind::Eval
                && effect.argument("language").is_some_and(|language| language.rendered() == "agent")
        });
        let content = match brought::address(sentence) {
            _ if is_told => None,
            Some(url) => {
                let url = self.text(&url, span);
                let content = self.say(sentence, None, span, EffectKind::Fetch, vec![("url", url)]);
                self.memory.fetched(content.clone(), &[]);
                Some(content)
            }
            None => self.memory.just_fetched().cloned().or_else(|| {
                let names = |class: &str| sentence.mentions.iter().any(|mention| &*mention.class == class);
                // A link that leads into the bundle is a place, and not elsewhere.
                let is_afar = || as_a_whole && !names("link") && PLACES.into_iter().any(names);
                let url = self.memory.standing().or_else(|| is_afar().then(|| UNNAMED.to_owned()))?;
                let url = self.text(&url, span);
                Some(self.say(sentence, None, span, EffectKind::Fetch, vec![("url", url)]))
            }),
        };
        if let Some(content) = content {
            let language = self.text("agent", span);
            let mut arguments = vec![("content", content), ("language", language)];
            if let Some(trigger) = &sentence.trigger {
                arguments.push(("when", self.text(&trigger.text, span)));
            }
            self.say(sentence, None, span, EffectKind::Eval, arguments);
        }
    }

    /// Adds an effect of the sentence as a whole.
    pub(super) fn say(
        &mut self,
        sentence: &Sentence,
        by: Option<&Directive>,
        span: Span,
        kind: EffectKind,
        arguments: Vec<(&'static str, Value)>,
    ) -> Value {
        let document = self.documents.get(self.id);
        let mut tags: Vec<Arc<str>> = vec!["prose".into(), "speech".into()];
        if self.hidden {
            tags.push("hidden".into());
        }
        if by.is_some_and(|directive| directive.conditional) {
            tags.push("conditional".into());
        }
        if let Some(trigger) = &sentence.trigger {
            tags.push(format!("when-{}", trigger.kind).into());
        }
        let id = EffectId(self.effects.len() as u32);
        let place = Place { document: self.id, span };
        self.effects.push(Effect {
            yielded: None,
            id,
            kind,
            arguments,
            place,
            by: by.map(|directive| directive.verb.to_lowercase()).unwrap_or_default().into(),
            resolved: span.slice(&document.text).into(),
            disguised: false,
            tags,
            stance: if self.depicts && !self.hidden { Stance::Depicts } else { Stance::Instructs.min(document.stance) },
            reach: document.reach,
            certainty: Certainty::Resolved,
        });
        Value::new(crate::flow::Shape::Content(id), Some(place))
    }
}
