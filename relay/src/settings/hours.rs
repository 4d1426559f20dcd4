//! Weekly opening hours as people write them, and the instants that the desk decides by. The desk knows no time zones, so the shell
//! translates some days ahead and does so again while it runs; unchanged windows make no fact.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp as Instant, ToSpan};
use model::{Hours, OpenWindow, Timestamp};

use super::read::Fields;

/// Days before and after today that are translated.
const DAYS_BEFORE: i64 = 1;
const DAYS_AHEAD: i64 = 14;
/// Opening times of one weekday.
pub(super) const PER_DAY_MAX: usize = 8;
/// Days on which a queue is closed.
pub(super) const HOLIDAYS_MAX: usize = 400;

pub(super) const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// `[queues.hours]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WeeklyHours {
    time_zone: TimeZone,
    /// By weekday, Monday first: from, until; `None` is the end of the day.
    week: [Vec<(Time, Option<Time>)>; 7],
    holidays: BTreeSet<Date>,
}

impl WeeklyHours {
    /// The opening times around `now`, from yesterday on. They change with the date, not with the time of day.
    pub(crate) fn around(&self, now: Timestamp) -> Hours {
        let now = i64::try_from(now.0).ok().and_then(|now| Instant::from_millisecond(now).ok());
        let today = now.unwrap_or(Instant::MAX).to_zoned(self.time_zone.clone()).date();
        let mut windows: Vec<OpenWindow> = Vec::new();
        for step in -DAYS_BEFORE..=DAYS_AHEAD {
            let Ok(date) = today.checked_add(Span::new().days(step)) else { continue };
            for window in self.on(date) {
                match windows.last_mut() {
                    // Open around the clock is one window, not one a day.
                    Some(last) if window.opens_at <= last.closes_at => {
                        last.closes_at = last.closes_at.max(window.closes_at);
                    }
                    Some(_) | None => windows.push(window),
                }
            }
        }
        Hours::Windows(windows)
    }

    /// Whether the day at `now` is one of the holidays.
    pub(crate) fn is_holiday(&self, now: Timestamp) -> bool {
        let now = i64::try_from(now.0).ok().and_then(|now| Instant::from_millisecond(now).ok());
        now.is_some_and(|now| self.holidays.contains(&now.to_zoned(self.time_zone.clone()).date()))
    }

    fn on(&self, date: Date) -> impl Iterator<Item = OpenWindow> + '_ {
        let closed = self.holidays.contains(&date);
        let day = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        let times = self.week[day].iter().filter(move |_| !closed);
        times.filter_map(move |(from, until)| {
            let until = match until {
                Some(until) => date.to_datetime(*until),
                None => date.checked_add(1.day()).ok()?.to_datetime(Time::midnight()),
            };
            let (opens_at, closes_at) = (self.instant(date.to_datetime(*from))?, self.instant(until)?);
            // The hour that a clock skips in spring is no opening time.
            (opens_at < closes_at).then_some(OpenWindow { opens_at, closes_at })
        })
    }

    /// A time of day that a clock skips is taken as much later, one that it shows twice as the first of the two.
    fn instant(&self, at: jiff::civil::DateTime) -> Option<Timestamp> {
        let at = self.time_zone.to_ambiguous_timestamp(at).compatible().ok()?;
        u64::try_from(at.as_millisecond()).ok().map(Timestamp)
    }
}

/// Reads `[queues.hours]`.
pub(super) fn read_hours(fields: &mut Fields<'_>) -> Option<WeeklyHours> {
    let name: Option<String> = fields.required("time_zone");
    let time_zone = name.and_then(|name| match TimeZone::get(&name) {
        Ok(time_zone) => Some(time_zone),
        Err(_) => {
            fields.mistake("time_zone", "must be the name of a time zone, such as \"Europe/Berlin\"");
            None
        }
    });
    let week = DAYS.map(|(key, _)| read_day(fields, key));
    let holidays = read_holidays(fields);
    Some(WeeklyHours { time_zone: time_zone?, week, holidays })
}

