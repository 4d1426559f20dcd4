//! The floor: all ongoing conversations and all agents, live, for supervisors; and the colleagues that an agent can ask. Who watches is
//! `live`; what they see are whole latest values, row by row where there are many.

use model::{AgentId, ConnectionId, ConversationId};

use crate::desk::Desk;
use crate::outcome::{Notice, RefusalReason, ViewKey};
use crate::policy::Action;
use crate::record::{AgentLink, ConversationRecord, Stage, WorkKind};
use crate::turn::Turn;
use crate::view::{
    ColleagueView, ColleaguesView, FloorAgentView, FloorRowView, LedgerCause, PersonLink, QueueView, RowMay,
};

impl Desk {
    pub(crate) fn watch_floor(&mut self, turn: &mut Turn, connection: ConnectionId) {
        let allowed = match self.live.agent(connection) {
            Some(agent) => self.may_oversee(agent, Action::WatchFloor),
            None => Err(RefusalReason::NotAllowed),
        };
        match allowed {
            Ok(()) => {
                self.live.floor.insert(connection);
                turn.tell(Notice::FloorOpened { connection });
            }
            Err(reason) => {
                turn.refuse(connection, None, reason);
                // It may show one from before, when its agent had the role.
                turn.tell(Notice::FloorOver { connection });
            }
        }
    }

    pub(crate) fn leave_floor(&mut self, connection: ConnectionId) {
        self.live.floor.remove(&connection);
    }

    pub(crate) fn watch_colleagues(&mut self, turn: &mut Turn, connection: ConnectionId) {
        if self.live.agent(connection).is_none() {
            turn.refuse(connection, None, RefusalReason::NotAllowed);
            return;
        }
        self.live.colleagues.insert(connection);
        turn.tell(Notice::ColleaguesWatched { connection });
    }

    pub(crate) fn leave_colleagues(&mut self, connection: ConnectionId) {
        self.live.colleagues.remove(&connection);
    }

    /// Whoever lost the role watches no longer.
    pub(crate) fn close_floors(&mut self, turn: &mut Turn) {
        let may = |connection: &ConnectionId| {
            self.live.agent(*connection).is_some_and(|agent| self.may_oversee(agent, Action::WatchFloor).is_ok())
        };
        let over: Vec<ConnectionId> = self.live.floor.iter().copied().filter(|connection| !may(connection)).collect();
        for connection in over {
            self.live.floor.remove(&connection);
            turn.tell(Notice::FloorOver { connection });
        }
    }

    /// Every row may have changed.
    pub(crate) fn show_whole_floor(&self, turn: &mut Turn) {
        for connection in &self.live.floor {
            turn.tell(Notice::FloorOpened { connection: *connection });
        }
        self.colleagues_changed(turn);
    }

    pub(crate) fn floor_row_changed(&self, turn: &mut Turn, id: ConversationId) {
        if !self.live.floor.is_empty() {
            turn.changed(ViewKey::FloorRow(id));
        }
    }

    pub(crate) fn floor_agent_changed(&self, turn: &mut Turn, agent: AgentId) {
        if !self.live.floor.is_empty() {
            turn.changed(ViewKey::FloorAgent(agent));
        }
        self.colleagues_changed(turn);
    }

    pub(crate) fn colleagues_changed(&self, turn: &mut Turn) {
        if !self.live.colleagues.is_empty() {
            turn.changed(ViewKey::Colleagues);
        }
    }

    /// Remembers since when each agent's presence has been what it is.
    pub(crate) fn note_presences(&mut self, turn: &mut Turn) {
        for agent in turn.agents_changed() {
            self.note_presence(turn, agent);
        }
    }

    pub(crate) fn note_presence(&mut self, turn: &mut Turn, agent: AgentId) {
        let Some(person) = self.record.agents.get(&agent) else { return };
        let (presence, custom) = (person.presence(), person.custom_presence());
        let known = self.live.presences.get(&agent);
        if known.is_none_or(|(shown, shown_custom, _)| (*shown, *shown_custom) != (presence, custom)) {
            if known.and_then(|(_, shown, _)| *shown) != custom {
                turn.changed(ViewKey::Presences);
            }
            self.live.presences.insert(agent, (presence, custom, turn.now));
        }
    }

    /// One ongoing conversation as this supervisor sees it on the floor. `None` where it is not ongoing (any more).
    #[must_use]
    pub fn floor_row(&self, conversation: ConversationId, watcher: AgentId) -> Option<FloorRowView> {
        let known = self.record.conversations.get(&conversation)?;
        let is_over = matches!(known.stage, Stage::Closed { .. });
        (!is_over).then(|| self.row_of(conversation, known, watcher))
    }

