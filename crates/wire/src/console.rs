//! Frames between an agent's console and the relay. Who is connected is known from the sign-in, never from a frame.

use model::{
    AgentId, Answered, CloseReason, ConversationId, DisplayName, MessageText, Millis, PageAddress, Presence,
    PresenceId, QueueId, ReturnedBy, Role, SendKey, Seq, Timestamp, Units,
};
use serde::{Deserialize, Serialize};

use crate::claims::CustomerClaims;
use crate::codec::Frame;
use crate::customer::AutomatedText;
use crate::entry::AgentsEntry;
use crate::presences::PresencesState;
use crate::refusal::Refusal;
use crate::staff::{ColleaguesState, FloorAgent, FloorRow, PartsState, StaffState};
use crate::why::WhyWaiting;

/// The console's own number of a request; the answer names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u32);

/// What a console sends. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsoleToRelay {
    /// The first frame.
    Hello,
    /// Asks for something to be done; answered by `Done` or `Refused` with the same number.
    Ask {
        /// The console's number.
        id: RequestId,
        /// What.
        request: Request,
    },
    /// Says something to the customer.
    Say {
        /// In which conversation.
        conversation: ConversationId,
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// Says something that only colleagues see.
    SayInternal {
        /// In which conversation.
        conversation: ConversationId,
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// Opens a conversation's transcript and state in this window.
    Open {
        /// Which.
        conversation: ConversationId,
        /// The last position shown; everything after it is sent.
        after: Seq,
    },
    /// Stops following a conversation in this window.
    Leave {
        /// Which.
        conversation: ConversationId,
    },
    /// The agent is writing to the customer; sent at most every 3 s.
    Typing {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// The agent has seen all up to here.
    Read {
        /// In which conversation.
        conversation: ConversationId,
        /// The last position of the agents' sequence seen.
        upto: Seq,
    },
    /// The answer to a heartbeat, and a heartbeat of the console's own.
    Beat,
    /// Wants all ongoing conversations and all agents, live; for supervisors and admins. Answered by `FloorRows` and `FloorAgents`
    /// that start over, or by `Refused` without a number. Sent again it starts over again.
    WatchFloor,
    /// Stops watching the floor.
    LeaveFloor,
    /// Wants the colleagues and queues that can be asked, live. Answered by `Colleagues`.
    WatchColleagues,
    /// Stops watching the colleagues.
    LeaveColleagues,
}

impl Frame for ConsoleToRelay {}

/// What an agent can ask for. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Accepts the running offer of this conversation.
    Accept {
        /// Which.
        conversation: ConversationId,
    },
    /// Declines the running offer of this conversation.
    Decline {
        /// Which.
        conversation: ConversationId,
    },
    /// Takes an Open conversation; may make free capacity negative.
    Pick {
        /// Which.
        conversation: ConversationId,
    },
    /// Ends the talk: Active → Wrap-up.
    End {
        /// Which.
        conversation: ConversationId,
    },
    /// Closes the agent's side of a conversation in wrap-up.
    Close {
        /// Which.
        conversation: ConversationId,
    },
    /// Gives an Active conversation back to its queue.
    Release {
        /// Which.
        conversation: ConversationId,
    },
    /// Chooses a presence; `None` goes back to the computed one.
    SetPresence {
        /// Which; not `Inactive`.
        presence: Option<Presence>,
    },
    /// Offers the customer a reconnect link: a card in their transcript, with Copy and Show QR code.
    OfferLink {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// Takes a reconnect link, to send it by other ways; audited. Answered by `Link`.
    TakeLink {
        /// Of which conversation.
        conversation: ConversationId,
    },
    /// Stops keeping capacity for a customer who may come back. The promise to the customer stays.
    ReleaseHold {
        /// Of which conversation.
        conversation: ConversationId,
    },
    /// Asks a colleague for advice in a conversation that this agent has: an invitation with a deadline.
    Consult {
        /// In which.
        conversation: ConversationId,
        /// Whom.
        agent: AgentId,
    },
    /// Asks the agents of a queue for advice, one after another, each once, until one accepts.
    ConsultQueue {
        /// In which.
        conversation: ConversationId,
        /// Whom.
        queue: QueueId,
    },
    /// Ends a consult.
    EndConsult {
        /// In which.
        conversation: ConversationId,
        /// Whose.
        agent: AgentId,
    },
    /// Lets a consultant write to the customer, who reads that they joined.
    LetIn {
        /// Into which.
        conversation: ConversationId,
        /// Whom.
        agent: AgentId,
    },
    /// Leaves as a consultant.
    LeaveConsult {
        /// Which.
        conversation: ConversationId,
    },
    /// Gives the conversation to another agent with enough free units, who is invited: until they accept all stays as it is.
    TransferToAgent {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        agent: AgentId,
    },
    /// Gives the conversation to a queue at once, at its old place.
    TransferToQueue {
        /// Which.
        conversation: ConversationId,
        /// To which.
        queue: QueueId,
    },
    /// Takes the running invitation back.
    WithdrawInvitation {
        /// Of which.
        conversation: ConversationId,
    },
    /// Accepts the running invitation.
    AcceptInvitation {
        /// Of which.
        conversation: ConversationId,
    },
    /// Declines the running invitation.
    DeclineInvitation {
        /// Of which.
        conversation: ConversationId,
    },
    /// Reads along as a supervisor, in an Active conversation or one in wrap-up that is not this agent's own.
    Monitor {
        /// Which.
        conversation: ConversationId,
    },
    /// Stops reading along.
    StopMonitoring {
        /// Which.
        conversation: ConversationId,
    },
    /// Joins a conversation that this supervisor monitors: both sides are told, and the supervisor may write.
    Join {
        /// Which.
        conversation: ConversationId,
    },
    /// Gives an Open conversation to an agent at once, whatever their presence and capacity.
    AssignToAgent {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        agent: AgentId,
    },
    /// Moves an Open conversation to another queue, at its old place.
    AssignToQueue {
        /// Which.
        conversation: ConversationId,
        /// To which.
        queue: QueueId,
    },
    /// Gives an Active conversation to another agent, who is invited, whatever their capacity. Once they accept, the first agent is a
    /// consultant.
    SupervisorTransfer {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        agent: AgentId,
    },
    /// Closes a conversation at once, whatever its state.
    ForceClose {
        /// Which.
        conversation: ConversationId,
    },
    /// Sets another agent's presence; `None` goes back to the computed one.
    SetPresenceOf {
        /// Whose.
        agent: AgentId,
        /// Which; not `Inactive`.
        presence: Option<Presence>,
    },
    /// Why the customer of this Open conversation is still waiting. Answered by `WhyWaiting`, or `Refused`.
    WhyWaiting {
        /// Which.
        conversation: ConversationId,
    },
    /// Chooses a custom presence; it lasts as long as a choice of its base.
    SetCustomPresence {
        /// Which.
        presence: PresenceId,
    },
    /// Sets another agent's presence to a custom one.
    SetCustomPresenceOf {
        /// Whose.
        agent: AgentId,
        /// Which.
        presence: PresenceId,
    },
}

impl Request {
    /// The conversation that it is about, if any.
    #[must_use]
    pub const fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Accept { conversation }
            | Self::Decline { conversation }
            | Self::Pick { conversation }
            | Self::End { conversation }
            | Self::Close { conversation }
            | Self::Release { conversation }
            | Self::OfferLink { conversation }
            | Self::TakeLink { conversation }
            | Self::ReleaseHold { conversation }
            | Self::Consult { conversation, .. }
            | Self::ConsultQueue { conversation, .. }
            | Self::EndConsult { conversation, .. }
            | Self::LetIn { conversation, .. }
            | Self::LeaveConsult { conversation }
            | Self::TransferToAgent { conversation, .. }
            | Self::TransferToQueue { conversation, .. }
            | Self::WithdrawInvitation { conversation }
            | Self::AcceptInvitation { conversation }
            | Self::DeclineInvitation { conversation }
            | Self::Monitor { conversation }
            | Self::StopMonitoring { conversation }
            | Self::Join { conversation }
            | Self::AssignToAgent { conversation, .. }
            | Self::AssignToQueue { conversation, .. }
            | Self::SupervisorTransfer { conversation, .. }
            | Self::ForceClose { conversation }
            | Self::WhyWaiting { conversation } => Some(*conversation),
            Self::SetPresence { .. }
            | Self::SetPresenceOf { .. }
            | Self::SetCustomPresence { .. }
            | Self::SetCustomPresenceOf { .. } => None,
        }
    }
}

