//! How each fact changes the record. Total: it never fails, whatever the order of facts, and reads nothing but the record.

use model::{AgentId, ConversationId, Millis, QueueRules, Timestamp, Units};

use crate::fact::Fact;
use crate::fold_conversation::fold_words;
use crate::record::{AgentLink, AgentRecord, ConversationRecord, CustomerLink, Record, Stage, WorkKind, WrapUp};
use crate::times;

impl Record {
    /// Replays facts from the beginning.
    #[must_use]
    pub fn replay<'a>(facts: impl IntoIterator<Item = (Timestamp, &'a Fact)>) -> Self {
        let mut record = Self::default();
        for (at, fact) in facts {
            record.apply(at, fact);
        }
        record
    }

    /// Folds one fact in.
    pub fn apply(&mut self, at: Timestamp, fact: &Fact) {
        self.last_at = self.last_at.max(at);
        match fact {
            Fact::RelayStarted { down_since } => {
                self.move_deadlines(at.since(*down_since));
                self.lose_agents(at);
            }
            Fact::WritesResumed { down_since } => self.move_deadlines(at.since(*down_since)),
            Fact::AgentConfigured(agent, rules) => self.configure_agent(*agent, rules),
            Fact::QueueConfigured(queue, assignment) => {
                let rules = QueueRules { assignment: *assignment, ..QueueRules::DEFAULT };
                self.queues.entry(*queue).or_default().rules = rules;
            }
            Fact::QueueRulesSet(queue, rules) => {
                self.queues.entry(*queue).or_default().rules = rules.clone();
            }
            Fact::RoutingSet(workstream, routing) => {
                self.routings.insert(*workstream, routing.clone());
            }
            Fact::WorkstreamConfigured(workstream, rules) => {
                self.workstreams.insert(*workstream, rules.clone());
            }
            Fact::WidgetConfigured(widget, rules) => {
                self.widgets.insert(*widget, rules.clone());
            }
            Fact::PresenceConfigured(presence, base) => {
                match base {
                    Some(base) => self.presences.insert(*presence, *base),
                    None => self.presences.remove(presence),
                };
            }
            Fact::DistributionSet(workstream, distribution) => {
                self.distributions.insert(*workstream, distribution.clone());
            }
            Fact::DefaultPresenceSet(agent, begins_in) => self.set_agent(*agent, |known| known.begins_in = *begins_in),
            Fact::AgentArrived(agent) => self.set_agent(*agent, |known| {
                known.link = AgentLink::Here;
                known.set_presence(None, None, None);
            }),
            Fact::AgentLost { agent, since } => self.set_agent(*agent, |known| known.link = lost(*since)),
            Fact::AgentReturned(agent) => self.set_agent(*agent, |known| known.link = AgentLink::Here),
            Fact::AgentGone(agent) | Fact::AgentSignedOut(agent) => self.set_agent(*agent, |known| {
                known.link = AgentLink::Gone;
                known.set_presence(None, None, None);
            }),
            Fact::PresenceChosen { agent, presence } => {
                self.set_agent(*agent, |known| known.set_presence(*presence, None, None));
            }
            Fact::PresenceSetBy { agent, presence, by } => {
                self.set_agent(*agent, |known| known.set_presence(*presence, None, presence.map(|_| *by)));
            }
            Fact::CustomPresenceChosen { agent, presence, base, by } => {
                self.set_agent(*agent, |known| known.set_presence(Some(*base), Some(*presence), *by));
            }
            Fact::SupervisionConfigured(rights) => self.supervision = *rights,
            Fact::CapacityFreed { agent, conversation } => {
                self.set_agent(*agent, |known| free_block(known, *conversation));
            }
            Fact::Conversation { id, position, customer_seq, agents_seq, what } => {
                self.fold_conversation(at, *id, what);
                if let Some(conversation) = self.conversations.get_mut(id) {
                    if (conversation.customer_seq, conversation.agents_seq) != (*customer_seq, *agents_seq) {
                        conversation.last_at = at;
                    }
                    conversation.position = *position;
                    conversation.customer_seq = *customer_seq;
                    conversation.agents_seq = *agents_seq;
                    fold_words(conversation, what);
                }
            }
        }
    }

    pub(crate) fn set_agent(&mut self, agent: AgentId, change: impl FnOnce(&mut AgentRecord)) {
        if let Some(known) = self.agents.get_mut(&agent) {
            change(known);
        }
    }

    fn configure_agent(&mut self, agent: AgentId, rules: &model::AgentRules) {
        let known = self.agents.entry(agent).or_insert_with(|| AgentRecord::new(rules.clone()));
        known.rules = rules.clone();
        if !rules.enabled {
            known.link = AgentLink::Gone;
            known.set_presence(None, None, None);
        }
    }

    /// Every clock of an agent who was connected starts anew: no console survives the process.
    fn lose_agents(&mut self, at: Timestamp) {
        for agent in self.agents.values_mut().filter(|agent| agent.link == AgentLink::Here) {
            agent.link = lost(at);
        }
    }

    fn move_deadlines(&mut self, by: Millis) {
        for conversation in self.conversations.values_mut() {
            move_conversation(conversation, by);
        }
        for agent in self.agents.values_mut() {
            if let AgentLink::Lost { told_at, gone_at, .. } = &mut agent.link {
                *told_at += by;
                *gone_at += by;
            }
            for until in agent.work.values_mut().filter_map(|work| work.until.as_mut()) {
                *until += by;
            }
        }
    }
}

fn lost(since: Timestamp) -> AgentLink {
    AgentLink::Lost { since, told_at: since + times::AGENT_AWAY_AFTER, gone_at: since + times::AGENT_GRACE }
}

fn free_block(agent: &mut AgentRecord, conversation: ConversationId) {
    let Some(work) = agent.work.get_mut(&conversation) else { return };
    match work.kind {
        WorkKind::Block => {
            agent.work.remove(&conversation);
        }
        WorkKind::WrapUp => {
            work.units = Units(0);
            work.until = None;
        }
        // While a hold runs, its end decides what is freed.
        WorkKind::Offer | WorkKind::Invitation | WorkKind::Active | WorkKind::Hold => {}
    }
}

fn move_conversation(conversation: &mut ConversationRecord, by: Millis) {
    match &mut conversation.stage {
        Stage::Open(waiting) => {
            waiting.since += by;
            waiting.ask_at += by;
            waiting.close_at += by;
            if let Some(offer) = &mut waiting.offer {
                offer.until += by;
            }
        }
        Stage::WrapUp(WrapUp { session: Some(session), .. }) => session.closes_at += by,
        Stage::Closed { forget_at, .. } => *forget_at += by,
        Stage::Active { .. } | Stage::WrapUp(WrapUp { session: None, .. }) => {}
    }
    if let Some(invitation) = conversation.staff_side.as_mut().and_then(|side| side.invitation.as_mut()) {
        invitation.until += by;
    }
    if let CustomerLink::Away { disconnected_at, .. } = &mut conversation.link {
        *disconnected_at += by;
    }
    if let Some(promise) = conversation.ways_back.as_mut().and_then(|ways| ways.promise.as_mut()) {
        promise.until += by;
        if let Some(hold_until) = &mut promise.hold_until {
            *hold_until += by;
        }
    }
    for staff in conversation.staff.iter_mut().filter(|staff| staff.tries > 0) {
        staff.again_at += by;
    }
}
