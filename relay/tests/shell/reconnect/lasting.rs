//! What outlives a relay and its settings, and what no log has.

use super::*;

#[tokio::test]
async fn a_killed_relay_keeps_hold_and_promise() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, conversation) = talking(&server, of("shop")).await;
    let (_, secret) = mia.minted().await;
    drop(mia);
    let promised = |state: &wire::ConversationState| match state.card.state {
        CardState::WrapUp { hold_until: Some(hold), promise_until: Some(promise), .. } => Some((hold, promise)),
        _ => None,
    };
    let before = promised(&ravi.state(|state| promised(state).is_some()).await).unwrap();
    let cookie = server.sign_in("ravi");
    server.kill();
    let server = place.serve();
    let mut ravi = server.console(&cookie).await;
    ravi.send(&wire::ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    let after = promised(&ravi.state(|state| promised(state).is_some()).await).unwrap();
    assert!(after.0 >= before.0 && after.1 >= before.1, "moved by the outage, never shortened");
    assert_eq!(after.1.since(after.0), before.1.since(before.0), "both by the same");
    let (mut phone, welcome) = server.greet(with_link(&secret, 9)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    phone.entries_until(Seq(2)).await;
    ravi.state(is_active).await;
}

#[tokio::test]
async fn new_settings_reach_links_and_redirects_but_no_promise() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, _) = talking(&server, of("shop")).await;
    let (_, secret) = mia.minted().await;
    let changed = settings("", "link_in_query = true")
        .replace("/product.html?a=1", "/back.html")
        .replace("/late.html", "/later.html")
        .replace("reconnect_time_limit = \"10m\"", "reconnect_time_limit = \"6m\"");
    std::fs::write(place.path().join("rejoin.toml"), changed).unwrap();
    assert!(place.run(&["reload"], "").status.success());
    let (url, _) = mia.minted().await;
    assert!(url.starts_with(&format!("{SHOP}/back.html?rejoin=")), "read when used");
    let (_, welcome) = server.greet(of("shop")).await;
    assert_eq!(welcome.redirect.as_ref().map(wire::WebUrl::as_str), Some(format!("{CARE}/later.html").as_str()));
    drop(mia);
    let state = ravi.state(is_disconnected).await;
    let CardState::WrapUp { since, promise_until: Some(until), .. } = state.card.state else { panic!("{state:?}") };
    assert_eq!(until.since(since), model::Millis::minutes(10), "as it was when the conversation began");
    let (_, welcome) = server.greet(with_link(&secret, 9)).await;
    assert_eq!(welcome.arrival, ArrivalAnswer::Joined, "a link that was made before");
}

#[tokio::test]
async fn no_log_has_a_secret() {
    let key = SigningKey::rsa();
    let provider = KeyServer::start(Behavior::Keys(vec![key.jwk("k")]));
    let mut place = Place::with(&settings(&by_address(&provider), ""));
    place.environment.push(("REJOIN__LOGS__LEVEL", "trace".to_owned()));
    let server = server(&place);
    let good = jwt(&key, "canary-mia");
    let (mut mia, mut ravi, conversation) = talking(&server, Hello { sign_in: Some(good.clone()), ..of("shop") }).await;
    let (url, secret) = mia.minted().await;
    ravi.send(&wire::ConsoleToRelay::Ask { id: RequestId(3), request: Request::TakeLink { conversation } }).await;
    let taken = ravi
        .until(|frame| match frame {
            RelayToConsole::Link { url, .. } => Some(url.clone()),
            _ => None,
        })
        .await;
    let code = mia.code_for(CARE).await;
    for hello in [
        with_link(&secret, 9),
        with_link(&LinkSecret::from_bytes([1; 32]), 9),
        with_code(&code, 10, &format!("{CARE}/canary-page")),
        Hello { sign_in: Some(good.clone()), ..with_token(1) },
        Hello { sign_in: Jwt::new(format!("{}canary", good.expose())), ..with_token(1) },
    ] {
        drop(server.greet(hello).await);
    }
    provider.behave(Behavior::Down);
    mia.send(&CustomerToRelay::SignIn { jwt: Jwt::new(key.sign("unknown-canary", &claims("canary"))).unwrap() }).await;
    mia.until(|frame| matches!(frame, RelayToCustomer::SignIn { .. }).then_some(())).await;
    let metrics = server.get("/metrics").body;
    server.terminate();
    let (_, log) = server.wait();
    let [head, body, signature]: [&str; 3] = good.expose().split('.').collect::<Vec<_>>().try_into().unwrap();
    let secrets = [
        "canary",
        head,
        body,
        signature,
        &url,
        &secret.to_base64url(),
        &secret_of(&taken).to_base64url(),
        &code.to_base64url(),
        &token(1).to_base64url(),
        &token(9).to_base64url(),
        "rejoin=",
    ];
    let hex = |bytes: &[u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let raw = [hex(secret.expose()), hex(code.expose()), format!("{:?}", secret.expose())];
    for secret in secrets.into_iter().map(str::to_owned).chain(raw) {
        assert!(!log.contains(&secret) && !metrics.contains(&secret), "{secret} in {log}");
    }
}
