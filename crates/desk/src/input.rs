//! What can be told to the desk. Imperatives.

use std::collections::BTreeMap;

use model::{
    AgentId, AgentRules, Answered, Audience, BodyDigest, ConnectionId, Context, ConversationId, CustomerId,
    DisplayName, Distribution, IdentityHash, LinkHash, MessageText, Presence, PresenceChoice, PresenceId, QueueId,
    QueueRules, Routing, SendKey, Seq, SupervisorRights, Timestamp, TokenHash, WidgetId, WidgetRules, WorkstreamId,
    WorkstreamRules,
};
use serde::{Deserialize, Serialize};

use crate::outcome::RefusalReason;

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

    /// A customer's connection shows what it has and wants to join a conversation (product 3, "How a customer comes back").
    ///
    /// Answered by exactly one of `Resumed`, `Prompted` and `CannotResume`; before it by `LinkDead`, `SignedInAsSomeoneElse` or
    /// `ArrivalWaits` where an arrival is not followed.
    Resume {
        /// The connection.
        connection: ConnectionId,
        /// The widget that the page embeds; the conversation must be one of its.
        widget: WidgetId,
        /// The hash of the token in the browser's storage, if any.
        token: Option<TokenHash>,
        /// The link or the hand-over that opened the page, if any.
        arrival: Option<Arrival>,
        /// Who the browser is signed in as, verified.
        identity: Option<IdentityHash>,
        /// Whether somebody is signed in could not be found out yet.
        sign_in_is_unknown: bool,
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
        /// Who the browser is signed in as, verified.
        identity: Option<IdentityHash>,
        /// What came along with it. Boxed, because mostly nothing does.
        said: Option<Box<StartSaid>>,
    },
    /// *Continue*, pressed at the prompt. Answered by `Resumed`, or by `CannotResume` where it is too late.
    Continue {
        /// The connection; it stands at the prompt.
        connection: ConnectionId,
        /// The hash of the token that the browser holds from now on; may be the known one.
        token: TokenHash,
    },
    /// *Start new*: ends the conversation of the prompt, or the promise of the one that the connection reads, and frees the agent at
    /// once. The connection has no conversation then. Answered by `Left`.
    StartNew {
        /// The connection.
        connection: ConnectionId,
    },
    /// One press at the prompt: two more minutes until the limit, ten times at most; never for the hold.
    ExtendPromise {
        /// The connection; it stands at the prompt.
        connection: ConnectionId,
    },
    /// *Go to that one*: ends the conversation that the connection has, as `StartNew` does, and joins the other. Answered by
    /// `Resumed`, `LinkDead` or `SignedInAsSomeoneElse`; after the last two all stays as it was.
    FollowArrival {
        /// The connection.
        connection: ConnectionId,
        /// The link or hand-over that waits.
        arrival: Arrival,
    },
    /// A customer signed in, or their sign-in was renewed, while connected. An anonymous conversation that this browser started
    /// becomes theirs. Answered only where another conversation or none follows: `Prompted`, or `CannotResume` where they are
    /// not the customer of the one that the connection has.
    Identify {
        /// The connection.
        connection: ConnectionId,
        /// The widget that the page embeds.
        widget: WidgetId,
        /// Who.
        identity: IdentityHash,
    },
    /// A customer wants a reconnect link of their conversation. Answered by `LinkMinted`.
    MintLink {
        /// The connection; it has joined a conversation.
        connection: ConnectionId,
        /// The hash of the new link's secret.
        link: LinkHash,
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
    /// A customer ends the conversation; late, where only the promise is left.
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
    /// A console window wants the floor: all ongoing conversations and all agents. Answered by `FloorOpened` or `Refused`.
    WatchFloor {
        /// The connection.
        connection: ConnectionId,
    },
    /// A console window no longer wants the floor.
    LeaveFloor {
        /// The connection.
        connection: ConnectionId,
    },
    /// A console window wants to know whom its agent can ask. Answered by [`crate::ViewKey::Colleagues`], or `Refused`.
    WatchColleagues {
        /// The connection.
        connection: ConnectionId,
    },
    /// A console window no longer wants to know.
    LeaveColleagues {
        /// The connection.
        connection: ConnectionId,
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
    /// A program asks for something in an agent's name, without a window: no sign of life, and nothing that takes part in a conversation
    /// begins by it. Answered like `Ask`, under number 0.
    AskFor {
        /// Names the answer; of no connection.
        caller: ConnectionId,
        /// In whose name.
        agent: AgentId,
        /// What.
        ask: AgentRequest,
    },
    /// A program says something in an agent's name. Answered by `Sent` or `NotSent`.
    SayFor {
        /// Names the answer; of no connection.
        caller: ConnectionId,
        /// In whose name.
        agent: AgentId,
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
}

/// What a page says about its customer: routing rules are held against it, and agents read it as what it is, a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSaid {
    /// The page's language, as in `lang`.
    pub language: Option<String>,
    /// Context variables.
    pub context: Context,
}

impl PageSaid {
    /// Whether it said nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.language.is_none() && self.context.is_empty()
    }

    /// All its words together, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.context.bytes() + self.language.as_ref().map_or(0, String::len)
    }
}

