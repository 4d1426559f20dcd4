//! What goes wrong in a storm: pages, networks, disks, relays.

use std::collections::BTreeSet;

use client::PageEvent;
use log::Fault;

use super::TABS;
use crate::act::owner;
use crate::house::Kill;
use crate::network::End;
use crate::people::AGENTS;
use crate::rng::Rng;
use crate::world::{Fate, World};

impl World {
    fn somebody(&self, rng: &mut Rng) -> &'static str {
        let all: Vec<&str> = TABS.iter().chain(self.windows_of_storm()).copied().collect();
        rng.pick(&all).copied().expect("invariant: there is somebody")
    }

    fn is_there(&self, name: &str) -> bool {
        self.tabs.get(name).is_some_and(|tab| tab.machine.is_some())
            || self.windows.get(name).is_some_and(|window| window.machine.is_some())
    }

    pub(super) fn a_page_changes(&mut self, rng: &mut Rng) {
        let name = self.somebody(rng);
        if !self.is_there(name) {
            return;
        }
        match rng.below(11) {
            10 => {
                let ms = i64::try_from(rng.below(7_200_000)).unwrap_or_default() - 3_600_000;
                self.clock_is_off_by(name, ms);
            }
            0..=4 => self.reloads(name),
            5 => self.crashes(name),
            6 => self.parks(name),
            7 => self.comes_back(name),
            8 => self.page(name, PageEvent::Hidden),
            _ => self.page(name, PageEvent::Visible),
        }
    }

    pub(super) fn the_network_fails(&mut self, rng: &mut Rng) {
        let name = self.somebody(rng);
        match rng.below(8) {
            0 | 1 => self.connection_is_cut(name),
            2 | 3 => self.connection_goes_half_open(name),
            4 => self.connection_stalls(name, true),
            5 => self.connection_stalls(name, false),
            6 => self.network_goes_dark(name),
            _ => {
                // The others of the same browser come back with it.
                let same: BTreeSet<&str> = TABS
                    .iter()
                    .chain(self.windows_of_storm())
                    .copied()
                    .filter(|other| owner(other) == owner(name))
                    .collect();
                same.into_iter().filter(|other| *other == name || !AGENTS.contains(&owner(name))).for_each(|other| {
                    self.network_comes_back(other);
                });
            }
        }
    }

    /// Whatever was wrong with somebody's network is over.
    pub(super) fn somebody_is_reached_again(&mut self, rng: &mut Rng) {
        let name = self.somebody(rng);
        self.connection_stalls(name, false);
        self.network_comes_back(name);
    }

    pub(super) fn the_disk_fails(&mut self, rng: &mut Rng) {
        let faults = [Fault::Full, Fault::Io, Fault::IoButWritten, Fault::Torn(1)];
        let fault = *rng.pick(&faults).expect("invariant: there are faults");
        match rng.below(3) {
            0 => self.disk_fails(Some(if rng.chance(50) { Fault::Full } else { Fault::Io })),
            1 => self.disk_fails(None),
            _ => self.next_append_fails(fault),
        }
    }

    pub(super) fn the_relay_dies(&mut self, rng: &mut Rng) {
        match rng.below(3) {
            0 => self.relay_is_killed(),
            1 => self.relay_will_die(Kill::AfterAppend),
            _ => self.relay_will_die(Kill::BeforeAppend),
        }
    }

    /// The tab is closed for good: what it had not sent may be lost, as its writer was told.
    pub fn closes_for_good(&mut self, name: &str) {
        self.crashes(name);
        let by = End::Tab(name.to_owned());
        for said in self.said.iter_mut().filter(|said| said.by == by) {
            said.fate = Fate::GivenBack;
        }
        self.tabs.remove(name);
    }
}
