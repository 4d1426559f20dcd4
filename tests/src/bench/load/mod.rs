//! Durable messages: agents write to customers in many conversations at a fixed open-loop rate. Latency counts from the
//! instant at which a message should have been sent, so that a stall can't hide behind a sender that waits.

mod people;
mod seen;
mod template;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::controls::Controls;
use super::machine::Machine;
use super::process::{Server, relay, slow_sync};
use super::{Setup, Table, remark};
pub(super) use people::customer;
pub use people::customers;
use people::{Window, seat};
pub(super) use seen::Seen;
pub(super) use template::{Crowd, PASSWORD, Template};

/// What a window may send a second, with room for its heartbeats.
const PER_WINDOW: u32 = 45;
/// Messages that a window sends before it waits for their answers, where as many as possible are wanted.
const TOGETHER: u64 = 10;

/// A relay under load: agents with windows, customers with conversations.
pub(super) struct Load {
    server: Server,
    folder: PathBuf,
    windows: Vec<Arc<Mutex<Window>>>,
    seen: Arc<Seen>,
    next_number: AtomicU64,
}

impl Load {
    /// Starts a relay (with slower fsync where asked) and gives every agent their conversations.
    pub(super) async fn start(setup: &Setup, template: &Template, name: &str, preload: Option<&Path>) -> Result<Self> {
        let folder = setup.scratch.join(name);
        template.copy_to(&folder)?;
        let server = relay(setup, &folder, preload)?;
        let seen = Arc::new(Seen::new());
        let windows = seat(server.address, template, &seen).await?;
        Ok(Self { server, folder, windows, seen, next_number: AtomicU64::new(1) })
    }

    /// Sends at a fixed rate for some seconds; gives how many were sent, and how many windows were closed by the relay, which is
    /// what becomes of those that fall too far behind.
    async fn send(&self, per_second: u64, seconds: u64) -> Result<(u64, usize)> {
        let windows = self.windows.len() as u64;
        let gap = Duration::from_secs_f64(windows as f64 / per_second as f64);
        let count = per_second * seconds / windows;
        let start = Instant::now() + Duration::from_millis(50);
        let mut tasks = JoinSet::new();
        for (index, window) in self.windows.iter().enumerate() {
            let (window, seen) = (Arc::clone(window), Arc::clone(&self.seen));
            let first = start + gap.mul_f64(index as f64 / windows as f64);
            let number = self.next_number.fetch_add(count, Ordering::Relaxed);
            tasks.spawn(async move {
                for step in 0..count {
                    let due = first + gap.mul_f64(step as f64);
                    tokio::time::sleep_until(due.into()).await;
                    if window.lock().await.say(step, number + step, seen.us_at(due)).await.is_err() {
                        return (step, 1);
                    }
                }
                (count, 0)
            });
        }
        let (mut sent, mut closed) = (0, 0);
        while let Some(done) = tasks.join_next().await {
            let (of_window, is_closed) = done?;
            sent += of_window;
            closed += is_closed;
        }
        Ok((sent, closed))
    }

    async fn settle(&self, sent: u64) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            let (accepted, refused, delivered) = self.seen.counts();
            if accepted + refused >= sent && delivered >= accepted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Writes many messages as fast as they are answered and the consoles' own rate limit lets it, and gives how many were accepted.
    pub(super) async fn fill(&self, messages: u64) -> Result<u64> {
        self.seen.reset();
        let count = messages.div_ceil(self.windows.len() as u64);
        let mut tasks = JoinSet::new();
        for window in &self.windows {
            let (window, seen) = (Arc::clone(window), Arc::clone(&self.seen));
            let number = self.next_number.fetch_add(count, Ordering::Relaxed);
            tasks.spawn(async move {
                let mut answered = window.lock().await.answered();
                let (start, before) = (Instant::now(), *answered.borrow());
                for step in 0..count {
                    if step % TOGETHER == 0 {
                        tokio::time::sleep_until((start + Duration::from_secs(step) / PER_WINDOW).into()).await;
                        answered.wait_for(|&count| count >= before + step).await?;
                    }
                    window.lock().await.say(step, number + step, seen.us_at(Instant::now())).await?;
                }
                answered.wait_for(|&answers| answers >= before + count).await?;
                anyhow::Ok(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(self.seen.counts().0)
    }

    /// Stops the relay gracefully and gives its folder.
    pub(super) fn stop(self) -> Result<PathBuf> {
        self.server.stop()?;
        Ok(self.folder)
    }

    async fn measure(
        &self,
        (per_second, seconds): (u64, u64),
        what: &str,
        controls: &Controls,
        table: &Table,
    ) -> Result<bool> {
        self.seen.reset();
        let (machine, cpu, start) = (Machine::look()?, self.server.cpu()?, Instant::now());
        let (sent, closed) = self.send(per_second, seconds).await?;
        self.settle(sent).await;
        let took = start.elapsed().as_secs_f64();
        let cpu = self.server.cpu()?.saturating_sub(cpu).as_secs_f64();
        let (accepted, refused, delivered) = self.seen.counts();
        let ms = |value: f64| format!("{value:.1}");
        let ((ack50, seen50), (ack99, seen99), (ack999, _)) =
            (self.seen.ms(0.5), self.seen.ms(0.99), self.seen.ms(0.999));
        let each = cpu * 1e6 / accepted.max(1) as f64;
        table.row(&[
            format!("{what}, {per_second}/s"),
            format!("{:.0}", accepted as f64 / took),
            refused.to_string(),
            accepted.saturating_sub(delivered).to_string(),
            ms(ack50),
            ms(ack99),
            ms(ack999),
            ms(seen50),
            ms(seen99),
            format!("{each:.1}"),
            controls.ratios(per_second, each),
            machine.others(cpu)?.to_string(),
        ]);
        if closed > 0 {
            remark(&format!("{closed} windows were closed for falling behind; higher rates are left out"));
        }
        Ok(closed == 0)
    }
}

/// The rates to measure, messages per second, and for how many seconds each.
pub(super) fn rates(setup: &Setup) -> (&'static [u64], u64) {
    if setup.quick { (&[200, 1_000], 3) } else { (&[1_000, 5_000, 10_000, 20_000], 10) }
}

/// Runs the benchmark and prints its table: the disk as it is, then with a millisecond added to every fsync.
pub(super) async fn run(setup: &Setup, template: &Template, controls: &Controls) -> Result<()> {
    let table = Table::new(&[
        "durable messages",
        "taken/s",
        "refused",
        "unseen",
        "ack p50",
        "p99",
        "p99.9 ms",
        "seen p50",
        "p99 ms",
        "CPU µs",
        "of axum's, node's",
        "others %",
    ]);
    let library = slow_sync(&setup.scratch)?;
    let (rates, seconds) = rates(setup);
    for (what, name, preload) in
        [("disk as it is", "load", None), ("fsync + 1 ms", "load-slow", Some(library.as_path()))]
    {
        let load = Load::start(setup, template, name, preload).await?;
        for &rate in rates {
            if !load.measure((rate, seconds), what, controls, &table).await? {
                break;
            }
        }
        std::fs::remove_dir_all(load.stop()?)?;
    }
    Ok(())
}
