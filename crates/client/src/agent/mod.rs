//! The whole console but its pixels.
//!
//! A window shows the agent's desk (a whole latest value) and has some conversations open, each with its transcript, its
//! unsent words and its drafts. After every reconnect the desk comes whole and every open conversation goes on where it
//! stopped; what was asked for and not answered is asked for again, unless the desk shows that it was done.

mod act;
mod event;
mod frames;
mod listed;
mod open;
mod opened;
mod staff;
mod view;

pub use event::{Effect, Event};
pub use opened::Opened;
pub use staff::Floor;
pub use view::{Me, Notice, NoticeKind, TakenLink};

use std::collections::BTreeMap;

use model::{ConversationId, Millis, Timestamp};
use serde::{Deserialize, Serialize};
use wire::limits::ACCEPT_WITHIN;
use wire::{ConsoleToRelay, DeskState, Encoding, Frame, Request, RequestId};

use crate::clock::Clock;
use crate::link::{Link, PageEvent, SocketEffect, SocketEvent, Step, StopReason};

/// "Is writing" is sent at most this often.
pub const TYPING_EVERY: Millis = Millis::seconds(3);
/// Drafts are stored after this long without a key pressed.
pub const DRAFT_PAUSE: Millis = Millis(500);
/// Conversations kept open in a window beside the agent's own; the one looked at longest ago goes first.
pub const OPENED_MAX: usize = 20;
/// The most notices that are kept.
pub const NOTICES_MAX: usize = 20;

/// See the module.
#[derive(Debug)]
pub struct Console {
    encoding: Encoding,
    visible: bool,
    clock: Clock,
    link: Link,
    me: Option<Me>,
    desk: Option<DeskState>,
    desk_is_current: bool,
    open: open::Open,
    epoch: Option<u64>,
    opened: BTreeMap<ConversationId, Opened>,
    /// Conversations in the order in which they were looked at; the present one is last.
    looked_at: Vec<ConversationId>,
    focused: Option<ConversationId>,
    requests: BTreeMap<RequestId, (Request, Timestamp)>,
    /// Asked for on an earlier connection and not answered.
    unanswered: Vec<Request>,
    last_request: u32,
    taken_link: Option<TakenLink>,
    staff: staff::Staff,
    why_waiting: Option<wire::WhyWaiting>,
    presences: wire::PresencesState,
    notices: Vec<Notice>,
    last_notice: u32,
    dirty_since: Option<Timestamp>,
    revision: u64,
    touched: bool,
    told_wake: Option<Timestamp>,
    steps: Vec<Step>,
    effects: Vec<Effect>,
}

/// What a window stores.
#[derive(Serialize, Deserialize)]
struct Stored {
    focused: Option<ConversationId>,
    opened: Vec<opened::Stored>,
}

impl Console {
    /// A console that knows nothing yet; give it [`Event::Init`] once somebody is signed in.
    #[must_use]
    pub fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            visible: true,
            clock: Clock::default(),
            link: Link::default(),
            me: None,
            desk: None,
            desk_is_current: false,
            open: open::Open::default(),
            epoch: None,
            opened: BTreeMap::new(),
            looked_at: Vec::new(),
            focused: None,
            requests: BTreeMap::new(),
            unanswered: Vec::new(),
            last_request: 0,
            taken_link: None,
            staff: staff::Staff::default(),
            why_waiting: None,
            presences: wire::PresencesState::default(),
            notices: Vec::new(),
            last_notice: 0,
            dirty_since: None,
            revision: 0,
            touched: false,
            told_wake: None,
            steps: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Takes an event; gives what to do, in order.
    #[must_use = "effects must be carried out"]
    pub fn handle(&mut self, now: Timestamp, event: Event) -> Vec<Effect> {
        let now = self.clock.tick(now);
        if self.told_wake.is_some_and(|at| at <= now) {
            // The clock jumped past it, as after a sleep: the timer that was set for it would ring too late.
            self.told_wake = None;
        }
        let before = (self.connection(), self.is_noticeable(now));
        match event {
            Event::Init { stored, hidden } => self.init(now, stored.as_deref(), hidden),
            Event::Socket(event) => self.socket(now, event),
            Event::Page(event) => self.page_event(now, event),
            Event::Wake { jitter } => self.wake(now, jitter),
            Event::Focus { conversation } => self.focus(conversation),
            Event::Draft { conversation, internal, text } => self.drafted(now, conversation, internal, text),
            Event::Submit { conversation, internal, key, text } => self.submit(now, conversation, internal, key, text),
            Event::Retry { conversation, key, fresh } => self.retry(conversation, key, fresh),
            Event::Discard { conversation, key } => self.discard(conversation, key),
            Event::Ask { request } => self.ask(now, request),
            Event::ForgetLink => self.forget_link(),
            Event::WatchFloor { on } => self.watch_floor(on),
            Event::WatchColleagues { on } => self.watch_colleagues(on),
            Event::Dismiss { notice } => self.dismiss(notice),
            Event::TryNow => self.link.try_now(now, &mut self.steps),
            Event::SignedOut => self.link.stop(StopReason::SignedOut, &mut self.steps),
        }
        self.take_steps();
        self.pump(now);
        self.mark_read();
        self.take_steps();
        if before != (self.connection(), self.is_noticeable(now)) {
            self.touched = true;
        }
        self.tell(now)
    }

    fn socket(&mut self, now: Timestamp, event: SocketEvent) {
        match event {
            SocketEvent::Opened { socket } => {
                if self.link.opened(now, socket) {
                    self.send(&ConsoleToRelay::Hello);
                }
            }
            SocketEvent::Received { socket, bytes } => {
                if self.link.heard(now, socket) {
                    self.received(now, &bytes);
                }
            }
            SocketEvent::Closed { socket, code, jitter } => {
                self.link.closed(now, socket, code, jitter, &mut self.steps);
            }
        }
    }

