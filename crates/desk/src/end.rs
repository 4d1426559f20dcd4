//! End: the talk is over. By the agent and by the customer; and giving a conversation back to its queue.

use model::{AgentId, CloseReason, ConnectionId, ConsultEnd, ConversationId, PromiseEnd, SessionEnd};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::outcome::RefusalReason;
use crate::policy::Action;
use crate::record::Stage;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn end_by_customer(&mut self, turn: &mut Turn, connection: ConnectionId) {
        let Some(id) = self.live.joined(connection) else {
            turn.refuse(connection, None, RefusalReason::NoConversation);
            return;
        };
        match self.record.conversations.get(&id).map(|known| known.stage) {
            None => turn.refuse(connection, None, RefusalReason::NoConversation),
            Some(Stage::Closed { .. }) => turn.refuse(connection, None, RefusalReason::ConversationClosed),
            Some(Stage::WrapUp(_)) if self.is_promised(id) => {
                self.end_promise(turn, id, PromiseEnd::EndedByCustomer);
            }
            Some(Stage::WrapUp(_)) => turn.refuse(connection, None, RefusalReason::ConversationEnded),
            Some(Stage::Open(_)) => self.end_open(turn, id),
            Some(Stage::Active { .. }) => self.end(turn, id, ConversationFact::EndedByCustomer),
        }
    }

    /// Open → Closed, by the customer.
    pub(crate) fn end_open(&mut self, turn: &mut Turn, id: ConversationId) {
        self.withdraw_offer(turn, id);
        self.note(turn, id, ConversationFact::EndedByCustomer);
        self.close(turn, id, CloseReason::CustomerEnded);
    }

    /// Active → Wrap-up.
    pub(crate) fn end(&mut self, turn: &mut Turn, id: ConversationId, what: ConversationFact) {
        self.part_company(turn, id, ConsultEnd::TalkOver);
        self.drop_strangers(turn, id);
        self.note(turn, id, what);
        self.clear_typing(id);
        self.sweep(id);
    }

    pub(crate) fn end_by_agent(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        self.may_while_active(agent, Action::End, id)?;
        self.end(turn, id, ConversationFact::EndedByAgent(agent));
        Ok(())
    }

    pub(crate) fn release(&mut self, turn: &mut Turn, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        self.may_while_active(agent, Action::Release, id)?;
        self.requeue(turn, id, agent, SessionEnd::AgentReleased);
        Ok(())
    }

    /// Active → Open, at the old place.
    pub(crate) fn requeue(&mut self, turn: &mut Turn, id: ConversationId, agent: AgentId, reason: SessionEnd) {
        self.part_company(turn, id, ConsultEnd::TalkOver);
        self.note(turn, id, ConversationFact::SessionEnded { agent, reason, in_wrap_up: false });
        self.note(turn, id, ConversationFact::Requeued);
        self.stop_agent_typing(turn, id);
        self.drop_strangers(turn, id);
    }
}
