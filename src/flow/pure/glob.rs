//! Shell patterns, and the programs that a pattern can mean.

/// A compiled shell pattern: `*`, `?`, `[…]`, `\x`.
pub(in crate::flow) struct Pattern {
    parts: Vec<Part>,
}

enum Part {
    Any,
    One,
    Exact(char),
    Set(Vec<(char, char)>, bool),
}

/// Longest text that is tried at every position.
const MAX_TRIED: usize = 4096;

/// Programs by the paths at which they are found.
const PROGRAMS: &[&str] = &[
    "sh", "bash", "zsh", "dash", "cat", "ls", "cp", "mv", "rm", "dd", "nc", "echo", "printf", "curl", "wget", "python",
    "python3", "perl", "ruby", "node", "php", "base64", "xxd", "openssl", "ssh", "scp", "tar", "find", "xargs", "env",
    "sudo", "chmod", "chown", "tee", "awk", "sed", "id", "whoami", "ncat", "socat", "telnet", "ftp", "rsync", "git",
];

/// Folders in which they are found.
const FOLDERS: &[&str] = &["/bin/", "/usr/bin/", "/usr/local/bin/"];

/// Paths of well-known programs.
pub(in crate::flow) fn program_paths() -> impl Iterator<Item = &'static str> {
    // The list is small and asked for rarely; the joined paths are made once.
    static PATHS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    PATHS
        .get_or_init(|| {
            PROGRAMS.iter().flat_map(|name| FOLDERS.iter().map(move |folder| format!("{folder}{name}"))).collect()
        })
        .iter()
        .map(String::as_str)
}

/// Whether a text has signs of a pattern.
pub(in crate::flow) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[']) && text.contains('/')
}

impl Pattern {
    pub(in crate::flow) fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '*' => {
                    if matches!(parts.last(), Some(Part::Any)) {
                        continue;
                    }
                    Part::Any
                }
                '?' => Part::One,
                '\\' => Part::Exact(characters.next().unwrap_or('\\')),
                '[' => {
                    let mut ahead = characters.clone();
                    let negated = ahead.next_if(|c| matches!(c, '!' | '^')).is_some();
                    let mut set = Vec::new();
                    let mut closed = false;
                    while let Some(from) = ahead.next() {
                        if from == ']' && !set.is_empty() {
                            closed = true;
                            break;
                        }
                        if ahead.peek() == Some(&'-') {
                            let mut further = ahead.clone();
                            further.next();
                            if let Some(to) = further.next().filter(|to| *to != ']') {
                                set.push((from, to));
                                ahead = further;
                                continue;
                            }
                        }
                        set.push((from, from));
                    }
                    if closed {
                        characters = ahead;
                        Part::Set(set, negated)
                    } else {
                        Part::Exact('[')
                    }
                }
                other => Part::Exact(other),
            });
        }
        Self { parts }
    }

    pub(in crate::flow) fn matches(&self, text: &str) -> bool {
        let characters: Vec<char> = text.chars().collect();
        // The classic two-pointer walk: linear times the number of stars, no recursion.
        let (mut at, mut part, mut star) = (0, 0, None);
        while at < characters.len() {
            match self.parts.get(part) {
                Some(Part::Any) => {
                    star = Some((part, at));
                    part += 1;
                }
                Some(one) if accepts(one, characters[at]) => {
                    at += 1;
                    part += 1;
                }
                _ => match star {
                    Some((back, from)) => {
                        star = Some((back, from + 1));
                        part = back + 1;
                        at = from + 1;
                    }
                    None => return false,
                },
            }
        }
        self.parts.iter().skip(part).all(|part| matches!(part, Part::Any))
    }

    /// The text without a matching prefix.
    pub(in crate::flow) fn cut_prefix<'t>(&self, text: &'t str, longest: bool) -> &'t str {
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).take(MAX_TRIED);
        let mut matching = ends.filter(|end| self.matches(&text[..*end]));
        let end = if longest { matching.last() } else { matching.next() };
        end.map_or(text, |end| &text[end..])
    }

    /// The text without a matching suffix.
    pub(in crate::flow) fn cut_suffix<'t>(&self, text: &'t str, longest: bool) -> &'t str {
        let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        if starts.len() > MAX_TRIED {
            starts.drain(..starts.len() - MAX_TRIED);
        }
        let mut matching = starts.into_iter().rev().filter(|start| self.matches(&text[*start..]));
        let start = if longest { matching.next_back() } else { matching.next() };
        start.map_or(text, |start| &text[..start])
    }

    /// The text with matches replaced: the first, or all.
    pub(in crate::flow) fn replace(&self, text: &str, with: &str, all: bool) -> String {
        if let Some(plain) = self.plain() {
            if plain.is_empty() {
                return text.to_owned();
            }
            return if all { text.replace(&plain, with) } else { text.replacen(&plain, with, 1) };
        }
        if text.len() > MAX_TRIED {
            return text.to_owned();
        }
        let mut out = String::new();
        let mut rest = text;
        let mut done = false;
        while !rest.is_empty() {
            let longest = rest
                .char_indices()
                .map(|(at, character)| at + character.len_utf8())
                .take(256)
                .filter(|end| self.matches(&rest[..*end]))
                .last();
            match longest {
                Some(end) if !done => {
                    out.push_str(with);
                    rest = &rest[end..];
                    done = !all;
                }
                _ => {
                    let mut characters = rest.chars();
                    out.extend(characters.next());
                    rest = characters.as_str();
                }
            }
        }
        out
    }

    fn plain(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Exact(character) => Some(*character),
                _ => None,
            })
            .collect()
    }
}

fn accepts(part: &Part, character: char) -> bool {
    match part {
        Part::Any | Part::One => true,
        Part::Exact(own) => *own == character,
        Part::Set(set, negated) => set.iter().any(|(from, to)| (*from..=*to).contains(&character)) != *negated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_shell() {
        for (pattern, text, matches) in [
            ("/b?n/s[h]", "/bin/sh", true),
            ("/usr/bin/c*l", "/usr/bin/curl", true),
            ("[!a]x", "bx", true),
            ("[!a]x", "ax", false),
            ("[a-c]*", "b", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("[a", "[a", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), matches, "{pattern} {text}");
        }
        assert_eq!(Pattern::new("*/").cut_prefix("a/b/c", false), "b/c");
        assert_eq!(Pattern::new("*/").cut_prefix("a/b/c", true), "c");
        assert_eq!(Pattern::new("/*").cut_suffix("a/b/c", false), "a/b");
        assert_eq!(Pattern::new("x").replace("cxuxrxl", "", true), "curl");
        assert_eq!(Pattern::new("?").replace("ab", "-", false), "-b");
    }

    #[test]
    fn many_stars_take_linear_time() {
        let pattern = Pattern::new(&"*a".repeat(200));
        assert!(!pattern.matches(&"a".repeat(100)));
    }
}
