//! Webhooks to a real receiver: what it hears, signed, once, in order, and again when it failed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wire::Request;

use crate::people::mistakes;
use crate::support::{PATIENCE, Place};

const NOTHING: &Value = &Value::Null;

/// What a receiver was sent.
struct Heard {
    headers: Vec<(String, String)>,
    body: String,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn is_signed_with(&self, secret: &[u8]) -> bool {
        let signed = format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
        self.signatures().iter().any(|signature| ring::hmac::verify(&key, signed.as_bytes(), signature).is_ok())
    }

    fn signatures(&self) -> Vec<Vec<u8>> {
        let all = self.header("webhook-signature").split(' ');
        all.map(|one| STANDARD.decode(one.strip_prefix("v1,").unwrap()).unwrap()).collect()
    }
}

/// A receiver that answers with each status in turn, and with 204 after them.
fn receiver(statuses: &[u16]) -> (SocketAddr, Receiver<Heard>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, heard) = channel();
    let statuses = statuses.to_vec();
    std::thread::spawn(move || {
        let mut statuses = statuses.into_iter();
        while let Ok((stream, _)) = listener.accept() {
            let mut reader = BufReader::new(stream);
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let mut headers = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim().split_once(':') else { break };
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
            let length = headers.iter().find(|(name, _)| name == "content-length").unwrap().1.parse().unwrap();
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let status = statuses.next().unwrap_or(204);
            let more = if status == 302 { "location: http://127.0.0.1:1/\r\n" } else { "" };
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n{more}\r\n");
            let _ = reader.get_mut().write_all(answer.as_bytes());
            if sender.send(Heard { headers, body: String::from_utf8(body).unwrap() }).is_err() {
                return;
            }
        }
    });
    (address, heard)
}

fn place() -> Place {
    let mut place = Place::new();
    place.environment.push(("REJOIN__WEBHOOKS__ALLOW_PRIVATE_ADDRESSES", "true".to_owned()));
    place.environment.push(("REJOIN__WEBHOOKS__RETRY_AFTER", "100ms".to_owned()));
    place.add_role("ada", "admin");
    place.add_agent("ravi", "Ravi");
    place
}

#[tokio::test]
async fn a_receiver_hears_what_happens_signed_and_again_until_it_takes_it() {
    let place = place();
    let server = place.serve();
    let [ada, ravi] = ["ada", "ravi"].map(|name| server.sign_in(name));
    // It fails at first, then redirects, which is a failure too.
    let (address, heard) = receiver(&[500, 302]);
    let made =
        server.call(&ada, "POST", "/api/webhooks", &json!({"url": format!("http://{address}/hook"), "title": "CRM"}));
    assert_eq!(made.status, 201, "{}", made.body);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let secret = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let path = format!("/api/webhooks/{}", made.json()["webhook"]["id"].as_str().unwrap());
    assert!(!server.call(&ada, "GET", "/api/webhooks", NOTHING).body.contains("whsec_"), "a secret is shown once");
    let mut mia = server.customer(None).await;
    let mut window = server.console(&ravi).await;
    mia.start(1, "canary").await;
    let conversation = window.offered().await;
    let next = || heard.recv_timeout(PATIENCE).unwrap();
    let (first, second) = (next(), next());
    assert_eq!(first.header("content-type"), "application/json");
    assert!(first.is_signed_with(&secret) && second.is_signed_with(&secret) && !first.is_signed_with(b"another"));
    let started =
        [&first, &second].into_iter().find(|heard| heard.json()["type"] == "conversation.started").unwrap().json();
    assert_eq!(started["data"]["conversation"], json!(conversation.to_string()));
    assert_eq!(window.ask(1, Request::Accept { conversation }).await, Ok(()));
    assert_eq!(window.ask(2, Request::End { conversation }).await, Ok(()));
    assert_eq!(window.ask(3, Request::Close { conversation }).await, Ok(()));
    // Every event gets through at last, and each has one id whatever was tried.
    let mut all = vec![first, second];
    let kinds = |all: &[Heard]| -> std::collections::BTreeMap<String, String> {
        all.iter()
            .map(|heard| (heard.header("webhook-id").to_owned(), heard.json()["type"].as_str().unwrap().to_owned()))
            .collect()
    };
    // Five events, two of the tries in vain.
    while all.len() < 7 {
        all.push(next());
    }
    let mut found: Vec<String> = kinds(&all).into_values().collect();
    found.sort();
    assert_eq!(
        found,
        [
            "conversation.accepted",
            "conversation.assigned",
            "conversation.closed",
            "conversation.ended",
            "conversation.started"
        ]
    );
    assert!(all.iter().all(|heard| heard.is_signed_with(&secret) && !heard.body.contains("canary")));
    // Told once: nothing comes again after a restart, and what happens then is told.
    server.kill();
    let server = place.serve();
    let mut mia = server.customer(None).await;
    mia.start(2, "canary").await;
    assert_eq!(next().json()["type"], "conversation.started");
    // Only what it wants to hear.
    let changed = server.call(&ada, "PATCH", &path, &json!({"events": ["conversation.closed"], "title": "x"}));
    assert_eq!((changed.status, changed.json()["events"].clone()), (200, json!(["conversation.closed"])));
    assert_eq!(server.call(&ada, "DELETE", &path, NOTHING).status, 204);
    assert_eq!(server.call(&ada, "DELETE", &path, NOTHING).told(), "404 unknown-webhook");
    assert!(!server.log().contains("canary"));
}

