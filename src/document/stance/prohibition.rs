//! Prohibitions of running and using, and words that condemn: each holds for its own clause only.

use super::sentence::{has_word, is_word_at, starts_with_word};

/// Words that forbid what follows.
pub(super) const PROHIBITIONS: &[&str] = &[
    "never",
    "do not",
    "don't",
    "don’t",
    "dont",
    "must not",
    "mustn't",
    "should not",
    "shouldn't",
    "shouldn’t",
    "cannot",
    "avoid",
    "refuse to",
    "not allowed to",
    "prohibited from",
    "不要",
    "禁止",
    "切勿",
    "请勿",
    "不得",
    "严禁",
];

/// Verbs of running and using: only a prohibition of these is one of the code.
const VERBS: &[&str] = &[
    "run",
    "running",
    "execute",
    "executing",
    "use",
    "using",
    "type",
    "paste",
    "pasting",
    "call",
    "calling",
    "invoke",
    "invoking",
    "install",
    "installing",
    "pipe",
    "piping",
    "copy",
    "try",
    "enter",
    "do",
    "write",
    "add",
    "include",
    "commit",
    "issue",
    "emit",
    "generate",
    "suggest",
    "recommend",
    "curl",
    "eval",
    "运行",
    "执行",
    "使用",
    "调用",
    "安装",
    "粘贴",
    "输入",
];

/// Words that may stand between a prohibition and its verb.
const ADVERBS: &[&str] = &[
    "ever",
    "directly",
    "blindly",
    "just",
    "simply",
    "manually",
    "automatically",
    "also",
    "actually",
    "try",
    "to",
    "attempt",
    "直接",
    "随意",
];

/// Words after a prohibition that end it before the code: "do not use pip without running `x`".
const BREAKERS: &[&str] = &[
    " without ",
    " unless ",
    " until ",
    " except ",
    " but ",
    " instead",
    " before ",
    " rather",
    ", use ",
    ", run ",
    ", then ",
    " then run",
    ": run ",
    " just run",
    ", just",
    ", execute",
    "除非",
    "而是",
    "但",
];

/// Words after the code that condemn it.
const CONDEMNATIONS: &[&str] = &[
    "is dangerous",
    "are dangerous",
    "is malicious",
    "are malicious",
    "is forbidden",
    "are forbidden",
    "is not allowed",
    "are not allowed",
    "is unsafe",
    "are unsafe",
    "must not be",
    "must never be",
    "should never be",
    "should not be",
    "is prohibited",
    "are prohibited",
    "is banned",
    "are banned",
    "or similar dangerous",
    "or other dangerous",
    "or similar destructive",
];

/// Words that make a prohibition one of the block that follows, and not of a thing that the sentence names.
const DEMONSTRATIVES: &[&str] =
    &["this", "these", "following", "below", "such", "like", "any of", "anything", "以下", "下面", "下列", "这"];

/// Whether a clause forbids running or using what follows it.
pub(super) fn forbids(clause: &str) -> bool {
    prohibits(clause, |_| true)
}

/// Whether a sentence forbids the block of code that follows it. "Never use `pip`:" forbids `pip`, and the block may
/// well show what to use instead.
pub(super) fn forbids_block(sentence: &str) -> bool {
    prohibits(sentence, |rest| {
        let points = DEMONSTRATIVES.iter().any(|word| has_word(rest, word));
        !rest.contains('`') && (points || rest.split_whitespace().count() <= 2)
    })
}

/// Whether a prohibition of running or using stands in a clause, and `holds` for what follows it.
fn prohibits(clause: &str, holds: impl Fn(&str) -> bool) -> bool {
    let clause = clause.to_ascii_lowercase();
    PROHIBITIONS.iter().any(|cue| {
        clause.match_indices(cue).any(|(at, _)| {
            let end = at + cue.len();
            if cue.is_ascii() && !is_word_at(&clause, at, end) {
                return false;
            }
            let rest = &clause[end..];
            if BREAKERS.iter().any(|breaker| rest.contains(breaker)) {
                return false;
            }
            governs_running(rest) && holds(rest)
        })
    })
}

/// Whether the first verb after a prohibition is one of running or using, or the code follows at once.
fn governs_running(rest: &str) -> bool {
    let mut rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '`');
    loop {
        if rest.is_empty() || rest.starts_with('`') {
            return true;
        }
        if let Some(adverb) = ADVERBS.iter().find(|word| starts_with_word(rest, word)) {
            rest = rest[adverb.len()..].trim_start();
        } else {
            return VERBS.iter().any(|verb| starts_with_word(rest, verb));
        }
    }
}

pub(super) fn condemns(after: &str) -> bool {
    let after = after.to_ascii_lowercase();
    // Only what is said of this span: up to the next one.
    let own = after.split('`').next().unwrap_or_default();
    CONDEMNATIONS.iter().any(|words| own.contains(words))
}
