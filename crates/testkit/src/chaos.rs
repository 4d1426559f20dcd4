//! Storms: worlds in which people and faults act at random.

use std::collections::BTreeSet;

use client::customer::Screen;
use client::{Connection, PageEvent};
use desk::{ConversationFact, Fact};
use log::Fault;
use model::{Millis, Presence};
use wire::Request;

use crate::act::{owner, person};
use crate::house::Kill;
use crate::network::End;
use crate::people::AGENTS;
use crate::rng::Rng;
use crate::world::{Fate, World};

const TABS: [&str; 8] = ["mia", "mia/2", "noor", "noor/2", "tom", "mia@phone", "mia@help", "noor@phone"];
const WINDOWS: [&str; 4] = ["ravi", "ravi/2", "sofia", "maya"];

/// What a storm was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storm {
    /// How many things happened.
    pub steps: u64,
    /// How many messages were written.
    pub messages: usize,
    /// How many facts became durable.
    pub facts: usize,
    /// How many times everything was checked.
    pub checks: u32,
    /// How many disconnected customers came back, by whatever way.
    pub returns: usize,
    /// How many links were given.
    pub links: usize,
    /// How many tokens were added by prompts, links and hand-overs.
    pub tokens: usize,
}

/// Lets a storm of at least `steps` steps rage, and checks everything at every quiet point.
///
/// # Panics
/// Where a promise is broken; the message names what, the caller the seed.
#[must_use]
pub fn storm(seed: u64, steps: u64) -> Storm {
    let mut world = World::new(seed);
    let mut rng = Rng::new(seed ^ 0x5707_4a11);
    world.latency_ms = (1, rng.between(10, 400));
    world.outage_ms = (100, rng.between(1_000, 20_000));
    world.disconnects_after(Millis::seconds(rng.between(20, 180)));
    if rng.chance(70) {
        let hold = rng.between(0, 90);
        world.keeps_places(Millis::seconds(hold), Millis::seconds(hold + rng.between(1, 200)));
    }
    if rng.chance(30) {
        world.redirects_to("https://shop.example/contact");
    }
    if rng.chance(30) {
        world.asks_anonymous();
    }
    // Noor is signed in everywhere, mia here and there.
    for browser in ["noor", "noor@phone"] {
        world.is_signed_in(browser, Some("noor"));
    }
    for browser in ["mia", "mia@phone"] {
        if rng.chance(50) {
            world.is_signed_in(browser, Some("mia"));
        }
    }
    let mut links = Vec::new();
    let mut checks = 0;
    while world.steps() < steps {
        let acts = rng.between(20, 120);
        for _ in 0..acts {
            world.acts_at_random(&mut rng, &mut links);
            world.passes(Millis(a_pause(&mut rng)));
        }
        world.heals();
        world.settle();
        world.check();
        checks += 1;
    }
    let facts = world.disk.facts();
    let count = |is: fn(&ConversationFact) -> bool| {
        facts.iter().filter(|row| matches!(&row.fact, Fact::Conversation { what, .. } if is(what))).count()
    };
    Storm {
        steps: world.steps(),
        messages: world.said.len(),
        facts: facts.len(),
        checks,
        returns: count(|what| matches!(what, ConversationFact::CustomerReturned { .. })),
        links: count(|what| matches!(what, ConversationFact::LinkMinted { .. })),
        tokens: count(|what| matches!(what, ConversationFact::TokenAdded { .. })),
    }
}

/// Most things follow each other fast; sometimes all clocks of product 3 run down.
fn a_pause(rng: &mut Rng) -> u64 {
    match rng.below(100) {
        0..=59 => rng.between(1, 120),
        60..=94 => rng.between(120, 1_500),
        95..=98 => rng.between(1_500, 30_000),
        _ => rng.between(30_000, 400_000),
    }
}

