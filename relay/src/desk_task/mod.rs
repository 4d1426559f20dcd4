//! The desk's thread: it alone owns the desk and the log's writer (design 2.1). One bounded channel in; stop and commit;
//! delivery through the switchboard.

mod showing;
mod snapshots;
mod thread;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Duration;

use desk::{Desk, Input};

pub(crate) use thread::{DeskParts, start};

/// What goes through the channel.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are inputs; a box for each would cost more than the room of the rest"
)]
enum Told {
    Input(Input),
    /// Somebody wants to know something.
    Look(Look),
    /// Save a snapshot and end; nothing after it is looked at.
    Stop,
}

/// A question to the desk, asked when everything told before is durable.
struct Look(Box<dyn FnOnce(&Desk) + Send>);

impl core::fmt::Debug for Look {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Look(…)")
    }
}

/// The way to the desk.
#[derive(Clone, Debug)]
pub(crate) struct DeskHandle {
    told: SyncSender<Told>,
    state: Arc<DeskState>,
}

/// What others may know of the desk's thread.
#[derive(Debug, Default)]
pub(crate) struct DeskState {
    /// The log takes writes.
    writable: AtomicBool,
    /// It takes none because there is no space.
    full: AtomicBool,
    /// The thread has ended.
    ended: AtomicBool,
}

/// The desk has more to do than it can; nothing was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overloaded;

impl DeskHandle {
    /// Tells the desk something, or says at once that too much waits.
    pub(crate) fn tell(&self, input: Input) -> Result<(), Overloaded> {
        self.told.try_send(Told::Input(input)).map_err(|error| match error {
            // A desk that has ended takes the process with it; until then everybody is told to come back.
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Overloaded,
        })
    }

    /// Looks at the desk as it is once everything that was told before is durable, or says at once that too much waits. Changes nothing.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Desk) -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let look = Look(Box::new(move |desk| {
            // Whoever asked may be gone.
            let _ = answer.send(look(desk));
        }));
        self.told.try_send(Told::Look(look)).map_err(|_| Overloaded)?;
        answered.await.map_err(|_| Overloaded)
    }

    /// Tells the desk something that must not get lost, such as the loss of a connection: waits in a task of its own where
    /// too much waits already.
    pub(crate) fn tell_surely(&self, input: Input) {
        if let Err(TrySendError::Full(Told::Input(input))) = self.told.try_send(Told::Input(input)) {
            let desk = self.clone();
            tokio::spawn(async move {
                let mut input = Some(Told::Input(input));
                while let Some(told) = input.take() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    if let Err(TrySendError::Full(back)) = desk.told.try_send(told) {
                        input = Some(back);
                    }
                }
            });
        }
    }

    /// Tells the desk something, and waits until it has room: what one task tells so comes in that order.
    pub(crate) async fn tell_in_order(&self, input: Input) {
        let mut told = Some(Told::Input(input));
        while let Some(input) = told.take() {
            if let Err(TrySendError::Full(back)) = self.told.try_send(input) {
                told = Some(back);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    /// Ends the desk's thread after what was told before.
    pub(crate) async fn stop(&self) {
        let mut told = Some(Told::Stop);
        while let Some(stop) = told.take() {
            match self.told.try_send(stop) {
                Err(TrySendError::Full(back)) => {
                    told = Some(back);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            }
        }
        while !self.has_ended() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Whether the log takes writes.
    pub(crate) fn is_writable(&self) -> bool {
        self.state.writable.load(Ordering::Relaxed)
    }

    /// Whether the log takes no writes because the disk is full.
    pub(crate) fn is_disk_full(&self) -> bool {
        self.state.full.load(Ordering::Relaxed)
    }

    /// Whether the thread has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.state.ended.load(Ordering::Acquire)
    }
}
