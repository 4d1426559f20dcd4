//! A customer and an agent talk through a real relay.

use crate::support::{Console, Place, key, text, token};
use model::{Context, ContextValue, ContextVariable, ConversationId, Seq};
use wire::{
    AgentsEvent, CanResume, ConsoleToRelay, CustomerClaims, CustomerEvent, CustomerToRelay, EndedBecause, Phase,
    RelayToConsole, RelayToCustomer, Request,
};

fn words(entries: &[wire::CustomerEntry]) -> Vec<String> {
    let said = entries.iter().map(|entry| match &entry.event {
        CustomerEvent::Mine { text, .. } => format!("{} me: {}", entry.seq, text.as_str()),
        CustomerEvent::Theirs { agent, text } => format!("{} {}: {}", entry.seq, agent.as_str(), text.as_str()),
        CustomerEvent::AgentJoined { agent } => format!("{} {} joined", entry.seq, agent.as_str()),
        other => format!("{} {other:?}", entry.seq),
    });
    said.collect()
}

#[tokio::test]
async fn a_customer_starts_an_agent_accepts_and_they_talk() {
    let place = Place::new();
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let mut mia = server.customer(None).await;
    let welcome = mia.next().await.unwrap();
    assert!(matches!(welcome, RelayToCustomer::Welcome(welcome) if welcome.resume == CanResume::NotAsked));

    mia.start(1, "Where is my parcel?").await;
    let seq = mia
        .until(|frame| match frame {
            RelayToCustomer::Started { key: started, seq } if *started == key(1) => Some(*seq),
            _ => None,
        })
        .await;
    assert_eq!(seq, Seq(1));

    let conversation = ravi.offered().await;
    assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
    let entries = ravi.entries(conversation, Seq::START).await;
    assert!(matches!(entries[0].event, AgentsEvent::Started));
    ravi.send(&ConsoleToRelay::Say { conversation, key: key(2), text: text("On its way.") }).await;
    ravi.send(&ConsoleToRelay::SayInternal { conversation, key: key(3), text: text("a whisper") }).await;
    ravi.until(|frame| match frame {
        RelayToConsole::Accepted { key: accepted, .. } => (*accepted == key(3)).then_some(()),
        _ => None,
    })
    .await;
    mia.say(4, "Thank you").await;
    let entries = mia.entries_until(Seq(4)).await;
    assert_eq!(
        words(&entries),
        ["1 me: Where is my parcel?", "2 Ravi joined", "3 Ravi: On its way.", "4 me: Thank you"]
    );

    let metrics = server.get("/metrics").body;
    for line in [
        r#"rejoin_connections{kind="customer"} 1"#,
        r#"rejoin_connections{kind="console"} 1"#,
        r#"rejoin_messages_total{kind="customer"} 2"#,
        r#"rejoin_messages_total{kind="agent"} 1"#,
        r#"rejoin_messages_total{kind="internal"} 1"#,
        r#"rejoin_conversation_facts_total{kind="joined"} 1"#,
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    assert_eq!(ravi.ask(2, Request::End { conversation }).await, Ok(()));
    let because = mia
        .until(|frame| match frame {
            RelayToCustomer::State(state) => match state.phase {
                Phase::Ended { because, .. } => Some(because),
                _ => None,
            },
            _ => None,
        })
        .await;
    assert_eq!(because, EndedBecause::AgentEnded);
}

/// Opens a conversation from its beginning, and gives what the page said, which comes before the first entry.
async fn claims(console: &mut Console, conversation: ConversationId) -> CustomerClaims {
    console.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    console
        .until(|frame| match frame {
            RelayToConsole::Claims(claims) if claims.conversation == conversation => Some(claims.clone()),
            RelayToConsole::Entries { .. } | RelayToConsole::Snapshot { .. } => panic!("entries before the claims"),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn whoever_is_let_in_reads_what_the_page_said() {
    let place = Place::new();
    place.add_agent("ravi", "Ravi");
    place.add_agent("ana", "Ana");
    let server = place.serve();
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let mut mia = server.customer(None).await;
    let plan = ContextVariable { name: "Plan".to_owned(), value: ContextValue::Text("Gold".to_owned()) };
    let context = Context::new(vec![plan]).unwrap();
    let (key, token, text) = (key(1), token(1), text("Hello"));
    let language = Some("de-AT".to_owned());
    mia.send(&CustomerToRelay::StartWith { key, token, text, name: None, language, context: context.clone() }).await;
    let conversation = ravi.offered().await;
    assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
    let said = CustomerClaims { conversation, language: Some("de-AT".to_owned()), context };
    assert_eq!(claims(&mut ravi, conversation).await, said);

    let mut ana = server.console(&server.sign_in("ana")).await;
    ana.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    ana.until(|frame| match frame {
        RelayToConsole::Claims(_) => panic!("claims for a stranger"),
        RelayToConsole::Refused { id: None, .. } => Some(()),
        _ => None,
    })
    .await;

    server.kill();
    let server = place.serve();
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    assert_eq!(claims(&mut ravi, conversation).await, said, "from the log");
}

#[tokio::test]
async fn a_killed_relay_comes_back_with_everything_it_accepted() {
    let place = Place::new();
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let cookie = server.sign_in("ravi");
    let mut ravi = server.console(&cookie).await;
    let mut mia = server.customer(None).await;
    mia.start(1, "first").await;
    let conversation = ravi.offered().await;
    assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
    for number in 2..=19 {
        mia.say(number, &format!("message {number}")).await;
        mia.until(|frame| match frame {
            RelayToCustomer::Accepted { key: accepted, .. } => (*accepted == key(number)).then_some(()),
            _ => None,
        })
        .await;
    }
    server.kill();

    let server = place.serve();
    let mut mia = server.customer(Some((token(1), Seq(3)))).await;
    let welcome = mia.next().await.unwrap();
    assert!(
        matches!(welcome, RelayToCustomer::Welcome(welcome) if welcome.resume == CanResume::Yes),
        "the token is known"
    );
    let entries = mia.entries_until(Seq(20)).await;
    assert_eq!(entries.first().map(|entry| entry.seq), Some(Seq(4)));
    assert_eq!(words(&entries)[0], "4 me: message 3");
    for pair in entries.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq.next(), "dense and in order");
    }
    // The same key again is the same message; the sign-in outlives the relay.
    mia.say(2, "message 2").await;
    let seq = mia
        .until(|frame| match frame {
            RelayToCustomer::Accepted { key: accepted, seq } if *accepted == key(2) => Some(*seq),
            _ => None,
        })
        .await;
    assert_eq!(seq, Seq(3));
    let mut ravi = server.console(&cookie).await;
    let (mine, last_words) = ravi
        .until(|frame| match frame {
            RelayToConsole::Desk(desk) => Some((desk.mine.len(), desk.mine.first()?.last_words.clone())),
            _ => None,
        })
        .await;
    assert_eq!(mine, 1);
    assert!(last_words.is_some_and(|words| words.starts_with("message ")));
}
