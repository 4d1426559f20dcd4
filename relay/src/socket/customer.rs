//! A customer's connection, from its first byte to its last.

use std::sync::Arc;

use axum::extract::ws::WebSocket;
use desk::Input;
use gate::{CustomerGate, Greeted, SignInResult, Unidentified};
use model::ConnectionId;
use wire::{Encoding, RelayToCustomer};

use super::closing::close;
use super::end::End;
use super::first::{first, incoming};
use super::session::Session;
use crate::ids;
use crate::metrics::Code;
use crate::relay::Relay;
use crate::switchboard::Slot;

/// Serves a customer's socket.
pub(crate) async fn customer(relay: Arc<Relay>, socket: Box<WebSocket>, encoding: Encoding) {
    // Beginning and ending are boxed: an idle connection's task has room for its waiting only.
    let Some((mut session, attached)) = Box::pin(open(relay, socket, encoding)).await else { return };
    let end = session.talk().await;
    attached.detach(session.last_heard(end));
    Box::pin(session.finish(end)).await;
}

/// From the first byte to the desk; `None` where the connection ended on the way.
async fn open(
    relay: Arc<Relay>,
    mut socket: Box<WebSocket>,
    encoding: Encoding,
) -> Option<(Box<Session<CustomerGate>>, Attached)> {
    let connection = ids::connection(relay.clock.now());
    let greeted = match hello(&relay, &mut socket, connection, encoding).await {
        Ok(greeted) => greeted,
        Err(end) => {
            finish(&relay, &mut socket, connection, end).await;
            return None;
        }
    };
    let slot = relay.switchboard.add_customer(connection, greeted.page);
    let attached = Attached { relay: Arc::clone(&relay), slot: Arc::clone(&slot), last_heard: None };
    let mut session = Box::new(Session { relay, socket, slot, side: greeted.gate, pending: Vec::new() });
    match begin(&mut session, greeted.input, greeted.reply).await {
        Ok(()) => Some((session, attached)),
        Err(end) => {
            attached.detach(session.last_heard(end));
            session.finish(end).await;
            None
        }
    }
}

async fn hello(
    relay: &Arc<Relay>,
    socket: &mut WebSocket,
    connection: ConnectionId,
    encoding: Encoding,
) -> Result<Greeted<CustomerGate, RelayToCustomer>, End> {
    let unidentified = Unidentified::customer(connection, encoding, relay.clock.now());
    let message = first(socket, relay.clock, unidentified.due()).await?;
    let known = |name: &model::Slug| relay.widgets.get(name).cloned();
    let hailed = unidentified.hello(relay.clock.now(), incoming(&message), relay.epoch, known)?;
    // No widget has keys to verify a JWT with, and no hand-over code was ever kept.
    Ok(hailed.greet(relay.clock.now(), Some(SignInResult::Refused), None))
}

async fn begin(
    session: &mut Session<CustomerGate>,
    input: Option<Input>,
    reply: Option<RelayToCustomer>,
) -> Result<(), End> {
    if let Some(reply) = reply {
        session.send(&reply).await?;
    }
    match input {
        // A resume that can't be told has no answer but coming back later.
        Some(input) => session.relay.desk.tell(input).map_err(|_| End::Closed(wire::CloseCode::Overloaded)),
        None => Ok(()),
    }
}

/// Ends the socket and counts how.
pub(super) async fn finish(relay: &Arc<Relay>, socket: &mut WebSocket, connection: ConnectionId, end: End) {
    let code = end.code();
    tracing::debug!(%connection, code = code.map(wire::CloseCode::number), "a connection ended");
    if let Some(code) = code {
        relay.metrics.closes.get_or_create(&Code::new(&code.number())).inc();
        close(socket, code).await;
    }
}

/// Makes sure that the switchboard and the desk hear of the loss of a connection, even if its task panics.
pub(super) struct Attached {
    pub(super) relay: Arc<Relay>,
    pub(super) slot: Arc<Slot>,
    pub(super) last_heard: Option<model::Timestamp>,
}

impl Attached {
    pub(super) fn detach(mut self, last_heard: model::Timestamp) {
        self.last_heard = Some(last_heard);
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        if self.last_heard.is_none() {
            self.relay.metrics.panics.inc();
        }
        self.relay.switchboard.remove(&self.slot);
        // At a planned stop nobody is lost: the next start gives everybody time to come back.
        if !self.relay.stopping.has_begun() {
            let last_heard = self.last_heard.unwrap_or_else(|| self.relay.clock.now());
            self.relay.desk.tell_surely(Input::LoseConnection { connection: self.slot.connection, last_heard });
        }
    }
}
