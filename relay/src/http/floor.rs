//! `/api/floor`: what goes on, for supervisors. The desk says it as it is once everything before is durable.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use desk::{Desk, FloorAgentView, FloorFilter, FloorStage, PersonLink, QueueFigures};
use jiff::tz::TimeZone;
use model::{AgentId, QueueId, Slug, Timestamp, Units};
use serde::Deserialize;
use wire::QueueName;
use wire::api::{AgentsSummary, Figures, FloorPage, FloorPeople, FloorPerson, FloorSummary, QueueSummary};

use super::Problem;
use super::acting::{load_names, page_rows, refused, within_limits};
use super::api::answer;
use super::caller::Caller;
use super::policy::Act;
use super::reports::{manner, time_zone};
use crate::history::Asked;
use crate::relay::Relay;
use crate::settings::{Mistakes, queue_id, widget_id};

type Wanted<T> = Result<Query<T>, QueryRejection>;

/// Somebody who sees the floor: over HTTP by their role, and by the desk's table.
async fn look<T: Send + 'static>(
    relay: &Arc<Relay>,
    headers: &HeaderMap,
    look: impl FnOnce(&Desk, AgentId) -> T + Send + 'static,
) -> Result<T, Problem> {
    let caller = Caller::reads(relay, headers, Act::SeeFloor).await?;
    within_limits(relay, &caller)?;
    let agent = caller.agent.id;
    let seen = relay.desk.look(move |desk| desk.may_see_floor(agent).map(|()| look(desk, agent))).await;
    seen.map_err(|_| Problem::overloaded())?.map_err(|reason| refused(relay, gate::refusal_code(reason)))
}

/// Whose day it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedSummary {
    time_zone: Option<String>,
}

/// `GET /api/floor`
pub(super) async fn summary(
    State(relay): State<Arc<Relay>>,
    wanted: Wanted<WantedSummary>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let see = |desk: &Desk, _| (desk.queue_figures(), desk.floor_agents().collect::<Vec<_>>());
    let (queues, agents) = look(&relay, &headers, see).await?;
    let Ok(Query(wanted)) = wanted else { return Err(Problem::malformed_query()) };
    let mut mistakes = Mistakes::default();
    let time_zone = time_zone(wanted.time_zone.as_deref(), &mut mistakes);
    mistakes.into_result().map_err(|mistakes| Problem::mistakes(&mistakes))?;
    let today = today(&relay, time_zone).await;
    Ok(answer(StatusCode::OK, &summed(&relay, &queues, &agents, today)))
}

fn summed(
    relay: &Relay,
    queues: &BTreeMap<QueueId, QueueFigures>,
    agents: &[FloorAgentView],
    today: Option<Figures>,
) -> FloorSummary {
    let sum = |of: fn(&QueueFigures) -> u32| queues.values().map(of).sum();
    FloorSummary {
        at: relay.clock.now(),
        waiting: sum(|queue| queue.waiting),
        waiting_since: queues.values().filter_map(|queue| queue.waiting_since).min(),
        active: sum(|queue| queue.active),
        wrap_up: sum(|queue| queue.wrap_up),
        agents: people(agents),
        queues: queues.iter().map(|(id, figures)| queue_of(relay, *id, figures, agents)).collect(),
        today,
    }
}

fn is_here(agent: &&FloorAgentView) -> bool {
    agent.link == PersonLink::Here
}

fn count<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}

