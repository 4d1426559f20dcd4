//! Who may read what on the staff side. Rights decide who is let in, never which entries of the agents' sequence are shown.

use model::{AgentId, ConversationId, QueueId};

use crate::desk::Desk;
use crate::outcome::RefusalReason;
use crate::record::Stage;

impl Desk {
    pub(crate) fn serves(&self, agent: AgentId, queue: QueueId) -> bool {
        self.record.agents.get(&agent).is_some_and(|known| known.rules.enabled && known.rules.queues.contains(&queue))
    }

    /// Whether a conversation is closed; `None` for one that the desk does not know, or no longer.
    #[must_use]
    pub fn is_over(&self, id: ConversationId) -> Option<bool> {
        self.record.conversations.get(&id).map(|known| matches!(known.stage, Stage::Closed { .. }))
    }

    /// Who has or had a session in it, who is offered it now, and while it is Open everybody who serves its queue.
    ///
    /// # Errors
    /// [`RefusalReason`].
    pub fn may_read(&self, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        let took_part = known.staff(agent).is_some_and(|staff| staff.took_part);
        let is_offered = known.offer().is_some_and(|offer| offer.agent == agent);
        let is_open_to_them = known.waiting().is_some() && self.serves(agent, known.queue);
        if took_part || is_offered || is_open_to_them { Ok(()) } else { Err(RefusalReason::NotAllowed) }
    }
}
