//! What is derived from the record so that no input costs more when there are more conversations: deadlines in order, queues in
//! order, tokens. Rebuilt on replay, kept in step after every fact.

use std::collections::{BTreeMap, BTreeSet};

use model::{AgentId, ConversationId, QueueId, Timestamp, TokenHash, WorkMode};

use crate::record::{AgentLink, AgentRecord, ConversationRecord, CustomerLink, Record, Stage};

/// What can be due. Deadlines of one instant fire in the order of these variants, then of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// 10 s after the customer's last sign of life.
    CustomerMayBeAway(ConversationId),
    Disconnect(ConversationId),
    MissOffer(ConversationId),
    AskStillWaiting(ConversationId),
    AutoClose(ConversationId),
    /// 10 s after the agent's last sign of life.
    AgentMayBeAway(AgentId),
    AgentGone(AgentId),
    FreeBlock(AgentId, ConversationId),
    EndWrapUp(ConversationId),
    Forget(ConversationId),
    /// An agent who had it before may be offered it again.
    OfferAgain(ConversationId),
    StopCustomerTyping(ConversationId),
    StopAgentTyping(ConversationId),
    TellPlaces(QueueId),
}

/// The place in a queue: when the conversation first became Open; of the same instant, the lower number first.
pub(crate) type Place = (Timestamp, u32);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct QueueIndex {
    /// Open ones.
    pub(crate) waiting: BTreeMap<Place, ConversationId>,
    /// Those that can be offered now: push, no running offer, the customer not away.
    pub(crate) offerable: BTreeMap<Place, ConversationId>,
    /// Who serves it, enabled.
    pub(crate) agents: BTreeSet<AgentId>,
    /// A telling of places is due.
    pub(crate) is_telling: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) deadlines: BTreeSet<(Timestamp, Deadline)>,
    pub(crate) queues: BTreeMap<QueueId, QueueIndex>,
    pub(crate) tokens: BTreeMap<TokenHash, ConversationId>,
}

/// What the index holds of one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) token: TokenHash,
    pub(crate) deadlines: [Option<(Timestamp, Deadline)>; 4],
    pub(crate) waiting: Option<(QueueId, Place)>,
    pub(crate) offerable: bool,
}

impl Keys {
    pub(crate) fn of(record: &Record, id: ConversationId, conversation: &ConversationRecord) -> Self {
        let mut deadlines = [None; 4];
        match conversation.stage {
            Stage::Open(waiting) => {
                deadlines[0] = waiting.offer.map(|offer| (offer.until, Deadline::MissOffer(id)));
                deadlines[1] = Some((waiting.ask_at, Deadline::AskStillWaiting(id)));
                deadlines[2] = Some((waiting.close_at, Deadline::AutoClose(id)));
            }
            Stage::WrapUp(wrap_up) => {
                deadlines[0] = wrap_up.session.map(|session| (session.closes_at, Deadline::EndWrapUp(id)));
            }
            Stage::Closed { forget_at, .. } => deadlines[0] = Some((forget_at, Deadline::Forget(id))),
            Stage::Active { .. } => {}
        }
        if let CustomerLink::Away { disconnected_at, .. } = conversation.link {
            deadlines[3] = Some((disconnected_at, Deadline::Disconnect(id)));
        }
        let is_away = matches!(conversation.link, CustomerLink::Away { .. });
        let waiting = conversation.waiting();
        Self {
            token: conversation.token,
            deadlines,
            waiting: waiting.map(|_| (conversation.queue, place(conversation))),
            offerable: !is_away
                && waiting.is_some_and(|waiting| waiting.offer.is_none())
                && record.workstreams.get(&conversation.workstream).is_none_or(|rules| rules.mode == WorkMode::Push),
        }
    }
}

pub(crate) fn place(conversation: &ConversationRecord) -> Place {
    (conversation.opened_at, conversation.number)
}

/// The deadlines of one agent.
pub(crate) fn agent_deadlines(id: AgentId, agent: &AgentRecord) -> Vec<(Timestamp, Deadline)> {
    let mut deadlines = Vec::new();
    if let AgentLink::Lost { told_at, gone_at, .. } = agent.link {
        deadlines.push((told_at, Deadline::AgentMayBeAway(id)));
        deadlines.push((gone_at, Deadline::AgentGone(id)));
    }
    for (conversation, work) in &agent.work {
        // The end of an offer is a deadline of its conversation.
        if let Some(until) = work.until.filter(|_| work.kind != crate::record::WorkKind::Offer) {
            deadlines.push((until, Deadline::FreeBlock(id, *conversation)));
        }
    }
    deadlines
}

impl Index {
    /// Everything from the record. What hangs on `live` is added by the desk.
    pub(crate) fn of(record: &Record) -> Self {
        let mut index = Self::default();
        for (id, conversation) in &record.conversations {
            index.add(*id, &Keys::of(record, *id, conversation));
        }
        for (id, agent) in &record.agents {
            index.deadlines.extend(agent_deadlines(*id, agent));
            index.serve(*id, agent);
        }
        index
    }

    pub(crate) fn queue_mut(&mut self, queue: QueueId) -> &mut QueueIndex {
        self.queues.entry(queue).or_default()
    }

    pub(crate) fn serve(&mut self, id: AgentId, agent: &AgentRecord) {
        for queue in &agent.rules.queues {
            let agents = &mut self.queue_mut(*queue).agents;
            if agent.rules.enabled {
                agents.insert(id);
            } else {
                agents.remove(&id);
            }
        }
    }

    pub(crate) fn leave_queues(&mut self, id: AgentId) {
        for queue in self.queues.values_mut() {
            queue.agents.remove(&id);
        }
    }

    fn add(&mut self, id: ConversationId, keys: &Keys) {
        self.tokens.insert(keys.token, id);
        self.deadlines.extend(keys.deadlines.iter().flatten());
        if let Some((queue, place)) = keys.waiting {
            let queue = self.queue_mut(queue);
            queue.waiting.insert(place, id);
            if keys.offerable {
                queue.offerable.insert(place, id);
            }
        }
    }

    /// Brings the index in step after a fact. A deadline that fired and stays in the record is not added again.
    pub(crate) fn change(&mut self, id: ConversationId, before: Option<Keys>, after: Option<Keys>) {
        if before == after {
            return;
        }
        for slot in 0..4 {
            let old = before.and_then(|keys| keys.deadlines[slot]);
            let new = after.and_then(|keys| keys.deadlines[slot]);
            if old != new {
                if let Some(old) = old {
                    self.deadlines.remove(&old);
                }
                self.deadlines.extend(new);
            }
        }
        if let Some((queue, place)) = before.and_then(|keys| keys.waiting) {
            let queue = self.queue_mut(queue);
            queue.waiting.remove(&place);
            queue.offerable.remove(&place);
        }
        if let Some((queue, place)) = after.and_then(|keys| keys.waiting) {
            let offerable = after.is_some_and(|keys| keys.offerable);
            let queue = self.queue_mut(queue);
            queue.waiting.insert(place, id);
            if offerable {
                queue.offerable.insert(place, id);
            }
        }
        match (before, after) {
            (None, Some(keys)) => {
                self.tokens.insert(keys.token, id);
            }
            (Some(keys), None) => {
                self.tokens.remove(&keys.token);
            }
            _ => {}
        }
    }
}
