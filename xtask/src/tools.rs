//! Tools in pinned versions: found on PATH where the version is right, installed otherwise. Nothing on the machine is replaced.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{run, say, workspace::Workspace};

/// Newer ones want a newer compiler.
const TRUNK: &str = "0.21.14";
/// wasm-opt.
const BINARYEN: &str = "132.0.0";
/// Minifies script and styles.
const ESBUILD: &str = "0.28.2";
/// The controls of the benchmarks.
const NODE_WS: &str = "8.23.0";
const SOCKET_IO: &str = "4.8.4";
/// Looks over pages for what hinders people.
const AXE: &str = "4.14.1";

/// Lists the changes of `cargo xtask mutants`.
const CARGO_MUTANTS: &str = "27.1.0";

/// The tools that make the assets.
pub(crate) struct Tools {
    trunk: PathBuf,
    npm_bin: PathBuf,
    path: OsString,
}

impl Tools {
    /// Makes sure that everything is there, and says what is installed and for how long.
    pub(crate) fn ready(workspace: &Workspace) -> Result<Self> {
        let bindgen_version = locked_version(workspace.root(), "wasm-bindgen")?;
        wasm_target()?;
        standard_library_source()?;
        let trunk = cargo_tool(workspace, "trunk", "trunk", TRUNK, &["--locked"], "about 6 minutes, once")?;
        let bindgen =
            cargo_tool(workspace, "wasm-bindgen", "wasm-bindgen-cli", &bindgen_version, &[], "about 3 minutes, once")?;
        let npm_bin = npm_tools(workspace)?;
        let folders = [&trunk, &bindgen].into_iter().filter_map(|file| file.parent()).map(Path::to_path_buf);
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(folders.chain(std::env::split_paths(&inherited)))
            .context("PATH can't be extended by the tools folder")?;
        Ok(Self { trunk, npm_bin, path })
    }

    /// Trunk, told where the other tools are.
    pub(crate) fn trunk(&self) -> Command {
        let mut command = Command::new(&self.trunk);
        command.env("PATH", &self.path).env("TRUNK_SKIP_VERSION_CHECK", "true").env("NO_COLOR", "true");
        small_standard_library(&mut command);
        command
    }

    /// wasm-opt.
    pub(crate) fn wasm_opt(&self) -> Command {
        Command::new(self.npm_bin.join("wasm-opt"))
    }

    /// esbuild.
    pub(crate) fn esbuild(&self) -> Command {
        Command::new(self.npm_bin.join("esbuild"))
    }
}

/// Has cargo build the standard library along, for size and without the machinery that words a panic: what the browser
/// loads becomes 14 % smaller. Stable compilers do that only when told that they may.
pub(crate) fn small_standard_library(command: &mut Command) {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort")
        .env_remove("RUSTFLAGS");
}

/// The version of a crate in Cargo.lock.
fn locked_version(root: &Path, package: &str) -> Result<String> {
    let text = std::fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock can't be read")?;
    let lock: toml::Table = text.parse().context("Cargo.lock is not TOML")?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock lists no packages")?;
    packages
        .iter()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))
        .and_then(|entry| entry.get("version")?.as_str())
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock doesn't name {package}"))
}

