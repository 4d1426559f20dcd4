//! Firing what is due. A deadline is over at its instant, and what is due fires in the order of the deadlines.

use model::{HoldEnd, OfferEnd, PromiseEnd};

use crate::desk::Desk;
use crate::index::Deadline;
use crate::outcome::ViewKey;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn fire(&mut self, turn: &mut Turn) {
        while let Some((at, deadline)) = self.index.deadlines.first().copied() {
            if at > turn.now {
                break;
            }
            self.index.deadlines.pop_first();
            self.fire_one(turn, deadline);
        }
    }

    fn fire_one(&mut self, turn: &mut Turn, deadline: Deadline) {
        match deadline {
            Deadline::CustomerMayBeAway(id) => self.customer_may_be_away(turn, id),
            Deadline::Disconnect(id) => self.disconnect(turn, id),
            Deadline::MissOffer(id) => self.end_offer(turn, id, OfferEnd::Missed),
            Deadline::MissInvitation(id) => self.miss_invitation(turn, id),
            // Asked from now on: the view says so.
            Deadline::AskStillWaiting(id) => turn.changed(ViewKey::Customer(id)),
            Deadline::AutoClose(id) => self.auto_close(turn, id),
            Deadline::Overflow(id) => self.waited_too_long(turn, id),
            Deadline::AgentMayBeAway(agent) => self.agent_may_be_away(turn, agent),
            Deadline::AgentGone(agent) => self.agent_gone(turn, agent),
            Deadline::FreeBlock(agent, id) => self.free_block(turn, agent, id),
            Deadline::EndHold(id) => self.end_hold(turn, id, HoldEnd::Expired),
            Deadline::EndPromise(id) => self.end_promise(turn, id, PromiseEnd::LimitReached),
            Deadline::EndWrapUp(id) => self.end_wrap_up(turn, id),
            Deadline::Forget(id) => self.forget(turn, id),
            Deadline::OfferAgain(id) => {
                self.live.conversation_mut(id).offer_again_at = None;
                turn.to_offer.insert(id);
            }
            Deadline::StopCustomerTyping(id) => self.stop_customer_typing(turn, id),
            Deadline::StopAgentTyping(id) => self.stop_agent_typing(turn, id),
            Deadline::TellPlaces(queue) => self.tell_places_of(turn, queue),
        }
    }
}
