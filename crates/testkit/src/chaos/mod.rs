//! Storms: worlds in which people and faults act at random.

mod agents;
mod colleagues;
mod customers;
mod faults;
mod supervisors;

use client::Connection;
use desk::{ConversationFact, Fact};
use model::{InvitationEnd, InvitationKind, Millis, SupervisorRights};

use crate::check::Compared;
use crate::rng::Rng;
use crate::world::World;

const TABS: [&str; 8] = ["mia", "mia/2", "noor", "noor/2", "tom", "mia@phone", "mia@help", "noor@phone"];
const WINDOWS: [&str; 4] = ["ravi", "ravi/2", "sofia", "maya"];
/// Where there is a floor: the same, a second window of another, and who oversees them.
const ALL_WINDOWS: [&str; 8] = ["ravi", "ravi/2", "sofia", "sofia/2", "maya", "dana", "dana/2", "omar"];
const OVERSEERS: [&str; 3] = ["dana", "dana/2", "omar"];

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
    /// What there was on the staff side.
    pub staff: Staff,
}

/// What a storm was on the staff side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// Consults that began.
    pub consults: usize,
    /// Consultants who were let in.
    pub let_in: usize,
    /// Transfers to agents that were accepted, by whomever they were asked.
    pub transfers: usize,
    /// Supervisors who began to read along.
    pub monitors: usize,
    /// Supervisors who joined.
    pub joins: usize,
    /// Conversations assigned to agents.
    pub assigned: usize,
    /// Those of them that went beyond somebody's capacity.
    pub over: usize,
    /// Conversations sent to another queue.
    pub sent: usize,
    /// Conversations closed by force.
    pub forced: usize,
    /// Presences set by supervisors.
    pub presences: usize,
    /// Times that supervisors' rights were set.
    pub rights: usize,
    /// Supervisors who were put out because of that.
    pub put_out: usize,
    /// What was compared with what the desk says, whenever all was quiet.
    pub compared: Compared,
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
    world.rages(&mut rng, steps)
}

/// The same with supervisors, who watch the floor, read along, join, assign, transfer and close, while their rights come and go; with
/// agents who consult each other and hand over; and with pages that say something about their customers.
///
/// # Panics
/// As [`storm`].
#[must_use]
pub fn storm_on_the_floor(seed: u64, steps: u64) -> Storm {
    let mut world = World::new(seed);
    let mut rng = Rng::new(seed ^ 0xf100_4a11);
    world.has_floor = true;
    world.latency_ms = (1, rng.between(10, 400));
    world.outage_ms = (100, rng.between(1_000, 20_000));
    world.disconnects_after(Millis::seconds(rng.between(20, 180)));
    if rng.chance(50) {
        let hold = rng.between(0, 90);
        world.keeps_places(Millis::seconds(hold), Millis::seconds(hold + rng.between(1, 200)));
    }
    for browser in ["noor", "noor@phone"] {
        world.is_signed_in(browser, Some("noor"));
    }
    world.rules.capacity = model::Units(i32::try_from(rng.between(1, 3)).unwrap_or(1));
    world.rules.supervision = SupervisorRights { monitor: true, assign: true, transfer: true, force_close: true };
    world.relay_is_killed();
    ALL_WINDOWS.iter().for_each(|name| world.opens_console(name));
    OVERSEERS.iter().for_each(|name| world.watches_floor(name, true));
    world.rages(&mut rng, steps)
}

fn told(world: &World, checks: u32, compared: Compared) -> Storm {
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
        staff: staff(world, compared),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "of all that there is, some is looked at")]
