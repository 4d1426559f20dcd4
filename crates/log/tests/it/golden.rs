//! Exact bytes of every fact and body. Facts outlive releases, so these files are added to and never edited.
//!
//! `REJOIN_BLESS=1 cargo test` writes the files that are missing; it never changes one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use desk::{Author, Body, ConversationFact, Fact, PageSaid};
use model::{
    AgentId, AgentRules, Answered, AssignmentMethod, Audience, CloseReason, Condition, ConsultEnd, Context,
    ContextValue, ContextVariable, DisplayName, Distribution, FullRule, HoldEnd, Hours, IdentityHash, InvitationEnd,
    InvitationKind, LinkHash, MessageText, Millis, MonitorEnd, Number, OfferEnd, OpenWindow, Overflow, OverflowCause,
    Presence, PresenceChoice, PresenceId, PromiseEnd, QueueId, QueueRules, ReconnectRules, ReturnedBy, Role, Routing,
    RoutingRule, Seq, SessionEnd, Share, SlowRule, SupervisorRights, Test, Timestamp, TokenHash, Units, WidgetId,
    WidgetRules, WorkMode, WorkstreamId, WorkstreamRules, WrapUpRule,
};
use rejoin_log::codec;

use crate::support::{NOON, agent, conversation, said, started};

/// One of each. A new variant needs a name here; give it a sample below, too.
pub(crate) fn name(fact: &Fact) -> &'static str {
    match fact {
        Fact::RelayStarted { .. } => "relay-started",
        Fact::WritesResumed { .. } => "writes-resumed",
        Fact::AgentConfigured(..) => "agent-configured",
        Fact::QueueConfigured(..) => "queue-configured",
        Fact::QueueRulesSet(..) => "queue-rules-set",
        Fact::RoutingSet(..) => "routing-set",
        Fact::PresenceConfigured(_, Some(_)) => "presence-configured",
        Fact::PresenceConfigured(_, None) => "presence-gone",
        Fact::CustomPresenceChosen { by: None, .. } => "custom-presence-chosen",
        Fact::CustomPresenceChosen { by: Some(_), .. } => "custom-presence-set-by",
        Fact::DefaultPresenceSet(_, Some(PresenceChoice::Base(_))) => "default-presence-set",
        Fact::DefaultPresenceSet(_, Some(PresenceChoice::Custom(_))) => "default-presence-custom",
        Fact::DefaultPresenceSet(_, None) => "default-presence-computed",
        Fact::DistributionSet(..) => "distribution-set",
        Fact::WorkstreamConfigured(..) => "workstream-configured",
        Fact::WidgetConfigured(..) => "widget-configured",
        Fact::AgentArrived(_) => "agent-arrived",
        Fact::AgentLost { .. } => "agent-lost",
        Fact::AgentReturned(_) => "agent-returned",
        Fact::AgentGone(_) => "agent-gone",
        Fact::AgentSignedOut(_) => "agent-signed-out",
        Fact::PresenceChosen { .. } => "presence-chosen",
        Fact::CapacityFreed { .. } => "capacity-freed",
        Fact::SupervisionConfigured(_) => "supervision-configured",
        Fact::PresenceSetBy { .. } => "presence-set-by",
        Fact::Conversation { what, .. } => conversation_name(what),
    }
}

