//! What agents who are let in read of what was said before a conversation: by the page about its customer, and by the customer who was
//! asked (product 6).

use desk::{Body, ConversationFact, Fact, PageSaid, Recorded};
use model::{Answered, ConversationId};
use wire::CustomerClaims;

/// What these rows of the conversation's log say of it. For agents who are let in, and nobody else.
#[must_use]
pub fn said_before(conversation: ConversationId, rows: &[Recorded]) -> (CustomerClaims, Vec<Answered>) {
    let body = rows.iter().find_map(|row| body_of(conversation, row));
    let (said, answers) = body.map(Body::said_before).unwrap_or_default();
    let PageSaid { language, context } = said;
    (CustomerClaims { conversation, language, context }, answers.to_vec())
}

fn body_of(conversation: ConversationId, row: &Recorded) -> Option<&Body> {
    let Fact::Conversation { id, what: ConversationFact::Routed { .. }, .. } = &row.fact else { return None };
    row.body.as_ref().filter(|_| *id == conversation)
}
