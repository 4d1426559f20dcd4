//! What came of the messages sent.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use hdrhistogram::Histogram;

/// Counts and latencies, from the instant at which a message was due.
pub(in crate::bench) struct Seen {
    epoch: Instant,
    accepted: AtomicU64,
    refused: AtomicU64,
    delivered: AtomicU64,
    to_accepted: Mutex<Histogram<u64>>,
    to_delivered: Mutex<Histogram<u64>>,
}

fn histogram() -> Mutex<Histogram<u64>> {
    Mutex::new(Histogram::new_with_bounds(1, 60_000_000, 3).expect("invariant: fixed bounds"))
}

fn record(histogram: &Mutex<Histogram<u64>>, us: u64) {
    histogram.lock().expect("invariant: no panic under the lock").saturating_record(us);
}

impl Seen {
    pub(in crate::bench) fn new() -> Self {
        Self {
            epoch: Instant::now(),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            to_accepted: histogram(),
            to_delivered: histogram(),
        }
    }

    /// Microseconds until `instant`.
    pub(super) fn us_at(&self, instant: Instant) -> u64 {
        instant.duration_since(self.epoch).as_micros() as u64
    }

    pub(super) fn accepted(&self, due_us: u64) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
        record(&self.to_accepted, self.us_at(Instant::now()).saturating_sub(due_us));
    }

    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn delivered(&self, due_us: u64) {
        self.delivered.fetch_add(1, Ordering::Relaxed);
        record(&self.to_delivered, self.us_at(Instant::now()).saturating_sub(due_us));
    }

    /// Messages accepted, refused, delivered.
    pub(super) fn counts(&self) -> (u64, u64, u64) {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (read(&self.accepted), read(&self.refused), read(&self.delivered))
    }

    /// Milliseconds to the acknowledgement, and to the customer, at a quantile.
    pub(super) fn ms(&self, quantile: f64) -> (f64, f64) {
        let at = |histogram: &Mutex<Histogram<u64>>| {
            let histogram = histogram.lock().expect("invariant: no panic under the lock");
            histogram.value_at_quantile(quantile) as f64 / 1e3
        };
        (at(&self.to_accepted), at(&self.to_delivered))
    }

    pub(super) fn reset(&self) {
        for counter in [&self.accepted, &self.refused, &self.delivered] {
            counter.store(0, Ordering::Relaxed);
        }
        for histogram in [&self.to_accepted, &self.to_delivered] {
            histogram.lock().expect("invariant: no panic under the lock").reset();
        }
    }
}
