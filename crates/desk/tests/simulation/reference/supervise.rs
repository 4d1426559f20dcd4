//! What supervisors do, as simply as possible.

use std::collections::BTreeSet;

use model::{
    AgentId, CloseReason, ConnectionId, ConsultEnd, HoldEnd, InvitationEnd, InvitationKind, MonitorEnd, OfferEnd,
    Presence, PromiseEnd, Role, SessionEnd, SupervisorRights,
};
use rejoin_desk::{AgentRequest, ConversationFact as What, Fact, Notice, RefusalReason as No, limits};

use super::staff::Invited;
use super::{Chosen, Clock, Done, Reference, State, Where};

impl Reference {
    pub(super) fn has_right(&self, agent: AgentId, right: fn(SupervisorRights) -> bool) -> bool {
        self.oversees(agent) && right(self.rights)
    }

    pub(super) fn oversees(&self, agent: AgentId) -> bool {
        self.people.get(&agent).is_some_and(|person| person.rules.enabled && person.rules.role != Role::Agent)
    }

    pub(super) fn set_presence_of(&mut self, by: AgentId, whose: AgentId, presence: Option<Presence>) -> Done {
        if !self.oversees(by) {
            return Err(No::NotAllowed);
        }
        if self.people.get(&whose).is_none_or(|person| person.at == Where::Out) {
            return Err(No::AgentUnavailable);
        }
        if presence == Some(Presence::Inactive) {
            return Err(No::PresenceNotChoosable);
        }
        if !self.is_set(whose, presence) {
            self.write(Fact::PresenceSetBy { agent: whose, presence, by });
            let set = presence.map(|presence| Chosen { by: Some(by), ..Chosen::plain(presence) });
            self.people.get_mut(&whose).unwrap().set = set;
        }
        Ok(())
    }

    pub(super) fn monitor(&mut self, index: usize, agent: AgentId) -> Done {
        let talk = &self.talks[index];
        if !self.has_right(agent, |rights| rights.monitor) {
            return Err(No::NotAllowed);
        }
        let is_primary = matches!(talk.state, State::Active(has) | State::WrapUp(Some(has)) if has == agent);
        if is_primary || talk.beside.advises(agent) {
            return Err(No::YourOwn);
        }
        if talk.state == State::Open {
            return Err(No::WrongState);
        }
        if talk.beside.monitors(agent) {
            return Ok(());
        }
        let elsewhere = self.talks.iter().filter(|talk| talk.beside.monitors(agent)).count();
        if talk.beside.monitors.len() == limits::MONITORS_MAX || elsewhere == limits::MONITORED_MAX {
            return Err(No::TooManyParticipants);
        }
        self.note(index, What::MonitoringBegan(agent));
        self.talks[index].beside.monitors.push((agent, false));
        Ok(())
    }

    pub(super) fn while_monitoring(&mut self, index: usize, agent: AgentId, ask: AgentRequest) -> Done {
        let joins = matches!(ask, AgentRequest::Join(_));
        if joins && !self.has_right(agent, |rights| rights.monitor) {
            return Err(No::NotAllowed);
        }
        let talk = &mut self.talks[index];
        if !talk.beside.monitors(agent) {
            return Err(No::NotYours);
        }
        if !joins {
            self.end_monitoring(index, agent, MonitorEnd::Stopped);
            self.drop_strangers(index);
            return Ok(());
        }
        match talk.state {
            State::Active(_) => {}
            State::WrapUp(_) => return Err(No::ConversationEnded),
            State::Open | State::Closed => return Err(No::WrongState),
        }
        let place = talk.beside.monitors.iter_mut().find(|(other, _)| *other == agent);
        if place.is_some_and(|(_, joined)| !std::mem::replace(joined, true)) {
            self.note(index, What::SupervisorJoined(agent));
        }
        Ok(())
    }

    pub(super) fn assign(&mut self, index: usize, by: AgentId, ask: AgentRequest) -> Done {
        if !self.has_right(by, |rights| rights.assign) {
            return Err(No::NotAllowed);
        }
        match self.talks[index].state {
            State::Open => {}
            State::Active(_) => return Err(No::AlreadyTaken),
            State::WrapUp(_) => return Err(No::ConversationEnded),
            State::Closed => return Err(No::ConversationClosed),
        }
        match ask {
            AgentRequest::AssignToAgent(_, to) => {
                if !self.is_there(to) {
                    return Err(No::AgentUnavailable);
                }
                self.end_offer(index, OfferEnd::Withdrawn);
                let over = (self.talks[index].cost.0 - self.free_units(to)).max(0);
                self.becomes_theirs(index, to);
                self.note(index, What::Assigned { by, to, over: model::Units(over) });
                let cost = self.talks[index].cost.0;
                self.talks[index].beyond.insert(to, over.min(cost));
                self.turns += 1;
                self.people.get_mut(&to).unwrap().turn = self.turns;
                self.take_over(index, to, false);
            }
            AgentRequest::AssignToQueue(_, queue) => {
                if self.talks[index].queue == queue {
                    return Err(No::WrongState);
                }
                if !self.is_served(queue) {
                    return Err(No::NobodyServesIt);
                }
                self.end_offer(index, OfferEnd::Withdrawn);
                self.send_to(index, by, queue);
            }
            other => panic!("{other:?} assigns nothing"),
        }
        Ok(())
    }

