//! People by the API: what is given, what is refused, and that it works at once.

use serde_json::{Value, json};
use wire::{CloseCode, Request};

use crate::support::{Place, Server, closed};

/// A relay with an admin, a supervisor and an agent, and their cookies.
struct House {
    server: Server,
    ada: String,
    sue: String,
    ravi: String,
    _place: Place,
}

fn house() -> House {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_role("sue", "supervisor");
    place.add_role("ravi", "agent");
    let server = place.serve();
    let [ada, sue, ravi] = ["ada", "sue", "ravi"].map(|name| server.sign_in(name));
    House { server, ada, sue, ravi, _place: place }
}

impl House {
    fn id(&self, name: &str) -> String {
        let people = self.server.call(&self.ada, "GET", "/api/people", &Value::Null).json();
        let people = people["people"].as_array().unwrap().clone();
        let found = people.iter().find(|person| person["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn people_are_listed_added_and_changed() {
    let house = house();
    let (server, ada) = (&house.server, house.ada.as_str());
    let new = json!({
        "name": "sofia", "display_name": "Sofia R.", "role": "supervisor", "capacity": 7, "queues": ["support"],
        "password": "correct horse",
    });
    let added = server.call(ada, "POST", "/api/people", &new);
    assert_eq!((added.status, added.header("cache-control")), (201, Some("no-store")));
    let mut shown = added.json();
    let id = shown["id"].as_str().unwrap().to_owned();
    let expected = json!({
        "id": id, "name": "sofia", "display_name": "Sofia R.", "role": "supervisor", "capacity": 7, "queues": ["support"],
        "enabled": true, "default_presence": "computed",
    });
    assert_eq!(shown, expected);
    assert_eq!(server.call(&house.sue, "GET", &format!("/api/people/{id}"), &Value::Null).json(), expected);
    let least = server.call(ada, "POST", "/api/people", &json!({"name": "tom", "password": "correct horse"})).json();
    assert_eq!(
        (&least["display_name"], &least["role"], &least["capacity"], &least["queues"]),
        (&json!("tom"), &json!("agent"), &json!(4), &json!([]))
    );
    let names: Vec<Value> = server.call(ada, "GET", "/api/people", &Value::Null).json()["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["name"].clone())
        .collect();
    assert_eq!(names, ["ada", "ravi", "sofia", "sue", "tom"]);
    let change = json!({"name": "sofie", "capacity": 0, "queues": [], "role": null});
    let changed = server.call(ada, "PATCH", &format!("/api/people/{id}"), &change);
    shown["name"] = json!("sofie");
    shown["capacity"] = json!(0);
    shown["queues"] = json!([]);
    assert_eq!((changed.status, changed.json()), (200, shown));
    server.sign_in("sofie");
}

#[test]
fn what_cannot_be_done_to_people_has_its_answer() {
    let house = house();
    let (server, ada) = (&house.server, house.ada.as_str());
    let (ravi, ada_id) = (format!("/api/people/{}", house.id("ravi")), format!("/api/people/{}", house.id("ada")));
    let good = json!({"name": "tom", "password": "correct horse"});
    let cases = [
        ("nobody", server.call("", "GET", "/api/people", &Value::Null), "401 not-signed-in"),
        ("nobody adds", server.call("", "POST", "/api/people", &good), "401 not-signed-in"),
        ("an agent", server.call(&house.ravi, "GET", "/api/people", &Value::Null), "403 not-allowed"),
        ("an agent, one", server.call(&house.ravi, "GET", &ravi, &Value::Null), "403 not-allowed"),
        ("a supervisor adds", server.call(&house.sue, "POST", "/api/people", &good), "403 not-allowed"),
        ("a supervisor changes", server.call(&house.sue, "PATCH", &ravi, &json!({"role": "admin"})), "403 not-allowed"),
        ("an agent promotes", server.call(&house.ravi, "PATCH", &ravi, &json!({"role": "admin"})), "403 not-allowed"),
        (
            "a name twice",
            server.call(ada, "POST", "/api/people", &json!({"name": "ravi", "password": "correct horse"})),
            "409 name-taken",
        ),
        ("another's name", server.call(ada, "PATCH", &ravi, &json!({"name": "sue"})), "409 name-taken"),
        ("the last admin, demoted", server.call(ada, "PATCH", &ada_id, &json!({"role": "agent"})), "409 last-admin"),
        ("the last admin, disabled", server.call(ada, "PATCH", &ada_id, &json!({"enabled": false})), "409 last-admin"),
        ("no id", server.call(ada, "GET", "/api/people/ravi", &Value::Null), "404 unknown-person"),
        (
            "a strange id",
            server.call(ada, "PATCH", "/api/people/agt_00000000000000000000000000", &json!({})),
            "404 unknown-person",
        ),
        (
            "another kind of id",
            server.call(ada, "GET", "/api/people/cnv_00000000000000000000000000", &Value::Null),
            "404 unknown-person",
        ),
        ("a list", server.call(ada, "POST", "/api/people", &json!([])), "400 malformed-body"),
        ("a method", server.call(ada, "DELETE", &ravi, &Value::Null), "405 method-not-allowed"),
    ];
    for (name, answer, expected) in cases {
        assert_eq!(answer.told(), expected, "{name}");
    }
    let evil = format!(
        "POST /api/people HTTP/1.1\nhost: x\nconnection: close\ncookie: {ada}\norigin: https://evil.example\ncontent-type: application/json\ncontent-length: 2\n"
    );
    assert_eq!(server.http(&evil, b"{}").told(), "403 origin-refused");
    let bad = json!({
        "name": "Tom", "display_name": "", "role": "boss", "capacity": 1001, "queues": ["nowhere"], "password": "short",
        "colour": 1, "enabled": "maybe",
    });
    let answer = server.call(ada, "POST", "/api/people", &bad);
    assert_eq!(answer.told(), "422 invalid-values");
    insta::assert_snapshot!(mistakes(&answer.json()), @r#"
    name: a slug has 1 to 40 of a-z, 0-9 and `-`, and begins with a letter.
    display_name: must have 1 to 100 characters on one line.
    role: must be "agent", "supervisor" or "admin".
    enabled: must be true or false.
    capacity: capacity must be between 0 and 1000 units.
    queues: there is no queue "nowhere".
    password: a password has at least 8 characters.
    colour: is not a known setting.
    "#);
    let empty = server.call(ada, "POST", "/api/people", &json!({}));
    assert_eq!(mistakes(&empty.json()), "name: is missing.\npassword: is missing.");
}

pub(crate) fn mistakes(problem: &Value) -> String {
    let all = problem["mistakes"].as_array().unwrap().iter().map(|mistake| mistake.as_str().unwrap());
    all.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_change_of_a_person_works_at_once_over_open_sockets() {
    let house = house();
    let (server, ada) = (&house.server, house.ada.as_str());
    let ravi = format!("/api/people/{}", house.id("ravi"));
    let sue = format!("/api/people/{}", house.id("sue"));
    let mut mia = server.customer(None).await;
    let mut window = server.console(&house.ravi).await;
    window.until(|frame| matches!(frame, wire::RelayToConsole::Welcome { .. }).then_some(())).await;
    // Without room nothing is offered; with room the waiting conversation is, at once.
    assert_eq!(server.call(ada, "PATCH", &ravi, &json!({"capacity": 0})).status, 200);
    mia.start(1, "hello").await;
    assert_eq!(server.call(ada, "PATCH", &ravi, &json!({"capacity": 2})).status, 200);
    let conversation = window.offered().await;
    assert_eq!(window.ask(1, Request::Accept { conversation }).await, Ok(()));
    // Another role is told by a new hello.
    let mut floor = server.console(&house.sue).await;
    floor.until(|frame| matches!(frame, wire::RelayToConsole::Welcome { .. }).then_some(())).await;
    assert_eq!(server.call(&house.sue, "GET", "/api/people", &Value::Null).status, 200);
    assert_eq!(server.call(ada, "PATCH", &sue, &json!({"role": "agent"})).status, 200);
    assert_eq!(closed(&mut floor.0).await, Some(CloseCode::Resync.number()));
    assert_eq!(server.call(&house.sue, "GET", "/api/people", &Value::Null).told(), "403 not-allowed");
    // Who is disabled has no window, no sign-in and no conversation.
    assert_eq!(server.call(ada, "PATCH", &ravi, &json!({"enabled": false})).status, 200);
    assert_eq!(closed(&mut window.0).await, Some(CloseCode::SignedOut.number()));
    assert_eq!(server.call(&house.ravi, "GET", "/api/me", &Value::Null).told(), "401 not-signed-in");
    mia.until(|frame| match frame {
        wire::RelayToCustomer::State(state) => matches!(state.phase, wire::Phase::Waiting { .. }).then_some(()),
        _ => None,
    })
    .await;
    // Another password ends every sign-in.
    assert_eq!(server.call(ada, "PATCH", &sue, &json!({"password": "another horse"})).status, 200);
    assert_eq!(server.call(&house.sue, "GET", "/api/me", &Value::Null).told(), "401 not-signed-in");
}
