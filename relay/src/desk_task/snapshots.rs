//! Saves snapshots on a thread of its own: copying a record and writing it must not hold up the desk.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use log::commit::SnapshotWork;
use log::{Snapshot, SnapshotKeeper};

/// The thread.
#[derive(Debug)]
pub(super) struct Snapshots {
    work: Option<SyncSender<SnapshotWork>>,
    made: Receiver<Snapshot>,
    thread: Option<JoinHandle<Box<dyn SnapshotKeeper>>>,
}

impl Snapshots {
    pub(super) fn start(mut keeper: Box<dyn SnapshotKeeper>) -> std::io::Result<Self> {
        let (work, todo) = sync_channel::<SnapshotWork>(1);
        let (done, made) = sync_channel(1);
        let thread = std::thread::Builder::new().name("snapshots".to_owned()).spawn(move || {
            while let Ok(work) = todo.recv() {
                let snapshot = work.run();
                save(keeper.as_mut(), &snapshot);
                if done.send(snapshot).is_err() {
                    break;
                }
            }
            keeper
        })?;
        Ok(Self { work: Some(work), made, thread: Some(thread) })
    }

    /// Gives the thread something to do. The loop hands out one piece of work at a time, so there is room.
    pub(super) fn make(&self, work: SnapshotWork) {
        if let Some(sender) = &self.work {
            let _ = sender.try_send(work);
        }
    }

    /// A snapshot that was made since the last look.
    pub(super) fn made(&self) -> Option<Snapshot> {
        self.made.try_recv().ok()
    }

    /// Saves a last one and ends the thread.
    pub(super) fn finish(mut self, last: &Snapshot) {
        drop(self.work.take());
        // The thread must not wait for us to take what it has made.
        while self.made.recv().is_ok() {}
        if let Some(Ok(mut keeper)) = self.thread.take().map(JoinHandle::join) {
            save(keeper.as_mut(), last);
        }
    }
}

fn save(keeper: &mut dyn SnapshotKeeper, snapshot: &Snapshot) {
    match keeper.save(snapshot) {
        Ok(()) => tracing::debug!(lsn = snapshot.lsn.0, "a snapshot was saved"),
        Err(error) => tracing::warn!(%error, "a snapshot was not saved; the next start replays more"),
    }
}
