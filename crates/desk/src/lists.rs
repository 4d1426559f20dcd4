//! Lists for those who read them page by page: an agent's own, and the floor; and what is taken of whose capacity.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use model::{AgentId, ConversationId, QueueId, Timestamp, WidgetId};

use crate::desk::Desk;
use crate::index::place;
use crate::outcome::RefusalReason;
use crate::policy::Action;
use crate::record::{AgentRecord, ConversationRecord, Stage, WorkKind};
use crate::view::{ConversationView, FloorRowView, LedgerEntry};

/// Where a conversation stands in every list: when it first became Open, and its number, which no other has.
pub type Rank = (Timestamp, u32);

/// A list of an agent's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Active and in wrap-up.
    Mine,
    /// Open in the agent's queues.
    Open,
    /// Closed by the agent in the last 24 h.
    Closed,
}

/// Which rows of the floor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FloorFilter {
    /// In this queue, or in it last.
    pub queue: Option<QueueId>,
    /// Through this widget.
    pub widget: Option<WidgetId>,
    /// With this agent, or offered to them.
    pub agent: Option<AgentId>,
    /// In this stage.
    pub stage: Option<FloorStage>,
}

/// Where an ongoing conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloorStage {
    /// In a queue.
    Open,
    /// With an agent.
    Active,
    /// The talk is over, or the customer is gone and may come back.
    WrapUp,
}

impl FloorFilter {
    fn fits(&self, known: &ConversationRecord) -> bool {
        let stage = match known.stage {
            Stage::Open(_) => FloorStage::Open,
            Stage::Active { .. } => FloorStage::Active,
            Stage::WrapUp(_) => FloorStage::WrapUp,
            Stage::Closed { .. } => return false,
        };
        self.stage.is_none_or(|wanted| wanted == stage)
            && self.queue.is_none_or(|queue| known.queue == queue)
            && self.widget.is_none_or(|widget| known.widget == widget)
            && self.agent.is_none_or(|agent| known.agent_concerned() == Some(agent))
    }
}

/// How many conversations of one queue are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueFigures {
    /// In the queue.
    pub waiting: u32,
    /// Since when the one that has waited longest is there.
    pub waiting_since: Option<Timestamp>,
    /// With an agent.
    pub active: u32,
    /// The talk is over, an agent's session is not.
    pub wrap_up: u32,
}

impl Desk {
    /// A page of the floor as this supervisor sees it, in the order of the ids, which is that of the beginnings.
    #[must_use]
    pub fn floor_page(
        &self,
        watcher: AgentId,
        filter: FloorFilter,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Vec<FloorRowView> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let all = self.record.conversations.range((from, Bound::Unbounded));
        let fitting = all.filter(|(_, known)| filter.fits(known)).take(limit);
        fitting.filter_map(|(id, _)| self.floor_row(*id, watcher)).collect()
    }

    /// How many conversations are where, by queue. Costs as much as there are queues, agents and their sessions.
    #[must_use]
    pub fn queue_figures(&self) -> BTreeMap<QueueId, QueueFigures> {
        let figures = |queue: &QueueId| {
            let waiting = self.index.queues.get(queue).map(|index| &index.waiting);
            QueueFigures {
                waiting: waiting.map_or(0, |waiting| u32::try_from(waiting.len()).unwrap_or(u32::MAX)),
                waiting_since: waiting.and_then(|waiting| waiting.keys().next()).map(|(since, _)| *since),
                ..QueueFigures::default()
            }
        };
        let mut all: BTreeMap<_, _> = self.record.queues.keys().map(|queue| (*queue, figures(queue))).collect();
        for (id, work) in self.record.agents.values().flat_map(|agent| &agent.work) {
            let Some(known) = self.record.conversations.get(id) else { continue };
            let sums = all.entry(known.queue).or_default();
            match work.kind {
                WorkKind::Active => sums.active += 1,
                WorkKind::WrapUp | WorkKind::Hold => sums.wrap_up += 1,
                WorkKind::Offer | WorkKind::Block | WorkKind::Invitation => {}
            }
        }
        all
    }

