//! Typing: live only, over after 5 s or with the words.

use model::{AgentId, ConnectionId, ConversationId, Timestamp};

use crate::desk::Desk;
use crate::index::Deadline;
use crate::outcome::{RefusalReason, ViewKey};
use crate::policy::Action;
use crate::times;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn customer_types(&mut self, turn: &mut Turn, connection: ConnectionId) {
        let Some(id) = self.live.joined(connection) else { return };
        if !self.record.conversations.get(&id).is_some_and(|known| known.is_going()) {
            return;
        }
        let before = self.live.conversation(id).and_then(|live| live.customer_types_until);
        self.set_customer_typing(id, Some(turn.now + times::TYPING_FOR));
        if before.is_none() {
            turn.changed(ViewKey::Conversation(id));
        }
    }

    pub(crate) fn agent_types(&mut self, turn: &mut Turn, connection: ConnectionId, id: ConversationId) {
        if let Some(agent) = self.live.agent(connection) {
            // A console tells of every few letters, and wants no answer: nobody is to read of it.
            let _ = self.type_as_agent(turn, agent, id);
        }
    }

    pub(crate) fn type_as_agent(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        self.may_while_active(agent, Action::Say, id)?;
        let before = self.live.conversation(id).and_then(|live| live.agent_types_until);
        self.set_agent_typing(id, Some(turn.now + times::TYPING_FOR));
        if before.is_none() {
            turn.changed(ViewKey::Customer(id));
        }
        Ok(())
    }

    fn set_customer_typing(&mut self, id: ConversationId, until: Option<Timestamp>) {
        let live = self.live.conversation_mut(id);
        let before = std::mem::replace(&mut live.customer_types_until, until);
        self.swap_deadline(before, until, Deadline::StopCustomerTyping(id));
    }

    fn set_agent_typing(&mut self, id: ConversationId, until: Option<Timestamp>) {
        let live = self.live.conversation_mut(id);
        let before = std::mem::replace(&mut live.agent_types_until, until);
        self.swap_deadline(before, until, Deadline::StopAgentTyping(id));
    }

    pub(crate) fn swap_deadline(&mut self, before: Option<Timestamp>, after: Option<Timestamp>, deadline: Deadline) {
        if let Some(before) = before {
            self.index.deadlines.remove(&(before, deadline));
        }
        if let Some(after) = after {
            self.index.deadlines.insert((after, deadline));
        }
    }

    pub(crate) fn stop_customer_typing(&mut self, turn: &mut Turn, id: ConversationId) {
        if self.live.conversation(id).is_some_and(|live| live.customer_types_until.is_some()) {
            self.set_customer_typing(id, None);
            turn.changed(ViewKey::Conversation(id));
        }
    }

    pub(crate) fn stop_agent_typing(&mut self, turn: &mut Turn, id: ConversationId) {
        if self.live.conversation(id).is_some_and(|live| live.agent_types_until.is_some()) {
            self.set_agent_typing(id, None);
            turn.changed(ViewKey::Customer(id));
        }
    }

    /// Nobody writes any more.
    pub(crate) fn clear_typing(&mut self, id: ConversationId) {
        if self.live.conversation(id).is_some() {
            self.set_customer_typing(id, None);
            self.set_agent_typing(id, None);
        }
    }
}
