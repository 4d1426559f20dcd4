use model::{
    Answer, CloseReason, Context, ContextValue, ContextVariable, HandoverCode, LinkSecret, Millis, Number, PageAddress,
    ResumeToken, Seq,
};
use wire::{
    AgentCard, AgentConnection, Answers, Arrival, ArrivalAnswer, AskedQuestion, AutomatedText, CanResume,
    CustomerEntry, CustomerEvent, CustomerState, CustomerToRelay, EndedBecause, Hello, Jwt, Phase, PromptState, QrCode,
    Questions, Refusal, RefusalCode, RelayToCustomer, Resume, SignInAnswer, Welcome,
};

use super::{NOON, key, name, words};

fn token() -> ResumeToken {
    ResumeToken::from_bytes([0x5a; 32])
}

/// Not a code that anything reads: the frame carries modules, whatever they mean.
fn qr() -> QrCode {
    QrCode::new(7, |x, y| x == 0 || y == 0 || x == 6 || y == 6 || (x, y) == (3, 3))
}

fn code() -> HandoverCode {
    HandoverCode::from_bytes([0x0c; 32])
}

/// The text of a JWT; nobody verifies it here.
fn jwt() -> Jwt {
    Jwt::new("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtaWEifQ.c2lnbmF0dXJl".to_owned()).unwrap()
}

