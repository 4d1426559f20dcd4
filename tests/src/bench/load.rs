//! Durable messages: agents write to customers in many conversations at a fixed open-loop rate. Latency counts from the
//! instant at which a message should have been sent, so that a stall can't hide behind a sender that waits.

#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::collapsible_match,
    reason = "a loader waits for some frames and passes over the rest"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use model::{ConversationId, MessageText, ResumeToken, SendKey, Seq};
use tokio::sync::Mutex;
use wire::{
    ConsoleToRelay, CustomerEvent, CustomerToRelay, Encoding, Hello, RelayToConsole, RelayToCustomer, Request,
    RequestId,
};

use super::process::{Server, add_agent, free_address, slow_sync, write_settings};
use super::socket::{Receiver, Sender, Socket, sign_in};
use super::{Setup, Table};

/// How the load is spread.
const WINDOWS_PER_AGENT: usize = 3;
const CONVERSATIONS_PER_AGENT: usize = 5;
/// Of agents who exist for the length of a run.
const PASSWORD: &str = "correct horse battery";

/// The rates to measure, messages per second, and for how long each.
pub(super) struct Rates {
    /// Messages per second.
    per_second: Vec<u64>,
    /// Seconds of each.
    seconds: u64,
}

impl Default for Rates {
    fn default() -> Self {
        Self { per_second: vec![1_000, 5_000, 10_000, 20_000, 25_000], seconds: 10 }
    }
}

struct Window {
    sender: Sender,
    conversations: Vec<ConversationId>,
}

#[derive(Default)]
struct Seen {
    accepted: AtomicU64,
    refused: AtomicU64,
    delivered: AtomicU64,
}

/// A relay under load: agents with windows, customers with conversations.
pub(super) struct Load {
    server: Server,
    windows: Vec<Arc<Mutex<Window>>>,
    seen: Arc<Seen>,
    epoch: Instant,
    to_accepted: Arc<std::sync::Mutex<Histogram<u64>>>,
    to_delivered: Arc<std::sync::Mutex<Histogram<u64>>>,
    next_key: AtomicU64,
}

fn histogram() -> Arc<std::sync::Mutex<Histogram<u64>>> {
    Arc::new(std::sync::Mutex::new(Histogram::new_with_bounds(1, 60_000_000, 3).expect("invariant: fixed bounds")))
}

impl Load {
    /// Starts a relay (with slower fsync where asked), signs agents in, and gives every agent their conversations.
    pub(super) async fn start(setup: &Setup, folder: &Path, preload: Option<&PathBuf>) -> Result<Self> {
        let agents = if setup.quick { 20 } else { 300 };
        std::fs::create_dir_all(folder)?;
        let address = free_address()?;
        write_settings(folder, address)?;
        for agent in 0..agents {
            add_agent(&setup.relay, folder, &format!("agent{agent}"), PASSWORD, CONVERSATIONS_PER_AGENT as u32)?;
        }
        let mut command = Command::new(&setup.relay);
        command.arg("serve").arg("--settings").arg(folder.join("rejoin.toml"));
        if let Some(library) = preload {
            command.env("LD_PRELOAD", library);
        }
        let server = Server::start(command, address)?;
        let mut load = Self {
            server,
            windows: Vec::new(),
            seen: Arc::new(Seen::default()),
            epoch: Instant::now(),
            to_accepted: histogram(),
            to_delivered: histogram(),
            next_key: AtomicU64::new(1),
        };
        let mut number = 0;
        for agent in 0..agents {
            let name = format!("agent{agent}");
            let cookie = sign_in(address, &name, PASSWORD).await?;
            load.seat(address, &cookie, &mut number).await.with_context(|| format!("seating {name}"))?;
        }
        Ok(load)
    }

    /// One agent: windows, then customers one after the other, each accepted by this agent (nobody else has room).
    async fn seat(&mut self, address: std::net::SocketAddr, cookie: &str, number: &mut usize) -> Result<()> {
        let mut sockets = Vec::new();
        for _ in 0..WINDOWS_PER_AGENT {
            let mut socket = Socket::open(address, "/v1/console", Encoding::Json, Some(cookie), *number).await?;
            *number += 1;
            socket.send(&ConsoleToRelay::Hello).await?;
            while !matches!(socket.next::<RelayToConsole>().await?, RelayToConsole::Desk(_)) {}
            sockets.push(socket);
        }
        let mut conversations = Vec::new();
        for _ in 0..CONVERSATIONS_PER_AGENT {
            self.customer(address, *number).await?;
            *number += 1;
            let socket = &mut sockets[0];
            let offered = loop {
                if let RelayToConsole::Desk(desk) = socket.next().await?
                    && let Some(offer) = desk.offers.first()
                {
                    break offer.card.conversation;
                }
            };
            let id = RequestId(conversations.len() as u32);
            socket.send(&ConsoleToRelay::Ask { id, request: Request::Accept { conversation: offered } }).await?;
            loop {
                match socket.next().await? {
                    RelayToConsole::Done { .. } => break,
                    RelayToConsole::Refused { refusal, .. } => bail!("accept refused: {refusal:?}"),
                    _ => {}
                }
            }
            conversations.push(offered);
        }
        for socket in sockets {
            let (sender, receiver) = socket.split();
            let window = Arc::new(Mutex::new(Window { sender, conversations: conversations.clone() }));
            tokio::spawn(listen_to_console(
                receiver,
                Arc::clone(&window),
                Arc::clone(&self.seen),
                Arc::clone(&self.to_accepted),
                self.epoch,
            ));
            self.windows.push(window);
        }
        Ok(())
    }

