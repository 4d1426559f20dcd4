//! What the desk answers.

use model::{AgentId, Audience, ConnectionId, ConversationId, Millis, SendKey, Seq, Timestamp};

use crate::fact::Recorded;

/// The answer to one input.
#[must_use = "facts must be appended, notices delivered and wake_at honoured"]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What happened, in order; to be made durable before any notice leaves.
    pub facts: Vec<Recorded>,
    /// Who must hear of it, in order.
    pub notices: Vec<Notice>,
    /// When to come back with `Tick`; `None` while no clock runs.
    pub wake_at: Option<Timestamp>,
}

/// Where a send was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its conversation.
    pub conversation: ConversationId,
    /// The sequence that `seq` counts in: the customer's for a customer's send, the agents' for an agent's.
    pub audience: Audience,
    /// Its position in that sequence.
    pub seq: Seq,
}

/// Why the desk says no. The gate turns it into a `wire::Refusal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalReason {
    /// The key was used before with other words.
    SendKeyReused,
    /// No such conversation for this connection.
    NoConversation,
    /// The conversation is closed. Before telling a sender, the shell looks for the key in the rows of the conversation: the
    /// retry of an accepted send must get its acknowledgement.
    ConversationClosed,
    /// The talk is over.
    ConversationEnded,
    /// This connection already has a conversation.
    AlreadyStarted,
    /// No such widget.
    UnknownWidget,
    /// The state does not allow this.
    WrongState,
    /// The agent has no part in the conversation.
    NotYours,
    /// The offer is over or was never made.
    OfferGone,
    /// Another agent has it.
    AlreadyTaken,
    /// The right is missing.
    NotAllowed,
    /// Too many entries.
    ConversationFull,
    /// Not a presence that a person can choose.
    PresenceNotChoosable,
}

/// Something whose whole latest value must be sent again. The shell collects them over a batch, asks the desk for each once and
/// sends it to those who watch it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViewKey {
    /// [`crate::Desk::customer_view`], for the customer's connections.
    Customer(ConversationId),
    /// [`crate::Desk::conversation_view`], for the console windows that follow it.
    Conversation(ConversationId),
    /// [`crate::Desk::agent_view`], for the agent's console windows.
    Agent(AgentId),
}

/// Who must hear of what. Delivered after the facts of the same outcome are durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The connection has joined this conversation: set its cursor, send its view.
    Resumed {
        /// The connection.
        connection: ConnectionId,
        /// The conversation.
        conversation: ConversationId,
    },
    /// The token is of no conversation that the desk remembers.
    CannotResume {
        /// The connection.
        connection: ConnectionId,
    },
    /// The start is durable, and the connection has joined.
    Started {
        /// The connection.
        connection: ConnectionId,
        /// The key of the start.
        key: SendKey,
        /// Where its words were written.
        sent: Sent,
    },
    /// The send is durable.
    Sent {
        /// The connection.
        connection: ConnectionId,
        /// The key of the send.
        key: SendKey,
        /// Where it was written.
        sent: Sent,
    },
    /// The send was not taken.
    NotSent {
        /// The connection.
        connection: ConnectionId,
        /// In which conversation, where one is known.
        conversation: Option<ConversationId>,
        /// The key of the send.
        key: SendKey,
        /// Why.
        reason: RefusalReason,
    },
    /// An agent's request was carried out.
    Done {
        /// The connection.
        connection: ConnectionId,
        /// The console's number.
        request: u32,
    },
    /// An agent's request, or a customer's frame other than a send (`request: None`), was refused.
    Refused {
        /// The connection.
        connection: ConnectionId,
        /// The console's number.
        request: Option<u32>,
        /// Why.
        reason: RefusalReason,
    },
    /// The console window follows this conversation: set its cursor, send its view.
    Following {
        /// The connection.
        connection: ConnectionId,
        /// The conversation.
        conversation: ConversationId,
    },
    /// The console window may not follow this conversation any more: it is not Open to its agent now, and they have no part in it.
    Unfollowed {
        /// The connection.
        connection: ConnectionId,
        /// The conversation.
        conversation: ConversationId,
    },
    /// The conversation has new entries.
    Head {
        /// Which.
        conversation: ConversationId,
        /// The head of the customer's sequence.
        customer: Seq,
        /// The head of the agents' sequence.
        agents: Seq,
    },
    /// The whole latest value must be sent again.
    Changed(ViewKey),
    /// Too many connections: close this one (the oldest).
    Displace {
        /// The connection.
        connection: ConnectionId,
    },
    /// The agent's sign-in is over: close this console window.
    SignedOut {
        /// The connection.
        connection: ConnectionId,
    },
    /// Something the metrics count: a customer counted as disconnected this long after the last sign of life.
    Disconnected {
        /// How long they had been away.
        away_for: Millis,
    },
}