    fn page_event(&mut self, now: Timestamp, event: PageEvent) {
        match event {
            PageEvent::Visible => self.visible = true,
            PageEvent::Hidden => self.visible = false,
            PageEvent::Parked => self.store_if_dirty(),
            PageEvent::Online | PageEvent::Offline | PageEvent::Restored => {}
        }
        self.link.page(now, event, &mut self.steps);
    }

    fn wake(&mut self, now: Timestamp, jitter: u32) {
        self.told_wake = None;
        self.link.wake(now, jitter, &mut self.steps);
        self.take_steps();
        let overdue = self.requests.values().any(|(_, sent)| *sent + ACCEPT_WITHIN <= now)
            || self.opened.values().any(|opened| opened.outbox.is_overdue(now));
        if overdue {
            self.link.distrust(now, &mut self.steps);
            self.take_steps();
        }
        if self.dirty_since.is_some_and(|since| since + DRAFT_PAUSE <= now) {
            self.store_if_dirty();
        }
        if self.link.is_up() {
            let behind: Vec<_> = self
                .opened
                .iter_mut()
                .filter(|(_, opened)| opened.is_awaited())
                .filter_map(|(id, opened)| opened.stream.overdue(now).map(|after| (*id, after)))
                .collect();
            for (conversation, after) in behind {
                self.send(&ConsoleToRelay::Open { conversation, after });
            }
        }
    }

    /// Turns what the link asks for into effects.
    fn take_steps(&mut self) {
        while !self.steps.is_empty() {
            for step in core::mem::take(&mut self.steps) {
                match step {
                    Step::Dial(socket) => self.effects.push(Effect::Socket(SocketEffect::Dial { socket })),
                    Step::Close(socket, code) => {
                        self.effects.push(Effect::Socket(SocketEffect::Close { socket, code }))
                    }
                    Step::Beat => self.send(&ConsoleToRelay::Beat),
                    Step::Lost => self.lost(),
                    Step::DialFailed => self.effects.push(Effect::CheckSignIn),
                    Step::Stopped(StopReason::SignedOut) => self.effects.push(Effect::SignedOut),
                    Step::Stopped(StopReason::VersionUnsupported) => {
                        self.store_if_dirty();
                        self.effects.push(Effect::Reload);
                    }
                    Step::Stopped(_) => {}
                }
            }
        }
    }

    fn lost(&mut self) {
        self.desk_is_current = false;
        self.open.lost();
        self.staff.lost();
        for opened in self.opened.values_mut() {
            opened.lost();
        }
        let requests = core::mem::take(&mut self.requests);
        self.unanswered.extend(requests.into_values().map(|(request, _)| request));
        self.touched = true;
    }

    /// Sends the next words of every conversation that has some and whose last ones were answered.
    fn pump(&mut self, now: Timestamp) {
        if !self.link.is_up() {
            return;
        }
        let mut frames = Vec::new();
        for (conversation, opened) in &mut self.opened {
            let conversation = *conversation;
            if let Some(entry) = opened.outbox.next(now) {
                let (key, text) = (entry.key, entry.text.clone());
                frames.push(if entry.internal {
                    ConsoleToRelay::SayInternal { conversation, key, text }
                } else {
                    ConsoleToRelay::Say { conversation, key, text }
                });
            }
        }
        for frame in frames {
            self.send(&frame);
            self.touched = true;
        }
    }

    /// A visible window has seen what it shows of the conversation that is looked at. Only a customer's words are worth a frame
    /// and a fact of the log.
    fn mark_read(&mut self) {
        let Some(conversation) = self.focused.filter(|_| self.visible && self.link.is_up()) else { return };
        let Some(opened) = self.opened.get_mut(&conversation) else { return };
        let Some(state) = opened.state.as_ref().filter(|_| opened.state_is_current) else { return };
        if opened.has_words_after(state.read_by_me.max(opened.read_sent)) {
            let upto = opened.stream.shown();
            opened.read_sent = upto;
            self.send(&ConsoleToRelay::Read { conversation, upto });
        }
    }

    fn send(&mut self, frame: &ConsoleToRelay) {
        let socket = self.link.socket();
        self.effects.push(Effect::Socket(SocketEffect::Send { socket, bytes: frame.encode(self.encoding) }));
    }

    /// Closes the handling of an event: what the owner must be told because of it.
    fn tell(&mut self, now: Timestamp) -> Vec<Effect> {
        if core::mem::take(&mut self.touched) {
            self.revision += 1;
            self.effects.push(Effect::Changed);
        }
        let wake = self.next_wake(now);
        if let Some(at) = wake
            && wake != self.told_wake
        {
            self.told_wake = wake;
            self.effects.push(Effect::WakeAt(self.clock.raw(at)));
        }
        core::mem::take(&mut self.effects)
    }

    fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        let dirty = self.dirty_since.map(|since| since + DRAFT_PAUSE);
        let noticeable =
            self.link.lost_at().map(|lost| lost + crate::customer::NOTICEABLE_AFTER).filter(|at| *at > now);
        let mut next = [self.link.wake_at(), dirty, noticeable].into_iter().flatten().min();
        if self.link.is_up() {
            let opened = self.opened.values();
            let waits = opened
                .flat_map(|opened| [opened.outbox.wake_at(), opened.stream.wake_at().filter(|_| opened.is_awaited())])
                .flatten()
                .chain(self.requests.values().map(|(_, sent)| *sent + ACCEPT_WITHIN));
            next = waits.chain(next).min();
        }
        next
    }
}
