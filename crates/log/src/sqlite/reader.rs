//! A few connections that read, shared by all who read. A read is one page: nobody keeps a transaction open.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use desk::Recorded;
use model::ConversationId;
use rusqlite::Connection;

use crate::api::{LogReader, Lsn, PAGE_ROWS_MAX, ReadError, TAIL_FACTS_MAX};
use crate::sqlite::error::{RowError, read_error};
use crate::sqlite::{House, row, schema};

pub(super) struct SqliteReader {
    house: Arc<House>,
    pool: Mutex<Pool>,
    returned: Condvar,
    readers_max: usize,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    busy: usize,
}

impl SqliteReader {
    pub(super) fn new(house: Arc<House>, readers_max: usize) -> Self {
        Self { house, pool: Mutex::default(), returned: Condvar::new(), readers_max: readers_max.max(1) }
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().expect("invariant: nobody panics while holding the pool")
    }

    fn borrow(&self) -> Result<Loan<'_>, ReadError> {
        let mut pool = self.pool();
        while pool.busy >= self.readers_max {
            pool = self.returned.wait(pool).expect("invariant: nobody panics while holding the pool");
        }
        pool.busy += 1;
        let idle = pool.idle.pop();
        drop(pool);
        let mut loan = Loan { reader: self, connection: idle };
        if loan.connection.is_none() {
            let opened = schema::open_reading(&self.house.database()).map_err(|error| read_error(&error))?;
            loan.connection = Some(opened);
        }
        Ok(loan)
    }
}

/// A borrowed connection; goes back however the reading ends.
struct Loan<'a> {
    reader: &'a SqliteReader,
    connection: Option<Connection>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut pool = self.reader.pool();
        pool.busy -= 1;
        pool.idle.extend(self.connection.take());
        drop(pool);
        self.reader.returned.notify_one();
    }
}

impl LogReader for SqliteReader {
    fn conversation(
        &self,
        conversation: ConversationId,
        after_position: u32,
        limit: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        let mut loan = self.borrow()?;
        let connection = loan.connection.as_ref().expect("invariant: a loan has its connection until it is dropped");
        let page = row::page(connection, conversation, after_position, limit.min(PAGE_ROWS_MAX));
        if let Err(RowError::Sqlite(_)) = &page {
            // The next reader gets a new connection, in case it was this one that was broken.
            loan.connection = None;
        }
        Ok(page?)
    }

    fn facts_after(&self, after: Lsn, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let mut loan = self.borrow()?;
        let connection = loan.connection.as_ref().expect("invariant: a loan has its connection until it is dropped");
        let facts = row::facts_after(connection, after, limit.min(TAIL_FACTS_MAX));
        if let Err(RowError::Sqlite(_)) = &facts {
            loan.connection = None;
        }
        Ok(facts?)
    }
}
