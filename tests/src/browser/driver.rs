//! chromedriver as a process, and windows of Chromium through it.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    pin::Pin,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response, body::Bytes};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{
    Capabilities, WebDriver,
    common::command::{Command as DriverCommand, ExtensionCommand},
    error::{WebDriverError, WebDriverResult},
    session::http::{Body, HttpClient},
};

use super::wait::until;

/// How long a browser may take to close.
const CLOSE_WITHIN: Duration = Duration::from_secs(10);

/// What a window is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 1440 by 900.
    Desktop,
    /// 390 by 844, with touch.
    Phone,
}

/// A chromedriver, ended with its windows when the value goes.
pub struct Driver {
    process: Child,
    address: SocketAddr,
    sessions: Arc<Mutex<Vec<String>>>,
}

impl Driver {
    /// Starts one on a free port.
    pub async fn start() -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let process = Command::new("chromedriver")
            .arg(format!("--port={}", address.port()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver can't be started; `cargo xtask test` installs it")?;
        let driver = Self { process, address, sessions: Arc::default() };
        until("chromedriver listens", || async { Ok(TcpStream::connect(address).ok()) }).await?;
        Ok(driver)
    }

    /// A window with a profile of its own.
    pub async fn window(&self, screen: Screen) -> Result<Browser> {
        self.window_with(screen, &json!({})).await
    }

    /// The same, of a browser whose settings forbid every site to store anything.
    pub async fn window_without_storage(&self, screen: Screen) -> Result<Browser> {
        const BLOCK: u32 = 2;
        self.window_with(screen, &json!({ "profile.default_content_setting_values.cookies": BLOCK })).await
    }

    async fn window_with(&self, screen: Screen, settings: &Value) -> Result<Browser> {
        let profile = tempfile::tempdir()?;
        let driver = WebDriver::builder(format!("http://{}", self.address), capabilities(screen, &profile, settings)?)
            .client(Client)
            .connect()
            .await
            .context("no window of Chromium")?;
        self.sessions.lock().expect("invariant: no panic under this lock").push(driver.session_id().to_string());
        let browser = Browser { driver, _profile: profile };
        // Before any script of a page, so that nothing is missed.
        let watch = "window.violations = []; document.addEventListener('securitypolicyviolation', \
                     event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI)); \
                     addEventListener('pageshow', event => window.fromCache = event.persisted);";
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watch })).await?;
        Ok(browser)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A driver that is killed leaves its browsers behind, so they are closed before.
        for session in self.sessions.lock().expect("invariant: no panic under this lock").drain(..) {
            if let Ok(mut stream) = TcpStream::connect(self.address) {
                let request = format!("DELETE /session/{session} HTTP/1.1\r\nhost: localhost\r\n\r\n");
                // The answer comes when the browser is gone. A session that is gone already is what is wanted.
                drop(stream.set_read_timeout(Some(CLOSE_WITHIN)));
                drop(stream.write_all(request.as_bytes()).and_then(|()| stream.read(&mut [0; 64])));
            }
        }
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn capabilities(screen: Screen, profile: &TempDir, settings: &Value) -> Result<Capabilities> {
    let size = match screen {
        Screen::Desktop => "--window-size=1440,900",
        Screen::Phone => "--window-size=500,900",
    };
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        // The browser's own role and name of an element, for scripts. The driver's commands for them are blind in iframes
        // of another site.
        "--enable-blink-features=ComputedAccessibilityInfo",
        size,
        &format!("--user-data-dir={}", profile.path().display()),
    ];
    let mut options = json!({ "args": arguments, "prefs": settings });
    if screen == Screen::Phone {
        options["mobileEmulation"] =
            json!({ "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true } });
    }
    let mut capabilities = Capabilities::new();
    capabilities.set("browserName", "chrome")?;
    capabilities.set("goog:chromeOptions", options)?;
    capabilities.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
    Ok(capabilities)
}

/// One browser with its tabs.
pub struct Browser {
    /// The session.
    pub driver: WebDriver,
    _profile: TempDir,
}

impl Browser {
    /// A command of Chromium's developer tools.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        let request = Extension { method: Method::POST, path: "/goog/cdp/execute".to_owned(), body: Some(body) };
        Ok(self.driver.cmd(DriverCommand::ExtensionCommand(Box::new(request))).await?.value_json()?)
    }

    /// Light or dark, and whether motion is reduced.
    pub async fn prefer(&self, scheme: &str) -> Result<()> {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Evaluates a script in a world of its own, which the page's scripts can't have changed, until it gives something.
    pub async fn isolated_until(&self, what: &str, script: &str) -> Result<Value> {
        until(what, || async {
            let tree = self.devtools("Page.getFrameTree", json!({})).await?;
            let frame = &tree["frameTree"]["frame"]["id"];
            let world = self.devtools("Page.createIsolatedWorld", json!({ "frameId": frame })).await?;
            let parameters = json!({
                "expression": script, "contextId": world["executionContextId"], "returnByValue": true,
            });
            let answer = self.devtools("Runtime.evaluate", parameters).await?;
            Ok(Some(answer["result"]["value"].clone()).filter(|value| !value.is_null()))
        })
        .await
    }

    /// Presses the mouse at a point of the page.
    pub async fn click_at(&self, x: f64, y: f64) -> Result<()> {
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.devtools("Input.dispatchMouseEvent", event).await?;
        }
        Ok(())
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.devtools("Input.insertText", json!({ "text": text })).await?;
        Ok(())
    }

    /// Presses Enter in whatever has the focus.
    pub async fn type_enter(&self) -> Result<()> {
        for kind in ["keyDown", "keyUp"] {
            let event =
                json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" });
            self.devtools("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// What content security policies refused, in the page and in its frames, as the browser's own log tells it.
    pub async fn refused_by_policy(&self) -> Result<Vec<String>> {
        let log = self.driver.browser_log().await?;
        Ok(log.into_iter().map(|entry| entry.message).filter(|line| line.contains("Content Security Policy")).collect())
    }

    /// Fails unless the page came out of the back/forward cache, and says what kept it out.
    pub async fn is_from_cache(&self) -> Result<()> {
        let look = "return [window.fromCache === true, \
                    JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons)]";
        let (from_cache, reasons): (bool, Option<String>) = self.driver.execute(look, vec![]).await?.convert()?;
        ensure!(from_cache, "the page was loaded again; what kept it out of the cache: {reasons:?}");
        Ok(())
    }

    /// What the page's own policy refused since the page was loaded.
    pub async fn violations(&self) -> Result<Vec<String>> {
        Ok(self.driver.execute("return window.violations", vec![]).await?.convert()?)
    }
}

#[derive(Debug)]
struct Extension {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl ExtensionCommand for Extension {
    fn parameters_json(&self) -> Option<Value> {
        self.body.clone()
    }

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn endpoint(&self) -> Arc<str> {
        self.path.as_str().into()
    }
}

/// One connection per request: the driver is on this machine, and a kept connection would outlive its runtime.
struct Client;

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl HttpClient for Client {
    fn send<'a, 'b, 'c>(&'a self, request: Request<Body<'b>>) -> Answer<'c, WebDriverResult<Response<Bytes>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(
            async move { send(request).await.map_err(|error| WebDriverError::RequestFailed(format!("{error:#}"))) },
        )
    }

    fn new<'a, 'c>(&'a self) -> Answer<'c, Arc<dyn HttpClient>>
    where
        'a: 'c,
        Self: 'c,
    {
        Box::pin(async { Arc::new(Self) as Arc<dyn HttpClient> })
    }
}

async fn send(request: Request<Body<'_>>) -> Result<Response<Bytes>> {
    let (mut parts, body) = request.into_parts();
    let host = parts.uri.authority().context("a driver has an address")?.clone();
    let stream = tokio::net::TcpStream::connect(host.as_str()).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let body = match body {
        Body::Empty => Bytes::new(),
        Body::Json(json) => serde_json::to_vec(json)?.into(),
    };
    parts.headers.insert("host", host.as_str().parse()?);
    parts.headers.insert("content-length", body.len().into());
    parts.uri = parts.uri.path_and_query().context("a command has a path")?.as_str().parse()?;
    let response = sender.send_request(Request::from_parts(parts, Full::new(body))).await?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    connection.abort();
    Ok(Response::from_parts(parts, body))
}
