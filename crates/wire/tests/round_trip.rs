//! Every frame survives both encodings, whatever is in it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_wire as wire;

use model::{
    AgentId, CloseReason, ConversationId, DisplayName, MessageText, Millis, PageAddress, Presence, ResumeToken,
    SendKey, Seq, SessionEnd, Slug, Timestamp,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use wire::{
    AgentCard, AgentConnection, AgentsEntry, AgentsEvent, CanResume, ConsoleToRelay, CustomerEntry, CustomerEvent,
    CustomerState, CustomerToRelay, Encoding, EndedBecause, Frame, Hello, Phase, Refusal, RefusalCode, RelayToConsole,
    RelayToCustomer, Request, RequestId, Resume, Speaker, Welcome,
};

/// Numbers that a browser can hold.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..1u64 << 53, Just(0), Just((1 << 53) - 1)]
}

fn at() -> impl Strategy<Value = Timestamp> {
    number().prop_map(Timestamp)
}

fn seq() -> impl Strategy<Value = Seq> {
    any::<u32>().prop_map(Seq)
}

fn span() -> impl Strategy<Value = Millis> {
    number().prop_map(Millis)
}

fn key() -> impl Strategy<Value = SendKey> {
    any::<[u8; 16]>().prop_map(SendKey)
}

fn conversation() -> impl Strategy<Value = ConversationId> {
    any::<u128>().prop_map(ConversationId::from_u128)
}

fn words() -> impl Strategy<Value = MessageText> {
    prop::collection::vec(any::<char>(), 1..60)
        .prop_filter_map("not a message", |text| MessageText::new(text.into_iter().collect::<String>()).ok())
}

fn name() -> impl Strategy<Value = DisplayName> {
    prop::collection::vec(any::<char>(), 1..30)
        .prop_filter_map("not a name", |text| DisplayName::new(&text.into_iter().collect::<String>()).ok())
}

fn page() -> impl Strategy<Value = PageAddress> {
    "[ -~]{1,80}".prop_filter_map("not an address", |text| PageAddress::new(text).ok())
}

fn refusal() -> impl Strategy<Value = Refusal> {
    (select(RefusalCode::ALL), option::of(span())).prop_map(|(code, retry_after)| Refusal { code, retry_after })
}

fn customer_to_relay() -> impl Strategy<Value = CustomerToRelay> {
    let resume =
        (any::<[u8; 32]>(), seq()).prop_map(|(token, after)| Resume { token: ResumeToken::from_bytes(token), after });
    let hello = ("[a-z][a-z0-9-]{0,39}", option::of(resume), option::of(page())).prop_map(|(widget, resume, page)| {
        CustomerToRelay::Hello(Hello { widget: widget.parse::<Slug>().unwrap(), resume, page })
    });
    let start = (key(), any::<[u8; 32]>(), words(), option::of(name())).prop_map(|(key, token, text, name)| {
        CustomerToRelay::Start { key, token: ResumeToken::from_bytes(token), text, name }
    });
    prop_oneof![
        hello,
        start,
        (key(), words()).prop_map(|(key, text)| CustomerToRelay::Say { key, text }),
        seq().prop_map(|upto| CustomerToRelay::Read { upto }),
        seq().prop_map(|after| CustomerToRelay::Fetch { after }),
        seq().prop_map(|seq| CustomerToRelay::Beat { seq }),
        select(&[CustomerToRelay::Typing, CustomerToRelay::End, CustomerToRelay::StillWaiting]),
    ]
}

fn close_reason() -> impl Strategy<Value = CloseReason> {
    select(&[CloseReason::AgentEnded, CloseReason::CustomerDisconnected, CloseReason::AutoClosed])
}

