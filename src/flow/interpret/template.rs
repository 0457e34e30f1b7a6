//! Templates of models become values.

use super::Interpreter;
use super::expression::joined_path;
use super::model::Slots;
use crate::flow::models::Template;
use crate::flow::{EffectKind, Place, Shape, Value, paths};

impl Interpreter<'_> {
    /// The value that a template makes; `None` where something it needs is absent.
    pub(super) fn template(&mut self, template: &Template, slots: &Slots, place: Place) -> Option<Value> {
        let here = Some(place);
        match template {
            Template::Literal(text) => Some(Value::text(text.clone(), here)),
            Template::Slot(name) => match slots.named.get(name) {
                Some(values) => several(values.clone(), here),
                None => slots.flags.contains(name).then(|| Value::text("true", here)),
            },
            Template::Field(part, name) => {
                let object = self.template(part, slots, place)?;
                match object.bare().shape() {
                    Shape::Object { fields, .. } => {
                        fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
                    }
                    Shape::Map(entries) => entries
                        .iter()
                        .rev()
                        .find(|(key, _)| key.as_text() == Some(name))
                        .map(|(_, value)| value.clone()),
                    _ => None,
                }
            }
            Template::Operand(number) => slots.operands.get(number - 1).cloned(),
            Template::OperandsFrom(number) => several(slots.operands.get(number - 1..)?.to_vec(), here),
            Template::Stdin => slots.stdin.clone(),
            Template::Receiver => slots.receiver.clone(),
            Template::Yield(kind) => {
                let values = slots.yields.iter().filter(|(own, _)| own == kind).map(|(_, value)| value.clone());
                several(values.collect(), here)
            }
            Template::Invoked => slots.invoked.clone(),
            Template::File(part) => {
                let path = self.template(part, slots, place)?;
                self.file_at(&path, slots, here)
            }
            Template::AtFile(part) => {
                let value = self.template(part, slots, place)?;
                Some(self.at_file(&value, slots, here))
            }
            Template::Join(parts) => {
                let mut joined = Vec::new();
                for value in self.present(parts, slots, place) {
                    // Options of a call (`spawn(command, { shell: true })`) are no words.
                    if matches!(value.bare().shape(), Shape::Map(_)) {
                        continue;
                    }
                    let words = match value.bare().shape() {
                        Shape::List(words) => words.clone(),
                        _ => vec![value],
                    };
                    for word in words {
                        if !joined.is_empty() {
                            joined.push(Value::text(" ", here));
                        }
                        joined.push(word);
                    }
                }
                (!joined.is_empty()).then(|| match <[Value; 1]>::try_from(joined) {
                    // One word stays what it is, with its place.
                    Ok([only]) => only,
                    Err(joined) => Value::concat(joined, here),
                })
            }
            Template::JoinPath(parts) => {
                let parts = self.present(parts, slots, place);
                (!parts.is_empty()).then(|| joined_path(parts, place))
            }
            Template::Concat(parts) => {
                let mut values = Vec::new();
                for part in parts {
                    values.push(self.template(part, slots, place)?);
                }
                Some(Value::concat(values, here))
            }
            Template::Words(part) => {
                let value = self.template(part, slots, place)?;
                Some(split_words(&value))
            }
            Template::Basename(part) => {
                let value = self.template(part, slots, place)?;
                Some(each(&value, here, &mut |value| {
                    Some(match value.constant() {
                        Some(text) => {
                            let text = text.split(['?', '#']).next().unwrap_or_default();
                            Value::text(paths::name(text), here)
                        }
                        None => last_part(value, here),
                    })
                })?)
            }
            Template::First(parts) => parts.iter().find_map(|part| self.template(part, slots, place)),
            Template::Either(parts) => {
                let parts = self.present(parts, slots, place);
                (!parts.is_empty()).then(|| Value::choice(parts, here))
            }
            Template::Derived(parts) => {
                let parts = self.present(parts, slots, place);
                (!parts.is_empty()).then(|| Value::derived(crate::flow::value::COMPUTATION, parts, here))
            }
            Template::After(mark, part) => {
                let value = self.template(part, slots, place)?;
                each(&value, here, &mut |value| after(value, mark, here))
            }
            Template::Before(mark, part) => {
                let value = self.template(part, slots, place)?;
                each(&value, here, &mut |value| {
                    let text = value.constant()?;
                    text.split_once(&**mark).map(|(before, _)| Value::text(before, value.place()))
                })
            }
            Template::Substitute(parts) => {
                let [mark, words, with] = &**parts;
                let mark = self.template(mark, slots, place)?.constant()?;
                let words = self.template(words, slots, place)?;
                let with = self.template(with, slots, place).unwrap_or_else(|| Value::unknown(here));
                // What is piped in is put in by the line.
                let line = with.as_text().and_then(|text| text.strip_suffix('\n')).map(|line| Value::text(line, here));
                let with = match line {
                    Some(line) => Value::computed("line", line, vec![with], here),
                    None => with,
                };
                if mark.is_empty() {
                    return None;
                }
                Some(substitute(&words, &mark, &with, 0))
            }
            Template::List(parts) => {
                // A list in a list is spread (`xargs`: its own words, then those of its input).
                let mut spread = Vec::new();
                for value in self.present(parts, slots, place) {
                    match value.bare().shape() {
                        Shape::List(values) => spread.extend(values.iter().cloned()),
                        _ => spread.push(value),
                    }
                }
                (!spread.is_empty()).then(|| Value::list(spread, here))
            }
            Template::Argument => Some(Value::new(Shape::Argument("input".into()), here)),
            Template::Unknown => Some(Value::unknown(here)),
        }
    }

    pub(super) fn present(&mut self, parts: &[Template], slots: &Slots, place: Place) -> Vec<Value> {
        parts.iter().filter_map(|part| self.template(part, slots, place)).collect()
    }

    pub(super) fn file_at(&mut self, path: &Value, slots: &Slots, here: Option<Place>) -> Option<Value> {
        match path.bare().shape() {
            Shape::List(paths) => {
                let paths = paths.clone();
                several(paths.iter().filter_map(|path| self.file_at(path, slots, here)).collect(), here)
            }
            Shape::Object { class, fields } if &**class == "output-path" => {
                fields.first().map(|(_, value)| value.clone())
            }
            _ if matches!(path.as_text(), Some("-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")) => {
                slots.stdin.clone()
            }
            _ => Some(match self.reading.take() {
                Some(doing) => {
                    let value = self.emit(EffectKind::Read, vec![("path", path.clone())], &doing, Vec::new());
                    self.reading = Some(doing);
                    value
                }
                None => Value::new(Shape::FileAt(path.clone()), path.place().or(here)),
            }),
        }
    }

    /// `@path` is the content of a file, as curl has it.
    pub(super) fn at_file(&mut self, value: &Value, slots: &Slots, here: Option<Place>) -> Value {
        if let Shape::List(values) = value.bare().shape() {
            let values = values.clone();
            return Value::list(values.iter().map(|value| self.at_file(value, slots, here)).collect(), here);
        }
        let first = match value.bare().shape() {
            Shape::Concat(parts) => parts.first().and_then(|part| part.as_text()).map(str::to_owned),
            _ => value.constant(),
        };
        if !first.is_some_and(|text| text.starts_with('@')) {
            return value.clone();
        }
        let path = after(value, "@", here).unwrap_or_else(|| Value::unknown(here));
        self.file_at(&path, slots, here).unwrap_or_else(|| Value::unknown(here))
    }
}

