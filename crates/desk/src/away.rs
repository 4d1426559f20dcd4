//! The customer's absence: away after 10 s, disconnected after the limit (product 3). Without reconnect.

use model::{CloseReason, ConversationId, Timestamp};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::index::Deadline;
use crate::outcome::Notice;
use crate::record::{CustomerLink, Stage};
use crate::times;
use crate::turn::Turn;

impl Desk {
    /// When "may be away" is due for a customer whose last sign of life was at `lost`.
    fn away_at(&self, id: ConversationId, lost: Timestamp) -> Option<Timestamp> {
        let known = self.record.conversations.get(&id)?;
        let runs = known.is_going() && known.link == CustomerLink::Here;
        // A limit below 10 s must not be reached before anybody was told.
        runs.then(|| lost + times::AWAY_AFTER.min(known.disconnect_after))
    }

    /// Starts, moves or stops the clock that no fact knows yet.
    pub(crate) fn set_lost(&mut self, id: ConversationId, lost: Option<Timestamp>) {
        let before = self.live.conversation(id).and_then(|live| live.lost);
        if let Some(at) = before.and_then(|before| self.away_at(id, before)) {
            self.index.deadlines.remove(&(at, Deadline::CustomerMayBeAway(id)));
        }
        if before != lost {
            self.live.conversation_mut(id).lost = lost;
        }
        if let Some(at) = lost.and_then(|lost| self.away_at(id, lost)) {
            self.index.deadlines.insert((at, Deadline::CustomerMayBeAway(id)));
        }
    }

    pub(crate) fn customer_may_be_away(&mut self, turn: &mut Turn, id: ConversationId) {
        let Some(since) = self.live.conversation(id).and_then(|live| live.lost) else { return };
        if self.away_at(id, since).is_some() {
            self.note(turn, id, ConversationFact::CustomerAway { since });
        }
    }

    /// Away for longer than the limit: Open → Closed, Active → Wrap-up.
    pub(crate) fn disconnect(&mut self, turn: &mut Turn, id: ConversationId) {
        let Some(known) = self.record.conversations.get(&id) else { return };
        let CustomerLink::Away { since, .. } = known.link else { return };
        let is_open = matches!(known.stage, Stage::Open(_));
        if is_open {
            self.withdraw_offer(turn, id);
        }
        self.note(turn, id, ConversationFact::CustomerDisconnected);
        turn.tell(Notice::Disconnected { away_for: turn.now.since(since) });
        self.clear_typing(id);
        if is_open {
            self.close(turn, id, CloseReason::CustomerDisconnected);
        }
        self.sweep(id);
    }
}
