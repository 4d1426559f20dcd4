//! A customer's tab: the widget's real machine, with a real socket under it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use client::customer::{Customer, Effect, Event, Init};
use client::{Connection, SocketEvent};
use model::{MessageText, ResumeToken, SendKey};
use testkit::Rng;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Sleep;
use wire::{CustomerEntry, CustomerEvent, Encoding};

use super::outage::{Clock, Outage, Passage, Tally};
use super::wire::{Route, Wire};
use super::words;

/// What a tab is told to do.
pub(super) enum Act {
    /// A round: write once at this instant, and expect one more message of the agent's.
    Round(Instant),
    /// Lose the connection now.
    Cut,
    /// Tell what became of you in this round.
    Tell(oneshot::Sender<Passage>),
}

/// What is left of a tab when its page is closed.
pub(super) struct Left {
    pub(super) number: usize,
    pub(super) token: Option<ResumeToken>,
    pub(super) entries: Vec<CustomerEntry>,
    /// The keys of all that was submitted, in order.
    pub(super) keys: Vec<SendKey>,
    pub(super) unsent: usize,
}

/// See the module.
pub(super) struct Tab {
    number: usize,
    machine: Customer,
    wire: Wire,
    clock: Clock,
    rng: Rng,
    outage: Outage,
    acts: mpsc::UnboundedReceiver<Act>,
    timer: Pin<Box<Sleep>>,
    wake_at: Option<Instant>,
    write_at: Option<Instant>,
    /// In the host page's storage.
    token: Option<ResumeToken>,
    /// In the iframe's storage.
    start: Option<Vec<u8>>,
    keys: Vec<SendKey>,
    /// Entries looked at, the agent's messages among them, and how many of these there should be.
    looked: usize,
    heard: usize,
    expected: usize,
}

impl Tab {
    /// A page that is not loaded yet.
    pub(super) fn new(route: Route, clock: Clock, tally: Arc<Tally>, acts: mpsc::UnboundedReceiver<Act>) -> Self {
        let number = route.number;
        Self {
            number,
            machine: Customer::new(Encoding::Binary, "shop".parse().expect("invariant: a slug")),
            wire: Wire::new(route),
            clock,
            rng: Rng::new(number as u64),
            outage: Outage::new(tally),
            acts,
            timer: Box::pin(tokio::time::sleep_until(Instant::now().into())),
            wake_at: None,
            write_at: None,
            token: None,
            start: None,
            keys: Vec::new(),
            looked: 0,
            heard: 0,
            expected: 0,
        }
    }

    /// Loads the page, starts a conversation, and goes on until nobody has anything more to tell it.
    pub(super) async fn live(mut self) -> Left {
        // Every other customer has the chat open and reads along.
        let init = Init { open: self.number.is_multiple_of(2), can_store: true, ..Init::default() };
        self.happens(Event::Init(Box::new(init))).await;
        self.write().await;
        while let Some(event) = self.next().await {
            match event {
                Next::Event(event) => self.happens(event).await,
                Next::Write => self.write().await,
                Next::Act(Act::Round(write_at)) => {
                    self.outage.begin();
                    self.write_at = Some(write_at);
                    self.expected += 1;
                }
                Next::Act(Act::Cut) => self.wire.cut(),
                Next::Act(Act::Tell(whom)) => {
                    // Who asked may have given up waiting.
                    let _ = whom.send(self.outage.passage());
                }
            }
        }
        Left {
            number: self.number,
            token: self.token,
            entries: self.machine.entries().to_vec(),
            keys: self.keys,
            unsent: self.machine.unsent().len(),
        }
    }

    async fn next(&mut self) -> Option<Next> {
        let due = self.wake_at.into_iter().chain(self.write_at).min();
        if let Some(due) = due
            && self.timer.deadline() != due.into()
        {
            self.timer.as_mut().reset(due.into());
        }
        tokio::select! {
            event = self.wire.next(&mut self.rng) => Some(Next::Event(Event::Socket(event))),
            act = self.acts.recv() => act.map(Next::Act),
            () = self.timer.as_mut(), if due.is_some() => {
                if self.write_at == due {
                    self.write_at = None;
                    return Some(Next::Write);
                }
                self.wake_at = None;
                Some(Next::Event(Event::Wake { jitter: self.rng.jitter() }))
            }
        }
    }

    async fn write(&mut self) {
        let text = MessageText::new(words::from(self.number, self.keys.len())).expect("invariant: a text");
        let (key, token) = (SendKey(self.rng.bytes()), ResumeToken::from_bytes(self.rng.bytes()));
        self.keys.push(key);
        self.happens(Event::Submit { key, token, text, name: None }).await;
    }

    async fn happens(&mut self, event: Event) {
        if let Event::Socket(SocketEvent::Closed { code, .. }) = &event {
            self.outage.ended(*code);
        }
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.machine.handle(self.clock.now(), event) {
                events.extend(self.carry_out(effect).await);
            }
        }
        self.look();
    }

    /// Does what a page and its host do; gives their answer.
    async fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Socket(effect) => self.wire.carry_out(effect, &mut self.outage).await,
            Effect::WakeAt(at) => self.wake_at = Some(self.clock.instant(at)),
            Effect::StoreStart(bytes) => self.start = bytes,
            Effect::LoadStart => return Some(Event::StoredStart { bytes: self.start.clone() }),
            Effect::StoreToken(token) => {
                // The first one counts.
                self.token = token.map(|token| self.token.take().unwrap_or(token));
                return Some(Event::Token { token: self.token.clone() });
            }
            Effect::ReplaceToken(token) => {
                self.token = Some(token);
                return Some(Event::Token { token: self.token.clone() });
            }
            Effect::AskSignIn => return Some(Event::SignedIn { jwt: None, failed: false }),
            // Nobody reloads these pages or looks at their launchers.
            Effect::StoreOutbox(_)
            | Effect::StoreDraft(_)
            | Effect::Arrived
            | Effect::Redirect(_)
            | Effect::Handover { .. }
            | Effect::Sites { .. }
            | Effect::HostEvent(_)
            | Effect::Badge { .. }
            | Effect::HostState(_)
            | Effect::Reload
            | Effect::Changed => {}
        }
        None
    }

    fn look(&mut self) {
        let entries = self.machine.entries();
        if entries.len() < self.looked {
            // Started over from a snapshot.
            (self.looked, self.heard) = (0, 0);
        }
        let is_theirs = |entry: &&CustomerEntry| matches!(entry.event, CustomerEvent::Theirs { .. });
        self.heard += entries[self.looked..].iter().filter(is_theirs).count();
        self.looked = entries.len();
        // The state comes after the entries that it names the last of.
        let is_current = self.machine.connection() == Connection::Connected && self.machine.is_current();
        let has_said = self.write_at.is_none() && self.machine.unsent().is_empty();
        if is_current && has_said {
            self.outage.is_seated();
        }
        self.outage.stands(is_current, has_said && self.heard >= self.expected);
    }
}

enum Next {
    Event(Event),
    Write,
    Act(Act),
}
