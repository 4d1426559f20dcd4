//! Presence: chosen or computed (product 5; lifetimes as in the reference, dynamics 5).

use model::{AgentId, Presence, Units};

use crate::desk::Desk;
use crate::fact::Fact;
use crate::outcome::RefusalReason;
use crate::record::{AgentLink, AgentRecord};
use crate::turn::Turn;

impl AgentRecord {
    /// The presence that counts.
    pub(crate) fn presence(&self) -> Presence {
        if self.link != AgentLink::Here {
            return Presence::Offline;
        }
        self.set.unwrap_or_else(|| self.computed())
    }

    /// Unused → Available, part → Busy, full or beyond → Do not disturb.
    fn computed(&self) -> Presence {
        if self.free() <= Units(0) {
            Presence::DoNotDisturb
        } else if self.used() > Units(0) {
            Presence::Busy
        } else {
            Presence::Available
        }
    }

    /// The presence that the agent chose, where it still lasts.
    pub(crate) fn chosen(&self) -> Option<Presence> {
        self.set.filter(|set| *set != Presence::Inactive)
    }
}

impl Desk {
    pub(crate) fn choose_presence(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        presence: Option<Presence>,
    ) -> Result<(), RefusalReason> {
        if presence == Some(Presence::Inactive) {
            return Err(RefusalReason::PresenceNotChoosable);
        }
        let known = self.record.agents.get(&agent).ok_or(RefusalReason::NotAllowed)?;
        if known.set != presence {
            self.write_agent(turn, agent, Fact::PresenceChosen { agent, presence });
        }
        Ok(())
    }
}
