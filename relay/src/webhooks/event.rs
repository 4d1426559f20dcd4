//! What is told: ids, kinds and reasons, never words or names.

use desk::{ConversationFact, Fact, Recorded};
use log::{LogReader, ReadError};
use serde_json::json;

use crate::history::is_transfer;
use crate::utc::utc;

/// Everything that can be told.
pub(crate) const EVENTS: [&str; 8] = [
    "conversation.started",
    "conversation.assigned",
    "conversation.accepted",
    "conversation.transferred",
    "conversation.customer_disconnected",
    "conversation.returned",
    "conversation.ended",
    "conversation.closed",
];

/// One event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// The same at every try and for every hearer.
    pub(super) id: String,
    pub(super) body: String,
}

/// What an event is of, as its body says.
pub(super) fn kind_of(event: &Event) -> String {
    let body: Option<serde_json::Value> = serde_json::from_str(&event.body).ok();
    body.and_then(|body| Some(body["type"].as_str()?.to_owned())).unwrap_or_default()
}

/// Which event a fact is, if any.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a few facts of many are told; new ones are not until they are listed here"
)]
pub(super) fn kind(fact: &Fact) -> Option<&'static str> {
    let Fact::Conversation { what, .. } = fact else { return None };
    Some(match what {
        ConversationFact::Started { .. } => "conversation.started",
        ConversationFact::OfferMade { .. } | ConversationFact::Assigned { .. } => "conversation.assigned",
        ConversationFact::AgentJoined { .. } => "conversation.accepted",
        ConversationFact::SessionEnded { reason, .. } if is_transfer(*reason) => "conversation.transferred",
        ConversationFact::CustomerDisconnected => "conversation.customer_disconnected",
        ConversationFact::CustomerReturned { .. } => "conversation.returned",
        ConversationFact::EndedByAgent(_) | ConversationFact::EndedByCustomer => "conversation.ended",
        ConversationFact::Closed(_) => "conversation.closed",
        _ => return None,
    })
}

/// The event of a fact. Reads the conversation's first fact, which says whose it is.
#[expect(clippy::wildcard_enum_match_arm, reason = "the facts of `kind` are all that come here")]
pub(super) fn event(reader: &dyn LogReader, recorded: &Recorded, kind: &str) -> Result<Option<Event>, ReadError> {
    let Fact::Conversation { id, position, what, .. } = &recorded.fact else { return Ok(None) };
    let first = reader.conversation(*id, 0, 1)?;
    let Some(Fact::Conversation { what: ConversationFact::Started { customer, widget, queue, .. }, .. }) =
        first.first().map(|first| &first.fact)
    else {
        return Ok(None);
    };
    let mut data = json!({ "conversation": id, "customer": customer, "widget": widget, "queue": queue });
    match what {
        ConversationFact::OfferMade { agent, .. }
        | ConversationFact::Assigned { to: agent, .. }
        | ConversationFact::AgentJoined { agent, .. }
        | ConversationFact::SessionEnded { agent, .. } => data["agent"] = json!(agent),
        ConversationFact::EndedByAgent(agent) => {
            data["agent"] = json!(agent);
            data["by"] = json!("agent");
        }
        ConversationFact::EndedByCustomer => data["by"] = json!("customer"),
        ConversationFact::CustomerReturned { how } => data["how"] = json!(how),
        ConversationFact::Closed(reason) => data["reason"] = json!(reason),
        _ => {}
    }
    let body = json!({ "type": kind, "timestamp": utc(recorded.at), "data": data }).to_string();
    Ok(Some(Event { id: format!("evt_{id}_{position}"), body }))
}
