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
    /// Too many were waiting when it started (the queue's overflow rule).
    OverflowEnded,
    /// Its queue was closed when it started (the queue's overflow rule).
    OutOfHours,
    /// It waited for longer than its queue allows (the queue's overflow rule).
    WaitedTooLong,
}

/// Why a queue's overflow rule did something with a conversation (product 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverflowCause {
    /// The queue was closed when it started.
    OutOfHours,
    /// Too many were waiting when it started.
    QueueFull,
    /// It waited for too long.
    WaitedTooLong,
}

impl OverflowCause {
    /// Why the conversation is closed, where that is what becomes of it.
    #[must_use]
    pub const fn close_reason(self) -> CloseReason {
        match self {
            Self::OutOfHours => CloseReason::OutOfHours,
            Self::QueueFull => CloseReason::OverflowEnded,
            Self::WaitedTooLong => CloseReason::WaitedTooLong,
        }
    }
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
    /// The agent gave the conversation to another agent.
    Transferred,
    /// The customer came back to a conversation in wrap-up after the hold: it is Open again, the wrap-up is over.
    CustomerReturned,
    /// The agent gave the conversation to a queue.
    TransferredToQueue,
    /// A supervisor gave the conversation to another agent; this one became consultant.
    TransferredBySupervisor,
}

/// How a customer came back, or how another device of theirs joined (product 3, "How a customer comes back").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnedBy {
    /// By their browser's resume token alone, unasked.
    Token,
    /// By a reconnect link.
    Link,
    /// By *Continue* at the prompt, in a browser that held a token of the conversation.
    Prompt,
    /// By *Continue* at the prompt, in a browser that held no token of the conversation: found by the sign-in.
    SignIn,
    /// By a hand-over from another site of the same owner.
    Handover,
}

/// Why a hold is over: the agent's units are no longer kept for a customer who may come back (product 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldEnd {
    /// Its time is over.
    Expired,
    /// The agent released it.
    Released,
    /// The agent's session ended, and the hold with it.
    SessionEnded(SessionEnd),
    /// The customer came back.
    CustomerReturned,
    /// The promise ended, and the hold with it.
    PromiseEnded(PromiseEnd),
}

/// Why a promise is over: the customer may not come back any more (product 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PromiseEnd {
    /// The reconnect time limit ran out.
    LimitReached,
    /// The customer pressed *Start new*, or went to another conversation.
    StartedNew,
    /// The customer pressed End, late.
    EndedByCustomer,
    /// A supervisor closed the conversation.
    ForceClosed,
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
