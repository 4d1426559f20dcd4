//! Signed-in customers, with a key server that answers, fails or is gone.

use super::*;

#[tokio::test]
async fn a_signed_in_customer_is_found_on_any_device_and_nobody_else_is() {
    let key = SigningKey::ed();
    let provider = KeyServer::start(Behavior::Keys(vec![key.jwk("k")]));
    let place = Place::with(&settings(&by_address(&provider), ""));
    let server = server(&place);
    let signed_in = |who: &str, hello: Hello| Hello { sign_in: Some(jwt(&key, who)), ..hello };
    let (mia, mut ravi, conversation) = talking(&server, signed_in("mia", of("shop"))).await;
    assert!(ravi.state(|state| state.signed_in).await.signed_in);
    drop(mia);
    ravi.state(is_disconnected).await;
    let stranger = SigningKey::ed();
    let forged = Jwt::new(stranger.sign("k", &claims("mia"))).unwrap();
    // The token alone, somebody else, a forged one, a widget without sign-in.
    let (_, welcome) = server.greet(with_token(1)).await;
    assert!(matches!(welcome.resume, CanResume::Unknown { .. }), "{welcome:?}");
    let (_, welcome) = server.greet(signed_in("ada", with_token(1))).await;
    assert_eq!(welcome.resume, CanResume::NotYours);
    let (_, welcome) = server.greet(signed_in("ada", of("shop"))).await;
    assert_eq!(welcome.resume, CanResume::NotAsked);
    let (_, welcome) = server.greet(Hello { sign_in: Some(forged.clone()), ..with_token(1) }).await;
    assert!(matches!((welcome.resume, welcome.sign_in), (CanResume::Unknown { .. }, SignInAnswer::Refused)));
    let (_, welcome) = server.greet(Hello { sign_in: Some(forged), ..of("shop") }).await;
    assert_eq!((welcome.resume, welcome.sign_in), (CanResume::NotAsked, SignInAnswer::Refused));
    let (_, welcome) = server.greet(signed_in("mia", of("help"))).await;
    assert_eq!((welcome.resume, welcome.sign_in), (CanResume::NotAsked, SignInAnswer::Refused));
    // She herself, on a device that has never seen the conversation.
    let (mut phone, welcome) = server.greet(signed_in("mia", of("shop"))).await;
    assert_eq!(welcome.resume, CanResume::Prompt);
    assert!(matches!(welcome.sign_in, SignInAnswer::Accepted { .. }));
    phone.prompt(|state| state.hold_until.is_some()).await;
    phone.send(&CustomerToRelay::Continue { token: token(8) }).await;
    assert_eq!(phone.welcome().await.resume, CanResume::Yes);
    assert_eq!(ravi.state(is_active).await.returned_by, Some(ReturnedBy::SignIn));
    // Signed in while connected: the answer comes, and the token of the first browser counts again.
    let (mut late, welcome) = server.greet(with_token(1)).await;
    assert!(matches!(welcome.resume, CanResume::Unknown { .. }));
    late.send(&CustomerToRelay::SignIn { jwt: jwt(&key, "mia") }).await;
    let answer = late
        .until(|frame| match frame {
            RelayToCustomer::SignIn { answer } => Some(*answer),
            _ => None,
        })
        .await;
    assert!(matches!(answer, SignInAnswer::Accepted { .. }));
    assert_eq!(late.welcome().await.resume, CanResume::Yes);
    late.entries_until(Seq(2)).await;
    assert_eq!(ravi.ask(9, Request::End { conversation }).await, Ok(()));
    for line in
        [r#"rejoin_customer_sign_ins_total{kind="accepted"} "#, r#"rejoin_customer_sign_ins_total{kind="refused"} 3"#]
    {
        assert!(server.metric(line), "{line} in\n{}", server.get("/metrics").body);
    }
}

#[tokio::test]
async fn a_key_server_that_is_down_leaves_everything_unknown() {
    let key = SigningKey::ec();
    let provider = KeyServer::start(Behavior::Down);
    let place = Place::with(&settings(&by_address(&provider), ""));
    let server = server(&place);
    let hello = Hello { sign_in: Some(jwt(&key, "mia")), ..of("shop") };
    let (_, welcome) = server.greet(hello.clone()).await;
    assert!(
        matches!((welcome.resume, welcome.sign_in), (CanResume::Unknown { .. }, SignInAnswer::Unknown)),
        "not a no"
    );
    let garbage = Hello { sign_in: Jwt::new("no.good.jwt".to_owned()), ..of("shop") };
    assert_eq!(server.greet(garbage).await.1.sign_in, SignInAnswer::Refused, "no key would make it good");
    provider.behave(Behavior::Raw("HTTP/1.1 200 OK".to_owned(), b"<html>".to_vec()));
    assert_eq!(server.greet(hello.clone()).await.1.sign_in, SignInAnswer::Unknown);
    provider.behave(Behavior::Keys(vec![key.jwk("k")]));
    let mut answer = welcome.sign_in;
    while answer == SignInAnswer::Unknown {
        answer = server.greet(hello.clone()).await.1.sign_in;
    }
    assert!(matches!(answer, SignInAnswer::Accepted { .. }));
    assert!(server.metric(r#"rejoin_customer_sign_ins_total{kind="unknown"}"#));
    assert!(provider.asked() < 10, "asked with pauses");
}

#[tokio::test]
async fn a_sign_in_that_runs_out_ends_no_connection() {
    let key = SigningKey::ed();
    let provider = KeyServer::start(Behavior::Keys(vec![key.jwk("k")]));
    // Nobody answers heartbeats here, so silence must not be found first.
    let patient =
        settings(&by_address(&provider), "").replace("disconnect_after = \"3s\"", "disconnect_after = \"3m\"");
    let place = Place::with(&patient);
    let server = server(&place);
    let mut soon = claims("mia");
    // Over in some seconds, with the leeway of a minute.
    soon["exp"] = json!(soon["exp"].as_u64().unwrap() - 3_600 - 57);
    let hello = Hello { sign_in: Jwt::new(key.sign("k", &soon)), ..of("shop") };
    let (mut mia, mut ravi, _) = talking(&server, hello.clone()).await;
    while server.greet(hello.clone()).await.1.sign_in != SignInAnswer::Refused {}
    mia.say(2, "still talking").await;
    ravi.event(|event| matches!(event, AgentsEvent::Message { .. })).await;
    let (_, welcome) = server.greet(Hello { sign_in: hello.sign_in, ..with_token(1) }).await;
    assert!(matches!(welcome.resume, CanResume::Unknown { .. }), "a new hello needs a fresh one");
    let (_, welcome) = server.greet(Hello { sign_in: Some(jwt(&key, "mia")), ..with_token(1) }).await;
    assert_eq!(welcome.resume, CanResume::Yes);
}

#[tokio::test]
async fn keys_in_files_are_read_again_with_the_settings() {
    let (old, new) = (SigningKey::ed(), SigningKey::rsa());
    let sign_in = "[widgets.sign_in]\nissuer = \"https://id.example\"\naudience = \"shop\"\nkeys = [\"id.pem\"]\n";
    let place = Place::with(&settings(sign_in, ""));
    let file = place.path().join("id.pem");
    std::fs::write(&file, old.pem()).unwrap();
    let server = place.serve();
    let answer =
        async |key: &SigningKey| server.greet(Hello { sign_in: Some(jwt(key, "mia")), ..of("shop") }).await.1.sign_in;
    assert!(matches!(answer(&old).await, SignInAnswer::Accepted { .. }));
    assert_eq!(answer(&new).await, SignInAnswer::Refused);
    std::fs::write(&file, new.pem()).unwrap();
    assert_eq!(answer(&new).await, SignInAnswer::Refused, "not before the reload");
    assert!(place.run(&["reload"], "").status.success());
    assert_eq!(answer(&old).await, SignInAnswer::Refused);
    assert!(matches!(answer(&new).await, SignInAnswer::Accepted { .. }));
}
