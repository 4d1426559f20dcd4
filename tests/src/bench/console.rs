//! The console in Chromium: how soon a supervisor sees the floor, and each change on it, with few conversations and with 1,000.

#![expect(clippy::wildcard_enum_match_arm, reason = "one frame is waited for, and the rest is passed over")]

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use model::ConversationId;
use tokio::sync::mpsc;
use wire::{CardState, ConsoleToRelay, Encoding, RelayToConsole};

use super::centre::{Centre, Offered};
use super::load::{Crowd, PASSWORD, Template};
use super::process::{add_person, relay};
use super::socket::{Socket, sign_in};
use super::{Setup, Table};
use crate::browser::{Agent, Driver, Engine, Screen, until};

/// Conversations of one agent.
const EACH: usize = 5;
/// How often the page is loaded.
const LOADS: usize = 7;
/// The supervisor.
const WHO: &str = "maya";

/// Notes in the page when all rows were drawn, and when the figure of active conversations changed: at the frame after it.
const WATCH: &str = "window.wholeAt = 0; window.changedAt = [];
    const drawn = then => requestAnimationFrame(() => setTimeout(() => then(performance.timeOrigin + performance.now())));
    let last = null;
    const look = () => {
        const table = document.querySelector('table[aria-label=\"Ongoing conversations\"]');
        if (!window.wholeAt && table && Number(table.getAttribute('aria-rowcount')) > window.expectedRows) {
            window.wholeAt = 1;
            drawn(at => { window.wholeAt = at; });
        }
        const active = document.querySelectorAll('.figure-count')[1]?.textContent ?? null;
        if (active !== last && window.wholeAt) {
            const first = last === null;
            last = active;
            if (!first) drawn(at => window.changedAt.push(at));
        }
    };
    document.addEventListener('DOMContentLoaded', () =>
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true }));";

/// A supervisor's browser.
struct Page {
    agent: Agent,
    address: SocketAddr,
}

/// Milliseconds of one load, the fastest of several: first contentful paint, and until all rows were there.
struct Loaded {
    painted: f64,
    whole: f64,
}

/// Runs the benchmark and prints its tables.
pub(super) async fn run(setup: &Setup) -> Result<()> {
    let (agents, few) = if setup.quick { (20, 2) } else { (200, 2) };
    let crowd = Crowd { agents, windows_per_agent: 1, conversations_per_agent: EACH };
    let template = Template::of(setup, "console-template", crowd).await?;
    let folder = setup.scratch.join("console");
    template.copy_to(&folder)?;
    crate::bench::process::write_settings(setup, &folder, crate::bench::process::free_address()?)?;
    add_person(&setup.relay, &folder, (WHO, "supervisor"), PASSWORD, 1)?;
    let server = relay(setup, &folder, None)?;
    let mut centre = Centre::open(server.address, &template).await?;
    let driver = Driver::new(Engine::Chromium)?;
    let page = Page::open(&driver, server.address).await?;
    let mut told = Floor::watch(server.address).await?;

    let table = Table::new(&["a supervisor's page, the fastest of seven", "painted", "all rows ms", "of few"]);
    let (mut control, mut having) = (None, Vec::new());
    for conversations in [few * EACH, agents * EACH] {
        centre.start(conversations - having.len()).await?;
        while having.len() < conversations {
            having.push(centre.offered().await?);
        }
        let loaded = page.load(conversations).await?;
        let ratio = loaded.whole / *control.get_or_insert(loaded.whole);
        let cells = [loaded.painted, loaded.whole].map(|ms| format!("{ms:.0}"));
        let what = format!("{conversations} conversations");
        table.row(&[[what].as_slice(), &cells, &[format!("{ratio:.2}")]].concat());
    }

    let what = format!("a change on the floor, {} conversations", agents * EACH);
    let table = Table::new(&[&what, "n", "p50", "p99", "max ms"]);
    let rounds = if setup.quick { 20 } else { 200 };
    let (socket, shown) = page.changes(&centre, &mut told, &having[..rounds]).await?;
    for (what, of) in [("known to a supervisor's socket", &socket), ("drawn in Chromium", &shown)] {
        let ms = |value: u64| format!("{:.1}", value as f64 / 1e3);
        let cells = [0.5, 0.99].map(|quantile| ms(of.value_at_quantile(quantile)));
        table.row(&[[what.to_owned(), of.len().to_string()].as_slice(), &cells, &[ms(of.max())]].concat());
    }
    server.stop()?;
    Ok(std::fs::remove_dir_all(folder)?)
}

