//! The relay and the portal as processes.

use std::{
    fs::File,
    io::Write,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::until;

/// The built relay: from `cargo xtask test`, else from the workspace's target folder.
fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("REJOIN_RELAY") {
        return Ok(path.into());
    }
    let own = std::env::current_exe()?;
    let beside = own.ancestors().nth(2).context("a test program lies in a target folder")?.join("rejoin");
    ensure!(beside.is_file(), "the relay isn't built; run `cargo xtask test --only browser`");
    Ok(beside)
}

/// The built assets: from `cargo xtask test`, else `dist/assets`.
pub(super) fn assets() -> Result<PathBuf> {
    let folder = std::env::var_os("REJOIN_ASSETS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist/assets"), PathBuf::from);
    ensure!(folder.join("widget.html").is_file(), "the assets aren't built; run `cargo xtask assets`");
    Ok(folder)
}

/// A free port. It may be taken by somebody else before it is used, but then only the one test fails, and says so.
pub(super) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A relay with one data folder, which outlives its processes.
pub struct Relay {
    /// Where it listens; browsers come through a proxy.
    pub address: SocketAddr,
    settings: PathBuf,
    log: PathBuf,
    process: Option<Child>,
}

impl Relay {
    /// One that isn't started yet.
    #[must_use]
    pub fn new(address: SocketAddr, settings: PathBuf, log: PathBuf) -> Self {
        Self { address, settings, log, process: None }
    }

    /// Starts it and waits until it is ready.
    pub async fn start(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(binary()?);
        command.arg("serve").arg("--settings").arg(&self.settings).stdin(Stdio::null());
        let process = command.stdout(log.try_clone()?).stderr(log).spawn().context("the relay can't be started")?;
        self.process = Some(process);
        let address = self.address;
        until("the relay is ready", || async { Ok(is_ready(address).await?.then_some(())) })
            .await
            .with_context(|| self.last_words())
    }

    /// Ends it as a power cut does: it learns nothing of it.
    pub fn kill(&mut self) -> Result<()> {
        let mut process = self.process.take().context("the relay doesn't run")?;
        process.kill()?;
        process.wait()?;
        Ok(())
    }

    /// Adds an agent who can sign in.
    pub fn add_agent(&self, name: &str, display_name: &str, password: &str) -> Result<()> {
        self.add_person(name, display_name, "agent", password)
    }

    /// Adds somebody who can sign in, with a role.
    pub fn add_person(&self, name: &str, display_name: &str, role: &str, password: &str) -> Result<()> {
        let mut child = Command::new(binary()?)
            .args(["agent", "add", name, "--display-name", display_name, "--role", role])
            .args(["--queue", "support", "--capacity", "5", "--password-stdin", "--settings"])
            .arg(&self.settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        child.stdin.take().context("a child has an input")?.write_all(password.as_bytes())?;
        if child.wait()?.success() { Ok(()) } else { bail!("the agent {name} couldn't be added") }
    }

    /// The log so far.
    #[must_use]
    pub fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        format!("the relay's log ends with:\n{}", lines[lines.len().saturating_sub(40)..].join("\n"))
    }

    /// Lines of the log that report a fault of ours.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).map(str::to_owned).collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.kill());
            drop(process.wait());
        }
    }
}

async fn is_ready(address: SocketAddr) -> Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    Ok(&head[9..] == b"200")
}

/// The demo portal.
pub struct Portal {
    /// Where it listens.
    pub address: SocketAddr,
    process: Child,
    _pages: TempDir,
}

impl Portal {
    /// Serves `www/portal` and `tests/pages`, with the script of the relay at `relay_url`.
    pub async fn start(address: SocketAddr, relay_url: &str) -> Result<Self> {
        let pages = tempfile::tempdir()?;
        for folder in ["../www/portal", "pages"] {
            copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), pages.path())?;
        }
        let process = Command::new(binary()?)
            .args(["portal", "--listen", &address.to_string(), "--relay", relay_url, "--dir"])
            .arg(pages.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("the portal can't be started")?;
        let portal = Self { address, process, _pages: pages };
        until("the portal listens", || async { Ok(TcpStream::connect(address).await.is_ok().then_some(())) }).await?;
        Ok(portal)
    }

    /// The address of a page: `page("shop", "/cart.html")`.
    #[must_use]
    pub fn page(&self, site: &str, path: &str) -> String {
        format!("http://{site}.localhost:{}{path}", self.address.port())
    }
}

/// Copies what is in a folder into another one, which may have some of it already.
fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in from.read_dir().with_context(|| format!("{} can't be read", from.display()))? {
        let entry = entry?.path();
        let name = entry.file_name().context("an entry has a name")?;
        if entry.is_dir() {
            copy(&entry, &to.join(name))?;
        } else {
            std::fs::copy(&entry, to.join(name))?;
        }
    }
    Ok(())
}

impl Drop for Portal {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
