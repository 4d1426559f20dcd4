//! What colleagues do for one another: consults, transfers and invitations, as simply as possible.

use model::{
    AgentId, ConsultEnd, ConversationId, InvitationEnd, InvitationKind, MonitorEnd, Presence, QueueId, SessionEnd,
};
use rejoin_desk::{AgentRequest, ConversationFact as What, Notice, RefusalReason as No, limits};

use super::{Clock, Done, Reference, State, Where};

/// Who is asked what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Invited {
    pub(crate) kind: InvitationKind,
    pub(crate) by: AgentId,
    pub(crate) to: AgentId,
    pub(crate) queue: Option<QueueId>,
}

/// Everybody beside the primary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beside {
    pub(crate) invited: Option<Invited>,
    pub(crate) asked: Vec<AgentId>,
    /// With each, whether they were let in.
    pub(crate) consultants: Vec<(AgentId, bool)>,
    /// With each, whether they have joined.
    pub(crate) monitors: Vec<(AgentId, bool)>,
}

impl Beside {
    pub(crate) fn advises(&self, agent: AgentId) -> bool {
        self.consultants.iter().any(|(other, _)| *other == agent)
    }

    pub(crate) fn monitors(&self, agent: AgentId) -> bool {
        self.monitors.iter().any(|(other, _)| *other == agent)
    }

    pub(crate) fn may_write(&self, agent: AgentId) -> bool {
        self.consultants.contains(&(agent, true)) || self.monitors.contains(&(agent, true))
    }

    pub(crate) fn is_asked(&self, agent: AgentId) -> bool {
        self.invited.is_some_and(|invited| invited.to == agent)
    }
}

impl Reference {
    pub(super) fn is_there(&self, agent: AgentId) -> bool {
        self.people.get(&agent).is_some_and(|person| person.rules.enabled && person.at == Where::In)
    }

    pub(super) fn free_units(&self, agent: AgentId) -> i32 {
        self.people[&agent].rules.capacity.0 - self.used(agent)
    }

    pub(super) fn is_served(&self, queue: QueueId) -> bool {
        let serves = |person: &super::Person| person.rules.enabled && person.rules.queues.contains(&queue);
        self.queues.contains_key(&queue) && self.people.values().any(serves)
    }

    pub(super) fn staff_ask(&mut self, agent: AgentId, id: ConversationId, ask: AgentRequest) -> Done {
        let index = self.find(id).ok_or(No::NoConversation)?;
        let state = self.talks[index].state;
        if state == State::Closed {
            return Err(No::ConversationClosed);
        }
        match ask {
            AgentRequest::Monitor(_) => self.monitor(index, agent),
            AgentRequest::StopMonitoring(_) | AgentRequest::Join(_) => self.while_monitoring(index, agent, ask),
            AgentRequest::AssignToAgent(..) | AgentRequest::AssignToQueue(..) => self.assign(index, agent, ask),
            AgentRequest::SupervisorTransfer(_, to) => self.supervisor_transfer(index, agent, to),
            AgentRequest::ForceClose(_) => self.force_close(index, agent),
            AgentRequest::WithdrawInvitation(_) => self.withdraw(index, agent),
            AgentRequest::AcceptInvitation(_) | AgentRequest::DeclineInvitation(_) => {
                if !self.talks[index].beside.is_asked(agent) {
                    return Err(No::InvitationGone);
                }
                if ask == AgentRequest::DeclineInvitation(id) {
                    self.end_invitation(index, InvitationEnd::Declined, true);
                } else {
                    self.accept_invitation(index, agent);
                }
                Ok(())
            }
            AgentRequest::LeaveConsult(_) => {
                if !self.talks[index].beside.advises(agent) {
                    return Err(No::NotYours);
                }
                self.end_consult(index, agent, ConsultEnd::Left);
                self.drop_strangers(index);
                Ok(())
            }
            _ => self.primary_asks(index, agent, ask),
        }
    }

