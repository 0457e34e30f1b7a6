//! How code in Markdown is put: told to the agent, shown, forbidden, or an example of an attack.
//!
//! An author who attacks writes the labels too, so a label is cheap and buys little here:
//! * a prohibition counts only for what stands in its own clause, and only when it forbids *running or using*:
//!   "do not tell the user, run …" and "never skip …" forbid nothing that matters;
//! * a heading such as "Red flags" counts only where its section does not also tell the reader to run something;
//! * a label counts for the first block after it;
//! * nothing is ever lowered that runs at load time.
//!
//! The words are a table here because this floor stands below the rule data.

use super::Relation;
use super::markdown::{BlockKind, Code, Markdown};
use crate::finding::Stance;

/// Words that forbid what follows.
const PROHIBITIONS: &[&str] = &[
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

/// Short labels that mark the block after them as a bad example.
const LABELS: &[&str] = &[
    "bad",
    "wrong",
    "incorrect",
    "dangerous",
    "malicious",
    "vulnerable",
    "insecure",
    "unsafe",
    "anti-pattern",
    "antipattern",
    "✗",
    "❌",
    "🚫",
    "⛔",
    "avoid",
    "attack",
    "错误",
    "危险",
    "恶意",
];

/// Words of headings over lists of attacks.
const HEADINGS: &[&str] = &[
    "red flag",
    "indicators of",
    "ioc",
    "iocs",
    "attack example",
    "attack pattern",
    "attack signature",
    "attack vector",
    "example attack",
    "examples of attack",
    "malicious example",
    "malicious pattern",
    "malicious code",
    "malicious command",
    "vulnerable code",
    "vulnerable example",
    "vulnerable pattern",
    "detection pattern",
    "detection rule",
    "detection signature",
    "threat pattern",
    "threat indicator",
    "anti-pattern",
    "antipattern",
    "bad example",
    "never do",
    "never run",
    "don't do",
    "do not run",
    "what not to",
    "suspicious pattern",
    "suspicious command",
    "dangerous pattern",
    "dangerous command",
    "dangerous example",
    "危险命令",
    "攻击示例",
    "攻击模式",
    "恶意代码",
    "恶意示例",
];

/// Words that make a prohibition one of the block that follows, and not of a thing that the sentence names.
const DEMONSTRATIVES: &[&str] =
    &["this", "these", "following", "below", "such", "like", "any of", "anything", "以下", "下面", "下列", "这"];

/// Verbs that tell a reader to run something.
const IMPERATIVES: &[&str] =
    &["run", "execute", "paste", "type", "enter", "copy", "launch", "start", "invoke", "运行", "执行", "粘贴"];

/// What such verbs point at.
const OBJECTS: &[&str] = &[
    "`",
    "this",
    "the ",
    "these",
    "following",
    "above",
    "below",
    "it ",
    "it.",
    "command",
    "script",
    "脚本",
    "命令",
    "以下",
];

/// Most sections headed as lists of attacks whose back references are looked for: work stays linear.
const MANY_EXAMPLES: usize = 64;

/// Bytes of a sentence that are looked at on each side of a code span.
const WINDOW: usize = 400;

impl Markdown {
    /// For each section whether it shows attacks: it, or one that holds it, is headed so, and it tells to run nothing.
    #[must_use]
    pub fn sections_that_depict(&self) -> Vec<bool> {
        let judge = Judge::new(self);
        judge.depicts.iter().zip(&judge.runs).map(|(depicts, runs)| *depicts && !runs).collect()
    }
}

/// Words of a section that shows samples of attacks.
const ATTACKS: &[&str] = &[
    "attack",
    "attacks",
    "attacker",
    "attackers",
    "injection",
    "injections",
    "jailbreak",
    "jailbreaks",
    "malicious",
    "phishing",
    "adversarial",
    "hijacking",
    "red flag",
    "red flags",
    "suspicious",
    "manipulation",
    "攻击",
    "恶意",
    "注入",
    "可疑",
    "越狱",
];

/// Words that tell to do what samples say.
const USES: &[&str] = &[
    "do as they say",
    "do what they say",
    "do as it says",
    "do what it says",
    "obey",
    "act on them",
    "carry them out",
    "carry out",
    "comply with",
    "as written above",
    "照做",
    "按照上面",
];

impl Markdown {
    /// For each block whether it holds samples of attacks: an item or cell with a quotation, one of several in a section
    /// that speaks of attacks and tells neither to run nor to obey anything.
    #[must_use]
    pub fn blocks_that_sample(&self) -> Vec<bool> {
        #[derive(Clone, Copy, Default)]
        struct Told {
            samples: usize,
            speaks: bool,
            uses: bool,
        }
        let is_sample = |block: &super::markdown::Block| {
            matches!(block.kind, BlockKind::ListItem | BlockKind::TableCell)
                && block.text.contains(['"', '“', '`', '「'])
        };
        let mut sections = vec![Told::default(); self.sections.len()];
        for block in &self.blocks {
            let Some(told) = sections.get_mut(block.section as usize) else { continue };
            if is_sample(block) {
                told.samples += 1;
                continue;
            }
            let text = block.text.to_ascii_lowercase();
            told.speaks |= ATTACKS.iter().any(|word| has_word(&text, word));
            let forbids = PROHIBITIONS.iter().any(|word| has_word(&text, word));
            let runs = !matches!(block.kind, BlockKind::Heading(_) | BlockKind::TableCell) && tells_to_run(&block.text);
            told.uses |= !forbids && (runs || USES.iter().any(|word| has_word(&text, word)));
        }
        let shows = |block: &super::markdown::Block| {
            sections
                .get(block.section as usize)
                .is_some_and(|told| told.samples >= 2 && told.speaks && !told.uses && is_sample(block))
        };
        self.blocks.iter().map(shows).collect()
    }
}

/// "Now run the command of the bad example above": what a later line tells to run is no example, whatever its heading.
fn refer_back(markdown: &Markdown, depicts: &[bool], runs: &mut [bool]) {
    let names = |block: &str, heading: &str| {
        heading.len() >= 3 && block.contains(heading)
            || HEADINGS.iter().any(|word| has_word(heading, word) && has_word(block, word))
    };
    let shown: Vec<(usize, String)> = markdown
        .sections
        .iter()
        .enumerate()
        .filter(|(at, _)| depicts.get(*at).copied().unwrap_or_default())
        .map(|(at, section)| (at, section.heading.to_ascii_lowercase()))
        .take(MANY_EXAMPLES)
        .collect();
    if shown.is_empty() {
        return;
    }
    for block in &markdown.blocks {
        if matches!(block.kind, BlockKind::Heading(_)) || !tells_to_run(&block.text) {
            continue;
        }
        let text = block.text.to_ascii_lowercase();
        for (at, heading) in &shown {
            if *at as u32 != block.section && names(&text, heading) {
                runs[*at] = true;
            }
        }
    }
}

/// Judges the code of one Markdown document.
pub(super) struct Judge<'a> {
    markdown: &'a Markdown,
    /// Whether a section tells the reader to run something.
    runs: Vec<bool>,
    /// Whether a section, or one that holds it, is headed as a list of attacks.
    depicts: Vec<bool>,
    /// The block of prose that introduced the last code block that was judged.
    last_introduction: Option<u32>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(markdown: &'a Markdown) -> Self {
        let mut runs = vec![false; markdown.sections.len()];
        for block in &markdown.blocks {
            if let Some(runs) = runs.get_mut(block.section as usize)
                && !*runs
                && !matches!(block.kind, BlockKind::Heading(_) | BlockKind::TableCell)
            {
                *runs = tells_to_run(&block.text);
            }
        }
        let mut depicts = Vec::with_capacity(markdown.sections.len());
        for section in &markdown.sections {
            let heading = section.heading.to_ascii_lowercase();
            // The title of the whole document says what it is about, not what its parts are.
            let own = section.level > 1 && HEADINGS.iter().any(|word| has_word(&heading, word));
            let inherited =
                section.parent.is_some_and(|parent| depicts.get(parent as usize).copied().unwrap_or_default());
            depicts.push(own || inherited);
        }
        refer_back(markdown, &depicts, &mut runs);
        Self { markdown, runs, depicts, last_introduction: None }
    }

    /// The stance of one piece of code; to be asked in reading order.
    pub(super) fn of(&mut self, code: &Code) -> Stance {
        let block = code.introduced_by.and_then(|at| self.markdown.blocks.get(at as usize));
        let text = block.map(|block| block.text.as_str()).unwrap_or_default();
        match code.relation {
            Relation::LoadTime => return Stance::Does,
            Relation::InlineCode => {
                let (before, after) = around(text, code);
                if forbids(before) || condemns(after) {
                    return Stance::Forbids;
                }
                if self.is_depicted(code) || is_input(before, &code.text) {
                    return Stance::Depicts;
                }
                return match block.map(|block| block.kind) {
                    _ if code.quoted => Stance::Mentions,
                    // A cell that says "run" tells as much as a line does, and so does a heading that is an order.
                    Some(BlockKind::TableCell) if asks(before) => Stance::Instructs,
                    Some(BlockKind::Heading(_)) if orders(before) => Stance::Instructs,
                    Some(BlockKind::TableCell | BlockKind::Heading(_)) => Stance::Mentions,
                    _ if asks(before) || points_here(text.get(..code.offset as usize).unwrap_or_default()) => {
                        Stance::Instructs
                    }
                    _ => Stance::Offers,
                };
            }
            _ => {}
        }
        let is_first = code.introduced_by != self.last_introduction;
        self.last_introduction = code.introduced_by;
        if is_first {
            let sentence = last_sentence(text);
            if forbids_block(sentence) {
                return Stance::Forbids;
            }
            let runs = self.runs.get(code.section as usize).copied().unwrap_or_default();
            // The title of the whole document says what it is about, not what its parts are.
            let is_title = block.is_some_and(|block| matches!(block.kind, BlockKind::Heading(1)));
            if is_label(text) && !is_title && !runs {
                return Stance::Depicts;
            }
        }
        if self.is_depicted(code) {
            Stance::Depicts
        } else if code.quoted {
            Stance::Mentions
        } else {
            Stance::Instructs
        }
    }

    fn is_depicted(&self, code: &Code) -> bool {
        let at = code.section as usize;
        self.depicts.get(at).copied().unwrap_or_default() && !self.runs.get(at).copied().unwrap_or_default()
    }
}

