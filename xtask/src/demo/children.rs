//! Processes that are stopped before the chore ends, however it ends.

use std::{net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::{self, Command},
    signal::unix::{Signal, SignalKind, signal},
    time::{sleep, timeout},
};

/// How long a child may take to stop by itself: longer than the relay takes to send its clients away.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// Between two looks whether a server answers.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// Why the demo is over.
pub(super) enum Ended {
    /// Ctrl-C, or asked by the system.
    Asked,
    /// A child ended; the sentence says which.
    ByItself(String),
}

/// A running child.
pub(super) struct Child {
    title: &'static str,
    process: process::Child,
}

impl Child {
    /// Starts one, in a process group of its own: Ctrl-C reaches this chore alone, which then stops the children in order.
    pub(super) fn start(title: &'static str, program: &Path, arguments: &[&str]) -> Result<Self> {
        let process = Command::new(program)
            .args(arguments)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{title} can't be started"))?;
        Ok(Self { title, process })
    }

    /// Waits until it ends by itself.
    pub(super) async fn ends(&mut self) -> Ended {
        let how = match self.process.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        Ended::ByItself(format!("{} ended with {how}", self.title))
    }

    /// Asks it to stop, and makes it stop if it doesn't.
    pub(super) async fn stop(&mut self) {
        let id = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(id) = id {
            let asked = rustix::process::kill_process(id, rustix::process::Signal::TERM);
            if asked.is_err() {
                // It ended in between, which is what is wanted.
                return;
            }
        }
        if timeout(STOP_WITHIN, self.process.wait()).await.is_err() {
            drop(self.process.kill().await);
        }
    }
}

/// Ctrl-C, or a polite end by the system.
pub(super) struct StopSignal {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignal {
    /// From now on the signals are ours.
    pub(super) fn new() -> Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for one.
    pub(super) async fn comes(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Waits until a server answers anything at all to `GET path`, with a 2xx or 3xx.
pub(super) async fn answers(address: SocketAddr, path: &str) {
    while !answered(address, path).await.unwrap_or(false) {
        sleep(LOOK_EVERY).await;
    }
}

async fn answered(address: SocketAddr, path: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: shop.localhost\r\nconnection: close\r\n\r\n").as_bytes())
        .await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    Ok(matches!(head[9], b'2' | b'3'))
}
