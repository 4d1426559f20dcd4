//! Read marks: facts, and only when they move.

use model::{AgentId, ConnectionId, ConversationId, Seq};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::outcome::RefusalReason;
use crate::outcome::ViewKey;
use crate::record::Stage;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn customer_reads(&mut self, turn: &mut Turn, connection: ConnectionId, upto: Seq) {
        let Some(id) = self.live.joined(connection) else {
            turn.refuse(connection, None, RefusalReason::NoConversation);
            return;
        };
        let Some(known) = self.record.conversations.get(&id) else { return };
        let upto = upto.min(known.customer_seq);
        // Also after the close: the customer's tabs agree on what is unread, and the next page does not count it again.
        if upto > known.read_by_customer {
            self.note(turn, id, ConversationFact::ReadByCustomer { upto });
        }
    }

    pub(crate) fn agent_reads(&mut self, turn: &mut Turn, connection: ConnectionId, id: ConversationId, upto: Seq) {
        let done = match self.live.agent(connection) {
            Some(agent) => self.read_as_agent(turn, agent, id, upto),
            None => Err(RefusalReason::NotAllowed),
        };
        if let Err(reason) = done {
            turn.refuse(connection, None, reason);
        }
    }

    pub(crate) fn read_as_agent(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
        upto: Seq,
    ) -> Result<(), RefusalReason> {
        self.may_read(agent, id)?;
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        let upto = upto.min(known.agents_seq);
        let is_open = known.waiting().is_some();
        let read = known.staff(agent).map_or(Seq::START, |staff| staff.read);
        if !matches!(known.stage, Stage::Closed { .. }) && upto > read {
            self.note(turn, id, ConversationFact::ReadByAgent { agent, upto });
            turn.changed(ViewKey::Agent(agent));
            if is_open {
                turn.changed(ViewKey::OpenCard(id));
            }
        }
        Ok(())
    }
}
