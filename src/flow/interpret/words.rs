//! Words become arguments: splitting, file-name patterns, `~`.

use super::Interpreter;
use crate::document::Language;
use crate::flow::pure::glob::{self, Pattern};
use crate::flow::{Place, Shape, Value};
use crate::lower::operation::{ExpressionKind, Word};

impl Interpreter<'_> {
    /// The arguments that words make: a word can make none, one or many.
    pub(super) fn argv(&mut self, words: &[Word]) -> Vec<Value> {
        let mut argv = Vec::new();
        for word in words {
            let before = argv.len();
            self.fields(word, &mut argv);
            self.reads(word, argv.get(before..).unwrap_or_default());
        }
        argv
    }

    fn fields(&mut self, word: &Word, argv: &mut Vec<Value>) {
        let place = self.place(word.span);
        if let Some(text) = word.literal() {
            let quoted = word.parts.iter().any(|part| part.quoted);
            if text.contains(super::expression::HOLE.0) {
                let value = self.word(word);
                argv.push(value);
                return;
            }
            let value = if !quoted && argv.is_empty() && glob::is_pattern(&text) {
                programs_matching(&text, place)
            } else {
                Value::text(text, Some(place))
            };
            argv.push(value.at(place));
            return;
        }
        let mut open: Option<Vec<Value>> = None;
        let count = word.parts.len();
        let separators = self.separators();
        for (at, part) in word.parts.iter().enumerate() {
            let value = self.value(&part.value);
            let expanded = matches!(
                part.value.kind,
                ExpressionKind::Expand(_) | ExpressionKind::Capture(_) | ExpressionKind::Spread(_)
            );
            // `$@` and `${a[@]}`, quoted or not, make a word of each element.
            let held = match value.bare().shape() {
                Shape::List(values) => Some(values.clone()),
                Shape::Choice(lists) if lists.iter().all(|list| matches!(list.bare().shape(), Shape::List(_))) => {
                    Some(vec![value.clone()])
                }
                _ => None,
            };
            if let Some(values) = held {
                let values = super::argv::flattened(values);
                for (index, element) in values.into_iter().enumerate() {
                    if index > 0
                        && let Some(parts) = open.take()
                    {
                        argv.push(Value::concat(parts, Some(place)).at(place));
                    }
                    open.get_or_insert_with(Vec::new).push(element);
                }
                continue;
            }
            if part.quoted || !expanded {
                open.get_or_insert_with(Vec::new).push(value);
                continue;
            }
            let value = self.inside_a_name(word, at, value);
            match value.constant() {
                Some(text) if text.is_empty() => {}
                Some(text) if text.contains(|c: char| separators.contains(&c)) => {
                    let pieces: Vec<&str> =
                        text.split(|c: char| separators.contains(&c)).filter(|piece| !piece.is_empty()).collect();
                    if text.starts_with(|c: char| separators.contains(&c))
                        && let Some(parts) = open.take()
                    {
                        argv.push(Value::concat(parts, Some(place)).at(place));
                    }
                    for (index, piece) in pieces.iter().enumerate() {
                        if index > 0
                            && let Some(parts) = open.take()
                        {
                            argv.push(Value::concat(parts, Some(place)).at(place));
                        }
                        let piece =
                            Value::computed("word", Value::text(*piece, Some(place)), vec![value.clone()], Some(place));
                        open.get_or_insert_with(Vec::new).push(piece);
                    }
                    if text.ends_with(|c: char| separators.contains(&c))
                        && let Some(parts) = open.take()
                    {
                        argv.push(Value::concat(parts, Some(place)).at(place));
                    }
                }
                _ => open.get_or_insert_with(Vec::new).push(value),
            }
        }
        if let Some(parts) = open {
            let value = if count == 1 && parts.len() == 1 {
                parts.into_iter().next().unwrap_or_else(|| Value::unknown(Some(place)))
            } else {
                Value::concat(parts, Some(place))
            };
            let unquoted = word.parts.iter().all(|part| !part.quoted);
            let value = match value.as_text() {
                Some(text) if unquoted && argv.is_empty() && glob::is_pattern(text) => programs_matching(text, place),
                _ => value,
            };
            argv.push(value.at(place));
        }
    }

    /// A variable that nothing sets, with letters on both sides (`c${u}rl`), is there to be empty.
    fn inside_a_name(&mut self, word: &Word, at: usize, value: Value) -> Value {
        let letter =
            |part: Option<&crate::lower::operation::WordPart>, last: bool| match part.map(|part| &part.value.kind) {
                Some(ExpressionKind::Text(text)) => {
                    let character = if last { text.chars().next_back() } else { text.chars().next() };
                    character.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '-'))
                }
                // Another expansion may stand between.
                Some(ExpressionKind::Expand(_)) => true,
                _ => false,
            };
        let unset = match value.bare().shape() {
            Shape::Variable(_) => true,
            Shape::Argument(name) => name.starts_with('$'),
            Shape::Content(id) => self.effects.get(id.0 as usize).is_some_and(|effect| {
                effect.kind == crate::flow::EffectKind::Env && effect.place == value.place().unwrap_or(effect.place)
            }),
            _ => false,
        };
        let before = at.checked_sub(1).and_then(|at| word.parts.get(at));
        let alphabetic_before = matches!(before.map(|part| &part.value.kind), Some(ExpressionKind::Text(text))
            if text.ends_with(|c: char| c.is_ascii_alphabetic()));
        let after = word.parts.get(at + 1);
        if unset
            && self.language() == Language::Shell
            && alphabetic_before
            && letter(after, false)
            && letter(before, true)
            && !matches!(after.map(|part| &part.value.kind), Some(ExpressionKind::Text(text)) if text.starts_with(['/', '-']))
        {
            return Value::text("", value.place());
        }
        value
    }

    fn separators(&self) -> Vec<char> {
        match self.environment.get("IFS").and_then(Value::constant) {
            Some(separators) => separators.chars().collect(),
            None => vec![' ', '\t', '\n'],
        }
    }

    /// The value of a word that is not split: of a redirection, an assignment, a here-string.
    pub(super) fn word(&mut self, word: &Word) -> Value {
        let place = self.place(word.span);
        let mut parts = Vec::new();
        for (at, part) in word.parts.iter().enumerate() {
            let value = self.value(&part.value);
            let value = if part.quoted { value } else { self.inside_a_name(word, at, value) };
            match value.bare().shape() {
                Shape::List(values) => {
                    for (index, element) in values.iter().enumerate() {
                        if index > 0 {
                            parts.push(Value::text(" ", Some(place)));
                        }
                        parts.push(element.clone());
                    }
                }
                _ => parts.push(value),
            }
        }
        match <[Value; 1]>::try_from(parts) {
            Ok([only]) => only.at(place),
            Err(parts) => Value::concat(parts, Some(place)),
        }
    }
}

/// The programs that a pattern in the place of a program's name can mean.
fn programs_matching(text: &str, place: Place) -> Value {
    let pattern = Pattern::new(text);
    let found: Vec<Value> = glob::program_paths()
        .filter(|path| pattern.matches(path))
        .take(8)
        .map(|path| Value::text(path, Some(place)))
        .collect();
    if found.is_empty() { Value::text(text, Some(place)) } else { Value::choice(found, Some(place)) }
}
