//! Automated messages that the API has set.

use model::{Slug, Timestamp, Trigger};
use rusqlite::params;

use super::{By, Registry, RegistryError, millis, note};
use crate::settings::{MessageKey, MessageSettings};

/// The most of them.
const MESSAGES_MAX: usize = 2_000;

impl Registry {
    /// All of them. One that can't be read is left out.
    pub(crate) fn messages(&self) -> Result<Vec<MessageSettings>, RegistryError> {
        let connection = self.lock();
        let sql =
            "SELECT trigger, widget, language, text, is_on FROM automated_messages ORDER BY trigger, widget, language";
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            let (code, widget): (String, String) = (row.get(0)?, row.get(1)?);
            let (language, text, on): (String, Option<String>, Option<bool>) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let widget: Result<Option<Slug>, _> = if widget.is_empty() { Ok(None) } else { widget.parse().map(Some) };
            Ok(match (Trigger::of(&code), widget) {
                (Some(trigger), Ok(widget)) => {
                    let key = MessageKey { trigger, widget, language };
                    Some(MessageSettings { key, text, on, is_made: true })
                }
                _ => None,
            })
        })?;
        let mut found = Vec::new();
        for row in rows {
            match row? {
                Some(message) => found.push(message),
                None => tracing::warn!("an automated message that the API has set can't be read"),
            }
        }
        Ok(found)
    }

    /// Keeps one.
    pub(crate) fn put_message(&self, now: Timestamp, by: By, message: &MessageSettings) -> Result<(), RegistryError> {
        let MessageKey { trigger, widget, language } = &message.key;
        let widget = widget.as_ref().map_or("", Slug::as_str);
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute(
            "INSERT OR REPLACE INTO automated_messages (trigger, widget, language, text, is_on, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![trigger.code(), widget, language, message.text, message.on, millis(now)],
        )?;
        let count: i64 = transaction.query_row("SELECT count(*) FROM automated_messages", [], |row| row.get(0))?;
        if usize::try_from(count).unwrap_or(usize::MAX) > MESSAGES_MAX {
            return Err(RegistryError::TooMany { what: "automated messages", most: MESSAGES_MAX });
        }
        note(&transaction, now, by, "automated message set", &message.key.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets one.
    pub(crate) fn delete_message(&self, now: Timestamp, by: By, key: &MessageKey) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let sql = "DELETE FROM automated_messages WHERE trigger = ?1 AND widget = ?2 AND language = ?3";
        let widget = key.widget.as_ref().map_or("", Slug::as_str);
        if transaction.execute(sql, params![key.trigger.code(), widget, key.language])? == 0 {
            return Err(RegistryError::Missing("message"));
        }
        note(&transaction, now, by, "automated message deleted", &key.to_string())?;
        transaction.commit()?;
        Ok(())
    }
}
