//! The customer's absence: away after 10 s, disconnected after the limit (product 3).

use model::{CloseReason, ConsultEnd, ConversationId, Timestamp};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::index::Deadline;
use crate::outcome::Notice;
use crate::record::{CustomerLink, Stage};
use crate::times;
use crate::turn::Turn;

impl Desk {
    /// Since when the customer has no connection, or that they have one.
    pub(crate) fn set_lost(&mut self, id: ConversationId, lost: Option<Timestamp>) {
        self.live.conversation_mut(id).lost = lost;
        self.watch(id);
    }

    /// Runs, moves or stops the clock of a customer without a connection, as long as no fact says that they are away.
    pub(crate) fn watch(&mut self, id: ConversationId) {
        let Some(live) = self.live.conversations.get_mut(&id) else { return };
        let known =
            self.record.conversations.get(&id).filter(|known| known.is_going() && known.link == CustomerLink::Here);
        // A limit below 10 s must not be reached before anybody was told.
        let due = live.lost.zip(known).map(|(lost, known)| lost + times::AWAY_AFTER.min(known.disconnect_after));
        let before = std::mem::replace(&mut live.away_due, due);
        self.swap_deadline(before, due, Deadline::CustomerMayBeAway(id));
    }

    pub(crate) fn customer_may_be_away(&mut self, turn: &mut Turn, id: ConversationId) {
        let Some(live) = self.live.conversations.get_mut(&id) else { return };
        live.away_due = None;
        if let Some(since) = live.lost {
            self.note(turn, id, ConversationFact::CustomerAway { since });
        }
    }

    /// Away for longer than the limit: Active → Wrap-up, Open → Closed; with a promise Open → Wrap-up.
    pub(crate) fn disconnect(&mut self, turn: &mut Turn, id: ConversationId) {
        let Some(known) = self.record.conversations.get(&id) else { return };
        let CustomerLink::Away { since, .. } = known.link else { return };
        let is_open = matches!(known.stage, Stage::Open(_));
        if is_open {
            self.withdraw_offer(turn, id);
        }
        self.part_company(turn, id, ConsultEnd::CustomerDisconnected);
        self.drop_strangers(turn, id);
        self.note(turn, id, ConversationFact::CustomerDisconnected);
        turn.tell(Notice::Disconnected { away_for: turn.now.since(since) });
        self.clear_typing(id);
        let is_promised = self.is_promised(id);
        if is_open && is_promised {
            self.set_offer_again(id, None);
            self.drop_strangers(turn, id);
        } else if is_open {
            self.close(turn, id, CloseReason::CustomerDisconnected);
        }
        self.sweep(id);
    }
}
