//! Everybody comes back at once.

use futures_util::future::join_all;
use model::Seq;
use wire::{
    CanResume, CloseCode, ConsoleToRelay, CustomerToRelay, Encoding, Hello, RelayToConsole, RelayToCustomer, Resume,
};

use crate::support::{Console, Customer, PATIENCE, Place, SETTINGS, Server, key, text};
use model::{ConversationId, ResumeToken, SendKey};

/// How many; a system that gives enough descriptors is asked for ten thousand.
fn crowd() -> usize {
    if std::env::var_os("REJOIN_LONG").is_some() { 10_000 } else { 200 }
}

fn token_of(number: usize) -> ResumeToken {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(number as u64).to_le_bytes());
    bytes[31] = 1;
    ResumeToken::from_bytes(bytes)
}

fn key_of(number: usize) -> SendKey {
    let mut bytes = key(0).0;
    bytes[..8].copy_from_slice(&(number as u64).to_le_bytes());
    SendKey(bytes)
}

/// What became of one hello.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    Served,
    ToldWhen,
}

async fn hello(server: &Server, number: usize) -> (Customer, Came) {
    let mut customer = Customer(server.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
    let resume = Some(Resume { token: token_of(number), after: Seq::START });
    customer.send(&CustomerToRelay::Hello(Hello { resume, ..Hello::of("shop".parse().unwrap()) })).await;
    match customer.next().await.unwrap() {
        RelayToCustomer::Welcome(welcome) => {
            assert!(matches!(welcome.resume, CanResume::Yes | CanResume::Expired), "{welcome:?}");
            (customer, Came::Served)
        }
        RelayToCustomer::Draining { come_back_after } => {
            assert!(come_back_after.0 <= 2_000);
            assert_eq!(customer.next().await.unwrap_err(), Some(CloseCode::Overloaded.number()));
            (customer, Came::ToldWhen)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_served_or_told_when_to_come() {
    let place = Place::with(SETTINGS);
    let server = place.serve();
    // One of them has a conversation, and gets it back in the middle of the crowd.
    let mut mia = server.customer(None).await;
    let words = text("hello");
    mia.send(&CustomerToRelay::Start { key: key_of(7), token: token_of(7), text: words, name: None }).await;
    mia.until(|frame| matches!(frame, RelayToCustomer::Started { .. }).then_some(())).await;
    drop(mia);
    server.kill();
    let server = place.serve();
    let came = join_all((0..crowd()).map(|number| hello(&server, number))).await;
    let told = came.iter().filter(|(_, came)| *came == Came::ToldWhen).count();
    // As many as the desk's queue has places for are served at once.
    assert!(came.len() > 8_192 || told == 0, "{told} of {} were told to come again", came.len());
    let (mut again, _) = hello(&server, 7).await;
    again.entries_until(Seq(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_with_no_room_sends_nobody_away_without_a_time() {
    let mut place = Place::with(SETTINGS);
    place.environment.push(("REJOIN__LIMITS__WAITING_INPUTS_MAX", "1".to_owned()));
    let server = place.serve();
    let mut told = 0;
    for _ in 0..50 {
        let came = join_all((0..100).map(|number| hello(&server, number))).await;
        told += came.iter().filter(|(_, came)| *came == Came::ToldWhen).count();
        if told > 0 {
            break;
        }
    }
    assert!(told > 0, "there was room for everybody: nothing was tried");
}

/// Opens the conversation again and again; how the connection was closed, if it was.
async fn follow(console: &mut Console, conversation: ConversationId) -> Option<u16> {
    for _ in 0..20 {
        console.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
        loop {
            match console.next().await {
                Ok(RelayToConsole::Entries { .. } | RelayToConsole::Snapshot { .. }) => break,
                Ok(_) => {}
                Err(code) => return code,
            }
        }
    }
    None
}

/// A window that believed it followed would miss everything.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_finds_no_room_to_follow_is_told_to_come_back() {
    let mut place = Place::with(SETTINGS);
    place.environment.push(("REJOIN__LIMITS__WAITING_INPUTS_MAX", "1".to_owned()));
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let cookie = server.sign_in("ravi");
    let mut mia = server.customer(None).await;
    mia.start(1, "hello").await;
    mia.until(|frame| matches!(frame, RelayToCustomer::Started { .. }).then_some(())).await;
    let conversation = server.console(&cookie).await.offered().await;
    for _ in 0..50 {
        let mut console = server.console(&cookie).await;
        let crowd = join_all((0..100).map(|number| hello(&server, number)));
        let (closed, _) = tokio::join!(follow(&mut console, conversation), crowd);
        if let Some(code) = closed {
            assert_eq!(code, CloseCode::Overloaded.number());
            // The crowd goes one after the other; then there is room again.
            let started = std::time::Instant::now();
            while follow(&mut server.console(&cookie).await, conversation).await.is_some() {
                assert!(started.elapsed() < PATIENCE, "there never was room again");
            }
            return;
        }
    }
    panic!("there was room for everybody: nothing was tried");
}
