//! Two tabs, a host page, a network that cuts and delays, reloads and parked pages, at random: nothing typed is ever lost,
//! nothing is written twice, what is shown is a part of the log, and two tabs make one conversation.

use std::collections::VecDeque;

use client::customer::{Customer, Effect, Event, Init};
use client::{PageEvent, SocketEffect, SocketEvent, SocketId};
use model::{Millis, ResumeToken, SendKey, Seq, Timestamp};
use proptest::prelude::*;
use wire::{CanResume, CustomerEntry, CustomerEvent, CustomerToRelay, Encoding, Frame, RefusalCode, RelayToCustomer};

use crate::stand::{customer_state, init, key, not_accepted, text, token, waiting_phase};

/// One conversation of the relay's.
struct Conversation {
    token: ResumeToken,
    entries: Vec<CustomerEntry>,
}

impl Conversation {
    fn seq_of(&self, wanted: SendKey) -> Option<Seq> {
        self.entries.iter().find_map(|entry| match entry.event {
            CustomerEvent::Mine { key, .. } if key == wanted => Some(entry.seq),
            _ => None,
        })
    }
}

/// A socket between a tab and the relay.
struct Wire {
    socket: SocketId,
    is_open: bool,
    joined: Option<usize>,
    sent: Seq,
    to_relay: VecDeque<Vec<u8>>,
    to_tab: VecDeque<Vec<u8>>,
}

#[derive(Default)]
struct Tab {
    machine: Option<Customer>,
    wake_at: Option<Timestamp>,
    wire: Option<Wire>,
    outbox: Option<Vec<u8>>,
    draft: String,
    /// What the host page has said and this tab has not heard.
    from_host: VecDeque<Option<ResumeToken>>,
}

#[derive(Default)]
struct World {
    now: Timestamp,
    relay: Vec<Conversation>,
    tabs: [Tab; 2],
    token: Option<ResumeToken>,
    start: Option<Vec<u8>>,
    is_down: bool,
    /// Sends are refused for now.
    is_busy: bool,
    submitted: Vec<String>,
}

#[derive(Clone, Debug)]
enum Step {
    Submit(usize),
    Host(usize),
    ToRelay(usize),
    ToTab(usize),
    Connect(usize),
    Cut(usize),
    Reload(usize),
    Page(usize, PageEvent),
    Panel(usize, bool),
    TryNow(usize),
    Pass(u64),
    Down(bool),
    Busy(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let tab = 0usize..2;
    let page = proptest::sample::select(
        &[PageEvent::Online, PageEvent::Offline, PageEvent::Visible, PageEvent::Hidden, PageEvent::Parked][..],
    );
    prop_oneof![
        3 => tab.clone().prop_map(Step::Submit),
        4 => tab.clone().prop_map(Step::Host),
        8 => tab.clone().prop_map(Step::ToRelay),
        8 => tab.clone().prop_map(Step::ToTab),
        5 => tab.clone().prop_map(Step::Connect),
        1 => tab.clone().prop_map(Step::Cut),
        1 => tab.clone().prop_map(Step::Reload),
        1 => (tab.clone(), page).prop_map(|(tab, event)| Step::Page(tab, event)),
        1 => tab.clone().prop_map(|tab| Step::Page(tab, PageEvent::Restored)),
        1 => (tab.clone(), any::<bool>()).prop_map(|(tab, open)| Step::Panel(tab, open)),
        1 => tab.prop_map(Step::TryNow),
        3 => (1u64..12_000).prop_map(Step::Pass),
        1 => any::<bool>().prop_map(Step::Down),
        1 => any::<bool>().prop_map(Step::Busy),
    ]
}

impl World {
    fn run(&mut self, step: Step) {
        match step {
            Step::Submit(tab) => self.submit(tab),
            Step::Host(tab) => {
                if let Some(token) = self.tabs[tab].from_host.pop_front() {
                    self.give(tab, Event::Token { token });
                }
            }
            Step::ToRelay(tab) => self.relay_takes(tab),
            Step::ToTab(tab) => self.tab_takes(tab),
            Step::Connect(tab) => self.connect(tab),
            Step::Cut(tab) => self.cut(tab),
            Step::Reload(tab) => self.reload(tab),
            Step::Page(tab, event) => self.give(tab, Event::Page(event)),
            Step::Panel(tab, open) => self.give(tab, if open { Event::Opened } else { Event::Minimized }),
            Step::TryNow(tab) => self.give(tab, Event::TryNow),
            Step::Pass(millis) => self.pass(Millis(millis)),
            Step::Down(is_down) => self.is_down = is_down,
            Step::Busy(is_busy) => self.is_busy = is_busy,
        }
    }

