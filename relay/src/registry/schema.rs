//! The registry's tables and how older files become newer ones.

use rusqlite::Connection;

use super::RegistryError;

/// One step per released schema; `user_version` counts them. Steps are added, never edited.
const STEPS: &[&str] = &[
    "
    CREATE TABLE relay (only INTEGER PRIMARY KEY CHECK (only = 1), epoch INTEGER NOT NULL) STRICT;
    CREATE TABLE agents (
        id BLOB PRIMARY KEY NOT NULL,
        name TEXT NOT NULL UNIQUE,
        display_name TEXT NOT NULL,
        password TEXT NOT NULL,
        role TEXT NOT NULL,
        capacity INTEGER NOT NULL,
        queues TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE sign_ins (
        token BLOB PRIMARY KEY NOT NULL,
        agent BLOB NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
        made_at INTEGER NOT NULL,
        used_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sign_ins_by_agent ON sign_ins (agent);
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        what TEXT NOT NULL,
        about TEXT NOT NULL
    ) STRICT;
",
    "
    CREATE TABLE widget_reconnect (
        widget TEXT PRIMARY KEY NOT NULL,
        document TEXT NOT NULL,
        changed_at INTEGER NOT NULL
    ) STRICT;
",
    "
    ALTER TABLE audit ADD COLUMN by TEXT;
    CREATE TABLE quick_replies (
        id BLOB PRIMARY KEY NOT NULL,
        owner BLOB REFERENCES agents (id) ON DELETE CASCADE,
        slug TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        tags TEXT NOT NULL,
        language TEXT,
        workstreams TEXT NOT NULL,
        changed_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX quick_replies_by_owner ON quick_replies (owner, slug);
",
    "
    CREATE TABLE objects (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        document TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE notes (
        id BLOB PRIMARY KEY NOT NULL,
        conversation BLOB NOT NULL,
        author BLOB NOT NULL,
        at INTEGER NOT NULL,
        text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX notes_by_conversation ON notes (conversation, at);
",
    "
    CREATE TABLE api_tokens (
        id BLOB PRIMARY KEY NOT NULL,
        secret BLOB NOT NULL UNIQUE,
        agent BLOB NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
        title TEXT NOT NULL,
        scope TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        used_at INTEGER
    ) STRICT;
",
    "
    CREATE TABLE webhooks (
        id BLOB PRIMARY KEY NOT NULL,
        url TEXT NOT NULL,
        secret BLOB NOT NULL,
        events TEXT NOT NULL,
        title TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        made_at INTEGER NOT NULL,
        failing_since INTEGER
    ) STRICT;
",
    "
    CREATE TABLE automated_messages (
        trigger TEXT NOT NULL,
        -- Empty: all widgets.
        widget TEXT NOT NULL,
        language TEXT NOT NULL,
        text TEXT,
        is_on INTEGER,
        changed_at INTEGER NOT NULL,
        PRIMARY KEY (trigger, widget, language)
    ) STRICT, WITHOUT ROWID;
",
    "
    ALTER TABLE webhooks ADD COLUMN old_secret BLOB;
    ALTER TABLE webhooks ADD COLUMN old_secret_until INTEGER;
",
    "
    ALTER TABLE agents ADD COLUMN begins_in TEXT NOT NULL DEFAULT 'computed';
",
    "
    -- Those from before go on where they were.
    ALTER TABLE webhooks ADD COLUMN hears_since INTEGER NOT NULL DEFAULT 0;
",
];

pub(super) fn migrate(connection: &mut Connection) -> Result<(), RegistryError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(RegistryError::Newer { found, known });
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    // Below 2^53, so that a browser can hold it.
    let epoch = i64::from_le_bytes(crate::ids::random()) & ((1 << 53) - 1);
    transaction.execute("INSERT OR IGNORE INTO relay (only, epoch) VALUES (1, ?1)", [epoch])?;
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}
