//! The history of conversations, for reports: a projection of the log in an SQLite file of its own.
//!
//! A thread reads facts after the commit loop has made them durable, page by page, and writes what they come to together with the
//! position it has reached, in one transaction. It is never in the way of the log, goes on where it stopped, and can be built anew from
//! the first fact at any time: the file holds nothing that the log does not.
//!
//! One row per conversation and per session, and sums by quarter, hour and day ([`cells`]), so that a report over a year reads a few
//! thousand rows however many conversations there were.

mod cells;
mod course;
mod csv;
mod duty;
mod steps;
mod store;
mod summary;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use log::LogReader;
use rusqlite::{Connection, OpenFlags};

use crate::stop::Stopping;

pub(crate) use cells::WITHIN_S;
pub(crate) use course::is_transfer;
pub(crate) use csv::CsvNames;
pub(crate) use steps::Step;
pub(crate) use summary::{Asked, GroupBy, Manner};

/// How long the thread waits for more facts, under load too.
const LOOKS_EVERY: Duration = Duration::from_millis(250);
/// How long it waits after something went wrong.
const TRIES_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// Facts of one transaction.
const PAGE_FACTS: usize = 5_000;
/// Connections that are kept for reading.
const READERS_KEPT: usize = 2;

/// Why the history can't be used. It can always be built anew.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HistoryError {
    /// Its file.
    #[error("the history can't be used: {0}")]
    Store(#[from] rusqlite::Error),
    /// The log.
    #[error("{0}")]
    Log(#[from] log::ReadError),
    /// A row that this release does not understand.
    #[error("the history has a row that can't be read: {0}")]
    Row(#[from] serde_json::Error),
    /// Whoever reads is gone.
    #[error("the answer could not be written: {0}")]
    Answer(#[from] std::io::Error),
}

/// Reads reports.
#[derive(Debug)]
pub(crate) struct History {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl History {
    /// For the file in this data folder; it may not be there yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join("history.sqlite"), idle: Mutex::default() }
    }

    /// Gives a connection that reads to `read`. Blocks.
    fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T, HistoryError>) -> Result<T, HistoryError> {
        let idle = self.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(&self.path, flags)?;
                connection.busy_timeout(Duration::from_secs(5))?;
                connection.pragma_update(None, "cache_size", -8_192)?;
                connection
            }
        };
        let done = read(&connection)?;
        let mut idle = self.lock();
        if idle.len() < READERS_KEPT {
            idle.push(connection);
        }
        Ok(done)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Starts the thread that writes the history, for as long as the relay runs.
pub(crate) fn start(folder: &Path, reader: Arc<dyn LogReader>, stopping: Stopping) -> std::io::Result<()> {
    let path = folder.join("history.sqlite");
    std::thread::Builder::new().name("history".to_owned()).spawn(move || {
        while !stopping.has_begun() {
            if let Err(error) = follow(&path, reader.as_ref(), &stopping) {
                tracing::warn!(%error, "reports are behind; trying again");
                std::thread::sleep(TRIES_AGAIN_AFTER);
            }
        }
    })?;
    Ok(())
}

fn follow(path: &Path, reader: &dyn LogReader, stopping: &Stopping) -> Result<(), HistoryError> {
    let mut store = store::Store::open(path, reader)?;
    while !stopping.has_begun() {
        let page = reader.facts_after(store.position(), PAGE_FACTS)?;
        store.take(&page)?;
        // Each page is a transaction, and writes each conversation and each sum once, however much of it there is.
        if page.len() < PAGE_FACTS {
            std::thread::sleep(LOOKS_EVERY);
        }
    }
    Ok(())
}

/// The whole of a log, for tests and measurements.
#[cfg(test)]
fn build(path: &Path, reader: &dyn LogReader) -> Result<log::Lsn, HistoryError> {
    let mut store = store::Store::open(path, reader)?;
    loop {
        let page = reader.facts_after(store.position(), PAGE_FACTS)?;
        if page.is_empty() {
            return Ok(store.position());
        }
        store.take(&page)?;
    }
}
