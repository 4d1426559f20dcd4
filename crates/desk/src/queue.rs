//! Places in queues, and "still waiting?".

use model::{ConnectionId, ConversationId, QueueId, Timestamp};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::index::Deadline;
use crate::limits;
use crate::outcome::{RefusalReason, ViewKey};
use crate::record::{AgentLink, Stage};
use crate::times;
use crate::turn::Turn;

impl Desk {
    /// After all else: who has a new place learns of it. In a long queue a little later, for all at once, so that one customer's
    /// coming or going does not cost a notice per waiting customer.
    pub(crate) fn tell_places(&mut self, turn: &mut Turn) {
        for queue in std::mem::take(&mut turn.moved) {
            let Some(index) = self.index.queues.get_mut(&queue) else { continue };
            if index.waiting.len() <= limits::POSITIONS_AT_ONCE_MAX {
                self.tell_places_of(turn, queue);
                continue;
            }
            if !std::mem::replace(&mut index.is_telling, true) {
                self.index.deadlines.insert((turn.now + times::POSITIONS_WITHIN, Deadline::TellPlaces(queue)));
            }
            let last = self.index.queues.get(&queue).and_then(|index| {
                let place = u32::try_from(index.waiting.len()).unwrap_or(u32::MAX);
                index.waiting.last_key_value().map(|(_, id)| (*id, place))
            });
            // Whoever has just come knows their place at once.
            if let Some((id, place)) = last {
                let (expected_at, is_unserved) = (self.expected_at(turn, queue, id), self.is_unserved(queue));
                let live = self.live.conversation_mut(id);
                if live.place == 0 {
                    (live.place, live.expected_at, live.is_unserved) = (place, expected_at, is_unserved);
                }
            }
        }
    }

    pub(crate) fn tell_places_of(&mut self, turn: &mut Turn, queue: QueueId) {
        let is_unserved = self.is_unserved(queue);
        let Some(index) = self.index.queues.get_mut(&queue) else { return };
        index.is_telling = false;
        let estimate = self.record.wait_estimate(queue, turn.now);
        for (place, id) in (1..).zip(index.waiting.values()) {
            let waiting = self.record.conversations.get(id).and_then(|known| known.waiting());
            let expected_at = waiting.zip(estimate).map(|(waiting, estimate)| waiting.since + estimate);
            let live = self.live.conversations.entry(*id).or_default();
            if (live.place, live.expected_at, live.is_unserved) != (place, expected_at, is_unserved) {
                (live.place, live.expected_at, live.is_unserved) = (place, expected_at, is_unserved);
                turn.changed(ViewKey::Customer(*id));
            }
        }
    }

    /// Nobody who serves the queue is there, or will be before their grace is over.
    fn is_unserved(&self, queue: QueueId) -> bool {
        let serving = self.index.queues.get(&queue).into_iter().flat_map(|index| &index.agents);
        let mut known = serving.filter_map(|agent| self.record.agents.get(agent));
        known.all(|agent| agent.link == AgentLink::Gone)
    }

    /// An agent came to a queue or left it: who waits there may have nobody to wait for any more, or somebody again.
    pub(crate) fn serving_changed(&self, turn: &mut Turn, queues: &[QueueId]) {
        let changed =
            queues.iter().filter(|queue| self.index.queues.get(queue).is_some_and(|index| !index.waiting.is_empty()));
        turn.moved.extend(changed);
    }

    fn expected_at(&self, turn: &Turn, queue: QueueId, id: ConversationId) -> Option<Timestamp> {
        let waiting = self.record.conversations.get(&id)?.waiting()?;
        Some(waiting.since + self.record.wait_estimate(queue, turn.now)?)
    }

    /// "Still waiting?": yes. Before the question there is nothing to answer.
    pub(crate) fn confirm_waiting(&mut self, turn: &mut Turn, connection: ConnectionId) {
        let Some(id) = self.live.joined(connection) else {
            turn.refuse(connection, None, RefusalReason::NoConversation);
            return;
        };
        match self.record.conversations.get(&id).map(|known| known.stage) {
            Some(Stage::Open(waiting)) => {
                if waiting.ask_at <= turn.now {
                    self.note(turn, id, ConversationFact::WaitingConfirmed);
                }
            }
            // Another tab, or an agent, was faster: nothing is lost by saying yes to a question that is gone.
            Some(Stage::Active { .. }) => {}
            Some(Stage::WrapUp(_)) => turn.refuse(connection, None, RefusalReason::ConversationEnded),
            Some(Stage::Closed { .. }) => turn.refuse(connection, None, RefusalReason::ConversationClosed),
            None => turn.refuse(connection, None, RefusalReason::NoConversation),
        }
    }
}
