//! `/api/webhooks`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Millis, WebhookId};
use wire::WebUrl;
use wire::api::{MadeWebhook, Webhook, Webhooks};

use super::Problem;
use super::api::{answer, document, read, registry};
use super::caller::Caller;
use super::policy::Act;
use super::quick_replies::is_line;
use crate::registry::StoredWebhook;
use crate::relay::Relay;
use crate::settings::Fields;
use crate::webhooks::{EVENTS, LastDeliveries, WebhookError, is_public_host};

/// How long the old secret of a webhook counts beside a new one.
const OLD_SECRET_FOR: Millis = Millis::hours(24);

/// `GET /api/webhooks`
pub(super) async fn list(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::ManageWebhooks).await?;
    let found = registry(&relay, |registry| registry.webhooks()).await?;
    Ok(answer(StatusCode::OK, &Webhooks { webhooks: found.into_iter().map(shown).collect() }))
}

/// `POST /api/webhooks`: the one answer that holds the secret.
pub(super) async fn add(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::ManageWebhooks).await?;
    let document = document(request).await?;
    let allow_private = relay.settings.webhooks.allow_private_addresses;
    let said = read(&document, |fields| {
        for key in ["url", "title"] {
            if !fields.has(key) {
                fields.mistake(key, "is missing");
            }
        }
        Some(read_change(fields, allow_private))
    })?;
    let (Some(url), Some(title)) = (said.url, said.title) else { return Err(Problem::fault()) };
    let now = relay.clock.now();
    let stored = StoredWebhook {
        id: crate::ids::webhook(now),
        url,
        secret: crate::ids::random::<32>().to_vec(),
        events: said.events.unwrap_or_else(|| EVENTS.map(str::to_owned).to_vec()),
        title,
        enabled: said.enabled.unwrap_or(true),
        made_at: now,
        failing_since: None,
        old_secret: None,
        hears_since: now,
    };
    let kept = stored.clone();
    registry(&relay, move |registry| registry.add_webhook(caller.by, &kept)).await?;
    let secret = told(&stored.secret);
    Ok(answer(StatusCode::CREATED, &MadeWebhook { webhook: shown(stored), secret }))
}

/// `POST /api/webhooks/{id}/secret`: another secret; the one answer that holds it.
pub(super) async fn rotate(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::ManageWebhooks).await?;
    let id = webhook(&id)?;
    let document = document(request).await?;
    let keeps_old = read(&document, |fields| Some(fields.optional("keep_old").unwrap_or(true)))?;
    let now = relay.clock.now();
    let secret = crate::ids::random::<32>().to_vec();
    let until = keeps_old.then_some(now + OLD_SECRET_FOR);
    let stored = registry(&relay, move |registry| registry.rotate_webhook(now, caller.by, id, secret, until)).await?;
    let secret = told(&stored.secret);
    Ok(answer(StatusCode::OK, &MadeWebhook { webhook: shown(stored), secret }))
}

fn told(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// `PATCH /api/webhooks/{id}`
pub(super) async fn change(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::ManageWebhooks).await?;
    let id = webhook(&id)?;
    let document = document(request).await?;
    let allow_private = relay.settings.webhooks.allow_private_addresses;
    let said = read(&document, |fields| Some(read_change(fields, allow_private)))?;
    let now = relay.clock.now();
    let stored = registry(&relay, move |registry| {
        let mut stored = registry.webhook(id)?;
        if said.enabled == Some(true) || said.url.is_some() {
            stored.failing_since = None;
        }
        if said.enabled == Some(true) && !stored.enabled {
            stored.hears_since = now;
        }
        stored.url = said.url.unwrap_or(stored.url);
        stored.title = said.title.unwrap_or(stored.title);
        stored.events = said.events.unwrap_or(stored.events);
        stored.enabled = said.enabled.unwrap_or(stored.enabled);
        registry.change_webhook(now, caller.by, &stored)?;
        Ok(stored)
    })
    .await?;
    Ok(answer(StatusCode::OK, &shown(stored)))
}

