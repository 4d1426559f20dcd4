//! The storm: everybody loses the relay at once and comes back. Customers and agents are the widget's and the console's real machines,
//! so that their back-off, their resuming and their outboxes are what is measured. Beside it the same storm on socket.io with
//! connection state recovery.

mod check;
mod crowd;
mod outage;
mod socket_io;
mod tab;
mod window;
mod wire;
mod words;

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::load::{self, Template};
use super::machine::Machine;
use super::process::{Server, free_address, relay_command, write_settings};
use super::{Setup, Table, remark};
use crowd::Crowd;
use outage::Passage;

/// Conversations of one agent.
const EACH: usize = 40;
/// In each round both sides of every conversation write once within this time…
const WRITING: Duration = Duration::from_secs(5);
/// … and in the middle of it everybody is lost.
const LOST_AFTER: Duration = Duration::from_secs(2);
/// How long the relay, or the network, is away.
const AWAY: Duration = Duration::from_millis(1_500);
/// How long the relay is away for the count of tries: all of it belongs to the first half minute.
const LONG_AWAY: Duration = Duration::from_secs(29);
/// A connection that lasted so long was there: what follows it is an outage of its own.
const APART: Duration = Duration::from_secs(12);

/// How many customers.
fn customers(setup: &Setup) -> usize {
    setup.clients.unwrap_or(if setup.quick { 1_000 } else { 10_000 })
}

/// What one outage was.
struct Storm {
    lost_at: Instant,
    /// When the server listened again, or the network was back.
    listens_at: Instant,
    customers: Vec<Passage>,
    agents: Vec<Passage>,
    peak_bytes: u64,
    cpu_seconds: f64,
    others: u64,
}

/// A relay that can be killed and started again.
struct Relay<'a> {
    setup: &'a Setup,
    folder: PathBuf,
    server: Server,
}

impl<'a> Relay<'a> {
    fn start(setup: &'a Setup, template: &Template) -> Result<Self> {
        let folder = setup.scratch.join("storm");
        template.copy_to(&folder)?;
        let address = free_address()?;
        write_settings(setup, &folder, address)?;
        let server = Server::start(&relay_command(setup, &folder), address)?;
        Ok(Self { setup, folder, server })
    }

    fn command(&self) -> Command {
        relay_command(self.setup, &self.folder)
    }
}

/// Seconds until `share` of all were through.
fn quantile(times: &[f64], share: f64) -> f64 {
    let index = (times.len() as f64 * share).ceil() as usize;
    times.get(index.clamp(1, times.len().max(1)) - 1).copied().unwrap_or(f64::NAN)
}

fn sorted(times: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times
}

impl Storm {
    /// Seconds from when the server listened again.
    fn times<'p>(&self, of: &'p [Passage], at: fn(&Passage) -> Option<Instant>) -> Vec<f64> {
        let listens_at = self.listens_at;
        sorted(of.iter().filter_map(at).map(|at| at.saturating_duration_since(listens_at).as_secs_f64()))
    }

    fn print(&self, what: &str, table: &Table) {
        let back = self.times(&self.customers, |passage| passage.back_at);
        let settled = self.times(&self.customers, |passage| passage.settled_at);
        let away = self.listens_at.duration_since(self.lost_at).as_secs_f64();
        table.row(&row(&format!("{what}, away {away:.2} s"), away, &back, &settled, self.server_cells()));
        let agents = self.times(&self.agents, |passage| passage.back_at);
        let tries = sorted(self.customers.iter().map(|passage| f64::from(passage.tries)));
        let wait = self.customers.iter().chain(&self.agents).map(|passage| passage.longest_wait).max();
        let told: u32 = self.customers.iter().chain(&self.agents).map(|passage| passage.told_when).sum();
        remark(&format!(
            "  consoles back: {:.2}, {:.2}, {:.2} s; tries of a customer: {:.0} at the median, {:.0} at most; longest wait between two tries in the first 30 s: {:.2} s; told when to come: {told}",
            quantile(&agents, 0.5),
            quantile(&agents, 0.95),
            quantile(&agents, 1.0),
            quantile(&tries, 0.5),
            quantile(&tries, 1.0),
            wait.unwrap_or_default().as_secs_f64(),
        ));
    }

    fn server_cells(&self) -> (u64, f64, u64) {
        (self.peak_bytes, self.cpu_seconds, self.others)
    }
}

/// A row: what, 50, 95 and 100 % back since it listened and 100 % since the loss, the same without what is said meanwhile, the server.
fn row(what: &str, away: f64, back: &[f64], settled: &[f64], (peak, cpu, others): (u64, f64, u64)) -> Vec<String> {
    let seconds = |value: f64| if value.is_nan() { "never".to_owned() } else { format!("{value:.2}") };
    vec![
        what.to_owned(),
        seconds(quantile(back, 0.5)),
        seconds(quantile(back, 0.95)),
        seconds(quantile(back, 1.0)),
        seconds(quantile(back, 1.0) + away),
        if settled.len() == back.len() { seconds(quantile(settled, 1.0)) } else { "never".to_owned() },
        format!("{:.0}", peak as f64 / f64::from(1 << 20)),
        format!("{cpu:.1}"),
        others.to_string(),
    ]
}

