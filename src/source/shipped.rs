//! The data that the binary carries: models, lexicons and rules.

/// Path (`rules/models/fetchers.yaml`) and text of every YAML file that was below `rules/` at build time, sorted by path.
pub const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The files below a folder such as `rules/models/`.
pub fn shipped_below(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.iter().copied().filter(move |(path, _)| path.starts_with(folder))
}
