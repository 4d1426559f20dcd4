//! `/api/reports/…`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::tz::TimeZone;
use model::{AgentId, Slug, Timestamp};
use serde::Deserialize;
use wire::api::PresenceReport;

use super::Problem;
use super::api::{answer, registry};
use super::caller::Caller;
use super::policy::Act;
use super::streamed::streamed;
use crate::history::{Asked, CsvNames, GroupBy, HistoryError, Manner, Step, WITHIN_S};
use crate::relay::Relay;
use crate::settings::{Mistakes, presence_id, queue_id, widget_id, workstream_id};

/// The longest time of a report by hour, and of any.
const HOURS_OF_HOURS_MAX: u64 = 31 * 24;
const HOURS_MAX: u64 = 3_660 * 24;
const HOUR_MS: u64 = 3_600_000;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    from: Option<u64>,
    to: Option<u64>,
    queue: Option<String>,
    agent: Option<String>,
    widget: Option<String>,
    step: Option<String>,
    by: Option<String>,
    short_abandon: Option<u64>,
    time_zone: Option<String>,
}

/// `GET /api/reports/summary`
pub(super) async fn summary(
    State(relay): State<Arc<Relay>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeeReports).await?;
    let (asked, time_zone) = asked(&relay, wanted)?;
    let manner = manner(&relay, time_zone).await;
    let history = Arc::clone(&relay.history);
    let read = tokio::task::spawn_blocking(move || history.summary(&asked, &manner)).await;
    let summary = read.map_err(|_| Problem::fault())?.map_err(|error| unreadable(&error))?;
    Ok(answer(StatusCode::OK, &summary))
}

/// What presences are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedPresences {
    from: Option<u64>,
    to: Option<u64>,
    agent: Option<String>,
}

/// `GET /api/reports/presence`
pub(super) async fn presences(
    State(relay): State<Arc<Relay>>,
    wanted: Result<Query<WantedPresences>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeeReports).await?;
    let Ok(Query(wanted)) = wanted else { return Err(Problem::malformed_query()) };
    let mut mistakes = Mistakes::default();
    // Nobody knows how long what goes on is going to last.
    let now = relay.clock.now();
    let to = wanted.to.map_or(now, Timestamp).min(now);
    let from = wanted.from.map_or(Timestamp(to.0.saturating_sub(24 * HOUR_MS)), Timestamp);
    if to <= from || to.since(from).0 / HOUR_MS > HOURS_MAX {
        mistakes.add("to", "must be after from, by ten years at most, and from must be in the past");
    }
    let agent: Option<AgentId> = wanted.agent.as_deref().and_then(|agent| agent.parse().ok());
    if wanted.agent.is_some() && agent.is_none() {
        mistakes.add("agent", "must be a person's id");
    }
    mistakes.into_result().map_err(|mistakes| Problem::mistakes(&mistakes))?;
    let history = Arc::clone(&relay.history);
    let read = tokio::task::spawn_blocking(move || history.presences(from, to, agent)).await;
    let report = read.map_err(|_| Problem::fault())?.map_err(|error| unreadable(&error))?;
    Ok(answer(StatusCode::OK, &with_names(&relay, report).await))
}

/// Custom presences by their names; those that are no more keep their ids.
async fn with_names(relay: &Relay, mut report: PresenceReport) -> PresenceReport {
    let settings = relay.declared.lock().await;
    let known = settings.presences.iter().map(|known| (presence_id(&known.name).to_string(), known.name.to_string()));
    let names: BTreeMap<String, String> = known.collect();
    drop(settings);
    let named = |presence: String| names.get(&presence).cloned().unwrap_or(presence);
    for times in &mut report.people {
        let all = std::mem::take(&mut times.presences_ms);
        times.presences_ms = all.into_iter().map(|(presence, ms)| (named(presence), ms)).collect();
    }
    for span in &mut report.spans {
        span.presence = named(std::mem::take(&mut span.presence));
    }
    report
}

