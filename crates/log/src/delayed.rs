//! A writer on a slower disk: for benches, which must not take a fast development disk for the world.

use std::time::Duration;

use desk::Recorded;
use model::{ConversationId, Timestamp};

use crate::api::{AppendError, LogWriter, Lsn};

/// Adds a delay to the sync of every commit.
pub struct Delayed {
    inner: Box<dyn LogWriter>,
    delay: Duration,
}

impl Delayed {
    /// `inner`, with `delay` added to every commit.
    #[must_use]
    pub fn new(inner: Box<dyn LogWriter>, delay: Duration) -> Self {
        Self { inner, delay }
    }

    #[expect(clippy::disallowed_methods, reason = "waiting is what this writer is for")]
    fn wait(&self) {
        std::thread::sleep(self.delay);
    }
}

impl LogWriter for Delayed {
    fn append(&mut self, batch: &[Recorded]) -> Result<Lsn, AppendError> {
        self.wait();
        self.inner.append(batch)
    }

    fn mark_alive(&mut self, at: Timestamp) -> Result<(), AppendError> {
        self.wait();
        self.inner.mark_alive(at)
    }

    fn reopen(&mut self, known: Lsn) -> Result<Vec<Recorded>, AppendError> {
        self.inner.reopen(known)
    }

    fn erase_words(&mut self, conversation: ConversationId) -> Result<u64, AppendError> {
        self.wait();
        self.inner.erase_words(conversation)
    }
}
