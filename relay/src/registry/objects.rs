//! Queues, workstreams and widgets that were made by the API.

use model::{Slug, Timestamp};
use rusqlite::params;

use super::{By, Registry, RegistryError, millis, note};
use crate::settings::{Kind, Made};

/// The most objects of one kind.
const OBJECTS_MAX: usize = 500;

impl Registry {
    /// All of them: queues, then workstreams, then widgets, by name. One that can't be read is left out.
    pub(crate) fn objects(&self) -> Result<Vec<Made>, RegistryError> {
        let connection = self.lock();
        let mut statement = connection.prepare("SELECT name, document FROM objects WHERE kind = ?1 ORDER BY name")?;
        let mut found = Vec::new();
        for kind in Kind::ALL {
            let rows =
                statement.query_map([kind.list()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            for row in rows {
                let (name, document) = row?;
                match (name.parse(), serde_json::from_str(&document)) {
                    (Ok(name), Ok(document)) => found.push(Made { kind, name, document }),
                    _ => tracing::warn!(name, kind = kind.list(), "what the API made can't be read"),
                }
            }
        }
        Ok(found)
    }

    /// Keeps one.
    pub(crate) fn put_object(&self, now: Timestamp, by: By, made: &Made) -> Result<(), RegistryError> {
        let document = serde_json::to_string(&made.document).expect("invariant: a JSON object can be written");
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let sql = "SELECT count(*) FROM objects WHERE kind = ?1 AND name <> ?2";
        let others: i64 = transaction.query_row(sql, [made.kind.list(), made.name.as_str()], |row| row.get(0))?;
        if usize::try_from(others).unwrap_or(usize::MAX) >= OBJECTS_MAX {
            return Err(RegistryError::TooMany { what: made.kind.list(), most: OBJECTS_MAX });
        }
        transaction.execute(
            "INSERT OR REPLACE INTO objects (kind, name, document, changed_at) VALUES (?1, ?2, ?3, ?4)",
            params![made.kind.list(), made.name.as_str(), document, millis(now)],
        )?;
        note(&transaction, now, by, &format!("{} set", made.kind.word()), made.name.as_str())?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets one, and of a widget its reconnect settings and automated messages.
    pub(crate) fn delete_object(&self, now: Timestamp, by: By, kind: Kind, name: &Slug) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let sql = "DELETE FROM objects WHERE kind = ?1 AND name = ?2";
        if transaction.execute(sql, [kind.list(), name.as_str()])? == 0 {
            return Err(RegistryError::Missing(kind.word()));
        }
        if kind == Kind::Widget {
            transaction.execute("DELETE FROM widget_reconnect WHERE widget = ?1", [name.as_str()])?;
            transaction.execute("DELETE FROM automated_messages WHERE widget = ?1", [name.as_str()])?;
        }
        note(&transaction, now, by, &format!("{} deleted", kind.word()), name.as_str())?;
        transaction.commit()?;
        Ok(())
    }
}
