//! Stopping and starting again.

use std::time::{Duration, Instant};

use model::Seq;
use wire::{CanResume, CloseCode, ConsoleToRelay, RelayToConsole, RelayToCustomer, Request};

use crate::support::{Place, key, text, token};

#[tokio::test]
async fn a_planned_stop_tells_everybody_to_come_back_and_keeps_everything() {
    let mut place = Place::new();
    place.environment.push(("REJOIN__LOGS__LEVEL", "trace".to_owned()));
    place.environment.push(("REJOIN__LOGS__FORMAT", "json".to_owned()));
    place.add_agent("ravi", "Ravi canary");
    let server = place.serve();
    let cookie = server.sign_in("ravi");
    let mut ravi = server.console(&cookie).await;
    let mut mia = server.customer(None).await;
    mia.start(1, "words canary").await;
    let conversation = ravi.offered().await;
    assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
    ravi.send(&ConsoleToRelay::Say { conversation, key: key(2), text: text("answer canary") }).await;
    ravi.until(|frame| match frame {
        RelayToConsole::Accepted { .. } => Some(()),
        _ => None,
    })
    .await;
    let started = Instant::now();
    server.terminate();
    let wait = mia
        .until(|frame| match frame {
            RelayToCustomer::Draining { come_back_after } => Some(come_back_after.0),
            _ => None,
        })
        .await;
    assert!(wait < 3_000);
    assert_eq!(mia.next().await.unwrap_err(), Some(CloseCode::Draining.number()));
    ravi.until(|frame| match frame {
        RelayToConsole::Draining { .. } => Some(()),
        _ => None,
    })
    .await;
    assert_eq!(ravi.next().await.unwrap_err(), Some(CloseCode::Draining.number()));
    let (success, log) = server.wait();
    assert!(success && started.elapsed() < Duration::from_secs(10), "{log}");
    assert!(!place.path().join("data/control.sock").exists());
    for secret in ["canary", "correct horse", cookie.split('=').nth(1).unwrap()] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    assert!(log.lines().all(|line| line.starts_with('{')), "{log}");

    let server = place.serve();
    let mut mia = server.customer(Some((token(1), Seq(1)))).await;
    let RelayToCustomer::Welcome(welcome) = mia.next().await.unwrap() else { panic!("a welcome comes first") };
    assert_eq!(welcome.resume, CanResume::Yes);
    let entries = mia.entries_until(Seq(3)).await;
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [Seq(2), Seq(3)]);
    let mut ravi = server.console(&cookie).await;
    let card = ravi
        .until(|frame| match frame {
            RelayToConsole::Desk(desk) => desk.mine.first().cloned(),
            _ => None,
        })
        .await;
    assert_eq!((card.conversation, card.last_words.as_deref()), (conversation, Some("answer canary")));
}

#[tokio::test]
async fn an_open_http_request_does_not_hold_up_the_stop() {
    let place = Place::new();
    let server = place.serve();
    let stream = std::net::TcpStream::connect(server.address).unwrap();
    let started = Instant::now();
    server.terminate();
    let (success, log) = server.wait();
    assert!(success && started.elapsed() < Duration::from_secs(10), "{log}");
    drop(stream);
}
