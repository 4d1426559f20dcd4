//! Agents come and go: connected while one console window is (product 3, "Agents disconnect too").

use model::{AgentId, ConnectionId, ConversationId, SessionEnd, Timestamp};

use crate::desk::Desk;
use crate::fact::Fact;
use crate::limits;
use crate::live::Joined;
use crate::outcome::{Notice, ViewKey};
use crate::record::{AgentLink, WorkKind};
use crate::turn::Turn;

impl Desk {
    pub(crate) fn connect_agent(&mut self, turn: &mut Turn, connection: ConnectionId, agent: AgentId) {
        if !self.record.agents.get(&agent).is_some_and(|known| known.rules.enabled) {
            turn.tell(Notice::SignedOut { connection });
            return;
        }
        if self.live.agent(connection) == Some(agent) {
            return;
        }
        if self.live.connections.contains_key(&connection) {
            self.lose_connection(turn, connection, turn.now);
        }
        self.live.connections.insert(connection, Joined::Agent { agent, following: Vec::new() });
        let windows = self.live.agents.entry(agent).or_default();
        windows.push(connection);
        let displaced = (windows.len() > limits::CONNECTIONS_PER_AGENT_MAX).then(|| windows.remove(0));
        if let Some(oldest) = displaced {
            self.drop_window(oldest);
            turn.tell(Notice::Displace { connection: oldest });
        }
        self.agent_is_here(turn, agent);
        turn.changed(ViewKey::Agent(agent));
        if !self.record.presences.is_empty() {
            turn.changed(ViewKey::Presences);
        }
        turn.changed(ViewKey::OpenCards(agent));
    }

    pub(crate) fn agent_is_here(&mut self, turn: &mut Turn, agent: AgentId) {
        match self.record.agents.get(&agent).map(|known| known.link) {
            Some(AgentLink::Gone) => {
                self.write_agent(turn, agent, Fact::AgentArrived(agent));
                self.begin_in_default(turn, agent);
                self.tell_followers_of(turn, agent);
            }
            Some(AgentLink::Lost { .. }) => {
                self.write_agent(turn, agent, Fact::AgentReturned(agent));
                self.tell_followers_of(turn, agent);
                self.tell_customers_of(turn, agent);
            }
            Some(AgentLink::Here) | None => {}
        }
    }

    /// A window is gone from the books; its agent's list is the caller's.
    fn drop_window(&mut self, connection: ConnectionId) {
        if let Some(Joined::Agent { following, .. }) = self.live.forget_connection(connection) {
            for id in following {
                self.drop_follower(connection, id);
            }
        }
    }

    pub(crate) fn lose_agent_connection(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        agent: AgentId,
        last_heard: Timestamp,
    ) {
        let Some(windows) = self.live.agents.get_mut(&agent) else { return };
        windows.retain(|other| *other != connection);
        if !windows.is_empty() {
            return;
        }
        self.live.agents.remove(&agent);
        if self.record.agents.get(&agent).is_some_and(|known| known.link == AgentLink::Here) {
            let since = last_heard.min(turn.now);
            self.write_agent(turn, agent, Fact::AgentLost { agent, since });
            self.tell_followers_of(turn, agent);
            self.stop_writing(turn, agent);
        }
    }

    /// 10 s after the last sign of life: offers are withdrawn, uncounted, and customers read until when the place is kept.
    pub(crate) fn agent_may_be_away(&mut self, turn: &mut Turn, agent: AgentId) {
        for id in self.work_of(agent, |kind| kind == WorkKind::Offer) {
            self.withdraw_offer(turn, id);
        }
        self.withdraw_from(turn, agent);
        self.tell_customers_of(turn, agent);
    }

    /// The grace is over: sessions end, Active conversations go back to their queues.
    pub(crate) fn agent_gone(&mut self, turn: &mut Turn, agent: AgentId) {
        if !matches!(self.record.agents.get(&agent).map(|known| known.link), Some(AgentLink::Lost { .. })) {
            return;
        }
        self.write_agent(turn, agent, Fact::AgentGone(agent));
        self.tell_followers_of(turn, agent);
        self.end_all_work(turn, agent, SessionEnd::AgentDisconnected);
    }

    pub(crate) fn sign_out(&mut self, turn: &mut Turn, agent: AgentId) {
        if self.record.agents.get(&agent).is_some_and(|known| known.link != AgentLink::Gone) {
            self.write_agent(turn, agent, Fact::AgentSignedOut(agent));
            self.tell_followers_of(turn, agent);
            self.end_all_work(turn, agent, SessionEnd::AgentSignedOut);
        }
        self.close_windows(turn, agent);
    }

    /// Offers are withdrawn, sessions end: Active ones go back to their queues, those in wrap-up are closed where nobody may come
    /// back.
    pub(crate) fn end_all_work(&mut self, turn: &mut Turn, agent: AgentId, reason: SessionEnd) {
        self.leave_everywhere(turn, agent);
        for id in self.work_of(agent, |kind| kind == WorkKind::Offer) {
            self.withdraw_offer(turn, id);
        }
        for id in self.work_of(agent, |kind| kind == WorkKind::Active) {
            self.requeue(turn, id, agent, reason);
        }
        for id in self.work_of(agent, |kind| matches!(kind, WorkKind::WrapUp | WorkKind::Hold)) {
            self.end_wrap_up_session(turn, id, reason);
        }
    }

    pub(crate) fn close_windows(&mut self, turn: &mut Turn, agent: AgentId) {
        for connection in self.live.agents.remove(&agent).unwrap_or_default() {
            self.drop_window(connection);
            turn.tell(Notice::SignedOut { connection });
        }
    }

    fn work_of(&self, agent: AgentId, which: impl Fn(WorkKind) -> bool) -> Vec<ConversationId> {
        let Some(known) = self.record.agents.get(&agent) else { return Vec::new() };
        known.work.iter().filter(|(_, work)| which(work.kind)).map(|(id, _)| *id).collect()
    }

    /// Who follows a conversation sees whether those who take part are there.
    pub(crate) fn tell_followers_of(&self, turn: &mut Turn, agent: AgentId) {
        let Some(known) = self.record.agents.get(&agent) else { return };
        for id in known.work.keys().chain(&known.beside) {
            if self.live.conversation(*id).is_some_and(|live| !live.followers.is_empty()) {
                turn.changed(ViewKey::Conversation(*id));
            }
        }
    }

    fn tell_customers_of(&mut self, turn: &mut Turn, agent: AgentId) {
        for id in self.work_of(agent, |kind| kind == WorkKind::Active) {
            turn.changed(ViewKey::Customer(id));
        }
    }

    fn stop_writing(&mut self, turn: &mut Turn, agent: AgentId) {
        for id in self.work_of(agent, |kind| kind == WorkKind::Active) {
            self.stop_agent_typing(turn, id);
        }
    }
}
