use model::{
    CloseReason, HoldEnd, Millis, PageAddress, Presence, PromiseEnd, ReturnedBy, Role, Seq, SessionEnd, Units,
};
use wire::{
    AgentsEntry, AgentsEvent, Card, CardState, ConnectionClock, ConsoleToRelay, ConversationState, DeskState,
    LedgerCause, LedgerLine, OfferCard, Refusal, RefusalCode, RelayToConsole, Request, RequestId, SessionClock,
    Speaker,
};

use super::{NOON, conversation, key, name, ravi, words};

pub(crate) fn console_to_relay() -> Vec<(&'static str, ConsoleToRelay)> {
    let conversation = conversation();
    let ask = |request| ConsoleToRelay::Ask { id: RequestId(12), request };
    let presence = |presence| ask(Request::SetPresence { presence });
    vec![
        ("", ConsoleToRelay::Hello),
        ("accept", ask(Request::Accept { conversation })),
        ("decline", ask(Request::Decline { conversation })),
        ("pick", ask(Request::Pick { conversation })),
        ("end", ask(Request::End { conversation })),
        ("close", ask(Request::Close { conversation })),
        ("release", ask(Request::Release { conversation })),
        ("presence-computed", presence(None)),
        ("presence-available", presence(Some(Presence::Available))),
        ("presence-busy", presence(Some(Presence::Busy))),
        ("presence-do-not-disturb", presence(Some(Presence::DoNotDisturb))),
        ("presence-away", presence(Some(Presence::Away))),
        ("presence-offline", presence(Some(Presence::Offline))),
        ("presence-inactive", presence(Some(Presence::Inactive))),
        ("offer-link", ask(Request::OfferLink { conversation })),
        ("take-link", ask(Request::TakeLink { conversation })),
        ("release-hold", ask(Request::ReleaseHold { conversation })),
        ("", ConsoleToRelay::Say { conversation, key: key(3), text: words("It does: to five percent.") }),
        ("", ConsoleToRelay::SayInternal { conversation, key: key(4), text: words("Is the blue one in stock?") }),
        ("", ConsoleToRelay::Open { conversation, after: Seq(0) }),
        ("", ConsoleToRelay::Leave { conversation }),
        ("", ConsoleToRelay::Typing { conversation }),
        ("", ConsoleToRelay::Read { conversation, upto: Seq(9) }),
        ("", ConsoleToRelay::Beat),
    ]
}

fn card(state: CardState, connection: ConnectionClock) -> Card {
    Card {
        conversation: conversation(),
        customer: Some(name("Mia")),
        number: 7,
        state,
        connection,
        last_words: Some("It does: to five percent.".to_owned()),
        last_at: NOON,
        unread: 2,
        queue: "Sales".to_owned(),
    }
}

fn desk() -> DeskState {
    let line = |cause, until| LedgerLine { conversation: conversation(), units: Units(1), cause, until };
    let open = Card {
        customer: None,
        last_words: None,
        ..card(CardState::Open { since: NOON }, ConnectionClock::Connected { connections: 1 })
    };
    let away = ConnectionClock::Away { since: NOON, disconnected_at: NOON + Millis::minutes(3) };
    let wrap_up = CardState::WrapUp {
        since: NOON,
        closes_at: NOON + Millis::minutes(15),
        hold_until: Some(NOON + Millis::minutes(10)),
        promise_until: Some(NOON + Millis::minutes(30)),
    };
    let ended =
        CardState::WrapUp { since: NOON, closes_at: NOON + Millis::minutes(15), hold_until: None, promise_until: None };
    let closed = CardState::Closed { at: NOON, reason: CloseReason::AgentEnded };
    DeskState {
        version: 31,
        presence: Presence::Busy,
        chosen: None,
        capacity: Units(3),
        ledger: vec![
            line(LedgerCause::Offer, Some(NOON + Millis::minutes(2))),
            line(LedgerCause::Active, None),
            line(LedgerCause::WrapUp, Some(NOON + Millis::minutes(15))),
            line(LedgerCause::Hold, Some(NOON + Millis::minutes(10))),
        ],
        offers: vec![OfferCard { card: open.clone(), made_at: NOON, until: NOON + Millis::minutes(2) }],
        mine: vec![
            card(CardState::Active { since: NOON }, away),
            card(wrap_up, ConnectionClock::Disconnected { since: NOON }),
            card(ended, ConnectionClock::Connected { connections: 1 }),
        ],
        open: vec![open],
        open_count: 1,
        closed: vec![card(closed, ConnectionClock::Over)],
        closed_count: 1,
    }
}

fn state() -> ConversationState {
    ConversationState {
        version: 32,
        card: card(CardState::Active { since: NOON }, ConnectionClock::Connected { connections: 2 }),
        agent: Some(name("Ravi")),
        session: Some(SessionClock { agent: ravi(), since: NOON }),
        may_write: true,
        disconnect_after: Millis::minutes(3),
        customer_typing: true,
        read_by_customer: Seq(3),
        read_by_me: Seq(8),
        head: Seq(9),
        page: Some(PageAddress::new("https://shop.example/lamps").unwrap()),
        signed_in: false,
        returned_by: Some(ReturnedBy::Link),
        may_offer_link: true,
    }
}

