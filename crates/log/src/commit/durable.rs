//! What is durable, kept so that the desk can go back to it, and so that snapshots cost the desk nothing.

use std::sync::Arc;

use desk::{Fact, Record, Recorded};
use model::Timestamp;

use crate::api::{Lsn, Snapshot};

/// A snapshot is made after so many facts. Bounds what is replayed at the next start, and what the tail takes in memory
/// (about 80 bytes each).
const SNAPSHOT_EVERY: u64 = 32_768;

/// A chunk of the tail is shared from this length on, in bytes.
const CHUNK: usize = 65_536;

/// An old record and the facts since, both as bytes: they take a fraction of the memory of what they mean. Going back costs
/// their decoding and a replay of the tail, and happens only when a disk fails; going forward costs the encoding of each fact,
/// and never a second fold.
#[derive(Clone, Debug)]
pub(super) struct Durable {
    base: Snapshot,
    /// Facts since, in chunks that end at a known fact.
    tail: Vec<(Lsn, Arc<[u8]>)>,
    /// The last facts, not yet a chunk.
    open: Vec<u8>,
    lsn: Lsn,
    last_at: Timestamp,
    /// The record, while the desk has to go back to it again and again.
    folded: Option<Arc<Record>>,
    work_is_out: bool,
}

impl Durable {
    pub(super) fn new(base: Snapshot) -> Self {
        let (lsn, last_at) = (base.lsn, base.last_at);
        Self { base, tail: Vec::new(), open: Vec::new(), lsn, last_at, folded: None, work_is_out: false }
    }

    pub(super) fn lsn(&self) -> Lsn {
        self.lsn
    }

    pub(super) fn extend(&mut self, entries: &[Recorded]) {
        let Some(last) = entries.last() else { return };
        self.folded = None;
        self.last_at = last.at;
        self.lsn = self.lsn.plus(entries.len());
        for recorded in entries {
            let open = std::mem::take(&mut self.open);
            self.open = postcard::to_extend(&(recorded.at, &recorded.fact), open)
                .expect("invariant: every fact can be written to memory");
        }
        if self.open.len() >= CHUNK {
            self.seal();
        }
    }

    /// Makes what is open a chunk.
    fn seal(&mut self) {
        if !self.open.is_empty() {
            self.tail.push((self.lsn, self.open.as_slice().into()));
            self.open.clear();
        }
    }

    fn work(&mut self) -> SnapshotWork {
        self.seal();
        let tail = self.tail.iter().map(|(_, chunk)| Arc::clone(chunk)).collect();
        SnapshotWork { base: self.base.clone(), tail, lsn: self.lsn, last_at: self.last_at }
    }

    pub(super) fn snapshot(&mut self) -> Snapshot {
        self.work().run()
    }

    /// The durable record. Kept until something is written again.
    pub(super) fn record(&mut self) -> Record {
        if let Some(record) = &self.folded {
            return (**record).clone();
        }
        let record = self.work().fold();
        self.folded = Some(Arc::new(record.clone()));
        record
    }

    pub(super) fn snapshot_work(&mut self) -> Option<SnapshotWork> {
        if self.work_is_out || self.lsn.0 - self.base.lsn.0 < SNAPSHOT_EVERY {
            return None;
        }
        self.work_is_out = true;
        Some(self.work())
    }

    pub(super) fn snapshot_made(&mut self, snapshot: &Snapshot) {
        self.work_is_out = false;
        if snapshot.lsn > self.base.lsn {
            self.tail.retain(|(end, _)| *end > snapshot.lsn);
            self.base = snapshot.clone();
        }
    }
}

/// A snapshot to be made, on any thread.
#[derive(Debug)]
pub struct SnapshotWork {
    base: Snapshot,
    tail: Vec<Arc<[u8]>>,
    lsn: Lsn,
    last_at: Timestamp,
}

impl SnapshotWork {
    /// Makes it. Takes as long as reading and writing the record and replaying some ten thousand facts.
    #[must_use]
    pub fn run(self) -> Snapshot {
        Snapshot::of(self.lsn, self.last_at, &self.fold())
    }

    fn fold(&self) -> Record {
        let mut record = self.base.record().expect("invariant: this process made the bytes of the record");
        for chunk in &self.tail {
            let mut rest: &[u8] = chunk;
            while !rest.is_empty() {
                let ((at, fact), left): ((Timestamp, Fact), &[u8]) =
                    postcard::take_from_bytes(rest).expect("invariant: this process made the bytes of the facts");
                record.apply(at, &fact);
                rest = left;
            }
        }
        record
    }
}