/// `GET /api/reports/conversations.csv`
pub(super) async fn csv(
    State(relay): State<Arc<Relay>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::reads(&relay, &headers, Act::SeeReports).await?;
    let (asked, _) = asked(&relay, wanted)?;
    let (now, by) = (relay.clock.now(), caller.by);
    let agents = registry(&relay, move |registry| {
        registry.note_taken(now, by, "report taken", "conversations.csv")?;
        registry.agents()
    })
    .await?;
    let settings = relay.declared.lock().await;
    let names = CsvNames {
        widgets: settings.widgets.iter().map(|widget| (widget_id(&widget.name), widget.name.to_string())).collect(),
        workstreams: settings.workstreams.iter().map(|one| (workstream_id(&one.name), one.name.to_string())).collect(),
        queues: settings.queues.iter().map(|queue| (queue_id(&queue.name), queue.name.to_string())).collect(),
        agents: agents.into_iter().map(|agent| (agent.id, agent.display_name.as_str().to_owned())).collect(),
    };
    drop(settings);
    let history = Arc::clone(&relay.history);
    let mut response = streamed(move |sink| history.csv(&asked, &names, sink).map_err(std::io::Error::other));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"conversations.csv\""));
    Ok(response)
}

/// What a report is read by besides what was asked for: the queues' own short abandons.
pub(super) async fn manner(relay: &Relay, time_zone: TimeZone) -> Manner {
    let settings = relay.declared.lock().await;
    let short = settings.queues.iter().map(|queue| (queue_id(&queue.name), queue.short_abandon.whole_seconds()));
    Manner { time_zone, short_abandons_s: short.collect() }
}

/// A time zone by its name; UTC where none is named.
pub(super) fn time_zone(name: Option<&str>, mistakes: &mut Mistakes) -> TimeZone {
    name.map_or(Ok(TimeZone::UTC), TimeZone::get).unwrap_or_else(|_| {
        mistakes.add("time_zone", "must be the name of a time zone, such as \"Europe/Berlin\"");
        TimeZone::UTC
    })
}

pub(super) fn unreadable(error: &HistoryError) -> Problem {
    tracing::warn!(%error, "a report could not be read");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "reports-unavailable", "Reports can't be read now; try again.")
        .retry_after(model::Millis::seconds(5))
}

/// Reads the query; all mistakes together.
fn asked(relay: &Relay, wanted: Result<Query<Wanted>, QueryRejection>) -> Result<(Asked, TimeZone), Problem> {
    let Ok(Query(wanted)) = wanted else { return Err(Problem::malformed_query()) };
    let mut mistakes = Mistakes::default();
    let now = relay.clock.now();
    let to = wanted.to.map_or(now, Timestamp);
    let from = wanted.from.map_or(Timestamp(to.0.saturating_sub(24 * HOUR_MS)), Timestamp);
    let step = match wanted.step.as_deref() {
        None => None,
        Some("hour") => Some(Step::Hour),
        Some("day") => Some(Step::Day),
        Some(_) => {
            mistakes.add("step", "must be \"hour\" or \"day\"");
            None
        }
    };
    let by = match wanted.by.as_deref() {
        None => None,
        Some("agent") => Some(GroupBy::Agent),
        Some("queue") => Some(GroupBy::Queue),
        Some("widget") => Some(GroupBy::Widget),
        Some(_) => {
            mistakes.add("by", "must be \"agent\", \"queue\" or \"widget\"");
            None
        }
    };
    let hours = to.0.saturating_sub(from.0) / HOUR_MS;
    if to <= from || hours > HOURS_MAX {
        mistakes.add("to", "must be after from, by ten years at most");
    } else if step == Some(Step::Hour) && hours > HOURS_OF_HOURS_MAX {
        mistakes.add("step", "must be \"day\" for more than 31 days");
    }
    let mut name = |key: &str, text: Option<&String>| {
        let parsed: Option<Slug> = text.and_then(|text| text.parse().ok());
        if text.is_some() && parsed.is_none() {
            mistakes.add(key, "must be a name");
        }
        parsed
    };
    let (queue, widget) = (name("queue", wanted.queue.as_ref()), name("widget", wanted.widget.as_ref()));
    let agent: Option<AgentId> = wanted.agent.as_deref().and_then(|agent| agent.parse().ok());
    if wanted.agent.is_some() && agent.is_none() {
        mistakes.add("agent", "must be a person's id");
    }
    let short_abandon_s = wanted.short_abandon;
    if short_abandon_s.is_some_and(|seconds| !WITHIN_S.contains(&seconds)) {
        mistakes.add("short_abandon", format!("must be one of {WITHIN_S:?} seconds"));
    }
    let time_zone = time_zone(wanted.time_zone.as_deref(), &mut mistakes);
    mistakes.into_result().map_err(|mistakes| Problem::mistakes(&mistakes))?;
    let (queue, widget) = (queue.as_ref().map(queue_id), widget.as_ref().map(widget_id));
    Ok((Asked { from, to, queue, agent, widget, step, by, short_abandon_s }, time_zone))
}
