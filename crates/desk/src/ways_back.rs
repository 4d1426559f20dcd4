//! The part of the record that most conversations don't have: who may come back, how, and until when.

use model::{AgentId, IdentityHash, LinkHash, Part, ReturnedBy, Timestamp, TokenHash};
use serde::{Deserialize, Serialize};

use crate::record::{ConversationRecord, Stage};

/// Who may come back, how, and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WaysBack {
    /// The signed-in customer whose conversation it is.
    pub(crate) identity: Option<IdentityHash>,
    /// Tokens besides the first, oldest first.
    pub(crate) tokens: Vec<AddedToken>,
    /// Links, oldest first; none once closed.
    pub(crate) links: Vec<LinkHash>,
    pub(crate) promise: Option<Promise>,
    /// How they came last, after having been disconnected or with another device.
    pub(crate) returned_by: Option<ReturnedBy>,
    /// Open again after a return: who is offered it first.
    pub(crate) asked_first: Option<AgentId>,
}

/// A token that was added to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AddedToken {
    pub(crate) token: TokenHash,
    /// It came in without the sign-in of the conversation's customer, and resumes without it.
    pub(crate) stands_alone: bool,
}

/// What a disconnected customer was promised: the conversation until the limit, and the agent until the hold ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Promise {
    pub(crate) until: Timestamp,
    /// Only while the agent's session lives.
    pub(crate) hold_until: Option<Timestamp>,
    pub(crate) extensions: u8,
}

impl ConversationRecord {
    /// Live: Open, Active, or in wrap-up with a promise. A customer has one live conversation (product 3).
    pub(crate) fn is_live(&self) -> bool {
        self.is_going() || self.promise().is_some()
    }

    pub(crate) fn promise(&self) -> Option<Promise> {
        self.ways_back.as_ref().and_then(|ways| ways.promise)
    }

    /// The agent's place is kept.
    pub(crate) fn is_held(&self) -> bool {
        self.promise().is_some_and(|promise| promise.hold_until.is_some())
    }

    /// Whether this agent may write to the customer: while they have it, and while they keep the place; and who was let in or has
    /// joined, while it is Active.
    pub(crate) fn may_write(&self, agent: AgentId) -> bool {
        let is_active = matches!(self.stage, Stage::Active { .. });
        match self.part_of(agent) {
            Some(Part::Primary) => is_active || self.is_held(),
            Some(Part::LetIn | Part::Joined) => is_active,
            Some(Part::Consultant | Part::Monitor) | None => false,
        }
    }

    pub(crate) fn identity(&self) -> Option<IdentityHash> {
        self.ways_back.as_ref().and_then(|ways| ways.identity)
    }

    pub(crate) fn links(&self) -> &[LinkHash] {
        self.ways_back.as_ref().map_or(&[], |ways| &ways.links)
    }

    pub(crate) fn added_tokens(&self) -> &[AddedToken] {
        self.ways_back.as_ref().map_or(&[], |ways| &ways.tokens)
    }

    /// Whether this token of the conversation resumes it without a sign-in.
    pub(crate) fn stands_alone(&self, token: TokenHash) -> bool {
        self.identity().is_none() || self.added_tokens().iter().any(|added| added.token == token && added.stands_alone)
    }

    pub(crate) fn ways_back_mut(&mut self) -> &mut WaysBack {
        self.ways_back.get_or_insert_default()
    }
}