    /// All ongoing conversations as this supervisor sees them.
    pub fn floor_rows(&self, watcher: AgentId) -> impl Iterator<Item = FloorRowView> + '_ {
        self.record.conversations.keys().filter_map(move |id| self.floor_row(*id, watcher))
    }

    fn row_of(&self, id: ConversationId, known: &ConversationRecord, watcher: AgentId) -> FloorRowView {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        FloorRowView {
            id,
            number: known.number,
            widget: known.widget,
            workstream: known.workstream,
            queue: known.queue,
            stage: known.shown(),
            connection: self.connection_of(id, known),
            offered_to: known.offer().map(|offer| offer.agent),
            started_at: known.opened_at,
            last_at: known.last_at,
            cost: known.cost,
            transfers: known.staff_side.as_ref().map_or(0, |side| side.transfers),
            consultants: count(known.consultants().len()),
            monitors: count(known.monitors().len()),
            invitation: known.invitation().map(|invitation| invitation.kind),
            head: known.agents_seq,
            may: self.row_may(known, watcher),
        }
    }

    fn row_may(&self, known: &ConversationRecord, watcher: AgentId) -> RowMay {
        let may = |action| self.allows(watcher, action, known).is_ok();
        RowMay {
            monitor: !matches!(known.stage, Stage::Open(_)) && may(Action::Monitor),
            assign: matches!(known.stage, Stage::Open(_)) && may(Action::Assign),
            transfer: matches!(known.stage, Stage::Active { .. }) && may(Action::SupervisorTransfer),
            force_close: may(Action::ForceClose),
        }
    }

    /// An agent on the floor. `None` where there is none whose account is enabled.
    #[must_use]
    pub fn floor_agent(&self, agent: AgentId) -> Option<FloorAgentView> {
        let known = self.record.agents.get(&agent).filter(|known| known.rules.enabled)?;
        let count = |kinds: &[WorkKind]| {
            let count = known.work.values().filter(|work| kinds.contains(&work.kind)).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let held = known.ledger(&self.record).into_iter().filter(|entry| entry.cause == LedgerCause::Hold);
        let consults = known.beside.iter().filter(|id| self.is_consultant(agent, **id)).count();
        let asked = known.beside.iter().filter(|id| self.is_asked_to_consult(agent, **id)).count();
        Some(FloorAgentView {
            agent,
            presence: known.presence(),
            presence_since: self.live.presences.get(&agent).map_or(self.record.last_at, |(.., since)| *since),
            set_by: known.set.and(known.set_by),
            link: match known.link {
                AgentLink::Here => PersonLink::Here,
                AgentLink::Lost { since, gone_at, .. } => PersonLink::Lost { since, until: gone_at },
                AgentLink::Gone => PersonLink::Gone,
            },
            total: known.rules.capacity,
            used: known.used(),
            held: held.map(|entry| entry.units).sum(),
            active: count(&[WorkKind::Active]),
            wrap_up: count(&[WorkKind::WrapUp, WorkKind::Hold]),
            offers: count(&[WorkKind::Offer, WorkKind::Invitation]) + u32::try_from(asked).unwrap_or(u32::MAX),
            consults: u32::try_from(consults).unwrap_or(u32::MAX),
            queues: known.rules.queues.clone(),
        })
    }

    fn is_consultant(&self, agent: AgentId, id: ConversationId) -> bool {
        let known = self.record.conversations.get(&id);
        known.is_some_and(|known| known.consultants().iter().any(|consultant| consultant.agent == agent))
    }

    fn is_asked_to_consult(&self, agent: AgentId, id: ConversationId) -> bool {
        let invitation = self.record.conversations.get(&id).and_then(|known| known.invitation());
        invitation.is_some_and(|asked| asked.to == agent && !crate::staff_side::takes_over(asked.kind))
    }

    /// All agents whose accounts are enabled.
    pub fn floor_agents(&self) -> impl Iterator<Item = FloorAgentView> + '_ {
        self.record.agents.keys().filter_map(|agent| self.floor_agent(*agent))
    }

    /// Whom agents can ask, and where they can send a conversation.
    #[must_use]
    pub fn colleagues_view(&self) -> ColleaguesView {
        let enabled = self.record.agents.iter().filter(|(_, known)| known.rules.enabled);
        let agents = enabled.map(|(agent, known)| ColleagueView {
            agent: *agent,
            presence: known.presence(),
            free: known.free(),
            connected: known.link == AgentLink::Here,
            queues: known.rules.queues.clone(),
        });
        let queues = self.record.queues.keys().map(|queue| {
            let index = self.index.queues.get(queue);
            let agents = index.map(|index| &index.agents);
            let is_here = |agent: &&AgentId| self.is_there(**agent).is_ok();
            let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            QueueView {
                queue: *queue,
                waiting: count(index.map_or(0, |index| index.waiting.len())),
                agents: count(agents.map_or(0, std::collections::BTreeSet::len)),
                connected: count(agents.map_or(0, |agents| agents.iter().filter(is_here).count())),
            }
        });
        ColleaguesView { version: self.version, agents: agents.collect(), queues: queues.collect() }
    }
}
