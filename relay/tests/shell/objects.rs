//! Queues, workstreams and widgets made by the API.

use serde_json::{Value, json};

use crate::people::mistakes;
use crate::support::{Place, SETTINGS};

const NOTHING: &Value = &Value::Null;

#[tokio::test]
async fn an_admin_makes_a_way_in_while_the_relay_runs() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let call = |method: &str, path: &str, body: Value| server.call(&ada, method, path, &body);
    let queue = call("POST", "/api/queues", json!({"name": "late", "settings": {"title": "Late shift"}}));
    assert_eq!(queue.status, 201, "{}", queue.body);
    assert_eq!(
        (&queue.json()["name"], &queue.json()["declared_in_file"], &queue.json()["settings"]),
        (&json!("late"), &json!(false), &json!({"title": "Late shift"}))
    );
    let stream = json!({"name": "night", "settings": {"queue": "late", "wrap_up": "2m", "cost": null}});
    assert_eq!(call("POST", "/api/workstreams", stream).json()["settings"], json!({"queue": "late", "wrap_up": "2m"}));
    let widget = json!({"sites": ["https://night.example"], "workstream": "night", "reconnect_time_limit": "5m"});
    let made = call("POST", "/api/widgets", json!({"name": "night", "settings": widget}));
    assert_eq!((made.status, made.json()["settings"].clone()), (201, widget.clone()));
    // It is there at once: its page, its conversations, its agents.
    assert_eq!(server.get("/w/night/").status, 200);
    let people = call("GET", "/api/people", Value::Null).json();
    let ravi =
        people["people"].as_array().unwrap().iter().find(|person| person["name"] == "ravi").unwrap()["id"].clone();
    let ravi = format!("/api/people/{}", ravi.as_str().unwrap());
    assert_eq!(call("PATCH", &ravi, json!({"queues": ["support", "late"]})).status, 200);
    let mut window = server.console(&server.sign_in("ravi")).await;
    let hello = wire::Hello::of("night".parse().unwrap());
    let mut mia = crate::support::Customer(server.socket("/v1/customer", wire::Encoding::Binary, None).await.unwrap());
    mia.send(&wire::CustomerToRelay::Hello(hello)).await;
    mia.start(1, "hello").await;
    window.offered().await;
    // What is in use stays; what refers to it is named.
    let cases = [
        ("DELETE", "/api/queues/late", Value::Null, "409 in-use"),
        ("DELETE", "/api/workstreams/night", Value::Null, "409 in-use"),
        ("DELETE", "/api/queues/support", Value::Null, "409 declared-in-file"),
        ("PUT", "/api/widgets/shop", json!({"settings": {}}), "409 declared-in-file"),
        ("PUT", "/api/widgets/night/reconnect", json!({}), "409 declared-in-widget"),
        ("POST", "/api/queues", json!({"name": "late", "settings": {}}), "409 name-taken"),
        ("POST", "/api/queues", json!({"name": "support", "settings": {}}), "409 name-taken"),
        ("POST", "/api/queues", json!({"name": "Late", "settings": {}}), "422 invalid-values"),
        ("POST", "/api/queues", json!({"name": "x"}), "400 malformed-body"),
        ("POST", "/api/queues", json!({"name": "x", "settings": {}, "more": 1}), "400 malformed-body"),
        ("PUT", "/api/queues/nowhere", json!({"settings": {}}), "404 unknown-queue"),
        ("GET", "/api/widgets/nowhere", Value::Null, "404 unknown-widget"),
        ("GET", "/api/workstreams/%00", Value::Null, "404 unknown-workstream"),
    ];
    for (method, path, body, expected) in cases {
        assert_eq!(call(method, path, body).told(), expected, "{method} {path}");
    }
    let in_use = call("DELETE", "/api/queues/late", Value::Null).json();
    assert_eq!(mistakes(&in_use), "workstreams[1].queue: there is no queue \"late\".");
    // All mistakes together, by member.
    let bad = json!({"sites": ["night.example"], "workstream": "none", "disconnect_after": "1s", "colour": 1,
        "sign_in": {"issuer": "https://id.example", "audience": "x", "keys": ["/etc/passwd"]}});
    let answer = call("PUT", "/api/widgets/night", json!({"settings": bad}));
    assert_eq!(answer.told(), "422 invalid-values");
    insta::assert_snapshot!(mistakes(&answer.json()), @r#"
    sign_in.keys: can be set in the settings file only; use jwks_url.
    rules: disconnect_after must be between 3 seconds and 24 hours.
    sites: each element must be an origin such as "https://shop.example.com", without a path.
    colour: is not a known setting.
    workstream: there is no workstream "none".
    "#);
    // A change is in use at once, and survives a restart and a reload.
    let changed = json!({"sites": ["https://day.example"], "workstream": "night"});
    assert_eq!(call("PUT", "/api/widgets/night", json!({"settings": changed})).json()["settings"], changed);
    assert!(server.get("/w/night/").header("content-security-policy").unwrap().ends_with(" https://day.example"));
    let reconnect = json!({"reconnect_time_limit": "1h"});
    assert_eq!(call("PUT", "/api/widgets/night/reconnect", reconnect).status, 200);
    server.kill();
    let server = place.serve();
    let call = |method: &str, path: &str, body: Value| server.call(&ada, method, path, &body);
    assert_eq!(call("GET", "/api/widgets/night", Value::Null).json()["settings"], changed);
    assert_eq!(
        call("GET", "/api/widgets/night/reconnect", Value::Null).json()["reconnect"]["reconnect_time_limit"],
        "1h"
    );
    let output = place.run(&["reload"], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // The file comes first, and says so.
    let declared = format!("{SETTINGS}\n[[queues]]\nname = \"late\"\ntitle = \"From the file\"\n");
    std::fs::write(place.path().join("rejoin.toml"), declared).unwrap();
    let output = place.run(&["reload"], "");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "The settings file declares the queue \"late\", which the API has made too: the file's counts.\nThe settings are good and in use."
    );
    assert_eq!(call("GET", "/api/queues/late", Value::Null).json()["settings"], json!({"title": "From the file"}));
    assert_eq!(call("PUT", "/api/queues/late", json!({"settings": {}})).told(), "409 declared-in-file");
    std::fs::write(place.path().join("rejoin.toml"), SETTINGS).unwrap();
    assert!(place.run(&["reload"], "").status.success());
    // Unused, in the right order, all of it goes.
    assert_eq!(call("DELETE", "/api/widgets/night", Value::Null).status, 204);
    assert_eq!(server.get("/w/night/").told(), "404 unknown-widget");
    assert_eq!(call("DELETE", "/api/workstreams/night", Value::Null).status, 204);
    let served = call("DELETE", "/api/queues/late", Value::Null);
    assert_eq!((served.told().as_str(), mistakes(&served.json()).as_str()), ("409 in-use", "people: ravi serves it."));
    assert_eq!(call("PATCH", &ravi, json!({"queues": []})).status, 200);
    assert_eq!(call("DELETE", "/api/queues/late", Value::Null).status, 204);
    assert_eq!(call("GET", "/api/queues/late", Value::Null).told(), "404 unknown-queue");
}