/// Every event there is, one entry each.
fn events() -> Vec<AgentsEvent> {
    let agent = || Speaker::Agent { id: ravi(), name: name("Ravi") };
    let mut all = vec![
        AgentsEvent::Started,
        AgentsEvent::Message {
            from: Speaker::Customer,
            key: key(1),
            text: words("Does the lamp dim?"),
            customer_seq: Seq(1),
        },
        AgentsEvent::Offered { to: agent(), until: NOON + Millis::minutes(2) },
        AgentsEvent::OfferDeclined { by: agent() },
        AgentsEvent::OfferMissed { by: agent() },
        AgentsEvent::OfferWithdrawn { from: agent() },
        AgentsEvent::Joined { who: agent(), picked: false },
        AgentsEvent::Internal { from: agent(), key: key(4), text: words("Is the blue one in stock?") },
        AgentsEvent::CustomerAway { since: NOON },
        AgentsEvent::CustomerBack,
        AgentsEvent::CustomerDisconnected,
        AgentsEvent::EndedByAgent { who: agent() },
        AgentsEvent::EndedByCustomer,
        AgentsEvent::Requeued,
        AgentsEvent::StillWaiting,
        AgentsEvent::Closed { reason: CloseReason::AutoClosed },
    ];
    let ends = [
        SessionEnd::AgentClosed,
        SessionEnd::AutoClosed,
        SessionEnd::AgentDisconnected,
        SessionEnd::AgentSignedOut,
        SessionEnd::AgentReleased,
        SessionEnd::AgentDisabled,
        SessionEnd::ForceClosed,
        SessionEnd::Transferred,
        SessionEnd::CustomerReturned,
    ];
    all.extend(ends.map(|reason| AgentsEvent::SessionEnded { who: agent(), reason }));
    all
}

/// Everything about coming back, one entry each.
fn reconnects() -> Vec<AgentsEvent> {
    let agent = || Speaker::Agent { id: ravi(), name: name("Ravi") };
    let mut all = [ReturnedBy::Token, ReturnedBy::Link, ReturnedBy::Prompt, ReturnedBy::SignIn, ReturnedBy::Handover]
        .map(|how| AgentsEvent::CustomerReturned { how })
        .to_vec();
    let promise_ends =
        [PromiseEnd::LimitReached, PromiseEnd::StartedNew, PromiseEnd::EndedByCustomer, PromiseEnd::ForceClosed];
    let hold_ends = [
        HoldEnd::Expired,
        HoldEnd::Released,
        HoldEnd::SessionEnded(SessionEnd::AgentSignedOut),
        HoldEnd::CustomerReturned,
        HoldEnd::PromiseEnded(PromiseEnd::StartedNew),
    ];
    all.extend(hold_ends.map(|why| AgentsEvent::HoldEnded { why }));
    all.extend(promise_ends.map(|why| AgentsEvent::PromiseEnded { why }));
    all.extend([
        AgentsEvent::LimitExtended,
        AgentsEvent::LinkOffered { who: agent() },
        AgentsEvent::LinkTaken { who: agent() },
        AgentsEvent::OtherDeviceJoined { how: ReturnedBy::Handover },
        AgentsEvent::SignedIn,
    ]);
    all
}

fn entries(events: Vec<AgentsEvent>) -> Vec<AgentsEntry> {
    events.into_iter().zip(1..).map(|(event, seq)| AgentsEntry { seq: Seq(seq), at: NOON, event }).collect()
}

fn welcome(role: Role) -> RelayToConsole {
    RelayToConsole::Welcome {
        epoch: 4_503_599_627_370_496,
        now: NOON,
        heartbeat_every: Millis::seconds(12),
        agent: ravi(),
        name: name("Ravi"),
        role,
    }
}

pub(crate) fn relay_to_console() -> Vec<(&'static str, RelayToConsole)> {
    let conversation = conversation();
    let refusal = Refusal::of(RefusalCode::OfferGone);
    vec![
        ("", welcome(Role::Agent)),
        ("supervisor", welcome(Role::Supervisor)),
        ("admin", welcome(Role::Admin)),
        ("", RelayToConsole::Desk(desk())),
        ("", RelayToConsole::Conversation(state())),
        ("", RelayToConsole::Entries { conversation, entries: entries(events()) }),
        ("reconnect", RelayToConsole::Entries { conversation, entries: entries(reconnects()) }),
        ("", RelayToConsole::Snapshot { conversation, entries: entries(events()).split_off(20) }),
        ("", RelayToConsole::Accepted { conversation, key: key(3), seq: Seq(9) }),
        (
            "",
            RelayToConsole::NotAccepted {
                conversation,
                key: key(3),
                refusal: Refusal::of(RefusalCode::ConversationEnded),
            },
        ),
        ("", RelayToConsole::Done { id: RequestId(12) }),
        ("", RelayToConsole::Refused { id: Some(RequestId(12)), refusal: refusal.clone() }),
        ("without-number", RelayToConsole::Refused { id: None, refusal }),
        ("", RelayToConsole::Beat { now: NOON }),
        ("", RelayToConsole::Draining { come_back_after: Millis(2_400) }),
        ("", RelayToConsole::Unfollowed { conversation }),
        ("", RelayToConsole::Link { id: RequestId(12), url: "https://shop.example/chat#rejoin=…".to_owned() }),
    ]
}