fn wasm_target() -> Result<()> {
    let folder = run::first_line("rustc".as_ref(), &["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
    if folder.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    let step = say::step("installing the Rust standard library for Wasm", Some("seconds, once"));
    run::quietly(
        Command::new("rustup").args(["target", "add", "wasm32-unknown-unknown"]),
        "the Rust target wasm32-unknown-unknown is missing and couldn't be installed; install it with rustup and start again",
    )?;
    step.done("");
    Ok(())
}

fn standard_library_source() -> Result<()> {
    let library = run::first_line("rustc".as_ref(), &["--print", "sysroot"])
        .map(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock"));
    if library.is_some_and(|lock| lock.is_file()) {
        return Ok(());
    }
    let step = say::step("installing the source of the Rust standard library", Some("seconds, once"));
    run::quietly(
        Command::new("rustup").args(["component", "add", "rust-src"]),
        "the component rust-src is missing and couldn't be installed; install it with rustup and start again",
    )?;
    step.done("");
    Ok(())
}

pub(crate) fn cargo_tool(
    workspace: &Workspace,
    program: &str,
    package: &str,
    version: &str,
    flags: &[&str],
    about: &str,
) -> Result<PathBuf> {
    let found = run::on_path(program);
    let own = workspace.tools().join("bin").join(program);
    // A PATH without cargo's bin folder is common where cargo comes from the distribution.
    let candidates = found.iter().cloned().chain([own.clone()]).chain(cargo_home_bin(program));
    for file in candidates {
        // A subcommand of cargo is started as cargo starts it.
        let subcommand = program.strip_prefix("cargo-");
        let arguments: Vec<&str> = subcommand.into_iter().chain(["--version"]).collect();
        let said = run::first_line(file.as_os_str(), &arguments).unwrap_or_default();
        if said.split_whitespace().nth(1) == Some(version) {
            return Ok(file);
        }
    }
    let step = say::step(&format!("installing {package} {version}"), Some(about));
    let mut command = run::cargo(workspace.root());
    command.args(["install", package, "--version", version]).args(flags);
    // A tool's build must not disturb, or be found by, the target folder of the project.
    command.env_remove("CARGO_TARGET_DIR");
    let another_version = found.is_some();
    if another_version {
        command.arg("--root").arg(workspace.tools());
    }
    run::quietly(
        &mut command,
        &format!(
            "{package} {version} is missing and couldn't be installed; `cargo install {package} --version {version}` must work on this machine"
        ),
    )?;
    step.done("");
    if another_version {
        Ok(own)
    } else {
        run::on_path(program).or_else(|| cargo_home_bin(program)).with_context(|| {
            format!("{package} was installed, but `{program}` is not on PATH; add cargo's bin folder to PATH")
        })
    }
}

/// cargo-mutants.
pub(crate) fn cargo_mutants(workspace: &Workspace) -> Result<PathBuf> {
    cargo_tool(workspace, "cargo-mutants", "cargo-mutants", CARGO_MUTANTS, &["--locked"], "about 5 minutes, once")
}

fn cargo_home_bin(program: &str) -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    Some(home.join("bin").join(program)).filter(|file| file.is_file())
}

fn npm_tools(workspace: &Workspace) -> Result<PathBuf> {
    let wanted = format!("binaryen@{BINARYEN} esbuild@{ESBUILD}");
    let folder = npm_folder(workspace, "npm", "wasm-opt and esbuild", &wanted)?;
    Ok(folder.join("node_modules/.bin"))
}

/// The folder in which Node finds `ws` and socket.io with its client.
pub(crate) fn node_controls(workspace: &Workspace) -> Result<PathBuf> {
    let wanted = format!("ws@{NODE_WS} socket.io@{SOCKET_IO} socket.io-client@{SOCKET_IO}");
    npm_folder(workspace, "npm-bench", "the Node packages ws and socket.io", &wanted)
}

/// The script of axe-core, which a test runs in a page.
pub(crate) fn axe(workspace: &Workspace) -> Result<PathBuf> {
    let folder = npm_folder(workspace, "npm-axe", "axe-core", &format!("axe-core@{AXE}"))?;
    Ok(folder.join("node_modules/axe-core/axe.min.js"))
}

/// A folder under the tools with exactly these packages, given with versions and separated by blanks.
fn npm_folder(workspace: &Workspace, name: &str, title: &str, wanted: &str) -> Result<PathBuf> {
    let folder = workspace.tools().join(name);
    let stamp = folder.join("versions");
    for program in ["node", "npm"] {
        if run::on_path(program).is_none() {
            bail!(
                "`{program}` is missing and can't be installed from here; install Node.js with npm (Debian: apt-get install nodejs npm) and start again"
            );
        }
    }
    if std::fs::read_to_string(&stamp).is_ok_and(|has| has == wanted) {
        return Ok(folder);
    }
    let step = say::step(&format!("installing {title} from npm"), Some("seconds, once"));
    std::fs::create_dir_all(&folder).with_context(|| format!("{} can't be written", folder.display()))?;
    // No install scripts: these packages work as they are unpacked.
    run::quietly(
        Command::new("npm")
            .args([
                "install",
                "--no-save",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--prefix",
            ])
            .arg(&folder)
            .args(wanted.split(' ')),
        &format!("{title} couldn't be installed; npm must reach its registry"),
    )?;
    std::fs::write(&stamp, wanted).with_context(|| format!("{} can't be written", stamp.display()))?;
    step.done("");
    Ok(folder)
}
