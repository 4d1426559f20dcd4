//! The staff side: invitations, parts in a conversation, and the supervisors' floor (product 6 and 7).

use model::{
    AgentId, ConversationId, DisplayName, InvitationKind, Part, Presence, QueueId, SupervisorRights, Timestamp, Units,
};
use serde::{Deserialize, Serialize};

use crate::desk_state::{Card, CardState, ConnectionClock};

/// An agent by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentName {
    /// Who.
    pub agent: AgentId,
    /// Their name.
    pub name: DisplayName,
}

/// A queue by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueName {
    /// Which.
    pub queue: QueueId,
    /// Its name.
    pub name: String,
}

/// What an agent has besides their own conversations: the latest value. Sent beside `Desk`, and only when it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffState {
    /// Grows with every change.
    pub version: u64,
    /// Whether the floor may be watched and another agent's presence set: the role of a supervisor or admin.
    pub oversees: bool,
    /// What this agent may do as a supervisor: all off without the role, whatever is switched on.
    pub rights: SupervisorRights,
    /// Running invitations to this agent, oldest first.
    pub invitations: Vec<InvitationCard>,
    /// Conversations that this agent consults in.
    pub consulting: Vec<Card>,
    /// Conversations that this agent monitors.
    pub monitoring: Vec<Card>,
}

/// A running invitation, as the invited agent sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationCard {
    /// The conversation.
    pub card: Card,
    /// To what.
    pub kind: InvitationKind,
    /// Who invites.
    pub from: AgentName,
    /// The queue that was asked, where it was not this agent alone.
    pub queue: Option<QueueName>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is missed.
    pub until: Timestamp,
}

/// Who takes part in a conversation on the staff side, and what this agent may do there: the latest value. Sent beside
/// `Conversation`, and only when it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartsState {
    /// Grows with every change.
    pub version: u64,
    /// Which.
    pub conversation: ConversationId,
    /// Everybody who takes part now: the primary first, then consultants, then supervisors, each in the order they came.
    pub participants: Vec<Participant>,
    /// The running invitation, if any; a conversation has one at a time.
    pub invitation: Option<RunningInvitation>,
    /// This agent's own part, if any.
    pub my_part: Option<Part>,
    /// What this agent may do now.
    pub may: Abilities,
}

/// Somebody on the staff side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Who.
    pub who: AgentName,
    /// As what.
    pub part: Part,
    /// Since when.
    pub since: Timestamp,
    /// Since when they have been without a connection, while their place is kept.
    pub lost_since: Option<Timestamp>,
}

/// A running invitation, as the others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningInvitation {
    /// To what.
    pub kind: InvitationKind,
    /// Who invited.
    pub by: AgentName,
    /// Who is asked.
    pub to: AgentName,
    /// The queue that was asked; another of its agents is asked after a no.
    pub queue: Option<QueueName>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is missed.
    pub until: Timestamp,
}

/// What an agent may do in a conversation now. What is not allowed is refused, whatever a console shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "one yes or no for each thing that a console draws")]
pub struct Abilities {
    /// Write to the customer.
    pub say: bool,
    /// Write to colleagues.
    pub say_internally: bool,
    /// Invite a consultant, let one in, end a consult.
    pub consult: bool,
    /// Give it to another agent or to a queue.
    pub transfer: bool,
    /// Take the running invitation back.
    pub withdraw: bool,
    /// Accept or decline the running invitation.
    pub answer: bool,
    /// Leave as a consultant.
    pub leave_consult: bool,
    /// Read along as a supervisor.
    pub monitor: bool,
    /// Stop reading along.
    pub stop_monitoring: bool,
    /// Join, so that both sides read it and this agent may write.
    pub join: bool,
    /// Give it to an agent or to a queue as a supervisor, while it is Open.
    pub assign: bool,
    /// Give it to another agent as a supervisor, while it is Active.
    pub supervisor_transfer: bool,
    /// Close it at once.
    pub force_close: bool,
}

