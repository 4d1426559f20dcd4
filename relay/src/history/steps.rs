//! How a report goes through time: from where to where it reads which sums, and where the hours and days of a time zone begin.

use jiff::Timestamp as Instant;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::cells::QUARTER_MS;
use super::store::Unit;

/// The length of a step of the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Hour,
    Day,
}

/// Sums of one unit, from and before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) unit: Unit,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// The sums that make up a time in quarters, with as few rows as can be: none longer than `unit`.
pub(super) fn cover(from: u64, to: u64, unit: Unit) -> Vec<Stretch> {
    if from >= to {
        return Vec::new();
    }
    let finer = match unit {
        Unit::Quarter => return vec![Stretch { unit, from, to }],
        Unit::Hour => Unit::Quarter,
        Unit::Day => Unit::Hour,
        Unit::Days32 => Unit::Day,
    };
    let (first, last) = (from.div_ceil(unit.quarters()), to / unit.quarters());
    if first >= last {
        return cover(from, to, finer);
    }
    let mut all = cover(from, first * unit.quarters(), finer);
    all.push(Stretch { unit, from: first, to: last });
    all.extend(cover(last * unit.quarters(), to, finer));
    all
}

/// Where the steps of a time begin, in quarters; the first of them may begin before it.
pub(super) fn starts(step: Step, zone: &TimeZone, from: u64, to: u64) -> Vec<u64> {
    match step {
        Step::Day => days(zone, from, to),
        Step::Hour => {
            // Clocks differ by quarters of an hour. An hour that a change of the clocks makes shorter is counted as it is.
            let first = days(zone, from, to).first().copied().unwrap_or(from);
            let first = first + (from - first.min(from)) / 4 * 4;
            (first..to).step_by(4).collect()
        }
    }
}

fn days(zone: &TimeZone, from: u64, to: u64) -> Vec<u64> {
    let instant = |quarter: u64| Instant::from_millisecond(i64::try_from(quarter * QUARTER_MS).ok()?).ok();
    let Some(first) = instant(from) else { return vec![from] };
    let mut date = first.to_zoned(zone.clone()).date();
    let mut all = Vec::new();
    loop {
        // A midnight that a clock skips is as much later.
        let midnight = zone.to_ambiguous_timestamp(date.to_datetime(Time::midnight())).compatible();
        let quarter =
            midnight.ok().and_then(|at| u64::try_from(at.as_millisecond()).ok()).map_or(0, |ms| ms / QUARTER_MS);
        if quarter >= to {
            return all;
        }
        all.push(quarter);
        let Ok(next) = date.tomorrow() else { return all };
        date = next;
    }
}

/// The longest unit in which all of these begin.
pub(super) fn unit_of(starts: &[u64]) -> Unit {
    let fits = |unit: &Unit| starts.iter().all(|start| start % unit.quarters() == 0);
    [Unit::Day, Unit::Hour].into_iter().find(fits).unwrap_or(Unit::Quarter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_covered_once_by_the_longest_units() {
        for (from, to) in [(0, 96), (1, 1), (3, 5), (7, 200), (95, 97), (10, 1_000), (96, 288), (3_000, 40_001)] {
            for unit in Unit::ALL {
                let mut at = from;
                for stretch in cover(from, to, unit) {
                    assert_eq!(stretch.from * stretch.unit.quarters(), at, "{from}..{to}");
                    at = stretch.to * stretch.unit.quarters();
                    assert!(stretch.unit.quarters() <= unit.quarters());
                }
                assert_eq!(at, to.max(from));
            }
        }
        assert_eq!(cover(96, 288, Unit::Day), [Stretch { unit: Unit::Day, from: 1, to: 3 }]);
        assert_eq!(cover(95, 97, Unit::Day).len(), 1);
    }
}
