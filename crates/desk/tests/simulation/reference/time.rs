//! Clocks that fire, and time that was lost.

use model::{
    CloseReason, ConnectionId, ConsultEnd, ConversationId, HoldEnd, InvitationEnd, Millis, OfferEnd, PromiseEnd,
    SessionEnd, Timestamp,
};
use rejoin_desk::{ConversationFact as What, Fact, Notice, times};

use super::{Clock, Reference, State, Where};

/// The conversation that a connection has joined, or at whose prompt it stands.
type Place = (Option<(ConversationId, bool)>, Option<(ConversationId, bool)>);

impl Reference {
    pub(super) fn fire(&mut self) {
        while let Some((at, clock)) = self.next_clock() {
            if at > self.now {
                return;
            }
            self.stop(clock);
            match clock {
                Clock::MayBeAway(id) => self.may_be_away(id),
                Clock::Disconnect(id) => self.disconnect(id),
                Clock::Miss(id) => {
                    let index = self.find(id).unwrap();
                    self.end_offer(index, OfferEnd::Missed);
                }
                Clock::MissInvitation(id) => {
                    let index = self.find(id).unwrap();
                    self.end_invitation(index, InvitationEnd::Missed, true);
                }
                Clock::AutoClose(id) => {
                    let index = self.find(id).unwrap();
                    self.end_offer(index, OfferEnd::Withdrawn);
                    self.close(index, CloseReason::AutoClosed);
                }
                Clock::Slow(id) => self.waited_too_long(id),
                Clock::AgentAway(agent) => {
                    self.withdraw_offers_of(agent);
                    self.withdraw_from(agent);
                }
                Clock::AgentGone(agent) => {
                    self.write(Fact::AgentGone(agent));
                    self.leave(agent);
                    self.end_work(agent, SessionEnd::AgentDisconnected);
                }
                Clock::Free(agent, conversation) => self.write(Fact::CapacityFreed { agent, conversation }),
                Clock::Hold(id) => {
                    let index = self.find(id).unwrap();
                    self.note(index, What::HoldEnded(HoldEnd::Expired));
                    self.replies.push(Notice::HoldEnded { why: HoldEnd::Expired });
                    self.hold_no_longer(index);
                }
                Clock::Promise(id) => {
                    let index = self.find(id).unwrap();
                    // Still promised while its end is told.
                    self.clocks.push((at, clock));
                    self.end_promise(index, PromiseEnd::LimitReached);
                }
                Clock::EndWrapUp(id) => {
                    let index = self.find(id).unwrap();
                    self.end_wrap_up(index, SessionEnd::AutoClosed);
                }
                Clock::Forget(id) => {
                    let index = self.find(id).unwrap();
                    self.note(index, What::Forgotten);
                    self.talks.remove(index);
                }
            }
        }
    }

    pub(super) fn may_be_away(&mut self, id: ConversationId) {
        let index = self.find(id).unwrap();
        let since = self.talks[index].dropped.unwrap();
        self.note(index, What::CustomerAway { since });
        self.talks[index].away_since = Some(since);
        self.run(since + self.talks[index].limit, Clock::Disconnect(id));
    }

    pub(super) fn disconnect(&mut self, id: ConversationId) {
        let index = self.find(id).unwrap();
        let since = self.talks[index].away_since.unwrap();
        let was_open = self.talks[index].state == State::Open;
        self.end_offer(index, OfferEnd::Withdrawn);
        self.part_company(index, ConsultEnd::CustomerDisconnected);
        self.drop_strangers(index);
        self.note(index, What::CustomerDisconnected);
        self.replies.push(Notice::Disconnected { away_for: self.now.since(since) });
        let reconnect = self.talks[index].reconnect.filter(|_| !self.talks[index].took_part.is_empty());
        match reconnect {
            Some(rules) => self.promise(index, rules, since),
            None if was_open => self.close(index, CloseReason::CustomerDisconnected),
            None => self.wrap_up(index, CloseReason::CustomerDisconnected, Millis::ZERO),
        }
    }

