//! Storing into members and items.

use super::Interpreter;
use super::call::Arguments;
use super::emit::Doing;
use super::function::is_callable;
use super::names::{class_index, instance_of};
use crate::document::Language;
use crate::flow::{EffectKind, Shape, Value};
use crate::lower::operation::{AssignMode, Expression, ExpressionKind};

impl Interpreter<'_> {
    /// Stores a member.
    pub(super) fn set_member(
        &mut self,
        object: &Expression,
        receiver: &Value,
        name: &str,
        value: Value,
        mode: AssignMode,
    ) {
        let place = self.place(object.span);
        match receiver.bare().shape() {
            Shape::Object { class, .. } if class_index(class).is_some() => {
                self.set_attribute(receiver, name, value, mode == AssignMode::Append, place);
            }
            Shape::Object { class, .. } if &**class == "names" => self.environment.set_global(name, value),
            Shape::Function(document, id) => {
                let key = (*document, *id);
                self.function_attributes.entry(key).or_default().insert(name.into(), value);
            }
            Shape::Object { class, fields } => {
                // `socket.onmessage = f` is `socket.addEventListener("message", f)`.
                if self.is_javascript()
                    && let Some(event) = name.strip_prefix("on").filter(|event| !event.is_empty())
                    && is_callable(&value)
                {
                    let handler = Arguments::of(vec![Value::text(event, Some(place)), value.clone()]);
                    self.method_of_value(receiver, "addEventListener", &handler, place, None);
                }
                let mut fields = fields.clone();
                fields.retain(|(field, _)| &**field != name);
                fields.push((name.into(), value));
                let object_value = Value::new(Shape::Object { class: class.clone(), fields }, Some(place));
                self.put_back(object, object_value);
            }
            Shape::Api(base) if matches!(&**base, "os.environ" | "process.env") => {
                let key = Value::text(name, Some(place));
                self.set_item(object, receiver, key, value);
            }
            Shape::Api(base) => {
                // `module.exports = …`, `exports.f = …`, `os.environ = …`.
                let full = format!("{base}.{name}");
                if self.is_javascript() && (full == "module.exports" || &**base == "exports") {
                    self.environment.set_local(&full, value);
                } else if &**base == "module.exports" {
                    self.environment.set_local(&format!("exports.{name}"), value);
                } else {
                    self.environment.set_local(&full, value);
                }
            }
            _ => {
                let key = Value::text(name, Some(place));
                self.set_item(object, receiver, key, value);
            }
        }
    }

    /// Stores an item.
    pub(super) fn set_item(&mut self, object: &Expression, receiver: &Value, index: Value, value: Value) {
        let place = self.place(object.span);
        let here = Some(place);
        if let Shape::Object { class, .. } = receiver.bare().shape()
            && (class_index(class).is_some() || &**class == "names")
            && let Some(name) = index.constant()
        {
            // `globals()['x'] = v`, `o.__dict__['x'] = v`.
            self.set_member(object, receiver, &name, value, AssignMode::Set);
            return;
        }
        let updated = match receiver.bare().shape() {
            Shape::Api(base) => {
                // `os.environ['X'] = v` and `process.env.X = v` set the variable for programs that are started.
                if matches!(&**base, "os.environ" | "process.env")
                    && let Some(name) = index.constant()
                {
                    self.export(&name, value.clone());
                    let doing = Doing::new(base.clone(), place);
                    let store = Value::text(format!("environment {name}"), here);
                    self.emit(EffectKind::Write, vec![("content", value), ("store", store)], &doing, Vec::new());
                    return;
                }
                // A name that nothing has set: a table begins (`declare -A`, an object that came from elsewhere).
                Value::new(Shape::Map(vec![(index, value)]), here)
            }
            Shape::Map(entries) => {
                let mut entries = entries.clone();
                if let Some(key) = index.as_text() {
                    entries.retain(|(other, _)| other.as_text() != Some(key));
                }
                entries.push((index, value));
                Value::new(Shape::Map(entries), here)
            }
            Shape::List(values) => {
                let mut values = values.clone();
                match index.constant().and_then(|text| text.parse::<usize>().ok()) {
                    Some(at) if at < values.len() => {
                        if let Some(slot) = values.get_mut(at) {
                            *slot = value;
                        }
                    }
                    Some(at) if at < values.len() + 64 => {
                        values.resize(at, Value::text("", here));
                        values.push(value);
                    }
                    _ => values.push(value),
                }
                Value::list(values, here)
            }
            // `message['To'] = x`: what a thing of a library is does not change with what it holds. Classes of this
            // file and callables (`bound`, `partial`, `output-path`) are none.
            Shape::Object { class, fields } if class.contains('.') && !class.starts_with("operator.") => {
                let mut fields = fields.clone();
                match fields.iter_mut().find(|(name, _)| &**name == "items") {
                    Some((_, items)) => *items = Value::derived("items", vec![items.clone(), value], here),
                    None => fields.push(("items".into(), value)),
                }
                Value::new(Shape::Object { class: class.clone(), fields }, here)
            }
            Shape::Variable(_) | Shape::Unknown if self.language() == Language::Shell => {
                Value::new(Shape::Map(vec![(index, value)]), here)
            }
            Shape::Unknown => Value::new(Shape::Map(vec![(index, value)]), here),
            _ => Value::derived("item", vec![receiver.clone(), value], here),
        };
        self.charge(&updated);
        self.put_back(object, updated);
    }

    /// Stores a changed object where it came from.
    pub(super) fn put_back(&mut self, object: &Expression, value: Value) {
        let Some(outer) = self.put_back_shallow(object, value) else { return };
        let (object, name, value) = outer;
        let receiver = self.reference(object);
        if let Shape::Object { class, .. } = receiver.bare().shape() {
            if let Some(own) = instance_of(class).and_then(|own| self.instances.get_mut(own)) {
                own.insert(name.into(), value.clone());
            }
            if let Some(class) = class_index(class).and_then(|index| self.classes.get_mut(index)) {
                class.attributes.insert(name.into(), value);
            }
        }
    }

    pub(super) fn put_back_shallow<'e>(
        &mut self,
        object: &'e Expression,
        value: Value,
    ) -> Option<(&'e Expression, &'e str, Value)> {
        match &object.kind {
            ExpressionKind::Name(name) => {
                self.environment.set(name, value);
                None
            }
            ExpressionKind::Member(object, name) => Some((object, name, value)),
            _ => None,
        }
    }
}