    fn submit(&mut self, tab: usize) {
        let Some(machine) = self.tabs[tab].machine.as_ref().filter(|machine| machine.may_write()) else { return };
        let n = u8::try_from(self.submitted.len() + 1).unwrap();
        let words = format!("words {n}.");
        // Whatever came back into the composer goes out with the new words.
        let all = [machine.draft(), &words].concat();
        self.submitted.push(words);
        self.give(tab, Event::Draft { text: all.clone() });
        self.give(tab, Event::Submit { key: key(n), token: token(n), text: text(&all), name: None });
    }

    fn reload(&mut self, tab: usize) {
        self.tabs[tab].wire = None;
        let here = &mut self.tabs[tab];
        here.machine = Some(Customer::new(Encoding::Binary, "shop".parse().unwrap()));
        here.wake_at = None;
        here.from_host.clear();
        let stored = Init {
            token: self.token.clone(),
            open: true,
            can_store: true,
            outbox: here.outbox.clone(),
            start: self.start.clone(),
            draft: here.draft.clone(),
            ..Init::default()
        };
        self.give(tab, init(stored));
    }

    fn connect(&mut self, tab: usize) {
        let Some(wire) = self.tabs[tab].wire.as_mut().filter(|wire| !wire.is_open) else { return };
        let socket = wire.socket;
        if self.is_down {
            self.cut(tab);
        } else {
            wire.is_open = true;
            self.give(tab, Event::Socket(SocketEvent::Opened { socket }));
        }
    }

    fn cut(&mut self, tab: usize) {
        if let Some(wire) = self.tabs[tab].wire.take() {
            let closed = SocketEvent::Closed { socket: wire.socket, code: 1006, jitter: 77_777_777 };
            self.give(tab, Event::Socket(closed));
        }
    }

    fn tab_takes(&mut self, tab: usize) {
        let Some(wire) = self.tabs[tab].wire.as_mut() else { return };
        if let Some(bytes) = wire.to_tab.pop_front() {
            let socket = wire.socket;
            self.give(tab, Event::Socket(SocketEvent::Received { socket, bytes }));
        }
    }

    fn pass(&mut self, span: Millis) {
        // A host page answers before a client stops waiting for it.
        for tab in 0..2 {
            while !self.tabs[tab].from_host.is_empty() {
                self.run(Step::Host(tab));
            }
        }
        self.now += span;
        for tab in 0..2 {
            let mut wakes = 0;
            while self.tabs[tab].wake_at.is_some_and(|at| at <= self.now) {
                wakes += 1;
                assert!(wakes < 10, "a machine that wants to be woken again and again makes a page hot");
                self.tabs[tab].wake_at = None;
                self.give(tab, Event::Wake { jitter: 99_999_999 });
            }
        }
    }

    fn give(&mut self, tab: usize, event: Event) {
        let Some(machine) = self.tabs[tab].machine.as_mut() else { return };
        for effect in machine.handle(self.now, event) {
            self.perform(tab, effect);
        }
    }

    fn perform(&mut self, tab: usize, effect: Effect) {
        let here = &mut self.tabs[tab];
        match effect {
            Effect::Socket(SocketEffect::Dial { socket }) => {
                let (to_relay, to_tab) = Default::default();
                here.wire = Some(Wire { socket, is_open: false, joined: None, sent: Seq(0), to_relay, to_tab });
            }
            Effect::Socket(SocketEffect::Close { .. }) => here.wire = None,
            Effect::Socket(SocketEffect::Send { socket, bytes }) => {
                let wire = here.wire.as_mut().expect("only an open socket is written to");
                assert_eq!(wire.socket, socket);
                wire.to_relay.push_back(bytes);
            }
            Effect::WakeAt(at) => here.wake_at = Some(at),
            Effect::StoreOutbox(bytes) => here.outbox = (!bytes.is_empty()).then_some(bytes),
            Effect::StoreDraft(draft) => here.draft = draft,
            Effect::StoreStart(bytes) => self.start = bytes,
            Effect::LoadStart => {
                let bytes = self.start.clone();
                self.give(tab, Event::StoredStart { bytes });
            }
            Effect::StoreToken(wanted) => self.store_token(tab, wanted),
            Effect::Badge { .. } | Effect::HostState(_) | Effect::Changed => {}
            Effect::Sites { .. } | Effect::HostEvent(_) => {}
            Effect::Reload
            | Effect::ReplaceToken(_)
            | Effect::AskSignIn
            | Effect::Arrived
            | Effect::Redirect(_)
            | Effect::Handover { .. } => panic!("nobody asked for it"),
        }
    }

