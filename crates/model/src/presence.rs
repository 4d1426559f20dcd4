//! What an agent is available for.

use serde::{Deserialize, Serialize};

/// An agent's presence (product 5). Computed from capacity unless the agent chose one; manual choices last as
/// the reference says: Available and Busy until the next accepted or closed conversation, the others until sign-out or change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// No capacity is used.
    Available,
    /// Some capacity is used.
    Busy,
    /// All capacity is used, or the agent wants no offers.
    DoNotDisturb,
    /// The agent stepped out.
    Away,
    /// No console is connected, or the agent appears offline.
    Offline,
    /// Set by the desk after a missed offer; the agent resets it.
    Inactive,
}
