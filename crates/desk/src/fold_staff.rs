//! How the facts of the staff side change the record.

use model::{AgentId, ConversationId, InvitationEnd, InvitationKind, QueueId, Timestamp, Units};

use crate::fold_conversation::waiting;
use crate::fold_promise::forget_asked_first;
use crate::record::{Record, Stage, Work, WorkKind};
use crate::staff_side::{Consultant, Invitation, Monitor, takes_over};

impl Record {
    pub(crate) fn fold_invited(&mut self, id: ConversationId, invitation: Invitation, passed_on: bool) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let cost = conversation.cost;
        let side = conversation.staff_side_mut();
        side.invitation = Some(invitation);
        if !passed_on {
            side.asked = Vec::new();
        }
        if invitation.queue.is_some() {
            side.asked.push(invitation.to);
        }
        if takes_over(invitation.kind) {
            self.assigned_count += 1;
        }
        let Some(known) = self.agents.get_mut(&invitation.to) else { return };
        known.beside.insert(id);
        if takes_over(invitation.kind) {
            known.assigned = self.assigned_count;
            let (until, since) = (Some(invitation.until), invitation.made_at);
            let by_supervisor = invitation.kind == InvitationKind::SupervisorTransfer;
            let beyond = if by_supervisor { known.beyond(id, cost) } else { Units(0) };
            known.work.insert(id, Work { kind: WorkKind::Invitation, units: cost, until, since, beyond });
        }
    }

    pub(crate) fn fold_invitation_ended(
        &mut self,
        id: ConversationId,
        kind: InvitationKind,
        to: AgentId,
        how: InvitationEnd,
    ) {
        self.set(id, |conversation| {
            if let Some(side) = &mut conversation.staff_side {
                side.invitation = None;
            }
        });
        // Whoever accepted has it with the facts that follow, which take over what was reserved.
        if takes_over(kind) && how != InvitationEnd::Accepted {
            self.set_agent(to, |known| {
                if known.work.get(&id).is_some_and(|work| work.kind == WorkKind::Invitation) {
                    known.work.remove(&id);
                }
            });
        }
        self.settle_beside(id, to);
    }

    pub(crate) fn fold_consult_began(&mut self, at: Timestamp, id: ConversationId, agent: AgentId) {
        self.set(id, |conversation| {
            conversation.staff_side_mut().consultants.push(Consultant { agent, since: at, let_in: false });
        });
        self.settle_beside(id, agent);
    }

    pub(crate) fn fold_let_in(&mut self, id: ConversationId, agent: AgentId) {
        self.set(id, |conversation| {
            let consultants = conversation.staff_side_mut().consultants.iter_mut();
            consultants.filter(|consultant| consultant.agent == agent).for_each(|consultant| consultant.let_in = true);
        });
    }

    pub(crate) fn fold_consult_ended(&mut self, id: ConversationId, agent: AgentId) {
        self.set(id, |conversation| {
            conversation.staff_side_mut().consultants.retain(|consultant| consultant.agent != agent);
        });
        self.settle_beside(id, agent);
    }

    pub(crate) fn fold_monitoring_began(&mut self, at: Timestamp, id: ConversationId, agent: AgentId) {
        self.set(id, |conversation| {
            conversation.staff_side_mut().monitors.push(Monitor { agent, since: at, joined: false });
        });
        self.settle_beside(id, agent);
    }

    pub(crate) fn fold_supervisor_joined(&mut self, id: ConversationId, agent: AgentId) {
        self.set(id, |conversation| {
            let monitors = conversation.staff_side_mut().monitors.iter_mut();
            monitors.filter(|monitor| monitor.agent == agent).for_each(|monitor| monitor.joined = true);
        });
    }

    pub(crate) fn fold_monitoring_ended(&mut self, id: ConversationId, agent: AgentId) {
        self.set(id, |conversation| {
            conversation.staff_side_mut().monitors.retain(|monitor| monitor.agent != agent);
        });
        self.settle_beside(id, agent);
    }

    /// Open in this queue, at its old place.
    pub(crate) fn fold_sent_to_queue(&mut self, at: Timestamp, id: ConversationId, queue: QueueId) {
        let Some(rules) = self.rules(id) else { return };
        self.set(id, |conversation| {
            conversation.queue = queue;
            conversation.stage = Stage::Open(waiting(at, &rules));
            forget_asked_first(conversation);
        });
    }

    /// The units themselves are taken by the fact that follows.
    pub(crate) fn fold_assigned(&mut self, at: Timestamp, id: ConversationId, to: AgentId, over: Units) {
        self.assigned_count += 1;
        let count = self.assigned_count;
        let beyond = self.conversations.get(&id).map_or(Units(0), |known| known.cost.min(over));
        self.set_agent(to, |known| {
            known.assigned = count;
            let units = Units(0);
            known.work.insert(id, Work { kind: WorkKind::Active, units, until: None, since: at, beyond });
        });
    }

    /// Nobody takes part any more: the conversation is Closed.
    pub(crate) fn fold_no_staff(&mut self, id: ConversationId) {
        let side = self.conversations.get_mut(&id).and_then(|conversation| conversation.staff_side.take());
        for agent in side.iter().flat_map(|side| side.agents()) {
            self.settle_beside(id, agent);
        }
    }

    /// Brings an agent's own list in step with the conversation.
    fn settle_beside(&mut self, id: ConversationId, agent: AgentId) {
        let is_there = self.conversations.get(&id).is_some_and(|known| known.beside().any(|other| other == agent));
        self.set_agent(agent, |known| {
            if is_there {
                known.beside.insert(id);
            } else {
                known.beside.remove(&id);
            }
        });
    }
}
