//! One call of `handle` while it runs: what was written, who must hear, what has to be looked at again before it ends.

use std::collections::BTreeSet;

use model::{AgentId, Audience, ConnectionId, ConversationId, QueueId, SendKey, Timestamp};

use crate::desk::Desk;
use crate::fact::{Body, ConversationFact, Fact, Recorded};
use crate::index::{Keys, Secrets, agent_deadlines};
use crate::outcome::{Notice, RefusalReason, ViewKey};
use crate::record::AgentLink;

#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) now: Timestamp,
    pub(crate) facts: Vec<Recorded>,
    pub(crate) notices: Vec<Notice>,
    changed: BTreeSet<ViewKey>,
    heads: BTreeSet<ConversationId>,
    /// Queues in which an agent may have become eligible.
    pub(crate) agents_freed: BTreeSet<QueueId>,
    /// Conversations that may have become offerable.
    pub(crate) to_offer: BTreeSet<ConversationId>,
    /// Queues in which somebody came or went.
    pub(crate) moved: BTreeSet<QueueId>,
}

impl Turn {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            now,
            facts: Vec::new(),
            notices: Vec::new(),
            changed: BTreeSet::new(),
            heads: BTreeSet::new(),
            agents_freed: BTreeSet::new(),
            to_offer: BTreeSet::new(),
            moved: BTreeSet::new(),
        }
    }

    pub(crate) fn tell(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// The agents whose views have changed so far.
    pub(crate) fn agents_changed(&self) -> Vec<AgentId> {
        let agent = |key: &ViewKey| if let ViewKey::Agent(agent) = key { Some(*agent) } else { None };
        self.changed.iter().filter_map(agent).collect()
    }

    pub(crate) fn changed(&mut self, key: ViewKey) {
        self.changed.insert(key);
    }

    pub(crate) fn refuse(&mut self, connection: ConnectionId, request: Option<u32>, reason: RefusalReason) {
        self.tell(Notice::Refused { connection, request, reason });
    }

    pub(crate) fn not_sent(
        &mut self,
        connection: ConnectionId,
        conversation: Option<ConversationId>,
        key: SendKey,
        reason: RefusalReason,
    ) {
        self.tell(Notice::NotSent { connection, conversation, key, reason });
    }

    /// Replies first, then heads, then views, so that an answer never waits behind the state it causes.
    pub(crate) fn finish(mut self, desk: &Desk) -> (Vec<Recorded>, Vec<Notice>) {
        for id in &self.heads {
            if let Some(conversation) = desk.record.conversations.get(id) {
                self.notices.push(Notice::Head {
                    conversation: *id,
                    customer: conversation.customer_seq,
                    agents: conversation.agents_seq,
                });
            }
        }
        self.notices.extend(self.changed.iter().copied().map(Notice::Changed));
        (self.facts, self.notices)
    }
}

/// Whose views a fact of a conversation changes.
struct Sees {
    customer: bool,
    /// Windows that follow it.
    followers: bool,
    /// Desks that have a card of it.
    desks: bool,
    /// Agents on the floor, by what they take part in.
    floor_agents: bool,
}

fn sees(what: &ConversationFact) -> Sees {
    let (customer, followers, desks) = match what {
        // An internal message must not show on the customer's side at all, not even as an unchanged state.
        ConversationFact::Said { audience: Audience::Agents, .. }
        | ConversationFact::CustomerAway { .. }
        | ConversationFact::LinkMinted { .. }
        | ConversationFact::Invited { .. }
        | ConversationFact::InvitationEnded { .. }
        | ConversationFact::MonitoringBegan(_)
        | ConversationFact::MonitoringEnded { had_joined: false, .. }
        | ConversationFact::Assigned { .. }
        | ConversationFact::ForceClosedBy(_)
        | ConversationFact::CustomerBack => (false, true, true),
        ConversationFact::ReadByCustomer { .. } => (true, true, false),
        ConversationFact::Routed { .. } => (false, false, false),
        ConversationFact::Forgotten => (false, false, true),
        ConversationFact::Started { .. }
        | ConversationFact::Said { audience: Audience::Customer, .. }
        | ConversationFact::OfferMade { .. }
        | ConversationFact::OfferEnded { .. }
        | ConversationFact::ReadByAgent { .. }
        | ConversationFact::AgentJoined { .. }
        | ConversationFact::CustomerDisconnected
        | ConversationFact::WaitingConfirmed
        | ConversationFact::EndedByAgent(_)
        | ConversationFact::EndedByCustomer
        | ConversationFact::SessionEnded { .. }
        | ConversationFact::Requeued
        | ConversationFact::CustomerReturned { .. }
        | ConversationFact::HoldEnded(_)
        | ConversationFact::PromiseEnded(_)
        | ConversationFact::PromiseExtended
        | ConversationFact::LinkOffered(_)
        | ConversationFact::TokenAdded { .. }
        | ConversationFact::CustomerIdentified(_)
        | ConversationFact::Overflowed { .. }
        // The customer's state stays the same; that somebody is asked is told only where an owner wants it to be.
        | ConversationFact::ConsultBegan(_)
        | ConversationFact::ConsultantLetIn { .. }
        | ConversationFact::ConsultEnded { .. }
        | ConversationFact::SentToQueue { .. }
        | ConversationFact::SupervisorJoined(_)
        | ConversationFact::MonitoringEnded { had_joined: true, .. }
        | ConversationFact::Closed(_) => (true, true, true),
    };
    let floor_agents = matches!(
        what,
        ConversationFact::OfferMade { .. }
            | ConversationFact::ConsultBegan(_)
            | ConversationFact::ConsultEnded { .. }
            | ConversationFact::Closed(_)
    );
    Sees { customer, followers, desks, floor_agents }
}

