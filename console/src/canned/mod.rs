//! A console in each of its states, without a relay: for the gallery and for tests. Never in the product.

mod settings;
mod staff;

pub use settings::*;
pub use staff::*;

use std::rc::Rc;
use std::sync::Arc;

use model::{
    AgentId, Answered, CONSENTED, CloseReason, Context, ContextValue, ContextVariable, ConversationId, DisplayName,
    HoldEnd, MessageText, Millis, Number, PageAddress, Presence, ReturnedBy, Role, SendKey, Seq, SessionEnd, Timestamp,
    Units,
};
use wire::{
    AgentsEntry, AgentsEvent, Card, CardState, ConnectionClock, ConversationState, CustomerClaims, DeskState,
    LedgerCause, LedgerLine, OfferCard, Refusal, RefusalCode, SessionClock, Speaker, api,
};

use crate::clock::{Clock, Zone};
use crate::route::Route;
use crate::view::{Kind, Link, Model, Notice, Open, Progress, Stopped, Unsent};

/// A state of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Before the desk came.
    Loading,
    /// Nothing to do.
    Empty,
    /// All is well.
    Talking,
    /// Two offers at once.
    Offers,
    /// The customer may be away.
    Away,
    /// The customer disconnected.
    WrapUp,
    /// The customer disconnected and their place is kept.
    Held,
    /// The hold is over, the promise is not.
    Promised,
    /// The customer came back by a link.
    Returned,
    /// Somebody waits; looked at before picking.
    Waiting,
    /// Closed today.
    Closed,
    /// Another agent has it.
    Colleague,
    /// Names and words that are far too long.
    Long,
    /// Sends in every state.
    Sending,
    /// The console's own connection is lost.
    Reconnecting,
    /// Too many windows.
    Paused,
    /// A missed offer.
    Inactive,
    /// A colleague advises.
    Consulted,
    /// A transfer is on its way.
    HandingOver,
    /// Colleagues ask.
    Invited,
    /// I advise.
    Advising,
    /// I read along as a supervisor.
    Monitoring,
}

