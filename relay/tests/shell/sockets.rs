//! What a socket may not do, and the exact answer to each: at the upgrade, at the hello, in frames, in silence.

use futures_util::SinkExt;
use model::Seq;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::{Error, Message};
use wire::{
    CanResume, CloseCode, ConsoleToRelay, CustomerToRelay, Encoding, Frame, Hello, RelayToConsole, RelayToCustomer,
    Request, Resume,
};

use crate::support::{Customer, Place, SETTINGS, Server, Socket, closed, key, next, text, token};

/// The status and code that an upgrade is refused with, or `101`.
async fn upgraded(server: &Server, path: &str, headers: &[(&str, &str)]) -> String {
    match server.socket_with(path, headers).await {
        Ok(_) => "101".to_owned(),
        Err(Error::Http(response)) => {
            let status = response.status().as_u16();
            let body = response.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
            let code = body.split_once("/problems/").map_or(body.as_str(), |(_, rest)| rest);
            format!("{status} {}", code.split('"').next().unwrap())
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn an_upgrade_needs_an_own_origin_a_sub_protocol_and_for_consoles_a_sign_in() {
    let place = Place::new();
    place.add_agent("ravi", "Ravi");
    place.add_agent("sofia", "Sofia");
    let server = place.serve();
    let own = server.origin();
    let own = own.as_str();
    let json = ("sec-websocket-protocol", "rejoin.v1.json");
    let ravi = server.sign_in("ravi");
    let sofia = server.sign_in("sofia");
    let double = format!("{ravi}; {ravi}");
    let forged = format!("rejoin_sign_in={}", "ab".repeat(32));
    let short = ravi[..ravi.len() - 2].to_owned();
    let customer: &[(&[(&str, &str)], &str)] = &[
        (&[("origin", own), json], "101"),
        (&[("origin", own), ("sec-websocket-protocol", "chat, rejoin.v1.bin")], "101"),
        (&[json], "403 origin-refused"),
        (&[("origin", "null"), json], "403 origin-refused"),
        (&[("origin", "http://shop.localhost:8081"), json], "403 origin-refused"),
        (&[("origin", "http://127.0.0.1"), json], "403 origin-refused"),
        (&[("origin", &own.to_uppercase()), json], "403 origin-refused"),
        (&[("origin", own), ("origin", own), json], "403 origin-refused"),
        (&[("origin", own), ("origin", "http://evil.example"), json], "403 origin-refused"),
        (&[("origin", own)], "400 sub-protocol-required"),
        (&[("origin", own), ("sec-websocket-protocol", "chat")], "400 sub-protocol-required"),
        (&[("origin", own), ("sec-websocket-protocol", "rejoin.v1")], "400 sub-protocol-required"),
    ];
    for (headers, expected) in customer {
        // The client refuses an answer whose sub-protocol it did not offer, so 101 is also the right sub-protocol.
        assert_eq!(upgraded(&server, "/v1/customer", headers).await, *expected, "customer {headers:?}");
    }
    let console: &[(&[(&str, &str)], &str)] = &[
        (&[("origin", own), json, ("cookie", &ravi)], "101"),
        (&[("origin", own), json], "401 not-signed-in"),
        (&[("origin", own), json, ("cookie", "rejoin_sign_in=")], "401 not-signed-in"),
        (&[("origin", own), json, ("cookie", &forged)], "401 not-signed-in"),
        (&[("origin", own), json, ("cookie", &short)], "401 not-signed-in"),
        (&[("origin", own), json, ("cookie", &double)], "401 not-signed-in"),
        (&[("origin", "http://shop.localhost:8081"), json, ("cookie", &ravi)], "403 origin-refused"),
        (&[("origin", own), ("cookie", &ravi)], "400 sub-protocol-required"),
    ];
    for (headers, expected) in console {
        assert_eq!(upgraded(&server, "/v1/console", headers).await, *expected, "console {headers:?}");
    }
    // Sign-ins that are over: too old, disabled.
    let registry = rusqlite::Connection::open(place.path().join("data/registry.sqlite")).unwrap();
    registry
        .execute("UPDATE sign_ins SET used_at = 0 WHERE agent = (SELECT id FROM agents WHERE name = 'sofia')", [])
        .unwrap();
    let headers = [("origin", own), json, ("cookie", sofia.as_str())];
    assert_eq!(upgraded(&server, "/v1/console", &headers).await, "401 not-signed-in", "expired");
    assert!(place.run(&["agent", "disable", "ravi"], "").status.success());
    let headers = [("origin", own), json, ("cookie", ravi.as_str())];
    assert_eq!(upgraded(&server, "/v1/console", &headers).await, "401 not-signed-in", "disabled");
    let newer = [("origin", own), ("sec-websocket-protocol", "rejoin.v2.bin")];
    let mut socket = server.socket_with("/v1/customer", &newer).await.unwrap();
    assert_eq!(closed(&mut socket).await, Some(CloseCode::VersionUnsupported.number()));
}

#[test]
fn what_is_no_upgrade_is_told_so() {
    let place = Place::new();
    let server = place.serve();
    let host = server.address;
    let own = format!("origin: {}\n", server.origin());
    let upgrade = "connection: upgrade, close\nupgrade: websocket\nsec-websocket-protocol: rejoin.v1.json\n";
    let nonce = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\n";
    let cases = [
        ("no upgrade", format!("GET /v1/customer HTTP/1.1\nhost: {host}\nconnection: close\n{own}"), 426),
        (
            "version 8",
            format!("GET /v1/customer HTTP/1.1\nhost: {host}\n{own}{upgrade}{nonce}sec-websocket-version: 8\n"),
            426,
        ),
        ("no key", format!("GET /v1/customer HTTP/1.1\nhost: {host}\n{own}{upgrade}sec-websocket-version: 13\n"), 426),
        (
            "HTTP/1.0",
            format!("GET /v1/customer HTTP/1.0\nhost: {host}\n{own}{upgrade}{nonce}sec-websocket-version: 13\n"),
            426,
        ),
        (
            "POST",
            format!(
                "POST /v1/customer HTTP/1.1\nhost: {host}\ncontent-length: 0\n{own}{upgrade}{nonce}sec-websocket-version: 13\n"
            ),
            405,
        ),
    ];
    for (name, head, status) in cases {
        assert_eq!(server.http(&head, b"").status, status, "{name}");
    }
}

fn hello() -> Vec<u8> {
    CustomerToRelay::Hello(Hello::of("shop".parse().unwrap())).encode(Encoding::Json)
}

/// What the relay says to these messages on a fresh customer's socket that speaks JSON: a close code, or its last frame
/// before a beat of ours is answered by silence.
async fn said(server: &Server, messages: &[Message]) -> Result<Vec<String>, Option<u16>> {
    let mut socket = server.socket("/v1/customer", Encoding::Json, None).await.unwrap();
    for message in messages {
        // The relay may close in the middle.
        let _ = socket.send(message.clone()).await;
    }
    // Refused in every state, so it marks the end of the answers.
    let _ = socket.send(Message::text(r#""StillWaiting""#)).await;
    let mut answers = Vec::new();
    loop {
        let answer = next(&mut socket).await?.into_text().unwrap().to_string();
        let done = answer.contains("Refused") && answers.iter().any(|other: &String| other.contains("Welcome"));
        answers.push(answer);
        if done {
            return Ok(answers);
        }
    }
}

#[tokio::test]
async fn a_frame_that_breaks_the_protocol_ends_the_connection_with_its_code() {
    let place = Place::new();
    let server = place.serve();
    let hello = Message::text(String::from_utf8(hello()).unwrap());
    let raw = |text: &str| Message::text(text.to_owned());
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let start = |text: &str| {
        let words = serde_json::to_string(text).unwrap();
        let key = serde_json::to_string(&key(1)).unwrap();
        let token = serde_json::to_string(&token(1)).unwrap();
        raw(&format!(r#"{{"Start":{{"key":{key},"token":{token},"text":{words},"name":null}}}}"#))
    };
    let malformed = CloseCode::Malformed;
    let cases: Vec<(&str, Vec<Message>, CloseCode)> = vec![
        ("an empty message", vec![raw("")], malformed),
        ("not JSON", vec![raw("hello canary")], malformed),
        ("half a frame", vec![raw(r#"{"Hello":"#)], malformed),
        ("two frames in one message", vec![raw(r#""Typing""Typing""#)], malformed),
        ("a binary message on JSON", vec![Message::binary(b"\x00".to_vec())], malformed),
        ("a message above the limit", vec![hello.clone(), raw(&"x".repeat(64 * 1024 + 1))], malformed),
        ("a message of 1 MB", vec![hello.clone(), raw(&"x".repeat(1 << 20))], malformed),
        ("a message nested 30,000 deep", vec![hello.clone(), raw(&deep)], malformed),
        ("a hello without a widget", vec![raw(r#"{"Hello":{"resume":null,"page":null}}"#)], malformed),
        (
            "a widget's name that can't be one",
            vec![raw(r#"{"Hello":{"widget":"../etc","resume":null,"page":null}}"#)],
            malformed,
        ),
        (
            "a token that can't be one",
            vec![raw(r#"{"Hello":{"widget":"shop","resume":{"token":"x","after":0},"page":null}}"#)],
            malformed,
        ),
        (
            "a page address that is too long",
            vec![raw(&format!(r#"{{"Hello":{{"widget":"shop","resume":null,"page":"{}"}}}}"#, "p".repeat(1_001)))],
            malformed,
        ),
        (
            "an unknown widget",
            vec![raw(r#"{"Hello":{"widget":"nowhere","resume":null,"page":null}}"#)],
            CloseCode::WidgetUnknown,
        ),
        ("a frame before the hello", vec![raw(r#""Typing""#)], CloseCode::OutOfOrder),
        ("an unknown frame before the hello", vec![raw(r#""Dance""#)], CloseCode::OutOfOrder),
        ("a console's frame before the hello", vec![raw(r#"{"Leave":{"conversation":"x"}}"#)], CloseCode::OutOfOrder),
        ("a second hello", vec![hello.clone(), hello.clone()], CloseCode::OutOfOrder),
        ("empty words", vec![hello.clone(), start("")], malformed),
        ("white space for words", vec![hello.clone(), start(" \n\t ")], malformed),
        ("words that are too long", vec![hello.clone(), start(&"w".repeat(4_001))], malformed),
        ("a control character", vec![hello.clone(), start("a\u{0}b")], malformed),
        ("a negative position", vec![hello.clone(), raw(r#"{"Read":{"upto":-1}}"#)], malformed),
        ("a position above 32 bits", vec![hello.clone(), raw(r#"{"Fetch":{"after":4294967296}}"#)], malformed),
        (
            "more frames than the limits allow",
            [vec![hello.clone()], vec![raw(r#""Typing""#); 60]].concat(),
            CloseCode::RateLimited,
        ),
    ];
    for (name, messages, code) in cases {
        assert_eq!(said(&server, &messages).await.err().flatten(), Some(code.number()), "{name}");
    }
    for (name, bytes) in [
        ("invalid UTF-8", vec![0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]),
        ("an unmasked frame", vec![0x81, 0x02, b'{', b'}']),
        ("reserved bits", vec![0xf1, 0x80, 0, 0, 0, 0]),
        ("an unknown opcode", vec![0x83, 0x80, 0, 0, 0, 0]),
        ("a declared length of 2^62", vec![0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
        ("a fragmented ping", vec![0x09, 0x80, 0, 0, 0, 0]),
    ] {
        let socket = server.socket("/v1/customer", Encoding::Json, None).await.unwrap();
        let mut stream = socket.into_inner();
        stream.write_all(&bytes).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        // A close frame of two bytes: the code.
        assert_eq!(answer.get(..4), Some(&[0x88, 0x02, 0x0f, 0xa0][..]), "{name}: {answer:x?}");
    }
    assert_eq!(server.get("/healthz").status, 200);
    assert!(!server.log().contains("canary"), "{}", server.log());
}

#[tokio::test]
async fn frames_of_the_other_encoding_and_unknown_ones_are_told_apart() {
    let place = Place::new();
    let server = place.serve();
    let mut binary = server.socket("/v1/customer", Encoding::Binary, None).await.unwrap();
    binary.send(Message::text("\"Typing\"")).await.unwrap();
    assert_eq!(closed(&mut binary).await, Some(CloseCode::Malformed.number()), "text on binary");
    let mut trailing = server.socket("/v1/customer", Encoding::Binary, None).await.unwrap();
    let hello = CustomerToRelay::Hello(Hello::of("shop".parse().unwrap()));
    let mut bytes = hello.encode(Encoding::Binary);
    bytes.push(0);
    trailing.send(Message::binary(bytes)).await.unwrap();
    assert_eq!(closed(&mut trailing).await, Some(CloseCode::Malformed.number()), "a byte after the frame");
    // Newer than this relay: ignored and counted.
    let mut customer = server.customer(None).await;
    customer.0.send(Message::binary(vec![200, 1, 7, 7])).await.unwrap();
    customer.send(&CustomerToRelay::End).await;
    let refused = customer
        .until(|frame| match frame {
            RelayToCustomer::Refused { refusal } => Some(refusal.code.as_str()),
            _ => None,
        })
        .await;
    assert_eq!(refused, "no-conversation");
    assert!(server.get("/metrics").body.contains("rejoin_unknown_frames_total 1"));
}

/// The refusal of a send.
async fn refused(customer: &mut Customer, number: u8) -> Result<Seq, &'static str> {
    customer
        .until(|frame| match frame {
            RelayToCustomer::Started { key: other, seq } | RelayToCustomer::Accepted { key: other, seq } => {
                (*other == key(number)).then_some(Ok(*seq))
            }
            RelayToCustomer::NotAccepted { key: other, refusal } => {
                (*other == key(number)).then_some(Err(refusal.code.as_str()))
            }
            _ => None,
        })
        .await
}

#[tokio::test]
async fn sends_are_written_once_and_in_their_own_conversation_only() {
    let place = Place::new();
    let server = place.serve();
    let mut mia = server.customer(None).await;
    mia.say(9, "too early").await;
    assert_eq!(refused(&mut mia, 9).await, Err("no-conversation"));
    mia.start(1, "first").await;
    assert_eq!(refused(&mut mia, 1).await, Ok(Seq(1)));
    mia.start(1, "first").await;
    assert_eq!(refused(&mut mia, 1).await, Ok(Seq(1)), "the same start");
    mia.start(1, "other words").await;
    assert_eq!(refused(&mut mia, 1).await, Err("send-key-reused"));
    mia.say(2, "second").await;
    assert_eq!(refused(&mut mia, 2).await, Ok(Seq(2)));
    mia.say(2, "second").await;
    assert_eq!(refused(&mut mia, 2).await, Ok(Seq(2)), "the same send");
    mia.say(2, "other words").await;
    assert_eq!(refused(&mut mia, 2).await, Err("send-key-reused"));
    let (other_key, other_token) = (key(3), token(3));
    mia.send(&CustomerToRelay::Start { key: other_key, token: other_token, text: text("x"), name: None }).await;
    assert_eq!(refused(&mut mia, 3).await, Err("already-started"));
    // A second tab with the token, from another position: once, in order.
    let mut tab = server.customer(Some((token(1), Seq(1)))).await;
    let entries = tab.entries_until(Seq(2)).await;
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [Seq(2)]);
    // A position from the future gets a snapshot, in the hello and later.
    let mut future = server.customer(Some((token(1), Seq(7_000)))).await;
    for round in 0..2 {
        let first = future
            .until(|frame| match frame {
                RelayToCustomer::Snapshot { entries } => Some(entries.first().map(|entry| entry.seq)),
                _ => None,
            })
            .await;
        assert_eq!(first, Some(Seq(1)), "round {round}");
        future.send(&CustomerToRelay::Fetch { after: Seq(9_999) }).await;
    }
    // Forged, and of another widget: expired, and nothing else.
    for (widget, number) in [("shop", 77), ("help", 1)] {
        let mut stranger = Customer(server.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
        let resume = Some(Resume { token: token(number), after: Seq::START });
        let hello = Hello { resume, ..Hello::of(widget.parse().unwrap()) };
        stranger.send(&CustomerToRelay::Hello(hello)).await;
        let RelayToCustomer::Welcome(welcome) = stranger.next().await.unwrap() else { panic!("a welcome comes first") };
        assert_eq!(welcome.resume, CanResume::Expired, "{widget} {number}");
    }
    // After the end the retry of what was accepted is still acknowledged, and nothing new is taken.
    mia.send(&CustomerToRelay::End).await;
    mia.say(4, "late").await;
    assert!(matches!(refused(&mut mia, 4).await, Err("conversation-ended" | "conversation-closed")));
    mia.say(2, "second").await;
    assert_eq!(refused(&mut mia, 2).await, Ok(Seq(2)));
    mia.say(2, "other words").await;
    assert_eq!(refused(&mut mia, 2).await, Err("send-key-reused"));
}

#[tokio::test]
async fn a_console_may_do_what_its_agent_may() {
    let place = Place::new();
    place.add_agent("ravi", "Ravi");
    place.add_agent("sofia", "Sofia");
    let server = place.serve();
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let mut mia = server.customer(None).await;
    mia.start(1, "hello").await;
    let conversation = ravi.offered().await;
    let unknown = model::ConversationId::from_u128(1);
    let mut sofia = server.console(&server.sign_in("sofia")).await;
    let cases: Vec<(&str, Request, Result<(), String>)> = vec![
        ("accept what is not there", Request::Accept { conversation: unknown }, Err("no-conversation".into())),
        ("accept another's offer", Request::Accept { conversation }, Err("offer-gone".into())),
        ("decline another's offer", Request::Decline { conversation }, Err("offer-gone".into())),
        ("end another's", Request::End { conversation }, Err("not-yours".into())),
        (
            "be inactive",
            Request::SetPresence { presence: Some(model::Presence::Inactive) },
            Err("presence-not-choosable".into()),
        ),
    ];
    for (number, (name, request, expected)) in (1..).zip(cases) {
        assert_eq!(sofia.ask(number, request).await, expected, "{name}");
    }
    assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
    let cases: Vec<(&str, Request, Result<(), String>)> = vec![
        ("accept twice", Request::Accept { conversation }, Err("offer-gone".into())),
        ("close what is active", Request::Close { conversation }, Err("wrong-state".into())),
    ];
    for (number, (name, request, expected)) in (2..).zip(cases) {
        assert_eq!(ravi.ask(number, request).await, expected, "{name}");
    }
    assert_eq!(sofia.ask(9, Request::Pick { conversation }).await, Err("already-taken".into()));
    sofia.send(&ConsoleToRelay::Say { conversation, key: key(1), text: text("not mine") }).await;
    let code = sofia
        .until(|frame| match frame {
            RelayToConsole::NotAccepted { refusal, .. } => Some(refusal.code.as_str()),
            _ => None,
        })
        .await;
    assert_eq!(code, "not-yours");
    for raw in [
        r#"{"Leave":{"conversation":"agt_00000000000000000000000001"}}"#,
        r#"{"Ask":{"id":1,"request":"Everything"}}"#,
        r#"{"Ask":{"id":-1,"request":{"SetPresence":{"presence":null}}}}"#,
    ] {
        let mut window = server.console(&server.sign_in("ravi")).await;
        window.0.send(Message::text(raw)).await.unwrap();
        assert_eq!(closed(&mut window.0).await, Some(CloseCode::Malformed.number()), "{raw}");
    }
    // Signing out closes every window of theirs, and disabling too.
    let cookie = server.sign_in("ravi");
    let out = server.post("/api/sign-out", &format!("origin: {}\ncookie: {cookie}\n", server.origin()), b"");
    assert_eq!(out.status, 204);
    assert_eq!(closed(&mut ravi.0).await, Some(CloseCode::SignedOut.number()));
    assert!(place.run(&["agent", "disable", "sofia"], "").status.success());
    assert_eq!(closed(&mut sofia.0).await, Some(CloseCode::SignedOut.number()));
}

#[tokio::test]
async fn silent_peers_are_closed() {
    let place = Place::with(&SETTINGS.replace("disconnect_after = \"3m\"", "disconnect_after = \"6s\""));
    let server = place.serve();
    let mut mute = server.socket("/v1/customer", Encoding::Binary, None).await.unwrap();
    // Silence is found within a third of the widget's six seconds.
    let mut silent = server.customer(None).await;
    let started = std::time::Instant::now();
    assert_eq!(closed(&mut silent.0).await, Some(CloseCode::Silent.number()));
    assert!(started.elapsed() >= std::time::Duration::from_millis(1_500), "a living peer is asked first");
    assert_eq!(closed(&mut mute).await, Some(CloseCode::HelloTimeout.number()));
}

#[tokio::test]
async fn slow_peers_are_closed() {
    let mut place = Place::new();
    place.environment.push(("REJOIN__LIMITS__WRITE_WITHIN", "300ms".to_owned()));
    slow_reader(&place.serve()).await;
}

/// Asks again and again for everything and reads nothing.
async fn slow_reader(server: &Server) {
    let mut writer = server.customer(None).await;
    writer.start(1, &"🐢".repeat(4_000)).await;
    for number in 2..=15 {
        writer.say(number, &"🐢".repeat(4_000)).await;
        assert!(refused(&mut writer, number).await.is_ok());
    }
    let mut slow: Socket = server.socket_slow("/v1/customer").await;
    let resume = Some(Resume { token: token(1), after: Seq::START });
    let hello = Hello { resume, ..Hello::of("shop".parse().unwrap()) };
    slow.send(Message::binary(CustomerToRelay::Hello(hello).encode(Encoding::Binary))).await.unwrap();
    let fetch = CustomerToRelay::Fetch { after: Seq::START }.encode(Encoding::Binary);
    for _ in 0..35 {
        slow.send(Message::binary(fetch.clone())).await.unwrap();
    }
    let line = r#"rejoin_closes_total{code="4101"} 1"#;
    for _ in 0..400 {
        if server.get("/metrics").body.contains(line) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the slow reader was not closed:\n{}", server.get("/metrics").body);
}
