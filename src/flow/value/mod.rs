mod constant;
mod render;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::render::Sources;
use super::{EffectId, Place};
use crate::document::DocumentId;
use crate::lower::operation::FunctionId;

/// A value as far as it is known, with the place that made it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Value(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shape: Shape,
    place: Option<Place>,
    /// Nodes of the tree below, shared ones counted as often as they occur, so that no walk costs more than this.
    weight: u32,
    /// Levels of the tree below.
    depth: u16,
    /// Whether anything below comes from somewhere (an effect, a file, a variable, an argument).
    flows: bool,
}

/// Most nodes of a value; a larger one keeps only where it comes from.
const MAX_WEIGHT: u32 = 2048;
/// Most levels of a value.
const MAX_DEPTH: u16 = 100;
/// Most parts of a concatenation.
const MAX_PARTS: usize = 256;
/// Most alternatives of a choice.
const MAX_CHOICES: usize = 16;
/// Most sources that a value keeps when it gets too large.
const MAX_SOURCES: usize = 64;
/// Most bytes of a text made by joining constants; the interpreter bounds single constants by its budget.
const MAX_TEXT: usize = 4 << 20;
/// What computed a value, where that has no name yet.
pub(super) const COMPUTATION: &str = "computation";
/// Most bytes of a rendered value.
const MAX_RENDERED: usize = 8 << 10;

/// What is known of a value.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A constant text.
    Text(Arc<str>),
    /// A constant byte string: what is no text, and what a language keeps apart from texts.
    Bytes(Arc<[u8]>),
    /// Parts joined to one text.
    Concat(Vec<Value>),
    /// One of several values.
    Choice(Vec<Value>),
    /// A list, or the words of a command.
    List(Vec<Value>),
    /// A mapping.
    Map(Vec<(Value, Value)>),
    /// A variable that nothing in the bundle sets.
    Variable(Arc<str>),
    /// What the user or the agent passes in: a script's argument, a parameter of an entry point, `$ARGUMENTS`.
    Argument(Arc<str>),
    /// What an effect yields.
    Content(EffectId),
    /// The content of the file at a path, when no effect stands for the reading (a program handed to an interpreter).
    FileAt(Value),
    /// Computed from other values in a way that keeps their content, such as `grep` or `json.loads`.
    Derived {
        /// What computed it.
        how: Arc<str>,
        /// From what.
        from: Vec<Value>,
    },
    /// A constant that was worked out from values that come from somewhere: a decoded layer, a reversed text.
    Computed {
        /// What worked it out, such as "base64" or "rev".
        how: Arc<str>,
        /// The constant.
        value: Value,
        /// From what.
        from: Vec<Value>,
    },
    /// A value that came here through a variable, a parameter or a return.
    Carried {
        /// Through what, such as "variable `data`".
        by: Arc<str>,
        /// The value.
        value: Value,
    },
    /// A module, class or function of a library, by its full dotted name.
    Api(Arc<str>),
    /// A function of the bundle.
    Function(DocumentId, FunctionId),
    /// An object of a modelled class, with the fields that its model keeps.
    Object {
        /// The class, such as `file`.
        class: Arc<str>,
        /// Its fields.
        fields: Vec<(Arc<str>, Value)>,
    },
    /// Nothing is known.
    Unknown,
}

impl Value {
    /// A value of this shape, made at this place. One that gets too large or too deep keeps only its sources.
    #[must_use]
    pub fn new(shape: Shape, place: Option<Place>) -> Self {
        let mut weight = 1_u32;
        let mut depth = 0_u16;
        let mut flows = matches!(shape, Shape::Content(_) | Shape::FileAt(_) | Shape::Variable(_) | Shape::Argument(_));
        let listed = matches!(shape, Shape::List(_) | Shape::Map(_));
        shape.for_each_part(&mut |part| {
            // Long tables of plain constants are common and cost nothing to pass over.
            if !(listed && part.is_plain()) {
                weight = weight.saturating_add(part.0.weight);
            }
            depth = depth.max(part.0.depth + 1);
            flows |= part.0.flows;
        });
        let value = Self(Arc::new(Inner { shape, place, weight, depth, flows }));
        if weight > MAX_WEIGHT || depth > MAX_DEPTH {
            return Self::derived("too large to follow", value.sources(), place);
        }
        value
    }

