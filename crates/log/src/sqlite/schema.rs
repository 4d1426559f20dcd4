//! Tables, and the ladder from each version to the next.

use std::path::Path;
use std::time::Duration;

use model::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Result};

use crate::api::OpenError;
use crate::sqlite::error::open_error;

/// The version of the tables that this release writes.
pub const SCHEMA_VERSION: u32 = LADDER.len() as u32;

/// "RJLG": tells our databases from others.
const APPLICATION_ID: i32 = 0x524a_4c47;

/// How long a connection waits for another one, such as a backup tool's.
const BUSY: Duration = Duration::from_secs(5);

/// Step `n` leads from version `n` to `n + 1`. Steps are added at the end and never edited.
const LADDER: &[&str] = &["
CREATE TABLE fact (
    lsn INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    conversation BLOB,
    position INTEGER,
    fact BLOB NOT NULL,
    sum INTEGER NOT NULL
) STRICT;
CREATE INDEX fact_of_conversation ON fact (conversation, position);
CREATE TABLE body (
    lsn INTEGER PRIMARY KEY,
    body BLOB NOT NULL,
    sum INTEGER NOT NULL
) STRICT;
CREATE TABLE mark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    alive_at INTEGER NOT NULL
) STRICT;
"];

fn flags(access: OpenFlags) -> OpenFlags {
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// The connection that writes.
pub(super) fn open_writing(path: &Path, pages_max: Option<u32>) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // Erased words leave no trace in free pages.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    if let Some(pages) = pages_max {
        set_pages_max(&connection, pages)?;
    }
    Ok(connection)
}

pub(super) fn set_pages_max(connection: &Connection, pages: u32) -> Result<()> {
    connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
}

/// A connection that reads.
pub(super) fn open_reading(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -2_048)?;
    Ok(connection)
}

/// A connection that copies the write-ahead log back.
pub(super) fn open_checkpointing(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}

/// Climbs the ladder from whatever version the database has.
pub(super) fn migrate(connection: &Connection) -> std::result::Result<(), OpenError> {
    let read = |error: rusqlite::Error| open_error(&error);
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(read)?;
    let owner: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(read)?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(read)?;
    let is_new = version == 0 && owner == 0 && tables == 0;
    if !is_new && owner != APPLICATION_ID {
        return Err(OpenError::Corrupt("the database is not one of this product".to_owned()));
    }
    if version > SCHEMA_VERSION {
        return Err(OpenError::TooNew { found: version, known: SCHEMA_VERSION });
    }
    for (step, sql) in (1..).zip(LADDER).skip(version as usize) {
        let step: u32 = step;
        // One transaction each: a kill between two steps leaves a whole version.
        let rung = format!(
            "BEGIN IMMEDIATE; {sql} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {step}; COMMIT;"
        );
        connection.execute_batch(&rung).map_err(read)?;
    }
    Ok(())
}

pub(super) fn mark_alive(connection: &Connection, at: Timestamp) -> Result<()> {
    let at = i64::try_from(at.0).expect("invariant: times stay below 2^63");
    connection
        .prepare_cached(
            "INSERT INTO mark (id, alive_at) VALUES (1, ?1)
             ON CONFLICT (id) DO UPDATE SET alive_at = max(alive_at, excluded.alive_at)",
        )?
        .execute([at])?;
    Ok(())
}

pub(super) fn alive_at(connection: &Connection) -> Result<Option<Timestamp>> {
    let at: Option<i64> =
        connection.query_row("SELECT alive_at FROM mark WHERE id = 1", [], |row| row.get(0)).optional()?;
    Ok(at.map(|at| Timestamp(at.unsigned_abs())))
}