fn read_day(fields: &mut Fields<'_>, key: &str) -> Vec<(Time, Option<Time>)> {
    let mut times: Vec<(Time, Option<Time>)> = Vec::new();
    for text in fields.optional::<Vec<String>>(key).unwrap_or_default() {
        let Some(read) = read_times(&text) else {
            fields
                .mistake(key, "each element must be two times of the day, such as \"08:00-12:30\" or \"22:00-24:00\"");
            continue;
        };
        if times.last().is_some_and(|(_, until)| until.is_none_or(|until| until > read.0)) {
            fields.mistake(key, "opening times must be in order and must not overlap");
        }
        times.push(read);
    }
    if times.len() > PER_DAY_MAX {
        fields.mistake(key, format!("must have at most {PER_DAY_MAX} opening times"));
    }
    times
}

fn read_times(text: &str) -> Option<(Time, Option<Time>)> {
    let (from, until) = text.split_once('-')?;
    let from = time(from)?;
    if until == "24:00" {
        return Some((from, None));
    }
    let until = time(until)?;
    (from < until).then_some((from, Some(until)))
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let is_two = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    let two = |text: &str| is_two(text).then(|| text.parse::<i8>().ok()).flatten();
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

fn read_holidays(fields: &mut Fields<'_>) -> BTreeSet<Date> {
    let texts = fields.optional::<Vec<String>>("holidays").unwrap_or_default();
    if texts.len() > HOLIDAYS_MAX {
        fields.mistake("holidays", format!("must have at most {HOLIDAYS_MAX} days"));
    }
    let mut days = BTreeSet::new();
    for text in texts {
        match text.parse::<Date>().ok().filter(|_| text.len() == "2026-12-25".len()) {
            Some(day) => {
                days.insert(day);
            }
            None => fields.mistake("holidays", "each element must be a date, such as \"2026-12-25\""),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Mistakes;

    fn read(text: &str) -> Result<WeeklyHours, String> {
        let mut mistakes = Mistakes::default();
        let mut fields = Fields::new("hours", text.parse().expect("TOML"), &mut mistakes);
        let hours = read_hours(&mut fields);
        fields.refuse_the_rest();
        mistakes.into_result().map_err(|mistakes| mistakes.to_string())?;
        Ok(hours.expect("no mistake, so there are hours"))
    }

    fn at(text: &str) -> Timestamp {
        let at: Instant = text.parse().expect("an instant");
        Timestamp(u64::try_from(at.as_millisecond()).expect("after 1970"))
    }

    /// The opening times that begin on these days, in UTC.
    fn opens(hours: &WeeklyHours, now: &str, days: &[&str]) -> Vec<String> {
        let Hours::Windows(windows) = hours.around(at(now)) else { panic!("hours are windows") };
        let show = |at: Timestamp| Instant::from_millisecond(at.0.cast_signed()).expect("an instant").to_string();
        let shown = windows.iter().map(|window| format!("{} to {}", show(window.opens_at), show(window.closes_at)));
        shown.filter(|shown| days.iter().any(|day| shown.starts_with(day))).collect()
    }

    #[test]
    fn hours_follow_the_clocks_of_their_time_zone() {
        let hours = read(
            "time_zone = \"Europe/Berlin\"\nfriday = [\"09:00-12:00\", \"13:00-17:30\"]\nmonday = [\"09:00-17:30\"]\n",
        );
        let hours = hours.expect("good hours");
        let spring = opens(&hours, "2026-03-27T10:00:00Z", &["2026-03-27", "2026-03-30"]);
        let expected = [
            "2026-03-27T08:00:00Z to 2026-03-27T11:00:00Z",
            "2026-03-27T12:00:00Z to 2026-03-27T16:30:00Z",
            "2026-03-30T07:00:00Z to 2026-03-30T15:30:00Z",
        ];
        assert_eq!(spring, expected, "the clocks went forward on Sunday");
        let autumn = opens(&hours, "2026-10-23T10:00:00Z", &["2026-10-23T07", "2026-10-26"]);
        let expected = ["2026-10-23T07:00:00Z to 2026-10-23T10:00:00Z", "2026-10-26T08:00:00Z to 2026-10-26T16:30:00Z"];
        assert_eq!(autumn, expected, "the clocks went back on Sunday");
    }

    #[test]
    fn the_hour_that_is_skipped_and_the_hour_that_comes_twice() {
        let hours = read("time_zone = \"Europe/Berlin\"\nsunday = [\"02:00-03:00\", \"03:30-04:00\"]").expect("good");
        let spring = opens(&hours, "2026-03-28T12:00:00Z", &["2026-03-29"]);
        assert_eq!(spring, ["2026-03-29T01:30:00Z to 2026-03-29T02:00:00Z"], "02:00 to 03:00 was skipped");
        let autumn = opens(&hours, "2026-10-24T12:00:00Z", &["2026-10-25"]);
        let expected = ["2026-10-25T00:00:00Z to 2026-10-25T02:00:00Z", "2026-10-25T02:30:00Z to 2026-10-25T03:00:00Z"];
        assert_eq!(autumn, expected, "02:00 to 03:00 took two hours");
    }

    #[test]
    fn around_the_clock_is_one_window_and_a_holiday_is_closed() {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let days: String = days.iter().map(|day| format!("{day} = [\"00:00-24:00\"]\n")).collect();
        let text = format!("time_zone = \"America/New_York\"\n{days}holidays = [\"2026-12-25\"]");
        let hours = read(&text).expect("good hours");
        assert_eq!(
            opens(&hours, "2026-12-24T15:00:00Z", &["20"]),
            ["2026-12-23T05:00:00Z to 2026-12-25T05:00:00Z", "2026-12-26T05:00:00Z to 2027-01-08T05:00:00Z"]
        );
    }

    #[test]
    fn the_same_day_gives_the_same_windows() {
        let hours = read("time_zone = \"Asia/Kolkata\"\nmonday = [\"08:00-17:00\"]").expect("good hours");
        let (morning, evening) = (at("2026-11-22T18:30:00Z"), at("2026-11-23T18:29:59Z"));
        assert_eq!(hours.around(morning), hours.around(evening));
        assert_ne!(hours.around(morning), hours.around(at("2026-12-01T12:00:00Z")));
    }

    #[test]
    fn every_mistake_has_its_sentence() {
        let day = "each element must be two times of the day, such as \"08:00-12:30\" or \"22:00-24:00\"";
        let cases = [
            ("", "hours.time_zone: is missing.".to_owned()),
            (
                "time_zone = \"Mars/Olympus\"",
                "hours.time_zone: must be the name of a time zone, such as \"Europe/Berlin\".".to_owned(),
            ),
            ("time_zone = \"UTC\"\nmonday = [\"8-12\"]", format!("hours.monday: {day}.")),
            ("time_zone = \"UTC\"\nmonday = [\"22:00-06:00\"]", format!("hours.monday: {day}.")),
            (
                "time_zone = \"UTC\"\ntuesday = [\"08:00-12:00\", \"11:00-13:00\"]",
                "hours.tuesday: opening times must be in order and must not overlap.".to_owned(),
            ),
            (
                "time_zone = \"UTC\"\nholidays = [\"25.12.2026\"]",
                "hours.holidays: each element must be a date, such as \"2026-12-25\".".to_owned(),
            ),
            ("time_zone = \"UTC\"\nmon = []", "hours.mon: is not a known setting.".to_owned()),
        ];
        for (text, sentence) in cases {
            assert_eq!(read(text).expect_err(text), sentence, "{text}");
        }
    }
}
