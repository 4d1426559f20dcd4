//! New settings while the relay runs: by the file and by the admin API.

use std::process::Command;

use model::Seq;
use wire::{CloseCode, CustomerToRelay, Encoding, Hello, RelayToCustomer, Welcome};

use crate::support::{Answer, Customer, PATIENCE, Place, SETTINGS, Server, closed, key, token};

impl Place {
    fn write(&self, settings: &str) {
        std::fs::write(self.path().join("rejoin.toml"), settings).unwrap();
    }

    /// What `rejoin reload` says, with its exit code.
    fn reload(&self) -> String {
        let output = self.run(&["reload"], "");
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        format!("{} {}", output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).trim())
    }

    fn add_admin(&self, name: &str) {
        let arguments = ["agent", "add", name, "--role", "admin", "--password-stdin"];
        let output = self.run(&arguments, "correct horse\n");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn ancestors(server: &Server, widget: &str) -> String {
    let answer = server.get(&format!("/w/{widget}/"));
    let policy = answer.header("content-security-policy").unwrap_or("").to_owned();
    policy.rsplit_once("frame-ancestors ").map_or(answer.status.to_string(), |(_, sites)| sites.to_owned())
}

fn welcome(frame: &RelayToCustomer) -> Option<&Welcome> {
    if let RelayToCustomer::Welcome(welcome) = frame { Some(welcome) } else { None }
}

async fn accepted(customer: &mut Customer, number: u8) {
    customer
        .until(|frame| match frame {
            RelayToCustomer::Accepted { key: other, .. } | RelayToCustomer::Started { key: other, .. } => {
                (*other == key(number)).then_some(())
            }
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn good_settings_are_taken_at_once_and_nobody_is_disturbed() {
    let place = Place::new();
    assert_eq!(place.reload(), "1 No relay runs on this data folder; the settings are good.");
    let server = place.serve();
    let mut mia = server.customer(None).await;
    mia.start(1, "hello").await;
    accepted(&mut mia, 1).await;
    assert_eq!(ancestors(&server, "help"), "http://help.localhost:8081");
    let changed = SETTINGS
        .replace("name = \"help\"", "name = \"care\"")
        .replace("https://shop.example.com", "https://new.example")
        + "\n[limits]\nconnections_max = 7\n[[queues]]\nname = \"late\"\n";
    place.write(&changed);
    let lines = [
        "0 [limits] has changed: the next start takes that.",
        "The widget \"help\" is gone: nothing new starts there, what is under way goes on.",
        "The settings are good and in use.",
    ];
    assert_eq!(place.reload(), lines.join("\n"));
    assert_eq!(ancestors(&server, "shop"), "http://shop.localhost:8081 https://new.example");
    assert_eq!(ancestors(&server, "care"), "http://help.localhost:8081");
    assert_eq!(
        ancestors(&server, "help"),
        "default-src 'none'; frame-ancestors 'none'".rsplit_once("frame-ancestors ").unwrap().1
    );
    let mut gone = Customer(server.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
    gone.send(&CustomerToRelay::Hello(Hello::of("help".parse().unwrap()))).await;
    assert_eq!(closed(&mut gone.0).await, Some(CloseCode::WidgetUnknown.number()));
    // A queue that came with the new settings can be served.
    let arguments = ["agent", "add", "ravi", "--queue", "late", "--password-stdin"];
    assert!(place.run(&arguments, "correct horse\n").status.success());
    // An open connection was welcomed with the old sites: it is told to come back at once, and learns the new ones.
    assert_eq!(closed(&mut mia.0).await, Some(CloseCode::Resync.number()));
    let mut mia = server.customer(Some((token(1), Seq::START))).await;
    let sites = mia.until(|frame| welcome(frame).map(|welcome| welcome.sites.clone())).await;
    assert_eq!(sites, ["http://shop.localhost:8081", "https://new.example"]);
    mia.say(2, "still here").await;
    accepted(&mut mia, 2).await;
    assert_eq!(place.reload(), "0 [limits] has changed: the next start takes that.\nThe settings are good and in use.");
}

/// Waits until the relay's own log says this.
fn logged(server: &Server, words: &str) {
    let started = std::time::Instant::now();
    while !server.log().contains(words) {
        assert!(started.elapsed() < PATIENCE, "{words} in {}", server.log());
        std::thread::yield_now();
    }
}

#[test]
fn bad_settings_are_told_all_at_once_and_the_old_ones_stay() {
    let place = Place::new();
    let server = place.serve();
    let bad = SETTINGS.replace(
        "disconnect_after = \"3m\"",
        "disconnect_after = \"1s\"\nportal_url = \"https://evil.example/\"\nredirection_url = \"javascript:alert(1)\"",
    );
    place.write(&bad.replace("http://help.localhost:8081", "https://help.example"));
    insta::assert_snapshot!(place.reload(), @r"
    1 widgets[0].portal_url: must be a page of one of the widget's sites.
    widgets[0].redirection_url: must be an http or https address of at most 2000 bytes, without a user name, a password, blanks or control characters.
    widgets[0].rules: disconnect_after must be between 3 seconds and 24 hours.
    ");
    let hang_up =
        || assert!(Command::new("kill").args(["-HUP", &server.pid().to_string()]).status().unwrap().success());
    hang_up();
    logged(&server, "widgets[0].rules: disconnect_after must be between 3 seconds and 24 hours.");
    assert!(server.log().contains("widgets[0].portal_url: must be a page of one of the widget's sites."));
    assert_eq!(ancestors(&server, "help"), "http://help.localhost:8081");
    place.write(&SETTINGS.replace("http://help.localhost:8081", "https://help.example"));
    hang_up();
    logged(&server, "the settings were read again and taken");
    assert_eq!(ancestors(&server, "help"), "https://help.example");
    std::fs::remove_file(place.path().join("rejoin.toml")).unwrap();
    hang_up();
    assert_eq!(server.get("/healthz").status, 200);
}

const RECONNECT: &str = r#"{"reconnect_to_previous_agent_for":"90s","reconnect_time_limit":"1h","portal_url":"http://help.localhost:8081/back","redirection_url":null,"prompt_anonymous":true}"#;

fn put(server: &Server, widget: &str, more: &str, body: &str) -> Answer {
    let length = body.len();
    let head = format!(
        "PUT /api/widgets/{widget}/reconnect HTTP/1.1\nhost: x\nconnection: close\ncontent-length: {length}\n{more}"
    );
    server.http(&head, body.as_bytes())
}

fn get(server: &Server, widget: &str, more: &str) -> Answer {
    server.http(&format!("GET /api/widgets/{widget}/reconnect HTTP/1.1\nhost: x\nconnection: close\n{more}"), b"")
}

/// The members of an object have no order.
fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn an_admin_sets_what_the_file_leaves_open() {
    let declared = SETTINGS.replace("disconnect_after = \"3m\"", "reconnect_time_limit = \"5m\"");
    let place = Place::with(&declared);
    place.add_admin("ada");
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let cookie = |name: &str| format!("cookie: {}\n", server.sign_in(name));
    let (ada, ravi) = (cookie("ada"), cookie("ravi"));
    let own = format!("origin: {}\ncontent-type: application/json\n", server.origin());
    let evil = "origin: https://evil.example\ncontent-type: application/json\n";
    let text = format!("origin: {}\ncontent-type: text/plain\n", server.origin());
    let cases = [
        ("no sign-in", put(&server, "help", &own, RECONNECT), "401 not-signed-in"),
        ("another site", put(&server, "help", &format!("{ada}{evil}"), RECONNECT), "403 origin-refused"),
        (
            "no origin",
            put(&server, "help", &format!("{ada}content-type: application/json\n"), RECONNECT),
            "403 origin-refused",
        ),
        ("an agent", put(&server, "help", &format!("{ravi}{own}"), RECONNECT), "403 not-allowed"),
        ("no such widget", put(&server, "nowhere", &format!("{ada}{own}"), RECONNECT), "404 unknown-widget"),
        ("declared", put(&server, "shop", &format!("{ada}{own}"), RECONNECT), "409 declared-in-file"),
        ("not JSON by name", put(&server, "help", &format!("{ada}{text}"), RECONNECT), "415 unsupported-media-type"),
        ("not JSON", put(&server, "help", &format!("{ada}{own}"), "{"), "400 malformed-body"),
        ("a list", put(&server, "help", &format!("{ada}{own}"), "[]"), "400 malformed-body"),
        ("too large", put(&server, "help", &format!("{ada}{own}"), &" ".repeat(70_000)), "413 body-too-large"),
        ("read without sign-in", get(&server, "help", ""), "401 not-signed-in"),
        ("read by an agent", get(&server, "help", &ravi), "403 not-allowed"),
        ("read of no widget", get(&server, "nowhere", &ada), "404 unknown-widget"),
    ];
    for (name, answer, expected) in cases {
        assert_eq!(format!("{} {}", answer.status, answer.code()), expected, "{name}");
    }
    let bad = r#"{"reconnect_to_previous_agent_for":"2h","reconnect_time_limit":"1h","portal_url":"https://evil.example/","x":1}"#;
    let answer = put(&server, "help", &format!("{ada}{own}"), bad);
    assert_eq!((answer.status, answer.header("content-type")), (422, Some("application/problem+json")));
    let expected = serde_json::json!({
        "type": "/problems/invalid-values",
        "title": "Some values can't be taken; see the mistakes.",
        "status": 422,
        "mistakes": [
            "portal_url: must be a page of one of the widget's sites.",
            "rules: the reconnect time limit must not be shorter than the time kept for the previous agent.",
            "x: is not a known setting.",
        ],
    });
    assert_eq!(json(&answer.body), expected);
    let set = serde_json::json!({
        "declared_in_file": false,
        "reconnect": {
            "reconnect_to_previous_agent_for": "90s",
            "reconnect_time_limit": "1h",
            "portal_url": "http://help.localhost:8081/back",
            "redirection_url": null,
            "prompt_anonymous": true,
            "link_in_query": false,
        },
    });
    let answer = put(&server, "help", &format!("{ada}{own}"), RECONNECT);
    assert_eq!((answer.status, json(&answer.body)), (200, set.clone()));
    assert_eq!(json(&get(&server, "help", &ada).body), set);
    assert!(get(&server, "shop", &ada).body.contains(r#""declared_in_file":true"#));
    // It outlives a restart, and a reload of a file that says nothing about it.
    server.kill();
    let server = place.serve();
    assert_eq!(json(&get(&server, "help", &ada).body), set);
    assert_eq!(place.reload(), "0 The settings are good and in use.");
    assert_eq!(json(&get(&server, "help", &ada).body), set);
    // A site that is gone takes the portal on it along: the reload says so and changes nothing.
    place.write(&declared.replace("http://help.localhost:8081", "https://help.example"));
    assert_eq!(
        place.reload(),
        "1 What was set for the widget \"help\" does not fit the settings any more: portal_url: must be a page of one of the \
         widget's sites.\nThe settings in use stay as they are."
    );
    // What the file declares comes before.
    place.write(&declared.replace("name = \"help\"", "name = \"help\"\nreconnect_time_limit = \"3m\""));
    assert_eq!(place.reload(), "0 The settings are good and in use.");
    assert!(get(&server, "help", &ada).body.contains(r#""reconnect_time_limit":"3m""#));
}
