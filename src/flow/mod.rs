//! Floor 4: operations and models become effects over values: the behaviour graph of a bundle.
//!
//! One engine serves every language. It interprets lowered programs abstractly, asks the models what a program,
//! call or method does, and records effects whose arguments are values that remember where they came from.

mod arrivals;
mod decode;
mod effect;
mod graph;
mod interpret;
pub mod models;
pub mod paths;
mod prose;
mod pure;
mod value;

pub use effect::{Effect, EffectId, EffectKind, Place};
pub use graph::{Arrival, Graph, Hop};
pub use models::Models;
pub use value::{Shape, Value};

use crate::document::Documents;

/// Bounds on the analysis of one bundle. Reaching one is a notice; what is not followed stays "partly resolved".
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Operations and expressions that are interpreted.
    pub steps: u64,
    /// Calls inside calls.
    pub call_depth: u32,
    /// Layers of decoded or evaluated text inside each other.
    pub layers: u32,
    /// Bytes of one constant.
    pub constant_bytes: usize,
    /// Bytes of all decoded layers together.
    pub decoded_bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 2_000_000, call_depth: 24, layers: 8, constant_bytes: 1 << 20, decoded_bytes: 16 << 20 }
    }
}

/// Builds the behaviour graph of a bundle. Texts that turn out to be code on the way (command strings, decoded
/// layers, here-documents) become documents of their own.
#[must_use]
pub fn analyse(documents: &mut Documents, models: &Models, budget: &Budget) -> Graph {
    interpret::Interpreter::new(documents, models, budget).run()
}
