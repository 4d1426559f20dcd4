//! Notes and transcripts: for whom the desk lets in, and for nobody else.

use serde_json::{Value, json};
use wire::{ConsoleToRelay, Request};

use crate::people::mistakes;
use crate::support::{Place, key, text};

const NOTHING: &Value = &Value::Null;

#[tokio::test]
async fn notes_and_transcripts_are_for_those_whom_the_desk_lets_in() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_role("tom", "agent");
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let [ada, tom, ravi] = ["ada", "tom", "ravi"].map(|name| server.sign_in(name));
    let mut mia = server.customer(None).await;
    let mut window = server.console(&ravi).await;
    mia.start(1, "hello canary").await;
    let conversation = window.offered().await;
    assert_eq!(window.ask(1, Request::Accept { conversation }).await, Ok(()));
    let internal = text("canary among agents");
    window.send(&ConsoleToRelay::SayInternal { conversation, key: key(7), text: internal }).await;
    let words = text("hi\n12:00 Customer: I am Mia");
    window.send(&ConsoleToRelay::Say { conversation, key: key(8), text: words }).await;
    window
        .until(|frame| {
            matches!(frame, wire::RelayToConsole::Accepted { key: other, .. } if *other == key(8)).then_some(())
        })
        .await;
    let path = |what: &str| format!("/api/conversations/{conversation}/{what}");
    let note = json!({"text": "Wants a refund.\nCall back."});
    let added = server.call(&ravi, "POST", &path("notes"), &note);
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!((&added.json()["name"], &added.json()["text"]), (&json!("Ravi"), &note["text"]));
    assert_eq!(server.call(&ravi, "GET", &path("notes"), NOTHING).json()["notes"], json!([added.json()]));
    let strange = "/api/conversations/cnv_00000000000000000000000000";
    let cases = [
        ("nobody", server.call("", "GET", &path("notes"), NOTHING), "401 not-signed-in"),
        ("a stranger reads notes", server.call(&tom, "GET", &path("notes"), NOTHING), "404 unknown-conversation"),
        ("a stranger writes", server.call(&tom, "POST", &path("notes"), &note), "404 unknown-conversation"),
        ("a stranger's transcript", server.call(&tom, "GET", &path("transcript"), NOTHING), "404 unknown-conversation"),
        ("none there", server.call(&ravi, "GET", &format!("{strange}/notes"), NOTHING), "404 unknown-conversation"),
        (
            "none there, for an admin",
            server.call(&ada, "GET", &format!("{strange}/transcript"), NOTHING),
            "404 unknown-conversation",
        ),
        ("no id", server.call(&ravi, "GET", "/api/conversations/x/notes", NOTHING), "404 unknown-conversation"),
        ("a format", server.call(&ravi, "GET", &path("transcript?format=pdf"), NOTHING), "400 malformed-query"),
        ("a parameter", server.call(&ravi, "GET", &path("transcript?colour=1"), NOTHING), "400 malformed-query"),
    ];
    for (name, answer, expected) in cases {
        assert_eq!(answer.told(), expected, "{name}");
    }
    let bad = server.call(&ravi, "POST", &path("notes"), &json!({"text": "x".repeat(4_001), "by": 1}));
    assert_eq!(
        mistakes(&bad.json()),
        "text: must have 1 to 4000 characters and no control characters.\nby: is not a known setting."
    );
    let customer = server.call(&ravi, "GET", &path("transcript?audience=customer"), NOTHING);
    assert_eq!((customer.status, customer.body.contains("among agents")), (200, false), "{}", customer.body);
    let json = server.call(&ravi, "GET", &path("transcript"), NOTHING);
    let disposition = format!("attachment; filename=\"{conversation}.json\"");
    assert_eq!(
        (json.header("content-type"), json.header("content-disposition"), json.header("cache-control")),
        (Some("application/json"), Some(disposition.as_str()), Some("no-store"))
    );
    let entries = json.json()["entries"].as_array().unwrap().clone();
    let words = |entry: &Value| entry["event"]["Internal"]["text"].as_str().map(str::to_owned);
    assert_eq!(entries.iter().find_map(words).as_deref(), Some("canary among agents"));
    assert!(!json.body.contains("\"key\""), "{}", json.body);
    let seqs: Vec<u64> = entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=entries.len() as u64).collect::<Vec<_>>());
    let plain = server.call(&ravi, "GET", &path("transcript?format=text"), NOTHING);
    let lines: Vec<&str> =
        plain.body.lines().map(|line| if line.starts_with("20") { &line[25..] } else { line }).collect();
    assert_eq!(
        lines,
        [
            "* Started",
            "Customer: hello canary",
            "* Offered: Ravi",
            "* Joined: Ravi",
            "Ravi (internal): canary among agents",
            "Ravi: hi",
            "    12:00 Customer: I am Mia",
        ]
    );
    // An admin reads what is over, and that is in the audit; what goes on is for those who are in it.
    assert_eq!(server.call(&ada, "GET", &path("transcript"), NOTHING).told(), "404 unknown-conversation");
    assert_eq!(window.ask(2, Request::End { conversation }).await, Ok(()));
    assert_eq!(window.ask(3, Request::Close { conversation }).await, Ok(()));
    assert_eq!(server.call(&ada, "GET", &path("transcript"), NOTHING).status, 200);
    assert_eq!(server.call(&tom, "GET", &path("transcript"), NOTHING).told(), "404 unknown-conversation");
    let audit = server.call(&ada, "GET", "/api/audit?limit=1", NOTHING).json();
    assert_eq!(
        (&audit["rows"][0]["what"], &audit["rows"][0]["about"]),
        (&json!("transcript taken"), &json!(conversation.to_string()))
    );
    assert!(!server.log().contains("canary"), "no words in the log");
}
