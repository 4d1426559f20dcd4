//! `cargo xtask dist`: the release, one binary with widget, console and embed script inside.

use std::{fs, process::ExitCode};

use anyhow::{Context, Result};

use crate::{assets, run, say, workspace::Workspace};

/// Builds `dist/rejoin`.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    assets::run(workspace, &assets::Options::default())?;
    let step = say::step("compiling the relay for release", Some("about 5 minutes on a new machine"));
    run::quietly(
        run::cargo(workspace.root()).args([
            "build",
            "--release",
            "--locked",
            "--package",
            "rejoin",
            "--features",
            "embed-assets",
        ]),
        "the relay didn't build",
    )?;
    step.done("");
    let binary = workspace.root().join("dist/rejoin");
    fs::copy(workspace.target().join("release/rejoin"), &binary).context("dist/rejoin can't be written")?;
    say::line(&format!("dist/rejoin: {}", say::size(binary.metadata()?.len())));
    Ok(ExitCode::SUCCESS)
}
