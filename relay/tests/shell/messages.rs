//! Automated messages: what the API and the settings file set.

use model::{Context, ContextValue, ContextVariable, ConversationId, Seq};
use serde_json::{Value, json};
use wire::{
    ConsoleToRelay, CustomerEvent, CustomerToRelay, Encoding, Hello, Phase, RelayToConsole, RelayToCustomer, Request,
};

use crate::people::mistakes;
use crate::support::{Console, Customer, Place, SETTINGS, Server, key, text, token};

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
    assert_eq!((&joined["kind"], &joined["set"]), (&json!("entry"), &json!([])));
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

/// A customer whose chat draws automated messages.
async fn mia(server: &Server, language: &str) -> Customer {
    let mut mia = Customer(server.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
    let hello = Hello::of("shop".parse().unwrap());
    mia.send(&CustomerToRelay::HelloWith { hello, language: Some(language.to_owned()) }).await;
    mia
}

/// The text of a message in the next texts that are told; `None` where it is off.
async fn told(customer: &mut Customer, trigger: &str) -> Option<String> {
    let all =
        customer.until(|frame| if let RelayToCustomer::Texts { texts } = frame { Some(texts.clone()) } else { None });
    all.await.into_iter().find(|text| text.trigger == trigger).map(|text| text.text)
}

/// What holds besides the state, once that is another.
async fn beside(customer: &mut Customer) -> Option<String> {
    let told = |frame: &RelayToCustomer| match frame {
        RelayToCustomer::Beside { trigger, .. } => Some(trigger.clone()),
        _ => None,
    };
    customer.until(told).await
}

#[tokio::test]
async fn an_open_chat_is_told_what_is_set_now() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let set = |path: &str, body: Value| {
        let answer = server.call(&ada, "PUT", &format!("/api/messages/{path}"), &body);
        assert_eq!(answer.status, 200, "{}", answer.body);
    };
    let mut mia = mia(&server, "de-AT").await;
    let RelayToCustomer::Welcome(_) = mia.next().await.unwrap() else { panic!("welcomed first") };
    assert_eq!(told(&mut mia, "agent-joined").await.as_deref(), Some("{AgentName} ist jetzt da"));
    // Set while the chat is open: without its conversation, the page has said nothing.
    set("agent-joined/de", json!({"text": "{AgentName}, {QueueName}, {$plan$}."}));
    assert_eq!(told(&mut mia, "agent-joined").await.as_deref(), Some("{AgentName}, Support, ."));
    set("agent-joined/de?widget=shop", json!({"text": "{AgentName} für {$plan$}."}));
    assert_eq!(told(&mut mia, "agent-joined").await.as_deref(), Some("{AgentName} für ."));
    let plan = ContextVariable { name: "plan".to_owned(), value: ContextValue::Text("Gold".to_owned()) };
    let context = Context::new(vec![plan]).unwrap();
    let (key, token, text) = (key(1), token(1), text("Hallo?"));
    let language = Some("de-AT".to_owned());
    mia.send(&CustomerToRelay::StartWith { key, token, text, name: None, language, context }).await;
    assert_eq!(told(&mut mia, "agent-joined").await.as_deref(), Some("{AgentName} für Gold."));
    // Nobody is there, and what is off is not told, not even that it holds.
    assert_eq!(beside(&mut mia).await.as_deref(), Some("nobody-available"));
    set("nobody-available/de", json!({"on": false}));
    assert_eq!(told(&mut mia, "nobody-available").await, None);
    assert_eq!(beside(&mut mia).await, None);
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let conversation = ravi.offered().await;
    assert_eq!(beside(&mut mia).await.as_deref(), Some("agent-asked"));
    ravi.ask(1, Request::Accept { conversation }).await.unwrap();
    // None of it is a message: nobody wrote, and nobody answered yet.
    let mut entries = Vec::new();
    while !entries.iter().any(|event| matches!(event, CustomerEvent::AgentJoined { .. })) {
        let news = mia.until(|frame| match frame {
            RelayToCustomer::Entries { entries } => Some(entries.clone()),
            _ => None,
        });
        entries.extend(news.await.into_iter().map(|entry| entry.event));
    }
    assert!(matches!(entries[..], [CustomerEvent::AgentJoined { .. }] | [_, CustomerEvent::AgentJoined { .. }]));
    assert!(!entries.iter().any(|event| matches!(event, CustomerEvent::Theirs { .. })));
    let transcript = format!("/api/conversations/{conversation}/transcript?audience=customer");
    let transcript = server.call(&server.sign_in("ravi"), "GET", &transcript, &Value::Null).body;
    assert!(!transcript.contains("Gold"), "{transcript}");
    let heads = mia.until(|frame| match frame {
        RelayToCustomer::State(state) if matches!(state.phase, Phase::Talking { .. }) => {
            Some((state.head, state.read_by_agent))
        }
        _ => None,
    });
    assert_eq!(heads.await, (Seq(2), Seq(0)), "the words and who joined");
}

