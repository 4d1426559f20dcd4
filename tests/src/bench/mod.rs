//! Benchmarks: what a claim rests on. Every figure stands beside a control measured in the same run, because machines are
//! shared and noisy; nothing here passes or fails on time.

pub mod become_server;
pub mod process;
pub mod socket;

mod assignment;
mod centre;
mod console;
mod controls;
mod load;
mod machine;
mod memory;
mod startup;
mod storm;
mod table;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;

use controls::Controls;
use load::Template;
pub use load::customers;
use table::{Table, remark};

/// What the benchmarks need to know.
pub struct Setup {
    /// The relay's binary, built for release.
    pub relay: PathBuf,
    /// The axum control's binary. What compares with a control can't do without it.
    pub control_axum: Option<PathBuf>,
    /// The Node control's script, in a folder in which `ws` is installed. What compares with a control can't do without it.
    pub control_ws: Option<PathBuf>,
    /// The folder with the scripts of the socket.io control, in which its packages are installed; without it that control is left
    /// out.
    pub control_socket_io: Option<PathBuf>,
    /// An empty folder for data.
    pub scratch: PathBuf,
    /// A tenth of the size, to see that it works.
    pub quick: bool,
    /// The built assets, for what a browser shows.
    pub assets: Option<PathBuf>,
    /// Only one outage in the storm: the relay is killed.
    pub brief: bool,
    /// How many customers the storm has, where that is not what goes without saying.
    pub clients: Option<usize>,
}

/// Runs the wanted parts (memory, throughput with its controls, startup, assignment, console, storm), printing each line as it is measured.
///
/// # Errors
/// Where a server can't be started or ends early, and where the storm finds a promise broken.
pub async fn run(setup: &Setup, only: Option<&str>) -> Result<()> {
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let start = Instant::now();
    if wanted("memory") {
        memory::run(setup).await?;
    }
    let controls =
        if wanted("controls") || wanted("throughput") { controls::run(setup).await? } else { Controls::default() };
    if wanted("throughput") || wanted("startup") {
        let seated = Instant::now();
        let template = Template::make(setup).await?;
        remark(&format!("(signing agents in took {:.0} s)", seated.elapsed().as_secs_f64()));
        if wanted("throughput") {
            load::run(setup, &template, &controls).await?;
        }
        if wanted("startup") {
            startup::run(setup, &template).await?;
        }
    }
    if wanted("assignment") {
        assignment::run(setup).await?;
    }
    if wanted("console") {
        console::run(setup).await?;
    }
    if wanted("storm") {
        storm::run(setup).await?;
    }
    remark("");
    remark(
        "CPU µs: user and system time of the server for each message relayed. Latencies count from when a message was due.",
    );
    remark(
        "others %: what other programs took of one processor meanwhile. Machines differ and are shared: read the ratios.",
    );
    remark(&format!("The whole took {:.0} s.", start.elapsed().as_secs_f64()));
    Ok(())
}
