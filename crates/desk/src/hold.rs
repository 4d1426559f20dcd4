//! The hold: the agent's place, kept for a disconnected customer (product 3).

use model::{AgentId, ConversationId, HoldEnd};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::outcome::{Notice, RefusalReason};
use crate::policy::Action;
use crate::turn::Turn;

impl Desk {
    /// By its time, or released. The wrap-up rule and the promise go on.
    pub(crate) fn end_hold(&mut self, turn: &mut Turn, id: ConversationId, why: HoldEnd) {
        if self.record.conversations.get(&id).is_some_and(|known| known.is_held()) {
            self.note(turn, id, ConversationFact::HoldEnded(why));
            turn.tell(Notice::HoldEnded { why });
        }
    }

    pub(crate) fn release_hold(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        if !self.may(agent, Action::ReleaseHold, id)?.is_held() {
            return Err(RefusalReason::WrongState);
        }
        self.end_hold(turn, id, HoldEnd::Released);
        Ok(())
    }
}
