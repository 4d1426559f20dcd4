//! What supervisors do in a storm, and what becomes of their rights.

use model::{ConversationId, Presence, SupervisorRights};
use wire::{CardState, Request};

use super::OVERSEERS;
use super::colleagues::{a_queue, somebody_else};
use crate::rng::Rng;
use crate::world::World;

/// Ongoing conversations, by where they are.
#[derive(Default)]
struct Rows {
    open: Vec<ConversationId>,
    active: Vec<ConversationId>,
    wrap_up: Vec<ConversationId>,
    asked: Vec<ConversationId>,
}

impl World {
    pub(super) fn a_supervisor_acts(&mut self, rng: &mut Rng, number: usize) {
        let name = *rng.pick(&OVERSEERS).expect("invariant: there are supervisors");
        let Some(machine) = self.windows.get(name).and_then(|window| window.machine.as_ref()) else {
            self.opens_console(name);
            self.watches_floor(name, true);
            return;
        };
        let monitoring = machine
            .staff()
            .map_or(vec![], |staff| staff.monitoring.iter().map(|card| card.conversation).collect::<Vec<_>>());
        if machine.floor().is_none() && rng.chance(50) {
            self.watches_floor(name, true);
            return;
        }
        let rows = self.rows_of(rng, name);
        let agent = somebody_else(rng);
        let request = match rng.below(24) {
            0 => {
                self.watches_floor(name, rng.chance(60));
                None
            }
            1 => {
                self.watches_colleagues(name, rng.chance(70));
                None
            }
            2..=7 => {
                let from = if rng.chance(80) { &rows.active } else { &rows.wrap_up };
                let found = rng.pick(from).copied();
                found.into_iter().for_each(|id| self.looks_at(name, id));
                found.map(|conversation| Request::Monitor { conversation })
            }
            8..=10 => rng.pick(&monitoring).map(|id| Request::Join { conversation: *id }),
            11 => rng.pick(&monitoring).map(|id| Request::StopMonitoring { conversation: *id }),
            12..=14 => {
                if let Some(id) = rng.pick(&monitoring).copied() {
                    self.advises(rng, name, id, number);
                }
                None
            }
            15 | 16 => rng.pick(&rows.open).map(|id| Request::AssignToAgent { conversation: *id, agent }),
            17 => rng.pick(&rows.open).map(|id| Request::AssignToQueue { conversation: *id, queue: a_queue(rng) }),
            18 | 19 => rng.pick(&rows.active).map(|id| Request::SupervisorTransfer { conversation: *id, agent }),
            20 => rng.pick(&rows.asked).map(|id| Request::WithdrawInvitation { conversation: *id }),
            21 if rng.chance(40) => {
                let all = [&rows.open, &rows.active, &rows.wrap_up].into_iter().flatten().copied().collect::<Vec<_>>();
                rng.pick(&all).map(|id| Request::ForceClose { conversation: *id })
            }
            22 => {
                let presences = [None, Some(Presence::Available), Some(Presence::Away), Some(Presence::DoNotDisturb)];
                let presence = *rng.pick(&presences).expect("invariant: there are some");
                Some(Request::SetPresenceOf { agent, presence })
            }
            _ => rng.pick(&rows.open).map(|id| Request::WhyWaiting { conversation: *id }),
        };
        request.into_iter().for_each(|request| self.asks(name, request));
    }

    /// What this supervisor can know of: the floor that they see; sometimes anything, as a page that lags or lies.
    fn rows_of(&self, rng: &mut Rng, name: &str) -> Rows {
        let mut rows = Rows::default();
        if rng.chance(20) {
            let all: Vec<_> = self.conversations().into_iter().collect();
            let some = |rng: &mut Rng| rng.pick(&all).copied().into_iter().collect();
            return Rows { open: some(rng), active: some(rng), wrap_up: some(rng), asked: some(rng) };
        }
        let floor = self.windows.get(name).and_then(|window| window.machine.as_ref()?.floor());
        for row in floor.into_iter().flat_map(|floor| floor.rows()) {
            match row.state {
                CardState::Open { .. } => rows.open.push(row.conversation),
                CardState::Active { .. } => rows.active.push(row.conversation),
                CardState::WrapUp { .. } => rows.wrap_up.push(row.conversation),
                CardState::Closed { .. } => {}
            }
            rows.asked.extend(row.invitation.map(|_| row.conversation));
        }
        rows
    }

    /// An admin changes what supervisors may do, who is one, or who serves the back office.
    pub(super) fn rights_change(&mut self, rng: &mut Rng) {
        match rng.below(8) {
            0..=4 => {
                let mut is = || rng.chance(80);
                self.rules.supervision =
                    SupervisorRights { monitor: is(), assign: is(), transfer: is(), force_close: is() };
            }
            5 => {
                let name = if rng.chance(50) { "dana" } else { "omar" };
                if !self.rules.demoted.remove(name) {
                    self.rules.demoted.insert(name);
                }
            }
            6 => self.rules.demoted.clear(),
            _ => {
                let name = *rng.pick(&["sofia", "maya", "dana"]).expect("invariant: there are some");
                if !self.rules.back_office.remove(name) {
                    self.rules.back_office.insert(name);
                }
            }
        }
        self.configure();
    }
}
