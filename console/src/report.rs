//! What a report asks the relay for, and how its figures are said. Pure.

use model::{Millis, Timestamp};
use wire::api::{Figures, SummaryPoint};

use crate::clock::{Clock, span};

/// The time that a report is about, up to now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// The last 24 hours.
    #[default]
    Day,
    /// The last 7 days.
    Week,
    /// The last 30 days.
    Month,
    /// The last 365 days.
    Year,
}

impl Period {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Year => "12 months",
        }
    }

    const fn length(self) -> Millis {
        Millis::hours(match self {
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
            Self::Year => 365 * 24,
        })
    }

    /// Whether it is drawn by the hour rather than by the day.
    #[must_use]
    pub const fn is_by_hour(self) -> bool {
        matches!(self, Self::Day)
    }

    /// The length of one bar.
    #[must_use]
    pub const fn step(self) -> Millis {
        Millis::hours(if self.is_by_hour() { 1 } else { 24 })
    }
}

/// By what figures are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// By queue.
    #[default]
    Queue,
    /// By agent.
    Agent,
    /// By widget.
    Widget,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Queue, Self::Agent, Self::Widget];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "Queue",
            Self::Agent => "Agent",
            Self::Widget => "Widget",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Agent => "agent",
            Self::Widget => "widget",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The time.
    pub period: Period,
    /// Grouped by what.
    pub by: By,
    /// Only of this queue, by its name.
    pub queue: Option<String>,
    /// Only of this agent, by their id.
    pub agent: Option<String>,
    /// Only of this widget, by its name.
    pub widget: Option<String>,
    /// Whose hours and days the steps are, by the name of the time zone; UTC where empty.
    pub time_zone: String,
    /// Who left within so many seconds did not wait; as each queue says where none is named.
    pub short_abandon: Option<String>,
}

/// What can be asked for as the time after which somebody has waited, in seconds.
pub const SHORT_ABANDONS: [&str; 7] = ["5", "10", "20", "30", "40", "60", "120"];

impl Asked {
    fn query(&self, now: Timestamp) -> String {
        let from = now - self.period.length();
        let mut query = format!("from={}&to={}", from.0, now.0);
        for (key, value) in [("queue", &self.queue), ("agent", &self.agent), ("widget", &self.widget)] {
            if let Some(value) = value {
                // Names and ids are letters, digits, hyphens and underscores.
                query.push_str(&format!("&{key}={value}"));
            }
        }
        query
    }

    /// The address of the summary.
    #[must_use]
    pub fn summary(&self, now: Timestamp) -> String {
        let step = if self.period.is_by_hour() { "hour" } else { "day" };
        let mut address = format!("/api/reports/summary?{}&step={step}&by={}", self.query(now), self.by.key());
        if !self.time_zone.is_empty() {
            address.push_str(&format!("&time_zone={}", self.time_zone.replace('+', "%2B")));
        }
        if let Some(seconds) = &self.short_abandon {
            address.push_str(&format!("&short_abandon={seconds}"));
        }
        address
    }

    /// The address of the presences of agents.
    #[must_use]
    pub fn presence(&self, now: Timestamp) -> String {
        let agent = self.agent.as_ref().map_or_else(String::new, |agent| format!("&agent={agent}"));
        format!("/api/reports/presence?from={}&to={}{agent}", (now - self.period.length()).0, now.0)
    }

    /// The address of the conversations as a file for spreadsheets.
    #[must_use]
    pub fn csv(&self, now: Timestamp) -> String {
        format!("/api/reports/conversations.csv?{}", self.query(now))
    }
}

/// One bar of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// When it begins.
    pub at: Timestamp,
    /// Conversations that started.
    pub incoming: u64,
    /// Of these, abandoned.
    pub abandoned: u64,
}

