//! `cargo xtask bench`: the release relay against controls in the same run, as tables.
//!
//! There is no pass or fail here, because a wall clock judges the machine.

use std::{
    fs,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use crate::{run, say, tools, workspace::Workspace};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only one part: memory, controls, throughput (with its controls) or startup.
    #[arg(long)]
    only: Option<String>,
    /// A tenth of the size, to see that it works.
    #[arg(long)]
    quick: bool,
}

/// Builds and runs the measuring program of `tests`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let control_ws = node_control(workspace)?;
    let step = say::step("compiling relay and measuring program for release", Some("about 6 minutes on a new machine"));
    let mut build = run::cargo(workspace.root());
    build.args(["build", "--release", "--locked", "--package", "rejoin", "--package", "rejoin-tests", "--bins"]);
    run::quietly(&mut build, "relay and measuring program didn't build")?;
    step.done("");
    let release = workspace.target().join("release");
    let mut command = Command::new(release.join("bench"));
    command.arg("--relay").arg(release.join("rejoin"));
    command.arg("--control-axum").arg(release.join("control_axum"));
    command.arg("--control-ws").arg(control_ws);
    command.arg("--scratch").arg(workspace.target().join("bench"));
    command.args(options.quick.then_some("--quick"));
    if let Some(only) = &options.only {
        command.args(["--only", only]);
    }
    run::openly(&mut command, "the measuring program failed")?;
    Ok(ExitCode::SUCCESS)
}

/// The Node control beside its one package, where Node looks for it.
fn node_control(workspace: &Workspace) -> Result<std::path::PathBuf> {
    let folder = tools::node_ws(workspace)?;
    let script = folder.join("ws-relay.mjs");
    fs::copy(workspace.root().join("tests/bench/ws-relay.mjs"), &script)
        .with_context(|| format!("{} can't be written", script.display()))?;
    Ok(script)
}
