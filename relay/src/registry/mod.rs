//! The registry: what the desk never decides by. People with their password hashes, sign-ins, audit rows and the epoch, in
//! an SQLite file of its own beside the log.

mod agents;
mod messages;
mod notes;
mod objects;
mod password;
mod quick_replies;
mod reconnect;
mod schema;
mod sign_ins;
#[cfg(test)]
mod tests;
mod tokens;
mod webhooks;

use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use model::{AgentId, ApiTokenId, Timestamp};
use rusqlite::Connection;
use wire::api::AuditRow;

pub(crate) use agents::{Agent, AgentChange, NewAgent, role_name};
pub(crate) use notes::StoredNote;
pub(crate) use password::{PasswordHash, Passwords};
pub(crate) use quick_replies::{QuickReplyDocument, StoredQuickReply};
pub(crate) use reconnect::WidgetDocument;
pub(crate) use sign_ins::{CookieToken, SignedIn};
pub(crate) use tokens::{StoredToken, TokenSecret};
pub(crate) use webhooks::StoredWebhook;

/// Why the registry did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    /// The file can't be read or written.
    #[error("the registry can't be used: {0}")]
    Store(#[from] rusqlite::Error),
    /// A newer relay wrote it.
    #[error("the registry was written by a newer version of Rejoin (schema {found}, this one knows {known})")]
    Newer {
        /// What the file says.
        found: i64,
        /// What this build knows.
        known: i64,
    },
    /// Two people can't have one sign-in name.
    #[error("there is already an agent \"{0}\"")]
    NameTaken(String),
    /// Nobody has this name.
    #[error("there is no agent \"{0}\"")]
    NoAgent(String),
    /// Nobody could configure anything any more.
    #[error("this is the last admin who can sign in")]
    LastAdmin,
    /// There is no such thing, or it is somebody else's.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// Another one has this name already.
    #[error("another {0} has this name")]
    Taken(&'static str),
    /// There are as many as there can be.
    #[error("there can be at most {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        most: usize,
    },
}

/// The registry. Calls block for as long as a small transaction takes; call them from a blocking thread.
#[derive(Debug)]
pub(crate) struct Registry {
    connection: Mutex<Connection>,
}

impl Registry {
    /// Opens the registry in the data folder, making or migrating it as needed.
    pub(crate) fn open(folder: &Path) -> Result<Self, RegistryError> {
        let mut connection = Connection::open(folder.join("registry.sqlite"))?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// A number that is the same for as long as positions may be trusted.
    pub(crate) fn epoch(&self) -> Result<u64, RegistryError> {
        let connection = self.lock();
        let stored: i64 = connection.query_row("SELECT epoch FROM relay", [], |row| row.get(0))?;
        Ok(stored.unsigned_abs())
    }

    /// What was done by whom, newest first, before a row.
    pub(crate) fn audit(&self, before: Option<u64>, limit: u32) -> Result<Vec<AuditRow>, RegistryError> {
        let connection = self.lock();
        let sql = "SELECT id, at, by, what, about FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        let before = before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
        let mut rows = connection.prepare(sql)?;
        let found = rows.query_map((before, limit), |row| {
            Ok(AuditRow {
                id: row.get::<_, i64>(0)?.unsigned_abs(),
                at: Timestamp(row.get::<_, i64>(1)?.unsigned_abs()),
                by: row.get(2)?,
                what: row.get(3)?,
                about: row.get(4)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Notes that somebody took something out.
    pub(crate) fn note_taken(&self, now: Timestamp, by: By, what: &str, about: &str) -> Result<(), RegistryError> {
        Ok(note(&self.lock(), now, by, what, about)?)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic while the lock was held rolled its transaction back: the connection is good.
        self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Who changes something, for the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A signed-in person.
    Agent(AgentId),
    /// A program, by a token that a person has made.
    Token(ApiTokenId),
    /// The relay itself.
    Relay,
    /// Whoever may run `rejoin` commands on the data folder.
    CommandLine,
}

impl core::fmt::Display for By {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Agent(agent) => agent.fmt(f),
            Self::Token(token) => token.fmt(f),
            Self::Relay => f.write_str("relay"),
            Self::CommandLine => f.write_str("command-line"),
        }
    }
}

/// Notes who changed what. Never a secret.
fn note(connection: &Connection, at: Timestamp, by: By, what: &str, about: &str) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO audit (at, by, what, about) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, (millis(at), by.to_string(), what, about))?;
    Ok(())
}

fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}
