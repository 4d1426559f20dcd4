//! A widget on a test's stand: what it does, in words short enough for a list.

use client::customer::{Customer, Effect, Event, HostEvent, HostState, Init};
use client::{PageEvent, SocketEffect, SocketEvent, SocketId};
use model::{Context, DisplayName, MessageText, Millis, ResumeToken, SendKey, Seq, Timestamp};
use wire::{
    AgentCard, AgentConnection, Answers, ArrivalAnswer, CanResume, CustomerEntry, CustomerEvent, CustomerState,
    CustomerToRelay, Encoding, EndedBecause, Frame, Hello, Phase, Refusal, RefusalCode, RelayToCustomer, Resume,
    SignInAnswer, Welcome,
};

/// The relay's clock is this much ahead of the browser's on the stand.
pub(crate) const AHEAD: u64 = 1_000_000;

/// What the widget did. Bytes that it stores are told apart by what they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    Dial(u32),
    Close(u32, u16),
    Send(CustomerToRelay),
    /// This tab's outbox was stored with so many sends that are not durable.
    Outbox(usize),
    Draft(&'static str),
    Start,
    NoStart,
    LoadStart,
    Token(Option<u8>),
    Replace(u8),
    AskSignIn,
    Arrived,
    Redirect(String),
    Handover(String, u64),
    Badge(u32, bool),
    Host(HostState),
    Reload,
}

/// A widget, and the last of everything that it stored.
pub(crate) struct Widget {
    pub(crate) machine: Customer,
    pub(crate) socket: u32,
    pub(crate) outbox: Option<Vec<u8>>,
    pub(crate) start: Option<Vec<u8>>,
    pub(crate) draft: String,
    pub(crate) wake_at: Option<u64>,
    pub(crate) changed: bool,
    /// Whether the host page was told last that a conversation is live.
    pub(crate) live: Option<bool>,
    /// What the host page's listeners were told, in order.
    pub(crate) events: Vec<HostEvent>,
}

impl Widget {
    pub(crate) fn new() -> Self {
        Self {
            machine: Customer::new(Encoding::Binary, "shop".parse().unwrap()),
            socket: 0,
            outbox: None,
            start: None,
            draft: String::new(),
            wake_at: None,
            changed: false,
            live: None,
            events: Vec::new(),
        }
    }

    /// One event, and exactly what is done because of it.
    #[track_caller]
    pub(crate) fn at(&mut self, now: u64, event: Event, expected: &[Did]) {
        let did = self.give(now, event);
        assert_eq!(did, expected, "at {now}");
    }

    pub(crate) fn give(&mut self, now: u64, event: Event) -> Vec<Did> {
        self.changed = false;
        let revision = self.machine.revision();
        let effects = self.machine.handle(Timestamp(now), event);
        let did = effects.into_iter().filter_map(|effect| self.take(effect)).collect();
        assert_eq!(self.changed, self.machine.revision() > revision, "`Changed` goes with the revision");
        did
    }

    fn take(&mut self, effect: Effect) -> Option<Did> {
        Some(match effect {
            Effect::Socket(SocketEffect::Dial { socket }) => {
                self.socket = socket.0;
                Did::Dial(socket.0)
            }
            Effect::Socket(SocketEffect::Close { socket, code }) => Did::Close(socket.0, code),
            Effect::Socket(SocketEffect::Send { socket, bytes }) => {
                assert_eq!(socket.0, self.socket, "only the present socket is written to");
                Did::Send(CustomerToRelay::decode(Encoding::Binary, &bytes).unwrap())
            }
            Effect::WakeAt(at) => {
                self.wake_at = Some(at.0);
                return None;
            }
            Effect::StoreOutbox(bytes) => {
                self.outbox = (!bytes.is_empty()).then_some(bytes);
                Did::Outbox(self.outbox.as_deref().map_or(0, stored_sends))
            }
            Effect::StoreDraft(text) => {
                self.draft.clone_from(&text);
                Did::Draft(text.leak())
            }
            Effect::StoreStart(bytes) => {
                self.start = bytes;
                if self.start.is_some() { Did::Start } else { Did::NoStart }
            }
            Effect::LoadStart => Did::LoadStart,
            Effect::StoreToken(token) => Did::Token(token.map(|token| token.expose()[0])),
            Effect::Badge { unread, reconnecting } => Did::Badge(unread, reconnecting),
            Effect::HostState(state) => Did::Host(state),
            Effect::Reload => Did::Reload,
            Effect::ReplaceToken(token) => Did::Replace(token.expose()[0]),
            Effect::AskSignIn => Did::AskSignIn,
            Effect::Arrived => Did::Arrived,
            Effect::Redirect(url) => Did::Redirect(url.as_str().to_owned()),
            Effect::Handover { site, expires_in, .. } => Did::Handover(site, expires_in.0),
            Effect::Sites { live, .. } => {
                assert_ne!(self.live, Some(live), "told once");
                self.live = Some(live);
                return None;
            }
            Effect::HostEvent(event) => {
                self.events.push(event);
                return None;
            }
            Effect::Changed => {
                self.changed = true;
                return None;
            }
        })
    }

