//! Notes of conversations: agents' words about them, which no customer reads.

use model::{AgentId, ConversationId, NoteId, Timestamp};
use rusqlite::params;

use super::{By, Registry, RegistryError, millis, note};

/// The most notes of one conversation.
const NOTES_MAX: usize = 200;

/// A note as stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StoredNote {
    pub(crate) id: NoteId,
    pub(crate) by: AgentId,
    pub(crate) at: Timestamp,
    pub(crate) text: String,
}

impl core::fmt::Debug for StoredNote {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "StoredNote({})", self.id)
    }
}

impl Registry {
    /// All notes of a conversation, oldest first.
    pub(crate) fn notes(&self, conversation: ConversationId) -> Result<Vec<StoredNote>, RegistryError> {
        let connection = self.lock();
        let mut rows =
            connection.prepare("SELECT id, author, at, text FROM notes WHERE conversation = ?1 ORDER BY at, id")?;
        let found = rows.query_map([conversation.as_u128().to_be_bytes()], |row| {
            Ok(StoredNote {
                id: NoteId::from_u128(u128::from_be_bytes(row.get(0)?)),
                by: AgentId::from_u128(u128::from_be_bytes(row.get(1)?)),
                at: Timestamp(row.get::<_, i64>(2)?.unsigned_abs()),
                text: row.get(3)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Keeps a note.
    pub(crate) fn add_note(
        &self,
        by: By,
        conversation: ConversationId,
        stored: &StoredNote,
    ) -> Result<(), RegistryError> {
        let key = conversation.as_u128().to_be_bytes();
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let sql = "SELECT count(*) FROM notes WHERE conversation = ?1";
        let there: i64 = transaction.query_row(sql, [key], |row| row.get(0))?;
        if usize::try_from(there).unwrap_or(usize::MAX) >= NOTES_MAX {
            return Err(RegistryError::TooMany { what: "notes of one conversation", most: NOTES_MAX });
        }
        transaction.execute(
            "INSERT INTO notes (id, conversation, author, at, text) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                stored.id.as_u128().to_be_bytes(),
                key,
                stored.by.as_u128().to_be_bytes(),
                millis(stored.at),
                stored.text,
            ],
        )?;
        note(&transaction, stored.at, by, "note added", &conversation.to_string())?;
        transaction.commit()?;
        Ok(())
    }
}
