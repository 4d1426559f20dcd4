//! The summary of a report: figures of a time, in steps, and by agent, queue or widget.

use std::collections::BTreeMap;

use model::{AgentId, QueueId, Timestamp, WidgetId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ToSql};
use wire::api::{Figures as Shown, Returns, Summary, SummaryGroup, SummaryPoint};

use super::cells::{FIGURES, Figures, HOUR_MS, WITHIN_S, figure};
use super::store::{grain, integer, key};
use super::{History, HistoryError};

const HOURS_PER_DAY: u64 = 24;

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Conversations that started from here on, cut to the hour.
    pub(crate) from: Timestamp,
    /// And before here, filled to the hour.
    pub(crate) to: Timestamp,
    pub(crate) queue: Option<QueueId>,
    pub(crate) agent: Option<AgentId>,
    pub(crate) widget: Option<WidgetId>,
    pub(crate) step: Option<Step>,
    pub(crate) by: Option<GroupBy>,
    /// Who left within so many seconds did not wait; one of [`WITHIN_S`].
    pub(crate) short_abandon_s: u64,
}

/// The length of a step of the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Hour,
    /// By UTC.
    Day,
}

/// What the groups are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupBy {
    Agent,
    Queue,
    Widget,
}

/// Hours, or days, from and before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    is_days: bool,
    from: u64,
    to: u64,
}

impl Asked {
    fn hours(&self) -> (u64, u64) {
        (self.from.0 / HOUR_MS, self.to.0.div_ceil(HOUR_MS))
    }

    /// Whole days are read as days.
    fn stretches(&self, by_hour: bool) -> Vec<Stretch> {
        let (from, to) = self.hours();
        let (first_day, last_day) = (from.div_ceil(HOURS_PER_DAY), to / HOURS_PER_DAY);
        let all = if by_hour || first_day >= last_day {
            vec![Stretch { is_days: false, from, to }]
        } else {
            vec![
                Stretch { is_days: false, from, to: first_day * HOURS_PER_DAY },
                Stretch { is_days: true, from: first_day, to: last_day },
                Stretch { is_days: false, from: last_day * HOURS_PER_DAY, to },
            ]
        };
        all.into_iter().filter(|stretch| stretch.from < stretch.to).collect()
    }
}

impl History {
    /// The summary. Reads sums only: its cost grows with hours, days, queues, widgets and agents, not with conversations. Blocks.
    pub(crate) fn summary(&self, asked: &Asked) -> Result<Summary, HistoryError> {
        self.with(|connection| {
            let total = sums(connection, asked, asked.stretches(false), "x''", false)?;
            let total = total.into_values().next().unwrap_or([0; FIGURES]);
            let series = match asked.step {
                None => Vec::new(),
                Some(step) => series(connection, asked, step)?,
            };
            let groups = match asked.by {
                None => Vec::new(),
                Some(by) => groups(connection, asked, by)?,
            };
            let (from, to) = asked.hours();
            Ok(Summary {
                from: Timestamp(from * HOUR_MS),
                to: Timestamp(to * HOUR_MS),
                total: shown(&total, asked),
                series,
                groups,
            })
        })
    }
}

fn series(connection: &Connection, asked: &Asked, step: Step) -> Result<Vec<SummaryPoint>, HistoryError> {
    let mut found: BTreeMap<u64, Figures> = BTreeMap::new();
    for stretch in asked.stretches(step == Step::Hour) {
        for (at, figures) in sums(connection, asked, vec![stretch], "at", false)? {
            let at = u64::from_be_bytes(at.try_into().unwrap_or_default());
            let hour = if stretch.is_days { at * HOURS_PER_DAY } else { at };
            let at = match step {
                Step::Hour => hour,
                Step::Day => hour / HOURS_PER_DAY * HOURS_PER_DAY,
            };
            let sum = found.entry(at).or_insert([0; FIGURES]);
            sum.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
        }
    }
    let point = |(hour, figures): (u64, Figures)| SummaryPoint {
        at: Timestamp(hour * HOUR_MS),
        figures: shown(&figures, asked),
    };
    Ok(found.into_iter().map(point).collect())
}

