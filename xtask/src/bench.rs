//! `cargo xtask bench`: the release relay against controls in the same run, as tables.
//!
//! There is no pass or fail here, because a wall clock judges the machine.

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use crate::{assets, browsers, run, say, tools, workspace::Workspace};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only one part: memory, controls, throughput (with its controls), startup, assignment, console, report or storm.
    #[arg(long)]
    only: Option<String>,
    /// A tenth of the size, to see that it works.
    #[arg(long)]
    quick: bool,
}

/// A part that is a test of one crate: it measures what no program outside can see.
struct Part {
    name: &'static str,
    arguments: &'static [&'static str],
    test: &'static str,
}

const PARTS: [Part; 2] = [
    Part {
        name: "assignment",
        arguments: &["--package", "rejoin-desk", "--test", "assignment"],
        test: "a_thousand_waiting_customers",
    },
    Part { name: "report", arguments: &["--package", "rejoin", "--bin", "rejoin"], test: "a_report_over_a_million" },
];

impl Part {
    fn run(&self, workspace: &Workspace, options: &Options) -> Result<()> {
        let mut test = run::cargo(workspace.root());
        test.args(["test", "--release", "--locked", "--quiet"]).args(self.arguments);
        test.args([self.test, "--", "--nocapture"]);
        if !options.quick {
            test.env("REJOIN_LONG", "1");
        }
        run::openly(&mut test, "a measurement failed")
    }
}

/// Builds and runs the measuring program of `tests`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let only = options.only.as_deref();
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    for part in PARTS.iter().filter(|part| wanted(part.name)) {
        part.run(workspace, options)?;
    }
    // Of assignment, the program measures what a window sees of it.
    if only == Some("report") {
        return Ok(ExitCode::SUCCESS);
    }
    let controls = node_controls(workspace)?;
    let step = say::step("compiling relay and measuring program for release", Some("about 6 minutes on a new machine"));
    let mut build = run::cargo(workspace.root());
    build.args(["build", "--release", "--locked", "--package", "rejoin", "--package", "rejoin-tests", "--bins"]);
    run::quietly(&mut build, "relay and measuring program didn't build")?;
    step.done("");
    let release = workspace.target().join("release");
    let mut command = Command::new(release.join("bench"));
    command.arg("--relay").arg(release.join("rejoin"));
    command.arg("--control-axum").arg(release.join("control_axum"));
    command.arg("--control-ws").arg(controls.join("ws-relay.mjs"));
    command.arg("--control-socket-io").arg(controls);
    command.arg("--scratch").arg(workspace.target().join("bench"));
    if wanted("console") {
        browsers::chromium()?;
        command.arg("--assets").arg(assets::run(workspace, &assets::Options::default())?);
    }
    command.args(options.quick.then_some("--quick"));
    if let Some(only) = &options.only {
        command.args(["--only", only]);
    }
    run::openly(&mut command, "the measuring program failed")?;
    Ok(ExitCode::SUCCESS)
}

/// The scripts of the Node controls beside their packages, where Node looks for them; the folder of both.
fn node_controls(workspace: &Workspace) -> Result<PathBuf> {
    let folder = tools::node_controls(workspace)?;
    for name in ["ws-relay.mjs", "storm-server.mjs", "storm-clients.mjs"] {
        let script = folder.join(name);
        fs::copy(workspace.root().join("tests/bench").join(name), &script)
            .with_context(|| format!("{} can't be written", script.display()))?;
    }
    Ok(folder)
}
