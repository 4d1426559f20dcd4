//! Pages, files, sign-in, health: each answer exactly.

use std::io::Write;
use std::net::TcpStream;

use crate::support::{Answer, PATIENCE, Place, Server, read_answer};

fn shown(answer: &Answer, names: &[&str]) -> String {
    let headers = names.iter().map(|name| format!("{name}: {}\n", answer.header(name).unwrap_or("–")));
    format!("{}\n{}", answer.status, headers.collect::<String>())
}

const SECURITY: [&str; 7] = [
    "content-type",
    "cache-control",
    "content-security-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
    "referrer-policy",
    "x-content-type-options",
];

#[test]
fn every_page_has_its_policy() {
    let place = Place::new();
    let server = place.serve();
    insta::assert_snapshot!(shown(&server.get("/w/shop/"), &SECURITY), @"
    200
    content-type: text/html; charset=utf-8
    cache-control: no-cache
    content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors http://shop.localhost:8081 https://shop.example.com
    cross-origin-embedder-policy: require-corp
    cross-origin-resource-policy: cross-origin
    referrer-policy: same-origin
    x-content-type-options: nosniff
    ");
    insta::assert_snapshot!(shown(&server.get("/console/"), &SECURITY), @"
    200
    content-type: text/html; charset=utf-8
    cache-control: no-cache
    content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    cross-origin-embedder-policy: –
    cross-origin-resource-policy: same-origin
    referrer-policy: same-origin
    x-content-type-options: nosniff
    ");
    insta::assert_snapshot!(shown(&server.get("/rejoin.js"), &SECURITY), @"
    200
    content-type: text/javascript; charset=utf-8
    cache-control: public, max-age=600
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    cross-origin-embedder-policy: –
    cross-origin-resource-policy: cross-origin
    referrer-policy: same-origin
    x-content-type-options: nosniff
    ");
    insta::assert_snapshot!(shown(&server.get("/a/abc/widget.wasm"), &SECURITY), @"
    200
    content-type: application/wasm
    cache-control: public, max-age=31536000, immutable
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    cross-origin-embedder-policy: –
    cross-origin-resource-policy: same-origin
    referrer-policy: same-origin
    x-content-type-options: nosniff
    ");
    insta::assert_snapshot!(shown(&server.get("/nowhere"), &SECURITY), @"
    404
    content-type: application/problem+json
    cache-control: no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    cross-origin-embedder-policy: –
    cross-origin-resource-policy: same-origin
    referrer-policy: same-origin
    x-content-type-options: nosniff
    ");
    assert_eq!(server.get("/console/").header("x-frame-options"), Some("DENY"));
    assert!(
        server
            .get("/w/help/")
            .header("content-security-policy")
            .unwrap()
            .ends_with("frame-ancestors http://help.localhost:8081")
    );
}

#[test]
fn files_are_sent_in_the_best_encoding_and_only_when_changed() {
    let place = Place::new();
    let server = place.serve();
    let ask = |more: &str| {
        server.http(&format!("GET /rejoin.js HTTP/1.1\nhost: {}\nconnection: close\n{more}", server.address), b"")
    };
    for (accept, encoding, body) in [
        ("", None, "loader();"),
        ("accept-encoding: gzip, deflate, br, zstd\n", Some("br"), "brotli of the loader"),
        ("accept-encoding: gzip\n", Some("gzip"), "gzip of the loader"),
        ("accept-encoding: br;q=0, gzip;q=0.5\n", Some("gzip"), "gzip of the loader"),
        ("accept-encoding: identity\n", None, "loader();"),
    ] {
        let answer = ask(accept);
        assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (encoding, body), "{accept}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
    }
    let etag = ask("").header("etag").unwrap().to_owned();
    let unchanged = ask(&format!("if-none-match: {etag}\n"));
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
}

#[test]
fn bad_requests_have_their_exact_answers() {
    let mut place = Place::new();
    place.environment.push(("REJOIN__LIMITS__HEAD_WITHIN", "300ms".to_owned()));
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let own = format!("origin: {}\n", server.origin());
    let json = format!("{own}content-type: application/json\n");
    let long = "x".repeat(1024 * 1024);
    let (twice, plain) = (format!("{own}{json}"), format!("{own}content-type: text/plain\n"));
    let deep = "[".repeat(60_000);
    let long_name = format!(r#"{{"name":"{}","password":"x"}}"#, "n".repeat(5_000));
    let good = r#"{"name":"ravi","password":"correct horse"}"#;
    let posts: &[(&str, &str, &[u8], u16, &str)] = &[
        ("/api/sign-in", "", good.as_bytes(), 403, "origin-refused"),
        ("/api/sign-in", "origin: null\n", good.as_bytes(), 403, "origin-refused"),
        ("/api/sign-in", "origin: http://shop.localhost:8081\n", good.as_bytes(), 403, "origin-refused"),
        ("/api/sign-in", &twice, good.as_bytes(), 403, "origin-refused"),
        ("/api/sign-in", &own, good.as_bytes(), 415, "unsupported-media-type"),
        ("/api/sign-in", &plain, good.as_bytes(), 415, "unsupported-media-type"),
        ("/api/sign-in", &json, b"", 400, "malformed-body"),
        ("/api/sign-in", &json, b"{", 400, "malformed-body"),
        ("/api/sign-in", &json, b"[]", 400, "malformed-body"),
        ("/api/sign-in", &json, b"\xff\xfe", 400, "malformed-body"),
        ("/api/sign-in", &json, br#"{"name":"ravi"}"#, 400, "malformed-body"),
        ("/api/sign-in", &json, br#"{"name":"ravi","password":"x","admin":true}"#, 400, "malformed-body"),
        ("/api/sign-in", &json, deep.as_bytes(), 400, "malformed-body"),
        ("/api/sign-in", &json, long.as_bytes(), 413, "body-too-large"),
        ("/api/sign-in", &json, br#"{"name":"ravi","password":"wrong canary"}"#, 401, "wrong-password"),
        ("/api/sign-in", &json, br#"{"name":"nobody","password":"canary"}"#, 401, "wrong-password"),
        ("/api/sign-in", &json, br#"{"name":"","password":""}"#, 401, "wrong-password"),
        ("/api/sign-in", &json, long_name.as_bytes(), 401, "wrong-password"),
        ("/api/sign-out", "", b"", 403, "origin-refused"),
        ("/api/sign-out", &own, b"", 401, "not-signed-in"),
        ("/api/me", &json, b"{}", 405, "method-not-allowed"),
        ("/", &json, b"", 405, "method-not-allowed"),
        ("/w/shop/", &json, b"", 405, "method-not-allowed"),
        ("/nowhere", &json, b"", 404, "not-found"),
    ];
    for (path, more, body, status, code) in posts {
        let answer = server.post(path, more, body);
        let start = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!((answer.status, answer.code().as_str()), (*status, *code), "POST {path} {more}{start}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "POST {path}");
    }
    let gets: &[(&str, u16, &str)] = &[
        ("/api/me", 401, "not-signed-in"),
        ("/api/sign-in", 405, "method-not-allowed"),
        ("/w/unknown/", 404, "unknown-widget"),
        ("/w/shop/../../rejoin.toml", 404, "not-found"),
        ("/a/../secret.txt", 404, "not-found"),
        ("/a/../../rejoin.toml", 404, "not-found"),
        ("/a/%2e%2e/%2e%2e/rejoin.toml", 404, "not-found"),
        ("/a/..%2f..%2frejoin.toml", 404, "not-found"),
        ("/a//etc/passwd", 404, "not-found"),
        ("/a/abc", 404, "not-found"),
        ("/a/abc/", 404, "not-found"),
        ("/a/abc/start.js%00", 404, "not-found"),
        ("/widget.html", 404, "not-found"),
        ("/data/registry.sqlite", 404, "not-found"),
        ("/%ff", 404, "not-found"),
    ];
    for (path, status, code) in gets {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.code().as_str()), (*status, *code), "GET {path}");
    }
    raw_requests_have_their_exact_answers(&server);
    assert_eq!(server.get("/healthz").body, "alive\n");
    assert_eq!(server.get("/readyz").body, "ready\n");
    assert!(!server.log().contains("canary"), "{}", server.log());
    assert!(!server.log().contains("ravi"), "{}", server.log());
}

fn raw_requests_have_their_exact_answers(server: &Server) {
    let many = (0..100).map(|index| format!("x-{index}: y\r\n")).collect::<String>();
    let cases: &[(&str, String, u16)] = &[
        ("not HTTP", "hello\r\n\r\n".to_owned(), 400),
        ("a head of 70 kB", format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(70_000)), 431),
        ("100 headers", format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"), 431),
        ("a line break in a header", "GET / HTTP/1.1\r\nhost: x\r\nx: a\rb\r\n\r\n".to_owned(), 400),
        (
            "two content lengths",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab".to_owned(),
            400,
        ),
        ("HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 0),
        ("a head that never ends", "GET / HTTP/1.1\r\nhost: x\r\n".to_owned(), 0),
        ("nothing", String::new(), 0),
    ];
    for (name, bytes, status) in cases {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The relay may close before all is sent.
        let _ = stream.write_all(bytes.as_bytes());
        assert_eq!(read_answer(&mut stream).status, *status, "{name}");
    }
}

#[test]
fn signing_in_sets_a_strict_cookie_and_signing_out_ends_it() {
    let place = Place::new();
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let json = format!("origin: {}\ncontent-type: application/json\n", server.origin());
    let answer = server.post("/api/sign-in", &json, br#"{"name":" Ravi ","password":"correct horse"}"#);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains(r#""name":"Ravi","role":"agent""#), "{}", answer.body);
    let set = answer.header("set-cookie").unwrap();
    let (cookie, attributes) = set.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Strict; Max-Age=604800");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let me = |cookie: &str| {
        let head = format!("GET /api/me HTTP/1.1\nhost: {}\nconnection: close\ncookie: {cookie}\n", server.address);
        server.http(&head, b"").status
    };
    assert_eq!(me(cookie), 200);
    assert_eq!(me(&format!("other=1; {cookie}")), 200);
    assert_eq!(me(&format!("{cookie}; {cookie}")), 401, "two of them are none");
    assert_eq!(me(&cookie[..cookie.len() - 1]), 401);
    assert_eq!(me("rejoin_sign_in=00000000000000000000000000000000000000000000000000000000000000ff"), 401);
    let out = server.post("/api/sign-out", &format!("origin: {}\ncookie: {cookie}\n", server.origin()), b"");
    assert_eq!(out.status, 204);
    assert_eq!(out.header("set-cookie"), Some("rejoin_sign_in=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"));
    assert_eq!(me(cookie), 401);
}

#[test]
fn behind_https_the_cookie_is_secure_and_bound_to_the_host() {
    let mut place = Place::new();
    place.environment.push(("REJOIN__SERVER__PUBLIC_URL", "https://chat.example.com".to_owned()));
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let json = "origin: https://chat.example.com\ncontent-type: application/json\n";
    let answer = server.post("/api/sign-in", json, br#"{"name":"ravi","password":"correct horse"}"#);
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-rejoin_sign_in="), "{set}");
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800; Secure"), "{set}");
}

#[test]
fn guessing_is_slowed_down_per_name_and_per_address() {
    let mut place = Place::new();
    place.environment.push(("REJOIN__SIGN_IN__TRIES_PER_NAME", "2".to_owned()));
    place.environment.push(("REJOIN__SIGN_IN__TRIES_PER_ADDRESS", "5".to_owned()));
    place.environment.push(("REJOIN__SERVER__CLIENT_ADDRESS_HEADER", "x-forwarded-for".to_owned()));
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let attempt = |from: &str, name: &str| {
        let more =
            format!("origin: {}\ncontent-type: application/json\nx-forwarded-for: 8.8.8.8, {from}\n", server.origin());
        let body = format!(r#"{{"name":"{name}","password":"wrong"}}"#);
        let answer = server.post("/api/sign-in", &more, body.as_bytes());
        (answer.status, answer.header("retry-after").map(str::to_owned))
    };
    assert_eq!(attempt("10.0.0.1", "ravi"), (401, None));
    assert_eq!(attempt("10.0.0.1", "ravi"), (401, None));
    let (status, wait) = attempt("10.0.0.2", "ravi");
    assert_eq!(status, 429, "the name is slowed down whatever the address");
    assert!((1..=30).contains(&wait.unwrap().parse::<u32>().unwrap()));
    for name in ["a", "b", "c"] {
        assert_eq!(attempt("10.0.0.1", name), (401, None), "unknown names answer the same");
    }
    assert_eq!(attempt("10.0.0.1", "d").0, 429, "the address is slowed down whatever the name");
    assert_eq!(attempt("10.0.0.3", "d").0, 401);
}

#[test]
fn health_can_have_a_listener_of_its_own() {
    let mut place = Place::new();
    place.environment.push(("REJOIN__SERVER__HEALTH_LISTEN", "127.0.0.1:0".to_owned()));
    let server = place.serve();
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(server.get(path).status, 404, "{path}");
        assert_eq!(server.health(path).status, 200, "{path}");
    }
    assert_eq!(server.health("/console/").status, 404);
    assert!(server.health("/metrics").body.contains("rejoin_connections"));
}
