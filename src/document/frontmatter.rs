//! Front matter, split off by us: Markdown parsers and the loaders of agents disagree on where it starts and ends.

use crate::source::Span;

/// The front matter of a Markdown text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrontMatter {
    /// From the opening fence to the end of the line of the closing one.
    pub block: Span,
    /// The text between the fences.
    pub content: Span,
    /// A word after the opening `---`, such as the `js` of `---js`: some loaders evaluate such front matter.
    pub tag: Option<Span>,
    /// Whether there is a closing fence.
    pub closed: bool,
}

/// Finds the front matter of `text`, as tolerantly as the most tolerant loader: blanks after the fences, a language
/// tag, any line ending, blank lines before it, a missing closing fence.
#[must_use]
pub fn split(text: &str) -> Option<FrontMatter> {
    let mut lines = Lines { text, at: 0 };
    let mut opener = lines.next()?;
    let mut late = false;
    while opener.slice(text).trim().is_empty() {
        late = true;
        opener = lines.next()?;
    }
    let after = opener.slice(text).strip_prefix("---")?;
    let word = after.trim();
    let is_tag = word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '_' | '-'));
    if !word.is_empty() && !is_tag {
        return None;
    }
    let tag = is_tag.then(|| {
        let start = opener.start as usize + 3 + (after.len() - after.trim_start().len());
        Span::new(start, start + word.len())
    });
    let start = lines.at;
    let mut soft_end = None;
    let mut first = None;
    while let Some(line) = lines.next() {
        let content = line.slice(text);
        if content.strip_prefix("---").is_some_and(|rest| rest.trim().is_empty()) {
            if late && !first.is_some_and(looks_like_entry) {
                return None;
            }
            return Some(FrontMatter {
                block: Span::new(opener.start as usize, lines.at),
                content: Span::new(start, line.start as usize),
                tag,
                closed: true,
            });
        }
        if content.trim().is_empty() {
            if first.is_some() && soft_end.is_none() {
                soft_end = Some(line.start as usize);
            }
        } else if first.is_none() && !content.trim_start().starts_with('#') {
            first = Some(content);
        }
    }
    // No closing fence: a thematic break, unless what follows is an entry of a mapping.
    if !first.is_some_and(looks_like_entry) {
        return None;
    }
    let end = soft_end.unwrap_or(text.len());
    Some(FrontMatter {
        block: Span::new(opener.start as usize, end),
        content: Span::new(start, end),
        tag,
        closed: false,
    })
}

/// Whether a line reads `key: value` with a simple key.
fn looks_like_entry(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        let key = key.trim_matches(['"', '\'']);
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    })
}

/// Lines of a text as spans without their endings.
struct Lines<'a> {
    text: &'a str,
    /// Where the next line starts.
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let rest = self.text.as_bytes().get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let ending = match rest.get(length..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([]) | None => 0,
            Some(_) => 1,
        };
        self.at = start + length + ending;
        Some(Span::new(start, start + length))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn is_found_where_any_loader_finds_it() {
        for (text, content, closed) in [
            ("---\nname: a\n---\nbody", "name: a\n", true),
            ("---  \t\r\nname: a\r\n---  \r\nbody", "name: a\r\n", true),
            ("---\n\nname: a\n---", "\nname: a\n", true),
            ("---\n---\nbody", "", true),
            ("\n\n---\nname: a\n---\nbody", "name: a\n", true),
            ("---\nname: a\n\n# Body\ntext", "name: a\n", false),
            ("---\rname: a\r---\rbody", "name: a\r", true),
            ("---\nname: a", "name: a", false),
        ] {
            let found = split(text).unwrap_or_else(|| panic!("{text:?}"));
            assert_eq!(found.content.slice(text), content, "{text:?}");
            assert_eq!(found.closed, closed, "{text:?}");
        }
    }

    #[test]
    fn a_language_tag_is_recorded() {
        let text = "---js\nmodule.exports = {}\n---\n";
        assert_eq!(split(text).unwrap().tag.unwrap().slice(text), "js");
        let text = "--- yaml \nname: a\n---\n";
        assert_eq!(split(text).unwrap().tag.unwrap().slice(text), "yaml");
    }

    #[test]
    fn a_thematic_break_is_not_front_matter() {
        for text in [
            "---\nJust a line.\n",
            "----\na: b\n----\n",
            "text\n---\na: b\n---\n",
            "\n---\nProse here.\n---\n",
            "",
            "---",
        ] {
            assert_eq!(split(text), None, "{text:?}");
        }
    }
}
