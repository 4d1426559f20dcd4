//! A console in each of its states, without a relay: for the gallery and for tests. Never in the product.

mod scenes;
mod settings;
mod staff;

pub use scenes::*;
pub use settings::*;
pub use staff::*;

use std::rc::Rc;
use std::sync::Arc;

use model::{
    AgentId, Answered, CONSENTED, CloseReason, Context, ContextValue, ContextVariable, ConversationId, DisplayName,
    MessageText, Millis, Number, PageAddress, Presence, SendKey, Seq, Timestamp, Units,
};
use wire::{
    AgentsEntry, AgentsEvent, Card, CardState, ConnectionClock, ConversationState, CustomerClaims, DeskState,
    LedgerCause, LedgerLine, SessionClock, Speaker,
};

use crate::clock::{Clock, Zone};
use crate::view::Open;

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
