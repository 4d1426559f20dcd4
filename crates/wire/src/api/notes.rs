//! Notes of a conversation: `/api/conversations/{id}/notes`.

use model::{AgentId, DisplayName, NoteId, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest note, in Unicode scalar values.
pub const NOTE_CHARS_MAX: usize = 4_000;

/// `GET /api/conversations/{id}/notes`, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// The notes.
    pub notes: Vec<Note>,
}

/// One note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Which.
    pub id: NoteId,
    /// Who wrote it.
    pub by: AgentId,
    /// What they are called.
    pub name: Option<DisplayName>,
    /// When.
    pub at: Timestamp,
    /// The words, 1 to [`NOTE_CHARS_MAX`] characters.
    pub text: String,
}

impl core::fmt::Debug for Note {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Note({})", self.id)
    }
}

/// `POST /api/conversations/{id}/notes`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewNote {
    /// The words.
    pub text: String,
}

impl core::fmt::Debug for NewNote {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("NewNote(…)")
    }
}
