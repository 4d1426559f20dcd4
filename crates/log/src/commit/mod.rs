//! Stop and commit: inputs become facts, facts become durable, and only then does anybody hear.
//!
//! The driver (the relay's desk task, or a simulation) does what it is handed and hands back how it went:
//!
//! ```text
//! loop {
//!     wait for inputs, or until wake_at;
//!     let settled = match commit.prepare(now, &mut queue) {
//!         Prepared::Append(entries) => { let result = writer.append(&entries); commit.settle(now, result) }
//!         Prepared::Reopen(known)   => { let result = writer.reopen(known);    commit.reopened(now, result) }
//!         Prepared::Deliver(settled) => settled,
//!     };
//!     tell those in settled.unsaved and settled.refused; deliver settled.notices in order; honour settled.wake_at;
//!     end the process on settled.fatal;
//! }
//! ```
//!
//! **A failed append is a state, not a crash.** No notice of the batch leaves, every sender of it is told "not known to be
//! saved", the desk goes back to the durable record and open connections are attached again. From then on the loop is
//! read-only: readers attach and read, sends are refused, no deadline is over, until a probe of a real fact
//! (`WritesResumed`) is durable, which moves every deadline by the outage. The loop probes by itself.

mod durable;
mod read_only;
mod sender;

use std::collections::VecDeque;
use std::sync::Arc;

use desk::{Desk, Input, Notice, Outcome, Recorded, Standing};
use model::{ConnectionId, Millis, Timestamp};

use crate::api::{AppendError, Lsn, Opened, Snapshot};
use durable::Durable;
pub use durable::SnapshotWork;
use read_only::Reattach;
pub use sender::Sender;

/// The most inputs of one batch.
pub const BATCH_INPUTS_MAX: usize = 512;
/// The most bytes of one batch, counted over its inputs.
pub const BATCH_BYTES_MAX: usize = 1 << 20;
/// How often a read-only loop tries to write again.
pub const PROBE_EVERY: Millis = Millis::seconds(1);

/// The desk, what of it is durable, and what is being written.
#[derive(Debug)]
pub struct CommitLoop {
    desk: Desk,
    durable: Durable,
    stage: Stage,
    /// The highest time seen; time never goes back.
    clock: Timestamp,
    in_flight: Option<InFlight>,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Nothing was written yet; the first batch begins with this.
    Starting(Input),
    Writing,
    ReadOnly(Outage),
}

/// A spell in which nothing can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// When it began.
    pub since: Timestamp,
    /// Why, for the operator.
    pub reason: AppendError,
    probe_at: Timestamp,
    must_reopen: bool,
    /// What is written first once writing works.
    probe: Input,
}

#[derive(Debug, Default)]
struct InFlight {
    /// What the loop itself put first: a start, or a probe.
    first: Option<Input>,
    entries: Arc<[Recorded]>,
    notices: Vec<Notice>,
    wake_at: Option<Timestamp>,
    senders: Vec<Sender>,
    reattach: Reattach,
    /// Where customers stood who asked for something that moves their connection, in order.
    standings: Vec<Standing>,
    now: Timestamp,
}

/// What the driver does next.
#[must_use = "facts must be appended, notices delivered"]
#[derive(Debug)]
pub enum Prepared {
    /// Append these, then call [`CommitLoop::settle`] with the result.
    Append(Arc<[Recorded]>),
    /// Open the log anew with [`crate::LogWriter::reopen`], then call [`CommitLoop::reopened`] with the result.
    Reopen(Lsn),
    /// There is nothing to write.
    Deliver(Settled),
}

/// What can be told to the world.
#[must_use = "notices must be delivered, senders told and wake_at honoured"]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// What became durable, in order, for those who keep recent entries at hand.
    pub entries: Arc<[Recorded]>,
    /// Who must hear of what, in order.
    pub notices: Vec<Notice>,
    /// Who must be told "not known to be saved, send again with the same key". At most one answer per input.
    pub unsaved: Vec<Sender>,
    /// Who must be told "read-only, nothing was written".
    pub refused: Vec<Sender>,
    /// When to call [`CommitLoop::prepare`] again without inputs; `None` while no clock runs.
    pub wake_at: Option<Timestamp>,
    /// Every view may have changed: send all of them again.
    pub refresh: bool,
    /// The log is damaged: end the process.
    pub fatal: Option<AppendError>,
}

/// The customer's connection that an answered input may move to another conversation, to a prompt, or to nowhere.
fn moves(input: &Input) -> Option<ConnectionId> {
    if let Input::Start { connection, .. }
    | Input::Continue { connection, .. }
    | Input::StartNew { connection }
    | Input::FollowArrival { connection, .. } = input
    {
        return Some(*connection);
    }
    None
}

impl CommitLoop {
    /// A loop on an opened log. Its first batch begins with [`Input::StartRelay`], which the loop makes itself.
    #[must_use]
    pub fn new(opened: Opened, now: Timestamp) -> Self {
        let clock = now.max(opened.last_at).max(opened.alive_at.unwrap_or(now));
        let down_since = opened.alive_at.unwrap_or(clock);
        Self {
            durable: Durable::new(Snapshot::of(opened.lsn, opened.last_at, &opened.record)),
            desk: Desk::new(opened.record),
            stage: Stage::Starting(Input::StartRelay { down_since }),
            clock,
            in_flight: None,
        }
    }

