//! Whole latest values of everything that is not an entry. They hold no words; the gate adds names and last words.

use model::{
    AgentId, CloseReason, ConversationId, InvitationKind, Millis, Part, Presence, PresenceId, QueueId, ReturnedBy, Seq,
    SupervisorRights, Timestamp, Units, WidgetId, WorkstreamId,
};

/// Where a conversation is (product 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationStage {
    /// In a queue, nobody assigned.
    Open {
        /// When it first became Open.
        since: Timestamp,
    },
    /// An agent has it.
    Active {
        /// Who.
        agent: AgentId,
        /// Since when.
        since: Timestamp,
    },
    /// The talk is over.
    WrapUp {
        /// Whose session still runs, if any.
        agent: Option<AgentId>,
        /// Since when.
        since: Timestamp,
        /// When the session ends by itself.
        closes_at: Timestamp,
        /// Why the talk is over.
        because: CloseReason,
        /// What the customer was promised, while they may still come back.
        promise: Option<PromiseView>,
    },
    /// Final.
    Closed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: CloseReason,
        /// When the talk was over, where that was earlier.
        ended_at: Timestamp,
    },
}

/// What a disconnected customer was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromiseView {
    /// Until when they may come back.
    pub until: Timestamp,
    /// Until when their agent's place is kept, while it is.
    pub hold_until: Option<Timestamp>,
}

/// What a browser at the prompt *Continue / Start new* is shown (product 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptView {
    /// Grows with every change of anything.
    pub version: u64,
    /// Who has the conversation, or had it last and is asked first.
    pub agent: Option<AgentId>,
    /// Until when that agent's place is kept, while it is.
    pub hold_until: Option<Timestamp>,
    /// Until when the customer may continue. `None` while the conversation is going on elsewhere.
    pub until: Option<Timestamp>,
    /// One press more adds two minutes.
    pub may_extend: bool,
    /// The conversation is going on elsewhere: on another device, or in another browser.
    pub is_elsewhere: bool,
}

/// A customer's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientConnection {
    /// At least one connection lives, or the loss is younger than 10 s.
    Connected {
        /// How many live.
        connections: u32,
    },
    /// Away.
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
    /// Nobody watches any more.
    Over,
}

/// What a customer may know of their conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerView {
    /// Grows with every change of anything.
    pub version: u64,
    /// Where it is.
    pub stage: ConversationStage,
    /// In which queue it waits, or waited last.
    pub queue: QueueId,
    /// While Open: an agent is being asked.
    pub is_offered: bool,
    /// While Open: none of those who serve the queue is there.
    pub is_unserved: bool,
    /// Place in the queue while Open; 1 = next.
    pub position: u32,
    /// While Open: when the customer may expect an agent, where enough is known of their queue.
    pub expected_at: Option<Timestamp>,
    /// While Open and asked "still waiting?": when it closes by itself.
    pub closes_at: Option<Timestamp>,
    /// While Active and the agent is away for 10 s or more: until when their place is kept.
    pub agent_away_until: Option<Timestamp>,
    /// The agent is writing.
    pub agent_typing: bool,
    /// While Active: a colleague reads along whom the agent has asked and not let in. Nothing that customers are told, but where an owner
    /// wants to tell just this (product 4.6, 8).
    pub is_consulting: bool,
    /// The last of the customer's positions that the agent has read.
    pub read_by_agent: Seq,
    /// The last position that the customer has read.
    pub read_by_customer: Seq,
    /// The head of the customer's sequence.
    pub head: Seq,
}

/// What agents see of a conversation. `unread`, `read_by_me` and `may_write` are those of the agent who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversationView {
    /// Which.
    pub id: ConversationId,
    /// Grows with every change of anything.
    pub version: u64,
    /// The short number.
    pub number: u32,
    /// Through which widget.
    pub widget: WidgetId,
    /// In which queue.
    pub queue: QueueId,
    /// Where it is.
    pub stage: ConversationStage,
    /// The customer's connection.
    pub connection: ClientConnection,
    /// How long the customer may be away.
    pub disconnect_after: Millis,
    /// When the last entry was written.
    pub last_at: Timestamp,
    /// The customer is writing.
    pub customer_typing: bool,
    /// The last position of the customer's sequence that the customer has read.
    pub read_by_customer: Seq,
    /// The last position of the agents' sequence that the asking agent has read.
    pub read_by_me: Seq,
    /// The head of the agents' sequence.
    pub head: Seq,
    /// Messages of the customer after `read_by_me`.
    pub unread: u32,
    /// Whether the asking agent may write to the customer now.
    pub may_write: bool,
    /// When the session's clock started: joined, or wrap-up.
    pub session_since: Option<Timestamp>,
    /// The conversation is of a signed-in customer, and nobody has come to it by a link or hand-over without signing in.
    pub signed_in: bool,
    /// How the customer came back last, or another device of theirs joined.
    pub returned_by: Option<ReturnedBy>,
    /// The customer may come back after having been disconnected.
    pub reconnect: bool,
    /// Whether the asking agent may offer a reconnect link now.
    pub may_offer_link: bool,
}

