//! The console's life: desk, open conversations, requests.

use client::agent::{Console, Effect, Event, NoticeKind};
use client::customer::MessageState;
use client::link::Connection;
use client::{PageEvent, SocketEffect, SocketEvent, SocketId};
use model::{
    AgentId, ConversationId, DisplayName, MessageText, Millis, Presence, Role, SendKey, Seq, Timestamp, Units,
};
use wire::{
    AgentsEntry, AgentsEvent, Card, CardState, ConnectionClock, ConsoleToRelay, ConversationState, DeskState, Encoding,
    Frame, OfferCard, Refusal, RefusalCode, RelayToConsole, Request, RequestId, Speaker,
};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Did {
    Dial(u32),
    Close(u32, u16),
    Send(ConsoleToRelay),
    Store(bool),
    NewOffer(u128),
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

#[test]
fn a_window_begins_with_a_hello_and_the_desk() {
    let mut window = Window::new();
    window.at(0, start(None), &[Did::Dial(1)]);
    assert_eq!(window.machine.connection(), Connection::Connecting);
    window.at(20, opened(1), &[hello()]);
    window.hears(40, welcome(1, 1), &[]);
    assert_eq!(window.machine.me().unwrap().role, Role::Agent);
    assert!(!window.machine.is_current());
    window.hears(50, RelayToConsole::Desk(desk(1, &[])), &[]);
    assert!(window.machine.is_current());
    assert_eq!(window.machine.relay_now(Timestamp(60)), Timestamp(1_000_020));
}

#[test]
fn a_conversation_that_is_looked_at_is_opened_and_read() {
    let mut window = Window::new();
    window.give(0, start(None));
    window.welcomed(0);
    window.give(5, frame(1, &RelayToConsole::Desk(desk(1, &[card(1, 2)]))));
    window.at(10, focus(Some(1)), &[open(1, 0), Did::Store(true)]);
    window.hears(20, entries(1, [message(1, 1, "hello"), message(2, 2, "anybody?")]), &[]);
    window.hears(30, state(1, 1, 2), &[read(1, 2)]);
    window.hears(40, entries(1, [message(3, 3, "?")]), &[read(1, 3)]);
    let internal = AgentsEvent::Internal { from: Speaker::Customer, key: key(9), text: text("a colleague's words") };
    let internal = AgentsEntry { seq: Seq(4), at: Timestamp(4), event: internal };
    window.hears(45, entries(1, [internal]), &[]);
    window.at(50, Event::Page(PageEvent::Hidden), &[]);
    window.hears(60, entries(1, [message(5, 4, "!")]), &[]);
    window.at(70, Event::Page(PageEvent::Visible), &[send(ConsoleToRelay::Beat), read(1, 5)]);
    window.at(80, focus(None), &[Did::Store(false)]);
    window.hears(90, entries(1, [message(6, 5, "going on")]), &[]);
    assert_eq!(words(&window, 1).len(), 6, "it stays open");
    window.at(100, focus(Some(1)), &[Did::Store(true), read(1, 6)]);
}

#[test]
fn every_conversation_has_its_own_order_and_drafts() {
    let mut window = Window::working();
    window.give(1, focus(Some(2)));
    window.give(1, frame(1, &state(2, 1, 0)));
    window.at(10, submit(1, false, 11, "one"), &[Did::Store(true), say(1, 11, "one")]);
    window.at(11, submit(1, false, 12, "two"), &[Did::Store(true)]);
    window.at(12, submit(2, false, 21, "elsewhere"), &[Did::Store(true), say(2, 21, "elsewhere")]);
    let internal = ConsoleToRelay::SayInternal { conversation: id(2), key: key(22), text: text("between us") };
    window.at(13, submit(2, true, 22, "between us"), &[Did::Store(true)]);
    let accepted = RelayToConsole::Accepted { conversation: id(2), key: key(21), seq: Seq(1) };
    window.hears(20, accepted, &[Did::Store(true), send(internal)]);
    let accepted = RelayToConsole::Accepted { conversation: id(1), key: key(11), seq: Seq(2) };
    window.hears(21, accepted, &[Did::Store(true), say(1, 12, "two")]);
    window.give(30, draft(1, false, "to the customer"));
    window.give(31, draft(1, true, "to a colleague"));
    let opened = window.machine.opened(id(1)).unwrap();
    assert_eq!((opened.draft(false), opened.draft(true)), ("to the customer", "to a colleague"));
}

#[test]
fn only_words_for_the_customer_are_told_as_typing_every_three_seconds() {
    let mut window = Window::working();
    let typing = send(ConsoleToRelay::Typing { conversation: id(1) });
    window.at(100, draft(1, false, "h"), std::slice::from_ref(&typing));
    window.at(3_099, draft(1, false, "he"), &[]);
    window.at(3_100, draft(1, false, "hel"), std::slice::from_ref(&typing));
    window.at(9_000, draft(1, true, "secret"), &[]);
    window.at(9_500, wake(), &[Did::Store(true)]);
}

#[test]
fn a_message_is_read_when_the_customer_has_seen_it() {
    let mut window = Window::working();
    let entry = window.machine.opened(id(1)).unwrap().entries()[0].clone();
    assert_eq!(window.machine.opened(id(1)).unwrap().entry_state(&entry), MessageState::Sent);
    let seen = ConversationState { read_by_customer: Seq(1), ..conversation(1, 2, 1) };
    window.give(10, frame(1, &RelayToConsole::Conversation(seen)));
    assert_eq!(window.machine.opened(id(1)).unwrap().entry_state(&entry), MessageState::Read);
}

#[test]
fn a_request_is_done_or_becomes_a_notice() {
    let mut window = Window::working();
    let end = Request::End { conversation: id(1) };
    window.at(10, ask(end.clone()), &[asked(1, end.clone())]);
    assert!(window.machine.is_asking(&end));
    window.hears(20, RelayToConsole::Done { id: RequestId(1) }, &[]);
    assert!(!window.machine.is_asking(&end));
    let accept = Request::Accept { conversation: id(9) };
    window.at(30, ask(accept.clone()), &[asked(2, accept.clone())]);
    let refusal = Refusal::of(RefusalCode::OfferGone);
    window.hears(40, RelayToConsole::Refused { id: Some(RequestId(2)), refusal }, &[]);
    let notice = window.machine.notices()[0].clone();
    assert_eq!(notice.request, Some(accept));
    assert_eq!(notice.kind, NoticeKind::Refused { code: RefusalCode::OfferGone, retry_after: None });
    window.at(50, Event::Dismiss { notice: notice.id }, &[]);
    assert!(window.machine.notices().is_empty());
}

#[test]
fn a_request_without_a_connection_is_not_kept_for_later() {
    let mut window = Window::working();
    window.give(10, closed(1, 1006));
    window.at(20, ask(Request::Pick { conversation: id(4) }), &[]);
    assert_eq!(window.machine.notices()[0].kind, NoticeKind::NotConnected);
    window.give(300, wake());
    assert_eq!(window.welcomed(400), [hello(), open(1, 1)]);
    window.hears(410, RelayToConsole::Desk(desk(1, &[card(1, 0)])), &[]);
}

#[test]
fn what_was_asked_and_not_answered_is_asked_again_unless_it_was_done() {
    let requests = [
        Request::Accept { conversation: id(2) },
        Request::Close { conversation: id(1) },
        Request::SetPresence { presence: Some(Presence::Away) },
    ];
    let mut window = Window::working();
    for request in requests.clone() {
        window.give(10, ask(request));
    }
    window.loses(20);
    assert!(window.machine.is_asking(&requests[0]), "its button still waits");
    assert_eq!(window.welcomed(400), [hello(), open(1, 1)]);
    // The relay had accepted for us; the others were lost.
    let now = desk(9, &[card(1, 0), card(2, 0)]);
    window.hears(410, RelayToConsole::Desk(now), &[asked(4, requests[1].clone()), asked(5, requests[2].clone())]);
    window.hears(420, RelayToConsole::Desk(desk(10, &[])), &[]);
}

#[test]
fn an_unanswered_request_ends_the_trust_in_the_socket() {
    let mut window = Window::working();
    window.give(1_000, ask(Request::End { conversation: id(1) }));
    window.give(5_000, frame(1, &RelayToConsole::Beat { now: Timestamp(1_005_000) }));
    assert_eq!(window.wake_at, Some(11_000));
    window.at(11_000, wake(), &[Did::Close(1, 4299), Did::Dial(2)]);
}

#[test]
fn a_reconnect_opens_every_conversation_where_it_stopped() {
    let mut window = Window::working();
    window.give(1, focus(Some(2)));
    window.give(2, frame(1, &entries(2, [message(1, 31, "x"), message(2, 32, "y")])));
    window.give(3, submit(1, false, 11, "one"));
    window.loses(10);
    assert_eq!(window.welcomed(400), [hello(), open(1, 1), open(2, 2), say(1, 11, "one")]);
    window.hears(410, entries(1, [message(2, 11, "one")]), &[Did::Store(true)]);
    assert_eq!(words(&window, 1), ["hello", "one"]);
}

#[test]
fn a_reload_loses_nothing() {
    let mut before = Window::working();
    before.give(1, submit(1, false, 11, "one"));
    before.give(2, draft(1, true, "note to"));
    before.at(3, Event::Page(PageEvent::Parked), &[Did::Store(true), Did::Close(1, 4250)]);
    let mut after = Window::new();
    after.at(100, start(Some(before.stored.clone())), &[Did::Dial(1)]);
    assert_eq!(after.machine.focused(), Some(id(1)));
    assert_eq!(after.machine.opened(id(1)).unwrap().draft(true), "note to");
    assert_eq!(after.welcomed(120), [hello(), open(1, 0), say(1, 11, "one")]);
}

#[test]
fn a_hole_is_asked_for_by_opening_again() {
    let mut window = Window::working();
    window.hears(10, entries(1, [message(4, 4, "four")]), &[open(1, 1)]);
    assert_eq!(words(&window, 1), ["hello"]);
    window.hears(20, entries(1, [message(2, 2, "two"), message(3, 3, "three")]), &[read(1, 3)]);
    assert_eq!(words(&window, 1), ["hello", "two", "three"]);
    // The state knew of more, and not of what was read: that is told again.
    window.hears(30, state(1, 2, 4), &[read(1, 3)]);
    assert_eq!(window.wake_at, Some(3_020));
    window.at(3_020, wake(), &[open(1, 3)]);
}

#[test]
fn offers_and_new_words_are_announced_once() {
    let mut window = Window::working();
    window.give(1, focus(None));
    window.hears(10, RelayToConsole::Desk(offering(2, 8, 50)), &[Did::NewOffer(8)]);
    window.hears(20, RelayToConsole::Desk(offering(3, 8, 50)), &[]);
    window.loses(30);
    window.welcomed(400);
    window.hears(410, RelayToConsole::Desk(offering(1, 8, 50)), &[]);
    window.hears(420, RelayToConsole::Desk(offering(2, 8, 99)), &[Did::NewOffer(8)]);
    window.hears(430, RelayToConsole::Desk(desk(3, &[card(1, 1)])), &[]);
    window.hears(440, RelayToConsole::Desk(desk(4, &[card(1, 2)])), &[Did::NewMessage(1)]);
    assert_eq!(window.machine.unread_in_all(), 2);
    window.give(450, focus(Some(1)));
    window.hears(460, RelayToConsole::Desk(desk(5, &[card(1, 3)])), &[]);
    assert_eq!(window.machine.unread_in_all(), 0, "they are being looked at");
}

#[test]
fn an_older_desk_never_replaces_a_newer_one_of_the_same_connection() {
    let mut window = Window::working();
    window.give(10, frame(1, &RelayToConsole::Desk(desk(9, &[card(1, 0), card(2, 0)]))));
    window.give(11, frame(1, &RelayToConsole::Desk(desk(8, &[]))));
    assert!(window.machine.is_mine(id(2)));
    window.loses(20);
    window.welcomed(400);
    window.give(410, frame(2, &RelayToConsole::Desk(desk(1, &[card(3, 0)]))));
    assert!(window.machine.is_mine(id(3)));
}

#[test]
fn a_conversation_that_went_to_somebody_else_stays_readable_and_is_not_asked_for_again() {
    let mut window = Window::working();
    window.give(5, frame(1, &state(1, 2, 2)));
    window.hears(10, RelayToConsole::Unfollowed { conversation: id(1) }, &[]);
    window.at(4_000, wake(), &[]);
    let opened = window.machine.opened(id(1)).unwrap();
    assert!(opened.is_gone());
    assert!(!opened.may_write(false));
    assert_eq!(words(&window, 1), ["hello"]);
    window.loses(5_000);
    assert_eq!(window.welcomed(5_400), [hello()]);
    window.give(5_410, focus(None));
    window.at(5_420, focus(Some(1)), &[open(1, 1), Did::Store(true)]);
}

#[test]
fn a_conversation_that_may_not_be_read_is_said_to_be_gone() {
    let mut window = Window::working();
    window.give(10, focus(Some(66)));
    let refusal = Refusal::of(RefusalCode::NotYours);
    window.give(20, frame(1, &RelayToConsole::Refused { id: None, refusal }));
    assert!(window.machine.opened(id(66)).unwrap().is_gone());
    assert!(!window.machine.opened(id(1)).unwrap().is_gone());
    assert_eq!(window.machine.notices().len(), 1);
    window.give(30, frame(1, &state(66, 1, 0)));
    assert!(!window.machine.opened(id(66)).unwrap().is_gone(), "its state says that it was another one");
}

#[test]
fn conversations_looked_at_long_ago_are_left_unless_they_hold_words() {
    let mut window = Window::working();
    window.give(1, focus(Some(100)));
    window.give(2, draft(100, true, "unfinished"));
    let most = client::agent::OPENED_MAX as u128;
    for n in 101..100 + most - 1 {
        window.at(3, focus(Some(n)), &[open(n, 0), Did::Store(true)]);
    }
    let leave = send(ConsoleToRelay::Leave { conversation: id(101) });
    window.at(4, focus(Some(200)), &[leave, open(200, 0), Did::Store(true)]);
    assert!(window.machine.opened(id(1)).is_some(), "one's own stays");
    assert!(window.machine.opened(id(100)).is_some(), "words stay");
    assert!(window.machine.opened(id(101)).is_none());
}

#[test]
fn a_refused_sign_in_is_asked_about_and_a_sign_out_stops() {
    let mut window = Window::new();
    window.give(0, start(None));
    window.at(10, closed(1, 1006), &[Did::CheckSignIn]);
    window.at(20, Event::SignedOut, &[Did::SignedOut]);
    window.at(60_000, wake(), &[]);
    window.at(61_000, start(None), &[Did::Dial(2)]);
    window.welcomed(61_100);
    window.at(62_000, closed(2, 4003), &[Did::SignedOut]);
}

#[test]
fn the_next_person_at_this_window_sees_nothing_of_the_one_before() {
    let mut window = Window::working();
    window.give(1, draft(1, false, "half a sentence"));
    window.give(10, closed(1, 4003));
    window.give(20, start(None));
    window.give(30, opened(2));
    window.hears(40, welcome(1, 2), &[Did::Store(false)]);
    assert!(window.machine.opened(id(1)).is_none());
    assert!(window.machine.desk().is_none());
}

#[test]
fn an_old_page_is_loaded_again_with_everything_stored() {
    let mut window = Window::working();
    window.give(1, draft(1, false, "half a sentence"));
    window.at(10, closed(1, 4002), &[Did::Store(true), Did::Reload]);
}

#[test]
fn a_failed_send_waits_for_the_agent() {
    let mut window = Window::working();
    window.give(1, submit(1, false, 11, "one"));
    let refusal = Refusal::of(RefusalCode::ConversationEnded);
    let said = RelayToConsole::NotAccepted { conversation: id(1), key: key(11), refusal };
    window.hears(2, said, &[Did::Store(true)]);
    let failed = &window.machine.opened(id(1)).unwrap().unsent()[0];
    assert_eq!(window.machine.unsent_state(failed), MessageState::Failed { code: RefusalCode::ConversationEnded });
    let retry = Event::Retry { conversation: id(1), key: key(11), fresh: key(12) };
    window.at(3, retry, &[Did::Store(true), say(1, 11, "one")]);
    window.give(4, closed(1, 1006));
    window.at(5, Event::Discard { conversation: id(1), key: key(11) }, &[]);
}

#[test]
fn another_store_is_read_from_its_beginning() {
    let mut window = Window::working();
    window.loses(10);
    window.give(300, opened(2));
    window.hears(310, welcome(2, 1), &[open(1, 0)]);
}