    /// The host page keeps the first token, and tells everybody.
    fn store_token(&mut self, tab: usize, wanted: Option<ResumeToken>) {
        let before = self.token.clone();
        self.token = match wanted {
            Some(wanted) => Some(self.token.take().unwrap_or(wanted)),
            None => None,
        };
        self.tabs[tab].from_host.push_back(self.token.clone());
        if self.token != before {
            self.tabs[1 - tab].from_host.push_back(self.token.clone());
        }
    }

    fn relay_takes(&mut self, tab: usize) {
        let Some(wire) = self.tabs[tab].wire.as_mut() else { return };
        let Some(bytes) = wire.to_relay.pop_front() else { return };
        let frame = CustomerToRelay::decode(Encoding::Binary, &bytes).unwrap();
        match frame {
            CustomerToRelay::Hello(hello) | CustomerToRelay::HelloWith { hello, .. } => {
                let known = |token: &ResumeToken| self.relay.iter().position(|one| one.token == *token);
                let resume = match &hello.resume {
                    None => CanResume::NotAsked,
                    Some(resume) => {
                        wire.joined = known(&resume.token);
                        wire.sent = resume.after;
                        if wire.joined.is_some() { CanResume::Yes } else { CanResume::Expired }
                    }
                };
                self.answer(tab, &crate::stand::welcome_at(self.now, resume));
            }
            CustomerToRelay::Start { key, .. }
            | CustomerToRelay::StartWith { key, .. }
            | CustomerToRelay::StartAnswered { key, .. }
            | CustomerToRelay::Say { key, .. }
                if self.is_busy =>
            {
                self.answer(tab, &not_accepted(key.0[0], RefusalCode::ReadOnly, Some(1_500)));
            }
            CustomerToRelay::Start { key, token, text, .. }
            | CustomerToRelay::StartWith { key, token, text, .. }
            | CustomerToRelay::StartAnswered { key, token, text, .. } => {
                let known = self.relay.iter().position(|one| one.token == token);
                let conversation = known.unwrap_or_else(|| {
                    self.relay.push(Conversation { token, entries: Vec::new() });
                    self.relay.len() - 1
                });
                self.tabs[tab].wire.as_mut().unwrap().joined = Some(conversation);
                let seq = self.write(conversation, key, text);
                self.answer(tab, &RelayToCustomer::Started { key, seq });
            }
            CustomerToRelay::Say { key, text } => {
                let conversation = wire.joined.expect("nothing is said before a conversation is joined");
                let seq = self.write(conversation, key, text);
                self.answer(tab, &RelayToCustomer::Accepted { key, seq });
            }
            CustomerToRelay::Fetch { after } => wire.sent = after,
            CustomerToRelay::Beat { .. } => {
                let head = wire.joined.map_or(Seq(0), |one| self.relay[one].entries.last().map_or(Seq(0), |e| e.seq));
                let now = self.now;
                self.answer(tab, &RelayToCustomer::Beat { now, head });
            }
            CustomerToRelay::Typing | CustomerToRelay::Read { .. } => {}
            CustomerToRelay::End
            | CustomerToRelay::StillWaiting
            | CustomerToRelay::Continue { .. }
            | CustomerToRelay::StartNew
            | CustomerToRelay::Extend
            | CustomerToRelay::GoToArrival
            | CustomerToRelay::SignIn { .. }
            | CustomerToRelay::MintLink
            | CustomerToRelay::MintHandover { .. } => panic!("nobody pressed that"),
        }
        self.spread();
    }

