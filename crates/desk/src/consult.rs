//! Consult: a colleague reads, writes to colleagues, and to the customer only when let in. It costs no capacity (product 6).

use model::{AgentId, ConsultEnd, ConversationId, InvitationEnd, InvitationKind, MonitorEnd, Presence, QueueId};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::invite::Asking;
use crate::limits;
use crate::outcome::RefusalReason;
use crate::policy::Action;
use crate::record::ConversationRecord;
use crate::staff_side::Consultant;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn consult(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        to: AgentId,
    ) -> Result<(), RefusalReason> {
        let known = self.may_consult(by, id)?;
        if to == by || known.consultants().iter().any(|consultant| consultant.agent == to) {
            return Err(RefusalReason::AlreadyThere);
        }
        // Who appears offline is not there for colleagues, either.
        if self.is_there(to)?.presence() == Presence::Offline {
            return Err(RefusalReason::AgentUnavailable);
        }
        let asking = Asking { kind: InvitationKind::Consult, by, to, queue: None };
        if !Self::is_invited(known, asking)? {
            self.invite(turn, id, asking, false);
        }
        Ok(())
    }

    pub(crate) fn consult_queue(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        queue: QueueId,
    ) -> Result<(), RefusalReason> {
        let known = self.may_consult(by, id)?;
        if let Some(running) = known.invitation() {
            let same = running.kind == InvitationKind::Consult && running.queue == Some(queue);
            return if same { Ok(()) } else { Err(RefusalReason::InvitationRunning) };
        }
        self.is_served(queue)?;
        // Who was asked in an earlier consult may be asked again.
        let to = self.next_to_consult(id, queue, &[]).ok_or(RefusalReason::AgentUnavailable)?;
        self.invite(turn, id, Asking { kind: InvitationKind::Consult, by, to, queue: Some(queue) }, false);
        Ok(())
    }

    fn may_consult(&self, agent: AgentId, id: ConversationId) -> Result<&ConversationRecord, RefusalReason> {
        let known = self.may_while_active(agent, Action::Consult, id)?;
        if known.consultants().len() >= limits::CONSULTANTS_MAX {
            return Err(RefusalReason::TooManyParticipants);
        }
        Ok(known)
    }

    /// A queue that somebody serves: what is sent elsewhere would wait for nobody.
    pub(crate) fn is_served(&self, queue: QueueId) -> Result<(), RefusalReason> {
        let is_known = self.record.queues.contains_key(&queue);
        let is_served = self.index.queues.get(&queue).is_some_and(|index| !index.agents.is_empty());
        if is_known && is_served { Ok(()) } else { Err(RefusalReason::NobodyServesIt) }
    }

    pub(crate) fn begin_consult(&mut self, turn: &mut Turn, id: ConversationId, agent: AgentId) {
        self.end_monitoring(turn, id, agent, MonitorEnd::BecameTheirs);
        self.note(turn, id, ConversationFact::ConsultBegan(agent));
    }

    fn consultant(known: &ConversationRecord, agent: AgentId) -> Result<Consultant, RefusalReason> {
        let found = known.consultants().iter().find(|consultant| consultant.agent == agent);
        found.copied().ok_or(RefusalReason::AgentUnavailable)
    }

    pub(crate) fn let_in(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        agent: AgentId,
    ) -> Result<(), RefusalReason> {
        let consultant = Self::consultant(self.may_while_active(by, Action::Consult, id)?, agent)?;
        if !consultant.let_in {
            self.note(turn, id, ConversationFact::ConsultantLetIn { agent, by });
        }
        Ok(())
    }

    pub(crate) fn end_consult_by_primary(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        agent: AgentId,
    ) -> Result<(), RefusalReason> {
        let consultant = Self::consultant(self.may_while_active(by, Action::Consult, id)?, agent)?;
        self.end_consult(turn, id, consultant, ConsultEnd::EndedByPrimary);
        self.drop_strangers(turn, id);
        Ok(())
    }

    pub(crate) fn leave_consult(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        let consultant = Self::consultant(self.may(agent, Action::LeaveConsult, id)?, agent)?;
        self.end_consult(turn, id, consultant, ConsultEnd::Left);
        self.drop_strangers(turn, id);
        Ok(())
    }

    fn end_consult(&mut self, turn: &mut Turn, id: ConversationId, consultant: Consultant, why: ConsultEnd) {
        let Consultant { agent, let_in: was_let_in, .. } = consultant;
        if was_let_in {
            self.stop_agent_typing(turn, id);
        }
        self.note(turn, id, ConversationFact::ConsultEnded { agent, why, was_let_in });
    }

    /// The consultants leave and what is asked is taken back: the primary's part ends, in whatever way. Supervisors stay. Whether who
    /// left may still read is the caller's to look at.
    pub(crate) fn part_company(&mut self, turn: &mut Turn, id: ConversationId, why: ConsultEnd) {
        self.settle_invitation(turn, id, InvitationEnd::Withdrawn);
        let consultants = self.record.conversations.get(&id).map(|known| known.consultants().to_vec());
        for consultant in consultants.unwrap_or_default() {
            self.end_consult(turn, id, consultant, why);
        }
    }

    /// An agent is gone: nothing is asked of them, they advise nobody and read nowhere along.
    pub(crate) fn leave_everywhere(&mut self, turn: &mut Turn, agent: AgentId) {
        self.withdraw_from(turn, agent);
        for id in self.beside(agent) {
            let consultant = self.record.conversations.get(&id).map(|known| Self::consultant(known, agent));
            if let Some(Ok(consultant)) = consultant {
                self.end_consult(turn, id, consultant, ConsultEnd::AgentGone);
            }
            self.end_monitoring(turn, id, agent, MonitorEnd::AgentGone);
            self.drop_strangers(turn, id);
        }
    }

    /// What is asked of an agent who can't answer is taken back.
    pub(crate) fn withdraw_from(&mut self, turn: &mut Turn, agent: AgentId) {
        for id in self.beside(agent) {
            let invitation = self.record.conversations.get(&id).and_then(|known| known.invitation());
            if invitation.is_some_and(|invitation| invitation.to == agent) {
                self.end_invitation(turn, id, InvitationEnd::Withdrawn, true);
            }
        }
    }

    pub(crate) fn beside(&self, agent: AgentId) -> Vec<ConversationId> {
        self.record.agents.get(&agent).map(|known| known.beside.iter().copied().collect()).unwrap_or_default()
    }
}