fn conversation_name(what: &ConversationFact) -> &'static str {
    match what {
        ConversationFact::Started { reconnect: None, .. } => "started",
        ConversationFact::Started { reconnect: Some(_), .. } => "started-with-reconnect",
        ConversationFact::Said { by: Author::Customer, .. } => "said-by-customer",
        ConversationFact::Said { by: Author::Agent(_), .. } => "said-by-agent",
        ConversationFact::ReadByCustomer { .. } => "read-by-customer",
        ConversationFact::ReadByAgent { .. } => "read-by-agent",
        ConversationFact::OfferMade { .. } => "offer-made",
        ConversationFact::OfferEnded { .. } => "offer-ended",
        ConversationFact::AgentJoined { .. } => "agent-joined",
        ConversationFact::CustomerAway { .. } => "customer-away",
        ConversationFact::CustomerBack => "customer-back",
        ConversationFact::CustomerDisconnected => "customer-disconnected",
        ConversationFact::WaitingConfirmed => "waiting-confirmed",
        ConversationFact::EndedByAgent(_) => "ended-by-agent",
        ConversationFact::EndedByCustomer => "ended-by-customer",
        ConversationFact::SessionEnded { .. } => "session-ended",
        ConversationFact::Requeued => "requeued",
        ConversationFact::Closed(_) => "closed",
        ConversationFact::Forgotten => "forgotten",
        ConversationFact::CustomerReturned { .. } => "customer-returned",
        ConversationFact::HoldEnded(_) => "hold-ended",
        ConversationFact::PromiseEnded(_) => "promise-ended",
        ConversationFact::PromiseExtended => "promise-extended",
        ConversationFact::LinkMinted { by: Author::Customer, .. } => "link-minted",
        ConversationFact::LinkMinted { by: Author::Agent(_), .. } => "link-taken",
        ConversationFact::LinkOffered(_) => "link-offered",
        ConversationFact::TokenAdded { .. } => "token-added",
        ConversationFact::CustomerIdentified(_) => "customer-identified",
        ConversationFact::Overflowed { .. } => "overflowed",
        ConversationFact::Invited { .. } => "invited",
        ConversationFact::InvitationEnded { .. } => "invitation-ended",
        ConversationFact::ConsultBegan(_) => "consult-began",
        ConversationFact::ConsultantLetIn { .. } => "consultant-let-in",
        ConversationFact::ConsultEnded { .. } => "consult-ended",
        ConversationFact::SentToQueue { .. } => "sent-to-queue",
        ConversationFact::MonitoringBegan(_) => "monitoring-began",
        ConversationFact::MonitoringEnded { .. } => "monitoring-ended",
        ConversationFact::SupervisorJoined(_) => "supervisor-joined",
        ConversationFact::Assigned { .. } => "assigned",
        ConversationFact::ForceClosedBy(_) => "force-closed-by",
        ConversationFact::Routed { .. } => "routed",
    }
}

fn house_samples() -> Vec<Fact> {
    let ravi = agent(1);
    let queue = QueueId::from_u128(3);
    let workstream = WorkstreamRules {
        mode: WorkMode::Pick,
        wrap_up: WrapUpRule::For(Millis::seconds(30)),
        ..WorkstreamRules::for_queue(queue)
    };
    let widget = WidgetRules {
        reconnect: Some(ReconnectRules { hold_for: Millis::minutes(10), limit: Millis::minutes(60) }),
        ..WidgetRules::for_workstream(WorkstreamId::from_u128(2))
    };
    let rules = AgentRules { enabled: true, role: Role::Supervisor, capacity: Units(5), queues: vec![queue] };
    vec![
        Fact::RelayStarted { down_since: NOON },
        Fact::WritesResumed { down_since: NOON },
        Fact::AgentConfigured(ravi, rules),
        Fact::QueueConfigured(queue, AssignmentMethod::RoundRobin),
        Fact::WorkstreamConfigured(WorkstreamId::from_u128(2), workstream),
        Fact::WidgetConfigured(WidgetId::from_u128(1), widget),
        Fact::AgentArrived(ravi),
        Fact::AgentLost { agent: ravi, since: NOON },
        Fact::AgentReturned(ravi),
        Fact::AgentGone(ravi),
        Fact::AgentSignedOut(ravi),
        Fact::PresenceChosen { agent: ravi, presence: Some(Presence::DoNotDisturb) },
        Fact::CapacityFreed { agent: ravi, conversation: conversation(1) },
        Fact::QueueRulesSet(queue, queue_rules()),
        Fact::SupervisionConfigured(SupervisorRights {
            monitor: true,
            assign: false,
            transfer: true,
            force_close: false,
        }),
        Fact::PresenceSetBy { agent: ravi, presence: Some(Presence::Away), by: agent(2) },
        Fact::RoutingSet(WorkstreamId::from_u128(2), routing()),
        Fact::PresenceConfigured(PresenceId::from_u128(6), Some(Presence::Away)),
        Fact::PresenceConfigured(PresenceId::from_u128(6), None),
        custom(None),
        custom(Some(agent(2))),
        Fact::DefaultPresenceSet(ravi, Some(PresenceChoice::Base(Presence::Away))),
        Fact::DefaultPresenceSet(ravi, Some(PresenceChoice::Custom(PresenceId::from_u128(6)))),
        Fact::DefaultPresenceSet(ravi, None),
        Fact::DistributionSet(WorkstreamId::from_u128(2), distribution()),
    ]
}

