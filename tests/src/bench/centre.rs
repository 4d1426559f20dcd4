//! A contact centre: agents with one console window each, who accept what they are offered and end a talk when told to.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "agents of a benchmark wait for some frames and pass over the rest"
)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use model::ConversationId;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use wire::{ConsoleToRelay, Encoding, RelayToConsole, Request, RequestId};

use super::load::{Seen, Template, customer};
use super::socket::Socket;

/// Customers who start at the same time.
const STARTING_MAX: usize = 32;
/// How long anything may take that has nothing to wait for.
const PATIENCE: Duration = Duration::from_secs(60);

/// An offer that reached an agent's window, and was accepted at once.
pub(super) struct Offered {
    pub(super) agent: usize,
    pub(super) conversation: ConversationId,
    pub(super) at: Instant,
}

/// What an agent is told to do with a conversation.
enum Order {
    End(ConversationId),
    Close(ConversationId),
}

/// Agents with their windows; their customers are connected until the program ends.
pub(super) struct Centre {
    address: SocketAddr,
    orders: Vec<mpsc::UnboundedSender<Order>>,
    offers: mpsc::UnboundedReceiver<Offered>,
    customers: usize,
}

impl Centre {
    /// Opens a window for each of the agents.
    ///
    /// # Errors
    /// Where the relay takes no connection.
    pub(super) async fn open(address: SocketAddr, template: &Template) -> Result<Self> {
        let (told, offers) = mpsc::unbounded_channel();
        let mut orders = Vec::new();
        for (number, agent) in template.agents.iter().enumerate() {
            let mut socket = Socket::open(address, "/v1/console", Encoding::Json, Some(&agent.cookie), number).await?;
            socket.send(&ConsoleToRelay::Hello).await?;
            let (order, ordered) = mpsc::unbounded_channel();
            orders.push(order);
            tokio::spawn(work(socket, number, ordered, told.clone()));
        }
        Ok(Self { address, orders, offers, customers: 0 })
    }

    /// Lets so many customers more begin a conversation, some at once.
    ///
    /// # Errors
    /// Where one can't.
    pub(super) async fn start(&mut self, customers: usize) -> Result<()> {
        let (seen, mut starting) = (Arc::new(Seen::new()), JoinSet::new());
        for _ in 0..customers {
            if starting.len() >= STARTING_MAX {
                starting.join_next().await.context("invariant: some are starting")???;
            }
            let (address, seen, number) = (self.address, Arc::clone(&seen), self.orders.len() + self.customers);
            self.customers += 1;
            starting.spawn(async move { customer(address, number, &seen).await });
        }
        while let Some(started) = starting.join_next().await {
            started??;
        }
        Ok(())
    }

    /// The next offer.
    ///
    /// # Errors
    /// Where none comes.
    pub(super) async fn offered(&mut self) -> Result<Offered> {
        let offered = timeout(PATIENCE, self.offers.recv()).await.context("nobody was offered anything")?;
        offered.context("all agents are gone")
    }

    /// Ends a talk: it is in wrap-up then.
    pub(super) fn end(&self, agent: usize, conversation: ConversationId) {
        // An agent who is gone is found out when the next offer doesn't come.
        let _ = self.orders[agent].send(Order::End(conversation));
    }

    /// Closes what was ended, which frees its units.
    pub(super) fn close(&self, agent: usize, conversation: ConversationId) {
        let _ = self.orders[agent].send(Order::Close(conversation));
    }
}

/// One agent, for as long as the centre is open.
async fn work(
    mut socket: Socket,
    agent: usize,
    mut ordered: mpsc::UnboundedReceiver<Order>,
    told: mpsc::UnboundedSender<Offered>,
) -> Result<()> {
    let (mut accepted, mut id) = (BTreeSet::new(), 0);
    loop {
        let requests: Vec<Request> = tokio::select! {
            frame = socket.next::<RelayToConsole>() => match frame? {
                RelayToConsole::Desk(desk) => {
                    let new = desk.offers.iter().map(|offer| offer.card.conversation).filter(|offer| accepted.insert(*offer));
                    let new: Vec<ConversationId> = new.collect();
                    for &conversation in &new {
                        told.send(Offered { agent, conversation, at: Instant::now() })?;
                    }
                    new.into_iter().map(|conversation| Request::Accept { conversation }).collect()
                }
                RelayToConsole::Beat { .. } => {
                    socket.send(&ConsoleToRelay::Beat).await?;
                    continue;
                }
                RelayToConsole::Refused { refusal, .. } => bail!("refused: {refusal:?}"),
                _ => continue,
            },
            order = ordered.recv() => match order {
                Some(Order::End(conversation)) => vec![Request::End { conversation }],
                Some(Order::Close(conversation)) => vec![Request::Close { conversation }],
                None => return Ok(()),
            },
        };
        for request in requests {
            id += 1;
            socket.send(&ConsoleToRelay::Ask { id: RequestId(id), request }).await?;
        }
    }
}
