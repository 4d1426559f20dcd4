//! What presences, queues, workstreams and widgets hold, as JSON Schema for the API's description. Limits are those that the readers name, and
//! a test asks at and past each of them; another one sees that each key is known here that a reader takes.

use core::ops::RangeInclusive;

use model::limits::{
    COST, DISCONNECT_AFTER, HOLD_FOR, OFFER_FOR, OFFERS_PER_AGENT, RECONNECT_LIMIT, WAIT, WRAP_UP_BLOCK,
};
use model::{
    Autocomplete, CONDITIONS_MAX, CONTEXT_NAME_CHARS_MAX, CONTEXT_VALUE_CHARS_MAX, Millis, NAME_CHARS_MAX,
    OPTION_CHARS_MAX, OPTIONS_MAX, PRIORITY_MAX, QUESTION_CHARS_MAX, QUESTIONS_MAX, ROUTING_RULES_MAX, SHARES_MAX,
    SLUG_CHARS_MAX, WAITING_MAX,
};
use serde_json::{Map, Value, json};
use wire::WEB_URL_BYTES_MAX;
use wire::limits::{SITE_BYTES_MAX, SITES_MAX};

use super::hours::{DAYS, HOLIDAYS_MAX, PER_DAY_MAX};
use super::language::LANGUAGE_BYTES_MAX;
use super::reconnect::NAME_BYTES_MAX;
use super::span;
use super::written::Kind;
use crate::history::WITHIN_S;

/// A length of time.
const SPAN: &str = "[0-9]+(ms|s|m|h|d)";
const TIME_OF_DAY: &str = "([01][0-9]|2[0-3]):[0-5][0-9]";
const LANGUAGE: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$";

/// The schemas by name, those of [`settings_of`] among them.
pub(crate) fn schemas() -> Map<String, Value> {
    let all = [
        ("PresenceSettings", presence()),
        ("QueueSettings", queue()),
        ("OpeningHours", hours()),
        ("WorkstreamSettings", workstream()),
        ("RoutingRule", routing_rule()),
        ("RoutingCondition", condition()),
        ("WidgetSettings", widget()),
        ("Question", question()),
        ("CustomerSignIn", sign_in()),
        ("ReconnectChange", settings(&[], reconnect())),
        ("Reconnect", shown_reconnect()),
    ];
    all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// The name of what an object of this kind holds; `None` for a section, of which there is one.
pub(crate) const fn settings_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Presence => Some("PresenceSettings"),
        Kind::Queue => Some("QueueSettings"),
        Kind::Workstream => Some("WorkstreamSettings"),
        Kind::Widget => Some("WidgetSettings"),
        Kind::Supervision => None,
    }
}

fn presence() -> Value {
    let bases = json!({ "enum": ["available", "busy", "do-not-disturb", "away", "offline"] });
    settings(&["title", "base"], json!({ "title": text(NAME_CHARS_MAX), "base": bases }))
}

fn queue() -> Value {
    let slug = slug();
    let overflow = format!("^(assign-anyway|end|queue:{slug})$");
    let ends = format!("^(end|queue:{slug})$");
    let short: Vec<String> = WITHIN_S.iter().map(|seconds| span::write(Millis::seconds(*seconds))).collect();
    let short = json!({
        "type": "string", "pattern": format!("^{SPAN}$"), "x-rejoin-one-of": short,
        "description": "Who leaves within this time did not wait, to a report that names no time",
    });
    settings(
        &[],
        json!({
            "title": text(NAME_CHARS_MAX),
            "assignment": { "enum": ["highest-capacity", "round-robin"] },
            "priority": whole(1, i64::from(PRIORITY_MAX)),
            "short_abandon": short,
            "hours": reference("OpeningHours"),
            "out_of_hours": pattern(&overflow, "What becomes of a conversation that starts while it is closed"),
            "waiting_max": whole(1, i64::from(WAITING_MAX)),
            "when_full": pattern(&overflow, "What becomes of one more than waiting_max"),
            "wait_max": span(&WAIT),
            "when_too_long": pattern(&ends, "What becomes of one that waits longer than wait_max"),
        }),
    )
}

fn hours() -> Value {
    let times = format!("^{TIME_OF_DAY}-({TIME_OF_DAY}|24:00)$");
    let day = list(&pattern(&times, "From, until"), 0, PER_DAY_MAX);
    let date = pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "A day on which it is closed");
    let mut properties = json!({
        "time_zone": pattern("^[A-Za-z][-A-Za-z0-9_+/]*$", "Such as \"Europe/Berlin\""),
        "holidays": list(&date, 0, HOLIDAYS_MAX),
    });
    for (name, _) in DAYS {
        properties[name] = day.clone();
    }
    object(&["time_zone"], properties)
}

