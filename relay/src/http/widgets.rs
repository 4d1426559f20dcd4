//! `/api/widgets/<name>/reconnect`: the reconnect settings of a widget, for admins.
//!
//! What the settings file declares is read-only here (design 2.11): a widget of which the file says nothing about reconnect can be
//! set, and that outlives restarts.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Role;
use serde_json::{Map, Value, json};

use super::Problem;
use super::api::{json as body_of, registry, who};
use crate::registry::Agent;
use crate::relay::Relay;
use crate::settings::{Settings, WidgetSettings};

/// `GET /api/widgets/<name>/reconnect`
pub(super) async fn reconnect(
    State(relay): State<Arc<Relay>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    admin(&relay, &headers).await?;
    let settings = relay.declared.lock().await;
    Ok(shown(widget(&settings, &name)?))
}

/// `PUT /api/widgets/<name>/reconnect`
pub(super) async fn set_reconnect(
    State(relay): State<Arc<Relay>>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    relay.own_origins.check(request.headers())?;
    let admin = admin(&relay, request.headers()).await?;
    let document: Map<String, Value> = body_of(request).await?;
    let mut settings = relay.declared.lock().await;
    let old = widget(&settings, &name)?;
    if old.declares_reconnect {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "declared-in-file",
            "The settings file declares this widget's reconnect settings; change them there.",
        ));
    }
    let new = match old.with_reconnect(&document) {
        Ok(new) => new,
        Err(mistakes) => return Ok(unprocessable(mistakes.sentences())),
    };
    let (now, slug, document) = (relay.clock.now(), new.name.clone(), new.reconnect_document());
    registry(&relay, move |registry| registry.put_reconnect(now, &admin, &slug, &document)).await?;
    let answer = shown(&new);
    crate::reload::take_widget(&relay, &mut settings, new).await;
    Ok(answer)
}

async fn admin(relay: &Arc<Relay>, headers: &HeaderMap) -> Result<Agent, Problem> {
    let signed_in = who(relay, headers).await?;
    if signed_in.agent.role == Role::Admin {
        Ok(signed_in.agent)
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, "not-allowed", "Only an admin may do this."))
    }
}

fn widget<'a>(settings: &'a Settings, name: &str) -> Result<&'a WidgetSettings, Problem> {
    let found = settings.widgets.iter().find(|widget| widget.name.as_str() == name);
    found.ok_or(Problem::new(StatusCode::NOT_FOUND, "unknown-widget", "There is no such widget."))
}

fn shown(widget: &WidgetSettings) -> Response {
    let body = json!({ "declared_in_file": widget.declares_reconnect, "reconnect": widget.reconnect_document() });
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn unprocessable(sentences: &[String]) -> Response {
    let body = json!({
        "type": "/problems/invalid-settings",
        "title": "The settings have mistakes.",
        "status": 422,
        "mistakes": sentences,
    });
    let mut response = (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