fn routing() -> Routing {
    let variable = |test| Condition::Variable("Plan".to_owned(), test);
    let (text, number) = (ContextValue::Text("gold".to_owned()), Number::new(7.5).unwrap());
    let all = vec![
        variable(Test::Exists),
        variable(Test::IsMissing),
        variable(Test::Is(text)),
        variable(Test::IsNot(ContextValue::Number(number))),
        variable(Test::Contains("ol".to_owned())),
        variable(Test::IsAbove(number)),
        variable(Test::IsBelow(number)),
        Condition::Widget(vec![WidgetId::from_u128(1)]),
        Condition::Language("de".to_owned()),
        Condition::SignedIn(true),
    ];
    let to =
        vec![Share { queue: QueueId::from_u128(3), percent: 70 }, Share { queue: QueueId::from_u128(4), percent: 30 }];
    Routing { rules: vec![RoutingRule { all, to }], decline_sets_do_not_disturb: true }
}

fn queue_rules() -> QueueRules {
    let elsewhere = Overflow::Queue(QueueId::from_u128(4));
    QueueRules {
        assignment: AssignmentMethod::RoundRobin,
        priority: 10,
        hours: Hours::Windows(vec![OpenWindow { opens_at: NOON, closes_at: NOON + Millis::hours(8) }]),
        out_of_hours: Overflow::End,
        full: Some(FullRule { waiting_max: 20, then: elsewhere }),
        slow: Some(SlowRule { wait_max: Millis::minutes(10), then: Overflow::End }),
    }
}

fn conversation_samples() -> Vec<ConversationFact> {
    let (ravi, ana) = (agent(1), agent(2));
    let mut promised = started(8);
    if let ConversationFact::Started { reconnect, .. } = &mut promised {
        *reconnect = Some(ReconnectRules { hold_for: Millis::minutes(10), limit: Millis::minutes(60) });
    }
    vec![
        started(7),
        promised,
        said(Author::Customer, Audience::Customer, 300),
        said(Author::Agent(ravi), Audience::Agents, 301),
        ConversationFact::ReadByCustomer { upto: Seq(5) },
        ConversationFact::ReadByAgent { agent: ravi, upto: Seq(200) },
        ConversationFact::OfferMade { agent: ravi, until: NOON },
        ConversationFact::OfferEnded { agent: ravi, how: OfferEnd::Missed },
        ConversationFact::AgentJoined { agent: ravi, picked: true },
        ConversationFact::CustomerAway { since: Timestamp(NOON.0 - 1) },
        ConversationFact::CustomerBack,
        ConversationFact::CustomerDisconnected,
        ConversationFact::WaitingConfirmed,
        ConversationFact::EndedByAgent(ravi),
        ConversationFact::EndedByCustomer,
        ConversationFact::SessionEnded { agent: ravi, reason: SessionEnd::AgentReleased, in_wrap_up: false },
        ConversationFact::Requeued,
        ConversationFact::Closed(CloseReason::CustomerDisconnected),
        ConversationFact::Forgotten,
        ConversationFact::CustomerReturned { how: ReturnedBy::Prompt },
        ConversationFact::HoldEnded(HoldEnd::Released),
        ConversationFact::PromiseEnded(PromiseEnd::StartedNew),
        ConversationFact::PromiseExtended,
        ConversationFact::LinkMinted { link: LinkHash([3; 32]), by: Author::Customer },
        ConversationFact::LinkMinted { link: LinkHash([4; 32]), by: Author::Agent(ravi) },
        ConversationFact::LinkOffered(ravi),
        ConversationFact::TokenAdded {
            token: TokenHash([5; 32]),
            how: ReturnedBy::Link,
            is_other_device: true,
            needs_sign_in: false,
        },
        ConversationFact::CustomerIdentified(IdentityHash([6; 32])),
        ConversationFact::Overflowed { to: QueueId::from_u128(4), cause: OverflowCause::QueueFull },
        ConversationFact::Invited {
            kind: InvitationKind::SupervisorTransfer,
            by: ravi,
            to: ana,
            queue: Some(QueueId::from_u128(3)),
            until: NOON,
            passed_on: true,
        },
        ConversationFact::InvitationEnded { kind: InvitationKind::Transfer, to: ana, how: InvitationEnd::Missed },
        ConversationFact::ConsultBegan(ana),
        ConversationFact::ConsultantLetIn { agent: ana, by: ravi },
        ConversationFact::ConsultEnded { agent: ana, why: ConsultEnd::AgentGone, was_let_in: true },
        ConversationFact::SentToQueue { by: ravi, queue: QueueId::from_u128(3) },
        ConversationFact::MonitoringBegan(ana),
        ConversationFact::MonitoringEnded { agent: ana, why: MonitorEnd::BecameTheirs, had_joined: true },
        ConversationFact::SupervisorJoined(ana),
        ConversationFact::Assigned { by: ana, to: ravi, over: Units(2) },
        ConversationFact::ForceClosedBy(ana),
        ConversationFact::Routed { rule: Some(3) },
    ]
}

