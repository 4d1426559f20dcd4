//! An agent's window: the console's real machine, with a real socket under it.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::agent::{Console, Effect, Event};
use client::{Connection, SocketEvent};
use model::{ConversationId, MessageText, SendKey};
use testkit::Rng;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Sleep;
use wire::{AgentsEntry, AgentsEvent, Encoding, Request, Speaker};

use super::outage::{Clock, Outage, Passage, Tally};
use super::wire::{Route, Wire};
use super::words;

/// What a window is told to do.
pub(super) enum Act {
    /// A round: write once in every conversation, spread over this time, and expect one more message of each customer's.
    Round(Instant, Duration),
    /// Lose the connection now.
    Cut,
    /// Tell what became of you in this round.
    Tell(oneshot::Sender<Passage>),
}

/// What is left of a window's conversation: what its agent could read.
pub(super) struct Left {
    pub(super) entries: Vec<AgentsEntry>,
    pub(super) unsent: usize,
}

/// A conversation of the agent's.
#[derive(Default)]
struct Mine {
    /// The customer, once their first words have come.
    number: Option<usize>,
    looked: usize,
    heard: usize,
    written: usize,
}

/// See the module.
pub(super) struct Window {
    machine: Console,
    wire: Wire,
    clock: Clock,
    rng: Rng,
    outage: Outage,
    acts: mpsc::UnboundedReceiver<Act>,
    timer: Pin<Box<Sleep>>,
    wake_at: Option<Instant>,
    to_write: VecDeque<(Instant, ConversationId)>,
    mine: BTreeMap<ConversationId, Mine>,
    /// How many conversations the agent is to have.
    wanted: usize,
    /// How many messages each customer should have sent.
    expected: usize,
}

impl Window {
    /// A window that is not open yet.
    pub(super) fn new(
        route: Route,
        wanted: usize,
        clock: Clock,
        tally: Arc<Tally>,
        acts: mpsc::UnboundedReceiver<Act>,
    ) -> Self {
        Self {
            machine: Console::new(Encoding::Binary),
            rng: Rng::new(route.number as u64),
            wire: Wire::new(route),
            clock,
            outage: Outage::new(tally),
            acts,
            timer: Box::pin(tokio::time::sleep_until(Instant::now().into())),
            wake_at: None,
            to_write: VecDeque::new(),
            mine: BTreeMap::new(),
            wanted,
            expected: 1,
        }
    }

    /// Opens the window, takes every offer, and goes on until nobody has anything more to tell it.
    pub(super) async fn live(mut self) -> Vec<Left> {
        self.happens(Event::Init { stored: None, hidden: false }).await;
        loop {
            let written_at = self.to_write.front().map(|(at, _)| *at);
            let due = self.wake_at.into_iter().chain(written_at).min();
            if let Some(due) = due
                && self.timer.deadline() != due.into()
            {
                self.timer.as_mut().reset(due.into());
            }
            tokio::select! {
                event = self.wire.next(&mut self.rng) => self.happens(Event::Socket(event)).await,
                act = self.acts.recv() => match act {
                    None => return self.leave(),
                    Some(Act::Round(from, over)) => self.begin(from, over),
                    Some(Act::Cut) => self.wire.cut(),
                    Some(Act::Tell(whom)) => {
                        // Who asked may have given up waiting.
                        let _ = whom.send(self.outage.passage());
                    }
                },
                () = self.timer.as_mut(), if due.is_some() => {
                    if written_at == due {
                        self.write().await;
                    } else {
                        self.wake_at = None;
                        let jitter = self.rng.jitter();
                        self.happens(Event::Wake { jitter }).await;
                    }
                }
            }
        }
    }

    fn leave(self) -> Vec<Left> {
        let opened = self.mine.keys().filter_map(|conversation| self.machine.opened(*conversation));
        opened.map(|opened| Left { entries: opened.entries().to_vec(), unsent: opened.unsent().len() }).collect()
    }

    fn begin(&mut self, from: Instant, over: Duration) {
        self.outage.begin();
        self.expected += 1;
        let gap = over / u32::try_from(self.mine.len().max(1)).unwrap_or(u32::MAX);
        // Not all agents at the same instants.
        let first = from + gap.mul_f64(f64::from(self.rng.jitter()) / f64::from(u32::MAX));
        let mut at = first;
        for conversation in self.mine.keys() {
            self.to_write.push_back((at, *conversation));
            at += gap;
        }
    }

    async fn write(&mut self) {
        let Some((_, conversation)) = self.to_write.pop_front() else { return };
        let Some(mine) = self.mine.get_mut(&conversation) else { return };
        let Some(number) = mine.number else { return };
        let text = MessageText::new(words::to(number, mine.written)).expect("invariant: a text");
        mine.written += 1;
        let key = SendKey(self.rng.bytes());
        self.happens(Event::Submit { conversation, internal: false, key, text }).await;
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
            if events.is_empty() {
                events.extend(self.next_to_open());
            }
        }
        self.look();
    }

    /// Does what a console's page and its agent do; gives their answer.
    async fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Socket(effect) => self.wire.carry_out(effect, &mut self.outage).await,
            Effect::WakeAt(at) => self.wake_at = Some(self.clock.instant(at)),
            Effect::NewOffer { conversation } => {
                return Some(Event::Ask { request: Request::Accept { conversation } });
            }
            // The sign-in lasts; nobody reloads these pages.
            Effect::Store(_)
            | Effect::NewInvitation { .. }
            | Effect::NewMessage { .. }
            | Effect::CheckSignIn
            | Effect::SignedOut
            | Effect::Reload
            | Effect::Changed => {}
        }
        None
    }

    /// A conversation that became the agent's is opened, one after the other.
    fn next_to_open(&mut self) -> Option<Event> {
        if self.mine.len() >= self.wanted {
            return None;
        }
        let cards = &self.machine.desk()?.mine;
        let conversation = cards.iter().map(|card| card.conversation).find(|id| !self.mine.contains_key(id))?;
        self.mine.insert(conversation, Mine::default());
        Some(Event::Focus { conversation: Some(conversation) })
    }

    fn look(&mut self) {
        let (mut is_current, mut is_complete) = (true, self.to_write.is_empty());
        let mut known = 0;
        for (conversation, mine) in &mut self.mine {
            let Some(opened) = self.machine.opened(*conversation) else { continue };
            let entries = opened.entries();
            if entries.len() < mine.looked {
                (mine.looked, mine.heard) = (0, 0);
            }
            for text in entries[mine.looked..].iter().filter_map(customers_words) {
                mine.number = mine.number.or_else(|| words::number_of(text));
                mine.heard += 1;
            }
            mine.looked = entries.len();
            known += usize::from(mine.number.is_some());
            is_current &= opened.is_current();
            is_complete &= opened.unsent().is_empty() && mine.heard >= self.expected;
        }
        if known == self.wanted {
            self.outage.is_seated();
        }
        is_current &= self.machine.connection() == Connection::Connected && self.machine.is_current();
        self.outage.stands(is_current, is_complete);
    }
}

/// What the customer said, where that is what an entry tells.
pub(super) fn customers_words(entry: &AgentsEntry) -> Option<&str> {
    if let AgentsEvent::Message { from: Speaker::Customer, text, .. } = &entry.event {
        return Some(text.as_str());
    }
    None
}
