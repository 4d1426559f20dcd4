//! What a program does in an agent's name, without a window: the same requests, held against the same table.

use model::{AgentId, ConnectionId};

use crate::desk::Desk;
use crate::input::AgentRequest;
use crate::outcome::RefusalReason;
use crate::say::AgentSend;
use crate::turn::Turn;

/// Whether somebody takes part in a conversation from then on, or is there for new ones. Whose console is lost leaves all conversations
/// in time (product 3), which nobody would notice of somebody who never had one.
const fn needs_console(ask: AgentRequest) -> bool {
    matches!(
        ask,
        AgentRequest::Accept(_)
            | AgentRequest::Pick(_)
            | AgentRequest::AcceptInvitation(_)
            | AgentRequest::Monitor(_)
            | AgentRequest::Join(_)
            | AgentRequest::SetPresence(_)
            | AgentRequest::SetCustomPresence(_)
    )
}

impl Desk {
    pub(crate) fn ask_for(&mut self, turn: &mut Turn, caller: ConnectionId, agent: AgentId, ask: AgentRequest) {
        let able = self
            .is_able(agent)
            .and_then(|()| if needs_console(ask) { self.is_there(agent).map(|_| ()) } else { Ok(()) });
        match able {
            Ok(()) => self.answer_ask(turn, caller, 0, agent, ask),
            Err(reason) => turn.refuse(caller, Some(0), reason),
        }
    }

    pub(crate) fn say_for(&mut self, turn: &mut Turn, caller: ConnectionId, agent: AgentId, send: AgentSend) {
        match self.is_able(agent) {
            Ok(()) => self.answer_send(turn, caller, agent, send),
            Err(reason) => turn.not_sent(caller, Some(send.conversation), send.key, reason),
        }
    }

    /// Somebody who can sign in.
    fn is_able(&self, agent: AgentId) -> Result<(), RefusalReason> {
        let is_enabled = self.record.agents.get(&agent).is_some_and(|known| known.rules.enabled);
        if is_enabled { Ok(()) } else { Err(RefusalReason::NotAllowed) }
    }
}
