use model::{
    AgentId, Answered, CloseReason, ConsultEnd, Context, HoldEnd, InvitationEnd, InvitationKind, Millis, MonitorEnd,
    OverflowCause, PageAddress, Part, Presence, PresenceId, PromiseEnd, QueueId, ReturnedBy, Role, Seq, SessionEnd,
    SupervisorRights, Units,
};
use wire::{
    Abilities, AgentLink, AgentName, AgentsEntry, AgentsEvent, Card, CardState, Colleague, ColleaguesState,
    ConnectionClock, ConsoleToRelay, ConversationState, DeskState, FloorAgent, FloorRow, InvitationCard, LedgerCause,
    LedgerLine, OfferCard, Participant, PartsState, QueueCard, QueueName, Refusal, RefusalCode, RelayToConsole,
    Request, RequestId, RowAbilities, RunningInvitation, SessionClock, Speaker, StaffState,
};
use wire::{
    AgentInPresence, AutomatedText, CustomPresence, CustomerClaims, PresencesState, WaitReason, WhyNot, WhyNotReason,
    WhyWaiting,
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
        ("consult", ask(Request::Consult { conversation, agent: ana() })),
        ("consult-queue", ask(Request::ConsultQueue { conversation, queue: sales() })),
        ("end-consult", ask(Request::EndConsult { conversation, agent: ana() })),
        ("let-in", ask(Request::LetIn { conversation, agent: ana() })),
        ("leave-consult", ask(Request::LeaveConsult { conversation })),
        ("transfer-to-agent", ask(Request::TransferToAgent { conversation, agent: ana() })),
        ("transfer-to-queue", ask(Request::TransferToQueue { conversation, queue: sales() })),
        ("withdraw-invitation", ask(Request::WithdrawInvitation { conversation })),
        ("accept-invitation", ask(Request::AcceptInvitation { conversation })),
        ("decline-invitation", ask(Request::DeclineInvitation { conversation })),
        ("monitor", ask(Request::Monitor { conversation })),
        ("stop-monitoring", ask(Request::StopMonitoring { conversation })),
        ("join", ask(Request::Join { conversation })),
        ("assign-to-agent", ask(Request::AssignToAgent { conversation, agent: ana() })),
        ("assign-to-queue", ask(Request::AssignToQueue { conversation, queue: sales() })),
        ("supervisor-transfer", ask(Request::SupervisorTransfer { conversation, agent: ana() })),
        ("force-close", ask(Request::ForceClose { conversation })),
        ("why-waiting", ask(Request::WhyWaiting { conversation })),
        ("custom-presence", ask(Request::SetCustomPresence { presence: training() })),
        ("custom-presence-of", ask(Request::SetCustomPresenceOf { agent: ravi(), presence: training() })),
        ("set-presence-of", ask(Request::SetPresenceOf { agent: ana(), presence: Some(Presence::Available) })),
        ("", ConsoleToRelay::Say { conversation, key: key(3), text: words("It does: to five percent.") }),
        ("", ConsoleToRelay::SayInternal { conversation, key: key(4), text: words("Is the blue one in stock?") }),
        ("", ConsoleToRelay::Open { conversation, after: Seq(0) }),
        ("", ConsoleToRelay::Leave { conversation }),
        ("", ConsoleToRelay::Typing { conversation }),
        ("", ConsoleToRelay::Read { conversation, upto: Seq(9) }),
        ("", ConsoleToRelay::Beat),
        ("", ConsoleToRelay::WatchFloor),
        ("", ConsoleToRelay::LeaveFloor),
        ("", ConsoleToRelay::WatchColleagues),
        ("", ConsoleToRelay::LeaveColleagues),
    ]
}

fn ana() -> AgentId {
    AgentId::from_u128(0x019a_a5f0_0000_7000_8000_0000_0000_00a2)
}

