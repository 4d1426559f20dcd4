//! Transfer: the primary gives a conversation to another agent, who is invited, or to a queue at once (product 6).

use model::{AgentId, ConsultEnd, ConversationId, InvitationKind, MonitorEnd, Overflow, QueueId, SessionEnd};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::invite::Asking;
use crate::outcome::RefusalReason;
use crate::policy::Action;
use crate::record::Stage;
use crate::turn::Turn;

impl Desk {
    /// Needs free units, and a presence in which the agent would be offered such a conversation; both are a supervisor's to
    /// override.
    pub(crate) fn transfer_to_agent(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        to: AgentId,
    ) -> Result<(), RefusalReason> {
        let known = self.may_while_active(by, Action::Transfer, id)?;
        if to == by {
            return Err(RefusalReason::AlreadyThere);
        }
        let asking = Asking { kind: InvitationKind::Transfer, by, to, queue: None };
        if Self::is_invited(known, asking)? {
            return Ok(());
        }
        let person = self.is_there(to)?;
        if person.free() < known.cost {
            return Err(RefusalReason::NoRoom);
        }
        if !person.is_asked(&self.record.rules_of(known), self.record.distribution_of(known)) {
            return Err(RefusalReason::AgentUnavailable);
        }
        self.invite(turn, id, asking, false);
        Ok(())
    }

    /// Active → Open in that queue, at its old place; the giver is not offered it first.
    pub(crate) fn transfer_to_queue(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        queue: QueueId,
    ) -> Result<(), RefusalReason> {
        self.may_while_active(by, Action::Transfer, id)?;
        self.is_served(queue)?;
        self.takes_now(queue)?;
        self.part_company(turn, id, ConsultEnd::Transferred);
        let reason = SessionEnd::TransferredToQueue;
        self.note(turn, id, ConversationFact::SessionEnded { agent: by, reason, in_wrap_up: false });
        self.note(turn, id, ConversationFact::SentToQueue { by, queue });
        self.stop_agent_typing(turn, id);
        self.drop_strangers(turn, id);
        Ok(())
    }

    /// An agent sends nobody to a queue that is closed and takes nobody then. A supervisor may, as the reference has it.
    fn takes_now(&self, queue: QueueId) -> Result<(), RefusalReason> {
        let rules = self.record.queue_rules(queue);
        let is_open = rules.hours.is_open(self.now) || rules.out_of_hours == Overflow::AssignAnyway;
        if is_open { Ok(()) } else { Err(RefusalReason::QueueClosed) }
    }

    /// The invited agent has it from now on. Their units were reserved by the invitation.
    pub(crate) fn hand_over(&mut self, turn: &mut Turn, id: ConversationId, to: AgentId, kind: InvitationKind) {
        let Some(Stage::Active { agent: from, .. }) = self.record.conversations.get(&id).map(|known| known.stage)
        else {
            return;
        };
        let by_supervisor = kind == InvitationKind::SupervisorTransfer;
        self.part_company(turn, id, ConsultEnd::Transferred);
        self.end_monitoring(turn, id, to, MonitorEnd::BecameTheirs);
        let reason = if by_supervisor { SessionEnd::TransferredBySupervisor } else { SessionEnd::Transferred };
        self.note(turn, id, ConversationFact::SessionEnded { agent: from, reason, in_wrap_up: false });
        self.note(turn, id, ConversationFact::AgentJoined { agent: to, picked: false });
        if by_supervisor {
            self.begin_consult(turn, id, from);
        }
        self.stop_agent_typing(turn, id);
        self.drop_strangers(turn, id);
    }
}
