//! `/v1/customer` and `/v1/console`: what must be right before a socket is opened.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gate::Negotiated;
use model::Millis;
use wire::limits::FRAME_BYTES_MAX;

use super::Problem;
use super::api;
use super::server::Place;
use crate::relay::Relay;
use crate::socket;

/// Bytes read from a customer's socket at once, and allocated for every idle one. Ordinary messages fit; a longer one takes some
/// more reads.
const CUSTOMER_READ_BUFFER_BYTES: usize = 512;
/// Bytes read from a console's socket at once.
const CONSOLE_READ_BUFFER_BYTES: usize = 1_024;
/// Bytes that are gathered before they are written without being asked to. Not allocated before there are any.
const WRITE_BUFFER_BYTES: usize = 8 * 1_024;
/// Bytes that may wait in the socket's own write buffer: one frame and some. More is a slow reader.
const WRITE_BUFFER_BYTES_MAX: usize = 2 * 1024 * 1024;

/// `GET /v1/customer`
pub(super) async fn customer(
    State(relay): State<Arc<Relay>>,
    Extension(place): Extension<Place>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let agreed = agree(&relay, &mut parts, CUSTOMER_READ_BUFFER_BYTES).await?;
    let opened = Opened { relay, place };
    Ok(agreed.open(move |socket, encoding| async move {
        socket::customer(opened.relay, socket, encoding).await;
        drop(opened.place);
    }))
}

/// `GET /v1/console`
pub(super) async fn console(
    State(relay): State<Arc<Relay>>,
    Extension(place): Extension<Place>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let agreed = agree(&relay, &mut parts, CONSOLE_READ_BUFFER_BYTES).await?;
    let signed_in = api::who(&relay, &parts.headers).await?;
    let token = api::cookie(relay.cookie_name(), &parts.headers).ok_or_else(Problem::fault)?;
    let opened = Opened { relay, place };
    Ok(agreed.open(move |socket, encoding| async move {
        socket::console(opened.relay, socket, encoding, signed_in.agent, token).await;
        drop(opened.place);
    }))
}

struct Opened {
    relay: Arc<Relay>,
    place: Place,
}

/// An upgrade that will be answered with 101.
struct Agreed {
    upgrade: WebSocketUpgrade,
    encoding: Option<wire::Encoding>,
}

async fn agree(relay: &Arc<Relay>, parts: &mut Parts, read_buffer_bytes: usize) -> Result<Agreed, Problem> {
    relay.own_origins.check(&parts.headers)?;
    let upgrade = WebSocketUpgrade::from_request_parts(parts, relay).await.map_err(|_| {
        Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade-required", "This address takes WebSockets only.")
    })?;
    let offered = offered(&parts.headers);
    let (encoding, name) = match gate::negotiate(&offered) {
        Negotiated::Speak(encoding) => (Some(encoding), encoding.subprotocol()),
        Negotiated::Unsupported(name) => (None, name),
        Negotiated::Refuse => {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "sub-protocol-required",
                "The WebSocket must offer the sub-protocol rejoin.v1.json or rejoin.v1.bin.",
            ));
        }
    };
    if relay.stopping.has_begun() {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The relay is stopping.");
        return Err(problem.retry_after(Millis::seconds(1)));
    }
    let mut upgrade = upgrade
        .read_buffer_size(read_buffer_bytes)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(FRAME_BYTES_MAX)
        .max_frame_size(FRAME_BYTES_MAX);
    if let Ok(name) = HeaderValue::from_str(name) {
        upgrade.set_selected_protocol(name);
    }
    Ok(Agreed { upgrade, encoding })
}

fn offered(headers: &HeaderMap) -> String {
    let all = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    all.collect::<Vec<_>>().join(",")
}

impl Agreed {
    fn open<F>(self, talk: impl FnOnce(Box<WebSocket>, wire::Encoding) -> F + Send + 'static) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let failed = |error: axum::Error| tracing::debug!(%error, "an upgrade failed");
        let upgrade = self.upgrade.on_failed_upgrade(failed);
        match self.encoding {
            // A task of our own, and the socket in a box: the task that did the upgrade has room for all of its steps, and would
            // keep it for as long as the connection lives.
            Some(encoding) => upgrade.on_upgrade(move |socket| {
                tokio::spawn(talk(Box::new(socket), encoding));
                std::future::ready(())
            }),
            None => upgrade.on_upgrade(socket::unsupported),
        }
        .into_response()
    }
}