    /// What takes of an agent's capacity.
    #[must_use]
    pub fn ledger_of(&self, agent: AgentId) -> Vec<LedgerEntry> {
        self.record.agents.get(&agent).map(|known| known.ledger(&self.record)).unwrap_or_default()
    }

    /// A page of one of an agent's lists, in the order in which the conversations became Open, and how many the whole list has.
    #[must_use]
    pub fn list(
        &self,
        agent: AgentId,
        list: List,
        after: Option<Rank>,
        limit: usize,
    ) -> (Vec<(Rank, ConversationView)>, u32) {
        let Some(known) = self.record.agents.get(&agent) else { return (Vec::new(), 0) };
        let (mut ids, count) = match list {
            List::Open => self.open_after(known, after, limit),
            List::Mine => {
                let session = |kind| matches!(kind, WorkKind::Active | WorkKind::WrapUp | WorkKind::Hold);
                self.rank_after(known.work.iter().filter(|(_, work)| session(work.kind)).map(|(id, _)| *id), after)
            }
            List::Closed => self.rank_after(known.closed.iter().copied(), after),
        };
        ids.sort_unstable();
        let views = ids.into_iter().take(limit);
        let views = views.filter_map(|(rank, id)| Some((rank, self.conversation_view(id, agent)?)));
        (views.collect(), u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// The card of a conversation that is Open in one of this agent's queues. `None` where it is not (any more).
    #[must_use]
    pub fn open_card(&self, conversation: ConversationId, agent: AgentId) -> Option<ConversationView> {
        let known = self.record.conversations.get(&conversation).filter(|known| known.waiting().is_some())?;
        let serves = self.record.agents.get(&agent)?.rules.queues.contains(&known.queue);
        serves.then(|| self.conversation_view(conversation, agent)).flatten()
    }

    /// The cards of all that are Open in this agent's queues.
    #[must_use]
    pub fn open_cards(&self, agent: AgentId) -> Vec<ConversationView> {
        let (cards, _) = self.list(agent, List::Open, None, usize::MAX);
        cards.into_iter().map(|(_, card)| card).collect()
    }

    fn rank_after(
        &self,
        ids: impl Iterator<Item = ConversationId>,
        after: Option<Rank>,
    ) -> (Vec<(Rank, ConversationId)>, usize) {
        let known = ids.filter_map(|id| Some((place(self.record.conversations.get(&id)?), id)));
        let all: Vec<_> = known.collect();
        let count = all.len();
        (all.into_iter().filter(|(rank, _)| after.is_none_or(|after| *rank > after)).collect(), count)
    }

    fn open_after(
        &self,
        known: &AgentRecord,
        after: Option<Rank>,
        limit: usize,
    ) -> (Vec<(Rank, ConversationId)>, usize) {
        // A queue that is named twice is one queue.
        let named: BTreeSet<QueueId> = known.rules.queues.iter().copied().collect();
        let queues = named.iter().filter_map(|queue| self.index.queues.get(queue));
        let count = queues.clone().map(|queue| queue.waiting.len()).sum();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let found = queues.flat_map(|queue| queue.waiting.range((from, Bound::Unbounded)).take(limit));
        (found.map(|(rank, id)| (*rank, *id)).collect(), count)
    }

    /// What a conversation takes of which agents' capacity, and until when.
    #[must_use]
    pub fn units_of(&self, id: ConversationId) -> Vec<(AgentId, LedgerEntry)> {
        let Some(known) = self.record.conversations.get(&id) else { return Vec::new() };
        // A set block time can outlast the session.
        let agents: BTreeSet<AgentId> = known.agents_concerned().chain(known.last_agent).collect();
        let people = agents.into_iter().filter_map(|agent| Some((agent, self.record.agents.get(&agent)?)));
        let entries =
            people.flat_map(|(agent, person)| person.ledger(&self.record).into_iter().map(move |entry| (agent, entry)));
        entries.filter(|(_, entry)| entry.conversation == id).collect()
    }

    /// Whether this agent may see the floor.
    ///
    /// # Errors
    /// [`RefusalReason::NotAllowed`].
    pub fn may_see_floor(&self, agent: AgentId) -> Result<(), RefusalReason> {
        self.may_oversee(agent, Action::WatchFloor)
    }
}
