//! Presence: one's own, and another agent's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{AgentId, Presence};
use serde_json::Value;
use wire::Request as Ask;

use super::{ask, within_limits};
use crate::http::Problem;
use crate::http::api::{document, read};
use crate::http::caller::Caller;
use crate::http::policy::Act;
use crate::relay::Relay;

/// `PUT /api/presence`: one's own.
pub(in crate::http) async fn set(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::Converse).await?;
    within_limits(&relay, &caller)?;
    let presence = presence(request).await?;
    ask(&relay, &caller, &Ask::SetPresence { presence }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `PUT /api/people/{id}/presence`: another agent's.
pub(in crate::http) async fn set_of(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::Oversee).await?;
    within_limits(&relay, &caller)?;
    let agent: AgentId = id.parse().map_err(|_| Problem::unknown("person"))?;
    let presence = presence(request).await?;
    ask(&relay, &caller, &Ask::SetPresenceOf { agent, presence }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The presence that a body names; null goes back to the computed one.
async fn presence(request: Request<Body>) -> Result<Option<Presence>, Problem> {
    let document = document(request).await?;
    let is_there = document.contains_key("presence");
    read(&document, |fields| {
        if !is_there {
            fields.mistake("presence", "is missing");
        }
        let Some(name) = fields.optional::<String>("presence") else { return Some(None) };
        let presence = serde_json::from_value(Value::String(name)).ok();
        if presence.is_none() {
            fields.mistake("presence", "is not the name of a presence");
        }
        Some(presence)
    })
}
