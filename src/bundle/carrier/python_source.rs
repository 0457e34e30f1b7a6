//! The words and texts of Python source, to compare bytecode with. A lexical pass: what it takes for a word or a text too
//! many only makes it more lenient.

use std::collections::BTreeSet;

/// Words and texts of a source.
#[derive(Debug, Default)]
pub(super) struct Source {
    words: BTreeSet<String>,
    /// All texts one after the other, without white space, braces and percent signs: constants may be joined, formatted, cut at the braces of an
    /// f-string, or have their indentation removed.
    texts: String,
    /// The same with long runs of one character as one: what is added to a constant may be computed.
    collapsed: String,
}

/// Words that the compiler adds.
const COMPILER: &[&str] = &[
    "__module__",
    "__qualname__",
    "__name__",
    "__doc__",
    "__annotations__",
    "__class__",
    "__classcell__",
    "__static_attributes__",
    "__firstlineno__",
    "__annotate__",
    "__annotate_func__",
    "__classdict__",
    "__classdictcell__",
    "__conditional_annotations__",
    "__build_class__",
    "__type_params__",
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__debug__",
    "AssertionError",
    "NotImplementedError",
    "format",
    "module",
    "lambda",
    "genexpr",
    "listcomp",
    "setcomp",
    "dictcomp",
    "locals",
    "return",
    "send",
    "throw",
    "close",
    "type_params",
    "defaults",
    "kwdefaults",
    "generic_base",
    "generic",
    "parameters",
    "of",
];

impl Source {
    pub(super) fn read(text: &str) -> Self {
        let mut source = Self::default();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
                b'"' | b'\'' => at = source.literal(text, at, ""),
                _ if is_word_byte(byte) => {
                    let end = at + bytes[at..].iter().take_while(|&&byte| is_word_byte(byte)).count();
                    let word = text.get(at..end).unwrap_or_default();
                    at = end;
                    let is_prefix = word.len() <= 2 && word.bytes().all(|b| b"rRbBuUfFtT".contains(&b));
                    if is_prefix && matches!(bytes.get(end), Some(b'"' | b'\'')) {
                        at = source.literal(text, end, word);
                    } else {
                        source.words.insert(word.to_owned());
                    }
                }
                _ => at += 1,
            }
        }
        source.collapsed = collapsed(&source.texts);
        source
    }

    /// Reads the text that begins with the quote at `at`; answers with its end.
    fn literal(&mut self, text: &str, at: usize, prefix: &str) -> usize {
        let bytes = text.as_bytes();
        let quote = bytes[at];
        let is_triple = bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
        let width = if is_triple { 3 } else { 1 };
        let mut end = at + width;
        loop {
            match bytes.get(end) {
                None => break,
                Some(b'\\') => end += 2,
                Some(b'\n') if !is_triple => break,
                Some(byte) if *byte == quote => {
                    if !is_triple || bytes.get(end + 1) == Some(&quote) && bytes.get(end + 2) == Some(&quote) {
                        break;
                    }
                    end += 1;
                }
                Some(_) => end += 1,
            }
        }
        let body = text.get(at + width..end.min(text.len())).unwrap_or_default();
        let is_raw = prefix.contains(['r', 'R']);
        let plain = if is_raw { body.to_owned() } else { unescaped(body) };
        squeeze(&plain, &mut self.texts);
        if prefix.contains(['f', 'F', 't', 'T']) {
            // Its fields hold code.
            let words = body.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
            self.words.extend(words.map(str::to_owned));
        }
        (end + width).min(bytes.len()).max(at + 1)
    }

    /// Whether a text of bytecode comes from this source.
    pub(super) fn holds(&self, text: &str) -> bool {
        let mut squeezed = String::new();
        squeeze(text, &mut squeezed);
        if squeezed.is_empty() || self.is_made_of_words(text) {
            return true;
        }
        if self.texts.contains(&squeezed) || self.collapsed.contains(&collapsed(&squeezed)) {
            return true;
        }
        // `"ab" * 40` is computed when it is compiled.
        let unit = squeezed.get(..period(squeezed.as_bytes())).unwrap_or(&squeezed);
        if unit.len() < squeezed.len() && self.texts.contains(unit) {
            return true;
        }
        // Bytes look like text where they are UTF-8; in the source they stand one by one.
        !text.is_ascii() && text.chars().any(|c| u32::from(c) > 0xFF) && {
            let bytes: String = squeezed.bytes().map(char::from).collect();
            self.texts.contains(&bytes)
        }
    }

    /// Names, dotted or qualified, and annotations that became text.
    fn is_made_of_words(&self, text: &str) -> bool {
        let is_code = |c: char| c.is_alphanumeric() || "_.<>[](),|* '\"=:-".contains(c);
        let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        text.chars().all(is_code) && words.all(|word| self.has_word(word))
    }

    fn has_word(&self, word: &str) -> bool {
        if self.words.contains(word) || COMPILER.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit()) {
            return true;
        }
        // `__x` in a class becomes `_Class__x`.
        word.strip_prefix('_')
            .and_then(|rest| rest.find("__").and_then(|at| rest.get(at..)))
            .is_some_and(|private| self.words.contains(private))
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn squeeze(text: &str, out: &mut String) {
    out.extend(text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '{' | '}' | '%')));
}

