//! The three browsers, and what each wants from whoever starts it.

use std::{
    fmt,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Capabilities;

use super::{Kind, Screen};

/// A browser by the engine that it draws with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Chromium: every scenario runs in it.
    #[default]
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKit, as Debian ships it for GTK: the engine of Safari, not its app.
    WebKit,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Engine {
    /// As it is written in `REJOIN_BROWSERS` and in the names of pictures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Why this run of the tests leaves a scenario of the list out in this browser, if it does. Chromium runs everything. The others
    /// run what is `first` on the list, and all of it with `--long` or where `REJOIN_BROWSERS` lists them.
    #[must_use]
    pub fn leaves_out(self, first: bool) -> Option<String> {
        if self == Self::Chromium {
            return None;
        }
        match std::env::var("REJOIN_BROWSERS") {
            Ok(list) if list.split(',').map(str::trim).any(|name| name == "all" || name == self.name()) => None,
            Ok(list) => Some(format!("REJOIN_BROWSERS={list}")),
            Err(_) if first || std::env::var_os("REJOIN_LONG").is_some() => None,
            Err(_) => Some("with `--long` or REJOIN_BROWSERS=all".to_owned()),
        }
    }

    /// The program that speaks WebDriver for it.
    pub(super) fn driver(self) -> &'static str {
        match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::WebKit => "WebKitWebDriver",
        }
    }

    /// The driver as a command, listening on a port. Only Chromium's serves more than one window; WebKit draws on `display`.
    pub(super) fn command(self, port: u16, display: Option<&str>) -> Command {
        let given = (self == Self::Firefox).then(|| std::env::var_os("REJOIN_GECKODRIVER")).flatten();
        let mut command = Command::new(given.unwrap_or_else(|| self.driver().into()));
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match self {
            Self::Chromium => {}
            // Its other port, for a protocol that nobody speaks here, would be the same for all drivers.
            Self::Firefox => drop(command.args(["--host=127.0.0.1", "--websocket-port=0"])),
            Self::WebKit => {
                // Its sandbox wants namespaces that a container has not; the pages are ours.
                command.args(["--host=127.0.0.1"]).env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
                command.env("GDK_BACKEND", "x11").env("GSETTINGS_BACKEND", "memory").env("NO_AT_BRIDGE", "1");
                command.env_remove("WAYLAND_DISPLAY").envs(display.map(|display| ("DISPLAY", display)));
            }
        }
        command
    }

    pub(super) fn capabilities(self, screen: Screen, kind: Kind, profile: &Path) -> Result<Capabilities> {
        ensure!(self == Self::Chromium || kind == Kind::Usual, "{self} has no window of the kind {kind:?} here");
        match self {
            Self::Chromium => chromium(screen, kind, profile),
            Self::Firefox => {
                let mut capabilities = Capabilities::new();
                capabilities.set("browserName", "firefox")?;
                // A profile of its own is what the driver makes by itself.
                capabilities.set("moz:firefoxOptions", json!({ "args": ["-headless"] }))?;
                Ok(capabilities)
            }
            Self::WebKit => {
                let mut capabilities = Capabilities::new();
                // Under automation its windows are private ones: nothing is kept after them.
                capabilities.set("browserName", "MiniBrowser")?;
                Ok(capabilities)
            }
        }
    }
}

fn chromium(screen: Screen, kind: Kind, profile: &Path) -> Result<Capabilities> {
    let size = match screen {
        Screen::Desktop => "--window-size=1440,900",
        Screen::Phone => "--window-size=500,900",
    };
    let profile = format!("--user-data-dir={}", profile.display());
    let mut arguments = vec![
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
        &profile,
    ];
    let mut settings = json!({});
    match kind {
        Kind::Usual => {}
        Kind::StoresNothing => {
            const BLOCK: u32 = 2;
            settings["profile.default_content_setting_values.cookies"] = json!(BLOCK);
        }
        Kind::Private => arguments.push("--incognito"),
        Kind::OneProcess => {
            arguments.extend(["--disable-site-isolation-trials", "--disable-features=IsolateOrigins,site-per-process"]);
        }
    }
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
