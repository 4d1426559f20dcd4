//! The hyper server, with the time-outs and limits that the defaults lack.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::relay::Relay;
use crate::stop::Stopping;

/// The largest head of a request, and how many headers it may have.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;

/// The address of the client, as far as we know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// A bound listener.
#[derive(Debug)]
pub(crate) struct Listening {
    listener: TcpListener,
    /// Where.
    pub(crate) address: SocketAddr,
}

impl Listening {
    /// Binds.
    ///
    /// # Errors
    /// One sentence.
    pub(crate) fn bind(address: &str) -> Result<Self, String> {
        let listener = listen(address).map_err(|error| {
            if error.kind() == std::io::ErrorKind::AddrInUse {
                format!("Another program listens on {address}; stop it or choose another address.")
            } else {
                format!("Listening on {address} failed: {error}.")
            }
        })?;
        let address = listener.local_addr().map_err(|error| format!("Listening on {address} failed: {error}."))?;
        Ok(Self { listener, address })
    }

    /// The listener itself.
    pub(crate) fn into_listener(self) -> TcpListener {
        self.listener
    }
}

/// Everybody who lost the relay comes back at once, faster than sockets can be accepted: they wait in line rather than being
/// dropped and trying again after seconds.
const WAITING_CONNECTIONS_MAX: u32 = 4_096;

fn listen(address: &str) -> std::io::Result<TcpListener> {
    let parsed: SocketAddr = address
        .parse()
        .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidInput, "not an address and a port"))?;
    let socket = if parsed.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(parsed)?;
    socket.listen(WAITING_CONNECTIONS_MAX)
}

/// Serves until the relay stops. Returns when no new connection is accepted any more.
pub(crate) async fn serve(listening: Listening, router: Router, relay: Arc<Relay>, mut stopping: Stopping) {
    let places = Arc::new(Semaphore::new(usize::try_from(relay.settings.limits.connections_max).unwrap_or(usize::MAX)));
    loop {
        let accepted = tokio::select! {
            accepted = listening.listener.accept() => accepted,
            () = stopping.begun() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, or the peer is gone already: neither gets better by trying at once.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            relay.metrics.connections_refused.inc();
            continue;
        };
        let (router, relay, stopping) = (router.clone(), Arc::clone(&relay), stopping.clone());
        tokio::spawn(async move {
            // Held until the upgraded socket is gone too: `upgrade` takes it out of the request.
            let place = Arc::new(place);
            connection(stream, peer, router, relay, stopping, place).await;
        });
    }
}

/// Keeps the connection counted for as long as anything of it lives.
#[derive(Clone, Debug)]
pub(crate) struct Place(#[expect(dead_code, reason = "only its drop matters")] Arc<tokio::sync::OwnedSemaphorePermit>);

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    relay: Arc<Relay>,
    mut stopping: Stopping,
    place: Arc<tokio::sync::OwnedSemaphorePermit>,
) {
    // Small frames must not wait for each other.
    let _ = stream.set_nodelay(true);
    let head_within = Duration::from_millis(relay.settings.limits.head_within.0);
    let proxy_header = relay.settings.server.client_address_header.clone();
    let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        let address = client_address(&request, &proxy_header, peer.ip());
        request.extensions_mut().insert(ClientAddress(address));
        request.extensions_mut().insert(Place(Arc::clone(&place)));
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        result = connection.as_mut() => log_end(result),
        () = stopping.begun() => {
            connection.as_mut().graceful_shutdown();
            log_end(connection.await);
        }
    }
}

fn log_end(result: hyper::Result<()>) {
    if let Err(error) = result {
        tracing::debug!(%error, "an HTTP connection ended early");
    }
}

/// The proxy's word where one is configured, else the peer.
fn client_address(request: &Request<Body>, proxy_header: &str, peer: IpAddr) -> IpAddr {
    if proxy_header.is_empty() {
        return peer;
    }
    let named = request.headers().get_all(proxy_header).iter().next_back().and_then(|value| value.to_str().ok());
    named.and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse().ok()).unwrap_or(peer)
}
