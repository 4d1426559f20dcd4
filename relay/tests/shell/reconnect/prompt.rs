//! Standing at the prompt, and where there is none.

use super::*;

#[tokio::test]
async fn the_prompt_shows_the_hold_and_one_press_decides() {
    let place = Place::with(&settings("", "prompt_anonymous = true"));
    let server = server(&place);
    let (mia, mut ravi, conversation) = talking(&server, of("shop")).await;
    drop(mia);
    ravi.state(is_disconnected).await;
    let (mut back, welcome) = server.greet(with_token(1)).await;
    assert_eq!(welcome.resume, CanResume::Prompt);
    let state = back.prompt(|state| state.hold_until.is_some()).await;
    assert_eq!(state.agent.map(|agent| agent.name.as_str().to_owned()), Some("Ravi".to_owned()));
    assert!(state.until > state.hold_until && !state.is_elsewhere && state.may_extend);
    back.send(&CustomerToRelay::Extend).await;
    back.prompt(|later| later.until == state.until.map(|until| until + model::Millis::minutes(2))).await;
    // Nothing of the conversation is shown before the press.
    back.send(&CustomerToRelay::Fetch { after: Seq::START }).await;
    assert_eq!(back.refused().await, "no-conversation");
    // The prompt changes at once when the hold is released.
    assert_eq!(ravi.ask(5, Request::ReleaseHold { conversation }).await, Ok(()));
    back.prompt(|state| state.hold_until.is_none()).await;
    back.send(&CustomerToRelay::Continue { token: token(1) }).await;
    assert_eq!(back.welcome().await.resume, CanResume::Yes);
    back.entries_until(Seq(2)).await;
    drop(back);
    // Started new from the prompt: the agent is free at once, and the conversation can't be had any more.
    let place = Place::with(&settings("", "prompt_anonymous = true"));
    let server = self::server(&place);
    let (mia, mut ravi, _) = talking(&server, of("shop")).await;
    drop(mia);
    ravi.state(is_disconnected).await;
    let (mut back, welcome) = server.greet(with_token(1)).await;
    assert_eq!(welcome.resume, CanResume::Prompt);
    let (mut other, welcome) = server.greet(with_token(1)).await;
    assert_eq!(welcome.resume, CanResume::Prompt, "in a second tab too");
    back.send(&CustomerToRelay::StartNew).await;
    back.until(|frame| matches!(frame, RelayToCustomer::Left).then_some(())).await;
    other.until(|frame| matches!(frame, RelayToCustomer::PromptOver).then_some(())).await;
    ravi.units(None).await;
    back.send(&CustomerToRelay::Start {
        key: crate::support::key(2),
        token: token(2),
        text: crate::support::text("anew"),
        name: None,
    })
    .await;
    back.until(|frame| matches!(frame, RelayToCustomer::Started { .. }).then_some(())).await;
    assert!(server.metric(r#"rejoin_promises_ended_total{kind="started-new"} 1"#));
}

#[tokio::test]
async fn a_link_that_meets_another_conversation_asks_which() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, first) = talking(&server, of("shop")).await;
    let (_, secret) = mia.minted().await;
    let (mut other, _) = server.greet(of("shop")).await;
    let (key, words) = (crate::support::key(50), crate::support::text("another question"));
    other.send(&CustomerToRelay::Start { key, token: token(2), text: words, name: None }).await;
    let second = ravi.offered().await;
    assert_ne!(first, second);
    // The link waits, and as long as it does all goes on as it was; reloading asks again.
    for _ in 0..2 {
        let (_, welcome) = server.greet(Hello { resume: with_token(2).resume, ..with_link(&secret, 3) }).await;
        assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Waits));
    }
    let (mut browser, _) = server.greet(Hello { resume: with_token(2).resume, ..with_link(&secret, 3) }).await;
    browser.send(&CustomerToRelay::GoToArrival).await;
    let welcome = browser.welcome().await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    let entries = browser.entries_until(Seq(3)).await;
    assert_eq!(entries[0].seq, Seq(1), "from its beginning");
    // What was left is over in the other tab too.
    other.phase(|phase| matches!(phase, Phase::Ended { because: EndedBecause::CustomerEnded, .. })).await;
    browser.send(&CustomerToRelay::GoToArrival).await;
    assert_eq!(browser.refused().await, "wrong-state");
}

#[tokio::test]
async fn without_a_prompt_the_old_conversation_is_read_and_a_new_one_frees_the_agent() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mia, mut ravi, _) = talking(&server, of("shop")).await;
    drop(mia);
    ravi.state(is_disconnected).await;
    let (mut back, welcome) = server.greet(with_token(1)).await;
    assert_eq!(welcome.resume, CanResume::Yes);
    back.phase(|phase| matches!(phase, Phase::Ended { because: EndedBecause::CustomerDisconnected, .. })).await;
    back.send(&CustomerToRelay::StartNew).await;
    back.until(|frame| matches!(frame, RelayToCustomer::Left).then_some(())).await;
    ravi.units(None).await;
}
