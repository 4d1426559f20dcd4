//! Everybody: customers with their tabs, agents with their windows.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use testkit::Rng;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::outage::{Clock, Passage, Tally};
use super::tab::{self, Tab};
use super::window::{self, Window};
use super::wire::Route;
use crate::bench::load::Template;

/// Customers who start at the same time.
const STARTING_MAX: usize = 64;
/// How long anything may take that everybody must do.
const ALL_WITHIN: Duration = Duration::from_secs(180);
/// Clients of one source address: ports are not to run out.
const SPREAD: usize = 4;

/// See the module.
pub(super) struct Crowd {
    tally: Arc<Tally>,
    is_cut: Arc<AtomicBool>,
    tabs: Vec<(mpsc::UnboundedSender<tab::Act>, JoinHandle<tab::Left>)>,
    windows: Vec<(mpsc::UnboundedSender<window::Act>, JoinHandle<Vec<window::Left>>)>,
    /// Messages that every agent has written to every customer.
    pub(super) written: usize,
}

impl Crowd {
    /// Signs the agents' windows in and gives every agent their conversations.
    pub(super) async fn seat(relay: SocketAddr, template: &Template) -> Result<Self> {
        let (clock, tally, is_cut) = (Clock::start(), Arc::<Tally>::default(), Arc::<AtomicBool>::default());
        let route = |path, cookie, number: usize| Route {
            relay,
            path,
            cookie,
            number,
            source: number * SPREAD,
            is_cut: Arc::clone(&is_cut),
        };
        let each = template.crowd.conversations_per_agent;
        let mut windows = Vec::new();
        let customers = template.agents.len() * each;
        for (index, agent) in template.agents.iter().enumerate() {
            let (acts, told) = mpsc::unbounded_channel();
            let route = route("/v1/console", Some(agent.cookie.clone()), customers + index);
            let window = Window::new(route, each, clock, Arc::clone(&tally), told);
            windows.push((acts, tokio::spawn(window.live())));
        }
        let mut tabs = Vec::new();
        for number in 0..customers {
            reached(&tally.seated, (number + 1).saturating_sub(STARTING_MAX), "have their conversation").await?;
            let (acts, told) = mpsc::unbounded_channel();
            let tab = Tab::new(route("/v1/customer", None, number), clock, Arc::clone(&tally), told);
            tabs.push((acts, tokio::spawn(tab.live())));
        }
        let crowd = Self { tally, is_cut, tabs, windows, written: 0 };
        reached(&crowd.tally.seated, crowd.count(), "have their conversation").await?;
        Ok(crowd)
    }

    fn count(&self) -> usize {
        self.tabs.len() + self.windows.len()
    }

    /// In every conversation both sides write one message, at any time within `over`.
    pub(super) fn begin(&mut self, over: Duration) {
        self.tally.reset();
        self.written += 1;
        let now = Instant::now();
        let mut rng = Rng::new(self.written as u64);
        for (acts, _) in &self.tabs {
            // A task that has ended is found when it is waited for.
            let _ = acts.send(tab::Act::Round(now + over.mul_f64(f64::from(rng.jitter()) / f64::from(u32::MAX))));
        }
        for (acts, _) in &self.windows {
            let _ = acts.send(window::Act::Round(now, over));
        }
    }

    /// Cuts everybody's connection, and the network with it.
    pub(super) fn cut(&self) {
        self.is_cut.store(true, Ordering::Relaxed);
        for (acts, _) in &self.tabs {
            let _ = acts.send(tab::Act::Cut);
        }
        for (acts, _) in &self.windows {
            let _ = acts.send(window::Act::Cut);
        }
    }

    /// There is a network again.
    pub(super) fn mend(&self) {
        self.is_cut.store(false, Ordering::Relaxed);
    }

    /// Waits until everybody was lost and is back.
    pub(super) async fn are_back(&self) -> Result<()> {
        reached(&self.tally.lost, self.count(), "have lost the relay").await?;
        reached(&self.tally.back, self.count(), "are back").await
    }

    /// Waits until everything of the round is said and heard.
    pub(super) async fn have_settled(&self) -> Result<()> {
        reached(&self.tally.settled, self.count(), "have said and heard everything").await
    }

    /// What became of the customers, and of the windows, in this round.
    pub(super) async fn passages(&self) -> Result<(Vec<Passage>, Vec<Passage>)> {
        let (mut customers, mut agents) = (Vec::new(), Vec::new());
        for (acts, _) in &self.tabs {
            let (whom, told) = oneshot::channel();
            let _ = acts.send(tab::Act::Tell(whom));
            customers.push(told.await.context("a customer's tab has ended")?);
        }
        for (acts, _) in &self.windows {
            let (whom, told) = oneshot::channel();
            let _ = acts.send(window::Act::Tell(whom));
            agents.push(told.await.context("an agent's window has ended")?);
        }
        Ok((customers, agents))
    }

    /// Everybody leaves; gives what they could read.
    pub(super) async fn leave(self) -> Result<(Vec<tab::Left>, Vec<window::Left>)> {
        let (mut tabs, mut windows) = (Vec::new(), Vec::new());
        for (acts, task) in self.tabs {
            drop(acts);
            tabs.push(task.await?);
        }
        for (acts, task) in self.windows {
            drop(acts);
            windows.extend(task.await?);
        }
        Ok((tabs, windows))
    }
}

async fn reached(count: &watch::Sender<usize>, wanted: usize, what: &str) -> Result<()> {
    let mut count = count.subscribe();
    let enough = timeout(ALL_WITHIN, count.wait_for(|&count| count >= wanted)).await.map(|_| ());
    let so_far = *count.borrow();
    enough.with_context(|| format!("{so_far} of {wanted} {what} after {} s", ALL_WITHIN.as_secs()))
}
