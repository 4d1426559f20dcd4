//! Offers: whoever waits longest, to whoever is eligible.

use model::{AgentId, AssignmentMethod, OfferEnd, Presence, WorkMode};
use rejoin_desk::{ConversationFact as What, Notice};

use super::{Chosen, Clock, Reference, State, Talk, Where};

impl Reference {
    pub(super) fn end_offer(&mut self, index: usize, how: OfferEnd) {
        let Some(agent) = self.talks[index].offer else { return };
        self.note(index, What::OfferEnded { agent, how });
        let id = self.talks[index].id;
        self.talks[index].offer = None;
        self.stop(Clock::Miss(id));
        if how != OfferEnd::Withdrawn {
            self.talks[index].asked_first = None;
            self.count_try(index, agent);
        }
        let stays_away = self.routings.get(&self.talks[index].stream).is_some_and(|it| it.decline_sets_do_not_disturb);
        let set = &mut self.people.get_mut(&agent).unwrap().set;
        if how == OfferEnd::Missed {
            *set = Some(Chosen::plain(Presence::Inactive));
        } else if how == OfferEnd::Declined && stays_away {
            *set = Some(Chosen::plain(Presence::DoNotDisturb));
        }
        self.drop_strangers(index);
    }

    /// All that waits, by the queue's priority and then the longest waiting first, as long as something can be offered.
    pub(super) fn make_offers(&mut self) {
        let priority = |talk: &Talk| self.queues[&talk.queue].priority;
        let waiting = self.talks.iter().map(|talk| (priority(talk), talk.opened, talk.number, talk.id));
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort_unstable();
        for (_, _, _, id) in waiting {
            let index = self.find(id).unwrap();
            if let Some(agent) = self.eligible(index) {
                let rules = self.rules(index);
                let until = self.now + rules.offer_for;
                self.note(index, What::OfferMade { agent, until });
                self.talks[index].offer = Some(agent);
                self.talks[index].beyond.remove(&agent);
                self.turns += 1;
                self.people.get_mut(&agent).unwrap().turn = self.turns;
                self.run(until, Clock::Miss(id));
            }
        }
    }

    pub(super) fn eligible(&self, index: usize) -> Option<AgentId> {
        let talk = &self.talks[index];
        let rules = &self.streams[&talk.stream];
        if talk.state != State::Open
            || talk.offer.is_some()
            || talk.away_since.is_some()
            || rules.mode == WorkMode::Pick
        {
            return None;
        }
        let method = self.queues[&talk.queue].assignment;
        let mut found = Vec::new();
        for (agent, person) in &self.people {
            let (tries, again) = talk.tries.get(agent).copied().unwrap_or((0, self.now));
            if !person.rules.enabled
                || person.at != Where::In
                || !person.rules.queues.contains(&talk.queue)
                || tries >= rules.offers_per_agent_max
                || again > self.now
            {
                continue;
            }
            let free = person.rules.capacity.0 - self.used(*agent);
            if free >= talk.cost.0 && self.takes(talk.stream, *agent) {
                let least = if method == AssignmentMethod::HighestCapacity { -free } else { 0 };
                let is_first = talk.asked_first == Some(*agent) && self.asks_previous_first(talk.stream);
                found.push((!is_first, tries, least, person.turn, *agent));
            }
        }
        found.into_iter().min().map(|(.., agent)| agent)
    }

    pub(super) fn take_over(&mut self, index: usize, agent: AgentId, picked: bool) {
        if picked {
            let beyond = self.goes_beyond(index, agent);
            self.talks[index].beyond.insert(agent, beyond);
        }
        self.note(index, What::AgentJoined { agent, picked });
        let id = self.talks[index].id;
        let talk = &self.talks[index];
        if talk.took_part.is_empty() {
            self.waits.entry(talk.queue).or_default().push((self.now, self.now.since(talk.queued_at)));
        }
        self.talks[index].state = State::Active(agent);
        self.talks[index].offer = None;
        self.talks[index].took_part.insert(agent);
        self.talks[index].last_agent = Some(agent);
        self.talks[index].asked_first = None;
        self.talks[index].gave_back.remove(&agent);
        self.stop(Clock::Miss(id));
        self.stop(Clock::AutoClose(id));
        if picked {
            self.turns += 1;
            self.people.get_mut(&agent).unwrap().turn = self.turns;
        }
        self.forget_short_choice(agent);
        self.drop_strangers(index);
    }

    pub(super) fn drop_strangers(&mut self, index: usize) {
        let conversation = self.talks[index].id;
        for connection in self.talks[index].followers.clone() {
            let agent = self.agent_of(connection).unwrap();
            if !self.may_read(agent, index) {
                self.talks[index].followers.retain(|follower| *follower != connection);
                self.replies.push(Notice::Unfollowed { connection, conversation });
            }
        }
    }
}
