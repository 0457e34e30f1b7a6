//! The words of the grammar: the written form (`rules/prose/*.yaml`) and the compiled form.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use regex::Regex;
use serde::Deserialize;

use super::clause::YIELDS;
use super::directive::{Addressee, Mood, Role, Trigger};
use super::inflection::{Form, noun_forms, verb_forms};
use super::phrase::{Rest, beginnings, split_as_tokens};
use super::sense::Senses;
use super::speech::{self, Reading, Sentence, Spoken, Way, Ways};
use super::token::{Token, TokenKind};

/// The words of one language. Unknown keys are errors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrammarFile {
    /// What the file covers, in one line.
    pub about: String,
    /// Whether verbs and nouns are inflected as in English; otherwise words match as written.
    pub inflected: bool,
    /// Class of act → verbs in their base form. Several words make a phrase ("carry out"); the first is inflected.
    #[serde(default)]
    pub verbs: BTreeMap<String, Vec<String>>,
    /// Base form → irregular past forms.
    #[serde(default)]
    pub pasts: BTreeMap<String, Vec<String>>,
    /// Class of act → the class that telling *not* to do it amounts to (not telling the user is concealing).
    #[serde(default)]
    pub opposites: BTreeMap<String, String>,
    /// Class of object → nouns and phrases; the last word is inflected.
    #[serde(default)]
    pub objects: BTreeMap<String, Vec<String>>,
    /// Class → words that say something besides what they are in the sentence (`previous`, `void`, `every request`).
    /// Any number may overlap; they change nothing in how the sentence is read. The last word is inflected.
    #[serde(default)]
    pub markers: BTreeMap<String, Vec<String>>,
    /// Sense → words that have it, whatever part of speech they are. Asked for as `~sense`; `@class` takes the words of
    /// a class of verbs or objects, and a word after `=` is not inflected.
    #[serde(default)]
    pub senses: BTreeMap<String, Vec<String>>,
    /// Class → names of files, in lower case (`soul.md`).
    #[serde(default)]
    pub files: BTreeMap<String, Vec<String>>,
    /// Speech act → the ways to perform it, in classes of words.
    #[serde(default)]
    speech: BTreeMap<String, Vec<Way>>,
    /// Words that tell to make a person do something (`have the user`).
    #[serde(default)]
    pub causatives: Vec<String>,
    /// Particles that may stand apart from their verb (`carry it out`).
    #[serde(default)]
    pub particles: Vec<String>,
    /// Words that forbid what follows.
    #[serde(default)]
    pub negators: Vec<String>,
    /// Words after which a negator tells to do (`forget`, `fail`), or says nothing (`worry`).
    #[serde(default)]
    pub cancels: Vec<String>,
    /// Words that tell (`must`, `need to`, `make sure to`).
    #[serde(default)]
    pub tells: Vec<String>,
    /// Words that leave it to the reader (`can`, `may`).
    #[serde(default)]
    pub offers: Vec<String>,
    /// Part → prepositions.
    #[serde(default)]
    pub prepositions: BTreeMap<String, Vec<String>>,
    /// Words that begin a new clause (`then`, `but`).
    #[serde(default)]
    pub breaks: Vec<String>,
    /// Words that begin a clause in which something is said, not told (`which`, `because`).
    #[serde(default)]
    pub relatives: Vec<String>,
    /// Words that join equal parts (`and`, `or`).
    #[serde(default)]
    pub joins: Vec<String>,
    /// Words that begin a condition (`if`, `when`).
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Words after which a noun comes, not a verb (`the`, `a`, `your`).
    #[serde(default)]
    pub determiners: Vec<String>,
    /// Words that may stand before an imperative (`please`, `always`, `first`).
    #[serde(default)]
    pub adverbs: Vec<String>,
    /// Words for the agent.
    #[serde(default)]
    pub agents: Vec<String>,
    /// Words for a person who reads.
    #[serde(default)]
    pub humans: Vec<String>,
    /// Words for things of which something is said (`skill`, `script`, `it`).
    #[serde(default)]
    pub things: Vec<String>,
    /// Words that stand for something named before.
    #[serde(default)]
    pub pronouns: Vec<String>,
    /// Class of act → nouns that name it, where an object follows them (`execution of`).
    #[serde(default)]
    pub nominals: BTreeMap<String, Vec<String>>,
    /// Words that say that what a noun names is to happen (`is mandatory`, `takes place`).
    #[serde(default)]
    pub due: Vec<String>,
    /// Words that put an object before its verb (`把`).
    #[serde(default)]
    pub object_markers: Vec<String>,
    /// Class of act → names of tools of the agent that do it (`webfetch`).
    #[serde(default)]
    pub tools: BTreeMap<String, Vec<String>>,
    /// Class of act → names of such tools that are words of the language as well (`read`): with a capital behind a verb of
    /// using, or before the word `tool`.
    #[serde(default)]
    pub tools_by_capital: BTreeMap<String, Vec<String>>,
    /// Kind → patterns over the lower-case sentence that say when.
    #[serde(default)]
    pub triggers: BTreeMap<String, Vec<String>>,
}

