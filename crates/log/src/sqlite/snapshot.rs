//! The kept snapshot: a file beside the database, so that writing it never holds up an append.
//!
//! Only a cache. It is used when its sum is right, when it was made by the same fold, and when the log has exactly the fact at
//! which it was made; else the whole log is replayed.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;

use desk::{FOLD_VERSION, Record};
use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::{AppendError, Lsn, Snapshot, SnapshotKeeper};
use crate::sqlite::error::append_error;
use crate::sqlite::{House, row, schema};

/// "RJSN" and the version of the file's layout.
const MAGIC: [u8; 5] = *b"RJSN\x01";

#[derive(Serialize, Deserialize)]
struct Head {
    fold_version: u32,
    lsn: u64,
    /// The sum of the fact with that number.
    fact_sum: u32,
    last_at: Timestamp,
}

/// What the file holds.
pub(super) struct Kept {
    pub(super) lsn: Lsn,
    pub(super) last_at: Timestamp,
    pub(super) record: Record,
}

#[derive(Debug)]
pub(super) struct SnapshotFile {
    house: Arc<House>,
}

impl SnapshotFile {
    pub(super) fn new(house: Arc<House>) -> Self {
        Self { house }
    }

    /// The kept snapshot; `Ok(Err(reason))` where there is one that can't be used. `sum_of` is asked for the sum of the fact
    /// at which it was made.
    pub(super) fn load(
        &self,
        sum_of: impl FnOnce(Lsn) -> rusqlite::Result<Option<u32>>,
    ) -> rusqlite::Result<Result<Option<Kept>, &'static str>> {
        let mut bytes = Vec::new();
        match File::open(self.house.snapshot()).and_then(|mut file| file.read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Ok(None)),
            Err(_) => return Ok(Err("the snapshot can't be read")),
        }
        let (head, record) = match open(&bytes) {
            Ok(parts) => parts,
            Err(reason) => return Ok(Err(reason)),
        };
        if head.fold_version != FOLD_VERSION {
            return Ok(Err("the snapshot was made by another release"));
        }
        let lsn = Lsn(head.lsn);
        if sum_of(lsn)? != Some(head.fact_sum) {
            return Ok(Err("the snapshot is of another log, or of a later one"));
        }
        match postcard::from_bytes(record) {
            Ok(record) => Ok(Ok(Some(Kept { lsn, last_at: head.last_at, record }))),
            Err(_) => Ok(Err("the snapshot can't be understood")),
        }
    }

    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.house.snapshot();
        let new = path.with_extension("snapshot-new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        std::fs::rename(&new, &path)?;
        File::open(&self.house.folder)?.sync_all()
    }
}

/// Splits a file into its head and its record, if it is whole.
fn open(bytes: &[u8]) -> Result<(Head, &[u8]), &'static str> {
    let broken = "the snapshot is damaged";
    let rest = bytes.strip_prefix(&MAGIC).ok_or(broken)?;
    let (sum, rest) = rest.split_first_chunk::<4>().ok_or(broken)?;
    if crc32fast::hash(rest) != u32::from_le_bytes(*sum) {
        return Err(broken);
    }
    postcard::take_from_bytes(rest).map_err(|_| broken)
}

fn seal(head: &Head, record: &[u8]) -> Result<Vec<u8>, postcard::Error> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([0; 4]);
    let mut bytes = postcard::to_extend(head, bytes)?;
    bytes.extend_from_slice(record);
    let sum_at = MAGIC.len();
    let sum = crc32fast::hash(&bytes[sum_at + 4..]);
    bytes[sum_at..sum_at + 4].copy_from_slice(&sum.to_le_bytes());
    Ok(bytes)
}

impl SnapshotKeeper for SnapshotFile {
    fn save(&mut self, snapshot: &Snapshot) -> Result<(), AppendError> {
        if snapshot.lsn == Lsn(0) {
            return Ok(());
        }
        let connection = schema::open_reading(&self.house.database()).map_err(|error| append_error(&error))?;
        let fact_sum = row::sum_of(&connection, snapshot.lsn)
            .map_err(|error| append_error(&error))?
            .ok_or_else(|| AppendError::Io("the log does not have the fact of the snapshot".to_owned()))?;
        let head = Head { fold_version: FOLD_VERSION, lsn: snapshot.lsn.0, fact_sum, last_at: snapshot.last_at };
        let bytes = seal(&head, snapshot.bytes()).map_err(|error| AppendError::Io(error.to_string()))?;
        self.write(&bytes).map_err(|error| {
            if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
                AppendError::Full(error.to_string())
            } else {
                AppendError::Io(error.to_string())
            }
        })
    }
}
