//! A log in memory, on a disk that fails when a test says so.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use desk::{Fact, Record, Recorded};
use model::{ConversationId, Timestamp};

use crate::api::{
    AppendError, Log, LogReader, LogWriter, Lsn, OpenError, Opened, PAGE_ROWS_MAX, ReadError, Snapshot, SnapshotFound,
    SnapshotKeeper, TAIL_FACTS_MAX,
};

/// How the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No space: nothing is written.
    Full,
    /// An error, and nothing was written.
    Io,
    /// An error, although everything was written: found on [`LogWriter::reopen`] or after a crash.
    IoButWritten,
    /// An error after so many facts of the batch were written: none of them is found later.
    Torn(usize),
    /// What is read back is not what was written.
    Corrupt,
}

/// A disk in memory. Clones are the same disk, so that a test keeps one in its hand.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk {
    shared: Arc<Mutex<Disk>>,
}

#[derive(Debug, Default)]
struct Disk {
    facts: Vec<Recorded>,
    /// How many of the facts are whole batches. What follows was cut off; nobody reads it.
    committed: usize,
    /// Where the facts of each conversation are.
    places: BTreeMap<ConversationId, Vec<usize>>,
    alive_at: Option<Timestamp>,
    snapshot: Option<Snapshot>,
    faults: VecDeque<Fault>,
    /// Fails every append until it is lifted.
    standing: Option<Fault>,
    must_reopen: bool,
    /// Grows with every opening: the writer of a process that was killed writes nothing any more.
    opening: u64,
}

impl MemoryDisk {
    /// An empty disk.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.shared.lock().expect("invariant: nobody panics while holding the disk")
    }

    /// The next append fails like this; several in turn.
    pub fn fail_next(&self, fault: Fault) {
        self.disk().faults.push_back(fault);
    }

    /// Every append and reopening fails like this until `None`.
    pub fn fail_until_lifted(&self, fault: Option<Fault>) {
        self.disk().standing = fault;
    }

    /// Lifts everything that was to fail.
    pub fn heal(&self) {
        let mut disk = self.disk();
        disk.standing = None;
        disk.faults.clear();
    }

    /// Forgets the last `count` facts, as a disk does that said "durable" too early and lost its power.
    pub fn lose_last(&self, count: usize) {
        let mut disk = self.disk();
        disk.committed = disk.committed.saturating_sub(count);
        disk.recover();
    }

    /// All durable facts, in order.
    #[must_use]
    pub fn facts(&self) -> Vec<Recorded> {
        let disk = self.disk();
        disk.facts[..disk.committed].to_vec()
    }

    /// Opens the log on it. A writer that was opened earlier takes nothing any more.
    ///
    /// # Errors
    /// [`OpenError`] where a standing fault says so.
    pub fn open(&self) -> Result<Log, OpenError> {
        let mut disk = self.disk();
        if let Some(Fault::Corrupt) = disk.standing {
            return Err(OpenError::Corrupt("injected".to_owned()));
        }
        disk.opening += 1;
        disk.recover();
        let opened = disk.replay();
        let writer = MemoryWriter { disk: self.clone(), opening: disk.opening };
        drop(disk);
        Ok(Log {
            writer: Box::new(writer),
            reader: Arc::new(MemoryReader { disk: self.clone() }),
            snapshots: Box::new(MemorySnapshots { disk: self.clone() }),
            opened,
        })
    }
}

impl Disk {
    fn lsn(&self) -> Lsn {
        Lsn(self.committed as u64)
    }

    fn commit(&mut self, batch: &[Recorded]) {
        for recorded in batch {
            if let Fact::Conversation { id, .. } = &recorded.fact {
                self.places.entry(*id).or_default().push(self.facts.len());
            }
            self.facts.push(recorded.clone());
        }
        self.committed = self.facts.len();
    }

    /// Cuts off what is not a whole batch.
    fn recover(&mut self) {
        self.must_reopen = false;
        self.facts.truncate(self.committed);
        for places in self.places.values_mut() {
            let kept = places.partition_point(|place| *place < self.committed);
            places.truncate(kept);
        }
    }

    fn replay(&self) -> Opened {
        let (mut record, start, snapshot) = match &self.snapshot {
            None => (Record::default(), 0, SnapshotFound::None),
            Some(kept) if kept.lsn > self.lsn() => {
                (Record::default(), 0, SnapshotFound::Ignored("the snapshot is ahead of the log"))
            }
            Some(kept) => match kept.record() {
                Some(record) => (record, kept.lsn.0, SnapshotFound::Used(kept.lsn)),
                None => (Record::default(), 0, SnapshotFound::Ignored("the snapshot can't be understood")),
            },
        };
        let tail = self.facts.iter().skip(usize::try_from(start).expect("invariant: facts fit into memory"));
        let mut replayed = 0;
        for recorded in tail {
            record.apply(recorded.at, &recorded.fact);
            replayed += 1;
        }
        let last = self.facts.last().map(|recorded| recorded.at);
        let (last_at, alive_at) = (last.unwrap_or(Timestamp::ZERO), self.alive_at.max(last));
        Opened { record, last_at, alive_at, lsn: self.lsn(), replayed, snapshot }
    }
}