/// One value for all that are there.
pub(super) fn several(mut values: Vec<Value>, place: Option<Place>) -> Option<Value> {
    match values.len() {
        0 => None,
        1 => Some(values.swap_remove(0)),
        _ => Some(Value::list(values, place)),
    }
}

/// Does something to a value, or to each element of a list; `None` if it gives nothing for any.
pub(super) fn each(
    value: &Value,
    place: Option<Place>,
    change: &mut dyn FnMut(&Value) -> Option<Value>,
) -> Option<Value> {
    match value.bare().shape() {
        Shape::List(values) => several(values.iter().filter_map(change).collect(), place),
        _ => change(value),
    }
}

/// What stands behind the first `mark`.
pub(super) fn after(value: &Value, mark: &str, here: Option<Place>) -> Option<Value> {
    if let Some(text) = value.constant() {
        return text.split_once(mark).map(|(_, rest)| Value::text(rest, value.place()));
    }
    let Shape::Concat(parts) = value.bare().shape() else { return None };
    for (at, part) in parts.iter().enumerate() {
        if let Some((_, rest)) = part.as_text().and_then(|text| text.split_once(mark)) {
            let mut tail = vec![Value::text(rest, part.place())];
            tail.extend(parts.iter().skip(at + 1).cloned());
            return Some(Value::concat(tail, here));
        }
    }
    None
}

