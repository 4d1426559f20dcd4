//! Webhooks: addresses that hear of what happens in conversations, in the manner of Standard Webhooks.
//!
//! One thread reads facts after the commit loop has made them durable and writes what is to be told into a queue of its own, together with
//! the position it has reached: nothing is told that is not durable, and nothing is forgotten by a restart. Another one delivers. What is
//! not taken is tried again for three days; its id stays the same, so that a receiver knows what it has had.
//!
//! While nobody hears, the log is not read: each hearer has the time since when it hears, kept together with it, and the position of that
//! time is looked for when the first one is there.

mod attempt;
mod deliver;
mod event;
mod follow;
pub(crate) mod guard;
mod last;
mod outbox;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use log::{LogReader, Lsn};
use model::Millis;

use crate::clock::Clock;
use crate::registry::Registry;
use crate::stop::Stopping;
use follow::Follower;

pub(crate) use event::EVENTS;
pub(crate) use guard::is_public_host;
pub(crate) use last::LastDeliveries;

/// How long both threads wait for something to do.
const LOOKS_EVERY: Duration = Duration::from_millis(250);
/// How long they wait after something went wrong.
const TRIES_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Why webhooks don't work now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebhookError {
    #[error("the queue of webhooks can't be used: {0}")]
    Outbox(#[from] rusqlite::Error),
    #[error("{0}")]
    Log(#[from] log::ReadError),
    #[error("{0}")]
    Registry(#[from] crate::registry::RegistryError),
}

/// What both threads work with.
#[derive(Clone)]
pub(crate) struct WebhookParts {
    pub(crate) registry: Arc<Registry>,
    pub(crate) reader: Arc<dyn LogReader>,
    pub(crate) clock: Clock,
    pub(crate) stopping: Stopping,
    /// The last fact at the start: a relay that never had webhooks tells nothing of what was before.
    pub(crate) head: Lsn,
    /// Addresses of this machine and its network may be told, too.
    pub(crate) allow_private: bool,
    /// Before the second try; later ones wait longer.
    pub(crate) retry_after: Millis,
}

/// The queue's file.
fn path(folder: &Path) -> PathBuf {
    folder.join("webhooks.sqlite")
}

/// Starts both threads, for as long as the relay runs.
pub(crate) fn start(folder: &Path, parts: &WebhookParts) -> std::io::Result<()> {
    let path = path(folder);
    for (name, run) in
        [("webhooks", follow as fn(&Path, &WebhookParts) -> Result<(), WebhookError>), ("deliveries", deliver::run)]
    {
        let (path, parts) = (path.clone(), parts.clone());
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            while !parts.stopping.has_begun() {
                if let Err(error) = run(&path, &parts) {
                    tracing::warn!(%error, "webhooks wait; trying again");
                    std::thread::sleep(TRIES_AGAIN_AFTER);
                }
            }
        })?;
    }
    Ok(())
}

fn follow(path: &Path, parts: &WebhookParts) -> Result<(), WebhookError> {
    let mut follower = Follower::open(path, parts)?;
    while !parts.stopping.has_begun() {
        // Where a little is read as soon as it is there, each little costs a transaction.
        if !follower.step(parts)? {
            std::thread::sleep(LOOKS_EVERY);
        }
    }
    Ok(())
}
