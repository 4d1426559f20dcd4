//! The final step: → Closed, and forgetting after 24 h.

use model::{CloseReason, ConversationId, HoldEnd, SessionEnd};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::outcome::{Notice, RefusalReason};
use crate::policy::Action;
use crate::record::Stage;
use crate::turn::Turn;

impl Desk {
    /// Writes that nothing reopens it. Offer and session must be over.
    pub(crate) fn close(&mut self, turn: &mut Turn, id: ConversationId, reason: CloseReason) {
        self.note(turn, id, ConversationFact::Closed(reason));
        self.drop_strangers(turn, id);
        self.clear_typing(id);
        self.set_offer_again(id, None);
        self.sweep(id);
    }

    /// An Open conversation waited for too long.
    pub(crate) fn auto_close(&mut self, turn: &mut Turn, id: ConversationId) {
        if self.record.conversations.get(&id).is_some_and(|known| known.waiting().is_some()) {
            self.withdraw_offer(turn, id);
            self.close(turn, id, CloseReason::AutoClosed);
        }
    }

    /// Ends the session in wrap-up; with nobody who may come back, that closes the conversation.
    pub(crate) fn end_wrap_up_session(&mut self, turn: &mut Turn, id: ConversationId, reason: SessionEnd) {
        let Some(Stage::WrapUp(wrap_up)) = self.record.conversations.get(&id).map(|known| known.stage) else { return };
        let Some(session) = wrap_up.session else { return };
        let agent = session.agent;
        let is_held = self.record.conversations.get(&id).is_some_and(|known| known.is_held());
        self.note(turn, id, ConversationFact::SessionEnded { agent, reason, in_wrap_up: true });
        if is_held {
            turn.tell(Notice::HoldEnded { why: HoldEnd::SessionEnded(reason) });
        }
        if !self.is_promised(id) {
            self.close(turn, id, wrap_up.because);
        }
    }

    /// Wrap-up went on for 15 minutes.
    pub(crate) fn end_wrap_up(&mut self, turn: &mut Turn, id: ConversationId) {
        self.end_wrap_up_session(turn, id, SessionEnd::AutoClosed);
    }

    pub(crate) fn close_by_agent(
        &mut self,
        turn: &mut Turn,
        agent: model::AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        if !matches!(self.may(agent, Action::Close, id)?.stage, Stage::WrapUp(_)) {
            return Err(RefusalReason::WrongState);
        }
        self.end_wrap_up_session(turn, id, SessionEnd::AgentClosed);
        Ok(())
    }

    pub(crate) fn forget(&mut self, turn: &mut Turn, id: ConversationId) {
        if !matches!(self.record.conversations.get(&id).map(|known| known.stage), Some(Stage::Closed { .. })) {
            return;
        }
        self.note(turn, id, ConversationFact::Forgotten);
        // Who still reads it may go on; the connection then has no conversation.
        if let Some(live) = self.live.conversations.remove(&id) {
            for connection in live.connections {
                self.live.forget_connection(connection);
            }
            for follower in live.followers {
                self.forget_following(follower, id);
            }
        }
        for connection in self.live.prompts.remove(&id).unwrap_or_default() {
            self.live.forget_connection(connection);
        }
    }
}
