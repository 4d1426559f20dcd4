//! What the bare transport costs: an echo by axum, a relay by Node's `ws`. Nothing of it is durable, so it is the floor.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use tokio_tungstenite::tungstenite::Message;

use super::load::rates;
use super::machine::Machine;
use super::process::{Server, axum_echo, node_ws};
use super::socket::plain;
use super::{Setup, Table};

const CONNECTIONS: usize = 200;

/// Processor time for each message of the controls, in µs, by rate: axum's and Node's.
#[derive(Default)]
pub(super) struct Controls {
    each: BTreeMap<u64, (f64, f64)>,
}

impl Controls {
    /// How many times as much `each` is.
    pub(super) fn ratios(&self, per_second: u64, each: f64) -> String {
        self.each
            .get(&per_second)
            .map(|(axum, node)| format!("{:.1}, {:.1}", each / axum, each / node))
            .unwrap_or_default()
    }
}

type Latencies = Arc<std::sync::Mutex<Histogram<u64>>>;

async fn measure(server: &Server, what: &str, per_second: u64, seconds: u64, table: &Table) -> Result<f64> {
    let epoch = Instant::now();
    let histogram = Arc::new(std::sync::Mutex::new(Histogram::<u64>::new_with_bounds(1, 60_000_000, 3)?));
    let received = Arc::new(AtomicU64::new(0));
    let mut senders = Vec::new();
    for number in 0..CONNECTIONS {
        let (sender, receiver) = plain(server.address, "/", number).await?.split();
        senders.push(sender);
        tokio::spawn(receive(receiver, epoch, Arc::clone(&histogram), Arc::clone(&received)));
    }
    let (machine, cpu) = (Machine::look()?, server.cpu()?);
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
    let cpu = server.cpu()?.saturating_sub(cpu).as_secs_f64();
    let received = received.load(Ordering::Relaxed);
    let histogram = histogram.lock().expect("invariant: no panic under the lock");
    let ms = |quantile: f64| format!("{:.1}", histogram.value_at_quantile(quantile) as f64 / 1e3);
    let each = cpu * 1e6 / received.max(1) as f64;
    table.row(&[
        format!("{what}, {per_second}/s"),
        received.to_string(),
        ms(0.5),
        ms(0.99),
        ms(0.999),
        format!("{each:.1}"),
        machine.others(cpu)?.to_string(),
    ]);
    Ok(each)
}

async fn receive(
    mut receiver: impl futures_util::Stream<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
    epoch: Instant,
    histogram: Latencies,
    received: Arc<AtomicU64>,
) {
    while let Some(Ok(message)) = receiver.next().await {
        let data = message.into_data();
        if data.len() >= 8 {
            let due = u64::from_be_bytes(data[..8].try_into().expect("invariant: eight bytes"));
            let now = epoch.elapsed().as_micros() as u64;
            received.fetch_add(1, Ordering::Relaxed);
            histogram.lock().expect("invariant: no panic under the lock").saturating_record(now.saturating_sub(due));
        }
    }
}

/// Runs the controls and prints their table.
pub(super) async fn run(setup: &Setup) -> Result<Controls> {
    let head = ["controls (nothing durable)", "received", "p50", "p99", "p99.9 ms", "CPU µs", "others %"];
    let table = Table::new(&head);
    let mut controls = Controls::default();
    let (rates, seconds) = rates(setup);
    for &rate in rates {
        let seconds = seconds.min(5);
        let axum = measure(&axum_echo(setup)?, "axum echo, default settings", rate, seconds, &table).await?;
        let node = measure(&node_ws(setup)?, "node ws relay", rate, seconds, &table).await?;
        controls.each.insert(rate, (axum, node));
    }
    Ok(controls)
}