/// What a word or phrase can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    Verb(Arc<str>, Form),
    Object(Arc<str>),
    Negator,
    Cancel,
    Modal(Mood),
    Causative,
    Preposition(Role),
    Break,
    Relative,
    Join,
    Condition,
    Determiner,
    Adverb,
    Someone(Addressee),
    Thing,
    Pronoun,
    Nominal(Arc<str>),
    Due,
    ObjectMarker,
}

#[derive(Debug)]
struct Phrase {
    rest: Vec<String>,
    meanings: Vec<Meaning>,
}

#[derive(Debug)]
struct Marker {
    rest: Rest,
    class: Arc<str>,
}

/// Every word of every language, compiled for lookup.
#[derive(Debug, Default)]
pub struct Grammar {
    phrases: HashMap<String, Vec<Phrase>>,
    opposites: BTreeMap<Arc<str>, Arc<str>>,
    triggers: Vec<(Arc<str>, Regex)>,
    /// By first word.
    markers: HashMap<String, Vec<Marker>>,
    files: HashMap<String, Arc<str>>,
    particles: BTreeSet<String>,
    /// Name → what the tool does, and whether only a capital or its place makes the word a name.
    tools: HashMap<String, (Arc<str>, bool)>,
    ways: Ways,
}

/// A fault in a grammar file.
#[derive(Debug, thiserror::Error)]
pub enum GrammarError {
    /// The YAML is not of the grammar's form.
    #[error("{file}: {message}")]
    Form {
        /// The file.
        file: String,
        /// What is wrong and where.
        message: String,
    },
    /// A way asks for a sense that no file has words for.
    #[error("the sense `{sense}` has no words")]
    Sense {
        /// The sense as written.
        sense: String,
    },
    /// A preposition's part is unknown.
    #[error("{file}: prepositions have the parts towards, from and with; not `{part}`")]
    Part {
        /// The file.
        file: String,
        /// The part as written.
        part: String,
    },
    /// A trigger's pattern is no regular expression.
    #[error("{file}: trigger `{pattern}`: {source}")]
    Pattern {
        /// The file.
        file: String,
        /// The pattern.
        pattern: String,
        /// What is wrong.
        source: Box<regex::Error>,
    },
}

impl Grammar {
    /// Compiles grammar files, given as (path, YAML text).
    ///
    /// # Errors
    /// On unknown keys, unknown parts and faulty patterns, naming file and place.
    pub fn compile<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, GrammarError> {
        let mut grammar = Self::default();
        let mut senses = Senses::default();
        for (path, text) in files {
            let file: GrammarFile = serde_saphyr::from_str(text)
                .map_err(|error| GrammarError::Form { file: path.to_owned(), message: error.to_string() })?;
            grammar.add(path, &file)?;
            senses.add(&file);
        }
        grammar.learn_senses(&senses)?;
        // Longest phrase first, so that the first match is the longest.
        for phrases in grammar.phrases.values_mut() {
            phrases.sort_by(|a, b| b.rest.len().cmp(&a.rest.len()).then_with(|| a.rest.cmp(&b.rest)));
        }
        Ok(grammar)
    }

