//! Memory per idle connection: the slope between two counts, so that what a process needs at all drops out.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use futures_util::StreamExt;
use model::{MessageText, ResumeToken, SendKey, Seq};
use tokio::task::JoinSet;
use wire::{CustomerToRelay, Encoding, Hello, RelayToCustomer};

use super::process::{Server, free_address, write_settings};
use super::socket::{Socket, plain};
use super::{Setup, Table};

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
            tokio::time::sleep(Duration::from_secs(3)).await;
            at_first = server.memory()?;
        }
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    // What is only in passing (handshakes, batches) has to settle.
    tokio::time::sleep(Duration::from_secs(5)).await;
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
async fn idle_customer(address: std::net::SocketAddr, number: usize, starts: bool) -> Result<()> {
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

/// Runs the benchmark and gives its table.
pub async fn run(setup: &Setup) -> Result<Table> {
    let counts = if setup.quick { (100, 1_500) } else { (1_000, 15_000) };
    let mut table = Table::new(&["memory per idle connection", "bytes", "of axum's default"]);
    let address = free_address()?;
    let mut command = Command::new(&setup.control_axum);
    command.arg(address.to_string());
    let server = Server::start(command, address)?;
    let control = slope(&server, counts, |number| async move {
        let mut socket = plain(address, "/", number).await?;
        tokio::spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
        Ok(())
    })
    .await?;
    table.row(vec!["axum echo, default settings".into(), control.to_string(), "1.00".into()]);
    drop(server);

    let address = free_address()?;
    let mut command = Command::new("node");
    command.arg(&setup.control_ws).arg(address.port().to_string());
    let server = Server::start(command, address)?;
    let node = slope(&server, counts, |number| async move {
        let mut socket = plain(address, "/", number).await?;
        tokio::spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
        Ok(())
    })
    .await?;
    table.row(vec!["node ws".into(), node.to_string(), format!("{:.2}", node as f64 / control as f64)]);
    drop(server);

    for (what, starts) in [("rejoin, widget open, no conversation", false), ("rejoin, with a conversation", true)] {
        let folder = setup.scratch.join(format!("memory-{starts}"));
        std::fs::create_dir_all(&folder)?;
        let address = free_address()?;
        write_settings(&folder, address)?;
        let mut command = Command::new(&setup.relay);
        command.arg("serve").arg("--settings").arg(folder.join("rejoin.toml"));
        let server = Server::start(command, address)?;
        let bytes = slope(&server, counts, |number| idle_customer(address, number, starts)).await?;
        table.row(vec![what.into(), bytes.to_string(), format!("{:.2}", bytes as f64 / control as f64)]);
    }
    Ok(table)
}