    /// The present socket opens and the relay answers the hello; whatever happens is returned.
    pub(crate) fn welcomed(&mut self, now: u64, resume: CanResume) -> Vec<Did> {
        let mut did = self.give(now, socket_opened(self.socket));
        did.extend(self.give(now, frame(self.socket, welcome(now, resume))));
        did
    }

    /// A frame of the relay on the present socket.
    #[track_caller]
    pub(crate) fn hears(&mut self, now: u64, said: RelayToCustomer, expected: &[Did]) {
        self.at(now, frame(self.socket, said), expected);
    }

    /// A widget that talks with an agent since time 0; the customer's first words are entry 1, `joined` entry 2.
    pub(crate) fn talking() -> Self {
        let mut widget = Self::new();
        widget.give(0, init(Init { token: Some(token(7)), open: true, ..usual() }));
        widget.welcomed(0, CanResume::Yes);
        let first = [mine(1, 1, "hello"), joined(2)];
        widget.give(0, frame(1, entries(first)));
        widget.give(0, frame(1, state(1, talking_phase(), 2)));
        widget
    }

    /// All the words on the screen, arrived and unsent.
    pub(crate) fn words(&self) -> Vec<&str> {
        let arrived = self.machine.entries().iter().filter_map(|entry| match &entry.event {
            CustomerEvent::Mine { text, .. } | CustomerEvent::Theirs { text, .. } => Some(text.as_str()),
            _ => None,
        });
        arrived.chain(self.machine.unsent().iter().map(|unsent| unsent.text.as_str())).collect()
    }
}

/// How many sends a stored outbox holds: it is `(tag of the token, start, sends)`.
fn stored_sends(bytes: &[u8]) -> usize {
    type Send = (SendKey, MessageText, bool, Timestamp, Option<RefusalCode>);
    type Stored = (Option<[u8; 8]>, Option<(SendKey, Option<DisplayName>)>, Vec<Send>);
    postcard::from_bytes::<Stored>(bytes).unwrap().2.len()
}

pub(crate) fn usual() -> Init {
    Init { can_store: true, ..Init::default() }
}

pub(crate) fn init(init: Init) -> Event {
    Event::Init(Box::new(init))
}

pub(crate) fn token(n: u8) -> ResumeToken {
    ResumeToken::from_bytes([n; 32])
}

pub(crate) fn key(n: u8) -> SendKey {
    SendKey([n; 16])
}

pub(crate) fn text(words: &str) -> MessageText {
    MessageText::new(words).unwrap()
}

pub(crate) fn name() -> DisplayName {
    DisplayName::new("Ravi").unwrap()
}

pub(crate) fn submit(n: u8, words: &str) -> Event {
    Event::Submit { key: key(n), token: token(n), text: text(words), name: None }
}

pub(crate) fn draft(words: &str) -> Event {
    Event::Draft { text: words.to_owned() }
}

pub(crate) fn host_says(n: Option<u8>) -> Event {
    Event::Token { token: n.map(token) }
}

pub(crate) fn page(event: PageEvent) -> Event {
    Event::Page(event)
}

pub(crate) fn wake() -> Event {
    Event::Wake { jitter: u32::MAX / 2 }
}

pub(crate) fn socket_opened(socket: u32) -> Event {
    Event::Socket(SocketEvent::Opened { socket: SocketId(socket) })
}

pub(crate) fn socket_closed(socket: u32, code: u16) -> Event {
    Event::Socket(SocketEvent::Closed { socket: SocketId(socket), code, jitter: u32::MAX / 2 })
}

pub(crate) fn frame(socket: u32, said: RelayToCustomer) -> Event {
    let bytes = said.encode(Encoding::Binary);
    Event::Socket(SocketEvent::Received { socket: SocketId(socket), bytes })
}