    pub(super) fn supervisor_transfer(&mut self, index: usize, by: AgentId, to: AgentId) -> Done {
        if !self.has_right(by, |rights| rights.transfer) {
            return Err(No::NotAllowed);
        }
        match self.talks[index].state {
            State::Active(has) | State::WrapUp(Some(has)) if has == by => return Err(No::YourOwn),
            State::Active(has) if has == to => return Err(No::AlreadyThere),
            State::Active(_) => {}
            State::WrapUp(_) => return Err(No::ConversationEnded),
            State::Open | State::Closed => return Err(No::WrongState),
        }
        let wanted = Invited { kind: InvitationKind::SupervisorTransfer, by, to, queue: None };
        if self.is_running(index, wanted)? {
            return Ok(());
        }
        if !self.is_there(to) {
            return Err(No::AgentUnavailable);
        }
        self.invite(index, wanted, false);
        Ok(())
    }

    pub(super) fn force_close(&mut self, index: usize, by: AgentId) -> Done {
        if !self.has_right(by, |rights| rights.force_close) {
            return Err(No::NotAllowed);
        }
        let state = self.talks[index].state;
        let session = match state {
            State::Active(has) | State::WrapUp(Some(has)) => Some(has),
            State::Open | State::WrapUp(None) | State::Closed => None,
        };
        if session == Some(by) {
            return Err(No::YourOwn);
        }
        let id = self.talks[index].id;
        self.end_offer(index, OfferEnd::Withdrawn);
        self.note(index, What::ForceClosedBy(by));
        self.part_company(index, ConsultEnd::TalkOver);
        if let Some(agent) = session {
            let (reason, in_wrap_up) = (SessionEnd::ForceClosed, matches!(state, State::WrapUp(_)));
            self.note(index, What::SessionEnded { agent, reason, in_wrap_up });
            self.forget_short_choice(agent);
            // Whatever is blocked is free with the session.
            self.stop(Clock::Free(agent, id));
            if self.is_held(id) {
                self.replies.push(Notice::HoldEnded { why: HoldEnd::SessionEnded(reason) });
                self.stop(Clock::Hold(id));
            }
            self.talks[index].hidden_block = None;
            self.talks[index].state = State::WrapUp(None);
        }
        if self.is_promised(id) {
            let why = PromiseEnd::ForceClosed;
            self.note(index, What::PromiseEnded(why));
            self.replies.push(Notice::PromiseEnded { why });
        }
        let last = self.talks[index].last_agent;
        if let Some(agent) = last.filter(|agent| self.runs(Clock::Free(*agent, id))) {
            self.write(Fact::CapacityFreed { agent, conversation: id });
            self.stop(Clock::Free(agent, id));
        }
        self.close(index, CloseReason::ForceClosed);
        Ok(())
    }

    pub(super) fn set_rights(&mut self, rights: SupervisorRights) {
        if self.rights != rights {
            self.rights = rights;
            self.write(Fact::SupervisionConfigured(rights));
            self.enforce_rights();
            self.open_floors(&self.floor.clone());
        }
    }

    pub(super) fn enforce_rights(&mut self) {
        for id in self.ids() {
            let index = self.find(id).unwrap();
            let beside = &self.talks[index].beside;
            let invited = beside.invited.filter(|invited| invited.kind == InvitationKind::SupervisorTransfer);
            let strangers: Vec<AgentId> = beside
                .monitors
                .iter()
                .map(|(agent, _)| *agent)
                .filter(|agent| !self.has_right(*agent, |rights| rights.monitor))
                .collect();
            if invited.is_some_and(|invited| !self.has_right(invited.by, |rights| rights.transfer)) {
                self.end_invitation(index, InvitationEnd::Withdrawn, false);
            }
            for agent in strangers {
                self.end_monitoring(index, agent, MonitorEnd::RightTaken);
                self.drop_strangers(index);
            }
        }
        self.close_floors();
    }

    pub(super) fn close_floors(&mut self) {
        for connection in self.floor.clone() {
            if !self.agent_of(connection).is_some_and(|agent| self.oversees(agent)) {
                self.floor.remove(&connection);
                self.replies.push(Notice::FloorOver { connection });
            }
        }
    }

    pub(super) fn open_floors(&mut self, connections: &BTreeSet<ConnectionId>) {
        self.replies.extend(connections.iter().map(|connection| Notice::FloorOpened { connection: *connection }));
    }

    pub(super) fn watch_floor(&mut self, connection: ConnectionId) {
        match self.agent_of(connection) {
            Some(agent) if self.oversees(agent) => {
                self.floor.insert(connection);
                self.replies.push(Notice::FloorOpened { connection });
            }
            _ => {
                self.refuse(connection, No::NotAllowed);
                self.replies.push(Notice::FloorOver { connection });
            }
        }
    }

    /// No window that is gone watches anything.
    pub(super) fn forget_floor(&mut self, connection: ConnectionId) {
        self.floor.remove(&connection);
    }
}
