//! Everything that a scenario needs, started fresh for each and gone after it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::{
    Agent, Browser, Customer, Driver, Engine, Kind, Portal, Proxy, Relay, Screen,
    relay::{assets, free_address},
};

/// What a scenario sets differently.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The browser of customers and agents.
    pub engine: Engine,
    /// When an away customer counts as disconnected; empty for the default.
    pub disconnect_after: &'static str,
    /// Further lines of the workstream.
    pub workstream: &'static str,
    /// Further lines of the widget "shop"; `{portal}` is the portal's port.
    pub widget: String,
    /// Further sections of the settings.
    pub sections: &'static str,
}

impl Default for Setup {
    fn default() -> Self {
        Self { engine: Engine::Chromium, disconnect_after: "", workstream: "", widget: String::new(), sections: "" }
    }
}

/// Ravi's password in the tests.
const PASSWORD: &str = "correct horse battery";

/// A relay, a portal, two networks and a driver.
pub struct World {
    /// The relay.
    pub relay: Relay,
    /// The portal.
    pub portal: Portal,
    /// The network between customers and the relay.
    pub customers: Proxy,
    /// The network between agents and the relay.
    pub agents: Proxy,
    name: String,
    shots: std::cell::Cell<u32>,
    driver: Driver,
    // After everything that writes into it.
    _folder: TempDir,
}

impl World {
    async fn start(name: &str, setup: &Setup) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (relay, portal) = (free_address()?, free_address()?);
        let (customers, agents) = (Proxy::start(relay).await?, Proxy::start(relay).await?);
        let file = folder.path().join("rejoin.toml");
        let settings = settings(
            setup,
            &folder.path().join("data").display().to_string(),
            relay,
            portal.port(),
            [&customers, &agents],
        )?;
        std::fs::write(&file, settings)?;
        let mut relay = Relay::new(relay, file, folder.path().join("relay.log"));
        relay.start().await?;
        relay.add_agent("ravi", "Ravi", PASSWORD)?;
        relay.add_agent("sofia", "Sofia", PASSWORD)?;
        let portal = Portal::start(portal, &customers.url()).await?;
        let driver = Driver::new(setup.engine)?;
        let name = match setup.engine {
            Engine::Chromium => name.to_owned(),
            Engine::Firefox | Engine::WebKit => format!("{name}-{}", setup.engine),
        };
        Ok(Self { relay, portal, customers, agents, name, shots: 0.into(), driver, _folder: folder })
    }

    /// A customer's browser, showing nothing yet.
    pub async fn customer(&self, screen: Screen) -> Result<Customer> {
        Ok(Customer::new(self.driver.window(screen).await?))
    }

    /// A customer's browser of an unusual kind.
    pub async fn customer_with(&self, screen: Screen, kind: Kind) -> Result<Customer> {
        Ok(Customer::new(self.driver.window_of(screen, kind).await?))
    }

    /// An agent's browser, signed in and available.
    pub async fn agent(&self, name: &str) -> Result<Agent> {
        let agent = Agent::new(self.driver.window(Screen::Desktop).await?, format!("{}/console/", self.agents.url()));
        agent.sign_in(name, PASSWORD).await?;
        Ok(agent)
    }

    /// The browser of an agent who has no mouse, signed in.
    pub async fn agent_by_keys(&self, name: &str) -> Result<Agent> {
        let agent = Agent::new(self.driver.window(Screen::Desktop).await?, format!("{}/console/", self.agents.url()));
        agent.sign_in_by_keys(name, PASSWORD).await?;
        Ok(agent)
    }

    /// The browser of somebody who oversees, signed in.
    pub async fn person(&self, name: &str, display_name: &str, role: &str) -> Result<Agent> {
        self.relay.add_person(name, display_name, role, PASSWORD)?;
        self.agent(name).await
    }

    /// Writes a picture of what a browser shows to `target/screenshots`.
    pub async fn picture(&self, browser: &Browser, what: &str) -> Result<()> {
        let number = self.shots.get() + 1;
        self.shots.set(number);
        let folder = screenshots().join(&self.name);
        std::fs::create_dir_all(&folder)?;
        let png = browser.screenshot().await?;
        std::fs::write(folder.join(format!("{number:02}-{what}.png")), png).context("a picture can't be written")
    }
}

fn screenshots() -> PathBuf {
    std::env::var_os("REJOIN_SCREENSHOTS")
        .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots"), PathBuf::from)
}

fn settings(
    setup: &Setup,
    data: &str,
    relay: std::net::SocketAddr,
    portal: u16,
    [customers, agents]: [&Proxy; 2],
) -> Result<String> {
    let assets = assets()?.display().to_string();
    let (customers, agents) = (customers.url(), agents.url());
    let Setup { engine: _, disconnect_after, workstream, widget, sections } = setup;
    let disconnect_after =
        if disconnect_after.is_empty() { String::new() } else { format!("disconnect_after = \"{disconnect_after}\"") };
    let widget = widget.replace("{portal}", &portal.to_string());
    Ok(format!(
        r#"
[server]
listen = "{relay}"
public_url = "{customers}"
other_urls = ["{agents}"]
assets = {assets:?}
[store]
path = {data:?}
[[queues]]
name = "support"
title = "Support"
[[workstreams]]
name = "chat"
queue = "support"
{workstream}
[[widgets]]
name = "shop"
sites = ["http://shop.localhost:{portal}", "http://care.localhost:{portal}"]
workstream = "chat"
{disconnect_after}
{widget}
[[widgets]]
name = "help"
sites = ["http://help.localhost:{portal}", "http://shop.localhost:{portal}"]
workstream = "chat"
{disconnect_after}
{sections}
"#
    ))
}

/// Runs a scenario in a world of its own; afterwards the relay must not have reported a fault.
pub async fn scenario(name: &str, setup: Setup, story: impl AsyncFnOnce(&mut World) -> Result<()>) -> Result<()> {
    let mut world = World::start(name, &setup).await?;
    story(&mut world).await.with_context(|| world.relay.last_words())?;
    let faults = world.relay.faults();
    ensure!(faults.is_empty(), "the relay reported faults:\n{}", faults.join("\n"));
    Ok(())
}
