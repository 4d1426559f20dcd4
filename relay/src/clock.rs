//! The relay's clock: wall time at start plus monotonic time since (counting the time that the machine slept), never below the
//! last logged stamp. So a jump of the wall clock moves no deadline (product 3).

use std::time::SystemTime;

use model::{Millis, Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// The relay's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Timestamp,
    uptime_at_start: Millis,
}

impl Clock {
    /// A clock that starts now, or at `floor` where the wall clock says earlier.
    pub(crate) fn start(floor: Timestamp) -> Self {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let wall = Timestamp(u64::try_from(wall.as_millis()).unwrap_or(u64::MAX));
        Self { started: wall.max(floor), uptime_at_start: uptime() }
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.started + Millis(uptime().0.saturating_sub(self.uptime_at_start.0))
    }
}

fn uptime() -> Millis {
    // Unlike `Instant`, this clock goes on while the machine sleeps.
    let time = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanoseconds = u64::try_from(time.tv_nsec).unwrap_or(0);
    Millis(seconds * 1_000 + nanoseconds / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_starts_below_the_last_stamp() {
        let far = Timestamp(8_000_000_000_000_000);
        let clock = Clock::start(far);
        assert!(clock.now() >= far);
        assert!(Clock::start(Timestamp::ZERO).now() > Timestamp(1_700_000_000_000));
    }
}
