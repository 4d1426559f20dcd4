//! How long a waiting customer may expect to wait (product 5): an exponential moving average of the waits of those who were accepted.

use model::{Millis, QueueId, Timestamp};

use crate::desk::Desk;
use crate::record::{Record, Waits};
use crate::{limits, times};

/// How much a new wait counts: one part in so many.
const WEIGHT: u64 = 8;
/// Estimates are told in steps of this, so that not every acceptance changes what everybody is shown.
const STEP: Millis = Millis::seconds(15);

impl Waits {
    pub(crate) fn accepted(&mut self, at: Timestamp, wait: Millis) {
        if self.count == 0 || at.since(self.last_at) > times::ESTIMATE_KEPT_FOR {
            *self = Self { count: 0, average: wait, last_at: at };
        }
        self.count = self.count.saturating_add(1);
        self.last_at = at;
        let (old, new) = (self.average.0, wait.0);
        self.average = Millis(if new > old { old + (new - old) / WEIGHT } else { old - (old - new) / WEIGHT });
    }

    /// Known only from enough conversations, and not from long ago.
    fn estimate(&self, now: Timestamp) -> Option<Millis> {
        let is_known = self.count >= limits::ESTIMATE_FROM && now.since(self.last_at) <= times::ESTIMATE_KEPT_FOR;
        is_known.then(|| Millis(self.average.0.div_ceil(STEP.0) * STEP.0))
    }
}

impl Record {
    /// How long whoever comes into this queue may expect to wait.
    pub(crate) fn wait_estimate(&self, queue: QueueId, now: Timestamp) -> Option<Millis> {
        self.queues.get(&queue)?.waits.estimate(now)
    }
}

impl Desk {
    /// How long customers of this queue who were accepted had waited, where enough is known of it.
    #[must_use]
    pub fn wait_estimate(&self, queue: QueueId) -> Option<Millis> {
        self.record.wait_estimate(queue, self.now)
    }
}
