//! Custom presences (product 5): titles on a base.

use model::{AgentId, Presence, PresenceId};
use serde::{Deserialize, Serialize};

/// The custom presences, and who is in one: the latest value, for every window. Not sent while there are none. Where a state says which
/// presence counts, it says the base; who is named here is shown by the title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresencesState {
    /// Grows with every change.
    pub version: u64,
    /// All of them, by title.
    pub presences: Vec<CustomPresence>,
    /// Agents who are in one now, this window's own too, in the order of their ids.
    pub agents: Vec<AgentInPresence>,
}

impl PresencesState {
    /// The custom presence that an agent is in, if any.
    #[must_use]
    pub fn of(&self, agent: AgentId) -> Option<&CustomPresence> {
        let is_in = self.agents.iter().find(|one| one.agent == agent)?.presence;
        self.presences.iter().find(|presence| presence.id == is_in)
    }
}

/// One custom presence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomPresence {
    /// Which.
    pub id: PresenceId,
    /// What people read.
    pub title: String,
    /// What it counts as.
    pub base: Presence,
}

/// An agent in a custom presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentInPresence {
    /// Who.
    pub agent: AgentId,
    /// In which.
    pub presence: PresenceId,
}
