//! Lists of conversations for those who read them page by page, and what one conversation takes of whom.

use std::collections::BTreeSet;
use std::ops::Bound;

use model::{AgentId, ConversationId, QueueId, Timestamp};

use crate::desk::Desk;
use crate::index::place;
use crate::outcome::RefusalReason;
use crate::policy::Action;
use crate::record::{AgentRecord, WorkKind};
use crate::view::{ConversationView, LedgerEntry};

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

impl Desk {
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
