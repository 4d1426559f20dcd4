//! Custom presences, and in which people begin.

use std::collections::BTreeMap;

use model::{AgentId, Presence, PresenceChoice, PresenceId};
use rejoin_desk::{Fact, RefusalReason as No};

use super::{Chosen, Done, Reference, Where};

impl Reference {
    pub(super) fn is_set(&self, agent: AgentId, presence: Option<Presence>) -> bool {
        let set = self.people[&agent].set;
        set.map(|set| set.presence) == presence && set.is_none_or(|set| set.custom.is_none())
    }

    fn enter(&mut self, agent: AgentId, custom: PresenceId, by: Option<AgentId>) {
        let presence = self.presences[&custom];
        self.write(Fact::CustomPresenceChosen { agent, presence: custom, base: presence, by });
        self.people.get_mut(&agent).unwrap().set = Some(Chosen { presence, custom: Some(custom), by });
    }

    pub(super) fn choose_custom(&mut self, agent: AgentId, presence: PresenceId) -> Done {
        if !self.presences.contains_key(&presence) {
            return Err(No::UnknownPresence);
        }
        if self.people[&agent].set.and_then(|set| set.custom) != Some(presence) {
            self.enter(agent, presence, None);
        }
        Ok(())
    }

    pub(super) fn set_custom_of(&mut self, by: AgentId, whose: AgentId, presence: PresenceId) -> Done {
        if !self.oversees(by) {
            return Err(No::NotAllowed);
        }
        if self.people.get(&whose).is_none_or(|person| person.at == Where::Out) {
            return Err(No::AgentUnavailable);
        }
        if !self.presences.contains_key(&presence) {
            return Err(No::UnknownPresence);
        }
        if self.people[&whose].set.and_then(|set| set.custom) != Some(presence) {
            self.enter(whose, presence, Some(by));
        }
        Ok(())
    }

    /// They sign in.
    pub(super) fn begin(&mut self, agent: AgentId) {
        let lasts = |presence| ![Presence::Available, Presence::Busy].contains(&presence);
        match self.people[&agent].begins_in {
            Some(PresenceChoice::Base(presence)) if lasts(presence) => {
                self.write(Fact::PresenceChosen { agent, presence: Some(presence) });
                self.people.get_mut(&agent).unwrap().set = Some(Chosen::plain(presence));
            }
            Some(PresenceChoice::Custom(custom)) if self.presences.get(&custom).is_some_and(|base| lasts(*base)) => {
                self.enter(agent, custom, None);
            }
            _ => {}
        }
    }

    pub(super) fn set_default(&mut self, agent: AgentId, begins_in: Option<PresenceChoice>) {
        let Some(person) = self.people.get_mut(&agent) else { return };
        if std::mem::replace(&mut person.begins_in, begins_in) != begins_in {
            self.write(Fact::DefaultPresenceSet(agent, begins_in));
        }
    }

    pub(super) fn set_presences(&mut self, presences: &BTreeMap<PresenceId, Presence>) {
        for id in self.presences.clone().into_keys().filter(|id| !presences.contains_key(id)) {
            self.presences.remove(&id);
            self.write(Fact::PresenceConfigured(id, None));
            for (agent, set) in self.in_presence(id) {
                let presence = Some(set.presence);
                self.write(match set.by {
                    Some(by) => Fact::PresenceSetBy { agent, presence, by },
                    None => Fact::PresenceChosen { agent, presence },
                });
                self.people.get_mut(&agent).unwrap().set = Some(Chosen { custom: None, ..set });
            }
        }
        for (id, base) in presences {
            if self.presences.insert(*id, *base) != Some(*base) {
                self.write(Fact::PresenceConfigured(*id, Some(*base)));
                for (agent, set) in self.in_presence(*id) {
                    self.enter(agent, *id, set.by);
                }
            }
        }
    }

    fn in_presence(&self, id: PresenceId) -> Vec<(AgentId, Chosen)> {
        let people = self.people.iter().filter_map(|(agent, person)| Some((*agent, person.set?)));
        people.filter(|(_, set)| set.custom == Some(id)).collect()
    }
}
