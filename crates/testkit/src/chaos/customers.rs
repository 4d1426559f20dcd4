//! What customers do in a storm.

use client::customer::Screen;
use model::Millis;

use super::TABS;
use crate::act::{owner, person};
use crate::canary::mark;
use crate::rng::Rng;
use crate::world::World;

impl World {
    /// Somebody who can write writes; where nobody can, somebody does something else.
    pub(super) fn a_customer_writes(&mut self, rng: &mut Rng, number: usize) {
        let may = |name: &&str| {
            let machine = self.tabs.get(*name).and_then(|tab| tab.machine.as_ref());
            machine.is_some_and(|machine| machine.may_write())
        };
        let those: Vec<&str> = TABS.iter().copied().filter(may).collect();
        match rng.pick(&those) {
            Some(name) => drop(self.writes(name, &format!("{name} writes number {}.", mark(number as u64)))),
            None => self.a_customer_acts(rng, number),
        }
    }

    pub(super) fn a_customer_acts(&mut self, rng: &mut Rng, number: usize) {
        let name = *rng.pick(&TABS).expect("invariant: there are tabs");
        if self.tabs.get(name).is_none_or(|tab| tab.machine.is_none()) {
            self.opens_page(name);
            return;
        }
        match rng.below(20) {
            0..=10 => {
                self.writes(name, &format!("{name} writes number {}.", mark(number as u64)));
            }
            11 | 12 => self.opens_panel(name),
            13 | 14 => self.minimizes(name),
            15 if rng.chance(30) => self.ends(name),
            15 | 16 => self.starts_new(name),
            17 => self.tab(name, client::customer::Event::StillWaiting),
            18 => self.tab(name, client::customer::Event::TryNow),
            _ => self.types(name, "perhaps"),
        }
    }

    pub(super) fn a_customer_comes_back(&mut self, rng: &mut Rng, links: &mut Vec<String>) {
        let name = *rng.pick(&TABS).expect("invariant: there are tabs");
        match rng.below(18) {
            16 | 17 => {
                let talks = |name: &&str| {
                    let machine = self.tabs.get(*name).and_then(|tab| tab.machine.as_ref());
                    machine.is_some_and(|machine| matches!(machine.screen(), Screen::Talking { .. }))
                };
                let talking: Vec<&str> = TABS.iter().copied().filter(talks).collect();
                let name = rng.pick(&talking).copied().unwrap_or(name);
                self.a_customer_is_long_away(rng, name, links);
            }
            0..=4 => self.continues(name),
            5 => self.wants_more_time(name),
            6 | 7 => {
                links.extend(self.copies_link(name));
                links.drain(..links.len().saturating_sub(8));
            }
            8 | 9 => {
                if let Some(link) = rng.pick(links).cloned() {
                    self.opens_link(name, &link);
                }
            }
            10 if rng.chance(30) => self.opens_forged_link(name),
            10 | 11 => self.goes_there(name),
            12 => self.stays(name),
            13 => {
                if let Some(code) = self.asks_for_handover("mia") {
                    self.follows("mia@help", code);
                }
            }
            14 => match rng.below(6) {
                0 => self.signs_out_of_pages("mia"),
                1 => self.signs_in("mia", "noor"),
                2 => self.signs_out_of_pages("noor@phone"),
                3 => self.signs_in("noor@phone", "noor"),
                _ => self.signs_in("mia", "mia"),
            },
            _ => match rng.below(4) {
                0 => self.keys_are_down(true),
                1 => self.provider_fails(owner(name), true),
                2 => self.provider_fails(owner(name), false),
                _ => self.keys_are_down(false),
            },
        }
    }

    /// All pages of a person are gone for longer than they may be away, and one of them comes back, in time or not.
    fn a_customer_is_long_away(&mut self, rng: &mut Rng, name: &str, links: &[String]) {
        let pages: Vec<String> = self.tabs.keys().filter(|tab| person(tab) == person(name)).cloned().collect();
        pages.iter().for_each(|page| self.crashes(page));
        let limit = self.rules.reconnect.map_or(Millis::minutes(1), |reconnect| reconnect.limit);
        self.passes(self.rules.disconnect_after + Millis(rng.below(limit.0 + limit.0 / 4)));
        match rng.pick(links).filter(|_| rng.chance(40)).cloned() {
            Some(link) => self.opens_link(name, &link),
            None => self.opens_page(name),
        }
        self.opens_panel(name);
        self.passes(Millis::seconds(2));
        if rng.chance(60) {
            self.continues(name);
        }
    }
}
