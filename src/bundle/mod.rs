//! Floor 1: finding bundles and reading their files: the only code that touches the file system.
//!
//! A bundle is hostile: links are recorded and never followed, nothing inside it can hide a file, and every
//! limit that is reached becomes a notice.

mod archive;
mod carrier;
mod contents;
mod digest;
mod discover;
mod file;
mod kind;
mod limits;
mod link;
mod magic;
mod name;
mod name_oddity;
mod oddity;
mod opaque;
mod read;
mod texture;
mod walk;

pub use discover::{BundleError, BundlePath, discover};
pub use file::{Bundle, File, Origin};
pub use kind::{Content, FileKind, sniff};
pub use limits::Limits;
pub use link::leaves_bundle;
pub use oddity::{Oddity, OddityKind};
pub use read::read;
