//! One connection that is always being kept alive: dial, hello, heartbeats, watchdogs, back-off, page lifecycle.
//!
//! The link knows nothing of frames but that the first one is a hello, that the answer to it is a welcome, and that a
//! heartbeat is answered. The machine that owns it decodes frames and tells the link what they meant.

use model::{Millis, Timestamp};
use wire::limits::{ACCEPT_WITHIN, CLIENT_SILENT_AFTER, HEARTBEAT_EVERY};
use wire::{CloseCode, Verdict};

mod event;
mod page;
mod times;

pub use event::{Connection, PageEvent, SocketEffect, SocketEvent, SocketId, StopReason};
pub use times::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Dialing { since: Timestamp },
    Greeting { since: Timestamp },
    Up { since: Timestamp },
    Waiting { until: Timestamp },
    Parked,
    Stopped(StopReason),
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Link {
    state: State,
    socket: SocketId,
    wanted: bool,
    offline: bool,
    /// Losses and failed dials since the last stable minute.
    failures: u32,
    /// When the connection was last there, or first wanted.
    lost_at: Option<Timestamp>,
    /// When the present outage began: the first loss or failed dial since a connection that had settled.
    trouble_since: Option<Timestamp>,
    ever_up: bool,
    last_heard: Timestamp,
    heartbeat_every: Millis,
    probe_sent: Option<(Timestamp, Millis)>,
    not_before: Option<Timestamp>,
    jitter: u32,
}

/// What a link asks its machine to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Open a new socket.
    Dial(SocketId),
    /// Close the socket.
    Close(SocketId, u16),
    /// Send a heartbeat.
    Beat,
    /// The connection was lost: nothing that was sent and not answered can be counted on.
    Lost,
    /// A dial ended before the socket was open: said of the first of an outage, and of every fourth.
    DialFailed,
    /// A close code said that trying again changes nothing.
    Stopped(StopReason),
}

type Steps = Vec<Step>;

impl Default for Link {
    fn default() -> Self {
        Self {
            state: State::Idle,
            socket: SocketId(0),
            wanted: false,
            offline: false,
            failures: 0,
            lost_at: None,
            trouble_since: None,
            ever_up: false,
            last_heard: Timestamp::ZERO,
            heartbeat_every: HEARTBEAT_EVERY,
            probe_sent: None,
            not_before: None,
            jitter: u32::MAX / 2,
        }
    }
}

impl Link {
    /// Wants a connection from now on.
    pub fn want(&mut self, now: Timestamp, steps: &mut Steps) {
        self.wanted = true;
        if self.state == State::Idle {
            self.dial(now, steps);
        }
    }

    /// Wants none any more.
    pub fn leave(&mut self, steps: &mut Steps) {
        self.wanted = false;
        if !matches!(self.state, State::Parked | State::Stopped(_)) {
            self.drop_socket(1000, State::Idle, steps);
        }
        self.failures = 0;
        self.lost_at = None;
        self.trouble_since = None;
        self.ever_up = false;
    }

    /// Ends the present connection and makes a new one, because what its hello said is no longer true.
    pub fn redial(&mut self, now: Timestamp, steps: &mut Steps) {
        if self.has_socket() {
            self.drop_socket(1000, State::Idle, steps);
            self.dial(now, steps);
        }
    }

    /// Stops for good, as after a close code that says so.
    pub fn stop(&mut self, reason: StopReason, steps: &mut Steps) {
        self.drop_socket(1000, State::Stopped(reason), steps);
        steps.push(Step::Stopped(reason));
    }

    /// The socket is open; true where it is the present one and its hello is to be sent.
    pub fn opened(&mut self, now: Timestamp, socket: SocketId) -> bool {
        let mine = self.socket == socket && matches!(self.state, State::Dialing { .. });
        if mine {
            self.state = State::Greeting { since: now };
            self.last_heard = now;
        }
        mine
    }

    /// A frame came; true where it is of the present socket.
    pub fn heard(&mut self, now: Timestamp, socket: SocketId) -> bool {
        let mine = self.socket == socket && matches!(self.state, State::Greeting { .. } | State::Up { .. });
        if mine {
            self.last_heard = now;
        }
        mine
    }

    /// The frame was the welcome; false where none was due.
    pub fn welcomed(&mut self, now: Timestamp, heartbeat_every: Millis) -> bool {
        let due = matches!(self.state, State::Greeting { .. });
        if due {
            self.state = State::Up { since: now };
            self.heartbeat_every = heartbeat_every;
            self.ever_up = true;
            self.lost_at = None;
            self.not_before = None;
        }
        due
    }

    /// The frame was a heartbeat. Answers it, unless it is itself the answer to one of ours: so a heartbeat of either side
    /// gets exactly one answer.
    pub fn beaten(&mut self, steps: &mut Steps) {
        if self.probe_sent.take().is_none() {
            steps.push(Step::Beat);
        }
    }

