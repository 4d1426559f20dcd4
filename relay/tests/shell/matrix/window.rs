//! A console that goes on by itself: what its agent asks is put in, the answer comes out.

use std::collections::{BTreeMap, BTreeSet};

use model::{AgentId, ConversationId, SendKey, Seq};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use wire::{
    AgentsEntry, CardState, ConsoleToRelay, CustomerClaims, Encoding, Frame, RelayToConsole, Request, RequestId,
    RowAbilities,
};

use crate::support::{Console, Server, next, text};

/// What an agent can ask over a socket.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// Answered by its number.
    Request(Request),
    /// Answered by its key.
    Say { conversation: ConversationId, internal: bool },
    /// Answered only where it is refused: what is asked next is answered later.
    Quiet(ConsoleToRelay),
}

/// Done, or the code of the refusal.
pub(super) type Answer = Result<(), String>;

/// What a window was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Offered or Open to the agent.
    pub(super) listed: BTreeSet<ConversationId>,
    offered: BTreeSet<ConversationId>,
    open: BTreeSet<ConversationId>,
    is_there: bool,
    /// The agent's own, in wrap-up with a hold.
    pub(super) held: BTreeSet<ConversationId>,
    /// What may be done with what is on the floor; `None` while it isn't watched.
    pub(super) floor: Option<BTreeMap<ConversationId, RowAbilities>>,
    /// Not followed any more.
    pub(super) unfollowed: BTreeSet<ConversationId>,
    /// What came of a conversation that was opened, and its head.
    pub(super) entries: BTreeMap<ConversationId, Vec<AgentsEntry>>,
    pub(super) heads: BTreeMap<ConversationId, Seq>,
    pub(super) claims: BTreeMap<ConversationId, CustomerClaims>,
    pub(super) parts: BTreeSet<ConversationId>,
    /// Every frame as it came.
    pub(super) raw: Vec<u8>,
}

/// More than this and the window is replaced: a console that asks faster than a person is cut off.
const FRAMES_MAX: u32 = 90;

pub(super) struct Window {
    asks: mpsc::Sender<(Asked, oneshot::Sender<Answer>)>,
    pub(super) sees: watch::Receiver<Seen>,
    asked: u32,
    pub(super) id: AgentId,
    pub(super) cookie: String,
}

impl Window {
    pub(super) async fn open(server: &Server, name: &str) -> Self {
        let cookie = server.sign_in(name);
        let id =
            server.call(&cookie, "GET", "/api/me", &Value::Null).json()["agent"].as_str().unwrap().parse().unwrap();
        Self::of(server, id, cookie).await
    }

    async fn of(server: &Server, id: AgentId, cookie: String) -> Self {
        let console = server.console(&cookie).await;
        let (asks, asked) = mpsc::channel(1);
        let (shown, mut sees) = watch::channel(Seen::default());
        tokio::spawn(run(console, asked, shown));
        drop(sees.wait_for(|seen| seen.is_there).await.unwrap());
        Self { asks, sees, asked: 0, id, cookie }
    }

    /// Another window in the place of this one, which closes once the other is there.
    pub(super) async fn replace(&mut self, server: &Server) {
        *self = Self::of(server, self.id, self.cookie.clone()).await;
    }

    pub(super) async fn replace_if_worn(&mut self, server: &Server) {
        if self.asked > FRAMES_MAX {
            self.replace(server).await;
        }
    }

    pub(super) async fn ask(&mut self, request: Request) -> Answer {
        self.asks(Asked::Request(request)).await
    }

    pub(super) async fn asks(&mut self, asked: Asked) -> Answer {
        self.asked += 1;
        let (answer, answered) = oneshot::channel();
        self.asks.send((asked, answer)).await.unwrap();
        answered.await.unwrap()
    }

    pub(super) async fn must(&mut self, request: Request) {
        assert_eq!(self.ask(request.clone()).await, Ok(()), "{request:?}");
    }

    pub(super) async fn until(&mut self, what: &str, is: impl FnMut(&Seen) -> bool) {
        let seen = tokio::time::timeout(crate::support::PATIENCE, self.sees.wait_for(is)).await;
        drop(seen.unwrap_or_else(|_| panic!("never seen: {what}")).unwrap());
    }
}

/// The question that is asked after one without an answer: of no conversation that there is.
const FENCE: Request = Request::WhyWaiting { conversation: ConversationId::from_u128(1) };

#[derive(Default)]
struct Waiting {
    number: u32,
    numbered: BTreeMap<u32, oneshot::Sender<Answer>>,
    keyed: BTreeMap<SendKey, oneshot::Sender<Answer>>,
    /// The fence's number, and what was refused without one before it.
    quiet: Option<(u32, Answer, oneshot::Sender<Answer>)>,
}

