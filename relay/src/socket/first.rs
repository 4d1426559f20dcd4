//! The first message of a connection, and its deadline.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use gate::{Incoming, Misbehavior};
use model::Timestamp;

use super::end::End;
use super::session::read_failed;
use crate::clock::Clock;

/// Waits for the first text or binary message until `due`.
pub(super) async fn first(socket: &mut WebSocket, clock: Clock, due: Timestamp) -> Result<Message, End> {
    let wait = Duration::from_millis(due.since(clock.now()).0);
    let message = async {
        loop {
            match socket.recv().await {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_))) | None => return Err(End::Gone),
                Some(Ok(message)) => return Ok(message),
                Some(Err(error)) => return Err(read_failed(&error)),
            }
        }
    };
    tokio::time::timeout(wait, message).await.unwrap_or(Err(Misbehavior::HelloTooLate.into()))
}

/// A message as the gate takes it.
pub(super) fn incoming(message: &Message) -> Incoming<'_> {
    match message {
        Message::Text(text) => Incoming::Text(text.as_bytes()),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => Incoming::Binary(bytes),
        Message::Close(_) => Incoming::Binary(&[]),
    }
}
