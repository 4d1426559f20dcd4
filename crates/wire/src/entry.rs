//! Entries: what a conversation's audiences read. Customer entries and agents' entries have different types, so that
//! internal words can't be put into a customer's frame by mistake (product 4.6).

use model::{
    AgentId, CloseReason, ConsultEnd, DisplayName, HoldEnd, InvitationEnd, InvitationKind, MessageText, MonitorEnd,
    OverflowCause, PromiseEnd, ReturnedBy, SendKey, Seq, SessionEnd, Timestamp, Units,
};
use serde::{Deserialize, Serialize};

/// One entry of the customer's sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerEntry {
    /// Its dense position.
    pub seq: Seq,
    /// When it was accepted.
    pub at: Timestamp,
    /// What happened.
    pub event: CustomerEvent,
}

/// What a customer can read. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomerEvent {
    /// The customer's own words. The key lets every tab match it with its outbox.
    Mine {
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// An agent's words.
    Theirs {
        /// Who wrote.
        agent: DisplayName,
        /// The words.
        text: MessageText,
    },
    /// An agent joined.
    AgentJoined {
        /// Who.
        agent: DisplayName,
    },
    /// The agent is no longer in the conversation; it is in the queue again.
    AgentLeft {
        /// Who.
        agent: DisplayName,
    },
    /// The agent ended the conversation.
    EndedByAgent {
        /// Who.
        agent: DisplayName,
    },
    /// The customer ended the conversation.
    EndedByCustomer,
    /// It was closed without anybody pressing End.
    Closed {
        /// Why.
        reason: CloseReason,
    },
    /// The agent offered a reconnect link: Copy, Show QR code. The link itself is in no entry.
    LinkOffered {
        /// Who.
        agent: DisplayName,
    },
    /// Another device of the customer joined: another token, not another tab.
    OtherDeviceJoined,
    /// Somebody joined beside the agent who has the conversation: a consultant who was let in, or a supervisor.
    ColleagueJoined {
        /// Who.
        agent: DisplayName,
    },
    /// One of several left; another has the conversation.
    ColleagueLeft {
        /// Who.
        agent: DisplayName,
    },
}

/// One entry of the agents' sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentsEntry {
    /// Its dense position.
    pub seq: Seq,
    /// When it was accepted.
    pub at: Timestamp,
    /// What happened.
    pub event: AgentsEvent,
}

/// Who wrote a message that agents read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// An agent.
    Agent {
        /// Who.
        id: AgentId,
        /// Their name when it was read.
        name: DisplayName,
    },
}

/// What agents can read. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentsEvent {
    /// The conversation began and was put into its queue.
    Started,
    /// Words that the customer reads or wrote.
    Message {
        /// Who wrote.
        from: Speaker,
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
        /// The position of the same message in the customer's sequence, for the customer's read mark.
        customer_seq: Seq,
    },
    /// Words that only colleagues see.
    Internal {
        /// Who wrote.
        from: Speaker,
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// It was offered to an agent.
    Offered {
        /// To whom.
        to: Speaker,
        /// Until when.
        until: Timestamp,
    },
    /// An offer was declined.
    OfferDeclined {
        /// By whom.
        by: Speaker,
    },
    /// An offer was missed.
    OfferMissed {
        /// By whom.
        by: Speaker,
    },
    /// An offer was withdrawn.
    OfferWithdrawn {
        /// Whose.
        from: Speaker,
    },
    /// An agent joined: accepted or picked it.
    Joined {
        /// Who.
        who: Speaker,
        /// Whether it was picked rather than offered.
        picked: bool,
    },
    /// The customer's last connection was lost at `since`; written 10 s later.
    CustomerAway {
        /// The last sign of life.
        since: Timestamp,
    },
    /// The customer is connected again.
    CustomerBack,
    /// The customer has been away for longer than the limit.
    CustomerDisconnected,
    /// The agent ended the talk.
    EndedByAgent {
        /// Who.
        who: Speaker,
    },
    /// The customer ended the talk.
    EndedByCustomer,
    /// One agent's part ended.
    SessionEnded {
        /// Whose.
        who: Speaker,
        /// Why.
        reason: SessionEnd,
    },
    /// The conversation went back to its queue, at its old place.
    Requeued,
    /// The customer answered "still waiting?" with yes.
    StillWaiting,
    /// Nothing reopens it.
    Closed {
        /// Why.
        reason: CloseReason,
    },
    /// The disconnected customer came back.
    CustomerReturned {
        /// How.
        how: ReturnedBy,
    },
    /// The agent's place is no longer kept.
    HoldEnded {
        /// Why.
        why: HoldEnd,
    },
    /// The customer may not come back any more.
    PromiseEnded {
        /// Why.
        why: PromiseEnd,
    },
    /// The customer asked for two more minutes at the prompt.
    LimitExtended,
    /// A reconnect link was offered to the customer.
    LinkOffered {
        /// By whom.
        who: Speaker,
    },
    /// An agent took a reconnect link to send it by other ways.
    LinkTaken {
        /// Who.
        who: Speaker,
    },
    /// Another device of the customer joined.
    OtherDeviceJoined {
        /// How.
        how: ReturnedBy,
    },
    /// The customer signed in: the conversation is theirs now.
    SignedIn,
    /// A colleague was invited.
    Invited {
        /// To what.
        kind: InvitationKind,
        /// By whom.
        by: Speaker,
        /// Who.
        to: Speaker,
        /// Until when.
        until: Timestamp,
        /// The queue that was asked, where it was not one agent alone.
        queue: Option<String>,
    },
    /// An invitation ended.
    InvitationEnded {
        /// To what.
        kind: InvitationKind,
        /// Whose.
        to: Speaker,
        /// How.
        how: InvitationEnd,
    },
    /// A consultant is there: reads, and writes to colleagues.
    ConsultBegan {
        /// Who.
        who: Speaker,
    },
    /// A consultant may write to the customer, who reads that they joined.
    LetIn {
        /// Who.
        who: Speaker,
        /// By whom.
        by: Speaker,
    },
    /// A consultant is no longer there.
    ConsultEnded {
        /// Who.
        who: Speaker,
        /// Why.
        why: ConsultEnd,
    },
    /// The conversation was sent to a queue, at its old place.
    SentToQueue {
        /// By whom: its agent, or a supervisor while it was Open.
        by: Speaker,
        /// To which.
        queue: String,
    },
    /// A supervisor reads along.
    MonitoringBegan {
        /// Who.
        who: Speaker,
    },
    /// A supervisor no longer reads along.
    MonitoringEnded {
        /// Who.
        who: Speaker,
        /// Why.
        why: MonitorEnd,
    },
    /// A supervisor who reads along has joined; the customer reads it, too.
    SupervisorJoined {
        /// Who.
        who: Speaker,
    },
    /// A supervisor gave an Open conversation to an agent, who joins.
    Assigned {
        /// By whom.
        by: Speaker,
        /// To whom.
        to: Speaker,
        /// By how many units this went beyond the agent's capacity.
        over: Units,
    },
    /// A supervisor closed it.
    ForceClosed {
        /// Who.
        by: Speaker,
    },
    /// The queue's overflow rule moved it to another queue.
    Overflowed {
        /// The name of that queue when it was read.
        queue: String,
        /// Why.
        cause: OverflowCause,
    },
}
