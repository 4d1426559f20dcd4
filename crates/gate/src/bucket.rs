//! Token buckets.

use model::{Millis, Timestamp};

/// Allows `burst` at once and `per` one token more every so often after it. Counts in thousandths of a millisecond of refill, so
/// that no rounding adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Microseconds of refill that one token costs.
    token_us: u64,
    /// The most that can be saved up, in microseconds of refill.
    full_us: u64,
    saved_us: u64,
    at: Timestamp,
}

impl Bucket {
    /// A full bucket: `burst` at once, then `count` in every `span`. Both must be at least one.
    #[must_use]
    pub fn new(burst: u32, count: u32, span: Millis, now: Timestamp) -> Self {
        let token_us = (span.0 * 1_000).div_ceil(u64::from(count.max(1))).max(1);
        let full_us = token_us * u64::from(burst.max(1));
        Self { token_us, full_us, saved_us: full_us, at: now }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// How long to wait until there is one.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Millis> {
        let gained = now.since(self.at).0.saturating_mul(1_000);
        self.saved_us = self.saved_us.saturating_add(gained).min(self.full_us);
        self.at = self.at.max(now);
        if let Some(rest) = self.saved_us.checked_sub(self.token_us) {
            self.saved_us = rest;
            Ok(())
        } else {
            Err(Millis((self.token_us - self.saved_us).div_ceil(1_000)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate_and_the_wait_is_exact() {
        let mut bucket = Bucket::new(3, 60, Millis::minutes(1), Timestamp(0));
        for _ in 0..3 {
            assert_eq!(bucket.take(Timestamp(0)), Ok(()));
        }
        assert_eq!(bucket.take(Timestamp(0)), Err(Millis(1_000)));
        assert_eq!(bucket.take(Timestamp(999)), Err(Millis(1)));
        assert_eq!(bucket.take(Timestamp(1_000)), Ok(()));
        assert_eq!(bucket.take(Timestamp(1_000)), Err(Millis(1_000)));
        // Saves up no more than the burst, and a clock that stands still or goes back gives nothing.
        for _ in 0..3 {
            assert_eq!(bucket.take(Timestamp(1_000_000)), Ok(()));
        }
        assert_eq!(bucket.take(Timestamp(0)), Err(Millis(1_000)));
        assert_eq!(bucket.take(Timestamp(1_000_999)), Err(Millis(1)));
    }
}
