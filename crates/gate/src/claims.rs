//! What agents who are let in read of what the page said about its customer (product 6).

use desk::{Body, ConversationFact, Fact, PageSaid, Recorded};
use model::ConversationId;
use wire::CustomerClaims;

/// The claims in these rows of the conversation's log. For agents who are let in, and nobody else.
#[must_use]
pub fn customer_claims(conversation: ConversationId, rows: &[Recorded]) -> CustomerClaims {
    let PageSaid { language, context } = rows.iter().find_map(|row| said(conversation, row)).unwrap_or_default();
    CustomerClaims { conversation, language, context }
}

fn said(conversation: ConversationId, row: &Recorded) -> Option<PageSaid> {
    match (&row.fact, &row.body) {
        (Fact::Conversation { id, what: ConversationFact::Routed { .. }, .. }, body) if *id == conversation => {
            match body {
                Some(Body::Page(said)) => Some(said.clone()),
                Some(Body::Context(context)) => Some(PageSaid { language: None, context: context.clone() }),
                Some(Body::Words(_) | Body::Name(_)) | None => None,
            }
        }
        _ => None,
    }
}
