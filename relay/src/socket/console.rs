//! A console window's connection.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::WebSocket;
use gate::{ConsoleGate, ConsoleWelcome, Greeted, Unidentified};
use model::ConnectionId;
use wire::{CloseCode, Encoding, RelayToConsole};

use super::customer::{Attached, finish};
use super::end::End;
use super::first::{first, incoming};
use super::session::Session;
use crate::ids;
use crate::registry::{Agent, CookieToken};
use crate::relay::Relay;

/// How often a window's sign-in is looked at, which also counts as its use.
const SIGN_IN_LOOKED_AT_EVERY: Duration = Duration::from_secs(30);

/// Serves a console's socket. `token` is the sign-in that the upgrade came with.
pub(crate) async fn console(
    relay: Arc<Relay>,
    mut socket: Box<WebSocket>,
    encoding: Encoding,
    agent: Agent,
    token: CookieToken,
) {
    let connection = ids::connection(relay.clock.now());
    let greeted = match Box::pin(hello(&relay, &mut socket, connection, encoding, &agent)).await {
        Ok(greeted) => greeted,
        Err(end) => return Box::pin(finish(&relay, &mut socket, connection, end)).await,
    };
    let slot = relay.switchboard.add_window(connection, agent.id);
    let attached = Attached { relay: Arc::clone(&relay), slot: Arc::clone(&slot), last_heard: None };
    let (input, reply) = (greeted.input, greeted.reply);
    let side = greeted.gate;
    let mut session = Box::new(Session { relay, socket, slot, side, pending: Vec::new(), sign_ins: 0 });
    let end = match Box::pin(begin(&mut session, input, reply)).await {
        Ok(()) => {
            let relay = Arc::clone(&session.relay);
            tokio::select! {
                end = session.talk() => end,
                () = sign_in_over(&relay, &token) => End::Closed(CloseCode::SignedOut),
            }
        }
        Err(end) => end,
    };
    attached.detach(session.last_heard(end));
    Box::pin(session.finish(end)).await;
}

async fn hello(
    relay: &Arc<Relay>,
    socket: &mut WebSocket,
    connection: ConnectionId,
    encoding: Encoding,
    agent: &Agent,
) -> Result<Greeted<ConsoleGate, RelayToConsole>, End> {
    let unidentified = Unidentified::console(connection, encoding, agent.id, relay.clock.now());
    let message = first(socket, relay.clock, unidentified.due()).await?;
    let welcome = ConsoleWelcome { epoch: relay.epoch, name: agent.display_name.clone(), role: agent.role };
    Ok(unidentified.hello(relay.clock.now(), incoming(&message), welcome)?)
}

async fn begin(
    session: &mut Session<ConsoleGate>,
    input: Option<desk::Input>,
    reply: Option<RelayToConsole>,
) -> Result<(), End> {
    if let Some(reply) = reply {
        session.send(&reply).await?;
        session.write_out().await?;
    }
    match input {
        Some(input) => session.relay.desk.tell(input).map_err(|_| End::Closed(CloseCode::Overloaded)),
        None => Ok(()),
    }
}

/// Waits until the sign-in no longer counts. The registry not answering ends nothing.
async fn sign_in_over(relay: &Arc<Relay>, token: &CookieToken) {
    loop {
        tokio::time::sleep(SIGN_IN_LOOKED_AT_EVERY).await;
        if let Ok(None) = crate::http::signed_in(relay, token.clone()).await {
            return;
        }
    }
}
