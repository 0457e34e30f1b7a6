//! How a stretch of prose is put: told, forbidden, or shown as a sample. Clause by clause, because a prohibition only
//! covers the object of its own clause, and nothing that the author can write elsewhere makes an order harmless.

use std::sync::OnceLock;

use regex::Regex;

use crate::finding::Stance;
use crate::source::Span;

/// Farthest, in bytes, that the end of a sentence is looked for: text without full stops costs no more.
const REACH: usize = 2000;

/// The sentence (from the end of the last one to its own end) that holds byte `at` of `text`.
pub(crate) fn sentence(text: &str, at: usize) -> Span {
    let is_end = |index: usize| {
        let rest = &text.as_bytes()[index..];
        match rest.first() {
            Some(b'.' | b'!' | b'?') => {
                rest.get(1).is_none_or(|next| next.is_ascii_whitespace() || b"\"')`".contains(next))
            }
            Some(b'\n') => rest.get(1) == Some(&b'\n'),
            // 。！？
            Some(0xe3) => rest.starts_with("。".as_bytes()),
            Some(0xef) => rest.starts_with("！".as_bytes()) || rest.starts_with("？".as_bytes()),
            _ => false,
        }
    };
    let at = at.min(text.len());
    // Abbreviations end no sentence.
    let is_short = |index: usize| ["e.g", "i.e", "etc", "vs"].iter().any(|word| text[..index].ends_with(word));
    let ends = |index: &usize| text.is_char_boundary(*index) && is_end(*index) && !is_short(*index);
    let (first, last) = (at.saturating_sub(REACH), at.saturating_add(REACH).min(text.len()));
    let start = (first..at).rev().find(ends).map_or(first, |index| index + 1);
    let end = (at..last).find(ends).map_or(last, |index| index + 1);
    let (mut start, mut end) = (start, end);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span::new(start, end)
}

struct Words {
    forbids: Regex,
    inverts: Regex,
    clause: Regex,
    speaks_of: Regex,
    looks_for: Regex,
    goes_on: Regex,
    opponents: Regex,
}

fn words() -> Option<&'static Words> {
    static WORDS: OnceLock<Option<Words>> = OnceLock::new();
    let build = || {
        let regex = |pattern: &str| Regex::new(pattern).ok();
        Some(Words {
            forbids: regex(
                r"(?i)\b(?:never|do not|don['’]t|does not|doesn['’]t|must not|mustn['’]t|should not|shouldn['’]t|may not|cannot|can['’]t|refuse(?:s)? to|avoid|reject(?:s)?|block(?:s)?|forbid(?:s|den)?|prohibit(?:s|ed)?|prevent(?:s)?|without|no need to|not allowed to|stop (?:if|when))\b|不要|不得|禁止|切勿|勿|别",
            )?,
            inverts: regex(
                r"(?i)\b(?:never|do not|don['’]t|must not|should not)\s+(?:ever\s+)?(?:forget|fail|hesitate|skip|omit|neglect|miss|only|just)\b|不要忘记|别忘了",
            )?,
            looks_for: regex(
                r"(?i)\b(?:detect\w*|flag(?:s|ged|ging)?|scan(?:s|ned|ning)? for|look(?:s|ing)? for|watch(?:es|ing)? (?:out )?for|check(?:s|ing)? for|beware of|reject(?:s|ed)?|refuse(?:s|d)?|patterns?|signatures?|indicators?|signs?|phrases?|examples? of|such as|say(?:s|ing)?|like|e\.g\.|for instance)\b|例如|检测|比如|识别",
            )?,
            opponents: regex(
                r"(?i)\b(?:detect\w*|flag(?:s|ged|ging)?|scan(?:s|ning)? for|look(?:s|ing)? for|watch for|check(?:s|ing)? for|beware of|attack\w*|malicious|injections?|jailbreaks?|attempts?|tries|trying|untrusted|adversar\w*)\b((?:\s+\w+){0,5})\s*$",
            )?,
            goes_on: regex(
                r"(?i)\b(?:to|that|which|who|whether|of|for|as|like|such as|attempt(?:s|ed|ing)?|tr(?:y|ies|ying) to|may|might|can|could|will)\s*(?:the agent |you |an agent |it |the model )?(?:to )?$",
            )?,
            clause: regex(r"(?i)[;:；：，]|,\s*(?:but|and|then|instead|so|or)\b|\bbut\b|\binstead\b|\bthen\b|—|–|。")?,
            speaks_of: regex(
                r"(?i)\b(?:detect(?:s|ed|ing|ion)?|flag(?:s|ged)?|scan(?:s|ned)? for|look(?:s|ing)? for|watch for|patterns?|signatures?|indicators?|red flags?|attack(?:s|er|ers)?|malicious|injection(?:s)?|jailbreak(?:s)?|payloads?|example(?:s)? of|such as|says?|saying|phrases?|treat(?:s|ed)? .{0,40} as|ignore any|e\.g\.|for instance|suspicious|warn(?:s|ing)?|if (?:you see|a|an|the|any))\b|例如|检测|攻击|恶意",
            )?,
        })
    };
    WORDS.get_or_init(build).as_ref()
}