#[tokio::test]
async fn a_receiver_that_is_gone_hears_no_more() {
    let place = place();
    let server = place.serve();
    let ada = server.sign_in("ada");
    let (address, heard) = receiver(&[410]);
    let made =
        server.call(&ada, "POST", "/api/webhooks", &json!({"url": format!("http://{address}/"), "title": "CRM"}));
    assert_eq!(made.status, 201);
    let mut mia = server.customer(None).await;
    mia.start(1, "hello").await;
    heard.recv_timeout(PATIENCE).unwrap();
    let started = std::time::Instant::now();
    loop {
        let all = server.call(&ada, "GET", "/api/webhooks", NOTHING).json();
        if all["webhooks"][0]["enabled"] == false {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{all}");
        std::thread::yield_now();
    }
    let audit = server.call(&ada, "GET", "/api/audit?limit=1", NOTHING).json();
    assert_eq!(
        (&audit["rows"][0]["what"], &audit["rows"][0]["by"]),
        (&json!("webhook disabled: it is gone"), &json!("relay"))
    );
}

/// Who sets one up tries it, and sees what became of the last events.
#[tokio::test]
async fn a_webhook_is_tried_and_says_what_became_of_its_events() {
    let place = place();
    place.add_role("sue", "supervisor");
    let server = place.serve();
    let [ada, sue] = ["ada", "sue"].map(|name| server.sign_in(name));
    let (address, heard) = receiver(&[204, 302, 500, 503]);
    let url = format!("http://{address}/hook");
    let off = json!({"url": url, "title": "CRM", "events": ["conversation.started"], "enabled": false});
    let made = server.call(&ada, "POST", "/api/webhooks", &off).json();
    let secret = STANDARD.decode(made["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap()).unwrap();
    let path = format!("/api/webhooks/{}", made["webhook"]["id"].as_str().unwrap());
    let test = || server.call(&ada, "POST", &format!("{path}/test"), NOTHING).json();
    let last = || server.call(&ada, "GET", &format!("{path}/deliveries"), NOTHING).json();
    assert_eq!(last(), json!({"deliveries": [], "waiting": 0}));
    // Also while it is switched off: signed as all are, and of nothing.
    let taken = test();
    let event = heard.recv_timeout(PATIENCE).unwrap();
    assert!(event.is_signed_with(&secret));
    assert_eq!(
        (event.header("webhook-id"), event.header("content-type")),
        (taken["event"].as_str().unwrap(), "application/json")
    );
    assert_eq!(
        (&event.json()["type"], &event.json()["data"]),
        (&json!("webhook.test"), &json!({"webhook": made["webhook"]["id"]}))
    );
    assert_eq!((&taken["status"], &taken["problem"], &taken["next_at"]), (&json!(204), NOTHING, NOTHING));
    let redirected = test();
    assert_eq!((&redirected["status"], &redirected["problem"]), (&json!(302), &json!("redirected")));
    assert_eq!(redirected["reason"], "It answered 302, a redirect, which is not followed: name the address itself.");
    let answered = json!([redirected, taken]);
    assert_eq!(last()["deliveries"], answered);
    // An event of a conversation is tried until it is taken, and is one line meanwhile.
    assert_eq!(server.call(&ada, "PATCH", &path, &json!({"enabled": true})).status, 200);
    let mut mia = server.customer(None).await;
    mia.start(1, "canary").await;
    let started = std::time::Instant::now();
    let mut seen = std::collections::BTreeSet::new();
    let newest = loop {
        let newest = last()["deliveries"][0].clone();
        assert!(started.elapsed() < PATIENCE, "{newest}");
        if newest["kind"] == "conversation.started" {
            seen.insert(newest["tries"].as_u64().unwrap());
            if newest["problem"].is_null() {
                break newest;
            }
            assert_eq!((&newest["problem"], newest["next_at"].is_u64()), (&json!("not-taken"), true), "{newest}");
        }
    };
    assert_eq!((&newest["tries"], &newest["status"], &newest["next_at"]), (&json!(3), &json!(204), NOTHING));
    assert_eq!(last()["deliveries"].as_array().unwrap().len(), 3, "{seen:?}");
    // No more than the last of them.
    for _ in 0..25 {
        test();
    }
    let all = last();
    assert_eq!((all["deliveries"].as_array().unwrap().len(), &all["waiting"]), (20, &json!(0)));
    assert!(!all.to_string().contains("canary") && !all.to_string().contains("whsec_"));
    // Nothing listens there, or it is inside.
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    server.call(&ada, "PATCH", &path, &json!({"url": format!("http://{nowhere}/")}));
    assert_eq!(test()["problem"], "connection-failed");
    assert_eq!(server.call(&sue, "POST", &format!("{path}/test"), NOTHING).told(), "403 not-allowed");
    assert_eq!(server.call(&sue, "GET", &format!("{path}/deliveries"), NOTHING).told(), "403 not-allowed");
    let audit = server.call(&ada, "GET", "/api/audit", NOTHING).body;
    assert_eq!(audit.matches("webhook tested").count(), 28);
    assert_eq!(server.call(&ada, "DELETE", &path, NOTHING).status, 204);
    assert_eq!(server.call(&ada, "GET", &format!("{path}/deliveries"), NOTHING).told(), "404 unknown-webhook");
    assert_eq!(server.call(&ada, "POST", &format!("{path}/test"), NOTHING).told(), "404 unknown-webhook");
}

/// What leads inside by its name is not found, whoever asks for it.
#[test]
fn a_test_event_goes_nowhere_inside() {
    let mut place = Place::new();
    place.environment.push(("REJOIN__WEBHOOKS__ALLOW_PRIVATE_ADDRESSES", "true".to_owned()));
    place.add_role("ada", "admin");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let (address, heard) = receiver(&[]);
    let url = format!("http://localhost:{}/", address.port());
    let made = server.call(&ada, "POST", "/api/webhooks", &json!({"url": url, "title": "x"})).json();
    let path = format!("/api/webhooks/{}/test", made["webhook"]["id"].as_str().unwrap());
    server.kill();
    // Not any more.
    place.environment.clear();
    let server = place.serve();
    let tried = server.call(&ada, "POST", &path, NOTHING).json();
    assert_eq!((&tried["problem"], &tried["status"]), (&json!("host-not-found"), NOTHING));
    assert!(heard.try_recv().is_err());
}

#[test]
fn a_webhook_leads_nowhere_inside() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_role("sue", "supervisor");
    let server = place.serve();
    let [ada, sue] = ["ada", "sue"].map(|name| server.sign_in(name));
    let new = |url: &str| json!({"url": url, "title": "x"});
    for url in [
        "http://127.0.0.1:9/",
        "https://localhost/",
        "http://10.0.0.1/",
        "http://[::1]:8080/",
        "http://169.254.169.254/latest",
    ] {
        let answer = server.call(&ada, "POST", "/api/webhooks", &new(url));
        assert_eq!(answer.told(), "422 invalid-values", "{url}");
    }
    let bad = json!({"url": "ftp://example.com", "title": "", "events": ["conversation.started", "x"], "colour": 1});
    insta::assert_snapshot!(mistakes(&server.call(&ada, "POST", "/api/webhooks", &bad).json()), @r#"
    url: must be an http or https address of at most 2000 bytes, without a user name, a password, blanks or control characters.
    title: must have 1 to 100 characters on one line.
    events: there is no event "x".
    colour: is not a known setting.
    "#);
    let good = new("https://hooks.example.com/x");
    assert_eq!(server.call(&sue, "POST", "/api/webhooks", &good).told(), "403 not-allowed");
    assert_eq!(server.call("", "GET", "/api/webhooks", NOTHING).told(), "401 not-signed-in");
    assert_eq!(server.call(&ada, "POST", "/api/webhooks", &good).status, 201);
}

/// A receiver takes a new secret when it is ready: for a day there is a signature with each.
#[tokio::test]
async fn a_secret_is_changed_without_a_gap() {
    let place = place();
    let server = place.serve();
    let [ada, ravi] = ["ada", "ravi"].map(|name| server.sign_in(name));
    let (address, heard) = receiver(&[]);
    let body = json!({"url": format!("http://{address}/hook"), "title": "CRM", "events": ["conversation.started"]});
    let made = server.call(&ada, "POST", "/api/webhooks", &body).json();
    let secret =
        |made: &Value| STANDARD.decode(made["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap()).unwrap();
    let path = format!("/api/webhooks/{}/secret", made["webhook"]["id"].as_str().unwrap());
    let rotate = |body: Value| {
        let answer = server.call(&ada, "POST", &path, &body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    };
    let mut customers = Vec::new();
    let mut next = async |number: u8| {
        let mut customer = server.customer(None).await;
        customer.start(number, "canary").await;
        customers.push(customer);
        heard.recv_timeout(PATIENCE).unwrap()
    };
    let _window = server.console(&ravi).await;
    let first = secret(&made);
    assert_eq!(made["webhook"]["old_secret_until"], Value::Null);
    assert_eq!(next(1).await.signatures().len(), 1);
    let made = rotate(json!({}));
    let second = secret(&made);
    assert!(made["webhook"]["old_secret_until"].as_u64().is_some() && first != second);
    let event = next(2).await;
    assert!(event.signatures().len() == 2 && event.is_signed_with(&first) && event.is_signed_with(&second));
    let third = secret(&rotate(json!({"keep_old": false})));
    let event = next(3).await;
    assert!(event.signatures().len() == 1 && event.is_signed_with(&third) && !event.is_signed_with(&second));
    let unknown = server.call(&ada, "POST", "/api/webhooks/whk_00000000000000000000000000/secret", &json!({}));
    assert_eq!(unknown.told(), "404 unknown-webhook");
    let audit = server.call(&ada, "GET", "/api/audit", NOTHING).body;
    assert_eq!(audit.matches("webhook secret rotated").count(), 2);
    assert!(!audit.contains("whsec_") && !server.log().contains("whsec_"));
}
