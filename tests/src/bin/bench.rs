//! Runs the benchmarks and prints their tables. Started by `cargo xtask bench`, which builds what it needs.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use rejoin_tests::bench::become_server::{become_server, die_with_parent};
use rejoin_tests::bench::{self, Setup};

fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args();
    arguments.find(|argument| argument == name)?;
    arguments.next()
}

fn is_set(name: &str) -> bool {
    std::env::args().any(|argument| argument == name)
}

fn path(name: &str) -> Result<PathBuf> {
    Ok(PathBuf::from(argument(name).with_context(|| format!("{name} is missing"))?))
}

fn main() -> Result<ExitCode> {
    if let Some(code) = become_server() {
        return Ok(code);
    }
    die_with_parent()?;
    let scratch = path("--scratch")?;
    // What an earlier run left that was killed.
    let _ = std::fs::remove_dir_all(&scratch);
    std::fs::create_dir_all(&scratch).with_context(|| format!("{} can't be made", scratch.display()))?;
    let setup = Setup {
        relay: path("--relay")?,
        control_axum: argument("--control-axum").map(PathBuf::from),
        control_ws: argument("--control-ws").map(PathBuf::from),
        control_socket_io: argument("--control-socket-io").map(PathBuf::from),
        scratch: scratch.clone(),
        assets: argument("--assets").map(PathBuf::from),
        quick: is_set("--quick"),
        brief: is_set("--brief"),
        clients: argument("--clients").map(|count| count.parse()).transpose().context("--clients takes a number")?,
    };
    // The servers end with the thread that started them, so that is the one which runs until the end: this one.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(bench::run(&setup, argument("--only").as_deref()));
    let _ = std::fs::remove_dir_all(&scratch);
    done?;
    Ok(ExitCode::SUCCESS)
}