    /// The relay will stop soon and wants us back after `wait`.
    pub fn draining(&mut self, now: Timestamp, wait: Millis) {
        self.not_before = Some(now + Millis(wait.0.min(BACK_OFF_CAP.0 * 2)));
    }

    /// The socket is closed.
    pub fn closed(&mut self, now: Timestamp, socket: SocketId, code: u16, jitter: u32, steps: &mut Steps) {
        self.jitter = jitter;
        if self.socket == socket && self.has_socket() {
            self.lose(now, code, steps);
        }
    }

    /// The peer sent what is not a frame, or a frame that this state does not allow.
    pub fn distrust_peer(&mut self, now: Timestamp, steps: &mut Steps) {
        steps.push(Step::Close(self.socket, CloseCode::Malformed.number()));
        // Not a stop: it was not the relay that told us to stay away.
        self.lose(now, 1006, steps);
    }

    /// Nothing came back for something that the relay must answer.
    pub fn distrust(&mut self, now: Timestamp, steps: &mut Steps) {
        if self.has_socket() {
            steps.push(Step::Close(self.socket, CloseCode::ClientWatchdog.number()));
            self.lose(now, CloseCode::ClientWatchdog.number(), steps);
        }
    }

    /// A person pressed "try now".
    pub fn try_now(&mut self, now: Timestamp, steps: &mut Steps) {
        self.wanted = true;
        match self.state {
            State::Waiting { .. } | State::Stopped(_) | State::Idle => {
                self.dial(now, steps);
            }
            State::Dialing { since } if now.since(since) > Millis::seconds(2) => {
                self.drop_socket(CloseCode::ClientWatchdog.number(), State::Idle, steps);
                self.dial(now, steps);
            }
            State::Dialing { .. } | State::Greeting { .. } | State::Up { .. } | State::Parked => {}
        }
    }

    /// Time has passed.
    pub fn wake(&mut self, now: Timestamp, jitter: u32, steps: &mut Steps) {
        self.jitter = jitter;
        match self.state {
            State::Idle | State::Parked | State::Stopped(_) => {}
            State::Waiting { until } if until <= now => self.dial(now, steps),
            State::Waiting { .. } => {}
            State::Dialing { since } if since + OPEN_WITHIN <= now => self.give_up(now, steps),
            State::Greeting { since } if since + ACCEPT_WITHIN <= now => self.give_up(now, steps),
            State::Dialing { .. } | State::Greeting { .. } => {}
            State::Up { .. } => self.watch(now, steps),
        }
    }

