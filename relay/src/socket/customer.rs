//! A customer's connection, from its first byte to its last.

use std::sync::Arc;

use axum::extract::ws::WebSocket;
use desk::Input;
use gate::{CustomerGate, Greeted, Unidentified};
use model::{ConnectionId, Millis, Slug};
use wire::{Encoding, RelayToCustomer};

use super::closing::close;
use super::end::End;
use super::first::{first, incoming};
use super::session::Session;
use crate::handover::site_of;
use crate::ids;
use crate::metrics::Code;
use crate::relay::Relay;
use crate::switchboard::Slot;

/// When more come at once than the desk can hear, the rest is spread over this long.
const CROWD_COMES_BACK_WITHIN: Millis = Millis::seconds(2);

/// Serves a customer's socket.
pub(crate) async fn customer(relay: Arc<Relay>, socket: Box<WebSocket>, encoding: Encoding) {
    // Beginning and ending are boxed: an idle connection's task has room for its waiting only.
    let Some((mut session, attached)) = Box::pin(open(relay, socket, encoding)).await else { return };
    let end = session.talk().await;
    session.relay.metrics.loss(end.name());
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
    let mut session = Box::new(Session { relay, socket, slot, side: greeted.gate, pending: Vec::new(), sign_ins: 0 });
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
    let known = |name: &Slug| relay.widgets.named(name).map(|widget| Arc::clone(&widget.known));
    let hailed = unidentified.hello(relay.clock.now(), incoming(&message), relay.epoch, known)?;
    let sign_in = match hailed.jwt() {
        Some(jwt) => Some(relay.verify(hailed.widget().id, jwt).await),
        None => None,
    };
    let now = relay.clock.now();
    let handover = hailed.handover().and_then(|code| {
        let site = hailed.page().map_or("", |page| site_of(page.as_str()));
        let found = relay.handovers.take(now, code, hailed.widget().id, site);
        if found.is_none() {
            relay.metrics.dead_link(hailed.widget().redirect.is_some());
        }
        found
    });
    Ok(hailed.greet(now, sign_in, handover))
}

async fn begin(
    session: &mut Session<CustomerGate>,
    input: Option<Input>,
    reply: Option<RelayToCustomer>,
) -> Result<(), End> {
    if let Some(reply) = reply {
        session.send(&reply).await?;
        session.flush().await?;
    }
    match input {
        Some(input) => match session.relay.desk.tell(input) {
            Ok(()) => Ok(()),
            // Everybody came at once: this one is told when to come again.
            Err(_) => {
                let come_back_after = ids::spread(CROWD_COMES_BACK_WITHIN);
                session.send(&RelayToCustomer::Draining { come_back_after }).await?;
                Err(End::Closed(wire::CloseCode::Overloaded))
            }
        },
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
