//! What becomes of conversations that their queue can't serve well.

use model::{CloseReason, ConversationId, Hours, Overflow, OverflowCause, QueueId, Timestamp};
use rejoin_desk::ConversationFact as What;

use super::{Clock, Reference, State, Talk};

impl Reference {
    /// The next clock that is going to fire, those included that are worked out from how long somebody has waited.
    pub(crate) fn next_clock(&self) -> Option<(Timestamp, Clock)> {
        let slow = self.talks.iter().filter_map(|talk| Some((self.too_long_at(talk)?, Clock::Slow(talk.id))));
        self.clocks.iter().copied().chain(slow).min()
    }

    fn too_long_at(&self, talk: &Talk) -> Option<Timestamp> {
        let rule = self.queues[&talk.queue].slow?;
        let is_for_them = match rule.then {
            Overflow::AssignAnyway => false,
            Overflow::End => talk.took_part.is_empty(),
            Overflow::Queue(to) => self.is_another(talk.queue, to),
        };
        let waits = talk.state == State::Open && talk.offer.is_none();
        (waits && is_for_them).then(|| talk.queued_at + rule.wait_max)
    }

    fn is_another(&self, from: QueueId, to: QueueId) -> bool {
        to != from && self.queues.contains_key(&to)
    }

    pub(super) fn waited_too_long(&mut self, id: ConversationId) {
        let index = self.find(id).unwrap();
        let then = self.queues[&self.talks[index].queue].slow.unwrap().then;
        self.flow_over(index, OverflowCause::WaitedTooLong, then);
    }

    /// When a conversation has just started.
    pub(super) fn look_at_the_queue(&mut self, id: ConversationId) {
        let index = self.find(id).unwrap();
        let queue = self.talks[index].queue;
        let rules = self.queues[&queue].clone();
        let is_open = match &rules.hours {
            Hours::Always => true,
            Hours::Windows(all) => all.iter().any(|one| one.opens_at <= self.now && self.now < one.closes_at),
        };
        if !is_open && rules.out_of_hours != Overflow::AssignAnyway {
            return self.flow_over(index, OverflowCause::OutOfHours, rules.out_of_hours);
        }
        let waits = |talk: &&Talk| talk.state == State::Open && talk.queue == queue && talk.id != id;
        let others = self.talks.iter().filter(waits).count();
        if let Some(full) = rules.full.filter(|full| others >= full.waiting_max as usize) {
            self.flow_over(index, OverflowCause::QueueFull, full.then);
        }
    }

    fn flow_over(&mut self, index: usize, cause: OverflowCause, then: Overflow) {
        match then {
            Overflow::Queue(to) if self.is_another(self.talks[index].queue, to) => {
                self.note(index, What::Overflowed { to, cause });
                self.talks[index].queue = to;
                self.talks[index].queued_at = self.now;
                self.drop_strangers(index);
            }
            Overflow::End => {
                let reason = match cause {
                    OverflowCause::OutOfHours => CloseReason::OutOfHours,
                    OverflowCause::QueueFull => CloseReason::OverflowEnded,
                    OverflowCause::WaitedTooLong => CloseReason::WaitedTooLong,
                };
                self.close(index, reason);
            }
            Overflow::Queue(_) | Overflow::AssignAnyway => {}
        }
    }
}
