//! Automated messages: what the API and the settings file set.

use serde_json::{Value, json};

use crate::people::mistakes;
use crate::support::{Place, SETTINGS};

const NOTHING: &Value = &Value::Null;

fn of(all: &Value, trigger: &str) -> Value {
    all["messages"].as_array().unwrap().iter().find(|message| message["trigger"] == trigger).unwrap().clone()
}

#[test]
fn an_admin_sets_what_is_told() {
    let declared = "[[messages]]\ntrigger = \"agent-left\"\nlanguage = \"pt-BR\"\nwidget = \"help\"\non = false\n";
    let place = Place::with(&format!("{SETTINGS}\n{declared}"));
    place.add_role("ada", "admin");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let call = |method: &str, path: &str, body: &Value| server.call(&ada, method, path, body);
    let all = call("GET", "/api/messages", NOTHING).json();
    assert_eq!(all["languages"], json!(["en", "de", "ar"]));
    let joined = of(&all, "agent-joined");
    assert_eq!(joined["defaults"][0], json!({"language": "en", "text": "{AgentName} joined"}));
    assert_eq!((&joined["kind"], &joined["reader"], &joined["set"]), (&json!("entry"), &json!("customer"), &json!([])));
    assert_eq!(of(&all, "customer-disconnected")["reader"], "agent");
    let left = json!([{"language": "pt-br", "widget": "help", "text": null, "on": false, "declared_in_file": true}]);
    assert_eq!(of(&all, "agent-left")["set"], left);
    // Set, set again, and for one widget.
    let text = json!({"text": "{AgentName} is here"});
    assert_eq!(call("PUT", "/api/messages/agent-joined/EN", &text).told(), "422 invalid-values", "small letters first");
    assert_eq!(call("PUT", "/api/messages/agent-joined/en", &json!({"text": "x", "on": false})).status, 200);
    assert_eq!(call("PUT", "/api/messages/agent-joined/en", &text).status, 200);
    let shop = call("PUT", "/api/messages/agent-joined/en-GB?widget=shop", &json!({"on": false})).json();
    let set = json!([
        {"language": "en", "widget": null, "text": "{AgentName} is here", "on": null, "declared_in_file": false},
        {"language": "en-gb", "widget": "shop", "text": null, "on": false, "declared_in_file": false},
    ]);
    assert_eq!(shop["set"], set);
    let cases = [
        ("PUT", "/api/messages/agent-joined/e", json!({"on": true}), "422 invalid-values"),
        ("PUT", "/api/messages/agent-flew/en", json!({"on": true}), "404 unknown-message"),
        ("PUT", "/api/messages/agent-joined/en?widget=none", json!({"on": true}), "404 unknown-widget"),
        ("PUT", "/api/messages/agent-joined/en?of=shop", json!({"on": true}), "400 malformed-query"),
        ("PUT", "/api/messages/agent-left/pt-br?widget=help", json!({"on": true}), "409 declared-in-file"),
        ("DELETE", "/api/messages/agent-left/pt-BR?widget=help", Value::Null, "409 declared-in-file"),
        ("DELETE", "/api/messages/agent-left/en", Value::Null, "404 unknown-message"),
        ("PUT", "/api/messages/agent-left/en", json!([]), "400 malformed-body"),
    ];
    for (method, path, body, expected) in cases {
        assert_eq!(call(method, path, &body).told(), expected, "{method} {path}");
    }
    let told = |path: &str, body: Value| mistakes(&call("PUT", path, &body).json());
    let nothing = "text: is missing; a message has a text, says whether it is on, or both.";
    assert_eq!(told("/api/messages/agent-joined/en", json!({"text": null})), nothing);
    insta::assert_snapshot!(
        told("/api/messages/agent-joined/en", json!({"text": "{Place}", "on": "yes", "title": 1})),
        @r"
    text: must not have {Place}: here are {AgentName}, {QueueName} and context variables such as {$plan$}.
    on: must be true or false.
    title: is not a known setting.
    "
    );
    let notice = "on: can't be set here: the widget's monitoring_notice switches it on.";
    assert_eq!(told("/api/messages/monitoring-notice/en", json!({"text": "x", "on": true})), notice);
    // It survives a restart; the audit says who did it; and it goes with its widget and by DELETE.
    server.terminate();
    assert!(server.wait().0);
    let server = place.serve();
    let call = |method: &str, path: &str, body: &Value| server.call(&ada, method, path, body);
    assert_eq!(of(&call("GET", "/api/messages", NOTHING).json(), "agent-joined")["set"], set);
    assert_eq!(call("DELETE", "/api/messages/agent-joined/en-gb?widget=shop", NOTHING).status, 204);
    let audit = call("GET", "/api/audit?limit=2", NOTHING).json();
    let row = |index: usize| (audit["rows"][index]["what"].clone(), audit["rows"][index]["about"].clone());
    assert_eq!(row(0), (json!("automated message deleted"), json!("agent-joined/en-gb/shop")), "{audit}");
    assert_eq!(row(1), (json!("automated message set"), json!("agent-joined/en-gb/shop")));
    let widget = json!({"name": "late", "settings": {"sites": ["https://late.example"], "workstream": "chat"}});
    assert_eq!(call("POST", "/api/widgets", &widget).status, 201);
    assert_eq!(call("PUT", "/api/messages/agent-joined/en?widget=late", &text).status, 200);
    assert_eq!(call("DELETE", "/api/widgets/late", NOTHING).status, 204);
    assert_eq!(of(&call("GET", "/api/messages", NOTHING).json(), "agent-joined")["set"], json!([set[0]]));
    assert_eq!(call("POST", "/api/widgets", &widget).status, 201);
    server.terminate();
    let (good, log) = server.wait();
    assert!(good && !log.contains("is here"), "no text in the log: {log}");
}
