//! `/api/widgets/<name>/reconnect`: the reconnect settings of a widget, for admins.
//!
//! What the settings file declares is read-only here (design 2.11): a widget of which the file says nothing about reconnect can be
//! set, and that outlives restarts.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::Problem;
use super::api::{answer, document as body_of, registry};
use super::caller::Caller;
use super::policy::Act;
use crate::relay::Relay;
use crate::settings::{Kind, Settings, WidgetSettings};

/// `GET /api/widgets/<name>/reconnect`
pub(super) async fn reconnect(
    State(relay): State<Arc<Relay>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeeObjects).await?;
    let settings = relay.declared.lock().await;
    Ok(shown(widget(&settings, &name)?))
}

/// `PUT /api/widgets/<name>/reconnect`
pub(super) async fn set_reconnect(
    State(relay): State<Arc<Relay>>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::ChangeObjects).await?;
    let document = body_of(request).await?;
    let mut settings = relay.declared.lock().await;
    let old = widget(&settings, &name)?;
    if old.declares_reconnect {
        return Err(if settings.written.is_made(Kind::Widget, &old.name) {
            Problem::conflict(
                "declared-in-widget",
                "This widget's own settings say how to reconnect; change them there.",
            )
        } else {
            Problem::conflict(
                "declared-in-file",
                "The settings file declares this widget's reconnect settings; change them there.",
            )
        });
    }
    let new = match old.with_reconnect(&document) {
        Ok(new) => new,
        Err(mistakes) => return Err(Problem::mistakes(&mistakes)),
    };
    let (now, slug, document) = (relay.clock.now(), new.name.clone(), new.reconnect_document());
    registry(&relay, move |registry| registry.put_reconnect(now, caller.by, &slug, &document)).await?;
    let answer = shown(&new);
    crate::reload::take_widget(&relay, &mut settings, new).await;
    Ok(answer)
}

fn widget<'a>(settings: &'a Settings, name: &str) -> Result<&'a WidgetSettings, Problem> {
    let found = settings.widgets.iter().find(|widget| widget.name.as_str() == name);
    found.ok_or_else(|| Problem::unknown("widget"))
}

fn shown(widget: &WidgetSettings) -> Response {
    let body = json!({ "declared_in_file": widget.declares_reconnect, "reconnect": widget.reconnect_document() });
    answer(StatusCode::OK, &body)
}