/// What the relay sends to a console. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RelayToConsole {
    /// The hello was taken.
    Welcome {
        /// Changes when the store was restored or rebuilt.
        epoch: u64,
        /// The relay's clock.
        now: Timestamp,
        /// The relay sends a heartbeat after this long without traffic.
        heartbeat_every: Millis,
        /// Who is signed in.
        agent: AgentId,
        /// Their name.
        name: DisplayName,
        /// What they may do.
        role: Role,
    },
    /// The agent's whole desk: the latest value.
    Desk(DeskState),
    /// The whole state of a conversation that this window has open: the latest value.
    Conversation(ConversationState),
    /// Entries in order, dense, following the last position sent for this conversation on this connection.
    Entries {
        /// Of which conversation.
        conversation: ConversationId,
        /// The entries, at least one.
        entries: Vec<AgentsEntry>,
    },
    /// Start over: forget what is shown and show this.
    Snapshot {
        /// Of which conversation.
        conversation: ConversationId,
        /// The newest entries.
        entries: Vec<AgentsEntry>,
    },
    /// The send is durable.
    Accepted {
        /// In which conversation.
        conversation: ConversationId,
        /// Its key.
        key: SendKey,
        /// Its position in the agents' sequence.
        seq: Seq,
    },
    /// The send was not taken, and why.
    NotAccepted {
        /// In which conversation.
        conversation: ConversationId,
        /// Its key.
        key: SendKey,
        /// Why.
        refusal: Refusal,
    },
    /// The request was carried out.
    Done {
        /// Which.
        id: RequestId,
    },
    /// The request was refused.
    Refused {
        /// Which; `None` for a frame without a number.
        id: Option<RequestId>,
        /// Why.
        refusal: Refusal,
    },
    /// A heartbeat.
    Beat {
        /// The relay's clock.
        now: Timestamp,
    },
    /// The relay stops soon: come back after this long.
    Draining {
        /// How long to wait before the first try.
        come_back_after: Millis,
    },
    /// This window may not follow the conversation, or not any more: its agent may not read it. Nothing more of it is sent. Comes
    /// after the `Refused` of an `Open`, too, which does not say of which.
    Unfollowed {
        /// Which.
        conversation: ConversationId,
    },
    /// The reconnect link that was taken: the answer to `TakeLink`. For this window's memory alone.
    Link {
        /// The request.
        id: RequestId,
        /// The Portal URL with the secret in it.
        url: String,
    },
    /// What the agent has besides their own conversations: the latest value.
    Staff(StaffState),
    /// Who takes part in a conversation that this window has open, and what this agent may do there: the latest value.
    Parts(PartsState),
    /// Ongoing conversations: the latest value of each row that changed.
    FloorRows {
        /// Forget all rows that are shown: this begins the whole list.
        starts_over: bool,
        /// More rows of the same whole list follow.
        more: bool,
        /// Rows that are new or changed, at most [`crate::limits::ROWS_PER_FRAME_MAX`].
        rows: Vec<FloorRow>,
        /// Rows that are no longer there.
        gone: Vec<ConversationId>,
    },
    /// Agents on the floor, the same way.
    FloorAgents {
        /// Forget all agents that are shown: this begins the whole list.
        starts_over: bool,
        /// More agents of the same whole list follow.
        more: bool,
        /// Agents that are new or changed, at most [`crate::limits::ROWS_PER_FRAME_MAX`].
        agents: Vec<FloorAgent>,
        /// Agents that are no longer there.
        gone: Vec<AgentId>,
    },
    /// This window may not watch the floor, or not any more: forget all of it.
    FloorOver,
    /// Whom this agent can ask, and where they can send a conversation: the latest value.
    Colleagues(ColleaguesState),
    /// Why a customer is still waiting: the answer to a request.
    WhyWaiting {
        /// Which request.
        id: RequestId,
        /// Why.
        why: WhyWaiting,
    },
    /// What the page says about the customer of a conversation that this window opened.
    Claims(CustomerClaims),
    /// The custom presences and who is in one: the latest value.
    Presences(PresencesState),
    /// Open ones in my queues: the latest value of each card that changed. Comes after the first `Desk` without being asked for.
    OpenRows {
        /// Forget all cards that are shown: this begins the whole list.
        starts_over: bool,
        /// More cards of the same whole list follow.
        more: bool,
        /// Cards that are new or changed, at most [`crate::limits::ROWS_PER_FRAME_MAX`].
        rows: Vec<Card>,
        /// Conversations that are no longer Open, or no longer in my queues.
        gone: Vec<ConversationId>,
    },
    /// The automated messages that agents read in a conversation, as their owner words them: the latest value. Where there is none, the
    /// console's own words hold.
    AgentsTexts {
        /// Which.
        conversation: ConversationId,
        /// The texts; queue and context variables are in them.
        texts: Vec<AutomatedText>,
    },
    /// What the customer of a conversation that this window opened answered before it began. Follows `Claims`, where there is something.
    BeforeChat {
        /// Which conversation.
        conversation: ConversationId,
        /// The answers, in the order in which they were asked, with the questions as the customer read them.
        answers: Vec<Answered>,
    },
}

