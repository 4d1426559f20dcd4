//! Server processes and what the kernel says of them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Setup;
use super::become_server::mortal;
use super::machine::{TICKS_PER_SECOND, ticks_of};

/// A server that ends with its value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From spawn to the first answer to an HTTP request.
    pub started_within: Duration,
}

impl Server {
    /// Starts a command that listens on `address`, and waits until it answers there.
    pub fn start(command: &Command, address: SocketAddr) -> Result<Self> {
        Self::start_until(command, address, answers)
    }

    /// Starts a command that listens on `address`, and waits until it takes connections there.
    pub fn start_listening(command: &Command, address: SocketAddr) -> Result<Self> {
        Self::start_until(command, address, |address| TcpStream::connect(address).is_ok())
    }

    fn start_until(command: &Command, address: SocketAddr, is_ready: fn(SocketAddr) -> bool) -> Result<Self> {
        let mut command = mortal(command)?;
        let start = Instant::now();
        let mut child = command.stdout(Stdio::null()).stdin(Stdio::null()).spawn().context("can't start the server")?;
        while !is_ready(address) {
            if let Some(status) = child.try_wait()? {
                bail!("the server ended at once: {status}");
            }
            if start.elapsed() > Duration::from_secs(60) {
                bail!("the server does not answer after a minute");
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(Self { child, address, started_within: start.elapsed() })
    }

    /// Bytes of memory of its own (not file-backed, not the kernel's).
    pub fn memory(&self) -> Result<u64> {
        self.status("RssAnon:")
    }

    /// Bytes of memory that it had at most, all together.
    pub fn peak_memory(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with(name)).with_context(|| format!("no {name}"))?;
        let kilobytes: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kilobytes * 1_024)
    }

    /// Processor time used so far, user's and system's.
    pub fn cpu(&self) -> Result<Duration> {
        let ticks = ticks_of(&format!("/proc/{}/stat", self.child.id()))?;
        Ok(Duration::from_secs_f64(ticks as f64 / TICKS_PER_SECOND))
    }

    /// Ends it as a power cut does: it learns nothing of it.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it by signal: SIGTERM for a graceful stop.
    pub fn stop(mut self) -> Result<()> {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

/// Whether something answers HTTP. A relay that is still reading its log has a port already, so the request waits there.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<[u8; 1]> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        let mut first = [0];
        stream.read_exact(&mut first)?;
        Ok(first)
    };
    ask().is_ok_and(|first| first == *b"H")
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already over after `stop`; then both calls say so and nothing is lost.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the relay on `folder`, with a library loaded first where one is given.
pub fn relay(setup: &Setup, folder: &Path, preload: Option<&Path>) -> Result<Server> {
    std::fs::create_dir_all(folder)?;
    let address = free_address()?;
    write_settings(setup, folder, address)?;
    let mut command = relay_command(setup, folder);
    if let Some(library) = preload {
        command.env("LD_PRELOAD", library);
    }
    Server::start(&command, address)
}

/// The command that starts the relay with the settings in `folder`.
pub fn relay_command(setup: &Setup, folder: &Path) -> Command {
    let mut command = Command::new(&setup.relay);
    command.arg("serve").arg("--settings").arg(folder.join("rejoin.toml"));
    command
}

/// Starts the bare axum echo.
pub fn axum_echo(setup: &Setup) -> Result<Server> {
    let address = free_address()?;
    let mut command = Command::new(setup.control_axum.as_ref().context("--control-axum is missing")?);
    command.arg(address.to_string());
    Server::start(&command, address)
}

/// Starts the Node relay.
pub fn node_ws(setup: &Setup) -> Result<Server> {
    let address = free_address()?;
    let mut command = Command::new("node");
    command.arg(setup.control_ws.as_ref().context("--control-ws is missing")?).arg(address.port().to_string());
    Server::start(&command, address)
}

/// A free port of the loopback address.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Settings of a relay for load: one queue, one widget, sign-in without its limits.
pub fn write_settings(setup: &Setup, folder: &Path, address: SocketAddr) -> Result<()> {
    let assets =
        setup.assets.as_ref().map_or_else(String::new, |folder| format!("assets = {:?}", folder.display().to_string()));
    let settings = format!(
        r#"
[server]
listen = "{address}"
{assets}
[store]
path = "{data}"
[logs]
level = "error"
[sign_in]
tries_per_address = 100000
[[queues]]
name = "support"
[[workstreams]]
name = "chat"
queue = "support"
[[widgets]]
name = "shop"
sites = ["http://shop.localhost:8081"]
workstream = "chat"
"#,
        data = folder.join("data").display()
    );
    fs::write(folder.join("rejoin.toml"), settings)?;
    Ok(())
}

/// Adds an agent to the store of a relay that does not run.
pub fn add_agent(binary: &Path, folder: &Path, name: &str, password: &str, capacity: u32) -> Result<()> {
    add_person(binary, folder, (name, "agent"), password, capacity)
}

/// Adds somebody with a name and a role to the store of a relay that does not run.
pub fn add_person(
    binary: &Path,
    folder: &Path,
    (name, role): (&str, &str),
    password: &str,
    capacity: u32,
) -> Result<()> {
    let mut child = Command::new(binary)
        .args(["agent", "add", name, "--display-name", name, "--role", role, "--password-stdin"])
        .args(["--capacity", &capacity.to_string()])
        // Who only looks on is offered nothing.
        .args((role == "agent").then_some(["--queue", "support"]).into_iter().flatten())
        .args(["--settings".as_ref(), folder.join("rejoin.toml").as_os_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    child.stdin.take().context("no input")?.write_all(password.as_bytes())?;
    let status = child.wait()?;
    if !status.success() {
        bail!("agent add: {status}");
    }
    Ok(())
}

/// A library that makes every fsync of a process take a millisecond longer, as a real disk does.
pub fn slow_sync(folder: &Path) -> Result<std::path::PathBuf> {
    let source = folder.join("slow_sync.c");
    let library = folder.join("slow_sync.so");
    fs::write(
        &source,
        "#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <time.h>\n\
         static void wait_ms(void) { struct timespec t = {0, 1000000}; nanosleep(&t, 0); }\n\
         int fsync(int fd) { static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, \"fsync\"); wait_ms(); return real(fd); }\n\
         int fdatasync(int fd) { static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, \"fdatasync\"); wait_ms(); return real(fd); }\n",
    )?;
    let status =
        Command::new("gcc").args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(&source).arg("-ldl").status()?;
    if !status.success() {
        bail!("gcc: {status}");
    }
    Ok(library)
}
