//! Closing so that the peer reads why.

use std::borrow::Cow;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use gate::Misbehavior;
use wire::CloseCode;

/// How long the close frame may take to leave, and the peer to answer it.
const WITHIN: Duration = Duration::from_secs(2);

/// Sends a close frame and reads until the peer has closed too: dropping a socket with unread bytes resets the connection, and
/// the peer would never see the code.
pub(super) async fn close(socket: &mut WebSocket, code: CloseCode) {
    let frame = CloseFrame { code: code.number(), reason: Cow::<str>::default().as_ref().into() };
    let closing = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    // A peer that does not answer is dropped.
    let _ = tokio::time::timeout(WITHIN, closing).await;
}

/// A page of another version: it can read a close code, but not the status of a refused upgrade.
pub(crate) async fn unsupported(mut socket: WebSocket) {
    close(&mut socket, Misbehavior::UnsupportedVersion.close_code()).await;
}
