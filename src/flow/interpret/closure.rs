//! Functions that remember where they were made, and what decorators make of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Interpreter;
use super::call::Arguments;
use super::environment::Frame;
use crate::document::{DocumentId, Language};
use crate::flow::{Place, Shape, Value};
use crate::lower::operation::{ExpressionKind, FunctionId, OperationKind};

/// What a value went through that remembers the names around it.
const CLOSURE: &str = "closure#";
/// Most functions of a bundle that remember names.
const MAX_CLOSURES: usize = 2048;
/// Most names that one remembers.
const MAX_NAMES: usize = 256;

/// The names around a function when it was made.
pub(super) struct Closure {
    /// The call that made it: while that runs, its own frame has the names.
    maker: (DocumentId, FunctionId),
    names: BTreeMap<Arc<str>, Value>,
}

impl Interpreter<'_> {
    /// A function that is made by a call remembers the names that the call has.
    pub(super) fn enclosed(&mut self, function: Value, place: Place) -> Value {
        let Some(&maker) = self.calling.last() else { return function };
        if matches!(self.language(), Language::Shell | Language::Batch) || self.closures.len() >= MAX_CLOSURES {
            return function;
        }
        let module = self.environment.frames.iter().rposition(|frame| frame.module.is_some());
        let frames = self.environment.frames.get(module.map_or(0, |at| at + 1)..).unwrap_or_default();
        let names: BTreeMap<Arc<str>, Value> = frames
            .iter()
            .flat_map(|frame| frame.variables.iter())
            .take(MAX_NAMES)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if names.is_empty() {
            return function;
        }
        let by = format!("{CLOSURE}{}", self.closures.len());
        self.closures.push(Closure { maker, names });
        Value::new(Shape::Carried { by: by.into(), value: function }, Some(place))
    }

    /// The frame with the names that a function remembers, if they are not there anyway.
    pub(super) fn remembered(&self, function: &Value) -> Option<Frame> {
        let mut value = function;
        let closure = loop {
            match value.shape() {
                Shape::Carried { by, value: inner } => match by.strip_prefix(CLOSURE) {
                    Some(number) => break number.parse::<usize>().ok().and_then(|at| self.closures.get(at)),
                    None => value = inner,
                },
                Shape::Computed { value: inner, .. } => value = inner,
                _ => break None,
            }
        }?;
        if self.calling.contains(&closure.maker) {
            return None;
        }
        let mut frame = Frame::call();
        frame.variables.clone_from(&closure.names);
        Some(frame)
    }

    /// What decorators make of a function or class: the innermost comes first.
    pub(super) fn decorated(&mut self, mut value: Value, decorators: &[Value], place: Place) -> Value {
        for decorator in decorators.iter().rev() {
            let by = match decorator.bare().shape() {
                Shape::Api(name) => name.rsplit('.').next().unwrap_or_default().to_owned(),
                _ => String::new(),
            };
            value = match by.as_str() {
                "property" | "cached_property" | "hybrid_property" => Value::new(
                    Shape::Object { class: "property".into(), fields: vec![("get".into(), value)] },
                    Some(place),
                ),
                "contextmanager" | "asynccontextmanager" => {
                    let fields = vec![("get".into(), value)];
                    Value::new(Shape::Object { class: "context".into(), fields }, Some(place))
                }
                _ => {
                    let made = match decorator.bare().shape() {
                        Shape::Function(..) => self.apply(decorator, Arguments::of(vec![value.clone()]), place),
                        Shape::Object { class, .. }
                            if class.starts_with("class#") || class.starts_with("instance#") =>
                        {
                            self.apply(decorator, Arguments::of(vec![value.clone()]), place)
                        }
                        Shape::Api(name) if self.models.call(self.language(), name).is_some() => {
                            self.apply(decorator, Arguments::of(vec![value.clone()]), place);
                            Value::unknown(None)
                        }
                        _ => Value::unknown(None),
                    };
                    if super::function::is_callable(&made) || super::names::class_of(&made).is_some() {
                        made
                    } else {
                        value
                    }
                }
            };
        }
        value
    }

    /// The text that describes a module, function or class: its first statement.
    pub(super) fn description(&mut self, place: Place) -> Value {
        let program = self.program(self.document);
        let first = program.as_ref().and_then(|program| program.body.first());
        match first.map(|operation| &operation.kind) {
            Some(OperationKind::Evaluate(only)) => match &only.kind {
                ExpressionKind::Text(text) => Value::text(text.as_str(), Some(self.place(only.span))),
                _ => Value::unknown(Some(place)),
            },
            _ => Value::unknown(Some(place)),
        }
    }

    /// An attribute of a function of the bundle.
    pub(super) fn function_member(
        &mut self,
        document: DocumentId,
        id: FunctionId,
        name: &str,
        place: Place,
    ) -> Option<Value> {
        if let Some(value) = self.function_attributes.get(&(document, id)).and_then(|own| own.get(name)) {
            return Some(value.clone());
        }
        let program = self.program(document)?;
        let function = program.functions.get(id.0 as usize)?;
        match name {
            "__name__" | "__qualname__" | "name" => Some(Value::text(function.name.as_deref()?, Some(place))),
            "__doc__" => match &function.body.first()?.kind {
                OperationKind::Evaluate(only) => match &only.kind {
                    ExpressionKind::Text(text) => {
                        Some(Value::text(text.as_str(), Some(Place { document, span: only.span })))
                    }
                    _ => None,
                },
                _ => None,
            },
            "__wrapped__" => Some(Value::new(Shape::Function(document, id), Some(place))),
            _ => None,
        }
    }
}
