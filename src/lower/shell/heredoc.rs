//! Here-documents. Their bodies stand behind the line that asks for them, so they are read ahead, and the line end
//! leads past them.

use super::super::operation::{Expression, ExpressionKind, RedirectKind};
use super::list::is_meta;
use super::parser::Parser;
use super::word::{Parts, Quoted};

impl Parser<'_> {
    /// Reads the delimiter behind `<<`, which stands at `operator`, and the body that belongs to it.
    pub(super) fn heredoc(&mut self, operator: usize, strip_tabs: bool) -> Option<RedirectKind> {
        let (delimiter, quoted) = self.delimiter()?;
        let found = self.heredocs.get(&operator).copied();
        let (start, end, _) = found.unwrap_or_else(|| self.locate(operator, &delimiter, strip_tabs));
        let span = self.span(start, end);
        let body = if quoted {
            let raw = self.slice(start, end);
            let text: String = if strip_tabs || raw.contains('\r') {
                raw.split_inclusive('\n').map(|line| plain_line(line, strip_tabs)).collect()
            } else {
                raw.to_owned()
            };
            Expression::text(text, span)
        } else {
            let parts = self.within(start, end, |parser| {
                let mut parts = Parts::default();
                parser.quoted_parts(&mut parts, Quoted::Body(strip_tabs));
                parts.finish(parser)
            });
            let mut values: Vec<Expression> = parts.into_iter().map(|part| part.value).collect();
            match (values.pop(), values.is_empty()) {
                (None, _) => Expression::text("", span),
                (Some(only), true) => only,
                (Some(last), false) => {
                    values.push(last);
                    Expression::new(ExpressionKind::Concat(values), span)
                }
            }
        };
        Some(RedirectKind::Heredoc { body, span })
    }

    /// Reads the delimiter; the flag says that any of it was quoted, so that the body is taken as it is.
    fn delimiter(&mut self) -> Option<(String, bool)> {
        let start = self.pos;
        let (mut text, mut quoted) = (String::new(), false);
        while let Some(byte) = self.peek() {
            match byte {
                b'\'' | b'"' => {
                    let inner = self.slice(self.pos + 1, self.end);
                    let line = inner.split('\n').next().unwrap_or_default();
                    let Some(len) = memchr::memchr(byte, line.as_bytes()) else { break };
                    text.push_str(line.get(..len).unwrap_or_default());
                    quoted = true;
                    self.pos += len + 2;
                }
                b'\\' if self.pos + 1 < self.end && self.continuation().is_none() => {
                    let len = self.char_len(self.pos + 1);
                    text.push_str(self.slice(self.pos + 1, self.pos + 1 + len));
                    quoted = true;
                    self.pos += 1 + len;
                }
                b'$' if matches!(self.byte(1), Some(b'\'' | b'"')) => self.pos += 1,
                b'\r' | b'`' => break,
                _ if is_meta(byte) => break,
                _ => {
                    let len = self.char_len(self.pos);
                    text.push_str(self.slice(self.pos, self.pos + len));
                    self.pos += len;
                }
            }
        }
        (self.pos > start).then_some((text, quoted))
    }

    /// Finds the body and remembers it, so that the same operator read again finds the same.
    fn locate(&mut self, operator: usize, delimiter: &str, strip_tabs: bool) -> (usize, usize, usize) {
        let (first, line, start) = match self.heredoc_line {
            Some((first, line, next)) if first <= operator && operator < line => (first, line, next),
            _ => {
                let line = self.line_after(self.pos);
                (operator, line, line)
            }
        };
        let start = start.min(self.end);
        let mut at = start;
        let mut found = None;
        while at < self.end {
            let rest = self.slice(at, self.end);
            let len = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |newline| newline + 1);
            let line = plain_line(rest.get(..len).unwrap_or_default(), strip_tabs);
            let line = line.trim_end_matches(['\n', '\r']);
            if line == delimiter {
                found = Some((at, at + len));
                break;
            }
            // `EOF)` ends it too, inside `$( … )`.
            if self.expected.paren && line.strip_prefix(delimiter).is_some_and(|tail| tail.starts_with(')')) {
                let indent = rest.get(..len).unwrap_or_default().len()
                    - rest.get(..len).unwrap_or_default().trim_start_matches('\t').len();
                let indent = if strip_tabs { indent } else { 0 };
                found = Some((at, at + indent + delimiter.len()));
                break;
            }
            at += len;
        }
        let (end, resume) = found.unwrap_or_else(|| {
            // The shell warns and takes all that follows.
            self.damaged(operator, operator + 2);
            (self.end, self.end)
        });
        self.heredoc_line = Some((first, line, resume));
        self.resume.insert(line, resume);
        self.heredocs.insert(operator, (start, end, resume));
        (start, end, resume)
    }

    /// Where the line after the one at `from` starts; quotes may hold line ends.
    fn line_after(&mut self, from: usize) -> usize {
        let rest = self.slice(from, self.end).as_bytes();
        let plain = memchr::memchr(b'\n', rest).map_or(self.end, |newline| from + newline + 1);
        let mut open: Vec<u8> = Vec::new();
        let mut at = from;
        let limit = from.saturating_add(self.state.fuel);
        while let Some(byte) = self.byte_at(at) {
            let in_quotes = open.last() == Some(&b'"');
            match byte {
                _ if at >= limit => break,
                b'\n' if !in_quotes => {
                    self.spend(at - from);
                    return at + 1;
                }
                b'\\' => at += 1,
                b'"' if in_quotes => {
                    open.pop();
                }
                b'"' => open.push(b'"'),
                b'(' if in_quotes && self.byte_at(at - 1) == Some(b'$') => open.push(b'('),
                b'(' if !in_quotes && !open.is_empty() => open.push(b'('),
                b')' if !in_quotes && open.pop().is_none() => return plain,
                b'#' if !in_quotes && matches!(self.byte_at(at - 1), Some(b' ' | b'\t')) => return plain.max(at),
                b'\'' if !in_quotes => match memchr::memchr(b'\'', self.slice(at + 1, self.end).as_bytes()) {
                    Some(len) => at += len + 1,
                    None => return plain,
                },
                _ => {}
            }
            at += 1;
        }
        self.spend(at - from);
        plain
    }
}

/// A line without its CR and, if asked for, without its leading tabs.
fn plain_line(line: &str, strip_tabs: bool) -> std::borrow::Cow<'_, str> {
    let line = if strip_tabs { line.trim_start_matches('\t') } else { line };
    match line.strip_suffix("\r\n") {
        Some(body) => format!("{body}\n").into(),
        None => line.into(),
    }
}