fn customer_entry() -> impl Strategy<Value = CustomerEntry> {
    let event = prop_oneof![
        (key(), words()).prop_map(|(key, text)| CustomerEvent::Mine { key, text }),
        (name(), words()).prop_map(|(agent, text)| CustomerEvent::Theirs { agent, text }),
        name().prop_map(|agent| CustomerEvent::AgentJoined { agent }),
        name().prop_map(|agent| CustomerEvent::AgentLeft { agent }),
        name().prop_map(|agent| CustomerEvent::EndedByAgent { agent }),
        Just(CustomerEvent::EndedByCustomer),
        close_reason().prop_map(|reason| CustomerEvent::Closed { reason }),
    ];
    (seq(), at(), event).prop_map(|(seq, at, event)| CustomerEntry { seq, at, event })
}

fn customer_state() -> impl Strategy<Value = CustomerState> {
    let connection =
        prop_oneof![Just(AgentConnection::Connected), at().prop_map(|until| AgentConnection::Away { until })];
    let phase = prop_oneof![
        (any::<u32>(), option::of(at())).prop_map(|(position, closes_at)| Phase::Waiting { position, closes_at }),
        (name(), connection).prop_map(|(name, connection)| Phase::Talking { agent: AgentCard { name }, connection }),
        at().prop_map(|at| Phase::Ended { because: EndedBecause::CustomerDisconnected, at }),
    ];
    (number(), phase, any::<bool>(), seq(), seq(), seq()).prop_map(
        |(version, phase, agent_typing, read_by_agent, read_by_customer, head)| CustomerState {
            version,
            phase,
            agent_typing,
            read_by_agent,
            read_by_customer,
            head,
        },
    )
}

fn relay_to_customer() -> impl Strategy<Value = RelayToCustomer> {
    let resume = select(&[CanResume::NotAsked, CanResume::Yes, CanResume::Expired]);
    let welcome =
        (number(), at(), span(), span(), resume).prop_map(|(epoch, now, heartbeat_every, disconnect_after, resume)| {
            RelayToCustomer::Welcome(Welcome { epoch, now, heartbeat_every, disconnect_after, resume })
        });
    let entries = || prop::collection::vec(customer_entry(), 0..8);
    prop_oneof![
        welcome,
        (key(), seq()).prop_map(|(key, seq)| RelayToCustomer::Started { key, seq }),
        entries().prop_map(|entries| RelayToCustomer::Entries { entries }),
        entries().prop_map(|entries| RelayToCustomer::Snapshot { entries }),
        (key(), seq()).prop_map(|(key, seq)| RelayToCustomer::Accepted { key, seq }),
        (key(), refusal()).prop_map(|(key, refusal)| RelayToCustomer::NotAccepted { key, refusal }),
        refusal().prop_map(|refusal| RelayToCustomer::Refused { refusal }),
        customer_state().prop_map(RelayToCustomer::State),
        (at(), seq()).prop_map(|(now, head)| RelayToCustomer::Beat { now, head }),
        span().prop_map(|come_back_after| RelayToCustomer::Draining { come_back_after }),
    ]
}

fn console_to_relay() -> impl Strategy<Value = ConsoleToRelay> {
    let presence = select(&[None, Some(Presence::Available), Some(Presence::DoNotDisturb), Some(Presence::Inactive)]);
    let request = prop_oneof![
        conversation().prop_map(|conversation| Request::Accept { conversation }),
        conversation().prop_map(|conversation| Request::Decline { conversation }),
        conversation().prop_map(|conversation| Request::Pick { conversation }),
        conversation().prop_map(|conversation| Request::End { conversation }),
        conversation().prop_map(|conversation| Request::Close { conversation }),
        conversation().prop_map(|conversation| Request::Release { conversation }),
        presence.prop_map(|presence| Request::SetPresence { presence }),
    ];
    let say = || (conversation(), key(), words());
    prop_oneof![
        select(&[ConsoleToRelay::Hello, ConsoleToRelay::Beat]),
        (any::<u32>(), request).prop_map(|(id, request)| ConsoleToRelay::Ask { id: RequestId(id), request }),
        say().prop_map(|(conversation, key, text)| ConsoleToRelay::Say { conversation, key, text }),
        say().prop_map(|(conversation, key, text)| ConsoleToRelay::SayInternal { conversation, key, text }),
        (conversation(), seq()).prop_map(|(conversation, after)| ConsoleToRelay::Open { conversation, after }),
        conversation().prop_map(|conversation| ConsoleToRelay::Leave { conversation }),
        conversation().prop_map(|conversation| ConsoleToRelay::Typing { conversation }),
        (conversation(), seq()).prop_map(|(conversation, upto)| ConsoleToRelay::Read { conversation, upto }),
    ]
}