struct MemoryWriter {
    disk: MemoryDisk,
    opening: u64,
}

impl MemoryWriter {
    fn fail(disk: &mut Disk, batch: &[Recorded], fault: Fault) -> AppendError {
        match fault {
            Fault::Full => AppendError::Full("injected".to_owned()),
            Fault::Corrupt => AppendError::Corrupt("injected".to_owned()),
            Fault::Io | Fault::IoButWritten | Fault::Torn(_) => {
                disk.must_reopen = true;
                match fault {
                    Fault::IoButWritten => disk.commit(batch),
                    Fault::Torn(count) => disk.facts.extend_from_slice(&batch[..count.min(batch.len())]),
                    Fault::Full | Fault::Io | Fault::Corrupt => {}
                }
                AppendError::Io("injected".to_owned())
            }
        }
    }
}

impl LogWriter for MemoryWriter {
    fn append(&mut self, batch: &[Recorded]) -> Result<Lsn, AppendError> {
        let mut disk = self.disk.disk();
        if disk.opening != self.opening {
            return Err(AppendError::Io("another process has opened the log".to_owned()));
        }
        if disk.must_reopen {
            return Err(AppendError::Io("the log must be opened again after a failure".to_owned()));
        }
        if let Some(fault) = disk.standing.or_else(|| disk.faults.pop_front()) {
            return Err(Self::fail(&mut disk, batch, fault));
        }
        disk.commit(batch);
        Ok(disk.lsn())
    }

    fn mark_alive(&mut self, at: Timestamp) -> Result<(), AppendError> {
        let mut disk = self.disk.disk();
        if let Some(fault) = disk.standing {
            return Err(Self::fail(&mut disk, &[], fault));
        }
        disk.alive_at = disk.alive_at.max(Some(at));
        Ok(())
    }

    fn reopen(&mut self, known: Lsn) -> Result<Vec<Recorded>, AppendError> {
        let mut disk = self.disk.disk();
        match disk.standing {
            Some(Fault::Corrupt) => return Err(AppendError::Corrupt("injected".to_owned())),
            Some(Fault::Io | Fault::IoButWritten | Fault::Torn(_)) => {
                return Err(AppendError::Io("injected".to_owned()));
            }
            Some(Fault::Full) | None => {}
        }
        if disk.lsn() < known {
            return Err(AppendError::Corrupt(format!("the log ends at {:?}, {known:?} was durable", disk.lsn())));
        }
        disk.recover();
        let start = usize::try_from(known.0).expect("invariant: facts fit into memory");
        Ok(disk.facts[start..].to_vec())
    }

    fn erase_words(&mut self, conversation: ConversationId) -> Result<u64, AppendError> {
        let mut disk = self.disk.disk();
        if let Some(fault) = disk.standing {
            return Err(Self::fail(&mut disk, &[], fault));
        }
        let mut erased = 0;
        for place in disk.places.get(&conversation).cloned().unwrap_or_default() {
            erased += u64::from(disk.facts[place].body.take().is_some());
        }
        Ok(erased)
    }
}

struct MemoryReader {
    disk: MemoryDisk,
}

impl LogReader for MemoryReader {
    fn conversation(
        &self,
        conversation: ConversationId,
        after_position: u32,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        let disk = self.disk.disk();
        if let Some(Fault::Corrupt) = disk.standing {
            return Err(ReadError::Corrupt("injected".to_owned()));
        }
        // Positions are dense from 1, so the facts after a position begin at that index.
        let places = disk.places.get(&conversation).map_or(&[][..], Vec::as_slice);
        let after = usize::try_from(after_position).unwrap_or(usize::MAX);
        let page = places.get(after..).unwrap_or(&[]).iter().take(limit.min(PAGE_ROWS_MAX));
        Ok(page.map(|place| disk.facts[*place].clone()).collect())
    }

    fn facts_after(&self, after: Lsn, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let disk = self.disk.disk();
        if let Some(Fault::Corrupt) = disk.standing {
            return Err(ReadError::Corrupt("injected".to_owned()));
        }
        let after = usize::try_from(after.0).unwrap_or(usize::MAX);
        let rest = disk.facts[..disk.committed].get(after..).unwrap_or(&[]);
        let facts = rest.iter().take(limit.min(TAIL_FACTS_MAX));
        Ok(facts.map(|recorded| Recorded { body: None, ..recorded.clone() }).collect())
    }
}

struct MemorySnapshots {
    disk: MemoryDisk,
}

impl SnapshotKeeper for MemorySnapshots {
    fn save(&mut self, snapshot: &Snapshot) -> Result<(), AppendError> {
        self.disk.disk().snapshot = Some(snapshot.clone());
        Ok(())
    }
}
