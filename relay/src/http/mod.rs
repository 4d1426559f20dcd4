//! Everything the relay answers over HTTP.

mod acting;
mod api;
mod assets;
mod caller;
mod conversations;
mod embedding;
mod floor;
mod headers;
mod health;
mod messages;
mod objects;
mod openapi;
mod openapi_live;
mod openapi_objects;
mod origin;
mod pages;
mod people;
mod policy;
mod problem;
mod quick_replies;
mod rate;
mod reports;
mod server;
mod streamed;
mod tokens;
mod upgrade;
mod webhooks;
mod widgets;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{get, patch, post, put};
use tower_http::catch_panic::CatchPanicLayer;

use crate::relay::Relay;

pub(crate) use api::signed_in;
pub(crate) use assets::{Assets, Keep};
pub(crate) use origin::OwnOrigins;
pub(crate) use pages::widget_policy;
pub(crate) use problem::Problem;
pub(crate) use rate::RateLimits;
pub(crate) use server::{ClientAddress, Listening, serve};

/// All routes of the main listener.
pub(crate) fn routes(relay: &Arc<Relay>) -> Router {
    let mut router = Router::new()
        .route("/", get(pages::front))
        .route("/rejoin.js", get(pages::loader))
        .route("/rejoin-more.js", get(pages::loader))
        .route("/w/{widget}/", get(pages::widget))
        .route("/w/{widget}", get(pages::with_slash))
        .route("/console/", get(pages::console))
        .route("/console", get(pages::with_slash))
        .route("/a/{*path}", get(pages::asset))
        .route("/v1/customer", get(upgrade::customer))
        .route("/v1/console", get(upgrade::console))
        .route("/api/sign-in", post(api::sign_in))
        .route("/api/sign-out", post(api::sign_out))
        .route("/api/me", get(api::me))
        .route("/api/openapi.json", get(openapi::openapi))
        .route("/api/people", get(people::list).post(people::add))
        .route("/api/people/{id}", get(people::one).patch(people::change))
        .route("/api/supervision", get(objects::supervision).put(objects::set_supervision))
        .route("/api/tokens", get(tokens::list).post(tokens::add))
        .route("/api/tokens/{id}", axum::routing::delete(tokens::delete))
        .route("/api/reports/summary", get(reports::summary))
        .route("/api/reports/presence", get(reports::presences))
        .route("/api/reports/conversations.csv", get(reports::csv))
        .route("/api/webhooks", get(webhooks::list).post(webhooks::add))
        .route("/api/webhooks/{id}", patch(webhooks::change).delete(webhooks::delete))
        .route("/api/webhooks/{id}/secret", post(webhooks::rotate))
        .route("/api/webhooks/{id}/deliveries", get(webhooks::deliveries))
        .route("/api/webhooks/{id}/test", post(webhooks::test))
        .route("/api/audit", get(tokens::audit))
        .route("/api/messages", get(messages::list))
        .route("/api/messages/{trigger}/{language}", put(messages::set).delete(messages::delete))
        .route("/api/quick-replies", get(quick_replies::list).post(quick_replies::add))
        .route("/api/quick-replies/{id}", patch(quick_replies::change).delete(quick_replies::delete))
        .route("/api/floor", get(floor::summary))
        .route("/api/floor/conversations", get(floor::conversations))
        .route("/api/floor/agents", get(floor::agents))
        .route("/api/desk", get(acting::my_desk))
        .route("/api/presence", put(acting::set))
        .route("/api/people/{id}/presence", put(acting::set_of))
        .route("/api/conversations", get(acting::list))
        .route("/api/conversations/{id}", get(acting::one))
        .route("/api/conversations/{id}/messages", post(acting::say))
        .route("/api/conversations/{id}/read", post(acting::mark_read))
        .route("/api/conversations/{id}/typing", post(acting::types))
        .route("/api/conversations/{id}/take-link", post(acting::take_link))
        .route("/api/conversations/{id}/why-waiting", get(acting::why_waiting))
        .route("/api/conversations/{id}/notes", get(conversations::notes).post(conversations::add_note))
        .route("/api/conversations/{id}/transcript", get(conversations::transcript))
        .route("/api/presences", get(objects::presences).post(objects::add_presence))
        .route(
            "/api/presences/{name}",
            get(objects::presence).put(objects::set_presence).delete(objects::delete_presence),
        )
        .route("/api/queues", get(objects::queues).post(objects::add_queue))
        .route("/api/queues/{name}", get(objects::queue).put(objects::set_queue).delete(objects::delete_queue))
        .route("/api/workstreams", get(objects::workstreams).post(objects::add_workstream))
        .route(
            "/api/workstreams/{name}",
            get(objects::workstream).put(objects::set_workstream).delete(objects::delete_workstream),
        )
        .route("/api/widgets", get(objects::widgets).post(objects::add_widget))
        .route("/api/widgets/{name}", get(objects::widget).put(objects::set_widget).delete(objects::delete_widget))
        .route("/api/widgets/{name}/embedding", get(embedding::embedding).post(embedding::check))
        .route("/api/widgets/{name}/reconnect", get(widgets::reconnect).put(widgets::set_reconnect));
    router = acting::routes(router);
    if relay.settings.server.health_listen.is_empty() {
        router = with_health(router);
    }
    finish(router, relay)
}

/// The routes of the separate listener, where one is set.
pub(crate) fn health_routes(relay: &Arc<Relay>) -> Router {
    finish(with_health(Router::new()), relay)
}

fn with_health(router: Router<Arc<Relay>>) -> Router<Arc<Relay>> {
    router
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
}

fn finish(router: Router<Arc<Relay>>, relay: &Arc<Relay>) -> Router {
    router
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "not-found", "There is nothing at this address."))
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "This address does not take this method.",
            )
        })
        .layer(CatchPanicLayer::custom(problem::after_panic))
        .layer(middleware::map_response(headers::harden))
        .with_state(Arc::clone(relay))
}