/// `DELETE /api/webhooks/{id}`
pub(super) async fn delete(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, &headers, Act::ManageWebhooks).await?;
    let id = webhook(&id)?;
    let now = relay.clock.now();
    registry(&relay, move |registry| registry.delete_webhook(now, caller.by, id)).await?;
    // What is left of it is nobody's; the next one who asks is told that there is none.
    let _ = last(&relay, move |last| last.forget(id)).await;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET /api/webhooks/{id}/deliveries`
pub(super) async fn deliveries(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::ManageWebhooks).await?;
    let id = webhook(&id)?;
    registry(&relay, move |registry| registry.webhook(id)).await?;
    Ok(answer(StatusCode::OK, &last(&relay, move |last| last.of(id)).await?))
}

/// `POST /api/webhooks/{id}/test`: sends an event that says nothing, and answers what came of it.
pub(super) async fn test(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, &headers, Act::ManageWebhooks).await?;
    let id = webhook(&id)?;
    let stored = registry(&relay, move |registry| registry.webhook(id)).await?;
    // One at a time: it is for a person who looks at it, and makes the relay ask another server.
    let Ok(_one) = relay.trying.try_lock() else {
        return Err(Problem::conflict(
            "test-running",
            "Another test event waits for its answer; try again in a moment.",
        ));
    };
    let now = relay.clock.now();
    registry(&relay, move |registry| registry.note_taken(now, caller.by, "webhook tested", &id.to_string())).await?;
    Ok(answer(StatusCode::OK, &last(&relay, move |last| last.test(&stored, now)).await?))
}

/// What became of the last events, read or written on a thread that may wait.
async fn last<T: Send + 'static>(
    relay: &Relay,
    with: impl FnOnce(&LastDeliveries) -> Result<T, WebhookError> + Send + 'static,
) -> Result<T, Problem> {
    let deliveries = Arc::clone(&relay.deliveries);
    let done = tokio::task::spawn_blocking(move || with(&deliveries)).await.map_err(|_| Problem::fault())?;
    done.map_err(|error| {
        tracing::error!(%error, "the last deliveries of a webhook can't be used");
        Problem::fault()
    })
}

fn webhook(id: &str) -> Result<WebhookId, Problem> {
    id.parse().map_err(|_| Problem::unknown("webhook"))
}

struct Said {
    url: Option<String>,
    title: Option<String>,
    events: Option<Vec<String>>,
    enabled: Option<bool>,
}

fn read_change(fields: &mut Fields<'_>, allow_private: bool) -> Said {
    let url: Option<WebUrl> = fields.optional("url");
    let title: Option<String> = fields.optional("title");
    let events: Option<Vec<String>> = fields.optional("events");
    let enabled = fields.optional("enabled");
    if url.as_ref().is_some_and(|url| !allow_private && !is_public_host(host(&url.origin()))) {
        fields.mistake("url", "must lead into the internet; [webhooks] allow_private_addresses allows others");
    }
    if title.as_deref().is_some_and(|title| !is_line(title, model::NAME_CHARS_MAX)) {
        fields.mistake("title", "must have 1 to 100 characters on one line");
    }
    let is_named_twice = |events: &Vec<String>| (1..events.len()).any(|index| events[..index].contains(&events[index]));
    if events.as_ref().is_some_and(|events| events.is_empty() || is_named_twice(events)) {
        fields.mistake("events", "must name at least one event, each once");
    }
    for unknown in events.iter().flatten().filter(|event| !EVENTS.contains(&event.as_str())) {
        fields.mistake("events", format!("there is no event \"{}\"", unknown.escape_debug()));
    }
    Said { url: url.map(|url| url.as_str().to_owned()), title, events, enabled }
}

/// The host of an origin, without its port.
pub(super) fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    }
}

fn shown(stored: StoredWebhook) -> Webhook {
    let StoredWebhook { id, url, old_secret, events, title, enabled, made_at, failing_since, .. } = stored;
    let old_secret_until = old_secret.map(|(_, until)| until);
    Webhook { id, url, events, title, enabled, made_at, failing_since, old_secret_until }
}
