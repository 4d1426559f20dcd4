//! What a log can do.

use core::fmt;
use std::sync::Arc;

use desk::{Author, ConversationFact, Fact, Record, Recorded};
use model::{Audience, BodyDigest, ConversationId, SendKey, Seq, Timestamp};
use thiserror::Error;

/// The most rows that one page of a transcript has.
pub const PAGE_ROWS_MAX: usize = 500;

/// The most facts that one reading of the whole log gives.
pub const TAIL_FACTS_MAX: usize = 10_000;

/// The number of a fact in the log: dense, from 1. 0 means "nothing yet".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Lsn(pub u64);

impl Lsn {
    /// The number of the last of `count` facts that follow this one.
    #[must_use]
    pub const fn plus(self, count: usize) -> Self {
        Self(self.0 + count as u64)
    }
}

impl fmt::Debug for Lsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lsn {}", self.0)
    }
}

/// Why a batch is not known to be durable. The reasons are sentences for an operator and hold nothing of what people wrote.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AppendError {
    /// There is no space. Nothing of the batch was written; the same writer works again once there is space.
    #[error("the disk is full: {0}")]
    Full(String),
    /// Something else failed. Whether the batch was written is unknown until [`LogWriter::reopen`].
    #[error("the log can't be written: {0}")]
    Io(String),
    /// What is on the disk is not what was written. The process must end.
    #[error("the log is damaged: {0}")]
    Corrupt(String),
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Something failed that may work later.
    #[error("the log can't be read: {0}")]
    Io(String),
    /// What is on the disk is not what was written.
    #[error("the log is damaged: {0}")]
    Corrupt(String),
}

/// Why a log could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("another process uses this data folder")]
    Locked,
    /// It was written by a later release.
    #[error("the log has schema version {found}, this release knows versions up to {known}")]
    TooNew {
        /// The version that it has.
        found: u32,
        /// The newest version that this release knows.
        known: u32,
    },
    /// The folder can't be made, read or written.
    #[error("the log can't be opened: {0}")]
    Io(String),
    /// What is on the disk is not what was written.
    #[error("the log is damaged: {0}")]
    Corrupt(String),
}

/// Appends facts. There is one writer.
pub trait LogWriter: Send {
    /// Appends a batch and makes it durable, all of it or nothing. Gives the number of its last fact.
    ///
    /// # Errors
    /// [`AppendError`]. After `Io` the writer takes nothing until [`LogWriter::reopen`] succeeded.
    fn append(&mut self, batch: &[Recorded]) -> Result<Lsn, AppendError>;

    /// Writes down that the process lives. Called every 5 s while clocks run, so that an outage is never measured too short
    /// (product 3). A failure needs no answer: the next append will find the same.
    ///
    /// # Errors
    /// [`AppendError`].
    fn mark_alive(&mut self, at: Timestamp) -> Result<(), AppendError>;

    /// Opens the log anew after a failure, and gives the facts that are durable after `known`: a batch that failed may be
    /// there after all.
    ///
    /// # Errors
    /// [`AppendError::Corrupt`] also where the log now ends before `known`: it has lost what was accepted.
    fn reopen(&mut self, known: Lsn) -> Result<Vec<Recorded>, AppendError>;

    /// Erases the words of a conversation: deletes the bodies, never facts. Gives how many there were.
    ///
    /// # Errors
    /// [`AppendError`].
    fn erase_words(&mut self, conversation: ConversationId) -> Result<u64, AppendError>;
}