#[test]
fn a_file_that_what_was_made_does_not_fit_is_refused_and_a_start_leaves_it_out() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_role("sue", "supervisor");
    let server = place.serve();
    let [ada, sue] = ["ada", "sue"].map(|name| server.sign_in(name));
    let stream = json!({"name": "late", "settings": {"queue": "support"}});
    assert_eq!(server.call(&sue, "POST", "/api/workstreams", &stream).told(), "403 not-allowed");
    assert_eq!(server.call("", "POST", "/api/workstreams", &stream).told(), "401 not-signed-in");
    assert_eq!(server.call(&sue, "DELETE", "/api/workstreams/chat", NOTHING).told(), "403 not-allowed");
    assert_eq!(server.call(&ada, "POST", "/api/workstreams", &stream).status, 201);
    let queue = SETTINGS.replace("\"support\"", "\"help\"");
    std::fs::write(place.path().join("rejoin.toml"), &queue).unwrap();
    let output = place.run(&["reload"], "");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr).trim(),
        "workstreams[1].queue: there is no queue \"support\".\nThe settings in use stay as they are."
    );
    assert_eq!(server.call(&ada, "GET", "/api/queues/support", NOTHING).status, 200);
    server.kill();
    let server = place.serve();
    assert_eq!(server.call(&ada, "GET", "/api/workstreams/late", NOTHING).told(), "404 unknown-workstream");
    assert!(server.log().contains("settings made by the API are left out"), "{}", server.log());
}

#[test]
fn an_admin_switches_on_what_supervisors_may_do() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_role("sue", "supervisor");
    place.add_role("ravi", "agent");
    let server = place.serve();
    let [ada, sue, ravi] = ["ada", "sue", "ravi"].map(|name| server.sign_in(name));
    let path = "/api/supervision";
    let off =
        json!({"declared_in_file": false, "monitor": false, "assign": false, "transfer": false, "force_close": false});
    assert_eq!(server.call(&sue, "GET", path, NOTHING).json(), off);
    let wanted = json!({"monitor": true, "force_close": true});
    for (who, told) in
        [("", "401 not-signed-in"), (ravi.as_str(), "403 not-allowed"), (sue.as_str(), "403 not-allowed")]
    {
        assert_eq!(server.call(who, "PUT", path, &wanted).told(), told);
    }
    assert_eq!(server.call(&ravi, "GET", path, NOTHING).told(), "403 not-allowed");
    let bad = server.call(&ada, "PUT", path, &json!({"monitor": "true", "spy": true}));
    assert_eq!(mistakes(&bad.json()), "monitor: must be true or false.\nspy: is not a known setting.");
    let mut on = off.clone();
    on["monitor"] = json!(true);
    on["force_close"] = json!(true);
    assert_eq!(server.call(&ada, "PUT", path, &wanted).json(), on);
    server.kill();
    let server = place.serve();
    assert_eq!(server.call(&sue, "GET", path, NOTHING).json(), on);
    std::fs::write(place.path().join("rejoin.toml"), format!("[supervisors]\nassign = true\n{SETTINGS}")).unwrap();
    assert!(place.run(&["reload"], "").status.success());
    let mut declared = off;
    declared["declared_in_file"] = json!(true);
    declared["assign"] = json!(true);
    assert_eq!(server.call(&ada, "GET", path, NOTHING).json(), declared);
    assert_eq!(server.call(&ada, "PUT", path, &wanted).told(), "409 declared-in-file");
    std::fs::write(place.path().join("rejoin.toml"), SETTINGS).unwrap();
    assert!(place.run(&["reload"], "").status.success());
    assert_eq!(server.call(&ada, "PUT", path, &json!({})).json()["monitor"], false);
}
