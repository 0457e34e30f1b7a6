//! Models: what a program, a library call or a method does. Data in `rules/models/`, one file per tool family.

mod schema;

pub use schema::{Argument, CallModel, EffectTemplate, ModelFile, Options, ProgramModel};

/// The models of all languages, compiled for lookup.
#[derive(Debug, Default)]
pub struct Models {}
