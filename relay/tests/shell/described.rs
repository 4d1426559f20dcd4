//! Bodies as they are described, held against the relay: what fits is taken, what is past a limit is not, and answers are as described.

use regex::Regex;
use serde_json::{Map, Value, json};

use crate::support::{Place, SETTINGS, Server};

const FULL: &str = include_str!("settings-in-full.json");

/// The schema that a schema stands for.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next());
    name.map_or(schema, |name| resolved(root, &root["components"]["schemas"][name]))
}

/// A length of time in milliseconds.
fn millis(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let (_, factor) = units.into_iter().find(|(unit, _)| *unit == &text[digits..])?;
    Some(text[..digits].parse::<u64>().ok()? * factor)
}

/// As far as the description uses JSON Schema.
fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    let schema = resolved(root, schema);
    let at_most = |key: &str, size: f64| schema[key].as_f64().is_none_or(|most| size <= most);
    let at_least = |key: &str, size: f64| schema[key].as_f64().is_none_or(|least| size >= least);
    let between = |least: &str, most: &str, size: usize| at_least(least, size as f64) && at_most(most, size as f64);
    let counts = |key: &str| schema[key].as_array().map(|all| all.iter().filter(|one| fits(root, one, value)).count());
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    let kind_fits = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    };
    let is_one = schema["enum"].as_array().is_none_or(|all| all.contains(value))
        && schema.get("const").is_none_or(|one| one == value)
        && counts("anyOf").is_none_or(|count| count > 0)
        && counts("oneOf").is_none_or(|count| count == 1);
    kind_fits
        && is_one
        && match value {
            Value::Null | Value::Bool(_) => true,
            Value::Number(number) => {
                at_least("minimum", number.as_f64().unwrap()) && at_most("maximum", number.as_f64().unwrap())
            }
            Value::String(text) => {
                let (least, most) = (&schema["x-rejoin-least"], &schema["x-rejoin-most"]);
                let in_range = |limit: &Value, is: fn(u64, u64) -> bool| {
                    let limit = limit.as_str().and_then(millis);
                    limit.zip(millis(text)).is_none_or(|(limit, time)| is(time, limit))
                };
                between("minLength", "maxLength", text.chars().count())
                    && schema["pattern"].as_str().is_none_or(|pattern| Regex::new(pattern).unwrap().is_match(text))
                    && schema["x-rejoin-one-of"].as_array().is_none_or(|all| all.contains(value))
                    && in_range(least, |time, least| time >= least)
                    && in_range(most, |time, most| time <= most)
            }
            Value::Array(items) => {
                between("minItems", "maxItems", items.len())
                    && (schema["items"].is_null() || items.iter().all(|item| fits(root, &schema["items"], item)))
                    && (schema["uniqueItems"] != true || (1..items.len()).all(|at| !items[..at].contains(&items[at])))
            }
            Value::Object(object) => {
                let required = schema["required"].as_array();
                let member = |(key, value): (&String, &Value)| match schema["properties"].get(key) {
                    Some(schema) => fits(root, schema, value),
                    None => match &schema["additionalProperties"] {
                        Value::Null => true,
                        Value::Bool(any) => *any,
                        schema => fits(root, schema, value),
                    },
                };
                let names = &schema["propertyNames"];
                between("minProperties", "maxProperties", object.len())
                    && required.is_none_or(|keys| keys.iter().all(|key| object.contains_key(key.as_str().unwrap())))
                    && object.iter().all(member)
                    && (names.is_null() || object.keys().all(|key| fits(root, names, &json!(key))))
            }
        }
}

/// One more of what a list holds, the `index`th of `count`.
fn one_more(key: &str, last: &Value, index: usize, count: usize) -> Value {
    match key {
        "pre_chat" => {
            let mut question = last.clone();
            question["name"] = json!(format!("question{index}"));
            question
        }
        "to" => json!(format!("full {}%", 100 / count)),
        "options" => json!(format!("option {index}")),
        "sites" => json!(format!("https://site{index}.example.com")),
        "holidays" => json!(format!("{}-{:02}-{:02}", 2027 + index / 200, 1 + index % 200 / 25, 1 + index % 25)),
        day if day.ends_with("day") => json!(format!("{index:02}:00-{index:02}:30")),
        _ => last.clone(),
    }
}