fn workstream() -> Value {
    let wrap_up = format!("^(always|never|{SPAN})$");
    let wrap_up = with_range(pattern(&wrap_up, "Whether wrap-up blocks capacity, or for how long"), &WRAP_UP_BLOCK);
    let presence = pattern(
        &format!("^{}$", slug()),
        "\"available\", \"busy\", \"do-not-disturb\", \"away\" or the name of a custom presence",
    );
    settings(
        &["queue"],
        json!({
            "queue": name("A queue"),
            "mode": { "enum": ["push", "pick"] },
            "cost": whole(i64::from(*COST.start()), i64::from(*COST.end())),
            "wrap_up": wrap_up,
            "allowed_presences": { "type": "array", "items": presence, "minItems": 1 },
            "offers_per_agent_max": whole(i64::from(*OFFERS_PER_AGENT.start()), i64::from(*OFFERS_PER_AGENT.end())),
            "offer_for": span(&OFFER_FOR),
            "auto_close_open_after": pattern(&format!("^{SPAN}$"), "Longer than still_waiting_after"),
            "still_waiting_after": pattern(&format!("^{SPAN}$"), "Shorter than auto_close_open_after"),
            "auto_close_wrap_up_after": pattern(&format!("^{SPAN}$"), "When a session in wrap-up ends by itself"),
            "decline_sets_do_not_disturb": boolean(),
            "automated_messages": boolean(),
            "previous_agent_first": boolean(),
            "routing": list(&reference("RoutingRule"), 0, ROUTING_RULES_MAX),
        }),
    )
}

fn routing_rule() -> Value {
    let share = format!("^{}( [0-9]+%)?$", slug());
    let share = pattern(&share, "A queue, or a queue and its share of 100 percent: \"sales 30%\"");
    object(
        &["to"],
        json!({ "when": list(&reference("RoutingCondition"), 0, CONDITIONS_MAX), "to": list(&share, 1, SHARES_MAX) }),
    )
}

fn condition() -> Value {
    let value = json!({ "oneOf": [text(CONTEXT_VALUE_CHARS_MAX), { "type": "number" }] });
    let mut variable = object(
        &["variable"],
        json!({
            "variable": text(CONTEXT_NAME_CHARS_MAX),
            "is": value, "is_not": value,
            "contains": text(CONTEXT_VALUE_CHARS_MAX),
            "above": { "type": "number" }, "below": { "type": "number" },
            "exists": boolean(),
        }),
    );
    // What is looked at, and one thing that it is held against.
    variable["minProperties"] = json!(2);
    variable["maxProperties"] = json!(2);
    json!({ "oneOf": [
        variable,
        object(&["language"], json!({ "language": { "type": "string" } })),
        object(&["signed_in"], json!({ "signed_in": boolean() })),
        object(&["widgets"], json!({ "widgets": { "type": "array", "items": name("A widget") } })),
    ] })
}

fn reconnect() -> Value {
    json!({
        "reconnect_to_previous_agent_for": span(&HOLD_FOR),
        "reconnect_time_limit": span(&RECONNECT_LIMIT),
        "portal_url": web_url("A page of one of the sites"),
        "redirection_url": web_url("Where who comes too late is sent"),
        "prompt_anonymous": boolean(),
        "link_in_query": boolean(),
    })
}

fn shown_reconnect() -> Value {
    let mut all = settings(&[], reconnect());
    all["required"] = reconnect().as_object().into_iter().flat_map(Map::keys).cloned().collect();
    object(&["declared_in_file", "reconnect"], json!({ "declared_in_file": boolean(), "reconnect": all }))
}

fn widget() -> Value {
    let site = json!({
        "type": "string", "pattern": "^https?://[-a-z0-9._:\\[\\]]+$", "maxLength": SITE_BYTES_MAX,
        "description": "An origin such as \"https://shop.example.com\"",
    });
    let more = [
        ("sites", list(&site, 1, SITES_MAX)),
        ("workstream", name("A workstream")),
        ("disconnect_after", span(&DISCONNECT_AFTER)),
        ("monitoring_notice", boolean()),
        ("pre_chat", list(&reference("Question"), 0, QUESTIONS_MAX)),
        ("sign_in", reference("CustomerSignIn")),
    ];
    let mut properties = reconnect();
    for (key, schema) in more {
        properties[key] = schema;
    }
    settings(&["sites", "workstream"], properties)
}

fn question() -> Value {
    let text_of = text(QUESTION_CHARS_MAX);
    let of_kind = |kind: &str, required: Value, more: &[(&str, Value)], and: &[&str]| {
        let mut properties = json!({
            "name": text(CONTEXT_NAME_CHARS_MAX),
            "text": text_of,
            "texts": {
                "type": "object", "additionalProperties": text_of,
                "propertyNames": { "type": "string", "pattern": LANGUAGE, "maxLength": LANGUAGE_BYTES_MAX },
            },
            "kind": { "const": kind },
            "required": required,
        });
        for (key, schema) in more {
            properties[key] = schema.clone();
        }
        object(&[&["name", "text", "kind"], and].concat(), properties)
    };
    let options = list(&text(OPTION_CHARS_MAX), 1, OPTIONS_MAX);
    let hints: Vec<&str> = Autocomplete::ALL.into_iter().map(Autocomplete::code).collect();
    json!({ "oneOf": [
        of_kind("line", boolean(), &[("autocomplete", json!({ "enum": hints }))], &[]),
        of_kind("lines", boolean(), &[], &[]),
        of_kind("choice", boolean(), &[("options", options)], &["options"]),
        of_kind("consent", json!({ "const": true }), &[], &[]),
    ] })
}

