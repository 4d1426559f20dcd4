//! The fold of facts.

use model::Timestamp;

use crate::fact::Fact;

/// Everything that the facts say, and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {}

impl Record {
    /// Folds one fact in.
    pub fn apply(&mut self, _at: Timestamp, _fact: &Fact) {}
}
