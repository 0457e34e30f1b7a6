//! Floor 7: writing down what was decided: one file per format. Nothing in here decides anything.
//!
//! Every text of a bundle is hostile. [`escape`] makes it harmless for the medium at hand.

mod escape;
mod github;
mod html;
mod human;
mod json;
mod links;
mod markdown;
mod sarif;
mod sarif_rules;
mod summary;

use std::io::{self, Write};
use std::path::PathBuf;

pub use escape::one_line;
pub use human::HumanStyle;
pub use json::write_json;
pub use summary::Summary;

use crate::rules::Rule;
use crate::scan::BundleReport;

/// What all bundles of a run have in common.
#[derive(Debug)]
pub struct Run<'a> {
    /// Every loaded rule, sorted by id.
    pub rules: &'a [Rule],
    /// The folder that paths in SARIF and annotations are relative to: the root of the user's repository.
    pub base: PathBuf,
    /// Number of bundles that will be scanned.
    pub bundles: usize,
    /// Name of the profile.
    pub profile: &'static str,
}

/// Writes one format. `begin` comes first, then `bundle` for each bundle in input order, then `end`.
pub trait Writer {
    /// Writes what stands before the first bundle.
    ///
    /// # Errors
    /// When `out` cannot be written.
    fn begin(&mut self, out: &mut dyn Write, run: &Run<'_>) -> io::Result<()>;

    /// Writes a bundle, or keeps what the end needs of it.
    ///
    /// # Errors
    /// When `out` cannot be written.
    fn bundle(&mut self, out: &mut dyn Write, run: &Run<'_>, report: &BundleReport) -> io::Result<()>;

    /// Writes what stands after the last bundle.
    ///
    /// # Errors
    /// When `out` cannot be written.
    fn end(&mut self, out: &mut dyn Write, run: &Run<'_>, summary: &Summary) -> io::Result<()>;
}

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// One document.
    Json,
    /// One object per bundle and line.
    Ndjson,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions: annotations.
    Github,
    /// A summary for a job or a comment.
    Markdown,
    /// One self-contained page.
    Html,
}

impl Format {
    /// Every format with its name.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("human", Self::Human),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("sarif", Self::Sarif),
        ("github", Self::Github),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
    ];

    /// A writer of this format. The style matters to `human` alone.
    #[must_use]
    pub fn writer(self, style: HumanStyle) -> Box<dyn Writer> {
        match self {
            Self::Human => Box::new(human::Human::new(style)),
            Self::Json => Box::new(json::Json::default()),
            Self::Ndjson => Box::new(json::Ndjson),
            Self::Sarif => Box::new(sarif::Sarif::default()),
            Self::Github => Box::new(github::Github::default()),
            Self::Markdown => Box::new(markdown::Markdown::default()),
            Self::Html => Box::new(html::Html),
        }
    }
}
