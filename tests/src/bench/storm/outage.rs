//! One client's way through an outage, and what all clients together have reached.

use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{Millis, Timestamp};
use tokio::sync::watch;

/// How long an outage is young: no wait between two tries may be longer than a few seconds.
const YOUNG: Duration = Duration::from_secs(30);

/// The browser's clock of all clients: right, and never set back.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    start: Instant,
    base: Timestamp,
}

impl Clock {
    pub(super) fn start() -> Self {
        let since_1970 = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self { start: Instant::now(), base: Timestamp(since_1970.as_millis() as u64) }
    }

    pub(super) fn now(self) -> Timestamp {
        self.base + Millis(self.start.elapsed().as_millis() as u64)
    }

    pub(super) fn instant(self, at: Timestamp) -> Instant {
        self.start + Duration::from_millis(at.since(self.base).0)
    }
}

/// How many clients have reached what in the present round.
#[derive(Default)]
pub(super) struct Tally {
    /// Have their conversation.
    pub(super) seated: watch::Sender<usize>,
    /// Were lost.
    pub(super) lost: watch::Sender<usize>,
    /// Were lost and are connected again, with all that they missed.
    pub(super) back: watch::Sender<usize>,
    /// Have said and heard everything of the round.
    pub(super) settled: watch::Sender<usize>,
}

impl Tally {
    /// Begins a round.
    pub(super) fn reset(&self) {
        for count in [&self.lost, &self.back, &self.settled] {
            count.send_replace(0);
        }
    }
}

/// What became of one client in a round.
#[derive(Clone, Copy, Default)]
pub(super) struct Passage {
    pub(super) lost_at: Option<Instant>,
    pub(super) back_at: Option<Instant>,
    pub(super) settled_at: Option<Instant>,
    /// Dials since the loss.
    pub(super) tries: u32,
    /// The longest time without a try that began while the outage was young.
    pub(super) longest_wait: Duration,
    /// Tries that the relay answered with a time to come again.
    pub(super) told_when: u32,
    last_ended: Option<Instant>,
}

/// Follows one client through the present round.
pub(super) struct Outage {
    tally: Arc<Tally>,
    is_up: bool,
    is_seated: bool,
    passage: Passage,
}

impl Outage {
    pub(super) fn new(tally: Arc<Tally>) -> Self {
        Self { tally, is_up: false, is_seated: false, passage: Passage::default() }
    }

    /// A round begins.
    pub(super) fn begin(&mut self) {
        self.passage = Passage::default();
    }

    pub(super) fn passage(&self) -> Passage {
        self.passage
    }

    /// A try begins.
    pub(super) fn tries(&mut self) {
        if let Some((lost, ended)) = self.passage.lost_at.zip(self.passage.last_ended.take()) {
            self.passage.tries += 1;
            if ended.duration_since(lost) < YOUNG {
                self.passage.longest_wait = self.passage.longest_wait.max(ended.elapsed());
            }
        }
    }

    /// A socket ended, or a try of one.
    pub(super) fn ended(&mut self, code: u16) {
        let now = Instant::now();
        if std::mem::take(&mut self.is_up) && self.passage.lost_at.is_none() {
            self.passage.lost_at = Some(now);
            add_one(&self.tally.lost);
            if self.passage.settled_at.take().is_some() {
                // Had nothing more to say or hear; now it has to come back first.
                self.tally.settled.send_modify(|count| *count -= 1);
            }
        }
        if code == wire::CloseCode::Overloaded.number() {
            self.passage.told_when += 1;
        }
        self.passage.last_ended = Some(now);
    }

    /// Where the client stands now.
    pub(super) fn stands(&mut self, is_current: bool, is_complete: bool) {
        self.is_up |= is_current;
        if !is_current {
            return;
        }
        if self.passage.lost_at.is_some() && self.passage.back_at.is_none() {
            self.passage.back_at = Some(Instant::now());
            add_one(&self.tally.back);
        }
        if is_complete && self.passage.settled_at.is_none() {
            self.passage.settled_at = Some(Instant::now());
            add_one(&self.tally.settled);
        }
    }

    /// The client has its conversation; counts once.
    pub(super) fn is_seated(&mut self) {
        if !std::mem::replace(&mut self.is_seated, true) {
            add_one(&self.tally.seated);
        }
    }
}

fn add_one(count: &watch::Sender<usize>) {
    count.send_modify(|count| *count += 1);
}
