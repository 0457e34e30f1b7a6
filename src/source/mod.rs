//! Floor 0: bytes, places in text, and making untrusted text safe to show.
//!
//! Nothing here knows what a bundle, a rule or a language is.

mod decode;
mod line_index;
mod printable;
mod shipped;
mod span;
mod span_map;

pub use decode::{DecodedText, Encoding, byte_order_mark, decode, guess_utf16};
pub use line_index::{LineIndex, Position};
pub use printable::{printable, printable_line};
pub use shipped::{SHIPPED, shipped_below};
pub use span::Span;
pub use span_map::{SpanMap, SpanMapBuilder};