    fn add(&mut self, path: &str, file: &GrammarFile) -> Result<(), GrammarError> {
        for (act, verbs) in &file.verbs {
            let act: Arc<str> = act.as_str().into();
            for verb in verbs {
                let (first, rest) = verb.split_once(' ').map_or((verb.as_str(), None), |(a, b)| (a, Some(b)));
                let irregular = file.pasts.get(first);
                let forms = if file.inflected { verb_forms(first) } else { vec![(first.to_owned(), Form::Base)] };
                for (form_text, form) in forms {
                    if form == Form::Past && irregular.is_some() {
                        continue;
                    }
                    self.learn_joined(&form_text, rest, Meaning::Verb(act.clone(), form));
                }
                for past in irregular.into_iter().flatten() {
                    self.learn_joined(past, rest, Meaning::Verb(act.clone(), Form::Past));
                }
            }
        }
        for (class, nouns) in &file.objects {
            let class: Arc<str> = class.as_str().into();
            for noun in nouns {
                if file.inflected {
                    for form in noun_forms(noun) {
                        self.learn(&form, Meaning::Object(class.clone()));
                    }
                } else {
                    self.learn(noun, Meaning::Object(class.clone()));
                }
            }
        }
        for (class, words) in &file.markers {
            let class: Arc<str> = class.as_str().into();
            for word in words {
                let forms = if file.inflected { noun_forms(word).to_vec() } else { vec![word.clone()] };
                for form in forms {
                    self.mark(&form, &class);
                }
            }
        }
        for (class, names) in &file.files {
            self.files.extend(names.iter().map(|name| (name.clone(), Arc::from(class.as_str()))));
        }
        self.particles.extend(file.particles.iter().cloned());
        for (act, ways) in &file.speech {
            self.ways.entry(act.as_str().into()).or_default().extend(ways.iter().cloned().map(speech::Way::prepared));
        }
        for (part, words) in &file.prepositions {
            let role = match part.as_str() {
                "towards" => Role::Towards,
                "from" => Role::From,
                "with" => Role::With,
                _ => return Err(GrammarError::Part { file: path.to_owned(), part: part.clone() }),
            };
            for word in words {
                self.learn(word, Meaning::Preposition(role));
            }
        }
        for (words, meaning) in [
            (&file.negators, Meaning::Negator),
            (&file.cancels, Meaning::Cancel),
            (&file.tells, Meaning::Modal(Mood::Tells)),
            (&file.offers, Meaning::Modal(Mood::Offers)),
            (&file.causatives, Meaning::Causative),
            (&file.breaks, Meaning::Break),
            (&file.relatives, Meaning::Relative),
            (&file.joins, Meaning::Join),
            (&file.conditions, Meaning::Condition),
            (&file.determiners, Meaning::Determiner),
            (&file.adverbs, Meaning::Adverb),
            (&file.agents, Meaning::Someone(Addressee::Agent)),
            (&file.humans, Meaning::Someone(Addressee::Human)),
            (&file.things, Meaning::Thing),
            (&file.pronouns, Meaning::Pronoun),
            (&file.due, Meaning::Due),
            (&file.object_markers, Meaning::ObjectMarker),
        ] {
            for word in words {
                self.learn(word, meaning.clone());
            }
        }
        for (act, nouns) in &file.nominals {
            for noun in nouns {
                self.learn(noun, Meaning::Nominal(act.as_str().into()));
            }
        }
        for (tools, by_capital) in [(&file.tools, false), (&file.tools_by_capital, true)] {
            for (act, names) in tools {
                let act: Arc<str> = act.as_str().into();
                self.tools.extend(names.iter().map(|name| (name.clone(), (act.clone(), by_capital))));
            }
        }
        for (act, opposite) in &file.opposites {
            self.opposites.insert(act.as_str().into(), opposite.as_str().into());
        }
        for (kind, patterns) in &file.triggers {
            for pattern in patterns {
                let regex = Regex::new(pattern).map_err(|source| GrammarError::Pattern {
                    file: path.to_owned(),
                    pattern: pattern.clone(),
                    source: Box::new(source),
                })?;
                self.triggers.push((kind.as_str().into(), regex));
            }
        }
        Ok(())
    }

    /// Learns the words of every sense that a way, or the grammar itself, asks for.
    fn learn_senses(&mut self, senses: &Senses) -> Result<(), GrammarError> {
        let mut asked: BTreeSet<String> = self.ways.values().flatten().flat_map(speech::senses_of).collect();
        asked.extend(senses.words(YIELDS).map(|_| YIELDS.to_owned()));
        for sense in asked {
            let words = senses.words(&sense).ok_or_else(|| GrammarError::Sense { sense: sense.clone() })?;
            let class: Arc<str> = sense.as_str().into();
            for word in words {
                self.mark(&word, &class);
            }
        }
        Ok(())
    }

    fn mark(&mut self, phrase: &str, class: &Arc<str>) {
        for (first, rest) in beginnings(phrase) {
            self.markers.entry(first).or_default().push(Marker { rest, class: class.clone() });
        }
    }

    fn learn_joined(&mut self, first: &str, rest: Option<&str>, meaning: Meaning) {
        match rest {
            Some(rest) => self.learn(&format!("{first} {rest}"), meaning),
            None => self.learn(first, meaning),
        }
    }

    fn learn(&mut self, phrase: &str, meaning: Meaning) {
        let mut words = split_as_tokens(phrase).into_iter();
        let Some(first) = words.next() else { return };
        let rest: Vec<String> = words.collect();
        let phrases = self.phrases.entry(first).or_default();
        if let Some(known) = phrases.iter_mut().find(|known| known.rest == rest) {
            if !known.meanings.contains(&meaning) {
                known.meanings.push(meaning);
            }
        } else {
            phrases.push(Phrase { rest, meanings: vec![meaning] });
        }
    }

