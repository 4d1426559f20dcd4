//! Capacity is a ledger: every unit has an owner, a cause and an expiry (product 5).

use model::{AgentId, ConversationId, Units};

use crate::desk::Desk;
use crate::fact::Fact;
use crate::record::{AgentRecord, Record, WorkKind};
use crate::turn::Turn;
use crate::view::{LedgerCause, LedgerEntry};

impl AgentRecord {
    /// Units that are taken.
    pub(crate) fn used(&self) -> Units {
        self.work.values().map(|work| work.units).sum()
    }

    /// Units that are free; below zero after a pick, or where an admin lowered the capacity.
    pub(crate) fn free(&self) -> Units {
        self.rules.capacity - self.used()
    }

    /// The ledger as it is shown, without entries that take nothing.
    pub(crate) fn ledger(&self, record: &Record) -> Vec<LedgerEntry> {
        let taken = self.work.iter().filter(|(_, work)| work.units != Units(0));
        let hold_until = |id| record.conversations.get(id)?.promise()?.hold_until;
        taken
            .map(|(conversation, work)| LedgerEntry {
                conversation: *conversation,
                units: work.units,
                cause: match work.kind {
                    WorkKind::Offer => LedgerCause::Offer,
                    WorkKind::Invitation => LedgerCause::Transfer,
                    WorkKind::Active => LedgerCause::Active,
                    WorkKind::Hold => LedgerCause::Hold,
                    WorkKind::WrapUp | WorkKind::Block => LedgerCause::WrapUp,
                },
                until: if work.kind == WorkKind::Hold { hold_until(conversation) } else { work.until },
            })
            .collect()
    }
}

impl Desk {
    /// A set block time is over.
    pub(crate) fn free_block(&mut self, turn: &mut Turn, agent: AgentId, conversation: ConversationId) {
        let is_blocked = self
            .record
            .agents
            .get(&agent)
            .and_then(|known| known.work.get(&conversation))
            .is_some_and(|work| work.until.is_some() && matches!(work.kind, WorkKind::WrapUp | WorkKind::Block));
        if is_blocked {
            self.write_agent(turn, agent, Fact::CapacityFreed { agent, conversation });
        }
    }

    /// Whatever a conversation still blocks of an agent after the talk is free at once: its customer is back, or started anew.
    pub(crate) fn free_now(&mut self, turn: &mut Turn, conversation: ConversationId) {
        let Some(agent) = self.record.conversations.get(&conversation).and_then(|known| known.last_agent) else {
            return;
        };
        let work = self.record.agents.get(&agent).and_then(|known| known.work.get(&conversation));
        if work.is_some_and(|work| work.units != Units(0) && matches!(work.kind, WorkKind::WrapUp | WorkKind::Block)) {
            self.write_agent(turn, agent, Fact::CapacityFreed { agent, conversation });
        }
    }
}
