//! The pages and files that browsers load.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use model::Slug;

use super::Problem;
use super::assets::Keep;
use crate::relay::Relay;

/// What the widget's page may do (design 3); the sites that may embed it follow.
const WIDGET_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
                             img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors";
/// What the console's page may do.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                              connect-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; base-uri 'none'; \
                              form-action 'none'; frame-ancestors 'none'";

/// The policy of a widget's page.
pub(crate) fn widget_policy(sites: &[String]) -> HeaderValue {
    HeaderValue::from_str(&format!("{WIDGET_POLICY} {}", sites.join(" ")))
        .expect("invariant: sites were checked to be origins")
}

/// `/`: people who only know the address are looking for the console.
pub(super) async fn front() -> Redirect {
    Redirect::temporary("/console/")
}

/// An address without its last slash, which relative addresses on the page need.
pub(super) async fn with_slash(uri: Uri) -> Redirect {
    Redirect::permanent(&format!("{}/", uri.path()))
}

/// `/rejoin.js` and `/rejoin-more.js`: the script that pages embed, and what it loads where it is needed.
pub(super) async fn loader(State(relay): State<Arc<Relay>>, uri: Uri, request: HeaderMap) -> Response {
    let response = relay.assets.answer(uri.path().trim_start_matches('/'), &request, Keep::Shortly);
    for_everybody(response)
}

/// `/w/<widget>/`: the page in the iframe.
pub(super) async fn widget(State(relay): State<Arc<Relay>>, Path(name): Path<String>, request: HeaderMap) -> Response {
    let found = name.parse().ok().and_then(|name: Slug| Some((relay.widgets.named(&name)?, name)));
    let Some((widget, name)) = found else {
        return Problem::new(StatusCode::NOT_FOUND, "unknown-widget", "There is no such widget.").into_response();
    };
    // Browsers name the site of the page that embeds, unless it forbids them to.
    if let Some(referrer) = request.get(header::REFERER).and_then(|value| value.to_str().ok()) {
        relay.seen.note(&name, referrer, relay.clock.now());
    }
    let mut response = for_everybody(relay.assets.answer("widget.html", &request, Keep::Never));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, widget.policy.clone());
    // A host that isolates itself embeds only frames that do the same.
    headers.insert("cross-origin-embedder-policy", HeaderValue::from_static("require-corp"));
    response
}

/// `/console/`: the agents' page.
pub(super) async fn console(State(relay): State<Arc<Relay>>, request: HeaderMap) -> Response {
    let mut response = relay.assets.answer("console.html", &request, Keep::Never);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONSOLE_POLICY));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

/// `/a/<hash>/<file>`: everything with its hash in its name.
pub(super) async fn asset(State(relay): State<Arc<Relay>>, uri: Uri, request: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    relay.assets.answer(path, &request, Keep::Forever)
}

/// Lets pages of other sites load it.
fn for_everybody(mut response: Response) -> Response {
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}