pub(crate) fn hello(resume: Option<(u8, u32)>) -> Did {
    let resume = resume.map(|(n, after)| Resume { token: token(n), after: Seq(after) });
    let hello = Hello { resume, ..Hello::of("shop".parse().unwrap()) };
    Did::Send(CustomerToRelay::HelloWith { hello, language: None })
}

pub(crate) fn start(n: u8, token_of: u8, words: &str) -> Did {
    let (key, token, text, context) = (key(n), token(token_of), text(words), Context::default());
    Did::Send(CustomerToRelay::StartAnswered {
        key,
        token,
        text,
        name: None,
        language: None,
        context,
        answers: Answers::from_text(String::new()),
    })
}

pub(crate) fn say(n: u8, words: &str) -> Did {
    Did::Send(CustomerToRelay::Say { key: key(n), text: text(words) })
}

pub(crate) fn read(upto: u32) -> Did {
    Did::Send(CustomerToRelay::Read { upto: Seq(upto) })
}

pub(crate) fn beat(seq: u32) -> Did {
    Did::Send(CustomerToRelay::Beat { seq: Seq(seq) })
}

pub(crate) fn fetch(after: u32) -> Did {
    Did::Send(CustomerToRelay::Fetch { after: Seq(after) })
}

pub(crate) fn welcome(now: u64, resume: CanResume) -> RelayToCustomer {
    welcome_at(Timestamp(now + AHEAD), resume)
}

pub(crate) fn welcome_at(now: Timestamp, resume: CanResume) -> RelayToCustomer {
    RelayToCustomer::Welcome(Welcome {
        epoch: 1,
        now,
        heartbeat_every: Millis::seconds(12),
        disconnect_after: Millis::minutes(3),
        resume,
        sign_in: SignInAnswer::NotAsked,
        arrival: ArrivalAnswer::NotAsked,
        redirect: None,
        sites: Vec::new(),
        links: false,
    })
}

pub(crate) fn entries(entries: impl IntoIterator<Item = CustomerEntry>) -> RelayToCustomer {
    RelayToCustomer::Entries { entries: entries.into_iter().collect() }
}

pub(crate) fn snapshot(entries: impl IntoIterator<Item = CustomerEntry>) -> RelayToCustomer {
    RelayToCustomer::Snapshot { entries: entries.into_iter().collect() }
}

pub(crate) fn mine(seq: u32, n: u8, words: &str) -> CustomerEntry {
    entry(seq, CustomerEvent::Mine { key: key(n), text: text(words) })
}

pub(crate) fn theirs(seq: u32, words: &str) -> CustomerEntry {
    entry(seq, CustomerEvent::Theirs { agent: name(), text: text(words) })
}

pub(crate) fn joined(seq: u32) -> CustomerEntry {
    entry(seq, CustomerEvent::AgentJoined { agent: name() })
}

pub(crate) fn entry(seq: u32, event: CustomerEvent) -> CustomerEntry {
    CustomerEntry { seq: Seq(seq), at: Timestamp(AHEAD + u64::from(seq)), event }
}

pub(crate) fn started(n: u8, seq: u32) -> RelayToCustomer {
    RelayToCustomer::Started { key: key(n), seq: Seq(seq) }
}

pub(crate) fn accepted(n: u8, seq: u32) -> RelayToCustomer {
    RelayToCustomer::Accepted { key: key(n), seq: Seq(seq) }
}

pub(crate) fn not_accepted(n: u8, code: RefusalCode, retry_after: Option<u64>) -> RelayToCustomer {
    let refusal = Refusal { code, retry_after: retry_after.map(Millis) };
    RelayToCustomer::NotAccepted { key: key(n), refusal }
}

pub(crate) fn waiting_phase(position: u32) -> Phase {
    Phase::Waiting { position, closes_at: None }
}

pub(crate) fn talking_phase() -> Phase {
    Phase::Talking { agent: AgentCard { name: name() }, connection: AgentConnection::Connected }
}

pub(crate) fn ended_phase(because: EndedBecause) -> Phase {
    Phase::Ended { because, at: Timestamp(AHEAD + 5) }
}

pub(crate) fn state(version: u64, phase: Phase, head: u32) -> RelayToCustomer {
    RelayToCustomer::State(customer_state(version, phase, head))
}

pub(crate) fn customer_state(version: u64, phase: Phase, head: u32) -> CustomerState {
    CustomerState {
        version,
        phase,
        agent_typing: false,
        read_by_agent: Seq(0),
        read_by_customer: Seq(0),
        head: Seq(head),
    }
}
