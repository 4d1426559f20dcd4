//! Every frame survives both encodings, whatever is in it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_wire as wire;

use model::{
    AgentId, CloseReason, ConversationId, DisplayName, HandoverCode, HoldEnd, LinkSecret, MessageText, Millis,
    PageAddress, Presence, PromiseEnd, QueueId, ResumeToken, ReturnedBy, SendKey, Seq, SessionEnd, Slug, Timestamp,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use wire::{
    AgentCard, AgentConnection, AgentsEntry, AgentsEvent, Arrival, ArrivalAnswer, AutomatedText, CanResume,
    ConsoleToRelay, CustomerEntry, CustomerEvent, CustomerState, CustomerToRelay, Encoding, EndedBecause, Frame, Hello,
    Jwt, Phase, PromptState, QrCode, Refusal, RefusalCode, RelayToConsole, RelayToCustomer, Request, RequestId, Resume,
    SignInAnswer, Speaker, WebUrl, Welcome,
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

fn token() -> impl Strategy<Value = ResumeToken> {
    any::<[u8; 32]>().prop_map(ResumeToken::from_bytes)
}

fn code() -> impl Strategy<Value = HandoverCode> {
    any::<[u8; 32]>().prop_map(HandoverCode::from_bytes)
}

fn jwt() -> impl Strategy<Value = Jwt> {
    "[!-~]{1,80}".prop_filter_map("not a JWT", Jwt::new)
}

fn arrival() -> impl Strategy<Value = Arrival> {
    prop_oneof![
        (any::<[u8; 32]>(), token())
            .prop_map(|(secret, token)| Arrival::Link { secret: LinkSecret::from_bytes(secret), token }),
        (code(), token()).prop_map(|(code, token)| Arrival::Handover { code, token }),
    ]
}

fn customer_to_relay() -> impl Strategy<Value = CustomerToRelay> {
    let resume = (token(), seq()).prop_map(|(token, after)| Resume { token, after });
    let hello =
        ("[a-z][a-z0-9-]{0,39}", option::of(resume), option::of(page()), option::of(arrival()), option::of(jwt()))
            .prop_map(|(widget, resume, page, arrival, sign_in)| {
                let widget = widget.parse::<Slug>().unwrap();
                CustomerToRelay::Hello(Hello { widget, resume, page, arrival, sign_in })
            });
    let hello = (hello, option::of(option::of("[a-z]{2}(-[A-Z]{2})?"))).prop_map(|(hello, with)| match (hello, with) {
        (CustomerToRelay::Hello(hello), Some(language)) => CustomerToRelay::HelloWith { hello, language },
        (hello, _) => hello,
    });
    let start = (key(), token(), words(), option::of(name()))
        .prop_map(|(key, token, text, name)| CustomerToRelay::Start { key, token, text, name });
    let plain = [
        CustomerToRelay::Typing,
        CustomerToRelay::End,
        CustomerToRelay::StillWaiting,
        CustomerToRelay::StartNew,
        CustomerToRelay::Extend,
        CustomerToRelay::GoToArrival,
        CustomerToRelay::MintLink,
    ];
    prop_oneof![
        hello,
        start,
        (key(), words()).prop_map(|(key, text)| CustomerToRelay::Say { key, text }),
        seq().prop_map(|upto| CustomerToRelay::Read { upto }),
        seq().prop_map(|after| CustomerToRelay::Fetch { after }),
        seq().prop_map(|seq| CustomerToRelay::Beat { seq }),
        token().prop_map(|token| CustomerToRelay::Continue { token }),
        jwt().prop_map(|jwt| CustomerToRelay::SignIn { jwt }),
        "[ -~]{0,200}".prop_map(|site| CustomerToRelay::MintHandover { site }),
        select(plain.to_vec()),
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
        name().prop_map(|agent| CustomerEvent::LinkOffered { agent }),
        Just(CustomerEvent::OtherDeviceJoined),
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

fn sign_in() -> impl Strategy<Value = SignInAnswer> {
    prop_oneof![
        select(&[SignInAnswer::NotAsked, SignInAnswer::Refused, SignInAnswer::Unknown]),
        at().prop_map(|expires_at| SignInAnswer::Accepted { expires_at }),
    ]
}

fn url() -> impl Strategy<Value = WebUrl> {
    "https?://[a-z.]{1,20}(:[1-9][0-9]{0,3})?(/[!-~]{0,40})?".prop_filter_map("not an address", |url| url.parse().ok())
}

fn welcome() -> impl Strategy<Value = Welcome> {
    let resume = prop_oneof![
        select(&[CanResume::NotAsked, CanResume::Yes, CanResume::Expired, CanResume::Prompt, CanResume::NotYours]),
        span().prop_map(|retry_after| CanResume::Unknown { retry_after }),
    ];
    let arrival = select(&[ArrivalAnswer::NotAsked, ArrivalAnswer::Joined, ArrivalAnswer::Dead, ArrivalAnswer::Waits]);
    let relay = (number(), at(), span(), span(), resume);
    let owner = (sign_in(), arrival, option::of(url()), prop::collection::vec("[ -~]{0,40}", 0..4), any::<bool>());
    (relay, owner).prop_map(|(relay, owner)| {
        let (epoch, now, heartbeat_every, disconnect_after, resume) = relay;
        let (sign_in, arrival, redirect, sites, links) = owner;
        Welcome { epoch, now, heartbeat_every, disconnect_after, resume, sign_in, arrival, redirect, sites, links }
    })
}

fn prompt() -> impl Strategy<Value = PromptState> {
    (number(), option::of(name()), option::of(at()), option::of(at()), any::<bool>(), any::<bool>()).prop_map(
        |(version, agent, hold_until, until, may_extend, is_elsewhere)| PromptState {
            version,
            agent: agent.map(|name| AgentCard { name }),
            hold_until,
            until,
            may_extend,
            is_elsewhere,
        },
    )
}

fn relay_to_customer() -> impl Strategy<Value = RelayToCustomer> {
    let entries = || prop::collection::vec(customer_entry(), 0..8);
    prop_oneof![
        welcome().prop_map(RelayToCustomer::Welcome),
        (key(), seq()).prop_map(|(key, seq)| RelayToCustomer::Started { key, seq }),
        entries().prop_map(|entries| RelayToCustomer::Entries { entries }),
        entries().prop_map(|entries| RelayToCustomer::Snapshot { entries }),
        (key(), seq()).prop_map(|(key, seq)| RelayToCustomer::Accepted { key, seq }),
        (key(), refusal()).prop_map(|(key, refusal)| RelayToCustomer::NotAccepted { key, refusal }),
        refusal().prop_map(|refusal| RelayToCustomer::Refused { refusal }),
        customer_state().prop_map(RelayToCustomer::State),
        (at(), seq()).prop_map(|(now, head)| RelayToCustomer::Beat { now, head }),
        span().prop_map(|come_back_after| RelayToCustomer::Draining { come_back_after }),
        prompt().prop_map(RelayToCustomer::Prompt),
        ("[!-~]{0,80}", option::of(0..=40_u8)).prop_map(|(url, size)| RelayToCustomer::Link {
            url,
            qr: size.map(|size| QrCode::new(size, |x, y| (x ^ y).is_multiple_of(3))),
        }),
        ("[!-~]{0,80}", code(), at()).prop_map(|(site, code, expires_at)| RelayToCustomer::Handover {
            site,
            code,
            expires_at
        }),
        sign_in().prop_map(|answer| RelayToCustomer::SignIn { answer }),
        select(&[RelayToCustomer::PromptOver, RelayToCustomer::Left]),
        prop::collection::vec(("[a-z-]{1,20}", "[ -~]{0,40}"), 0..4).prop_map(|texts| RelayToCustomer::Texts {
            texts: texts.into_iter().map(|(trigger, text)| AutomatedText { trigger, text }).collect(),
        }),
        (number(), option::of("[a-z-]{1,20}"))
            .prop_map(|(version, trigger)| RelayToCustomer::Beside { version, trigger }),
        any::<bool>().prop_map(|was_yours| RelayToCustomer::PromptOfAnother { was_yours }),
    ]
}

fn agent() -> impl Strategy<Value = AgentId> {
    any::<u128>().prop_map(AgentId::from_u128)
}

fn staff_request() -> impl Strategy<Value = Request> {
    let to_agent = || (conversation(), agent());
    let to_queue = || (conversation(), any::<u128>().prop_map(QueueId::from_u128));
    prop_oneof![
        to_agent().prop_map(|(conversation, agent)| Request::Consult { conversation, agent }),
        to_queue().prop_map(|(conversation, queue)| Request::ConsultQueue { conversation, queue }),
        to_agent().prop_map(|(conversation, agent)| Request::EndConsult { conversation, agent }),
        to_agent().prop_map(|(conversation, agent)| Request::LetIn { conversation, agent }),
        conversation().prop_map(|conversation| Request::LeaveConsult { conversation }),
        to_agent().prop_map(|(conversation, agent)| Request::TransferToAgent { conversation, agent }),
        to_queue().prop_map(|(conversation, queue)| Request::TransferToQueue { conversation, queue }),
        conversation().prop_map(|conversation| Request::WithdrawInvitation { conversation }),
        conversation().prop_map(|conversation| Request::AcceptInvitation { conversation }),
        conversation().prop_map(|conversation| Request::DeclineInvitation { conversation }),
        conversation().prop_map(|conversation| Request::Monitor { conversation }),
        conversation().prop_map(|conversation| Request::StopMonitoring { conversation }),
        conversation().prop_map(|conversation| Request::Join { conversation }),
        to_agent().prop_map(|(conversation, agent)| Request::AssignToAgent { conversation, agent }),
        to_queue().prop_map(|(conversation, queue)| Request::AssignToQueue { conversation, queue }),
        to_agent().prop_map(|(conversation, agent)| Request::SupervisorTransfer { conversation, agent }),
        conversation().prop_map(|conversation| Request::ForceClose { conversation }),
        agent().prop_map(|agent| Request::SetPresenceOf { agent, presence: None }),
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
        conversation().prop_map(|conversation| Request::OfferLink { conversation }),
        conversation().prop_map(|conversation| Request::TakeLink { conversation }),
        conversation().prop_map(|conversation| Request::ReleaseHold { conversation }),
        staff_request(),
    ];
    let say = || (conversation(), key(), words());
    prop_oneof![
        select(&[
            ConsoleToRelay::Hello,
            ConsoleToRelay::Beat,
            ConsoleToRelay::WatchFloor,
            ConsoleToRelay::LeaveFloor,
            ConsoleToRelay::WatchColleagues,
            ConsoleToRelay::LeaveColleagues,
        ]),
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
        select(&[AgentsEvent::Started, AgentsEvent::CustomerBack, AgentsEvent::Requeued, AgentsEvent::SignedIn]),
        select(&[ReturnedBy::Token, ReturnedBy::Link]).prop_map(|how| AgentsEvent::CustomerReturned { how }),
        select(&[HoldEnd::Expired, HoldEnd::SessionEnded(SessionEnd::AgentClosed)])
            .prop_map(|why| AgentsEvent::HoldEnded { why }),
        select(&[PromiseEnd::LimitReached, PromiseEnd::StartedNew]).prop_map(|why| AgentsEvent::PromiseEnded { why }),
        speaker().prop_map(|who| AgentsEvent::LinkTaken { who }),
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
        (any::<u32>(), "[!-~]{0,80}").prop_map(|(id, url)| RelayToConsole::Link { id: RequestId(id), url }),
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
