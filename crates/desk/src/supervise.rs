//! What supervisors do: read along, join, assign, transfer, set a presence; each is a fact (product 7). Closing is in `force_close`.

use std::collections::BTreeSet;

use model::{AgentId, ConversationId, InvitationEnd, InvitationKind, MonitorEnd, QueueId, SupervisorRights, Units};

use crate::desk::Desk;
use crate::fact::{ConversationFact, Fact};
use crate::invite::Asking;
use crate::limits;
use crate::outcome::{RefusalReason, ViewKey};
use crate::policy::Action;
use crate::record::{ConversationRecord, Stage};
use crate::turn::Turn;

impl Desk {
    /// Active or in wrap-up, never one's own, silent until joined.
    pub(crate) fn monitor(&mut self, turn: &mut Turn, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        let known = self.may(agent, Action::Monitor, id)?;
        if matches!(known.stage, Stage::Open(_)) {
            return Err(RefusalReason::WrongState);
        }
        if known.monitors().iter().any(|monitor| monitor.agent == agent) {
            return Ok(());
        }
        let elsewhere = self.beside(agent).into_iter().filter(|other| self.monitors(agent, *other)).count();
        if known.monitors().len() >= limits::MONITORS_MAX || elsewhere >= limits::MONITORED_MAX {
            return Err(RefusalReason::TooManyParticipants);
        }
        self.note(turn, id, ConversationFact::MonitoringBegan(agent));
        Ok(())
    }

    fn monitors(&self, agent: AgentId, id: ConversationId) -> bool {
        let known = self.record.conversations.get(&id);
        known.is_some_and(|known| known.monitors().iter().any(|monitor| monitor.agent == agent))
    }

    pub(crate) fn stop_monitoring(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        self.may(agent, Action::StopMonitoring, id)?;
        self.end_monitoring(turn, id, agent, MonitorEnd::Stopped);
        self.drop_strangers(turn, id);
        Ok(())
    }

    /// Whether they may still read it is the caller's to look at.
    pub(crate) fn end_monitoring(&mut self, turn: &mut Turn, id: ConversationId, agent: AgentId, why: MonitorEnd) {
        let known = self.record.conversations.get(&id);
        let found = known.and_then(|known| known.monitors().iter().find(|monitor| monitor.agent == agent)).copied();
        let Some(monitor) = found else { return };
        let had_joined = monitor.joined;
        if had_joined {
            self.stop_agent_typing(turn, id);
        }
        self.note(turn, id, ConversationFact::MonitoringEnded { agent, why, had_joined });
    }

    /// Both sides are told, and the supervisor may write.
    pub(crate) fn join_as_supervisor(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        let known = self.may_while_active(agent, Action::Join, id)?;
        if known.monitors().iter().any(|monitor| monitor.agent == agent && !monitor.joined) {
            self.note(turn, id, ConversationFact::SupervisorJoined(agent));
        }
        Ok(())
    }

    /// Open and unassigned; an offer that runs is not an assignment, and is taken back.
    fn may_assign(&self, agent: AgentId, id: ConversationId) -> Result<&ConversationRecord, RefusalReason> {
        let known = self.may(agent, Action::Assign, id)?;
        match known.stage {
            Stage::Open(_) => Ok(known),
            Stage::Active { .. } => Err(RefusalReason::AlreadyTaken),
            Stage::WrapUp(_) => Err(RefusalReason::ConversationEnded),
            Stage::Closed { .. } => Err(RefusalReason::ConversationClosed),
        }
    }

    /// Whatever their presence and capacity, but never to someone without a console.
    pub(crate) fn assign_to_agent(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        to: AgentId,
    ) -> Result<(), RefusalReason> {
        let cost = self.may_assign(by, id)?.cost;
        self.is_there(to)?;
        self.withdraw_offer(turn, id);
        let free = self.record.agents.get(&to).map_or(Units(0), |known| known.free());
        let over = (cost - free).max(Units(0));
        self.end_monitoring(turn, id, to, MonitorEnd::BecameTheirs);
        self.note(turn, id, ConversationFact::Assigned { by, to, over });
        self.take_over(turn, to, id, false);
        Ok(())
    }

    /// Open → Open in another queue, at its old place.
    pub(crate) fn assign_to_queue(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        queue: QueueId,
    ) -> Result<(), RefusalReason> {
        if self.may_assign(by, id)?.queue == queue {
            return Err(RefusalReason::WrongState);
        }
        self.is_served(queue)?;
        self.withdraw_offer(turn, id);
        self.set_offer_again(id, None);
        self.note(turn, id, ConversationFact::SentToQueue { by, queue });
        self.drop_strangers(turn, id);
        Ok(())
    }

    /// Until the second agent accepts, the first stays primary.
    pub(crate) fn supervisor_transfer(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
        to: AgentId,
    ) -> Result<(), RefusalReason> {
        let known = self.may_while_active(by, Action::SupervisorTransfer, id)?;
        if known.session_agent() == Some(to) {
            return Err(RefusalReason::AlreadyThere);
        }
        let asking = Asking { kind: InvitationKind::SupervisorTransfer, by, to, queue: None };
        if !Self::is_invited(known, asking)? {
            self.is_there(to)?;
            self.invite(turn, id, asking, false);
        }
        Ok(())
    }

    pub(crate) fn configure_supervision(&mut self, turn: &mut Turn, rights: SupervisorRights) {
        if self.record.supervision == rights {
            return;
        }
        self.write(turn, Fact::SupervisionConfigured(rights));
        self.enforce_rights(turn);
        for agent in self.live.agents.keys() {
            turn.changed(ViewKey::Agent(*agent));
        }
        for (id, live) in &self.live.conversations {
            if !live.followers.is_empty() {
                turn.changed(ViewKey::Conversation(*id));
            }
        }
        self.show_whole_floor(turn);
    }

    /// Ends at once what somebody no longer has the right to: a right was switched off, a role changed.
    pub(crate) fn enforce_rights(&mut self, turn: &mut Turn) {
        let all = self.record.agents.values().flat_map(|known| known.beside.iter().copied());
        for id in all.collect::<BTreeSet<ConversationId>>() {
            let Some(known) = self.record.conversations.get(&id) else { continue };
            let by = known.invitation().filter(|invitation| invitation.kind == InvitationKind::SupervisorTransfer);
            let strangers: Vec<AgentId> = known
                .monitors()
                .iter()
                .map(|monitor| monitor.agent)
                .filter(|agent| self.allows(*agent, Action::Monitor, known) == Err(RefusalReason::NotAllowed))
                .collect();
            let withdraws = by.is_some_and(|invitation| {
                self.allows(invitation.by, Action::SupervisorTransfer, known) == Err(RefusalReason::NotAllowed)
            });
            if withdraws {
                self.end_invitation(turn, id, InvitationEnd::Withdrawn, false);
            }
            for agent in strangers {
                self.end_monitoring(turn, id, agent, MonitorEnd::RightTaken);
                self.drop_strangers(turn, id);
            }
        }
        self.close_floors(turn);
    }
}