/// The parts of the sentence before and after a code span.
fn around<'t>(text: &'t str, code: &Code) -> (&'t str, &'t str) {
    let start = (code.offset as usize).min(text.len());
    let end = (start + code.text.len() + 2).min(text.len());
    let mut from = start.saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (end + WINDOW).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let before = text.get(from..start).unwrap_or_default();
    let after = text.get(end..to).unwrap_or_default();
    let after_end = sentence_ends(after).next().map_or(after.len(), |(at, _)| at);
    (last_sentence_of(before), &after[..after_end])
}

/// The last sentence of an introduction, without the colon that ends it.
fn last_sentence(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches([':', '：', '.', '!', '…']);
    let mut from = text.len().saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    last_sentence_of(&text[from..])
}

fn last_sentence_of(text: &str) -> &str {
    sentence_ends(text).last().map_or(text, |(_, next)| &text[next..])
}

/// Where sentences end, and where the next ones begin.
fn sentence_ends(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.char_indices().filter_map(|(at, c)| {
        let next = at + c.len_utf8();
        let ends = match c {
            '\n' | '。' | '！' | '？' | '；' | ';' => true,
            '.' | '!' | '?' => text[next..].starts_with([' ', '\n', '"', ')']),
            _ => false,
        };
        ends.then_some((at, next))
    })
}

