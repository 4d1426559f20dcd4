//! What can be told to the desk. Imperatives.

use model::{
    AgentId, AgentRules, Audience, BodyDigest, ConnectionId, ConversationId, CustomerId, DisplayName, MessageText,
    Presence, QueueId, QueueRules, SendKey, Seq, Timestamp, TokenHash, WidgetId, WidgetRules, WorkstreamId,
    WorkstreamRules,
};

/// One thing told to the desk. Nothing else changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Time has passed; fire what is due.
    Tick,
    /// First input after the record was replayed: the relay was down since then. Moves every running deadline by the outage
    /// and restarts the clocks of customers and agents who were connected (product 3, "The relay restarts").
    StartRelay {
        /// The last sign of life of the process before.
        down_since: Timestamp,
    },
    /// First input after a spell in which nothing could be written: moves every running deadline by it. Always makes a fact.
    ///
    /// Meanwhile connections came and went in `live` while their facts were dropped ([`crate::Desk::replace_record`]). So the
    /// desk also writes down here what it finds by comparing the two: who is recorded as away or lost but connected is back,
    /// who is recorded as connected but has no connection is on the clock from now on.
    ResumeWrites {
        /// When writing stopped working.
        down_since: Timestamp,
    },
    /// New rules.
    Configure(Configuration),

    /// A customer's connection shows a token and wants to join its conversation. Answered by `Resumed` or `CannotResume`.
    Resume {
        /// The connection.
        connection: ConnectionId,
        /// The widget that the page embeds; the conversation must be one of its.
        widget: WidgetId,
        /// The hash of the token.
        token: TokenHash,
    },
    /// A customer starts a conversation with its first words. Answered by `Started` or `NotSent`.
    ///
    /// A known key is a retry. A known token with a new key joins that conversation and says the words there.
    Start {
        /// The connection.
        connection: ConnectionId,
        /// The id for the new conversation.
        conversation: ConversationId,
        /// The id for the new customer.
        customer: CustomerId,
        /// The widget.
        widget: WidgetId,
        /// The hash of the browser's token.
        token: TokenHash,
        /// The key of the send.
        key: SendKey,
        /// The digest of the words.
        digest: BodyDigest,
        /// The words.
        text: MessageText,
        /// What the customer wants to be called.
        name: Option<DisplayName>,
    },
    /// A customer says something. Answered by `Sent` or `NotSent`.
    Say {
        /// The connection; it has joined a conversation.
        connection: ConnectionId,
        /// The key of the send.
        key: SendKey,
        /// The digest of the words.
        digest: BodyDigest,
        /// The words.
        text: MessageText,
    },
    /// A customer is writing.
    CustomerTypes {
        /// The connection.
        connection: ConnectionId,
    },
    /// A customer has read all up to here.
    CustomerReads {
        /// The connection.
        connection: ConnectionId,
        /// A position of the customer's sequence; one from the future is taken as the head.
        upto: Seq,
    },
    /// A customer ends the conversation.
    EndByCustomer {
        /// The connection.
        connection: ConnectionId,
    },
    /// A customer answers "still waiting?" with yes.
    ConfirmWaiting {
        /// The connection.
        connection: ConnectionId,
    },
    /// A connection of a customer or of an agent is gone.
    LoseConnection {
        /// The connection; unknown ones are ignored.
        connection: ConnectionId,
        /// The last frame read from it, or its close.
        last_heard: Timestamp,
    },

    /// A console window of a signed-in agent connected.
    ConnectAgent {
        /// The connection.
        connection: ConnectionId,
        /// Who.
        agent: AgentId,
    },
    /// An agent signs out everywhere.
    SignOut {
        /// Who.
        agent: AgentId,
    },
    /// A console window opens a conversation, to follow its entries and its state. Answered by `Following` or `Refused`.
    Follow {
        /// The connection.
        connection: ConnectionId,
        /// Which.
        conversation: ConversationId,
    },
    /// A console window stops following.
    Unfollow {
        /// The connection.
        connection: ConnectionId,
        /// Which.
        conversation: ConversationId,
    },
    /// An agent says something. Answered by `Sent` or `NotSent`.
    AgentSays {
        /// The connection.
        connection: ConnectionId,
        /// In which conversation.
        conversation: ConversationId,
        /// To the customer, or to colleagues only.
        audience: Audience,
        /// The key of the send.
        key: SendKey,
        /// The digest of the words.
        digest: BodyDigest,
        /// The words.
        text: MessageText,
    },
    /// An agent is writing to the customer.
    AgentTypes {
        /// The connection.
        connection: ConnectionId,
        /// In which conversation.
        conversation: ConversationId,
    },
    /// An agent has read all up to here.
    AgentReads {
        /// The connection.
        connection: ConnectionId,
        /// In which conversation.
        conversation: ConversationId,
        /// A position of the agents' sequence.
        upto: Seq,
    },
    /// An agent asks for something. Answered by `Done` or `Refused` with the same `request`.
    Ask {
        /// The connection.
        connection: ConnectionId,
        /// The console's own number, echoed.
        request: u32,
        /// What.
        ask: AgentRequest,
    },
}

/// What an agent can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentRequest {
    /// Accepts the running offer of this conversation.
    Accept(ConversationId),
    /// Declines the running offer of this conversation.
    Decline(ConversationId),
    /// Takes an Open conversation of one of the agent's queues, whatever the capacity.
    Pick(ConversationId),
    /// Ends the talk: Active → Wrap-up.
    End(ConversationId),
    /// Closes the agent's side of a conversation in wrap-up.
    Close(ConversationId),
    /// Gives an Active conversation back to its queue.
    Release(ConversationId),
    /// Chooses a presence; `None` goes back to the computed one.
    SetPresence(Option<Presence>),
}

/// New rules for one thing. Unchanged rules make no fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Configuration {
    /// An agent.
    Agent(AgentId, AgentRules),
    /// A queue.
    Queue(QueueId, QueueRules),
    /// A workstream.
    Workstream(WorkstreamId, WorkstreamRules),
    /// A widget.
    Widget(WidgetId, WidgetRules),
}
