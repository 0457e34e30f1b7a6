//! Strings and numbers of Python (The Python Language Reference, §2.5 to §2.6).

use std::borrow::Cow;

use tree_sitter::Node;
use unicode_normalization::UnicodeNormalization;

use super::Lowered;
use crate::lower::operation::{Expression, ExpressionKind};
use crate::lower::syntax;

impl<'t> Lowered<'_, 't> {
    /// A string, byte string, f-string or t-string.
    pub(super) fn string(&mut self, node: Node<'t>) -> Expression {
        let children = self.children(node);
        let span = self.span(node);
        let start = children.kind("string_start");
        let opening = start.map(|start| self.source(start)).unwrap_or_default();
        if opening.ends_with('`') {
            // Version 2 evaluates what stands in back-ticks; the grammar takes it for text.
            self.misread(node);
        }
        let prefix = opening.trim_end_matches(['\'', '"']).to_ascii_lowercase();
        let style =
            Style { raw: prefix.contains('r'), bytes: prefix.contains('b'), braces: prefix.contains(['f', 't']) };
        let mut parts = Vec::new();
        let mut from = start.map_or(node.start_byte(), |start| start.end_byte());
        let to = children.kind("string_end").map_or(node.end_byte(), |end| end.start_byte());
        let interpolations: Vec<_> = children.named().filter(|child| child.kind() == "interpolation").collect();
        for interpolation in interpolations {
            self.fragment(from, interpolation.start_byte(), &style, &mut parts);
            let inner = self.children(interpolation);
            if let Some(expression) = inner.field("expression") {
                let value = self.expression(expression);
                parts.push(value);
            }
            if let Some(specifier) = inner.field("format_specifier") {
                // The specification shapes the text a little; what it calls matters all the same.
                self.annotation(specifier);
            }
            from = interpolation.end_byte();
        }
        self.fragment(from, to, &style, &mut parts);
        if style.bytes && parts.is_empty() {
            return Expression::new(ExpressionKind::Bytes(Vec::new()), span);
        }
        if !style.braces {
            return syntax::concatenate(parts, span);
        }
        if let [Expression { kind: ExpressionKind::Text(_), .. }] | [] = parts.as_slice() {
            return syntax::concatenate(parts, span);
        }
        Expression::new(ExpressionKind::Concat(parts), span)
    }

    fn fragment(&mut self, start: usize, end: usize, style: &Style, parts: &mut Vec<Expression>) {
        let raw = self.range(start, end.max(start));
        if raw.is_empty() {
            return;
        }
        let kind =
            if style.bytes { ExpressionKind::Bytes(bytes(raw, style)) } else { ExpressionKind::Text(text(raw, style)) };
        parts.push(Expression::new(kind, self.bytes(start, end)));
    }

    /// `'a' "b"`: strings that stand side by side are one.
    pub(super) fn concatenated(&mut self, node: Node<'t>) -> Expression {
        let span = self.span(node);
        let mut parts = Vec::new();
        for child in self.children(node).named() {
            let part = self.expression(child);
            match part.kind {
                ExpressionKind::Concat(inner) => parts.extend(inner),
                _ => parts.push(part),
            }
        }
        syntax::concatenate(parts, span)
    }
}

/// What a string's prefix says.
struct Style {
    raw: bool,
    bytes: bool,
    /// `{{` and `}}` stand for braces.
    braces: bool,
}

/// The text that a literal stands for.
fn text(raw: &str, style: &Style) -> String {
    let raw = newlines(raw);
    let mut out = String::with_capacity(raw.len());
    let mut rest: &str = &raw;
    let mut high = None;
    while let Some(character) = rest.chars().next() {
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
        if character == '\\' && !style.raw {
            match escape(&mut rest) {
                Escape::Nothing => {}
                Escape::Literal => out.push('\\'),
                Escape::Code(code) => push_code(&mut out, code, &mut high),
            }
            continue;
        }
        if style.braces && matches!(character, '{' | '}') && rest.starts_with(character) {
            rest = rest.get(1..).unwrap_or_default();
        }
        out.push(character);
    }
    out
}

/// Adds a code point; the second half of a surrogate pair completes the first, as UTF-16 encoders would have it.
fn push_code(out: &mut String, code: u32, high: &mut Option<(usize, u32)>) {
    if let Some((at, first)) = high.take()
        && at == out.len()
        && (0xDC00..0xE000).contains(&code)
    {
        out.pop();
        let joined = 0x10000 + ((first - 0xD800) << 10) + (code - 0xDC00);
        out.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        return;
    }
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    if (0xD800..0xDC00).contains(&code) {
        *high = Some((out.len(), code));
    }
}

/// The bytes that a literal stands for.
fn bytes(raw: &str, style: &Style) -> Vec<u8> {
    let raw = newlines(raw);
    let mut out = Vec::with_capacity(raw.len());
    let mut rest: &str = &raw;
    let mut buffer = [0; 4];
    while let Some(character) = rest.chars().next() {
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
        if character == '\\' && !style.raw {
            // `\u`, `\U` and `\N` are not escapes in byte strings.
            let named = rest.starts_with(['u', 'U', 'N']);
            match if named { Escape::Literal } else { escape(&mut rest) } {
                Escape::Nothing => {}
                Escape::Literal => out.push(b'\\'),
                Escape::Code(code) => out.push((code & 0xFF) as u8),
            }
        } else {
            out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        }
    }
    out
}

/// Python reads every line ending as `\n`.
fn newlines(raw: &str) -> Cow<'_, str> {
    if raw.contains('\r') { Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(raw) }
}

