//! Webhooks as they are set.

use model::{Timestamp, WebhookId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{By, Registry, RegistryError, millis, note};

/// The most webhooks of one relay.
const WEBHOOKS_MAX: usize = 20;

/// A webhook as stored. The secret lies here as it is: whoever signs needs it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StoredWebhook {
    pub(crate) id: WebhookId,
    pub(crate) url: String,
    pub(crate) secret: Vec<u8>,
    /// The one before, with which it is signed as well until then.
    pub(crate) old_secret: Option<(Vec<u8>, Timestamp)>,
    /// The events that it hears.
    pub(crate) events: Vec<String>,
    pub(crate) title: String,
    pub(crate) enabled: bool,
    pub(crate) made_at: Timestamp,
    /// It has taken nothing since then.
    pub(crate) failing_since: Option<Timestamp>,
    /// It hears what happened since then: when it was added, or last enabled.
    pub(crate) hears_since: Timestamp,
}

impl core::fmt::Debug for StoredWebhook {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "StoredWebhook({})", self.id)
    }
}

impl StoredWebhook {
    /// The secrets that count now, the newest first.
    pub(crate) fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &[u8]> {
        let old = self.old_secret.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret.as_slice());
        std::iter::once(self.secret.as_slice()).chain(old)
    }

    /// Whether it hears this event.
    pub(crate) fn hears(&self, event: &str) -> bool {
        self.enabled && self.events.iter().any(|known| known == event)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredWebhook> {
    let time = |at: i64| Timestamp(at.unsigned_abs());
    Ok(StoredWebhook {
        id: WebhookId::from_u128(u128::from_be_bytes(row.get(0)?)),
        url: row.get(1)?,
        secret: row.get(2)?,
        events: row.get::<_, String>(3)?.split_whitespace().map(str::to_owned).collect(),
        title: row.get(4)?,
        enabled: row.get(5)?,
        made_at: time(row.get(6)?),
        failing_since: row.get::<_, Option<i64>>(7)?.map(time),
        old_secret: row.get::<_, Option<Vec<u8>>>(8)?.zip(row.get::<_, Option<i64>>(9)?.map(time)),
        hears_since: time(row.get(10)?),
    })
}

fn write(connection: &Connection, stored: &StoredWebhook) -> rusqlite::Result<usize> {
    connection.execute(
        "INSERT OR REPLACE INTO webhooks
         (id, url, secret, events, title, enabled, made_at, failing_since, old_secret, old_secret_until, hears_since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            stored.id.as_u128().to_be_bytes(),
            stored.url,
            stored.secret,
            stored.events.join(" "),
            stored.title,
            stored.enabled,
            millis(stored.made_at),
            stored.failing_since.map(millis),
            stored.old_secret.as_ref().map(|(secret, _)| secret),
            stored.old_secret.as_ref().map(|(_, until)| millis(*until)),
            millis(stored.hears_since),
        ],
    )
}

const COLUMNS: &str =
    "id, url, secret, events, title, enabled, made_at, failing_since, old_secret, old_secret_until, hears_since";

impl Registry {
    /// All of them, oldest first.
    pub(crate) fn webhooks(&self) -> Result<Vec<StoredWebhook>, RegistryError> {
        let connection = self.lock();
        let mut rows = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM webhooks ORDER BY made_at, id"))?;
        let found = rows.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// One of them.
    pub(crate) fn webhook(&self, id: WebhookId) -> Result<StoredWebhook, RegistryError> {
        let connection = self.lock();
        let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE id = ?1");
        let found = connection.query_row(&sql, [id.as_u128().to_be_bytes()], read).optional()?;
        found.ok_or(RegistryError::Missing("webhook"))
    }

    /// Keeps a new one.
    pub(crate) fn add_webhook(&self, by: By, stored: &StoredWebhook) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let there: i64 = transaction.query_row("SELECT count(*) FROM webhooks", [], |row| row.get(0))?;
        if usize::try_from(there).unwrap_or(usize::MAX) >= WEBHOOKS_MAX {
            return Err(RegistryError::TooMany { what: "webhooks", most: WEBHOOKS_MAX });
        }
        write(&transaction, stored)?;
        note(&transaction, stored.made_at, by, "webhook added", &stored.id.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// Keeps how one is set now.
    pub(crate) fn change_webhook(&self, now: Timestamp, by: By, stored: &StoredWebhook) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        write(&transaction, stored)?;
        note(&transaction, now, by, "webhook changed", &stored.id.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// Gives one another secret. Where the old one is kept, both count until then; one from before is over at once.
    pub(crate) fn rotate_webhook(
        &self,
        now: Timestamp,
        by: By,
        id: WebhookId,
        secret: Vec<u8>,
        keeps_old_until: Option<Timestamp>,
    ) -> Result<StoredWebhook, RegistryError> {
        let mut stored = self.webhook(id)?;
        let old = std::mem::replace(&mut stored.secret, secret);
        stored.old_secret = keeps_old_until.map(|until| (old, until));
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        write(&transaction, &stored)?;
        note(&transaction, now, by, "webhook secret rotated", &id.to_string())?;
        transaction.commit()?;
        Ok(stored)
    }

    /// Deletes one.
    pub(crate) fn delete_webhook(&self, now: Timestamp, by: By, id: WebhookId) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        if transaction.execute("DELETE FROM webhooks WHERE id = ?1", [id.as_u128().to_be_bytes()])? == 0 {
            return Err(RegistryError::Missing("webhook"));
        }
        note(&transaction, now, by, "webhook deleted", &id.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// It takes what it is told.
    pub(crate) fn webhook_heard(&self, id: WebhookId) -> Result<(), RegistryError> {
        let sql = "UPDATE webhooks SET failing_since = NULL WHERE id = ?1";
        self.lock().execute(sql, [id.as_u128().to_be_bytes()])?;
        Ok(())
    }

    /// It did not take what it was told.
    pub(crate) fn webhook_failed(&self, now: Timestamp, id: WebhookId) -> Result<(), RegistryError> {
        let sql = "UPDATE webhooks SET failing_since = coalesce(failing_since, ?2) WHERE id = ?1";
        self.lock().execute(sql, (id.as_u128().to_be_bytes(), millis(now)))?;
        Ok(())
    }

    /// It is told nothing any more.
    pub(crate) fn webhook_gives_up(&self, now: Timestamp, id: WebhookId, why: &str) -> Result<(), RegistryError> {
        let connection = self.lock();
        connection.execute("UPDATE webhooks SET enabled = 0 WHERE id = ?1", [id.as_u128().to_be_bytes()])?;
        note(&connection, now, By::Relay, why, &id.to_string())?;
        Ok(())
    }
}