fn speaker() -> impl Strategy<Value = Speaker> {
    prop_oneof![
        Just(Speaker::Customer),
        (any::<u128>(), name()).prop_map(|(id, name)| Speaker::Agent { id: AgentId::from_u128(id), name }),
    ]
}

fn agents_entry() -> impl Strategy<Value = AgentsEntry> {
    let event = prop_oneof![
        (speaker(), key(), words(), seq()).prop_map(|(from, key, text, customer_seq)| AgentsEvent::Message {
            from,
            key,
            text,
            customer_seq
        }),
        (speaker(), key(), words()).prop_map(|(from, key, text)| AgentsEvent::Internal { from, key, text }),
        (speaker(), at()).prop_map(|(to, until)| AgentsEvent::Offered { to, until }),
        (speaker(), any::<bool>()).prop_map(|(who, picked)| AgentsEvent::Joined { who, picked }),
        at().prop_map(|since| AgentsEvent::CustomerAway { since }),
        (speaker(), select(&[SessionEnd::AgentClosed, SessionEnd::AgentReleased]))
            .prop_map(|(who, reason)| AgentsEvent::SessionEnded { who, reason }),
        close_reason().prop_map(|reason| AgentsEvent::Closed { reason }),
        select(&[AgentsEvent::Started, AgentsEvent::CustomerBack, AgentsEvent::Requeued]),
    ];
    (seq(), at(), event).prop_map(|(seq, at, event)| AgentsEntry { seq, at, event })
}

/// States are in the golden files; what varies most is here.
fn relay_to_console() -> impl Strategy<Value = RelayToConsole> {
    let entries = || (conversation(), prop::collection::vec(agents_entry(), 0..8));
    prop_oneof![
        entries().prop_map(|(conversation, entries)| RelayToConsole::Entries { conversation, entries }),
        entries().prop_map(|(conversation, entries)| RelayToConsole::Snapshot { conversation, entries }),
        (conversation(), key(), seq()).prop_map(|(conversation, key, seq)| RelayToConsole::Accepted {
            conversation,
            key,
            seq
        }),
        (conversation(), key(), refusal()).prop_map(|(conversation, key, refusal)| RelayToConsole::NotAccepted {
            conversation,
            key,
            refusal
        }),
        any::<u32>().prop_map(|id| RelayToConsole::Done { id: RequestId(id) }),
        (option::of(any::<u32>()), refusal())
            .prop_map(|(id, refusal)| RelayToConsole::Refused { id: id.map(RequestId), refusal }),
        at().prop_map(|now| RelayToConsole::Beat { now }),
        conversation().prop_map(|conversation| RelayToConsole::Unfollowed { conversation }),
    ]
}

fn survives<F: Frame + PartialEq + core::fmt::Debug>(frame: &F) -> Result<(), TestCaseError> {
    for encoding in Encoding::ALL {
        prop_assert_eq!(&F::decode(encoding, &frame.encode(encoding)).unwrap(), frame);
    }
    Ok(())
}

proptest! {
    #[test]
    fn customer_frames_survive(frame in customer_to_relay()) {
        survives(&frame)?;
    }

    #[test]
    fn frames_to_customers_survive(frame in relay_to_customer()) {
        survives(&frame)?;
    }

    #[test]
    fn console_frames_survive(frame in console_to_relay()) {
        survives(&frame)?;
    }

    #[test]
    fn frames_to_consoles_survive(frame in relay_to_console()) {
        survives(&frame)?;
    }
}
