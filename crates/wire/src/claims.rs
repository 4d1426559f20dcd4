//! What the host page says about its customer, as agents read it (product 6).

use model::{Context, ConversationId};
use serde::{Deserialize, Serialize};

/// What the page said when the conversation began: claims, and proof of nothing. They never change.
///
/// Sent before the first entry of a conversation that a window opens from its beginning (`Open` with `after` 0), also where the page said
/// nothing; a window that comes back with entries has them already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerClaims {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// The language of the page, as in its `lang`; at most [`crate::limits::LANGUAGE_BYTES_MAX`] bytes.
    pub language: Option<String>,
    /// Context variables, in the order of their names.
    pub context: Context,
}
