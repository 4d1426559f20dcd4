//! The summary of a report: figures of a time, in steps, and by agent, queue or widget.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use model::{AgentId, QueueId, Timestamp, WidgetId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, ToSql};
use wire::api::{Figures as Shown, Returns, Summary, SummaryGroup, SummaryPoint};

use super::cells::{FIGURES, QUARTER_MS, Sums, WITHIN_S, figure};
use super::steps::{Step, Stretch, cover, starts, unit_of};
use super::store::{Of, Unit, integer, key};
use super::{History, HistoryError};

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Conversations that started from here on, cut to the quarter of an hour.
    pub(crate) from: Timestamp,
    /// And before here, filled to the quarter of an hour.
    pub(crate) to: Timestamp,
    pub(crate) queue: Option<QueueId>,
    pub(crate) agent: Option<AgentId>,
    pub(crate) widget: Option<WidgetId>,
    pub(crate) step: Option<Step>,
    pub(crate) by: Option<GroupBy>,
    /// Who left within so many seconds did not wait; one of [`WITHIN_S`]. Nothing: each queue's own.
    pub(crate) short_abandon_s: Option<u64>,
}

/// By whose clocks and rules a report is read.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    /// Whose hours and days the steps are.
    pub(crate) time_zone: TimeZone,
    /// The queues' own short abandons, where a report names none; of [`WITHIN_S`], the first of them where there is no such queue.
    pub(crate) short_abandons_s: BTreeMap<QueueId, u64>,
}

impl Default for Manner {
    fn default() -> Self {
        Self { time_zone: TimeZone::UTC, short_abandons_s: BTreeMap::new() }
    }
}

/// What the groups are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupBy {
    Agent,
    Queue,
    Widget,
}

impl Asked {
    fn quarters(&self) -> (u64, u64) {
        (self.from.0 / QUARTER_MS, self.to.0.div_ceil(QUARTER_MS))
    }
}

/// What a cell of a report comes to.
#[derive(Clone, Copy, Debug)]
struct Found {
    sums: Sums,
    abandoned_short: i64,
}

impl Found {
    const NOTHING: Self = Self { sums: Sums::NONE, abandoned_short: 0 };

    fn add(&mut self, other: &Self) {
        self.sums.add(&other.sums);
        self.abandoned_short += other.abandoned_short;
    }
}

impl History {
    /// The summary. Reads sums only: its cost grows with hours, days, queues, widgets and agents, not with conversations. Blocks.
    pub(crate) fn summary(&self, asked: &Asked, manner: &Manner) -> Result<Summary, HistoryError> {
        self.with(|connection| {
            let (from, to) = asked.quarters();
            let report = Report { connection, asked, short: Short::of(asked, manner) };
            let total = report.sums(cover(from, to, Unit::Days32), "x''", false)?;
            let total = total.into_values().next().unwrap_or(Found::NOTHING);
            let series = match asked.step {
                None => Vec::new(),
                Some(step) => report.series(&starts(step, &manner.time_zone, from, to))?,
            };
            let groups = match asked.by {
                None => Vec::new(),
                Some(by) => report.groups(by)?,
            };
            Ok(Summary {
                from: Timestamp(from * QUARTER_MS),
                to: Timestamp(to * QUARTER_MS),
                time_zone: manner.time_zone.iana_name().unwrap_or("UTC").to_owned(),
                total: shown(&total),
                series,
                groups,
            })
        })
    }
}

/// What of a row counts as a short abandon.
struct Short {
    /// This column, but of the queues below.
    column: String,
    /// What these queues count otherwise.
    others: Vec<(QueueId, String)>,
}

impl Short {
    fn of(asked: &Asked, manner: &Manner) -> Self {
        let column = |seconds: u64| {
            let place = WITHIN_S.iter().position(|known| *known == seconds).unwrap_or(0);
            format!("f{}", figure::ABANDONED_WITHIN + place)
        };
        if let Some(seconds) = asked.short_abandon_s {
            return Self { column: column(seconds), others: Vec::new() };
        }
        let others = manner.short_abandons_s.iter().filter(|(_, seconds)| **seconds != WITHIN_S[0]);
        let others = others.map(|(queue, seconds)| (*queue, column(*seconds))).collect();
        Self { column: column(WITHIN_S[0]), others }
    }

