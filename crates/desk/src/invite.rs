//! Invitations: to advise, or to take a conversation over. One at a time, with a deadline, answered by one agent.

use model::{AgentId, ConversationId, InvitationEnd, InvitationKind, Presence, QueueId, Units};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::outcome::{Notice, RefusalReason};
use crate::policy::Action;
use crate::record::{AgentLink, AgentRecord, ConversationRecord};
use crate::staff_side::Invitation;
use crate::turn::Turn;

/// What is asked of whom.
#[derive(Clone, Copy)]
pub(crate) struct Asking {
    pub(crate) kind: InvitationKind,
    pub(crate) by: AgentId,
    pub(crate) to: AgentId,
    pub(crate) queue: Option<QueueId>,
}

impl Desk {
    /// An agent with a console: nobody else can be asked, or get a conversation.
    pub(crate) fn is_there(&self, agent: AgentId) -> Result<&AgentRecord, RefusalReason> {
        let known = self.record.agents.get(&agent).filter(|known| known.rules.enabled && known.link == AgentLink::Here);
        known.ok_or(RefusalReason::AgentUnavailable)
    }

    /// Whether another invitation could begin. `true`: the same one runs already, which is what was asked for.
    pub(crate) fn is_invited(known: &ConversationRecord, asking: Asking) -> Result<bool, RefusalReason> {
        let Some(running) = known.invitation() else { return Ok(false) };
        let same = (running.kind, running.by, running.to) == (asking.kind, asking.by, asking.to);
        if same { Ok(true) } else { Err(RefusalReason::InvitationRunning) }
    }

    pub(crate) fn invite(&mut self, turn: &mut Turn, id: ConversationId, asking: Asking, passed_on: bool) {
        let Some(known) = self.record.conversations.get(&id) else { return };
        let until = turn.now + self.record.rules_of(known).offer_for;
        let Asking { kind, by, to, queue } = asking;
        self.note(turn, id, ConversationFact::Invited { kind, by, to, queue, until, passed_on });
    }

    /// The running invitation ends without being accepted, if there is one. Where a queue was asked and this agent does not want to
    /// or can't, the next is asked.
    pub(crate) fn end_invitation(&mut self, turn: &mut Turn, id: ConversationId, how: InvitationEnd, asks_next: bool) {
        let Some(Invitation { kind, by, queue, .. }) = self.settle_invitation(turn, id, how) else { return };
        self.drop_strangers(turn, id);
        if let Some(queue) = queue.filter(|_| asks_next)
            && let Some(to) = self.next_to_consult(id, queue, self.asked(id))
        {
            self.invite(turn, id, Asking { kind, by, to, queue: Some(queue) }, true);
        }
    }

    /// Writes how the running invitation ended. Whether who was invited may still read is the caller's to look at.
    pub(crate) fn settle_invitation(
        &mut self,
        turn: &mut Turn,
        id: ConversationId,
        how: InvitationEnd,
    ) -> Option<Invitation> {
        let invitation = self.record.conversations.get(&id)?.invitation()?;
        let Invitation { kind, to, .. } = invitation;
        self.note(turn, id, ConversationFact::InvitationEnded { kind, to, how });
        turn.tell(Notice::InvitationEnded { kind, how });
        Some(invitation)
    }

    pub(crate) fn miss_invitation(&mut self, turn: &mut Turn, id: ConversationId) {
        self.end_invitation(turn, id, InvitationEnd::Missed, true);
    }

    /// Whom of a queue the consult that runs has asked already.
    fn asked(&self, id: ConversationId) -> &[AgentId] {
        let known = self.record.conversations.get(&id);
        known.and_then(|known| known.staff_side.as_ref()).map_or(&[], |side| &side.asked)
    }

    /// Of a queue: who is most at leisure and was not asked yet.
    pub(crate) fn next_to_consult(&self, id: ConversationId, queue: QueueId, asked: &[AgentId]) -> Option<AgentId> {
        let known = self.record.conversations.get(&id)?;
        let of_it = self.index.queues.get(&queue)?.agents.iter();
        let candidates = of_it.filter_map(|agent| {
            let person = self.is_there(*agent).ok()?;
            let wants_none = matches!(
                person.set,
                Some(Presence::DoNotDisturb | Presence::Away | Presence::Offline | Presence::Inactive)
            );
            let is_part = known.session_agent() == Some(*agent)
                || known.consultants().iter().any(|consultant| consultant.agent == *agent);
            let is_free = !wants_none && !is_part && !asked.contains(agent);
            is_free.then(|| (person.presence(), Units(0) - person.free(), person.assigned, *agent))
        });
        candidates.min().map(|(.., agent)| agent)
    }

    /// Who invited takes it back; of a supervisor's transfer, any supervisor who has the right.
    pub(crate) fn withdraw_by_agent(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        let action = match known.invitation().map(|invitation| invitation.kind) {
            Some(InvitationKind::SupervisorTransfer) => Action::SupervisorTransfer,
            Some(InvitationKind::Consult | InvitationKind::Transfer) | None => Action::Withdraw,
        };
        let known = self.may(agent, action, id)?;
        if known.invitation().is_none() {
            return Err(RefusalReason::InvitationGone);
        }
        self.end_invitation(turn, id, InvitationEnd::Withdrawn, false);
        Ok(())
    }

    pub(crate) fn decline_invitation(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        self.may(agent, Action::AnswerInvitation, id)?;
        self.end_invitation(turn, id, InvitationEnd::Declined, true);
        Ok(())
    }

    pub(crate) fn accept_invitation(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        self.may(agent, Action::AnswerInvitation, id)?;
        let accepted = self.settle_invitation(turn, id, InvitationEnd::Accepted);
        match accepted.ok_or(RefusalReason::InvitationGone)?.kind {
            InvitationKind::Consult => self.begin_consult(turn, id, agent),
            kind @ (InvitationKind::Transfer | InvitationKind::SupervisorTransfer) => {
                self.hand_over(turn, id, agent, kind);
            }
        }
        Ok(())
    }
}
