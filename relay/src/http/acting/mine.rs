//! `/api/desk`, `/api/conversations` and `/api/conversations/{id}`: what a person has before them.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use desk::{List, Rank};
use model::Timestamp;
use serde::Deserialize;
use wire::api::{Cards, MyDesk, OneConversation, UnitsTaken};
use wire::limits::{CARDS_PER_LIST_MAX, PAGE_ROWS, PAGE_ROWS_MAX};
use wire::{AgentName, DeskState};

use super::{load_names, within_limits};
use crate::http::Problem;
use crate::http::api::answer;
use crate::http::caller::Caller;
use crate::http::conversations::readable;
use crate::http::policy::Act;
use crate::relay::Relay;
use crate::settings::Mistakes;

/// `GET /api/desk`
pub(in crate::http) async fn my_desk(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    let caller = Caller::reads(&relay, &headers, Act::ReadConversation).await?;
    within_limits(&relay, &caller)?;
    let agent = caller.agent.id;
    let look =
        move |desk: &desk::Desk| (desk.agent_view(agent), desk.list(agent, List::Open, None, CARDS_PER_LIST_MAX));
    let (view, (open, open_count)) = relay.desk.look(look).await.map_err(|_| Problem::overloaded())?;
    // Whoever may sign in is known to the desk in a moment.
    let view = view.ok_or_else(Problem::overloaded)?;
    let unknown = open.iter().filter(|(_, view)| relay.names.is_missing(view.id)).map(|(_, view)| (view.id, view.head));
    load_names(&relay, relay.names.missing(&view).into_iter().chain(unknown)).await;
    let names = relay.names.as_ref();
    let staff = gate::staff_state(view.version, &view.staff, names);
    let open = open.iter().map(|(_, view)| gate::card(view, names)).collect();
    let desk = DeskState { open, open_count, ..gate::desk_state(&view, names) };
    Ok(answer(StatusCode::OK, &MyDesk { desk, staff }))
}

/// Which page of which list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Wanted {
    list: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /api/conversations`
pub(in crate::http) async fn list(
    State(relay): State<Arc<Relay>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::reads(&relay, &headers, Act::ReadConversation).await?;
    within_limits(&relay, &caller)?;
    let Ok(Query(wanted)) = wanted else { return Err(Problem::malformed_query()) };
    let mut mistakes = Mistakes::default();
    let list = match wanted.list.as_deref() {
        None | Some("mine") => List::Mine,
        Some("open") => List::Open,
        Some("closed") => List::Closed,
        Some(_) => {
            mistakes.add("list", "must be \"mine\", \"open\" or \"closed\"");
            List::Mine
        }
    };
    let (after, limit) = page(wanted.after.as_deref(), wanted.limit, &mut mistakes);
    mistakes.into_result().map_err(|mistakes| Problem::mistakes(&mistakes))?;
    let agent = caller.agent.id;
    let look = move |desk: &desk::Desk| desk.list(agent, list, after, limit);
    let (found, count) = relay.desk.look(look).await.map_err(|_| Problem::overloaded())?;
    load_names(&relay, found.iter().map(|(_, view)| (view.id, view.head))).await;
    let next = (found.len() == limit).then(|| found.last().map(|(rank, _)| cursor(*rank))).flatten();
    let conversations = found.iter().map(|(_, view)| gate::card(view, relay.names.as_ref())).collect();
    Ok(answer(StatusCode::OK, &Cards { conversations, count, next }))
}

/// Where a page of a list begins, and how long it is.
fn page(after: Option<&str>, limit: Option<u32>, mistakes: &mut Mistakes) -> (Option<Rank>, usize) {
    let rank = after.map(|text| {
        let (at, number) = text.split_once('-')?;
        Some((Timestamp(at.parse().ok()?), number.parse().ok()?))
    });
    if rank == Some(None) {
        mistakes.add("after", "must be what an earlier page has given as next");
    }
    (rank.flatten(), page_rows(limit, mistakes))
}

/// How long a page is.
pub(in crate::http) fn page_rows(limit: Option<u32>, mistakes: &mut Mistakes) -> usize {
    let limit = limit.unwrap_or(PAGE_ROWS);
    if !(1..=PAGE_ROWS_MAX).contains(&limit) {
        mistakes.add("limit", format!("must be 1 to {PAGE_ROWS_MAX}"));
    }
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// The page after this conversation.
fn cursor((at, number): Rank) -> String {
    format!("{}-{number}", at.0)
}

/// `GET /api/conversations/{id}`
pub(in crate::http) async fn one(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::reads(&relay, &headers, Act::ReadConversation).await?;
    within_limits(&relay, &caller)?;
    let id = readable(&relay, &caller, &id).await?;
    let agent = caller.agent.id;
    let look = move |desk: &desk::Desk| {
        Some((desk.conversation_view(id, agent)?, desk.parts_view(id, agent)?, desk.units_of(id)))
    };
    let found = relay.desk.look(look).await.map_err(|_| Problem::overloaded())?;
    // An old one is in the log alone, where only its transcript is.
    let (view, parts, units) = found.ok_or_else(|| Problem::unknown("conversation"))?;
    load_names(&relay, [(view.id, view.head)].into_iter()).await;
    let names = relay.names.as_ref();
    let units = units.into_iter().map(|(agent, entry)| {
        let line = gate::ledger_line(&entry);
        let name = gate::agent_name(names, agent);
        UnitsTaken { agent: AgentName { agent, name }, units: line.units, cause: line.cause, until: line.until }
    });
    let (state, parts) = (gate::conversation_state(&view, names), gate::parts_state(&parts, names));
    Ok(answer(StatusCode::OK, &OneConversation { state, parts, units: units.collect() }))
}
