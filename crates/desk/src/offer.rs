//! Offers: one eligible agent at a time, with a countdown (product 5).

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AgentId, AssignmentMethod, ConversationId, Distribution, MonitorEnd, OfferEnd, Presence, PresenceId, QueueId,
    Timestamp, Units, WorkstreamRules,
};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::index::{Deadline, Place};
use crate::outcome::RefusalReason;
use crate::policy::Action;
use crate::presence::takes;
use crate::record::{AgentLink, ConversationRecord, Stage};
use crate::turn::Turn;

/// An agent who could be offered something, as far as they themselves go.
struct Candidate {
    agent: AgentId,
    presence: Presence,
    custom: Option<PresenceId>,
    free: Units,
    assigned: u64,
}

/// What to look at next while offering.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    /// Of the queue; the smaller goes first.
    priority: u16,
    place: Place,
    id: ConversationId,
    /// Its queue is gone through after it; otherwise only this one is looked at.
    of_queue: Option<QueueId>,
}

/// Whom to offer a conversation to.
enum Choice {
    Agent(AgentId),
    /// Only agents who had it before are eligible, none of them before then.
    Later(Timestamp),
    Nobody,
}

impl Desk {
    /// Offers what can be offered: conversations that became offerable, and all of the queues in which an agent was freed,
    /// over all of these those of the queue with the smallest priority first, then the longest waiting, so that an agent of two
    /// queues gets the oldest of the more important one.
    pub(crate) fn offer_all(&mut self, turn: &mut Turn) {
        while !turn.agents_freed.is_empty() || !turn.to_offer.is_empty() {
            let queues = std::mem::take(&mut turn.agents_freed);
            let singles = std::mem::take(&mut turn.to_offer);
            let mut candidates = BTreeMap::new();
            let mut next: BTreeSet<Next> = singles.into_iter().filter_map(|id| self.single(id)).collect();
            for queue in queues {
                if self.has_room(&mut candidates, queue) {
                    next.extend(self.offerable_after(queue, None));
                }
            }
            while let Some(Next { place, id, of_queue, .. }) = next.pop_first() {
                self.offer(turn, id, &mut candidates);
                if let Some(queue) = of_queue.filter(|queue| self.has_room(&mut candidates, *queue)) {
                    next.extend(self.offerable_after(queue, Some(place)));
                }
            }
        }
    }

    fn single(&self, id: ConversationId) -> Option<Next> {
        let known = self.record.conversations.get(&id)?;
        let place = crate::index::place(known);
        Some(Next { priority: self.record.queue_rules(known.queue).priority, place, id, of_queue: None })
    }

    fn offerable_after(&self, queue: QueueId, after: Option<Place>) -> Option<Next> {
        let offerable = &self.index.queues.get(&queue)?.offerable;
        let mut following = match after {
            Some(after) => offerable.range((std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded)),
            None => offerable.range(..),
        };
        let priority = self.record.queue_rules(queue).priority;
        following.next().map(|(place, id)| Next { priority, place: *place, id: *id, of_queue: Some(queue) })
    }

    /// Whether anybody in the queue could take anything at all; saves going through the queue when nobody can.
    fn has_room(&self, candidates: &mut BTreeMap<QueueId, Vec<Candidate>>, queue: QueueId) -> bool {
        self.candidates(candidates, queue).iter().any(|candidate| candidate.free >= Units(1))
    }

