//! Lowers prose: sentences become *directives*: who is told to do what, to which object, towards whom, when, and
//! whether it is told, forbidden, offered or merely described.
//!
//! A small grammar over tokens, not a model and not a list of phrases: verbs and objects have classes, and the
//! words of each class are data in `rules/prose/*.yaml`, in any number of languages.

mod chain;
mod clause;
mod directive;
mod grammar;
mod inflection;
mod phrase;
mod place;
mod sense;
mod sentence;
mod speech;
mod token;

pub use clause::{directives, read};
pub use directive::{Addressee, Directive, Literal, Mention, Mood, Role, Trigger};
pub use grammar::{Grammar, GrammarError, GrammarFile};
pub use place::PLACE;
pub use speech::{PAUSE, STOP, Sentence, Spoken};