    /// The longest phrase that starts at `tokens[at]`: what it means and how many tokens it takes.
    pub(super) fn lookup(&self, tokens: &[Token], at: usize) -> Option<(&[Meaning], usize)> {
        let first = tokens.get(at).filter(|token| token.kind == TokenKind::Word)?;
        self.phrases.get(&first.folded)?.iter().find_map(|phrase| {
            if let [particle] = phrase.rest.as_slice()
                && self.particles.contains(particle)
                && stands_apart(particle, tokens.get(at + 1..).unwrap_or_default())
            {
                return Some((phrase.meanings.as_slice(), 1));
            }
            let follows = phrase
                .rest
                .iter()
                .enumerate()
                .all(|(index, word)| tokens.get(at + 1 + index).is_some_and(|token| token.folded == *word));
            follows.then_some((phrase.meanings.as_slice(), phrase.rest.len() + 1))
        })
    }

    /// What a tool of this name (in lower case) does, and whether the name is a word of the language as well.
    pub(super) fn tool(&self, name: &str) -> Option<(&Arc<str>, bool)> {
        self.tools.get(name).map(|(act, by_capital)| (act, *by_capital))
    }

    /// What a word alone means, if it is a verb.
    pub(super) fn verb(&self, word: &str) -> Option<&[Meaning]> {
        let alone = self.phrases.get(word)?.iter().find(|phrase| phrase.rest.is_empty())?;
        let is_verb = alone.meanings.iter().any(|meaning| matches!(meaning, Meaning::Verb(..)));
        is_verb.then_some(alone.meanings.as_slice())
    }

    /// The markers that start at `tokens[at]`: their classes and how many tokens they take.
    pub(super) fn markers<'g>(&'g self, tokens: &'g [Token], at: usize) -> impl Iterator<Item = (&'g Arc<str>, usize)> {
        let first = tokens.get(at).filter(|token| token.kind == TokenKind::Word);
        let markers = first.and_then(|first| self.markers.get(&first.folded)).into_iter().flatten();
        markers.filter_map(move |Marker { rest, class }| Some((class, rest.follows(tokens.get(at + 1..)?)? + 1)))
    }

    /// The class that telling not to do `act` amounts to.
    pub(super) fn opposite(&self, act: &str) -> Option<&Arc<str>> {
        self.opposites.get(act)
    }

    /// The class of a path that names a file of the grammar, wherever it lies.
    pub(super) fn file_class(&self, path: &str) -> Option<&Arc<str>> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        self.files.get(&name.to_ascii_lowercase())
    }

    /// The speech acts that a sentence performs.
    #[must_use]
    pub fn spoken(&self, sentence: &Sentence) -> Vec<Spoken> {
        speech::spoken(sentence, &self.ways, Reading::Sentence)
    }

    /// The speech acts that fields, read as one sentence, perform together.
    #[must_use]
    pub fn spoken_by_fields(&self, sentence: &Sentence) -> Vec<Spoken> {
        speech::spoken(sentence, &self.ways, Reading::Fields)
    }

    /// The speech acts that neighbouring sentences, joined by [`Sentence::join`], perform together.
    #[must_use]
    pub fn spoken_by_passage(&self, passage: &Sentence) -> Vec<Spoken> {
        speech::spoken(passage, &self.ways, Reading::Passage)
    }

    /// Whether neighbouring sentences may perform an act together: what is not so need not be joined.
    #[must_use]
    pub fn may_speak_together(&self, sentences: &[Sentence]) -> bool {
        speech::may_speak_together(sentences, &self.ways)
    }

    /// When a sentence (in lower case) says that something is done.
    pub(super) fn trigger(&self, sentence: &str) -> Option<Trigger> {
        self.triggers.iter().find_map(|(kind, pattern)| {
            let found = pattern.find(sentence)?;
            Some(Trigger { kind: kind.clone(), text: found.as_str().to_owned() })
        })
    }
}

/// Whether a particle stands a few words on, behind the object of its verb: "carry it out", "turn the guard off".
fn stands_apart(particle: &str, after: &[Token]) -> bool {
    const OPENERS: [&str; 12] =
        ["it", "them", "this", "that", "these", "those", "the", "your", "all", "any", "its", "their"];
    const WORDS: usize = 4;
    after.first().is_some_and(|first| OPENERS.contains(&first.folded.as_str()))
        && after
            .iter()
            .take(WORDS)
            .take_while(|token| token.kind == TokenKind::Word)
            .skip(1)
            .any(|token| token.folded == particle)
}
