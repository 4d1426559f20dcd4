//! How a workstream distributes, beyond its rules and its routing.

use serde::{Deserialize, Serialize};

use crate::PresenceId;

/// The most custom presences of one workstream.
pub const PRESENCES_PER_WORKSTREAM_MAX: usize = 100;

/// More of what the desk knows of a workstream. `Default` holds the documented defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// Custom presences in which an agent is offered its conversations, whatever their base; a custom presence whose base is allowed
    /// need not be named.
    pub presences: Vec<PresenceId>,
    /// Who comes back is offered to their previous agent first, where that one is eligible (on; reference 4.6).
    pub previous_agent_first: bool,
}

impl Distribution {
    /// The documented defaults.
    pub const DEFAULT: Self = Self { presences: Vec::new(), previous_agent_first: true };
}

impl Default for Distribution {
    fn default() -> Self {
        Self::DEFAULT
    }
}