/// An agent whose ledger a fact changes, who need not have been concerned before.
const fn names(what: &ConversationFact) -> Option<AgentId> {
    if let ConversationFact::AgentJoined { agent, .. }
    | ConversationFact::Invited { to: agent, .. }
    | ConversationFact::InvitationEnded { to: agent, .. } = what
    {
        return Some(*agent);
    }
    None
}

/// Whether a fact can change what the index holds of its conversation.
fn moves_index(what: &ConversationFact) -> bool {
    !matches!(
        what,
        ConversationFact::Said { .. }
            | ConversationFact::ReadByCustomer { .. }
            | ConversationFact::ReadByAgent { .. }
            | ConversationFact::Routed { .. }
    )
}

/// Whether a fact can change by which secrets its conversation is found.
fn moves_secrets(what: &ConversationFact) -> bool {
    matches!(
        what,
        ConversationFact::Started { .. }
            | ConversationFact::TokenAdded { .. }
            | ConversationFact::LinkMinted { .. }
            | ConversationFact::Closed(_)
            | ConversationFact::Forgotten
    )
}

impl Desk {
    /// Writes a fact that is of no conversation.
    pub(crate) fn write(&mut self, turn: &mut Turn, fact: Fact) {
        self.record.apply(turn.now, &fact);
        turn.facts.push(Recorded { at: turn.now, fact, body: None });
    }

    /// Writes a fact about one agent and keeps the index and the agent's views in step.
    pub(crate) fn write_agent(&mut self, turn: &mut Turn, agent: AgentId, fact: Fact) {
        let before = self.agent_keys(agent);
        let link = self.record.agents.get(&agent).map(|known| known.link == AgentLink::Gone);
        self.write(turn, fact);
        self.agent_changed(turn, agent, &before);
        if let Some(known) = self.record.agents.get(&agent)
            && link != Some(known.link == AgentLink::Gone)
        {
            self.serving_changed(turn, &known.rules.queues);
        }
    }

    pub(crate) fn agent_keys(&self, agent: AgentId) -> Vec<(Timestamp, crate::index::Deadline)> {
        self.record.agents.get(&agent).map(|known| agent_deadlines(agent, known)).unwrap_or_default()
    }

    pub(crate) fn agent_changed(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        before: &[(Timestamp, crate::index::Deadline)],
    ) {
        let after = self.agent_keys(agent);
        if before != after.as_slice() {
            for old in before.iter().filter(|old| !after.contains(old)) {
                self.index.deadlines.remove(old);
            }
            self.index.deadlines.extend(after.iter().filter(|new| !before.contains(new)));
        }
        self.look_at_agent(turn, agent);
    }

    /// Their desk is another, and perhaps they can be offered something now.
    fn look_at_agent(&self, turn: &mut Turn, agent: AgentId) {
        turn.changed(ViewKey::Agent(agent));
        self.floor_agent_changed(turn, agent);
        if let Some(known) = self.record.agents.get(&agent) {
            turn.agents_freed.extend(known.rules.queues.iter().copied());
        }
    }

    /// Writes a fact of a conversation without words.
    pub(crate) fn note(&mut self, turn: &mut Turn, id: ConversationId, what: ConversationFact) {
        self.note_with(turn, id, what, None);
    }

