//! `/api/openapi.json`: the HTTP API described for programs, from one table. Who may do what comes from the same policy that the handlers
//! ask, and a test calls every operation as everybody.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::api::answer;
use super::policy::Act;

/// The bodies: of what is configured and kept, and of what goes on.
const SCHEMAS: [&str; 2] = [include_str!("openapi-schemas.json"), include_str!("openapi-live.json")];

/// One operation.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) act: Act,
    pub(super) summary: &'static str,
    /// The schema of the body that it takes.
    pub(super) takes: Option<&'static str>,
    pub(super) gives: Gives,
    /// Problems of its own, besides those that all have.
    pub(super) problems: &'static [(u16, &'static str)],
}

/// What an operation answers when it is done.
#[derive(Clone, Copy)]
pub(super) enum Gives {
    Json(u16, &'static str),
    Nothing,
    File(&'static str),
    Transcript,
}

pub(super) const fn get(path: &'static str, act: Act, summary: &'static str, schema: &'static str) -> Operation {
    Operation { method: "get", path, act, summary, takes: None, gives: Gives::Json(200, schema), problems: &[] }
}

pub(super) const fn send(
    method: &'static str,
    path: &'static str,
    act: Act,
    summary: &'static str,
    takes: &'static str,
    gives: Gives,
) -> Operation {
    Operation { method, path, act, summary, takes: Some(takes), gives, problems: &[] }
}

pub(super) const fn delete(path: &'static str, act: Act, summary: &'static str) -> Operation {
    Operation { method: "delete", path, act, summary, takes: None, gives: Gives::Nothing, problems: &[] }
}

impl Operation {
    pub(super) const fn with(self, problems: &'static [(u16, &'static str)]) -> Self {
        Self { problems, ..self }
    }

    fn changes(&self) -> bool {
        self.method != "get"
    }
}

const DECLARED: &[(u16, &str)] = &[(409, "declared-in-file")];
const NO_PERSON: &[(u16, &str)] = &[(404, "unknown-person")];
const PERSON: &[(u16, &str)] = &[(404, "unknown-person"), (409, "name-taken, last-admin")];
const NEW_PERSON: &[(u16, &str)] = &[(409, "name-taken")];
const NEW_REPLY: &[(u16, &str)] = &[(409, "name-taken, too-many")];
const REPLY: &[(u16, &str)] = &[(404, "unknown-quick-reply"), (409, "name-taken")];
const NO_REPLY: &[(u16, &str)] = &[(404, "unknown-quick-reply")];
const NO_CONVERSATION: &[(u16, &str)] = &[(404, "unknown-conversation")];
const NOTE: &[(u16, &str)] = &[(404, "unknown-conversation"), (409, "too-many")];
const TRANSCRIPT: &[(u16, &str)] = &[(400, "malformed-query"), (404, "unknown-conversation")];
const TOKENS: &[(u16, &str)] = &[(409, "too-many")];
const NO_TOKEN: &[(u16, &str)] = &[(404, "unknown-token")];
const NO_WEBHOOK: &[(u16, &str)] = &[(404, "unknown-webhook")];
const TESTED: &[(u16, &str)] = &[(404, "unknown-webhook"), (409, "test-running")];
const QUERY: &[(u16, &str)] = &[(400, "malformed-query")];
const REPORT: &[(u16, &str)] = &[(400, "malformed-query"), (422, "invalid-values"), (503, "reports-unavailable")];
const RECONNECT: &[(u16, &str)] = &[(404, "unknown-widget"), (409, "declared-in-file, declared-in-widget")];
const MESSAGE: &[(u16, &str)] =
    &[(400, "malformed-query"), (404, "unknown-message, unknown-widget"), (409, "declared-in-file, too-many")];
const NO_MESSAGE: &[(u16, &str)] = &[
    (400, "malformed-query"),
    (404, "unknown-message, unknown-widget"),
    (409, "declared-in-file"),
    (422, "invalid-values"),
];
const NO_WIDGET: &[(u16, &str)] = &[(404, "unknown-widget")];

