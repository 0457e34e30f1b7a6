//! The words by which stance is judged: `rules/stance/words.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::source::shipped_below;

/// Words in small letters; those of ASCII match whole words, or the beginnings of words where a reader looks for stems.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Words {
    /// Words that forbid what follows.
    pub(super) prohibitions: Vec<String>,
    /// Verbs of running and using: only a prohibition of these is one of the code.
    pub(super) verbs_of_running: Vec<String>,
    /// Words that may stand between a prohibition and its verb.
    pub(super) adverbs: Vec<String>,
    /// Words after a prohibition that end it before the code: "do not use pip without running `x`".
    pub(super) breakers: Vec<String>,
    /// Words after the code that condemn it.
    pub(super) condemnations: Vec<String>,
    /// Words that make a prohibition one of the block that follows, and not of a thing that the sentence names.
    pub(super) demonstratives: Vec<String>,
    /// Verbs that tell a reader to run something.
    pub(super) imperatives: Vec<String>,
    /// Further words before a code span that ask for it.
    pub(super) asks_too: Vec<String>,
    /// What asks for a code span in a heading that is a sentence.
    pub(super) orders_too: Vec<String>,
    /// Words of a sentence that asks for what stands below it.
    pub(super) pointers: Vec<String>,
    /// What such verbs point at.
    pub(super) objects: Vec<String>,
    /// Short labels that mark the block after them as a bad example.
    pub(super) labels: Vec<String>,
    /// Words of headings over lists of attacks.
    pub(super) headings: Vec<String>,
    /// Words of a section that shows samples of attacks.
    pub(super) attacks: Vec<String>,
    /// Words that tell to do what samples say.
    pub(super) uses: Vec<String>,
    /// Words of a sentence whose code spans are inputs to try.
    pub(super) inputs: Vec<String>,
}

/// The words that are shipped. A test holds the file to being readable: without words every code is told.
pub(super) fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        let text = shipped_below("rules/stance/").next().map(|(_, text)| text).unwrap_or_default();
        serde_saphyr::from_str(text).unwrap_or_default()
    });
    &WORDS
}
