//! Reconnect settings of widgets that were set by the admin API.

use model::{Slug, Timestamp};
use rusqlite::params;
use serde_json::{Map, Value};

use super::{By, Registry, RegistryError, millis, note};

/// Settings as they are kept, with their widget's name.
pub(crate) type WidgetDocument = (String, Map<String, Value>);

impl Registry {
    /// All of them, by widget. One that can't be read is left out.
    pub(crate) fn reconnect_documents(&self) -> Result<Vec<WidgetDocument>, RegistryError> {
        let connection = self.lock();
        let mut statement = connection.prepare("SELECT widget, document FROM widget_reconnect ORDER BY widget")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut found = Vec::new();
        for row in rows {
            let (widget, document) = row?;
            match serde_json::from_str(&document) {
                Ok(document) => found.push((widget, document)),
                Err(_) => tracing::warn!(widget, "the reconnect settings of a widget can't be read"),
            }
        }
        Ok(found)
    }

    /// Keeps those of one widget.
    pub(crate) fn put_reconnect(
        &self,
        now: Timestamp,
        by: By,
        widget: &Slug,
        document: &Map<String, Value>,
    ) -> Result<(), RegistryError> {
        let document = serde_json::to_string(document).expect("invariant: a JSON object can be written");
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute(
            "INSERT INTO widget_reconnect (widget, document, changed_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (widget) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at",
            params![widget.as_str(), document, millis(now)],
        )?;
        note(&transaction, now, by, "reconnect set", widget.as_str())?;
        transaction.commit()?;
        Ok(())
    }
}