    pub(super) fn time_lost(&mut self, down_since: Timestamp) -> Timestamp {
        let down_since = down_since.max(self.last_fact).min(self.now);
        let outage = self.now.since(down_since);
        for (at, clock) in &mut self.clocks {
            // The clock that no fact knows yet is dealt with where connections are.
            if !matches!(clock, Clock::MayBeAway(_)) {
                *at += outage;
            }
        }
        for talk in &mut self.talks {
            talk.ask_at += outage;
            talk.queued_at += outage;
            if let Some(block) = &mut talk.hidden_block {
                *block += outage;
            }
            for (_, again) in talk.tries.values_mut() {
                *again += outage;
            }
        }
        down_since
    }

    /// All connections died with the process.
    pub(super) fn start_relay(&mut self, down_since: Timestamp) {
        let down_since = self.time_lost(down_since);
        self.write(Fact::RelayStarted { down_since });
        for talk in &mut self.talks {
            talk.windows.clear();
            talk.followers.clear();
            talk.heard = Timestamp::ZERO;
            talk.dropped = None;
            talk.starters.clear();
            talk.prompted.clear();
        }
        self.signed_in.clear();
        self.floor.clear();
        self.clocks.retain(|(_, clock)| !matches!(clock, Clock::MayBeAway(_)));
        for index in 0..self.talks.len() {
            self.talks[index].dropped = Some(self.now);
            self.watch(index);
        }
        let agents: Vec<_> = self.people.keys().copied().collect();
        for agent in agents {
            let person = self.people.get_mut(&agent).unwrap();
            person.windows.clear();
            if person.at == Where::In {
                person.at = Where::Dropped;
                self.run(self.now + times::AGENT_AWAY_AFTER, Clock::AgentAway(agent));
                self.run(self.now + times::AGENT_GRACE, Clock::AgentGone(agent));
            }
        }
    }

    /// The process lived on: connections are what they are now.
    pub(super) fn resume_writes(&mut self, down_since: Timestamp) {
        let down_since = self.time_lost(down_since);
        let outage = self.now.since(down_since);
        self.write(Fact::WritesResumed { down_since });
        let mut ids: Vec<_> = self.talks.iter().map(|talk| talk.id).collect();
        ids.sort_unstable();
        for id in ids {
            let index = self.find(id).unwrap();
            if !self.talks[index].windows.is_empty() {
                self.talks[index].dropped = None;
                self.watch(index);
                self.is_back(index);
            } else if self.is_going(index) && self.talks[index].away_since.is_none() {
                let dropped = self.talks[index].dropped.filter(|dropped| *dropped <= down_since);
                self.talks[index].dropped = Some(dropped.map_or(self.now, |dropped| dropped + outage));
                self.watch(index);
            }
        }
        let agents: Vec<_> = self.people.keys().copied().collect();
        for agent in agents {
            if !self.people[&agent].windows.is_empty() {
                self.agent_is_here(agent);
            } else if self.people[&agent].at == Where::In {
                self.drop_agent(agent, self.now);
            }
        }
        self.close_floors();
        self.open_floors(&self.floor.clone());
    }

    /// Where a customer's connection stands, and how.
    fn place(&self, connection: ConnectionId) -> Place {
        let joined = self.joined(connection).map(|index| &self.talks[index]);
        let joined = joined.map(|talk| (talk.id, talk.starters.contains(&connection)));
        (joined, self.standing(connection).map(|(index, holds)| (self.talks[index].id, holds)))
    }

    /// What moved this connection was not written.
    pub(crate) fn put_back(&mut self, before: &Self, connection: ConnectionId) {
        if self.agent_of(connection).is_some() {
            return;
        }
        let (joined, standing) = before.place(connection);
        if self.place(connection) != (joined, standing) {
            self.lose(connection, self.last_fact);
            let found = joined.or(standing).and_then(|(id, _)| self.find(id));
            let Some(index) = found else { return };
            if let Some((_, is_starter)) = joined {
                self.talks[index].windows.push(connection);
                self.talks[index].starters.extend(is_starter.then_some(connection));
                self.talks[index].dropped = None;
                self.watch(index);
            }
            self.talks[index].prompted.extend(standing.map(|(_, holds)| (connection, holds)));
        }
        if self.place(connection) != (None, None) {
            self.remember_sign_in(connection, before.signed_in.get(&connection).copied());
        }
    }
}
