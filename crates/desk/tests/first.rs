//! The main path in one breath, as the shell drives it: inputs in, facts out, and the facts alone give the same record.

use model::{
    AgentId, AgentRules, BodyDigest, ConnectionId, ConversationId, CustomerId, MessageText, QueueId, QueueRules, Role,
    SendKey, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use rejoin_desk::{AgentRequest, Configuration, ConversationStage, Desk, Input, Notice, Record, ViewKey};

/// Mia and Ravi talk, as the first conversation of a relay.
fn inputs(now: Timestamp) -> [Input; 9] {
    let (queue, workstream, widget) = (QueueId::from_u128(1), WorkstreamId::from_u128(1), WidgetId::from_u128(1));
    let (agent, customer, id) = (AgentId::from_u128(1), CustomerId::from_u128(1), ConversationId::from_u128(1));
    let (browser, console) = (ConnectionId::from_u128(1), ConnectionId::from_u128(2));
    let rules = AgentRules { enabled: true, role: Role::Agent, capacity: Units(2), queues: vec![queue] };
    [
        Input::StartRelay { down_since: now },
        Input::Configure(Configuration::Queue(queue, QueueRules::DEFAULT)),
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
            text: MessageText::new("Hello").expect("invariant: a short text is one"),
            name: None,
            identity: None,
            said: None,
        },
        Input::Ask { connection: console, request: 1, ask: AgentRequest::Accept(id) },
        Input::Say {
            connection: browser,
            key: SendKey([2; 16]),
            digest: BodyDigest([2; 8]),
            text: MessageText::new("Are you there?").expect("invariant: a short text is one"),
        },
    ]
}

#[test]
fn a_customer_is_offered_accepted_and_heard() {
    let (now, agent, id) = (Timestamp(1_000_000), AgentId::from_u128(1), ConversationId::from_u128(1));
    let console = ConnectionId::from_u128(2);
    let mut desk = Desk::default();
    let (mut facts, mut notices) = (Vec::new(), Vec::new());
    for input in inputs(now) {
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

fn tell(desk: &mut Desk, now: Timestamp, input: Input) -> Vec<Notice> {
    desk.handle(now, input).notices
}

fn talking(now: Timestamp) -> Desk {
    let mut desk = Desk::default();
    for input in inputs(now) {
        tell(&mut desk, now, input);
    }
    desk
}

/// While one does, the shell logs signs of life.
#[test]
fn a_clock_runs_while_somebody_is_there_or_a_conversation_goes_on() {
    let mut now = Timestamp(1_000_000);
    assert!(!Desk::default().is_clock_running());
    let mut desk = talking(now);
    assert!(desk.is_clock_running());
    for connection in [1, 2].map(ConnectionId::from_u128) {
        tell(&mut desk, now, Input::LoseConnection { connection, last_heard: now });
    }
    assert!(desk.is_clock_running(), "nobody is there, but they are waited for");
    let id = ConversationId::from_u128(1);
    let stage = |desk: &Desk| desk.conversation_view(id, AgentId::from_u128(1)).map(|view| view.stage);
    while !matches!(stage(&desk), None | Some(ConversationStage::Closed { .. })) {
        now = desk.wake_at().unwrap();
        tell(&mut desk, now, Input::Tick);
    }
    assert!(stage(&desk).is_some() && !desk.is_clock_running(), "it only waits to be forgotten");
}

/// 24 hours after the end a conversation leaves the list of those that its agent closed.
#[test]
fn what_is_forgotten_is_on_nobodys_desk() {
    let (mut now, ravi) = (Timestamp(1_000_000), AgentId::from_u128(1));
    let mut desk = talking(now);
    tell(&mut desk, now, Input::EndByCustomer { connection: ConnectionId::from_u128(1) });
    let mut counts = vec![desk.agent_view(ravi).unwrap().closed_count];
    while let Some(at) = desk.wake_at() {
        now = at;
        tell(&mut desk, now, Input::Tick);
        let view = desk.agent_view(ravi).unwrap();
        assert_eq!(view.closed.len(), view.closed_count as usize);
        counts.push(view.closed_count);
    }
    counts.dedup();
    assert_eq!(counts, [0, 1, 0], "closed, and a day later forgotten");
}

/// Where a Portal URL comes or goes, whoever looks at a conversation is shown whether a link can be offered.
#[test]
fn a_new_portal_is_shown_where_somebody_looks() {
    let (now, id) = (Timestamp(1_000_000), ConversationId::from_u128(1));
    let portal = |has_portal| {
        let rules = WidgetRules { has_portal, ..WidgetRules::for_workstream(WorkstreamId::from_u128(1)) };
        Input::Configure(Configuration::Widget(WidgetId::from_u128(1), rules))
    };
    let mut desk = talking(now);
    let shown = Notice::Changed(ViewKey::Conversation(id));
    assert!(!tell(&mut desk, now, portal(true)).contains(&shown), "nobody looks");
    tell(&mut desk, now, Input::Follow { connection: ConnectionId::from_u128(2), conversation: id });
    assert!(tell(&mut desk, now, portal(false)).contains(&shown));
}

/// An agent who serves a queue no more stops reading along in it at once.
#[test]
fn windows_stop_following_what_their_agent_may_not_read_any_more() {
    let (now, id) = (Timestamp(1_000_000), ConversationId::from_u128(1));
    let (sofia, window) = (AgentId::from_u128(2), ConnectionId::from_u128(3));
    let rules = |queues| AgentRules { enabled: true, role: Role::Agent, capacity: Units(2), queues };
    let configure = |queues| Input::Configure(Configuration::Agent(sofia, rules(queues)));
    let mut desk = Desk::default();
    // Mia waits; Ravi is asked and has not accepted.
    for input in inputs(now).into_iter().take(7) {
        tell(&mut desk, now, input);
    }
    tell(&mut desk, now, configure(vec![QueueId::from_u128(1)]));
    tell(&mut desk, now, Input::ConnectAgent { connection: window, agent: sofia });
    let followed = tell(&mut desk, now, Input::Follow { connection: window, conversation: id });
    assert!(followed.contains(&Notice::Following { connection: window, conversation: id }), "{followed:?}");
    let told = tell(&mut desk, now, configure(Vec::new()));
    assert!(told.contains(&Notice::Unfollowed { connection: window, conversation: id }), "{told:?}");
}