    fn write(&mut self, conversation: usize, key: SendKey, words: model::MessageText) -> Seq {
        let here = &mut self.relay[conversation];
        if let Some(seq) = here.seq_of(key) {
            return seq;
        }
        let seq = Seq(u32::try_from(here.entries.len() + 1).unwrap());
        here.entries.push(CustomerEntry { seq, at: self.now, event: CustomerEvent::Mine { key, text: words } });
        seq
    }

    /// Sends every joined tab what it has not got.
    fn spread(&mut self) {
        for tab in 0..2 {
            let Some(wire) = self.tabs[tab].wire.as_mut() else { continue };
            let Some(conversation) = wire.joined else { continue };
            let all = &self.relay[conversation].entries;
            let missing: Vec<_> = all.iter().filter(|entry| entry.seq > wire.sent).cloned().collect();
            let head = all.last().map_or(Seq(0), |entry| entry.seq);
            if !missing.is_empty() {
                wire.sent = head;
                self.answer(tab, &RelayToCustomer::Entries { entries: missing });
                let state = customer_state(u64::from(head.0), waiting_phase(1), head.0);
                self.answer(tab, &RelayToCustomer::State(state));
            }
        }
    }

    fn answer(&mut self, tab: usize, frame: &RelayToCustomer) {
        if let Some(wire) = self.tabs[tab].wire.as_mut() {
            wire.to_tab.push_back(frame.encode(Encoding::Binary));
        }
    }

    fn check(&self) {
        assert!(self.relay.len() <= 1, "two tabs make one conversation");
        for words in &self.submitted {
            let written = self.relay.iter().flat_map(|one| &one.entries).filter(|entry| said(entry).contains(words));
            assert!(written.count() <= 1, "written twice: {words}");
        }
        for tab in &self.tabs {
            let Some(machine) = &tab.machine else { continue };
            let shown = machine.entries();
            let log = self.relay.first().map_or(&[][..], |one| &one.entries);
            assert_eq!(shown, &log[..shown.len()], "what is shown is the log's beginning");
        }
        for words in &self.submitted {
            assert!(self.has(words), "lost: {words}");
        }
    }

    /// Whether words are durable, or waiting, or back in a composer.
    fn has(&self, words: &str) -> bool {
        let waits = |machine: &Customer| {
            machine.unsent().iter().any(|unsent| unsent.text.as_str().contains(words))
                || machine.draft().contains(words)
        };
        self.relay.iter().flat_map(|one| &one.entries).any(|entry| said(entry).contains(words))
            || self.tabs.iter().any(|tab| tab.machine.as_ref().is_some_and(waits))
    }

    /// Everything works from now on, and both people look.
    fn heal(&mut self) {
        self.is_down = false;
        self.is_busy = false;
        for tab in 0..2 {
            if self.tabs[tab].machine.is_none() {
                self.reload(tab);
            }
            for event in [PageEvent::Restored, PageEvent::Online, PageEvent::Visible] {
                self.give(tab, Event::Page(event));
            }
            self.give(tab, Event::Opened);
        }
        for _ in 0..60 {
            for tab in 0..2 {
                for _ in 0..20 {
                    self.run(Step::Host(tab));
                    self.run(Step::Connect(tab));
                    self.run(Step::ToRelay(tab));
                    self.run(Step::ToTab(tab));
                }
            }
            self.pass(Millis::seconds(2));
        }
    }
}

fn said(entry: &CustomerEntry) -> &str {
    match &entry.event {
        CustomerEvent::Mine { text, .. } => text.as_str(),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        if std::env::var_os("REJOIN_LONG").is_some() { 100_000 } else { 500 }
    ))]
    #[test]
    fn nothing_typed_is_lost_and_nothing_is_written_twice(story in proptest::collection::vec(step(), 0..150)) {
        let mut world = World { now: Timestamp(1_000_000), ..World::default() };
        world.reload(0);
        world.reload(1);
        for step in story {
            world.run(step);
            world.check();
        }
        world.heal();
        world.check();
        for tab in &world.tabs {
            let machine = tab.machine.as_ref().unwrap();
            prop_assert!(machine.unsent().is_empty(), "everything is durable in the end: {:?}", machine.screen());
            let log = world.relay.first().map_or(0, |one| one.entries.len());
            prop_assert_eq!(machine.entries().len(), log, "both tabs show all of it");
        }
    }
}
