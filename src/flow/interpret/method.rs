//! Methods: of what the bundle defines, of modelled classes, of plain values.

use std::sync::Arc;

use super::Interpreter;
use super::call::Arguments;
use super::function::is_callable;
use super::names::{class_index, is_disguised};
use crate::document::Language;
use crate::flow::{Place, Shape, Value, pure};
use crate::lower::operation::Expression;

impl Interpreter<'_> {
    /// Calls a method of a value.
    pub(super) fn method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: Arguments,
        place: Place,
        object: Option<&Expression>,
    ) -> Value {
        let here = Some(place);
        let models = self.models;
        let language = self.language();
        // `(() => {}).constructor(code)`, `os.__getattribute__(name)`.
        if self.is_javascript() && name == "constructor" && !matches!(receiver.bare().shape(), Shape::Object { .. }) {
            let constructor = self.member(receiver, name, place, false);
            return self.apply(&constructor, arguments, place);
        }
        if matches!(name, "__getattribute__" | "__getattr__")
            && matches!(receiver.bare().shape(), Shape::Api(_))
            && let Some(wanted) = arguments.text(0)
        {
            return self.member(receiver, &wanted, place, true);
        }
        match receiver.bare().shape() {
            Shape::Api(base)
                if language == Language::Python
                    && matches!(name, "items" | "values" | "keys")
                    && self.is_module(base) =>
            {
                self.library_names(base, name, place)
            }
            Shape::Api(base) => {
                // `f.call(this, x)`, `f.apply(this, [x])`, `f.bind(this)`.
                if self.is_javascript() && matches!(name, "call" | "apply" | "bind") && &**base != "Reflect" {
                    return self.called_as(receiver, name, arguments, place);
                }
                let member = self.member(receiver, name, place, false);
                if let Shape::Api(full) = member.bare().shape() {
                    if models.call(language, full).is_none()
                        && let Some(known) = models.method(language, Some(base), name)
                    {
                        let full = full.clone();
                        return self.call_known(
                            known,
                            &full,
                            &arguments,
                            Some(receiver.clone()),
                            is_disguised(receiver),
                            place,
                        );
                    }
                    return self.apply(&member, arguments, place);
                }
                self.apply(&member, arguments, place)
            }
            Shape::Function(..) if self.is_javascript() && matches!(name, "call" | "apply" | "bind") => {
                self.called_as(receiver, name, arguments, place)
            }
            Shape::Object { class, .. } if class_index(class).is_some() || class.starts_with("module#") => {
                let member = self.member(receiver, name, place, false);
                match member.bare().shape() {
                    Shape::Unknown => self.unknown_call(name, Some(receiver), &arguments, place),
                    _ => self.apply(&member, arguments, place),
                }
            }
            Shape::Object { class, .. } if &**class == "names" && name == "update" => {
                if let Some(Shape::Map(entries)) = arguments.positional.first().map(|map| map.bare().shape()) {
                    for (key, value) in entries {
                        if let Some(key) = key.constant() {
                            self.environment.set_global(&key, value.clone());
                        }
                    }
                }
                Value::unknown(here)
            }
            Shape::Object { class, .. } if language == Language::Python && matches!(&**class, "template" | "match") => {
                match self.python_method(receiver, name, &arguments, place) {
                    Some(value) => value,
                    None => self.unknown_call(name, Some(receiver), &arguments, place),
                }
            }
            // A file that is only in memory keeps what is written to it.
            Shape::Object { class, fields }
                if &**class == "file"
                    && matches!(name, "write" | "writelines" | "getvalue" | "getbuffer")
                    && !fields.iter().any(|(field, _)| &**field == "path") =>
            {
                let content = fields.iter().find(|(field, _)| &**field == "content").map(|(_, value)| value.clone());
                if name.starts_with("get") {
                    return content.unwrap_or_else(|| Value::unknown(here));
                }
                let Some(more) = arguments.positional.first().cloned() else { return Value::unknown(here) };
                let joined = super::operations::appended(content, more, here);
                let fields = vec![("content".into(), joined)];
                self.changed_receiver = Some(Value::new(Shape::Object { class: class.clone(), fields }, here));
                Value::unknown(here)
            }
            Shape::Object { class, fields }
                if (&**class == "process" || &**class == "process.stdin")
                    && matches!(name, "communicate" | "write" | "writelines" | "end") =>
            {
                self.fed(fields, name, &arguments, place)
            }
            Shape::Object { class, fields } => {
                if let Some(known) = models.method(language, Some(class), name) {
                    let full: Arc<str> = format!("{class}.{name}").into();
                    return self.call_known(known, &full, &arguments, Some(receiver.clone()), false, place);
                }
                if let Some((_, value)) = fields.iter().find(|(field, _)| &**field == name) {
                    let value = value.clone();
                    if matches!(value.bare().shape(), Shape::Function(..) | Shape::Api(_)) {
                        return self.apply(&value, arguments, place);
                    }
                }
                self.unknown_call(name, Some(receiver), &arguments, place)
            }
            Shape::Map(entries) => {
                if let Some((_, value)) = entries.iter().rev().find(|(key, _)| key.as_text() == Some(name)) {
                    let value = value.clone();
                    if let (Shape::Function(document, id), true) = (value.bare().shape(), self.is_javascript()) {
                        self.entering = self.remembered(&value);
                        return self.call_function(*document, *id, &arguments, Some(receiver.clone()), place);
                    }
                    return self.apply(&value, arguments, place);
                }
                if name == "get"
                    && let Some(key) = arguments.positional.first()
                    && let Some(found) = pure::item(receiver, key, here)
                {
                    return found;
                }
                self.method_of_value(receiver, name, &arguments, place, object)
            }
            Shape::Choice(values)
                if values.iter().any(|value| matches!(value.bare().shape(), Shape::Api(_) | Shape::Object { .. })) =>
            {
                let values = values.clone();
                let results = values
                    .iter()
                    .take(4)
                    .map(|value| self.method(value, name, arguments.clone(), place, None))
                    .collect();
                Value::choice(results, here)
            }
            _ => self.method_of_value(receiver, name, &arguments, place, object),
        }
    }

    /// Calls a function with an element of a list; where the language does, with its index too.
    fn called_with(&mut self, callback: &Value, element: Value, at: usize, place: Place) -> Value {
        match callback.bare().shape() {
            Shape::Function(document, id) if self.is_javascript() => {
                let (document, id) = (*document, *id);
                let before = self.calls.get(&(document, id)).copied().unwrap_or(0);
                let given = vec![element, Value::text(at.to_string(), Some(place))];
                self.entering = self.remembered(callback);
                let value = self.call_function(document, id, &Arguments::of(given), None, place);
                self.calls.insert((document, id), before.max(1));
                value
            }
            _ => self.pure_call_back(callback, element, place),
        }
    }

    pub(super) fn method_of_value(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: &Arguments,
        place: Place,
        object: Option<&Expression>,
    ) -> Value {
        let here = Some(place);
        if self.language() == Language::Python
            && let Some(value) = self.python_method(receiver, name, arguments, place)
        {
            return self.bounded(value, place);
        }
        if let Some((taken, rest)) = taken(receiver, name, arguments, here) {
            if object.is_some() {
                self.changed_receiver = Some(rest);
            }
            return taken;
        }
        if let Some(changed) = mutated(receiver, name, arguments, here) {
            self.charge(&changed);
            if object.is_some() {
                self.changed_receiver = Some(changed.clone());
            }
            return changed;
        }
        // A method that takes a function: each element of a constant list goes through it.
        if matches!(name, "map" | "forEach" | "filter" | "find" | "some" | "every" | "flatMap")
            && let Some(callback) = arguments.positional.first()
            && is_callable(callback)
            && let Some(elements) = pure::elements(receiver).filter(|elements| elements.len() <= 4096)
        {
            let callback = callback.clone();
            let mut results = Vec::new();
            self.turning += 1;
            for (at, element) in elements.into_iter().enumerate() {
                if !self.step(1) {
                    break;
                }
                let result = self.called_with(&callback, element.clone(), at, place);
                match name {
                    "filter" if pure::truth(&result) == Some(false) => {}
                    "filter" => results.push(element),
                    "find" if pure::truth(&result) == Some(true) => {
                        results = vec![element];
                        break;
                    }
                    "flatMap" => match result.bare().shape() {
                        Shape::List(values) => results.extend(values.iter().cloned()),
                        _ => results.push(result),
                    },
                    _ => results.push(result),
                }
            }
            self.turning -= 1;
            return match name {
                "map" | "flatMap" | "filter" => Value::list(results, here),
                "find" if results.len() == 1 => results.remove(0),
                "find" => self.element(receiver),
                _ => receiver.clone(),
            };
        }
        if matches!(name, "reduce" | "reduceRight")
            && let Some(callback) = arguments.positional.first().filter(|callback| is_callable(callback)).cloned()
            && let Some(mut elements) = pure::elements(receiver).filter(|elements| elements.len() <= 4096)
        {
            if name == "reduceRight" {
                elements.reverse();
            }
            let list = Value::list(elements, here);
            let mut given = vec![callback, list];
            given.extend(arguments.positional.get(1).cloned());
            if let Some(value) = self.reduced("reduce", &Arguments::of(given), place) {
                return value;
            }
        }
        if self.is_javascript()
            && let Some(value) = self.by_expression(receiver, name, &arguments.positional, place)
        {
            return self.bounded(value, place);
        }
        if let Some(value) =
            pure::method(receiver, name, &arguments.positional, self.language(), self.budget.constant_bytes, here)
        {
            let mut from = vec![receiver.clone()];
            from.extend(arguments.positional.iter().cloned());
            let value = Value::computed(name, value, from, here);
            return self.bounded(value, place);
        }
        let class = match (receiver.bare().shape(), self.language()) {
            (Shape::Text(text), Language::Python) if text.parse::<i64>().is_ok() => Some("int"),
            (Shape::Text(_) | Shape::Concat(_), Language::Python) => Some("str"),
            (Shape::Bytes(_), Language::Python) => Some("bytes"),
            (Shape::List(_), Language::Python) => Some("list"),
            (Shape::Map(_), Language::Python) => Some("dict"),
            (Shape::Text(_) | Shape::Concat(_), _) => Some("String"),
            (Shape::List(_), _) => Some("Array"),
            _ => None,
        };
        let models = self.models;
        if let Some(known) = models.method(self.language(), class, name) {
            let full: Arc<str> = match class {
                Some(class) => format!("{class}.{name}").into(),
                None => name.into(),
            };
            return self.call_known(known, &full, arguments, Some(receiver.clone()), false, place);
        }
        self.unknown_call(name, Some(receiver), arguments, place)
    }
}

