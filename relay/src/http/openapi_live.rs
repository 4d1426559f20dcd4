//! The part of the description that is about what goes on: acting in conversations, and what a person has before them.

use super::acting::{Asks, VERBS};
use super::openapi::{Gives, Operation, get, send};
use super::policy::Act;

/// How the desk says no to what is asked in a conversation.
const REFUSED: &[(u16, &str)] = &[
    (403, "not-yours, your-own"),
    (404, "unknown-conversation"),
    (
        409,
        "wrong-state, conversation-ended, conversation-closed, conversation-full, offer-gone, already-taken, agent-unavailable, \
         no-room, already-there, invitation-running, invitation-gone, nobody-serves-it, too-many-participants, no-portal, \
         reconnect-is-off, too-many-links",
    ),
    (429, "rate-limited"),
    (503, "read-only, not-known-to-be-saved"),
];
const SEND_REFUSED: &[(u16, &str)] = &[
    (403, "not-yours"),
    (404, "unknown-conversation"),
    (409, "send-key-reused, wrong-state, conversation-ended, conversation-closed, conversation-full"),
    (429, "rate-limited"),
    (503, "read-only, not-known-to-be-saved"),
];
const TYPING_REFUSED: &[(u16, &str)] = &[
    (403, "not-yours"),
    (404, "unknown-conversation"),
    (409, "wrong-state, conversation-ended, conversation-closed"),
    (429, "rate-limited"),
    (503, "read-only, not-known-to-be-saved"),
];
const READ_REFUSED: &[(u16, &str)] =
    &[(404, "unknown-conversation"), (429, "rate-limited"), (503, "read-only, not-known-to-be-saved")];
const PRESENCE: &[(u16, &str)] = &[
    (409, "agent-unavailable"),
    (422, "presence-not-choosable"),
    (429, "rate-limited"),
    (503, "read-only, not-known-to-be-saved"),
];
const PRESENCE_OF: &[(u16, &str)] = &[
    (404, "unknown-person"),
    (409, "agent-unavailable"),
    (422, "presence-not-choosable"),
    (429, "rate-limited"),
    (503, "read-only, not-known-to-be-saved"),
];
const LIMITED: &[(u16, &str)] = &[(429, "rate-limited")];
const PAGED: &[(u16, &str)] = &[(400, "malformed-query"), (422, "invalid-values"), (429, "rate-limited")];
const NO_CONVERSATION: &[(u16, &str)] = &[(404, "unknown-conversation"), (429, "rate-limited")];

/// All of it.
pub(super) fn live() -> Vec<Operation> {
    let mut all = vec![
        get(
            "/api/floor",
            Act::SeeFloor,
            "What goes on now, in figures: conversations, agents, queues, today",
            "FloorSummary",
        )
        .with(PAGED),
        get("/api/floor/conversations", Act::SeeFloor, "All ongoing conversations, page by page", "FloorPage")
            .with(PAGED),
        get(
            "/api/floor/agents",
            Act::SeeFloor,
            "All agents with presence, capacity and ledger, page by page",
            "FloorPeople",
        )
        .with(PAGED),
        get("/api/desk", Act::ReadConversation, "One's own desk: presence, capacity, offers, conversations", "MyDesk")
            .with(LIMITED),
        send("put", "/api/presence", Act::Converse, "Chooses one's own presence", "PresenceChange", Gives::Nothing)
            .with(PRESENCE),
        send(
            "put",
            "/api/people/{id}/presence",
            Act::Oversee,
            "Sets another agent's presence",
            "PresenceChange",
            Gives::Nothing,
        )
        .with(PRESENCE_OF),
        get(
            "/api/conversations",
            Act::ReadConversation,
            "One's own, open or closed conversations, page by page",
            "Cards",
        )
        .with(PAGED),
        get(
            "/api/conversations/{id}",
            Act::ReadConversation,
            "Where a conversation is, who takes part, and what it takes of whose capacity",
            "OneConversation",
        )
        .with(NO_CONVERSATION),
        send(
            "post",
            "/api/conversations/{id}/messages",
            Act::Converse,
            "Says something to the customer, or to colleagues",
            "NewMessage",
            Gives::Json(200, "SentMessage"),
        )
        .with(SEND_REFUSED),
        send(
            "post",
            "/api/conversations/{id}/read",
            Act::Converse,
            "Has read all up to a position of the agents' sequence",
            "ReadUpTo",
            Gives::Nothing,
        )
        .with(READ_REFUSED),
        Operation {
            problems: TYPING_REFUSED,
            ..verb(
                "/api/conversations/{id}/typing",
                Act::Converse,
                "Shows the customer for 5 seconds, or until the words, that somebody is writing",
                None,
            )
        },
        Operation {
            gives: Gives::Json(200, "WhyWaiting"),
            ..get("/api/conversations/{id}/why-waiting", Act::ReadConversation, "Why a customer is still waiting", "")
        }
        .with(REFUSED),
        Operation {
            gives: Gives::Json(200, "TakenLink"),
            ..verb(
                "/api/conversations/{id}/take-link",
                Act::Converse,
                "Takes a reconnect link, to send it by other ways; kept on record",
                None,
            )
        },
    ];
    all.extend(VERBS.iter().map(|known| {
        let takes = match known.asks {
            Asks::Plain(_) => None,
            Asks::OfAgent(_) => Some("OfAgent"),
            Asks::OfEither(..) => Some("OfAgentOrQueue"),
        };
        verb(known.path, known.act, known.summary, takes)
    }));
    all
}

const fn verb(path: &'static str, act: Act, summary: &'static str, takes: Option<&'static str>) -> Operation {
    Operation { method: "post", path, act, summary, takes, gives: Gives::Nothing, problems: REFUSED }
}