/// What comes along with a start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartSaid {
    /// What the page said about its customer.
    pub page: PageSaid,
    /// What the customer answered before, held against what the widget asks by whoever knows that.
    pub answers: Vec<Answered>,
    /// Why no conversation may begin with these answers. It counts only where one would: a retry, and whoever comes to a conversation that
    /// there is, is asked nothing (product 3).
    pub refused: Option<RefusalReason>,
}

impl StartSaid {
    /// All its words together, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.page.bytes() + self.answers.iter().map(answered_bytes).sum::<usize>()
    }
}

impl From<PageSaid> for StartSaid {
    fn from(page: PageSaid) -> Self {
        Self { page, ..Self::default() }
    }
}

/// The words of an answer and of its question, in bytes.
pub(crate) fn answered_bytes(answer: &Answered) -> usize {
    answer.name.len() + answer.question.len() + answer.value.len()
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
    /// Offers the customer a reconnect link in the conversation.
    OfferLink(ConversationId),
    /// Takes a reconnect link to send by other ways; an audit entry. The hash is that of the new link's secret.
    TakeLink(ConversationId, LinkHash),
    /// Ends the hold of a conversation in wrap-up early; session and promise go on.
    ReleaseHold(ConversationId),
    /// Invites a colleague to advise.
    Consult(ConversationId, AgentId),
    /// Invites the agents of a queue to advise, one after another, until one accepts.
    ConsultQueue(ConversationId, QueueId),
    /// Ends a colleague's consult.
    EndConsult(ConversationId, AgentId),
    /// Lets a consultant write to the customer.
    LetIn(ConversationId, AgentId),
    /// Leaves as a consultant.
    LeaveConsult(ConversationId),
    /// Invites another agent, who has room, to take the conversation over.
    TransferToAgent(ConversationId, AgentId),
    /// Gives the conversation to a queue: Active → Open there, at its old place.
    TransferToQueue(ConversationId, QueueId),
    /// Takes the running invitation back.
    WithdrawInvitation(ConversationId),
    /// Accepts the running invitation.
    AcceptInvitation(ConversationId),
    /// Declines the running invitation.
    DeclineInvitation(ConversationId),
    /// As a supervisor: reads along.
    Monitor(ConversationId),
    /// Stops reading along.
    StopMonitoring(ConversationId),
    /// As a supervisor who reads along: joins.
    Join(ConversationId),
    /// As a supervisor: Open → Active with this agent, whatever their presence and capacity.
    AssignToAgent(ConversationId, AgentId),
    /// As a supervisor: Open → Open in another queue.
    AssignToQueue(ConversationId, QueueId),
    /// As a supervisor: invites another agent to take an Active conversation over, whatever their presence and capacity.
    SupervisorTransfer(ConversationId, AgentId),
    /// As a supervisor: any state → Closed.
    ForceClose(ConversationId),
    /// As a supervisor: sets an agent's presence.
    SetPresenceOf(AgentId, Option<Presence>),
    /// Chooses a custom presence.
    SetCustomPresence(PresenceId),
    /// Sets another agent's presence to a custom one.
    SetCustomPresenceOf(AgentId, PresenceId),
    /// Why the customer of this Open conversation is still waiting. Answered by [`crate::Notice::WhyWaiting`].
    WhyWaiting(ConversationId),
    /// Has read all up to this position of the agents' sequence. Windows say so with [`Input::AgentReads`], which wants no answer.
    Read(ConversationId, Seq),
    /// Is writing to the customer. Windows say so with [`Input::AgentTypes`], which wants no answer.
    Type(ConversationId),
}

/// How a browser arrives with more than its own token. The token is the hash of the fresh one that it has minted for the case of a
/// yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A reconnect link.
    Link {
        /// The hash of its secret.
        link: LinkHash,
        /// The browser's token from now on.
        token: TokenHash,
    },
    /// A hand-over code of another site of the same owner, which the shell has redeemed.
    Handover {
        /// The conversation that it was made for.
        conversation: ConversationId,
        /// The browser's token from now on.
        token: TokenHash,
    },
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
    /// How a workstream distributes beyond its queue.
    Routing(WorkstreamId, Routing),
    /// A widget.
    Widget(WidgetId, WidgetRules),
    /// What supervisors may do.
    Supervision(SupervisorRights),
    /// All custom presences with their bases; those left out are gone.
    Presences(BTreeMap<PresenceId, Presence>),
    /// The presence in which an agent begins when they sign in; `None`: the computed one.
    DefaultPresence(AgentId, Option<PresenceChoice>),
    /// More of how a workstream distributes.
    Distribution(WorkstreamId, Distribution),
}