/// What a method takes out of a list or table, and what it leaves there.
fn taken(receiver: &Value, name: &str, arguments: &Arguments, place: Option<Place>) -> Option<(Value, Value)> {
    match (receiver.bare().shape(), name) {
        (Shape::List(values), "pop" | "shift" | "popleft") => {
            let at = match (name, arguments.positional.first()) {
                ("pop", None) => values.len().checked_sub(1)?,
                ("pop", Some(index)) => {
                    let index: i64 = index.constant()?.parse().ok()?;
                    usize::try_from(if index < 0 { index + values.len() as i64 } else { index }).ok()?
                }
                _ => 0,
            };
            let mut values = values.clone();
            let taken = (at < values.len()).then(|| values.remove(at))?;
            Some((taken, Value::list(values, place)))
        }
        (Shape::Map(entries), "pop") => {
            let key = arguments.positional.first()?.constant()?;
            let at = entries.iter().rposition(|(own, _)| own.as_text() == Some(&key))?;
            let mut entries = entries.clone();
            let (_, taken) = entries.remove(at);
            Some((taken, Value::new(Shape::Map(entries), place)))
        }
        _ => None,
    }
}

/// A list or table that a method changes in place.
pub(super) fn mutated(receiver: &Value, name: &str, arguments: &Arguments, place: Option<Place>) -> Option<Value> {
    match receiver.bare().shape() {
        Shape::List(values) => {
            let mut values = values.clone();
            match name {
                "append" | "push" | "add" | "appendleft" => values.extend(arguments.positional.iter().cloned()),
                "unshift" => {
                    values.splice(0..0, arguments.positional.iter().cloned());
                }
                "insert" => {
                    let at =
                        arguments.positional.first().and_then(Value::constant).and_then(|at| at.parse::<usize>().ok());
                    let at = at.unwrap_or(values.len()).min(values.len());
                    values.splice(at..at, arguments.positional.get(1).cloned());
                }
                "reverse" if arguments.positional.is_empty() => values.reverse(),
                "sort" if arguments.positional.is_empty() && arguments.named.is_empty() => {
                    values = pure::order(&values)?
                }
                "clear" => values.clear(),
                "remove" => {
                    let gone = arguments.positional.first()?.constant()?;
                    let at = values.iter().position(|own| own.as_text() == Some(&gone))?;
                    values.remove(at);
                }
                "extend" => match arguments.positional.first().map(|list| list.bare().shape()) {
                    Some(Shape::List(more)) => values.extend(more.iter().cloned()),
                    Some(_) => values.extend(arguments.positional.first().cloned()),
                    None => {}
                },
                _ => return None,
            }
            Some(Value::list(values, place))
        }
        // `bytearray()`.
        Shape::Bytes(bytes) => {
            let more = match name {
                "extend" => arguments.positional.first()?.constant_bytes().or_else(|| {
                    let codes = pure::elements(arguments.positional.first()?)?;
                    codes.iter().map(|code| code.constant()?.parse().ok()).collect()
                })?,
                "append" => vec![arguments.positional.first()?.constant()?.parse().ok()?],
                _ => return None,
            };
            Some(Value::raw_bytes([bytes.to_vec(), more].concat(), place))
        }
        Shape::Map(entries) => {
            let mut entries = entries.clone();
            match name {
                "update" => {
                    if let Some(Shape::Map(more)) = arguments.positional.first().map(|map| map.bare().shape()) {
                        entries.extend(more.iter().cloned());
                    } else {
                        entries
                            .extend(arguments.positional.first().map(|value| (Value::unknown(place), value.clone())));
                    }
                    entries.extend(
                        arguments.named.iter().map(|(name, value)| (Value::text(name.clone(), place), value.clone())),
                    );
                }
                "set" | "append" | "setdefault" => {
                    let [key, value] = arguments.positional.as_slice() else { return None };
                    entries.push((key.clone(), value.clone()));
                }
                _ => return None,
            }
            Some(Value::new(Shape::Map(entries), place))
        }
        _ => None,
    }
}