    fn primary_asks(&mut self, index: usize, agent: AgentId, ask: AgentRequest) -> Done {
        match self.talks[index].state {
            State::Active(has) if has == agent => {}
            State::WrapUp(Some(has)) if has == agent => return Err(No::ConversationEnded),
            _ => return Err(No::NotYours),
        }
        match ask {
            AgentRequest::Consult(_, to) => self.consult(index, agent, to),
            AgentRequest::ConsultQueue(_, queue) => self.consult_queue(index, agent, queue),
            AgentRequest::EndConsult(_, whose) => {
                if !self.talks[index].beside.advises(whose) {
                    return Err(No::AgentUnavailable);
                }
                self.end_consult(index, whose, ConsultEnd::EndedByPrimary);
                self.drop_strangers(index);
                Ok(())
            }
            AgentRequest::LetIn(_, whom) => {
                let beside = &mut self.talks[index].beside;
                let found = beside.consultants.iter_mut().find(|(other, _)| *other == whom);
                let (_, let_in) = found.ok_or(No::AgentUnavailable)?;
                if !std::mem::replace(let_in, true) {
                    self.note(index, What::ConsultantLetIn { agent: whom, by: agent });
                }
                Ok(())
            }
            AgentRequest::TransferToAgent(_, to) => self.transfer(index, agent, to),
            AgentRequest::TransferToQueue(_, queue) => self.transfer_to_queue(index, agent, queue),
            other => panic!("{other:?} is no request of a primary"),
        }
    }

    /// `Ok(true)`: it runs already.
    pub(super) fn is_running(&self, index: usize, wanted: Invited) -> Result<bool, No> {
        match self.talks[index].beside.invited {
            None => Ok(false),
            Some(runs) if (runs.kind, runs.by, runs.to) == (wanted.kind, wanted.by, wanted.to) => Ok(true),
            Some(_) => Err(No::InvitationRunning),
        }
    }

    pub(super) fn invite(&mut self, index: usize, invited: Invited, passed_on: bool) {
        let until = self.now + self.rules(index).offer_for;
        let Invited { kind, by, to, queue } = invited;
        self.note(index, What::Invited { kind, by, to, queue, until, passed_on });
        if kind != InvitationKind::Consult {
            let beyond = if kind == InvitationKind::Transfer { 0 } else { self.goes_beyond(index, to) };
            self.talks[index].beyond.insert(to, beyond);
        }
        let talk = &mut self.talks[index];
        let id = talk.id;
        talk.beside.invited = Some(invited);
        if !passed_on {
            talk.beside.asked.clear();
        }
        if queue.is_some() {
            talk.beside.asked.push(to);
        }
        if kind != InvitationKind::Consult {
            self.turns += 1;
            self.people.get_mut(&to).unwrap().turn = self.turns;
        }
        self.run(until, Clock::MissInvitation(id));
    }

    fn consult(&mut self, index: usize, by: AgentId, to: AgentId) -> Done {
        let beside = &self.talks[index].beside;
        if beside.consultants.len() == limits::CONSULTANTS_MAX {
            return Err(No::TooManyParticipants);
        }
        if to == by || beside.advises(to) {
            return Err(No::AlreadyThere);
        }
        if !self.is_there(to) || self.presence(to) == Presence::Offline {
            return Err(No::AgentUnavailable);
        }
        let wanted = Invited { kind: InvitationKind::Consult, by, to, queue: None };
        if !self.is_running(index, wanted)? {
            self.invite(index, wanted, false);
        }
        Ok(())
    }

    fn consult_queue(&mut self, index: usize, by: AgentId, queue: QueueId) -> Done {
        let beside = &self.talks[index].beside;
        if beside.consultants.len() == limits::CONSULTANTS_MAX {
            return Err(No::TooManyParticipants);
        }
        if let Some(runs) = beside.invited {
            let same = runs.kind == InvitationKind::Consult && runs.queue == Some(queue);
            return if same { Ok(()) } else { Err(No::InvitationRunning) };
        }
        if !self.is_served(queue) {
            return Err(No::NobodyServesIt);
        }
        let to = self.at_leisure(index, queue, &[]).ok_or(No::AgentUnavailable)?;
        self.invite(index, Invited { kind: InvitationKind::Consult, by, to, queue: Some(queue) }, false);
        Ok(())
    }

