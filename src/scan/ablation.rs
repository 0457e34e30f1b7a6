//! What the numbers rest on: a scanner without one of its parts, for measuring only (`docs/EVALUATION.md`).

use std::str::FromStr;

use super::Scanner;

/// A part of the analysis that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The grammar that reads sentences as acts.
    Prose,
    /// Following content from one effect to another.
    Flow,
    /// Decoding of constants.
    Decode,
    /// Lists of hosts that are suspicious by their name.
    Indicators,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "prose" => Ok(Self::Prose),
            "flow" => Ok(Self::Flow),
            "decode" => Ok(Self::Decode),
            "indicators" => Ok(Self::Indicators),
            _ => Err("expected prose, flow, decode or indicators".to_owned()),
        }
    }
}

impl Scanner {
    /// Leaves a part out. A scan without it is no scan to rely on.
    pub fn leave_out(&mut self, part: Part) {
        match part {
            Part::Prose => self.models.forget_prose(),
            Part::Flow => self.budget.follows = false,
            Part::Decode => self.budget.decodes = false,
            Part::Indicators => self.rules.forget_indicators(),
        }
    }
}
