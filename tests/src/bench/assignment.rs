//! Assignment: from an agent's Close until the next customer is offered to them, durably, with 200 agents and 1,000 who wait.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use tokio_tungstenite::tungstenite::Message;

use super::centre::{Centre, Offered};
use super::load::{Crowd, Template};
use super::machine::Machine;
use super::process::{Server, axum_echo, relay};
use super::socket::plain;
use super::{Setup, Table};

/// Conversations of one agent.
const EACH: usize = 2;
/// A window is shown its whole desk at most once in this time.
const A_MOMENT: Duration = Duration::from_millis(100);
/// How many wait where hardly anybody does.
const FEW: usize = 20;

/// Runs the benchmark and prints its table.
pub(super) async fn run(setup: &Setup) -> Result<()> {
    let (agents, waiting) = if setup.quick { (20, 100) } else { (200, 1_000) };
    let crowd = Crowd { agents, windows_per_agent: 1, conversations_per_agent: EACH };
    let template = Template::of(setup, "assignment-template", crowd).await?;
    let folder = setup.scratch.join("assignment");
    template.copy_to(&folder)?;
    let table = Table::new(&["assignment, one after the other", "n", "p50", "p99", "max ms", "of axum's", "others %"]);
    let control = echo(setup, waiting).await?;
    let p50 = control.value_at_quantile(0.5) as f64;
    let row = |what: String, of: &Histogram<u64>, others: u64| {
        let ms = |value: u64| format!("{:.2}", value as f64 / 1e3);
        let median = of.value_at_quantile(0.5);
        let ratio = format!("{:.1}", median as f64 / p50);
        let cells = [ms(median), ms(of.value_at_quantile(0.99)), ms(of.max()), ratio, others.to_string()];
        table.row(&[[what, of.len().to_string()].as_slice(), &cells].concat());
    };
    row("axum echo, there and back".to_owned(), &control, 0);

    let server = relay(setup, &folder, None)?;
    let mut centre = Centre::open(server.address, &template).await?;
    // On average as many wait as are wanted, while the first half of them is assigned.
    centre.start(agents * EACH + waiting * 5 / 4).await?;
    let mut having = VecDeque::new();
    while having.len() < agents * EACH {
        having.push_back(centre.offered().await?);
    }
    let (many, others) = assign(&mut centre, &mut having, waiting / 2, &server).await?;
    row(format!("closed → offered, {agents} agents, {waiting} waiting"), &many, others);
    assign(&mut centre, &mut having, waiting * 3 / 4 - FEW * 3 / 2, &server).await?;
    let (few, others) = assign(&mut centre, &mut having, FEW, &server).await?;
    row(format!("closed → offered, {agents} agents, {FEW} waiting"), &few, others);
    server.stop()?;
    Ok(std::fs::remove_dir_all(folder)?)
}

/// Closes so many conversations, each after the offer that followed the last one. Gives microseconds until the offer reached a window.
async fn assign(
    centre: &mut Centre,
    having: &mut VecDeque<Offered>,
    rounds: usize,
    server: &Server,
) -> Result<(Histogram<u64>, u64)> {
    let mut took = Histogram::new_with_bounds(1, 60_000_000, 3)?;
    let (machine, cpu) = (Machine::look()?, server.cpu()?);
    let mut done = 0;
    while done < rounds {
        // One talk of each agent at most, so that what a window is shown does not wait for what it was shown just before.
        let together = (rounds - done).min(having.len() / EACH);
        let ended: Vec<Offered> = having.drain(..together).collect();
        for one in &ended {
            centre.end(one.agent, one.conversation);
        }
        tokio::time::sleep(A_MOMENT * 3).await;
        for one in ended {
            let began = Instant::now();
            centre.close(one.agent, one.conversation);
            let next = centre.offered().await?;
            took.saturating_record(next.at.duration_since(began).as_micros() as u64);
            having.push_back(next);
        }
        tokio::time::sleep(A_MOMENT).await;
        done += together;
    }
    let others = machine.others(server.cpu()?.saturating_sub(cpu).as_secs_f64())?;
    Ok((took, others))
}

/// Microseconds there and back of the bare transport.
async fn echo(setup: &Setup, rounds: usize) -> Result<Histogram<u64>> {
    let server = axum_echo(setup)?;
    let mut socket = plain(server.address, "/", 0).await?;
    let mut took = Histogram::new_with_bounds(1, 60_000_000, 3)?;
    for _ in 0..rounds {
        let began = Instant::now();
        socket.send(Message::binary(vec![0; 200])).await?;
        socket.next().await.context("the echo hung up")??;
        took.saturating_record(began.elapsed().as_micros() as u64);
    }
    Ok(took)
}
