//! The staff side of a conversation: who takes part besides the customer, invitations, and what supervisors may do (product 6, 7).

use serde::{Deserialize, Serialize};

/// An agent's part in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Has the conversation: Active, or in wrap-up.
    Primary,
    /// Was asked for advice: reads, and writes to colleagues.
    Consultant,
    /// A consultant who was let in: writes to the customer, too.
    LetIn,
    /// A supervisor who reads.
    Monitor,
    /// A supervisor who monitors and has joined: writes to both sides.
    Joined,
}

/// What an agent is invited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvitationKind {
    /// To advise. Costs no capacity.
    Consult,
    /// To take the conversation over from its primary.
    Transfer,
    /// To take the conversation over, because a supervisor wants it so: the primary becomes consultant.
    SupervisorTransfer,
}

/// How an invitation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvitationEnd {
    /// The invited agent accepted.
    Accepted,
    /// The invited agent declined.
    Declined,
    /// The countdown ran out.
    Missed,
    /// Taken back, or the situation changed: of the customer, of the primary, or of who was invited.
    Withdrawn,
}

/// Why a consultant is no longer in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsultEnd {
    /// They left.
    Left,
    /// The primary ended it.
    EndedByPrimary,
    /// The talk is over, or nobody has the conversation any more.
    TalkOver,
    /// The customer was disconnected.
    CustomerDisconnected,
    /// They have the conversation themselves now, or another agent got it from their primary.
    Transferred,
    /// They signed out, were without a connection for longer than the grace, or their account was disabled.
    AgentGone,
}

/// Why a supervisor no longer monitors a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MonitorEnd {
    /// They stopped.
    Stopped,
    /// The right or the role was taken away.
    RightTaken,
    /// It is their own conversation now.
    BecameTheirs,
    /// They signed out, were without a connection for longer than the grace, or their account was disabled.
    AgentGone,
}

/// What an admin has switched on for supervisors; all off by default. What is off nobody does, admins neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SupervisorRights {
    /// To read along in Active conversations and those in wrap-up, and to join.
    pub monitor: bool,
    /// To give Open conversations to an agent or a queue, whatever the presence and capacity.
    pub assign: bool,
    /// To give Active conversations to another agent.
    pub transfer: bool,
    /// To close any conversation at once.
    pub force_close: bool,
}
