//! Quick replies: shared ones of the admins, own ones of each agent.

use serde_json::{Value, json};

use crate::people::mistakes;
use crate::support::Place;

#[test]
fn everybody_has_the_shared_ones_and_their_own() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_role("ravi", "agent");
    place.add_role("sofia", "agent");
    let server = place.serve();
    let [ada, ravi, sofia] = ["ada", "ravi", "sofia"].map(|name| server.sign_in(name));
    let slugs = |who: &str| -> Vec<(String, bool, bool)> {
        let all = server.call(who, "GET", "/api/quick-replies", &Value::Null).json();
        let all = all["quick_replies"].as_array().unwrap().iter();
        all.map(|one| {
            let is = |key: &str| one[key].as_bool().unwrap();
            (one["slug"].as_str().unwrap().to_owned(), is("shared"), is("may_change"))
        })
        .collect()
    };
    let shared = json!({
        "shared": true, "slug": "hello", "title": "Greeting", "text": "Hello {CustomerName}, I am {AgentName}.\nHow can I help?",
        "tags": ["greeting", "früh"], "language": "en", "workstreams": ["chat"],
    });
    let made = server.call(&ada, "POST", "/api/quick-replies", &shared);
    assert_eq!(made.status, 201, "{}", made.body);
    let shared_id = made.json()["id"].as_str().unwrap().to_owned();
    let mut expected = shared;
    expected["id"] = json!(shared_id);
    expected["may_change"] = json!(true);
    assert_eq!(made.json(), expected);
    let own = json!({"slug": "hello", "title": "Mine", "text": "Hi! {ReconnectUrl}"});
    let own = server.call(&ravi, "POST", "/api/quick-replies", &own);
    assert_eq!((own.status, own.json()["shared"].clone()), (201, json!(false)));
    let own_id = own.json()["id"].as_str().unwrap().to_owned();
    let hello = |is_shared, may_change| ("hello".to_owned(), is_shared, may_change);
    assert_eq!(slugs(&ada), [hello(true, true)]);
    assert_eq!(slugs(&ravi), [hello(false, true), hello(true, false)]);
    assert_eq!(slugs(&sofia), [hello(true, false)]);
    let (shared_path, own_path) = (format!("/api/quick-replies/{shared_id}"), format!("/api/quick-replies/{own_id}"));
    let changed =
        server.call(&ravi, "PATCH", &own_path, &json!({"title": "Hi", "tags": ["x"], "language": "de"})).json();
    assert_eq!(
        (&changed["title"], &changed["text"], &changed["tags"], &changed["language"]),
        (&json!("Hi"), &json!("Hi! {ReconnectUrl}"), &json!(["x"]), &json!("de"))
    );
    let changed = server.call(&ravi, "PATCH", &own_path, &json!({"language": ""})).json();
    assert_eq!((&changed["title"], &changed["language"]), (&json!("Hi"), &Value::Null));
    let one = |slug: &str, is_shared: bool| json!({"shared": is_shared, "slug": slug, "title": "t", "text": "t"});
    let nothing = &Value::Null;
    let cases = [
        ("nobody", server.call("", "GET", "/api/quick-replies", nothing), "401 not-signed-in"),
        ("an agent shares", server.call(&ravi, "POST", "/api/quick-replies", &one("x", true)), "403 not-allowed"),
        (
            "an agent changes a shared one",
            server.call(&ravi, "PATCH", &shared_path, &json!({"title": "x"})),
            "403 not-allowed",
        ),
        ("an agent deletes a shared one", server.call(&ravi, "DELETE", &shared_path, nothing), "403 not-allowed"),
        ("somebody else's", server.call(&sofia, "PATCH", &own_path, &json!({"title": "x"})), "404 unknown-quick-reply"),
        ("somebody else's, by an admin", server.call(&ada, "DELETE", &own_path, nothing), "404 unknown-quick-reply"),
        ("no id", server.call(&ada, "DELETE", "/api/quick-replies/x", nothing), "404 unknown-quick-reply"),
        ("twice", server.call(&ravi, "POST", "/api/quick-replies", &one("hello", false)), "409 name-taken"),
        (
            "a member that is not known",
            server.call(&ravi, "PATCH", &own_path, &json!({"id": "x"})),
            "422 invalid-values",
        ),
    ];
    for (name, answer, expected) in cases {
        assert_eq!(answer.told(), expected, "{name}");
    }
    let bad = json!({
        "slug": "Hello", "title": "a\nb", "text": "x".repeat(2_001), "tags": ["a b"], "language": "english!", "workstreams": "none",
        "shared": 1,
    });
    let answer = server.call(&ravi, "POST", "/api/quick-replies", &bad);
    insta::assert_snapshot!(mistakes(&answer.json()), @r#"
    shared: must be true or false.
    slug: a slug has 1 to 40 of a-z, 0-9 and `-`, and begins with a letter.
    workstreams: must be a list.
    title: must have 1 to 100 characters on one line.
    text: must have 1 to 2000 characters and no control characters.
    tags: each must have 1 to 40 characters, without blanks and #.
    language: must be a language tag such as "de" or "pt-BR".
    "#);
    assert_eq!(server.call(&ravi, "DELETE", &own_path, nothing).status, 204);
    assert_eq!(server.call(&ravi, "DELETE", &own_path, nothing).told(), "404 unknown-quick-reply");
    assert_eq!(server.call(&ada, "DELETE", &shared_path, nothing).status, 204);
    assert_eq!(slugs(&ravi), []);
}

#[test]
fn queues_workstreams_and_widgets_are_shown_as_they_are_written() {
    let place = Place::new();
    place.add_role("sue", "supervisor");
    place.add_role("ravi", "agent");
    let server = place.serve();
    let [sue, ravi] = ["sue", "ravi"].map(|name| server.sign_in(name));
    let get = |who: &str, path: &str| server.call(who, "GET", path, &Value::Null);
    let queues = get(&sue, "/api/queues").json();
    assert_eq!(queues["queues"][0]["settings"], json!({"title": "Support"}));
    assert_eq!(queues["queues"][0]["declared_in_file"], json!(true));
    let streams = get(&sue, "/api/workstreams").json();
    assert_eq!(
        (&streams["workstreams"][0]["name"], &streams["workstreams"][0]["settings"]),
        (&json!("chat"), &json!({"queue": "support"}))
    );
    let widgets = get(&sue, "/api/widgets").json();
    let expected = json!({
        "sites": ["http://shop.localhost:8081", "https://shop.example.com"], "workstream": "chat", "disconnect_after": "3m",
    });
    assert_eq!(widgets["widgets"][0]["settings"], expected);
    for path in ["/api/queues", "/api/workstreams", "/api/widgets"] {
        assert_eq!(get("", path).told(), "401 not-signed-in");
        assert_eq!(get(&ravi, path).told(), "403 not-allowed");
    }
}
