//! "Why is this customer still waiting?", with an answer for each agent considered (product 5).

use model::{AgentId, ConversationId, DisplayName, Presence, Timestamp, Units};
use serde::{Deserialize, Serialize};

/// Why a customer is still waiting. True when it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyWaiting {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The name of its queue.
    pub queue: String,
    /// When it came into that queue.
    pub since: Timestamp,
    /// What is so for all agents.
    pub reasons: Vec<WaitReason>,
    /// Those who serve the queue, then those who had it and don't; at most [`crate::limits::WHY_AGENTS_MAX`].
    pub agents: Vec<WhyNot>,
    /// How many there are.
    pub agents_count: u32,
}

/// What keeps a conversation waiting, whoever is there. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitReason {
    /// Its workstream offers nothing: agents pick.
    Picked,
    /// The customer may be away: they are passed over until they are back.
    CustomerAway,
    /// The queue is closed at this time; it waits all the same.
    OutOfHours,
    /// It is being offered.
    Offered {
        /// To whom.
        to: DisplayName,
        /// Until when.
        until: Timestamp,
    },
    /// Nobody serves the queue.
    NobodyServes,
    /// Nobody who serves the queue has a console.
    NobodyHere,
    /// Everybody who could be asked has declined or missed it.
    EveryoneDeclined,
}

/// Why one agent was not offered a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyNot {
    /// Who.
    pub agent: AgentId,
    /// Their name.
    pub name: DisplayName,
    /// Why; nothing where they can be asked.
    pub reasons: Vec<WhyNotReason>,
}

/// What keeps one agent from being offered one conversation. Append-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyNotReason {
    /// They can't sign in.
    Disabled,
    /// They don't serve the queue.
    NotInQueue,
    /// They have no console.
    NoConsole,
    /// They are in a presence that the workstream does not ask.
    InPresence {
        /// Which.
        presence: Presence,
    },
    /// They have not enough free units.
    CapacityShort {
        /// By how many.
        by: Units,
    },
    /// They declined, missed or gave it back, and are asked again from then on, if nobody else can be.
    AskedAgainAt {
        /// When.
        at: Timestamp,
    },
    /// They had it as often as may be; they can still pick it.
    LimitReached,
}