/// Four and more of one character in a row become one.
fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = 1;
        while chars.next_if_eq(&c).is_some() {
            run += 1;
        }
        out.extend(std::iter::repeat_n(c, if run >= 4 { 1 } else { run }));
    }
    out
}

/// Length of the shortest beginning that makes up all of `bytes` when it is repeated (Knuth, Morris, Pratt).
fn period(bytes: &[u8]) -> usize {
    let mut borders = vec![0_usize; bytes.len()];
    for at in 1..bytes.len() {
        let mut border = borders[at - 1];
        while border > 0 && bytes[at] != bytes[border] {
            border = borders[border - 1];
        }
        borders[at] = border + usize::from(bytes[at] == bytes[border]);
    }
    let period = bytes.len() - borders.last().copied().unwrap_or(0);
    if period > 0 && bytes.len().is_multiple_of(period) { period } else { bytes.len() }
}

fn unescaped(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let Some(escape) = chars.next() else { break };
        let digits = match escape {
            'n' | 't' | 'r' | '\n' | 'f' | 'v' => continue,
            'a' => {
                out.push('\u{7}');
                continue;
            }
            'b' => {
                out.push('\u{8}');
                continue;
            }
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0'..='7' => {
                let mut code = escape.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let rest = chars.as_str();
                    let Some(digit) = rest.chars().next().and_then(|c| c.to_digit(8)) else { break };
                    code = code * 8 + digit;
                    chars.next();
                }
                out.extend(char::from_u32(code));
                continue;
            }
            other => {
                out.push(other);
                continue;
            }
        };
        let rest = chars.as_str();
        if let Some(code) = rest.get(..digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
            out.extend(char::from_u32(code));
            chars = rest.get(digits..).unwrap_or_default().chars();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_bytecode_are_found_in_their_source() {
        let source = Source::read(
            "import os.path\nclass A:\n  '''Doc\n     more.'''\n  def __x(self, n: 'int | None'):\n    # secret\n    \
             print(f'n is {self.n:.2f} of {{all}}' 'joined', \"\\x41\\u00e9\\n\", b'raw', '-' * 30)\n",
        );
        for text in [
            "os.path",
            "_A__x",
            "A.__x",
            "Doc\nmore.",
            "n is ",
            ".2f",
            " of {all}joined",
            "A\u{e9}\n",
            "raw",
            "int | None",
            "------------------------------",
            "<module>",
            "A.__x.<locals>.<lambda>",
            "*",
            "self",
            "rawraw",
            "rawrawraw",
            "rawwwwww",
        ] {
            assert!(source.holds(text), "{text}");
        }
        for text in ["secret", "environ", "os.environ", "https://h.invalid/x", "system"] {
            assert!(!source.holds(text), "{text}");
        }
    }
}
