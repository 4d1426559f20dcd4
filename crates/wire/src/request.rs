//! What an agent asks the relay for.

use model::{AgentId, ConversationId, Presence, PresenceId, QueueId};
use serde::{Deserialize, Serialize};

/// The console's own number of a request; the answer names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u32);

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
