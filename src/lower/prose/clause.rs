//! From the tokens of a sentence to its directives.

mod code_span;
mod mention;
mod nominal;
mod noun_clause;
mod quotation;
mod tool;
mod verb;

use super::directive::{Addressee, Directive, Literal, Mention, Mood, Role};
use super::grammar::{Grammar, Meaning};
use super::place;
use super::sense::{IN_QUOTES, MARK};
use super::sentence::sentences;
use super::speech::{COLON, CONDITION, NEGATION, PAUSE, STOP, Sentence};
use super::token::{Token, TokenKind, tokens};
use crate::source::Span;

pub(super) use noun_clause::YIELDS;

/// The kind of trigger of what is done once somebody has said yes ("Shall I …?").
const ANSWER: &str = "answer";

/// The directives of a block of prose. `links` are the spans of link texts in `text` with their targets, sorted.
#[must_use]
pub fn directives(text: &str, links: &[(Span, String)], grammar: &Grammar) -> Vec<Directive> {
    read(text, links, grammar).into_iter().flat_map(|sentence| sentence.directives).collect()
}

/// The sentences of a block of prose. `links` are the spans of link texts in `text` with their targets, sorted.
#[must_use]
pub fn read(text: &str, links: &[(Span, String)], grammar: &Grammar) -> Vec<Sentence> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        let lower = sentence.slice(text).to_lowercase();
        let trigger = grammar.trigger(&lower);
        let tokens = tokens(text, sentence);
        let mut reader = Reader {
            grammar,
            tokens: &tokens,
            text,
            links,
            sentence,
            state: State::default(),
            open: Vec::new(),
            outside: Vec::new(),
            waiting: Vec::new(),
            subject: Vec::new(),
            found: Vec::new(),
            seen: Vec::new(),
            forbids_list: false,
        };
        reader.state.quoted = quotation::is_inside(text, sentence);
        reader.read();
        reader.state_the_rest();
        let (mut directives, mut mentions) = (reader.found, reader.seen);
        drop_marked_negations(&mut mentions);
        noun_clause::hand_over(&mut directives, &mentions);
        place::note(text, sentence, grammar, &mut mentions);
        // Asked, and not told.
        let waits = trigger.as_ref().is_some_and(|trigger| &*trigger.kind == ANSWER);
        for directive in &mut directives {
            directive.trigger.clone_from(&trigger);
            if waits {
                directive.mood = Mood::Describes;
            }
        }
        found.push(Sentence { span: sentence, directives, mentions, trigger });
    }
    found
}

/// A negation inside a marker ("no longer apply") is part of what the marker says.
fn drop_marked_negations(mentions: &mut Vec<Mention>) {
    let markers: Vec<Span> = mentions
        .iter()
        .filter(|mention| mention.literal.is_none() && &*mention.class != NEGATION && !mention.class.starts_with(MARK))
        .map(|mention| mention.span)
        .collect();
    mentions.retain(|mention| {
        &*mention.class != NEGATION
            || !markers.iter().any(|marker| *marker != mention.span && marker.contains(mention.span))
    });
}

/// The class of a sense whose word stands somewhere special.
fn marked(class: &str, mark: char) -> std::sync::Arc<str> {
    class.replacen(MARK, mark.encode_utf8(&mut [0; 4]), 1).into()
}

/// The class of a path below a person's home.
const HOME_PATH: &str = "home-path";

/// Words with which a condition opens a sentence.
const CONDITIONS: [&str; 9] = ["if", "when", "whenever", "once", "after", "before", "unless", "如果", "当"];

/// What the words so far make of the words to come.
// Four independent facts about the words so far; an enum of their combinations would say less.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Copy)]
struct State {
    /// A negator is in force.
    negated: bool,
    /// How a base form that comes now is put, and whether a verb may come at all.
    before: Before,
    role: Role,
    addressee: Addressee,
    conditional: bool,
    /// How the verb before was put, which a join carries on.
    carried: Option<(bool, Mood)>,
    /// Something is said of a thing ("this skill …").
    described: bool,
    /// Inside quotation marks.
    quoted: bool,
    /// The clause says what the agent does ("the agent sends …").
    acts: bool,
    /// The object stands before its verb ("把…").
    object_first: bool,
    /// The next preposition leads to what a tool is used on.
    tool_object: bool,
    /// A Chinese comma stands before: what is named may be the object of the verb before or of the one to come.
    after_pause: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            negated: false,
            before: Before::Start,
            role: Role::Object,
            addressee: Addressee::Unnamed,
            conditional: false,
            carried: None,
            described: false,
            quoted: false,
            acts: false,
            object_first: false,
            tool_object: false,
            after_pause: false,
        }
    }
}