enum Escape {
    /// A line continuation.
    Nothing,
    /// Not an escape: the backslash stays.
    Literal,
    /// A code point.
    Code(u32),
}

/// Reads what stands behind a backslash.
fn escape(rest: &mut &str) -> Escape {
    let Some(first) = rest.chars().next() else { return Escape::Literal };
    let simple = match first {
        '\n' => None,
        '\\' | '\'' | '"' => Some(first as u32),
        'a' => Some(7),
        'b' => Some(8),
        'f' => Some(12),
        'n' => Some(10),
        'r' => Some(13),
        't' => Some(9),
        'v' => Some(11),
        '0'..='7' => {
            let digits = rest.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            return number(rest, 0, digits, 8);
        }
        'x' => return number(rest, 1, 2, 16),
        'u' => return number(rest, 1, 4, 16),
        'U' => return number(rest, 1, 8, 16),
        'N' => return named(rest),
        _ => return Escape::Literal,
    };
    *rest = rest.get(1..).unwrap_or_default();
    simple.map_or(Escape::Nothing, Escape::Code)
}

fn number(rest: &mut &str, skip: usize, digits: usize, radix: u32) -> Escape {
    let Some(digits_text) = rest.get(skip..skip + digits) else { return Escape::Literal };
    // `from_str_radix` would take a sign.
    if !digits_text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Escape::Literal;
    }
    match u32::from_str_radix(digits_text, radix) {
        Ok(code) => {
            *rest = rest.get(skip + digits..).unwrap_or_default();
            Escape::Code(code)
        }
        Err(_) => Escape::Literal,
    }
}

/// `\N{name}`. Names of ASCII letters, digits and marks are known; every other is some character.
fn named(rest: &mut &str) -> Escape {
    let Some(body) = rest.strip_prefix("N{") else { return Escape::Literal };
    // No name of a character is longer than 88 bytes.
    let Some(end) = body.bytes().take(100).position(|byte| byte == b'}') else { return Escape::Literal };
    let name = body.get(..end).unwrap_or_default().to_ascii_uppercase();
    *rest = body.get(end + 1..).unwrap_or_default();
    let letter = |prefix: &str| name.strip_prefix(prefix).filter(|letter| letter.len() == 1);
    let code = if let Some(letter) = letter("LATIN SMALL LETTER ") {
        letter.to_ascii_lowercase().bytes().next().map(u32::from)
    } else if let Some(letter) = letter("LATIN CAPITAL LETTER ") {
        letter.bytes().next().map(u32::from)
    } else {
        NAMES.iter().find(|(known, _)| *known == name).map(|&(_, character)| character as u32)
    };
    Escape::Code(code.unwrap_or(char::REPLACEMENT_CHARACTER as u32))
}

/// Names that UnicodeData.txt gives the ASCII characters that are not letters.
const NAMES: &[(&str, char)] = &[
    ("SPACE", ' '),
    ("EXCLAMATION MARK", '!'),
    ("QUOTATION MARK", '"'),
    ("NUMBER SIGN", '#'),
    ("DOLLAR SIGN", '$'),
    ("PERCENT SIGN", '%'),
    ("AMPERSAND", '&'),
    ("APOSTROPHE", '\''),
    ("LEFT PARENTHESIS", '('),
    ("RIGHT PARENTHESIS", ')'),
    ("ASTERISK", '*'),
    ("PLUS SIGN", '+'),
    ("COMMA", ','),
    ("HYPHEN-MINUS", '-'),
    ("FULL STOP", '.'),
    ("SOLIDUS", '/'),
    ("DIGIT ZERO", '0'),
    ("DIGIT ONE", '1'),
    ("DIGIT TWO", '2'),
    ("DIGIT THREE", '3'),
    ("DIGIT FOUR", '4'),
    ("DIGIT FIVE", '5'),
    ("DIGIT SIX", '6'),
    ("DIGIT SEVEN", '7'),
    ("DIGIT EIGHT", '8'),
    ("DIGIT NINE", '9'),
    ("COLON", ':'),
    ("SEMICOLON", ';'),
    ("LESS-THAN SIGN", '<'),
    ("EQUALS SIGN", '='),
    ("GREATER-THAN SIGN", '>'),
    ("QUESTION MARK", '?'),
    ("COMMERCIAL AT", '@'),
    ("LEFT SQUARE BRACKET", '['),
    ("REVERSE SOLIDUS", '\\'),
    ("RIGHT SQUARE BRACKET", ']'),
    ("CIRCUMFLEX ACCENT", '^'),
    ("LOW LINE", '_'),
    ("GRAVE ACCENT", '`'),
    ("LEFT CURLY BRACKET", '{'),
    ("VERTICAL LINE", '|'),
    ("RIGHT CURLY BRACKET", '}'),
    ("TILDE", '~'),
];

/// An identifier, in normalisation form KC as §2.3 of the reference demands: `𝘦val` is `eval`.
pub(super) fn identifier(source: &str) -> String {
    if source.is_ascii() { source.to_owned() } else { source.nfkc().collect() }
}

/// A whole number; `None` if it does not fit.
pub(super) fn integer(source: &str) -> Option<i64> {
    let digits: String = source.chars().filter(|&character| character != '_').collect::<String>().to_ascii_lowercase();
    let digits = digits.trim_end_matches('l');
    let radix = |prefix: &str, radix| digits.strip_prefix(prefix).map(|rest| i64::from_str_radix(rest, radix).ok());
    let octal =
        || digits.strip_prefix('0').filter(|rest| !rest.is_empty()).map(|rest| i64::from_str_radix(rest, 8).ok());
    let special = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)).or_else(octal);
    special.unwrap_or_else(|| digits.parse().ok())
}