/// Kills the relay in the middle of a round and starts it again after `away`.
async fn killed(relay: &mut Relay<'_>, crowd: &mut Crowd, away: Duration) -> Result<Storm> {
    let (machine, command, address) = (Machine::look()?, relay.command(), relay.server.address);
    crowd.begin(WRITING);
    tokio::time::sleep(LOST_AFTER).await;
    let lost_at = Instant::now();
    relay.server.kill()?;
    tokio::time::sleep_until((lost_at + away).into()).await;
    relay.server = Server::start_listening(&command, address)?;
    let listens_at = Instant::now();
    crowd.are_back().await?;
    crowd.have_settled().await?;
    let cpu = relay.server.cpu()?.as_secs_f64();
    ended(relay, crowd, (lost_at, listens_at), cpu, &machine).await
}

/// Cuts every connection in the middle of a round; the relay stays.
async fn cut(relay: &Relay<'_>, crowd: &mut Crowd) -> Result<Storm> {
    let machine = Machine::look()?;
    crowd.begin(WRITING);
    tokio::time::sleep(LOST_AFTER).await;
    let before = relay.server.cpu()?;
    let lost_at = Instant::now();
    crowd.cut();
    tokio::time::sleep_until((lost_at + AWAY).into()).await;
    let listens_at = Instant::now();
    crowd.mend();
    crowd.are_back().await?;
    crowd.have_settled().await?;
    let cpu = relay.server.cpu()?.saturating_sub(before).as_secs_f64();
    ended(relay, crowd, (lost_at, listens_at), cpu, &machine).await
}

async fn ended(
    relay: &Relay<'_>,
    crowd: &Crowd,
    (lost_at, listens_at): (Instant, Instant),
    cpu_seconds: f64,
    machine: &Machine,
) -> Result<Storm> {
    let others = machine.others(cpu_seconds)?;
    let peak_bytes = relay.server.peak_memory()?;
    let (customers, agents) = crowd.passages().await?;
    Ok(Storm { lost_at, listens_at, customers, agents, peak_bytes, cpu_seconds, others })
}

/// All storms on Rejoin; an error where a message was lost or doubled, or a customer came back to another conversation.
async fn on_rejoin(setup: &Setup, table: &Table) -> Result<()> {
    let agents = customers(setup).div_ceil(EACH);
    let people = load::Crowd { agents, windows_per_agent: 1, conversations_per_agent: EACH };
    let template = Template::of(setup, "storm-template", people).await?;
    let mut relay = Relay::start(setup, &template)?;
    let mut crowd = Crowd::seat(relay.server.address, &template).await?;
    crowd.begin(WRITING);
    crowd.have_settled().await?;
    if !setup.brief {
        cut(&relay, &mut crowd).await?.print("rejoin cut off", table);
        tokio::time::sleep(APART).await;
    }
    killed(&mut relay, &mut crowd, AWAY).await?.print("rejoin killed", table);
    if !setup.brief {
        tokio::time::sleep(APART).await;
        killed(&mut relay, &mut crowd, LONG_AWAY).await?.print("rejoin killed", table);
    }
    let written = crowd.written;
    let (tabs, windows) = crowd.leave().await?;
    let found = check::check(relay.server.address, tabs, &windows, written).await?;
    remark(&format!(
        "  rejoin, all together: {} messages said; {} lost, {} doubled, {} otherwise wrong",
        found.said, found.lost, found.doubled, found.wrong
    ));
    relay.server.kill()?;
    std::fs::remove_dir_all(&relay.folder)?;
    ensure!(found.lost + found.doubled + found.wrong == 0, "the relay broke its promise: {found:?}");
    Ok(())
}

/// Runs the storms and prints their table.
pub(super) async fn run(setup: &Setup) -> Result<()> {
    let table = Table::new(&[
        &format!("storm: {} customers lose the server", customers(setup)),
        "back 50 %",
        "95 %",
        "100 % s",
        "of loss",
        "all said",
        "peak MiB",
        "CPU s",
        "others %",
    ]);
    on_rejoin(setup, &table).await?;
    if setup.control_socket_io.is_some() {
        socket_io::run(setup, &table).await?;
    }
    remark(
        "  back: connected, in the own conversation, with all that was missed; seconds since the server listened, or the network was there, again.",
    );
    remark(
        "  of loss: 100 % since the loss. all said: when everything written before and meanwhile was at both ends. Peak and CPU: of the server.",
    );
    Ok(())
}