/// Reads what is durable, in pages. Shared by all who read.
pub trait LogReader: Send + Sync {
    /// The facts of a conversation with their words, after `after_position`, in order, at most `limit` (cut at
    /// [`PAGE_ROWS_MAX`]). Empty where nothing follows, or for a conversation that was never heard of.
    ///
    /// # Errors
    /// [`ReadError`].
    fn conversation(
        &self,
        conversation: ConversationId,
        after_position: u32,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError>;

    /// The facts of all conversations and of everything else after `after`, in order, without words, at most `limit` (cut at
    /// [`TAIL_FACTS_MAX`]). Empty where nothing follows.
    ///
    /// # Errors
    /// [`ReadError`].
    fn facts_after(&self, after: Lsn, limit: usize) -> Result<Vec<Recorded>, ReadError>;

    /// Looks for a send by its key, in closed conversations too: the retry of an accepted send must get its acknowledgement.
    ///
    /// # Errors
    /// [`ReadError`].
    fn find_send(
        &self,
        conversation: ConversationId,
        author: Author,
        key: SendKey,
    ) -> Result<Option<FoundSend>, ReadError> {
        let mut after = 0;
        loop {
            let page = self.conversation(conversation, after, PAGE_ROWS_MAX)?;
            let Some(last) = page.last() else { return Ok(None) };
            after = position(last);
            if let Some(found) = page.iter().find_map(|recorded| FoundSend::in_fact(recorded, author, key)) {
                return Ok(Some(found));
            }
        }
    }

    /// The entries of one audience after `after`, in order, at most `limit` (cut at [`PAGE_ROWS_MAX`]).
    ///
    /// # Errors
    /// [`ReadError`].
    fn entries(
        &self,
        conversation: ConversationId,
        audience: Audience,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        let limit = limit.min(PAGE_ROWS_MAX);
        let mut entries = Vec::new();
        // The seq of an audience never runs ahead of the position.
        let mut after_position = after.0;
        while entries.len() < limit {
            let page = self.conversation(conversation, after_position, PAGE_ROWS_MAX)?;
            let Some(last) = page.last() else { break };
            after_position = position(last);
            let missing = limit - entries.len();
            entries.extend(page.into_iter().filter(|recorded| is_entry_after(recorded, audience, after)).take(missing));
        }
        Ok(entries)
    }
}

fn position(recorded: &Recorded) -> u32 {
    let Fact::Conversation { position, .. } = &recorded.fact else {
        // A page of a conversation has nothing else; the end of the scale ends the reading.
        return u32::MAX;
    };
    *position
}

fn is_entry_after(recorded: &Recorded, audience: Audience, after: Seq) -> bool {
    let Fact::Conversation { what, customer_seq, agents_seq, .. } = &recorded.fact else { return false };
    let seq = match audience {
        Audience::Customer => *customer_seq,
        Audience::Agents => *agents_seq,
    };
    what.is_for(audience) && seq > after
}

/// A send that is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundSend {
    /// The digest of its words.
    pub digest: BodyDigest,
    /// To whom it was written.
    pub audience: Audience,
    /// Its position in the customer's sequence; for an internal message, the head at that time.
    pub customer_seq: Seq,
    /// Its position in the agents' sequence.
    pub agents_seq: Seq,
}

impl FoundSend {
    fn in_fact(recorded: &Recorded, author: Author, wanted: SendKey) -> Option<Self> {
        let Fact::Conversation { customer_seq, agents_seq, what, .. } = &recorded.fact else { return None };
        let ConversationFact::Said { by, audience, key, digest } = what else { return None };
        (*by == author && *key == wanted).then_some(Self {
            digest: *digest,
            audience: *audience,
            customer_seq: *customer_seq,
            agents_seq: *agents_seq,
        })
    }
}

/// The record as it was after a fact, as bytes of the fold that made it.
#[derive(Clone)]
pub struct Snapshot {
    /// The last fact in it.
    pub lsn: Lsn,
    /// When that was written.
    pub last_at: Timestamp,
    record: Arc<[u8]>,
}

impl Snapshot {
    /// The snapshot of `record`, which is the fold of all facts up to `lsn`.
    #[must_use]
    pub fn of(lsn: Lsn, last_at: Timestamp, record: &Record) -> Self {
        let bytes = postcard::to_extend(record, Vec::new()).expect("invariant: every record can be written to memory");
        Self { lsn, last_at, record: bytes.into() }
    }

    /// A snapshot that was kept as bytes.
    #[must_use]
    pub fn from_bytes(lsn: Lsn, last_at: Timestamp, record: &[u8]) -> Self {
        Self { lsn, last_at, record: record.into() }
    }

    /// What is to be kept.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.record
    }

    /// The record. `None` where the bytes are not one of this release's fold.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        postcard::from_bytes(&self.record).ok()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({:?}, {} bytes)", self.lsn, self.record.len())
    }
}

/// Keeps the latest snapshot. Only a cache: without one the whole log is replayed.
pub trait SnapshotKeeper: Send {
    /// Replaces the kept snapshot.
    ///
    /// # Errors
    /// [`AppendError::Full`] or [`AppendError::Io`]; the old one stays, and nothing depends on it.
    fn save(&mut self, snapshot: &Snapshot) -> Result<(), AppendError>;
}

/// What became of the kept snapshot when the log was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotFound {
    /// There was none.
    None,
    /// It was used; only what follows it was replayed.
    Used(Lsn),
    /// It could not be used, for this reason; the whole log was replayed.
    Ignored(&'static str),
}

/// What an opened log holds.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The fold of all facts.
    pub record: Record,
    /// When the last fact was written; the clock must never go below it.
    pub last_at: Timestamp,
    /// The last sign of life: the last mark or the last fact. `None` for a new log.
    pub alive_at: Option<Timestamp>,
    /// The last fact.
    pub lsn: Lsn,
    /// How many facts were replayed, after the snapshot or from the first on.
    pub replayed: u64,
    /// What became of the snapshot.
    pub snapshot: SnapshotFound,
}

/// An open log.
pub struct Log {
    /// The one writer.
    pub writer: Box<dyn LogWriter>,
    /// For all who read.
    pub reader: Arc<dyn LogReader>,
    /// For whoever saves snapshots.
    pub snapshots: Box<dyn SnapshotKeeper>,
    /// What it holds.
    pub opened: Opened,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("lsn", &self.opened.lsn).finish_non_exhaustive()
    }
}