/// An agent's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentView {
    /// Grows with every change of anything.
    pub version: u64,
    /// The presence that counts.
    pub presence: Presence,
    /// The one chosen, where it still lasts.
    pub chosen: Option<Presence>,
    /// All units.
    pub capacity: Units,
    /// What takes them.
    pub ledger: Vec<LedgerEntry>,
    /// Running offers, oldest first.
    pub offers: Vec<OfferView>,
    /// Active and wrap-up, oldest session first.
    pub mine: Vec<ConversationView>,
    /// Closed by the agent in the last 24 h, newest first, cut at 200.
    pub closed: Vec<ConversationView>,
    /// How many of those there are.
    pub closed_count: u32,
    /// What the agent has beside their own conversations.
    pub staff: StaffView,
}

/// A running offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferView {
    /// Of which conversation.
    pub conversation: ConversationView,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is missed.
    pub until: Timestamp,
}

/// Why capacity is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Beyond the capacity: picked, or given by a supervisor.
    Override,
}

/// One entry of the capacity ledger: every unit has an owner (the agent asked for), a cause and an expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// For which conversation.
    pub conversation: ConversationId,
    /// How much.
    pub units: Units,
    /// Why.
    pub cause: LedgerCause,
    /// Until when, where that is known.
    pub until: Option<Timestamp>,
}

/// How many conversations are where, for the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageCounts {
    /// In a queue.
    pub open: usize,
    /// With an agent.
    pub active: usize,
    /// The talk is over, an agent's session is not.
    pub wrap_up: usize,
}

/// What an agent has beside their own conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffView {
    /// The role of a supervisor or admin.
    pub oversees: bool,
    /// What they may do as such: all off without the role.
    pub rights: SupervisorRights,
    /// Running invitations to them, oldest first.
    pub invitations: Vec<InvitationView>,
    /// Where they advise.
    pub consulting: Vec<ConversationView>,
    /// Where they read along.
    pub monitoring: Vec<ConversationView>,
}

/// A running invitation, as the invited agent sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationView {
    /// In which conversation.
    pub conversation: ConversationView,
    /// To what.
    pub kind: InvitationKind,
    /// Who invites.
    pub from: AgentId,
    /// The queue that was asked.
    pub queue: Option<QueueId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is missed.
    pub until: Timestamp,
}

/// Who takes part in a conversation, and what the asking agent may do there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartsView {
    /// Grows with every change of anything.
    pub version: u64,
    /// Which.
    pub conversation: ConversationId,
    /// The primary, then consultants, then supervisors, each in the order they came.
    pub participants: Vec<ParticipantView>,
    /// The running invitation.
    pub invitation: Option<RunningView>,
    /// The asking agent's part.
    pub my_part: Option<Part>,
    /// What the asking agent may do.
    pub may: StaffMay,
}

/// Somebody on the staff side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParticipantView {
    /// Who.
    pub agent: AgentId,
    /// As what.
    pub part: Part,
    /// Since when.
    pub since: Timestamp,
    /// Since when they have been without a connection.
    pub lost_since: Option<Timestamp>,
}

/// A running invitation, as the others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningView {
    /// To what.
    pub kind: InvitationKind,
    /// Who invited.
    pub by: AgentId,
    /// Who is asked.
    pub to: AgentId,
    /// The queue that was asked.
    pub queue: Option<QueueId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is missed.
    pub until: Timestamp,
}

