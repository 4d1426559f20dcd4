//! Why things end. Every end of a session and every close has one of these.

use serde::{Deserialize, Serialize};

/// Why a conversation was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseReason {
    /// The agent ended it and closed their side.
    AgentEnded,
    /// The customer ended it.
    CustomerEnded,
    /// The customer was away for longer than the limit.
    CustomerDisconnected,
    /// It waited in a queue for too long (auto-close, 20 min).
    AutoClosed,
    /// A supervisor closed it.
    ForceClosed,
    /// The queue's overflow rule ended it.
    OverflowEnded,
}

/// Why one agent's part in a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionEnd {
    /// The agent pressed Close.
    AgentClosed,
    /// 15 minutes of wrap-up passed.
    AutoClosed,
    /// The agent's connection was gone for longer than the grace of 2.5 minutes.
    AgentDisconnected,
    /// The agent signed out.
    AgentSignedOut,
    /// The agent gave the conversation back to its queue.
    AgentReleased,
    /// The agent's account was disabled.
    AgentDisabled,
    /// A supervisor closed the conversation.
    ForceClosed,
    /// The conversation went to another agent or queue.
    Transferred,
}

/// How an offer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferEnd {
    /// The agent accepted; the conversation is theirs.
    Accepted,
    /// The agent declined; counted.
    Declined,
    /// The countdown ran out; counted.
    Missed,
    /// The agent's or customer's situation changed; not counted.
    Withdrawn,
}