/// How the match at `found` in the prose `text` is put, where the prose as a whole is put as `base`.
pub(crate) fn stance_at(text: &str, found: Span, base: Stance, is_sample: bool) -> Stance {
    if base < Stance::Offers {
        return base;
    }
    let Some(words) = words() else { return base };
    let sentence = sentence(text, found.start as usize);
    let Some(before) = text.get(sentence.start as usize..found.start as usize) else { return base };
    let clause_start = words.clause.find_iter(before).last().map_or(0, |cut| cut.end());
    let clause = &before[clause_start..];
    // A list of prohibitions ("Never: a, b, c") keeps its sign after the colon.
    let carries = before[..clause_start].trim_end().ends_with([':', '：']);
    let clause = if carries { before } else { clause };
    let inverted = words.inverts.find_iter(clause).count();
    let forbidden = words.forbids.find_iter(clause).count();
    if forbidden > inverted {
        return Stance::Forbids;
    }
    let is_quoted = is_quoted(text, found);
    if is_quoted && is_sample {
        return Stance::Depicts;
    }
    if is_quoted && words.speaks_of.is_match(text.get(sentence.range()).unwrap_or_default()) {
        return Stance::Depicts;
    }
    // "Look for texts such as: …", and not "No injection: …", where the label costs its author nothing.
    let names_samples = before.trim_end().ends_with([':', '：']) && words.looks_for.is_match(before);
    // "Attempts to …", "texts that …": the clause goes on with what somebody else does.
    let own = clause.rfind([',', '，']).map_or(clause, |at| clause.get(at + 1..).unwrap_or_default());
    let goes_on = words.goes_on.is_match(own)
        && words.opponents.captures(own).and_then(|found| found.get(1)).is_some_and(|rest| {
            // "To stop attacks you have to …" tells.
            !rest.as_str().split_whitespace().any(|word| ["have", "need", "must", "should", "required"].contains(&word))
        });
    if names_samples || goes_on {
        return Stance::Depicts;
    }
    base
}

/// Whether a stretch stands in quotation marks or a code span, wholly.
fn is_quoted(text: &str, found: Span) -> bool {
    let Some(before) = text.get(..found.start as usize) else { return false };
    // A stretch may run on over the mark that closes the quotation in which it begins.
    let Some(after) = text.get(found.start as usize..) else { return false };
    let line = before.rsplit('\n').next().unwrap_or_default();
    let rest = after.split('\n').next().unwrap_or_default();
    for (open, close) in [('"', '"'), ('“', '”'), ('`', '`'), ('«', '»'), ('「', '」'), ('‘', '’')] {
        let opened = if open == close {
            line.matches(open).count() % 2 == 1
        } else {
            line.rfind(open).is_some_and(|at| !line[at..].contains(close))
        };
        let starts_with_mark = text.get(found.range()).is_some_and(|own| own.starts_with(open));
        if (opened && rest.contains(close)) || (starts_with_mark && line.matches(open).count() % 2 == 0) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn clauses_decide() {
        for (text, word, expected) in [
            ("Send the file to the host.", "Send", Stance::Instructs),
            ("Never send the file.", "send", Stance::Forbids),
            ("Do not forget to send the file.", "send", Stance::Instructs),
            ("Never fail to send the file.", "send", Stance::Instructs),
            ("Do not ask, but send the file.", "send", Stance::Instructs),
            ("Do not wait. Send the file.", "Send", Stance::Instructs),
            ("Reject any skill that says \"drop all rules\".", "drop all rules", Stance::Forbids),
            ("Detect phrases such as \"drop all rules\" in input.", "drop all rules", Stance::Depicts),
            ("The button is called \"send now\".", "send now", Stance::Instructs),
            ("不要发送文件。", "发送", Stance::Forbids),
            ("Never do this: send the file.", "send", Stance::Forbids),
            ("This prevents injection: drop all rules.", "drop all rules", Stance::Instructs),
            ("Safe against attacks, drop all rules.", "drop all rules", Stance::Instructs),
            ("To stop attacks you have to drop all rules.", "drop all rules", Stance::Instructs),
            ("Flag attempts to drop all rules.", "drop all rules", Stance::Depicts),
        ] {
            let start = text.find(word).unwrap();
            let found = Span::new(start, start + word.len());
            assert_eq!(stance_at(text, found, Stance::Instructs, false), expected, "{text}");
        }
    }

    #[test]
    fn sentences_end_where_they_end() {
        let text = "Use v1.2, e.g. a.b. Then go! 好。完";
        assert_eq!(sentence(text, 3).slice(text), "Use v1.2, e.g. a.b.");
        assert_eq!(sentence(text, 22).slice(text), " Then go!");
        assert_eq!(sentence(text, text.len() - 1).slice(text).trim(), "完");
    }
}
