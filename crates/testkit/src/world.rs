//! A world and its time.

use std::collections::{BTreeMap, VecDeque};

use client::SocketEvent;
use client::agent::Event as ConsoleEvent;
use client::customer::Event;
use log::MemoryDisk;
use model::{ConversationId, Millis, SendKey, Timestamp};
use wire::Encoding;

use crate::browser::{Browser, Tab, Window};
use crate::canary::not_for_customers;
use crate::house::{House, Kill, Out};
use crate::network::{End, Parcel, Wire};
use crate::people::Rules;
use crate::rng::Rng;

/// When every world begins.
const BEGINNING: Timestamp = Timestamp(1_795_262_400_000);
/// The close code of a connection that was cut.
pub(crate) const CUT: u16 = 1006;

/// What became of something that somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is to be in the log exactly once, or still with its sender.
    Kept,
    /// It went back into the composer, or its sender closed the tab for good: it may be in the log once, or not at all.
    GivenBack,
}

/// Something that somebody wrote.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) by: End,
    pub(crate) key: SendKey,
    pub(crate) text: String,
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) fate: Fate,
}

/// See the crate.
pub struct World {
    pub(crate) now: Timestamp,
    pub(crate) rng: Rng,
    pub(crate) rules: Rules,
    pub(crate) disk: MemoryDisk,
    pub(crate) house: Option<House>,
    pub(crate) start_at: Option<Timestamp>,
    pub(crate) wires: BTreeMap<u64, Wire>,
    pub(crate) browsers: BTreeMap<String, Browser>,
    pub(crate) tabs: BTreeMap<String, Tab>,
    pub(crate) windows: BTreeMap<String, Window>,
    pub(crate) said: Vec<Said>,
    pub(crate) latency_ms: (u64, u64),
    /// How long a relay that was killed stays away.
    pub(crate) outage_ms: (u64, u64),
    pub(crate) encoding: Option<Encoding>,
    pub(crate) to_do: VecDeque<ToDo>,
    pub(crate) minted: u128,
    /// Supervisors watch, and pages say something about their customers.
    pub(crate) has_floor: bool,
    /// How often a page has said something.
    pub(crate) pages_said: u64,
    steps: u64,
}

/// What follows from an effect, before anything else happens.
pub(crate) enum ToDo {
    Tab(String, Event),
}