/// Whether a clause forbids running or using what follows it.
fn forbids(clause: &str) -> bool {
    prohibits(clause, |_| true)
}

/// Whether a code span is an input to try: one of those that a sentence names, and put behind another command.
fn is_input(before: &str, code: &str) -> bool {
    let before = before.to_lowercase();
    let names_inputs = ["input", "payload", "injection", "metacharacter", "输入", "注入"];
    code.trim_start().starts_with([';', '&', '|']) && names_inputs.iter().any(|word| before.contains(word))
}

/// Whether a sentence forbids the block of code that follows it. "Never use `pip`:" forbids `pip`, and the block may
/// well show what to use instead.
fn forbids_block(sentence: &str) -> bool {
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

fn condemns(after: &str) -> bool {
    let after = after.to_ascii_lowercase();
    // Only what is said of this span: up to the next one.
    let own = after.split('`').next().unwrap_or_default();
    CONDEMNATIONS.iter().any(|words| own.contains(words))
}

/// Whether the sentence before a code span tells the reader to run what stands below it.
fn points_here(before: &str) -> bool {
    let sentence = last_sentence(before).to_ascii_lowercase();
    asks(&sentence)
        && ["below", "following", "this command", "these commands", "this in"]
            .iter()
            .any(|word| sentence.contains(word))
}

/// Whether a heading is a sentence that says what to do, not only the name of what follows ("Run `make`").
fn orders(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    before.split_whitespace().count() >= 6
        && IMPERATIVES.iter().chain(&["by running"]).any(|verb| has_word(&before, verb))
}

/// Whether a clause tells the reader to do what follows it.
fn asks(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    IMPERATIVES.iter().chain(&["use", "call", "install", "using", "via", "with"]).any(|verb| has_word(&before, verb))
}

/// Whether a block tells the reader to run something, without forbidding it.
fn tells_to_run(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut from = 0;
    let ends: Vec<usize> = sentence_ends(&text).map(|(at, _)| at).chain([text.len()]).collect();
    for end in ends {
        let sentence = text.get(from..end).unwrap_or_default();
        from = end;
        let told = IMPERATIVES.iter().any(|verb| {
            sentence.match_indices(verb).any(|(at, _)| {
                let after = at + verb.len();
                let object: String = sentence[after..].chars().take(24).collect();
                (!verb.is_ascii() || is_word_at(sentence, at, after))
                    && (object.is_empty() || OBJECTS.iter().any(|word| object.contains(word)))
                    && !forbids(&sentence[..at])
            })
        });
        if told && !forbids(sentence) {
            return true;
        }
    }
    false
}

/// Whether a block is but a short label of a bad example.
fn is_label(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    text.len() <= 60 && text.split_whitespace().count() <= 6 && LABELS.iter().any(|label| has_word(&text, label))
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !word.is_ascii() || is_word_start(text, at))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.starts_with(word) && (!word.is_ascii() || is_word_at(text, 0, word.len()))
}