pub(crate) fn customer_to_relay() -> Vec<(&'static str, CustomerToRelay)> {
    let hello = || Hello {
        widget: "shop".parse().unwrap(),
        resume: None,
        page: Some(PageAddress::new("https://shop.example/lamps").unwrap()),
        arrival: None,
        sign_in: None,
    };
    let link = Arrival::Link { secret: LinkSecret::from_bytes([0x1c; 32]), token: token() };
    let handover = Arrival::Handover { code: code(), token: token() };
    let resume = || Resume { token: token(), after: Seq(4) };
    vec![
        ("", CustomerToRelay::Hello(hello())),
        ("with-token", CustomerToRelay::Hello(Hello { resume: Some(resume()), ..hello() })),
        ("without-page", CustomerToRelay::Hello(Hello { resume: Some(resume()), page: None, ..hello() })),
        ("with-link", CustomerToRelay::Hello(Hello { arrival: Some(link), ..hello() })),
        ("with-handover", CustomerToRelay::Hello(Hello { arrival: Some(handover), ..hello() })),
        ("signed-in", CustomerToRelay::Hello(Hello { resume: Some(resume()), sign_in: Some(jwt()), ..hello() })),
        ("", CustomerToRelay::Start { key: key(1), token: token(), text: words("Does the lamp dim?"), name: None }),
        (
            "",
            CustomerToRelay::StartWith {
                key: key(1),
                token: token(),
                text: words("Does the lamp dim?"),
                name: None,
                language: Some("de-AT".to_owned()),
                context: context(),
            },
        ),
        (
            "",
            CustomerToRelay::StartAnswered {
                key: key(1),
                token: token(),
                text: words("Does the lamp dim?"),
                name: None,
                language: Some("de-AT".to_owned()),
                context: context(),
                answers: Answers::new(&[
                    Answer { name: "topic".to_owned(), value: "Return".to_owned() },
                    Answer { name: "consent".to_owned(), value: "true".to_owned() },
                ]),
            },
        ),
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
        ("", CustomerToRelay::Continue { token: token() }),
        ("", CustomerToRelay::StartNew),
        ("", CustomerToRelay::Extend),
        ("", CustomerToRelay::GoToArrival),
        ("", CustomerToRelay::SignIn { jwt: jwt() }),
        ("", CustomerToRelay::MintLink),
        ("", CustomerToRelay::MintHandover { site: "https://help.example".to_owned() }),
        (
            "",
            CustomerToRelay::HelloWith {
                hello: Hello { resume: Some(resume()), ..hello() },
                language: Some("de-AT".to_owned()),
            },
        ),
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

fn welcome(resume: CanResume) -> Welcome {
    Welcome {
        epoch: 4_503_599_627_370_496,
        now: NOON,
        heartbeat_every: Millis::seconds(12),
        disconnect_after: Millis::minutes(3),
        resume,
        sign_in: SignInAnswer::NotAsked,
        arrival: ArrivalAnswer::NotAsked,
        redirect: None,
        sites: vec![],
        links: false,
    }
}

/// Every answer that a hello can get.
fn welcomes() -> Vec<(&'static str, RelayToCustomer)> {
    let redirect = || "https://shop.example/contact".parse().ok();
    let sites = || vec!["https://shop.example".to_owned(), "https://help.example".to_owned()];
    let with =
        |resume, arrival| Welcome { arrival, redirect: redirect(), sites: sites(), links: true, ..welcome(resume) };
    let signed_in = |resume, sign_in| Welcome { sign_in, ..welcome(resume) };
    let unknown = CanResume::Unknown { retry_after: Millis::seconds(5) };
    let accepted = SignInAnswer::Accepted { expires_at: NOON + Millis::minutes(15) };
    [
        ("", welcome(CanResume::NotAsked)),
        ("resumed", welcome(CanResume::Yes)),
        ("expired", welcome(CanResume::Expired)),
        ("prompt", signed_in(CanResume::Prompt, accepted)),
        ("unknown", signed_in(unknown.clone(), SignInAnswer::Unknown)),
        ("sign-in-refused", signed_in(unknown, SignInAnswer::Refused)),
        ("not-yours", signed_in(CanResume::NotYours, accepted)),
        ("joined", with(CanResume::Yes, ArrivalAnswer::Joined)),
        ("dead-link", with(CanResume::NotAsked, ArrivalAnswer::Dead)),
        ("link-waits", with(CanResume::Yes, ArrivalAnswer::Waits)),
        ("somebody-elses-link", with(CanResume::NotAsked, ArrivalAnswer::SomeoneElses)),
    ]
    .map(|(variety, welcome)| (variety, RelayToCustomer::Welcome(welcome)))
    .to_vec()
}

fn prompts() -> Vec<(&'static str, RelayToCustomer)> {
    let held = PromptState {
        version: 9,
        agent: Some(AgentCard { name: name("Ravi") }),
        hold_until: Some(NOON + Millis::minutes(10)),
        until: Some(NOON + Millis::minutes(30)),
        may_extend: true,
        is_elsewhere: false,
    };
    let elsewhere =
        || PromptState { hold_until: None, until: None, may_extend: false, is_elsewhere: true, ..held.clone() };
    let never_accepted = PromptState { agent: None, ..elsewhere() };
    let elsewhere = elsewhere();
    [("", held), ("elsewhere", elsewhere), ("nobody-yet", never_accepted)]
        .map(|(variety, prompt)| (variety, RelayToCustomer::Prompt(prompt)))
        .to_vec()
}

pub(crate) fn context() -> Context {
    let plan = ContextVariable { name: "plan".to_owned(), value: ContextValue::Text("gold".to_owned()) };
    let orders = ContextVariable { name: "orders".to_owned(), value: ContextValue::Number(Number::new(12.5).unwrap()) };
    Context::new(vec![plan, orders]).unwrap()
}

fn texts() -> Vec<AutomatedText> {
    [("agent-joined", "{AgentName} of Support is here."), ("place-in-line", "You are {Place} in line, {{gold}.")]
        .map(|(trigger, text)| AutomatedText { trigger: trigger.to_owned(), text: text.to_owned() })
        .into()
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
        ("out-of-hours", EndedBecause::OutOfHours),
        ("queue-full", EndedBecause::QueueFull),
        ("waited-too-long", EndedBecause::WaitedTooLong),
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
        (
            "closed-by-overflow",
            RelayToCustomer::Entries {
                entries: vec![
                    entry(11, CustomerEvent::Closed { reason: CloseReason::OutOfHours }),
                    entry(12, CustomerEvent::Closed { reason: CloseReason::WaitedTooLong }),
                ],
            },
        ),
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
        (
            "waiting-until",
            RelayToCustomer::State(state(Phase::WaitingUntil {
                position: 3,
                closes_at: None,
                expected_at: NOON + Millis::minutes(4),
            })),
        ),
        ("waiting", waiting(None)),
        ("still-waiting", waiting(Some(NOON + Millis::minutes(2)))),
        ("", talking(AgentConnection::Connected)),
        ("agent-away", talking(AgentConnection::Away { until: NOON + Millis::seconds(150) })),
        ("", RelayToCustomer::Beat { now: NOON, head: Seq(4) }),
        ("", RelayToCustomer::Draining { come_back_after: Millis(2_400) }),
        (
            "reconnect",
            RelayToCustomer::Entries {
                entries: vec![
                    entry(7, CustomerEvent::LinkOffered { agent: ravi() }),
                    entry(8, CustomerEvent::OtherDeviceJoined),
                ],
            },
        ),
        (
            "staff-side",
            RelayToCustomer::Entries {
                entries: vec![
                    entry(9, CustomerEvent::ColleagueJoined { agent: name("Ana") }),
                    entry(10, CustomerEvent::ColleagueLeft { agent: name("Ana") }),
                ],
            },
        ),
        (
            "",
            RelayToCustomer::Link {
                url: format!("https://shop.example/chat#rejoin={}", token().to_base64url()),
                qr: Some(qr()),
            },
        ),
        (
            "",
            RelayToCustomer::Handover {
                site: "https://help.example".to_owned(),
                code: code(),
                expires_at: NOON + Millis::minutes(1),
            },
        ),
        ("", RelayToCustomer::SignIn { answer: SignInAnswer::Accepted { expires_at: NOON + Millis::minutes(15) } }),
        ("refused", RelayToCustomer::SignIn { answer: SignInAnswer::Refused }),
        ("unknown", RelayToCustomer::SignIn { answer: SignInAnswer::Unknown }),
        ("", RelayToCustomer::PromptOver),
        ("", RelayToCustomer::Left),
        ("", RelayToCustomer::Texts { texts: texts() }),
        ("", RelayToCustomer::Beside { version: 8, trigger: Some("agent-asked".to_owned()) }),
        ("nothing", RelayToCustomer::Beside { version: 9, trigger: None }),
        ("", RelayToCustomer::Questions { questions: questions() }),
        ("nothing", RelayToCustomer::Questions { questions: Questions::new(&[]) }),
        ("", RelayToCustomer::PromptOfAnother { was_yours: true }),
        ("not-yours", RelayToCustomer::PromptOfAnother { was_yours: false }),
    ];
    all.extend(welcomes());
    all.extend(prompts());
    all.extend(ended());
    all.extend(refused());
    all
}

fn questions() -> Questions {
    let question = |name: &str, text: &str, kind: &str, required| AskedQuestion {
        name: name.to_owned(),
        text: text.to_owned(),
        kind: kind.to_owned(),
        required,
        options: Vec::new(),
        autocomplete: None,
    };
    Questions::new(&[
        AskedQuestion { autocomplete: Some("email".to_owned()), ..question("email", "Ihre E-Mail?", "line", false) },
        AskedQuestion {
            options: vec!["Order".to_owned(), "Return".to_owned()],
            ..question("topic", "Worum geht es?", "choice", true)
        },
        question("more", "Noch etwas?", "lines", false),
        question("consent", "Ich kenne die [AGB](https://shop.example/agb).", "consent", true),
    ])
}