impl World {
    /// A world with a relay on an empty disk and nobody in it. Agents are ravi, sofia and maya, dana and omar
    /// oversee them; anybody else is a customer.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let rules = Rules::default();
        let disk = MemoryDisk::new();
        let house = House::start(&disk, &rules, BEGINNING);
        let mut world = Self {
            now: BEGINNING,
            rng: Rng::new(seed),
            rules,
            disk,
            house: Some(house),
            start_at: None,
            wires: BTreeMap::new(),
            browsers: BTreeMap::new(),
            tabs: BTreeMap::new(),
            windows: BTreeMap::new(),
            said: Vec::new(),
            latency_ms: (5, 60),
            outage_ms: (200, 3_000),
            encoding: None,
            to_do: VecDeque::new(),
            minted: 0,
            has_floor: false,
            pages_said: 0,
            steps: 0,
        };
        world.run_house();
        world
    }

    /// How many things have happened.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The world's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Lets time pass.
    pub fn passes(&mut self, span: Millis) {
        let until = self.now + span;
        while let Some(next) = self.next_at().filter(|next| *next <= until) {
            self.now = self.now.max(next);
            self.step();
        }
        self.now = until;
    }

    fn next_at(&self) -> Option<Timestamp> {
        let wires = self.wires.values().flat_map(|wire| [wire.up.next_at(), wire.down.next_at()]).flatten();
        let tabs = self.tabs.values().filter_map(|tab| tab.wake_at);
        let windows = self.windows.values().filter_map(|window| window.wake_at);
        let house = self.house.as_ref().map(House::due);
        wires.chain(tabs).chain(windows).chain(house).chain(self.start_at).min()
    }

    /// One thing happens.
    fn step(&mut self) {
        self.steps += 1;
        let now = self.now;
        if self.start_at.is_some_and(|at| at <= now) {
            self.start_at = None;
            self.house = Some(House::start(&self.disk, &self.rules, now));
            self.run_house();
        } else if let Some((id, wire)) = self.wires.iter_mut().find(|(_, wire)| is_due(wire.up.next_at(), now)) {
            let (id, parcel) = (*id, wire.up.take(now));
            self.arrives_at_relay(id, parcel);
        } else if let Some((id, wire)) = self.wires.iter_mut().find(|(_, wire)| is_due(wire.down.next_at(), now)) {
            let (id, parcel) = (*id, wire.down.take(now));
            self.arrives_at_client(id, parcel);
        } else if let Some((name, tab)) = self.tabs.iter_mut().find(|(_, tab)| is_due(tab.wake_at, now)) {
            tab.wake_at = None;
            let name = name.clone();
            let jitter = self.rng.jitter();
            self.tab(&name, Event::Wake { jitter });
        } else if let Some((name, window)) = self.windows.iter_mut().find(|(_, window)| is_due(window.wake_at, now)) {
            window.wake_at = None;
            let name = name.clone();
            let jitter = self.rng.jitter();
            self.window(&name, ConsoleEvent::Wake { jitter });
        } else {
            self.run_house();
        }
        self.wires.retain(|_, wire| !wire.is_over());
    }

    fn arrives_at_relay(&mut self, id: u64, parcel: Option<Parcel>) {
        let now = self.now;
        let Some(wire) = self.wires.get_mut(&id) else { return };
        let connection = wire.connection;
        match (parcel, &mut self.house) {
            (Some(Parcel::Open), Some(house)) => {
                wire.relay_listens = true;
                match &wire.end {
                    End::Tab(name) => house.accept_customer(now, connection, self.tabs[name].encoding),
                    End::Window(name) => {
                        let window = &self.windows[name];
                        house.accept_console(now, connection, window.encoding, window.agent);
                    }
                }
                self.send_down(id, Parcel::Open);
            }
            (Some(Parcel::Open), None) => self.send_down(id, Parcel::Close(CUT)),
            (Some(Parcel::Frame(bytes)), Some(house)) if wire.relay_listens => {
                let minted = &mut self.minted;
                let mut mint = || {
                    *minted += 1;
                    0x019a_a5f0_0000_7000_8000_0000_0000_0000 + *minted
                };
                house.receive(now, connection, &bytes, &mut mint);
                self.run_house();
            }
            (Some(Parcel::Close(_)), Some(house)) if wire.relay_listens => {
                wire.relay_listens = false;
                house.closed(now, connection);
                self.run_house();
            }
            (Some(Parcel::Close(_)), _) => wire.relay_listens = false,
            (Some(Parcel::Frame(_)), _) | (None, _) => {}
        }
    }

    fn arrives_at_client(&mut self, id: u64, parcel: Option<Parcel>) {
        let Some(wire) = self.wires.get_mut(&id) else { return };
        if let Some(house) = &mut self.house
            && wire.relay_listens
        {
            house.set_full(wire.connection, wire.down.is_full());
        }
        if !wire.client_listens {
            return;
        }
        let (socket, end) = (wire.socket, wire.end.clone());
        let event = match parcel {
            None => return,
            Some(Parcel::Open) => SocketEvent::Opened { socket },
            Some(Parcel::Frame(bytes)) => SocketEvent::Received { socket, bytes },
            Some(Parcel::Close(code)) => {
                wire.client_listens = false;
                SocketEvent::Closed { socket, code, jitter: self.rng.jitter() }
            }
        };
        match end {
            End::Tab(name) => self.tab(&name, Event::Socket(event)),
            End::Window(name) => self.window(&name, ConsoleEvent::Socket(event)),
        }
        self.run_house();
    }

    /// The relay does what is due and what waits.
    pub(crate) fn run_house(&mut self) {
        let Some(house) = &mut self.house else { return };
        match house.run(self.now) {
            Ok(out) => out.into_iter().for_each(|out| self.goes_out(out)),
            Err(_killed) => self.relay_dies(),
        }
    }

    fn goes_out(&mut self, out: Out) {
        let (connection, parcel) = match out {
            Out::Frame(connection, bytes) => (connection, Parcel::Frame(bytes)),
            Out::Close(connection, code) => (connection, Parcel::Close(code.number())),
        };
        let Some((id, wire)) = self.wires.iter_mut().find(|(_, wire)| wire.connection == connection) else { return };
        if let (Parcel::Frame(bytes), End::Tab(name)) = (&parcel, &wire.end) {
            let leak = not_for_customers(bytes);
            assert!(leak.is_none(), "{name} was sent what is not for customers: {leak:?}");
        }
        if let Parcel::Close(_) = parcel {
            wire.relay_listens = false;
        }
        let id = *id;
        self.send_down(id, parcel);
        if let (Some(house), Some(wire)) = (&mut self.house, self.wires.get(&id))
            && wire.relay_listens
            && wire.down.is_full()
        {
            house.set_full(connection, true);
        }
    }

    /// The process is killed: what was not durable is gone.
    pub(crate) fn relay_dies(&mut self) {
        self.house = None;
        let (low, high) = self.outage_ms;
        self.start_at = Some(self.now + Millis(self.rng.between(low, high)));
        let ids: Vec<u64> = self.wires.keys().copied().collect();
        for id in ids {
            if let Some(wire) = self.wires.get_mut(&id)
                && core::mem::replace(&mut wire.relay_listens, false)
            {
                self.send_down(id, Parcel::Close(CUT));
            }
        }
    }

    /// The next append, or the silence before it, kills the relay.
    pub(crate) fn relay_will_die(&mut self, kill: Kill) {
        if let Some(house) = &mut self.house {
            house.kill_at(kill);
        }
    }

    pub(crate) fn latency(&mut self) -> Millis {
        let (low, high) = self.latency_ms;
        Millis(self.rng.between(low, high))
    }

    fn send_down(&mut self, id: u64, parcel: Parcel) {
        let at = self.now + self.latency();
        if let Some(wire) = self.wires.get_mut(&id) {
            wire.down.put(at, parcel);
        }
    }

    /// The page of a tab or window is gone without a word: its sockets are closed by the browser.
    pub(crate) fn page_is_gone(&mut self, end: &End) {
        let at = self.now + self.latency();
        for wire in self.wires.values_mut().filter(|wire| wire.end == *end && wire.client_listens) {
            wire.up.put(at, Parcel::Close(1001));
            wire.client_listens = false;
        }
    }

    pub(crate) fn wires_of<'a>(&'a mut self, end: &'a End) -> impl Iterator<Item = &'a mut Wire> + 'a {
        self.wires.values_mut().filter(move |wire| wire.end == *end && wire.client_listens)
    }

    /// Both ends learn that the connection is gone.
    pub(crate) fn cut(&mut self, end: &End) {
        let now = self.now;
        let mut lost = Vec::new();
        for (id, wire) in self.wires.iter_mut().filter(|(_, wire)| wire.end == *end && wire.client_listens) {
            if core::mem::replace(&mut wire.relay_listens, false) {
                lost.push((*id, wire.connection));
            }
        }
        for (id, connection) in lost {
            if let Some(house) = &mut self.house {
                house.closed(now, connection);
            }
            self.send_down(id, Parcel::Close(CUT));
        }
        self.run_house();
    }
}

fn is_due(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| at <= now)
}
