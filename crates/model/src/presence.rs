//! What an agent is available for.

use serde::{Deserialize, Serialize};

use crate::PresenceId;

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

impl Presence {
    /// Whether a choice of it lasts until sign-out or the next choice; others last until the next accepted or closed conversation.
    #[must_use]
    pub const fn lasts(self) -> bool {
        matches!(self, Self::DoNotDisturb | Self::Away | Self::Offline)
    }
}

/// A presence that a person can choose: one of the system's, or a custom one, which counts as its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PresenceChoice {
    /// One of the system's; never `Inactive`.
    Base(Presence),
    /// A custom one.
    Custom(PresenceId),
}