impl World {
    /// All faults are over and everybody who was put away comes back.
    pub fn heals(&mut self) {
        self.disk_fails(None);
        self.keys_are_down(false);
        let browsers: Vec<String> = self.browsers.keys().cloned().collect();
        browsers.iter().for_each(|browser| self.provider_fails(browser, false));
        let tabs: Vec<String> = self.tabs.keys().cloned().collect();
        let windows: Vec<String> = self.windows.keys().cloned().collect();
        for name in tabs.iter().chain(&windows) {
            self.connection_stalls(name, false);
            self.network_comes_back(name);
            self.comes_back(name);
        }
        for name in tabs {
            if self.tabs[&name].machine.is_none() {
                self.opens_page(&name);
            }
        }
        for name in windows {
            // Whoever signed out signs in again.
            let machine = self.windows[&name].machine.as_ref();
            if machine.is_none_or(|machine| matches!(machine.connection(), Connection::Stopped(_))) {
                self.opens_console(&name);
            }
        }
        // Longer than any silence goes unnoticed.
        self.passes(Millis::seconds(35));
    }

    fn acts_at_random(&mut self, rng: &mut Rng, links: &mut Vec<String>) {
        let number = self.said.len();
        match rng.below(100) {
            0..=24 => self.a_customer_acts(rng, number),
            25..=34 => self.a_customer_comes_back(rng, links),
            35..=69 => self.an_agent_acts(rng, number),
            70..=79 => self.a_page_changes(rng),
            80..=94 => self.the_network_fails(rng),
            95..=97 => self.the_disk_fails(rng),
            _ => self.the_relay_dies(rng),
        }
    }

    fn a_customer_acts(&mut self, rng: &mut Rng, number: usize) {
        let name = *rng.pick(&TABS).expect("invariant: there are tabs");
        if self.tabs.get(name).is_none_or(|tab| tab.machine.is_none()) {
            self.opens_page(name);
            return;
        }
        match rng.below(20) {
            0..=10 => {
                self.writes(name, &format!("{name} writes number {number}."));
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

    fn a_customer_comes_back(&mut self, rng: &mut Rng, links: &mut Vec<String>) {
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

    fn an_agent_acts(&mut self, rng: &mut Rng, number: usize) {
        let name = *rng.pick(&WINDOWS).expect("invariant: there are windows");
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
                self.answers(name, &format!("{name} answers number {number}."));
            }
            13..=15 => {
                one_of_mine.into_iter().for_each(|id| self.looks_at(name, id));
                self.whispers(name, &format!("{name} whispers number {number}."));
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

    fn somebody(rng: &mut Rng) -> &'static str {
        let all: Vec<&str> = TABS.iter().chain(&WINDOWS).copied().collect();
        rng.pick(&all).copied().expect("invariant: there is somebody")
    }

    fn is_there(&self, name: &str) -> bool {
        self.tabs.get(name).is_some_and(|tab| tab.machine.is_some())
            || self.windows.get(name).is_some_and(|window| window.machine.is_some())
    }

    fn a_page_changes(&mut self, rng: &mut Rng) {
        let name = Self::somebody(rng);
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

    fn the_network_fails(&mut self, rng: &mut Rng) {
        let name = Self::somebody(rng);
        match rng.below(8) {
            0 | 1 => self.connection_is_cut(name),
            2 | 3 => self.connection_goes_half_open(name),
            4 => self.connection_stalls(name, true),
            5 => self.connection_stalls(name, false),
            6 => self.network_goes_dark(name),
            _ => {
                // The others of the same browser come back with it.
                let same: BTreeSet<&str> =
                    TABS.iter().chain(&WINDOWS).copied().filter(|other| owner(other) == owner(name)).collect();
                same.into_iter().filter(|other| *other == name || !AGENTS.contains(&owner(name))).for_each(|other| {
                    self.network_comes_back(other);
                });
            }
        }
    }

    fn the_disk_fails(&mut self, rng: &mut Rng) {
        let faults = [Fault::Full, Fault::Io, Fault::IoButWritten, Fault::Torn(1)];
        let fault = *rng.pick(&faults).expect("invariant: there are faults");
        match rng.below(3) {
            0 => self.disk_fails(Some(if rng.chance(50) { Fault::Full } else { Fault::Io })),
            1 => self.disk_fails(None),
            _ => self.next_append_fails(fault),
        }
    }

    fn the_relay_dies(&mut self, rng: &mut Rng) {
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
