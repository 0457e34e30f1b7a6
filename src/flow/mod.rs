//! Floor 4: operations and models become effects over values: the behaviour graph of a bundle.
//!
//! One engine serves every language. It interprets lowered programs abstractly, asks the models what a program,
//! call or method does, and records effects whose arguments are values that remember where they came from.
//!
//! # What the engine adds to what models say
//! * `env` of the whole environment has the name `*`; `HOME` is read and is the text `~`.
//! * `connect` and `listen` have the tag `shell` where a shell runs on the connection: by redirection
//!   (`bash -i >& /dev/tcp/…`), by an attached program (`nc -e`), by descriptors (`dup2`, then a shell or pty). A
//!   shell that reads from a connection is besides an ordinary flow `connect` → `eval` (`mkfifo` loops, `cat <&3 | sh`).
//! * `send` with the tag `query` goes with a `fetch` whose URL carries content behind a known host.
//! * A program that is started by its path is a `run`, and an `eval` with the tag `program` of the file at that path.
//! * `eval` with the tag `command-word` is a command whose name was worked out from content (`$(curl …) -x`).
//! * `run` with the tag `computed-call` is a call of a name that is worked out and not known (`getattr(os, x)()`).
//! * `read` goes with every `send`, `write` or `decode` of `file(…)`; what is executed stays [`Shape::FileAt`].
//! * What stands in `system("…")`, backticks and the like of languages that are not lowered is an `eval` by `system`.

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
pub use graph::{Arrival, Graph, Hop, Origin, Plain};
pub use models::Models;
pub use value::{Shape, Value};

use crate::document::Documents;

/// Most effects, one after the other, through which content is followed back. Every program in a chain of `n` is a sink
/// of its own, so that without a bound the ways alone would be `n²` long together.
const MAX_CROSSED: usize = 32;

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
    /// Bytes of all sentences together: reading them takes half a second for each MiB.
    pub prose_bytes: usize,
    /// Whether constants are decoded. Off only to measure what decoding is worth.
    pub decodes: bool,
    /// Whether content is followed from one effect to another. Off only to measure what that is worth.
    pub follows: bool,
}

impl Default for Budget {
    fn default() -> Self {
        let (constant_bytes, decoded_bytes) = (1 << 20, 16 << 20);
        Self {
            steps: 2_000_000,
            call_depth: 24,
            layers: 8,
            constant_bytes,
            decoded_bytes,
            prose_bytes: 8 << 20,
            decodes: true,
            follows: true,
        }
    }
}

/// Builds the behaviour graph of a bundle. Texts that turn out to be code on the way (command strings, decoded
/// layers, here-documents) become documents of their own.
#[must_use]
pub fn analyse(documents: &mut Documents, models: &Models, budget: &Budget) -> Graph {
    let mut graph = interpret::Interpreter::new(documents, models, budget).run();
    graph.is_unfollowed = !budget.follows;
    graph
}
