//! People who write, leave and come back, on a disk that fails, in a process that is killed: a seed gives one story.
//!
//! After every step: what was acknowledged is durable, nothing is written twice, and the desk's record is the fold of the
//! durable facts. In the end the disk is well again, and everything that anybody ever sent is there, once.
//!
//! `REJOIN_SEEDS=from..to` runs others than the usual ones.

use std::collections::{BTreeMap, BTreeSet};

use desk::{AgentRequest, Author, ConversationFact, Fact, Input, Notice, RefusalReason};
use model::{ConnectionId, ConversationId, Millis, SendKey, Timestamp};
use rejoin_log::commit::{Sender, Settled};
use rejoin_log::{Fault, MemoryDisk};

use crate::shop::{Shop, agent_says, configuration, connect_agent, connection, resume, say, start};
use crate::support::{NOON, agent, conversation, key};

const CUSTOMERS: u128 = 6;
const AGENTS: u128 = 2;
const STEPS: u32 = 400;

/// Deterministic noise (SplitMix64).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }
}

/// A customer's browser: one unanswered send at a time, tried until it is answered.
struct Browser {
    number: u128,
    connection: Option<ConnectionId>,
    outbox: Option<SendKey>,
    has_started: bool,
    is_over: bool,
}

struct World {
    shop: Shop,
    noise: Noise,
    browsers: Vec<Browser>,
    consoles: BTreeMap<u128, ConnectionId>,
    acknowledged: BTreeSet<SendKey>,
    sent: BTreeSet<SendKey>,
    connections: u128,
    keys: u64,
    recoveries: u32,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut shop = Shop::open(&MemoryDisk::new(), NOON);
        let _ = shop.hear(configuration(AGENTS));
        let browsers = (1..=CUSTOMERS).map(Browser::new).collect();
        Self {
            shop,
            noise: Noise(seed),
            browsers,
            consoles: BTreeMap::new(),
            acknowledged: BTreeSet::new(),
            sent: BTreeSet::new(),
            connections: 10_000,
            keys: 0,
            recoveries: 0,
        }
    }

    fn fresh_connection(&mut self) -> ConnectionId {
        self.connections += 1;
        connection(self.connections)
    }

    fn fresh_key(&mut self) -> SendKey {
        self.keys += 1;
        key(self.keys)
    }

    fn step(&mut self) {
        match self.noise.below(20) {
            0 => self.fall_ill(),
            1 => self.recover(),
            2 => self.die(),
            3..=5 => {
                let span = if self.noise.one_in(10) { 200_000 } else { 3_000 };
                let span = Millis(self.noise.below(span));
                let settled = self.shop.pass(span);
                self.take(&settled);
            }
            _ => {
                let inputs: Vec<Input> = (0..=self.noise.below(4)).filter_map(|_| self.input()).collect();
                let settled = self.shop.hear(inputs);
                self.take(&settled);
            }
        }
        self.check();
    }

    fn fall_ill(&mut self) {
        let fault = match self.noise.below(4) {
            0 => Fault::Full,
            1 => Fault::Io,
            2 => Fault::IoButWritten,
            _ => Fault::Torn(usize::try_from(self.noise.below(3)).unwrap()),
        };
        if self.noise.one_in(2) {
            self.shop.disk.fail_next(fault);
        } else {
            self.shop.disk.fail_until_lifted(Some(fault));
        }
    }

    fn recover(&mut self) {
        self.shop.disk.heal();
    }

    /// The process is killed, at times between a commit and its answers.
    fn die(&mut self) {
        if self.noise.one_in(2) {
            let inputs: Vec<Input> = (0..3).filter_map(|_| self.input()).collect();
            // Nobody hears the answers.
            let _ = self.shop.hear(inputs);
        }
        self.shop.restart(Millis(self.noise.below(20_000)));
        for browser in &mut self.browsers {
            browser.connection = None;
        }
        self.consoles.clear();
        let settled = self.shop.turn();
        self.take(&settled);
    }

    /// What somebody does next.
    fn input(&mut self) -> Option<Input> {
        if self.noise.one_in(4) {
            return self.agent_input();
        }
        let which = usize::try_from(self.noise.below(CUSTOMERS as u64)).unwrap();
        let (fresh_connection, fresh_key) = (self.fresh_connection(), self.fresh_key());
        let id = conversation(self.connections);
        let browser = &mut self.browsers[which];
        if browser.is_over {
            return None;
        }
        let Some(at) = browser.connection else {
            browser.connection = Some(fresh_connection);
            return browser.has_started.then(|| resume(fresh_connection, browser.number));
        };
        if self.noise.one_in(8) {
            browser.connection = None;
            return Some(Input::LoseConnection { connection: at, last_heard: self.shop.now });
        }
        // A send that was not answered is tried again; a start, until it is known to have happened, as a start.
        let key = *browser.outbox.get_or_insert(fresh_key);
        self.sent.insert(key);
        Some(if browser.has_started { say(at, key) } else { start(browser.number, at, id, key) })
    }

    fn agent_input(&mut self) -> Option<Input> {
        let number = 1 + u128::from(self.noise.below(AGENTS as u64));
        let Some(at) = self.consoles.get(&number).copied() else {
            let connect = connect_agent(number);
            if let Input::ConnectAgent { connection, .. } = connect {
                self.consoles.insert(number, connection);
            }
            return Some(connect);
        };
        if self.noise.one_in(15) {
            self.consoles.remove(&number);
            return Some(Input::LoseConnection { connection: at, last_heard: self.shop.now });
        }
        let view = self.shop.commit.desk().agent_view(agent(number))?;
        if let Some(offer) = view.offers.first() {
            return Some(Input::Ask { connection: at, request: 1, ask: AgentRequest::Accept(offer.conversation.id) });
        }
        let mine = view.mine.first().map(|view| view.id)?;
        let key = self.fresh_key();
        self.sent.insert(key);
        Some(agent_says(at, mine, key))
    }

    /// What the people learn.
    fn take(&mut self, settled: &Settled) {
        assert_eq!(settled.fatal, None);
        self.recoveries += u32::from(settled.refresh);
        let durable = self.durable_keys();
        for notice in &settled.notices {
            match *notice {
                Notice::Sent { key, .. } | Notice::Started { key, .. } => {
                    assert!(durable.contains_key(&key), "acknowledged, so durable");
                    assert!(!settled.unsaved.iter().any(|sender| key_of(sender) == Some(key)), "one answer");
                    self.acknowledged.insert(key);
                    self.answer(key, false);
                }
                Notice::NotSent { key, conversation, reason, .. } => {
                    // A closed conversation's keys are not in the record: the rows know them.
                    let closed = conversation.filter(|_| reason == RefusalReason::ConversationClosed);
                    let found = closed.and_then(|id| self.find_send(id, key));
                    assert_eq!(found, durable.contains_key(&key).then_some(()), "{reason:?}: refused, so not written");
                    self.answer(key, found.is_none());
                }
                Notice::CannotResume { connection, .. } => {
                    let lost = self.browsers.iter().any(|browser| browser.connection == Some(connection));
                    assert!(!lost, "a conversation that was started is known");
                }
                Notice::Resumed { .. }
                | Notice::Done { .. }
                | Notice::WhyWaiting { .. }
                | Notice::Refused { .. }
                | Notice::Following { .. }
                | Notice::Unfollowed { .. }
                | Notice::FloorOpened { .. }
                | Notice::FloorOver { .. }
                | Notice::ColleaguesWatched { .. }
                | Notice::InvitationEnded { .. }
                | Notice::Head { .. }
                | Notice::Changed(_)
                | Notice::Displace { .. }
                | Notice::SignedOut { .. }
                | Notice::Prompted { .. }
                | Notice::PromptOfAnother { .. }
                | Notice::LinkDead { .. }
                | Notice::ArrivalWaits { .. }
                | Notice::SignedInAsSomeoneElse { .. }
                | Notice::Left { .. }
                | Notice::LinkMinted { .. }
                | Notice::Returned { .. }
                | Notice::HoldEnded { .. }
                | Notice::PromiseEnded { .. }
                | Notice::Disconnected { .. } => {}
            }
        }
    }

    fn find_send(&self, id: ConversationId, key: SendKey) -> Option<()> {
        let found = |author| self.shop.log.reader.find_send(id, author, key).unwrap();
        let agents = (1..=AGENTS).map(|number| Author::Agent(agent(number)));
        agents.chain([Author::Customer]).find_map(found).map(|_| ())
    }

    fn answer(&mut self, key: SendKey, is_over: bool) {
        for browser in self.browsers.iter_mut().filter(|browser| browser.outbox == Some(key)) {
            browser.outbox = None;
            browser.has_started |= !is_over;
            browser.is_over |= is_over;
        }
    }

    /// How often each key was written.
    fn durable_keys(&self) -> BTreeMap<SendKey, u32> {
        let mut keys = BTreeMap::new();
        for recorded in self.shop.disk.facts() {
            if let Fact::Conversation { what: ConversationFact::Said { key, .. }, .. } = recorded.fact {
                *keys.entry(key).or_default() += 1;
            }
        }
        keys
    }

    fn check(&mut self) {
        let durable = self.durable_keys();
        for key in &self.acknowledged {
            assert!(durable.contains_key(key), "nothing acknowledged is lost: {key:?}");
        }
        for (key, times) in &durable {
            assert_eq!(*times, 1, "nothing is written twice: {key:?}");
        }
        let record = self.shop.commit.desk().record();
        let durable_ahead = self.shop.commit.lsn().0 < self.shop.disk.facts().len() as u64;
        assert!(durable_ahead || *record == self.shop.replay(), "the record is the fold of what is durable");
        self.check_positions();
    }

    /// Positions are dense and time goes forward.
    fn check_positions(&self) {
        let mut heads: BTreeMap<ConversationId, u32> = BTreeMap::new();
        let mut last_at = Timestamp::ZERO;
        for recorded in self.shop.disk.facts() {
            assert!(recorded.at >= last_at);
            last_at = recorded.at;
            if let Fact::Conversation { id, position, .. } = recorded.fact {
                let head = heads.entry(id).or_default();
                assert_eq!(position, *head + 1);
                *head = position;
            }
        }
    }

    /// The disk is well again: everybody gets an answer in the end.
    fn come_to_rest(&mut self) {
        self.recover();
        let settled = self.shop.pass(Millis::seconds(3));
        self.take(&settled);
        assert_eq!(self.shop.commit.outage(), None, "it recovers by itself");
        for which in 0..self.browsers.len() {
            let fresh = self.fresh_connection();
            let browser = &self.browsers[which];
            let Some(key) = browser.outbox.filter(|_| !browser.is_over) else { continue };
            let (number, id) = (browser.number, conversation(self.connections));
            let again = if browser.has_started {
                vec![resume(fresh, number), say(fresh, key)]
            } else {
                vec![start(number, fresh, id, key)]
            };
            let settled = self.shop.hear(again);
            self.take(&settled);
            assert_eq!(self.browsers[which].outbox, None, "every send has its answer");
        }
        self.check();
    }
}