    fn at_leisure(&self, index: usize, queue: QueueId, asked: &[AgentId]) -> Option<AgentId> {
        let talk = &self.talks[index];
        let wants = |set: Option<Presence>| matches!(set, None | Some(Presence::Available | Presence::Busy));
        let mut found: Vec<_> = self
            .people
            .iter()
            .filter(|(agent, person)| {
                self.is_there(**agent)
                    && person.rules.queues.contains(&queue)
                    && wants(person.set.map(|set| set.presence))
                    && talk.state != State::Active(**agent)
                    && !talk.beside.advises(**agent)
                    && !asked.contains(agent)
            })
            .map(|(agent, person)| (self.presence(*agent), -self.free_units(*agent), person.turn, *agent))
            .collect();
        found.sort_unstable();
        found.first().map(|(.., agent)| *agent)
    }

    /// Writes how it ended and gives what it was.
    pub(super) fn settle(&mut self, index: usize, how: InvitationEnd) -> Option<Invited> {
        let invited = self.talks[index].beside.invited?;
        let Invited { kind, to, .. } = invited;
        self.note(index, What::InvitationEnded { kind, to, how });
        self.replies.push(Notice::InvitationEnded { kind, how });
        let talk = &mut self.talks[index];
        talk.beside.invited = None;
        let id = talk.id;
        self.stop(Clock::MissInvitation(id));
        Some(invited)
    }

    pub(super) fn end_invitation(&mut self, index: usize, how: InvitationEnd, asks_next: bool) {
        let Some(invited) = self.settle(index, how) else { return };
        self.drop_strangers(index);
        let Some(queue) = invited.queue.filter(|_| asks_next) else { return };
        let asked = self.talks[index].beside.asked.clone();
        if let Some(to) = self.at_leisure(index, queue, &asked) {
            self.invite(index, Invited { to, ..invited }, true);
        }
    }

    fn end_consult(&mut self, index: usize, agent: AgentId, why: ConsultEnd) {
        let beside = &mut self.talks[index].beside;
        let Some(place) = beside.consultants.iter().position(|(other, _)| *other == agent) else { return };
        let (_, was_let_in) = beside.consultants.remove(place);
        self.note(index, What::ConsultEnded { agent, why, was_let_in });
    }

    pub(super) fn end_monitoring(&mut self, index: usize, agent: AgentId, why: MonitorEnd) {
        let beside = &mut self.talks[index].beside;
        let Some(place) = beside.monitors.iter().position(|(other, _)| *other == agent) else { return };
        let (_, had_joined) = beside.monitors.remove(place);
        self.note(index, What::MonitoringEnded { agent, why, had_joined });
    }

    /// The primary's part ends.
    pub(super) fn part_company(&mut self, index: usize, why: ConsultEnd) {
        self.settle(index, InvitationEnd::Withdrawn);
        for (agent, _) in self.talks[index].beside.consultants.clone() {
            self.end_consult(index, agent, why);
        }
    }

    fn accept_invitation(&mut self, index: usize, agent: AgentId) {
        let Some(invited) = self.settle(index, InvitationEnd::Accepted) else { return };
        if invited.kind == InvitationKind::Consult {
            self.begin_consult(index, agent);
            return;
        }
        let State::Active(from) = self.talks[index].state else { panic!("only an Active one is given away") };
        let by_supervisor = invited.kind == InvitationKind::SupervisorTransfer;
        self.part_company(index, ConsultEnd::Transferred);
        self.end_monitoring(index, agent, MonitorEnd::BecameTheirs);
        let reason = if by_supervisor { SessionEnd::TransferredBySupervisor } else { SessionEnd::Transferred };
        self.note(index, What::SessionEnded { agent: from, reason, in_wrap_up: false });
        self.forget_short_choice(from);
        self.note(index, What::AgentJoined { agent, picked: false });
        let talk = &mut self.talks[index];
        talk.transfers += 1;
        talk.state = State::Active(agent);
        talk.took_part.insert(agent);
        talk.last_agent = Some(agent);
        talk.gave_back.remove(&agent);
        self.forget_short_choice(agent);
        if by_supervisor {
            self.begin_consult(index, from);
        }
        self.drop_strangers(index);
    }

