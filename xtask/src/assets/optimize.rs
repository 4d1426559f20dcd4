//! One app: Trunk, then wasm-opt on its module.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::fingerprint::hex;
use crate::{run, say, tools::Tools, workspace::Workspace};

/// What every browser since 2022 has. Named one by one: `--all-features` writes modules that no browser loads.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Trunk's folder for an app, with the module optimized.
pub(super) struct Built {
    /// index.html, start.js, the glue, style sheets.
    pub folder: PathBuf,
    /// The optimized module.
    pub wasm: PathBuf,
}

/// Builds `widget` or `console`.
pub(super) fn app(workspace: &Workspace, tools: &Tools, name: &str) -> Result<Built> {
    let folder = workspace.target().join("trunk").join(name);
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be written", folder.display()))?;
    let step = say::step(&format!("compiling {name} to Wasm"), Some("1 to 2 minutes on a new machine"));
    run::quietly(
        tools
            .trunk()
            .current_dir(workspace.root())
            .args(["build", "--config", "Trunk.toml", "--dist"])
            .arg(&folder)
            .arg(format!("{name}/index.html")),
        &format!("{name} didn't build"),
    )?;
    step.done("");
    let bound = folder.join(format!("rejoin-{name}_bg.wasm"));
    let wasm = optimized(workspace, tools, name, &bound)?;
    Ok(Built { folder, wasm })
}

/// wasm-opt takes its time, so its results are kept by the hash of what went in.
fn optimized(workspace: &Workspace, tools: &Tools, name: &str, bound: &Path) -> Result<PathBuf> {
    let bytes = fs::read(bound).with_context(|| format!("{name}: Trunk left no {}", bound.display()))?;
    let kept = workspace.target().join("wasm-opt");
    fs::create_dir_all(&kept).with_context(|| format!("{} can't be written", kept.display()))?;
    let file = kept.join(format!("{name}-{}.wasm", hex(&Sha256::digest(&bytes), 16)));
    if file.is_file() {
        return Ok(file);
    }
    let step = say::step(&format!("optimizing {name}"), Some("seconds"));
    let part = file.with_extension("part");
    run::quietly(
        tools
            .wasm_opt()
            .arg(bound)
            .args(FEATURES)
            // What is written once and called often is what brotli would have found again and again: it stays smaller uninlined.
            .args(["--always-inline-max-function-size=0", "--flexible-inline-max-function-size=0"])
            .args(["--one-caller-inline-max-function-size=0"])
            // Rust's modules begin with the stack, whose last kilobyte nothing ever reaches: so small additions become offsets.
            .arg("--low-memory-unused")
            // Rereads the control flow that the compiler wrote. Flattening needs a second round to be tidied up after.
            .args(["--flatten", "--rereloop", "-Oz", "-Oz"])
            .args(["--strip-debug", "--strip-producers", "--strip-target-features", "-o"])
            .arg(&part),
        &format!("{name} couldn't be optimized"),
    )?;
    fs::rename(&part, &file).with_context(|| format!("{} can't be written", file.display()))?;
    let saved = bytes.len() as u64;
    step.done(&format!("{} → {}", say::size(saved), say::size(file.metadata()?.len())));
    Ok(file)
}
