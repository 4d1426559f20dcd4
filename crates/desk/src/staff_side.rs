//! The part of the record that most conversations don't have: who takes part beside the primary, and the running invitation.

use model::{AgentId, InvitationKind, Part, QueueId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::record::ConversationRecord;

/// Who takes part beside the primary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StaffSide {
    /// Runs only while Active.
    pub(crate) invitation: Option<Invitation>,
    /// The agents of a queue who were asked in the consult of a queue that runs, or ran last.
    pub(crate) asked: Vec<AgentId>,
    /// In the order they came; only while Active.
    pub(crate) consultants: Vec<Consultant>,
    /// In the order they came; until Closed.
    pub(crate) monitors: Vec<Monitor>,
    /// How often it was given to another agent or queue.
    pub(crate) transfers: u32,
}

/// A running invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) kind: InvitationKind,
    pub(crate) by: AgentId,
    pub(crate) to: AgentId,
    /// The queue that was asked, where it was not this agent alone.
    pub(crate) queue: Option<QueueId>,
    pub(crate) made_at: Timestamp,
    pub(crate) until: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Consultant {
    pub(crate) agent: AgentId,
    pub(crate) since: Timestamp,
    pub(crate) let_in: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Monitor {
    pub(crate) agent: AgentId,
    pub(crate) since: Timestamp,
    pub(crate) joined: bool,
}

impl StaffSide {
    /// Everybody who is invited or takes part.
    pub(crate) fn agents(&self) -> impl Iterator<Item = AgentId> + '_ {
        let consultants = self.consultants.iter().map(|consultant| consultant.agent);
        let monitors = self.monitors.iter().map(|monitor| monitor.agent);
        self.invitation.iter().map(|invitation| invitation.to).chain(consultants).chain(monitors)
    }
}

/// Whether the invited agent would get the conversation, so that its cost is reserved.
pub(crate) fn takes_over(kind: InvitationKind) -> bool {
    match kind {
        InvitationKind::Consult => false,
        InvitationKind::Transfer | InvitationKind::SupervisorTransfer => true,
    }
}

impl ConversationRecord {
    pub(crate) fn invitation(&self) -> Option<Invitation> {
        self.staff_side.as_ref().and_then(|side| side.invitation)
    }

    pub(crate) fn consultants(&self) -> &[Consultant] {
        self.staff_side.as_ref().map_or(&[], |side| &side.consultants)
    }

    pub(crate) fn monitors(&self) -> &[Monitor] {
        self.staff_side.as_ref().map_or(&[], |side| &side.monitors)
    }

    /// Everybody who is invited or takes part beside the primary.
    pub(crate) fn beside(&self) -> impl Iterator<Item = AgentId> + '_ {
        self.staff_side.iter().flat_map(|side| side.agents())
    }

    pub(crate) fn staff_side_mut(&mut self) -> &mut StaffSide {
        self.staff_side.get_or_insert_default()
    }

    /// The agent's part, the one that allows most where there are several.
    pub(crate) fn part_of(&self, agent: AgentId) -> Option<Part> {
        if self.session_agent() == Some(agent) {
            return Some(Part::Primary);
        }
        let consultant = self.consultants().iter().find(|consultant| consultant.agent == agent);
        let monitor = self.monitors().iter().find(|monitor| monitor.agent == agent);
        match (consultant, monitor) {
            (Some(consultant), _) if consultant.let_in => Some(Part::LetIn),
            (_, Some(monitor)) if monitor.joined => Some(Part::Joined),
            (Some(_), _) => Some(Part::Consultant),
            (None, Some(_)) => Some(Part::Monitor),
            (None, None) => None,
        }
    }
}