    /// Writes a fact of a conversation: numbers it, folds it, keeps the index in step, marks the views that change.
    pub(crate) fn note_with(
        &mut self,
        turn: &mut Turn,
        id: ConversationId,
        what: ConversationFact,
        body: Option<Body>,
    ) {
        let sees = sees(&what);
        let (moves_index, moves_secrets) = (moves_index(&what), moves_secrets(&what));
        let known = self.record.conversations.get(&id);
        let (position, customer, agents) = known.map_or((0, model::Seq::START, model::Seq::START), |known| {
            (known.position, known.customer_seq, known.agents_seq)
        });
        let customer_seq = if what.is_for(Audience::Customer) { customer.next() } else { customer };
        let agents_seq = if what.is_for(Audience::Agents) { agents.next() } else { agents };
        let concerned_before = known.and_then(|known| known.agent_concerned());
        let last_agent = known.and_then(|known| known.last_agent);
        let before = known.filter(|_| moves_index).map(|known| Keys::of(&self.record, id, known));
        let secrets = known.filter(|_| moves_secrets).map(|known| Secrets::of(known));
        let beside_before: Vec<AgentId> = known.map(|known| known.beside().collect()).unwrap_or_default();
        let ledgers = if moves_index {
            [concerned_before, names(&what).filter(|agent| Some(*agent) != concerned_before)]
        } else {
            [None; 2]
        };
        let ledgers = ledgers.map(|agent| agent.map(|agent| (agent, self.agent_keys(agent))));

        let fact = Fact::Conversation { id, position: position + 1, customer_seq, agents_seq, what };
        self.record.apply(turn.now, &fact);
        turn.facts.push(Recorded { at: turn.now, fact, body });

        // What the customer reads, agents read, too.
        if agents_seq != agents {
            turn.heads.insert(id);
        }
        if moves_secrets {
            self.follow_secrets(id, secrets);
        }
        if moves_index {
            self.follow_index(turn, id, before);
            if self.live.prompts.contains_key(&id) {
                turn.changed(ViewKey::Prompt(id));
            }
            // Taking one over changes somebody's presence, which may make them eligible where only busy agents are asked.
            for (agent, keys) in ledgers.into_iter().flatten() {
                self.agent_changed(turn, agent, &keys);
            }
        }
        let before = beside_before.into_iter().chain(concerned_before).chain(last_agent);
        self.mark_views(turn, id, &sees, before);
    }

    fn follow_secrets(&mut self, id: ConversationId, before: Option<Secrets>) {
        self.index.unlearn(&before.unwrap_or_default());
        if let Some(known) = self.record.conversations.get(&id) {
            self.index.learn(id, Secrets::of(known));
        }
    }

    fn follow_index(&mut self, turn: &mut Turn, id: ConversationId, before: Option<Keys>) {
        let after = self.record.conversations.get(&id).map(|known| Keys::of(&self.record, id, known));
        self.index.change(id, before, after);
        self.watch(id);
        let (was, is) = (before.and_then(|keys| keys.waiting), after.and_then(|keys| keys.waiting));
        if was != is {
            turn.moved.extend(was.iter().chain(is.iter()).map(|(queue, _)| *queue));
            self.colleagues_changed(turn);
        }
        let was_offerable = before.is_some_and(|keys| keys.offerable) && was == is;
        if after.is_some_and(|keys| keys.offerable) && !was_offerable {
            turn.to_offer.insert(id);
        }
        // Desks that had its card among the open ones lose it, desks of the queue get it.
        if was != is {
            self.open_card_changed(turn, id);
        }
    }

    pub(crate) fn open_card_changed(&self, turn: &mut Turn, id: ConversationId) {
        if !self.live.agents.is_empty() {
            turn.changed(ViewKey::OpenCard(id));
        }
    }

    fn mark_views(&self, turn: &mut Turn, id: ConversationId, sees: &Sees, before: impl Iterator<Item = AgentId>) {
        if sees.customer && self.live.is_customer_connected(id) {
            turn.changed(ViewKey::Customer(id));
        }
        if sees.followers && self.live.conversation(id).is_some_and(|live| !live.followers.is_empty()) {
            turn.changed(ViewKey::Conversation(id));
        }
        if !sees.desks {
            return;
        }
        let known = self.record.conversations.get(&id);
        self.floor_row_changed(turn, id);
        for agent in before.chain(known.into_iter().flat_map(|known| known.agents_concerned())) {
            turn.changed(ViewKey::Agent(agent));
            if sees.floor_agents {
                self.floor_agent_changed(turn, agent);
            }
        }
        if known.is_some_and(|known| known.waiting().is_some()) {
            self.open_card_changed(turn, id);
        }
    }
}
