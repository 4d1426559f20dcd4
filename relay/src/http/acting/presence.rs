//! Presence: one's own, and another agent's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{AgentId, Presence, PresenceChoice, Slug};
use serde_json::Value;
use wire::Request as Ask;

use super::{ask, within_limits};
use crate::http::Problem;
use crate::http::api::{document, read};
use crate::http::caller::Caller;
use crate::http::policy::Act;
use crate::relay::Relay;
use crate::settings::choice;

/// `PUT /api/presence`: one's own.
pub(in crate::http) async fn set(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::Converse).await?;
    within_limits(&relay, &caller)?;
    let chosen = match presence(&relay, request).await? {
        None => Ask::SetPresence { presence: None },
        Some(PresenceChoice::Base(presence)) => Ask::SetPresence { presence: Some(presence) },
        Some(PresenceChoice::Custom(presence)) => Ask::SetCustomPresence { presence },
    };
    ask(&relay, &caller, &chosen).await?;
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
    let chosen = match presence(&relay, request).await? {
        None => Ask::SetPresenceOf { agent, presence: None },
        Some(PresenceChoice::Base(presence)) => Ask::SetPresenceOf { agent, presence: Some(presence) },
        Some(PresenceChoice::Custom(presence)) => Ask::SetCustomPresenceOf { agent, presence },
    };
    ask(&relay, &caller, &chosen).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The presence that a body names, a custom one by its name in settings; null goes back to the computed one.
async fn presence(relay: &Relay, request: Request<Body>) -> Result<Option<PresenceChoice>, Problem> {
    let document = document(request).await?;
    let is_there = document.contains_key("presence");
    let settings = relay.declared.lock().await;
    let custom: Vec<Slug> = settings.presences.iter().map(|presence| presence.name.clone()).collect();
    drop(settings);
    read(&document, |fields| {
        if !is_there {
            fields.mistake("presence", "is missing");
        }
        let Some(name) = fields.optional::<String>("presence") else { return Some(None) };
        let base = || serde_json::from_value::<Presence>(Value::String(name.clone())).ok().map(PresenceChoice::Base);
        let found = custom.iter().find(|known| known.as_str() == name).and_then(choice).or_else(base);
        if found.is_none() {
            fields.mistake("presence", "is not the name of a presence");
        }
        Some(found)
    })
}
