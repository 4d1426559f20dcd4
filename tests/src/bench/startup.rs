//! Start-up: from spawn to the first accepted connection, with an empty log and with many messages.

use std::process::Command;

use anyhow::Result;

use super::load::Load;
use super::process::{Server, free_address, write_settings};
use super::{Setup, Table};

fn serve(setup: &Setup, folder: &std::path::Path) -> Result<Server> {
    let address = free_address()?;
    write_settings(folder, address)?;
    let mut command = Command::new(&setup.relay);
    command.arg("serve").arg("--settings").arg(folder.join("rejoin.toml"));
    Server::start(command, address)
}

/// Runs the benchmark and gives its table.
pub async fn run(setup: &Setup) -> Result<Table> {
    let mut table = Table::new(&["start-up", "ms", "of a bare axum server"]);
    let address = free_address()?;
    let mut command = Command::new(&setup.control_axum);
    command.arg(address.to_string());
    let control = Server::start(command, address)?.started_within.as_secs_f64() * 1e3;
    table.row(vec!["axum echo".into(), format!("{control:.1}"), "1.0".into()]);

    let folder = setup.scratch.join("startup-empty");
    std::fs::create_dir_all(&folder)?;
    // Once to make the store: what counts is every later start.
    serve(setup, &folder)?.stop()?;
    let mut empty = f64::MAX;
    for _ in 0..5 {
        let server = serve(setup, &folder)?;
        empty = empty.min(server.started_within.as_secs_f64() * 1e3);
        server.stop()?;
    }
    table.row(vec!["rejoin, empty log".into(), format!("{empty:.1}"), format!("{:.1}", empty / control)]);

    let messages = if setup.quick { 20_000 } else { 1_000_000 };
    let folder = setup.scratch.join("startup-full");
    let load = Load::start(setup, &folder, None).await?;
    let written = load.fill(messages).await?;
    load.stop()?;
    let mut full = f64::MAX;
    for _ in 0..5 {
        let server = serve(setup, &folder)?;
        full = full.min(server.started_within.as_secs_f64() * 1e3);
        server.stop()?;
    }
    table.row(vec![
        format!("rejoin, {written} messages, after a stop"),
        format!("{full:.1}"),
        format!("{:.1}", full / control),
    ]);
    // Killed: the snapshot is older than the tail, and clocks must be restarted.
    let mut killed = f64::MAX;
    for _ in 0..3 {
        drop(serve(setup, &folder)?);
        let server = serve(setup, &folder)?;
        killed = killed.min(server.started_within.as_secs_f64() * 1e3);
        drop(server);
    }
    table.row(vec![
        format!("rejoin, {written} messages, after kill -9"),
        format!("{killed:.1}"),
        format!("{:.1}", killed / control),
    ]);
    Ok(table)
}
