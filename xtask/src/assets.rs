//! `cargo xtask assets`: from sources to `dist/assets`, as the relay serves it.
//!
//! ```text
//! dist/assets/rejoin.js  rejoin-more.js  widget.html  console.html  a/<hash>/<file>      each with .br and .gz beside it
//! ```
//!
//! Trunk compiles and binds; everything after that happens here, on the final bytes, so that a name with a hash may be
//! cached for ever. A second run with unchanged sources is a comparison of two fingerprints.

mod budget;
mod compress;
mod fingerprint;
mod names;
mod optimize;
mod site;

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    run, say,
    tools::{self, Tools},
    workspace::Workspace,
};

/// How to build.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Build again although nothing has changed.
    #[arg(long)]
    force: bool,
}

/// What the assets are made of. A change in one of these is a reason to build again.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "budget.toml",
    "rust-toolchain.toml",
    "console",
    "crates/client",
    "crates/model",
    "crates/page",
    "crates/wire",
    "widget",
    "www/rejoin.js",
    "www/rejoin-more.js",
    "xtask/src/assets",
    "xtask/src/assets.rs",
    "xtask/src/tools.rs",
];

/// Builds what is not up to date and returns the folder.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    let assets = workspace.assets();
    let stamp = workspace.root().join("dist/assets.fingerprint");
    let fingerprint = fingerprint::of(workspace.root(), SOURCES)?;
    if !options.force && assets.is_dir() && fs::read_to_string(&stamp).is_ok_and(|has| has == fingerprint) {
        say::line("· assets are up to date");
        return Ok(assets);
    }
    let tools = Tools::ready(workspace)?;
    fetch_crates(workspace)?;
    // Built beside and moved at the end, so that a relay that serves the folder never sees half of it.
    let staged = workspace.root().join("dist/assets.new");
    start_folder(&staged)?;
    let mut site = site::Site::new(&staged);
    for script in ["rejoin.js", "rejoin-more.js"] {
        site.add_loader(&tools, &workspace.root().join("www").join(script))?;
    }
    for app in ["widget", "console"] {
        let built = optimize::app(workspace, &tools, app)?;
        site.add_app(&tools, app, &built)?;
    }
    let step = say::step("compressing with brotli and gzip", None);
    compress::folder(&staged)?;
    step.done("");
    budget::check(&workspace.root().join("budget.toml"), &staged, &site)?;
    start_folder(&assets)?;
    fs::remove_dir(&assets).and_then(|()| fs::rename(&staged, &assets)).context("dist/assets can't be replaced")?;
    fs::write(&stamp, fingerprint).with_context(|| format!("{} can't be written", stamp.display()))?;
    Ok(assets)
}

/// Trunk runs cargo offline, so the crates have to be there before.
fn fetch_crates(workspace: &Workspace) -> Result<()> {
    let mut command = run::cargo(workspace.root());
    tools::small_standard_library(&mut command);
    run::quietly(command.args(["fetch", "--locked"]), "the crates that Cargo.lock names couldn't be fetched")?;
    Ok(())
}

fn start_folder(folder: &std::path::Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} can't be emptied", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("{} can't be written", folder.display()))
}
