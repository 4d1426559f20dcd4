//! Start-up: from spawn to the first answer, with an empty log and with many messages.

use std::path::Path;

use anyhow::Result;

use super::load::{Load, Template};
use super::process::{Server, axum_echo, relay};
use super::{Setup, Table};

/// Starts are repeated, and the fastest counts: everything else is the machine.
const TIMES: usize = 5;

fn fastest(mut start: impl FnMut() -> Result<Server>, mut end: impl FnMut(Server) -> Result<()>) -> Result<f64> {
    let mut fastest = f64::MAX;
    for _ in 0..TIMES {
        let server = start()?;
        fastest = fastest.min(server.started_within.as_secs_f64() * 1e3);
        end(server)?;
    }
    Ok(fastest)
}

/// Runs the benchmark and prints its table.
pub(super) async fn run(setup: &Setup, template: &Template) -> Result<()> {
    let table = Table::new(&["start-up, the fastest of five", "ms", "of axum's"]);
    let control = fastest(|| axum_echo(setup), killed)?;
    let row = |what: String, ms: f64| table.row(&[what, format!("{ms:.1}"), format!("{:.1}", ms / control)]);
    row("axum echo".to_owned(), control);

    let folder = setup.scratch.join("startup-empty");
    // Once to make the store: what counts is every later start.
    relay(setup, &folder, None)?.stop()?;
    row("rejoin, empty log".to_owned(), fastest(|| relay(setup, &folder, None), Server::stop)?);

    let load = Load::start(setup, template, "startup-full", None).await?;
    let written = load.fill(if setup.quick { 20_000 } else { 1_000_000 }).await?;
    let folder = load.stop()?;
    full(setup, &folder, written, row)?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

fn full(setup: &Setup, folder: &Path, written: u64, row: impl Fn(String, f64)) -> Result<()> {
    let start = || relay(setup, folder, None);
    row(format!("rejoin, {written} messages, after a stop"), fastest(start, Server::stop)?);
    // Killed: the snapshot is older than the tail, and clocks must be restarted.
    drop(start()?);
    row(format!("rejoin, {written} messages, after kill -9"), fastest(start, killed)?);
    Ok(())
}

fn killed(server: Server) -> Result<()> {
    drop(server);
    Ok(())
}
