//! Acting in conversations over HTTP: what the console does, answered once it is durable.

use serde_json::{Value, json};
use wire::{CustomerToRelay, RelayToCustomer};

use crate::support::{Answer, Customer, Place, SETTINGS, Server};

const PICKED: &str = "\n[supervisors]\nmonitor = true\nassign = true\ntransfer = true\nforce_close = true\n";

/// A place where agents pick, so that nobody is offered anything.
fn place() -> Place {
    let settings = SETTINGS.replace("name = \"chat\"", "name = \"chat\"\nmode = \"pick\"");
    let place = Place::with(&format!("{settings}{PICKED}"));
    place.add_agent("ravi", "Ravi");
    place.add_agent("ana", "Ana");
    place.add_role("dana", "supervisor");
    place
}

struct Caller<'a> {
    server: &'a Server,
    cookie: String,
}

impl Caller<'_> {
    fn get(&self, path: &str) -> Value {
        let answer = self.server.call(&self.cookie, "GET", path, &Value::Null);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    fn does(&self, id: &str, what: &str, body: &Value) -> Answer {
        self.server.call(&self.cookie, "POST", &format!("/api/conversations/{id}/{what}"), body)
    }

    fn says(&self, id: &str, key: u8, text: &str, internal: bool) -> Answer {
        let key = format!("{key:02x}").repeat(16);
        self.does(id, "messages", &json!({"key": key, "text": text, "internal": internal}))
    }

    fn me(&self) -> String {
        self.get("/api/me")["agent"].as_str().unwrap().to_owned()
    }

    /// The first conversation of a list, once there is one.
    async fn first_of(&self, list: &str) -> String {
        loop {
            let cards = self.get(&format!("/api/conversations?list={list}"));
            if let Some(id) = cards["conversations"][0]["conversation"].as_str() {
                return id.to_owned();
            }
            tokio::task::yield_now().await;
        }
    }
}

async fn mia(server: &Server) -> Customer {
    let mut mia = server.customer(None).await;
    mia.start(1, "Where is my parcel?").await;
    mia
}

