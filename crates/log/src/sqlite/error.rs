//! What SQLite says, in the log's words.

use rusqlite::{Error, ErrorCode};

use crate::api::{AppendError, Lsn, OpenError, ReadError};

/// A row that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage(pub(super) String);

impl Damage {
    pub(super) fn at(lsn: Lsn, what: &str) -> Self {
        Self(format!("{what} at {lsn:?}"))
    }
}

/// Why rows could not be read.
#[derive(Debug)]
pub(super) enum RowError {
    Sqlite(Error),
    Damage(Damage),
}

impl From<Error> for RowError {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Damage> for RowError {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

/// The three ways in which a disk fails.
enum Kind {
    Full,
    Io,
    Corrupt,
}

/// The file is shorter than what it says of itself: SQLITE_IOERR_SHORT_READ, _DATA and _CORRUPTFS.
const DAMAGED_FILE: [i32; 3] = [522, 8202, 8458];

fn kind(error: &Error) -> Kind {
    if let Error::SqliteFailure(failure, _) = error {
        let is_damaged = matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase);
        return if failure.code == ErrorCode::DiskFull {
            Kind::Full
        } else if is_damaged || DAMAGED_FILE.contains(&failure.extended_code) {
            Kind::Corrupt
        } else {
            Kind::Io
        };
    }
    // A column that has another type than the strict table declares.
    let is_damaged = matches!(
        error,
        Error::InvalidColumnType(..) | Error::FromSqlConversionFailure(..) | Error::IntegralValueOutOfRange(..)
    );
    if is_damaged { Kind::Corrupt } else { Kind::Io }
}

/// SQLite's own sentence and its extended code; never a parameter, so nothing of what people wrote.
fn sentence(error: &Error) -> String {
    let Error::SqliteFailure(failure, message) = error else { return error.to_string() };
    match message {
        Some(message) => format!("{message} (SQLite {})", failure.extended_code),
        None => format!("{failure} (SQLite {})", failure.extended_code),
    }
}

pub(super) fn append_error(error: &Error) -> AppendError {
    let sentence = sentence(error);
    match kind(error) {
        Kind::Full => AppendError::Full(sentence),
        Kind::Io => AppendError::Io(sentence),
        Kind::Corrupt => AppendError::Corrupt(sentence),
    }
}

pub(super) fn read_error(error: &Error) -> ReadError {
    let sentence = sentence(error);
    match kind(error) {
        Kind::Full | Kind::Io => ReadError::Io(sentence),
        Kind::Corrupt => ReadError::Corrupt(sentence),
    }
}

pub(super) fn open_error(error: &Error) -> OpenError {
    let sentence = sentence(error);
    match kind(error) {
        Kind::Full | Kind::Io => OpenError::Io(sentence),
        Kind::Corrupt => OpenError::Corrupt(sentence),
    }
}

impl From<RowError> for OpenError {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Sqlite(error) => open_error(&error),
            RowError::Damage(Damage(what)) => Self::Corrupt(what),
        }
    }
}

impl From<RowError> for ReadError {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Sqlite(error) => read_error(&error),
            RowError::Damage(Damage(what)) => Self::Corrupt(what),
        }
    }
}

impl From<RowError> for AppendError {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Sqlite(error) => append_error(&error),
            RowError::Damage(Damage(what)) => Self::Corrupt(what),
        }
    }
}