fn groups(connection: &Connection, asked: &Asked, by: GroupBy) -> Result<Vec<SummaryGroup>, HistoryError> {
    let column = match by {
        GroupBy::Agent => "agent",
        GroupBy::Queue => "queue",
        GroupBy::Widget => "widget",
    };
    let found = sums(connection, asked, asked.stretches(false), column, by == GroupBy::Agent)?;
    let name = |bytes: Vec<u8>| {
        let id = u128::from_be_bytes(bytes.try_into().unwrap_or_default());
        match by {
            GroupBy::Agent => AgentId::from_u128(id).to_string(),
            GroupBy::Queue => QueueId::from_u128(id).to_string(),
            GroupBy::Widget => WidgetId::from_u128(id).to_string(),
        }
    };
    let group = |(id, figures): (Vec<u8>, Figures)| SummaryGroup { id: name(id), figures: shown(&figures, asked) };
    Ok(found.into_iter().map(group).collect())
}

/// Adds up everything of these stretches by a column of the sums. Numbers come as eight bytes.
fn sums(
    connection: &Connection,
    asked: &Asked,
    stretches: Vec<Stretch>,
    column: &str,
    by_agent: bool,
) -> Result<BTreeMap<Vec<u8>, Figures>, HistoryError> {
    let figures: Vec<String> = (0..FIGURES).map(|index| format!("sum(f{index})")).collect();
    let figures = figures.join(", ");
    let is_of_agents = asked.agent.is_some() || by_agent;
    let mut found: BTreeMap<Vec<u8>, Figures> = BTreeMap::new();
    for Stretch { is_days, from, to } in stretches {
        let grain = match (is_days, is_of_agents) {
            (false, false) => grain::HOUR,
            (true, false) => grain::DAY,
            (false, true) => grain::HOUR_OF_AGENT,
            (true, true) => grain::DAY_OF_AGENT,
        };
        let mut sql = format!("SELECT {column}, {figures} FROM sums WHERE grain = ?1 AND at >= ?2 AND at < ?3");
        let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(grain), Box::new(integer(from)), Box::new(integer(to))];
        let filters = [
            ("agent", asked.agent.map(|agent| agent.as_u128())),
            ("queue", asked.queue.map(|queue| queue.as_u128())),
            ("widget", asked.widget.map(|widget| widget.as_u128())),
        ];
        for (name, id) in filters.into_iter().filter_map(|(name, id)| Some((name, id?))) {
            values.push(Box::new(key(id)));
            sql += &format!(" AND {name} = ?{}", values.len());
        }
        sql += &format!(" GROUP BY {column}");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let id = match row.get_ref(0)? {
                ValueRef::Integer(number) => number.to_be_bytes().to_vec(),
                ValueRef::Blob(bytes) => bytes.to_vec(),
                ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) => Vec::new(),
            };
            let sum = found.entry(id).or_insert([0; FIGURES]);
            for (index, figure) in sum.iter_mut().enumerate() {
                *figure += row.get::<_, i64>(index + 1)?;
            }
        }
    }
    Ok(found)
}

fn shown(figures: &Figures, asked: &Asked) -> Shown {
    let count = |index: usize| figures[index].unsigned_abs();
    let mean = |sum: usize, of: u64| (of > 0).then(|| count(sum) / of);
    let short = WITHIN_S.iter().position(|seconds| *seconds == asked.short_abandon_s);
    let abandoned_short = short.map_or(0, |index| count(figure::ABANDONED_WITHIN + index));
    let (engaged, sessions) = (count(figure::ENGAGED), count(figure::SESSIONS));
    Shown {
        incoming: count(figure::INCOMING),
        engaged,
        abandoned: count(figure::ABANDONED) - abandoned_short,
        abandoned_short,
        closed: count(figure::CLOSED),
        wait_ms_mean: mean(figure::WAITED_MS, count(figure::WAITS)),
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