#[tokio::test]
async fn an_agent_does_a_whole_conversation_by_requests() {
    let place = place();
    let server = place.serve();
    let [ravi, ana, dana] =
        ["ravi", "ana", "dana"].map(|name| Caller { server: &server, cookie: server.sign_in(name) });
    let _mia = mia(&server).await;
    let id = ravi.first_of("open").await;
    assert_eq!(ravi.get(&format!("/api/conversations/{id}/why-waiting"))["reasons"], json!(["Picked", "NobodyHere"]));
    // Who has no console takes part in nothing.
    assert_eq!(ravi.does(&id, "pick", &Value::Null).told(), "409 agent-unavailable");
    let change = json!({"presence": "away"});
    assert_eq!(server.call(&ravi.cookie, "PUT", "/api/presence", &change).told(), "409 agent-unavailable");
    let mut windows = Vec::new();
    for who in [&ravi, &ana] {
        windows.push(server.console(&who.cookie).await);
    }
    let is_here = |who: &Caller<'_>| who.get("/api/desk")["desk"]["presence"] == "available";
    while !is_here(&ravi) || !is_here(&ana) {}
    assert_eq!(ravi.does(&id, "pick", &Value::Null).status, 204);
    assert_eq!(ravi.does(&id, "pick", &Value::Null).told(), "409 wrong-state");
    let desk = ravi.get("/api/desk");
    assert_eq!((&desk["desk"]["mine"][0]["conversation"], &desk["desk"]["presence"]), (&json!(id), &json!("busy")));
    let state = ravi.get(&format!("/api/conversations/{id}"));
    assert_eq!(state["state"]["agent"], "Ravi");
    assert_eq!((&state["units"][0]["units"], &state["units"][0]["cause"]), (&json!(1), &json!("active")));

    // The same key with the same words is written once, and answered the same.
    let first = ravi.says(&id, 7, "On its way.", false);
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(ravi.says(&id, 7, "On its way.", false).body, first.body);
    assert_eq!(ravi.says(&id, 7, "Something else.", false).told(), "409 send-key-reused");
    assert_eq!(ravi.says(&id, 7, "On its way.", true).told(), "409 send-key-reused");
    assert_eq!(ana.says(&id, 8, "Hello", false).told(), "404 unknown-conversation");
    assert_eq!(dana.says(&id, 8, "Hello", false).told(), "403 not-yours");
    let transcript = ravi.get(&format!("/api/conversations/{id}/transcript"));
    let said = transcript["entries"].to_string();
    assert_eq!(said.matches("On its way.").count(), 1);

    let read_by_me = || ravi.get(&format!("/api/conversations/{id}"))["state"]["read_by_me"].clone();
    assert_eq!(read_by_me(), 0);
    assert_eq!(ravi.does(&id, "read", &json!({"upto": 1})).status, 204);
    assert_eq!(read_by_me(), 1);
    assert_eq!(ravi.does(&id, "read", &json!({"upto": 0})).told(), "422 invalid-values");
    assert_eq!(ana.does(&id, "read", &json!({"upto": 1})).told(), "404 unknown-conversation");

    // A consult and a transfer.
    let (ana_id, dana_id) = (ana.me(), dana.me());
    assert_eq!(ravi.does(&id, "consult", &json!({"agent": dana_id})).told(), "409 agent-unavailable");
    assert_eq!(ravi.does(&id, "consult", &json!({"agent": ana_id})).status, 204);
    assert_eq!(ravi.does(&id, "consult", &json!({"agent": ana_id, "queue": "support"})).told(), "422 invalid-values");
    assert_eq!(ravi.does(&id, "transfer", &json!({"queue": "nowhere"})).told(), "422 invalid-values");
    assert_eq!(ana.get("/api/desk")["staff"]["invitations"][0]["kind"], "consult");
    assert_eq!(ana.does(&id, "accept-invitation", &Value::Null).status, 204);
    assert_eq!(ana.says(&id, 9, "A whisper.", true).status, 200);
    assert_eq!(ana.says(&id, 10, "Too early.", false).told(), "403 not-yours");
    assert_eq!(ravi.does(&id, "let-in", &json!({"agent": ana_id})).status, 204);
    assert_eq!(ana.says(&id, 10, "Not any more.", false).status, 200);
    assert_eq!(ravi.does(&id, "transfer", &json!({"agent": ana_id})).status, 204);
    assert_eq!(ana.does(&id, "accept-invitation", &Value::Null).status, 204);
    assert_eq!(ravi.does(&id, "end", &Value::Null).told(), "403 not-yours");
    assert_eq!(ana.does(&id, "end", &Value::Null).status, 204);
    assert_eq!(ana.does(&id, "close", &Value::Null).status, 204);
    assert_eq!(ana.first_of("closed").await, id);
    assert_eq!(ana.get("/api/conversations")["count"], 0);

    // The retry of an accepted send is answered as before, also now.
    assert_eq!(ravi.says(&id, 7, "On its way.", false).body, first.body);
    assert_eq!(ravi.says(&id, 7, "Something else.", false).told(), "409 send-key-reused");
    assert_eq!(ravi.says(&id, 11, "Late.", false).told(), "409 conversation-closed");
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}

#[tokio::test]
async fn that_somebody_writes_is_shown_and_written_nowhere() {
    let place = place();
    let server = place.serve();
    let [ravi, ana, dana] =
        ["ravi", "ana", "dana"].map(|name| Caller { server: &server, cookie: server.sign_in(name) });
    let mut mia = mia(&server).await;
    let id = ravi.first_of("open").await;
    assert_eq!(ravi.does(&id, "typing", &Value::Null).told(), "403 not-yours");
    let _window = server.console(&ravi.cookie).await;
    while ravi.does(&id, "pick", &Value::Null).status != 204 {}
    let typing = |frame: &RelayToCustomer| match frame {
        RelayToCustomer::State(state) => Some(state.agent_typing),
        _ => None,
    };
    let state = || ravi.get(&format!("/api/conversations/{id}"))["state"].clone();
    let head = state()["head"].clone();
    assert_eq!(ravi.does(&id, "typing", &Value::Null).status, 204);
    while !mia.until(typing).await {}
    assert_eq!(state()["head"], head, "it is on no record");
    assert_eq!(ravi.says(&id, 1, "On its way.", false).status, 200);
    while mia.until(typing).await {}
    assert_eq!(ana.does(&id, "typing", &Value::Null).told(), "404 unknown-conversation");
    assert_eq!(dana.does(&id, "typing", &Value::Null).told(), "403 not-yours");
    // The other way round it is part of what is read anyway.
    assert_eq!(state()["customer_typing"], false);
    mia.send(&CustomerToRelay::Typing).await;
    while state()["customer_typing"] != true {}
    assert_eq!(ravi.does(&id, "end", &Value::Null).status, 204);
    assert_eq!(ravi.does(&id, "typing", &Value::Null).told(), "409 conversation-ended");
    assert_eq!(ravi.does(&id, "close", &Value::Null).status, 204);
    assert_eq!(ravi.does(&id, "typing", &Value::Null).told(), "409 conversation-closed");
}

