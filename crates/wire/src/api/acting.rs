//! What a person does in conversations: `/api/desk`, `/api/conversations`, `/api/presence`.

use model::{ConversationId, MessageText, Presence, SendKey, Seq, Timestamp, Units};
use serde::{Deserialize, Serialize};

use crate::desk_state::{Card, ConversationState, DeskState, LedgerCause};
use crate::staff::{AgentName, PartsState, StaffState};

/// `GET /api/desk`: what the console shows beside transcripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyDesk {
    /// Presence, ledger, offers and one's own conversations.
    pub desk: DeskState,
    /// Rights, invitations, consults and what is monitored.
    pub staff: StaffState,
}

/// `GET /api/conversations`: a page of one list, in the order in which the conversations became Open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cards {
    /// The conversations.
    pub conversations: Vec<Card>,
    /// How many the whole list has.
    pub count: u32,
    /// Gives the next page as `after`; nothing on the last one.
    pub next: Option<String>,
}

/// `GET /api/conversations/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneConversation {
    /// Where it is, with its clocks.
    pub state: ConversationState,
    /// Who takes part, and what the caller may do.
    pub parts: PartsState,
    /// What it takes of whose capacity.
    pub units: Vec<UnitsTaken>,
}

/// Units that one conversation takes of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsTaken {
    /// Whose.
    pub agent: AgentName,
    /// How many.
    pub units: Units,
    /// Why.
    pub cause: LedgerCause,
    /// Until when, where that is known.
    pub until: Option<Timestamp>,
}

/// `POST /api/conversations/{id}/messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    /// The sender's own random key; the same key with the same words is written once.
    pub key: SendKey,
    /// The words.
    pub text: MessageText,
    /// For colleagues only.
    #[serde(default)]
    pub internal: bool,
}

/// `POST /api/conversations/{id}/read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadUpTo {
    /// The last position of the agents' sequence that was read.
    pub upto: Seq,
}

/// The answer to a message: it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessage {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Its key.
    pub key: SendKey,
    /// Its position in the agents' sequence.
    pub seq: Seq,
}

/// `PUT /api/presence` and `PUT /api/people/{id}/presence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChange {
    /// Which; nothing goes back to the computed one.
    pub presence: Option<Presence>,
}

/// The answer to `POST /api/conversations/{id}/take-link`. For the caller alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenLink {
    /// The Portal URL with the secret in it.
    pub url: String,
}

impl core::fmt::Debug for TakenLink {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TakenLink(…)")
    }
}
