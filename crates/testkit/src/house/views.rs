//! What everybody would be shown if they were shown everything now.

use gate::{card, colleagues_state, conversation_state, desk_state, floor_agent, floor_row, parts_state, staff_state};
use model::{AgentId, ConversationId};
use wire::{
    Card, CardState, ColleaguesState, ConversationState, DeskState, FloorAgent, FloorRow, PartsState, StaffState,
};

use super::House;

impl House {
    /// All ongoing conversations and all agents, in the order of their ids; `None` where this agent oversees nobody.
    pub(crate) fn floor_of(&self, agent: AgentId) -> Option<(Vec<FloorRow>, Vec<FloorAgent>)> {
        let desk = self.desk();
        desk.agent_view(agent).filter(|view| view.staff.oversees)?;
        let rows = desk.floor_rows(agent).map(|row| floor_row(&row, &self.words)).collect();
        let agents = desk.floor_agents().map(|one| floor_agent(&one, &self.words)).collect();
        Some((rows, agents))
    }

    /// An agent's desk as a console has it, with what is Open in its queues, and what they have beside it.
    pub(crate) fn desk_of(&self, agent: AgentId) -> Option<(DeskState, StaffState)> {
        let view = self.desk().agent_view(agent)?;
        let mut open: Vec<Card> = self.desk().open_cards(agent).iter().map(|view| card(view, &self.words)).collect();
        open.sort_by_key(|card| match card.state {
            CardState::Open { since } => (Some(since), card.number),
            CardState::Active { .. } | CardState::WrapUp { .. } | CardState::Closed { .. } => (None, card.number),
        });
        let open_count = u32::try_from(open.len()).unwrap_or(u32::MAX);
        let desk = DeskState { open, open_count, ..desk_state(&view, &self.words) };
        Some((desk, staff_state(view.version, &view.staff, &self.words)))
    }

    /// One conversation as this agent sees it; `None` where they may not.
    pub(crate) fn conversation_of(
        &self,
        id: ConversationId,
        agent: AgentId,
    ) -> Option<(ConversationState, PartsState)> {
        let desk = self.desk();
        desk.may_read(agent, id).ok()?;
        let state = conversation_state(&desk.conversation_view(id, agent)?, &self.words);
        Some((state, parts_state(&desk.parts_view(id, agent)?, &self.words)))
    }

    /// Whom this agent can ask.
    pub(crate) fn colleagues_of(&self, agent: AgentId) -> ColleaguesState {
        colleagues_state(&self.desk().colleagues_view(), agent, &self.words)
    }
}
