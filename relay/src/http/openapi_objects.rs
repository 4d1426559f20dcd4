//! The part of the description that is about presences, queues, workstreams and widgets: their settings are described by what reads them.

use serde_json::{Map, Value, json};

use super::openapi::{Gives, Operation, delete, get, send};
use super::policy::Act;
use crate::settings::{Kind, schema};

/// One kind.
struct Described {
    kind: Kind,
    /// The beginning of its ids.
    prefix: &'static str,
    /// The schemas: all of them, one, a new one, what it is changed to.
    schemas: [&'static str; 4],
}

const ALL: [Described; 4] = [
    Described {
        kind: Kind::Presence,
        prefix: "prs",
        schemas: ["Presences", "CustomPresence", "NewCustomPresence", "CustomPresenceChange"],
    },
    Described { kind: Kind::Queue, prefix: "que", schemas: ["Queues", "Queue", "NewQueue", "QueueChange"] },
    Described {
        kind: Kind::Workstream,
        prefix: "wst",
        schemas: ["Workstreams", "Workstream", "NewWorkstream", "WorkstreamChange"],
    },
    Described { kind: Kind::Widget, prefix: "wdg", schemas: ["Widgets", "Widget", "NewWidget", "WidgetChange"] },
];

const UNKNOWN: &str = "unknown-presence, unknown-queue, unknown-workstream, unknown-widget";
const OBJECT: &[(u16, &str)] = &[(409, "name-taken, too-many")];
const NO_OBJECT: &[(u16, &str)] = &[(404, UNKNOWN)];
const IN_FILE: &[(u16, &str)] = &[(404, UNKNOWN), (409, "declared-in-file")];
const UNUSED: &[(u16, &str)] = &[(404, UNKNOWN), (409, "declared-in-file, in-use")];

/// What can be done with them.
pub(super) const OPERATIONS: &[Operation] = &[
    get("/api/presences", Act::SeeObjects, "All custom presences", "Presences"),
    send(
        "post",
        "/api/presences",
        Act::ChangeObjects,
        "Makes a presence",
        "NewCustomPresence",
        Gives::Json(201, "CustomPresence"),
    )
    .with(OBJECT),
    get("/api/presences/{name}", Act::SeeObjects, "One custom presence", "CustomPresence").with(NO_OBJECT),
    send(
        "put",
        "/api/presences/{name}",
        Act::ChangeObjects,
        "Sets a presence that the API has made",
        "CustomPresenceChange",
        Gives::Json(200, "CustomPresence"),
    )
    .with(IN_FILE),
    delete(
        "/api/presences/{name}",
        Act::ChangeObjects,
        "Deletes a presence that the API has made; whoever is in it is in its base then",
    )
    .with(UNUSED),
    get("/api/queues", Act::SeeObjects, "All queues", "Queues"),
    send("post", "/api/queues", Act::ChangeObjects, "Makes a queue", "NewQueue", Gives::Json(201, "Queue"))
        .with(OBJECT),
    get("/api/queues/{name}", Act::SeeObjects, "One queue", "Queue").with(NO_OBJECT),
    send(
        "put",
        "/api/queues/{name}",
        Act::ChangeObjects,
        "Sets a queue that the API has made",
        "QueueChange",
        Gives::Json(200, "Queue"),
    )
    .with(IN_FILE),
    delete("/api/queues/{name}", Act::ChangeObjects, "Deletes a queue that the API has made and nothing uses")
        .with(UNUSED),
    get("/api/workstreams", Act::SeeObjects, "All workstreams", "Workstreams"),
    send(
        "post",
        "/api/workstreams",
        Act::ChangeObjects,
        "Makes a workstream",
        "NewWorkstream",
        Gives::Json(201, "Workstream"),
    )
    .with(OBJECT),
    get("/api/workstreams/{name}", Act::SeeObjects, "One workstream", "Workstream").with(NO_OBJECT),
    send(
        "put",
        "/api/workstreams/{name}",
        Act::ChangeObjects,
        "Sets a workstream that the API has made",
        "WorkstreamChange",
        Gives::Json(200, "Workstream"),
    )
    .with(IN_FILE),
    delete(
        "/api/workstreams/{name}",
        Act::ChangeObjects,
        "Deletes a workstream that the API has made and nothing uses",
    )
    .with(UNUSED),
    get("/api/widgets", Act::SeeObjects, "All widgets", "Widgets"),
    send("post", "/api/widgets", Act::ChangeObjects, "Makes a widget", "NewWidget", Gives::Json(201, "Widget"))
        .with(OBJECT),
    get("/api/widgets/{name}", Act::SeeObjects, "One widget", "Widget").with(NO_OBJECT),
    send(
        "put",
        "/api/widgets/{name}",
        Act::ChangeObjects,
        "Sets a widget that the API has made",
        "WidgetChange",
        Gives::Json(200, "Widget"),
    )
    .with(IN_FILE),
    delete("/api/widgets/{name}", Act::ChangeObjects, "Deletes a widget that the API has made").with(UNUSED),
];

/// Their bodies.
pub(super) fn schemas() -> Map<String, Value> {
    let mut all = schema::schemas();
    for Described { kind, prefix, schemas: [whole, one, new, change] } in &ALL {
        let settings = schema::settings_of(*kind).map(reference);
        let name = reference("Slug");
        let object = |properties: Value| {
            let keys: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
            json!({ "type": "object", "additionalProperties": false, "required": keys, "properties": properties })
        };
        let id = json!({ "type": "string", "pattern": format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$") });
        let declared =
            json!({ "type": "boolean", "description": "The settings file declares it: it is read-only here" });
        let shown = json!({ "id": id, "name": name, "declared_in_file": declared, "settings": settings });
        all.insert((*one).to_owned(), object(shown));
        all.insert((*new).to_owned(), object(json!({ "name": name, "settings": settings })));
        all.insert((*change).to_owned(), object(json!({ "settings": settings })));
        let list = json!({ kind.list(): { "type": "array", "items": reference(one) } });
        all.insert((*whole).to_owned(), object(list));
    }
    all
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
