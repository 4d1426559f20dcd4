//! The log of the product: one SQLite database in a data folder that one process uses.
//!
//! ```text
//! rejoin.lock       held while the process lives
//! rejoin.db         facts and words (+ -wal, -shm)
//! rejoin.snapshot   the record some facts ago; only a cache
//! ```
//!
//! One connection writes, one on a thread of its own copies the write-ahead log back, a few read. Every commit is synced
//! (`synchronous=FULL`), so what [`crate::LogWriter::append`] acknowledged survives a power cut.

mod checkpoint;
mod error;
mod reader;
mod row;
mod schema;
mod snapshot;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use desk::Record;
use model::Timestamp;
use rusqlite::Connection;

use crate::api::{Log, Lsn, OpenError, Opened, SnapshotFound};
use error::open_error;
pub use schema::SCHEMA_VERSION;
pub use writer::SqliteWriter;

/// How a log is opened.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// The most pages of 4 KiB that the database may have; appends beyond it fail with [`crate::AppendError::Full`].
    /// `None`: as much as the disk has.
    pub pages_max: Option<u32>,
    /// How many read at once; more wait.
    pub readers_max: usize,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { pages_max: None, readers_max: 4 }
    }
}

/// Opens the log in `folder`, which is made where it is missing, and replays it.
///
/// # Errors
/// [`OpenError`].
pub fn open_sqlite(folder: &Path, options: SqliteOptions) -> Result<Log, OpenError> {
    let (writer, reader, snapshots, opened) = open_parts(folder, options)?;
    Ok(Log { writer: Box::new(writer), reader: Arc::new(reader), snapshots: Box::new(snapshots), opened })
}

/// As [`open_sqlite`], with the writer as what it is.
///
/// # Errors
/// [`OpenError`].
pub fn open_sqlite_writer(folder: &Path, options: SqliteOptions) -> Result<(SqliteWriter, Opened), OpenError> {
    let (writer, _, _, opened) = open_parts(folder, options)?;
    Ok((writer, opened))
}

type Parts = (SqliteWriter, reader::SqliteReader, snapshot::SnapshotFile, Opened);

fn open_parts(folder: &Path, options: SqliteOptions) -> Result<Parts, OpenError> {
    std::fs::create_dir_all(folder).map_err(|error| file_error("the data folder can't be made", folder, &error))?;
    let house = Arc::new(House::enter(folder)?);
    let connection = schema::open_writing(&house.database(), options.pages_max).map_err(|error| open_error(&error))?;
    schema::migrate(&connection)?;
    let snapshots = snapshot::SnapshotFile::new(Arc::clone(&house));
    let opened = replay(&connection, &snapshots)?;
    let writer = SqliteWriter::new(Arc::clone(&house), connection, opened.lsn, options.pages_max)?;
    let reader = reader::SqliteReader::new(house, options.readers_max);
    Ok((writer, reader, snapshots, opened))
}

/// The data folder, locked for this process.
#[derive(Debug)]
struct House {
    folder: PathBuf,
    /// Dropping it unlocks; the kernel does the same when the process is killed.
    _lock: File,
}

impl House {
    fn enter(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join("rejoin.lock");
        let lock = private_file(&path).map_err(|error| file_error("the lock can't be opened", &path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::Locked),
            Err(TryLockError::Error(error)) => return Err(file_error("the lock can't be taken", &path, &error)),
        }
        let house = Self { folder: folder.to_owned(), _lock: lock };
        let database = house.database();
        // SQLite gives its other files the permissions of this one: conversations are nobody else's to read.
        private_file(&database).map_err(|error| file_error("the database can't be opened", &database, &error))?;
        Ok(house)
    }

    fn database(&self) -> PathBuf {
        self.folder.join("rejoin.db")
    }

    fn snapshot(&self) -> PathBuf {
        self.folder.join("rejoin.snapshot")
    }
}

fn private_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn file_error(what: &str, path: &Path, error: &std::io::Error) -> OpenError {
    OpenError::Io(format!("{what}: {}: {error}", path.display()))
}

fn replay(connection: &Connection, snapshots: &snapshot::SnapshotFile) -> Result<Opened, OpenError> {
    let read = |error: rusqlite::Error| open_error(&error);
    let head = row::head(connection).map_err(read)?;
    let kept = snapshots.load(|lsn| row::sum_of(connection, lsn)).map_err(read)?;
    let (mut record, start, mut last_at, found) = match kept {
        Ok(Some(kept)) => (kept.record, kept.lsn, kept.last_at, SnapshotFound::Used(kept.lsn)),
        Ok(None) => (Record::default(), Lsn(0), Timestamp::ZERO, SnapshotFound::None),
        Err(reason) => (Record::default(), Lsn(0), Timestamp::ZERO, SnapshotFound::Ignored(reason)),
    };
    let mut lsn = start;
    row::each_after(connection, start, |row| {
        let recorded = row.decode(lsn.plus(1))?;
        lsn = lsn.plus(1);
        last_at = recorded.at;
        record.apply(recorded.at, &recorded.fact);
        Ok(())
    })
    .map_err(OpenError::from)?;
    if lsn != head {
        return Err(OpenError::Corrupt(format!("the log ends at {head:?}, but only {lsn:?} could be read")));
    }
    let marked = schema::alive_at(connection).map_err(read)?;
    let alive_at = marked.max((head > Lsn(0)).then_some(last_at));
    Ok(Opened { record, last_at, alive_at, lsn, replayed: lsn.0 - start.0, snapshot: found })
}