/// What is configured and kept. Objects are in `openapi_objects`, and what goes on in `openapi_live`.
const OPERATIONS: &[Operation] = &[
    get("/api/people", Act::SeePeople, "Everybody who may sign in, by name", "People"),
    send("post", "/api/people", Act::ChangePeople, "Adds a person", "NewPerson", Gives::Json(201, "Person"))
        .with(NEW_PERSON),
    get("/api/people/{id}", Act::SeePeople, "One person", "Person").with(NO_PERSON),
    send(
        "patch",
        "/api/people/{id}",
        Act::ChangePeople,
        "Changes a person; at once, over open windows too",
        "PersonChange",
        Gives::Json(200, "Person"),
    )
    .with(PERSON),
    get("/api/quick-replies", Act::UseQuickReplies, "The shared quick replies and the caller's own", "QuickReplies")
        .with(TRANSCRIPT),
    send(
        "post",
        "/api/quick-replies",
        Act::UseQuickReplies,
        "Adds a quick reply; shared ones by admins",
        "NewQuickReply",
        Gives::Json(201, "QuickReply"),
    )
    .with(NEW_REPLY),
    send(
        "patch",
        "/api/quick-replies/{id}",
        Act::UseQuickReplies,
        "Changes a quick reply",
        "QuickReplyChange",
        Gives::Json(200, "QuickReply"),
    )
    .with(REPLY),
    delete("/api/quick-replies/{id}", Act::UseQuickReplies, "Deletes a quick reply").with(NO_REPLY),
    get(
        "/api/widgets/{name}/embedding",
        Act::SeeObjects,
        "The sites whose pages have loaded a widget since the relay's start",
        "Embedding",
    )
    .with(NO_WIDGET),
    send(
        "post",
        "/api/widgets/{name}/embedding",
        Act::ChangeObjects,
        "Looks at a page: whether the widget can work there",
        "PageToCheck",
        Gives::Json(200, "PageCheck"),
    )
    .with(NO_WIDGET),
    get("/api/widgets/{name}/reconnect", Act::SeeObjects, "The reconnect settings of a widget", "Reconnect")
        .with(NO_WIDGET),
    send(
        "put",
        "/api/widgets/{name}/reconnect",
        Act::ChangeObjects,
        "Sets what a widget leaves open about reconnect",
        "ReconnectChange",
        Gives::Json(200, "Reconnect"),
    )
    .with(RECONNECT),
    get("/api/conversations/{id}/notes", Act::ReadConversation, "The notes of a conversation", "Notes")
        .with(NO_CONVERSATION),
    send(
        "post",
        "/api/conversations/{id}/notes",
        Act::WriteNotes,
        "Writes a note",
        "NewNote",
        Gives::Json(201, "Note"),
    )
    .with(NOTE),
    Operation {
        gives: Gives::Transcript,
        ..get("/api/conversations/{id}/transcript", Act::ReadConversation, "What was said and what happened", "")
    }
    .with(TRANSCRIPT),
    get(
        "/api/reports/summary",
        Act::SeeReports,
        "Figures of a time, in steps and by agent, queue or widget",
        "Summary",
    )
    .with(REPORT),
    get("/api/reports/presence", Act::SeeReports, "How long agents were in which presence", "PresenceReport")
        .with(REPORT),
    Operation {
        gives: Gives::File("text/csv"),
        ..get("/api/reports/conversations.csv", Act::SeeReports, "Every conversation of a time, one line each", "")
    }
    .with(REPORT),
    get("/api/supervision", Act::SeeSupervision, "What supervisors may do", "Supervision"),
    send(
        "put",
        "/api/supervision",
        Act::ChangeSupervision,
        "Switches on and off what supervisors may do",
        "SupervisionChange",
        Gives::Json(200, "Supervision"),
    )
    .with(DECLARED),
    get(
        "/api/messages",
        Act::ManageMessages,
        "All automated messages: when they are told, and their texts",
        "AutomatedMessages",
    ),
    send(
        "put",
        "/api/messages/{trigger}/{language}",
        Act::ManageMessages,
        "Sets an automated message in one language, of one widget or of all",
        "MessageChange",
        Gives::Json(200, "AutomatedMessage"),
    )
    .with(MESSAGE),
    delete(
        "/api/messages/{trigger}/{language}",
        Act::ManageMessages,
        "Takes back what was set for an automated message",
    )
    .with(NO_MESSAGE),
    get("/api/webhooks", Act::ManageWebhooks, "All webhooks", "Webhooks"),
    send(
        "post",
        "/api/webhooks",
        Act::ManageWebhooks,
        "Adds a webhook; the answer alone holds its secret",
        "NewWebhook",
        Gives::Json(201, "MadeWebhook"),
    )
    .with(TOKENS),
    send(
        "patch",
        "/api/webhooks/{id}",
        Act::ManageWebhooks,
        "Changes a webhook",
        "WebhookChange",
        Gives::Json(200, "Webhook"),
    )
    .with(NO_WEBHOOK),
    send(
        "post",
        "/api/webhooks/{id}/secret",
        Act::ManageWebhooks,
        "Gives a webhook another secret; the answer alone holds it",
        "NewSecret",
        Gives::Json(200, "MadeWebhook"),
    )
    .with(NO_WEBHOOK),
    get(
        "/api/webhooks/{id}/deliveries",
        Act::ManageWebhooks,
        "What became of the last events of a webhook, newest first",
        "Deliveries",
    )
    .with(NO_WEBHOOK),
    Operation {
        takes: None,
        ..send(
            "post",
            "/api/webhooks/{id}/test",
            Act::ManageWebhooks,
            "Sends a webhook an event of kind webhook.test, once, and tells what came of it",
            "",
            Gives::Json(200, "Delivery"),
        )
    }
    .with(TESTED),
    delete("/api/webhooks/{id}", Act::ManageWebhooks, "Deletes a webhook").with(NO_WEBHOOK),
    get("/api/tokens", Act::ManageTokens, "All tokens, without their secrets", "Tokens"),
    send(
        "post",
        "/api/tokens",
        Act::ManageTokens,
        "Makes a token; the answer alone holds its secret",
        "NewToken",
        Gives::Json(201, "MadeToken"),
    )
    .with(TOKENS),
    delete("/api/tokens/{id}", Act::ManageTokens, "Revokes a token").with(NO_TOKEN),
    get("/api/audit", Act::ReadAudit, "Who did what, newest first", "Audit").with(QUERY),
];