impl Browser {
    fn new(number: u128) -> Self {
        Self { number, connection: None, outbox: None, has_started: false, is_over: false }
    }
}

fn key_of(sender: &Sender) -> Option<SendKey> {
    match sender {
        Sender::Start { key, .. } | Sender::Customer { key, .. } | Sender::Agent { key, .. } => Some(*key),
        Sender::CustomerRequest { .. }
        | Sender::AgentRequest { .. }
        | Sender::SignOut { .. }
        | Sender::Configuration => None,
    }
}

#[expect(clippy::disallowed_methods, reason = "a test may be told which seeds to take")]
fn seeds() -> std::ops::Range<u64> {
    let asked = std::env::var("REJOIN_SEEDS").ok().and_then(|seeds| {
        let (from, to) = seeds.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    });
    asked.unwrap_or(0..30)
}

#[test]
fn nothing_is_lost_and_nothing_is_twice_whatever_the_disk_does() {
    let (mut recoveries, mut acknowledged) = (0, 0);
    for seed in seeds() {
        let told = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            for _ in 0..STEPS {
                world.step();
            }
            world.come_to_rest();
            (world.recoveries, world.acknowledged.len())
        });
        let Ok((recovered, heard)) = told else { panic!("seed {seed}") };
        recoveries += recovered;
        acknowledged += heard;
    }
    assert!(recoveries > 50, "disks failed and recovered: {recoveries}");
    assert!(acknowledged > 1_000, "people wrote: {acknowledged}");
}

#[test]
fn a_seed_gives_one_story() {
    let facts = |seed| {
        let mut world = World::new(seed);
        (0..STEPS).for_each(|_| world.step());
        world.shop.disk.facts()
    };
    assert!(facts(7) == facts(7));
    assert!(facts(7) != facts(8));
}
