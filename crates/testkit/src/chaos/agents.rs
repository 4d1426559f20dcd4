//! What agents do in a storm with conversations of their own.

use model::Presence;
use wire::Request;

use crate::canary::mark;
use crate::rng::Rng;
use crate::world::World;

impl World {
    pub(super) fn an_agent_acts(&mut self, rng: &mut Rng, number: usize) {
        let name = *rng.pick(self.windows_of_storm()).expect("invariant: there are windows");
        let Some(machine) = self.windows.get(name).and_then(|window| window.machine.as_ref()) else {
            self.opens_console(name);
            return;
        };
        let mine = self.mine(name);
        let open: Vec<_> =
            machine.desk().map(|desk| desk.open.iter().map(|card| card.conversation).collect()).unwrap_or_default();
        let all: Vec<_> = self.conversations().into_iter().collect();
        let one_of_mine = rng.pick(&mine).copied();
        match rng.below(28) {
            24 => {
                let request = one_of_mine.map(|conversation| Request::OfferLink { conversation });
                request.into_iter().for_each(|request| self.asks(name, request));
            }
            25 => {
                let request = one_of_mine.map(|conversation| Request::ReleaseHold { conversation });
                request.into_iter().for_each(|request| self.asks(name, request));
            }
            26 => {
                let request = one_of_mine.map(|conversation| Request::TakeLink { conversation });
                request.into_iter().for_each(|request| self.asks(name, request));
            }
            0..=4 => {
                if self.offered(name).is_some() {
                    self.accepts(name);
                }
            }
            5..=12 => {
                one_of_mine.into_iter().for_each(|id| self.looks_at(name, id));
                self.answers(name, &format!("{name} answers number {}.", mark(number as u64)));
            }
            13..=15 => {
                one_of_mine.into_iter().for_each(|id| self.looks_at(name, id));
                self.whispers(name, &format!("{name} whispers number {}.", mark(number as u64)));
            }
            16 => rng.pick(&all).copied().into_iter().for_each(|id| self.looks_at(name, id)),
            17 => {
                let request = rng.pick(&open).map(|id| Request::Pick { conversation: *id });
                request.into_iter().for_each(|request| self.asks(name, request));
            }
            18 if rng.chance(30) => {
                let request = one_of_mine.map(|conversation| Request::End { conversation });
                request.into_iter().for_each(|request| self.asks(name, request));
            }
            19 => {
                let request = one_of_mine.map(|conversation| Request::Close { conversation });
                request.into_iter().for_each(|request| self.asks(name, request));
            }
            20 => {
                let request = one_of_mine.map(|conversation| Request::Release { conversation });
                request.into_iter().for_each(|request| self.asks(name, request));
            }
            21 => {
                let offer = self.offered(name).map(|conversation| Request::Decline { conversation });
                offer.into_iter().for_each(|request| self.asks(name, request));
            }
            22 if rng.chance(20) => self.signs_out(name),
            _ => {
                let presences =
                    [None, Some(Presence::Available), Some(Presence::Available), Some(Presence::DoNotDisturb)];
                let presence = *rng.pick(&presences).expect("invariant: there are some");
                self.asks(name, Request::SetPresence { presence });
            }
        }
    }
}