/// What an agent may do in a conversation now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one yes or no for each thing that a console draws")]
pub struct StaffMay {
    /// Write to the customer.
    pub say: bool,
    /// Write to colleagues.
    pub say_internally: bool,
    /// Invite a consultant, let one in, end a consult.
    pub consult: bool,
    /// Give it to an agent or a queue.
    pub transfer: bool,
    /// Take the running invitation back.
    pub withdraw: bool,
    /// Answer the running invitation.
    pub answer: bool,
    /// Leave as a consultant.
    pub leave_consult: bool,
    /// Begin to read along.
    pub monitor: bool,
    /// Stop reading along.
    pub stop_monitoring: bool,
    /// Join.
    pub join: bool,
    /// Give an Open one to somebody.
    pub assign: bool,
    /// Give an Active one to somebody.
    pub supervisor_transfer: bool,
    /// Close it at once.
    pub force_close: bool,
}

/// One ongoing conversation on the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloorRowView {
    /// Which.
    pub id: ConversationId,
    /// The short number.
    pub number: u32,
    /// Through which widget.
    pub widget: WidgetId,
    /// In which workstream.
    pub workstream: WorkstreamId,
    /// In which queue it is or was last.
    pub queue: QueueId,
    /// Where it is.
    pub stage: ConversationStage,
    /// The customer's connection.
    pub connection: ClientConnection,
    /// Who is offered it.
    pub offered_to: Option<AgentId>,
    /// When it began.
    pub started_at: Timestamp,
    /// When the last entry was written.
    pub last_at: Timestamp,
    /// Units it takes.
    pub cost: Units,
    /// How often it was given to another agent or queue.
    pub transfers: u32,
    /// How many consultants there are.
    pub consultants: u32,
    /// How many supervisors read along.
    pub monitors: u32,
    /// What the running invitation is to.
    pub invitation: Option<InvitationKind>,
    /// The head of the agents' sequence.
    pub head: Seq,
    /// What the supervisor who looks may do with it.
    pub may: RowMay,
}

/// What a supervisor may do with a row of the floor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one yes or no for each thing that a console draws")]
pub struct RowMay {
    /// Read along.
    pub monitor: bool,
    /// Give an Open one to somebody.
    pub assign: bool,
    /// Give an Active one to somebody.
    pub transfer: bool,
    /// Close it at once.
    pub force_close: bool,
}

/// Whether an agent has a console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonLink {
    /// Yes.
    Here,
    /// The last window was lost; the place is kept.
    Lost {
        /// Since when.
        since: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// No.
    Gone,
}

/// An agent on the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloorAgentView {
    /// Who.
    pub agent: AgentId,
    /// The presence that counts.
    pub presence: Presence,
    /// Since when, as far as this process has seen.
    pub presence_since: Timestamp,
    /// The supervisor who set it, where one did and it lasts.
    pub set_by: Option<AgentId>,
    /// Whether they have a console.
    pub link: PersonLink,
    /// All units.
    pub total: Units,
    /// Units taken.
    pub used: Units,
    /// Of these, kept for customers who may come back.
    pub held: Units,
    /// Conversations that they have.
    pub active: u32,
    /// Conversations in wrap-up.
    pub wrap_up: u32,
    /// Running offers and invitations.
    pub offers: u32,
    /// Conversations that they advise in.
    pub consults: u32,
    /// The queues that they serve.
    pub queues: Vec<QueueId>,
}

/// The custom presences, and who is in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresencesView {
    /// Grows with every change of anything.
    pub version: u64,
    /// All custom presences with their bases, in the order of their ids.
    pub presences: Vec<(PresenceId, Presence)>,
    /// Agents who are in one now, in the order of their ids.
    pub agents: Vec<(AgentId, PresenceId)>,
}

/// Whom agents can ask, and where they can send a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColleaguesView {
    /// Grows with every change of anything.
    pub version: u64,
    /// All agents whose accounts are enabled, the asking one too.
    pub agents: Vec<ColleagueView>,
    /// All queues.
    pub queues: Vec<QueueView>,
}

/// An agent as colleagues see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColleagueView {
    /// Who.
    pub agent: AgentId,
    /// The presence that counts.
    pub presence: Presence,
    /// Units that are free.
    pub free: Units,
    /// Whether they have a console now.
    pub connected: bool,
    /// The queues that they serve.
    pub queues: Vec<QueueId>,
}

/// A queue as agents see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// Which.
    pub queue: QueueId,
    /// How many are Open in it.
    pub waiting: u32,
    /// How many enabled agents serve it.
    pub agents: u32,
    /// How many of those have a console now.
    pub connected: u32,
}
