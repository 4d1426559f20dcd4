//! What staff do besides talking: watch, and look at what they take part in.

use client::agent::Event;

use crate::act::owner;
use crate::people::AGENTS;
use crate::world::World;

/// The most conversations that somebody looks at one after another.
const LOOKS_MAX: usize = 12;

impl World {
    /// The rules that hold from now on; the desk is told at once.
    pub(crate) fn configure(&mut self) {
        if let Some(house) = &mut self.house {
            house.configure(&self.rules);
        }
        self.run_house();
    }

    /// What supervisors may do from now on, besides watching the floor.
    pub fn supervisors_may(&mut self, rights: model::SupervisorRights) {
        self.rules.supervision = rights;
        self.configure();
    }

    /// Somebody who oversees does so from now on, or is an agent like the others.
    pub fn is_supervisor(&mut self, name: &str, is: bool) {
        let name = AGENTS.iter().find(|known| **known == name).copied();
        if is {
            self.rules.demoted.retain(|other| Some(*other) != name);
        } else {
            self.rules.demoted.extend(name);
        }
        self.configure();
    }

    /// A window watches the floor, or no longer.
    pub fn watches_floor(&mut self, name: &str, on: bool) {
        self.window(name, Event::WatchFloor { on });
    }

    /// A window wants to know whom its agent can ask, or no longer.
    pub fn watches_colleagues(&mut self, name: &str, on: bool) {
        self.window(name, Event::WatchColleagues { on });
    }

    /// Everybody looks at all that they take part in, and whoever oversees watches the floor.
    pub(crate) fn everybody_looks(&mut self) {
        let names: Vec<String> = self.windows.keys().cloned().collect();
        for name in names {
            let Some(machine) = self.windows[&name].machine.as_ref() else { continue };
            let staff = machine.staff();
            let beside = staff.into_iter().flat_map(|staff| staff.consulting.iter().chain(&staff.monitoring));
            let mine = self.mine(&name).into_iter();
            let all: Vec<_> = mine.chain(beside.map(|card| card.conversation)).take(LOOKS_MAX).collect();
            let oversees = staff.is_some_and(|staff| staff.oversees);
            all.into_iter().for_each(|id| self.looks_at(&name, id));
            if oversees && self.rules.role(owner(&name)) != model::Role::Agent {
                self.watches_floor(&name, true);
            }
            self.watches_colleagues(&name, true);
        }
    }
}