impl Waiting {
    async fn put(&mut self, console: &mut Console, asked: Asked, answer: oneshot::Sender<Answer>) {
        self.number += 1;
        let id = RequestId(self.number);
        match asked {
            Asked::Request(request) => {
                self.numbered.insert(self.number, answer);
                console.send(&ConsoleToRelay::Ask { id, request }).await;
            }
            Asked::Say { conversation, internal } => {
                let mut key = conversation.as_u128().to_be_bytes();
                key[..4].copy_from_slice(&self.number.to_be_bytes());
                let (key, text) = (SendKey(key), text("Yes"));
                self.keyed.insert(key, answer);
                let frame = if internal {
                    ConsoleToRelay::SayInternal { conversation, key, text }
                } else {
                    ConsoleToRelay::Say { conversation, key, text }
                };
                console.send(&frame).await;
            }
            Asked::Quiet(frame) => {
                self.quiet = Some((self.number, Ok(()), answer));
                console.send(&frame).await;
                console.send(&ConsoleToRelay::Ask { id, request: FENCE }).await;
            }
        }
    }

    fn answer(&mut self, id: RequestId, answer: Answer) {
        if let Some((_, told, sender)) = self.quiet.take_if(|(fence, ..)| *fence == id.0) {
            drop(sender.send(told));
        } else if let Some(sender) = self.numbered.remove(&id.0) {
            drop(sender.send(answer));
        }
    }

    fn take(&mut self, frame: &RelayToConsole) {
        let code = |refusal: &wire::Refusal| Err(refusal.code.as_str().to_owned());
        match frame {
            RelayToConsole::Done { id } | RelayToConsole::Link { id, .. } | RelayToConsole::WhyWaiting { id, .. } => {
                self.answer(*id, Ok(()));
            }
            RelayToConsole::Refused { id: Some(id), refusal } => self.answer(*id, code(refusal)),
            RelayToConsole::Refused { id: None, refusal } => {
                if let Some((_, told, _)) = &mut self.quiet {
                    *told = code(refusal);
                }
            }
            RelayToConsole::Accepted { key, .. } => {
                drop(self.keyed.remove(key).map(|sender| sender.send(Ok(()))));
            }
            RelayToConsole::NotAccepted { key, refusal, .. } => {
                drop(self.keyed.remove(key).map(|sender| sender.send(code(refusal))));
            }
            _ => {}
        }
    }
}

impl Seen {
    fn take(&mut self, frame: RelayToConsole) {
        match frame {
            RelayToConsole::Desk(desk) => {
                self.is_there = true;
                self.offered = desk.offers.iter().map(|offer| offer.card.conversation).collect();
                let is_held = |state: &CardState| matches!(state, CardState::WrapUp { hold_until: Some(_), .. });
                let held = desk.mine.iter().filter(|card| is_held(&card.state));
                self.held = held.map(|card| card.conversation).collect();
            }
            RelayToConsole::OpenRows { rows, gone, .. } => {
                self.open.extend(rows.iter().map(|card| card.conversation));
                self.open.retain(|conversation| !gone.contains(conversation));
            }
            RelayToConsole::FloorRows { starts_over, rows, gone, .. } => {
                let floor = self.floor.get_or_insert_default();
                if starts_over {
                    floor.clear();
                }
                floor.extend(rows.iter().map(|row| (row.conversation, row.may)));
                floor.retain(|conversation, _| !gone.contains(conversation));
            }
            RelayToConsole::FloorOver => self.floor = None,
            RelayToConsole::Unfollowed { conversation } => drop(self.unfollowed.insert(conversation)),
            RelayToConsole::Conversation(state) => drop(self.heads.insert(state.card.conversation, state.head)),
            RelayToConsole::Parts(parts) => drop(self.parts.insert(parts.conversation)),
            RelayToConsole::Claims(claims) => drop(self.claims.insert(claims.conversation, claims)),
            RelayToConsole::Entries { conversation, entries } => {
                self.entries.entry(conversation).or_default().extend(entries);
            }
            RelayToConsole::Snapshot { conversation, entries } => drop(self.entries.insert(conversation, entries)),
            _ => {}
        }
        self.listed = self.offered.union(&self.open).copied().collect();
    }
}

async fn run(
    mut console: Console,
    mut asked: mpsc::Receiver<(Asked, oneshot::Sender<Answer>)>,
    shown: watch::Sender<Seen>,
) {
    let mut waiting = Waiting::default();
    loop {
        tokio::select! {
            asked = asked.recv() => {
                let Some((asked, answer)) = asked else { return };
                waiting.put(&mut console, asked, answer).await;
            }
            message = next(&mut console.0) => {
                let Ok(message) = message else { return };
                let bytes = message.into_data();
                let frame = RelayToConsole::decode(Encoding::Json, &bytes).unwrap();
                if let RelayToConsole::Beat { .. } = frame {
                    console.send(&ConsoleToRelay::Beat).await;
                }
                // What is seen is there before who asked is answered.
                let answers = frame.clone();
                shown.send_modify(|seen| {
                    seen.raw.extend_from_slice(&bytes);
                    seen.take(frame);
                });
                waiting.take(&answers);
            }
        }
    }
}
