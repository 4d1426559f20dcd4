//! Which queue a conversation begins in (product 5): the first routing rule that fits and whose queue takes it.

use model::{ConversationId, Known, QueueId, Timestamp, WorkstreamId};

use crate::desk::Desk;

/// Where a conversation begins.
pub(crate) struct Routed {
    pub(crate) queue: QueueId,
    /// The number of the rule that chose it, from 1.
    pub(crate) rule: Option<u16>,
}

impl Desk {
    /// Where none fits, the workstream's own queue. Where all that fit lead to queues that overflow, the first of them: what becomes of
    /// the conversation is then that queue's to say.
    pub(crate) fn route(
        &self,
        now: Timestamp,
        id: ConversationId,
        workstream: WorkstreamId,
        own: QueueId,
        asked: &Known<'_>,
    ) -> Routed {
        let rules = self.record.routings.get(&workstream).map_or(&[][..], |routing| &routing.rules);
        let mut first = None;
        for (number, rule) in (1..).zip(rules).filter(|(_, rule)| rule.fits(asked)) {
            let Some(queue) = rule.queue(id).filter(|queue| self.record.queues.contains_key(queue)) else { continue };
            let routed = Routed { queue, rule: Some(number) };
            let waiting = self.index.queues.get(&queue).map_or(0, |index| index.waiting.len());
            if self.record.queue_rules(queue).overflow(now, waiting).is_none() {
                return routed;
            }
            first.get_or_insert(routed);
        }
        first.unwrap_or(Routed { queue: own, rule: None })
    }
}
