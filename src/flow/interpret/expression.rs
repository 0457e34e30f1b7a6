//! Expressions: what has a value.

use super::Interpreter;
use super::emit::Doing;
use crate::document::Language;
use crate::flow::{EffectKind, Place, Shape, Value, pure};
use crate::lower::operation::{Expression, ExpressionKind, Operation, OperationKind, Operator};

/// Marks a value's place in a text that was put together: number between the two.
pub(super) const HOLE: (char, char) = ('\u{E5C0}', '\u{E5C1}');

impl Interpreter<'_> {
    /// The value of an expression. A library's object that is a source as a whole (`document.cookie`) is read.
    pub(super) fn value(&mut self, expression: &Expression) -> Value {
        let value = self.reference(expression);
        self.materialised(value, self.place(expression.span))
    }

    pub(super) fn materialised(&mut self, value: Value, place: Place) -> Value {
        let Shape::Api(name) = value.bare().shape() else { return value };
        let models = self.models;
        match models.value(self.language(), name) {
            Some(known) => {
                let name = name.clone();
                self.apply_model(known, super::model::Slots::default(), &Doing::new(name.clone(), place))
            }
            None => value,
        }
    }

    /// The value of an expression, where names of libraries stay names.
    pub(super) fn reference(&mut self, expression: &Expression) -> Value {
        let place = self.place(expression.span);
        if !self.step(1) {
            return Value::unknown(Some(place));
        }
        let value = self.deeper(Value::unknown(Some(place)), |interpreter| interpreter.reference_at(expression, place));
        if matches!(
            expression.kind,
            ExpressionKind::Concat(_)
                | ExpressionKind::Binary(..)
                | ExpressionKind::Call(_)
                | ExpressionKind::Index(..)
                | ExpressionKind::Slice(..)
                | ExpressionKind::Text(_)
        ) {
            self.folded_constant(&value, place);
        }
        self.names(expression, &value, place);
        value
    }

    fn reference_at(&mut self, expression: &Expression, place: Place) -> Value {
        let here = Some(place);
        match &expression.kind {
            ExpressionKind::Text(text) => {
                self.written_out(text);
                self.literal(text, place)
            }
            ExpressionKind::Bytes(bytes) if self.language() == Language::Python => {
                Value::raw_bytes(bytes.clone(), here)
            }
            ExpressionKind::Bytes(bytes) => Value::bytes(bytes.clone(), here),
            ExpressionKind::Integer(number) => Value::text(number.to_string(), here),
            ExpressionKind::Boolean(truth) => Value::text(if *truth { "true" } else { "false" }, here),
            ExpressionKind::Constant => Value::unknown(here),
            ExpressionKind::Name(name) => self.name(name, place),
            ExpressionKind::Member(object, name) => {
                let receiver = self.reference(object);
                self.member(&receiver, name, place, false)
            }
            ExpressionKind::Index(object, index) => {
                let receiver = self.reference(object);
                let index = self.value(index);
                self.member_in_brackets(object, &index, place);
                self.item(&receiver, &index, place)
            }
            ExpressionKind::Slice(object, bounds) => {
                let object = self.value(object);
                let bounds: Vec<Option<Value>> =
                    bounds.iter().map(|bound| bound.as_ref().map(|bound| self.value(bound))).collect();
                pure::slice(&object, &bounds, here).unwrap_or_else(|| Value::derived("slice", vec![object], here))
            }
            ExpressionKind::Concat(parts) => {
                let parts: Vec<Value> = parts
                    .iter()
                    .map(|part| {
                        let value = self.value(part);
                        self.as_written(value, place)
                    })
                    .collect();
                let value = Value::concat(parts, here);
                self.bounded(value, place)
            }
            ExpressionKind::Binary(operator @ (Operator::And | Operator::Or | Operator::When), left, right) => {
                self.chosen(*operator, left, right, place)
            }
            ExpressionKind::Binary(operator, left, right) => {
                let left = self.value(left);
                let right = self.value(right);
                self.binary(*operator, left, right, place)
            }
            ExpressionKind::Choice(values) => {
                let values = values.iter().map(|value| self.value(value)).collect();
                Value::choice(values, here)
            }
            ExpressionKind::List(elements) => {
                let mut values = Vec::new();
                for element in elements {
                    self.element_of_list(element, &mut values);
                }
                Value::list(values, here)
            }
            ExpressionKind::Map(entries) => {
                let mut pairs = Vec::new();
                for (key, value) in entries {
                    let value = self.value(value);
                    match key {
                        Some(key) => pairs.push((self.map_key(key), value)),
                        None => match value.bare().shape() {
                            Shape::Map(inner) => pairs.extend(inner.iter().cloned()),
                            // What a comprehension makes, one by one.
                            Shape::List(maps) => {
                                for map in maps {
                                    match map.bare().shape() {
                                        Shape::Map(inner) => pairs.extend(inner.iter().cloned()),
                                        _ => pairs.push((Value::unknown(here), map.clone())),
                                    }
                                }
                            }
                            _ => pairs.push((Value::unknown(here), value)),
                        },
                    }
                }
                Value::new(Shape::Map(pairs), here)
            }
            ExpressionKind::Comprehension { element, bindings } => self.comprehension(element, bindings, place),
            ExpressionKind::Call(call) => self.call(call, expression.span),
            ExpressionKind::Command(command) => {
                let stdin = self.stdin.clone();
                self.command(command, expression.span, stdin)
            }
            ExpressionKind::Pipeline(stages) => self.pipeline(stages, place),
            ExpressionKind::Group { body, redirects } => self.group(body, redirects, place),
            ExpressionKind::Capture(body) => {
                if let Some(name) = variable_in_parentheses(body) {
                    return self.environment_variable(&name, place);
                }
                let value = self.captured(body, place);
                match value.shape() {
                    Shape::Text(text) if text.ends_with(['\n', '\r']) => {
                        Value::text(text.trim_end_matches(['\n', '\r']), here)
                    }
                    _ => value,
                }
            }
            ExpressionKind::OutputPath(body) => {
                // A path whose content is the output: what reads it reads that.
                let value = self.captured(body, place);
                Value::new(Shape::Object { class: "output-path".into(), fields: vec![("content".into(), value)] }, here)
            }
            ExpressionKind::InputPath(body) => {
                // What is written to it is the input of the body: the content is bound when the writing is known.
                let input = self.stdin.clone();
                let value = self.captured_with(body, input, place);
                Value::derived("process substitution", vec![value], here)
            }
            ExpressionKind::Expand(expansion) => self.expand(expansion, place),
            ExpressionKind::Function(id) => {
                let function = Value::new(Shape::Function(self.document, *id), here);
                self.enclosed(function, place)
            }
            ExpressionKind::Spread(inner) => self.value(inner),
            ExpressionKind::Other(parts) => {
                let parts: Vec<Value> = parts.iter().map(|part| self.value(part)).collect();
                match <[Value; 1]>::try_from(parts) {
                    // `await x`, `(x)` are `x`; `not 'x'` and `typeof x` are no text that is known.
                    Ok([only]) if only.constant().is_none() => only,
                    Ok([_]) => Value::unknown(here),
                    Err(parts) => Value::derived("expression", parts, here),
                }
            }
        }
    }

    /// A literal, with the values that stand in it put back.
    fn literal(&mut self, text: &str, place: Place) -> Value {
        if self.holes.is_empty() || !text.contains(HOLE.0) {
            return Value::text(text, Some(place));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(HOLE.0) {
            parts.push(Value::text(before, Some(place)));
            let (number, behind) = after.split_once(HOLE.1).unwrap_or((after, ""));
            let value = number.parse::<usize>().ok().and_then(|number| self.holes.get(number)).cloned();
            parts.push(value.unwrap_or_else(|| Value::unknown(Some(place))));
            rest = behind;
        }
        parts.push(Value::text(rest, Some(place)));
        Value::concat(parts, Some(place))
    }

    /// A name as the key of a map, where a language writes keys without quotes.
    fn map_key(&mut self, key: &Expression) -> Value {
        self.value(key)
    }

    fn element_of_list(&mut self, element: &Expression, values: &mut Vec<Value>) {
        let value = self.value(element);
        if !matches!(element.kind, ExpressionKind::Spread(_)) {
            values.push(value);
            return;
        }
        let value = self.iterated(value);
        match value.bare().shape() {
            Shape::List(inner) => values.extend(inner.iter().cloned()),
            Shape::Text(text) if self.is_javascript() && text.len() <= 4096 => {
                values.extend(pure::elements(&value).unwrap_or_default());
            }
            Shape::Text(text) if self.language() == Language::Shell => {
                let place = value.place();
                values.extend(text.split_ascii_whitespace().map(|word| Value::text(word, place)));
            }
            _ => values.push(value),
        }
    }

    /// A value whose constant is larger than the budget allows keeps only its sources.
    pub(super) fn bounded(&mut self, value: Value, place: Place) -> Value {
        self.charge(&value);
        let too_large = match value.shape() {
            Shape::Text(text) => text.len() > self.budget.constant_bytes,
            Shape::Bytes(bytes) => bytes.len() > self.budget.constant_bytes,
            _ => false,
        };
        if too_large {
            self.limit(self.document, "a constant is too large to be followed");
            return Value::unknown(Some(place));
        }
        value
    }

    pub(super) fn binary(&mut self, operator: Operator, left: Value, right: Value, place: Place) -> Value {
        let here = Some(place);
        if let Some(value) = self.overloaded(operator, &left, &right, place) {
            return value;
        }
        if let Some(value) = pure::binary(operator, &left, &right, self.language(), self.budget.constant_bytes, here) {
            return self.bounded(value, place);
        }
        let is_words = |value: &Value| value.constant().is_some_and(|text| text.parse::<f64>().is_err());
        if operator == Operator::Multiply
            && left.as_text().is_some()
            && right.as_text().is_some()
            && (is_words(&left) || is_words(&right))
        {
            self.limit(self.document, "a constant is too large to be followed");
        }
        match operator {
            Operator::Add => match (left.bare().shape(), right.bare().shape()) {
                (Shape::List(_), _) | (_, Shape::List(_)) => Value::derived("joined", vec![left, right], here),
                _ => {
                    let value = Value::concat(vec![left, right], here);
                    self.bounded(value, place)
                }
            },
            Operator::Divide => {
                let class = match left.bare().shape() {
                    Shape::Object { class, .. } if &**class == "path" => Some(class.clone()),
                    _ => None,
                };
                let path = |value: Value| match value.bare().shape() {
                    Shape::Object { fields, .. } => fields
                        .iter()
                        .find(|(name, _)| &**name == "path")
                        .map_or_else(|| value.clone(), |(_, path)| path.clone()),
                    _ => value,
                };
                let joined = joined_path(vec![path(left), path(right)], place);
                match class {
                    Some(class) => Value::new(Shape::Object { class, fields: vec![("path".into(), joined)] }, here),
                    None => joined,
                }
            }
            Operator::BitOr => match (left.bare().shape(), right.bare().shape()) {
                // The union of mappings of which one is not known.
                (Shape::Map(entries), _) | (_, Shape::Map(entries)) => {
                    let rest = if matches!(left.bare().shape(), Shape::Map(_)) { &right } else { &left };
                    let mut entries = entries.clone();
                    entries.push((Value::unknown(here), rest.clone()));
                    Value::new(Shape::Map(entries), here)
                }
                _ => Value::derived("computed", vec![left, right], here),
            },
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::In
            | Operator::NotIn => Value::derived("expression", vec![left, right], here),
            _ => Value::derived("computed", vec![left, right], here),
        }
    }

    /// What operations write to standard output.
    pub(super) fn captured(&mut self, body: &[Operation], place: Place) -> Value {
        self.outputs.push(Vec::new());
        self.operations(body);
        let parts = self.outputs.pop().unwrap_or_default();
        self.lines(parts, place)
    }

    pub(super) fn captured_with(&mut self, body: &[Operation], stdin: Option<Value>, place: Place) -> Value {
        let outer = std::mem::replace(&mut self.stdin, stdin);
        let value = self.captured(body, place);
        self.stdin = outer;
        value
    }

    /// Outputs of several commands, one behind the other.
    fn lines(&mut self, mut parts: Vec<Value>, place: Place) -> Value {
        parts.retain(|part| part.as_text() != Some(""));
        match parts.len() {
            0 => Value::text("", Some(place)),
            1 => parts.swap_remove(0),
            _ => {
                let value = Value::concat(parts, Some(place));
                self.bounded(value, place)
            }
        }
    }

    /// What a name means.
    pub(super) fn name(&mut self, name: &str, place: Place) -> Value {
        if let Some(value) = self.environment.get(name) {
            let value = value.clone();
            self.comes_from(name, &value, place);
            return value;
        }
        match self.language() {
            Language::Python if name == "__doc__" => self.description(place),
            Language::Shell | Language::Batch => self.unset(name, place),
            Language::PowerShell => self.powershell_name(name, place),
            Language::Python if name == "__file__" => self.own_path(place),
            Language::JavaScript | Language::TypeScript | Language::Tsx if name == "__filename" => self.own_path(place),
            Language::JavaScript | Language::TypeScript | Language::Tsx if name == "__dirname" => {
                let path = self.own_path(place).constant().unwrap_or_default();
                Value::text(crate::flow::paths::folder(&path), Some(place))
            }
            _ => Value::api(name, Some(place)),
        }
    }

    /// `{baseDir}/…`: the path of the file that runs.
    pub(super) fn own_path(&self, place: Place) -> Value {
        let path = &self.documents.file_of(self.document).path;
        Value::text(format!("{}/{path}", crate::flow::paths::BUNDLE), Some(place))
    }

    fn powershell_name(&mut self, name: &str, place: Place) -> Value {
        let lower = name.to_lowercase();
        if let Some(variable) = lower.strip_prefix("env:") {
            let variable = variable.to_uppercase();
            return match variable.as_str() {
                "USERPROFILE" | "HOME" => Value::text("~", Some(place)),
                "TEMP" | "TMP" | "COMSPEC" | "APPDATA" | "LOCALAPPDATA"
                    if matches!(self.language(), Language::Batch | Language::PowerShell) =>
                {
                    Value::text(super::model::standing_folder(&variable).unwrap_or_default(), Some(place))
                }
                _ => self.environment_variable(&variable, place),
            };
        }
        match lower.as_str() {
            "home" => Value::text("~", Some(place)),
            "psscriptroot" => Value::text(crate::flow::paths::BUNDLE, Some(place)),
            "args" | "input" => Value::new(Shape::Argument(lower.into()), Some(place)),
            _ => {
                let bare = lower.rsplit(':').next().unwrap_or(&lower);
                match self.environment.get(bare) {
                    Some(value) => {
                        let value = value.clone();
                        self.comes_from(name, &value, place);
                        value
                    }
                    None if name.contains('.') || lower == "executioncontext" => Value::api(name, Some(place)),
                    None => Value::new(Shape::Variable(name.into()), Some(place)),
                }
            }
        }
    }

    /// A variable of the environment that nothing sets: an effect of reading it, once for each document and name.
    pub(super) fn environment_variable(&mut self, name: &str, place: Place) -> Value {
        let key = (self.document, name.into());
        if let Some(value) = self.variables.get(&key) {
            return value.clone();
        }
        let argument = Value::text(name, Some(place));
        let mut doing = Doing::new(name.into(), place);
        doing.resolved = format!("${name}").into();
        let value = self.emit(EffectKind::Env, vec![("name", argument)], &doing, Vec::new());
        // A variable that the bundle sets has the value that it sets.
        if let Some(set) = self.exported(name) {
            return Value::computed("variable", set, vec![value], Some(place));
        }
        let value = value.carried(format!("${name}"), Some(place));
        self.variables.insert(key, value.clone());
        value
    }
}

/// The name in `$(NAME)`, as makefiles, pipelines and cluster manifests write a variable: no program is called so.
fn variable_in_parentheses(body: &[Operation]) -> Option<String> {
    let [Operation { kind: OperationKind::Evaluate(expression), .. }] = body else { return None };
    let ExpressionKind::Command(command) = &expression.kind else { return None };
    let [word] = command.words.as_slice() else { return None };
    let name = word.literal()?;
    let is_name = name.contains('_')
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    is_name.then_some(name)
}

/// Paths joined.
pub(super) fn joined_path(parts: Vec<Value>, place: Place) -> Value {
    let here = Some(place);
    let mut joined: Vec<Value> = Vec::new();
    for part in parts {
        if let Shape::List(inner) = part.bare().shape() {
            let inner = inner.clone();
            joined.push(joined_path(inner, place));
            continue;
        }
        if part.constant().is_some_and(|text| text.starts_with(['/', '~'])) {
            joined.clear();
        } else if let Some(last) = joined.last() {
            let ends = last.as_text().is_some_and(|text| text.ends_with('/') || text.is_empty());
            if !ends {
                joined.push(Value::text("/", here));
            }
        }
        joined.push(part);
    }
    Value::concat(joined, here)
}