/// The bars of a time, with those in which nothing was. Days begin by `clock`; where a change of the clocks moves one by an hour, it has
/// the nearest place.
#[must_use]
pub fn bars(series: &[SummaryPoint], from: Timestamp, to: Timestamp, step: Millis, clock: Clock) -> Vec<Bar> {
    let (first, length) = (clock.step_start(from, step).0, step.0.max(1));
    let count = to.0.saturating_sub(first).div_ceil(length);
    let mut bars: Vec<Bar> =
        (0..count).map(|at| Bar { at: Timestamp(first + at * length), incoming: 0, abandoned: 0 }).collect();
    for point in series {
        let at = (point.at.0 + length / 2).saturating_sub(first) / length;
        if let Some(bar) = usize::try_from(at).ok().and_then(|at| bars.get_mut(at)) {
            bar.incoming += point.figures.incoming;
            bar.abandoned += point.figures.abandoned;
        }
    }
    bars
}

/// A length in ms as people read it; a dash where nothing is known.
#[must_use]
pub fn length(ms: Option<u64>) -> String {
    ms.map_or_else(|| "–".to_owned(), |ms| span(Millis(ms)))
}

/// How much of a whole, in hundredths: "12 %".
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    match (part * 100 + whole / 2).checked_div(whole) {
        Some(share) => format!("{share} %"),
        None => "–".to_owned(),
    }
}

/// All that came back after a disconnect.
#[must_use]
pub const fn returned(figures: &Figures) -> u64 {
    let ways = &figures.returns;
    ways.token + ways.link + ways.prompt + ways.sign_in + ways.handover
}

/// When a bar begins, as people read it.
#[must_use]
pub fn moment(clock: Clock, at: Timestamp, by_hour: bool) -> String {
    // Noon is in the day, whatever the clocks did at midnight.
    if by_hour { clock.time_of_day(at) } else { clock.date(at + Millis::hours(12)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;

    #[test]
    fn the_address_says_what_is_asked_for() {
        let asked = Asked { queue: Some("delivery".to_owned()), ..Asked::default() };
        assert_eq!(
            asked.summary(Timestamp(100_000_000)),
            "/api/reports/summary?from=13600000&to=100000000&queue=delivery&step=hour&by=queue"
        );
        assert_eq!(
            asked.csv(Timestamp(100_000_000)),
            "/api/reports/conversations.csv?from=13600000&to=100000000&queue=delivery"
        );
        let asked = Asked {
            widget: Some("shop".to_owned()),
            time_zone: "Etc/GMT+5".to_owned(),
            short_abandon: Some("20".to_owned()),
            ..Asked::default()
        };
        assert_eq!(
            asked.summary(Timestamp(100_000_000)),
            "/api/reports/summary?from=13600000&to=100000000&widget=shop&step=hour&by=queue&time_zone=Etc/GMT%2B5&short_abandon=20"
        );
    }

    #[test]
    fn days_are_those_of_the_clock_and_keep_their_place_when_it_changes() {
        let day = Millis::hours(24);
        let hour = 3_600_000;
        let point =
            |at: u64| SummaryPoint { at: Timestamp(at * hour), figures: Figures { incoming: 1, ..canned::figures() } };
        // Two hours east of Greenwich: midnights at 22:00, and once an hour later.
        let clock = Clock { now: Timestamp(0), zone: crate::clock::Zone::Fixed(120) };
        let bars = bars(&[point(22), point(47)], Timestamp(24 * hour), Timestamp(72 * hour), day, clock);
        assert_eq!(bars.iter().map(|bar| bar.incoming).collect::<Vec<_>>(), [1, 1, 0]);
        assert_eq!(moment(clock, bars[0].at, false), "1970-01-02");
    }

    #[test]
    fn hours_in_which_nothing_was_have_a_place() {
        let hour = 3_600_000;
        let point = |at: u64, incoming| SummaryPoint {
            at: Timestamp(at * hour),
            figures: Figures { incoming, ..canned::figures() },
        };
        let bars = bars(&[point(2, 5)], Timestamp(hour), Timestamp(4 * hour), Period::Day.step(), canned::CLOCK);
        assert_eq!(bars.iter().map(|bar| bar.incoming).collect::<Vec<_>>(), [0, 5, 0]);
    }

    #[test]
    fn figures_are_said_as_people_read_them() {
        assert_eq!(
            (share(1, 3), share(0, 0), length(Some(62_000)), length(None)),
            ("33 %".to_owned(), "–".to_owned(), "1:02".to_owned(), "–".to_owned())
        );
    }
}
