//! The browsers of the end-to-end tests and what drives them: found on PATH, installed otherwise.

use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::{run, say, tools, workspace::Workspace};

/// The driver of Firefox, which Debian does not package.
const GECKODRIVER: &str = "0.37.1";

/// Which browsers a run of the tests has; all where it is not set.
const WANTED: &str = "REJOIN_BROWSERS";

/// Makes sure that the browsers that this run wants are there. Gives what the tests need to know of them.
pub(crate) fn ready(workspace: &Workspace) -> Result<Vec<(&'static str, String)>> {
    let wanted = std::env::var(WANTED).unwrap_or_else(|_| "all".to_owned());
    let wanted: Vec<&str> = wanted.split(',').map(str::trim).collect();
    for name in &wanted {
        ensure!(
            ["all", "chromium", "firefox", "webkit"].contains(name),
            "{WANTED} lists `{name}`, which is none of chromium, firefox, webkit and all"
        );
    }
    let wants = |name: &str| wanted.contains(&name) || wanted.contains(&"all");
    let mut environment = Vec::new();
    // Most scenarios run in this one, so there is no doing without.
    chromium()?;
    if wants("firefox") {
        let without = ", or leave Firefox out with REJOIN_BROWSERS=chromium,webkit";
        debian(&["firefox-esr"], &["firefox-esr"], "about 1 minute, once", without)?;
        // It only passes on what the tests say: compiling it takes longer with optimization than it ever saves.
        let flags = ["--locked", "--debug"];
        let driver =
            tools::cargo_tool(workspace, "geckodriver", "geckodriver", GECKODRIVER, &flags, "about 2 minutes, once")?;
        environment.push(("REJOIN_GECKODRIVER", driver.display().to_string()));
    }
    if wants("webkit") {
        let without = ", or leave WebKit out with REJOIN_BROWSERS=chromium,firefox";
        debian(&["WebKitWebDriver", "Xvfb"], &["webkit2gtk-driver", "xvfb"], "about 1 minute, once", without)?;
    }
    Ok(environment)
}

/// Makes sure that Chromium and its driver are there.
pub(crate) fn chromium() -> Result<()> {
    debian(&["chromium", "chromedriver"], &["chromium", "chromium-driver"], "about 2 minutes, once", "")
}

/// Installs Debian's packages unless all programs are there. `without` is what else one can do where that fails.
fn debian(programs: &[&str], packages: &[&str], about: &str, without: &str) -> Result<()> {
    if programs.iter().all(|program| run::on_path(program).is_some()) {
        return Ok(());
    }
    let names = packages.join(" and ");
    if run::on_path("apt-get").is_none() {
        bail!(
            "{} can't be found and there is no apt-get to install it; install what Debian calls {names} and start again{without}",
            programs.join(" or ")
        );
    }
    let step = say::step(&format!("installing {names}"), Some(about));
    let sentence =
        format!("{names} couldn't be installed; install Debian's packages of these names and start again{without}");
    let apt = |arguments: &[&str]| {
        let mut command = if rustix::process::getuid().is_root() {
            Command::new("apt-get")
        } else {
            let mut command = Command::new("sudo");
            command.args(["--non-interactive", "apt-get"]);
            command
        };
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        run::quietly(&mut command, &sentence)
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())?;
    step.done("");
    Ok(())
}
