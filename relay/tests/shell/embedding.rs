//! Whether a widget works on a page: where it was seen, and what a look at a page says.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};

use serde_json::{Value, json};

use crate::people::mistakes;
use crate::support::Place;

const NOTHING: &Value = &Value::Null;
const ADDRESS: &str = "/api/widgets/shop/embedding";

/// A page that is served until the test is over.
fn page(head: &'static str, body: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 4_096]);
            let length = body.len();
            let answer =
                format!("HTTP/1.1 200 OK\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn a_site_is_seen_once_its_page_has_loaded_the_chat() {
    let place = Place::new();
    place.add_role("nora", "supervisor");
    let server = place.serve();
    let nora = server.sign_in("nora");
    let seen = || server.call(&nora, "GET", ADDRESS, NOTHING).json();
    assert_eq!(seen()["seen"], json!([]));
    for site in ["http://shop.localhost:8081", "https://other.example"] {
        let head = format!("GET /w/shop/ HTTP/1.1\nhost: x\nconnection: close\nreferer: {site}/\n");
        assert_eq!(server.http(&head, b"").status, 200);
    }
    let all = seen();
    let told: Vec<(&str, bool)> = all["seen"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["site"].as_str().unwrap(), one["allowed"].as_bool().unwrap()))
        .collect();
    assert_eq!(told.first(), Some(&("https://other.example", false)));
    assert!(all["seen"][0]["at"].as_u64() >= all["since"].as_u64(), "{all}");
    assert_eq!(told.len(), 2);
}

#[test]
fn a_look_at_a_page_says_what_is_missing() {
    let mut place = Place::new();
    place.environment.push(("REJOIN__WEBHOOKS__ALLOW_PRIVATE_ADDRESSES", "true".to_owned()));
    place.add_role("ada", "admin");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let check = |url: String| server.call(&ada, "POST", ADDRESS, &json!({ "url": url }));
    let tag = format!(r#"<p>Hello<script async src="{}/rejoin.js" data-widget="shop"></script>"#, server.origin());
    let good = page("", tag.clone());
    let strict = page("content-security-policy: default-src 'none'; script-src 'none'\r\n", tag);
    let told = |address: SocketAddr| {
        let answer = check(format!("http://{address}/")).json();
        let findings = answer["findings"].as_array().unwrap().clone();
        let line = |one: &Value| format!("{} {}", one["about"].as_str().unwrap(), one["verdict"].as_str().unwrap());
        findings.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(told(good), ["site bad", "page good", "tag good", "script-policy good", "frame-policy good"]);
    assert_eq!(told(strict), ["site bad", "page good", "tag good", "script-policy bad", "frame-policy bad"]);
    assert_eq!(told("127.0.0.1:1".parse().unwrap()), ["site bad", "page unknown"]);
    assert_eq!(mistakes(&check("ftp://x".to_owned()).json()).split(':').next(), Some("url"));
    assert_eq!(server.call(&ada, "POST", "/api/widgets/nowhere/embedding", &json!({})).told(), "404 unknown-widget");
}

#[test]
fn nobody_has_the_relay_look_into_its_own_network() {
    let place = Place::new();
    place.add_role("ada", "admin");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let check = |url: &str| server.call(&ada, "POST", ADDRESS, &json!({ "url": url }));
    for inside in ["http://127.0.0.1:9/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/"] {
        let answer = check(inside);
        assert_eq!(answer.told(), "422 invalid-values", "{inside}");
        assert!(mistakes(&answer.json()).contains("must lead into the internet"), "{inside}");
    }
}