impl Scene {
    /// All of them, with their names in addresses.
    pub const ALL: [(&'static str, Self); 22] = [
        ("loading", Self::Loading),
        ("empty", Self::Empty),
        ("talking", Self::Talking),
        ("offers", Self::Offers),
        ("away", Self::Away),
        ("wrap-up", Self::WrapUp),
        ("held", Self::Held),
        ("promised", Self::Promised),
        ("returned", Self::Returned),
        ("waiting", Self::Waiting),
        ("closed", Self::Closed),
        ("colleague", Self::Colleague),
        ("long", Self::Long),
        ("sending", Self::Sending),
        ("reconnecting", Self::Reconnecting),
        ("paused", Self::Paused),
        ("inactive", Self::Inactive),
        ("consulted", Self::Consulted),
        ("handing-over", Self::HandingOver),
        ("invited", Self::Invited),
        ("advising", Self::Advising),
        ("monitoring", Self::Monitoring),
    ];
}

/// 2026-11-20 14:07:22 in Greenwich.
pub const NOW: Timestamp = Timestamp(1_795_183_642_000);
/// The clock of all scenes.
pub const CLOCK: Clock = Clock { now: NOW, zone: Zone::Fixed(0) };

const MIA: u32 = 1;
const ME: AgentId = AgentId::from_u128(100);

fn ago(seconds: u64) -> Timestamp {
    NOW - Millis::seconds(seconds)
}

fn name(text: &str) -> DisplayName {
    DisplayName::new(text).expect("invariant: canned names are names")
}

fn id(number: u32) -> ConversationId {
    ConversationId::from_u128(u128::from(number))
}

/// A plain card of a connected customer.
#[must_use]
pub fn card(number: u32) -> Card {
    Card {
        conversation: id(number),
        customer: None,
        number,
        state: CardState::Active { since: ago(312) },
        connection: ConnectionClock::Connected { connections: 1 },
        last_words: None,
        last_at: ago(60),
        unread: 0,
        queue: "Delivery".to_owned(),
    }
}

fn named(number: u32, who: &str, last_words: &str) -> Card {
    Card { customer: Some(name(who)), last_words: Some(last_words.to_owned()), ..card(number) }
}

fn waiting(number: u32, who: Option<&str>, queue: &str, seconds: u64) -> Card {
    Card {
        customer: who.map(name),
        state: CardState::Open { since: ago(seconds) },
        queue: queue.to_owned(),
        last_at: ago(seconds),
        ..card(number)
    }
}

fn closed_card(number: u32, who: &str, minutes: u64, reason: CloseReason) -> Card {
    let at = NOW - Millis::minutes(minutes);
    Card {
        state: CardState::Closed { at, reason },
        connection: ConnectionClock::Over,
        last_at: at,
        ..named(number, who, "Thank you!")
    }
}

fn away() -> ConnectionClock {
    ConnectionClock::Away { since: ago(62), disconnected_at: ago(62) + Millis::minutes(3) }
}

fn wrap_up(number: u32) -> Card {
    Card {
        state: CardState::WrapUp {
            since: ago(130),
            closes_at: ago(130) + Millis::minutes(15),
            hold_until: None,
            promise_until: None,
        },
        connection: ConnectionClock::Disconnected { since: ago(310) },
        last_words: Some("brb, doorbell".to_owned()),
        last_at: ago(560),
        ..card(number)
    }
}

fn desk() -> DeskState {
    let mine = vec![
        named(MIA, "Mia Berg", "Good idea, one moment"),
        Card { unread: 2, queue: "Billing".to_owned(), ..named(2, "Tomás Ortiz", "Thanks! And the invoice?") },
        wrap_up(7),
    ];
    let ledger = mine
        .iter()
        .map(|card| {
            let until = match card.state {
                CardState::WrapUp { closes_at, .. } => Some(closes_at),
                CardState::Open { .. } | CardState::Active { .. } | CardState::Closed { .. } => None,
            };
            let cause = if until.is_some() { LedgerCause::WrapUp } else { LedgerCause::Active };
            LedgerLine { conversation: card.conversation, units: Units(1), cause, until }
        })
        .collect();
    DeskState {
        version: 1,
        presence: Presence::Busy,
        chosen: None,
        capacity: Units(4),
        ledger,
        offers: Vec::new(),
        mine,
        open: vec![
            waiting(20, Some("Anna Kovács"), "Delivery", 161),
            Card { connection: away(), ..waiting(9, None, "Billing", 80) },
            waiting(22, Some("Jun Li"), "Delivery", 38),
        ],
        open_count: 3,
        closed: vec![
            closed_card(30, "Noor Haddad", 12, CloseReason::AgentEnded),
            closed_card(31, "Piet de Vries", 47, CloseReason::CustomerDisconnected),
        ],
        closed_count: 17,
    }
}

fn entry(seq: u32, at: Timestamp, event: AgentsEvent) -> AgentsEntry {
    AgentsEntry { seq: Seq(seq), at, event }
}

fn key(number: u8) -> SendKey {
    SendKey([number; 16])
}

fn me() -> Speaker {
    Speaker::Agent { id: ME, name: name("Ravi Kumar") }
}

fn colleague() -> Speaker {
    Speaker::Agent { id: AgentId::from_u128(101), name: name("Sofia Marin") }
}

fn says(from: Speaker, number: u8, text: &str) -> AgentsEvent {
    let text = MessageText::new(text).expect("invariant: canned words are words");
    AgentsEvent::Message { from, key: key(number), text, customer_seq: Seq(u32::from(number)) }
}

fn internal(from: Speaker, number: u8, text: &str) -> AgentsEvent {
    let text = MessageText::new(text).expect("invariant: canned words are words");
    AgentsEvent::Internal { from, key: key(number), text }
}

fn entries() -> Vec<AgentsEntry> {
    let joined = AgentsEvent::Joined { who: me(), picked: false };
    vec![
        entry(1, ago(340), AgentsEvent::Started),
        entry(2, ago(340), says(Speaker::Customer, 1, "Hi! My order 48213 says delivered, but nothing came.")),
        entry(3, ago(335), AgentsEvent::Offered { to: me(), until: ago(215) }),
        entry(4, ago(312), joined),
        entry(5, ago(300), says(me(), 2, "Hello! Let me look that up for you.")),
        entry(6, ago(280), says(me(), 3, "The courier left it with a neighbour at number 14. Could you check there?")),
        entry(7, ago(260), AgentsEvent::CustomerAway { since: ago(270) }),
        entry(8, ago(255), AgentsEvent::CustomerBack),
        entry(9, ago(200), internal(me(), 4, "Third time this week for this courier in 80331. Raising it.")),
        entry(10, ago(190), internal(colleague(), 5, "I saw the same in 80333. Put me on it.")),
        entry(11, ago(70), says(Speaker::Customer, 6, "Good idea, one moment")),
    ]
}

fn state(card: Card) -> ConversationState {
    let may_write = matches!(card.state, CardState::Active { .. });
    ConversationState {
        version: 1,
        card,
        agent: Some(name("Ravi Kumar")),
        session: Some(SessionClock { agent: ME, since: ago(312) }),
        may_write,
        disconnect_after: Millis::minutes(3),
        customer_typing: false,
        read_by_customer: Seq(3),
        read_by_me: Seq(11),
        head: Seq(11),
        page: PageAddress::new("https://shop.example/orders/48213?from=mail").ok(),
        signed_in: true,
        returned_by: None,
        may_offer_link: may_write,
    }
}

fn claims(conversation: ConversationId) -> CustomerClaims {
    let text = |name: &str, value: &str| (name.to_owned(), ContextValue::Text(value.to_owned()));
    let orders = ("Orders".to_owned(), Number::new(12.0).map(ContextValue::Number).expect("invariant: 12 is a number"));
    let variables = [text("Order", "48213"), text("Plan", "Gold"), orders]
        .map(|(name, value)| ContextVariable { name, value })
        .to_vec();
    let context = Context::new(variables).expect("invariant: canned variables are variables");
    CustomerClaims { conversation, language: Some("de-AT".to_owned()), context }
}

fn answers() -> Arc<[Answered]> {
    let answered = |name: &str, question: &str, value: &str| Answered {
        name: name.to_owned(),
        question: question.to_owned(),
        value: value.to_owned(),
    };
    let privacy = "I have read the privacy notice (https://shop.example/privacy).";
    [
        answered("topic", "What is it about?", "A return"),
        answered("more", "What should we know?", "It hums.\nOnly at night, though."),
        answered("consent", privacy, CONSENTED),
    ]
    .into()
}

fn open(card: Card, entries: Vec<AgentsEntry>) -> Open {
    Open {
        id: card.conversation,
        claims: Some(Arc::new(claims(card.conversation))),
        texts: Arc::default(),
        answers: answers(),
        state: Some(state(card)),
        parts: None,
        entries: Rc::new(entries),
        caught_up: true,
        unsent: Vec::new(),
        reply: String::new(),
        internal: String::new(),
        new_after: None,
        gone: false,
    }
}

fn disconnected_entries() -> Vec<AgentsEntry> {
    let mut entries = entries();
    entries.truncate(8);
    entries.push(entry(9, ago(250), AgentsEvent::LinkOffered { who: me() }));
    entries.push(entry(10, ago(235), AgentsEvent::CustomerAway { since: ago(245) }));
    entries.push(entry(11, ago(65), AgentsEvent::CustomerDisconnected));
    entries
}

/// Away for too long; the agent goes on writing.
fn held(desk: &mut DeskState) -> Open {
    let until = NOW + Millis::seconds(378);
    desk.mine[0].state = CardState::WrapUp {
        since: ago(65),
        closes_at: until + Millis::minutes(15),
        hold_until: Some(until),
        promise_until: Some(NOW + Millis::minutes(23)),
    };
    desk.mine[0].connection = ConnectionClock::Disconnected { since: ago(245) };
    desk.ledger[0] =
        LedgerLine { conversation: id(MIA), units: Units(1), cause: LedgerCause::Hold, until: Some(until) };
    let mut entries = disconnected_entries();
    entries.push(entry(12, ago(40), says(me(), 8, "I have asked the courier; they call you today.")));
    let mut one = open(desk.mine[0].clone(), entries);
    one.state.iter_mut().for_each(|state| state.may_write = true);
    one
}

/// The hold was released.
fn promised(desk: &mut DeskState) -> Open {
    desk.mine[0].state = CardState::WrapUp {
        since: ago(65),
        closes_at: NOW + Millis::minutes(12),
        hold_until: None,
        promise_until: Some(NOW + Millis::minutes(23)),
    };
    desk.mine[0].connection = ConnectionClock::Disconnected { since: ago(245) };
    let mut entries = disconnected_entries();
    entries.push(entry(12, ago(30), AgentsEvent::HoldEnded { why: HoldEnd::Released }));
    open(desk.mine[0].clone(), entries)
}

/// Back on another device.
fn returned() -> Vec<AgentsEntry> {
    let mut entries = disconnected_entries();
    entries.push(entry(12, ago(40), says(me(), 8, "I have asked the courier; they call you today.")));
    entries.push(entry(13, ago(20), AgentsEvent::OtherDeviceJoined { how: ReturnedBy::Link }));
    entries.push(entry(14, ago(20), AgentsEvent::CustomerReturned { how: ReturnedBy::Link }));
    entries.push(entry(15, ago(12), says(Speaker::Customer, 9, "Back on my phone, thanks for waiting!")));
    entries
}

fn unsent(number: u8, kind: Kind, text: &str, progress: Progress) -> Unsent {
    let text = MessageText::new(text).expect("invariant: canned words are words");
    Unsent { key: key(number), kind, text, progress }
}

fn offer(card: Card, left: u64) -> OfferCard {
    OfferCard { card, made_at: NOW + Millis::seconds(left) - Millis::minutes(2), until: NOW + Millis::seconds(left) }
}

const LONG: &str = "I have been waiting since last Tuesday, called twice, wrote one e-mail, and every time I was told that \
    the parcel is on its way. The tracking page at \
    https://tracking.example/parcels/00340434161094000000000000000000000000000000000000000000001 shows nothing new.\n\nWhat \
    do I do now?";

/// A scene as a model.
#[must_use]
pub fn model(scene: Scene) -> Model {
    let mut desk = desk();
    let mut link = Link::Connected;
    let mut notices = Vec::new();
    let mia = desk.mine[0].clone();
    let mut shown = Some(open(mia.clone(), entries()));
    match scene {
        Scene::Loading => link = Link::Connecting,
        Scene::Empty => {
            desk = DeskState {
                presence: Presence::Available,
                ledger: Vec::new(),
                mine: Vec::new(),
                open: Vec::new(),
                open_count: 0,
                closed: Vec::new(),
                closed_count: 0,
                ..desk
            };
            shown = None;
        }
        Scene::Talking => {
            if let Some(open) = &mut shown {
                open.reply = "I have asked the courier to ".to_owned();
                open.new_after = Some(Seq(10));
                open.state.iter_mut().for_each(|state| state.customer_typing = true);
            }
        }
        Scene::Offers => {
            desk.offers = vec![
                offer(
                    Card {
                        last_words: Some("Can I change the size after the order is paid?".into()),
                        ..waiting(40, Some("Noor Haddad"), "Returns", 43)
                    },
                    77,
                ),
                offer(waiting(41, None, "Billing", 5), 115),
            ];
            desk.ledger.push(LedgerLine {
                conversation: id(40),
                units: Units(1),
                cause: LedgerCause::Offer,
                until: Some(NOW + Millis::seconds(77)),
            });
            notices.push(Notice { id: 1, text: "Jun Li is with another agent now.".to_owned() });
        }
        Scene::Away => {
            desk.mine[0].connection = away();
            let mut entries = entries();
            entries.push(entry(12, ago(52), AgentsEvent::CustomerAway { since: ago(62) }));
            shown = Some(open(desk.mine[0].clone(), entries));
        }
        Scene::WrapUp => {
            let mut entries = entries();
            entries.push(entry(12, ago(300), AgentsEvent::CustomerAway { since: ago(310) }));
            entries.push(entry(13, ago(130), AgentsEvent::CustomerDisconnected));
            shown = Some(open(desk.mine[2].clone(), entries));
        }
        Scene::Held => shown = Some(held(&mut desk)),
        Scene::Promised => shown = Some(promised(&mut desk)),
        Scene::Returned => {
            let mut one = open(mia, returned());
            one.state.iter_mut().for_each(|state| {
                (state.signed_in, state.returned_by) = (false, Some(ReturnedBy::Link));
            });
            shown = Some(one);
        }
        Scene::Waiting => {
            let who = desk.open[0].clone();
            let mut one = open(who, vec![entries()[0].clone(), entries()[1].clone()]);
            one.state.iter_mut().for_each(|state| (state.agent, state.session) = (None, None));
            shown = Some(one);
        }
        Scene::Closed => {
            let mut entries = entries();
            entries.push(entry(12, ago(60), AgentsEvent::EndedByAgent { who: me() }));
            entries.push(entry(13, ago(40), AgentsEvent::SessionEnded { who: me(), reason: SessionEnd::AgentClosed }));
            entries.push(entry(14, ago(40), AgentsEvent::Closed { reason: CloseReason::AgentEnded }));
            shown = Some(open(desk.closed[0].clone(), entries));
        }
        Scene::Colleague => {
            let mut one = open(named(50, "Ines Duarte", "I see"), entries());
            one.gone = true;
            one.state.iter_mut().for_each(|state| (state.agent, state.may_write) = (Some(name("Sofia Marin")), false));
            shown = Some(one);
        }
        Scene::Long => {
            let long = "Maximiliane Alexandra Freifrau von und zu Hohenstein-Waldburg-Zeil";
            desk.mine[0] =
                Card { unread: 128, queue: "International deliveries and customs".into(), ..named(MIA, long, LONG) };
            let mut entries = entries();
            entries.push(entry(12, ago(50), says(Speaker::Customer, 7, LONG)));
            entries.push(entry(13, ago(40), says(me(), 8, "ok")));
            let mut one = open(desk.mine[0].clone(), entries);
            one.reply = LONG.to_owned();
            shown = Some(one);
        }
        Scene::Sending => {
            let refused = Progress::Failed(Refusal::of(RefusalCode::ConversationEnded));
            let mut one = open(mia, entries());
            one.unsent = vec![
                unsent(20, Kind::Reply, "It is on its way to you.", Progress::Sending),
                unsent(21, Kind::Internal, "Courier confirmed by phone.", Progress::Sending),
                unsent(22, Kind::Reply, "Anything else?", Progress::Waiting),
                unsent(23, Kind::Reply, "I can also send a voucher.", refused),
            ];
            shown = Some(one);
        }
        Scene::Reconnecting => {
            link = Link::Lost { since: ago(9), next_try_at: Some(NOW + Millis::seconds(4)), offline: false };
            let mut one = open(mia, entries());
            one.unsent = vec![unsent(22, Kind::Reply, "They do have it!", Progress::Waiting)];
            shown = Some(one);
        }
        Scene::Paused => link = Link::Stopped(Stopped::TooManyWindows),
        Scene::Consulted | Scene::HandingOver | Scene::Invited => {}
        Scene::Advising | Scene::Monitoring => {
            let mut one = open(named(50, "Ines Duarte", "I see"), entries());
            one.state.iter_mut().for_each(|state| {
                (state.agent, state.may_write, state.may_offer_link) = (Some(name("Sofia Marin")), false, false)
            });
            shown = Some(one);
        }
        Scene::Inactive => {
            desk.presence = Presence::Inactive;
            shown = None;
        }
    }
    if let Some(open) = &mut shown {
        open.parts = parts(scene);
    }
    let staff = match scene {
        Scene::Invited => invited(),
        Scene::Advising => wire::StaffState { consulting: vec![named(50, "Ines Duarte", "I see")], ..no_staff() },
        Scene::Monitoring => {
            wire::StaffState { oversees: true, monitoring: vec![named(50, "Ines Duarte", "I see")], ..no_staff() }
        }
        Scene::Loading
        | Scene::Empty
        | Scene::Talking
        | Scene::Offers
        | Scene::Away
        | Scene::WrapUp
        | Scene::Held
        | Scene::Promised
        | Scene::Returned
        | Scene::Waiting
        | Scene::Closed
        | Scene::Colleague
        | Scene::Long
        | Scene::Sending
        | Scene::Reconnecting
        | Scene::Paused
        | Scene::Inactive
        | Scene::Consulted
        | Scene::HandingOver => no_staff(),
    };
    let unsent = shown.as_ref().map_or(0, |open| open.unsent.len());
    Model {
        me: api::Me { agent: ME, name: name("Ravi Kumar"), role: Role::Agent },
        route: Route::Desk(shown.as_ref().map(|open| open.id)),
        desk_at: shown.as_ref().map(|open| open.id),
        link,
        desk: (scene != Scene::Loading).then(|| Rc::new(desk)),
        open: shown.filter(|_| scene != Scene::Loading).map(Rc::new),
        asking: Vec::new(),
        taken_link: None,
        staff: (scene != Scene::Loading).then(|| Rc::new(staff)),
        colleagues: Some(Rc::new(colleagues())),
        floor: None,
        why: None,
        presences: Rc::new(presences()),
        quick_replies: Some(quick_replies().quick_replies.into()),
        notices,
        unsent,
    }
}

/// The numbers of my conversations.
#[cfg(test)]
pub(crate) fn mine(model: &Model) -> Vec<u32> {
    model.desk.iter().flat_map(|desk| &desk.mine).map(|card| card.number).collect()
}
