//! Values as people read them, and where they come from.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{MAX_RENDERED, MAX_SOURCES, Shape, Value};

impl Value {
    /// The text with a readable stand-in for what is not constant: `$NAME`, `<argument file>`, `<content>`.
    #[must_use]
    pub fn rendered(&self) -> String {
        let mut out = String::new();
        self.render(&mut out);
        out
    }

    fn render(&self, out: &mut String) {
        if out.len() > MAX_RENDERED {
            return;
        }
        match self.shape() {
            Shape::Text(text) => out.push_str(cut(text, MAX_RENDERED)),
            Shape::Bytes(bytes) => {
                if let Ok(text) = std::str::from_utf8(bytes) {
                    out.push_str(cut(text, MAX_RENDERED));
                } else {
                    // The first ones tell what it is, and tell it from others. Writing to a String cannot fail.
                    let first = data_encoding::HEXLOWER.encode(bytes.get(..8).unwrap_or(bytes));
                    let _ = write!(out, "<{} bytes {first}…>", bytes.len());
                }
            }
            Shape::Concat(parts) => parts.iter().for_each(|part| part.render(out)),
            Shape::Choice(values) => render_all(out, '{', values, "|", '}'),
            Shape::List(values) => render_all(out, '[', values, ", ", ']'),
            Shape::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if out.len() > MAX_RENDERED {
                        break;
                    }
                    if index > 0 {
                        out.push_str(", ");
                    }
                    key.render(out);
                    out.push_str(": ");
                    value.render(out);
                }
                out.push('}');
            }
            Shape::Variable(name) => {
                out.push('$');
                out.push_str(name);
            }
            Shape::Argument(name) => {
                out.push_str("<argument ");
                out.push_str(name);
                out.push('>');
            }
            Shape::Content(_) => out.push_str("<content>"),
            Shape::FileAt(path) => {
                out.push_str("<file ");
                path.render(out);
                out.push('>');
            }
            Shape::Derived { how, .. } => {
                out.push('<');
                out.push_str(how);
                out.push('>');
            }
            // A variable of the environment reads as it is written.
            Shape::Carried { by, .. } if by.starts_with('$') => out.push_str(by),
            Shape::Carried { value, .. } | Shape::Computed { value, .. } => value.render(out),
            Shape::Api(name) => out.push_str(name),
            Shape::Function(..) => out.push_str("<function>"),
            Shape::Object { class, .. } if &**class == "output-path" => out.push_str("<(…)"),
            Shape::Object { class, fields } => {
                let shown = |name: &str| fields.iter().find(|(own, _)| &**own == name).map(|(_, value)| value);
                if let Some(value) = self.stands_for().or_else(|| shown("url")).or_else(|| shown("path")) {
                    value.render(out);
                } else {
                    out.push('<');
                    out.push_str(class);
                    out.push('>');
                }
            }
            Shape::Unknown => out.push_str("<unknown>"),
        }
    }

    /// Where it comes from: every content, file, variable and argument in it, each once, in order.
    #[must_use]
    pub fn sources(&self) -> Vec<Value> {
        let mut sources = Sources::default();
        sources.collect(self);
        sources.found
    }
}

fn render_all(out: &mut String, open: char, values: &[Value], between: &str, close: char) {
    out.push(open);
    for (index, value) in values.iter().enumerate() {
        if out.len() > MAX_RENDERED {
            break;
        }
        if index > 0 {
            out.push_str(between);
        }
        value.render(out);
    }
    out.push(close);
}

/// The start of `text`, at most `limit` bytes.
fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[derive(Default)]
pub(super) struct Sources {
    seen: BTreeSet<usize>,
    pub(super) found: Vec<Value>,
}

impl Sources {
    pub(super) fn collect(&mut self, value: &Value) {
        let mut stack = vec![value.clone()];
        while let Some(value) = stack.pop() {
            if self.found.len() >= MAX_SOURCES {
                return;
            }
            if !value.0.flows || !self.seen.insert(value.key()) {
                continue;
            }
            match value.shape() {
                Shape::Content(_) | Shape::FileAt(_) | Shape::Variable(_) | Shape::Argument(_) => {
                    self.found.push(value);
                }
                shape => {
                    let at = stack.len();
                    shape.for_each_part(&mut |part| stack.push(part.clone()));
                    stack[at..].reverse();
                }
            }
        }
    }
}
