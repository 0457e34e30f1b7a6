//! The second reader: tree-sitter-bash over the same text.
//!
//! Where that grammar reads a text without an error, what it takes for a command is lowered even if our own reader saw
//! none there, so that a construct which one of the two misunderstands hides nothing. Where the grammar gives up, and it
//! does on half of the fences in real skills, our reader stands alone: it never gives up.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::super::syntax::tree;

/// Words that no command is called by: where the grammar takes one for a command, it lost the construct around it.
const RESERVED: &[&str] = &[
    "!", "[[", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select",
    "then", "time", "until", "while", "{", "}",
];

/// Texts that are longer are left to the first reader.
const LONGEST: usize = 64 << 10;

/// Signs of which the grammar takes only so many: measured, its time and memory grow with their square (20 kB of `a|`
/// take seconds and a gigabyte), and the count of its steps does not show it.
const COSTLY: [(&str, usize); 3] = [("|", 500), ("<<", 200), ("((", 100)];

/// `text` with an ASCII letter for every byte of a character beyond ASCII, and so of the same length.
///
/// The grammar's own scanner (0.25.1, `scanner.c`) asks C's `isdigit` about any character that follows `{`. That is
/// defined for bytes alone; an emoji there reads far outside glibc's table and ends the process. It also takes every
/// space of Unicode for a separator, which no shell does.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    text.chars().flat_map(|c| std::iter::repeat_n(if c.is_ascii() { c } else { 'x' }, c.len_utf8())).collect()
}

/// Commands of the grammar whose first word is not among those that ours `seen`, in the order of the text, the
/// outermost of those inside each other.
pub(super) fn overlooked(text: &str, seen: &BTreeSet<usize>) -> Vec<Range<usize>> {
    if text.len() > LONGEST || COSTLY.iter().any(|&(sign, most)| text.matches(sign).nth(most).is_some()) {
        return Vec::new();
    }
    let grammar = tree_sitter_bash::LANGUAGE.into();
    let Some(tree) = tree(&plain(text), &grammar).filter(|tree| !tree.root_node().has_error()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let name = (node.kind() == "command").then(|| node.child_by_field_name("name")).flatten();
        let is_new = name.is_some_and(|name| {
            let word = text.get(name.byte_range()).unwrap_or_default();
            // A prompt is no word: the grammar takes `$ ls` for one, and `%` for a program.
            let is_word = word.contains(char::is_alphanumeric) && !word.starts_with("$ ");
            is_word && !seen.contains(&name.start_byte()) && !RESERVED.contains(&word)
        });
        if is_new {
            found.push(node.byte_range());
        }
        if !is_new && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(text: &'t str, seen: &[usize]) -> Vec<&'t str> {
        overlooked(text, &seen.iter().copied().collect()).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn what_the_first_reader_did_not_see_is_given_once() {
        assert_eq!(found("a b; c \"$(d e)\" | f", &[0]), ["c \"$(d e)\"", "f"]);
        assert_eq!(found("a b; c \"$(d e)\" | f", &[0, 5, 10]), ["f"]);
        assert_eq!(found("a; b", &[0, 3]), [""; 0]);
    }

    #[test]
    fn no_character_leaves_the_tables_of_c() {
        let lines: Vec<String> = ('\u{80}'..=char::MAX).step_by(0x3ff).map(|c| format!("echo {{{c}..2}}")).collect();
        let text = lines.join("\n");
        assert_eq!(found(&text, &[]).len(), lines.len());
        assert_eq!(found("écho\u{3000}a; b", &["écho\u{3000}a; ".len()]), ["écho\u{3000}a"]);
    }

    #[test]
    fn a_text_that_the_grammar_does_not_read_is_left_to_the_first_reader() {
        assert_eq!(found("if x; then y", &[]), [""; 0]);
        assert_eq!(found("while read x; do y; done", &[6, 14, 17]), [""; 0]);
    }
}
