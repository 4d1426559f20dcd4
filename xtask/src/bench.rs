//! `cargo xtask bench`: the measuring programs of `tests/src/bin`, run one after another against the release relay.
//!
//! Each prints its own table with its controls; there is no pass or fail here, because a wall clock judges the machine.

use std::{fs, process::ExitCode};

use anyhow::{Context, Result, bail};

use crate::{assets, run, say, workspace::Workspace};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only the program of this name in tests/src/bin, without `bench_`.
    #[arg(long)]
    only: Option<String>,
    /// Passed on to the programs.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds and runs the measuring programs.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let programs: Vec<String> = found(workspace)?
        .into_iter()
        .filter(|name| options.only.as_ref().is_none_or(|only| name == &format!("bench_{only}")))
        .collect();
    if programs.is_empty() {
        bail!("tests/src/bin has no such measuring program");
    }
    let assets = assets::run(workspace, &assets::Options::default())?;
    let step =
        say::step("compiling relay and measuring programs for release", Some("about 6 minutes on a new machine"));
    run::quietly(
        run::cargo(workspace.root()).args([
            "build",
            "--release",
            "--locked",
            "--package",
            "rejoin",
            "--package",
            "rejoin-tests",
            "--bins",
        ]),
        "relay and measuring programs didn't build",
    )?;
    step.done("");
    let release = workspace.target().join("release");
    for program in programs {
        say::line(&format!("\n{}", say::strong(&program)));
        let mut command = std::process::Command::new(release.join(&program));
        command.args(&options.rest).env("REJOIN_RELAY", release.join("rejoin")).env("REJOIN_ASSETS", &assets);
        run::openly(&mut command, &format!("{program} failed"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The programs by name, in order.
fn found(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.root().join("tests/src/bin");
    let Ok(inside) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in inside {
        let path = entry.context("tests/src/bin can't be read")?.path();
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("bench_") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
