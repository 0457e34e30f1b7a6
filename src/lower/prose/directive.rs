use std::sync::Arc;

use crate::source::Span;

/// How a directive is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mood {
    /// "This skill sends …", "for sending …": said of something.
    Describes,
    /// "You can send …": left to the reader.
    Offers,
    /// "Send …", "you must send …": told.
    Tells,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Addressee {
    /// Nobody is named; in a skill that is the agent.
    Unnamed,
    /// The agent, by name ("AI assistants must …").
    Agent,
    /// A person ("Windows users: …", "in your Terminal").
    Human,
}

/// What part an object plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// What the verb acts on.
    Object,
    /// Where it goes: "to …", "into …".
    Towards,
    /// Where it comes from or stands: "from …", "at …", "on …".
    From,
    /// With what: "with …", "using …".
    With,
}

/// A thing that a sentence names literally.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A URL: written out, in a code span, or the target of the link that the words stand in.
    Url(String),
    /// A path or file name.
    Path(String),
    /// Any other code span.
    Code(String),
}

/// An object that a sentence mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Its class, such as `secret`, `conversation`, `url`, `command`, `pronoun`.
    pub class: Arc<str>,
    /// The words.
    pub text: String,
    /// What it names literally.
    pub literal: Option<Literal>,
    /// The part that it plays.
    pub role: Role,
    /// Where it stands, in the text that was lowered.
    pub span: Span,
}

/// When something is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// What kind: `interval`, `session`, `always`, `condition` …, as the grammar names it.
    pub kind: Arc<str>,
    /// The words.
    pub text: String,
}

/// One thing that a sentence says to do, or not to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Class of the verb, such as `fetch`, `send`, `conceal`.
    pub act: Arc<str>,
    /// The verb as written.
    pub verb: String,
    /// Where the verb stands.
    pub verb_span: Span,
    /// Where the sentence stands.
    pub span: Span,
    /// Whether it is told *not* to be done.
    pub forbidden: bool,
    /// How it is put.
    pub mood: Mood,
    /// Who is told.
    pub addressee: Addressee,
    /// What it is about, in reading order.
    pub mentions: Vec<Mention>,
    /// When.
    pub trigger: Option<Trigger>,
    /// Whether a condition stands before it ("if …", "unless …").
    pub conditional: bool,
    /// Whether it stands in quotation marks inside a longer sentence: said by somebody else.
    pub quoted: bool,
}

impl Directive {
    /// The mentions that play a part.
    pub fn in_role(&self, role: Role) -> impl Iterator<Item = &Mention> {
        self.mentions.iter().filter(move |mention| mention.role == role)
    }

    /// Whether any mention has one of these classes.
    #[must_use]
    pub fn mentions_any(&self, classes: &[&str]) -> bool {
        self.mentions.iter().any(|mention| classes.contains(&&*mention.class))
    }
}
