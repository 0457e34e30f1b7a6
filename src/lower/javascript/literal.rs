//! Strings, templates, numbers and identifiers of JavaScript (ECMA-262, §12.7 to §12.9 and annex B.1).

use tree_sitter::Node;

use super::Lowered;
use crate::lower::operation::{Expression, ExpressionKind};
use crate::lower::syntax;

impl<'t> Lowered<'_, 't> {
    /// `'text'`, `"text"`.
    pub(super) fn string(&mut self, node: Node<'t>) -> Expression {
        let source = self.source(node);
        let inner = source.strip_prefix(['\'', '"']).unwrap_or(source);
        let inner = match source.chars().next() {
            Some(quote @ ('\'' | '"')) => inner.strip_suffix(quote).unwrap_or(inner),
            _ => inner,
        };
        Expression::text(cooked(inner), self.span(node))
    }

    /// `` `text${value}` ``; `raw` leaves escapes as they are.
    pub(super) fn template(&mut self, node: Node<'t>, raw: bool) -> Expression {
        let children = self.children(node);
        let mut parts = Vec::new();
        let mut from = node.start_byte() + 1;
        let substitutions: Vec<_> = children.named().filter(|child| child.kind() == "template_substitution").collect();
        for substitution in substitutions {
            self.fragment(from, substitution.start_byte(), raw, &mut parts);
            let inner = self.children(substitution).named().next();
            let value = self.maybe(inner, substitution);
            parts.push(value);
            from = substitution.end_byte();
        }
        let closed = self.source(node).len() > 1 && self.source(node).ends_with('`');
        self.fragment(from, node.end_byte() - usize::from(closed), raw, &mut parts);
        let span = self.span(node);
        match parts.as_slice() {
            [Expression { kind: ExpressionKind::Text(_), .. }] | [] => syntax::concatenate(parts, span),
            _ => Expression::new(ExpressionKind::Concat(parts), span),
        }
    }

    fn fragment(&mut self, start: usize, end: usize, raw: bool, parts: &mut Vec<Expression>) {
        let source = self.range(start, end.max(start));
        if source.is_empty() {
            return;
        }
        let source = source.replace("\r\n", "\n");
        let text = if raw { source } else { cooked(&source) };
        parts.push(Expression::text(text, self.bytes(start, end)));
    }
}

/// A text with its escapes resolved.
fn cooked(source: &str) -> String {
    if !source.contains('\\') {
        return source.to_owned();
    }
    let mut out = String::with_capacity(source.len());
    let mut high = None;
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        let Some(first) = rest.chars().next() else {
            out.push('\\');
            break;
        };
        let (code, length) = escape(rest, first);
        rest = rest.get(length..).unwrap_or_default();
        if let Some(code) = code {
            push_unit(&mut out, code, &mut high);
        }
    }
    out.push_str(rest);
    out
}

/// The code point that an escape stands for, none for a line continuation, and the length of what follows the
/// backslash.
fn escape(rest: &str, first: char) -> (Option<u32>, usize) {
    let simple = |code: u32| (Some(code), 1);
    match first {
        'b' => simple(8),
        't' => simple(9),
        'n' => simple(10),
        'v' => simple(11),
        'f' => simple(12),
        'r' => simple(13),
        '\r' if rest.starts_with("\r\n") => (None, 2),
        '\r' | '\n' | '\u{2028}' | '\u{2029}' => (None, first.len_utf8()),
        '0'..='7' => {
            let most = if first <= '3' { 3 } else { 2 };
            let digits = rest.bytes().take(most).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            (hexadecimal(rest.get(..digits), 8), digits)
        }
        'x' => match hexadecimal(rest.get(1..3), 16) {
            Some(code) => (Some(code), 3),
            None => simple(u32::from(first)),
        },
        'u' if rest.starts_with("u{") => {
            // Leading zeros are allowed, but nobody needs more than a few.
            let end = rest.bytes().take(64).position(|byte| byte == b'}').unwrap_or(0);
            match hexadecimal(rest.get(2..end), 16) {
                Some(code) => (Some(code), end + 1),
                None => simple(u32::from(first)),
            }
        }
        'u' => match hexadecimal(rest.get(1..5), 16) {
            Some(code) => (Some(code), 5),
            None => simple(u32::from(first)),
        },
        _ => (Some(u32::from(first)), first.len_utf8()),
    }
}

fn hexadecimal(digits: Option<&str>, radix: u32) -> Option<u32> {
    // `from_str_radix` would take a sign.
    let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, radix).ok()
}

/// Adds a code point; a low surrogate right behind a high one completes it.
fn push_unit(out: &mut String, code: u32, high: &mut Option<(usize, u32)>) {
    if let Some((end, first)) = high.take()
        && end == out.len()
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

/// An identifier: `\u0065val` is `eval`.
pub(super) fn identifier(source: &str) -> String {
    cooked(source)
}

/// A whole number that a double holds exactly; `None` for any other.
pub(super) fn number(source: &str) -> Option<i64> {
    let digits: String = source.chars().filter(|&character| character != '_').collect::<String>().to_ascii_lowercase();
    let radix = |prefix: &str, radix| {
        digits.strip_prefix(prefix).map(|rest| i64::from_str_radix(rest.trim_end_matches('n'), radix).ok())
    };
    if let Some(special) = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)) {
        return special;
    }
    let octal =
        digits.strip_prefix('0').filter(|rest| !rest.is_empty() && rest.bytes().all(|b| (b'0'..b'8').contains(&b)));
    if let Some(octal) = octal {
        return i64::from_str_radix(octal, 8).ok();
    }
    let digits = digits.trim_end_matches('n');
    if let Ok(number) = digits.parse::<i64>() {
        return Some(number);
    }
    // `1e3` is a whole number too.
    let float: f64 = digits.parse().ok()?;
    (float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0).then_some(float as i64)
}