fn sign_in() -> Value {
    let of = |key: &str, keys: Value| {
        let issuer = text(NAME_BYTES_MAX);
        let mut properties = json!({ "issuer": issuer, "audience": issuer });
        properties[key] = keys;
        object(&["issuer", "audience", key], properties)
    };
    let files = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1,
        "description": "Files of keys on the relay's machine; in the settings file only" });
    let address = json!({ "type": "string", "pattern": "^https?://" });
    json!({ "oneOf": [of("keys", files), of("jwks_url", address)] })
}

/// What an object holds: what may be left out may be null, too.
fn settings(required: &[&str], mut properties: Value) -> Value {
    for (key, schema) in properties.as_object_mut().into_iter().flatten() {
        if !required.contains(&key.as_str()) {
            *schema = json!({ "anyOf": [schema, { "type": "null" }] });
        }
    }
    object(required, properties)
}

fn object(required: &[&str], properties: Value) -> Value {
    let mut object = json!({ "type": "object", "additionalProperties": false, "required": required });
    object["properties"] = properties;
    object
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn text(chars_max: usize) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": chars_max })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

fn whole(least: i64, most: i64) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

fn list(items: &Value, least: usize, most: usize) -> Value {
    json!({ "type": "array", "items": items, "minItems": least, "maxItems": most })
}

fn pattern(pattern: &str, description: &str) -> Value {
    json!({ "type": "string", "pattern": pattern, "description": description })
}

/// What a name in settings looks like.
fn slug() -> String {
    format!("[a-z][a-z0-9-]{{0,{}}}", SLUG_CHARS_MAX - 1)
}

fn name(of: &str) -> Value {
    pattern(&format!("^{}$", slug()), of)
}

fn web_url(description: &str) -> Value {
    json!({ "type": "string", "pattern": "^https?://", "maxLength": WEB_URL_BYTES_MAX, "description": description })
}

fn span(range: &RangeInclusive<Millis>) -> Value {
    with_range(json!({ "type": "string", "pattern": format!("^{SPAN}$") }), range)
}

/// JSON Schema knows no range of such a text.
fn with_range(mut schema: Value, range: &RangeInclusive<Millis>) -> Value {
    let [least, most] = [range.start(), range.end()].map(|time| span::write(*time));
    let before = schema["description"].as_str().map(|before| format!("{before}; ")).unwrap_or_default();
    schema["description"] = format!("{before}{least} to {most}").into();
    schema["x-rejoin-least"] = least.into();
    schema["x-rejoin-most"] = most.into();
    schema
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::settings::asked::asked;
    use crate::settings::{Document, Made, Settings};

    /// Every key that any of the documents may have, as the readers write paths.
    fn keys_of(schema: &Value, all: &Map<String, Value>, path: &str, found: &mut BTreeSet<String>) {
        if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
            return keys_of(&all[name], all, path, found);
        }
        for one in ["anyOf", "oneOf"].iter().filter_map(|key| schema[key].as_array()).flatten() {
            keys_of(one, all, path, found);
        }
        keys_of_items(schema, all, path, found);
        for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            found.insert(path.clone());
            keys_of(schema, all, &path, found);
        }
    }

    fn keys_of_items(schema: &Value, all: &Map<String, Value>, path: &str, found: &mut BTreeSet<String>) {
        if schema["items"].is_object() {
            keys_of(&schema["items"], all, &format!("{path}[]"), found);
        }
    }

    #[test]
    fn every_key_that_is_read_is_described_and_none_besides() {
        let full: Value = serde_json::from_str(include_str!("../../tests/shell/settings-in-full.json")).expect("JSON");
        let mut made = Vec::new();
        for kind in Kind::ALL {
            let documents = full[kind.list()].as_object().into_iter().flatten();
            made.extend(documents.map(|(name, document)| Made {
                kind,
                name: name.parse().expect("a name"),
                document: Document::clone(document.as_object().expect("an object")),
            }));
        }
        let read = asked(|| drop(Settings::of(&toml::Table::new(), &made)));
        let all = schemas();
        for kind in Kind::ALL {
            let Some(name) = settings_of(kind) else { continue };
            let mut described = BTreeSet::from([format!("{}[].name", kind.list())]);
            keys_of(&all[name], &all, &format!("{}[]", kind.list()), &mut described);
            let list = format!("{}[].", kind.list());
            let read: BTreeSet<String> = read.iter().filter(|path| path.starts_with(&list)).cloned().collect();
            assert_eq!(read, described);
        }
    }
}
