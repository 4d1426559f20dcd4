//! Picking an Open conversation, whatever the capacity (product 5); and all that an agent can ask for.

use model::{AgentId, ConnectionId, ConversationId};

use crate::desk::Desk;
use crate::input::AgentRequest;
use crate::outcome::{Notice, RefusalReason};
use crate::record::Stage;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn ask(&mut self, turn: &mut Turn, connection: ConnectionId, request: u32, ask: AgentRequest) {
        let done = match self.live.agent(connection) {
            Some(agent) => self.carry_out(turn, agent, ask),
            None => Err(RefusalReason::NotAllowed),
        };
        match done {
            Ok(()) => turn.tell(Notice::Done { connection, request }),
            Err(reason) => turn.refuse(connection, Some(request), reason),
        }
    }

    fn carry_out(&mut self, turn: &mut Turn, agent: AgentId, ask: AgentRequest) -> Result<(), RefusalReason> {
        match ask {
            AgentRequest::Accept(id) => self.accept(turn, agent, id),
            AgentRequest::Decline(id) => self.decline(turn, agent, id),
            AgentRequest::Pick(id) => self.pick(turn, agent, id),
            AgentRequest::End(id) => self.end_by_agent(turn, agent, id),
            AgentRequest::Close(id) => self.close_by_agent(turn, agent, id),
            AgentRequest::Release(id) => self.release(turn, agent, id),
            AgentRequest::SetPresence(presence) => self.choose_presence(turn, agent, presence),
            AgentRequest::OfferLink(id) => self.offer_link(turn, agent, id),
            AgentRequest::TakeLink(id, link) => self.take_link(turn, agent, id, link),
            AgentRequest::ReleaseHold(id) => self.release_hold(turn, agent, id),
        }
    }

    /// Whoever presses first has it: a running offer to somebody else is withdrawn, uncounted.
    fn pick(&mut self, turn: &mut Turn, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        match known.stage {
            Stage::Open(waiting) => {
                if !self.serves(agent, known.queue) {
                    return Err(RefusalReason::NotAllowed);
                }
                let own = waiting.offer.is_some_and(|offer| offer.agent == agent);
                if !own {
                    self.withdraw_offer(turn, id);
                }
                self.take_over(turn, agent, id, !own);
                Ok(())
            }
            Stage::Active { agent: has, .. } if has == agent => Err(RefusalReason::WrongState),
            Stage::Active { .. } => Err(RefusalReason::AlreadyTaken),
            Stage::WrapUp(_) => Err(RefusalReason::ConversationEnded),
            Stage::Closed { .. } => Err(RefusalReason::ConversationClosed),
        }
    }
}
