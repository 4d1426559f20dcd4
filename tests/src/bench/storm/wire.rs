//! One client's socket: what a browser's WebSocket is to the machine that owns it.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};
use client::{SocketEffect, SocketEvent, SocketId};
use futures_util::{SinkExt, StreamExt};
use testkit::Rng;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use wire::Encoding;

use super::outage::Outage;
use crate::bench::socket::of_relay;

/// What a browser says of a socket that ended without a close frame.
const GONE: u16 = 1006;
/// What a browser says of a close frame without a code.
const NO_CODE: u16 = 1005;

type Stream = WebSocketStream<TcpStream>;
type Dial = Pin<Box<dyn Future<Output = Result<Stream>> + Send>>;

/// Where a client dials, and as whom.
pub(super) struct Route {
    pub(super) relay: SocketAddr,
    pub(super) path: &'static str,
    pub(super) cookie: Option<String>,
    /// Which client.
    pub(super) number: usize,
    /// Spreads clients over source addresses.
    pub(super) source: usize,
    /// There is no network at the client's end.
    pub(super) is_cut: Arc<AtomicBool>,
}

enum State {
    None,
    Dialing(Dial),
    Open(Box<Stream>),
    /// Ended; the machine is not told yet.
    Ended(u16),
}

/// See the module.
pub(super) struct Wire {
    route: Arc<Route>,
    socket: SocketId,
    state: State,
}

async fn dial(route: Arc<Route>) -> Result<Stream> {
    if route.is_cut.load(Ordering::Relaxed) {
        bail!("there is no network");
    }
    of_relay(route.relay, route.path, Encoding::Binary, route.cookie.as_deref(), route.source).await
}

impl Wire {
    pub(super) fn new(route: Route) -> Self {
        Self { route: Arc::new(route), socket: SocketId(0), state: State::None }
    }

    /// Does what the machine wants of its socket, and counts tries and ends.
    pub(super) async fn carry_out(&mut self, effect: SocketEffect, outage: &mut Outage) {
        match effect {
            SocketEffect::Dial { socket } => {
                outage.tries();
                self.dial(socket);
            }
            SocketEffect::Send { socket, bytes } => self.send(socket, bytes).await,
            SocketEffect::Close { socket, code } => {
                outage.ended(code);
                self.close(socket, code).await;
            }
        }
    }

    /// Opens a new socket under this name.
    fn dial(&mut self, socket: SocketId) {
        self.socket = socket;
        self.state = State::Dialing(Box::pin(dial(Arc::clone(&self.route))));
    }

    /// Sends a frame, where that is still the socket.
    async fn send(&mut self, socket: SocketId, bytes: Vec<u8>) {
        if let State::Open(stream) = &mut self.state
            && socket == self.socket
            && stream.send(Message::binary(bytes)).await.is_err()
        {
            self.state = State::Ended(GONE);
        }
    }

    /// Closes the socket and forgets it.
    async fn close(&mut self, socket: SocketId, code: u16) {
        if socket != self.socket {
            return;
        }
        if let State::Open(mut stream) = std::mem::replace(&mut self.state, State::None) {
            // Nobody waits for the answer, and a peer that is gone needs no goodbye.
            let _ = stream.send(Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() }))).await;
        }
    }

    /// Loses the connection as a pulled plug does, but so that both ends learn of it.
    pub(super) fn cut(&mut self) {
        match std::mem::replace(&mut self.state, State::Ended(GONE)) {
            State::Open(stream) => {
                // A reset rather than an orderly end. Where it can't be had, the end of the stream says the same.
                let _ = stream.get_ref().set_zero_linger();
            }
            State::Dialing(_) => {}
            State::None => self.state = State::None,
            State::Ended(code) => self.state = State::Ended(code),
        }
    }

    /// Waits for what happens to the socket.
    pub(super) async fn next(&mut self, rng: &mut Rng) -> SocketEvent {
        let socket = self.socket;
        match &mut self.state {
            State::None => std::future::pending().await,
            State::Dialing(dial) => match dial.await {
                Ok(stream) => {
                    self.state = State::Open(Box::new(stream));
                    SocketEvent::Opened { socket }
                }
                Err(_) => self.ended(GONE, rng),
            },
            State::Open(stream) => match receive(stream).await {
                Ok(bytes) => SocketEvent::Received { socket, bytes },
                Err(code) => self.ended(code, rng),
            },
            State::Ended(code) => {
                let code = *code;
                self.ended(code, rng)
            }
        }
    }

    fn ended(&mut self, code: u16, rng: &mut Rng) -> SocketEvent {
        self.state = State::None;
        SocketEvent::Closed { socket: self.socket, code, jitter: rng.jitter() }
    }
}

/// The next frame, or the code of the end.
async fn receive(stream: &mut Stream) -> Result<Vec<u8>, u16> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Binary(bytes))) => return Ok(bytes.into()),
            Some(Ok(Message::Text(text))) => return Ok(text.as_bytes().to_vec()),
            Some(Ok(Message::Close(close))) => return Err(close.map_or(NO_CODE, |close| close.code.into())),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Err(_)) | None => return Err(GONE),
        }
    }
}
