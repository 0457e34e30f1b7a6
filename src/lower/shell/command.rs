//! Simple commands: words, assignments, redirections; and the builtins that declare.

use super::super::operation::{
    AssignMode, Command, Expression, ExpressionKind, Operation, OperationKind, Redirect, RedirectKind, Word, WordPart,
};
use super::parser::Parser;
use crate::source::Span;

/// `name=value`, `name[index]+=value`, `name=( … )`.
struct Assignment {
    name: String,
    name_span: Span,
    index: Option<Expression>,
    append: bool,
    value: Assigned,
    span: Span,
}

enum Assigned {
    Word(Word),
    Array(Expression),
}

impl Assignment {
    fn operation(self, mode: AssignMode) -> Operation {
        let mut target = Expression::new(ExpressionKind::Name(self.name), self.name_span);
        if let Some(index) = self.index {
            target = Expression::new(ExpressionKind::Index(Box::new(target), Box::new(index)), self.name_span);
        }
        let value = match self.value {
            Assigned::Word(word) => word_value(word),
            Assigned::Array(array) => array,
        };
        let mode = if self.append { AssignMode::Append } else { mode };
        Operation::new(OperationKind::Assign { target, value, mode }, self.span)
    }

    fn prefix(self) -> (String, Word) {
        let word = match self.value {
            Assigned::Word(word) => word,
            Assigned::Array(value) => {
                let span = value.span;
                Word { parts: vec![WordPart { value, quoted: true }], span }
            }
        };
        (self.name, word)
    }
}