fn samples() -> Vec<Fact> {
    let of_conversation = conversation_samples().into_iter().map(|what| Fact::Conversation {
        id: conversation(0xabcd),
        position: 12,
        customer_seq: Seq(7),
        agents_seq: Seq(130),
        what,
    });
    house_samples().into_iter().chain(of_conversation).collect()
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in bytes.chunks(32) {
        text.extend(line.iter().map(|byte| format!("{byte:02x}")));
        text.push('\n');
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "a test may be told to write what is missing")]
pub(crate) fn check(name: &str, bytes: &[u8]) {
    let path = folder().join(format!("{name}.hex"));
    if std::env::var("REJOIN_BLESS").is_ok() && !path.exists() {
        std::fs::write(&path, hex(bytes)).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name}: no golden file"));
    assert_eq!(golden, hex(bytes), "{name}: the bytes in old logs are different");
}

pub(crate) fn names_of_all_facts() -> BTreeSet<String> {
    samples().iter().map(|fact| format!("fact-{}", name(fact))).collect()
}

/// What [`hex`] wrote.
pub(crate) fn bytes_of(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|digit| Some(u8::try_from(digit.to_digit(16)?).unwrap())).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

#[test]
fn facts_have_their_golden_bytes() {
    let mut names = BTreeSet::new();
    for fact in samples() {
        let name = format!("fact-{}", name(&fact));
        let bytes = codec::encode_fact(&fact);
        check(&name, &bytes);
        assert_eq!(codec::decode_fact(&bytes), Ok(fact), "{name}");
        names.insert(name);
    }
    assert_eq!(names, golden_names("fact-"), "a sample for each golden file, and the other way round");
}

fn custom(by: Option<AgentId>) -> Fact {
    Fact::CustomPresenceChosen { agent: agent(1), presence: PresenceId::from_u128(6), base: Presence::Away, by }
}

fn distribution() -> Distribution {
    Distribution { presences: vec![PresenceId::from_u128(6)], previous_agent_first: false }
}

fn context() -> Context {
    let plan = ContextVariable { name: "Plan".to_owned(), value: ContextValue::Text("güld".to_owned()) };
    let orders =
        ContextVariable { name: "orders".to_owned(), value: ContextValue::Number(Number::new(-12.25).unwrap()) };
    Context::new(vec![plan, orders]).unwrap()
}

#[test]
fn bodies_have_their_golden_bytes() {
    let bodies = [
        ("body-words", Body::Words(MessageText::new("Grüße aus 東京 👋\n\"quoted\"").unwrap())),
        ("body-name", Body::Name(DisplayName::new("Mía").unwrap())),
        ("body-context", Body::Context(context())),
        ("body-page", Body::Page(PageSaid { language: Some("de-AT".to_owned()), context: context() })),
        (
            "body-answered",
            Body::Answered(
                PageSaid { language: Some("de-AT".to_owned()), context: context() },
                vec![Answered {
                    name: "topic".to_owned(),
                    question: "Worum geht es?".to_owned(),
                    value: "Rücksendung".to_owned(),
                }],
            ),
        ),
    ];
    for (name, body) in &bodies {
        let bytes = codec::encode_body(body);
        check(name, &bytes);
        assert_eq!(codec::decode_body(&bytes).as_ref(), Ok(body), "{name}");
    }
    let names: BTreeSet<String> = bodies.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, golden_names("body-"));
}

fn golden_names(prefix: &str) -> BTreeSet<String> {
    let names = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter_map(|name| Some(name.strip_suffix(".hex")?.to_owned()))
        .filter(|name| name.starts_with(prefix))
        .collect()
}

#[test]
fn other_bytes_are_refused() {
    let bytes = codec::encode_fact(&Fact::AgentArrived(agent(1)));
    assert_eq!(codec::decode_fact(&[]), Err(codec::CodecError::Malformed));
    assert_eq!(codec::decode_fact(&bytes[..bytes.len() - 1]), Err(codec::CodecError::Malformed));
    assert_eq!(codec::decode_fact(&[&bytes[..], &[0]].concat()), Err(codec::CodecError::Malformed));
    assert_eq!(codec::decode_fact(&[&[2], &bytes[1..]].concat()), Err(codec::CodecError::UnknownVersion(2)));
    assert_eq!(codec::decode_fact(&[1, 250, 1]), Err(codec::CodecError::Malformed));
    // An empty message was never written, so it is not read.
    assert_eq!(codec::decode_body(&[1, 0, 0]), Err(codec::CodecError::Malformed));
}