    /// A constant text.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>, place: Option<Place>) -> Self {
        Self::new(Shape::Text(text.into()), place)
    }

    /// Constant bytes: a text if they are one.
    #[must_use]
    pub fn bytes(bytes: Vec<u8>, place: Option<Place>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::text(text, place),
            Err(error) => Self::new(Shape::Bytes(error.into_bytes().into()), place),
        }
    }

    /// Constant bytes that stay bytes even where they are a text: their elements are numbers.
    #[must_use]
    pub fn raw_bytes(bytes: Vec<u8>, place: Option<Place>) -> Self {
        Self::new(Shape::Bytes(bytes.into()), place)
    }

    /// Nothing is known.
    #[must_use]
    pub fn unknown(place: Option<Place>) -> Self {
        Self::new(Shape::Unknown, place)
    }

    /// A library name.
    #[must_use]
    pub fn api(name: impl Into<Arc<str>>, place: Option<Place>) -> Self {
        Self::new(Shape::Api(name.into()), place)
    }

    /// Something computed from these; what comes from nowhere is left out. Unknown if nothing is left.
    #[must_use]
    pub fn derived(how: impl Into<Arc<str>>, from: Vec<Value>, place: Option<Place>) -> Self {
        let mut seen = BTreeSet::new();
        let mut from: Vec<Value> = from.into_iter().filter(|value| value.0.flows && seen.insert(value.key())).collect();
        let total = from.iter().fold(0_u32, |sum, value| sum.saturating_add(value.0.weight));
        let deepest = from.iter().map(|value| value.0.depth).max().unwrap_or(0);
        if total >= MAX_WEIGHT || deepest >= MAX_DEPTH {
            let mut found = Sources::default();
            for value in &from {
                found.collect(value);
            }
            from = found.found;
        }
        if from.is_empty() {
            return Self::unknown(place);
        }
        Self::new(Shape::Derived { how: how.into(), from }, place)
    }

    /// A constant worked out from values. Where those come from nowhere, the plain constant.
    #[must_use]
    pub fn computed(how: impl Into<Arc<str>>, value: Value, from: Vec<Value>, place: Option<Place>) -> Self {
        let from: Vec<Value> = from.into_iter().filter(Value::flows).collect();
        if from.is_empty() {
            return value;
        }
        Self::new(Shape::Computed { how: how.into(), value, from }, place)
    }

    /// Whether something whose name is like this computed it, or a part of it, from what is not known: what is constant
    /// can be read for what it is.
    #[must_use]
    pub fn is_computed_by(&self, is_like: &dyn Fn(&str) -> bool) -> bool {
        if let Shape::Derived { how, .. } = self.shape()
            && is_like(how)
        {
            return true;
        }
        // No deeper than `MAX_DEPTH`, no wider than `MAX_WEIGHT`.
        let mut found = false;
        self.shape().for_each_part(&mut |part| found = found || part.is_computed_by(is_like));
        found
    }

    /// The value with the name of what computed it, where a model says only that something did.
    #[must_use]
    pub fn computed_by(self, name: &Arc<str>) -> Self {
        match self.shape() {
            Shape::Derived { how, from } if &**how == COMPUTATION => {
                Self::new(Shape::Derived { how: name.clone(), from: from.clone() }, self.place())
            }
            _ => self,
        }
    }

    /// The value after it went through a variable, a parameter or a return. Only what comes from somewhere keeps
    /// the trace: constants and functions stay as they are.
    #[must_use]
    pub fn carried(self, by: impl Into<Arc<str>>, place: Option<Place>) -> Self {
        if !self.0.flows || self.0.depth >= MAX_DEPTH - 1 {
            return self;
        }
        Self::new(Shape::Carried { by: by.into(), value: self }, place)
    }

    /// A list.
    #[must_use]
    pub fn list(elements: Vec<Value>, place: Option<Place>) -> Self {
        Self::new(Shape::List(elements), place)
    }

    /// Parts joined to one text; constants that come from nowhere are folded.
    #[must_use]
    pub fn concat(parts: Vec<Value>, place: Option<Place>) -> Self {
        let mut joined: Vec<Value> = Vec::new();
        let mut pending: Option<(String, Option<Value>)> = None;
        let flush = |pending: &mut Option<(String, Option<Value>)>, joined: &mut Vec<Value>| {
            if let Some((text, only)) = pending.take() {
                joined.push(only.unwrap_or_else(|| Self::text(text, place)));
            }
        };
        let mut flat = Vec::new();
        for part in parts {
            match part.shape() {
                Shape::Concat(inner) => flat.extend(inner.iter().cloned()),
                _ => flat.push(part),
            }
        }
        for part in flat {
            if !part.0.flows
                && let Some(text) = part.constant()
            {
                let (so_far, only) = pending.get_or_insert_with(|| (String::new(), Some(part.clone())));
                if so_far.len() + text.len() > MAX_TEXT {
                    return Self::derived("too large to follow", joined, place);
                }
                if !text.is_empty() {
                    *only = if so_far.is_empty() { Some(part) } else { None };
                    so_far.push_str(&text);
                }
                continue;
            }
            flush(&mut pending, &mut joined);
            joined.push(part);
        }
        flush(&mut pending, &mut joined);
        if joined.len() > 1 {
            joined.retain(|part| !matches!(part.shape(), Shape::Text(text) if text.is_empty()));
        }
        match joined.len() {
            0 => Self::text("", place),
            1 => joined.remove(0),
            many if many > MAX_PARTS => Self::derived("too large to follow", joined, place),
            _ => Self::new(Shape::Concat(joined), place),
        }
    }

    /// One of several values; equal ones are taken once.
    #[must_use]
    pub fn choice(values: Vec<Value>, place: Option<Place>) -> Self {
        let mut kept: Vec<Value> = Vec::new();
        let mut rest: Vec<Value> = Vec::new();
        let mut more = false;
        let mut seen = BTreeSet::new();
        let mut texts = BTreeSet::new();
        let mut stack: Vec<Value> = values.into_iter().rev().collect();
        while let Some(value) = stack.pop() {
            if !seen.insert(value.key()) {
                continue;
            }
            match value.shape() {
                Shape::Choice(inner) => stack.extend(inner.iter().rev().cloned()),
                Shape::Text(text) if !texts.insert(text.clone()) => {}
                _ if kept.len() < MAX_CHOICES - 1 => kept.push(value),
                _ => {
                    more = true;
                    rest.push(value);
                }
            }
        }
        match (kept.len(), more) {
            (0, _) => Self::unknown(place),
            (1, false) => kept.remove(0),
            _ => {
                if more {
                    kept.push(if rest.len() == 1 { rest.remove(0) } else { Self::derived("one of many", rest, place) });
                }
                Self::new(Shape::Choice(kept), place)
            }
        }
    }

    /// What is known of it.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.0.shape
    }

    /// The place that made it.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.0.place
    }

    /// The same value, made at another place.
    #[must_use]
    pub fn at(&self, place: Place) -> Self {
        // What is not known is only told apart by where it was made.
        if matches!(self.0.shape, Shape::Unknown | Shape::Derived { .. }) && self.0.place.is_some() {
            return self.clone();
        }
        let Inner { shape, weight, depth, flows, .. } = &*self.0;
        let inner = Inner { shape: shape.clone(), place: Some(place), weight: *weight, depth: *depth, flows: *flows };
        Self(Arc::new(inner))
    }

    /// Whether anything in it comes from somewhere: an effect, a file, a variable, an argument.
    #[must_use]
    pub fn flows(&self) -> bool {
        self.0.flows
    }

    /// Tells shared values from equal ones; only good for "seen before" while the value lives.
    pub(super) fn key(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }

    /// The value without the variables and computations that it went through.
    #[must_use]
    pub fn bare(&self) -> &Value {
        let mut value = self;
        while let Shape::Carried { value: inner, .. } | Shape::Computed { value: inner, .. } = value.shape() {
            value = inner;
        }
        value
    }

    fn is_plain(&self) -> bool {
        matches!(self.0.shape, Shape::Text(_) | Shape::Bytes(_) | Shape::Unknown | Shape::Api(_))
    }
}

