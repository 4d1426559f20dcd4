//! Drivers of browsers as processes, and windows through them.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Child,
    sync::Mutex,
    time::Duration,
};

use anyhow::{Context, Result};
use hyper::Method;
use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::{WebDriver, common::command::Command as DriverCommand};

use super::{
    Engine,
    display::Display,
    http::{Client, Extension},
    wait::until,
};

/// How long a browser may take to close.
const CLOSE_WITHIN: Duration = Duration::from_secs(10);

/// What a window is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 1440 by 900.
    Desktop,
    /// 390 by 844, with touch. Firefox and WebKit have no touch there, and their narrowest window is 500 and 447 wide.
    Phone,
}

impl Screen {
    fn size(self) -> (u32, u32) {
        match self {
            Self::Desktop => (1440, 900),
            Self::Phone => (390, 844),
        }
    }
}

/// What is unusual about a browser. Only Chromium has other kinds than the usual one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Usual,
    /// Its settings forbid every site to store anything.
    StoresNothing,
    /// A private window.
    Private,
    /// Frames of other sites run in the page's own process, where [`Browser::in_every_page`] reaches them.
    OneProcess,
}

/// What opens windows of one browser, each with a profile of its own; all are closed when the value goes.
pub struct Driver {
    engine: Engine,
    processes: Mutex<Vec<Process>>,
    // After the processes that draw on it.
    display: Option<Display>,
}

impl Driver {
    /// One for a browser.
    pub fn new(engine: Engine) -> Result<Self> {
        let display = (engine == Engine::WebKit).then(Display::start).transpose()?;
        Ok(Self { engine, processes: Mutex::default(), display })
    }

    /// A window with a profile of its own.
    pub async fn window(&self, screen: Screen) -> Result<Browser> {
        self.window_of(screen, Kind::Usual).await
    }

    /// The same of an unusual kind.
    pub async fn window_of(&self, screen: Screen, kind: Kind) -> Result<Browser> {
        let profile = tempfile::tempdir()?;
        let address = self.address().await?;
        let capabilities = self.engine.capabilities(screen, kind, profile.path())?;
        let driver = WebDriver::builder(format!("http://{address}"), capabilities)
            .client(Client)
            .connect()
            .await
            .with_context(|| format!("no window of {}", self.engine))?;
        self.opened(address, driver.session_id().to_string());
        let browser = Browser { driver, engine: self.engine, _profile: profile };
        if self.engine == Engine::Chromium {
            browser.watch().await?;
        } else {
            let (width, height) = screen.size();
            browser.driver.set_window_rect(0, 0, width, height).await?;
        }
        Ok(browser)
    }

    /// A driver that has room for one more window.
    async fn address(&self) -> Result<SocketAddr> {
        if self.engine == Engine::Chromium
            && let Some(process) = self.lock().first()
        {
            return Ok(process.address);
        }
        let process = Process::start(self.engine, self.display.as_ref().map(Display::name)).await?;
        let address = process.address;
        self.lock().push(process);
        Ok(address)
    }

    fn opened(&self, address: SocketAddr, session: String) {
        if let Some(process) = self.lock().iter_mut().find(|process| process.address == address) {
            process.sessions.push(session);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Process>> {
        self.processes.lock().expect("invariant: no panic under this lock")
    }
}

/// One driver with its windows.
struct Process {
    child: Child,
    address: SocketAddr,
    sessions: Vec<String>,
}

impl Process {
    async fn start(engine: Engine, display: Option<&str>) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let program = engine.driver();
        let child = engine
            .command(address.port(), display)
            .spawn()
            .with_context(|| format!("{program} can't be started; `cargo xtask test` installs it"))?;
        let process = Self { child, address, sessions: Vec::new() };
        until(&format!("{program} listens"), || async { Ok(TcpStream::connect(address).ok()) }).await?;
        Ok(process)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A driver that is killed leaves its browsers behind, so they are closed before.
        for session in self.sessions.drain(..) {
            if let Ok(mut stream) = TcpStream::connect(self.address) {
                let request = format!("DELETE /session/{session} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address);
                // The answer comes when the browser is gone. A session that is gone already is what is wanted.
                drop(stream.set_read_timeout(Some(CLOSE_WITHIN)));
                drop(stream.write_all(request.as_bytes()).and_then(|()| stream.read(&mut [0; 64])));
            }
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One browser with its tabs.
pub struct Browser {
    /// The session.
    pub driver: WebDriver,
    engine: Engine,
    _profile: TempDir,
}

impl Browser {
    /// Which browser it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// A command of the driver that the library has no name for; the path is what follows the session's own.
    pub(super) async fn command(&self, method: Method, path: String, body: Option<Value>) -> Result<Value> {
        let request = Extension { method, path, body };
        Ok(self.driver.cmd(DriverCommand::ExtensionCommand(Box::new(request))).await?.value_json()?)
    }

    /// What the window shows, as PNG.
    pub(super) async fn screenshot(&self) -> Result<Vec<u8>> {
        let in_frame: bool = self.driver.execute("return window !== window.top", vec![]).await?.convert()?;
        if self.engine != Engine::Firefox || !in_frame {
            return Ok(self.driver.screenshot_as_png().await?);
        }
        // Its driver can't while it looks into a frame of another site.
        self.driver.enter_default_frame().await?;
        let png = self.driver.screenshot_as_png().await?;
        let back = "return document.querySelector('rejoin-chat').shadowRoot.querySelector('iframe')";
        self.driver.execute(back, vec![]).await?.element()?.enter_frame().await?;
        Ok(png)
    }
}
