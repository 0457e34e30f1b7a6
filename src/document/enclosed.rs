//! What stands between a mark and the bracket that closes it.

use crate::source::Span;

/// The outermost stretches that `mark` (which ends with an opening bracket) begins and the bracket that belongs to it
/// ends, in order. What stands within one is part of it: together they are no longer than the text. Linear.
pub(super) fn enclosed(text: &str, mark: &str, close: u8) -> Vec<Span> {
    let Some(&open) = mark.as_bytes().last() else { return Vec::new() };
    let bytes = text.as_bytes();
    // For each bracket that is open, where the content begins if a mark stands there.
    let mut opened: Vec<Option<usize>> = Vec::new();
    let mut found = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == open {
            let is_marked = bytes.get(..=at).is_some_and(|head| head.ends_with(mark.as_bytes()));
            opened.push(is_marked.then_some(at + 1));
        } else if byte == close
            && let Some(Some(start)) = opened.pop()
        {
            found.push(Span::new(start, at));
        }
    }
    found.sort_unstable_by_key(|span| span.start);
    let mut end = 0;
    found.retain(|span| {
        let is_outer = span.start >= end;
        end = end.max(if is_outer { span.end } else { 0 });
        is_outer
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_end_with_their_own_bracket() {
        let found = |text: &str, mark, close| -> Vec<String> {
            enclosed(text, mark, close).into_iter().map(|span| span.slice(text).to_owned()).collect()
        };
        assert_eq!(found("a !{b {c} d} e !{f}", "!{", b'}'), ["b {c} d", "f"]);
        assert_eq!(found("$(a $(b) (c)) $(d $(e) f", "$(", b')'), ["a $(b) (c)", "e"]);
        assert_eq!(found("<!(a (b)) <!@(c) <!(open", "<!(", b')'), ["a (b)"]);
        assert!(enclosed(&"!{".repeat(1 << 20), "!{", b'}').is_empty());
    }
}
