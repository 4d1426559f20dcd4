//! The promise to a disconnected customer, the hold, and what ends them.

use model::{CloseReason, ConnectionId, HoldEnd, PromiseEnd, ReconnectRules, ReturnedBy, SessionEnd, Timestamp};
use rejoin_desk::{ConversationFact as What, Fact, Notice, RefusalReason as No, limits, times};

use super::{Clock, Done, Reference, State};

impl Reference {
    /// Somebody once had it, and reconnect is on: they may come back.
    pub(super) fn promise(&mut self, index: usize, rules: ReconnectRules, gone_since: Timestamp) {
        let id = self.talks[index].id;
        if self.talks[index].state == State::Open {
            for clock in [Clock::AutoClose(id), Clock::MayBeAway(id), Clock::Disconnect(id)] {
                self.stop(clock);
            }
            self.talks[index].state = State::WrapUp(None);
            self.talks[index].because = CloseReason::CustomerDisconnected;
            self.run(self.now + rules.limit, Clock::Promise(id));
            self.drop_strangers(index);
        } else {
            self.wrap_up(index, CloseReason::CustomerDisconnected, rules.hold_for);
            self.run(self.now + rules.limit, Clock::Promise(id));
        }
        let talk = &mut self.talks[index];
        talk.gone_since = gone_since;
        talk.extensions = 0;
        talk.returned_by = None;
    }

    /// The place is kept no longer; a set block time that is not over goes on.
    pub(super) fn hold_no_longer(&mut self, index: usize) {
        let id = self.talks[index].id;
        self.stop(Clock::Hold(id));
        let State::WrapUp(Some(agent)) = self.talks[index].state else { return };
        let block = self.talks[index].hidden_block.take();
        if let Some(block) = block.filter(|block| *block > self.now) {
            self.run(block, Clock::Free(agent, id));
        }
    }

    pub(super) fn release_hold(&mut self, index: usize) -> Done {
        let id = self.talks[index].id;
        if !self.is_held(id) {
            return Err(No::WrongState);
        }
        self.note(index, What::HoldEnded(HoldEnd::Released));
        self.replies.push(Notice::HoldEnded { why: HoldEnd::Released });
        let block = self.talks[index].hidden_block.unwrap_or(self.now).max(self.now);
        self.hold_no_longer(index);
        let rules = self.rules(index);
        self.run(block + rules.auto_close_wrap_up_after, Clock::EndWrapUp(id));
        Ok(())
    }

    pub(super) fn end_promise(&mut self, index: usize, why: PromiseEnd) {
        let id = self.talks[index].id;
        self.note(index, What::PromiseEnded(why));
        if self.is_held(id) {
            self.replies.push(Notice::HoldEnded { why: HoldEnd::PromiseEnded(why) });
            self.hold_no_longer(index);
        }
        self.stop(Clock::Promise(id));
        self.replies.push(Notice::PromiseEnded { why });
        if why != PromiseEnd::LimitReached {
            self.talks[index].because = CloseReason::CustomerEnded;
        }
        if self.talks[index].state == State::WrapUp(None) {
            let because = self.talks[index].because;
            self.close(index, because);
        }
    }

    /// A promised customer is here.
    pub(super) fn come_back(&mut self, index: usize, how: ReturnedBy) {
        let id = self.talks[index].id;
        if !self.is_promised(id) {
            return;
        }
        let State::WrapUp(session) = self.talks[index].state else { panic!("a promise is kept in wrap-up") };
        self.note(index, What::CustomerReturned { how });
        self.replies.push(Notice::Returned { how, away_for: self.now.since(self.talks[index].gone_since) });
        self.talks[index].returned_by = Some(how);
        self.talks[index].away_since = None;
        self.talks[index].heard = self.now;
        self.stop(Clock::Promise(id));
        self.stop(Clock::EndWrapUp(id));
        if self.is_held(id) {
            self.stop(Clock::Hold(id));
            self.replies.push(Notice::HoldEnded { why: HoldEnd::CustomerReturned });
            self.talks[index].state = State::Active(session.unwrap());
            return;
        }
        if let Some(agent) = session {
            let reason = SessionEnd::CustomerReturned;
            self.note(index, What::SessionEnded { agent, reason, in_wrap_up: true });
            self.forget_short_choice(agent);
            self.stop(Clock::Free(agent, id));
        } else {
            self.free(index);
        }
        self.note(index, What::Requeued);
        let talk = &mut self.talks[index];
        talk.state = State::Open;
        talk.queued_at = self.now;
        talk.asked_first = talk.last_agent.filter(|agent| !talk.gave_back.contains(agent));
        self.wait(index);
    }

    /// What the conversation blocks after the talk is free now.
    fn free(&mut self, index: usize) {
        let talk = &self.talks[index];
        let (id, rule) = (talk.id, talk.wrap_up);
        let Some(agent) = talk.last_agent else { return };
        let always = talk.state == State::WrapUp(Some(agent)) && rule == model::WrapUpRule::Always;
        if always || self.runs(Clock::Free(agent, id)) {
            self.write(Fact::CapacityFreed { agent, conversation: id });
            self.stop(Clock::Free(agent, id));
            self.talks[index].wrap_up = model::WrapUpRule::Never;
        }
    }

    /// The customer goes on with another one.
    pub(super) fn end_for_another(&mut self, index: usize) {
        let id = self.talks[index].id;
        match self.talks[index].state {
            State::Open => self.customer_ends(index),
            State::Active(_) => {
                self.customer_ends(index);
                self.free(index);
            }
            State::WrapUp(_) if self.is_promised(id) => {
                self.end_promise(index, PromiseEnd::StartedNew);
                self.free(index);
            }
            State::WrapUp(_) | State::Closed => {}
        }
    }

    pub(super) fn press_start_new(&mut self, connection: ConnectionId) {
        let joined = self.joined(connection);
        if joined.is_some_and(|index| self.is_going(index)) {
            return self.refuse(connection, No::WrongState);
        }
        if let Some(index) = joined.or(self.standing(connection).map(|(index, _)| index)) {
            self.end_for_another(index);
        }
        self.lose(connection, self.now);
        self.replies.push(Notice::Left { connection });
    }

    pub(super) fn press_more_time(&mut self, connection: ConnectionId) {
        let Some((index, _)) = self.standing(connection) else {
            return self.refuse(connection, No::NoConversation);
        };
        let id = self.talks[index].id;
        if self.is_going(index) {
            return self.refuse(connection, No::WrongState);
        }
        if !self.is_promised(id) {
            return self.refuse(connection, No::ConversationEnded);
        }
        if self.talks[index].extensions == limits::EXTENSIONS_MAX {
            return self.refuse(connection, No::NoExtensionLeft);
        }
        self.note(index, What::PromiseExtended);
        self.talks[index].extensions += 1;
        for (at, clock) in &mut self.clocks {
            if *clock == Clock::Promise(id) {
                *at += times::EXTENSION;
            }
        }
    }
}