    /// The desk, for its views. They may be shown whenever nothing is being written.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The last durable fact.
    #[must_use]
    pub fn lsn(&self) -> Lsn {
        self.durable.lsn()
    }

    /// The outage, while there is one.
    #[must_use]
    pub fn outage(&self) -> Option<&Outage> {
        match &self.stage {
            Stage::ReadOnly(outage) => Some(outage),
            Stage::Starting(_) | Stage::Writing => None,
        }
    }

    /// Takes a batch from the queue (at most [`BATCH_INPUTS_MAX`] inputs or [`BATCH_BYTES_MAX`]) and handles it. Call it again
    /// while the queue is not empty; with an empty queue it is the passing of time.
    ///
    /// # Panics
    /// If the batch before was not settled.
    pub fn prepare(&mut self, now: Timestamp, queue: &mut VecDeque<Input>) -> Prepared {
        assert!(self.in_flight.is_none(), "invariant: a batch is settled before the next one is prepared");
        self.clock = self.clock.max(now);
        match std::mem::replace(&mut self.stage, Stage::Writing) {
            Stage::Starting(first) => self.prepare_batch(Some(first), queue),
            Stage::Writing => self.prepare_batch(None, queue),
            Stage::ReadOnly(outage) => self.prepare_read_only(outage, queue),
        }
    }

    fn prepare_batch(&mut self, first: Option<Input>, queue: &mut VecDeque<Input>) -> Prepared {
        let mut flight = InFlight { now: self.clock, ..InFlight::default() };
        let mut facts = Vec::new();
        if let Some(first) = first {
            flight.first = Some(first.clone());
            self.handle(first, &mut facts, &mut flight);
        } else if queue.is_empty() {
            self.handle(Input::Tick, &mut facts, &mut flight);
        }
        let (mut taken, mut bytes) = (0, 0);
        while let Some(input) = queue.pop_front_if(|input| {
            taken < BATCH_INPUTS_MAX && (taken == 0 || bytes + sender::weight(input) <= BATCH_BYTES_MAX)
        }) {
            taken += 1;
            bytes += sender::weight(&input);
            flight.senders.extend(Sender::of(&input));
            flight.reattach.note(&input);
            flight.standings.extend(moves(&input).map(|connection| self.desk.standing(connection)));
            self.handle(input, &mut facts, &mut flight);
        }
        self.launch(facts, flight)
    }

    fn handle(&mut self, input: Input, facts: &mut Vec<Recorded>, flight: &mut InFlight) {
        let Outcome { facts: new, notices, wake_at } = self.desk.handle(self.clock, input);
        facts.extend(new);
        flight.notices.extend(notices);
        flight.wake_at = wake_at;
    }

    fn launch(&mut self, facts: Vec<Recorded>, mut flight: InFlight) -> Prepared {
        flight.entries = facts.into();
        let entries = Arc::clone(&flight.entries);
        if entries.is_empty() {
            return Prepared::Deliver(self.land(flight));
        }
        self.in_flight = Some(flight);
        Prepared::Append(entries)
    }

    /// Takes the result of appending what [`CommitLoop::prepare`] gave.
    ///
    /// # Panics
    /// If nothing was prepared.
    pub fn settle(&mut self, now: Timestamp, result: Result<Lsn, AppendError>) -> Settled {
        let flight = self.in_flight.take().expect("invariant: a batch is prepared before it is settled");
        self.clock = self.clock.max(now);
        let expected = self.durable.lsn().plus(flight.entries.len());
        match result {
            Ok(lsn) if lsn == expected => self.land(flight),
            Ok(lsn) => {
                self.fall(flight, AppendError::Corrupt(format!("the log says {lsn:?} where {expected:?} was expected")))
            }
            Err(error) => self.fall(flight, error),
        }
    }

    /// All of the batch is durable: everybody hears.
    fn land(&mut self, flight: InFlight) -> Settled {
        self.durable.extend(&flight.entries);
        let was_read_only = matches!(std::mem::replace(&mut self.stage, Stage::Writing), Stage::ReadOnly(_));
        Settled {
            entries: flight.entries,
            notices: flight.notices,
            wake_at: flight.wake_at,
            refresh: was_read_only,
            ..Settled::default()
        }
    }

    /// The next piece of work for a thread that makes snapshots, once enough was written since the last one.
    /// Run it anywhere, save its result, and hand it back with [`CommitLoop::snapshot_made`], whether it was saved or not.
    pub fn snapshot_work(&mut self) -> Option<SnapshotWork> {
        self.durable.snapshot_work()
    }

    /// Takes back what [`SnapshotWork::run`] made.
    pub fn snapshot_made(&mut self, snapshot: &Snapshot) {
        self.durable.snapshot_made(snapshot);
    }

    /// The record as it is durable now, to be saved at a graceful stop.
    #[must_use]
    pub fn last_snapshot(&mut self) -> Snapshot {
        self.durable.snapshot()
    }
}
