//! The people of a load: agents with console windows who write, customers who read.

#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::collapsible_match,
    reason = "a loader waits for some frames and passes over the rest"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use model::{ConversationId, MessageText, ResumeToken, SendKey, Seq};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use wire::{
    ConsoleToRelay, CustomerEvent, CustomerToRelay, Encoding, Hello, RelayToConsole, RelayToCustomer, Request,
    RequestId,
};

use super::seen::Seen;
use super::template::Template;
use crate::bench::socket::{Receiver, Sender, Socket};

/// Stands before the number in a message, so that messages have an ordinary length.
const PADDING: &str =
    "I looked that up for you: your parcel is on its way and should arrive tomorrow before noon. Reference ";

/// Customers who start at the same time.
const STARTING_MAX: usize = 32;
/// How long it may take until everybody has somebody to talk to.
const SEATED_WITHIN: Duration = Duration::from_secs(120);

/// A console window that writes to customers.
pub(super) struct Window {
    sender: Sender,
    conversations: Vec<ConversationId>,
    answered: watch::Receiver<u64>,
}

impl Window {
    /// How many of the window's messages were answered since it was opened.
    pub(super) fn answered(&self) -> watch::Receiver<u64> {
        self.answered.clone()
    }

    /// Writes message `step`, which was due at `due_us`. The time is in the key too, for the acknowledgement.
    pub(super) async fn say(&mut self, step: u64, number: u64, due_us: u64) -> Result<()> {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&number.to_be_bytes());
        key[8..].copy_from_slice(&due_us.to_be_bytes());
        let conversation = self.conversations[(step % self.conversations.len() as u64) as usize];
        let text = MessageText::new(format!("{PADDING}{due_us}")).expect("invariant: a text");
        self.sender.send(&ConsoleToRelay::Say { conversation, key: SendKey(key), text }).await
    }
}

fn due_of(key: SendKey) -> u64 {
    u64::from_be_bytes(key.0[8..].try_into().expect("invariant: eight bytes"))
}

/// Connects everybody: all agents' windows, then all customers, some at once. Every offer is accepted; customers and capacity come
/// out even.
pub(super) async fn seat(
    address: SocketAddr,
    template: &Template,
    seen: &Arc<Seen>,
) -> Result<Vec<Arc<Mutex<Window>>>> {
    let (crowd, mut number) = (template.crowd, 0);
    let mut agents = JoinSet::new();
    for agent in &template.agents {
        let mut sockets = Vec::new();
        for _ in 0..crowd.windows_per_agent {
            let mut socket = Socket::open(address, "/v1/console", Encoding::Json, Some(&agent.cookie), number).await?;
            number += 1;
            socket.send(&ConsoleToRelay::Hello).await?;
            while !matches!(socket.next::<RelayToConsole>().await?, RelayToConsole::Desk(_)) {}
            sockets.push(socket);
        }
        let (name, seen) = (agent.name.clone(), Arc::clone(seen));
        agents.spawn(async move {
            let seated = seat_agent(sockets, crowd.conversations_per_agent, &seen).await;
            seated.with_context(|| format!("seating {name}"))
        });
    }
    let mut customers = JoinSet::new();
    for customer_number in number..number + crowd.agents * crowd.conversations_per_agent {
        if customers.len() >= STARTING_MAX {
            customers.join_next().await.context("invariant: some are starting")???;
        }
        let seen = Arc::clone(seen);
        customers.spawn(async move { customer(address, customer_number, &seen).await });
    }
    while let Some(started) = customers.join_next().await {
        started??;
    }
    let mut windows = Vec::new();
    for of_agent in timeout(SEATED_WITHIN, agents.join_all()).await.context("some agents got no customers")? {
        windows.extend(of_agent?);
    }
    Ok(windows)
}

async fn seat_agent(mut sockets: Vec<Socket>, count: usize, seen: &Arc<Seen>) -> Result<Vec<Arc<Mutex<Window>>>> {
    let conversations = accept_all(&mut sockets[0], count).await?;
    let mut windows = Vec::new();
    for socket in sockets {
        let (sender, receiver) = socket.split();
        let (answers, answered) = watch::channel(0);
        let window = Arc::new(Mutex::new(Window { sender, conversations: conversations.clone(), answered }));
        tokio::spawn(listen(receiver, Arc::clone(&window), answers, Arc::clone(seen)));
        windows.push(window);
    }
    Ok(windows)
}

