//! Links and codes: good ones open, all others open nothing.

use super::*;

#[tokio::test]
async fn a_link_brings_the_customer_back_on_another_device_and_works_again() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, conversation) = talking(&server, of("shop")).await;
    assert_eq!(ravi.ask(2, Request::OfferLink { conversation }).await, Ok(()));
    mia.entry(|event| matches!(event, CustomerEvent::LinkOffered { agent } if agent.as_str() == "Ravi")).await;
    let (url, secret) = mia.minted().await;
    assert!(url.starts_with(&format!("{SHOP}/product.html?a=1#rejoin=")), "the portal, and the secret in the fragment");
    drop(mia);
    let state = ravi.state(is_disconnected).await;
    assert!(matches!(state.card.state, CardState::WrapUp { hold_until: Some(_), .. }));

    let (mut phone, welcome) = server.greet(with_link(&secret, 9)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    let entries = phone.entries_until(Seq(4)).await;
    assert_eq!(seqs(&entries), [1, 2, 3, 4], "every message from the first on");
    assert!(matches!(&entries[3].event, CustomerEvent::OtherDeviceJoined));
    let state = ravi.state(is_active).await;
    assert_eq!((state.returned_by, state.signed_in), (Some(ReturnedBy::Link), false));
    // As often as needed; a further device joins beside the one that is connected, and both are told.
    let (_tablet, welcome) = server.greet(with_link(&secret, 10)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    phone.entry(|event| matches!(event, CustomerEvent::OtherDeviceJoined)).await;
    ravi.event(|event| matches!(event, AgentsEvent::OtherDeviceJoined { .. })).await;
    // From then on the phone's own token is enough.
    let (_, welcome) = server.greet(with_token(9)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::NotAsked));
    // The agent's own copy.
    ravi.send(&wire::ConsoleToRelay::Ask { id: RequestId(3), request: Request::TakeLink { conversation } }).await;
    let url = ravi
        .until(|frame| match frame {
            RelayToConsole::Link { id: RequestId(3), url } => Some(url.clone()),
            _ => None,
        })
        .await;
    let (_, welcome) = server.greet(with_link(&secret_of(&url), 11)).await;
    assert_eq!(welcome.arrival, ArrivalAnswer::Joined);
    for line in [
        r#"rejoin_returns_total{kind="link"} 1"#,
        r#"rejoin_holds_ended_total{kind="customer-returned"} 1"#,
        r#"rejoin_conversation_facts_total{kind="link-minted"} 2"#,
        r#"rejoin_customer_losses_total{kind="gone"} "#,
    ] {
        assert!(server.metric(line), "{line} in\n{}", server.get("/metrics").body);
    }
}