#[tokio::test]
async fn a_supervisor_oversees_by_requests_without_a_console() {
    let place = place();
    let server = place.serve();
    let [ravi, dana] = ["ravi", "dana"].map(|name| Caller { server: &server, cookie: server.sign_in(name) });
    let _mia = mia(&server).await;
    let id = ravi.first_of("open").await;
    let ravi_id = ravi.me();
    assert_eq!(dana.does(&id, "assign", &json!({"agent": ravi_id})).told(), "409 agent-unavailable");
    let _window = server.console(&ravi.cookie).await;
    while ravi.get("/api/desk")["desk"]["presence"] != "available" {}
    let presence = |who: &Caller<'_>, presence: Value| {
        let path = format!("/api/people/{ravi_id}/presence");
        server.call(&who.cookie, "PUT", &path, &json!({"presence": presence}))
    };
    assert_eq!(presence(&ravi, json!("away")).told(), "403 not-allowed");
    assert_eq!(presence(&dana, json!("inactive")).told(), "422 presence-not-choosable");
    assert_eq!(presence(&dana, json!("asleep")).told(), "422 invalid-values");
    assert_eq!(presence(&dana, json!("away")).status, 204);
    assert_eq!(ravi.get("/api/desk")["desk"]["chosen"], "away");
    let own = |presence: Value| server.call(&ravi.cookie, "PUT", "/api/presence", &json!({"presence": presence}));
    assert_eq!(own(Value::Null).status, 204);
    assert_eq!(ravi.get("/api/desk")["desk"]["presence"], "available");
    assert_eq!(dana.does(&id, "assign", &json!({"agent": ravi_id})).status, 204);
    assert_eq!(dana.does(&id, "monitor", &Value::Null).told(), "409 agent-unavailable");
    assert_eq!(ravi.does(&id, "force-close", &Value::Null).told(), "403 not-allowed");
    assert_eq!(dana.does(&id, "force-close", &Value::Null).status, 204);
    assert_eq!(dana.does(&id, "force-close", &Value::Null).told(), "409 conversation-closed");
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let place = place();
    let server = place.serve();
    let ravi = Caller { server: &server, cookie: server.sign_in("ravi") };
    let mut customers = Vec::new();
    for number in 0..7 {
        let mut customer = server.customer(None).await;
        customer.start(number + 1, "Hello").await;
        customers.push(customer);
    }
    while ravi.get("/api/conversations?list=open")["count"] != 7 {}
    let whole = ravi.get("/api/conversations?list=open");
    assert_eq!(whole["next"], Value::Null);
    let (mut after, mut found) = (String::new(), Vec::new());
    loop {
        let page = ravi.get(&format!("/api/conversations?list=open&limit=3{after}"));
        assert_eq!(page["count"], 7);
        found.extend(page["conversations"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(Value::from(found), whole["conversations"]);
    for wrong in ["list=all", "limit=0", "limit=501", "after=x", "after=1-"] {
        let answer = server.call(&ravi.cookie, "GET", &format!("/api/conversations?{wrong}"), &Value::Null);
        assert_eq!(answer.told(), "422 invalid-values", "{wrong}");
    }
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_try_again() {
    let place = place();
    let server = place.serve();
    let ravi = Caller { server: &server, cookie: server.sign_in("ravi") };
    let refused = (0..2_000).find_map(|_| {
        let answer = server.call(&ravi.cookie, "GET", "/api/desk", &Value::Null);
        (answer.status != 200).then_some(answer)
    });
    let refused = refused.expect("a limit");
    assert_eq!(refused.told(), "429 rate-limited");
    assert!(refused.header("retry-after").is_some());
}

#[tokio::test]
async fn the_floor_is_read_by_requests_with_filters_and_without_a_limit() {
    let place = place();
    let server = place.serve();
    let [ravi, dana] = ["ravi", "dana"].map(|name| Caller { server: &server, cookie: server.sign_in(name) });
    let _window = server.console(&ravi.cookie).await;
    let mut customers = Vec::new();
    for number in 0..5 {
        let mut customer = server.customer(None).await;
        customer.start(number + 1, "Hello").await;
        customers.push(customer);
    }
    while ravi.get("/api/conversations?list=open")["count"] != 5 {}
    let id = ravi.first_of("open").await;
    while ravi.does(&id, "pick", &Value::Null).status != 204 {}
    let floor = dana.get("/api/floor?time_zone=Europe/Berlin");
    assert_eq!((&floor["waiting"], &floor["active"], &floor["wrap_up"]), (&json!(4), &json!(1), &json!(0)));
    assert_eq!(floor["agents"]["presences"], json!({"busy": 1, "offline": 2}));
    let support = &floor["queues"][0];
    let figures = ["waiting", "active", "agents", "connected", "free"].map(|key| support[key].as_i64().unwrap());
    assert_eq!((support["queue"]["name"].as_str(), figures), (Some("Support"), [4, 1, 3, 1, 2]));
    while dana.get("/api/floor")["today"]["engaged"] != 1 {}

    let rows = |query: &str| dana.get(&format!("/api/floor/conversations?{query}"));
    let count = |query: &str| rows(query)["conversations"].as_array().unwrap().len();
    let me = ravi.me();
    for (query, expected) in [
        ("", 5),
        ("state=open", 4),
        ("state=active&queue=support&widget=shop", 1),
        (&format!("agent={me}"), 1),
        ("queue=billing", 0),
        ("widget=help", 0),
        ("state=wrap-up", 0),
    ] {
        assert_eq!(count(query), expected, "{query}");
    }
    let (mut after, mut found) = (String::new(), Vec::new());
    loop {
        let page = rows(&format!("limit=2{after}"));
        found.extend(page["conversations"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(Value::from(found), rows("")["conversations"]);
    let first = &rows("state=active")["conversations"][0];
    assert_eq!((&first["agent"]["name"], &first["may"]["force_close"]), (&json!("Ravi"), &json!(true)));

    let people = dana.get("/api/floor/agents?queue=support");
    let of = |name: &str| {
        people["agents"].as_array().unwrap().iter().find(|one| one["agent"]["who"]["name"] == name).unwrap()
    };
    assert_eq!(of("Ravi")["ledger"][0]["conversation"], json!(id));
    assert_eq!((&of("Ravi")["agent"]["link"], &of("Ana")["agent"]["link"]), (&json!("Connected"), &json!("Gone")));
    let page = dana.get("/api/floor/agents?limit=1");
    assert_eq!(page["agents"].as_array().unwrap().len(), 1);
    assert!(page["next"].as_str().is_some());

    for (path, expected) in [
        ("floor", "403 not-allowed"),
        ("floor/conversations?state=x", "403 not-allowed"),
        ("floor/agents", "403 not-allowed"),
    ] {
        assert_eq!(server.call(&ravi.cookie, "GET", &format!("/api/{path}"), &Value::Null).told(), expected, "{path}");
    }
    for wrong in ["state=closed", "queue=A", "agent=ravi", "after=x", "limit=0"] {
        let answer = server.call(&dana.cookie, "GET", &format!("/api/floor/conversations?{wrong}"), &Value::Null);
        assert_eq!(answer.told(), "422 invalid-values", "{wrong}");
    }
}
