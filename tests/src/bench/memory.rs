//! Memory per idle connection: the slope between two counts, so that what a process needs at all drops out.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use futures_util::StreamExt;
use model::{MessageText, ResumeToken, SendKey, Seq};
use tokio::task::JoinSet;
use wire::{CustomerToRelay, Encoding, Hello, RelayToCustomer};

use super::process::{Server, axum_echo, node_ws, relay};
use super::socket::{Socket, plain};
use super::{Setup, Table};

/// When a connection counts as idle.
const SETTLED_AFTER: Duration = Duration::from_secs(10);

/// Opens connections until the second count and gives the bytes per connection between the two.
async fn slope<F, Fut>(server: &Server, counts: (usize, usize), open: F) -> Result<u64>
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    let mut at_first = 0;
    let (ready, mut opened) = tokio::sync::mpsc::unbounded_channel::<()>();
    for number in 0..counts.1 {
        let work = open(number);
        let ready = ready.clone();
        // The future resolves once when the connection is up; it leaves its socket to a task of its own.
        tasks.spawn(async move {
            let done = work.await;
            let _ = ready.send(());
            done
        });
        if number % 100 == 99 {
            for _ in 0..100 {
                opened.recv().await;
            }
        }
        if number + 1 == counts.0 {
            tokio::time::sleep(SETTLED_AFTER).await;
            at_first = server.memory()?;
        }
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    // What is only in passing (handshakes, batches, entries kept at hand for some seconds) has to settle.
    tokio::time::sleep(SETTLED_AFTER).await;
    let at_second = server.memory()?;
    if at_second < at_first {
        bail!("memory shrank from {at_first} to {at_second}");
    }
    Ok((at_second - at_first) / (counts.1 - counts.0) as u64)
}

fn key(number: usize, kind: u8) -> [u8; 16] {
    let mut key = [kind; 16];
    key[..8].copy_from_slice(&(number as u64).to_be_bytes());
    key
}

/// A customer with a conversation, who then only answers heartbeats.
async fn idle_customer(address: SocketAddr, number: usize, starts: bool) -> Result<()> {
    let mut socket = Socket::open(address, "/v1/customer", Encoding::Binary, None, number).await?;
    let widget = "shop".parse().expect("invariant: a slug");
    socket.send(&CustomerToRelay::Hello(Hello::of(widget))).await?;
    while !matches!(socket.next::<RelayToCustomer>().await?, RelayToCustomer::Welcome(_)) {}
    if starts {
        let mut token = [7; 32];
        token[..16].copy_from_slice(&key(number, 1));
        socket
            .send(&CustomerToRelay::Start {
                key: SendKey(key(number, 2)),
                token: ResumeToken::from_bytes(token),
                text: MessageText::new("Hello, is anybody there?").expect("invariant: a text"),
                name: None,
            })
            .await?;
        while !matches!(socket.next::<RelayToCustomer>().await?, RelayToCustomer::Started { .. }) {}
    }
    tokio::spawn(async move {
        while let Ok(frame) = socket.next::<RelayToCustomer>().await {
            if matches!(frame, RelayToCustomer::Beat { .. })
                && socket.send(&CustomerToRelay::Beat { seq: Seq(1) }).await.is_err()
            {
                return;
            }
        }
    });
    Ok(())
}

async fn silent(address: SocketAddr, number: usize) -> Result<()> {
    let mut socket = plain(address, "/", number).await?;
    tokio::spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
    Ok(())
}

/// Runs the benchmark and prints its table.
pub(super) async fn run(setup: &Setup) -> Result<()> {
    let counts = if setup.quick { (100, 1_500) } else { (1_000, 15_000) };
    let head = format!("memory per idle connection, {} to {}", counts.0, counts.1);
    let table = Table::new(&[&head, "bytes", "of axum's", "of node's"]);
    let row = |what: &str, bytes: u64, axum: u64, node: u64| {
        let of = |other: u64| if other == 0 { String::new() } else { format!("{:.2}", bytes as f64 / other as f64) };
        table.row(&[what.to_owned(), bytes.to_string(), of(axum), of(node)]);
    };
    let server = axum_echo(setup)?;
    let axum = slope(&server, counts, |number| silent(server.address, number)).await?;
    drop(server);
    row("axum echo, default settings", axum, axum, 0);
    let server = node_ws(setup)?;
    let node = slope(&server, counts, |number| silent(server.address, number)).await?;
    drop(server);
    row("node ws", node, axum, node);
    for (what, starts) in [("rejoin, widget open, no conversation", false), ("rejoin, with a conversation", true)] {
        let folder = setup.scratch.join(format!("memory-{starts}"));
        let server = relay(setup, &folder, None)?;
        let bytes = slope(&server, counts, |number| idle_customer(server.address, number, starts)).await?;
        drop(server);
        std::fs::remove_dir_all(folder)?;
        row(what, bytes, axum, node);
    }
    Ok(())
}
