//! What the desk answers.

use model::{
    AgentId, AnswerMistake, Audience, ConnectionId, ConversationId, HoldEnd, InvitationEnd, InvitationKind, Millis,
    PromiseEnd, ReturnedBy, SendKey, Seq, Timestamp,
};

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
    /// The conversation has as many links as it may have.
    TooManyLinks,
    /// No Portal URL is set, so that a link would lead nowhere.
    NoPortal,
    /// Reconnect was off when the conversation started.
    ReconnectIsOff,
    /// The limit was extended as often as it may be.
    NoExtensionLeft,
    /// The agent has no console, takes nothing now, or there is none.
    AgentUnavailable,
    /// The agent has too few free units.
    NoRoom,
    /// The agent takes part already.
    AlreadyThere,
    /// Another invitation of the conversation runs.
    InvitationRunning,
    /// The invitation is over or was never made.
    InvitationGone,
    /// Nobody serves the queue, or there is none.
    NobodyServesIt,
    /// Oversight is never over one's own conversation.
    YourOwn,
    /// As many agents take part as may, or the supervisor reads along in as many conversations as they may.
    TooManyParticipants,
    /// There is no such custom presence.
    UnknownPresence,
    /// The queue is closed now, and takes nobody then.
    QueueClosed,
    /// A question that must be answered before a conversation is not.
    AnswerMissing,
    /// There is no such question.
    AnswerUnknown,
    /// An answer does not fit its question.
    AnswerInvalid,
}

impl From<AnswerMistake> for RefusalReason {
    fn from(mistake: AnswerMistake) -> Self {
        match mistake {
            AnswerMistake::Missing => Self::AnswerMissing,
            AnswerMistake::Unknown => Self::AnswerUnknown,
            AnswerMistake::Invalid => Self::AnswerInvalid,
        }
    }
}

/// Why nothing can be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotResumed {
    /// There is nothing, or no longer: a clear no.
    Expired,
    /// It is a signed-in customer's, and nobody is signed in.
    SignInNeeded,
    /// Nobody can tell now: who is signed in is not known yet, or nothing can be written. Ask again.
    SignInUnknown,
    /// It is another customer's than the one who is signed in: the browser drops its token.
    NotYours,
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
    /// [`crate::Desk::prompt_view`], for the connections that stand at the prompt of this conversation.
    Prompt(ConversationId),
    /// [`crate::Desk::floor_row`], for the console windows that watch the floor.
    FloorRow(ConversationId),
    /// [`crate::Desk::floor_agent`], for the console windows that watch the floor.
    FloorAgent(AgentId),
    /// [`crate::Desk::colleagues_view`], for the console windows that want it.
    Colleagues,
    /// [`crate::Desk::presences_view`], for all console windows.
    Presences,
    /// [`crate::Desk::open_card`], for the console windows of all agents.
    OpenCard(ConversationId),
    /// [`crate::Desk::open_cards`], for the agent's console windows: other queues are theirs now.
    OpenCards(AgentId),
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
    /// There is nothing that this connection may join. It has no conversation.
    CannotResume {
        /// The connection.
        connection: ConnectionId,
        /// Why.
        why: NotResumed,
    },
    /// The connection stands at the prompt *Continue / Start new* of this conversation: send its view. It has not joined, and
    /// standing there is no sign of life.
    Prompted {
        /// The connection.
        connection: ConnectionId,
        /// The conversation.
        conversation: ConversationId,
    },
    /// The prompt is about another conversation than the one that the connection's token leads to: words that were meant for that
    /// one are not said here.
    PromptOfAnother {
        /// The connection.
        connection: ConnectionId,
        /// Whether that one is the customer's, and over; else it is somebody else's than the customer signed in.
        was_theirs: bool,
    },
    /// The link is expired or unknown. What the browser has besides it is answered next.
    LinkDead {
        /// The connection.
        connection: ConnectionId,
    },
    /// The link or hand-over is good, but another conversation is going on in this browser, which is answered next: ask which.
    ArrivalWaits {
        /// The connection.
        connection: ConnectionId,
    },
    /// The link or hand-over is good, but for another customer than the one who is signed in. What the browser has besides it is
    /// answered next.
    SignedInAsSomeoneElse {
        /// The connection.
        connection: ConnectionId,
    },
    /// The connection has no conversation now, as it asked.
    Left {
        /// The connection.
        connection: ConnectionId,
    },
    /// The link is durable.
    LinkMinted {
        /// The connection that asked for it.
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
    /// Answers the question why a customer is still waiting: [`crate::Desk::why_waiting`], asked now.
    WhyWaiting {
        /// The connection.
        connection: ConnectionId,
        /// The console's number.
        request: u32,
        /// Whose conversation.
        conversation: ConversationId,
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
    /// The console window may not follow this conversation, or not any more: it is not Open to its agent now, and they have no part in
    /// it. Also told after a refused [`crate::Input::Follow`].
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
    /// Something the metrics count: a disconnected customer came back.
    Returned {
        /// How.
        how: ReturnedBy,
        /// How long they had been away.
        away_for: Millis,
    },
    /// Something the metrics count: a hold is over.
    HoldEnded {
        /// Why.
        why: HoldEnd,
    },
    /// The console window watches the floor from now on: send it all rows, in place of what it has of the floor.
    FloorOpened {
        /// The connection.
        connection: ConnectionId,
    },
    /// The console window may not watch the floor, or not any more. Also told after a refused [`crate::Input::WatchFloor`].
    FloorOver {
        /// The connection.
        connection: ConnectionId,
    },
    /// The console window wants to know whom its agent can ask.
    ColleaguesWatched {
        /// The connection.
        connection: ConnectionId,
    },
    /// Something the metrics count: an invitation ended.
    InvitationEnded {
        /// To what.
        kind: InvitationKind,
        /// How.
        how: InvitationEnd,
    },
    /// Something the metrics count: a promise is over without a return.
    PromiseEnded {
        /// Why.
        why: PromiseEnd,
    },
}
