//! The one connection that writes.

use std::sync::Arc;

use desk::Recorded;
use model::{ConversationId, Timestamp};
use rusqlite::{Connection, TransactionBehavior};

use crate::api::{AppendError, LogWriter, Lsn, OpenError};
use crate::sqlite::checkpoint::Checkpointer;
use crate::sqlite::error::{append_error, open_error};
use crate::sqlite::{House, row, schema};

/// Appends to the database; holds the lock of the data folder.
#[derive(Debug)]
pub struct SqliteWriter {
    house: Arc<House>,
    /// `None` between a failure that can't be trusted and the reopening.
    connection: Option<Connection>,
    checkpointer: Checkpointer,
    lsn: Lsn,
    pages_max: Option<u32>,
}

impl SqliteWriter {
    pub(super) fn new(
        house: Arc<House>,
        connection: Connection,
        lsn: Lsn,
        pages_max: Option<u32>,
    ) -> Result<Self, OpenError> {
        let checkpointer = Checkpointer::start(&house.database()).map_err(|error| open_error(&error))?;
        Ok(Self { house, connection: Some(connection), checkpointer, lsn, pages_max })
    }

    /// Limits the database to so many pages of 4 KiB from now on (never fewer than it has); `None`: as the disk has.
    ///
    /// # Errors
    /// [`AppendError`].
    pub fn set_pages_max(&mut self, pages: Option<u32>) -> Result<(), AppendError> {
        self.pages_max = pages;
        let connection = self.connection.as_ref().ok_or_else(must_reopen)?;
        schema::set_pages_max(connection, pages.unwrap_or(u32::MAX - 1)).map_err(|error| append_error(&error))
    }

    /// Runs one transaction. After anything but a full disk the connection is not trusted any more.
    fn commit<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, AppendError> {
        let connection = self.connection.as_mut().ok_or_else(must_reopen)?;
        let result = (|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })();
        match result {
            Ok(value) => {
                self.checkpointer.committed(connection);
                Ok(value)
            }
            Err(error) => {
                let error = append_error(&error);
                if !matches!(error, AppendError::Full(_)) {
                    self.connection = None;
                }
                Err(error)
            }
        }
    }
}

fn must_reopen() -> AppendError {
    AppendError::Io("the log must be opened again after a failure".to_owned())
}

impl LogWriter for SqliteWriter {
    fn append(&mut self, batch: &[Recorded]) -> Result<Lsn, AppendError> {
        let start = self.lsn;
        self.commit(|connection| {
            (1..).zip(batch).try_for_each(|(number, recorded)| row::append(connection, start.plus(number), recorded))
        })?;
        self.lsn = start.plus(batch.len());
        Ok(self.lsn)
    }

    fn mark_alive(&mut self, at: Timestamp) -> Result<(), AppendError> {
        self.commit(|connection| schema::mark_alive(connection, at))
    }

    fn reopen(&mut self, known: Lsn) -> Result<Vec<Recorded>, AppendError> {
        self.connection = None;
        let connection =
            schema::open_writing(&self.house.database(), self.pages_max).map_err(|error| append_error(&error))?;
        let head = row::head(&connection).map_err(|error| append_error(&error))?;
        if head < known {
            return Err(AppendError::Corrupt(format!("the log ends at {head:?}, but {known:?} was durable")));
        }
        let found = row::tail(&connection, known)?;
        self.lsn = known.plus(found.len());
        self.connection = Some(connection);
        Ok(found)
    }

    fn erase_words(&mut self, conversation: ConversationId) -> Result<u64, AppendError> {
        let erased = self.commit(|connection| {
            connection
                .prepare_cached("DELETE FROM body WHERE lsn IN (SELECT lsn FROM fact WHERE conversation = ?1)")?
                .execute([row::key(conversation)])
        })?;
        Ok(erased as u64)
    }
}
