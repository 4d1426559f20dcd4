//! The relay's clock as a person reads it: "1:02" and "14:04".

use model::{Millis, Timestamp};

/// What time it is, and where. Every running clock on the page reads this one value, so that they all tick together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Now, as the relay says it.
    pub now: Timestamp,
    /// Whose wall the times of day are for.
    pub zone: Zone,
}

/// The zone for times of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// The browser's, with its daylight saving.
    Browser,
    /// Minutes east of Greenwich: for tests and the gallery.
    Fixed(i32),
}

const MINUTES_PER_DAY: i64 = 24 * 60;

impl Clock {
    /// Time since `at`: "0:07", "12:40", "1:04:09", "2 d 3 h".
    #[must_use]
    pub fn since(self, at: Timestamp) -> String {
        span(self.now.since(at))
    }

    /// Time until `at`, rounded up so that it never shows less than is left: "0:00" only when it is over.
    #[must_use]
    pub fn until(self, at: Timestamp) -> String {
        span(Millis(at.since(self.now).0.div_ceil(1_000) * 1_000))
    }

    /// The time of day: "14:04".
    #[must_use]
    pub fn time_of_day(self, at: Timestamp) -> String {
        let minutes = self.local_minutes(at).rem_euclid(MINUTES_PER_DAY);
        let (hour, minute) = (minutes / 60, minutes % 60);
        format!("{hour:02}:{minute:02}")
    }

    /// The time of day for today, the day and the time for earlier: "14:04", "Yesterday 14:04", "3 days ago".
    #[must_use]
    pub fn when(self, at: Timestamp) -> String {
        match self.days_ago(at) {
            0 => self.time_of_day(at),
            1 => format!("Yesterday {}", self.time_of_day(at)),
            days => format!("{days} days ago"),
        }
    }

    /// Which day it was: "Today", "Yesterday", "3 days ago".
    #[must_use]
    pub fn day(self, at: Timestamp) -> String {
        match self.days_ago(at) {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            days => format!("{days} days ago"),
        }
    }

    /// How many midnights are between then and now; 0 for the future too.
    #[must_use]
    pub fn days_ago(self, at: Timestamp) -> i64 {
        let day = |at| self.local_minutes(at).div_euclid(MINUTES_PER_DAY);
        (day(self.now) - day(at)).max(0)
    }

    /// The day as a date, for files: "2026-11-20".
    #[must_use]
    pub fn date(self, at: Timestamp) -> String {
        let (year, month, day) = civil(self.local_minutes(at).div_euclid(MINUTES_PER_DAY));
        format!("{year}-{month:02}-{day:02}")
    }

    fn local_minutes(self, at: Timestamp) -> i64 {
        (at.0 / 60_000).cast_signed() + self.minutes_east(at)
    }

    /// How far the wall's clock is before Greenwich then, in minutes.
    fn minutes_east(self, at: Timestamp) -> i64 {
        match self.zone {
            Zone::Fixed(east) => i64::from(east),
            Zone::Browser => browser_minutes_east(at),
        }
    }

    /// When the local day or hour of `at` began, for `step` of a day or an hour. On a day on which the clocks change, as if they had not.
    #[must_use]
    pub fn step_start(self, at: Timestamp, step: Millis) -> Timestamp {
        let east = self.minutes_east(at) * 60_000;
        let step = step.0.max(1).cast_signed();
        let local = at.0.cast_signed() + east;
        Timestamp((local.div_euclid(step) * step - east).max(0).cast_unsigned())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "stamps are below 2^53, offsets small"
)]
fn browser_minutes_east(at: Timestamp) -> i64 {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    -(date.get_timezone_offset() as i64)
}

/// A date of the Gregorian calendar from days since 1970-01-01: Howard Hinnant's way, with years that begin in March.
const fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + (month <= 2) as i64, month, day)
}

/// A length of time: "0:07", "12:40", "1:04:09", "2 d 3 h".
#[must_use]
pub fn span(length: Millis) -> String {
    let seconds = length.whole_seconds();
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match hours {
        0 => format!("{minutes}:{:02}", seconds % 60),
        1..=23 => format!("{hours}:{:02}:{:02}", minutes % 60, seconds % 60),
        _ => format!("{} d {} h", hours / 24, hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_795_176_000_000);
    const CLOCK: Clock = Clock { now: NOON, zone: Zone::Fixed(0) };

    #[test]
    fn spans_read_like_a_clock() {
        for (length, text) in [
            (Millis(0), "0:00"),
            (Millis(999), "0:00"),
            (Millis::seconds(62), "1:02"),
            (Millis::seconds(59 * 60 + 59), "59:59"),
            (Millis::seconds(3_600 + 4 * 60 + 9), "1:04:09"),
            (Millis::hours(51), "2 d 3 h"),
        ] {
            assert_eq!(span(length), text);
        }
    }

    #[test]
    fn a_countdown_never_shows_less_than_is_left() {
        assert_eq!(CLOCK.until(NOON + Millis(1)), "0:01");
        assert_eq!(CLOCK.until(NOON + Millis(1_000)), "0:01");
        assert_eq!(CLOCK.until(NOON), "0:00");
        assert_eq!(CLOCK.until(NOON - Millis(5_000)), "0:00");
    }

    #[test]
    fn days_are_dates() {
        for (days, date) in [(0, (1970, 1, 1)), (11_016, (2000, 2, 29)), (20_777, (2026, 11, 20)), (-1, (1969, 12, 31))]
        {
            assert_eq!(civil(days), date);
        }
        let west = Clock { zone: Zone::Fixed(-13 * 60), ..CLOCK };
        assert_eq!((CLOCK.date(NOON), west.date(NOON)), ("2026-11-20".to_owned(), "2026-11-19".to_owned()));
    }

    #[test]
    fn days_change_at_local_midnight() {
        let late = NOON - Millis::hours(11);
        assert_eq!(CLOCK.when(late), "01:00");
        let west = Clock { zone: Zone::Fixed(-120), ..CLOCK };
        assert_eq!(west.when(late), "Yesterday 23:00");
        assert_eq!(CLOCK.day(NOON - Millis::hours(72)), "3 days ago");
    }
}
