//! The words and texts of Python source, to compare bytecode with. A lexical pass: what it takes for a word or a text too
//! many only makes it more lenient.

use std::collections::{BTreeMap, BTreeSet};

/// Words and texts of a source.
#[derive(Debug, Default)]
pub(super) struct Source {
    words: BTreeSet<String>,
    /// All texts one after the other, without white space, braces and percent signs: constants may be joined, formatted, cut at the braces of an
    /// f-string, or have their indentation removed.
    texts: String,
    /// Logical lines, for who asks what stands in one function.
    lines: Vec<Line>,
    /// Whether a field of an f-string is open on this line: since PEP 701 it may hold the quotes that are around it, so
    /// that what looks like a text is code.
    in_field: bool,
    /// The same with long runs of one character as one: what is added to a constant may be computed.
    collapsed: String,
}

/// A logical line: brackets and texts may spread it over several.
#[derive(Debug, Default)]
struct Line {
    indent: usize,
    words: Vec<String>,
}

impl Line {
    /// The name of the function or class that begins here, and whether it is a function.
    fn head(&self) -> Option<(&str, bool)> {
        let words = match self.words.first()?.as_str() {
            "async" => self.words.get(1..)?,
            _ => &self.words,
        };
        let name = words.get(1)?.as_str();
        match words.first()?.as_str() {
            "def" => Some((name, true)),
            "class" => Some((name, false)),
            _ => None,
        }
    }
}

/// The words of each function and class, and those of the module outside of functions.
#[derive(Debug, Default)]
pub(super) struct Scopes<'a> {
    named: BTreeMap<&'a str, BTreeSet<&'a str>>,
    module: BTreeSet<&'a str>,
}

impl Scopes<'_> {
    /// Whether what is called `name` has this in it; what is not known has everything.
    pub(super) fn hold(&self, name: &str, used: &str) -> bool {
        let words = match name {
            "<module>" => &self.module,
            _ => match self.named.get(name) {
                Some(words) => words,
                None => return true,
            },
        };
        used.split('.').all(|word| {
            word.is_empty()
                || words.contains(word)
                || COMPILER.contains(&word)
                || private(word).is_some_and(|word| words.contains(word))
        })
    }
}

/// `__x` in a class becomes `_Class__x`.
fn private(word: &str) -> Option<&str> {
    let rest = word.strip_prefix('_')?;
    rest.get(rest.find("__")?..)
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
        let mut depth = 0_usize;
        let mut is_start = true;
        while at < bytes.len() {
            if std::mem::take(&mut is_start) {
                let blank = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0C)).count();
                at += blank;
                match bytes.get(at) {
                    None => break,
                    Some(b'#' | b'\n' | b'\r') => {}
                    Some(_) => {
                        source.in_field = false;
                        source.lines.push(Line { indent: blank, words: Vec::new() });
                    }
                }
            }
            let Some(&byte) = bytes.get(at) else { break };
            match byte {
                b'\n' => {
                    is_start = depth == 0;
                    at += 1;
                }
                // A line that goes on.
                b'\\' => at += if bytes.get(at + 1) == Some(&b'\r') { 3 } else { 2 },
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    at += 1;
                }
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    at += 1;
                }
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
                        if let Some(line) = source.lines.last_mut() {
                            line.words.push(word.to_owned());
                        }
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
        let is_formatted = prefix.contains(['f', 'F', 't', 'T']);
        self.in_field |= is_formatted && body.matches('{').count() > body.matches('}').count();
        if is_formatted || self.in_field {
            // Its fields hold code.
            let words = body.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
            for word in words {
                if let Some(line) = self.lines.last_mut() {
                    line.words.push(word.to_owned());
                }
                self.words.insert(word.to_owned());
            }
        }
        (end + width).min(bytes.len()).max(at + 1)
    }

    /// What stands in which function, class or the module. The work is that of the lines and how deep they stand.
    pub(super) fn scopes(&self) -> Scopes<'_> {
        let mut scopes = Scopes::default();
        let mut open: Vec<(usize, &str, bool)> = Vec::new();
        for line in &self.lines {
            while open.last().is_some_and(|(indent, ..)| *indent >= line.indent) {
                open.pop();
            }
            let words = || line.words.iter().map(String::as_str);
            for (_, name, _) in &open {
                scopes.named.entry(name).or_default().extend(words());
            }
            let is_in_function = open.iter().any(|(.., is_function)| *is_function);
            if let Some((name, is_function)) = line.head() {
                scopes.named.entry(name).or_default().extend(words());
                open.push((line.indent, name, is_function));
            }
            if !is_in_function {
                scopes.module.extend(words());
            }
        }
        scopes
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
        private(word).is_some_and(|private| self.words.contains(private))
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
            '\\' | '\'' | '"' => {
                out.push(escape);
                continue;
            }
            // What is no escape stands for itself.
            other => {
                out.extend(['\\', other]);
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
    fn names_belong_to_the_function_that_they_stand_in() {
        let source = Source::read(concat!(
            "import os, subprocess\n\nclass A:\n    def go(self,\n  x=1):\n        t = '''\nno line\n'''\n",
            "        return subprocess.run(\n[x])\n\n    def f(self): return f'({', '.join(self.__x)})'\n\n",
            "def main():\n    print(A)\n",
        ));
        let scopes = source.scopes();
        for (scope, used) in [
            ("go", "subprocess"),
            ("go", "run"),
            ("f", "join"),
            ("f", "_A__x"),
            ("main", "print"),
            ("A", "go"),
            ("A", "subprocess"),
            ("<module>", "subprocess"),
            ("<module>", "A"),
            ("<lambda>", "anything"),
            ("not_there", "anything"),
        ] {
            assert!(scopes.hold(scope, used), "{used} in {scope}");
        }
        for (scope, used) in
            [("main", "subprocess"), ("main", "run"), ("<module>", "run"), ("f", "run"), ("go", "print")]
        {
            assert!(!scopes.hold(scope, used), "{used} in {scope}");
        }
    }

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