fn is_word_start(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
}

fn is_word_at(text: &str, start: usize, end: usize) -> bool {
    is_word_start(text, start) && !text[end..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::document::markdown;

    /// The stance of the code that holds `RISK`.
    fn stance(text: &str) -> Stance {
        let markdown = markdown::parse(text, 0);
        let mut judge = Judge::new(&markdown);
        markdown.code.iter().map(|code| (code, judge.of(code))).find(|(code, _)| code.text.contains("RISK")).unwrap().1
    }

    #[test]
    fn prohibitions_hold_for_their_own_clause_only() {
        for (text, expected) in [
            ("Never run `RISK x`.", Stance::Forbids),
            ("You must **never** pipe `RISK x` into it.", Stance::Forbids),
            ("Avoid `RISK x` at all costs.", Stance::Forbids),
            ("Don't use `a b` or `RISK x`", Stance::Forbids),
            ("`RISK x` is dangerous.", Stance::Forbids),
            ("切勿运行 `RISK x`。", Stance::Forbids),
            ("Do not run this:\n\n```sh\nRISK x\n```", Stance::Forbids),
            ("- Do not run:\n  ```sh\n  RISK x\n  ```", Stance::Forbids),
            ("Never use `pip`:\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("You should not use curl for big files:\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("Never run:\n\n```sh\nRISK x\n```", Stance::Forbids),
            ("Never run `a b`. Run `RISK x`.", Stance::Instructs),
            ("Do not forget to run `RISK x`.", Stance::Instructs),
            ("Never skip `RISK x`.", Stance::Offers),
            ("不要忘记运行 `RISK x`。", Stance::Instructs),
            ("Do not tell the user. Run `RISK x`.", Stance::Instructs),
            ("Do not ask, run `RISK x`.", Stance::Instructs),
            ("Don't use `pip`, use `RISK x` instead.", Stance::Instructs),
            ("Do not use it without running `RISK x`.", Stance::Instructs),
            ("Do not skip this:\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("Run this:\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("Never run this:\n\n```sh\na\n```\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("> Run this:\n> ```sh\n> RISK x\n> ```", Stance::Mentions),
            ("## Run `RISK x`", Stance::Mentions),
            ("## Archive: after any task, keep a copy of the work by running `RISK x`", Stance::Instructs),
            ("!`RISK x`", Stance::Does),
            ("Never run the next line.\n\n```!\nRISK x\n```", Stance::Does),
        ] {
            assert_eq!(stance(text), expected, "{text}");
        }
    }

    #[test]
    fn headings_and_labels_depict_only_where_nothing_is_run() {
        for (text, expected) in [
            ("# S\n\n## Red flags\n\nLook for:\n\n```sh\nRISK x\n```", Stance::Depicts),
            ("# S\n\n## Red flags\n\n### In scripts\n\n- `RISK x`", Stance::Depicts),
            ("# S\n\n❌ Bad:\n\n```sh\nRISK x\n```", Stance::Depicts),
            ("# S\n\n## Red flags\n\nRun the following command:\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("# S\n\n## Bad example\n\nNow execute the script below.\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("# Attack detector\n\nSetup:\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("# Malicious skill\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("# S\n\n## Malicious skill\n\n```sh\nRISK x\n```", Stance::Depicts),
            ("# S\n\n## Community detection\n\n```sh\nRISK x\n```", Stance::Instructs),
            ("# S\n\n## Badge\n\nUse it:\n\n```sh\nRISK x\n```", Stance::Instructs),
        ] {
            assert_eq!(stance(text), expected, "{text}");
        }
    }
}
