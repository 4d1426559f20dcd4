//! The console's life: desk, open conversations, requests.

mod coming_back;
mod conversations;
mod requests;
mod staff;

use client::agent::{Console, Effect, Event, NoticeKind};
use client::customer::MessageState;
use client::link::Connection;
use client::{PageEvent, SocketEffect, SocketEvent, SocketId};
use model::{
    AgentId, Context, ConversationId, DisplayName, MessageText, Millis, Presence, Role, SendKey, Seq, Timestamp, Units,
};
use wire::{
    AgentsEntry, AgentsEvent, Card, CardState, ConnectionClock, ConsoleToRelay, ConversationState, CustomerClaims,
    DeskState, Encoding, Frame, OfferCard, Refusal, RefusalCode, RelayToConsole, Request, RequestId, Speaker,
};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Did {
    Dial(u32),
    Close(u32, u16),
    Send(ConsoleToRelay),
    Store(bool),
    NewOffer(u128),
    NewInvitation(u128),
    NewMessage(u128),
    CheckSignIn,
    SignedOut,
    Reload,
}

struct Window {
    machine: Console,
    socket: u32,
    stored: Vec<u8>,
    wake_at: Option<u64>,
}

impl Window {
    fn new() -> Self {
        Self { machine: Console::new(Encoding::Json), socket: 0, stored: Vec::new(), wake_at: None }
    }

    #[track_caller]
    fn at(&mut self, now: u64, event: Event, expected: &[Did]) {
        let did = self.give(now, event);
        assert_eq!(did, expected, "at {now}");
    }

    fn give(&mut self, now: u64, event: Event) -> Vec<Did> {
        let revision = self.machine.revision();
        let effects = self.machine.handle(Timestamp(now), event);
        let changed = effects.contains(&Effect::Changed);
        assert_eq!(changed, self.machine.revision() > revision, "`Changed` goes with the revision");
        effects.into_iter().filter_map(|effect| self.take(effect)).collect()
    }

    fn take(&mut self, effect: Effect) -> Option<Did> {
        Some(match effect {
            Effect::Socket(SocketEffect::Dial { socket }) => {
                self.socket = socket.0;
                Did::Dial(socket.0)
            }
            Effect::Socket(SocketEffect::Close { socket, code }) => Did::Close(socket.0, code),
            Effect::Socket(SocketEffect::Send { socket, bytes }) => {
                assert_eq!(socket.0, self.socket);
                Did::Send(ConsoleToRelay::decode(Encoding::Json, &bytes).unwrap())
            }
            Effect::WakeAt(at) => {
                self.wake_at = Some(at.0);
                return None;
            }
            Effect::Store(bytes) => {
                self.stored = bytes;
                Did::Store(!self.stored.is_empty())
            }
            Effect::NewOffer { conversation } => Did::NewOffer(conversation.as_u128()),
            Effect::NewInvitation { conversation } => Did::NewInvitation(conversation.as_u128()),
            Effect::NewMessage { conversation } => Did::NewMessage(conversation.as_u128()),
            Effect::CheckSignIn => Did::CheckSignIn,
            Effect::SignedOut => Did::SignedOut,
            Effect::Reload => Did::Reload,
            Effect::Changed => return None,
        })
    }

    #[track_caller]
    fn hears(&mut self, now: u64, said: RelayToConsole, expected: &[Did]) {
        self.at(now, frame(self.socket, &said), expected);
    }

    fn welcomed(&mut self, now: u64) -> Vec<Did> {
        let mut did = self.give(now, opened(self.socket));
        did.extend(self.give(now, frame(self.socket, &welcome(1, 1))));
        did
    }

    fn loses(&mut self, now: u64) {
        self.give(now, closed(self.socket, 1006));
        self.give(now + 250, wake());
    }

    /// A window that looks at conversation 1, which is this agent's own.
    fn working() -> Self {
        let mut window = Self::new();
        window.give(0, start(None));
        window.welcomed(0);
        window.give(0, frame(1, &RelayToConsole::Desk(desk(1, &[card(1, 0)]))));
        window.give(0, focus(Some(1)));
        window.give(0, frame(1, &entries(1, [message(1, 1, "hello")])));
        window.give(0, frame(1, &state(1, 1, 1)));
        window
    }
}

fn start(stored: Option<Vec<u8>>) -> Event {
    Event::Init { stored, hidden: false }
}

fn opened(socket: u32) -> Event {
    Event::Socket(SocketEvent::Opened { socket: SocketId(socket) })
}

fn closed(socket: u32, code: u16) -> Event {
    Event::Socket(SocketEvent::Closed { socket: SocketId(socket), code, jitter: u32::MAX / 2 })
}

fn wake() -> Event {
    Event::Wake { jitter: u32::MAX / 2 }
}

