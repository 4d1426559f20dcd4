//! The browser's clock made monotone, and the relay's clock estimated from it.

use model::{Millis, Timestamp};

/// Inside a machine time never runs backwards: when the browser's clock is set back, everything that was waiting goes on
/// waiting for as long as it had left, not for an hour more.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    last: Timestamp,
    shift: u64,
    /// The relay's clock at an instant of ours.
    relay: Option<(Timestamp, Timestamp)>,
}

impl Clock {
    /// Takes the browser's clock; gives the machine's.
    pub(crate) fn tick(&mut self, raw: Timestamp) -> Timestamp {
        let shifted = raw + Millis(self.shift);
        if shifted < self.last {
            self.shift += self.last.0 - shifted.0;
        } else {
            self.last = shifted;
        }
        self.last
    }

    /// An instant of the machine in the browser's clock, as it stands now.
    pub(crate) fn raw(self, inner: Timestamp) -> Timestamp {
        inner - Millis(self.shift)
    }

    /// An instant of the browser's clock in the machine's.
    pub(crate) fn inner(self, raw: Timestamp) -> Timestamp {
        raw + Millis(self.shift)
    }

    /// The relay said that its clock reads `relay`.
    pub(crate) fn hear(&mut self, relay: Timestamp) {
        self.relay = Some((self.last, relay));
    }

    /// The relay's clock at `raw`; the browser's own until the relay was heard.
    pub(crate) fn relay_now(self, raw: Timestamp) -> Timestamp {
        let inner = self.inner(raw);
        match self.relay {
            None => raw,
            Some((ours, theirs)) if inner >= ours => theirs + inner.since(ours),
            Some((ours, theirs)) => theirs - ours.since(inner),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_stops_nothing() {
        let mut clock = Clock::default();
        assert_eq!(clock.tick(Timestamp(10_000)), Timestamp(10_000));
        clock.hear(Timestamp(500));
        assert_eq!(clock.tick(Timestamp(4_000)), Timestamp(10_000));
        assert_eq!(clock.tick(Timestamp(5_000)), Timestamp(11_000));
        assert_eq!(clock.raw(Timestamp(12_000)), Timestamp(6_000));
        assert_eq!(clock.relay_now(Timestamp(6_000)), Timestamp(2_500));
    }

    #[test]
    fn the_relays_clock_counts_whatever_the_browsers_says() {
        let mut clock = Clock::default();
        assert_eq!(clock.relay_now(Timestamp(7)), Timestamp(7));
        clock.tick(Timestamp(1_000));
        clock.hear(Timestamp(90_000));
        assert_eq!(clock.relay_now(Timestamp(1_500)), Timestamp(90_500));
        assert_eq!(clock.relay_now(Timestamp(500)), Timestamp(89_500));
    }
}
