//! How a promise changes the record: what a disconnected customer was told, the agent's hold, and who else may come in.

use model::{CloseReason, ConversationId, HoldEnd, PromiseEnd, ReturnedBy, Timestamp, TokenHash, Units};

use crate::record::{ConversationRecord, CustomerLink, Record, Stage, Work, WorkKind, WrapUp};
use crate::ways_back::{AddedToken, Promise};
use crate::{limits, times};

impl Record {
    /// Active → Wrap-up; with reconnect on, with a promise. Open: the same without a session, where an agent once had it; else the
    /// fact that closes it follows.
    pub(crate) fn fold_disconnected(&mut self, at: Timestamp, id: ConversationId) {
        self.set(id, |conversation| {
            if let CustomerLink::Away { since, .. } = conversation.link {
                conversation.link = CustomerLink::Disconnected { since };
            }
        });
        self.fold_wrap_up(at, id, CloseReason::CustomerDisconnected);
        let Some(rules) = self.rules(id) else { return };
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let Some(reconnect) = conversation.reconnect else { return };
        let because = CloseReason::CustomerDisconnected;
        if matches!(conversation.stage, Stage::Open(_)) && conversation.last_agent.is_some() {
            conversation.stage = Stage::WrapUp(WrapUp { since: at, because, session: None });
        }
        let Stage::WrapUp(wrap_up) = &mut conversation.stage else { return };
        let hold_until = at + reconnect.hold_for;
        let held = wrap_up.session.as_mut().filter(|_| hold_until > at);
        let agent = held.map(|session| {
            session.closes_at = session.closes_at.max(hold_until + rules.auto_close_wrap_up_after);
            session.agent
        });
        let promise = Promise { until: at + reconnect.limit, hold_until: agent.map(|_| hold_until), extensions: 0 };
        let ways = conversation.ways_back_mut();
        (ways.promise, ways.returned_by) = (Some(promise), None);
        let cost = conversation.cost;
        if let Some(work) =
            agent.and_then(|agent| self.agents.get_mut(&agent)).and_then(|known| known.work.get_mut(&id))
        {
            // Where the rule blocks nothing, its block was over at once.
            let until = if work.units == Units(0) { Some(at) } else { work.until };
            *work = Work { kind: WorkKind::Hold, units: cost, until, ..*work };
        }
    }

    /// Within the hold the same session goes on; after it the facts that follow bring the conversation back to its queue.
    pub(crate) fn fold_returned(&mut self, id: ConversationId, how: ReturnedBy) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let session = conversation.session_agent();
        let previous = conversation.last_agent;
        let previous = previous.filter(|agent| conversation.staff(*agent).is_none_or(|staff| !staff.gave_back));
        conversation.link = CustomerLink::Here;
        let ways = conversation.ways_back_mut();
        let promise = ways.promise.take();
        ways.returned_by = Some(how);
        let Some(agent) = session.filter(|_| promise.is_some_and(|promise| promise.hold_until.is_some())) else {
            ways.asked_first = previous;
            return;
        };
        let cost = conversation.cost;
        if let Some(work) = self.agents.get_mut(&agent).and_then(|known| known.work.get_mut(&id)) {
            *work = Work { kind: WorkKind::Active, units: cost, until: None, ..*work };
            conversation.stage = Stage::Active { agent, since: work.since };
        }
    }

    pub(crate) fn fold_hold_ended(&mut self, at: Timestamp, id: ConversationId, why: HoldEnd) {
        let Some(agent) = self.fold_no_hold(at, id) else { return };
        if why != HoldEnd::Released {
            return;
        }
        // The session ends by itself 15 min after what is now the last of its reasons to stay.
        let Some(rules) = self.rules(id) else { return };
        let block = self.agents.get(&agent).and_then(|known| known.work.get(&id)).and_then(|work| work.until);
        self.set(id, |conversation| {
            if let Stage::WrapUp(WrapUp { session: Some(session), .. }) = &mut conversation.stage {
                session.closes_at = block.unwrap_or(at).max(at) + rules.auto_close_wrap_up_after;
            }
        });
    }

    pub(crate) fn fold_promise_ended(&mut self, at: Timestamp, id: ConversationId, why: PromiseEnd) {
        self.fold_no_hold(at, id);
        self.set(id, |conversation| {
            if let Some(ways) = &mut conversation.ways_back {
                ways.promise = None;
            }
            if let Stage::WrapUp(wrap_up) = &mut conversation.stage {
                wrap_up.because = match why {
                    PromiseEnd::LimitReached => wrap_up.because,
                    PromiseEnd::StartedNew | PromiseEnd::EndedByCustomer => CloseReason::CustomerEnded,
                    PromiseEnd::ForceClosed => CloseReason::ForceClosed,
                };
            }
        });
    }

    /// The hold is over, if there is one; the wrap-up rule goes on. Gives the agent whose session goes on.
    fn fold_no_hold(&mut self, at: Timestamp, id: ConversationId) -> Option<model::AgentId> {
        let conversation = self.conversations.get_mut(&id)?;
        if let Some(promise) = conversation.ways_back.as_mut().and_then(|ways| ways.promise.as_mut()) {
            promise.hold_until = None;
        }
        let agent = conversation.session_agent()?;
        if let Some(work) = self.agents.get_mut(&agent).and_then(|known| known.work.get_mut(&id)) {
            end_hold(work, at);
        }
        Some(agent)
    }
}

/// What the wrap-up rule alone says counts from now on.
pub(crate) fn end_hold(work: &mut Work, at: Timestamp) {
    if work.kind != WorkKind::Hold {
        return;
    }
    work.kind = WorkKind::WrapUp;
    if work.until.is_some_and(|until| until <= at) {
        (work.units, work.until) = (Units(0), None);
    }
}

pub(crate) fn extend(conversation: &mut ConversationRecord) {
    if let Some(promise) = conversation.ways_back.as_mut().and_then(|ways| ways.promise.as_mut()) {
        promise.until += times::EXTENSION;
        promise.extensions = promise.extensions.saturating_add(1);
    }
}

pub(crate) fn forget_asked_first(conversation: &mut ConversationRecord) {
    if let Some(ways) = &mut conversation.ways_back {
        ways.asked_first = None;
    }
}

/// The first token stays; of those that came after it, the oldest goes.
pub(crate) fn add_token(conversation: &mut ConversationRecord, token: TokenHash, how: ReturnedBy, stands_alone: bool) {
    let ways = conversation.ways_back_mut();
    if ways.tokens.len() + 1 >= limits::TOKENS_PER_CONVERSATION_MAX {
        ways.tokens.remove(0);
    }
    ways.tokens.push(AddedToken { token, stands_alone });
    ways.returned_by = Some(how);
}
