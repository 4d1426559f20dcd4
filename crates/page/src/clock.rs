//! The browser's clock, as a machine of rules needs it: never backwards.

use std::cell::Cell;

use model::Timestamp;

#[derive(Clone, Copy)]
struct Reading {
    now: f64,
    wall: f64,
    steady: f64,
}

thread_local! {
    static LAST: Cell<Option<Reading>> = const { Cell::new(None) };
}

/// Goes on from the last reading by the longer of two spans: what the steady clock says (which some systems stop while they
/// sleep) and what the wall clock says (which a person can set back).
fn advance(last: Reading, wall: f64, steady: f64) -> Reading {
    let span = (wall - last.wall).max(steady - last.steady).max(0.0);
    Reading { now: last.now + span, wall, steady }
}

/// Now. It never goes backwards, goes on while the computer sleeps, and a wall clock set back stops no timer.
#[must_use]
pub fn now() -> Timestamp {
    let wall = js_sys::Date::now();
    let steady = crate::window().performance().map_or(wall, |performance| performance.now());
    let reading = LAST.get().map_or(Reading { now: wall, wall, steady }, |last| advance(last, wall, steady));
    LAST.set(Some(reading));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970 fit in 53 bits"
    )]
    Timestamp(reading.now as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Reading = Reading { now: 1_000.0, wall: 1_000.0, steady: 5.0 };

    #[test]
    fn both_clocks_run() {
        assert_eq!(advance(START, 1_250.0, 255.0).now, 1_250.0);
    }

    #[test]
    fn a_wall_clock_set_back_stops_nothing() {
        let back = advance(START, 400.0, 255.0);
        assert_eq!(back.now, 1_250.0);
        assert_eq!(advance(back, 500.0, 355.0).now, 1_350.0);
    }

    #[test]
    fn sleep_counts_although_the_steady_clock_stood() {
        assert_eq!(advance(START, 61_000.0, 6.0).now, 61_000.0);
    }
}