impl Page {
    async fn open(driver: &Driver, address: SocketAddr) -> Result<Self> {
        let agent = Agent::new(driver.window(Screen::Desktop).await?, format!("http://{address}/console/"));
        agent.sign_in(WHO, PASSWORD).await?;
        agent.in_every_page(WATCH).await?;
        Ok(Self { agent, address })
    }

    async fn load(&self, conversations: usize) -> Result<Loaded> {
        let mut fastest = Loaded { painted: f64::MAX, whole: f64::MAX };
        self.agent.in_every_page(&format!("window.expectedRows = {conversations};")).await?;
        for _ in 0..LOADS {
            self.agent.driver.goto("about:blank").await?;
            self.agent.driver.goto(format!("http://{}/console/#/supervise", self.address)).await?;
            let script = "const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
                return paint && window.wholeAt > 1 ? [paint, window.wholeAt - performance.timeOrigin] : null";
            let (painted, whole): (f64, f64) = until("all rows", || async {
                let found = self.agent.driver.execute(script, vec![]).await?;
                Ok(found.convert::<Option<(f64, f64)>>()?)
            })
            .await?;
            fastest = Loaded { painted: fastest.painted.min(painted), whole: fastest.whole.min(whole) };
        }
        Ok(fastest)
    }

    /// Ends talks one after the other. Gives microseconds until a supervisor's socket knew of it and until the page had drawn it.
    async fn changes(
        &self,
        centre: &Centre,
        told: &mut Floor,
        having: &[Offered],
    ) -> Result<(Histogram<u64>, Histogram<u64>)> {
        let histogram = || Histogram::<u64>::new_with_bounds(1, 60_000_000, 3);
        let (mut socket, mut shown) = (histogram()?, histogram()?);
        let before = self.agent.driver.execute("return window.changedAt.length", vec![]).await?.convert::<usize>()?;
        for (done, one) in having.iter().enumerate() {
            let began = micros();
            centre.end(one.agent, one.conversation);
            socket.saturating_record(told.in_wrap_up(one.conversation).await?.saturating_sub(began));
            let script = format!("return window.changedAt[{}] ?? null", before + done);
            let at: f64 = until("the change on the page", || async {
                Ok(self.agent.driver.execute(&*script, vec![]).await?.convert::<Option<f64>>()?)
            })
            .await?;
            shown.saturating_record(((at * 1e3) as u64).saturating_sub(began));
        }
        Ok((socket, shown))
    }
}

/// Microseconds on the clock that this program and the page have in common.
fn micros() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() as u64
}

/// The floor as a bare socket hears of it: the control.
struct Floor {
    ended: mpsc::UnboundedReceiver<(ConversationId, u64)>,
}

impl Floor {
    async fn watch(address: SocketAddr) -> Result<Self> {
        let cookie = sign_in(address, WHO, PASSWORD).await?;
        let mut socket = Socket::open(address, "/v1/console", Encoding::Json, Some(&cookie), 0).await?;
        socket.send(&ConsoleToRelay::Hello).await?;
        socket.send(&ConsoleToRelay::WatchFloor).await?;
        let (tell, ended) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                match socket.next::<RelayToConsole>().await? {
                    RelayToConsole::FloorRows { rows, .. } => {
                        for row in rows.iter().filter(|row| matches!(row.state, CardState::WrapUp { .. })) {
                            tell.send((row.conversation, micros()))?;
                        }
                    }
                    RelayToConsole::Beat { .. } => socket.send(&ConsoleToRelay::Beat).await?,
                    _ => {}
                }
            }
            #[expect(unreachable_code, reason = "it says what the loop's question marks give")]
            anyhow::Ok(())
        });
        Ok(Self { ended })
    }

    /// When it was known that this one is in wrap-up.
    async fn in_wrap_up(&mut self, conversation: ConversationId) -> Result<u64> {
        let wait = async {
            loop {
                let (ended, at) = self.ended.recv().await.context("the supervisor's socket is gone")?;
                if ended == conversation {
                    return anyhow::Ok(at);
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.context("the floor does not tell of it")?
    }
}