fn sales() -> QueueId {
    QueueId::from_u128(0x019a_a5f0_0000_7000_8000_0000_0000_00c1)
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
    let open = open_card();
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

fn open_card() -> Card {
    let card = card(CardState::Open { since: NOON }, ConnectionClock::Connected { connections: 1 });
    Card { customer: None, last_words: None, ..card }
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

/// Everything of the staff side, one entry each.
fn staff_side() -> Vec<AgentsEvent> {
    let ravi = || Speaker::Agent { id: ravi(), name: name("Ravi") };
    let ana = || Speaker::Agent { id: ana(), name: name("Ana") };
    let until = NOON + Millis::minutes(2);
    let mut all: Vec<AgentsEvent> =
        [InvitationKind::Consult, InvitationKind::Transfer, InvitationKind::SupervisorTransfer]
            .map(|kind| AgentsEvent::Invited { kind, by: ravi(), to: ana(), until, queue: None })
            .to_vec();
    let queue = Some("Sales".to_owned());
    all.push(AgentsEvent::Invited { kind: InvitationKind::Consult, by: ravi(), to: ana(), until, queue });
    let ends = [InvitationEnd::Accepted, InvitationEnd::Declined, InvitationEnd::Missed, InvitationEnd::Withdrawn];
    all.extend(ends.map(|how| AgentsEvent::InvitationEnded { kind: InvitationKind::Consult, to: ana(), how }));
    all.extend([AgentsEvent::ConsultBegan { who: ana() }, AgentsEvent::LetIn { who: ana(), by: ravi() }]);
    let ends = [
        ConsultEnd::Left,
        ConsultEnd::EndedByPrimary,
        ConsultEnd::TalkOver,
        ConsultEnd::CustomerDisconnected,
        ConsultEnd::Transferred,
        ConsultEnd::AgentGone,
    ];
    all.extend(ends.map(|why| AgentsEvent::ConsultEnded { who: ana(), why }));
    all.push(AgentsEvent::SentToQueue { by: ravi(), queue: "Sales".to_owned() });
    all.extend([AgentsEvent::MonitoringBegan { who: ana() }, AgentsEvent::SupervisorJoined { who: ana() }]);
    let ends = [MonitorEnd::Stopped, MonitorEnd::RightTaken, MonitorEnd::BecameTheirs, MonitorEnd::AgentGone];
    all.extend(ends.map(|why| AgentsEvent::MonitoringEnded { who: ana(), why }));
    all.extend([
        AgentsEvent::Assigned { by: ana(), to: ravi(), over: Units(1) },
        AgentsEvent::ForceClosed { by: ana() },
        AgentsEvent::SessionEnded { who: ravi(), reason: SessionEnd::TransferredToQueue },
        AgentsEvent::SessionEnded { who: ravi(), reason: SessionEnd::TransferredBySupervisor },
    ]);
    all
}

fn ravis_name() -> AgentName {
    AgentName { agent: ravi(), name: name("Ravi") }
}

fn anas_name() -> AgentName {
    AgentName { agent: ana(), name: name("Ana") }
}

fn sales_name() -> QueueName {
    QueueName { queue: sales(), name: "Sales".to_owned() }
}

fn active() -> Card {
    card(CardState::Active { since: NOON }, ConnectionClock::Connected { connections: 1 })
}

fn staff() -> StaffState {
    let invitation = InvitationCard {
        card: active(),
        kind: InvitationKind::Consult,
        from: ravis_name(),
        queue: Some(sales_name()),
        made_at: NOON,
        until: NOON + Millis::minutes(2),
    };
    StaffState {
        version: 33,
        oversees: true,
        rights: SupervisorRights { monitor: true, assign: true, transfer: false, force_close: false },
        invitations: vec![invitation],
        consulting: vec![active()],
        monitoring: vec![active()],
    }
}

fn parts() -> PartsState {
    let participant = |who, part, lost_since| Participant { who, part, since: NOON, lost_since };
    PartsState {
        version: 34,
        conversation: conversation(),
        participants: vec![
            participant(ravis_name(), Part::Primary, None),
            participant(anas_name(), Part::Consultant, Some(NOON + Millis::seconds(5))),
            participant(anas_name(), Part::LetIn, None),
            participant(anas_name(), Part::Monitor, None),
            participant(anas_name(), Part::Joined, None),
        ],
        invitation: Some(RunningInvitation {
            kind: InvitationKind::Transfer,
            by: ravis_name(),
            to: anas_name(),
            queue: None,
            made_at: NOON,
            until: NOON + Millis::minutes(2),
        }),
        my_part: Some(Part::Primary),
        may: Abilities { say: true, say_internally: true, consult: true, withdraw: true, ..Abilities::default() },
    }
}

fn floor_row() -> FloorRow {
    FloorRow {
        conversation: conversation(),
        number: 7,
        customer: Some(name("Mia")),
        state: CardState::Active { since: NOON },
        connection: ConnectionClock::Connected { connections: 1 },
        queue: sales_name(),
        workstream: "Web".to_owned(),
        widget: "Shop".to_owned(),
        agent: Some(ravis_name()),
        offered_to: None,
        started_at: NOON,
        last_at: NOON,
        cost: Units(1),
        transfers: 2,
        consultants: 1,
        monitors: 1,
        invitation: Some(InvitationKind::SupervisorTransfer),
        may: RowAbilities { monitor: true, transfer: true, ..RowAbilities::default() },
    }
}

fn floor_agent(link: AgentLink) -> FloorAgent {
    FloorAgent {
        who: ravis_name(),
        presence: Presence::Busy,
        presence_since: NOON,
        set_by: Some(anas_name()),
        link,
        total: Units(3),
        used: Units(2),
        held: Units(1),
        active: 1,
        wrap_up: 1,
        offers: 0,
        consults: 1,
        queues: vec![sales_name()],
    }
}

fn floor() -> Vec<(&'static str, RelayToConsole)> {
    let lost = AgentLink::Lost { since: NOON, until: NOON + Millis::seconds(150) };
    let colleagues = ColleaguesState {
        version: 35,
        agents: vec![Colleague {
            who: anas_name(),
            presence: Presence::Available,
            free: Units(3),
            connected: true,
            queues: vec![sales()],
        }],
        queues: vec![QueueCard { queue: sales_name(), waiting: 4, agents: 3, connected: 2 }],
    };
    vec![
        ("", RelayToConsole::Staff(staff())),
        ("", RelayToConsole::Parts(parts())),
        ("", RelayToConsole::FloorRows { starts_over: true, more: false, rows: vec![floor_row()], gone: vec![] }),
        (
            "gone",
            RelayToConsole::FloorRows { starts_over: false, more: false, rows: vec![], gone: vec![conversation()] },
        ),
        (
            "",
            RelayToConsole::FloorAgents {
                starts_over: true,
                more: false,
                agents: vec![floor_agent(AgentLink::Connected), floor_agent(lost), floor_agent(AgentLink::Gone)],
                gone: vec![],
            },
        ),
        ("", RelayToConsole::FloorOver),
        ("", RelayToConsole::Colleagues(colleagues)),
        ("", RelayToConsole::WhyWaiting { id: RequestId(12), why: why_waiting() }),
        ("", RelayToConsole::Claims(claims(Some("de-AT"), super::customer::context()))),
        ("", RelayToConsole::Presences(presences())),
        ("none", RelayToConsole::Claims(claims(None, Context::default()))),
        ("", RelayToConsole::OpenRows { starts_over: true, more: false, rows: vec![open_card()], gone: vec![] }),
        (
            "gone",
            RelayToConsole::OpenRows { starts_over: false, more: false, rows: vec![], gone: vec![conversation()] },
        ),
        ("", RelayToConsole::AgentsTexts { conversation: conversation(), texts: vec![gone_text()] }),
        ("", RelayToConsole::BeforeChat { conversation: conversation(), answers: answered() }),
    ]
}

fn gone_text() -> AutomatedText {
    AutomatedText { trigger: "customer-disconnected".to_owned(), text: "The caller of Support is gone".to_owned() }
}

fn training() -> PresenceId {
    PresenceId::from_u128(0x0f)
}

fn presences() -> PresencesState {
    PresencesState {
        version: 36,
        presences: vec![CustomPresence { id: training(), title: "In training".to_owned(), base: Presence::Away }],
        agents: vec![AgentInPresence { agent: ravi(), presence: training() }],
    }
}

fn answered() -> Vec<Answered> {
    let answered = |name: &str, question: &str, value: &str| Answered {
        name: name.to_owned(),
        question: question.to_owned(),
        value: value.to_owned(),
    };
    vec![
        answered("topic", "Worum geht es?", "Return"),
        answered("consent", "Ich kenne die AGB (https://shop.example/agb).", "true"),
    ]
}

fn claims(language: Option<&str>, context: Context) -> CustomerClaims {
    CustomerClaims { conversation: conversation(), language: language.map(str::to_owned), context }
}

fn why_waiting() -> WhyWaiting {
    let reasons = vec![
        WaitReason::Picked,
        WaitReason::CustomerAway,
        WaitReason::OutOfHours,
        WaitReason::Offered { to: name("Ravi"), until: NOON + Millis::seconds(120) },
        WaitReason::NobodyServes,
        WaitReason::NobodyHere,
        WaitReason::EveryoneDeclined,
    ];
    let not = vec![
        WhyNotReason::Disabled,
        WhyNotReason::NotInQueue,
        WhyNotReason::NoConsole,
        WhyNotReason::InPresence { presence: Presence::Away },
        WhyNotReason::CapacityShort { by: Units(2) },
        WhyNotReason::AskedAgainAt { at: NOON + Millis::seconds(60) },
        WhyNotReason::LimitReached,
    ];
    let agents = vec![
        WhyNot { agent: ravi(), name: name("Ravi"), reasons: vec![] },
        WhyNot { agent: ana(), name: name("Ana"), reasons: not },
    ];
    let (conversation, queue) = (conversation(), "Support".to_owned());
    WhyWaiting { conversation, queue, since: NOON, reasons, agents, agents_count: 2 }
}

fn overflows() -> Vec<AgentsEvent> {
    [OverflowCause::OutOfHours, OverflowCause::QueueFull, OverflowCause::WaitedTooLong]
        .map(|cause| AgentsEvent::Overflowed { queue: "Sales".to_owned(), cause })
        .to_vec()
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
    let reserved = LedgerLine {
        conversation,
        units: Units(1),
        cause: LedgerCause::Transfer,
        until: Some(NOON + Millis::minutes(2)),
    };
    let beyond = LedgerLine { cause: LedgerCause::Override, until: None, ..reserved };
    let mut all = vec![
        ("with-override", RelayToConsole::Desk(DeskState { ledger: vec![beyond], ..desk() })),
        ("staff-side", RelayToConsole::Entries { conversation, entries: entries(staff_side()) }),
        ("with-transfer", RelayToConsole::Desk(DeskState { ledger: vec![reserved], ..desk() })),
        ("", welcome(Role::Agent)),
        ("supervisor", welcome(Role::Supervisor)),
        ("admin", welcome(Role::Admin)),
        ("", RelayToConsole::Desk(desk())),
        ("", RelayToConsole::Conversation(state())),
        ("", RelayToConsole::Entries { conversation, entries: entries(events()) }),
        ("reconnect", RelayToConsole::Entries { conversation, entries: entries(reconnects()) }),
        ("overflow", RelayToConsole::Entries { conversation, entries: entries(overflows()) }),
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
    ];
    all.extend(floor());
    all
}
