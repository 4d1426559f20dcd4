//! Capacity is a ledger: every unit has an owner, a cause and an expiry (product 5).

use std::collections::BTreeMap;

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

    /// By how many units this would go beyond the capacity, beside everything else.
    pub(crate) fn beyond(&self, id: ConversationId, cost: Units) -> Units {
        let own = self.work.get(&id).map_or(Units(0), |work| work.units);
        (self.used() - own + cost - self.rules.capacity).max(Units(0)).min(cost)
    }

    /// The ledger as it is shown, without entries that take nothing. Units that a pick or a supervisor took beyond the capacity are lines of
    /// their own for as long as they are beyond it: those taken last go first.
    pub(crate) fn ledger(&self, record: &Record) -> Vec<LedgerEntry> {
        let taken = self.work.iter().filter(|(_, work)| work.units != Units(0));
        let hold_until = |id| record.conversations.get(id)?.promise()?.hold_until;
        let overrides = self.overrides();
        let mut entries = Vec::new();
        for (conversation, work) in taken {
            let over = overrides.get(conversation).copied().unwrap_or(Units(0));
            let cause = match work.kind {
                WorkKind::Offer => LedgerCause::Offer,
                WorkKind::Invitation => LedgerCause::Transfer,
                WorkKind::Active => LedgerCause::Active,
                WorkKind::Hold => LedgerCause::Hold,
                WorkKind::WrapUp | WorkKind::Block => LedgerCause::WrapUp,
            };
            let until = if work.kind == WorkKind::Hold { hold_until(conversation) } else { work.until };
            let lines = [(work.units - over, cause), (over, LedgerCause::Override)];
            entries.extend(
                lines.into_iter().filter(|(units, _)| *units != Units(0)).map(|(units, cause)| LedgerEntry {
                    conversation: *conversation,
                    units,
                    cause,
                    until,
                }),
            );
        }
        entries
    }

    /// Units beyond the capacity, by the conversations that were picked or given in spite of it.
    fn overrides(&self) -> BTreeMap<ConversationId, Units> {
        let mut excess = self.used() - self.rules.capacity;
        let mut taken: Vec<_> = self.work.iter().filter(|(_, work)| work.beyond.min(work.units) > Units(0)).collect();
        taken.sort_unstable_by_key(|(id, work)| std::cmp::Reverse((work.since, **id)));
        let mut overrides = BTreeMap::new();
        for (id, work) in taken {
            let over = work.beyond.min(work.units).min(excess);
            if over > Units(0) {
                overrides.insert(*id, over);
                excess = excess - over;
            }
        }
        overrides
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