    /// Of a row that tells its queue.
    fn by_queue(&self) -> String {
        let case = |(queue, column): &(QueueId, String)| format!(" WHEN x'{:032x}' THEN {column}", queue.as_u128());
        let cases: String = self.others.iter().map(case).collect();
        if cases.is_empty() { self.column.clone() } else { format!("CASE queue{cases} ELSE {} END", self.column) }
    }
}

struct Report<'a> {
    connection: &'a Connection,
    asked: &'a Asked,
    short: Short,
}

impl Report<'_> {
    fn series(&self, starts: &[u64]) -> Result<Vec<SummaryPoint>, HistoryError> {
        let (from, to) = self.asked.quarters();
        let mut found: BTreeMap<u64, Found> = BTreeMap::new();
        for stretch in cover(from, to, unit_of(starts)) {
            for (at, sums) in self.sums(vec![stretch], "at", false)? {
                let at = u64::from_be_bytes(at.try_into().unwrap_or_default()) * stretch.unit.quarters();
                let step =
                    starts.partition_point(|start| *start <= at).checked_sub(1).map_or(from, |step| starts[step]);
                found.entry(step).or_insert(Found::NOTHING).add(&sums);
            }
        }
        let point = |(at, sums): (u64, Found)| SummaryPoint { at: Timestamp(at * QUARTER_MS), figures: shown(&sums) };
        Ok(found.into_iter().map(point).collect())
    }

    fn groups(&self, by: GroupBy) -> Result<Vec<SummaryGroup>, HistoryError> {
        let column = match by {
            GroupBy::Agent => "who",
            GroupBy::Queue => "queue",
            GroupBy::Widget => "widget",
        };
        let (from, to) = self.asked.quarters();
        let found = self.sums(cover(from, to, Unit::Days32), column, by == GroupBy::Agent)?;
        let name = |bytes: Vec<u8>| {
            let id = u128::from_be_bytes(bytes.try_into().unwrap_or_default());
            match by {
                GroupBy::Agent => AgentId::from_u128(id).to_string(),
                GroupBy::Queue => QueueId::from_u128(id).to_string(),
                GroupBy::Widget => WidgetId::from_u128(id).to_string(),
            }
        };
        let group = |(id, sums): (Vec<u8>, Found)| SummaryGroup { id: name(id), figures: shown(&sums) };
        Ok(found.into_iter().map(group).collect())
    }

    /// Adds up everything of these stretches by a column of the sums. Numbers come as eight bytes.
    fn sums(
        &self,
        stretches: Vec<Stretch>,
        column: &str,
        by_agent: bool,
    ) -> Result<BTreeMap<Vec<u8>, Found>, HistoryError> {
        let asked = self.asked;
        let tells_queues = asked.queue.is_some() || asked.widget.is_some() || matches!(column, "queue" | "widget");
        let of = match () {
            () if asked.agent.is_some() || by_agent => Of::Agents,
            () if tells_queues => Of::Queues,
            () => Of::Everything,
        };
        let short = if of == Of::Everything { self.short.column.clone() } else { self.short.by_queue() };
        let figures: Vec<String> = (0..FIGURES).map(|index| format!("sum(f{index})")).collect();
        let all = format!("sum({short}), max(longest_wait_ms), {}", figures.join(", "));
        let mut found: BTreeMap<Vec<u8>, Found> = BTreeMap::new();
        for stretch in stretches {
            let who = match of {
                Of::Everything => Some(Vec::new()),
                Of::Queues => asked.queue.map(|queue| key(queue.as_u128()).to_vec()),
                Of::Agents => asked.agent.map(|agent| key(agent.as_u128()).to_vec()),
            };
            self.select(of, who, stretch, column, &all, |key, row| {
                found.entry(key).or_insert(Found::NOTHING).add(&read(row)?);
                Ok(())
            })?;
            // What everything together counts as it comes, some queues count otherwise.
            for (queue, theirs) in self.short.others.iter().filter(|_| of == Of::Everything) {
                let more = format!("sum({theirs} - {})", self.short.column);
                self.select(Of::Queues, Some(key(queue.as_u128()).to_vec()), stretch, column, &more, |key, row| {
                    let abandoned_short = row.get(1)?;
                    found.entry(key).or_insert(Found::NOTHING).add(&Found { abandoned_short, ..Found::NOTHING });
                    Ok(())
                })?;
            }
        }
        Ok(found)
    }

    /// Reads the rows of a stretch that are asked about, by a column: of one owner, or of all.
    fn select(
        &self,
        of: Of,
        who: Option<Vec<u8>>,
        Stretch { unit, from, to }: Stretch,
        column: &str,
        what: &str,
        mut take: impl FnMut(Vec<u8>, &Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), HistoryError> {
        // The rows of each owner lie together: of all, each is looked up.
        let whose = if who.is_some() { "= ?4" } else { "IN (SELECT id FROM known WHERE kind = ?4)" };
        let who: Box<dyn ToSql> = who.map_or_else(|| Box::new(of.kind()) as Box<dyn ToSql>, |who| Box::new(who));
        let mut sql =
            format!("SELECT {column}, {what} FROM sums WHERE grain = ?1 AND at >= ?2 AND at < ?3 AND who {whose}");
        let mut values: Vec<Box<dyn ToSql>> =
            vec![Box::new(unit.grain(of)), Box::new(integer(from)), Box::new(integer(to)), who];
        let filters = [
            ("queue", self.asked.queue.map(|queue| queue.as_u128())),
            ("widget", self.asked.widget.map(|widget| widget.as_u128())),
        ];
        for (name, id) in filters.into_iter().filter_map(|(name, id)| Some((name, id?))) {
            values.push(Box::new(key(id)));
            sql += &format!(" AND {name} = ?{}", values.len());
        }
        sql += &format!(" GROUP BY {column}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            take(bytes(row)?, row)?;
        }
        Ok(())
    }
}