    fn begin_consult(&mut self, index: usize, agent: AgentId) {
        self.end_monitoring(index, agent, MonitorEnd::BecameTheirs);
        self.note(index, What::ConsultBegan(agent));
        self.talks[index].beside.consultants.push((agent, false));
    }

    pub(super) fn becomes_theirs(&mut self, index: usize, agent: AgentId) {
        self.end_monitoring(index, agent, MonitorEnd::BecameTheirs);
    }

    fn transfer(&mut self, index: usize, by: AgentId, to: AgentId) -> Done {
        if to == by {
            return Err(No::AlreadyThere);
        }
        let wanted = Invited { kind: InvitationKind::Transfer, by, to, queue: None };
        if self.is_running(index, wanted)? {
            return Ok(());
        }
        if !self.is_there(to) {
            return Err(No::AgentUnavailable);
        }
        if self.free_units(to) < self.talks[index].cost.0 {
            return Err(No::NoRoom);
        }
        if !self.takes(self.talks[index].stream, to) {
            return Err(No::AgentUnavailable);
        }
        self.invite(index, wanted, false);
        Ok(())
    }

    fn transfer_to_queue(&mut self, index: usize, by: AgentId, queue: QueueId) -> Done {
        if !self.is_served(queue) {
            return Err(No::NobodyServesIt);
        }
        let rules = &self.queues[&queue];
        if !rules.hours.is_open(self.now) && rules.out_of_hours != model::Overflow::AssignAnyway {
            return Err(No::QueueClosed);
        }
        self.part_company(index, ConsultEnd::Transferred);
        let reason = SessionEnd::TransferredToQueue;
        self.note(index, What::SessionEnded { agent: by, reason, in_wrap_up: false });
        self.count_try(index, by);
        self.talks[index].gave_back.insert(by);
        self.talks[index].transfers += 1;
        self.forget_short_choice(by);
        self.send_to(index, by, queue);
        Ok(())
    }

    pub(super) fn send_to(&mut self, index: usize, by: AgentId, queue: QueueId) {
        self.note(index, What::SentToQueue { by, queue });
        let talk = &mut self.talks[index];
        talk.state = State::Open;
        talk.queue = queue;
        talk.asked_first = None;
        talk.queued_at = self.now;
        self.wait(index);
        self.drop_strangers(index);
    }

    fn withdraw(&mut self, index: usize, agent: AgentId) -> Done {
        let talk = &self.talks[index];
        let is_primary = matches!(talk.state, State::Active(has) | State::WrapUp(Some(has)) if has == agent);
        match talk.beside.invited.map(|invited| invited.kind) {
            Some(InvitationKind::SupervisorTransfer) => {
                if !self.has_right(agent, |rights| rights.transfer) {
                    return Err(No::NotAllowed);
                }
                if is_primary {
                    return Err(No::YourOwn);
                }
            }
            _ if !is_primary => return Err(No::NotYours),
            None => return Err(No::InvitationGone),
            Some(_) => {}
        }
        self.end_invitation(index, InvitationEnd::Withdrawn, false);
        Ok(())
    }

    pub(super) fn ids(&self) -> Vec<ConversationId> {
        let mut ids: Vec<_> = self.talks.iter().map(|talk| talk.id).collect();
        ids.sort_unstable();
        ids
    }

    /// What is asked of an agent who can't answer is taken back.
    pub(super) fn withdraw_from(&mut self, agent: AgentId) {
        for id in self.ids() {
            let index = self.find(id).unwrap();
            if self.talks[index].beside.is_asked(agent) {
                self.end_invitation(index, InvitationEnd::Withdrawn, true);
            }
        }
    }

    pub(super) fn leave_everywhere(&mut self, agent: AgentId) {
        self.withdraw_from(agent);
        for id in self.ids() {
            let index = self.find(id).unwrap();
            let beside = &self.talks[index].beside;
            if beside.advises(agent) || beside.monitors(agent) {
                self.end_consult(index, agent, ConsultEnd::AgentGone);
                self.end_monitoring(index, agent, MonitorEnd::AgentGone);
                self.drop_strangers(index);
            }
        }
    }
}