#[tokio::test]
async fn links_and_codes_that_are_no_good_open_nothing() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, _) = talking(&server, of("shop")).await;
    let (_, secret) = mia.minted().await;
    let (first, second) = (mia.code_for(CARE).await, mia.code_for(CARE).await);
    let third = mia.code_for(CARE).await;
    let page = |site: &str| format!("{site}/index.html?x=http://shop.localhost:8081/#y");
    let mut one_off = *secret.expose();
    one_off[31] ^= 1;
    let guessed_link = LinkSecret::from_bytes(one_off);
    let guessed_code = HandoverCode::from_bytes([7; 32]);
    let code_as_link = LinkSecret::from_bytes(*first.expose());
    let link_as_code = HandoverCode::from_bytes(*secret.expose());
    let token_as_link = LinkSecret::from_bytes(*token(1).expose());
    let foreign = Hello { widget: "help".parse().unwrap(), ..with_link(&secret, 20) };
    let foreign_code =
        Hello { widget: "help".parse().unwrap(), ..with_code(&second, 21, &page("http://help.localhost:8081")) };
    let cases = [
        ("a guessed link", with_link(&guessed_link, 20)),
        ("a link of zeros", with_link(&LinkSecret::from_bytes([0; 32]), 20)),
        ("a hand-over code as a link", with_link(&code_as_link, 20)),
        ("a token as a link", with_link(&token_as_link, 20)),
        ("a link at another widget", foreign),
        ("a guessed code", with_code(&guessed_code, 21, &page(CARE))),
        ("a link as a code", with_code(&link_as_code, 21, &page(CARE))),
        ("a code on the site that it came from", with_code(&first, 21, &page(SHOP))),
        ("the same code where it was for", with_code(&first, 21, &page(CARE))),
        ("a code at another widget", foreign_code),
        ("the same code at its own", with_code(&second, 21, &page(CARE))),
        ("a code on no page", Hello { page: None, ..with_code(&third, 21, &page(CARE)) }),
    ];
    for (name, hello) in cases {
        let (mut stranger, welcome) = server.greet(hello).await;
        assert_eq!((welcome.resume, welcome.arrival), (CanResume::NotAsked, ArrivalAnswer::Dead), "{name}");
        stranger.say(30, "into nothing").await;
        let refused = stranger
            .until(|frame| match frame {
                RelayToCustomer::NotAccepted { refusal, .. } => Some(refusal.code.as_str()),
                _ => None,
            })
            .await;
        assert_eq!(refused, "no-conversation", "{name}");
    }
    // The tokens that came along open nothing either.
    for number in [20, 21] {
        assert_eq!(server.greet(with_token(number)).await.1.resume, CanResume::Expired);
    }
    // A dead link in a browser with a living conversation is told, and that one goes on.
    let (_, welcome) = server.greet(Hello { resume: with_token(1).resume, ..with_link(&guessed_link, 22) }).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Dead));
    assert_eq!(welcome.redirect.as_ref().map(wire::WebUrl::as_str), Some(LATE));
    // Truncated, longer, spelled otherwise: no frame at all.
    let link = secret.to_base64url();
    let good_token = token(23).to_base64url();
    for bad in [&link[..42], &format!("{link}A"), &format!("{link}="), &link.replace(['-', '_', 'A'], "+"), "", "../x"]
    {
        if bad == link {
            continue;
        }
        let mut socket = server.socket("/v1/customer", Encoding::Json, None).await.unwrap();
        let arrival = json!({"Link": {"secret": bad, "token": good_token}});
        let hello =
            json!({"Hello": {"widget": "shop", "resume": null, "page": null, "arrival": arrival, "sign_in": null}});
        let message = tokio_tungstenite::tungstenite::Message::text(hello.to_string());
        futures_util::SinkExt::send(&mut socket, message).await.unwrap();
        assert_eq!(crate::support::closed(&mut socket).await, Some(4000), "{bad:?}");
    }
    // Sites that are not the widget's get no code.
    for site in ["https://evil.example", "", "http://care.localhost:8081/", "http://help.localhost:8081"] {
        mia.send(&CustomerToRelay::MintHandover { site: site.to_owned() }).await;
        assert_eq!(mia.refused().await, "not-allowed", "{site:?}");
    }
    let (mut nobody, _) = server.greet(of("shop")).await;
    nobody.send(&CustomerToRelay::MintHandover { site: CARE.to_owned() }).await;
    assert_eq!(nobody.refused().await, "no-conversation");
    nobody.send(&CustomerToRelay::MintLink).await;
    assert_eq!(nobody.refused().await, "no-conversation");
    // After the end a link is dead, and the browser is told where to go.
    mia.send(&CustomerToRelay::End).await;
    ravi.state(|state| matches!(state.card.state, CardState::WrapUp { .. })).await;
    let (_, welcome) = server.greet(with_link(&secret, 24)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::NotAsked, ArrivalAnswer::Dead));
    assert_eq!(welcome.redirect.as_ref().map(wire::WebUrl::as_str), Some(LATE));
    assert!(server.metric(r#"rejoin_dead_links_total{kind="redirected"}"#));
    let body = server.get("/metrics").body;
    assert!(!body.contains(&link), "{body}");
}

#[tokio::test]
async fn a_code_takes_the_conversation_to_the_other_site_once() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, _) = talking(&server, of("shop")).await;
    let code = mia.code_for(CARE).await;
    let (mut care, welcome) = server.greet(with_code(&code, 5, &format!("{CARE}/index.html"))).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    assert_eq!(welcome.sites, [SHOP, CARE]);
    assert_eq!(seqs(&care.entries_until(Seq(3)).await), [1, 2, 3]);
    care.say(6, "from the other site").await;
    ravi.event(|event| matches!(event, AgentsEvent::Message { .. })).await;
    let (_, welcome) = server.greet(with_code(&code, 6, &format!("{CARE}/index.html"))).await;
    assert_eq!(welcome.arrival, ArrivalAnswer::Dead, "once");
    // A lost code costs nothing: a fresh one is there.
    let code = care.code_for(SHOP).await;
    let (_, welcome) = server.greet(with_code(&code, 7, &format!("{SHOP}/"))).await;
    assert_eq!(welcome.arrival, ArrivalAnswer::Joined);
}