/// Values at each limit of a schema and past it, of another kind and without what must be there; each with its path.
fn others(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<(String, Value)> {
    let schema = resolved(root, schema);
    if let Some(all) = ["anyOf", "oneOf"].iter().find_map(|key| schema[key].as_array()) {
        let of_it = all.iter().find(|one| fits(root, one, value)).unwrap_or_else(|| panic!("{path}: {value}"));
        return others(root, of_it, value, path);
    }
    let key = path.rsplit(['.', ']']).find(|part| !part.is_empty()).unwrap_or("").split('[').next().unwrap();
    let mut found = Vec::new();
    let mut add = |value: Value| found.push((path.to_owned(), value));
    for one in schema["enum"].as_array().into_iter().flatten() {
        add(one.clone());
    }
    let number = |key: &str| schema[key].as_i64();
    let length = |key: &str| schema[key].as_u64().map(|length| usize::try_from(length).unwrap());
    match value {
        Value::Null => {}
        Value::Bool(is) => [json!(!is), json!(is.to_string()), json!(1)].into_iter().for_each(add),
        Value::Number(_) => {
            add(json!("5"));
            add(json!(2.5));
            if let Some((least, most)) = number("minimum").zip(number("maximum")) {
                [least, most, least - 1, most + 1].into_iter().for_each(|number| add(json!(number)));
            }
        }
        Value::String(text) => {
            add(json!(5));
            add(json!("Something else!"));
            add(json!(""));
            if let Some(most) = length("maxLength") {
                for length in [most, most + 1] {
                    add(json!(format!("{text}{}", "x".repeat(length - text.chars().count()))));
                }
            }
            for one in schema["x-rejoin-one-of"].as_array().into_iter().flatten() {
                add(one.clone());
                add(json!(format!("{}ms", millis(one.as_str().unwrap()).unwrap() + 1)));
            }
            for key in ["x-rejoin-least", "x-rejoin-most"] {
                let Some(limit) = schema[key].as_str() else { continue };
                add(json!(limit));
                let limit = millis(limit).unwrap();
                [limit + 1, limit.saturating_sub(1)].into_iter().for_each(|time| add(json!(format!("{time}ms"))));
            }
        }
        Value::Array(items) => {
            add(json!("x"));
            add(json!([]));
            if let Some((last, most)) = items.last().zip(length("maxItems")) {
                for count in [most, most + 1] {
                    add((0..count).map(|index| one_more(key, last, index, count)).collect());
                }
            }
            for (index, item) in items.iter().enumerate() {
                for (path, other) in others(root, &schema["items"], item, &format!("{path}[{index}]")) {
                    let mut items = items.clone();
                    items[index] = other;
                    found.push((path, Value::Array(items)));
                }
            }
        }
        Value::Object(object) => {
            add(json!(5));
            let with = |key: &str, value: Value| {
                let mut object = object.clone();
                object.insert(key.to_owned(), value);
                Value::Object(object)
            };
            add(with("colour", json!("red")));
            for key in schema["required"].as_array().into_iter().flatten() {
                let mut object = object.clone();
                object.remove(key.as_str().unwrap());
                add(Value::Object(object));
            }
            for (key, value) in object {
                let schema = schema["properties"].get(key).unwrap_or(&schema["additionalProperties"]);
                for (path, other) in others(root, schema, value, &format!("{path}.{key}")) {
                    found.push((path, with(key, other)));
                }
            }
        }
    }
    found
}

/// Asks for all that a body could be; gives how much was taken and how much was not.
fn ask(server: &Server, who: &str, root: &Value, method: &str, path: &str, name: &str, body: &Value) -> (usize, usize) {
    let schema = &root["components"]["schemas"][name];
    assert!(fits(root, schema, body), "{name}: {body}");
    let (mut taken, mut refused, mut wrong) = (0, 0, Vec::new());
    for (place, mut other) in others(root, schema, body, "") {
        if place.contains("sites") && other["settings"].is_object() {
            // A page of a site that is there no more.
            other["settings"]["portal_url"] = Value::Null;
        }
        let (answer, should) = (server.call(who, method, path, &other), fits(root, schema, &other));
        let is_as_it_should = match answer.told().as_str() {
            "422 invalid-values" | "400 malformed-body" => !should,
            _ => should && answer.status == 200,
        };
        if !is_as_it_should {
            wrong.push(format!("{method} {path} {place}: {other}\nfits: {should}, got {}", answer.body));
        }
        if should { taken += 1 } else { refused += 1 }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    (taken, refused)
}

/// Only the file names files of keys.
const KEYED: &str = r#"
[[widgets]]
name = "keyed"
sites = ["https://keyed.example.com"]
workstream = "chat"
[widgets.sign_in]
issuer = "https://id.example.com"
audience = "chat"
keys = ["KEYS"]
"#;

fn full() -> Map<String, Value> {
    let mut full: Map<String, Value> = serde_json::from_str(FULL).unwrap();
    full["widgets"].as_object_mut().unwrap().remove("keyed").unwrap();
    full
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was asked is for people to read")]
fn what_fits_the_description_is_taken_and_what_is_past_a_limit_is_not() {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shell/rsa-of-tests.public.pem");
    let mut place = Place::with(&format!("{SETTINGS}{}", KEYED.replace("KEYS", keys)));
    place.environment.push(("REJOIN__WEBHOOKS__ALLOW_PRIVATE_ADDRESSES", "true".to_owned()));
    place.add_role("ada", "admin");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let root = server.get("/api/openapi.json").json();
    let (mut taken, mut refused) = (0, 0);
    let mut add = |(more, less): (usize, usize)| {
        taken += more;
        refused += less;
    };
    let full = full();
    let kinds = [
        ("presences", "CustomPresenceChange"),
        ("queues", "QueueChange"),
        ("workstreams", "WorkstreamChange"),
        ("widgets", "WidgetChange"),
    ];
    for (list, _) in kinds {
        // Some name others; what is named is there before what names it.
        let mut objects: Vec<(&String, &Value)> = full[list].as_object().unwrap().iter().collect();
        objects.sort_by_key(|(name, _)| *name != "other");
        for (name, settings) in objects {
            let mut settings = settings.clone();
            if list == "workstreams" {
                settings["routing"] = json!([]);
            }
            let new = json!({ "name": name, "settings": settings });
            let answer = server.call(&ada, "POST", &format!("/api/{list}"), &new);
            assert_eq!(answer.status, 201, "{new} {}", answer.body);
        }
    }
    for (list, change) in kinds {
        for (name, settings) in full[list].as_object().unwrap() {
            let (path, body) = (format!("/api/{list}/{name}"), json!({ "settings": settings }));
            add(ask(&server, &ada, &root, "PUT", &path, change, &body));
            assert_eq!(server.call(&ada, "PUT", &path, &body).status, 200);
        }
    }
    let made = |path: &str, body: Value| server.call(&ada, "POST", path, &body).json();
    let person = made("/api/people", json!({"name": "sofia", "password": "correct horse"}));
    let person = format!("/api/people/{}", person["id"].as_str().unwrap());
    let reply = made("/api/quick-replies", json!({"slug": "hi", "title": "Hi", "text": "Hello", "shared": true}));
    let reply = format!("/api/quick-replies/{}", reply["id"].as_str().unwrap());
    let hook = made("/api/webhooks", json!({"url": "https://hooks.example.com/", "title": "CRM"}));
    let hook = format!("/api/webhooks/{}", hook["webhook"]["id"].as_str().unwrap());
    for (method, path, name, body) in [
        (
            "PATCH",
            person.as_str(),
            "PersonChange",
            json!({"display_name": "Sofia", "capacity": 5, "role": "agent", "enabled": true, "default_presence": "away"}),
        ),
        ("PATCH", &person, "PersonChange", json!({"password": "correct horse"})),
        ("PATCH", &reply, "QuickReplyChange", json!({"title": "Hi", "text": "Hello", "slug": "hi"})),
        ("PATCH", &hook, "WebhookChange", json!({"title": "CRM", "enabled": false, "events": ["conversation.closed"]})),
        ("PUT", "/api/messages/agent-joined/en", "MessageChange", json!({"text": "Hello", "on": true})),
        (
            "PUT",
            "/api/widgets/help/reconnect",
            "ReconnectChange",
            json!({"reconnect_to_previous_agent_for": "0s", "reconnect_time_limit": "7d", "prompt_anonymous": true,
                   "redirection_url": "https://elsewhere.example.com/", "link_in_query": false}),
        ),
        ("PUT", "/api/supervision", "SupervisionChange", json!({"monitor": true, "assign": false})),
    ] {
        add(ask(&server, &ada, &root, method, path, name, &body));
    }
    // What is shown is as described: the file's and what was made.
    for (path, methods) in root["paths"].as_object().unwrap() {
        let schema = &methods["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        if path.contains('{') || schema.is_null() || path == "/api/tokens" {
            continue;
        }
        let answer = server.call(&ada, "GET", path, &Value::Null);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(fits(&root, schema, &answer.json()), "{path}: {}", answer.body);
    }
    println!("figure: {taken} bodies that fit the description taken, {refused} that don't refused");
    assert!(taken > 100 && refused > 400, "{taken}, {refused}");
}