    /// When to come back with [`Link::wake`].
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Idle | State::Parked | State::Stopped(_) => None,
            State::Waiting { until } => Some(until),
            State::Dialing { since } => Some(since + OPEN_WITHIN),
            State::Greeting { since } => Some(since + ACCEPT_WITHIN),
            State::Up { .. } => {
                let silent = self.last_heard + self.silent_after();
                let next = match self.probe_sent {
                    Some((sent, within)) => sent + within,
                    None => self.last_heard + self.probe_after(),
                };
                Some(silent.min(next))
            }
        }
    }

    /// Whether frames can be sent: the relay has welcomed us.
    #[must_use]
    pub fn is_up(&self) -> bool {
        matches!(self.state, State::Up { .. })
    }

    /// The present socket.
    #[must_use]
    pub fn socket(&self) -> SocketId {
        self.socket
    }

    /// Since when a connection that is wanted and tried for is missing. Not said of the first dial of a page, which is merely
    /// slow until it fails.
    #[must_use]
    pub fn lost_at(&self) -> Option<Timestamp> {
        self.lost_at.filter(|_| matches!(self.connection(), Connection::Reconnecting { .. }))
    }

    /// What a person may see, in the machine's clock.
    #[must_use]
    pub fn connection(&self) -> Connection {
        match self.state {
            State::Idle => Connection::Idle,
            State::Parked => Connection::Parked,
            State::Stopped(reason) => Connection::Stopped(reason),
            State::Up { .. } => Connection::Connected,
            State::Dialing { .. } | State::Greeting { .. } if !self.ever_up && self.failures == 0 => {
                Connection::Connecting
            }
            State::Dialing { .. } | State::Greeting { .. } => self.reconnecting(None),
            State::Waiting { until } => self.reconnecting(Some(until)),
        }
    }

    fn reconnecting(&self, next_try_at: Option<Timestamp>) -> Connection {
        Connection::Reconnecting { since: self.lost_at.unwrap_or_default(), next_try_at, offline: self.offline }
    }

    fn has_socket(&self) -> bool {
        matches!(self.state, State::Dialing { .. } | State::Greeting { .. } | State::Up { .. })
    }

    fn dial(&mut self, now: Timestamp, steps: &mut Steps) {
        self.socket = SocketId(self.socket.0.wrapping_add(1));
        self.state = State::Dialing { since: now };
        self.probe_sent = None;
        self.not_before = None;
        self.lost_at.get_or_insert(now);
        steps.push(Step::Dial(self.socket));
    }

    /// Closes the socket, if there is one, without counting it as a loss.
    fn drop_socket(&mut self, code: u16, next: State, steps: &mut Steps) {
        if self.is_up() {
            steps.push(Step::Lost);
        }
        if self.has_socket() {
            steps.push(Step::Close(self.socket, code));
        }
        self.probe_sent = None;
        self.state = next;
    }

    fn give_up(&mut self, now: Timestamp, steps: &mut Steps) {
        steps.push(Step::Close(self.socket, CloseCode::ClientWatchdog.number()));
        self.lose(now, 1006, steps);
    }

    fn probe(&mut self, now: Timestamp, within: Millis, steps: &mut Steps) {
        if self.probe_sent.is_none_or(|(sent, before)| now + within < sent + before) {
            self.probe_sent = Some((now, within));
            steps.push(Step::Beat);
        }
    }

    /// Where the relay beats faster, because a customer may be away for less, silence is found faster too.
    fn silent_after(&self) -> Millis {
        Millis(self.heartbeat_every.0.saturating_mul(5) / 2).min(CLIENT_SILENT_AFTER)
    }

    fn probe_after(&self) -> Millis {
        Millis(self.heartbeat_every.0 + self.heartbeat_every.0 / 2)
    }

    fn watch(&mut self, now: Timestamp, steps: &mut Steps) {
        let overdue = self.probe_sent.is_some_and(|(sent, within)| sent + within <= now);
        // A frame that came after the probe proves as much as its answer would.
        let answered = self.probe_sent.is_some_and(|(sent, _)| sent < self.last_heard);
        if overdue && answered {
            self.probe_sent = None;
        } else if overdue || self.last_heard + self.silent_after() <= now {
            self.distrust(now, steps);
        } else if self.probe_sent.is_none() && self.last_heard + self.probe_after() <= now {
            self.probe(now, self.silent_after(), steps);
        }
    }

    fn lose(&mut self, now: Timestamp, code: u16, steps: &mut Steps) {
        let lasted = match self.state {
            State::Up { since } => now.since(since),
            State::Idle
            | State::Dialing { .. }
            | State::Greeting { .. }
            | State::Waiting { .. }
            | State::Parked
            | State::Stopped(_) => Millis::ZERO,
        };
        if self.is_up() {
            self.lost_at = Some(now);
            steps.push(Step::Lost);
        }
        if matches!(self.state, State::Dialing { .. }) && self.failures.is_multiple_of(DIALS_PER_QUESTION) {
            steps.push(Step::DialFailed);
        }
        self.probe_sent = None;
        if let Verdict::Stop = CloseCode::verdict(code) {
            self.state = State::Stopped(stop_reason(code));
            steps.push(Step::Stopped(stop_reason(code)));
            return;
        }
        if lasted >= STABLE_AFTER {
            self.failures = 0;
        }
        if lasted >= SETTLED_AFTER {
            // What follows a connection that was really there is an outage of its own, and young.
            self.trouble_since = None;
        }
        let at_once = CloseCode::verdict(code) == Verdict::AtOnce && (lasted >= SETTLED_AFTER || self.failures == 0);
        let trouble_since = *self.trouble_since.get_or_insert(now);
        let wait = if at_once { Millis::ZERO } else { self.back_off(now.since(trouble_since)) };
        self.failures = self.failures.saturating_add(1);
        let until = (now + wait).max(self.not_before.unwrap_or_default());
        self.state = State::Waiting { until };
        if until <= now {
            self.dial(now, steps);
        }
    }

    fn back_off(&self, outage: Millis) -> Millis {
        if self.offline {
            return BACK_OFF_CAP;
        }
        let cap = if outage < EARLY { BACK_OFF_CAP_EARLY } else { BACK_OFF_CAP };
        let limit = BACK_OFF_BASE.0.saturating_mul(1 << self.failures.min(16)).min(cap.0);
        let wait = limit.saturating_mul(u64::from(self.jitter)) >> 32;
        Millis(wait.max(BACK_OFF_FLOOR.0))
    }
}

fn stop_reason(code: u16) -> StopReason {
    const VERSION: u16 = CloseCode::VersionUnsupported.number();
    const SIGNED_OUT: u16 = CloseCode::SignedOut.number();
    const WIDGET: u16 = CloseCode::WidgetUnknown.number();
    const MANY: u16 = CloseCode::TooManyConnections.number();
    match code {
        VERSION => StopReason::VersionUnsupported,
        SIGNED_OUT => StopReason::SignedOut,
        WIDGET => StopReason::WidgetUnknown,
        MANY => StopReason::TooManyConnections,
        other => StopReason::Protocol(other),
    }
}