/// Accepts offers until there are as many conversations as wanted.
async fn accept_all(socket: &mut Socket, count: usize) -> Result<Vec<ConversationId>> {
    let (mut asked, mut done) = (Vec::new(), 0);
    while done < count {
        match socket.next().await? {
            RelayToConsole::Desk(desk) => {
                for conversation in desk.offers.iter().map(|offer| offer.card.conversation) {
                    if !asked.contains(&conversation) {
                        let request = Request::Accept { conversation };
                        socket.send(&ConsoleToRelay::Ask { id: RequestId(asked.len() as u32), request }).await?;
                        asked.push(conversation);
                    }
                }
            }
            RelayToConsole::Done { .. } => done += 1,
            RelayToConsole::Refused { refusal, .. } => bail!("accept refused: {refusal:?}"),
            RelayToConsole::Beat { .. } => socket.send(&ConsoleToRelay::Beat).await?,
            _ => {}
        }
    }
    Ok(asked)
}

/// A customer who starts a conversation and then reads.
/// So many customers who begin a conversation and stay, until the program ends.
///
/// # Errors
/// Where one can't begin.
pub async fn customers(address: SocketAddr, count: usize) -> Result<()> {
    let seen = Arc::new(Seen::new());
    for number in 0..count {
        customer(address, number, &seen).await?;
    }
    Ok(())
}

pub(in crate::bench) async fn customer(address: SocketAddr, number: usize, seen: &Arc<Seen>) -> Result<()> {
    let mut socket = Socket::open(address, "/v1/customer", Encoding::Binary, None, number).await?;
    let widget = "shop".parse().expect("invariant: a slug");
    socket.send(&CustomerToRelay::Hello(Hello::of(widget))).await?;
    let mut token = [3; 32];
    token[..8].copy_from_slice(&(number as u64).to_be_bytes());
    let mut key = [4; 16];
    key[..8].copy_from_slice(&(number as u64).to_be_bytes());
    socket
        .send(&CustomerToRelay::Start {
            key: SendKey(key),
            token: ResumeToken::from_bytes(token),
            text: MessageText::new("Where is my parcel?").expect("invariant: a text"),
            name: None,
        })
        .await?;
    while !matches!(socket.next::<RelayToCustomer>().await?, RelayToCustomer::Started { .. }) {}
    tokio::spawn(read(socket, Arc::clone(seen)));
    Ok(())
}

async fn read(mut socket: Socket, seen: Arc<Seen>) {
    let mut last = Seq(1);
    while let Ok(frame) = socket.next::<RelayToCustomer>().await {
        match frame {
            RelayToCustomer::Entries { entries } => {
                for entry in entries {
                    last = entry.seq;
                    if let CustomerEvent::Theirs { text, .. } = entry.event
                        && let Ok(due) = text.as_str().trim_start_matches(PADDING).parse::<u64>()
                    {
                        seen.delivered(due);
                    }
                }
            }
            RelayToCustomer::Beat { .. } => {
                if socket.send(&CustomerToRelay::Beat { seq: last }).await.is_err() {
                    return;
                }
            }
            _ => {}
        }
    }
}

/// Reads what comes to a console window. Whole values are passed over unread: reading them is the browser's work, and the load
/// would measure its own.
async fn listen(mut receiver: Receiver, window: Arc<Mutex<Window>>, answers: watch::Sender<u64>, seen: Arc<Seen>) {
    while let Ok(frame) = receiver.next_unless(b"{\"Desk\"").await {
        let Some(frame) = frame else { continue };
        match frame {
            RelayToConsole::Accepted { key, .. } => {
                seen.accepted(due_of(key));
                answers.send_modify(|count| *count += 1);
            }
            RelayToConsole::NotAccepted { .. } => {
                seen.refused();
                answers.send_modify(|count| *count += 1);
            }
            RelayToConsole::Beat { .. } => {
                if window.lock().await.sender.send(&ConsoleToRelay::Beat).await.is_err() {
                    return;
                }
            }
            _ => {}
        }
    }
}
