//! The main path in one breath, as the shell drives it: inputs in, facts out, and the facts alone give the same record.

use model::{
    AgentId, AgentRules, AssignmentMethod, BodyDigest, ConnectionId, ConversationId, CustomerId, MessageText, QueueId,
    QueueRules, Role, SendKey, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use rejoin_desk::{AgentRequest, Configuration, ConversationStage, Desk, Input, Notice, Record};

#[test]
fn a_customer_is_offered_accepted_and_heard() {
    let (queue, workstream, widget) = (QueueId::from_u128(1), WorkstreamId::from_u128(1), WidgetId::from_u128(1));
    let (agent, customer, id) = (AgentId::from_u128(1), CustomerId::from_u128(1), ConversationId::from_u128(1));
    let (browser, console) = (ConnectionId::from_u128(1), ConnectionId::from_u128(2));
    let now = Timestamp(1_000_000);
    let rules = AgentRules { enabled: true, role: Role::Agent, capacity: Units(2), queues: vec![queue] };
    let inputs = [
        Input::StartRelay { down_since: now },
        Input::Configure(Configuration::Queue(queue, QueueRules { assignment: AssignmentMethod::HighestCapacity })),
        Input::Configure(Configuration::Workstream(workstream, WorkstreamRules::for_queue(queue))),
        Input::Configure(Configuration::Widget(widget, WidgetRules::for_workstream(workstream))),
        Input::Configure(Configuration::Agent(agent, rules)),
        Input::ConnectAgent { connection: console, agent },
        Input::Start {
            connection: browser,
            conversation: id,
            customer,
            widget,
            token: TokenHash([1; 32]),
            key: SendKey([1; 16]),
            digest: BodyDigest([1; 8]),
            text: MessageText::new("Hello").unwrap(),
            name: None,
            identity: None,
        },
        Input::Ask { connection: console, request: 1, ask: AgentRequest::Accept(id) },
        Input::Say {
            connection: browser,
            key: SendKey([2; 16]),
            digest: BodyDigest([2; 8]),
            text: MessageText::new("Are you there?").unwrap(),
        },
    ];
    let mut desk = Desk::default();
    let (mut facts, mut notices) = (Vec::new(), Vec::new());
    for input in inputs {
        let outcome = desk.handle(now, input);
        facts.extend(outcome.facts);
        notices.extend(outcome.notices);
    }
    assert!(notices.contains(&Notice::Done { connection: console, request: 1 }));
    let view = desk.conversation_view(id, agent).unwrap();
    assert_eq!(view.stage, ConversationStage::Active { agent, since: now });
    assert_eq!((view.unread, view.may_write), (2, true));
    let replayed = Record::replay(facts.iter().map(|recorded| (recorded.at, &recorded.fact)));
    assert_eq!(&replayed, desk.record());
}