fn bytes(row: &Row<'_>) -> rusqlite::Result<Vec<u8>> {
    Ok(match row.get_ref(0)? {
        ValueRef::Integer(number) => number.to_be_bytes().to_vec(),
        ValueRef::Blob(bytes) => bytes.to_vec(),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) => Vec::new(),
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let mut found = Found { abandoned_short: row.get(1)?, ..Found::NOTHING };
    found.sums.longest_wait_ms = row.get(2)?;
    for (index, figure) in found.sums.figures.iter_mut().enumerate() {
        *figure = row.get(index + 3)?;
    }
    Ok(found)
}

fn shown(found: &Found) -> Shown {
    let count = |index: usize| found.sums.figures[index].unsigned_abs();
    let mean = |sum: usize, of: u64| (of > 0).then(|| count(sum) / of);
    let abandoned_short = found.abandoned_short.unsigned_abs();
    let (engaged, sessions, waits) = (count(figure::ENGAGED), count(figure::SESSIONS), count(figure::WAITS));
    Shown {
        incoming: count(figure::INCOMING),
        engaged,
        abandoned: count(figure::ABANDONED).saturating_sub(abandoned_short),
        abandoned_short,
        closed: count(figure::CLOSED),
        wait_ms_mean: mean(figure::WAITED_MS, waits),
        longest_wait_ms: (waits > 0).then(|| found.sums.longest_wait_ms.unsigned_abs()),
        answer_ms_mean: mean(figure::ANSWERED_MS, engaged),
        answered_within: WITHIN_S
            .iter()
            .enumerate()
            .map(|(index, seconds)| (seconds.to_string(), count(figure::ANSWERED_WITHIN + index)))
            .collect(),
        sessions,
        talk_ms_mean: mean(figure::TALKED_MS, sessions),
        wrap_up_ms_mean: mean(figure::WRAPPED_UP_MS, sessions),
        handle_ms_mean: (sessions > 0).then(|| (count(figure::TALKED_MS) + count(figure::WRAPPED_UP_MS)) / sessions),
        transfers: count(figure::TRANSFERS),
        offered: count(figure::OFFERED),
        declined: count(figure::DECLINED),
        missed: count(figure::MISSED),
        disconnects: count(figure::DISCONNECTS),
        returns: Returns {
            token: count(figure::RETURNS),
            link: count(figure::RETURNS + 1),
            prompt: count(figure::RETURNS + 2),
            sign_in: count(figure::RETURNS + 3),
            handover: count(figure::RETURNS + 4),
        },
        hold_saved_ms: count(figure::HOLD_SAVED_MS),
        hold_wasted_ms: count(figure::HOLD_WASTED_MS),
        agent_disconnects: count(figure::AGENT_DISCONNECTS),
    }
}