impl Shape {
    /// Calls `visit` for every value that this one is made of.
    pub(super) fn for_each_part(&self, visit: &mut dyn FnMut(&Value)) {
        match self {
            Self::Concat(values) | Self::Choice(values) | Self::List(values) => values.iter().for_each(visit),
            Self::Map(entries) => entries.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
            Self::Derived { from, .. } => from.iter().for_each(visit),
            Self::Computed { value, from, .. } => {
                visit(value);
                from.iter().for_each(visit);
            }
            Self::Carried { value, .. } | Self::FileAt(value) => visit(value),
            Self::Object { fields, .. } => fields.iter().for_each(|(_, value)| visit(value)),
            Self::Text(_)
            | Self::Bytes(_)
            | Self::Variable(_)
            | Self::Argument(_)
            | Self::Content(_)
            | Self::Api(_)
            | Self::Function(..)
            | Self::Unknown => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::text(text, None)
    }

    fn variable(name: &str) -> Value {
        Value::new(Shape::Variable(name.into()), None)
    }

    #[test]
    fn constants_fold_through_parts_and_variables() {
        let value = Value::concat(vec![text("cu"), text("").carried("variable `x`", None), text("rl")], None);
        assert!(matches!(value.shape(), Shape::Text(folded) if &**folded == "curl"));
        assert_eq!(Value::concat(vec![text("a"), variable("u"), text("b")], None).rendered(), "a$ub");
        assert_eq!(Value::concat(vec![], None).constant().as_deref(), Some(""));
    }

    #[test]
    fn choices_multiply_only_up_to_the_limit() {
        let bit = Value::choice(vec![text("0"), text("1")], None);
        let mut value = text("");
        for _ in 0..64 {
            value = Value::concat(vec![value, bit.clone()], None);
        }
        assert_eq!(value.texts(8).len(), 8);
        assert_eq!(Value::choice(vec![text("a"), text("a")], None).constant().as_deref(), Some("a"));
        assert_eq!(bit.constant(), None);
    }

    #[test]
    fn values_that_double_stay_small_and_keep_their_sources() {
        let mut value = Value::concat(vec![text("x"), variable("HOST")], None);
        for _ in 0..1000 {
            value = Value::concat(vec![value.clone(), value.carried("variable `a`", None)], None);
        }
        assert!(value.0.weight <= MAX_WEIGHT && value.0.depth <= MAX_DEPTH);
        assert_eq!(value.sources().len(), 1);
        let mut list = variable("SECRET");
        for _ in 0..1000 {
            list = Value::list(vec![list.clone(), list], None);
        }
        assert_eq!(list.sources().len(), 1);
    }

    #[test]
    fn a_computed_constant_is_constant_and_keeps_its_sources() {
        let value = Value::computed("base64", text("id"), vec![variable("X")], None);
        let joined = Value::concat(vec![value, text(" -u")], None);
        assert_eq!(joined.constant().as_deref(), Some("id -u"));
        assert_eq!(joined.sources().len(), 1);
    }
}