fn staff(world: &World, compared: Compared) -> Staff {
    let mut staff = Staff { compared, ..Staff::default() };
    for row in world.disk.facts() {
        let what = match row.fact {
            Fact::Conversation { what, .. } => what,
            Fact::PresenceSetBy { .. } => {
                staff.presences += 1;
                continue;
            }
            Fact::SupervisionConfigured(_) => {
                staff.rights += 1;
                continue;
            }
            _ => continue,
        };
        match what {
            ConversationFact::ConsultBegan(_) => staff.consults += 1,
            ConversationFact::ConsultantLetIn { .. } => staff.let_in += 1,
            ConversationFact::InvitationEnded { kind, how: InvitationEnd::Accepted, .. }
                if kind != InvitationKind::Consult =>
            {
                staff.transfers += 1;
            }
            ConversationFact::MonitoringBegan(_) => staff.monitors += 1,
            ConversationFact::SupervisorJoined(_) => staff.joins += 1,
            ConversationFact::Assigned { over, .. } => {
                staff.assigned += 1;
                staff.over += usize::from(over > model::Units(0));
            }
            ConversationFact::SentToQueue { .. } => staff.sent += 1,
            ConversationFact::ForceClosedBy(_) => staff.forced += 1,
            ConversationFact::MonitoringEnded { why: model::MonitorEnd::RightTaken, .. } => staff.put_out += 1,
            _ => {}
        }
    }
    staff
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
    fn rages(mut self, rng: &mut Rng, steps: u64) -> Storm {
        let mut links = Vec::new();
        let mut checks = 0;
        let mut compared = Compared::default();
        while self.steps() < steps {
            let acts = if self.has_floor { rng.between(60, 240) } else { rng.between(20, 120) };
            for _ in 0..acts {
                if self.has_floor {
                    self.acts_on_the_floor(rng, &mut links);
                } else {
                    self.acts_at_random(rng, &mut links);
                }
                self.passes(Millis(a_pause(rng)));
            }
            self.heals();
            self.settle();
            if self.has_floor {
                self.everybody_looks();
                self.settle();
                // Everybody has just been shown everything. What changes from now on comes by itself.
                compared += self.compare();
                for _ in 0..rng.between(5, 40) {
                    self.acts_in_peace(rng);
                    self.passes(Millis(rng.between(1, 1_500)));
                }
                self.everybody_signs_in();
                self.settle();
            }
            compared += self.compare();
            checks += 1;
        }
        told(&self, checks, compared)
    }

    fn windows_of_storm(&self) -> &'static [&'static str] {
        if self.has_floor { &ALL_WINDOWS } else { &WINDOWS }
    }

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
        self.everybody_signs_in();
        if self.has_floor {
            // Rules that met a disk that failed, and browsers that show no page.
            self.configure();
            self.browsers.values_mut().for_each(|browser| browser.offline = false);
        }
        // Longer than any silence goes unnoticed.
        self.passes(Millis::seconds(35));
    }

    /// Whoever signed out signs in again.
    fn everybody_signs_in(&mut self) {
        let windows: Vec<String> = self.windows.keys().cloned().collect();
        for name in windows {
            let machine = self.windows[&name].machine.as_ref();
            if machine.is_none_or(|machine| matches!(machine.connection(), Connection::Stopped(_))) {
                self.opens_console(&name);
            }
        }
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

    /// Nothing goes wrong.
    fn acts_in_peace(&mut self, rng: &mut Rng) {
        let number = self.said.len();
        if rng.chance(30) && self.somebody_answers(rng) {
            return;
        }
        match rng.below(100) {
            0..=24 => self.a_customer_writes(rng, number),
            25..=29 => self.a_customer_acts(rng, number),
            30..=44 => self.an_agent_acts(rng, number),
            45..=69 => self.a_colleague_acts(rng, number),
            70..=94 => self.a_supervisor_acts(rng, number),
            _ => self.rights_change(rng),
        }
    }

    fn acts_on_the_floor(&mut self, rng: &mut Rng, links: &mut Vec<String>) {
        let number = self.said.len();
        if rng.chance(30) && self.somebody_answers(rng) {
            return;
        }
        match rng.below(200) {
            0..=29 => self.a_customer_writes(rng, number),
            30..=41 => self.a_customer_acts(rng, number),
            42..=49 => self.a_customer_comes_back(rng, links),
            50..=79 => self.an_agent_acts(rng, number),
            80..=121 => self.a_colleague_acts(rng, number),
            122..=163 => self.a_supervisor_acts(rng, number),
            164..=169 => self.a_page_changes(rng),
            170..=181 => self.the_network_fails(rng),
            182..=190 => self.somebody_is_reached_again(rng),
            191..=193 => self.the_disk_fails(rng),
            194..=197 => self.rights_change(rng),
            _ => self.the_relay_dies(rng),
        }
    }
}