/// The last part of a path that is not constant.
pub(super) fn last_part(value: &Value, here: Option<Place>) -> Value {
    if let Shape::Concat(parts) = value.bare().shape() {
        for (at, part) in parts.iter().enumerate().rev() {
            if let Some((_, rest)) = part.as_text().and_then(|text| text.rsplit_once('/')) {
                let mut tail = vec![Value::text(rest, here)];
                tail.extend(parts.iter().skip(at + 1).cloned());
                return Value::concat(tail, here);
            }
        }
    }
    Value::derived("basename", vec![value.clone()], here)
}

pub(super) fn substitute(value: &Value, mark: &str, with: &Value, depth: u32) -> Value {
    match value.bare().shape() {
        Shape::List(values) if depth < 8 => {
            Value::list(values.iter().map(|value| substitute(value, mark, with, depth + 1)).collect(), value.place())
        }
        _ => match value.as_text() {
            Some(text) if text.contains(mark) => {
                let mut parts = Vec::new();
                for (at, part) in text.split(mark).enumerate() {
                    if at > 0 {
                        parts.push(with.clone());
                    }
                    parts.push(Value::text(part, value.place()));
                }
                Value::concat(parts, value.place())
            }
            _ => value.clone(),
        },
    }
}

/// A text as the words that a shell would make of it; a list stays.
pub(super) fn split_words(value: &Value) -> Value {
    if matches!(value.bare().shape(), Shape::List(_)) {
        return value.clone();
    }
    let parts = match value.bare().shape() {
        Shape::Concat(parts) => parts.clone(),
        _ => vec![value.clone()],
    };
    let place = value.place();
    let mut words: Vec<Value> = Vec::new();
    let mut word: Vec<Value> = Vec::new();
    let mut quote = None;
    for part in parts {
        let Some(text) = part.constant() else {
            word.push(part);
            continue;
        };
        let mut piece = String::new();
        let mut any = false;
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match (quote, character) {
                (Some(open), _) if character == open => quote = None,
                (None, '\'' | '"') => {
                    quote = Some(character);
                    any = true;
                }
                (None | Some('"'), '\\') => {
                    piece.extend(characters.next());
                    any = true;
                }
                (None, _) if character.is_ascii_whitespace() => {
                    if any {
                        word.push(Value::text(std::mem::take(&mut piece), place));
                        any = false;
                    }
                    if !word.is_empty() {
                        words.push(Value::concat(std::mem::take(&mut word), place));
                    }
                }
                _ => {
                    piece.push(character);
                    any = true;
                }
            }
        }
        if any {
            word.push(Value::text(piece, place));
        }
    }
    if !word.is_empty() {
        words.push(Value::concat(word, place));
    }
    Value::list(words, place)
}
