use crate::source::printable;

/// Untrusted text on one line: made printable, line breaks and tabs as blanks.
#[must_use]
pub fn one_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}

/// Untrusted text on one line, cut to about `limit` characters.
#[must_use]
pub(super) fn short(text: &str, limit: usize) -> String {
    let line = one_line(text);
    match line.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default().trim_end()),
        None => line,
    }
}

/// The message of a GitHub workflow command. `##[` starts a command of the old form anywhere in a line.
#[must_use]
pub(super) fn command_data(text: &str) -> String {
    printable(text).replace("##[", "# #[").replace('%', "%25").replace('\n', "%0A")
}

/// A property of a GitHub workflow command.
#[must_use]
pub(super) fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Untrusted text of several lines, made printable; the ends of Windows lines are ends like any other.
#[must_use]
pub(super) fn lines(text: &str) -> String {
    printable(&text.replace("\r\n", "\n")).into_owned()
}

/// Text between HTML tags or in a quoted attribute.
#[must_use]
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in lines(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text in a line of GitHub Flavored Markdown. All punctuation that could begin markup, HTML, a mention or an
/// automatic link becomes a character reference, which never does.
#[must_use]
pub(super) fn markdown(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        let is_plain = match character {
            '-' | '/' | ',' => true,
            // `www.` begins an automatic link.
            '.' => !escaped.ends_with(['w', 'W']),
            other => !other.is_ascii_punctuation(),
        };
        if is_plain {
            escaped.push(character);
        } else {
            let _ = write!(escaped, "&#{};", u32::from(character));
        }
    }
    escaped
}

/// Text as a fenced block of Markdown that it cannot end.
#[must_use]
pub(super) fn markdown_block(text: &str) -> String {
    let text = lines(text);
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}text\n{text}\n{fence}\n")
}

/// A path as the path of a URI reference (RFC 3986): `/` kept, all but unreserved characters percent-encoded.
#[must_use]
pub(super) fn uri_path(path: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::with_capacity(path.len());
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// Text of a SARIF message: `](` would make a link of what stands before it (SARIF 2.1.0 §3.11.6).
#[must_use]
pub(super) fn sarif_text(text: &str, limit: usize) -> String {
    let text = short(text, limit).replace("](", "] (");
    let text = if text.trim().is_empty() { "No description.".to_owned() } else { text };
    if text.ends_with(['.', '!', '?', '…']) { text } else { format!("{text}.") }
}

/// Breaks trusted text into lines of at most `width` characters where it has blanks.
#[must_use]
pub(super) fn wrap(text: &str, width: usize) -> String {
    let (mut wrapped, mut column) = (String::with_capacity(text.len()), 0);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workflow_commands_cannot_be_ended_or_begun() {
        assert_eq!(command_data("50%\n::error::x"), "50%25%0A::error::x");
        assert!(!command_data("a\r::error::x").contains('\r'));
        assert_eq!(command_property("a:b,c%"), "a%3Ab%2Cc%25");
        assert!(!command_data("x ##[add-mask]y").contains("##["));
    }

    #[test]
    fn markdown_holds_no_markup() {
        let escaped = markdown("[x](https://a.test) <b> `c` | @me www.a.test\n# h");
        for mark in ["[", "<", "`", "|", "@", "www.", "://", "\n", "*"] {
            assert!(!escaped.contains(mark), "{mark} in {escaped}");
        }
        assert!(markdown_block("a\n````\nb").starts_with("`````text\n"));
    }

    #[test]
    fn html_holds_no_tags() {
        assert_eq!(html("<a href=\"x\" t='y'>&"), "&lt;a href=&quot;x&quot; t=&#39;y&#39;&gt;&amp;");
    }

    #[test]
    fn uris_are_encoded() {
        assert_eq!(uri_path("my skill/é#1?.md"), "my%20skill/%C3%A9%231%3F.md");
        assert_eq!(uri_path("a.zip!/b"), "a.zip%21/b");
    }

    #[test]
    fn sarif_messages_end_in_a_full_stop_and_hold_no_links() {
        assert_eq!(sarif_text("see [x](https://a.test)", 1000), "see [x] (https://a.test).");
        assert_eq!(sarif_text("", 10), "No description.");
        assert_eq!(sarif_text("abcdef", 3), "abc…");
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(wrap("aa bb  cc\ndd", 5), "aa bb\ncc dd");
        assert_eq!(wrap("longword b", 3), "longword\nb");
    }
}