impl Parser<'_> {
    /// Reads a simple command or a function definition; empty if nothing of the kind stands here.
    pub(super) fn simple_command(&mut self) -> Vec<Operation> {
        let start = self.pos;
        let mut end = start;
        let mut words: Vec<Word> = Vec::new();
        let mut redirects: Vec<Redirect> = Vec::new();
        let mut assignments: Vec<Assignment> = Vec::new();
        let mut declared: Vec<Assignment> = Vec::new();
        let mut is_declaring = false;
        loop {
            self.skip_blanks();
            if self.line_end().is_some() {
                break;
            }
            if let Some(redirect) = self.redirect() {
                redirects.push(redirect);
                end = self.pos;
                continue;
            }
            match self.peek() {
                None | Some(b';' | b'&' | b'|' | b')') => break,
                Some(b'#') => break,
                Some(b'(') => {
                    if let ([name], true, true) = (words.as_slice(), assignments.is_empty(), redirects.is_empty())
                        && let Some(name) = name.literal()
                        && self.take_empty_parentheses()
                    {
                        return self.function_body(start, name);
                    }
                    if words.is_empty() {
                        break;
                    }
                    // No shell of this family has a bracket here; in fish it is a substitution.
                    let open = self.pos;
                    self.damaged(open, open + 1);
                    let Some(body) = self.parenthesised(1) else { break };
                    let span = self.span(open, self.pos);
                    let value = Expression::new(ExpressionKind::Capture(body), span);
                    words.push(Word { parts: vec![WordPart { value, quoted: false }], span });
                    end = self.pos;
                    continue;
                }
                Some(b'<' | b'>') if self.byte(1) != Some(b'(') && self.placeholder().is_none() => {
                    self.damaged(self.pos, self.pos + 1);
                    self.pos += 1;
                    end = self.pos;
                    continue;
                }
                _ => {}
            }
            if (words.is_empty() || is_declaring)
                && let Some(assignment) = self.assignment()
            {
                if is_declaring {
                    declared.push(assignment);
                } else {
                    assignments.push(assignment);
                }
                end = self.pos;
                continue;
            }
            let first = words.is_empty();
            let expanded = self.expanded_word();
            if expanded.is_empty() {
                break;
            }
            end = self.pos;
            words.extend(expanded);
            if first {
                is_declaring = words.first().and_then(Word::literal).is_some_and(|name| is_declaration(&name));
            }
        }
        let span = self.span(start, end);
        if let Some(name) = words.first() {
            self.state.commands.insert(name.span.range().start);
        }
        finish(words, assignments, declared, redirects, span)
    }

    /// Goes past `()`.
    fn take_empty_parentheses(&mut self) -> bool {
        let mut at = self.pos + 1;
        while matches!(self.byte_at(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        let found = self.byte_at(at) == Some(b')');
        if found {
            self.pos = at + 1;
        }
        found
    }

    /// Reads an assignment, if one stands here.
    fn assignment(&mut self) -> Option<Assignment> {
        let start = self.pos;
        let mut at = start;
        if !matches!(self.byte_at(at), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_')) {
            return None;
        }
        while matches!(self.byte_at(at), Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_')) {
            at += 1;
        }
        let name_end = at;
        let mut index = None;
        if self.byte_at(at) == Some(b'[') {
            let close = self.index_end(at)?;
            index = Some((at + 1, close));
            at = close + 1;
        }
        let append = self.byte_at(at) == Some(b'+');
        at += usize::from(append);
        if self.byte_at(at) != Some(b'=') {
            return None;
        }
        let index = index.map(|(from, to)| self.within(from, to, Self::index_value));
        self.pos = at + 1;
        let value = if self.peek() == Some(b'(') {
            Assigned::Array(self.array())
        } else {
            let empty = self.span(self.pos, self.pos);
            Assigned::Word(self.word().unwrap_or_else(|| Word { parts: Vec::new(), span: empty }))
        };
        Some(Assignment {
            name: self.slice(start, name_end).to_owned(),
            name_span: self.span(start, name_end),
            index,
            append,
            value,
            span: self.span(start, self.pos),
        })
    }

    /// Where the `]` stands that closes the `[` at `open`. An index is short and stands on one line.
    fn index_end(&self, open: usize) -> Option<usize> {
        let mut depth = 0_u32;
        for at in open..open + 256 {
            match self.byte_at(at)? {
                b'[' => depth += 1,
                b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                b'\n' => return None,
                _ => {}
            }
        }
        None
    }

    /// Reads `( … )` behind `name=`.
    fn array(&mut self) -> Expression {
        let start = self.pos;
        self.pos += 1;
        let mut entries: Vec<(Option<Expression>, Expression)> = Vec::new();
        loop {
            self.skip_lines();
            match self.peek() {
                Some(b')') => {
                    self.pos += 1;
                    break;
                }
                None | Some(b';' | b'&' | b'|' | b'(') => {
                    self.damaged(start, start + 1);
                    break;
                }
                Some(b'<' | b'>') if self.byte(1) != Some(b'(') => {
                    self.damaged(self.pos, self.pos + 1);
                    self.pos += 1;
                    continue;
                }
                _ => {}
            }
            if self.peek() == Some(b'[')
                && let Some(close) = self.index_end(self.pos)
                && self.byte_at(close + 1) == Some(b'=')
            {
                let key = self.within(self.pos + 1, close, Self::index_value);
                self.pos = close + 2;
                let at = self.pos;
                let value = self.word().map_or_else(|| Expression::text("", self.span(at, at)), word_value);
                entries.push((Some(key), value));
                continue;
            }
            let before = self.pos;
            entries.extend(self.expanded_word().into_iter().map(|word| (None, operand_element(word))));
            if self.pos == before {
                self.pos += self.char_len(before);
            }
        }
        let kind = if entries.iter().any(|(key, _)| key.is_some()) {
            ExpressionKind::Map(entries)
        } else {
            ExpressionKind::List(entries.into_iter().map(|(_, value)| value).collect())
        };
        Expression::new(kind, self.span(start, self.pos))
    }

    /// Reads a redirection, if one stands here.
    pub(super) fn redirect(&mut self) -> Option<Redirect> {
        const OPERATORS: [&str; 14] =
            ["&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", ">>|", ">>", ">|", ">&", "<", ">!", ">"];
        let start = self.pos;
        let mut at = start;
        let mut descriptor = None;
        match self.byte_at(at)? {
            b'0'..=b'9' => {
                while at < start + 6 && matches!(self.byte_at(at), Some(b'0'..=b'9')) {
                    at += 1;
                }
                descriptor = self.slice(start, at).parse().ok();
            }
            b'{' => {
                at += 1;
                while matches!(self.byte_at(at), Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_')) {
                    at += 1;
                }
                if self.byte_at(at) != Some(b'}') || at == start + 1 {
                    return None;
                }
                at += 1;
                // The shell picks a free descriptor; bash begins at 10.
                descriptor = Some(10);
            }
            b'<' | b'>' | b'&' => {}
            _ => return None,
        }
        let rest = self.bytes(at, at + 3);
        let operator = *OPERATORS.iter().find(|operator| rest.starts_with(operator.as_bytes()))?;
        let is_substitution = operator.len() == 1 && self.byte_at(at + 1) == Some(b'(');
        // `>!name` overwrites in zsh; before a blank only, since in bash the name begins with `!`.
        let is_name = operator == ">!" && !matches!(self.byte_at(at + 2), Some(b' ' | b'\t'));
        if is_substitution || self.placeholder().is_some() || (descriptor.is_some() && operator.starts_with('&')) {
            return None;
        }
        self.pos = at + if is_name { 1 } else { operator.len() };
        self.skip_blanks();
        if operator == "<<" || operator == "<<-" {
            let Some(kind) = self.heredoc(at, operator == "<<-") else {
                self.pos = start;
                return None;
            };
            return Some(Redirect { descriptor, kind, span: self.span(start, self.pos) });
        }
        let Some(target) = self.word() else {
            self.pos = start;
            return None;
        };
        let is_descriptor = |word: &Word| {
            word.literal()
                .is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
        };
        if operator == "<&" {
            // `<&3` is `0<&3`, `>&3` is `1>&3`: only the descriptor tells them apart.
            descriptor = descriptor.or(Some(0));
        }
        let kind = match operator {
            "<" => RedirectKind::Read(target),
            "<>" => RedirectKind::ReadWrite(target),
            "<<<" => RedirectKind::HereString(target),
            "<&" => RedirectKind::Duplicate(target),
            ">&" if descriptor.is_some() || is_descriptor(&target) => RedirectKind::Duplicate(target),
            ">&" | "&>" | "&>>" => RedirectKind::WriteAll(target),
            ">>" | ">>|" => RedirectKind::Append(target),
            _ => RedirectKind::Write(target),
        };
        Some(Redirect { descriptor, kind, span: self.span(start, self.pos) })
    }

    /// Length of a placeholder such as `<your-key>` here. It counts as one only where a shell would refuse the line,
    /// so that nothing that runs can be disguised as one.
    pub(super) fn placeholder(&self) -> Option<usize> {
        if self.peek() != Some(b'<') || !matches!(self.byte(1), Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9')) {
            return None;
        }
        let mut len = 1;
        while len < 80
            && matches!(
                self.byte(len),
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'_' | b'-' | b'.' | b'/' | b'|' | b':' | b',')
            )
        {
            len += 1;
        }
        if self.byte(len) != Some(b'>') {
            return None;
        }
        len += 1;
        let mut after = len;
        while matches!(self.byte(after), Some(b' ' | b'\t')) {
            after += 1;
        }
        let refused = match self.byte(after) {
            None | Some(b'\n' | b'\r' | b';' | b')' | b'<') => true,
            Some(b'|' | b'&' | b'#' | b'>') => after > len,
            // `python3 <skill-path>/scripts/a.py`: no shell can write below a folder that no system has.
            Some(b'/') => after == len && self.is_below_no_root(len),
            // `~/.ssh/<key>.pub`: what would be run or read before it is a folder.
            Some(b'.' | b'-' | b'_') => after == len && self.pos > 0 && self.byte_at(self.pos - 1) == Some(b'/'),
            _ => false,
        };
        refused.then_some(len)
    }

    /// Whether `/one/two…` stands at `at`, where `one` is no folder that a system has at its root.
    fn is_below_no_root(&self, at: usize) -> bool {
        const ROOTS: &[&[u8]] = &[
            b"tmp",
            b"var",
            b"etc",
            b"dev",
            b"home",
            b"root",
            b"usr",
            b"opt",
            b"bin",
            b"sbin",
            b"lib",
            b"mnt",
            b"media",
            b"srv",
            b"run",
            b"proc",
            b"sys",
            b"boot",
            b"data",
            b"private",
            b"Users",
            b"Library",
            b"Volumes",
            b"Applications",
            b"System",
            b"workspace",
            b"app",
            b"storage",
            b"sdcard",
            b"nix",
            b"snap",
            b"cygdrive",
            b"c",
        ];
        let mut name = Vec::new();
        while name.len() < 80 {
            match self.byte(at + 1 + name.len()) {
                Some(byte @ (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-')) => name.push(byte),
                Some(b'/') => return !name.is_empty() && !ROOTS.contains(&name.as_slice()),
                _ => return false,
            }
        }
        false
    }
}

fn finish(
    words: Vec<Word>,
    assignments: Vec<Assignment>,
    declared: Vec<Assignment>,
    redirects: Vec<Redirect>,
    span: Span,
) -> Vec<Operation> {
    let mut operations = Vec::new();
    if words.is_empty() {
        operations.extend(assignments.into_iter().map(|assignment| assignment.operation(AssignMode::Set)));
        if redirects.is_empty() {
            return operations;
        }
        let command = Command { words, assignments: Vec::new(), redirects, background: false };
        operations.push(command_operation(command, span));
        return operations;
    }
    let name = words.first().and_then(Word::literal).unwrap_or_default();
    if name == "alias" {
        for word in words.iter().skip(1) {
            if let Some((name, value)) = split_at_equals(word, |name| !name.is_empty() && !name.starts_with('-')) {
                operations.push(Operation::new(OperationKind::Alias { name, value: word_value(value) }, word.span));
            }
        }
    }
    let mut words = words;
    if is_declaration(&name) {
        let has_flag =
            |letter| words.iter().filter_map(Word::literal).any(|word| word.starts_with('-') && word.contains(letter));
        let mode = match name.as_str() {
            _ if has_flag('n') && name != "export" => AssignMode::Reference,
            "export" => AssignMode::Export,
            _ if has_flag('x') => AssignMode::Export,
            _ => AssignMode::Set,
        };
        let before = words.len();
        operations.extend(declared.into_iter().map(|assignment| assignment.operation(mode)));
        // `export "NAME=value"`: quoted, so the grammar sees a plain word.
        let mut rest = Vec::new();
        for word in std::mem::take(&mut words) {
            let Some((name, value)) = split_at_equals(&word, is_name).filter(|_| !rest.is_empty()) else {
                rest.push(word);
                continue;
            };
            let target = Expression::new(ExpressionKind::Name(name), word.span);
            operations
                .push(Operation::new(OperationKind::Assign { target, value: word_value(value), mode }, word.span));
        }
        words = rest;
        let only_flags = words.iter().skip(1).all(|word| word.literal().is_some_and(|text| text.starts_with('-')));
        if !operations.is_empty() && only_flags && redirects.is_empty() && words.len() <= before {
            return operations;
        }
    }
    let assignments = assignments.into_iter().map(Assignment::prefix).collect();
    operations.push(command_operation(Command { words, assignments, redirects, background: false }, span));
    operations
}

fn command_operation(command: Command, span: Span) -> Operation {
    Operation::evaluate(Expression::new(ExpressionKind::Command(Box::new(command)), span))
}

fn is_declaration(name: &str) -> bool {
    matches!(name, "declare" | "local" | "export" | "readonly" | "typeset")
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Splits a word at the first `=` of its first part.
fn split_at_equals(word: &Word, accepts: impl Fn(&str) -> bool) -> Option<(String, Word)> {
    let (first, rest) = word.parts.split_first()?;
    let ExpressionKind::Text(text) = &first.value.kind else { return None };
    let (name, value) = text.split_once('=')?;
    if !accepts(name) {
        return None;
    }
    let span = first.value.span;
    let exact = span.len() == text.len();
    let from = if exact { span.start as usize + name.len() + 1 } else { span.start as usize };
    let mut parts = Vec::with_capacity(word.parts.len());
    if !value.is_empty() {
        let value = Expression::text(value, Span::new(from, span.end as usize));
        parts.push(WordPart { value, quoted: first.quoted });
    }
    parts.extend(rest.iter().cloned());
    Some((name.to_owned(), Word { parts, span: Span::new(from, word.span.end as usize) }))
}

/// The value of a word where it is neither split nor matched against file names.
pub(super) fn word_value(word: Word) -> Expression {
    let span = word.span;
    let mut values: Vec<Expression> = word.parts.into_iter().map(|part| part.value).collect();
    match values.len() {
        0 => Expression::text("", span),
        1 => values.pop().unwrap_or_else(|| Expression::text("", span)),
        _ => Expression::new(ExpressionKind::Concat(values), span),
    }
}

/// The value of a word where it may become several: in a list.
pub(super) fn operand_element(word: Word) -> Expression {
    let many = word.parts.iter().any(|part| match &part.value.kind {
        ExpressionKind::Text(_) => false,
        ExpressionKind::Expand(expansion) => {
            let all = expansion
                .index
                .as_ref()
                .is_some_and(|index| matches!(&index.kind, ExpressionKind::Text(text) if text == "@"));
            !part.quoted || expansion.name == "@" || all
        }
        _ => !part.quoted,
    });
    let span = word.span;
    let value = word_value(word);
    if many { Expression::new(ExpressionKind::Spread(Box::new(value)), span) } else { value }
}