fn frame(socket: u32, said: &RelayToConsole) -> Event {
    Event::Socket(SocketEvent::Received { socket: SocketId(socket), bytes: said.encode(Encoding::Json) })
}

fn focus(n: Option<u128>) -> Event {
    Event::Focus { conversation: n.map(id) }
}

fn submit(n: u128, internal: bool, k: u8, words: &str) -> Event {
    Event::Submit { conversation: id(n), internal, key: key(k), text: text(words) }
}

fn draft(n: u128, internal: bool, words: &str) -> Event {
    Event::Draft { conversation: id(n), internal, text: words.to_owned() }
}

fn ask(request: Request) -> Event {
    Event::Ask { request }
}

fn id(n: u128) -> ConversationId {
    ConversationId::from_u128(n)
}

fn key(n: u8) -> SendKey {
    SendKey([n; 16])
}

fn text(words: &str) -> MessageText {
    MessageText::new(words).unwrap()
}

fn name() -> DisplayName {
    DisplayName::new("Ravi").unwrap()
}

fn send(frame: ConsoleToRelay) -> Did {
    Did::Send(frame)
}

fn hello() -> Did {
    send(ConsoleToRelay::Hello)
}

fn open(n: u128, after: u32) -> Did {
    send(ConsoleToRelay::Open { conversation: id(n), after: Seq(after) })
}

fn read(n: u128, upto: u32) -> Did {
    send(ConsoleToRelay::Read { conversation: id(n), upto: Seq(upto) })
}

fn say(n: u128, k: u8, words: &str) -> Did {
    send(ConsoleToRelay::Say { conversation: id(n), key: key(k), text: text(words) })
}

fn asked(number: u32, request: Request) -> Did {
    send(ConsoleToRelay::Ask { id: RequestId(number), request })
}

fn welcome(epoch: u64, agent: u128) -> RelayToConsole {
    RelayToConsole::Welcome {
        epoch,
        now: Timestamp(1_000_000),
        heartbeat_every: Millis::seconds(12),
        agent: AgentId::from_u128(agent),
        name: name(),
        role: Role::Agent,
    }
}

fn card(n: u128, unread: u32) -> Card {
    Card {
        conversation: id(n),
        customer: None,
        number: 7,
        state: CardState::Active { since: Timestamp(5) },
        connection: ConnectionClock::Connected { connections: 1 },
        last_words: None,
        last_at: Timestamp(5),
        unread,
        queue: "Shop".to_owned(),
    }
}

fn desk(version: u64, mine: &[Card]) -> DeskState {
    DeskState {
        version,
        presence: Presence::Available,
        chosen: None,
        capacity: Units(100),
        ledger: Vec::new(),
        offers: Vec::new(),
        mine: mine.to_vec(),
        open: Vec::new(),
        open_count: 0,
        closed: Vec::new(),
        closed_count: 0,
    }
}

fn offering(version: u64, n: u128, made_at: u64) -> DeskState {
    let offer = OfferCard { card: card(n, 0), made_at: Timestamp(made_at), until: Timestamp(made_at + 120_000) };
    DeskState { offers: vec![offer], ..desk(version, &[]) }
}

fn conversation(n: u128, version: u64, head: u32) -> ConversationState {
    ConversationState {
        version,
        card: card(n, 0),
        agent: Some(name()),
        session: None,
        may_write: true,
        disconnect_after: Millis::minutes(3),
        customer_typing: false,
        read_by_customer: Seq(0),
        read_by_me: Seq(0),
        head: Seq(head),
        page: None,
        signed_in: false,
        returned_by: None,
        may_offer_link: false,
    }
}

fn state(n: u128, version: u64, head: u32) -> RelayToConsole {
    RelayToConsole::Conversation(conversation(n, version, head))
}

fn entries(n: u128, entries: impl IntoIterator<Item = AgentsEntry>) -> RelayToConsole {
    RelayToConsole::Entries { conversation: id(n), entries: entries.into_iter().collect() }
}

fn message(seq: u32, k: u8, words: &str) -> AgentsEntry {
    let event =
        AgentsEvent::Message { from: Speaker::Customer, key: key(k), text: text(words), customer_seq: Seq(seq) };
    AgentsEntry { seq: Seq(seq), at: Timestamp(u64::from(seq)), event }
}

fn words(window: &Window, n: u128) -> Vec<&str> {
    let opened = window.machine.opened(id(n)).unwrap();
    let arrived = opened.entries().iter().filter_map(|entry| match &entry.event {
        AgentsEvent::Message { text, .. } | AgentsEvent::Internal { text, .. } => Some(text.as_str()),
        _ => None,
    });
    arrived.chain(opened.unsent().iter().map(|unsent| unsent.text.as_str())).collect()
}
