//! Copying the write-ahead log back into the database, on a thread of its own, so that no append waits for it.
//!
//! A passive checkpoint that races the writer never gets to the end, and the write-ahead log only starts over once one did.
//! So the thread does the bulk, and when little is left the writer finishes it between two batches.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, DEFAULT_NAME};

use crate::sqlite::schema;

/// The thread is woken when so many pages of 4 KiB wait to be copied back.
const WAKE_PAGES: i32 = 1_000;
/// The writer finishes when the write-ahead log has so many pages …
const RESTART_PAGES: i32 = 8_000;
/// … and no more than this many are left to copy.
const FINISH_PAGES: i32 = 500;
/// Whatever is left: at this length the writer copies it all.
const PAGES_MAX: i32 = 24_000;

#[derive(Debug)]
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(path: &Path) -> rusqlite::Result<Self> {
        let connection = schema::open_checkpointing(path)?;
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("rejoin-checkpoint".to_owned())
            .spawn(move || run(&connection, &woken))
            .expect("invariant: the process can have one more thread");
        Ok(Self { wake: Some(wake), thread: Some(thread) })
    }

    /// Called by the writer after every commit.
    pub(super) fn committed(&self, connection: &Connection) {
        // Asks for the lengths only. A failure shows in the next commit.
        let Ok((pages, copied)) = connection.wal_checkpoint_v2(DEFAULT_NAME, CheckpointMode::NOOP) else {
            return;
        };
        let left = pages - copied;
        let nearly_done = pages >= RESTART_PAGES && left <= FINISH_PAGES;
        if nearly_done || pages >= PAGES_MAX {
            checkpoint(connection);
        } else if left >= WAKE_PAGES {
            let wake = self.wake.as_ref().expect("invariant: the thread runs until the checkpointer is dropped");
            match wake.try_send(()) {
                Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
            }
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing more to say: the write-ahead log is just longer.
            drop(thread.join());
        }
    }
}

fn run(connection: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        checkpoint(connection);
    }
}

/// A failure leaves the pages where they are; the next one tries again, and a disk that fails shows in an append.
fn checkpoint(connection: &Connection) {
    drop(connection.wal_checkpoint_v2(DEFAULT_NAME, CheckpointMode::PASSIVE));
}
