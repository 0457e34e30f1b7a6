//! What a pattern needs: words that every match of it has, read off its syntax tree. Looking for words is cheaper than
//! a search, and much cheaper than compiling a pattern that is then not found.

use regex_syntax::hir::{Hir, HirKind};

/// Fewest bytes of a word: what is shorter stands everywhere.
const SHORTEST: usize = 3;
/// Most words of one choice.
const WIDEST: usize = 96;
/// Most choices of one pattern.
const CHOICES: usize = 4;

/// Words of which one stands in every match.
pub(super) type Choice = Vec<String>;

/// The choices that every match of `pattern` fulfils; none where nothing can be said. Words are in lower case.
pub(super) fn needs(pattern: &str) -> Vec<Choice> {
    let parsed = regex_syntax::ParserBuilder::new().multi_line(true).build().parse(pattern);
    let mut choices = parsed.map(|hir| choices(&hir)).unwrap_or_default();
    choices.sort_by_key(worth);
    choices.dedup();
    choices.truncate(CHOICES);
    choices
}

/// The better a choice, the less: long words first, then few.
fn worth(choice: &Choice) -> (std::cmp::Reverse<usize>, usize) {
    (std::cmp::Reverse(choice.iter().map(String::len).min().unwrap_or(0)), choice.len())
}

fn choices(hir: &Hir) -> Vec<Choice> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            // A letter that has a case only beyond ASCII may be found in the other one: it cuts the word.
            let has_no_case = |c: char| c.is_ascii() || (c.to_lowercase().eq([c]) && c.to_uppercase().eq([c]));
            let words = text.split(|c: char| !has_no_case(c)).filter(|word| word.len() >= SHORTEST);
            words.map(|word| vec![word.to_ascii_lowercase()]).collect()
        }
        HirKind::Capture(capture) => choices(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => choices(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(choices).collect(),
        HirKind::Alternation(arms) => {
            let best: Option<Vec<Choice>> = arms.iter().map(|arm| choices(arm).into_iter().min_by_key(worth)).collect();
            let mut union: Choice = best.into_iter().flatten().flatten().collect();
            union.sort();
            union.dedup();
            if union.is_empty() || union.len() > WIDEST { Vec::new() } else { vec![union] }
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => Vec::new(),
    }
}

/// Whether `text` holds one of the two characters beyond ASCII that patterns without case take for ASCII letters.
pub(super) fn folds_into_ascii(text: &str) -> bool {
    !text.is_ascii() && text.contains(['\u{212A}', '\u{17F}'])
}

/// Longest text, in bytes, that is searched for words.
const LONGEST: usize = 4 << 10;

/// Whether one of these patterns can be found in `text`; each stands for what it [`needs`].
pub(super) fn can_be_found(patterns: &[Vec<Choice>], text: &str) -> bool {
    if text.len() > LONGEST || patterns.iter().any(Vec::is_empty) || folds_into_ascii(text) {
        return true;
    }
    let text = text.to_ascii_lowercase();
    let has = |choice: &Choice| choice.iter().any(|word| text.contains(word.as_str()));
    patterns.iter().any(|choices| choices.iter().all(has))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_needs_is_read_off_it() {
        let of = |pattern| needs(pattern).iter().map(|choice| choice.join("|")).collect::<Vec<_>>().join(" & ");
        assert_eq!(of(r"(?:send|post)\s+your\s+(?:key|token)"), "your & post|send & key|token");
        assert_eq!(of(r"\bNever (?:tell|mention)\b"), "never  & mention|tell");
        assert_eq!(of(r"secrets?|\w+"), "");
        assert_eq!(of(r"(?:abc)?def+"), "");
        assert_eq!(of(r"(?:abc){2,}x"), "abc");
        assert_eq!(of(r"(?i)wide"), "");
        assert_eq!(of("pr\u{e9}fixe"), "fixe");
        assert_eq!(of("忽略.*指令"), "忽略 & 指令");
    }

    #[test]
    fn a_text_without_the_words_needs_no_search() {
        let patterns = [needs(r"\bsecret\w* of (?:mine|yours)"), needs("KEY=")];
        assert!(can_be_found(&patterns, "the SECRETS of yours"));
        assert!(can_be_found(&patterns, "a \u{212A}ey="));
        assert!(can_be_found(&patterns, "key="));
        assert!(!can_be_found(&patterns, "the secrets of theirs"));
        assert!(can_be_found(&[needs("a+")], "b"), "nothing is known of it");
    }
}