fn people(agents: &[FloorAgentView]) -> AgentsSummary {
    let mut presences = BTreeMap::new();
    for agent in agents {
        let presence = serde_json::to_value(agent.presence).expect("invariant: a presence can be written");
        *presences.entry(presence.as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
    }
    let here = || agents.iter().filter(is_here);
    AgentsSummary {
        count: count(agents.iter()),
        connected: count(here()),
        presences,
        total: here().map(|agent| agent.total).sum(),
        used: here().map(|agent| agent.used).sum(),
        held: here().map(|agent| agent.held).sum(),
    }
}

fn queue_of(relay: &Relay, id: QueueId, figures: &QueueFigures, agents: &[FloorAgentView]) -> QueueSummary {
    let serving = || agents.iter().filter(|agent| agent.queues.contains(&id));
    let free = |agent: &FloorAgentView| (agent.total - agent.used).max(Units(0));
    let name = gate::Names::queue(relay.names.as_ref(), id).unwrap_or_default();
    QueueSummary {
        queue: QueueName { queue: id, name },
        waiting: figures.waiting,
        waiting_since: figures.waiting_since,
        active: figures.active,
        wrap_up: figures.wrap_up,
        agents: count(serving()),
        connected: count(serving().filter(is_here)),
        free: serving().filter(is_here).map(free).sum(),
    }
}

/// The figures of a report since midnight.
async fn today(relay: &Arc<Relay>, time_zone: TimeZone) -> Option<Figures> {
    let to = relay.clock.now();
    let now = jiff::Timestamp::from_millisecond(i64::try_from(to.0).ok()?).ok()?;
    let midnight = now.to_zoned(time_zone.clone()).start_of_day().ok()?.timestamp().as_millisecond();
    let from = Timestamp(u64::try_from(midnight).ok()?);
    let (step, by, queue, agent, widget) = (None, None, None, None, None);
    let asked = Asked { from, to, queue, agent, widget, step, by, short_abandon_s: None };
    let manner = manner(relay, time_zone).await;
    let history = Arc::clone(&relay.history);
    let read = tokio::task::spawn_blocking(move || history.summary(&asked, &manner)).await.ok()?;
    read.map_err(|error| tracing::warn!(%error, "the figures of today could not be read")).ok().map(|read| read.total)
}

/// Which conversations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedRows {
    queue: Option<String>,
    widget: Option<String>,
    agent: Option<String>,
    state: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /api/floor/conversations`
pub(super) async fn conversations(
    State(relay): State<Arc<Relay>>,
    wanted: Wanted<WantedRows>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Who may not know of it is told so first.
    Caller::reads(&relay, &headers, Act::SeeFloor).await?;
    let Ok(Query(wanted)) = wanted else { return Err(Problem::malformed_query()) };
    let mut mistakes = Mistakes::default();
    let filter = FloorFilter {
        queue: name("queue", wanted.queue.as_deref(), &mut mistakes).as_ref().map(queue_id),
        widget: name("widget", wanted.widget.as_deref(), &mut mistakes).as_ref().map(widget_id),
        agent: id("agent", "a person's id", wanted.agent.as_deref(), &mut mistakes),
        stage: stage(wanted.state.as_deref(), &mut mistakes),
    };
    let after = id("after", "what an earlier page has given as next", wanted.after.as_deref(), &mut mistakes);
    let limit = page_rows(wanted.limit, &mut mistakes);
    mistakes.into_result().map_err(|mistakes| Problem::mistakes(&mistakes))?;
    let rows = look(&relay, &headers, move |desk, agent| desk.floor_page(agent, filter, after, limit)).await?;
    load_names(&relay, rows.iter().map(|row| (row.id, row.head))).await;
    let next = rows.get(limit - 1).map(|row| row.id.to_string());
    let conversations = rows.iter().map(|row| gate::floor_row(row, relay.names.as_ref())).collect();
    Ok(answer(StatusCode::OK, &FloorPage { conversations, next }))
}

/// Which agents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedAgents {
    queue: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /api/floor/agents`
pub(super) async fn agents(
    State(relay): State<Arc<Relay>>,
    wanted: Wanted<WantedAgents>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeeFloor).await?;
    let Ok(Query(wanted)) = wanted else { return Err(Problem::malformed_query()) };
    let mut mistakes = Mistakes::default();
    let queue = name("queue", wanted.queue.as_deref(), &mut mistakes).as_ref().map(queue_id);
    let after: Option<AgentId> =
        id("after", "what an earlier page has given as next", wanted.after.as_deref(), &mut mistakes);
    let limit = page_rows(wanted.limit, &mut mistakes);
    mistakes.into_result().map_err(|mistakes| Problem::mistakes(&mistakes))?;
    let see = move |desk: &Desk, _| {
        let all = desk.floor_agents().filter(|one| after.is_none_or(|after| one.agent > after));
        let fitting = all.filter(|one| queue.is_none_or(|queue| one.queues.contains(&queue))).take(limit);
        fitting.map(|one| (desk.ledger_of(one.agent), one)).collect::<Vec<_>>()
    };
    let found = look(&relay, &headers, see).await?;
    let next = found.get(limit - 1).map(|(_, one)| one.agent.to_string());
    let agents = found.iter().map(|(ledger, one)| FloorPerson {
        agent: gate::floor_agent(one, relay.names.as_ref()),
        ledger: ledger.iter().map(gate::ledger_line).collect(),
    });
    Ok(answer(StatusCode::OK, &FloorPeople { agents: agents.collect(), next }))
}

fn name(key: &str, text: Option<&str>, mistakes: &mut Mistakes) -> Option<Slug> {
    let name = text.map(str::parse);
    if let Some(Err(_)) = name {
        mistakes.add(key, "must be a name");
    }
    name.and_then(Result::ok)
}

fn id<T: std::str::FromStr>(key: &str, what: &str, text: Option<&str>, mistakes: &mut Mistakes) -> Option<T> {
    let id = text.map(str::parse);
    if let Some(Err(_)) = id {
        mistakes.add(key, format!("must be {what}"));
    }
    id.and_then(Result::ok)
}

fn stage(text: Option<&str>, mistakes: &mut Mistakes) -> Option<FloorStage> {
    match text? {
        "open" => Some(FloorStage::Open),
        "active" => Some(FloorStage::Active),
        "wrap-up" => Some(FloorStage::WrapUp),
        _ => {
            mistakes.add("state", "must be \"open\", \"active\" or \"wrap-up\"");
            None
        }
    }
}
