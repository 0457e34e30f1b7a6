//! skillscan: a static analyser for AI-agent skills.
//!
//! ```text
//! bytes → bundle → documents → operations → effects + value flow → rules → findings → verdict → report
//! ```
//!
//! A skill bundle is a program whose interpreter is an agent: its text is code and its code is text. Everything
//! (prose, shell, Python, JavaScript, PowerShell, manifests) is lowered into one small vocabulary of *effects* over
//! *values*, linked into one graph per bundle, and every rule asks that graph one question.
//!
//! The floors, lowest first; a module imports lower floors only (`tests/architecture.rs`):
//! [`source`] · [`finding`], [`bundle`] · [`document`] · [`lower`] · [`flow`] · [`rules`] · [`policy`] · [`scan`] ·
//! [`report`] · [`cli`].

pub mod bundle;
pub mod cli;
pub mod document;
pub mod finding;
pub mod flow;
pub mod lower;
pub mod policy;
pub mod report;
pub mod rules;
pub mod scan;
pub mod source;

pub use scan::{BundleReport, Scanner};
