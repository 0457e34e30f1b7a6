//! Classes of the bundle and their instances: what each keeps, and the methods that languages call by themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::call::Arguments;
use super::environment::Frame;
use super::names::{class_index, class_of, instance_of};
use super::{Class, Interpreter};
use crate::document::Language;
use crate::flow::{Place, Shape, Value};
use crate::lower::operation::{Expression, ExpressionKind, Function, Operation, OperationKind, Operator};
use crate::source::Span;

/// Most objects of a bundle that keep values of their own.
const MAX_INSTANCES: usize = 4096;

impl Interpreter<'_> {
    /// A class is defined.
    pub(super) fn class(&mut self, name: &str, bases: &[Expression], body: &[Operation], span: Span) {
        let bases: Vec<Value> = bases.iter().map(|base| self.reference(base)).collect();
        self.environment.frames.push(Frame::call());
        self.operations(body);
        let frame = self.environment.frames.pop();
        let mut attributes = frame.map(|frame| frame.variables).unwrap_or_default();
        if let Some(OperationKind::Evaluate(only)) = body.first().map(|operation| &operation.kind)
            && let ExpressionKind::Text(text) = &only.kind
        {
            let place = self.place(only.span);
            attributes.insert("__doc__".into(), Value::text(text.as_str(), Some(place)));
        }
        let fields = body
            .iter()
            .filter_map(|operation| match &operation.kind {
                OperationKind::Assign { target, .. } => match &target.kind {
                    ExpressionKind::Name(name) => Some(Arc::from(name.as_str())),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let place = self.place(span);
        let value = self.new_class(name, attributes, bases, fields, place);
        self.environment.set_local(name, value.clone());
        // A base class may act on those that are built on it.
        if self.language() == Language::Python
            && let Some(index) = class_of(&value)
            && let Some(hook) = self.class_member(index, "__init_subclass__", 0)
            && let Shape::Function(document, id) = hook.bare().shape()
        {
            self.call_function(*document, *id, &Arguments::default(), Some(value), place);
        }
    }

    pub(super) fn new_class(
        &mut self,
        name: &str,
        attributes: BTreeMap<Arc<str>, Value>,
        bases: Vec<Value>,
        fields: Vec<Arc<str>>,
        place: Place,
    ) -> Value {
        let class: Arc<str> = format!("class#{}", self.classes.len()).into();
        self.classes.push(Class { name: name.into(), attributes, bases, fields });
        Value::new(Shape::Object { class, fields: Vec::new() }, Some(place))
    }

    /// An object of a class is made.
    pub(super) fn instantiate(&mut self, class: &str, arguments: &Arguments, place: Place) -> Value {
        let Some(index) = class_index(class) else { return Value::unknown(Some(place)) };
        let own = (self.instances.len() < MAX_INSTANCES).then(|| {
            self.instances.push(BTreeMap::new());
            self.instances.len() - 1
        });
        let class = own.map_or_else(|| format!("instance#{index}"), |own| format!("instance#{index}@{own}"));
        let instance = Value::new(Shape::Object { class: class.into(), fields: Vec::new() }, Some(place));
        let constructor =
            ["__init__", "constructor", "__new__"].iter().find_map(|name| self.class_member(index, name, 0));
        if let Some(Shape::Function(document, id)) = constructor.as_ref().map(|value| value.bare().shape().clone()) {
            self.call_function(document, id, arguments, Some(instance.clone()), place);
            return instance;
        }
        // Of a class that only lists its fields, those are what it is made with.
        let fields = self.classes.get(index).map(|class| class.fields.clone()).unwrap_or_default();
        let positional = fields.into_iter().zip(arguments.positional.iter().cloned());
        let given: Vec<(Arc<str>, Value)> = positional.chain(arguments.named.iter().cloned()).collect();
        for (name, value) in given {
            self.set_attribute(&instance, &name, value, false, place);
        }
        if let Some(Shape::Function(document, id)) =
            self.class_member(index, "__post_init__", 0).map(|value| value.bare().shape().clone())
        {
            self.call_function(document, id, &Arguments::default(), Some(instance.clone()), place);
        }
        instance
    }

    /// Stores an attribute of an instance or class.
    pub(super) fn set_attribute(&mut self, receiver: &Value, name: &str, value: Value, append: bool, place: Place) {
        let Shape::Object { class: object, .. } = receiver.bare().shape() else { return };
        let own = instance_of(object);
        let in_arm = self.environment.is_in_arm();
        let Some(class) = class_index(object).and_then(|index| self.classes.get_mut(index)) else { return };
        let value = value.carried(format!("attribute `{name}` of `{}`", class.name), Some(place));
        if let Some(attributes) = own.and_then(|own| self.instances.get_mut(own)) {
            let before = attributes.get(name).or_else(|| class.attributes.get(name).filter(|_| append)).cloned();
            let value = match before {
                Some(before) if append => super::operations::appended(Some(before), value.clone(), Some(place)),
                Some(before) if in_arm => Value::choice(vec![before, value.clone()], Some(place)),
                _ => value.clone(),
            };
            attributes.insert(name.into(), value);
        }
        // Methods that nothing here calls see what any object of the class was given.
        let value = match class.attributes.get(name) {
            Some(before) if append && own.is_none() => {
                super::operations::appended(Some(before.clone()), value, Some(place))
            }
            Some(before) if !matches!(before.bare().shape(), Shape::Unknown) => {
                Value::choice(vec![before.clone(), value], Some(place))
            }
            _ => value,
        };
        class.attributes.insert(name.into(), value);
    }

    /// What an instance keeps under a name, itself or by its class.
    pub(super) fn attribute(&self, object: &str, name: &str) -> Option<Value> {
        let own = instance_of(object).and_then(|own| self.instances.get(own)).and_then(|own| own.get(name));
        own.cloned().or_else(|| self.class_member(class_index(object)?, name, 0))
    }

    /// Calls a method that the language calls by itself, if the class of an instance has it.
    pub(super) fn by_itself(&mut self, receiver: &Value, name: &str, given: Vec<Value>, place: Place) -> Option<Value> {
        let Shape::Object { class, .. } = receiver.bare().shape() else { return None };
        if !class.starts_with("instance#") {
            return None;
        }
        let method = self.class_member(class_index(class)?, name, 0)?;
        let Shape::Function(document, id) = method.bare().shape() else { return None };
        Some(self.call_function(*document, *id, &Arguments::of(given), Some(receiver.clone()), place))
    }

    /// An instance in the place of a text.
    pub(super) fn as_written(&mut self, value: Value, place: Place) -> Value {
        if let Shape::Map(entries) = value.bare().shape()
            && self.is_javascript()
            && let Some((_, method)) = entries.iter().find(|(key, _)| key.as_text() == Some("toString"))
            && let Shape::Function(document, id) = method.bare().shape()
        {
            return self.call_function(*document, *id, &Arguments::default(), Some(value.clone()), place);
        }
        if !matches!(value.bare().shape(), Shape::Object { class, .. } if class.starts_with("instance#")) {
            return value;
        }
        let names: &[&str] =
            if self.is_javascript() { &["toString", "valueOf"] } else { &["__str__", "__repr__", "__format__"] };
        names.iter().find_map(|name| self.by_itself(&value, name, Vec::new(), place)).unwrap_or(value)
    }

    /// What a loop over a value goes through.
    pub(super) fn iterated(&mut self, value: Value) -> Value {
        let Some(place) = value.place() else { return value };
        if !matches!(value.bare().shape(), Shape::Object { class, .. } if class.starts_with("instance#")) {
            return value;
        }
        self.by_itself(&value, "__iter__", Vec::new(), place).unwrap_or(value)
    }

    /// An operator that the class of an operand defines.
    pub(super) fn overloaded(
        &mut self,
        operator: Operator,
        left: &Value,
        right: &Value,
        place: Place,
    ) -> Option<Value> {
        let is_instance = |value: &Value| matches!(value.bare().shape(), Shape::Object { class, .. } if class.starts_with("instance#"));
        if self.language() != Language::Python || !(is_instance(left) || is_instance(right)) {
            return None;
        }
        let (name, reflected) = match operator {
            Operator::Add => ("__add__", "__radd__"),
            Operator::Subtract => ("__sub__", "__rsub__"),
            Operator::Multiply => ("__mul__", "__rmul__"),
            Operator::Percent => ("__mod__", "__rmod__"),
            Operator::Divide => ("__truediv__", "__rtruediv__"),
            Operator::FloorDivide => ("__floordiv__", "__rfloordiv__"),
            Operator::Xor => ("__xor__", "__rxor__"),
            Operator::BitAnd => ("__and__", "__rand__"),
            Operator::BitOr => ("__or__", "__ror__"),
            Operator::ShiftLeft => ("__lshift__", "__rlshift__"),
            Operator::ShiftRight => ("__rshift__", "__rrshift__"),
            Operator::Equal => ("__eq__", "__eq__"),
            Operator::Less => ("__lt__", "__gt__"),
            Operator::In => ("", "__contains__"),
            _ => return None,
        };
        self.by_itself(left, name, vec![right.clone()], place)
            .or_else(|| self.by_itself(right, reflected, vec![left.clone()], place))
    }
}

/// Whether a method sets an attribute of its object.
pub(super) fn sets(function: &Function) -> bool {
    let own = function.parameters.first().map(|parameter| parameter.name.as_str());
    function.body.iter().any(|operation| match &operation.kind {
        OperationKind::Assign { target, .. } => match &target.kind {
            ExpressionKind::Member(object, _) => {
                matches!(&object.kind, ExpressionKind::Name(name) if Some(name.as_str()) == own || name == "this")
            }
            _ => false,
        },
        _ => false,
    })
}
