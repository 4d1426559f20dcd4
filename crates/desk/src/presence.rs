//! Presence: chosen or computed (product 5; lifetimes as in the reference, dynamics 5).

use std::collections::BTreeMap;

use model::{AgentId, Distribution, Presence, PresenceChoice, PresenceId, Units, WorkstreamRules};

use crate::desk::Desk;
use crate::fact::Fact;
use crate::outcome::{RefusalReason, ViewKey};
use crate::policy::Action;
use crate::record::{AgentLink, AgentRecord};
use crate::turn::Turn;
use crate::view::PresencesView;

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

    /// The custom presence that is shown, where it counts.
    pub(crate) fn custom_presence(&self) -> Option<PresenceId> {
        self.custom.filter(|_| self.link == AgentLink::Here)
    }

    /// Whether somebody in this presence is offered conversations of such a workstream.
    pub(crate) fn is_asked(&self, rules: &WorkstreamRules, more: &Distribution) -> bool {
        takes(rules, more, self.presence(), self.custom_presence())
    }

    /// What is set belongs together.
    pub(crate) fn set_presence(&mut self, set: Option<Presence>, custom: Option<PresenceId>, by: Option<AgentId>) {
        (self.set, self.custom, self.set_by) = (set, custom, by);
    }
}

/// Whether a workstream offers its conversations to agents in this presence: by its base, or because the custom one is named.
pub(crate) fn takes(
    rules: &WorkstreamRules,
    more: &Distribution,
    presence: Presence,
    custom: Option<PresenceId>,
) -> bool {
    rules.allowed_presences.contains(&presence) || custom.is_some_and(|custom| more.presences.contains(&custom))
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
        if (known.set, known.custom) != (presence, None) {
            self.write_agent(turn, agent, Fact::PresenceChosen { agent, presence });
        }
        Ok(())
    }

    pub(crate) fn choose_custom_presence(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        presence: PresenceId,
    ) -> Result<(), RefusalReason> {
        let base = *self.record.presences.get(&presence).ok_or(RefusalReason::UnknownPresence)?;
        let known = self.record.agents.get(&agent).ok_or(RefusalReason::NotAllowed)?;
        if known.custom != Some(presence) {
            self.write_custom(turn, agent, presence, base, None);
        }
        Ok(())
    }

    pub(crate) fn set_presence_of(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        agent: AgentId,
        presence: Option<Presence>,
    ) -> Result<(), RefusalReason> {
        let known = self.may_set_presence_of(by, agent)?;
        if presence == Some(Presence::Inactive) {
            return Err(RefusalReason::PresenceNotChoosable);
        }
        if (known.set, known.custom) != (presence, None) {
            self.write_agent(turn, agent, Fact::PresenceSetBy { agent, presence, by });
        }
        Ok(())
    }

    pub(crate) fn set_custom_presence_of(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        agent: AgentId,
        presence: PresenceId,
    ) -> Result<(), RefusalReason> {
        let known = self.may_set_presence_of(by, agent)?;
        let base = *self.record.presences.get(&presence).ok_or(RefusalReason::UnknownPresence)?;
        if known.custom != Some(presence) {
            self.write_custom(turn, agent, presence, base, Some(by));
        }
        Ok(())
    }

    /// What is set is forgotten when somebody signs in, and so only of agents who are there.
    fn may_set_presence_of(&self, by: AgentId, agent: AgentId) -> Result<&AgentRecord, RefusalReason> {
        self.may_oversee(by, Action::SetPresenceOf)?;
        let known = self.record.agents.get(&agent).filter(|known| known.link != AgentLink::Gone);
        known.ok_or(RefusalReason::AgentUnavailable)
    }

    /// Signed in: whoever begins in a presence that lasts is in it (reference, dynamics 5). For all others it is computed.
    pub(crate) fn begin_in_default(&mut self, turn: &mut Turn, agent: AgentId) {
        match self.record.agents.get(&agent).and_then(|known| known.begins_in) {
            Some(PresenceChoice::Base(presence)) if presence.lasts() => {
                self.write_agent(turn, agent, Fact::PresenceChosen { agent, presence: Some(presence) });
            }
            Some(PresenceChoice::Custom(presence)) => {
                let base = self.record.presences.get(&presence).copied().filter(|base| base.lasts());
                if let Some(base) = base {
                    self.write_custom(turn, agent, presence, base, None);
                }
            }
            Some(PresenceChoice::Base(_)) | None => {}
        }
    }

    fn write_custom(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        presence: PresenceId,
        base: Presence,
        by: Option<AgentId>,
    ) {
        self.write_agent(turn, agent, Fact::CustomPresenceChosen { agent, presence, base, by });
    }

    /// All custom presences there are. Whoever is in one whose base is another now is in that; whoever is in one that is gone is in its
    /// base.
    pub(crate) fn configure_presences(&mut self, turn: &mut Turn, presences: &BTreeMap<PresenceId, Presence>) {
        let gone = self.record.presences.keys().filter(|known| !presences.contains_key(*known));
        let gone: Vec<PresenceId> = gone.copied().collect();
        let set = presences.iter().filter(|(id, base)| self.record.presences.get(*id) != Some(*base));
        let set: Vec<(PresenceId, Presence)> = set.map(|(id, base)| (*id, *base)).collect();
        if !self.record.presences.is_empty() || !presences.is_empty() {
            // Perhaps only a title is another.
            turn.changed(ViewKey::Presences);
        }
        for presence in gone {
            self.write(turn, Fact::PresenceConfigured(presence, None));
            for (agent, known) in self.agents_in(presence) {
                let leaves = match known.set_by {
                    Some(by) => Fact::PresenceSetBy { agent, presence: known.set, by },
                    None => Fact::PresenceChosen { agent, presence: known.set },
                };
                self.write_agent(turn, agent, leaves);
            }
        }
        for (presence, base) in set {
            self.write(turn, Fact::PresenceConfigured(presence, Some(base)));
            for (agent, known) in self.agents_in(presence) {
                self.write_custom(turn, agent, presence, base, known.set_by);
            }
        }
    }

    fn agents_in(&self, presence: PresenceId) -> Vec<(AgentId, SetPresence)> {
        let agents = self.record.agents.iter().filter(|(_, known)| known.custom == Some(presence));
        agents.map(|(agent, known)| (*agent, SetPresence { set: known.set, set_by: known.set_by })).collect()
    }

    pub(crate) fn configure_default_presence(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        begins_in: Option<PresenceChoice>,
    ) {
        if self.record.agents.get(&agent).is_some_and(|known| known.begins_in != begins_in) {
            self.write(turn, Fact::DefaultPresenceSet(agent, begins_in));
        }
    }

    /// The custom presences, and who is in one.
    #[must_use]
    pub fn presences_view(&self) -> PresencesView {
        let agents = self.record.agents.iter().filter(|(_, known)| known.rules.enabled);
        PresencesView {
            version: self.version,
            presences: self.record.presences.iter().map(|(id, base)| (*id, *base)).collect(),
            agents: agents.filter_map(|(agent, known)| Some((*agent, known.custom_presence()?))).collect(),
        }
    }
}

/// What was set for an agent, and who did it.
struct SetPresence {
    set: Option<Presence>,
    set_by: Option<AgentId>,
}
