//! `/api/queues`, `/api/workstreams`, `/api/widgets`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::Slug;
use wire::api::{Object, Queues, Widgets, Workstreams};

use super::Problem;
use super::api::answer;
use super::caller::Caller;
use super::policy::Act;
use crate::relay::Relay;
use crate::settings::{Document, Kind, Settings, queue_id, widget_id, workstream_id};

/// `GET /api/queues`
pub(super) async fn queues(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeeObjects).await?;
    let settings = relay.declared.lock().await;
    let names = settings.queues.iter().map(|queue| &queue.name);
    let queues = names.map(|name| shown(&settings, Kind::Queue, name, queue_id(name))).collect();
    Ok(answer(StatusCode::OK, &Queues { queues }))
}

/// `GET /api/workstreams`
pub(super) async fn workstreams(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeeObjects).await?;
    let settings = relay.declared.lock().await;
    let names = settings.workstreams.iter().map(|stream| &stream.name);
    let workstreams = names.map(|name| shown(&settings, Kind::Workstream, name, workstream_id(name))).collect();
    Ok(answer(StatusCode::OK, &Workstreams { workstreams }))
}

/// `GET /api/widgets`
pub(super) async fn widgets(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeeObjects).await?;
    let settings = relay.declared.lock().await;
    let names = settings.widgets.iter().map(|widget| &widget.name);
    let widgets = names.map(|name| shown(&settings, Kind::Widget, name, widget_id(name))).collect();
    Ok(answer(StatusCode::OK, &Widgets { widgets }))
}

fn shown<I>(settings: &Settings, kind: Kind, name: &Slug, id: I) -> Object<I, Document> {
    let document = settings.written.get(kind, name).cloned().unwrap_or_default();
    Object { id, name: name.clone(), declared_in_file: true, settings: document }
}