    async fn customer(&self, address: std::net::SocketAddr, number: usize) -> Result<()> {
        let mut socket = Socket::open(address, "/v1/customer", Encoding::Binary, None, number).await?;
        let widget = "shop".parse().expect("invariant: a slug");
        socket.send(&CustomerToRelay::Hello(Hello::of(widget))).await?;
        let mut token = [3; 32];
        token[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let mut key = [4; 16];
        key[..8].copy_from_slice(&(number as u64).to_be_bytes());
        socket
            .send(&CustomerToRelay::Start {
                key: SendKey(key),
                token: ResumeToken::from_bytes(token),
                text: MessageText::new("Where is my parcel?").expect("invariant: a text"),
                name: None,
            })
            .await?;
        while !matches!(socket.next::<RelayToCustomer>().await?, RelayToCustomer::Started { .. }) {}
        let (seen, histogram, epoch) = (Arc::clone(&self.seen), Arc::clone(&self.to_delivered), self.epoch);
        tokio::spawn(async move {
            let mut last = Seq(1);
            while let Ok(frame) = socket.next::<RelayToCustomer>().await {
                match frame {
                    RelayToCustomer::Entries { entries } => {
                        let now = epoch.elapsed().as_micros() as u64;
                        for entry in entries {
                            last = entry.seq;
                            if let CustomerEvent::Theirs { text, .. } = entry.event
                                && let Ok(due) = text.as_str().trim_start_matches(PADDING).parse::<u64>()
                            {
                                seen.delivered.fetch_add(1, Ordering::Relaxed);
                                histogram
                                    .lock()
                                    .expect("invariant: no panic under the lock")
                                    .saturating_record(now.saturating_sub(due));
                            }
                        }
                    }
                    RelayToCustomer::Beat { .. } => {
                        if socket.send(&CustomerToRelay::Beat { seq: last }).await.is_err() {
                            return;
                        }
                    }
                    _ => {}
                }
            }
        });
        Ok(())
    }

    /// Sends at a fixed rate for some seconds; gives how many were sent.
    async fn send(&self, per_second: u64, seconds: u64) -> Result<u64> {
        let windows = self.windows.len() as u64;
        let gap = Duration::from_secs_f64(windows as f64 / per_second as f64);
        let count = per_second * seconds / windows;
        let start = Instant::now() + Duration::from_millis(50);
        let mut tasks = tokio::task::JoinSet::new();
        for (index, window) in self.windows.iter().enumerate() {
            let window = Arc::clone(window);
            let first = start + gap.mul_f64(index as f64 / windows as f64);
            let first_key = self.next_key.fetch_add(count, Ordering::Relaxed);
            let epoch = self.epoch;
            tasks.spawn(async move {
                for step in 0..count {
                    let due = first + gap.mul_f64(step as f64);
                    tokio::time::sleep_until(due.into()).await;
                    let due_us = due.duration_since(epoch).as_micros() as u64;
                    let mut key = [0; 16];
                    key[..8].copy_from_slice(&(first_key + step).to_be_bytes());
                    key[8..].copy_from_slice(&due_us.to_be_bytes());
                    let mut window = window.lock().await;
                    let conversation = window.conversations[(step % window.conversations.len() as u64) as usize];
                    let text = MessageText::new(format!("{PADDING}{due_us}")).expect("invariant: a text");
                    window.sender.send(&ConsoleToRelay::Say { conversation, key: SendKey(key), text }).await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(count * windows)
    }

    async fn settle(&self, sent: u64) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            let answered = self.seen.accepted.load(Ordering::Relaxed) + self.seen.refused.load(Ordering::Relaxed);
            if answered >= sent
                && self.seen.delivered.load(Ordering::Relaxed) >= self.seen.accepted.load(Ordering::Relaxed)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn reset(&self) {
        self.to_accepted.lock().expect("invariant: no panic under the lock").reset();
        self.to_delivered.lock().expect("invariant: no panic under the lock").reset();
        for counter in [&self.seen.accepted, &self.seen.refused, &self.seen.delivered] {
            counter.store(0, Ordering::Relaxed);
        }
    }

    /// Writes many messages as fast as the consoles' own rate limit lets it, and gives how many were accepted.
    pub(super) async fn fill(&self, messages: u64) -> Result<u64> {
        let mut accepted = 0;
        while accepted < messages {
            self.reset();
            let rate = (self.windows.len() as u64 * 45).min(20_000);
            let sent = self.send(rate, 10.min((messages - accepted) / rate + 1)).await?;
            self.settle(sent).await;
            let now = self.seen.accepted.load(Ordering::Relaxed);
            if now == 0 {
                bail!("nothing is accepted any more");
            }
            accepted += now;
        }
        Ok(accepted)
    }

    /// Stops the relay gracefully.
    pub(super) fn stop(self) -> Result<()> {
        self.server.stop()
    }

    async fn measure(&self, per_second: u64, seconds: u64, table: &mut Table, what: &str) -> Result<()> {
        self.reset();
        let cpu = self.server.cpu()?;
        let start = Instant::now();
        let sent = self.send(per_second, seconds).await?;
        self.settle(sent).await;
        let took = start.elapsed().as_secs_f64();
        let cpu = self.server.cpu()?.saturating_sub(cpu);
        let accepted = self.seen.accepted.load(Ordering::Relaxed);
        let to_accepted = self.to_accepted.lock().expect("invariant: no panic under the lock");
        let to_delivered = self.to_delivered.lock().expect("invariant: no panic under the lock");
        let ms = |histogram: &Histogram<u64>, quantile: f64| {
            format!("{:.1}", histogram.value_at_quantile(quantile) as f64 / 1e3)
        };
        table.row(vec![
            format!("{what}, {per_second}/s"),
            format!("{:.0}", accepted as f64 / took),
            self.seen.refused.load(Ordering::Relaxed).to_string(),
            accepted.saturating_sub(self.seen.delivered.load(Ordering::Relaxed)).to_string(),
            ms(&to_accepted, 0.5),
            ms(&to_accepted, 0.99),
            ms(&to_accepted, 0.999),
            ms(&to_delivered, 0.5),
            ms(&to_delivered, 0.99),
            format!("{:.1}", cpu.as_secs_f64() * 1e6 / accepted.max(1) as f64),
        ]);
        Ok(())
    }
}

/// Stands before the number in a message, so that messages have an ordinary length.
const PADDING: &str =
    "I looked that up for you: your parcel is on its way and should arrive tomorrow before noon. Reference ";

async fn listen_to_console(
    mut receiver: Receiver,
    window: Arc<Mutex<Window>>,
    seen: Arc<Seen>,
    histogram: Arc<std::sync::Mutex<Histogram<u64>>>,
    epoch: Instant,
) {
    while let Ok(frame) = receiver.next::<RelayToConsole>().await {
        match frame {
            RelayToConsole::Accepted { key, .. } => {
                let due = u64::from_be_bytes(key.0[8..].try_into().expect("invariant: eight bytes"));
                seen.accepted.fetch_add(1, Ordering::Relaxed);
                let now = epoch.elapsed().as_micros() as u64;
                histogram
                    .lock()
                    .expect("invariant: no panic under the lock")
                    .saturating_record(now.saturating_sub(due));
            }
            RelayToConsole::NotAccepted { .. } => {
                seen.refused.fetch_add(1, Ordering::Relaxed);
            }
            RelayToConsole::Beat { .. } => {
                if window.lock().await.sender.send(&ConsoleToRelay::Beat).await.is_err() {
                    return;
                }
            }
            _ => {}
        }
    }
}

/// Runs the benchmark and gives its table: the disk as it is, then with a millisecond added to every fsync.
pub async fn run(setup: &Setup) -> Result<Table> {
    let rates = if setup.quick { Rates { per_second: vec![200, 1_000], seconds: 3 } } else { Rates::default() };
    let mut table = Table::new(&[
        "durable messages",
        "accepted/s",
        "refused",
        "undelivered",
        "ack p50 ms",
        "p99",
        "p99.9",
        "seen p50 ms",
        "p99",
        "server CPU µs each",
    ]);
    let library = slow_sync(&setup.scratch)?;
    for (what, preload) in [("disk as it is", None), ("fsync + 1 ms", Some(&library))] {
        let folder = setup.scratch.join(format!("load-{}", preload.is_some()));
        let load = Load::start(setup, &folder, preload).await?;
        for &rate in &rates.per_second {
            load.measure(rate, rates.seconds, &mut table, what).await?;
        }
        load.stop()?;
    }
    Ok(table)
}
