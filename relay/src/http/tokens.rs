//! `/api/tokens` and `/api/audit`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use model::ApiTokenId;
use serde::Deserialize;
use wire::api::{Audit, MadeToken, Scope, Token, Tokens};

use super::Problem;
use super::api::{answer, document, read, registry};
use super::caller::Caller;
use super::policy::Act;
use super::quick_replies::is_line;
use crate::registry::{StoredToken, TokenSecret};
use crate::relay::Relay;

/// The most audit rows of one answer.
const AUDIT_ROWS_MAX: u32 = 500;

/// `GET /api/tokens`
pub(super) async fn list(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::ManageTokens).await?;
    let found = registry(&relay, |registry| registry.tokens()).await?;
    Ok(answer(StatusCode::OK, &Tokens { tokens: found.into_iter().map(shown).collect() }))
}

/// `POST /api/tokens`: the one answer that holds the secret.
pub(super) async fn add(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::ManageTokens).await?;
    let document = document(request).await?;
    let (title, scope) = read(&document, |fields| {
        let title: Option<String> = fields.required("title");
        if title.as_deref().is_some_and(|title| !is_line(title, model::NAME_CHARS_MAX)) {
            fields.mistake("title", "must have 1 to 100 characters on one line");
        }
        let scope = match fields.required::<String>("scope").as_deref() {
            Some("read") => Some(Scope::Read),
            Some("act") => Some(Scope::Act),
            Some("admin") => Some(Scope::Admin),
            Some(_) => {
                fields.mistake("scope", "must be \"read\", \"act\" or \"admin\"");
                None
            }
            None => None,
        };
        Some((title?, scope?))
    })?;
    let now = relay.clock.now();
    let id = crate::ids::api_token(now);
    let token = StoredToken { id, agent: caller.agent.id, title, scope, made_at: now, used_at: None };
    let secret = TokenSecret::mint();
    let (kept, hidden) = (token.clone(), secret.clone());
    registry(&relay, move |registry| registry.add_token(caller.by, &kept, &hidden)).await?;
    let made = MadeToken { token: shown(token), secret: secret.expose().to_owned() };
    Ok(answer(StatusCode::CREATED, &made))
}

/// `DELETE /api/tokens/{id}`
pub(super) async fn delete(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, &headers, Act::ManageTokens).await?;
    let id: ApiTokenId = id.parse().map_err(|_| Problem::unknown("token"))?;
    let now = relay.clock.now();
    registry(&relay, move |registry| registry.delete_token(now, caller.by, id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn shown(stored: StoredToken) -> Token {
    let StoredToken { id, agent, title, scope, made_at, used_at } = stored;
    Token { id, agent, title, scope, made_at, used_at }
}

/// Which part of the audit is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    before: Option<u64>,
    limit: Option<u32>,
}

/// `GET /api/audit`: newest first.
pub(super) async fn audit(
    State(relay): State<Arc<Relay>>,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::ReadAudit).await?;
    let Ok(Query(wanted)) = wanted else { return Err(Problem::malformed_query()) };
    let limit = wanted.limit.unwrap_or(100);
    if !(1..=AUDIT_ROWS_MAX).contains(&limit) {
        return Err(Problem::malformed_query());
    }
    let rows = registry(&relay, move |registry| registry.audit(wanted.before, limit)).await?;
    Ok(answer(StatusCode::OK, &Audit { rows }))
}
