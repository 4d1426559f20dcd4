//! Picking an Open conversation, whatever the capacity (product 5); and all that an agent can ask for.

use model::{AgentId, ConnectionId, ConversationId, MonitorEnd};

use crate::desk::Desk;
use crate::input::AgentRequest;
use crate::outcome::{Notice, RefusalReason};
use crate::policy::Action;
use crate::record::Stage;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn ask(&mut self, turn: &mut Turn, connection: ConnectionId, request: u32, ask: AgentRequest) {
        match self.live.agent(connection) {
            Some(agent) => self.answer_ask(turn, connection, request, agent, ask),
            None => turn.refuse(connection, Some(request), RefusalReason::NotAllowed),
        }
    }

    pub(crate) fn answer_ask(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        request: u32,
        agent: AgentId,
        ask: AgentRequest,
    ) {
        if let AgentRequest::WhyWaiting(conversation) = ask {
            return self.answer_why(turn, connection, request, agent, conversation);
        }
        match self.carry_out(turn, agent, ask) {
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
            AgentRequest::Consult(id, to) => self.consult(turn, agent, id, to),
            AgentRequest::ConsultQueue(id, queue) => self.consult_queue(turn, agent, id, queue),
            AgentRequest::EndConsult(id, whose) => self.end_consult_by_primary(turn, agent, id, whose),
            AgentRequest::LetIn(id, whom) => self.let_in(turn, agent, id, whom),
            AgentRequest::LeaveConsult(id) => self.leave_consult(turn, agent, id),
            AgentRequest::TransferToAgent(id, to) => self.transfer_to_agent(turn, agent, id, to),
            AgentRequest::TransferToQueue(id, queue) => self.transfer_to_queue(turn, agent, id, queue),
            AgentRequest::WithdrawInvitation(id) => self.withdraw_by_agent(turn, agent, id),
            AgentRequest::AcceptInvitation(id) => self.accept_invitation(turn, agent, id),
            AgentRequest::DeclineInvitation(id) => self.decline_invitation(turn, agent, id),
            AgentRequest::Monitor(id) => self.monitor(turn, agent, id),
            AgentRequest::StopMonitoring(id) => self.stop_monitoring(turn, agent, id),
            AgentRequest::Join(id) => self.join_as_supervisor(turn, agent, id),
            AgentRequest::AssignToAgent(id, to) => self.assign_to_agent(turn, agent, id, to),
            AgentRequest::AssignToQueue(id, queue) => self.assign_to_queue(turn, agent, id, queue),
            AgentRequest::SupervisorTransfer(id, to) => self.supervisor_transfer(turn, agent, id, to),
            AgentRequest::ForceClose(id) => self.force_close(turn, agent, id),
            AgentRequest::SetPresenceOf(whose, presence) => self.set_presence_of(turn, agent, whose, presence),
            AgentRequest::SetCustomPresence(presence) => self.choose_custom_presence(turn, agent, presence),
            AgentRequest::SetCustomPresenceOf(whose, presence) => {
                self.set_custom_presence_of(turn, agent, whose, presence)
            }
            // Answered otherwise than by being done: see `ask_why`.
            AgentRequest::WhyWaiting(_) => Ok(()),
            AgentRequest::Read(id, upto) => self.read_as_agent(turn, agent, id, upto),
            AgentRequest::Type(id) => self.type_as_agent(turn, agent, id),
        }
    }

    /// Whoever presses first has it: a running offer to somebody else is withdrawn, uncounted.
    fn pick(&mut self, turn: &mut Turn, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        match known.stage {
            Stage::Open(waiting) => {
                self.allows(agent, Action::Pick, known)?;
                let own = waiting.offer.is_some_and(|offer| offer.agent == agent);
                if !own {
                    self.withdraw_offer(turn, id);
                }
                self.end_monitoring(turn, id, agent, MonitorEnd::BecameTheirs);
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
