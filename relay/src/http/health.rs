//! `/healthz`, `/readyz`, `/metrics`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Millis;

use super::Problem;
use crate::relay::Relay;

/// The process lives.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// The relay takes conversations: its log can be written and it is not stopping.
pub(super) async fn ready(State(relay): State<Arc<Relay>>) -> Response {
    if relay.stopping.has_begun() {
        return not_ready("stopping", "The relay is stopping.");
    }
    if !relay.desk.is_writable() {
        let why = if relay.desk.is_disk_full() {
            "The disk is full; conversations can be read only until there is space."
        } else {
            "The log takes no writes; conversations can be read only."
        };
        return not_ready("read-only", why);
    }
    "ready\n".into_response()
}

fn not_ready(code: &'static str, title: &'static str) -> Response {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, title).retry_after(Millis::seconds(5)).into_response()
}

/// What is counted.
pub(super) async fn metrics(State(relay): State<Arc<Relay>>) -> Response {
    let (customers, consoles) = relay.switchboard.count();
    relay.metrics.count_connections(customers, consoles);
    let mut response = relay.metrics.text().into_response();
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
