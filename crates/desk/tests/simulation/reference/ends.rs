//! Ends of talks, of sessions, of conversations.

use model::{
    AgentId, CloseReason, ConnectionId, ConsultEnd, HoldEnd, Millis, OfferEnd, Presence, PromiseEnd, SessionEnd,
    WrapUpRule,
};
use rejoin_desk::{ConversationFact as What, Notice, RefusalReason as No, times};

use super::{Clock, Reference, State, Where};

impl Reference {
    pub(super) fn close(&mut self, index: usize, reason: CloseReason) {
        self.note(index, What::Closed(reason));
        let talk = &mut self.talks[index];
        talk.state = State::Closed;
        talk.because = reason;
        talk.away_since = None;
        talk.links.clear();
        talk.asked_first = None;
        talk.beside = super::Beside::default();
        let id = talk.id;
        self.stop(Clock::Promise(id));
        self.stop(Clock::Hold(id));
        for clock in
            [Clock::MayBeAway(id), Clock::Disconnect(id), Clock::Miss(id), Clock::AutoClose(id), Clock::EndWrapUp(id)]
        {
            self.stop(clock);
        }
        self.run(self.now + times::TOKEN_KEPT_FOR, Clock::Forget(id));
        self.drop_strangers(index);
    }

    /// After the fact that says so. The place is kept for as long as `hold`.
    pub(super) fn wrap_up(&mut self, index: usize, because: CloseReason, hold: Millis) {
        let rules = self.rules(index);
        let now = self.now;
        let talk = &mut self.talks[index];
        let State::Active(agent) = talk.state else { panic!("only an Active conversation goes to wrap-up") };
        talk.state = State::WrapUp(Some(agent));
        talk.because = because;
        talk.wrap_up = rules.wrap_up;
        talk.hidden_block = None;
        let id = talk.id;
        let mut quiet_from = now + hold;
        if let WrapUpRule::For(time) = rules.wrap_up {
            quiet_from = quiet_from.max(now + time);
            if hold > Millis::ZERO {
                talk.hidden_block = Some(now + time);
            } else {
                self.run(now + time, Clock::Free(agent, id));
            }
        }
        if hold > Millis::ZERO {
            self.run(now + hold, Clock::Hold(id));
        }
        self.stop(Clock::MayBeAway(id));
        self.stop(Clock::Disconnect(id));
        self.run(quiet_from + rules.auto_close_wrap_up_after, Clock::EndWrapUp(id));
    }

    pub(super) fn end_wrap_up(&mut self, index: usize, reason: SessionEnd) {
        let State::WrapUp(Some(agent)) = self.talks[index].state else { return };
        self.note(index, What::SessionEnded { agent, reason, in_wrap_up: true });
        let id = self.talks[index].id;
        if self.is_held(id) {
            self.replies.push(Notice::HoldEnded { why: HoldEnd::SessionEnded(reason) });
            self.hold_no_longer(index);
        }
        self.talks[index].state = State::WrapUp(None);
        self.stop(Clock::EndWrapUp(id));
        self.forget_short_choice(agent);
        let because = self.talks[index].because;
        if !self.is_promised(id) {
            self.close(index, because);
        }
    }

    pub(super) fn requeue(&mut self, index: usize, reason: SessionEnd) {
        let State::Active(agent) = self.talks[index].state else { return };
        self.part_company(index, ConsultEnd::TalkOver);
        self.note(index, What::SessionEnded { agent, reason, in_wrap_up: false });
        self.note(index, What::Requeued);
        self.talks[index].state = State::Open;
        if reason == SessionEnd::AgentReleased {
            self.count_try(index, agent);
            self.talks[index].gave_back.insert(agent);
        }
        self.forget_short_choice(agent);
        self.wait(index);
        self.talks[index].queued_at = self.now;
        self.drop_strangers(index);
    }

    pub(super) fn count_try(&mut self, index: usize, agent: AgentId) {
        let entry = self.talks[index].tries.entry(agent).or_insert((0, self.now));
        *entry = (entry.0 + 1, self.now + times::SAME_OFFER_AFTER);
    }

    pub(super) fn forget_short_choice(&mut self, agent: AgentId) {
        let person = self.people.get_mut(&agent).unwrap();
        if matches!(person.set.map(|set| set.presence), Some(Presence::Available | Presence::Busy)) {
            person.set = None;
        }
    }

    pub(super) fn end_work(&mut self, agent: AgentId, reason: SessionEnd) {
        self.leave_everywhere(agent);
        self.withdraw_offers_of(agent);
        let mut ids: Vec<_> = self.talks.iter().map(|talk| talk.id).collect();
        ids.sort_unstable();
        for id in &ids {
            let index = self.find(*id).unwrap();
            if self.talks[index].state == State::Active(agent) {
                self.requeue(index, reason);
            }
        }
        for id in &ids {
            let index = self.find(*id).unwrap();
            if self.talks[index].state == State::WrapUp(Some(agent)) {
                self.end_wrap_up(index, reason);
            }
        }
    }

    pub(super) fn withdraw_offers_of(&mut self, agent: AgentId) {
        let mut ids: Vec<_> = self.talks.iter().filter(|talk| talk.offer == Some(agent)).map(|talk| talk.id).collect();
        ids.sort_unstable();
        for id in ids {
            let index = self.find(id).unwrap();
            self.end_offer(index, OfferEnd::Withdrawn);
        }
    }

    pub(super) fn leave(&mut self, agent: AgentId) {
        let person = self.people.get_mut(&agent).unwrap();
        person.at = Where::Out;
        person.set = None;
        self.stop(Clock::AgentAway(agent));
        self.stop(Clock::AgentGone(agent));
    }

    pub(super) fn end_by_customer(&mut self, connection: ConnectionId) {
        let Some(index) = self.joined(connection) else { return self.refuse(connection, No::NoConversation) };
        match self.talks[index].state {
            State::Open | State::Active(_) => self.customer_ends(index),
            State::WrapUp(_) if self.is_promised(self.talks[index].id) => {
                self.end_promise(index, PromiseEnd::EndedByCustomer);
            }
            State::WrapUp(_) => self.refuse(connection, No::ConversationEnded),
            State::Closed => self.refuse(connection, No::ConversationClosed),
        }
    }

    pub(super) fn customer_ends(&mut self, index: usize) {
        if self.talks[index].state == State::Open {
            self.end_offer(index, OfferEnd::Withdrawn);
            self.note(index, What::EndedByCustomer);
            self.close(index, CloseReason::CustomerEnded);
        } else {
            self.part_company(index, ConsultEnd::TalkOver);
            self.drop_strangers(index);
            self.note(index, What::EndedByCustomer);
            self.talks[index].away_since = None;
            self.wrap_up(index, CloseReason::CustomerEnded, Millis::ZERO);
        }
    }
}
