//! The supervisors' floor over HTTP: `/api/floor`.

use std::collections::BTreeMap;

use model::{Timestamp, Units};
use serde::{Deserialize, Serialize};

use super::Figures;
use crate::desk_state::LedgerLine;
use crate::staff::{FloorAgent, FloorRow, QueueName};

/// `GET /api/floor`: what goes on now, in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorSummary {
    /// When that was so.
    pub at: Timestamp,
    /// Conversations in queues.
    pub waiting: u32,
    /// Since when the one that has waited longest is Open.
    pub waiting_since: Option<Timestamp>,
    /// Conversations with an agent.
    pub active: u32,
    /// Conversations in wrap-up with an agent.
    pub wrap_up: u32,
    /// The agents.
    pub agents: AgentsSummary,
    /// All queues, in the order of their ids.
    pub queues: Vec<QueueSummary>,
    /// Since midnight of the time zone asked for: who came, waited, left, was disconnected and came back. Nothing while reports can't be
    /// read.
    pub today: Option<Figures>,
}

/// All agents whose accounts are enabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentsSummary {
    /// How many there are.
    pub count: u32,
    /// How many have a console.
    pub connected: u32,
    /// How many are in which presence.
    pub presences: BTreeMap<String, u32>,
    /// Units of those with a console.
    pub total: Units,
    /// Of these, taken.
    pub used: Units,
    /// Of these, kept for customers who may come back.
    pub held: Units,
}

/// One queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueSummary {
    /// Which.
    pub queue: QueueName,
    /// Conversations in it.
    pub waiting: u32,
    /// Since when the one that has waited longest is Open.
    pub waiting_since: Option<Timestamp>,
    /// Conversations of it with an agent.
    pub active: u32,
    /// Conversations of it in wrap-up with an agent.
    pub wrap_up: u32,
    /// Enabled agents who serve it.
    pub agents: u32,
    /// Of these, with a console.
    pub connected: u32,
    /// Free units of these.
    pub free: Units,
}

/// `GET /api/floor/conversations`: a page of the ongoing conversations, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorPage {
    /// The conversations.
    pub conversations: Vec<FloorRow>,
    /// Gives the next page as `after`; nothing on the last one.
    pub next: Option<String>,
}

/// `GET /api/floor/agents`: a page of the agents, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorPeople {
    /// The agents.
    pub agents: Vec<FloorPerson>,
    /// Gives the next page as `after`; nothing on the last one.
    pub next: Option<String>,
}

/// An agent, and what takes of their capacity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorPerson {
    /// The same as in the console.
    pub agent: FloorAgent,
    /// One line per entry of the ledger.
    pub ledger: Vec<LedgerLine>,
}
