//! Overflow: what becomes of conversations that their queue can't serve well (product 5). A return is never refused for it (product
//! 3): what is looked at before queueing is looked at when a conversation starts, and one that an agent has had is never ended.

use model::{ConversationId, Overflow, OverflowCause, QueueId, QueueRules, SlowRule};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::record::{ConversationRecord, Record};
use crate::turn::Turn;

/// What holds for a queue that nobody configured.
static UNCONFIGURED: QueueRules = QueueRules::DEFAULT;

impl Record {
    pub(crate) fn queue_rules(&self, queue: QueueId) -> &QueueRules {
        self.queues.get(&queue).map_or(&UNCONFIGURED, |known| &known.rules)
    }

    /// The rule about waiting for too long that will do something with this conversation, as it is now.
    pub(crate) fn slow_rule(&self, conversation: &ConversationRecord) -> Option<SlowRule> {
        let waiting = conversation.waiting()?;
        let rule = self.queue_rules(conversation.queue).slow?;
        let does_something = match rule.then {
            Overflow::AssignAnyway => false,
            Overflow::End => conversation.last_agent.is_none(),
            Overflow::Queue(to) => self.takes_overflow(conversation.queue, to),
        };
        // Whoever is being offered is not taken away from the agent who may accept.
        (does_something && waiting.offer.is_none()).then_some(rule)
    }

    /// Nothing is moved to where it is, nor to where nobody ever looks.
    fn takes_overflow(&self, from: QueueId, to: QueueId) -> bool {
        from != to && self.queues.contains_key(&to)
    }
}

impl Desk {
    /// Once, when a conversation has started: is its queue closed or full?
    pub(crate) fn overflow_at_start(&mut self, turn: &mut Turn, id: ConversationId) {
        let Some(known) = self.record.conversations.get(&id).filter(|known| known.waiting().is_some()) else { return };
        let waiting = self.index.queues.get(&known.queue).map_or(0, |index| index.waiting.len());
        let others = waiting.saturating_sub(1);
        if let Some((cause, then)) = self.record.queue_rules(known.queue).overflow(turn.now, others) {
            self.overflow(turn, id, cause, then);
        }
    }

    pub(crate) fn waited_too_long(&mut self, turn: &mut Turn, id: ConversationId) {
        let Some(known) = self.record.conversations.get(&id) else { return };
        if let Some(rule) = self.record.slow_rule(known) {
            self.overflow(turn, id, OverflowCause::WaitedTooLong, rule.then);
        }
    }

    fn overflow(&mut self, turn: &mut Turn, id: ConversationId, cause: OverflowCause, then: Overflow) {
        let Some(from) = self.record.conversations.get(&id).map(|known| known.queue) else { return };
        match then {
            Overflow::End => self.close(turn, id, cause.close_reason()),
            Overflow::Queue(to) if self.record.takes_overflow(from, to) => {
                self.note(turn, id, ConversationFact::Overflowed { to, cause });
                self.drop_strangers(turn, id);
            }
            Overflow::Queue(_) | Overflow::AssignAnyway => {}
        }
    }
}
