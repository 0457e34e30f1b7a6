use memchr::memmem;

/// The bare URLs of a text, as byte ranges: a scheme and `://`, up to a blank or a closing mark, without the full
/// stop or bracket that ends the sentence around it.
pub(in crate::document) fn bare_urls(text: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut done = 0;
    for at in memmem::find_iter(bytes, "://") {
        if at < done {
            // A URL inside the query of another one.
            continue;
        }
        let scheme = bytes[done.max(at.saturating_sub(20))..at]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
            .count();
        if scheme == 0 {
            continue;
        }
        let rest = &text[at + 3..];
        let stop = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '<' | '>' | '"' | '`' | '|' | '\\' | '（' | '）' | '，' | '。' | '、' | '」')
        };
        let mut end = at + 3 + rest.find(stop).unwrap_or(rest.len());
        while let Some(last) = bytes[at + 3..end].last() {
            let unbalanced = |open: u8, close: u8| {
                // Counting stays linear: only the text of this URL, and each strip shortens it.
                let count = |mark: u8| bytes[at..end].iter().rev().take(2048).filter(|&&byte| byte == mark).count();
                *last == close && count(close) > count(open)
            };
            let strip = matches!(last, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'_')
                || unbalanced(b'(', b')')
                || unbalanced(b'[', b']')
                || unbalanced(b'{', b'}');
            if !strip {
                break;
            }
            end -= 1;
        }
        if end > at + 3 {
            found.push(at - scheme..end);
            done = end;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::bare_urls;

    #[test]
    fn end_where_the_sentence_goes_on() {
        for (text, expected) in [
            ("See https://a.test/x_(y). Or (https://b.test/z), ok", vec!["https://a.test/x_(y)", "https://b.test/z"]),
            ("git+ssh://h.test/r.git", vec!["git+ssh://h.test/r.git"]),
            ("`http://198.51.100.7:8080/a?b=c&d`", vec!["http://198.51.100.7:8080/a?b=c&d"]),
            ("见https://a.test/é。然后", vec!["https://a.test/é"]),
            ("https://a.test/?u=https://b.test c", vec!["https://a.test/?u=https://b.test"]),
            ("nothing :// here, ://x", vec![]),
        ] {
            let found: Vec<_> = bare_urls(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