impl Frame for RelayToConsole {}

/// Everything on an agent's desk that is not a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskState {
    /// Grows with every change.
    pub version: u64,
    /// The presence that counts.
    pub presence: Presence,
    /// The presence that the agent chose, where it still lasts.
    pub chosen: Option<Presence>,
    /// All units.
    pub capacity: Units,
    /// What takes them, one line per entry of the ledger.
    pub ledger: Vec<LedgerLine>,
    /// Running offers.
    pub offers: Vec<OfferCard>,
    /// My conversations, Active and in wrap-up, oldest session first.
    pub mine: Vec<Card>,
    /// Open ones in my queues, longest waiting first, at most [`crate::limits::CARDS_PER_LIST_MAX`]. Empty in a frame: a long queue
    /// changes many times a second for everybody who serves it, so its cards come one by one, as [`RelayToConsole::OpenRows`].
    pub open: Vec<Card>,
    /// How many are Open in my queues; 0 in a frame.
    pub open_count: u32,
    /// Those I closed today, newest first, at most [`crate::limits::CARDS_PER_LIST_MAX`].
    pub closed: Vec<Card>,
    /// How many I closed today.
    pub closed_count: u32,
}

/// One entry of the capacity ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// For which conversation.
    pub conversation: ConversationId,
    /// How much.
    pub units: Units,
    /// Why.
    pub cause: LedgerCause,
    /// Until when, where that is known.
    pub until: Option<Timestamp>,
}

