//! What is durable, kept so that the desk can go back to it, and so that snapshots cost the desk nothing.

use std::sync::Arc;

use desk::{Fact, Record, Recorded};
use model::Timestamp;

use crate::api::{Lsn, Snapshot};

/// A snapshot is made after so many facts. Bounds what is replayed at the next start, and what the tail takes in memory
/// (about 250 bytes each).
const SNAPSHOT_EVERY: usize = 32_768;

type Segment = Arc<[(Timestamp, Fact)]>;

/// An old record and the facts since. Going back costs a copy of the record and the replay of the tail, and happens only when
/// a disk fails; going forward costs a copy of each fact, and never a second fold.
#[derive(Clone, Debug)]
pub(super) struct Durable {
    base: Snapshot,
    tail: Vec<Segment>,
    tail_facts: usize,
    lsn: Lsn,
    last_at: Timestamp,
    work_is_out: bool,
}

impl Durable {
    pub(super) fn new(base: Snapshot) -> Self {
        let (lsn, last_at) = (base.lsn, base.last_at);
        Self { base, tail: Vec::new(), tail_facts: 0, lsn, last_at, work_is_out: false }
    }

    pub(super) fn lsn(&self) -> Lsn {
        self.lsn
    }

    pub(super) fn extend(&mut self, entries: &[Recorded]) {
        let Some(last) = entries.last() else { return };
        self.last_at = last.at;
        self.lsn = self.lsn.plus(entries.len());
        self.tail_facts += entries.len();
        self.tail.push(entries.iter().map(|recorded| (recorded.at, recorded.fact.clone())).collect());
    }

    fn work(&self) -> SnapshotWork {
        SnapshotWork { base: self.base.clone(), tail: self.tail.clone(), lsn: self.lsn, last_at: self.last_at }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        self.work().run()
    }

    /// Folds the tail into the base, so that the base is the durable record, and gives it.
    pub(super) fn fold(&mut self) -> &Record {
        if !self.tail.is_empty() {
            self.base = self.snapshot();
            self.tail.clear();
            self.tail_facts = 0;
        }
        &self.base.record
    }

    pub(super) fn snapshot_work(&mut self) -> Option<SnapshotWork> {
        if self.work_is_out || self.tail_facts < SNAPSHOT_EVERY {
            return None;
        }
        self.work_is_out = true;
        Some(self.work())
    }

    pub(super) fn snapshot_made(&mut self, snapshot: &Snapshot) {
        self.work_is_out = false;
        // After a fold the base is newer than what was out.
        if snapshot.lsn <= self.base.lsn {
            return;
        }
        let mut end = self.base.lsn;
        let covered = self
            .tail
            .iter()
            .take_while(|segment| {
                end = end.plus(segment.len());
                end <= snapshot.lsn
            })
            .count();
        let gone: usize = self.tail.drain(..covered).map(|segment| segment.len()).sum();
        self.tail_facts -= gone;
        self.base = snapshot.clone();
    }
}

/// A snapshot to be made, on any thread.
#[derive(Debug)]
pub struct SnapshotWork {
    base: Snapshot,
    tail: Vec<Segment>,
    lsn: Lsn,
    last_at: Timestamp,
}

impl SnapshotWork {
    /// Makes it. Takes as long as copying the record and replaying some ten thousand facts.
    #[must_use]
    pub fn run(self) -> Snapshot {
        let mut record = (*self.base.record).clone();
        for (at, fact) in self.tail.iter().flat_map(|segment| segment.iter()) {
            record.apply(*at, fact);
        }
        Snapshot { lsn: self.lsn, last_at: self.last_at, record: Arc::new(record) }
    }
}