/// What a supervisor may do with a row of the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "one yes or no for each thing that a console draws")]
pub struct RowAbilities {
    /// `Monitor`.
    pub monitor: bool,
    /// `AssignToAgent`, `AssignToQueue`.
    pub assign: bool,
    /// `SupervisorTransfer`.
    pub transfer: bool,
    /// `ForceClose`.
    pub force_close: bool,
}

/// One ongoing conversation on the floor: the latest value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorRow {
    /// Which.
    pub conversation: ConversationId,
    /// A short number: "Customer 7".
    pub number: u32,
    /// The customer's name, where they gave one.
    pub customer: Option<DisplayName>,
    /// Where it is, with its clocks.
    pub state: CardState,
    /// The customer's connection, with its clock.
    pub connection: ConnectionClock,
    /// The queue that it waits in, or waited in last.
    pub queue: QueueName,
    /// The workstream's name.
    pub workstream: String,
    /// The widget's name.
    pub widget: String,
    /// Who has it.
    pub agent: Option<AgentName>,
    /// Who is offered it now.
    pub offered_to: Option<AgentName>,
    /// When it began, and when its place in the queue counts from.
    pub started_at: Timestamp,
    /// When the last entry was written.
    pub last_at: Timestamp,
    /// The units that it takes: with an agent's `total` and `used` they say by how many an assignment goes beyond.
    pub cost: Units,
    /// How often it was given to another agent or queue.
    pub transfers: u32,
    /// How many consultants there are.
    pub consultants: u32,
    /// How many supervisors read along.
    pub monitors: u32,
    /// What the running invitation is to, if there is one.
    pub invitation: Option<InvitationKind>,
    /// What the supervisor who reads this may do with it.
    pub may: RowAbilities,
}

/// Whether an agent has a console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentLink {
    /// At least one window is connected.
    Connected,
    /// The last one was lost; the place is kept.
    Lost {
        /// Since when.
        since: Timestamp,
        /// Until when the place is kept.
        until: Timestamp,
    },
    /// Signed out, or gone for longer than the grace.
    Gone,
}

/// One agent on the floor: the latest value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorAgent {
    /// Who.
    pub who: AgentName,
    /// The presence that counts.
    pub presence: Presence,
    /// Since when, as far as this relay process has seen.
    pub presence_since: Timestamp,
    /// The supervisor who set it, where one did and it still lasts.
    pub set_by: Option<AgentName>,
    /// Whether they have a console.
    pub link: AgentLink,
    /// All units.
    pub total: Units,
    /// Units that are taken; more than `total` after a pick or a supervisor's override.
    pub used: Units,
    /// Of these, units kept for customers who may come back.
    pub held: Units,
    /// Conversations that they have.
    pub active: u32,
    /// Conversations in wrap-up.
    pub wrap_up: u32,
    /// Running offers and invitations to them.
    pub offers: u32,
    /// Conversations that they consult in.
    pub consults: u32,
    /// The queues that they serve.
    pub queues: Vec<QueueName>,
}

/// Whom an agent can ask, and where they can send a conversation: the latest value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleaguesState {
    /// Grows with every change.
    pub version: u64,
    /// Everybody else whose account is enabled, in the order of their ids.
    pub agents: Vec<Colleague>,
    /// All queues, in the order of their ids.
    pub queues: Vec<QueueCard>,
}

/// An agent as colleagues see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Who.
    pub who: AgentName,
    /// The presence that counts.
    pub presence: Presence,
    /// Units that are free; may be below zero.
    pub free: Units,
    /// Whether they have a console now: nobody else can be asked.
    pub connected: bool,
    /// The queues that they serve.
    pub queues: Vec<QueueId>,
}

/// A queue as agents see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCard {
    /// Which.
    pub queue: QueueName,
    /// How many are Open in it.
    pub waiting: u32,
    /// How many enabled agents serve it: nothing is sent to a queue that nobody serves.
    pub agents: u32,
    /// How many of them have a console now.
    pub connected: u32,
}
