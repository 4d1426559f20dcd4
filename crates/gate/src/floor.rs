//! What a window has of the floor.

use model::{AgentId, ConversationId};
use wire::{FloorAgent, FloorRow, RelayToConsole};

use crate::rows::{Rows, Taken};

/// The floor of one window.
#[derive(Clone, Debug)]
pub(crate) struct Floor {
    conversations: Rows<ConversationId, FloorRow>,
    agents: Rows<AgentId, FloorAgent>,
}

impl Floor {
    pub(crate) fn all(rows: Vec<FloorRow>, agents: Vec<FloorAgent>) -> Self {
        Self {
            conversations: Rows::all(rows.into_iter().map(|row| (row.conversation, row))),
            agents: Rows::all(agents.into_iter().map(|agent| (agent.who.agent, agent))),
        }
    }

    pub(crate) fn put_row(&mut self, conversation: ConversationId, row: Option<FloorRow>) {
        self.conversations.put(conversation, row);
    }

    pub(crate) fn put_agent(&mut self, agent: AgentId, row: Option<FloorAgent>) {
        self.agents.put(agent, row);
    }

    pub(crate) fn take(&mut self) -> Option<RelayToConsole> {
        if let Some(Taken { starts_over, more, rows, gone }) = self.conversations.take() {
            return Some(RelayToConsole::FloorRows { starts_over, more, rows, gone });
        }
        let Taken { starts_over, more, rows: agents, gone } = self.agents.take()?;
        Some(RelayToConsole::FloorAgents { starts_over, more, agents, gone })
    }
}
