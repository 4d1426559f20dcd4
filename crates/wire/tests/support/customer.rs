use model::{CloseReason, Millis, PageAddress, ResumeToken, Seq};
use wire::{
    AgentCard, AgentConnection, CanResume, CustomerEntry, CustomerEvent, CustomerState, CustomerToRelay, EndedBecause,
    Hello, Phase, Refusal, RefusalCode, RelayToCustomer, Resume, Welcome,
};

use super::{NOON, key, name, words};

fn token() -> ResumeToken {
    ResumeToken::from_bytes([0x5a; 32])
}

pub(crate) fn customer_to_relay() -> Vec<(&'static str, CustomerToRelay)> {
    let shop = || "shop".parse().unwrap();
    let page = || PageAddress::new("https://shop.example/lamps").unwrap();
    let resume = || Resume { token: token(), after: Seq(4) };
    vec![
        ("", CustomerToRelay::Hello(Hello { widget: shop(), resume: None, page: Some(page()) })),
        ("with-token", CustomerToRelay::Hello(Hello { widget: shop(), resume: Some(resume()), page: Some(page()) })),
        ("without-page", CustomerToRelay::Hello(Hello { widget: shop(), resume: Some(resume()), page: None })),
        ("", CustomerToRelay::Start { key: key(1), token: token(), text: words("Does the lamp dim?"), name: None }),
        (
            "with-name",
            CustomerToRelay::Start {
                key: key(1),
                token: token(),
                text: words("Does the lamp dim?"),
                name: Some(name("Mia")),
            },
        ),
        ("", CustomerToRelay::Say { key: key(2), text: words("The blue one,\nnot the red one: \"Ålesund\" 🛋") }),
        ("", CustomerToRelay::Typing),
        ("", CustomerToRelay::Read { upto: Seq(3) }),
        ("", CustomerToRelay::End),
        ("", CustomerToRelay::StillWaiting),
        ("", CustomerToRelay::Fetch { after: Seq(300) }),
        ("", CustomerToRelay::Beat { seq: Seq(4) }),
    ]
}

fn entry(seq: u32, event: CustomerEvent) -> CustomerEntry {
    CustomerEntry { seq: Seq(seq), at: NOON + Millis::seconds(u64::from(seq)), event }
}

fn state(phase: Phase) -> CustomerState {
    CustomerState {
        version: 7,
        phase,
        agent_typing: false,
        read_by_agent: Seq(2),
        read_by_customer: Seq(3),
        head: Seq(4),
    }
}

fn welcome(resume: CanResume) -> RelayToCustomer {
    RelayToCustomer::Welcome(Welcome {
        epoch: 4_503_599_627_370_496,
        now: NOON,
        heartbeat_every: Millis::seconds(12),
        disconnect_after: Millis::minutes(3),
        resume,
    })
}

fn closed_for_every_reason() -> Vec<CustomerEntry> {
    [
        CloseReason::AgentEnded,
        CloseReason::CustomerEnded,
        CloseReason::CustomerDisconnected,
        CloseReason::AutoClosed,
        CloseReason::ForceClosed,
        CloseReason::OverflowEnded,
    ]
    .into_iter()
    .zip(5..)
    .map(|(reason, seq)| entry(seq, CustomerEvent::Closed { reason }))
    .collect()
}

fn ended() -> Vec<(&'static str, RelayToCustomer)> {
    [
        ("ended-by-agent", EndedBecause::AgentEnded),
        ("ended-by-customer", EndedBecause::CustomerEnded),
        ("customer-disconnected", EndedBecause::CustomerDisconnected),
        ("nobody-came", EndedBecause::NobodyCame),
        ("force-closed", EndedBecause::ForceClosed),
    ]
    .into_iter()
    .map(|(variety, because)| (variety, RelayToCustomer::State(state(Phase::Ended { because, at: NOON }))))
    .collect()
}

/// One refusal of every code.
fn refused() -> Vec<(&'static str, RelayToCustomer)> {
    RefusalCode::ALL
        .iter()
        .map(|code| (code.as_str(), RelayToCustomer::Refused { refusal: Refusal::of(*code) }))
        .collect()
}

pub(crate) fn relay_to_customer() -> Vec<(&'static str, RelayToCustomer)> {
    let ravi = || name("Ravi");
    let talking =
        |connection| RelayToCustomer::State(state(Phase::Talking { agent: AgentCard { name: ravi() }, connection }));
    let waiting = |closes_at| RelayToCustomer::State(state(Phase::Waiting { position: 1, closes_at }));
    let mine = entry(1, CustomerEvent::Mine { key: key(1), text: words("Does the lamp dim?") });
    let theirs = entry(3, CustomerEvent::Theirs { agent: ravi(), text: words("It does: to five percent.") });
    let mut all = vec![
        ("", welcome(CanResume::NotAsked)),
        ("resumed", welcome(CanResume::Yes)),
        ("expired", welcome(CanResume::Expired)),
        ("", RelayToCustomer::Started { key: key(1), seq: Seq(1) }),
        (
            "",
            RelayToCustomer::Entries {
                entries: vec![mine, entry(2, CustomerEvent::AgentJoined { agent: ravi() }), theirs.clone()],
            },
        ),
        (
            "endings",
            RelayToCustomer::Entries {
                entries: vec![
                    entry(4, CustomerEvent::AgentLeft { agent: ravi() }),
                    entry(5, CustomerEvent::EndedByAgent { agent: ravi() }),
                    entry(6, CustomerEvent::EndedByCustomer),
                ],
            },
        ),
        ("closed", RelayToCustomer::Entries { entries: closed_for_every_reason() }),
        ("", RelayToCustomer::Snapshot { entries: vec![theirs] }),
        ("of-nothing", RelayToCustomer::Snapshot { entries: vec![] }),
        ("", RelayToCustomer::Accepted { key: key(2), seq: Seq(4) }),
        (
            "",
            RelayToCustomer::NotAccepted {
                key: key(2),
                refusal: Refusal { code: RefusalCode::RateLimited, retry_after: Some(Millis(850)) },
            },
        ),
        ("waiting", waiting(None)),
        ("still-waiting", waiting(Some(NOON + Millis::minutes(2)))),
        ("", talking(AgentConnection::Connected)),
        ("agent-away", talking(AgentConnection::Away { until: NOON + Millis::seconds(150) })),
        ("", RelayToCustomer::Beat { now: NOON, head: Seq(4) }),
        ("", RelayToCustomer::Draining { come_back_after: Millis(2_400) }),
    ];
    all.extend(ended());
    all.extend(refused());
    all
}