/// What stands just before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The start of a sentence or clause, or words that may stand before an imperative.
    Start,
    /// A word that tells or offers.
    Modal(Mood),
    /// A determiner or preposition: a noun comes.
    Noun,
    /// `to` without a word that tells.
    Infinitive,
    /// `without`, `before`, `by`: a gerund comes that belongs to the clause.
    Gerund,
    /// A thing of which something is said, or any other word.
    Other,
    /// `and`, `or` after a directive.
    Joined,
}

struct Reader<'a> {
    grammar: &'a Grammar,
    tokens: &'a [Token],
    text: &'a str,
    links: &'a [(Span, String)],
    sentence: Span,
    state: State,
    /// Indices in `found` of the directives that mentions now belong to (several verbs may share an object).
    open: Vec<usize>,
    /// What `open` was before the quotation that is being read.
    outside: Vec<usize>,
    /// Mentions of the clause that stand before its verb.
    waiting: Vec<Mention>,
    /// Mentions before a passive verb, which the verbs joined to it share.
    subject: Vec<Mention>,
    found: Vec<Directive>,
    /// Every mention of the sentence that is not quoted.
    seen: Vec<Mention>,
    /// A list of what is forbidden is being read.
    forbids_list: bool,
}

impl Reader<'_> {
    fn read(&mut self) {
        let mut at = 0;
        let mut marked = 0;
        while at < self.tokens.len() {
            let token = &self.tokens[at];
            // A marker may start inside a phrase that was read as one.
            while marked <= at {
                self.markers(marked);
                marked += 1;
            }
            match &token.kind {
                TokenKind::Mark(mark) => {
                    self.mark(*mark, at);
                    at += 1;
                }
                TokenKind::Literal(literal) => {
                    self.code_span(literal, token.span);
                    if !self.tool(at) {
                        self.literal(literal.clone(), token.span);
                    }
                    at += 1;
                }
                TokenKind::Word if self.tool(at) => at += 1,
                TokenKind::Word => {
                    if let Some((meanings, count)) = self.grammar.lookup(self.tokens, at) {
                        let last = &self.tokens[at + count - 1];
                        let span = token.span.cover(last.span);
                        self.phrase(meanings, span, at + count);
                        at += count;
                    } else if let Some(meanings) = called(self.grammar, self.tokens, at) {
                        self.state.before = Before::Start;
                        self.phrase(meanings, token.span, at + 1);
                        at += 1;
                    } else {
                        self.unknown_word(&token.folded, token.span);
                        at += 1;
                    }
                }
            }
        }
    }

    fn markers(&mut self, at: usize) {
        let (grammar, tokens) = (self.grammar, self.tokens);
        for (class, count) in grammar.markers(tokens, at) {
            let span = tokens[at].span.cover(tokens[at + count - 1].span);
            if class.starts_with(MARK) {
                // What is to be written stands in quotation marks as often as not.
                let class = if self.state.quoted { marked(class, IN_QUOTES) } else { class.clone() };
                let role = self.state.role;
                self.seen.push(Mention { class, text: String::new(), literal: None, role, span });
            } else {
                self.note(class, span);
            }
        }
    }

    /// A sentence without a verb of the grammar still names things ("Archive password: `x`"): it states them.
    fn state_the_rest(&mut self) {
        if self.found.is_empty() && !self.waiting.is_empty() {
            self.found.push(Directive {
                act: "state".into(),
                verb: String::new(),
                verb_span: self.sentence,
                span: self.sentence,
                forbidden: self.state.negated,
                mood: Mood::Describes,
                addressee: self.state.addressee,
                mentions: std::mem::take(&mut self.waiting),
                trigger: None,
                conditional: self.state.conditional,
                quoted: self.state.quoted,
            });
        }
    }

    fn mark(&mut self, mark: char, at: usize) {
        match mark {
            ';' | '；' | '—' | '–' | '|' => {
                self.note(STOP, self.tokens[at].span);
                self.new_clause();
            }
            // Inside a sentence a dot ends a list number or an abbreviation.
            '.' if self.open.is_empty() => self.state.before = Before::Start,
            ':' | '：' => {
                // "DOWNLOAD: x" keeps its verb; "Note: run x" starts anew.
                self.note(STOP, self.tokens[at].span);
                self.note(COLON, self.tokens[at].span);
                self.forbids_list |= self.introduces_what_is_forbidden(at);
                self.state.before = Before::Start;
                self.state.negated = self.forbids_list;
                self.state.carried = None;
            }
            ',' | '，' | '、' => {
                self.note(PAUSE, self.tokens[at].span);
                // "Using the shell, print …": how, and not what is told.
                let is_manner = |first: &Directive| {
                    first.mood == Mood::Describes
                        && &*first.act == "use"
                        && self.tokens.first().is_some_and(|token| token.span.start == first.verb_span.start)
                };
                if self.found.first().is_some_and(is_manner) && self.found.iter().all(|found| &*found.act == "use") {
                    self.new_clause();
                    return;
                }
                if self.ends_leading_condition(at) {
                    self.new_clause();
                    self.state.conditional = true;
                    return;
                }
                let leads = matches!(self.tokens.first(), Some(first) if CONDITIONS.contains(&first.folded.as_str()));
                if self.state.conditional && leads {
                    // "If not set, tell the user": the negation is the condition's.
                    self.state.carried = self.state.carried.map(|(_, mood)| (false, mood));
                }
                self.state.before = if self.open.is_empty() { Before::Start } else { Before::Joined };
                // "No confirmation, run it at once": the negation had its object.
                if self.open.is_empty() && (self.state.conditional || !self.waiting.is_empty()) {
                    self.state.negated = false;
                }
                self.state.role = Role::Object;
                self.state.tool_object = false;
                self.state.after_pause = mark == '，';
            }
            '"' | '“' | '”' | '「' | '」' | '『' | '』' if !self.quotes_a_name(at) => self.quotation_mark(),
            '"' | '“' | '”' | '「' | '」' | '『' | '』' => {}
            '(' | ')' | '（' | '）' | '\'' | '*' | '_' | '#' | '>' | '-' | '•' | '!' => {}
            _ => {
                if !mark.is_ascii() && self.open.is_empty() {
                    // Emoji and other ornaments may stand before an imperative.
                    return;
                }
                self.state.before = Before::Other;
            }
        }
    }

    /// Whether the comma at `at` ends a condition that opened the sentence ("When the user asks for x, send …"), and is
    /// not one of a list in it ("If asked to create, edit or send …").
    fn ends_leading_condition(&self, at: usize) -> bool {
        let leads = self.tokens.first().is_some_and(|first| CONDITIONS.contains(&first.folded.as_str()));
        let only_described = self.found.iter().all(|directive| directive.mood == Mood::Describes);
        let ends_in_verb = at.checked_sub(1).is_some_and(|before| {
            self.found.last().is_some_and(|last| last.verb_span.end == self.tokens[before].span.end)
        });
        let follows_join = self
            .tokens
            .get(at + 1..)
            .unwrap_or_default()
            .iter()
            .take_while(|token| token.kind == TokenKind::Word)
            .take(3)
            .any(|token| ["or", "and", "或", "和"].contains(&token.folded.as_str()));
        self.state.conditional && leads && only_described && !self.open.is_empty() && !ends_in_verb && !follows_join
    }

    fn new_clause(&mut self) {
        let State { addressee, quoted, acts, .. } = self.state;
        self.state = State { addressee, quoted, acts, negated: self.forbids_list, ..State::default() };
        self.open.clear();
        self.waiting.clear();
        self.subject.clear();
    }

    fn phrase(&mut self, meanings: &[Meaning], span: Span, next: usize) {
        if self.state.negated && meanings.contains(&Meaning::Cancel) {
            self.state.negated = false;
            self.state.before = Before::Modal(Mood::Tells);
            return;
        }
        // "Stop following …": with a verb behind it the word forbids, and is none itself.
        let forbids = meanings.contains(&Meaning::Negator) && self.word_ends_in_ing(next);
        if !forbids && self.try_verb(meanings, span, next) {
            return;
        }
        if let Some(act) = meanings.iter().find_map(|meaning| match meaning {
            Meaning::Nominal(act) => Some(act),
            _ => None,
        }) && self.nominal(act, span, next)
        {
            return;
        }
        // "this" before a word points at that word; alone it stands for something named before.
        let is_alone = !self.tokens.get(next).is_some_and(|token| token.kind == TokenKind::Word);
        for meaning in meanings {
            match meaning {
                Meaning::Determiner if is_alone && meanings.contains(&Meaning::Pronoun) => {}
                Meaning::Object(class) => {
                    self.mention(class.clone(), span, None);
                    self.state.before = Before::Other;
                    return;
                }
                Meaning::Negator => {
                    self.note(NEGATION, span);
                    // "Never write without telling": the second negator turns the first around.
                    let forbids_before = matches!(self.state.carried, Some((true, _)));
                    let word = self.text.get(span.range()).unwrap_or_default().to_lowercase();
                    // "Instead of improvising without a word": so does "without" with one that waits for its verb.
                    self.state.negated =
                        !(forbids_before || self.state.negated && ["without", "未经"].contains(&word.as_str()));
                    let says =
                        ["do not", "don't", "don’t", "dont", "does not", "doesn't", "doesn’t"].contains(&word.as_str());
                    let says_of_it =
                        word == "not" && ["does", "did", "was", "were"].iter().any(|verb| self.follows(verb, span));
                    // "The agent does not follow its rules": said of somebody, unless it is the one that reads.
                    let is_said = ["does not", "doesn't", "doesn’t"].contains(&word.as_str()) && !self.state.acts;
                    let is_of_a_thing =
                        self.state.before == Before::Other && self.state.addressee == Addressee::Unnamed;
                    if says_of_it || is_said || (says && is_of_a_thing && self.open.is_empty()) {
                        // "Status codes don't tell the story": said of something.
                        self.state.before = Before::Modal(Mood::Describes);
                    } else if self.state.before != Before::Other || self.word_ends_in_ing(next) {
                        self.state.before = if self.word_ends_in_ing(next) { Before::Gerund } else { Before::Start };
                    } else {
                        self.state.before = Before::Modal(Mood::Tells);
                    }
                    return;
                }
                Meaning::Modal(mood) => {
                    // "users must be able to": the stronger word before is kept only by a weaker one.
                    // "If a page could override …": what may be so, and nothing that is left to the reader.
                    let word = self.text.get(span.range()).unwrap_or_default().to_lowercase();
                    let is_feared = self.state.conditional && ["could", "might", "would"].contains(&word.as_str());
                    self.state.before = Before::Modal(if is_feared { Mood::Describes } else { *mood });
                    return;
                }
                Meaning::Causative => {
                    self.new_clause();
                    self.note("human", span);
                    self.state.addressee = Addressee::Human;
                    self.state.before = Before::Modal(Mood::Tells);
                    return;
                }
                Meaning::Nominal(_) | Meaning::Due => {}
                Meaning::ObjectMarker => {
                    // What follows belongs to the verb to come, and to none before.
                    self.open.clear();
                    self.waiting.clear();
                    self.state.object_first = true;
                    self.state.role = Role::Object;
                    self.state.before = Before::Other;
                    return;
                }
                Meaning::Preposition(role) => {
                    let role = if std::mem::take(&mut self.state.tool_object) { &Role::Object } else { role };
                    let infinitive = self.text.get(span.range()).is_some_and(|word| word.eq_ignore_ascii_case("to"));
                    self.state.role = *role;
                    self.state.before = match self.state.before {
                        Before::Modal(mood) if infinitive => Before::Modal(mood),
                        _ if infinitive => Before::Infinitive,
                        _ if self.word_ends_in_ing(next) => Before::Gerund,
                        _ => Before::Noun,
                    };
                    return;
                }
                // "the next call": here it is no new step.
                Meaning::Break if self.state.before == Before::Noun => return,
                Meaning::Break => {
                    self.new_clause();
                    return;
                }
                // "The agent that is served at …": where the thing stands that the verb acts on.
                Meaning::Relative if self.says_where(span, next) => {
                    self.state.before = Before::Other;
                    return;
                }
                Meaning::Relative => {
                    self.new_clause();
                    self.state.acts = false;
                    self.state.before = Before::Other;
                    return;
                }
                Meaning::Join => {
                    self.state.before = if self.open.is_empty() { Before::Start } else { Before::Joined };
                    return;
                }
                Meaning::Condition => {
                    // "Before you run it" says when; only "if" and the like say whether.
                    let word = self.text.get(span.range()).unwrap_or_default().to_lowercase();
                    if !["before", "after", "until", "once", "when", "whenever", "一旦"].contains(&word.as_str()) {
                        self.note(CONDITION, span);
                    }
                    self.new_clause();
                    self.state.acts = false;
                    self.state.conditional = true;
                    self.state.before = Before::Other;
                    return;
                }
                Meaning::Determiner => {
                    self.state.before = Before::Noun;
                    return;
                }
                Meaning::Adverb => return,
                Meaning::Someone(addressee) => {
                    if self.open.is_empty() {
                        self.note(if *addressee == Addressee::Agent { "agent" } else { "human" }, span);
                        self.state.addressee = *addressee;
                        self.state.acts = *addressee == Addressee::Agent && self.is_the_reader(span);
                        self.state.before = Before::Start;
                    } else {
                        let class = if *addressee == Addressee::Agent { "agent" } else { "human" };
                        self.mention(class.into(), span, None);
                        self.state.before = Before::Other;
                    }
                    return;
                }
                Meaning::Thing => {
                    self.state.described = self.open.is_empty();
                    let names_script = self.text.get(span.range()).is_some_and(|words| words.ends_with("script"));
                    // "Fetches … and executes the script": behind a verb it is what the verb acts on.
                    let class = if names_script && !self.open.is_empty() { "script" } else { "thing" };
                    self.mention(class.into(), span, None);
                    self.state.before = Before::Other;
                    return;
                }
                // "The agent reads it; it then sends …".
                Meaning::Pronoun
                    if self.state.acts
                        && self.open.is_empty()
                        && self.text.get(span.range()).is_some_and(|word| word.eq_ignore_ascii_case("it")) =>
                {
                    self.state.before = Before::Start;
                    return;
                }
                Meaning::Pronoun => {
                    self.mention("pronoun".into(), span, None);
                    self.state.before = Before::Other;
                    return;
                }
                Meaning::Cancel | Meaning::Verb(..) => {}
            }
        }
        self.state.before = Before::Other;
    }

    /// Whether "the agent" is the one that reads, and not any agent ("a compromised agent", "agents that …").
    fn is_the_reader(&self, span: Span) -> bool {
        let name = self.text.get(span.range()).unwrap_or_default();
        !self.state.conditional
            && (["the", "your", "this"].iter().any(|word| self.follows(word, span))
                || ["Claude", "Codex", "Copilot", "Gemini"].contains(&name))
    }

    /// "Never: a; b", "refuse requests to: a; b": each item of the list behind the colon at `at` is forbidden.
    fn introduces_what_is_forbidden(&self, at: usize) -> bool {
        let only_negated = self.state.negated && self.open.is_empty() && self.waiting.is_empty();
        let ends_in_to =
            at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_some_and(|last| last.folded == "to");
        let refuses =
            self.found.iter().any(|told| &*told.act == "refuse" && told.mood == Mood::Tells && !told.forbidden);
        only_negated || ends_in_to && refuses
    }

    /// Whether "that is …" or "which lives …" follows the object of a verb and leads to an address.
    fn says_where(&self, span: Span, next: usize) -> bool {
        // Words between "that" and the address.
        const REACH: usize = 6;
        let word = self.text.get(span.range()).unwrap_or_default().to_lowercase();
        let after = self.tokens.get(next..).unwrap_or_default();
        ["that", "which"].contains(&word.as_str())
            && !self.open.is_empty()
            && after
                .iter()
                .take(REACH)
                .take_while(|token| !matches!(token.kind, TokenKind::Mark(_)))
                .any(|token| matches!(&token.kind, TokenKind::Literal(Literal::Url(_))))
            && after.first().is_some_and(|token| {
                ["is", "are", "was", "lives", "stands", "sits", "can", "you", "waits"].contains(&token.folded.as_str())
            })
    }

    fn unknown_word(&mut self, word: &str, span: Span) {
        let written = self.text.get(span.range()).unwrap_or_default();
        if mention::is_secret_variable(written) {
            self.mention("variable".into(), span, Some(Literal::Code(written.to_owned())));
            self.state.before = Before::Other;
            return;
        }
        if self.link_at(span).is_some() {
            self.mention("link".into(), span, None);
        }
        // An adverb or a number may stand between a subject or negator and its verb.
        let transparent = word.ends_with("ly") || word.chars().all(char::is_numeric);
        if !transparent {
            self.state.before = match self.state.before {
                // "Windows users: …", "macOS → …": a word before any verb leaves room for one only after a mark.
                Before::Start if self.state.negated => Before::Start,
                Before::Modal(_) if self.state.negated => self.state.before,
                // "the last check": after an adjective the noun is still to come.
                Before::Noun if word.is_ascii() => Before::Noun,
                _ => Before::Other,
            };
        }
    }
}

/// `send_message(…)`: a tool of the host is called, and its name begins with what it does.
fn called<'g>(grammar: &'g Grammar, tokens: &[Token], at: usize) -> Option<&'g [Meaning]> {
    let token = tokens.get(at)?;
    let opens = tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Mark('('));
    let verb = token.folded.split('_').next().filter(|verb| opens && verb.len() < token.folded.len())?;
    grammar.verb(verb)
}

#[cfg(test)]
mod tests;
