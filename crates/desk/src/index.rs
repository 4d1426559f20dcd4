//! What is derived from the record so that no input costs more when there are more conversations: deadlines in order, queues in
//! order, tokens, links, signed-in customers. Rebuilt on replay, kept in step after every fact.

use std::collections::{BTreeMap, BTreeSet};

use model::{AgentId, ConversationId, IdentityHash, LinkHash, QueueId, Timestamp, TokenHash, WidgetId, WorkMode};

use crate::record::{AgentLink, AgentRecord, ConversationRecord, CustomerLink, Record, Stage, WorkKind};

/// What can be due. Deadlines of one instant fire in the order of these variants, then of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// 10 s after the customer's last sign of life.
    CustomerMayBeAway(ConversationId),
    Disconnect(ConversationId),
    MissOffer(ConversationId),
    MissInvitation(ConversationId),
    AskStillWaiting(ConversationId),
    AutoClose(ConversationId),
    /// It waited in its queue for longer than the queue allows.
    Overflow(ConversationId),
    /// 10 s after the agent's last sign of life.
    AgentMayBeAway(AgentId),
    AgentGone(AgentId),
    FreeBlock(AgentId, ConversationId),
    /// The agent's place is kept no longer.
    EndHold(ConversationId),
    /// The customer may not come back any more.
    EndPromise(ConversationId),
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
    pub(crate) links: BTreeMap<LinkHash, ConversationId>,
    /// The one live conversation of each signed-in customer of a widget.
    pub(crate) identities: BTreeMap<(WidgetId, IdentityHash), ConversationId>,
}

/// The secrets that lead to one conversation.
#[derive(Default)]
pub(crate) struct Secrets {
    tokens: Vec<TokenHash>,
    links: Vec<LinkHash>,
}

impl Secrets {
    pub(crate) fn of(conversation: &ConversationRecord) -> Self {
        let added = conversation.added_tokens().iter().map(|added| added.token);
        Self { tokens: added.chain([conversation.token]).collect(), links: conversation.links().to_vec() }
    }
}

/// What the index holds of one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    /// Of a live one that is a signed-in customer's.
    pub(crate) identity: Option<(WidgetId, IdentityHash)>,
    pub(crate) deadlines: [Option<(Timestamp, Deadline)>; 5],
    pub(crate) waiting: Option<(QueueId, Place)>,
    pub(crate) offerable: bool,
}

impl Keys {
    pub(crate) fn of(record: &Record, id: ConversationId, conversation: &ConversationRecord) -> Self {
        let mut deadlines = [None; 5];
        match conversation.stage {
            Stage::Open(waiting) => {
                deadlines[0] = waiting.offer.map(|offer| (offer.until, Deadline::MissOffer(id)));
                deadlines[1] = Some((waiting.ask_at, Deadline::AskStillWaiting(id)));
                deadlines[2] = Some((waiting.close_at, Deadline::AutoClose(id)));
                let slow = record.slow_rule(conversation);
                deadlines[4] = slow.map(|rule| (waiting.since + rule.wait_max, Deadline::Overflow(id)));
            }
            Stage::WrapUp(wrap_up) => {
                deadlines[0] = wrap_up.session.map(|session| (session.closes_at, Deadline::EndWrapUp(id)));
                if let Some(promise) = conversation.promise() {
                    deadlines[1] = promise.hold_until.map(|until| (until, Deadline::EndHold(id)));
                    deadlines[2] = Some((promise.until, Deadline::EndPromise(id)));
                }
            }
            Stage::Closed { forget_at, .. } => deadlines[0] = Some((forget_at, Deadline::Forget(id))),
            Stage::Active { .. } => {
                deadlines[0] =
                    conversation.invitation().map(|invitation| (invitation.until, Deadline::MissInvitation(id)));
            }
        }
        if let CustomerLink::Away { disconnected_at, .. } = conversation.link {
            deadlines[3] = Some((disconnected_at, Deadline::Disconnect(id)));
        }
        let is_away = matches!(conversation.link, CustomerLink::Away { .. });
        let waiting = conversation.waiting();
        Self {
            identity: conversation
                .identity()
                .filter(|_| conversation.is_live())
                .map(|identity| (conversation.widget, identity)),
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
        // The ends of an offer, of an invitation and of a hold are deadlines of their conversation.
        if let Some(until) =
            work.until.filter(|_| !matches!(work.kind, WorkKind::Offer | WorkKind::Invitation | WorkKind::Hold))
        {
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
            index.learn(*id, Secrets::of(conversation));
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
        self.identities.extend(keys.identity.map(|customer| (customer, id)));
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
        for slot in 0..5 {
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
        let (was, is) = (before.and_then(|keys| keys.identity), after.and_then(|keys| keys.identity));
        if was != is {
            if let Some(was) = was {
                self.identities.remove(&was);
            }
            self.identities.extend(is.map(|customer| (customer, id)));
        }
    }

    pub(crate) fn learn(&mut self, id: ConversationId, secrets: Secrets) {
        self.tokens.extend(secrets.tokens.into_iter().map(|token| (token, id)));
        self.links.extend(secrets.links.into_iter().map(|link| (link, id)));
    }

    pub(crate) fn unlearn(&mut self, secrets: &Secrets) {
        for token in &secrets.tokens {
            self.tokens.remove(token);
        }
        for link in &secrets.links {
            self.links.remove(link);
        }
    }
}
