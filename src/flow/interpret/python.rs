//! Python's own functions that name, make, order or put together what the code goes on with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Interpreter;
use super::call::Arguments;
use super::emit::Doing;
use super::model::Slots;
use super::names::disguise;
use crate::flow::{Place, Shape, Value, pure};
use crate::lower::operation::{AssignMode, Call, Expression, ExpressionKind, Operator};

/// Most elements that a function is called with one by one.
const MAX_ELEMENTS: usize = 4096;

/// What [`Interpreter::python_builtin`] knows.
const BUILTINS: &[&str] = &[
    "str",
    "repr",
    "format",
    "dict",
    "collections.OrderedDict",
    "setattr",
    "type",
    "collections.namedtuple",
    "types.SimpleNamespace",
    "argparse.Namespace",
    "codecs.getdecoder",
    "codecs.getencoder",
    "sorted",
    "min",
    "max",
    "itertools.starmap",
    "re.sub",
    "json.load",
    "string.Template",
    "dir",
    "inspect.getmembers",
    "list",
    "tuple",
];

impl Interpreter<'_> {
    pub(super) fn is_python_builtin(&self, name: &str) -> bool {
        BUILTINS.contains(&name)
    }

    /// Objects in the place of what they give one by one; `next(g)` takes from what it names.
    pub(super) fn prepare(&mut self, callee: &Value, arguments: &mut Arguments, call: &Call) {
        for value in &mut arguments.positional {
            if matches!(value.bare().shape(), Shape::Object { class, .. } if class.starts_with("instance#"))
                && matches!(callee.bare().shape(), Shape::Api(name) if matches!(&**name, "list" | "tuple" | "sorted" | "iter" | "next" | "map" | "filter" | "set" | "dict"))
            {
                *value = self.iterated(value.clone());
            }
        }
        if !matches!(callee.bare().shape(), Shape::Api(name) if &**name == "next") {
            return;
        }
        if let (Some(Shape::List(values)), Some(written)) =
            (arguments.positional.first().map(|list| list.bare().shape()), call.arguments.first())
            && values.len() > 1
            && matches!(written.value.kind, ExpressionKind::Name(_))
        {
            let rest = Value::list(values.get(1..).unwrap_or_default().to_vec(), values.first().and_then(Value::place));
            self.put_back(&written.value, rest);
        }
    }

    /// A function of the library `operator`.
    pub(super) fn operator(&mut self, name: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        let name = name.strip_prefix("operator.")?.trim_matches('_');
        let first = arguments.positional.first()?.clone();
        if name == "call" {
            let rest = arguments.positional.get(1..)?.to_vec();
            return Some(self.apply(&first, Arguments::of(rest), place));
        }
        let second = arguments.positional.get(1)?.clone();
        if name == "getitem" {
            return Some(self.item(&first, &second, place));
        }
        let operator = match name {
            "add" | "concat" | "iadd" | "iconcat" => Operator::Add,
            "mod" | "imod" => Operator::Percent,
            "mul" | "imul" => Operator::Multiply,
            "sub" | "isub" => Operator::Subtract,
            "xor" | "ixor" => Operator::Xor,
            "or" | "ior" => Operator::BitOr,
            "and" | "iand" => Operator::BitAnd,
            "truediv" => Operator::Divide,
            "floordiv" => Operator::FloorDivide,
            "pow" => Operator::Power,
            "lshift" => Operator::ShiftLeft,
            "rshift" => Operator::ShiftRight,
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            _ => return None,
        };
        Some(self.binary(operator, first, second, place))
    }

    /// A function of Python that works on names, classes and elements. None: nothing more is known than of any call.
    pub(super) fn python_builtin(&mut self, name: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        let here = Some(place);
        let first = arguments.positional.first();
        match name {
            "str" | "repr" | "format" if arguments.positional.len() == 1 => {
                let written = self.as_written(first?.clone(), place);
                matches!(written.bare().shape(), Shape::Object { .. }).then_some(()).map_or(Some(written), |()| None)
            }
            "list" | "tuple" => match first?.bare().shape() {
                Shape::Map(entries) => Some(Value::list(entries.iter().map(|(key, _)| key.clone()).collect(), here)),
                _ => None,
            },
            "dict" | "collections.OrderedDict" if !arguments.named.is_empty() => {
                let mut entries = match first.map(|map| map.bare().shape()) {
                    Some(Shape::Map(entries)) => entries.clone(),
                    _ => Vec::new(),
                };
                entries.extend(
                    arguments.named.iter().map(|(name, value)| (Value::text(name.clone(), here), value.clone())),
                );
                Some(Value::new(Shape::Map(entries), here))
            }
            "setattr" => {
                let [object, attribute, value] = arguments.positional.as_slice() else { return None };
                let attribute = attribute.constant()?;
                let nowhere = Expression::new(ExpressionKind::Constant, place.span);
                let (object, value) = (object.clone(), value.clone());
                self.set_member(&nowhere, &object, &attribute, value, AssignMode::Set);
                Some(Value::unknown(here))
            }
            "type" => match arguments.positional.as_slice() {
                [name, bases, body] => {
                    let Shape::Map(entries) = body.bare().shape() else { return None };
                    let attributes: BTreeMap<Arc<str>, Value> = entries
                        .iter()
                        .filter_map(|(key, value)| Some((Arc::from(key.constant()?), value.clone())))
                        .collect();
                    let bases = pure::elements(bases).unwrap_or_default();
                    let name = name.constant()?;
                    Some(self.new_class(&name, attributes, bases, Vec::new(), place))
                }
                [object] => match object.bare().shape() {
                    Shape::Object { class, .. } if class.starts_with("instance#") => {
                        Some(self.member(object, "__class__", place, false))
                    }
                    _ => None,
                },
                _ => None,
            },
            "collections.namedtuple" => {
                let fields = arguments.positional.get(1)?;
                let fields: Vec<Arc<str>> = match fields.constant() {
                    Some(text) => text.replace(',', " ").split_whitespace().map(Arc::from).collect(),
                    None => pure::elements(fields)?.iter().filter_map(Value::constant).map(Arc::from).collect(),
                };
                Some(self.new_class(&arguments.text(0)?, BTreeMap::new(), Vec::new(), fields, place))
            }
            "types.SimpleNamespace" | "argparse.Namespace" => {
                let attributes = arguments.named.iter().cloned().collect();
                let class = self.new_class(name, attributes, Vec::new(), Vec::new(), place);
                Some(self.apply(&class, Arguments::default(), place))
            }
            "codecs.getdecoder" | "codecs.getencoder" => {
                let call = if name == "codecs.getdecoder" { "codecs.decode" } else { "codecs.encode" };
                let fields = vec![("name".into(), first?.clone()), ("call".into(), Value::text(call, here))];
                Some(Value::new(Shape::Object { class: "codec".into(), fields }, here))
            }
            "sorted" | "min" | "max" => {
                let key = arguments.named.iter().find(|(own, _)| &**own == "key").map(|(_, value)| value.clone())?;
                self.keyed(name, first?, &key, arguments, place)
            }
            "itertools.starmap" => {
                let function = first?.clone();
                let rows = pure::elements(arguments.positional.get(1)?).filter(|rows| rows.len() <= MAX_ELEMENTS)?;
                let mut results = Vec::new();
                for row in rows {
                    let given = pure::elements(&row).unwrap_or_else(|| vec![row.clone()]);
                    if !self.step(1) {
                        break;
                    }
                    results.push(self.apply(&function, Arguments::of(given), place));
                }
                Some(Value::list(results, here))
            }
            "re.sub" => {
                let function = arguments.positional.get(1)?.clone();
                if !super::function::is_callable(&function) {
                    return None;
                }
                let (pattern, text) = (pure::pattern(&arguments.text(0)?)?, arguments.text(2)?);
                let mut parts = Vec::new();
                let mut from = 0;
                for captures in pattern.captures_iter(&text).take(MAX_ELEMENTS) {
                    let whole = captures.get(0)?;
                    parts.push(Value::text(text.get(from..whole.start())?, here));
                    let groups = captures
                        .iter()
                        .map(|group| group.map_or(Value::unknown(here), |group| Value::text(group.as_str(), here)));
                    let fields = vec![("groups".into(), Value::list(groups.collect(), here))];
                    let found = Value::new(Shape::Object { class: "match".into(), fields }, here);
                    if !self.step(1) {
                        return None;
                    }
                    self.turning += 1;
                    parts.push(self.pure_call_back(&function, found, place));
                    self.turning -= 1;
                    from = whole.end();
                }
                parts.push(Value::text(text.get(from..)?, here));
                Some(Value::concat(parts, here))
            }
            // A file of the bundle whose text is known.
            "json.load" => match first?.bare().shape() {
                Shape::Object { fields, .. } => {
                    let (_, content) = fields.iter().find(|(field, _)| &**field == "content")?;
                    let text = Value::text(content.constant()?, here);
                    let value = pure::compute("json-parse", &[text], self.budget.constant_bytes, here)?;
                    Some(Value::computed(name, value, vec![content.clone()], here))
                }
                _ => None,
            },
            "string.Template" => {
                let fields = vec![("content".into(), first?.clone())];
                Some(Value::new(Shape::Object { class: "template".into(), fields }, here))
            }
            // One of the names of a library, whichever is looked for.
            "dir" | "inspect.getmembers" => match first?.bare().shape() {
                Shape::Api(base) if self.is_module(base) => {
                    let base = base.clone();
                    Some(self.library_names(&base, if name == "dir" { "keys" } else { "items" }, place))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a name is a module that the code has imported.
    pub(super) fn is_module(&self, name: &str) -> bool {
        name == "builtins" || (self.is_library(name) && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
    }

    /// Names of a library, its members, or both: whichever are looked for, one of them is taken without being named.
    pub(super) fn library_names(&self, base: &str, which: &str, place: Place) -> Value {
        let here = Some(place);
        let any = Value::new(Shape::Object { class: "any-name".into(), fields: Vec::new() }, here);
        let member = disguise(Value::api(format!("{base}.?"), here), place);
        let one = match which {
            "keys" => any,
            "values" => member,
            _ => Value::list(vec![any, member], here),
        };
        Value::list(vec![one], here)
    }

    /// Text that is written to a program which was started: its input.
    pub(super) fn fed(
        &mut self,
        fields: &[(Arc<str>, Value)],
        name: &str,
        arguments: &Arguments,
        place: Place,
    ) -> Value {
        let here = Some(place);
        let field = |wanted: &str| fields.iter().find(|(own, _)| &**own == wanted).map(|(_, value)| value.clone());
        let given = arguments.positional.first().or_else(|| arguments.named.first().map(|(_, value)| value));
        if let (Some(argv), Some(input)) = (field("argv"), given.cloned()) {
            let slots = Slots { stdin: Some(input), ..Slots::default() };
            let doing = Doing::new(format!("process.{name}").into(), place);
            self.started_by_call(&argv, &slots, &doing);
        }
        field("content").unwrap_or_else(|| Value::unknown(here))
    }

    /// `sorted(list, key=f)` and its like: the function is called with each element.
    fn keyed(&mut self, name: &str, list: &Value, key: &Value, arguments: &Arguments, place: Place) -> Option<Value> {
        let here = Some(place);
        let elements = pure::elements(list).filter(|elements| elements.len() <= MAX_ELEMENTS)?;
        let mut pairs = Vec::new();
        for element in elements {
            if !self.step(1) {
                return None;
            }
            let by = self.pure_call_back(key, element.clone(), place);
            pairs.push(Value::list(vec![by, element], here));
        }
        let plain =
            |pairs: &[Value]| pairs.iter().filter_map(pure::pair).map(|(_, element)| element).collect::<Vec<_>>();
        let mut ordered = plain(&pure::order(&pairs).unwrap_or(pairs));
        let backwards =
            arguments.named.iter().any(|(own, value)| &**own == "reverse" && pure::truth(value) == Some(true));
        if backwards {
            ordered.reverse();
        }
        match name {
            "min" => ordered.into_iter().next(),
            "max" => ordered.pop(),
            _ => Some(Value::list(ordered, here)),
        }
    }

    /// Methods of Python's plain values that keyword arguments or elements decide.
    pub(super) fn python_method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: &Arguments,
        place: Place,
    ) -> Option<Value> {
        let here = Some(place);
        match (receiver.bare().shape(), name) {
            (Shape::Text(_) | Shape::Concat(_), "format") if !arguments.named.is_empty() => {
                let fields = pure::Fields::named(arguments.named.iter().map(|(name, value)| (&**name, value)));
                let positional: Vec<Value> = self.all_as_written(&arguments.positional, place);
                pure::brace_format(&receiver.constant()?, &positional, &fields, here)
            }
            (Shape::Text(_) | Shape::Concat(_), "format_map") => {
                let fields = pure::Fields::of(arguments.positional.first()?);
                pure::brace_format(&receiver.constant()?, &[], &fields, here)
            }
            (Shape::Text(_) | Shape::Bytes(_), "join") => {
                let list = arguments.positional.first()?;
                let list = match list.bare().shape() {
                    Shape::Map(entries) => Value::list(entries.iter().map(|(key, _)| key.clone()).collect(), here),
                    Shape::Object { .. } => self.iterated(list.clone()),
                    _ => return None,
                };
                pure::method(receiver, name, &[list], self.language(), self.budget.constant_bytes, here)
            }
            (Shape::Map(entries), "items" | "keys" | "values")
                if entries.iter().all(|(key, _)| key.constant().is_some()) =>
            {
                pure::compute(name, &[receiver.clone()], self.budget.constant_bytes, here)
            }
            (Shape::Map(_), "get") => {
                let key = arguments.positional.first()?;
                key.constant()?;
                arguments.positional.get(1).cloned()
            }
            (Shape::Object { class, fields }, "substitute" | "safe_substitute") if &**class == "template" => {
                let template = fields.first()?.1.constant()?;
                let mut given =
                    arguments.named.iter().map(|(name, value)| (name.to_string(), value.clone())).collect::<Vec<_>>();
                if let Some(Shape::Map(entries)) = arguments.positional.first().map(|map| map.bare().shape()) {
                    given.extend(entries.iter().filter_map(|(key, value)| Some((key.constant()?, value.clone()))));
                }
                Some(substituted(&template, &given, place))
            }
            (Shape::Object { class, fields }, "group" | "groups") if &**class == "match" => {
                let groups = &fields.first()?.1;
                if name == "groups" {
                    return pure::slice(groups, &[Some(Value::text("1", here)), None, None], here);
                }
                let zero = Value::text("0", here);
                pure::item(groups, arguments.positional.first().unwrap_or(&zero), here)
            }
            _ => None,
        }
    }

    fn all_as_written(&mut self, values: &[Value], place: Place) -> Vec<Value> {
        values.iter().map(|value| self.as_written(value.clone(), place)).collect()
    }
}

/// `${name}` and `$name` of a template, filled in.
fn substituted(template: &str, given: &[(String, Value)], place: Place) -> Value {
    let here = Some(place);
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        parts.push(Value::text(before, here));
        let (name, behind) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((name, behind)) => (name, behind),
            None => after.split_at(after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len())),
        };
        if name.is_empty() {
            parts.push(Value::text("$", here));
            rest = after.strip_prefix('$').unwrap_or(after);
            continue;
        }
        let value = given.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        parts.push(value.unwrap_or_else(|| Value::new(Shape::Variable(name.into()), here)));
        rest = behind;
    }
    parts.push(Value::text(rest, here));
    Value::concat(parts, here)
}