/// Why capacity is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerCause {
    /// A running offer reserves it.
    Offer,
    /// An Active conversation.
    Active,
    /// A conversation in wrap-up.
    WrapUp,
    /// Kept for a customer who may come back.
    Hold,
    /// A running invitation to take a conversation over reserves it.
    Transfer,
    /// Beyond the capacity: the conversation was picked, or given by a supervisor. Its other units are a line of their own.
    Override,
}

/// A running offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferCard {
    /// The conversation.
    pub card: Card,
    /// When the offer was made.
    pub made_at: Timestamp,
    /// When it is missed.
    pub until: Timestamp,
}

/// One conversation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which.
    pub conversation: ConversationId,
    /// The customer's name, where they gave one.
    pub customer: Option<DisplayName>,
    /// A short number of the conversation, for customers without a name: "Customer 7".
    pub number: u32,
    /// Where the conversation is.
    pub state: CardState,
    /// Whether the customer is connected.
    pub connection: ConnectionClock,
    /// The last words and who said them, shortened to [`crate::limits::LAST_WORDS_CHARS_MAX`]; never internal ones.
    pub last_words: Option<String>,
    /// When the last entry was written.
    pub last_at: Timestamp,
    /// Messages of the customer that this agent has not read.
    pub unread: u32,
    /// The name of the queue.
    pub queue: String,
}

/// Where a conversation is, as agents see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardState {
    /// In a queue since then.
    Open {
        /// When it first became Open.
        since: Timestamp,
    },
    /// An agent has it.
    Active {
        /// Since when.
        since: Timestamp,
    },
    /// The talk is over.
    WrapUp {
        /// Since when.
        since: Timestamp,
        /// When the session ends by itself.
        closes_at: Timestamp,
        /// Until when the agent's place is kept for the customer, while it is.
        hold_until: Option<Timestamp>,
        /// Until when the customer may come back, while they may.
        promise_until: Option<Timestamp>,
    },
    /// Final.
    Closed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: CloseReason,
    },
}

/// The customer's connection, with its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionClock {
    /// At least one connection lives.
    Connected {
        /// How many.
        connections: u32,
    },
    /// The customer may be away.
    Away {
        /// The last sign of life.
        since: Timestamp,
        /// When they count as disconnected.
        disconnected_at: Timestamp,
    },
    /// Away for longer than the limit.
    Disconnected {
        /// The last sign of life.
        since: Timestamp,
    },
    /// The conversation is closed; nobody watches the connection any more.
    Over,
}

/// The clock of an agent's session: reset when wrap-up begins (product 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionClock {
    /// Whose session.
    pub agent: AgentId,
    /// When the clock started.
    pub since: Timestamp,
}

/// Everything about one conversation that is not an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationState {
    /// Grows with every change.
    pub version: u64,
    /// The same as in the lists.
    pub card: Card,
    /// Who has it, if anybody.
    pub agent: Option<DisplayName>,
    /// Their session's clock.
    pub session: Option<SessionClock>,
    /// Whether this agent may write to the customer now.
    pub may_write: bool,
    /// How long the customer may be away.
    pub disconnect_after: Millis,
    /// Whether the customer is writing right now.
    pub customer_typing: bool,
    /// The last position of the *customer's* sequence that the customer has read; messages carry theirs.
    pub read_by_customer: Seq,
    /// The last position of the agents' sequence that this agent has read.
    pub read_by_me: Seq,
    /// The last position of the agents' sequence.
    pub head: Seq,
    /// The page that the customer is on, as it claims.
    pub page: Option<PageAddress>,
    /// Whether the customer is signed in to the host site.
    pub signed_in: bool,
    /// How the customer came back last, where they were disconnected before: "by link, not signed in".
    pub returned_by: Option<ReturnedBy>,
    /// Whether this agent may offer or take a reconnect link now.
    pub may_offer_link: bool,
}