/// `GET /api/openapi.json`
pub(super) async fn openapi() -> Response {
    answer(StatusCode::OK, &description())
}

fn description() -> Value {
    let parts = SCHEMAS.map(|part| -> Map<String, Value> {
        serde_json::from_str(part).expect("invariant: the schemas are JSON objects")
    });
    let both = |member: &str| -> Map<String, Value> {
        parts.iter().filter_map(|part| part[member].as_object().cloned()).flatten().collect()
    };
    let mut schemas = both("schemas");
    schemas.append(&mut super::openapi_objects::schemas());
    let mut paths: Map<String, Value> = Map::new();
    let (live, objects) = (super::openapi_live::live(), super::openapi_objects::OPERATIONS);
    for operation in OPERATIONS.iter().chain(objects).chain(&live) {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Rejoin",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the console does, for programs. See docs/API.md.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "parameters": both("parameters"),
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A token of /api/tokens" },
                "signIn": {
                    "type": "apiKey", "in": "cookie", "name": "rejoin_sign_in",
                    "description": "A sign-in of the console; changes need the relay's own Origin as well",
                },
            },
        },
    })
}

fn described(operation: &Operation) -> Value {
    let mut responses = Map::new();
    match operation.gives {
        Gives::Json(status, schema) => {
            let content = json!({ "application/json": { "schema": reference(schema) } });
            responses.insert(status.to_string(), json!({ "description": "Done.", "content": content }));
        }
        Gives::Nothing => {
            responses.insert("204".to_owned(), json!({ "description": "Done." }));
        }
        Gives::File(kind) => {
            let content = json!({ kind: { "schema": { "type": "string" } } });
            responses.insert("200".to_owned(), json!({ "description": "A file.", "content": content }));
        }
        Gives::Transcript => {
            let content = json!({
                "application/json": { "schema": reference("Transcript") },
                "text/plain": { "schema": { "type": "string" } },
            });
            responses.insert("200".to_owned(), json!({ "description": "A file.", "content": content }));
        }
    }
    for (status, codes) in problems(operation) {
        let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
        responses.insert(status.to_string(), json!({ "description": codes, "content": content }));
    }
    let mut described = json!({
        "operationId": operation_id(operation),
        "summary": operation.summary,
        "security": if operation.act.is_for_people_only() {
            json!([{ "signIn": [] }])
        } else {
            json!([{ "token": [] }, { "signIn": [] }])
        },
        "x-rejoin-least-role": operation.act.least_role(),
        "parameters": parameters(operation),
        "responses": responses,
    });
    if let Some(schema) = operation.takes {
        let content = json!({ "application/json": { "schema": reference(schema) } });
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    described
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// The problems of an operation by status, with their codes.
fn problems(operation: &Operation) -> std::collections::BTreeMap<u16, String> {
    let mut all: Vec<(u16, &str)> = vec![
        (401, if operation.act.is_for_people_only() { "not-signed-in" } else { "not-signed-in, bad-token" }),
        (403, if operation.changes() { "origin-refused, not-allowed, scope-too-small" } else { "not-allowed" }),
        (500, "fault"),
        (503, "overloaded"),
    ];
    if operation.takes.is_some() {
        all.extend([
            (400, "malformed-body"),
            (408, "body-too-slow"),
            (413, "body-too-large"),
            (415, "unsupported-media-type"),
            (422, "invalid-values"),
        ]);
    }
    all.extend(operation.problems);
    let mut by_status: std::collections::BTreeMap<u16, String> = std::collections::BTreeMap::new();
    for (status, codes) in all {
        let told = by_status.entry(status).or_default();
        if !told.is_empty() {
            told.push_str(", ");
        }
        told.push_str(codes);
    }
    by_status
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    names.extend(operation.path.contains("{id}").then_some("id"));
    names.extend(operation.path.contains("{name}").then_some("name"));
    names.extend(operation.path.contains("{trigger}").then_some("trigger"));
    names.extend(operation.path.contains("{language}").then_some("language"));
    names.extend_from_slice(match operation.path {
        "/api/reports/summary" => {
            &["from", "to", "queue", "agent", "widget", "step", "by", "short_abandon", "time_zone"]
        }
        "/api/reports/conversations.csv" => &["from", "to", "queue", "agent", "widget"],
        "/api/conversations/{id}/transcript" => &["format", "audience"],
        "/api/messages/{trigger}/{language}" => &["widget"],
        "/api/quick-replies" if operation.method == "get" => &["conversation"],
        "/api/reports/presence" => &["from", "to", "agent"],
        "/api/audit" => &["before", "limit"],
        "/api/conversations" => &["list", "after", "limit"],
        "/api/floor" => &["time_zone"],
        "/api/floor/conversations" => &["queue", "widget", "agent", "state", "after_id", "limit"],
        "/api/floor/agents" => &["queue", "after_id", "limit"],
        _ => &[],
    });
    names.into_iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
}

/// `get /api/people/{id}` as `getPeopleId`.
fn operation_id(operation: &Operation) -> String {
    let words = operation.path.trim_start_matches("/api/").split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).fold(operation.method.to_owned(), |mut id, word| {
        id.push_str(&word[..1].to_ascii_uppercase());
        id.push_str(&word[1..]);
        id
    })
}
