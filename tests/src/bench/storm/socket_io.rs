//! The control: the same storm on socket.io with connection state recovery, its server in one process, its clients in several.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use super::{AWAY, EACH, LOST_AFTER, WRITING, customers, row, sorted};
use crate::bench::become_server::mortal;
use crate::bench::machine::Machine;
use crate::bench::process::{Server, free_address};
use crate::bench::{Setup, Table, remark};

/// Processes of clients: one could not do all the work.
const PROCESSES: usize = 2;

/// A process of clients, which answers each line with one.
struct Clients {
    #[expect(dead_code, reason = "ends with its value")]
    child: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Clients {
    fn start(setup: &Setup, port: u16, first: usize, end: usize) -> Result<Self> {
        let folder = setup.control_socket_io.as_ref().context("invariant: asked before")?;
        let mut command = Command::new("node");
        command.arg(folder.join("storm-clients.mjs"));
        command.args([usize::from(port), first, end, EACH].map(|number| number.to_string()));
        let mut command = tokio::process::Command::from(mortal(&command)?);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let commands = child.stdin.take().context("no input")?;
        let answers = BufReader::new(child.stdout.take().context("no output")?).lines();
        Ok(Self { child, commands, answers })
    }

    async fn tell(&mut self, command: &Value) -> Result<()> {
        Ok(self.commands.write_all(format!("{command}\n").as_bytes()).await?)
    }

    async fn answer(&mut self) -> Result<Value> {
        let line = self.answers.next_line().await?.context("the clients of socket.io ended early")?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// Tells all, then waits for all.
async fn ask(clients: &mut [Clients], command: Value) -> Result<Vec<Value>> {
    for process in &mut *clients {
        process.tell(&command).await?;
    }
    let mut answers = Vec::new();
    for process in clients {
        answers.push(process.answer().await?);
    }
    Ok(answers)
}

fn sum(answers: &[Value], name: &str) -> u64 {
    answers.iter().filter_map(|answer| answer[name].as_u64()).sum()
}

/// Milliseconds since 1970, which is how the clients tell instants.
fn wall_ms() -> f64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs_f64() * 1e3
}

fn server(setup: &Setup, address: std::net::SocketAddr) -> Result<Server> {
    let folder = setup.control_socket_io.as_ref().context("invariant: asked before")?;
    let mut command = Command::new("node");
    command.arg(folder.join("storm-server.mjs")).arg(address.port().to_string());
    Server::start_listening(&command, address)
}

async fn storm(
    setup: &Setup,
    clients: &mut [Clients],
    server: &mut Server,
    count: usize,
    kill: bool,
    table: &Table,
) -> Result<()> {
    let machine = Machine::look()?;
    ask(clients, json!({ "do": "round", "count": count, "ms": WRITING.as_millis() })).await?;
    tokio::time::sleep(LOST_AFTER).await;
    let before = server.cpu()?;
    let lost_at = Instant::now();
    if kill {
        server.kill()?;
    } else {
        ask(clients, json!({ "do": "cut" })).await?;
    }
    tokio::time::sleep_until((lost_at + AWAY).into()).await;
    let before = if kill {
        *server = self::server(setup, server.address)?;
        Duration::ZERO
    } else {
        ask(clients, json!({ "do": "mend" })).await?;
        before
    };
    let (away, listens_ms) = (lost_at.elapsed().as_secs_f64(), wall_ms());
    let answers = ask(clients, json!({ "do": "settle", "lost": true })).await?;
    let since = |ms: f64| (ms - listens_ms).max(0.0) / 1e3;
    let back = answers.iter().filter_map(|answer| answer["back"].as_array()).flatten();
    let back = sorted(back.filter_map(Value::as_f64).map(since));
    let lost = sum(&answers, "lost");
    let last = answers.iter().filter_map(|answer| answer["heardAt"].as_f64()).map(since).fold(0.0, f64::max);
    // Where something was lost, nobody ever has everything.
    let settled = if lost == 0 { vec![last; back.len()] } else { Vec::new() };
    let cpu = server.cpu()?.saturating_sub(before).as_secs_f64();
    let what = format!("socket.io {}, away {away:.2} s", if kill { "killed" } else { "cut off" });
    table.row(&row(&what, away, &back, &settled, (server.peak_memory()?, cpu, machine.others(cpu)?)));
    remark(&format!(
        "  {} of {} customers back; {} connections recovered; {} messages said; {lost} lost, {} of them acknowledged; {} doubled",
        back.len(),
        customers(setup),
        sum(&answers, "recovered"),
        sum(&answers, "said"),
        sum(&answers, "lostThoughTaken"),
        sum(&answers, "doubled"),
    ));
    Ok(())
}

/// Runs the control's storms and prints their rows.
pub(super) async fn run(setup: &Setup, table: &Table) -> Result<()> {
    let address = free_address()?;
    let mut server = server(setup, address)?;
    let agents = customers(setup).div_ceil(EACH);
    let mut clients = Vec::new();
    for process in 0..PROCESSES {
        // Whole agents: whoever speaks and whoever hears it are of one process, which can tell what was lost.
        let at = |process: usize| agents * process / PROCESSES * EACH;
        clients.push(Clients::start(setup, address.port(), at(process), at(process + 1))?);
    }
    let seated = ask(&mut clients, json!({ "do": "seat" })).await?;
    ensure!(sum(&seated, "unconnected") == 0, "not everybody could connect to socket.io");
    ask(&mut clients, json!({ "do": "round", "count": 0, "ms": WRITING.as_millis() })).await?;
    ask(&mut clients, json!({ "do": "settle", "lost": false })).await?;
    // The cut comes first: recovery needs something that came in the same session.
    storm(setup, &mut clients, &mut server, 1, false, table).await?;
    storm(setup, &mut clients, &mut server, 2, true, table).await?;
    remark(
        "  socket.io keeps what recovery needs in the server's memory: a killed server takes it along, a cut leaves it.",
    );
    Ok(())
}