/// A state that is the same to the customer is not sent again: an offer that is none of their business leaves no trace.
#[tokio::test]
async fn what_is_off_leaves_no_trace() {
    let off = "[[messages]]\ntrigger = \"agent-asked\"\nlanguage = \"en\"\non = false\n";
    let place = Place::with(&format!("{SETTINGS}\n{off}"));
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    ravi.until(|frame| matches!(frame, wire::RelayToConsole::Desk(_)).then_some(())).await;
    let mut mia = mia(&server, "en").await;
    mia.start(1, "Hello?").await;
    let conversation = ravi.offered().await;
    ravi.ask(1, Request::Decline { conversation }).await.unwrap();
    mia.send(&CustomerToRelay::Beat { seq: Seq(1) }).await;
    mia.say(2, "Still there?").await;
    let mut states = 0;
    loop {
        match mia.next().await.unwrap() {
            RelayToCustomer::State(_) => states += 1,
            RelayToCustomer::Beside { trigger, .. } => panic!("{trigger:?}"),
            RelayToCustomer::Accepted { .. } => break,
            _ => {}
        }
    }
    assert_eq!(states, 1, "of the start");
}

/// Ravi talks with Mia, and asks Ana; both consoles are given, with the conversation.
async fn a_consult(server: &Server) -> (Console, Console, ConversationId) {
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let conversation = ravi.offered().await;
    ravi.ask(1, Request::Accept { conversation }).await.unwrap();
    let cookie = server.sign_in("ana");
    let agent = server.call(&cookie, "GET", "/api/me", NOTHING).json()["agent"].as_str().unwrap().parse().unwrap();
    let mut ana = server.console(&cookie).await;
    ana.until(|frame| matches!(frame, RelayToConsole::Desk(_)).then_some(())).await;
    ravi.ask(2, Request::Consult { conversation, agent }).await.unwrap();
    ana.ask(1, Request::AcceptInvitation { conversation }).await.unwrap();
    (ravi, ana, conversation)
}

async fn talks(customer: &mut Customer) {
    let talks = |state: &wire::CustomerState| matches!(state.phase, Phase::Talking { .. });
    let told = |frame: &RelayToCustomer| matches!(frame, RelayToCustomer::State(state) if talks(state)).then_some(());
    customer.until(told).await;
}

#[tokio::test]
async fn that_a_colleague_is_asked_is_told_where_an_owner_wants_it() {
    let on = |trigger: &str| format!("[[messages]]\ntrigger = \"{trigger}\"\nlanguage = \"en\"\non = true\n");
    let place = Place::with(&format!("{SETTINGS}\n{}{}", on("consult-accepted"), on("consult-ended")));
    place.add_agent("ravi", "Ravi");
    place.add_agent("ana", "Ana");
    let server = place.serve();
    let mut mia = mia(&server, "en").await;
    mia.start(1, "Hello?").await;
    let (mut ravi, mut ana, conversation) = a_consult(&server).await;
    talks(&mut mia).await;
    // What held while she waited may go only now.
    let told = match beside(&mut mia).await {
        None => beside(&mut mia).await,
        told => told,
    };
    assert_eq!(told.as_deref(), Some("consult-accepted"));
    ana.ask(2, Request::LeaveConsult { conversation }).await.unwrap();
    assert_eq!(beside(&mut mia).await.as_deref(), Some("consult-ended"));
    ravi.send(&ConsoleToRelay::Say { conversation, key: key(9), text: text("Ana says Monday.") }).await;
    assert_eq!(beside(&mut mia).await, None, "the next entry takes its place");
}

/// As it comes, a consult leaves no trace on the customer's connection: not a frame, of clients that draw texts and of others.
#[tokio::test]
async fn that_a_colleague_is_asked_is_not_told_as_it_comes() {
    for draws_texts in [true, false] {
        let place = Place::new();
        place.add_agent("ravi", "Ravi");
        place.add_agent("ana", "Ana");
        let server = place.serve();
        let mut mia = if draws_texts { mia(&server, "en").await } else { server.customer(None).await };
        mia.start(1, "Hello?").await;
        let (mut ravi, mut ana, conversation) = a_consult(&server).await;
        ana.ask(2, Request::LeaveConsult { conversation }).await.unwrap();
        talks(&mut mia).await;
        ravi.send(&ConsoleToRelay::Say { conversation, key: key(9), text: text("Monday.") }).await;
        loop {
            match mia.next().await.unwrap() {
                RelayToCustomer::Entries { entries } => {
                    if entries.iter().any(|entry| matches!(entry.event, CustomerEvent::Theirs { .. })) {
                        break;
                    }
                }
                RelayToCustomer::Beat { .. } | RelayToCustomer::Beside { trigger: None, .. } => {}
                frame => panic!("{frame:?}"),
            }
        }
    }
}

#[tokio::test]
async fn agents_read_of_a_disconnect_in_their_owners_words() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let mut mia = mia(&server, "en").await;
    mia.start(1, "Hello?").await;
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let conversation = ravi.offered().await;
    ravi.ask(1, Request::Accept { conversation }).await.unwrap();
    ravi.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    ravi.until(|frame| matches!(frame, RelayToConsole::Conversation(_)).then_some(())).await;
    let path = "/api/messages/customer-disconnected/en";
    for (body, told) in [
        (json!({"text": "Gone from {QueueName}{$plan$}"}), vec!["Gone from Support".to_owned()]),
        (json!({"on": false}), Vec::new()),
    ] {
        assert_eq!(server.call(&ada, "PUT", path, &body).status, 200);
        let texts = ravi.until(|frame| match frame {
            RelayToConsole::AgentsTexts { conversation: of, texts } => {
                assert_eq!(*of, conversation);
                Some(texts.iter().map(|text| text.text.clone()).collect::<Vec<_>>())
            }
            _ => None,
        });
        assert_eq!(texts.await, told);
    }
    let mistake = mistakes(&server.call(&ada, "PUT", path, &json!({"text": "{AgentName}"})).json());
    assert!(mistake.contains("{QueueName} and context variables"), "{mistake}");
}
