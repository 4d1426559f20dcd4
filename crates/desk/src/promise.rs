//! The promise: a disconnected customer may come back until the limit (product 2, product 3).

use model::{ConnectionId, ConversationId, HoldEnd, PromiseEnd, ReturnedBy, SessionEnd};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::limits;
use crate::outcome::{Notice, RefusalReason};
use crate::record::{CustomerLink, Stage};
use crate::turn::Turn;

impl Desk {
    pub(crate) fn is_promised(&self, id: ConversationId) -> bool {
        self.record.conversations.get(&id).is_some_and(|known| known.promise().is_some())
    }

    /// Nobody may come back any more. Without a session that closes the conversation; an agent's notes are not interrupted.
    pub(crate) fn end_promise(&mut self, turn: &mut Turn, id: ConversationId, why: PromiseEnd) {
        let Some(known) = self.record.conversations.get(&id).filter(|known| known.promise().is_some()) else { return };
        let is_held = known.is_held();
        self.note(turn, id, ConversationFact::PromiseEnded(why));
        if is_held {
            turn.tell(Notice::HoldEnded { why: HoldEnd::PromiseEnded(why) });
        }
        turn.tell(Notice::PromiseEnded { why });
        let stage = self.record.conversations.get(&id).map(|known| known.stage);
        if let Some(Stage::WrapUp(wrap_up)) = stage.filter(|_| self.has_no_session(id)) {
            self.close(turn, id, wrap_up.because);
        }
    }

    fn has_no_session(&self, id: ConversationId) -> bool {
        self.record.conversations.get(&id).is_some_and(|known| known.session_agent().is_none())
    }

    /// The disconnected customer is back: within the hold the same session goes on, after it the conversation is Open again at its
    /// old place, and whatever it blocked is free at once.
    pub(crate) fn bring_back(&mut self, turn: &mut Turn, id: ConversationId, how: ReturnedBy) {
        let Some(known) = self.record.conversations.get(&id).filter(|known| known.promise().is_some()) else { return };
        let (is_held, session) = (known.is_held(), known.session_agent());
        let since = if let CustomerLink::Disconnected { since } = known.link { since } else { turn.now };
        self.note(turn, id, ConversationFact::CustomerReturned { how });
        // A sign of life, whatever connection it comes from.
        self.live.conversation_mut(id).heard = turn.now;
        turn.tell(Notice::Returned { how, away_for: turn.now.since(since) });
        if is_held {
            turn.tell(Notice::HoldEnded { why: HoldEnd::CustomerReturned });
            return;
        }
        if let Some(agent) = session {
            let reason = SessionEnd::CustomerReturned;
            self.note(turn, id, ConversationFact::SessionEnded { agent, reason, in_wrap_up: true });
        }
        self.free_now(turn, id);
        self.note(turn, id, ConversationFact::Requeued);
    }

    /// One press at the prompt: two more minutes.
    pub(crate) fn extend_promise(&mut self, turn: &mut Turn, connection: ConnectionId) {
        let prompted =
            self.live.prompted(connection).and_then(|(id, _)| Some((id, self.record.conversations.get(&id)?)));
        let refused = match prompted {
            None => RefusalReason::NoConversation,
            Some((id, known)) => match known.promise() {
                Some(promise) if promise.extensions < limits::EXTENSIONS_MAX => {
                    self.note(turn, id, ConversationFact::PromiseExtended);
                    return;
                }
                Some(_) => RefusalReason::NoExtensionLeft,
                // It is going on elsewhere: no limit runs.
                None if known.is_going() => RefusalReason::WrongState,
                None => RefusalReason::ConversationEnded,
            },
        };
        turn.refuse(connection, None, refused);
    }

    /// *Start new*: the old conversation ends on the press, and its agent is free at once.
    pub(crate) fn start_anew(&mut self, turn: &mut Turn, connection: ConnectionId) {
        if let Some((id, _)) = self.live.prompted(connection) {
            self.end_for_new(turn, id);
        } else if let Some(id) = self.live.joined(connection) {
            // Somebody came back meanwhile: what the customer read when they pressed is no longer so.
            if self.record.conversations.get(&id).is_some_and(|known| known.is_going()) {
                turn.refuse(connection, None, RefusalReason::WrongState);
                return;
            }
            self.end_for_new(turn, id);
        }
        if self.live.agent(connection).is_none() {
            self.lose_connection(turn, connection, turn.now);
        }
        turn.tell(Notice::Left { connection });
    }

    /// Ends whatever goes on in this conversation for its customer, who goes on elsewhere. Notes may still be written; units are
    /// not blocked for them.
    pub(crate) fn end_for_new(&mut self, turn: &mut Turn, id: ConversationId) {
        match self.record.conversations.get(&id).map(|known| known.stage) {
            Some(Stage::Open(_)) => self.end_open(turn, id),
            Some(Stage::Active { .. }) => {
                self.end(turn, id, ConversationFact::EndedByCustomer);
                self.free_now(turn, id);
            }
            Some(Stage::WrapUp(_)) if self.is_promised(id) => {
                self.end_promise(turn, id, PromiseEnd::StartedNew);
                self.free_now(turn, id);
            }
            Some(Stage::WrapUp(_) | Stage::Closed { .. }) | None => {}
        }
    }
}
