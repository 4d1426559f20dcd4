//! Tokens of the API: what each scope allows, and how they end.

use serde_json::{Value, json};

use crate::support::{Place, Server};

const NOTHING: &Value = &Value::Null;

fn make(server: &Server, ada: &str, scope: &str) -> (String, String) {
    let made = server.call(ada, "POST", "/api/tokens", &json!({"title": "test", "scope": scope}));
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    (made["token"]["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

#[test]
fn a_token_does_what_its_scope_and_its_person_allow() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_role("eve", "admin");
    place.add_role("ravi", "agent");
    let server = place.serve();
    let [ada, eve, ravi] = ["ada", "eve", "ravi"].map(|name| server.sign_in(name));
    let (read_id, read) = make(&server, &ada, "read");
    let (_, act) = make(&server, &ada, "act");
    let (_, admin) = make(&server, &ada, "admin");
    let person = json!({"name": "tom", "password": "correct horse"});
    let reply = |slug: &str, is_shared: bool| json!({"slug": slug, "title": "t", "text": "t", "shared": is_shared});
    let by =
        |token: &str, method: &str, path: &str, body: &Value| server.call_by_token(token, method, path, body).told();
    let cases = [
        ("read reads", by(&read, "GET", "/api/queues/support", NOTHING), "200"),
        ("read changes nothing", by(&read, "POST", "/api/people", &person), "403 scope-too-small"),
        ("read keeps nothing", by(&read, "POST", "/api/quick-replies", &reply("a", false)), "403 scope-too-small"),
        ("act keeps its own", by(&act, "POST", "/api/quick-replies", &reply("a", false)), "201"),
        ("act configures nothing", by(&act, "POST", "/api/people", &person), "403 scope-too-small"),
        ("admin configures", by(&admin, "POST", "/api/people", &person), "201"),
        (
            "no token makes tokens",
            by(&admin, "POST", "/api/tokens", &json!({"title": "x", "scope": "admin"})),
            "403 not-by-token",
        ),
        ("no token sees tokens", by(&admin, "GET", "/api/tokens", NOTHING), "403 not-by-token"),
        ("no token", by("", "GET", "/api/queues", NOTHING), "401 bad-token"),
        ("another token", by(&format!("rejoin_{}", "0".repeat(64)), "GET", "/api/queues", NOTHING), "401 bad-token"),
        ("half a token", by(&read[..40], "GET", "/api/queues", NOTHING), "401 bad-token"),
        (
            "an agent makes none",
            server.call(&ravi, "POST", "/api/tokens", &json!({"title": "x", "scope": "read"})).told(),
            "403 not-allowed",
        ),
        (
            "a scope",
            server.call(&ada, "POST", "/api/tokens", &json!({"title": "x", "scope": "all"})).told(),
            "422 invalid-values",
        ),
    ];
    for (name, told, expected) in cases {
        assert!(told.starts_with(expected), "{name}: {told}");
    }
    let listed = server.call(&ada, "GET", "/api/tokens", NOTHING);
    assert!(!listed.body.contains(&read), "a secret is shown once");
    assert!(listed.json()["tokens"][0]["used_at"].is_u64());
    let audit = server.call(&ada, "GET", "/api/audit", NOTHING);
    assert!(audit.body.contains("token made with scope read") && !audit.body.contains(&read));
    let added =
        audit.json()["rows"].as_array().unwrap().iter().find(|row| row["what"] == "agent added").unwrap().clone();
    assert!(added["by"].as_str().unwrap().starts_with("atk_"), "{added}");
    // Revoked, it is as good as none.
    let path = format!("/api/tokens/{read_id}");
    assert_eq!(server.call(&eve, "DELETE", &path, NOTHING).status, 204);
    assert_eq!(server.call(&eve, "DELETE", &path, NOTHING).told(), "404 unknown-token");
    assert_eq!(by(&read, "GET", "/api/queues", NOTHING), "401 bad-token");
    // It loses what its person loses.
    let people = server.call(&eve, "GET", "/api/people", NOTHING).json();
    let id = people["people"].as_array().unwrap().iter().find(|one| one["name"] == "ada").unwrap()["id"].clone();
    let path = format!("/api/people/{}", id.as_str().unwrap());
    assert_eq!(server.call(&eve, "PATCH", &path, &json!({"role": "agent"})).status, 200);
    assert_eq!(by(&admin, "POST", "/api/people", &json!({})), "403 not-allowed");
    assert_eq!(by(&admin, "GET", "/api/queues", NOTHING), "403 not-allowed");
    assert_eq!(server.call(&eve, "PATCH", &path, &json!({"enabled": false})).status, 200);
    assert_eq!(by(&act, "GET", "/api/quick-replies", NOTHING), "401 bad-token");
    assert!(!server.log().contains(&admin) && !server.log().contains(&act));
}
