//! `/api/widgets/{name}/embedding`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use model::Slug;
use wire::WebUrl;
use wire::api::{Embedding, PageCheck, SeenOn};

use super::Problem;
use super::api::{answer, document, read};
use super::caller::Caller;
use super::policy::Act;
use super::webhooks::host;
use crate::embedding::{Wanted, look_at};
use crate::relay::Relay;
use crate::webhooks::is_public_host;

/// `GET /api/widgets/{name}/embedding`
pub(super) async fn embedding(
    State(relay): State<Arc<Relay>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeeObjects).await?;
    let (name, sites) = widget(&relay, &name)?;
    let seen = relay.seen.of(&name).into_iter().map(|(site, at)| {
        let allowed = sites.contains(&site);
        SeenOn { site, at, allowed }
    });
    Ok(answer(StatusCode::OK, &Embedding { since: relay.started_at, seen: seen.collect() }))
}

/// `POST /api/widgets/{name}/embedding`: looks at a page; for admins, as it makes the relay ask another server.
pub(super) async fn check(
    State(relay): State<Arc<Relay>>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    Caller::changes(&relay, request.headers(), Act::ChangeObjects).await?;
    let (name, sites) = widget(&relay, &name)?;
    let allow_private = relay.settings.webhooks.allow_private_addresses;
    let body = document(request).await?;
    let url = read(&body, |fields| {
        let url: WebUrl = fields.required("url")?;
        if !allow_private && !is_public_host(host(&url.origin())) {
            fields.mistake("url", "must lead into the internet; [webhooks] allow_private_addresses allows others");
        }
        Some(url)
    })?;
    // One page at a time: it is for a person who looks at it.
    let Ok(_one) = relay.looking.try_lock() else { return Err(Problem::overloaded()) };
    let wanted = Wanted { widget: name.to_string(), sites, origins: relay.own_origins.all().to_vec() };
    let looked = tokio::task::spawn_blocking(move || look_at(&url, &wanted, allow_private)).await;
    Ok(answer(StatusCode::OK, &PageCheck { findings: looked.map_err(|_| Problem::fault())? }))
}

fn widget(relay: &Relay, name: &str) -> Result<(Slug, Vec<String>), Problem> {
    let found = name.parse().ok().and_then(|name: Slug| Some((relay.widgets.named(&name)?, name)));
    found.map(|(widget, name)| (name, widget.known.sites.clone())).ok_or_else(|| Problem::unknown("widget"))
}
