//! What of a value is constant.

use super::{MAX_TEXT, Shape, Value};

impl Value {
    /// The text, if it stands in one piece: no copy.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self.bare().shape() {
            Shape::Text(text) => Some(text),
            Shape::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The text, if it is constant; the only text, where all choices agree. A list is not a text. An object of the
    /// class `path` is the text of its path.
    #[must_use]
    pub fn constant(&self) -> Option<String> {
        let mut out = String::new();
        self.write_constant(&mut out).then_some(out)
    }

    fn write_constant(&self, out: &mut String) -> bool {
        match self.shape() {
            Shape::Text(text) => {
                if out.len() + text.len() > MAX_TEXT {
                    return false;
                }
                out.push_str(text);
                true
            }
            Shape::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => {
                    out.push_str(text);
                    true
                }
                Err(_) => false,
            },
            Shape::Concat(parts) => parts.iter().all(|part| part.write_constant(out)),
            Shape::Choice(values) => {
                let mut texts = values.iter().map(Value::constant);
                match texts.next() {
                    Some(Some(first)) if texts.all(|text| text.as_ref() == Some(&first)) => {
                        out.push_str(&first);
                        true
                    }
                    _ => false,
                }
            }
            Shape::Carried { value, .. } | Shape::Computed { value, .. } => value.write_constant(out),
            Shape::Object { .. } => self.stands_for().is_some_and(|value| value.write_constant(out)),
            _ => false,
        }
    }

    /// The field of an object that is meant where a text is asked for.
    pub(in crate::flow) fn stands_for(&self) -> Option<&Value> {
        let Shape::Object { class, fields } = self.shape() else { return None };
        if &**class != "path" {
            return None;
        }
        fields.iter().find(|(name, _)| &**name == "path").map(|(_, value)| value)
    }

    /// The bytes, if it is constant.
    #[must_use]
    pub fn constant_bytes(&self) -> Option<Vec<u8>> {
        match self.bare().shape() {
            Shape::Bytes(bytes) => Some(bytes.to_vec()),
            _ => self.constant().map(String::into_bytes),
        }
    }

    /// Every text that it can be, as far as constants go: at most `limit` of them. Empty if no choice is constant.
    #[must_use]
    pub fn texts(&self, limit: usize) -> Vec<String> {
        match self.shape() {
            Shape::Choice(values) => {
                let mut texts: Vec<String> = Vec::new();
                for value in values {
                    for text in value.texts(limit) {
                        if texts.len() < limit && !texts.contains(&text) {
                            texts.push(text);
                        }
                    }
                }
                texts
            }
            Shape::Concat(parts) => {
                let mut texts = vec![String::new()];
                for part in parts {
                    let tails = part.texts(limit);
                    let mut next = Vec::new();
                    for head in &texts {
                        for tail in &tails {
                            if next.len() < limit && head.len() + tail.len() <= MAX_TEXT {
                                next.push(format!("{head}{tail}"));
                            }
                        }
                    }
                    texts = next;
                }
                texts
            }
            Shape::Carried { value, .. } | Shape::Computed { value, .. } => value.texts(limit),
            Shape::Object { .. } => self.stands_for().map(|value| value.texts(limit)).unwrap_or_default(),
            _ if limit == 0 => Vec::new(),
            _ => self.constant().into_iter().collect(),
        }
    }
}
