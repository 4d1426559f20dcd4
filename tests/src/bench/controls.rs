//! What the bare transport costs: an echo by axum, a relay by Node's `ws`. Nothing of it is durable, so it is the floor.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use tokio_tungstenite::tungstenite::Message;

use super::process::{Server, free_address};
use super::socket::plain;
use super::{Setup, Table};

const CONNECTIONS: usize = 200;

async fn measure(server: &Server, what: &str, per_second: u64, seconds: u64, table: &mut Table) -> Result<()> {
    let epoch = Instant::now();
    let histogram = Arc::new(std::sync::Mutex::new(Histogram::<u64>::new_with_bounds(1, 60_000_000, 3)?));
    let received = Arc::new(AtomicU64::new(0));
    let mut senders = Vec::new();
    for number in 0..CONNECTIONS {
        let (sender, mut receiver) = plain(server.address, "/", number).await?.split();
        senders.push(sender);
        let (histogram, received) = (Arc::clone(&histogram), Arc::clone(&received));
        tokio::spawn(async move {
            while let Some(Ok(message)) = receiver.next().await {
                let data = message.into_data();
                if data.len() >= 8 {
                    let due = u64::from_be_bytes(data[..8].try_into().expect("invariant: eight bytes"));
                    let now = epoch.elapsed().as_micros() as u64;
                    received.fetch_add(1, Ordering::Relaxed);
                    histogram
                        .lock()
                        .expect("invariant: no panic under the lock")
                        .saturating_record(now.saturating_sub(due));
                }
            }
        });
    }
    let cpu = server.cpu()?;
    let gap = Duration::from_secs_f64(CONNECTIONS as f64 / per_second as f64);
    let count = per_second * seconds / CONNECTIONS as u64;
    let start = Instant::now() + Duration::from_millis(50);
    let mut tasks = tokio::task::JoinSet::new();
    for (index, mut sender) in senders.into_iter().enumerate() {
        let first = start + gap.mul_f64(index as f64 / CONNECTIONS as f64);
        tasks.spawn(async move {
            for step in 0..count {
                let due = first + gap.mul_f64(step as f64);
                tokio::time::sleep_until(due.into()).await;
                let mut data = vec![b'x'; 200];
                data[..8].copy_from_slice(&(due.duration_since(epoch).as_micros() as u64).to_be_bytes());
                sender.send(Message::binary(data)).await?;
            }
            anyhow::Ok(sender)
        });
    }
    let mut kept = Vec::new();
    while let Some(done) = tasks.join_next().await {
        kept.push(done??);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let cpu = server.cpu()?.saturating_sub(cpu);
    let received = received.load(Ordering::Relaxed);
    let histogram = histogram.lock().expect("invariant: no panic under the lock");
    let ms = |quantile: f64| format!("{:.1}", histogram.value_at_quantile(quantile) as f64 / 1e3);
    table.row(vec![
        format!("{what}, {per_second}/s"),
        received.to_string(),
        ms(0.5),
        ms(0.99),
        ms(0.999),
        format!("{:.1}", cpu.as_secs_f64() * 1e6 / received.max(1) as f64),
    ]);
    Ok(())
}

/// Runs the controls and gives their table.
pub async fn run(setup: &Setup) -> Result<Table> {
    let rates: &[u64] = if setup.quick { &[1_000] } else { &[1_000, 5_000, 20_000] };
    let mut table =
        Table::new(&["controls (nothing durable)", "received", "seen p50 ms", "p99", "p99.9", "server CPU µs each"]);
    for &rate in rates {
        let address = free_address()?;
        let mut command = Command::new(&setup.control_axum);
        command.arg(address.to_string());
        measure(&Server::start(command, address)?, "axum echo, default settings", rate, 5, &mut table).await?;
        let address = free_address()?;
        let mut command = Command::new("node");
        command.arg(&setup.control_ws).arg(address.port().to_string());
        measure(&Server::start(command, address)?, "node ws relay", rate, 5, &mut table).await?;
    }
    Ok(table)
}
