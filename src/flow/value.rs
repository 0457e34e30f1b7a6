use std::sync::Arc;

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
}

/// What is known of a value.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A constant text.
    Text(Arc<str>),
    /// A constant byte string that is not text.
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
    /// A value of this shape, made at this place.
    #[must_use]
    pub fn new(shape: Shape, place: Option<Place>) -> Self {
        Self(Arc::new(Inner { shape, place }))
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

    /// The text, if it is constant; the only text, where all choices agree.
    #[must_use]
    pub fn constant(&self) -> Option<String> {
        None
    }

    /// Every text that it can be, as far as constants go: at most `limit` of them. Empty if no choice is constant.
    #[must_use]
    pub fn texts(&self, limit: usize) -> Vec<String> {
        let _ = limit;
        Vec::new()
    }

    /// The text with a readable stand-in for what is not constant: `$NAME`, `<argument file>`, `<fetched content>`.
    #[must_use]
    pub fn rendered(&self) -> String {
        String::new()
    }
}