    fn candidates<'a>(
        &self,
        known: &'a mut BTreeMap<QueueId, Vec<Candidate>>,
        queue: QueueId,
    ) -> &'a mut Vec<Candidate> {
        known.entry(queue).or_insert_with(|| {
            let Some(index) = self.index.queues.get(&queue) else { return Vec::new() };
            let agents = index.agents.iter().filter_map(|agent| {
                let known = self.record.agents.get(agent).filter(|known| known.link == AgentLink::Here)?;
                let candidate = Candidate {
                    agent: *agent,
                    presence: known.presence(),
                    custom: known.custom_presence(),
                    free: known.free(),
                    assigned: known.assigned,
                };
                Some(candidate)
            });
            agents.collect()
        })
    }

    /// Offers one conversation, if it can be offered and somebody is eligible.
    fn offer(&mut self, turn: &mut Turn, id: ConversationId, candidates: &mut BTreeMap<QueueId, Vec<Candidate>>) {
        let Some(known) = self.record.conversations.get(&id) else { return };
        let (queue, cost) = (known.queue, known.cost);
        let place = crate::index::place(known);
        if !self.index.queues.get(&queue).is_some_and(|index| index.offerable.contains_key(&place)) {
            return;
        }
        let rules = self.record.rules_of(known);
        let method = self.record.queue_rules(queue).assignment;
        let more = self.record.distribution_of(known);
        match choose(known, &rules, more, method, self.candidates(candidates, queue), turn.now) {
            Choice::Agent(agent) => {
                self.set_offer_again(id, None);
                let until = turn.now + rules.offer_for;
                self.note(turn, id, ConversationFact::OfferMade { agent, until });
                self.offered(turn, agent, cost, candidates);
            }
            Choice::Later(at) => self.set_offer_again(id, Some(at)),
            Choice::Nobody => self.set_offer_again(id, None),
        }
    }

    /// What is known of a candidate changes with an offer.
    fn offered(
        &self,
        turn: &mut Turn,
        agent: AgentId,
        cost: Units,
        candidates: &mut BTreeMap<QueueId, Vec<Candidate>>,
    ) {
        let Some(known) = self.record.agents.get(&agent) else { return };
        let presence = known.presence();
        for candidate in candidates.values_mut().flatten().filter(|candidate| candidate.agent == agent) {
            if candidate.presence != presence {
                // Where only busy agents are asked, becoming busy makes eligible.
                turn.agents_freed.extend(known.rules.queues.iter().copied());
            }
            candidate.free = candidate.free - cost;
            candidate.assigned = known.assigned;
            candidate.presence = presence;
        }
    }

    pub(crate) fn set_offer_again(&mut self, id: ConversationId, at: Option<Timestamp>) {
        if at.is_none() && self.live.conversation(id).is_none() {
            return;
        }
        let before = std::mem::replace(&mut self.live.conversation_mut(id).offer_again_at, at);
        self.swap_deadline(before, at, Deadline::OfferAgain(id));
    }

    /// The running offer ends without being accepted, if there is one.
    pub(crate) fn end_offer(&mut self, turn: &mut Turn, id: ConversationId, how: OfferEnd) {
        let Some(offer) = self.record.conversations.get(&id).and_then(|known| known.offer()) else { return };
        self.note(turn, id, ConversationFact::OfferEnded { agent: offer.agent, how });
        self.drop_strangers(turn, id);
    }

    pub(crate) fn withdraw_offer(&mut self, turn: &mut Turn, id: ConversationId) {
        self.end_offer(turn, id, OfferEnd::Withdrawn);
    }

    pub(crate) fn accept(&mut self, turn: &mut Turn, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        self.has_offer(agent, id)?;
        self.end_monitoring(turn, id, agent, MonitorEnd::BecameTheirs);
        self.take_over(turn, agent, id, false);
        Ok(())
    }

    pub(crate) fn decline(&mut self, turn: &mut Turn, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        self.has_offer(agent, id)?;
        self.end_offer(turn, id, OfferEnd::Declined);
        Ok(())
    }

    fn has_offer(&self, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        match known.stage {
            Stage::Open(_) => self.allows(agent, Action::AnswerOffer, known),
            Stage::Active { agent: has, .. } if has != agent => Err(RefusalReason::AlreadyTaken),
            Stage::Active { .. } | Stage::WrapUp(_) | Stage::Closed { .. } => Err(RefusalReason::OfferGone),
        }
    }

    /// Open → Active: a session begins.
    pub(crate) fn take_over(&mut self, turn: &mut Turn, agent: AgentId, id: ConversationId, picked: bool) {
        self.set_offer_again(id, None);
        self.note(turn, id, ConversationFact::AgentJoined { agent, picked });
        self.drop_strangers(turn, id);
    }
}

/// After a return the agent who had it; then those who never had it; then whoever had it least, 60 s after their last try. Among equals as the queue says.
fn choose(
    known: &ConversationRecord,
    rules: &WorkstreamRules,
    more: &Distribution,
    method: AssignmentMethod,
    candidates: &[Candidate],
    now: Timestamp,
) -> Choice {
    let asked_first = known.ways_back.as_ref().and_then(|ways| ways.asked_first).filter(|_| more.previous_agent_first);
    let mut best: Option<(bool, u8, i64, u64, AgentId)> = None;
    let mut later: Option<Timestamp> = None;
    for candidate in candidates {
        if candidate.free < known.cost || !takes(rules, more, candidate.presence, candidate.custom) {
            continue;
        }
        let (tries, again_at) = known.staff(candidate.agent).map_or((0, now), |staff| (staff.tries, staff.again_at));
        if tries >= rules.offers_per_agent_max {
            continue;
        }
        if tries > 0 && again_at > now {
            later = Some(later.map_or(again_at, |earlier| earlier.min(again_at)));
            continue;
        }
        let load = match method {
            AssignmentMethod::HighestCapacity => -i64::from(candidate.free.0),
            AssignmentMethod::RoundRobin => 0,
        };
        let rank = (asked_first != Some(candidate.agent), tries, load, candidate.assigned, candidate.agent);
        best = Some(best.map_or(rank, |better| better.min(rank)));
    }
    match (best, later) {
        (Some((.., agent)), _) => Choice::Agent(agent),
        (None, Some(at)) => Choice::Later(at),
        (None, None) => Choice::Nobody,
    }
}
